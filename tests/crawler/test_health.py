"""How a crawl went, in one word."""

from collections import Counter
from dataclasses import replace

import pytest

from crawler.health import outcome
from crawler.sources import Source

SOURCE = Source(
    id="one", name="某市", region="990100", level="city", family="html", lists=("http://example.gov.cn/",), minimum=5
)


@pytest.mark.parametrize(
    ("counts", "broken", "problems", "first", "expected"),
    [
        ({"listed": 20, "new": 20}, [], [], True, "ok"),
        ({"listed": 20}, [], [], False, "quiet"),
        ({"listed": 20, "changed": 1}, [], [], False, "ok"),
        ({"listed": 20, "new": 3}, [], [], True, "suspect"),
        ({"listed": 20, "new": 20}, [], ["a list page is missing"], False, "suspect"),
        ({"listed": 20, "new": 2, "failed": 18}, [], [], False, "suspect"),
        ({"listed": 20, "new": 18, "failed": 2}, [], [], True, "ok"),
        ({}, ["list answered 404"], [], False, "broken"),
        ({"new": 9}, ["one of two lists answered 404"], [], False, "broken"),
        ({"blocked-lists": 1}, ["list answered 403"], [], False, "blocked"),
        ({"listed": 20, "blocked": 20}, [], [], True, "blocked"),
        ({"listed": 20, "new": 19, "blocked": 1}, [], [], True, "ok"),
    ],
)
def test_outcome(counts: dict[str, int], broken: list[str], problems: list[str], first: bool, expected: str) -> None:
    assert outcome(Counter(counts), broken, problems, SOURCE, first=first) == expected


def test_the_minimum_is_the_source_s_own() -> None:
    few = replace(SOURCE, minimum=1)
    assert outcome(Counter(listed=3, new=3), [], [], few, first=True) == "ok"
