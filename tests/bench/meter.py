"""Scrapy run with a meter: `python -m tests.bench.meter REPORT crawl ID …` is `scrapy crawl ID …`, and writes figures.

Time and CPU are those between spider_opened and spider_closed: starting a process is not what is compared.
"""

import asyncio
import json
import resource
import sys
import time
from pathlib import Path
from typing import Self

from scrapy import Spider, signals
from scrapy.crawler import Crawler

REPORT = ""
TICK = 0.02  # seconds between two looks at how late the event loop is


class Meter:
    """Extension: seconds, CPU of this process and of its workers, memory, and how late the event loop is."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.late: list[float] = []

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        meter = cls(crawler)
        crawler.signals.connect(meter.opened, signals.spider_opened)
        crawler.signals.connect(meter.closed, signals.spider_closed)
        return meter

    def opened(self, spider: Spider) -> None:
        self.began, self.cpu = time.perf_counter(), time.process_time()
        self.watching = asyncio.ensure_future(self.watch())

    async def watch(self) -> None:
        while True:
            before = time.perf_counter()
            await asyncio.sleep(TICK)
            self.late.append(time.perf_counter() - before - TICK)

    def closed(self, spider: Spider) -> None:
        self.watching.cancel()
        children = resource.getrusage(resource.RUSAGE_CHILDREN)
        got = self.crawler.stats.get_value("response_received_count", 0)
        figures = {
            "seconds": time.perf_counter() - self.began,
            "main": time.process_time() - self.cpu,
            "workers": children.ru_utime + children.ru_stime,
            "answers": got,
            "items": self.crawler.stats.get_value("item_scraped_count", 0),
            "late99": sorted(self.late)[int(len(self.late) * 0.99)] if self.late else 0.0,
            "late_most": max(self.late, default=0.0),
            "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
            "memory_workers": children.ru_maxrss * 1024,
        }
        Path(REPORT).write_text(json.dumps(figures))


if __name__ == "__main__":
    from scrapy import cmdline

    # Scrapy makes the extension from its path, in a module of its own
    import tests.bench.meter as meter

    meter.REPORT = sys.argv[1]
    cmdline.execute(["scrapy", *sys.argv[2:]])
