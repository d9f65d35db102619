"""The queue of a host: one request at a time, and a pause between two that is drawn once.

Scrapy draws its jitter anew when a pause is over, and goes on waiting when the new draw is longer: a host is asked 9 %
more slowly than the delay and its jitter say. And without a delay it counts a request as under way only when its task
has begun, so all that wait in the queue start at once, whatever CONCURRENT_REQUESTS_PER_DOMAIN says: 64 connections at
a small server, of which most timed out.
"""

import time
from collections import deque
from typing import Any

from scrapy import Request
from scrapy.core.downloader import Downloader, Slot
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response


class Unsent(IgnoreRequest):
    """A request that was let go before it went out, or before its answer came, since its crawl ends."""


class AskedToWait(Unsent):
    """A request that was let go since its host asked, by Retry-After, for more time than a crawl waits.

    Its `reason` is for notes of the request; its page stays as it is, and is due again in the next crawl.
    """

    reason = "retry-after"


class CountingQueue(deque[tuple[Request, Any]]):
    """Requests that wait for a host; one counts as under way from the moment it leaves."""

    def __init__(self, under_way: set[Request]) -> None:
        super().__init__()
        self.under_way = under_way

    def popleft(self) -> tuple[Request, Any]:
        entry = super().popleft()
        self.under_way.add(entry[0])
        return entry


class SteadySlot(Slot):
    """A host's queue; its pause is drawn once between two requests."""

    drawn = (-1.0, 0.0, 0.0)  # (time of the last request, delay, the pause drawn from it)

    def __init__(self, concurrency: int, delay: float, jitter: float) -> None:
        super().__init__(concurrency, delay, jitter)
        self.queue = CountingQueue(self.transferring)

    def download_delay(self) -> float:
        if self.drawn[:2] != (self.lastseen, self.delay):
            self.drawn = (self.lastseen, self.delay, super().download_delay())
        return self.drawn[2]


class SteadyDownloader(Downloader):
    """Scrapy's downloader with such queues, which an ending crawl need not wait for; a host may be left alone for a while."""

    ended = False

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self.left_alone: dict[str, tuple[float, str]] = {}  # by the key of a slot: until when (monotonic), and why

    def leave_alone(self, key: str, seconds: float, why: str) -> None:
        """Drop the requests that wait for a host, and those that come within so many seconds."""
        self.left_alone[key] = (time.monotonic() + seconds, why)
        waiting = list(self.slots[key].queue)
        self.slots[key].queue.clear()
        for _, answered in waiting:
            answered.errback(AskedToWait(why))

    def let_go(self) -> None:
        """Drop all requests that wait for their hosts, and those that come later."""
        self.ended = True
        for slot in self.slots.values():
            waiting = list(slot.queue)
            slot.queue.clear()
            for request, answered in waiting:
                answered.errback(Unsent(f"{request.url} was not asked for: the crawl ends"))

    def under_way(self) -> int:
        """The number of requests that have gone out and are not answered."""
        return sum(len(slot.transferring) for slot in self.slots.values())

    async def _enqueue_request(self, request: Request) -> Response:
        if self.ended:
            raise Unsent(f"{request.url} was not asked for: the crawl ends")
        until, why = self.left_alone.get(self.get_slot_key(request), (0.0, ""))
        if time.monotonic() < until:
            raise AskedToWait(why)
        return await super()._enqueue_request(request)

    def _get_slot(self, request: Request, *_: Any) -> tuple[str, Slot]:
        key, slot = super()._get_slot(request)
        if not isinstance(slot, SteadySlot):
            slot = self.slots[key] = SteadySlot(slot.concurrency, slot.delay, slot.jitter)
        return key, slot
