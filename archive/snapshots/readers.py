"""Connections that read one database beside each other: of a large one each in a process of its own.

Threads that take rows from SQLite wait for Python's lock: four of them fill one and a half cores.
"""

import multiprocessing
import os
import signal
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager, suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, TypeVar

from archive.database import mapped
from archive.snapshots.shelf import SnapshotError
from archive.store.processes import deaf

LARGE = 256 << 20  # bytes of a database; a smaller one is read before four processes have started
NICE = 5  # the process that makes the database goes first: all else is done before it ends
_SPAWN = multiprocessing.get_context("spawn")  # a fork would copy threads and SQLite's connections

T = TypeVar("T")


def opened(database: Path) -> sqlite3.Connection:
    """A connection to a database that others may write to, which any thread may use. It begins no transaction by itself."""
    place = f"file:{database}?mode=rw"
    return mapped(sqlite3.connect(place, uri=True, timeout=60, isolation_level=None, check_same_thread=False))


class Reader:
    """A connection in a thread, or in a process, that does one piece of work after the other.

    A piece of work is a function that gets the connection first; for a process it stands in a module, and its arguments and
    its result can be pickled. `opening` opens the connection.
    """

    def __init__(self, database: Path, *, apart: bool, opening: Callable[[Path], sqlite3.Connection] = opened) -> None:
        self._thread = ThreadPoolExecutor(1)
        self._here = None if apart else opening(database)
        if apart:
            pipe, end = _SPAWN.Pipe()
            self._pipe = pipe
            self._process = _SPAWN.Process(target=_serve, args=(end, database, opening), daemon=True)
            with deaf(signal.SIGINT):
                self._process.start()
            end.close()

    def submit(self, work: Callable[..., T], *args: Any) -> Future[T]:
        """Do it when the work before is done. A process that dies leaves a SnapshotError."""
        return self._thread.submit(self._do, work, args)

    def finish(self, work: Callable[..., T], *args: Any) -> Future[T]:
        """Do it as the last work, and end the transaction then, so that a live archive's WAL can be checkpointed."""
        return self._thread.submit(self._do, _lastly, (work, *args))

    def stop(self) -> None:
        """Break off the work under way."""
        if self._here:
            self._here.interrupt()
        else:
            self._process.terminate()
        self._thread.shutdown(cancel_futures=True)

    def close(self) -> None:
        """End it when all submitted work is done."""
        self._thread.shutdown()
        if self._here:
            self._here.close()
        else:
            self._pipe.close()
            self._process.join()

    def _do(self, work: Callable[..., Any], args: Sequence[Any]) -> Any:
        if self._here:
            return work(self._here, *args)
        try:
            self._pipe.send((work, args))
            result, error = self._pipe.recv()
        except (EOFError, ConnectionError) as died:
            raise SnapshotError("a process that read the archive has died: is there memory enough?") from died
        if error:
            raise error
        return result


@contextmanager
def readers(database: Path, count: int) -> Iterator[list[Reader]]:
    """So many readers of a database; they stop at once when an error leaves the context."""
    # a daemon, such as a worker of a Dask cluster, may not start processes
    apart = database.stat().st_size >= LARGE and not multiprocessing.current_process().daemon
    with ExitStack() as stack:
        held = []
        for _ in range(count):
            held.append(Reader(database, apart=apart))
            stack.callback(held[-1].close)
        try:
            yield held
        except BaseException:
            for one in held:
                one.stop()
            raise


def _lastly(db: sqlite3.Connection, work: Callable[..., T], *args: Any) -> T:
    try:
        return work(db, *args)
    finally:
        with suppress(sqlite3.OperationalError):  # it was interrupted: the snapshot has failed, and all are closed
            db.rollback()


def _serve(pipe: Connection, database: Path, opening: Callable[[Path], sqlite3.Connection]) -> None:
    """The life of a process: to do what it is sent, until the other end of the pipe is closed."""
    os.nice(NICE)
    with closing(opening(database)) as db, suppress(EOFError):
        while True:
            work, args = pipe.recv()
            try:
                result, failure = work(db, *args), None
            except Exception as error:
                result, failure = None, error
            pipe.send((result, failure))
