"""One writer for all rows and captures of a crawl: a process of its own, each batch of jobs one transaction.

The event loop neither waits for the disk nor for the index, nor does it share Python's lock with them. Captures are
urgent, since a page goes on only when it is kept: all that wait are written together, with one sync of their file. So
are list pages, since their entries are asked for next. Releases wait for each other, because an index is cheaper to
write for thirty than thirty times; their ledger rows stand in the same transaction.
"""

import multiprocessing
import signal
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from multiprocessing.context import ForkContext, SpawnContext
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, Self, TypeVar

from sqlite_utils import Database

from archive.database import ArchiveError
from archive.store.processes import deaf
from archive.store.writer_process import Answer, Outcome, hand_over, in_pieces, serve
from archive.warc.exchange import Exchange

MOST = 30  # jobs of a transaction: with more, the pages that wait to be kept wait too long, and workers run dry
PROCESS = "writer"  # its name among the processes of a crawl
LINGER = 0.25  # seconds that a job waits for others
_DIED = "the process that writes has died"

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class WriterProcess:
    """A process that will write when a `Writer` hands it the archive."""

    batches: Connection
    process: BaseProcess


@contextmanager
def forked() -> Iterator[WriterProcess]:
    """Begin the process as a fork of this one, which costs a tenth of a start from nothing.

    No database may be open here: SQLite takes a copied connection's locks for its own.
    """
    writer = _begin(multiprocessing.get_context("fork"))
    try:
        yield writer
    finally:
        writer.batches.close()
        writer.process.join()


def _begin(context: ForkContext | SpawnContext) -> WriterProcess:
    ours, theirs = multiprocessing.Pipe()
    copied = ours if isinstance(context, ForkContext) else None
    process = context.Process(target=serve, name=PROCESS, args=(theirs, copied))
    # a service manager stops all processes of a crawl at once; the crawler's ends this one when all is written
    with deaf(signal.SIGINT, signal.SIGTERM):
        process.start()
    theirs.close()
    return WriterProcess(ours, process)


@dataclass(slots=True)
class _Job:
    work: Callable[[Database], Any]
    due: float  # monotonic
    done: "Future[Any]" = field(default_factory=Future)


class Writer:
    """Takes jobs from any thread. The futures of `capture` and `put` are done when their transaction is on the disk.

    `lock` is the handle of the lock that the crawl holds: the process holds it too, however the crawl ends. Without a
    process that `forked` has begun, one is started from nothing.
    """

    def __init__(self, folder: Path, lock: int | None = None, process: WriterProcess | None = None) -> None:
        self._folder = folder
        self._lock = lock
        self._begun = process
        self._change = threading.Condition()
        self._captures: list[tuple[Exchange, Future[int]]] = []
        self._urgent: list[_Job] = []
        self._jobs: deque[_Job] = deque()
        self._closing = False
        # one thread waits for the process, so that no other has to
        self._thread = threading.Thread(target=self._run, name="writer", daemon=True)

    def __enter__(self) -> Self:
        writer = self._begun or _begin(multiprocessing.get_context("spawn"))
        self._batches, self._process = writer.batches, writer.process
        try:
            hand_over(self._batches, self._folder, self._lock)
        except ConnectionError:
            raise ArchiveError(f"the archive cannot be written: {_DIED}") from None
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Write the waiting jobs, then end."""
        with self._change:
            self._closing = True
            self._change.notify()
        self._thread.join()
        self._batches.close()
        self._process.join()

    def capture(self, exchange: Exchange) -> "Future[int]":
        """Keep an exchange, soon; the id of its row."""
        done: Future[int] = Future()
        with self._change:
            self._captures.append((exchange, done))
            self._change.notify()
        return done

    def put(self, work: Callable[[Database], T]) -> "Future[T]":
        """Do a job within a batch, in the order of the calls: thirty jobs at most, a quarter of a second after its first
        at the latest. It must be picklable.

        An error of the job's own undoes that job alone; one of the disk or the database fails the whole batch.
        """
        return self._put(_Job(work, time.monotonic() + LINGER))

    def urge(self, work: Callable[[Database], T]) -> "Future[T]":
        """`put`, but before all jobs that wait, with others that are urgent alone."""
        job = _Job(work, 0)
        with self._change:
            self._urgent.append(job)
            self._change.notify()
        return job.done

    def flush(self) -> "Future[None]":
        """Do all jobs that wait now; done when they are."""
        return self._put(_Job(_nothing, 0))

    def _put(self, job: _Job) -> "Future[Any]":
        with self._change:
            self._jobs.append(job)
            if not job.due or len(self._jobs) == 1 or len(self._jobs) >= MOST:
                self._change.notify()
        return job.done

    def _run(self) -> None:
        while True:
            with self._change:
                while not (self._captures or self._urgent or self._due() or self._closing):
                    self._change.wait(self._patience())
                captures, self._captures = self._captures, []
                urgent, self._urgent = self._urgent, []
                jobs = [self._jobs.popleft() for _ in range(min(MOST, len(self._jobs)))] if self._due() else []
            if not captures and not urgent and not jobs:
                return
            # each is answered by itself: a page that is kept goes on while the releases are written
            if captures:
                self._settle([exchange for exchange, _ in captures], [], [done for _, done in captures])
            for batch in filter(None, (urgent, jobs)):
                self._settle([], [job.work for job in batch], [job.done for job in batch])

    def _settle(
        self, captures: list[Exchange], jobs: list[Callable[[Database], Any]], waiting: list["Future[Any]"]
    ) -> None:
        try:
            ids, outcomes = self._ask(captures, jobs)
        except BaseException as error:  # every caller waits for an answer
            for done in waiting:
                done.set_exception(error)
            return
        for done, (result, failure) in zip(waiting, [*((id, None) for id in ids), *outcomes], strict=True):
            if failure:
                done.set_exception(failure)
            else:
                done.set_result(result)

    def _ask(self, captures: list[Exchange], jobs: list[Callable[[Database], Any]]) -> tuple[list[int], list[Outcome]]:
        pieces = in_pieces(captures, jobs)
        try:
            for piece in pieces:
                self._batches.send_bytes(piece)
            answer: Answer = self._batches.recv()
        except (EOFError, ConnectionError):
            raise OSError(_DIED) from None
        if isinstance(answer, Exception):
            raise answer
        return answer

    def _due(self) -> bool:
        return bool(self._jobs) and (self._closing or len(self._jobs) >= MOST or self._patience() == 0)

    def _patience(self) -> float | None:
        if not self._jobs:
            return None
        return max(0.0, min(job.due for job in self._jobs) - time.monotonic())


def _nothing(_: Database) -> None:
    """A job that is done when all before it are."""
