"""The process that writes: what one transaction holds, what an error costs, and what becomes of it when a crawl dies."""

import functools
import os
import signal
import sqlite3
import time
from concurrent.futures import Future, wait
from pathlib import Path
from typing import Any

import pytest
from sqlite_utils import Database

from archive import warc
from archive.database import ArchiveError, at_the_end, locked, transaction
from archive.search import index
from archive.store import writer_process
from archive.store.writer import LINGER, MOST, Writer
from archive.warc.exchange import Exchange
from archive.warc.notes import RequestFailed
from tests.archive.living import empty_archive, one


@pytest.fixture
def db(tmp_path: Path) -> Database:
    return empty_archive(tmp_path)


# jobs: what travels to a process must be importable


def remove(db: Database, url: str) -> str:
    """Writes one row, in a transaction of its own as the store's functions do."""
    with transaction(db):
        db.execute("INSERT INTO removed VALUES (?, ?, '', '')", [url, url])
    return url


def half(db: Database) -> None:
    remove(db, "half")
    raise ValueError("no")


class Peculiar(Exception):
    """An error that cannot travel."""

    def __init__(self, _first: str, _second: str) -> None:
        super().__init__()


def peculiar(_: Database) -> None:
    raise Peculiar("a", "b")


def full(_: Database) -> None:
    raise sqlite3.OperationalError("database or disk is full")


def process(_: Database) -> int:
    return os.getpid()


def removal(url: str) -> "functools.partial[str]":
    return functools.partial(remove, url=url)


def note(_: Database, folder: Path, number: int) -> None:
    warc.write_note(folder, "yunling", "2026-03-02T09:00:00+00:00", f"urn:{number}", RequestFailed())


def exchange(number: int) -> Exchange:
    return Exchange(
        url=f"http://www.yunling.example/{number}", source="yunling", role="article",
        fetched="2026-03-02T09:00:00+00:00", status=200, body=b"page %d" % number,
    )  # fmt: skip


def removed(db: Database) -> list[str]:
    return [url for (url,) in db.execute("SELECT url FROM removed ORDER BY rowid")]


# what a batch is


def test_a_job_that_fails_costs_itself_alone(db: Database, tmp_path: Path) -> None:
    _, outcomes = writer_process.write(db, tmp_path, [], [removal("a"), half, removal("b")])
    assert [(result, type(failure)) for result, failure in outcomes] == [
        ("a", type(None)),
        (None, ValueError),
        ("b", type(None)),
    ]
    assert removed(db) == ["a", "b"]


def test_an_error_keeps_its_traceback_for_the_log(db: Database, tmp_path: Path) -> None:
    [(_, failure)] = writer_process.write(db, tmp_path, [], [half])[1]
    assert failure is not None
    assert "in half" in failure.__notes__[0]


def test_an_error_that_cannot_travel_is_told_in_words(db: Database, tmp_path: Path) -> None:
    [(_, failure)] = writer_process.write(db, tmp_path, [], [peculiar])[1]
    assert isinstance(failure, RuntimeError)
    assert "Peculiar" in str(failure)


def test_a_database_that_fails_undoes_all_jobs_of_the_batch(db: Database, tmp_path: Path) -> None:
    with pytest.raises(sqlite3.OperationalError, match="full"):
        writer_process.write(db, tmp_path, [], [removal("a"), full])
    assert removed(db) == []


def test_captures_stand_though_a_job_of_their_batch_fails(db: Database, tmp_path: Path) -> None:
    ids, _ = writer_process.write(db, tmp_path, [exchange(1)], [half])
    assert [warc.payload(db, tmp_path, id).body for id in ids] == [b"page 1"]


def test_captures_that_wait_together_share_a_sync(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[int] = []
    monkeypatch.setattr("os.fsync", synced.append)
    db = empty_archive(tmp_path)
    synced.clear()
    warc.capture_all(db, tmp_path, [exchange(number) for number in range(20)])
    assert len(synced) == 2  # the file, and its new name in the folder


def test_index_rows_are_written_when_all_else_of_a_transaction_is(db: Database) -> None:
    told: list[str] = []
    db.conn.set_trace_callback(told.append)
    with transaction(db):
        at_the_end(db, functools.partial(index.write, db, 1, None, ("题", "文")))
        remove(db, "a")
    ours = [line.split(" (")[0].split("(")[0] for line in told if line.startswith(("INSERT INTO re", "COMMIT"))]
    assert ours == ["INSERT INTO removed VALUES", "INSERT INTO releases_fts", "COMMIT"]


# the process


def batches(folder: Path, count: int, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many jobs each of the writer's batches had, when so many come at once."""
    sizes: list[int] = []
    ask = Writer._ask

    def noting(self: Writer, captures: list[Any], jobs: list[Any]) -> Any:
        sizes.append(len(jobs))
        return ask(self, captures, jobs)

    monkeypatch.setattr(Writer, "_ask", noting)
    with Writer(folder) as writer:
        for number in range(count):
            writer.put(removal(str(number)))
    return sizes


def test_a_job_is_done_elsewhere_and_when_its_row_is_on_the_disk(db: Database, tmp_path: Path) -> None:
    with Writer(tmp_path) as writer:
        assert writer.put(removal("a")).result(30) == "a"
        assert one(db, "SELECT count(*) FROM removed") == 1
        assert writer.put(process).result(30) != os.getpid()


def test_jobs_are_written_in_their_order_thirty_at_most_in_a_transaction(
    db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes = batches(tmp_path, 120, monkeypatch)
    assert sum(sizes) == 120
    assert max(sizes) <= MOST
    assert list(map(int, removed(db))) == list(range(120))


def test_what_waits_is_written_before_the_writer_ends(db: Database, tmp_path: Path) -> None:
    with Writer(tmp_path) as writer:
        done = [writer.put(removal(str(number))) for number in range(7)]
    assert all(job.done() for job in done)
    assert len(removed(db)) == 7


def test_a_single_job_waits_for_others_but_not_for_ever(db: Database, tmp_path: Path) -> None:
    with Writer(tmp_path) as writer:
        began = time.monotonic()
        writer.put(removal("a")).result(30)
        assert time.monotonic() - began >= LINGER * 0.9


def test_what_waits_is_written_when_it_is_asked_for(
    db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("archive.store.writer.LINGER", 3600)
    with Writer(tmp_path) as writer:
        waiting = writer.put(removal("a"))
        writer.flush().result(30)
        assert waiting.result(0) == "a"


def test_what_is_urgent_does_not_wait_for_what_waits(
    db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("archive.store.writer.LINGER", 3600)
    with Writer(tmp_path) as writer:
        writer.put(removal("a"))
        assert writer.urge(removal("b")).result(30) == "b"
        assert removed(db) == ["b"]
        writer.flush().result(30)
        assert removed(db) == ["b", "a"]


def test_a_page_is_kept_before_the_jobs_that_wait_with_it_are_done(db: Database, tmp_path: Path) -> None:
    with Writer(tmp_path) as writer:
        writer.flush().result(30)  # the process has started
        slow = writer.put(a_while)
        for _ in range(MOST):
            kept = writer.capture(exchange(1))
            writer.put(removal("a"))
        kept.result(30)
        assert not slow.done()


def a_while(_: Database) -> None:
    time.sleep(1)


def test_captures_do_not_wait_and_notes_stand_between_them(db: Database, tmp_path: Path) -> None:
    with Writer(tmp_path) as writer:
        ids: list[Future[int]] = []
        for number in range(30):
            writer.put(functools.partial(note, folder=tmp_path, number=number))
            ids.append(writer.capture(exchange(number)))
        bodies = [warc.payload(db, tmp_path, id.result(30)).body for id in ids]
    assert bodies == [b"page %d" % number for number in range(30)]


def test_a_database_that_fails_is_told_to_all_of_the_batch(db: Database, tmp_path: Path) -> None:
    with Writer(tmp_path) as writer:
        done: list[Future[Any]] = [writer.put(removal("a")), writer.put(full)]
        wait(done, 30)
    assert [str(future.exception()) for future in done] == ["database or disk is full"] * 2


def test_an_archive_that_cannot_be_opened_is_told(tmp_path: Path) -> None:
    (tmp_path / "archive.db").write_text("no database")
    with Writer(tmp_path) as writer:
        assert isinstance(writer.put(removal("a")).exception(30), ArchiveError)


def test_a_job_that_cannot_travel_is_told(db: Database, tmp_path: Path) -> None:
    with Writer(tmp_path) as writer:
        bad, good = writer.put(lambda db: None), writer.put(removal("a"))
        assert bad.exception(30)
        assert good.exception(30)  # of the same batch
        assert writer.put(removal("b")).result(30) == "b"


def test_a_process_that_is_killed_is_told_to_all_that_wait(db: Database, tmp_path: Path) -> None:
    with Writer(tmp_path) as writer:
        os.kill(writer.put(process).result(30), signal.SIGKILL)
        errors = [writer.put(removal("a")).exception(30), writer.capture(exchange(1)).exception(30)]
    assert [type(error) for error in errors] == [OSError, OSError]


def test_the_process_holds_the_crawls_lock_as_long_as_it_lives(db: Database, tmp_path: Path) -> None:
    with locked(tmp_path, "yunling") as lock:
        writer = Writer(tmp_path, lock).__enter__()
    with pytest.raises(ArchiveError), locked(tmp_path, "yunling"):  # as if the crawler had been killed
        pass
    writer.__exit__()
    with locked(tmp_path, "yunling"):
        pass
