"""Checks of databases and snapshots: each raises SnapshotError with the first fault that it finds."""

import json
import re
import shutil
import sqlite3
import tempfile
from collections.abc import Collection, Iterable, Mapping
from contextlib import closing
from hashlib import sha256
from pathlib import Path

from archive.database import reading
from archive.files import digest
from archive.search import index
from archive.snapshots.read_back import first_fault
from archive.snapshots.readers import readers
from archive.snapshots.shelf import DATABASE, SUMS, SnapshotError
from archive.texts.sentences import sentences

SAMPLE = 50  # releases, the newest and as many others
# digests of the views that earlier versions made; their snapshots are checked as they were written
_EARLIER_VIEWS = {"e3beb587c57cc10463cd1e4ce0decbcda1fb89769e538d711d3da48b7e2ffa1c"}
_RUN = re.compile("[\u4e00-\u9fa5]{2,4}")  # each sign is a word of the index by itself

_WORD = re.compile(r"[^\W_]")


def check(path: Path) -> None:
    """Check a database: its pages and its references. Raises SnapshotError with the first fault."""
    with closing(reading(path)) as db:
        _check_structure(db, path)


def _check_structure(db: sqlite3.Connection, path: Path) -> None:
    result = db.execute("PRAGMA integrity_check(1)").fetchone()[0]
    if result != "ok":
        raise SnapshotError(f"{path} is damaged: {result}")
    if broken := db.execute("PRAGMA foreign_key_check").fetchone():
        raise SnapshotError(f"{path} is damaged: row {broken[1]} of {broken[0]} refers to nothing in {broken[2]}")


def check_sums(place: Path) -> None:
    """Check a snapshot wherever it lies: its digests, that nothing else lies there, database, exports, search index.

    Raises SnapshotError with the first fault.
    """
    check_digests(place, digests(place))
    check_content(place)


def digests(place: Path) -> dict[str, str]:
    """The SHA-256 of all that lies in a snapshot beside `SHA256SUMS`; "" for what is no file."""
    return {path.name: digest(path) if path.is_file() else "" for path in place.iterdir() if path.name != SUMS}


def check_digests(place: Path, found: Mapping[str, str]) -> None:
    """Compare the digests of a snapshot's files with those that it names. Raises SnapshotError with the first fault."""
    sums = place / SUMS
    if not sums.is_file():
        raise SnapshotError(f"{place} is no snapshot: it holds no {SUMS}")
    lines = [line.partition("  ") for line in sums.read_text("utf-8").splitlines()]
    named = {name: expected for expected, _, name in lines}
    for name in sorted(found.keys() ^ named.keys() | {DATABASE} - named.keys()):
        fault = f"is named in {SUMS} and not there" if name not in found else f"is not named in {SUMS}"
        raise SnapshotError(f"{place / name} {fault}: take the snapshot anew")
    for name, expected in named.items():
        if found[name] != expected:
            raise SnapshotError(f"{place / name} was changed: its SHA-256 differs from {SUMS}")


def check_content(place: Path) -> None:
    """Check a snapshot's database, and the search index and the exports against it. Raises SnapshotError with the first fault."""
    with readers(place / DATABASE, 3) as (one, two, three):
        checks = [
            one.submit(_check_structure, place / DATABASE),
            two.submit(_check_index_of, place),
            three.submit(_check_exports, place),
        ]
        for checked in checks:
            checked.result()


def _check_exports(db: sqlite3.Connection, place: Path) -> None:
    if fault := first_fault(db, place):
        raise SnapshotError(f"{place}: {fault}: take the snapshot anew")


def _check_index_of(_: sqlite3.Connection, place: Path) -> None:
    with tempfile.TemporaryDirectory() as scratch:  # the index can only be checked where one may write
        copy = Path(scratch) / DATABASE
        shutil.copyfile(place / DATABASE, copy)
        with closing(sqlite3.connect(copy, isolation_level=None)) as db:
            check_index(db)


def check_index(db: sqlite3.Connection) -> None:
    """Compare the search indexes with the texts, in a copy that may be written to. Raises SnapshotError.

    The views that they read are six times slower than the same in Python; only that of an earlier version is read itself.
    """
    view = _view_of(db, "releases_spaced")
    if view is None:
        raise _unfit("its view releases_spaced is not there")
    earlier = sha256(view.encode()).hexdigest() in _EARLIER_VIEWS
    if not earlier and db.execute("SELECT * FROM folds ORDER BY code").fetchall() != index.FOLDS:
        raise _unfit("the table folds is not ours")
    db.create_function("divided", 1, index.divided, deterministic=True)
    _compare(db, "releases", "" if earlier else "divided(title) AS title, divided(text) AS text")
    if _view_of(db, "files_spaced"):  # earlier versions read no files
        _compare(db, "files", "divided(text) AS text")


def _view_of(db: sqlite3.Connection, name: str) -> str | None:
    row = db.execute("SELECT sql FROM sqlite_master WHERE name = ?", [name]).fetchone()
    return None if row is None else str(row[0])


def _compare(db: sqlite3.Connection, table: str, columns: str) -> None:
    """Compare an index with its texts, by a view of these columns; "": by the view that is there."""
    name, view = f"{table}_fts", _view_of(db, f"{table}_spaced")
    if columns:
        db.execute(f"DROP VIEW {table}_spaced")
        db.execute(f"CREATE VIEW {table}_spaced AS SELECT id, {columns} FROM {table}")
    try:
        db.execute(f"INSERT INTO {name}({name}, rank) VALUES ('integrity-check', 1)")
    except sqlite3.DatabaseError as error:
        raise _unfit(error) from None
    if columns:
        db.execute(f"DROP VIEW {table}_spaced")
        db.execute(str(view))


def check_some(database: Path) -> None:
    """Look up some words of the newest releases and of others by chance in the search index: it must find them there.

    A full comparison takes longer than all else that a snapshot needs; `verify` makes it.
    """
    chosen = """SELECT id, title, text FROM releases WHERE id IN (SELECT id FROM releases ORDER BY id DESC LIMIT :n)
        OR id IN (SELECT id FROM releases ORDER BY random() LIMIT :n)"""
    with closing(reading(database)) as db:
        for id, title, text in db.execute(chosen, {"n": SAMPLE}):
            _look_up(db, id, "title", _RUN.findall(title)[:1])
            _look_up(db, id, "text", _RUN.findall(text)[-1:])


def check_changed(place: Path, releases: Collection[int], files: Collection[int]) -> None:
    """Check a snapshot's database, and that its search indexes find every sentence of these. Raises SnapshotError."""
    check(place / DATABASE)
    chosen = "WHERE id IN (SELECT value FROM json_each(?))"
    with closing(reading(place / DATABASE)) as db:
        for id, title, text in db.execute(f"SELECT id, title, text FROM releases {chosen}", [json.dumps([*releases])]):
            _look_up(db, id, "title", [title])
            _look_up(db, id, "text", _said(text))
        if files:  # earlier versions read none
            for id, text in db.execute(f"SELECT id, text FROM files {chosen}", [json.dumps([*files])]):
                _look_up(db, id, "text", _said(text), table="files")


def _said(text: str) -> list[str]:
    return [text[start:end] for start, end in sentences(text)]


def _look_up(db: sqlite3.Connection, id: int, column: str, words: Iterable[str], table: str = "releases") -> None:
    sql = f"SELECT 1 FROM {table}_fts WHERE {table}_fts MATCH ? AND rowid = ?"
    for said in filter(_WORD.search, words):
        asked = f'{column} : "{index.spaced(said).replace(chr(34), chr(32))}"'
        if db.execute(sql, [asked, id]).fetchone() is None:
            raise _unfit(f"{said} of {table.removesuffix('s')} {id} is not in it")


def _unfit(why: object) -> SnapshotError:
    return SnapshotError(
        f"the search index does not fit the texts ({why}): make the archive anew with `scrapy rebuild`"
    )
