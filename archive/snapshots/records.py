"""The records of a snapshot as harvesters are told of them: a row for each release, and for each address that was removed.

A removal tells the digest of the address and its time, nothing else. A release has the digest of its address too, so that
a harvester finds the record that it has to delete.
"""

import re
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime

from archive.store.removed import hidden, is_hidden
from archive.times import zulu

_NEVER = "1970-01-01T00:00:00Z"  # stands for a time that cannot be read
_DIGEST = re.compile("sha256:([0-9a-f]{64})")


def record_all(db: sqlite3.Connection) -> None:
    """Write `records` anew, from `events` and `removed`. The caller owns the transaction."""
    db.execute("DROP TABLE IF EXISTS records")
    db.execute("""CREATE TABLE records (
        identifier BLOB NOT NULL,          -- SHA-256 of the canonical address
        learned TEXT NOT NULL,             -- UTC: when the archive last learned of a change, or removed it
        removed INTEGER NOT NULL,          -- 1: it was removed
        release INTEGER NOT NULL,          -- 0: it was removed
        source TEXT NOT NULL               -- "": it was removed
    )""")
    gone = dict(_removed(db))
    told = db.execute("""SELECT url_key, (SELECT max(learned) FROM events WHERE release = releases.id), id, source
        FROM releases""")
    held = ((digest(key), learned or _NEVER, 0, id, source) for key, learned, id, source in told)
    db.executemany("INSERT INTO records VALUES (?, ?, ?, ?, ?)", (row for row in held if row[0] not in gone))
    db.executemany("INSERT INTO records VALUES (?, ?, 1, 0, '')", gone.items())
    # after the rows: their digests come in no order
    db.execute("CREATE UNIQUE INDEX records_identifier ON records(identifier)")
    db.execute("CREATE INDEX records_learned ON records(learned, removed, release, identifier)")
    db.execute("CREATE INDEX records_source ON records(source, learned, removed, release, identifier)")


def digest(key: str) -> bytes:
    """The SHA-256 of an address's key, or the one that stands for a hidden key."""
    found = _DIGEST.fullmatch(key if is_hidden(key) else hidden(key))
    return bytes.fromhex(found[1]) if found else b""


def _removed(db: sqlite3.Connection) -> Iterator[tuple[bytes, str]]:
    """The removals, the last of each address alone."""
    rows = db.execute("SELECT url_key, max(removed_at) FROM removed GROUP BY url_key ORDER BY 2")
    return ((digest(key), _moment(at)) for key, at in rows)


def _moment(at: str) -> str:
    try:
        time = datetime.fromisoformat(at)
    except ValueError:
        return _NEVER
    return zulu(time if time.tzinfo else time.replace(tzinfo=UTC))
