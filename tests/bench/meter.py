"""Scrapy run with a meter: `python -m tests.bench.meter REPORT crawl ID …` is `scrapy crawl ID …`, and writes figures.

Time and CPU count from the WARM-th page on, to the end of the crawl, closing included: starting processes is not what
is compared. A crawl of fewer pages is measured as a whole.
"""

import asyncio
import json
import multiprocessing
import os
import resource
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.http import Response

from archive.store.writer import PROCESS

REPORT = ""
TICK = 0.02  # seconds between two looks at how late the event loop is
WARM = 100  # pages
HERTZ = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What was used up to a moment, in seconds."""

    time: float
    main: float
    writer: float
    children: float  # CPU of the writer and of the workers


def read() -> Reading:
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    alive = dict(processes(os.getpid()))
    writer = sum(alive.get(child.pid, 0.0) for child in multiprocessing.active_children() if child.name == PROCESS)
    return Reading(
        time=time.perf_counter(),
        main=time.process_time(),
        writer=writer,
        children=ended.ru_utime + ended.ru_stime + sum(alive.values()),
    )


def processes(parent: int) -> list[tuple[int, float]]:
    """The processes below one, and the CPU of each."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == parent:
            pid = int(path.parent.name)
            found += [(pid, (int(fields[11]) + int(fields[12])) / HERTZ), *processes(pid)]
    return found


class Meter:
    """Extension: seconds, CPU of this process, its writer and its workers, memory, and how late the event loop is."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.late: list[float] = []
        self.items = 0
        self.first = self.last = 0.0  # when the first answer came, and when the last page was stored
        self.pauses: dict[str, dict[float, float]] = {}  # of each host, by the request before them

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        meter = cls(crawler)
        crawler.signals.connect(meter.opened, signals.spider_opened)
        crawler.signals.connect(meter.answered, signals.response_downloaded)
        crawler.signals.connect(meter.scraped, signals.item_scraped)
        crawler.signals.connect(meter.stopped, signals.engine_stopped)
        return meter

    def answered(self, response: Response, request: Request) -> None:
        self.first = self.first or time.perf_counter()
        slot = self.crawler.engine.downloader.slots[request.meta["download_slot"]]
        self.pauses.setdefault(request.meta["download_slot"], {})[slot.lastseen] = slot.download_delay()

    def ideal(self) -> float:
        """The seconds that the pauses between the requests of one host take, of the host that has most."""
        return max((sum(list(drawn.values())[:-1]) for drawn in self.pauses.values()), default=0.0)

    def opened(self) -> None:
        self.whole = self.began = read()
        self.before = 0
        self.watching = asyncio.ensure_future(self.watch())

    def scraped(self, item: Any) -> None:
        self.items += 1
        self.last = time.perf_counter()
        if self.items == WARM:
            self.began, self.before = read(), WARM

    async def watch(self) -> None:
        while True:
            before = time.perf_counter()
            await asyncio.sleep(TICK)
            self.late.append(time.perf_counter() - before - TICK)

    def stopped(self) -> None:
        self.watching.cancel()
        ended, began = read(), self.began
        figures = {
            "whole": ended.time - self.whole.time,
            "seconds": ended.time - began.time,
            "main": ended.main - began.main,
            "fetched": self.last - self.first,
            "ideal": self.ideal(),
            "writer": ended.writer - began.writer,
            "workers": ended.children - began.children - (ended.writer - began.writer),
            "answers": self.crawler.stats.get_value("response_received_count", 0),
            "pages": self.items,
            "items": self.items - self.before,
            "late99": sorted(self.late)[int(len(self.late) * 0.99)] if self.late else 0.0,
            "late_most": max(self.late, default=0.0),
            "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
            "memory_workers": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024,
        }
        Path(REPORT).write_text(json.dumps(figures))


if __name__ == "__main__":
    from scrapy import cmdline

    # Scrapy makes the extension from its path, in a module of its own
    import tests.bench.meter as meter

    meter.REPORT = sys.argv[1]
    cmdline.execute(["scrapy", *sys.argv[2:]])
