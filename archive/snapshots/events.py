"""The events of a snapshot's releases, in the order in which the archive learned of them."""

import sqlite3

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


def record_all(db: sqlite3.Connection) -> None:
    """Write `events` anew. The caller owns the transaction.

    A version is learned of when it was seen, one that an import brought when it was taken in, and none before the versions
    with lower numbers; a status when it was judged, and not before the release.
    """
    db.execute("DROP TABLE IF EXISTS events")
    db.execute("""CREATE TABLE events (
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
    db.execute("CREATE INDEX events_release ON events(release, kind)")
    db.execute(f"INSERT OR IGNORE INTO events {_STATUSES}")
