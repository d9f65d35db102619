"""Worker processes that read pages. A page that kills or hangs its worker costs that worker, not the crawl."""

import asyncio
import multiprocessing
from collections.abc import Callable
from concurrent.futures import TimeoutError as TookTooLong
from typing import ParamSpec, TypeVar

from pebble import ProcessExpired, ProcessPool

from archive.model import Unreadable

READ_SECONDS = 60.0
TASKS_PER_WORKER = 2000  # then a fresh one takes over, so that what a parser leaks does not pile up

P = ParamSpec("P")
T = TypeVar("T")


class Pool:
    """Runs functions in `workers` processes, started when the first call comes; 0 runs them here."""

    def __init__(self, workers: int) -> None:
        self.workers = workers
        self._pool: ProcessPool | None = None

    async def run(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """The function's result. Raises what it raises, and Unreadable when its worker dies or takes too long."""
        if not self.workers:
            return function(*args, **kwargs)
        if self._pool is None:
            # spawn: a fork would copy the crawler's threads, sockets and SQLite connection
            context = multiprocessing.get_context("spawn")
            self._pool = ProcessPool(max_workers=self.workers, max_tasks=TASKS_PER_WORKER, context=context)
        future = self._pool.schedule(function, args=list(args), kwargs=kwargs, timeout=READ_SECONDS)
        try:
            result: T = await asyncio.wrap_future(future)
        except TookTooLong:
            raise Unreadable("worker-timeout") from None
        except ProcessExpired:
            raise Unreadable("worker-died") from None
        return result

    def close(self) -> None:
        if self._pool is not None:
            self._pool.stop()
            self._pool.join()
