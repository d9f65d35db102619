"""The pause between two requests to a host, drawn once each.

Scrapy draws its jitter anew when a pause is over, and goes on waiting when the new draw is longer: a host is asked 9 %
more slowly than the delay and its jitter say.
"""

from typing import Any

from scrapy import Request
from scrapy.core.downloader import Downloader, Slot


class SteadySlot(Slot):
    """A host's queue whose pause stands from one request to the next."""

    drawn = (-1.0, 0.0, 0.0)  # after which request, from which delay, and the pause

    def download_delay(self) -> float:
        if self.drawn[:2] != (self.lastseen, self.delay):
            self.drawn = (self.lastseen, self.delay, super().download_delay())
        return self.drawn[2]


class SteadyDownloader(Downloader):
    """Scrapy's downloader with such queues."""

    def _get_slot(self, request: Request, *_: Any) -> tuple[str, Slot]:
        key, slot = super()._get_slot(request)
        if not isinstance(slot, SteadySlot):
            slot = self.slots[key] = SteadySlot(slot.concurrency, slot.delay, slot.jitter)
        return key, slot
