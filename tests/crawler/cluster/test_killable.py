import os
import re
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

import pytest

from archive.model import Unreadable
from crawler.cluster import killable as module
from crawler.cluster.killable import Apart


@pytest.fixture
def apart() -> Iterator[Apart]:
    made = Apart()
    yield made
    made.close()


def test_it_gives_what_the_function_gives(apart: Apart) -> None:
    assert apart.call(5, divmod, 7, 2) == (3, 1)
    assert apart.call(5, os.getpid) != os.getpid()


def test_one_process_makes_all_calls(apart: Apart) -> None:
    assert apart.call(5, os.getpid) == apart.call(5, os.getpid)


def test_it_raises_what_the_function_raises(apart: Apart) -> None:
    with pytest.raises(ZeroDivisionError):
        apart.call(5, divmod, 1, 0)
    assert apart.call(5, abs, -1) == 1


class Odd(Exception):
    """One that can be packed, and not unpacked."""

    def __init__(self, one: int, other: int) -> None:
        super().__init__(f"{one} and {other}")


def odd() -> None:
    raise Odd(1, 2)


def test_an_error_that_cannot_travel_is_told(apart: Apart) -> None:
    with pytest.raises(RuntimeError, match="Odd: 1 and 2"):
        apart.call(5, odd)


def test_a_result_that_cannot_travel_is_told(apart: Apart) -> None:
    with pytest.raises(TypeError, match="pickle"):
        apart.call(5, threading.Lock)
    assert apart.call(5, abs, -1) == 1


def test_a_function_that_the_process_does_not_find_is_told(apart: Apart) -> None:
    made = ModuleType("only_here")
    exec("def f(): pass", made.__dict__)
    sys.modules["only_here"] = made
    try:
        with pytest.raises(ModuleNotFoundError, match="only_here"):
            apart.call(5, made.f)
    finally:
        del sys.modules["only_here"]
    assert apart.call(5, abs, -1) == 1


def test_a_process_that_died_meanwhile_costs_no_call(apart: Apart) -> None:
    os.kill(number := apart.call(5, os.getpid), signal.SIGKILL)
    assert apart._process
    apart._process.wait()
    assert apart.call(5, os.getpid) != number


def test_a_process_that_does_not_begin_is_given_up(apart: Apart, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "START_SECONDS", 0.2)
    os.kill(apart.call(5, os.getpid), signal.SIGSTOP)
    with pytest.raises(Unreadable, match="worker-died"):
        apart.call(0.3, abs, -1)


@pytest.mark.parametrize(
    ("seconds", "function", "args", "why"),
    [
        (30, os._exit, [1], "worker-died"),
        (30, os.abort, [], "worker-died"),
        (0.3, time.sleep, [60], "worker-timeout"),
        (0.3, re.match, ["(a+)+$", "a" * 60 + "b"], "worker-timeout"),  # holds Python's lock
    ],
)
def test_a_call_that_kills_or_hangs_its_process_costs_itself_alone(
    seconds: float, function: Callable[..., Any], args: list[Any], why: str, apart: Apart
) -> None:
    with pytest.raises(Unreadable, match=why):
        apart.call(seconds, function, *args)
    assert apart.call(5, abs, -1) == 1
