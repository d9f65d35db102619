"""Lists that scripts draw (`browser = true`): a browser draws the answer, and its requests go the way of all others."""

from contextlib import suppress
from dataclasses import replace
from typing import Self

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.http import Headers, HtmlResponse, Response, TextResponse
from scrapy.http.request import NO_CALLBACK

from archive.texts.encoding import decode
from archive.warc.exchange import Exchange
from crawler.headers import header, pairs
from crawler.network.browser import Answer, Asked, Browser, Drawn, NoBrowserError
from crawler.network.meta import Meta, meta_of
from crawler.run.capture import keep
from crawler.run.session import Session, session_of

_SENT_ON = {"accept", "content-type", "referer", "x-requested-with"}  # headers of a page's request; our own name stays
_OF_THE_WIRE = {"content-encoding", "content-length", "transfer-encoding", "content-security-policy", "set-cookie"}
_TYPE = {"Content-Type": "text/html; charset=utf-8"}


class DrawnLists:
    """Draws the list pages of a source with `browser = true`. It stands farthest from the wire.

    The answer as sent is kept as a capture of role `other`, as are the scripts and data that the page asks for. The drawn
    page is the capture of role `list`, from which a rebuild reads the entries; its header X-Drawn-By says so.
    """

    def __init__(self, crawler: Crawler, session: Session) -> None:
        self.crawler = crawler
        self.session = session
        self.browser: Browser | None = None
        self.missing = ""  # the sentence of NoBrowserError

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        session = session_of(crawler)
        if not session.source.browser:
            raise NotConfigured
        drawn = cls(crawler, session)
        crawler.signals.connect(drawn.closed, signals.spider_closed)
        return drawn

    def process_request(self, request: Request) -> None:
        meta = meta_of(request)
        if meta.role == "list":
            request.meta.update(replace(meta, role="other", drawn=True).as_dict())

    def process_exception(self, request: Request, exception: Exception) -> None:
        self._as_list(request)

    async def process_response(self, request: Request, response: Response) -> Response:
        if not self._as_list(request):
            return response
        if response.status == 200 and isinstance(response, TextResponse):
            response = await self._draw(request, response)
        exchange = Exchange(
            url=request.url,
            source=self.session.source.id,
            role="list",
            fetched=self.session.time(),
            request_headers=pairs(request.headers),
            status=response.status,
            headers=pairs(response.headers),
            body=response.body,
            list_url=meta_of(request).list_url,
        )
        return await keep(self.crawler, request, response, exchange)

    def _as_list(self, request: Request) -> bool:
        meta = meta_of(request)
        if meta.drawn:
            request.meta.update(replace(meta, role="list", drawn=False).as_dict())
        return meta.drawn

    async def _draw(self, request: Request, response: TextResponse) -> Response:
        html = decode(response.body, header(response.headers, "Content-Type"))[0].encode()
        browser = await self._started()
        if browser is None:
            self._say(f"list {request.url} is drawn by scripts, and was read undrawn: {self.missing}")
            return response
        first = Answer(status=200, headers=_TYPE, body=html)
        drawn = await browser.draw(response.url, first, lambda asked: self._ask(asked, response.url))
        self._tell(request.url, drawn)
        headers = Headers({**_TYPE, "X-Drawn-By": "Chromium"})
        return HtmlResponse(response.url, body=drawn.html.encode(), encoding="utf-8", headers=headers, request=request)

    async def _started(self) -> Browser | None:
        if self.browser is None and not self.missing:
            try:
                self.browser = await Browser.start(self.crawler.settings["USER_AGENT"])
            except NoBrowserError as missing:
                self.missing = str(missing)
        return self.browser

    async def _ask(self, asked: Asked, page: str) -> Answer | None:
        headers = {name: value for name, value in asked.headers.items() if name.lower() in _SENT_ON}
        request = Request(
            asked.url,
            method=asked.method,
            headers={"Referer": page, **headers},
            body=asked.body,
            meta=Meta(role="other").as_dict(),
            priority=20,
            callback=NO_CALLBACK,
        )
        try:
            response = await self.crawler.engine.download_async(request)
        except Exception:  # any of the ways in which a request is refused or fails
            return None
        sent = {name: value for name, value in pairs(response.headers) if name.lower() not in _OF_THE_WIRE}
        return Answer(status=response.status, headers=sent, body=response.body)

    def _tell(self, url: str, drawn: Drawn) -> None:
        if drawn.refused:
            self.session.remarks.append(
                f"list {url}: its scripts asked for {len(drawn.refused)} addresses in vain, the first was {drawn.refused[0][:200]}"
            )
        if not drawn.ended:
            self._say(f"list {url} was not drawn to its end")

    def _say(self, problem: str) -> None:
        if problem not in self.session.problems:
            self.session.problems.append(problem)

    async def closed(self) -> None:
        if self.browser:
            with suppress(Exception):  # it may have died
                await self.browser.close()
