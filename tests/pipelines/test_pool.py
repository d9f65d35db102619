"""Worker processes: what they answer, and what a page costs that kills or hangs one."""

import asyncio
import fcntl
import multiprocessing.spawn
import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from archive.model import Unreadable
from pipelines import pool
from pipelines.pool import PIPE, Pool


def double(number: int) -> int:
    return number * 2


def process(_: int) -> int:
    return os.getpid()


def pipes(_: int) -> list[int]:
    """The bytes that this process's pipes hold."""
    sizes = []
    for handle in Path("/proc/self/fd").iterdir():
        with suppress(OSError):  # no pipe, or the folder's own handle
            sizes.append(fcntl.fcntl(int(handle.name), fcntl.F_GETPIPE_SZ))
    return sizes


def die(_: int) -> None:
    os._exit(11)


def hang(_: int) -> None:
    time.sleep(60)


def unreadable(_: int) -> None:
    raise Unreadable("no-text")


def die_twice(folder: Path) -> int:
    deaths = len(list(folder.iterdir()))
    if deaths < 2:
        (folder / str(deaths)).touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return deaths


def die_at_once(number: int) -> int:
    return number * 2 if number else os._exit(11)


def together(workers: int, function: Callable[[int], Any], values: list[int]) -> list[Any]:
    """What a pool answers to calls that come all at once."""

    async def work() -> list[Any]:
        made = Pool(workers)
        try:
            return await asyncio.gather(*(made.run(function, value) for value in values), return_exceptions=True)
        finally:
            made.close()

    return [str(answer) if isinstance(answer, Exception) else answer for answer in asyncio.run(work())]


def run(workers: int, *calls: tuple[Callable[[int], Any], int]) -> list[Any]:
    """What a pool answers to calls that come one after the other: a result, or the reason why there is none."""

    async def work() -> list[Any]:
        made, answers = Pool(workers), []
        try:
            for function, value in calls:
                try:
                    answers.append(await made.run(function, value))
                except Unreadable as problem:
                    answers.append(problem.reason)
        finally:
            made.close()
        return answers

    return asyncio.run(work())


@pytest.mark.parametrize("workers", [0, 1, 2])
def test_a_pool_answers_what_the_function_returns(workers: int) -> None:
    assert run(workers, (double, 4), (double, 5)) == [8, 10]


@pytest.mark.skipif(not hasattr(fcntl, "F_GETPIPE_SZ"), reason="the size of a pipe can be set on Linux alone")
def test_the_pipes_to_a_worker_and_back_hold_a_whole_task() -> None:
    [sizes] = run(1, (pipes, 1))
    assert sizes.count(PIPE) == 2


def test_without_workers_nothing_leaves_this_process() -> None:
    assert run(0, (process, 1)) == [os.getpid()]


def test_with_workers_nothing_is_done_here() -> None:
    assert os.getpid() not in run(1, (process, 1))


def test_no_process_is_started_before_the_first_page() -> None:
    assert Pool(2)._pool is None


@pytest.mark.parametrize("workers", [0, 1])
def test_a_page_without_a_release_says_why(workers: int) -> None:
    assert run(workers, (unreadable, 1)) == ["no-text"]


@pytest.mark.slow
def test_a_page_that_kills_its_worker_costs_the_worker_alone() -> None:
    assert run(1, (die, 1), (double, 2)) == ["worker-died", 4]


@pytest.mark.slow
def test_a_page_whose_workers_are_killed_one_after_the_other_is_read(tmp_path: Path) -> None:
    """As the system does for want of memory."""
    assert run(1, (die_twice, tmp_path)) == [2]


@pytest.mark.slow
def test_a_page_that_hangs_its_worker_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "READ_SECONDS", 3.0)  # a fresh worker has to start within it, on a busy machine too
    assert run(1, (hang, 1), (double, 2)) == ["worker-timeout", 4]


def test_pages_that_wait_for_a_worker_travel_together(monkeypatch: pytest.MonkeyPatch) -> None:
    sent = []
    outcomes = Pool._outcomes
    monkeypatch.setattr(Pool, "_outcomes", lambda made, calls: sent.append(len(calls)) or outcomes(made, calls))
    assert together(1, double, list(range(12))) == [2 * number for number in range(12)]
    assert sent == [1, 1, 8, 2]


@pytest.mark.slow
def test_of_pages_that_travel_together_one_that_kills_the_worker_is_lost_alone() -> None:
    assert together(1, die_at_once, [1, 2, 3, 0, 4]) == [2, 4, 6, "worker-died", 8]


def test_of_pages_that_travel_together_each_says_why_it_holds_no_release() -> None:
    assert together(1, unreadable, [1, 2, 3, 4]) == ["no-text"] * 4


def test_where_no_worker_can_start_a_page_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "READ_SECONDS", 0.25)
    monkeypatch.setattr(multiprocessing.spawn, "_python_exe", b"/bin/false")
    assert run(1, (double, 1)) in (["worker-timeout"], ["worker-died"])  # whether pebble notices is chance


@pytest.mark.slow
def test_a_worker_that_is_killed_between_two_pages_is_replaced() -> None:
    async def work() -> list[Any]:
        made = Pool(1)
        try:
            os.kill(await made.run(process, 1), signal.SIGKILL)
            answers = []
            for number in range(3):
                try:
                    answers.append(await made.run(double, number))
                except Unreadable as problem:
                    answers.append(problem.reason)
                await asyncio.sleep(0.5)
            return answers
        finally:
            made.close()

    first, *others = asyncio.run(work())
    assert first in (0, "worker-died")  # which page meets the dead worker
    assert others == [2, 4]


class Unpicklable(KeyError):
    """Like a KeyError that names an element of a page."""

    def __reduce__(self) -> Any:
        raise TypeError("it cannot travel")


def break_down(number: int) -> int:
    if number == 3:
        raise Unpicklable("caption")
    return number * 2


def test_an_exception_that_cannot_be_pickled_comes_back_in_words() -> None:
    *answers, broken, last = together(1, break_down, [1, 2, 3, 4])
    assert answers == [2, 4]
    assert broken.startswith("reader-error: Unpicklable: 'caption' (test_pool.py:")
    assert last == 8
