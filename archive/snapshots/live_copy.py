"""A consistent copy of a database that others write to, and connections that read the same state."""

import sqlite3
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import closing, contextmanager
from itertools import count
from pathlib import Path

from archive.snapshots.readers import Reader, opened
from archive.snapshots.readers import readers as reading

TRIES = 100  # tries; the next one keeps writers waiting for some milliseconds


@contextmanager
def copied(database: Path, to: Path, *, readers: int) -> Iterator[tuple[Future[None], list[Reader]]]:
    """Copy a live database into the file `to`; give the copy under way, and connections that read the same state.

    When somebody writes between the start of the first reader and the start of the last, all begin anew. A reader must
    end its transaction when done: as long as it lasts, the `-wal` file grows.
    """
    with (
        closing(opened(database)) as watch,
        closing(opened(database)) as source,
        ThreadPoolExecutor(1) as pool,
        _interrupted(source),
        reading(database, readers) as held,
    ):
        journal = to.with_name(f"{to.name}-journal")
        for tried in count():
            if tried == TRIES:
                watch.execute("BEGIN IMMEDIATE")
            seen = _version(watch)
            for begun in [one.submit(_begin) for one in held]:
                begun.result()
            copying = pool.submit(_copy, source, to)
            # a target file with content, or its journal, means that the copy's read transaction is open
            while not (copying.done() or journal.exists() or (to.exists() and to.stat().st_size)):
                time.sleep(0.001)
            if _version(watch) == seen:
                break
            source.interrupt()
            wait([copying])
            to.unlink(missing_ok=True)
        watch.rollback()
        yield copying, held


@contextmanager
def _interrupted(source: sqlite3.Connection) -> Iterator[None]:
    """Interrupt the copy if the caller leaves early."""
    try:
        yield
    finally:
        source.interrupt()


def _begin(db: sqlite3.Connection) -> None:
    db.rollback()
    db.execute("BEGIN")
    _version(db)  # BEGIN alone does not read


def _version(db: sqlite3.Connection) -> int:
    """A number that another connection's commit changes."""
    [number] = db.execute("PRAGMA data_version").fetchone()
    return int(number)


def _copy(source: sqlite3.Connection, to: Path) -> None:
    """Copy by VACUUM INTO: SQLite's backup keeps the scattered pages, which take four times as long to read."""
    # the copy inherits this setting; it is synced with all else when the snapshot is finished
    source.execute("PRAGMA synchronous = OFF")
    try:
        source.execute("VACUUM INTO ?", [str(to)])
    finally:
        source.execute("PRAGMA synchronous = FULL")  # the last connection to close may write to the database
