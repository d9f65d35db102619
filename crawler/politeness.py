"""Slowing down when a site asks for it: Retry-After in both forms, and a pause that grows on 429 and 503 and recovers."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response

BUSY = {429, 503}
SHORTEST, LONGEST = 2.0, 600.0  # seconds


def retry_after(value: str, now: datetime) -> float | None:
    """The seconds that a Retry-After header asks for, a number or an HTTP date; None when it says neither."""
    value = value.strip()
    if value.isdecimal():
        return float(value)
    try:
        when = parsedate_to_datetime(value)
    except (TypeError, ValueError):
        return None
    when = when if when.tzinfo else when.replace(tzinfo=UTC)
    return max(0.0, (when - now).total_seconds())


class BackOffMiddleware:
    """Doubles a host's delay at each 429 or 503, at least to what Retry-After asks for; halves it at each good answer."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.usual: dict[str, float] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_response(self, request: Request, response: Response) -> Response:
        key = request.meta.get("download_slot", "")
        slot = self.crawler.engine.downloader.slots.get(key)
        if slot is None:
            return response
        if response.status in BUSY:
            self.usual.setdefault(key, slot.delay)
            asked = retry_after((response.headers.get("Retry-After") or b"").decode("latin-1"), datetime.now(UTC))
            # jitter may take a part of a delay away, hence more than was asked for
            slot.delay = min(LONGEST, max(SHORTEST, slot.delay * 2, (asked or 0.0) / (1 - slot.jitter)))
        elif key in self.usual:
            slot.delay = max(self.usual[key], slot.delay / 2)
            if slot.delay == self.usual[key]:
                del self.usual[key]
        return response
