"""One moment of a database that others write to: a copy of it in the making, and connections that read the same."""

import sqlite3
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import ExitStack, closing, contextmanager
from itertools import count
from pathlib import Path

from archive.database import mapped

TRIES = 100  # then whoever writes waits some milliseconds


@contextmanager
def copied(database: Path, to: Path, *, readers: int) -> Iterator[tuple[Future[None], list[sqlite3.Connection]]]:
    """Copy a live database into the file `to`, beside; give the copy under way and connections that read the same.

    When somebody has written between the first that begins to read and the last, all begin anew. Who has read enough
    ends its transaction: as long as it lasts, the file of what others write (`-wal`) grows.
    """
    with ExitStack() as stack:
        watch, source, *others = [stack.enter_context(closing(_open(database))) for _ in range(2 + readers)]
        pool = stack.enter_context(ThreadPoolExecutor(1))
        stack.callback(source.interrupt)  # nobody waits for a copy that is not wanted any more
        journal = to.with_name(f"{to.name}-journal")
        for tried in count():
            if tried == TRIES:
                watch.execute("BEGIN IMMEDIATE")
            seen = _version(watch)
            for db in others:
                db.rollback()
                db.execute("BEGIN")
                _version(db)  # BEGIN alone does not read
            copying = pool.submit(_copy, source, to)
            # who has written something of a copy has begun to read
            while not (copying.done() or journal.exists() or (to.exists() and to.stat().st_size)):
                time.sleep(0.001)
            if _version(watch) == seen:
                break
            source.interrupt()
            wait([copying])
            to.unlink(missing_ok=True)
        watch.rollback()
        yield copying, others


def _version(db: sqlite3.Connection) -> int:
    """A number that another connection's commit changes."""
    [number] = db.execute("PRAGMA data_version").fetchone()
    return int(number)


def _copy(source: sqlite3.Connection, to: Path) -> None:
    """VACUUM INTO, not the backup of SQLite: what lies scattered in an archive takes four times as long to read."""
    # how a copy is synced is taken from here: it is, with all else, when the snapshot is finished
    source.execute("PRAGMA synchronous = OFF")
    try:
        source.execute("VACUUM INTO ?", [str(to)])
    finally:
        source.execute("PRAGMA synchronous = FULL")  # who closes a database last may write to it


def _open(database: Path) -> sqlite3.Connection:
    place = f"file:{database}?mode=rw"
    return mapped(sqlite3.connect(place, uri=True, timeout=60, isolation_level=None, check_same_thread=False))
