import multiprocessing
import os
import signal
import sqlite3
import time
from contextlib import closing
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from archive.database import connect
from archive.snapshots import readers
from archive.snapshots.readers import Reader
from archive.snapshots.shelf import SnapshotError


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "archive.db"
    with closing(connect(str(path))) as db:
        db.execute("PRAGMA journal_mode=WAL")
        db.execute("CREATE TABLE notes(text TEXT)")
        db.execute("INSERT INTO notes VALUES ('通告')")
    return path


@pytest.fixture(params=[readers.LARGE, 0], ids=["thread", "process"])
def apart(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Whether the readers are processes."""
    monkeypatch.setattr(readers, "LARGE", request.param)
    return request.param == 0


def text_in(db: sqlite3.Connection, column: str) -> str:
    return str(db.execute(f"SELECT {column} FROM notes").fetchone()[0])


def begin(db: sqlite3.Connection) -> None:
    db.execute("BEGIN")
    text_in(db, "text")


def number_of_process(db: sqlite3.Connection) -> int:
    return os.getpid()


def read_for_ever(db: sqlite3.Connection) -> None:
    db.execute("WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n) SELECT count(*) FROM n").fetchone()


def change(database: Path) -> None:
    with closing(connect(str(database))) as db:
        db.execute("UPDATE notes SET text = '公告'")


def test_small_databases_are_read_here_and_large_ones_in_processes(database: Path, apart: bool) -> None:
    with readers.readers(database, 2) as two:
        found = {one.submit(number_of_process).result() for one in two}
    assert (len(found) == 2 and os.getpid() not in found) if apart else found == {os.getpid()}


def test_a_reader_reads_one_moment_until_its_last_work_is_done(database: Path, apart: bool) -> None:
    with readers.readers(database, 1) as [reader]:
        reader.submit(begin).result()
        change(database)
        assert reader.finish(text_in, "text").result() == "通告"
        assert reader.submit(text_in, "text").result() == "公告"


def test_an_error_of_the_work_is_its_answer_and_the_reader_goes_on(database: Path, apart: bool) -> None:
    with readers.readers(database, 1) as [reader]:
        with pytest.raises(sqlite3.OperationalError, match="no such column: title"):
            reader.submit(text_in, "title").result()
        assert reader.submit(text_in, "text").result() == "通告"


def test_what_is_being_read_is_broken_off_when_the_caller_fails(database: Path, apart: bool) -> None:
    def fail(two: list[Reader]) -> None:
        endless.append(two[0].submit(read_for_ever))
        two[1].submit(number_of_process).result()
        time.sleep(0.2)  # an interrupt finds only what has begun
        raise KeyboardInterrupt

    endless: list[object] = []
    began = time.monotonic()
    with pytest.raises(KeyboardInterrupt), readers.readers(database, 2) as two:
        fail(two)
    assert time.monotonic() - began < 30


def test_a_process_that_dies_is_told(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readers, "LARGE", 0)
    with readers.readers(database, 1) as [reader]:
        process = reader.submit(number_of_process).result()
        reading = reader.submit(read_for_ever)
        os.kill(process, signal.SIGKILL)
        with pytest.raises(SnapshotError, match="has died: is there memory enough"):
            reading.result()


def test_a_process_does_not_hear_the_interrupt_of_the_terminal(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readers, "LARGE", 0)
    with readers.readers(database, 1) as [reader]:
        os.kill(reader.submit(number_of_process).result(), signal.SIGINT)
        assert reader.submit(text_in, "text").result() == "通告"


def read_in_a_daemon(database: Path, told: Connection) -> None:
    readers.LARGE = 0
    with readers.readers(database, 1) as [reader]:
        told.send(reader.submit(number_of_process).result() == os.getpid())


def test_a_daemon_reads_by_itself(database: Path) -> None:
    spawn = multiprocessing.get_context("spawn")
    here, there = spawn.Pipe()
    process = spawn.Process(target=read_in_a_daemon, args=(database, there), daemon=True)
    process.start()
    there.close()
    assert here.recv()
    process.join()
