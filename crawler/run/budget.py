"""The daily budget of a source: REQUESTS_PER_DAY, and BYTES_PER_DAY of bodies as they were sent."""

import functools
from typing import Self

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

from archive.store import crawls
from crawler.network.slots import Unsent
from crawler.run.session import Session, has_session, post, rest, session_of

WRITTEN_EVERY = 20  # requests; a killed crawl forgets so many at most


def leave(crawler: Crawler, request: Request) -> None:
    """Let a request go out, or raise Unsent: bodies that came while it waited may have spent the budget, and the operator
    may have stopped the crawl.
    """
    if not has_session(crawler):
        return
    if session_of(crawler).by_hand:
        raise Unsent(f"{request.url} was not asked for: the crawl ends")
    if share := session_of(crawler).spent:
        _end(crawler, share)
        raise Unsent(f"{request.url} is beyond the day's {share}")


def _end(crawler: Crawler, share: str) -> None:
    rest(crawler, f"the source's share of this day is spent, {share}: what is left waits for tomorrow")


class BudgetMiddleware:
    """Counts every request that goes out, and ends the crawl when the day's share is spent. A limit of 0 is none."""

    def __init__(self, crawler: Crawler, session: Session) -> None:
        self.crawler = crawler
        self.session = session
        self.requests_limit = crawler.settings.getint("REQUESTS_PER_DAY")
        self.bytes_limit = crawler.settings.getint("BYTES_PER_DAY")
        self.day = session.time()[:10]
        self.requests, self.bytes = crawls.used(session.db, session.source.id, self.day)
        self.written = (self.requests, self.bytes)
        self.weigh()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        budget = cls(crawler, session_of(crawler))
        crawler.signals.connect(budget.closed, signals.spider_closed)
        return budget

    def process_request(self, request: Request) -> None:
        if self.requests_limit and self.requests >= self.requests_limit:
            self.spent(request, f"{self.requests_limit} requests (REQUESTS_PER_DAY)")
        if self.session.spent:
            self.spent(request, self.session.spent)
        self.requests += 1
        if self.requests - self.written[0] >= WRITTEN_EVERY:
            self.write()

    def process_response(self, request: Request, response: Response) -> Response:
        self.bytes += len(response.body)
        self.weigh()
        return response

    def process_exception(self, request: Request, exception: Exception) -> None:
        if isinstance(exception, Unsent):  # it was counted when it began to wait
            self.requests -= 1

    def weigh(self) -> None:
        if self.bytes_limit and self.bytes >= self.bytes_limit:
            self.session.spent = f"{self.bytes_limit} bytes (BYTES_PER_DAY)"

    def spent(self, request: Request, share: str) -> None:
        _end(self.crawler, share)
        raise IgnoreRequest(f"{request.url} is beyond the day's {share}")

    def closed(self) -> None:
        if not self.session.unwritable:
            self.write()

    def write(self) -> None:
        requests, size = self.requests - self.written[0], self.bytes - self.written[1]
        source = self.session.source.id
        post(self.crawler, functools.partial(crawls.use, source=source, day=self.day, requests=requests, size=size))
        self.written = (self.requests, self.bytes)
