"""Opening `archive.db`: made when it is missing, migrated when it is older, backed up before."""

import functools
import sqlite3
from contextlib import closing
from pathlib import Path
from time import monotonic, sleep

from sqlite_utils import Database

from archive.database import BUSY_SECONDS, ArchiveError, Connect, connect, locked
from archive.files import sync
from archive.schema.migrations import migrations

_PAUSE = 0.01  # seconds between two tries to set WAL


def open_archive(folder: Path, connect: Connect = connect) -> Database:
    """Open archive.db below `folder`, made and migrated when needed. Raises ArchiveError with a sentence.

    Before an archive of an earlier schema is migrated, a copy of it is put into backups/. One of a later version is refused:
    its rows may mean something that this one does not know.
    WAL with synchronous=FULL: WAL with NORMAL lost acknowledged commits in 93 of 150 simulated power cuts.
    """
    path = folder / "archive.db"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        connection = connect(str(path))
        try:
            db = Database(connection)
            _refuse_later(db, path)
            _log_ahead(connection)
            # 16 MB of cache: with SQLite's usual 2 MB, which a batch exceeds, the writer's system time doubles
            # 32 MB of WAL before a checkpoint: a page of an index, which each batch changes, is copied once for eight batches
            for pragma in (
                "synchronous=FULL",
                "foreign_keys=ON",
                "cache_size=-16000",
                "wal_autocheckpoint=8000",
            ):
                connection.execute(f"PRAGMA {pragma}")
            if migrations.pending(db):
                with locked(folder, "migration", wait=True):
                    _make(db) if not db.table_names() else _migrate(db, folder)
        except BaseException:
            connection.close()
            raise
    except (sqlite3.Error, OSError) as error:
        raise ArchiveError(f"cannot open the archive {path}: {error}") from None
    return db


def _refuse_later(db: Database, path: Path) -> None:
    if later := {step.name for step in migrations.applied(db)} - _known():
        raise ArchiveError(f"{path} was made by a later version of gongbao ({max(later)}): use that one")


@functools.cache
def _known() -> set[str]:
    with closing(sqlite3.connect(":memory:")) as empty:
        return {step.name for step in migrations.pending(Database(empty))}


def _log_ahead(connection: sqlite3.Connection) -> None:
    """Set WAL. Of twenty processes that do so with one new file, some get "database is locked" at once: SQLite waits for no lock there."""
    until = monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            if getattr(error, "sqlite_errorcode", 0) & 0xFF != sqlite3.SQLITE_BUSY or monotonic() > until:
                raise
        sleep(_PAUSE)


def _make(db: Database) -> None:
    """Write a new archive in one transaction: a step at a time takes thirty, each with its sync, and a kill leaves half of them."""
    with closing(sqlite3.connect(":memory:")) as empty:
        empty.deserialize(_empty())
        empty.backup(db.conn)


@functools.cache
def _empty() -> bytes:
    """An archive that all steps have been through, without a release."""
    with closing(sqlite3.connect(":memory:")) as connection:
        migrations.apply(Database(connection))
        return connection.serialize()


def _migrate(db: Database, folder: Path) -> None:
    pending = migrations.pending(db)
    if pending and db.table("releases").exists():
        _back_up(db, folder, pending[0].name)
    migrations.apply(db)


def _back_up(db: Database, folder: Path, step: str) -> None:
    place = folder / "backups"
    place.mkdir(exist_ok=True)
    copy, part = place / f"archive-before-{step}.db", place / ".part"
    part.unlink(missing_ok=True)
    db.conn.execute("VACUUM INTO ?", [str(part)])
    sync(part)
    part.rename(copy)
