"""Worker processes that read pages. A page that kills or hangs its worker does not stop the crawl."""

import asyncio
import fcntl
import functools
import os
import signal
from collections.abc import Callable, Sequence
from concurrent.futures import TimeoutError as TookTooLong
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnContext
from typing import Any, ParamSpec, TypeVar

from pebble import ProcessExpired, ProcessPool

from archive.model import Unreadable, reader_error
from archive.store.processes import calm, deaf

READ_SECONDS = 60.0
TASKS_PER_WORKER = 2000  # then a fresh process takes over, so that memory leaked by parsers is freed
TOGETHER = 8  # calls in one task
NICE = 5  # workers run at lower priority than crawler and writer; otherwise they starve themselves of pages
SPARED = 2  # workers that may die over a call by itself: the system kills one after the other for want of memory
DIED = {"worker-died", "worker-timeout"}  # reasons that say nothing of the page
PIPE = 1 << 20  # bytes; more than a task has, and the most that Linux gives
AHEAD = 2  # tasks for each worker: the present one and the next

P = ParamSpec("P")
T = TypeVar("T")
_Call = Callable[[], Any]
_Outcome = tuple[Any, Unreadable | None]


class _WidePipes(SpawnContext):
    """Spawned processes: a fork would copy the crawler's threads, sockets and SQLite connection.

    Their pipes hold a whole task (Linux gives them 64 kB): each read of a part of it makes room for all that is to come, wakes a
    thread, and lets it wait for Python's lock.
    """

    def Pipe(self, duplex: bool = True) -> tuple[Connection, Connection]:  # noqa: N802
        ends = super().Pipe(duplex)
        if not duplex and hasattr(fcntl, "F_SETPIPE_SZ"):
            with suppress(OSError):  # the user's pipes hold as much as the system allows
                fcntl.fcntl(ends[0].fileno(), fcntl.F_SETPIPE_SZ, PIPE)
        return ends


class Pool:
    """Runs functions in `workers` processes, started when the first call comes; 0 runs them here.

    Handing a task over and taking back its result costs this process .4 ms, an eighth of its time for a page.
    So calls wait while all workers have enough to do, and then travel together.
    """

    def __init__(self, workers: int) -> None:
        self.workers = workers
        self._pool: ProcessPool | None = None
        self._waiting: list[tuple[_Call, asyncio.Future[Any]]] = []
        self._tasks: set[asyncio.Task[None]] = set()

    async def run(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """The function's result. Raises Unreadable: the function's own, `reader-error` for any other exception of it in a
        worker, and `worker-died` or `worker-timeout`.
        """
        if not self.workers:
            return function(*args, **kwargs)
        done: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._waiting.append((functools.partial(function, *args, **kwargs), done))
        self._send()
        return await done

    def _send(self) -> None:
        while self._waiting and len(self._tasks) < AHEAD * self.workers:
            batch, self._waiting = self._waiting[:TOGETHER], self._waiting[TOGETHER:]
            task = asyncio.ensure_future(self._do(batch))
            self._tasks.add(task)
            task.add_done_callback(self._done)

    def _done(self, task: "asyncio.Task[None]") -> None:
        self._tasks.discard(task)
        self._send()

    async def _do(self, batch: Sequence[tuple[_Call, "asyncio.Future[Any]"]], *, died: int = 0) -> None:
        try:
            outcomes = await self._outcomes([call for call, _ in batch])
        except Exception as error:
            if len(batch) > 1:  # one of them killed its worker, or all together took too long
                for one in batch:
                    await self._do([one])
                return
            if died < SPARED and isinstance(error, Unreadable) and error.reason == "worker-died":
                await self._do(batch, died=died + 1)
                return
            outcomes = [(None, error if isinstance(error, Unreadable) else reader_error(error))]
        for (_, done), (result, failure) in zip(batch, outcomes, strict=True):
            if done.done():  # the caller was cancelled
                continue
            if failure:
                done.set_exception(failure)
            else:
                done.set_result(result)

    async def _outcomes(self, calls: list[_Call]) -> list[_Outcome]:
        if self._pool is None or not self._pool.active:
            self.close()
            self._pool = ProcessPool(
                max_workers=self.workers,
                max_tasks=TASKS_PER_WORKER,
                context=_WidePipes(),
                initializer=os.nice,
                initargs=[NICE],
            )
        with deaf(signal.SIGINT):  # the first call starts the threads that start the processes
            future = self._pool.schedule(_call_all, args=[calls], timeout=READ_SECONDS)
        try:
            # a task may wait for AHEAD others; and when no worker can start, pebble may try for ever
            outcomes: list[_Outcome] = await asyncio.wait_for(asyncio.wrap_future(future), 4 * READ_SECONDS)
        except TookTooLong:
            raise Unreadable("worker-timeout") from None
        except (ProcessExpired, BrokenProcessPool):  # broken: a worker died that had no task, or could not start
            raise Unreadable("worker-died") from None
        return outcomes

    def close(self) -> None:
        if self._pool is not None:
            self._pool.stop()  # type: ignore[no-untyped-call]  # pebble has no annotation here
            self._pool.join()


def _call_all(calls: Sequence[_Call]) -> list[_Outcome]:
    outcomes = [_outcome(call) for call in calls]
    _settle()
    return outcomes


_settle = functools.cache(calm)  # when the first calls have brought modules and patterns


def _outcome(call: _Call) -> _Outcome:
    try:
        return call(), None
    except Unreadable as problem:
        return None, problem
    except Exception as error:  # it may carry things that cannot be pickled, such as an element of a page
        return None, reader_error(error)
