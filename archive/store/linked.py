"""The files that the current version of a release links to, as rows of `attachments`."""

from collections.abc import Iterable
from typing import Any

from sqlite_utils import Database

from archive.database import insert, update
from archive.model import Listed
from archive.store.removed import is_removed
from archive.urls import canonical, file_key

NOT_ASKED = {"state": "skipped", "reason": "not-asked"}


def link(db: Database, release: int, files: Iterable[Listed], seen: str) -> None:
    """Let a release have a row for each of these files and for no other; a new one is `skipped: not-asked` so far.

    A file is known by `file_key`: another token in its address makes no other file. A removed address has no row.
    """
    held = {file_key(url): (id, url, name) for id, url, name in _rows(db, release)}
    there = {file_key(file.url): file for file in files}
    for key, (id, url, name) in held.items():
        if key not in there:
            db.execute("DELETE FROM attachments WHERE id = ?", [id])
        elif (there[key].url, there[key].title) != (url, name):
            update(db, "attachments", {"url": there[key].url, "name": there[key].title}, "id = ?", id)
    for key, file in there.items():
        if key not in held:
            add(db, release, file, seen)


def add(db: Database, release: int, file: Listed, seen: str) -> int | None:
    """Enter a file that a release links to; the row's id, None for a removed address."""
    if is_removed(db, canonical(file.url)):
        return None
    row: dict[str, Any] = {"release": release, "url": file.url, "name": file.title, "seen": seen, **NOT_ASKED}
    return insert(db, "attachments", row)


def row_at(db: Database, release: int, url: str) -> int | None:
    """The row of a file of a release by its address."""
    return next((id for id, held, _ in _rows(db, release) if file_key(held) == file_key(url)), None)


def _rows(db: Database, release: int) -> list[tuple[int, str, str]]:
    return db.execute("SELECT id, url, name FROM attachments WHERE release = ? ORDER BY id", [release]).fetchall()
