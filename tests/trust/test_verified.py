"""What was found whole is not read through again, and nothing that was changed since is missed."""

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from hashlib import sha256
from pathlib import Path

import pytest

from archive import chain
from archive.removal.copies import sum_again
from archive.search import index
from archive.verification import verified, verify
from archive.verification.verified import Whole
from archive.verification.verify import verify_noting
from tests.trust.conftest import Crawled

Copy = Callable[..., Path]


@pytest.fixture
def place(copy: Copy) -> Path:
    """An archive whose snapshots were found whole."""
    place = copy()
    assert verify_noting(place, everything=False).faults == []
    return place


def snapshots(place: Path, end: str) -> list[Path]:
    return sorted((place / "snapshots").glob(f"2*{end}"))


def read_through(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The snapshots whose index and exports are read through from now on."""
    read: list[str] = []
    whole = verify.check_content

    def noting(place: Path) -> None:
        read.append(place.name)
        whole(place)

    monkeypatch.setattr(verify, "check_content", noting)
    return read


def test_a_snapshot_that_was_found_whole_is_not_read_through_again(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert {one.name for one in verified.known(place)} == {one.name for one in snapshots(place, "")}
    read = read_through(monkeypatch)
    assert verify_noting(place, everything=False).faults == []
    assert read == []


def test_all_of_it_is_read_when_asked(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read = read_through(monkeypatch)
    assert verify_noting(place, everything=True).faults == []
    assert sorted(read) == [one.name for one in snapshots(place, "")]


@pytest.mark.parametrize("end", ["Z", "-public"])
def test_every_file_of_it_is_still_compared_with_the_chain(place: Path, end: str) -> None:
    [snapshot] = snapshots(place, end)
    missed = []
    for path in sorted(snapshot.iterdir()):
        content = path.read_bytes()
        path.write_bytes(content[:-3] + bytes([content[-3] ^ 1]) + content[-2:])
        if not verify_noting(place / "snapshots" / snapshot.name, everything=False).faults:
            missed.append(path.name)
        path.write_bytes(content)
    assert missed == []


def test_a_forgery_with_new_sums_is_read_through_and_named(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    [snapshot] = snapshots(place, "Z")
    with closing(sqlite3.connect(snapshot / "archive.db")) as db, db:
        db.execute("UPDATE releases SET title = '甲' WHERE id = 7")
    sum_again(snapshot)
    read = read_through(monkeypatch)
    faults = verify_noting(place, everything=False).faults
    assert any("release 7 " in fault for fault in faults)
    assert read == [snapshot.name]
    assert snapshot.name in {one.name for one in verified.known(place)}  # as it was before
    assert verify_noting(place, everything=False).faults == faults


def taken_later(place: Path, crawled: Crawled) -> Path:
    """A snapshot in which one release has another text than in the one before."""
    with closing(sqlite3.connect(place / "archive.db")) as db, db:
        title, text = db.execute("SELECT title, text FROM releases WHERE id = 7").fetchone()
        index.write(db, 7, (title, text), (title, f"{text}\n溟川补记。"))
        db.execute("UPDATE releases SET text = text || char(10) || '溟川补记。' WHERE id = 7")
        db.execute("UPDATE versions SET text = text || char(10) || '溟川补记。' WHERE release = 7 AND version = 1")
        db.create_function("digest", 1, lambda text: sha256(text.encode()).hexdigest())
        db.execute("UPDATE versions SET text_sha256 = digest(text) WHERE release = 7")
    crawled.run(place, "snapshot")
    return snapshots(place, "Z")[-1]


def test_of_a_later_snapshot_the_changed_releases_are_looked_up(
    place: Path, crawled: Crawled, monkeypatch: pytest.MonkeyPatch
) -> None:
    later, read = taken_later(place, crawled), read_through(monkeypatch)
    assert verify_noting(later, everything=False).faults == []
    assert read == []
    assert later.name not in {one.name for one in verified.known(place)}  # it was not read through
    with closing(sqlite3.connect(later / "archive.db")) as db, db:
        index.forget(db, 7)
    sum_again(later)
    assert any("of release 7 is not in it" in fault for fault in verify_noting(later, everything=False).faults)


def test_a_note_of_other_checks_and_one_of_a_lone_copy_count_for_nothing(
    place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    [snapshot] = snapshots(place, "Z")
    alone = shutil.copytree(snapshot, tmp_path / "lone" / "copy")
    read = read_through(monkeypatch)
    for _ in range(2):
        assert verify_noting(alone, everything=False).faults == []
    assert read == ["copy", "copy"]
    monkeypatch.setattr(verified, "RULES", verified.RULES + 1)
    assert verified.known(place) == frozenset()


@pytest.mark.parametrize(("name", "is_base"), [("20260101T000000Z", True), ("20260101T000000Z-public", False)])
def test_a_public_snapshot_is_no_base_for_a_private_one(place: Path, name: str, is_base: bool) -> None:
    first, second = (chain.read_link(path) for path in chain.link_paths(place / "chain"))
    own, noted = Whole("20260102T000000Z", second.digest, ""), Whole(name, first.digest, "")
    assert verified.before(own, [noted], [first, second]) == (first if is_base else None)
