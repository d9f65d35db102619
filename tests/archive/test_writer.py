"""The writer thread: what one transaction holds, and what an error costs."""

import sqlite3
import threading
import time
from concurrent.futures import Future, wait
from pathlib import Path
from typing import Any

import pytest
from sqlite_utils import Database

from archive import warc
from archive.database import ArchiveError, transaction
from archive.warc import Exchange
from archive.writer import LINGER, MOST, Writer
from tests.archive.living import empty_archive, one


@pytest.fixture
def db(tmp_path: Path) -> Database:
    return empty_archive(tmp_path)


def remove(url: str) -> Any:
    """A job that writes one row, in a transaction of its own as the store's functions do."""

    def work(db: Database) -> str:
        with transaction(db):
            db.execute("INSERT INTO removed VALUES (?, ?, '', '')", [url, url])
        return url

    return work


def exchange(number: int) -> Exchange:
    return Exchange(
        url=f"http://www.yunling.example/{number}", source="yunling", role="article",
        fetched="2026-03-02T09:00:00+00:00", status=200, body=b"page %d" % number,
    )  # fmt: skip


def transactions(folder: Path, count: int, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many rows each of the writer's transactions added, when so many jobs come at once."""
    sizes: list[int] = []
    write = Writer._write

    def noting(self: Writer, db: Database, captures: list[Any], jobs: list[Any]) -> None:
        sizes.append(len(jobs))
        write(self, db, captures, jobs)

    monkeypatch.setattr(Writer, "_write", noting)
    with Writer(folder) as writing:
        for number in range(count):
            writing.put(remove(str(number)))
    return sizes


def test_a_job_is_done_when_its_row_is_on_the_disk(db: Database, tmp_path: Path) -> None:
    with Writer(tmp_path) as writing:
        assert writing.put(remove("a")).result(10) == "a"
        assert one(db, "SELECT count(*) FROM removed") == 1


def test_jobs_are_written_in_their_order_fifty_at_most_in_a_transaction(
    db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes = transactions(tmp_path, 120, monkeypatch)
    assert sum(sizes) == 120
    assert max(sizes) <= MOST
    urls = [int(url) for (url,) in db.execute("SELECT url FROM removed ORDER BY rowid")]
    assert urls == list(range(120))


def test_what_waits_is_written_before_the_writer_ends(db: Database, tmp_path: Path) -> None:
    with Writer(tmp_path) as writing:
        done = [writing.put(remove(str(number))) for number in range(7)]
    assert all(one_done.done() for one_done in done)
    assert one(db, "SELECT count(*) FROM removed") == 7


def test_a_single_job_does_not_wait_for_others_for_ever(db: Database, tmp_path: Path) -> None:
    with Writer(tmp_path) as writing:
        began = time.monotonic()
        writing.put(remove("a")).result(10)
        assert time.monotonic() - began >= LINGER * 0.9


def test_a_job_that_fails_costs_itself_alone(db: Database, tmp_path: Path) -> None:
    def fails(db: Database) -> None:
        remove("half")(db)
        raise ValueError("no")

    with Writer(tmp_path) as writing:
        good, bad, later = writing.put(remove("a")), writing.put(fails), writing.put(remove("b"))
        wait([good, bad, later], 10)
    assert isinstance(bad.exception(), ValueError)
    assert [url for (url,) in db.execute("SELECT url FROM removed ORDER BY url")] == ["a", "b"]


def test_a_database_that_fails_is_told_to_all_of_the_batch_and_nothing_is_kept(db: Database, tmp_path: Path) -> None:
    def full(db: Database) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    with Writer(tmp_path) as writing:
        done: list[Future[Any]] = [writing.put(remove("a")), writing.put(full)]
        wait(done, 10)
    assert [str(future.exception()) for future in done] == ["database or disk is full"] * 2
    assert one(db, "SELECT count(*) FROM removed") == 0


def test_an_archive_that_cannot_be_opened_is_told(tmp_path: Path) -> None:
    (tmp_path / "archive.db").write_text("no database")
    with Writer(tmp_path) as writing:
        assert isinstance(writing.put(remove("a")).exception(10), ArchiveError)


def test_captures_do_not_wait(db: Database, tmp_path: Path) -> None:
    with Writer(tmp_path) as writing:
        ids = [writing.capture(exchange(number)).result(10) for number in range(3)]
        assert ids == [1, 2, 3]
        assert warc.payload(db, tmp_path, ids[1]).body == b"page 1"


def test_captures_that_wait_together_share_a_sync(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[int] = []
    monkeypatch.setattr(warc.os, "fsync", synced.append)
    db = empty_archive(tmp_path)
    synced.clear()
    warc.capture_all(db, tmp_path, [exchange(number) for number in range(20)])
    assert len(synced) == 2  # the file, and its new name in the folder


def test_notes_of_another_thread_do_not_tear_captures(db: Database, tmp_path: Path) -> None:
    def take_notes() -> None:
        for number in range(50):
            warc.note(tmp_path, "yunling", "2026-03-02T09:00:00+00:00", f"urn:{number}", {"event": "failed"})

    noting = threading.Thread(target=take_notes)
    with Writer(tmp_path) as writing:
        noting.start()
        ids = [writing.capture(exchange(number)) for number in range(50)]
        noting.join()
        bodies = [warc.payload(db, tmp_path, future.result(10)).body for future in ids]
    assert bodies == [b"page %d" % number for number in range(50)]
