"""The pace of requests to a site, and the name they are sent under; slower when the site asks for that.

Retry-After is understood in both forms; a pause grows on 429 and 503 and recovers. A host that asks for more time than a crawl
waits is left alone.
"""

import time
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.settings import SETTINGS_PRIORITIES, BaseSettings

from crawler.headers import header
from crawler.network.slots import SteadyDownloader
from crawler.sources import Source

BUSY = {429, 503}
SHORTEST, LONGEST = 2.0, 600.0  # seconds
_A_YEAR = 366 * 86_400.0  # seconds; a site that asks for more means for ever


def delay_of(settings: BaseSettings, source: Source | None) -> float:
    """The seconds between two requests: the command line's, else the declaration's, else DOWNLOAD_DELAY."""
    commanded = (settings.getpriority("DOWNLOAD_DELAY") or 0) >= SETTINGS_PRIORITIES["cmdline"]
    if source is None or source.delay is None or commanded:
        return settings.getfloat("DOWNLOAD_DELAY")
    return source.delay


def behave(settings: BaseSettings, source: Source | None) -> None:
    """Set the pace, the TLS and the name (User-Agent) with which a source's site is asked."""
    # Scrapy's jitter goes both ways, and a request may travel longer than the next one: with a middle that is a third
    # longer, a host sees no pause shorter than the delay
    settings.set("DOWNLOAD_DELAY", delay_of(settings, source) * 1.35, priority="cmdline")
    settings.set("DOWNLOAD_DELAY_JITTER", 0.15, priority="cmdline")
    if source and source.tls == "unverified":
        settings.set("DOWNLOAD_VERIFY_CERTIFICATES", False, priority="spider")
    elif source and source.tls == "legacy":
        settings.set("DOWNLOAD_TLS_MIN_VERSION", "TLSv1.0", priority="spider")
        settings.set("DOWNLOADER_CLIENT_TLS_CIPHERS", "DEFAULT:@SECLEVEL=0", priority="spider")
    if contact := settings["CONTACT"]:
        agent = settings["USER_AGENT"].partition(" (")[0]
        settings.set("USER_AGENT", f"{agent} (archive of government press releases; +{contact})", priority="spider")


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
    """Doubles a host's delay at each 429 or 503, at least to what Retry-After asks for; halves it at each good answer.

    Good answers to requests that were sent before the host said so halve nothing. A host whose Retry-After asks for more than
    600 seconds is not asked before that time: its requests end as AskedToWait.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.usual: dict[str, float] = {}
        self.until: dict[str, float] = {}

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
            asked = retry_after(header(response.headers, "Retry-After"), datetime.now(UTC))
            if (asked or 0.0) > LONGEST:
                self._leave_alone(key, min(asked or 0.0, _A_YEAR))
            # jitter may take a part of a delay away, hence more than was asked for
            slot.delay = min(LONGEST, max(SHORTEST, slot.delay * 2, (asked or 0.0) / (1 - slot.jitter)))
            self.until[key] = time.monotonic() + slot.delay * (1 - slot.jitter)
        elif key in self.usual and time.monotonic() >= self.until[key]:
            slot.delay = max(self.usual[key], slot.delay / 2)
            if slot.delay == self.usual[key]:
                del self.usual[key]
        return response

    def _leave_alone(self, key: str, seconds: float) -> None:
        downloader = self.crawler.engine.downloader
        if isinstance(downloader, SteadyDownloader):
            until = datetime.now(UTC) + timedelta(seconds=seconds)
            why = f"{key} asks to be left alone until {until:%Y-%m-%dT%H:%MZ} (Retry-After): what is left of it waits for another crawl"
            downloader.leave_alone(key, seconds, why)
