"""The download handler that stops at our limits."""

from typing import Any

from scrapy import Request
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.crawler import Crawler
from scrapy.http import Response

from crawler.network.download import bounded
from crawler.run.budget import leave
from crawler.run.session import has_session, session_of, unless_given_up


class BoundedHandler(HTTP11DownloadHandler):
    """Limits the head of an answer to HEAD_BYTES, and keeps to the daily budget."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        usual: Any = self._pool._factory

        class Factory(usual):  # type: ignore[misc]  # a class that Scrapy chose at run time
            def buildProtocol(self, addr: Any) -> Any:  # noqa: N802
                return bounded(super().buildProtocol(addr))

        self._pool._factory = Factory

    async def download_request(self, request: Request) -> Response:
        leave(self.crawler, request)
        answer = super().download_request(request)
        return await unless_given_up(session_of(self.crawler), answer) if has_session(self.crawler) else await answer
