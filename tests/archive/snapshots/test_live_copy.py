import sqlite3
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import closing, suppress
from pathlib import Path

import pytest

from archive.database import connect
from archive.snapshots import live_copy, readers, tablewise
from archive.snapshots.live_copy import copied
from archive.snapshots.readers import Reader

COUNT = "SELECT count(*), coalesce(max(id), 0), sum(length(text)) FROM notes"


@pytest.fixture
def live(tmp_path: Path) -> Path:
    path = tmp_path / "archive.db"
    with closing(connect(str(path))) as db:
        db.execute("PRAGMA journal_mode=WAL")
        db.execute("CREATE TABLE notes(id INTEGER PRIMARY KEY, text TEXT)")
        db.execute("BEGIN")
        db.executemany("INSERT INTO notes(text) VALUES (?)", [("通告" * 500,)] * 2000)
        db.execute("COMMIT")
    return path


@pytest.fixture
def writer(live: Path) -> Iterator[list[int]]:
    """Somebody who writes all the time; how many rows there are by now."""
    over, written = threading.Event(), [2000]

    def write() -> None:
        with closing(connect(str(live))) as db:
            while not over.wait(0.004):
                db.execute("INSERT INTO notes(text) VALUES ('新')")
                written[0] += 1

    thread = threading.Thread(target=write)
    thread.start()
    yield written
    over.set()
    thread.join()


def count_of(reader: Reader) -> tuple[int, int, int]:
    return reader.submit(count_in).result()


def count_in(db: sqlite3.Connection) -> tuple[int, int, int]:
    row: tuple[int, int, int] = db.execute(COUNT).fetchone()
    return row


@pytest.mark.parametrize("large", [readers.LARGE, 0], ids=["threads", "processes"])
def test_all_that_read_and_the_copy_hold_the_same(
    live: Path, writer: list[int], tmp_path: Path, large: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readers, "LARGE", large)
    before = writer[0]
    for number in range(30 if large else 1):
        to = tmp_path / f"{number}.db"
        with copied(live, to, readers=3) as (copying, three):
            told = [count_of(one) for one in three]
            copying.result()
            told += [count_of(one) for one in three]
        with closing(sqlite3.connect(to)) as db:
            assert {*told} == {db.execute(COUNT).fetchone()}
    assert writer[0] > before


@pytest.mark.parametrize("times", [1, 3])
def test_when_somebody_writes_before_all_have_begun_they_begin_anew(
    live: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, times: int
) -> None:
    whole, begun = tablewise.begun, 0

    def late(database: Path, to: Path) -> sqlite3.Connection:
        nonlocal begun
        begun += 1
        if begun <= times:
            with closing(connect(str(live))) as db:
                db.execute("INSERT INTO notes(text) VALUES ('新')")
        return whole(database, to)

    monkeypatch.setattr(tablewise, "begun", late)
    with copied(live, tmp_path / "copy.db", readers=2) as (copying, two):
        copying.result()
        told = [count_of(one) for one in two]
    with closing(sqlite3.connect(tmp_path / "copy.db")) as db:
        assert {*told} == {db.execute(COUNT).fetchone()}
    assert begun == times + 1
    assert told[0][0] == 2000 + times


def test_others_write_while_it_is_read(live: Path, tmp_path: Path) -> None:
    with copied(live, tmp_path / "copy.db", readers=1) as (copying, [reader]), closing(connect(str(live))) as db:
        db.execute("PRAGMA busy_timeout = 0")
        db.execute("DELETE FROM notes")
        copying.result()
        assert count_of(reader)[0] == 2000


def test_who_is_about_to_write_holds_nobody_up(live: Path, tmp_path: Path) -> None:
    with closing(connect(str(live))) as db:
        db.execute("BEGIN IMMEDIATE")
        db.execute("DELETE FROM notes")
        with copied(live, tmp_path / "copy.db", readers=1) as (copying, [reader]):
            copying.result()
            assert count_of(reader)[0] == 2000
        db.execute("ROLLBACK")


def test_who_writes_without_a_pause_waits_for_once(live: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_copy, "TRIES", 2)
    whole, tried = tablewise.begun, 0

    def late(database: Path, to: Path) -> sqlite3.Connection:
        nonlocal tried
        tried += 1
        with closing(connect(str(live))) as db:
            db.execute("PRAGMA busy_timeout = 0")
            with suppress(sqlite3.OperationalError):  # locked
                db.execute("INSERT INTO notes(text) VALUES ('新')")
        return whole(database, to)

    monkeypatch.setattr(tablewise, "begun", late)
    with copied(live, tmp_path / "copy.db", readers=1) as (copying, [reader]), closing(connect(str(live))) as db:
        copying.result()
        assert count_of(reader)[0] == 2002
        db.execute("INSERT INTO notes(text) VALUES ('新')")
    assert tried == 3


def test_a_copy_that_nobody_wants_any_more_is_broken_off(
    live: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    running = threading.Event()

    def endless(source: sqlite3.Connection, **_: object) -> None:
        source.set_progress_handler(running.set, 1000)
        source.execute("WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n) SELECT count(*) FROM n")

    monkeypatch.setattr(tablewise, "fill", endless)

    def given_up() -> None:
        with copied(live, tmp_path / "copy.db", readers=1) as (copying, _):
            copies.append(copying)
            running.wait(30)  # an interrupt finds only what has begun
            raise KeyboardInterrupt

    copies: list[Future[None]] = []
    with pytest.raises(KeyboardInterrupt):
        given_up()
    assert isinstance(copies[0].exception(), sqlite3.OperationalError)


def test_a_copy_that_cannot_be_made_says_so(live: Path, tmp_path: Path) -> None:
    (tmp_path / "copy.db").write_bytes(b"something else")
    with (
        pytest.raises(sqlite3.Error, match="not a database"),
        copied(live, tmp_path / "copy.db", readers=1),
    ):
        pytest.fail("it was not made")
