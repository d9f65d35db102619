"""A copy of a database, made table by table: as compact as one by VACUUM INTO, made in less time, and without what is not wanted.

Into an empty table SQLite copies the rows of another of the same form as they lie there, and those of its indexes.
"""

import sqlite3
from collections.abc import Collection
from contextlib import closing
from pathlib import Path

from archive.database import mapped

_HEAD = ("page_size", "user_version", "application_id")  # pragmas of the file header
_GENERATED = (2, 3)  # kinds of columns, virtual and stored


def begun(database: Path, to: Path) -> sqlite3.Connection:
    """A connection to the file `to` that reads a database, attached as `live`, in its state of this moment.

    `to` is new, or holds a part of the copy. Any thread may use it. It writes without a journal and syncs nothing: a crash throws the copy away.
    """
    db = sqlite3.connect(to.absolute().as_uri(), uri=True, timeout=60, isolation_level=None, check_same_thread=False)
    try:
        db.execute("PRAGMA main.journal_mode = OFF")
        db.execute("PRAGMA main.synchronous = OFF")  # not for `live`: the last connection to close may write to it
        attach(db, database, "live", mode="rw")
        for name in _HEAD:
            db.execute(f"PRAGMA main.{name} = {db.execute(f'PRAGMA live.{name}').fetchone()[0]}")
        db.execute("BEGIN")
        db.execute("SELECT count(*) FROM live.sqlite_master").fetchone()  # BEGIN alone does not read
    except BaseException:
        db.close()
        raise
    return db


def attach(db: sqlite3.Connection, database: Path, name: str, *, mode: str = "ro") -> None:
    """Let a connection that was opened by a URI read another database under a name."""
    db.execute(f"ATTACH ? AS {name}", [f"{database.absolute().as_uri()}?mode={mode}"])
    mapped(db)


def fill(db: sqlite3.Connection, *, absent: Collection[str] = (), empty: Collection[str] = ()) -> None:
    """Copy what a connection reads that has `begun`, and close it: but for `absent` tables, and for the rows of `empty` ones."""
    with closing(db):
        defined = db.execute("SELECT type, name, sql, rootpage FROM live.sqlite_master ORDER BY rowid").fetchall()
        held = [row for row in defined if row[1] not in absent and not row[1].startswith("sqlite_")]
        tables = [name for kind, name, _, root in held if kind == "table" and root]
        _make(db, [sql for kind, _, sql, root in held if kind == "table" and root])
        _make(db, [sql for kind, _, sql, _ in held if kind == "index"])
        for name in tables:
            if name not in empty:
                rows(db, name, "live")
        if any(name == "sqlite_sequence" for _, name, _, _ in defined):  # an id is never used again
            rows(db, "sqlite_sequence", "live")
        _make(db, [sql for kind, _, sql, _ in held if kind in ("view", "trigger")])
        _enter_virtual(db, absent)
        db.execute("COMMIT")


def add(database: Path, to: Path, tables: Collection[str]) -> None:
    """Give tables of a copy that were left `empty` their rows."""
    with closing(begun(database, to)) as db:
        for name in tables:
            rows(db, name, "live")
        db.execute("COMMIT")


def rows(db: sqlite3.Connection, table: str, of: str) -> None:
    """Give a table the rows that it has in an attached database."""
    db.execute(f'DELETE FROM main."{table}"')
    told = db.execute(f'PRAGMA main.table_xinfo("{table}")').fetchall()
    stored = ", ".join(f'"{name}"' for _, name, *_, hidden in told if hidden not in _GENERATED)
    # with names SQLite takes the rows apart
    into, chosen = (f"({stored})", stored) if any(row[-1] in _GENERATED for row in told) else ("", "*")
    db.execute(f'INSERT INTO main."{table}" {into} SELECT {chosen} FROM {of}."{table}"')


def _enter_virtual(db: sqlite3.Connection, absent: Collection[str]) -> None:
    """Enter virtual tables as VACUUM does: their content stands in other tables, and an extension that made one may be missing here."""
    entered = "type, name, tbl_name, rootpage, sql"
    virtual = f"SELECT {entered} FROM live.sqlite_master WHERE type = 'table' AND rootpage = 0"
    wanted = [row for row in db.execute(virtual) if row[1] not in absent]
    db.execute("PRAGMA writable_schema = ON")
    db.executemany(f"INSERT INTO main.sqlite_master ({entered}) VALUES (?, ?, ?, ?, ?)", wanted)
    db.execute("PRAGMA writable_schema = OFF")


def _make(db: sqlite3.Connection, statements: list[str]) -> None:
    for sql in statements:
        db.execute(sql)
