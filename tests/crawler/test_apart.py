import os
import re
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from archive.model import Unreadable
from crawler.apart import Apart


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


@pytest.mark.parametrize(
    ("function", "args", "why"),
    [
        (os._exit, [1], "worker-died"),
        (os.abort, [], "worker-died"),
        (time.sleep, [60], "worker-timeout"),
        (re.match, ["(a+)+$", "a" * 60 + "b"], "worker-timeout"),  # holds Python's lock
    ],
)
def test_a_call_that_kills_or_hangs_its_process_costs_itself_alone(
    function: Callable[..., Any], args: list[Any], why: str, apart: Apart
) -> None:
    with pytest.raises(Unreadable, match=why):
        apart.call(0.3, function, *args)
    assert apart.call(5, abs, -1) == 1
