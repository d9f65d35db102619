"""The files that the current version of a release links to, as rows of `attachments`."""

from collections.abc import Iterable
from typing import Any

from sqlite_utils import Database

from archive.database import insert, update
from archive.model import Listed
from archive.store.removed import is_removed
from archive.texts.file_names import names_nothing
from archive.urls import canonical, file_key

NOT_ASKED = {"state": "skipped", "reason": "not-asked"}


def link(db: Database, release: int, files: Iterable[Listed], pictures: Iterable[Listed], seen: str) -> None:
    """Let a release have a row for each of these files and pictures and for no other; a new one is `skipped: not-asked` so far.

    A file is known by `file_key`: another token in its address makes no other file. A removed address has no row. The name that a
    server gave stays where the page still has none.
    """
    held = {file_key(url): (id, url, name) for id, url, name in _rows(db, release)}
    there = {file_key(one.url): (one, shown) for shown, some in ((1, pictures), (0, files)) for one in some}
    for key, (id, url, name) in held.items():
        if key not in there:
            db.execute("DELETE FROM attachments WHERE id = ?", [id])
        elif (there[key][0].url, there[key][0].title) != (url, name):
            file = there[key][0]
            title = name if names_nothing(file.title, file.url) and not names_nothing(name, url) else file.title
            update(db, "attachments", {"url": file.url, "name": title}, "id = ?", id)
    for key, (file, shown) in there.items():
        if key not in held:
            add(db, release, file, seen, shown=shown)


def add(db: Database, release: int, file: Listed, seen: str, *, shown: int = 0) -> int | None:
    """Enter a file that a release links to, or a picture that it shows; the row's id, None for a removed address."""
    if is_removed(db, canonical(file.url)):
        return None
    about = {"release": release, "url": file.url, "name": file.title, "seen": seen, "shown": shown}
    row: dict[str, Any] = {**about, **NOT_ASKED}
    return insert(db, "attachments", row)


def row_at(db: Database, release: int, url: str) -> int | None:
    """The row of a file of a release by its address."""
    return next((id for id, held, _ in _rows(db, release) if file_key(held) == file_key(url)), None)


def _rows(db: Database, release: int) -> list[tuple[int, str, str]]:
    return db.execute("SELECT id, url, name FROM attachments WHERE release = ? ORDER BY id", [release]).fetchall()
