"""robots.txt by RFC 9309: where it fails (5xx, no answer), nothing else of the site is requested."""

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK
from scrapy.robotstxt import RobotParser
from scrapy.utils.defer import maybe_deferred_to_future
from scrapy.utils.httpobj import urlparse_cached
from scrapy.utils.misc import build_from_crawler
from twisted.internet.defer import Deferred

from crawler.network.failures import reason_of, words_of
from crawler.network.meta import Meta

_NO_ANSWER = {"dns", "timeout", "connection-refused", "connection", "certificate", "tls"}


class RobotsRefused(IgnoreRequest):
    """robots.txt, or its absence for a fault of the server's, keeps us from a page."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


class RobotsMiddleware(RobotsTxtMiddleware):
    """Reads each site's robots.txt once a crawl, obeys it, and keeps its Crawl-delay."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._faults: dict[str, RobotsRefused] = {}

    async def process_request(self, request: Request) -> None:  # type: ignore[override]  # Scrapy's takes a spider too
        if request.meta.get("dont_obey_robotstxt"):
            return
        parser = await self.robot_parser(request)
        if fault := self._faults.get(urlparse_cached(request).netloc):
            raise fault
        if parser is not None and not parser.allowed(request.url, self._default_useragent):
            raise RobotsRefused("robots", "is closed to crawlers by robots.txt")

    async def robot_parser(self, request: Request) -> RobotParser | None:
        url = urlparse_cached(request)
        if url.netloc in self._parsers:
            if isinstance(waiting := self._parsers[url.netloc], Deferred):
                # only the first waiter of a Deferred gets its result, so read it from the table
                await maybe_deferred_to_future(waiting)
            return self._parsers[url.netloc]  # type: ignore[return-value]  # Scrapy: or a Deferred
        settled: Deferred[RobotParser | None] = Deferred()
        self._parsers[url.netloc] = settled
        parser = None
        try:
            response = await self.crawler.engine.download_async(
                Request(
                    f"{url.scheme}://{url.netloc}/robots.txt",
                    priority=self.DOWNLOAD_PRIORITY,
                    meta={**Meta(role="robots").as_dict(), "dont_obey_robotstxt": True},
                    callback=NO_CALLBACK,
                )
            )
            if response.status >= 500:
                self._faults[url.netloc] = RobotsRefused(
                    f"http-{response.status}", f"waits: its robots.txt answers {response.status}"
                )
            elif response.status < 300:
                parser = self._read(response, url.hostname or "")
        except Exception as error:
            reason = reason_of(error)
            who = "host" if reason in _NO_ANSWER else "robots.txt"
            self._faults[url.netloc] = RobotsRefused(reason, f"waits: its {who} {words_of(error)}")
        self._parsers[url.netloc] = parser
        settled.callback(parser)
        return parser

    def _read(self, response: Response, host: str) -> RobotParser:
        parser: RobotParser = build_from_crawler(self._parserimpl, self.crawler, response.body)
        delay = parser.crawl_delay(self._default_useragent)
        slot = self.crawler.engine.downloader.slots.get(host)
        if delay and slot:
            # jitter may take a part of a delay away, hence more than was asked for
            slot.delay = max(slot.delay, float(delay) / (1 - slot.jitter))
        return parser
