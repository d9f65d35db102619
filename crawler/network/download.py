"""Limits on downloads, and whole answers: a body is taken when it came to its end, and its encoding can be undone.

Twisted bounds a header's length but not how many there are: a server that sends headers without end fills the memory
(987 MB in the three seconds before a time-out, on loopback).
"""

import re
from dataclasses import replace
from hashlib import sha256
from typing import Any, Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.retry import get_retry_request
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.responsetypes import responsetypes

from archive.warc.coding import CodingError, ends_in_html, undo
from crawler.headers import header, pairs
from crawler.network.ends import end_of
from crawler.network.meta import meta_of

HEAD_BYTES = 256 * 1024
PART = 206  # the status of a piece of a body
_TAIL = 100  # bytes; two answers that end alike for so long end at the same place
LENGTH_LIES = "length-lies"  # the flag of a whole page that is shorter than announced


class NotWhole(IgnoreRequest):
    """An answer that cannot be taken: `partial`, `coding` or `too-large`."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


class _Middleware:
    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def again(self, request: Request) -> Request:
        """The request for another try of an answer that broke off. Raises NotWhole after RETRY_TIMES of them."""
        spider = self.crawler.spider
        assert spider
        if retry := get_retry_request(request, spider=spider, reason="partial"):
            return retry
        raise NotWhole("partial", "broke off before its end")


class Length(_Middleware):
    """Judges answers that are shorter than announced, or lack their last chunk. It stands nearest to the wire.

    A 206 that nobody asked for is a part that a cache kept, unless its Content-Range spans the whole: it is asked for again.
    Such an answer is asked for again. A page that ends in `</html>` and comes twice with the same bytes is whole: its
    announced length lies, and the response has the flag LENGTH_LIES. Scrapy's own answer, an error, would lose it for ever.

    An answer that announced no length ends where its connection was closed. It is asked for again when its markup is torn
    (`ends.end_of`). When that is doubtful, it is whole once it came twice in a row to the same end: its last 100 bytes, since a
    page may differ elsewhere at every request, and a connection that breaks does so at any place.
    """

    def process_response(self, request: Request, response: Response) -> Request | Response:
        if response.status == PART and not _spans_all(header(response.headers, "Content-Range")):
            return self.again(request)
        if "partial" in response.flags and response.status == 200:
            return self._closed(request, response)
        if "dataloss" not in response.flags:
            return response
        meta, digest = meta_of(request), sha256(response.body).hexdigest()
        if not meta.broke_off and _seems_whole(response):
            return request.replace(dont_filter=True, meta={**request.meta, **replace(meta, broke_off=digest).as_dict()})
        if meta.broke_off == digest:
            return response.replace(flags=[LENGTH_LIES])
        return self.again(request)

    def _closed(self, request: Request, response: Response) -> Request | Response:
        end, meta = end_of(response.body, header(response.headers, "Content-Type")), meta_of(request)
        digest = sha256(response.body[-_TAIL:]).hexdigest()
        if end == "whole" or (end == "doubtful" and meta.broke_off == digest):
            return response
        repeated = {**request.meta, **replace(meta, broke_off=digest).as_dict()}
        if end == "doubtful" and not meta.broke_off:
            return request.replace(dont_filter=True, meta=repeated)
        return self.again(request.replace(meta=repeated))


def _spans_all(content_range: str) -> bool:
    """Whether a Content-Range (`bytes 0-99/100`) is that of a whole body."""
    found = re.fullmatch(r"bytes 0-(\d+)/(\d+)", content_range.strip())
    return found is not None and int(found[1]) + 1 == int(found[2])


def _seems_whole(response: Response) -> bool:
    try:
        return ends_in_html(undo(response.body, pairs(response.headers)))
    except CodingError:
        return False


class Decompression(_Middleware):
    """Undoes Content-Encodings as the archive does. An answer that breaks off before its end is asked for again."""

    def process_response(self, request: Request, response: Response) -> Request | Response:
        most = request.meta.get("download_maxsize", self.crawler.settings.getint("DOWNLOAD_MAXSIZE"))
        reason = words = ""
        try:
            body = undo(response.body, pairs(response.headers), most)
        except CodingError as error:
            reason, words = error.reason, f"cannot be read: {error}"
        if reason and not 200 <= response.status < 300:  # its status says more
            return response.replace(body=b"")
        if reason == "partial":
            return self.again(request)
        if reason:  # raised here, since an error holds the bytes that hang on the one before it
            raise NotWhole(reason, "is larger than DOWNLOAD_MAXSIZE" if reason == "too-large" else words)
        if body is response.body:
            return response
        response.headers.pop("Content-Encoding", None)
        kind = responsetypes.from_args(headers=response.headers, url=response.url, body=body)
        return response.replace(cls=kind, body=body)


def bounded(protocol: Any) -> Any:
    """A connection that is broken off when the head of an answer grows beyond HEAD_BYTES."""
    receive = protocol.dataReceived
    answer, size = None, 0  # the parser of the answer under way, and the bytes of its head so far

    def data_received(data: bytes) -> None:
        nonlocal answer, size
        parser = getattr(protocol, "_parser", None)
        if parser is not answer:
            answer, size = parser, 0
        if getattr(parser, "state", "") in ("STATUS", "HEADER"):
            size += len(data)
            if size > HEAD_BYTES:
                protocol.transport.abortConnection()
                return
        receive(data)

    protocol.dataReceived = data_received
    return protocol
