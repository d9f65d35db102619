"""The latest events of the archive's releases: new, edited, gone."""

import sqlite3
from typing import Any

LIMIT = 50
# fast at any size: ids ascend in the order in which releases were first seen, and an index holds the edited ones
_EVENTS = """
    SELECT id AS release, 'new' AS kind, first_seen AS at, '[]' AS changes
        FROM (SELECT id, first_seen FROM releases ORDER BY id DESC LIMIT :limit)
    UNION ALL
    SELECT v.release, 'changed', v.seen, {changes} FROM releases AS r INDEXED BY releases_card
        JOIN versions AS v ON v.release = r.id WHERE r.edits > 0 AND v.kind = 'published'
        AND v.seen > (SELECT min(seen) FROM versions WHERE release = r.id)
    UNION ALL
    SELECT release, status, at, '[]' FROM status_changes WHERE status IN ('gone', 'moved')
    ORDER BY at DESC, release DESC LIMIT :limit"""


def events(db: sqlite3.Connection) -> list[dict[str, Any]]:
    """The last `LIMIT` events, newest first: the release as in a search, with `kind` (new, changed, gone or moved).

    `changed` is the time of the event, `changes` the names of what changed (JSON); `event` tells it from the release's
    other events.
    """
    named = any(row[1] == "changed" for row in db.execute("PRAGMA table_info(versions)"))  # not in older snapshots
    latest = _EVENTS.format(changes="v.changed" if named else "'[]'")
    rows = db.execute(
        f"""SELECT r.id, r.url, title, published, publisher, s.name AS source_name, r.first_seen,
          e.at AS changed, e.kind, e.changes, e.kind || ' ' || e.at AS event
        FROM ({latest}) AS e JOIN releases AS r ON r.id = e.release JOIN sources AS s ON s.id = r.source
        ORDER BY e.at DESC, r.id DESC""",
        {"limit": LIMIT},
    )
    return [dict(row) for row in rows.fetchall()]
