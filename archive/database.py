"""Opening an archive: a folder that holds archive.db, warc/ and snapshots/."""

import fcntl
import json
import os
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol, TypeVar
from weakref import WeakKeyDictionary

from sqlite_utils import Database

from archive.errors import GongbaoError

BUSY_SECONDS = 30.0
LOOK_SECONDS = 0.05  # far longer than a look at a lock takes
COMMANDS = ("adopt", "crawlall", "files", "merge", "replay")  # lock names that are commands; all others are source ids

Connect = Callable[[str], sqlite3.Connection]
Connection = TypeVar("Connection", bound=sqlite3.Connection)


class Executes(Protocol):
    """A connection: sqlite3's, or a sqlite-utils Database."""

    def execute(self, sql: str, parameters: Any = ..., /) -> Any: ...


class ArchiveError(GongbaoError):
    """The archive cannot be opened, or another process holds the lock."""


def connect(path: str) -> sqlite3.Connection:
    """A connection without implicit transactions, so that ours alone begin and end."""
    return sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)


def reading(path: Path) -> sqlite3.Connection:
    """A connection that reads a finished database, a snapshot's: one that nobody writes to."""
    return reading_as(sqlite3.Connection, path)


def reading_as(kind: type[Connection], path: Path) -> Connection:
    """A connection of a kind of its own, see `reading`."""
    return mapped(sqlite3.connect(f"file:{path}?mode=ro", uri=True, check_same_thread=False, factory=kind))


def mapped(db: Connection) -> Connection:
    """Let a connection read mapped pages: a read of the whole file takes up to half the time.

    Usual builds of SQLite map the first 2 GB. A mapped file that shrinks would end the process; SQLite shrinks no file
    that somebody reads.
    """
    db.execute(f"PRAGMA mmap_size = {1 << 40}")
    return db


def has_table(db: Executes, name: str) -> bool:
    """Whether a database has a table: a snapshot of an earlier schema may lack it."""
    return db.execute("SELECT 1 FROM sqlite_master WHERE name = ?", [name]).fetchone() is not None


def column(db: Executes, sql: str, values: Sequence[Any] = ()) -> list[Any]:
    """The only column of an answer, numbers or short words, in one step.

    SQLite's module lets go of Python's lock for each row and has to win it back: beside three other readers 5,000 rows took six times
    as long so.
    """
    found: list[Any] = json.loads(db.execute(f"SELECT json_group_array(value) FROM ({sql})", values).fetchone()[0])
    return found


_last: WeakKeyDictionary[Database, list[Callable[[], None]]] = WeakKeyDictionary()


def at_the_end(db: Database, work: Callable[[], None]) -> None:
    """Do something at the end of the transaction under way, just before it is committed.

    Index rows are written so. FTS5 writes out its memory at each savepoint, and SQLite sets one for each statement that
    may fail half-way: a row at a time costs three times as much as fifty in a run.
    """
    _last[db].append(work)


@contextmanager
def transaction(db: Database) -> Iterator[None]:
    """One transaction that takes the write lock at once; a deferred one fails when another writer came first.

    Within another transaction it is a part of that one: an error in it undoes the whole.
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


def insert(db: Database, table: str, row: Mapping[str, Any], *, conflict: str = "ABORT") -> int | None:
    """Insert a row given by its columns; the new row's id. Unlike sqlite-utils' own `insert` it sets no savepoint.

    `conflict` says what happens when the row is there already: ABORT, IGNORE or REPLACE.
    """
    return db.execute(_insertion(table, row, conflict), list(row.values())).lastrowid


def insert_all(db: Database, table: str, rows: Sequence[Mapping[str, Any]], *, conflict: str = "ABORT") -> None:
    """Insert rows that all have the same columns, as `insert` does."""
    if rows:
        db.conn.executemany(_insertion(table, rows[0], conflict), [list(row.values()) for row in rows])


def _insertion(table: str, columns: Iterable[str], conflict: str) -> str:
    names = [f'"{name}"' for name in columns]
    return f'INSERT OR {conflict} INTO "{table}" ({", ".join(names)}) VALUES ({", ".join("?" * len(names))})'


def update(db: Database, table: str, values: Mapping[str, Any], where: str, *arguments: Any) -> None:
    """Set columns of the rows that `where` finds; `arguments` are those of its question marks."""
    assignments = ", ".join(f'"{name}" = ?' for name in values)
    db.execute(f'UPDATE "{table}" SET {assignments} WHERE {where}', [*values.values(), *arguments])


def is_locked(folder: Path, name: str) -> bool:
    """Whether a process holds the lock `name` of an archive."""
    try:
        with (folder / "locks" / name).open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)  # for a moment: `locked` tries twice
    except BlockingIOError:
        return True
    except OSError:  # nobody has ever held it
        return False
    return False


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
            _lock(handle, wait=wait)
        except BlockingIOError:
            taken = (
                f"another {name} is under way" if name in COMMANDS else f"{name} is being crawled by another process"
            )
            raise ArchiveError(f"{taken}; wait until it has ended") from None
        yield handle
    finally:
        os.close(handle)


def _lock(handle: int, *, wait: bool) -> None:
    if wait:
        fcntl.flock(handle, fcntl.LOCK_EX)
        return
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:  # perhaps by `is_locked`, which looks at it for a moment
        time.sleep(LOOK_SECONDS)
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
