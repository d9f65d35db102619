"""Opening an archive: a folder that holds archive.db, warc/ and snapshots/."""

import fcntl
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

from sqlite_utils import Database

from archive.errors import GongbaoError

BUSY_SECONDS = 30.0
COMMANDS = ("crawlall", "merge", "replay")  # whose locks bear their names; the others' are those of sources

Connect = Callable[[str], sqlite3.Connection]


class ArchiveError(GongbaoError):
    """The archive cannot be opened, or somebody else is using what we need."""


def connect(path: str) -> sqlite3.Connection:
    """A connection without implicit transactions, so that ours alone begin and end."""
    return sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)


def reading(path: Path) -> sqlite3.Connection:
    """A connection that reads a finished database, a snapshot's: one that nobody writes to."""
    return mapped(sqlite3.connect(f"file:{path}?mode=ro", uri=True, check_same_thread=False))


def mapped(db: sqlite3.Connection) -> sqlite3.Connection:
    """Let a connection read pages where the system has mapped them, which saves what reads all of them up to half its time.

    Usual builds of SQLite map the first 2 GB. A file that shrinks under it ends the process; SQLite lets none shrink that somebody reads.
    """
    db.execute(f"PRAGMA mmap_size = {1 << 40}")
    return db


def open_archive(folder: Path, connect: Connect = connect) -> Database:
    """Open archive.db below `folder`, made and migrated when needed. Raises ArchiveError with a sentence.

    Before an archive of an earlier schema is migrated, a copy of it is put into backups/.
    WAL with synchronous=FULL: WAL with NORMAL lost acknowledged commits in 93 of 150 simulated power cuts.
    """
    from archive.migrations import migrations

    path = folder / "archive.db"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        connection = connect(str(path))
        try:
            # the usual cache of 2 MB holds a fraction of what a batch touches: with 16 the writer's system time halves
            for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "cache_size=-16000"):
                connection.execute(f"PRAGMA {pragma}")
            db = Database(connection)
            if migrations.pending(db):
                with locked(folder, "migration", wait=True):
                    _back_up(db, folder, [step.name for step in migrations.pending(db)])
                    migrations.apply(db)
        except BaseException:
            connection.close()
            raise
    except (sqlite3.Error, OSError) as error:
        raise ArchiveError(f"cannot open the archive {path}: {error}") from None
    return db


def _back_up(db: Database, folder: Path, pending: list[str]) -> None:
    if not pending or not db.table("releases").exists():
        return
    place = folder / "backups"
    place.mkdir(exist_ok=True)
    copy, part = place / f"archive-before-{pending[0]}.db", place / ".part"
    part.unlink(missing_ok=True)
    db.conn.execute("VACUUM INTO ?", [str(part)])
    with part.open("rb") as file:
        os.fsync(file.fileno())
    part.rename(copy)


_last: WeakKeyDictionary[Database, list[Callable[[], None]]] = WeakKeyDictionary()


def at_the_end(db: Database, work: Callable[[], None]) -> None:
    """Do something when all else of the transaction under way is done, just before it is committed.

    So are index rows written. At each savepoint, and each statement that may fail half-way is one to SQLite, FTS5
    writes out what it holds in memory: a row at a time costs three times as much as fifty in a run.
    """
    _last[db].append(work)


@contextmanager
def transaction(db: Database) -> Iterator[None]:
    """One transaction that takes the write lock at once; a deferred one fails when another writer came first.

    Within another it is a part of that one, and what fails in it fails the whole.
    """
    if db.conn.in_transaction:
        yield
        return
    db.conn.execute("BEGIN IMMEDIATE")
    last = _last[db] = list[Callable[[], None]]()
    try:
        yield
        for work in last:
            work()
        db.conn.execute("COMMIT")
    except BaseException:
        if db.conn.in_transaction:
            db.conn.execute("ROLLBACK")
        raise
    finally:
        del _last[db]


def first_row(cursor: sqlite3.Cursor) -> dict[str, Any] | None:
    """The first row of an answer by its columns. Unlike Database.query() it sets no savepoint, see `transaction`."""
    row = cursor.fetchone()
    return None if row is None else {column[0]: value for column, value in zip(cursor.description, row, strict=True)}


@contextmanager
def locked(folder: Path, name: str, *, wait: bool = False) -> Iterator[int]:
    """Hold the lock `name` of an archive, of a source or a command; the system frees it when its holder dies.

    Gives its handle: a process that inherits it holds the lock as well. Raises ArchiveError when it is taken.
    """
    locks = folder / "locks"
    locks.mkdir(parents=True, exist_ok=True)
    handle = os.open(locks / name, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            taken = (
                f"another {name} is under way" if name in COMMANDS else f"{name} is being crawled by another process"
            )
            raise ArchiveError(f"{taken}; wait until it has ended") from None
        yield handle
    finally:
        os.close(handle)
