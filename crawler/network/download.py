"""Limits on downloads: the size of a response's head, and the memory of a refused compression bomb.

Twisted bounds a header's length but not how many there are: a server that sends headers without end fills the memory
(987 MB in the three seconds before a time-out, on loopback). Scrapy refuses a body that grows beyond DOWNLOAD_MAXSIZE,
but the bytes unpacked by then hang on the error until the garbage is collected: six bombs held 200 MB.
"""

import traceback
from contextlib import suppress
from typing import Any

from isal import isal_zlib
from scrapy import Request
from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

HEAD_BYTES = 256 * 1024


class Decompression(HttpCompressionMiddleware):
    """Scrapy's middleware; it frees the unpacked bytes of a bomb at once, and unpacks sound gzip by ISA-L."""

    def process_response(self, request: Request, response: Response) -> Request | Response:  # type: ignore[override]  # Scrapy's takes a spider too
        try:
            return super().process_response(request, response)
        except IgnoreRequest as error:
            if error.__cause__:
                traceback.clear_frames(error.__cause__.__traceback__)
            raise

    @staticmethod
    def _decode(body: bytes, encoding: bytes, max_size: int) -> bytes:
        if encoding in (b"gzip", b"x-gzip"):
            inflate = isal_zlib.decompressobj(31)
            with suppress(isal_zlib.error):  # type: ignore[arg-type]  # its stubs take the class for an instance
                unpacked = inflate.decompress(body, max_size)
                if inflate.eof and not inflate.unused_data:
                    return unpacked
        # a torn, damaged or too large body, or one of several members, goes the usual way
        return HttpCompressionMiddleware._decode(body, encoding, max_size)


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
