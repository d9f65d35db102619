"""The events of an archive's releases, in the order in which it learned of them: in snapshots, and read from the live archive."""

import json
import sqlite3
from collections.abc import Iterator

from archive.search import query as queries
from archive.search.events import Event, Key, Wanted, true_events
from archive.search.filters import filters
from archive.snapshots.columns import COLUMNS

# a reading anew is no event
_VERSIONS = """
    SELECT max(substr(max(v.seen, {taken_in}), 1, 19)) OVER (PARTITION BY v.release ORDER BY v.version) || 'Z', v.release,
      v.version, CASE WHEN v.version = (SELECT min(version) FROM versions WHERE release = v.release) THEN 'new'
        ELSE 'edited' END
    FROM versions AS v WHERE v.kind = 'published'"""
_TAKEN_IN = "coalesce((SELECT taken_in FROM captures WHERE id = v.capture), '')"
# a doubt is no event, nor is an entry that its list no longer shows; a status that is said twice is told once
_STATUSES = """
    SELECT max(learned, coalesce((SELECT min(learned) FROM events AS e WHERE e.release = told.release), '')),
      release, 0, kind FROM (
      SELECT substr(at, 1, 19) || 'Z' AS learned, release, kind, lag(kind) OVER (PARTITION BY release ORDER BY at) AS before
      FROM (SELECT release, at, CASE WHEN status IN ('gone', 'moved') THEN status ELSE 'back' END AS kind
        FROM status_changes WHERE status <> 'suspect')) AS told
    WHERE kind IS NOT coalesce(before, 'back')"""


def record_all(db: sqlite3.Connection, *, live: bool = False) -> None:
    """Write `events` anew, of a `live` archive into a table that goes with the connection. The caller owns the transaction.

    A version is learned of when it was seen, one that an import brought when it was taken in, and none before the versions
    with lower numbers; a status when it was judged, and not before the release.
    """
    schema = "temp" if live else "main"
    db.execute(f"DROP TABLE IF EXISTS {schema}.events")
    db.execute(f"""CREATE TABLE {schema}.events (
        learned TEXT NOT NULL,             -- UTC
        release INTEGER NOT NULL,
        version INTEGER NOT NULL,          -- that was new or edited; 0: the event is none of a version
        kind TEXT NOT NULL,                -- new | edited | moved | gone | back
        PRIMARY KEY (learned, release, version, kind)
    ) WITHOUT ROWID""")
    # `capture` stands behind the text in its row: it is read only where something was imported
    imported = db.execute("SELECT EXISTS (SELECT 1 FROM captures WHERE taken_in <> '')").fetchone()[0]
    versions = _VERSIONS.format(taken_in=_TAKEN_IN if imported else "''")
    db.execute(f"INSERT INTO events {versions}")
    db.execute(f"CREATE INDEX {schema}.events_release ON events(release, kind)")
    db.execute(f"INSERT OR IGNORE INTO events {_STATUSES}")


def last(db: sqlite3.Connection) -> str:
    """When the archive last learned of anything; "" when it never did."""
    return str(db.execute("SELECT coalesce(max(learned), '') FROM events").fetchone()[0])


def fitting(db: sqlite3.Connection, wanted: Wanted) -> Iterator[Event]:
    """The events of a live archive that fit, the first learned first.

    `search.events.find` does this in a snapshot, by columns and indexes that a live archive lacks.
    """
    where, values = filters(wanted.asked)
    # a column compares a year with the filter's string by its type, which an expression alone does not have
    of_type = {"integer": "INTEGER", "string": "TEXT"}
    computed = ", ".join(
        f"CAST({column.computed} AS {of_type[column.kind]}) AS {name}"
        for name, column in COLUMNS.items()
        if column.computed
    )
    card = f"SELECT id, published, source, publisher, status, {computed} FROM releases"
    sql = f"""SELECT e.learned, e.release, e.version, e.kind FROM events AS e JOIN ({card}) AS r ON r.id = e.release
        WHERE e.learned >= ? AND e.kind IN (SELECT value FROM json_each(?)) {where}
        ORDER BY e.learned, e.release, e.version, e.kind"""
    query = queries.parse(wanted.asked.q)
    for row in db.execute(sql, [wanted.begin, json.dumps(wanted.kinds), *values]).fetchall():
        yield from true_events(db, query, [Key(*row)])
