"""One writer for all that a crawl stores: a thread with a connection of its own, each batch of jobs one transaction.

The event loop neither waits for the disk nor for the index. Captures are urgent, since a page goes on only when it is
kept: all that wait are written together, with one sync of their file. Releases wait for each other, because an index
is cheaper to write for fifty than fifty times; what the ledger says of them stands in the same transaction.
"""

import sqlite3
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ParamSpec, Self, TypeVar

from sqlite_utils import Database

from archive.database import open_archive, transaction
from archive.warc import Exchange, capture_all

MOST = 50  # jobs of a transaction
LINGER = 0.25  # seconds that a job waits for others

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(slots=True)
class _Job:
    work: Callable[[Database], Any]
    since: float  # monotonic
    done: "Future[Any]" = field(default_factory=Future)


class Writer:
    """Takes jobs from any thread. What `capture` and `put` return is done when its transaction is on the disk."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._change = threading.Condition()
        self._captures: list[tuple[Exchange, Future[int]]] = []
        self._jobs: deque[_Job] = deque()
        self._closing = False
        self._thread = threading.Thread(target=self._run, name="writer", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Write what still waits, then end."""
        with self._change:
            self._closing = True
            self._change.notify()
        self._thread.join()

    def capture(self, exchange: Exchange) -> "Future[int]":
        """Keep an exchange, soon; the id of its row."""
        done: Future[int] = Future()
        with self._change:
            self._captures.append((exchange, done))
            self._change.notify()
        return done

    def put(self, work: Callable[[Database], T]) -> "Future[T]":
        """Do a job within a batch: fifty at most, a quarter of a second after its first at the latest.

        An error of the job's own undoes that job alone; one of the disk or the database fails the whole batch.
        """
        job = _Job(work, time.monotonic())
        with self._change:
            self._jobs.append(job)
            if len(self._jobs) == 1 or len(self._jobs) >= MOST:
                self._change.notify()
        return job.done

    def _run(self) -> None:
        db: Database | None = None
        try:
            while True:
                with self._change:
                    while not (self._captures or self._due() or self._closing):
                        self._change.wait(self._patience())
                    captures, self._captures = self._captures, []
                    jobs = [self._jobs.popleft() for _ in range(min(MOST, len(self._jobs)))] if self._due() else []
                if not captures and not jobs:
                    return
                try:
                    db = db or open_archive(self._folder)
                    self._write(db, captures, jobs)
                except BaseException as error:  # every caller waits for an answer
                    for done in [done for _, done in captures] + [job.done for job in jobs]:
                        if not done.done():
                            done.set_exception(error)
        finally:
            if db is not None:
                db.close()

    def _due(self) -> bool:
        return bool(self._jobs) and (self._closing or len(self._jobs) >= MOST or self._patience() == 0)

    def _patience(self) -> float | None:
        if not self._jobs:
            return None
        return max(0.0, self._jobs[0].since + LINGER - time.monotonic())

    def _write(self, db: Database, captures: "list[tuple[Exchange, Future[int]]]", jobs: list[_Job]) -> None:
        answers: list[Callable[[], None]] = []
        with transaction(db):
            ids = capture_all(db, self._folder, [exchange for exchange, _ in captures])
            for job in jobs:
                answers.append(_attempt(db, job))
        for (_, done), id in zip(captures, ids, strict=True):
            done.set_result(id)
        for answer in answers:
            answer()


def _attempt(db: Database, job: _Job) -> Callable[[], None]:
    """Do one job of a batch; how to tell what came of it, once the batch is on the disk."""
    try:
        with transaction(db):
            result = job.work(db)
    except (OSError, sqlite3.OperationalError):
        raise
    except Exception as error:
        failure = error
        return lambda: job.done.set_exception(failure)
    return lambda: job.done.set_result(result)
