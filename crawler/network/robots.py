"""robots.txt by RFC 9309: where it fails (5xx, 429, no answer), nothing else of the site is requested."""

import re

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
from crawler.network.slots import AskedToWait

BUSY = 429  # the site asks for patience, and does not say that it has no rules
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
        self._faults: dict[str, RobotsRefused | AskedToWait] = {}

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
            if response.status >= 500 or response.status == BUSY:
                self._faults[url.netloc] = RobotsRefused(
                    f"http-{response.status}", f"waits: its robots.txt answers {response.status}"
                )
            elif response.status < 300:
                parser = self._read(response, url.hostname or "")
        except AskedToWait as error:
            self._faults[url.netloc] = error
        except Exception as error:
            reason = reason_of(error)
            who = "host" if reason in _NO_ANSWER else "robots.txt"
            self._faults[url.netloc] = RobotsRefused(reason, f"waits: its {who} {words_of(error)}")
        self._parsers[url.netloc] = parser
        settled.callback(parser)
        return parser

    def _read(self, response: Response, host: str) -> RobotParser:
        parser: RobotParser = build_from_crawler(self._parserimpl, self.crawler, in_utf8(response.body))
        delay = parser.crawl_delay(self._default_useragent)
        slot = self.crawler.engine.downloader.slots.get(host)
        if delay and slot:
            # jitter may take a part of a delay away, hence more than was asked for
            slot.delay = max(slot.delay, float(delay) / (1 - slot.jitter))
        return parser


def in_utf8(body: bytes) -> bytes:
    """A robots.txt in UTF-8, the only encoding that parsers of it read; they drop bytes of any other.

    UTF-16 is told by its byte order mark, or by its zero bytes. A line that is no UTF-8 is given twice: its bytes
    percent-encoded as they stand, and as GB18030, since a client asks for a Chinese path in UTF-8. A path that lost its
    bytes would be a shorter one, which closes more than the site wants.
    """
    if body.startswith((b"\xff\xfe", b"\xfe\xff")):
        return body.decode("utf-16", "replace").encode()
    if 3 * body.count(b"\0") >= len(body) > 0:
        return body.decode("utf-16-le" if body[1:2] == b"\0" else "utf-16-be", "replace").encode()
    return b"\n".join(form for line in body.splitlines() for form in _forms(line))


def _forms(line: bytes) -> list[bytes]:
    try:
        line.decode()
    except UnicodeDecodeError:
        as_sent = re.sub(rb"[\x80-\xff]", lambda byte: b"%%%02X" % byte[0][0], line)
        return [as_sent, line.decode("gb18030", "ignore").encode()]
    return [line]
