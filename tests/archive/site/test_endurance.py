"""What a public site costs that is asked again and again, or for what hurts: memory and time of `scrapy serve --public`."""

import asyncio
import random
import time
from collections.abc import Iterator
from typing import NamedTuple

import httpx
import pytest

from tests.archive.site.test_hostile_urls import HOSTILE
from tests.bench import pages as bench_site

pytestmark = [pytest.mark.slow, pytest.mark.alone, pytest.mark.timeout(1200)]
RELEASES, REQUESTS, ROUNDS = 1000, 10_000, 5
MOST_MEMORY, MOST_TIME = 300, 2.0  # MB, seconds
OF_A_SEARCHER = 100  # MB


class Server(NamedTuple):
    address: str
    process: int


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("endurance")
    bench_site.build(folder, RELEASES)
    with bench_site.served(*bench_site.our_server(folder)) as found:
        yield Server(*found)


def test_memory_is_flat_over_ten_thousand_requests(server: Server) -> None:
    dice = random.Random(4)
    paths = [f"/search?q={word}" for word in bench_site.asked_words(dice)]
    paths += [f"/release/{dice.randint(1, RELEASES)}" for _ in range(600)] + [
        "/",
        "/browse",
        "/search",
        "/changes.atom",
        "/changes",
    ]
    held = []
    for _ in range(ROUNDS):
        failed = asyncio.run(bench_site.measure(server.address, dice.choices(paths, k=REQUESTS // ROUNDS), 8))[2]
        assert failed == 0
        held.append(bench_site.memory(server.process))
    # the first round fills the caches
    assert held[-1] <= held[0] * 1.1, held
    assert bench_site.own_memory(server.process, "VmHWM") < MOST_MEMORY
    assert max(bench_site.own_memory(one, "VmHWM") for one in bench_site.started(server.process)) < OF_A_SEARCHER


def test_no_hostile_address_takes_long_or_much_memory(server: Server) -> None:
    for path in HOSTILE:
        start = time.monotonic()
        status = httpx.get(server.address + path, timeout=60).status_code
        assert (path[:100], status < 500) == (path[:100], True)
        assert (path[:100], max(0.0, time.monotonic() - start - MOST_TIME)) == (path[:100], 0.0)
    assert bench_site.own_memory(server.process, "VmHWM") < MOST_MEMORY
    assert max(bench_site.own_memory(one, "VmHWM") for one in bench_site.started(server.process)) < OF_A_SEARCHER
