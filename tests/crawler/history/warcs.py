"""Captures as records of a WARC file, each a gzip member."""

import io
from collections.abc import Iterable
from typing import IO

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from tests.crawler.history.past import Capture

_REASONS = {200: "OK", 302: "Found", 404: "Not Found", 503: "Service Unavailable"}


def write(file: IO[bytes], captures: Iterable[Capture], kind: str = "response", **told: str) -> list[int]:
    """Write records with such WARC headers; where each begins, and where the last ends."""
    writer, ends = WARCWriter(file, gzip=True), [file.tell()]
    for one in captures:
        head = StatusAndHeaders(f"{one.status} {_REASONS[one.status]}", list(one.headers), "HTTP/1.1")
        told = {**told, "WARC-Date": one.time.strftime("%Y-%m-%dT%H:%M:%SZ")}
        body = io.BytesIO(one.body)
        record = writer.create_warc_record(
            one.url, kind, payload=body, length=len(one.body), http_headers=head, warc_headers_dict=told
        )
        writer.write_record(record)
        ends.append(file.tell())
    return ends


def packed(*captures: Capture, kind: str = "response", **told: str) -> bytes:
    file = io.BytesIO()
    write(file, captures, kind, **told)
    return file.getvalue()
