import re
import shutil
import sqlite3
from collections.abc import Callable, Iterable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from archive.search import index
from archive.snapshots import publish, readers
from archive.snapshots.checks import check_sums
from archive.snapshots.inherited import forerunner_of
from archive.snapshots.make import make
from tests.archive.conftest import add_release, add_version, insert

NOW = datetime(2020, 4, 15, 8, 30, tzinfo=UTC)
FIRST = 10  # the first of many releases, beside which few differ
SEEN = "2020-04-16T02:00:00Z"


def edit(db: sqlite3.Connection, id: int, title: str, text: str, *, version: int = 2) -> None:
    """Change the words of a release as the store does; `version` 1: newer rules read the page that is held otherwise."""
    was = db.execute("SELECT title, text FROM releases WHERE id = ?", [id]).fetchone()
    db.execute("UPDATE releases SET title = ?, text = ?, version = ? WHERE id = ?", [title, text, version, id])
    index.write(db, id, was, (title, text))
    if version > 1:
        add_version(db, id, version, title, text, SEEN)
    else:
        db.execute("UPDATE versions SET title = ?, text = ? WHERE release = ?", [title, text, id])


def remove(db: sqlite3.Connection, id: int) -> None:
    db.execute("INSERT INTO removed SELECT url, url_key, '2020-04-15T00:00:00Z', '' FROM releases WHERE id = ?", [id])


def add_file(db: sqlite3.Connection, release: int, text: str) -> None:
    read = {"state": "ok", "method": "pdf", "pages": 1, "read": SEEN, "rules": 1}
    index.write_file(db, insert(db, "files", sha256=text, text=text, **read), None, text)
    kept = {"url": "https://www.qinghe.example/7.pdf", "sha256": text, "size": 9, "media_type": "application/pdf"}
    insert(db, "attachment_contents", release=release, n=1, seen=SEEN, **kept)


def read_file_again(db: sqlite3.Connection, text: str) -> None:
    [(id, was)] = db.execute("SELECT id, text FROM files").fetchall()
    db.execute("UPDATE files SET text = ? WHERE id = ?", [text, id])
    index.write_file(db, id, was, text)


CHANGES: dict[str, Callable[[sqlite3.Connection], object]] = {
    "nothing": lambda db: None,
    "a new release": lambda db: add_release(db, 90, "qinghe", "雨水节气", "今天下雨。"),
    "an edit": lambda db: edit(db, FIRST, "第十条消息更正", "更正后的消息。"),
    "an edit with the number of a person": lambda db: edit(db, FIRST, "第十条消息", "电话13812345678。"),
    "other rules": lambda db: edit(db, FIRST, "第十条", "消息。", version=1),
    "an edit of the press": lambda db: edit(db, 3, "油菜花", "另一个很长的句子，说的是别的事情，人人都爱听。另一句。"),
    "a removal": lambda db: remove(db, FIRST),
    "a source that is no longer official": lambda db: db.execute("UPDATE sources SET rights = 'press' WHERE id = 'yunling'"),
    "another file": lambda db: add_file(db, FIRST, "监测站费用表"),
    "another text of a file": lambda db: read_file_again(db, "监测站另表"),
}  # fmt: skip


@pytest.fixture(scope="module")
def published(filled: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive with many releases and a public snapshot of it, which nobody changes."""
    archive = shutil.copytree(filled, tmp_path_factory.mktemp("published") / "data")
    with closing(sqlite3.connect(archive / "archive.db")) as db, db:
        for id in range(FIRST, FIRST + 60):
            add_release(db, id, "qinghe", f"第{id}条消息", f"清河市第{id}条消息，zqxwv{id}说明。")
        add_file(db, FIRST + 1, "监测站一览表")
    make(archive, public=True, now=NOW)
    return archive


@pytest.fixture
def held(published: Path, tmp_path: Path) -> Path:
    """An archive with many releases and a public snapshot of it."""
    return shutil.copytree(published, tmp_path / "data", symlinks=True)


def change(folder: Path, how: Callable[[sqlite3.Connection], object]) -> None:
    with closing(sqlite3.connect(folder / "archive.db")) as db, db:
        how(db)


def words(place: Path) -> list[list[tuple[object, ...]]]:
    """All that the indexes of a snapshot hold: word, release, column and place."""
    with closing(sqlite3.connect(f"file:{place / 'archive.db'}?mode=ro", uri=True)) as db:
        found = []
        for name in index.DEFINED:
            db.execute(f"CREATE VIRTUAL TABLE temp.v_{name} USING fts5vocab(main, {name}, instance)")
            found.append(db.execute(f"SELECT * FROM v_{name} ORDER BY term, doc, col, offset").fetchall())
        return found


@pytest.mark.parametrize("how", CHANGES.values(), ids=CHANGES)
def test_the_indexes_of_the_last_snapshot_become_those_of_a_new_one(
    held: Path, how: Callable[[sqlite3.Connection], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    change(held, how)
    with monkeypatch.context() as patched:
        patched.setattr(publish, "merge", lambda _: pytest.fail("the indexes were not taken over"))
        taken_over = make(held, public=True, now=NOW + timedelta(seconds=1))
    check_sums(taken_over)
    monkeypatch.setattr("archive.snapshots.make.forerunner_of", lambda _: None)
    assert words(taken_over) == words(make(held, public=True, now=NOW + timedelta(seconds=2)))


@pytest.mark.slow
def test_a_large_archive_is_read_in_processes_meanwhile(held: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    change(held, CHANGES["an edit with the number of a person"])
    here = make(held, public=True, now=NOW + timedelta(seconds=1))
    monkeypatch.setattr(readers, "LARGE", 0)
    apart = make(held, public=True, now=NOW + timedelta(seconds=2))
    check_sums(apart)
    assert words(apart) == words(here)


def test_no_word_of_what_was_removed_is_left(held: Path) -> None:
    words = " ".join(f"{number}qzxv" for number in range(60000))  # many pages of an index
    change(held, lambda db: add_release(db, 90, "qinghe", "名录", words))
    with_it = make(held, public=True, now=NOW + timedelta(seconds=1))
    change(held, lambda db: remove(db, 90))
    without = make(held, public=True, now=NOW + timedelta(seconds=2))
    assert [b"qzxv" in (place / "archive.db").read_bytes() for place in (with_it, without)] == [True, False]


def takes_over(folder: Path) -> bool:
    """Whether a public snapshot that is made now takes the indexes of the last one. It must be sound in any case."""
    merged: list[object] = []
    with pytest.MonkeyPatch.context() as patched:
        whole = publish.merge
        patched.setattr(publish, "merge", lambda db: (merged.append(db), whole(db)))
        check_sums(make(folder, public=True, now=NOW + timedelta(seconds=1)))
    return not merged


def test_without_a_public_snapshot_nothing_is_taken_over(archive: Path) -> None:
    make(archive, public=False, now=NOW)
    assert forerunner_of(archive) is None
    assert not takes_over(archive)


def test_nothing_is_taken_over_where_much_has_changed(held: Path) -> None:
    change(held, lambda db: [edit(db, id, "新题", "新文。") for id in range(FIRST, FIRST + 10)])
    assert not takes_over(held)


def test_nothing_is_taken_over_after_a_rebuild(held: Path) -> None:
    """Its releases have new numbers."""

    def renumber(db: sqlite3.Connection) -> None:
        db.execute("PRAGMA foreign_keys = OFF")
        for id in range(FIRST, FIRST + 60):
            db.execute("UPDATE releases SET url = url || '.', url_key = url_key || '.' WHERE id = ?", [id])

    change(held, renumber)
    assert forerunner_of(held) is None


@pytest.mark.parametrize(
    ("places", "said"),
    [([-1], "its SHA-256 differs"), (range(5000, 60000, 50), "differs|cannot be read|passed over"), (range(100), "passed over")],
    ids=["a bit", "all pages", "the head"],
)  # fmt: skip
def test_nothing_is_taken_over_from_a_damaged_snapshot(
    held: Path, places: Iterable[int], said: str, caplog: pytest.LogCaptureFixture
) -> None:
    database = held / "snapshots" / "public" / "archive.db"
    content = bytearray(database.read_bytes())
    for place in places:
        content[place] ^= 1
    database.write_bytes(content)
    assert not takes_over(held)
    assert re.search(said, caplog.text)


def test_nothing_is_taken_over_where_signs_were_folded_otherwise(held: Path) -> None:
    change(held, lambda db: db.execute("DELETE FROM folds WHERE code = (SELECT max(code) FROM folds)"))
    assert forerunner_of(held) is None


@pytest.mark.parametrize(
    ("how", "lost"),
    [("an edit", False), ("a new release", False), ("other rules", True), ("a removal", True), ("an edit of the press", True)],
)  # fmt: skip
def test_words_that_stand_nowhere_any_more_are_merged_out(
    held: Path, how: str, lost: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    merged: list[object] = []
    monkeypatch.setattr(index, "optimize", merged.append)
    change(held, CHANGES[how])
    make(held, public=True, now=NOW + timedelta(seconds=1))
    assert bool(merged) is lost
