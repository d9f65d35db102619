"""A consistent copy of a database that others write to, and connections that read the same state."""

import sqlite3
from collections.abc import Collection, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import closing, contextmanager, suppress
from itertools import count
from pathlib import Path

from archive.snapshots import tablewise
from archive.snapshots.readers import Reader, opened
from archive.snapshots.readers import readers as reading

TRIES = 100  # tries; the next one keeps writers waiting for some milliseconds


@contextmanager
def copied(
    database: Path, to: Path, *, readers: int, absent: Collection[str] = (), empty: Collection[str] = ()
) -> Iterator[tuple[Future[None], list[Reader]]]:
    """Copy a live database into the file `to`; give the copy under way, and connections that read the same state.

    The copy lacks the `absent` tables, and those that are `empty` have no rows. When somebody writes between the start of the first
    reader and the start of the last, all begin anew. A reader must end its transaction when done: as long as it lasts, the `-wal` file
    grows.
    """
    with (
        closing(opened(database)) as watch,
        ThreadPoolExecutor(1) as pool,
        reading(database, readers) as held,
    ):
        for tried in count():
            if tried == TRIES:
                watch.execute("BEGIN IMMEDIATE")
            seen = _version(watch)
            for begun in [one.submit(_begin) for one in held]:
                begun.result()
            source = tablewise.begun(database, to)
            if _version(watch) == seen:
                break
            source.close()
            to.unlink(missing_ok=True)
        watch.rollback()
        copying = pool.submit(tablewise.fill, source, absent=absent, empty=empty)
        try:
            yield copying, held
        finally:
            while not copying.done():  # the caller leaves early; an interrupt finds only what has begun
                with suppress(sqlite3.ProgrammingError):  # it has just been closed
                    source.interrupt()
                wait([copying], timeout=0.1)


def _begin(db: sqlite3.Connection) -> None:
    db.rollback()
    db.execute("BEGIN")
    _version(db)  # BEGIN alone does not read


def _version(db: sqlite3.Connection) -> int:
    """A number that another connection's commit changes."""
    [number] = db.execute("PRAGMA data_version").fetchone()
    return int(number)
