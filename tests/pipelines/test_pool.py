"""Worker processes: what they answer, and what a page costs that kills or hangs one."""

import asyncio
import os
import time
from collections.abc import Callable
from typing import Any

import pytest

from archive.model import Unreadable
from pipelines import pool
from pipelines.pool import Pool


def double(number: int) -> int:
    return number * 2


def process(_: int) -> int:
    return os.getpid()


def die(_: int) -> None:
    os._exit(11)


def hang(_: int) -> None:
    time.sleep(60)


def unreadable(_: int) -> None:
    raise Unreadable("no-text")


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


def test_without_workers_nothing_leaves_this_process() -> None:
    assert run(0, (process, 1)) == [os.getpid()]


def test_with_workers_nothing_is_done_here() -> None:
    assert os.getpid() not in run(1, (process, 1))


def test_no_process_is_started_before_the_first_page() -> None:
    assert Pool(2)._pool is None


@pytest.mark.parametrize("workers", [0, 1])
def test_a_page_without_a_release_says_why(workers: int) -> None:
    assert run(workers, (unreadable, 1)) == ["no-text"]


def test_a_page_that_kills_its_worker_costs_the_worker_alone() -> None:
    assert run(1, (die, 1), (double, 2)) == ["worker-died", 4]


def test_a_page_that_hangs_its_worker_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "READ_SECONDS", 1.0)
    assert run(1, (hang, 1), (double, 2)) == ["worker-timeout", 4]
