"""Keeps every answer raw, before Content-Encoding is undone: a downloader middleware next to the wire."""

import asyncio
import sqlite3
from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Headers, Response

from archive.warc import Exchange, listed_facts, note
from crawler.session import Session, session_of, stop


class CaptureMiddleware:
    """Writes each exchange to the archive's WARC; `request.meta["capture"]` is then the id of its row."""

    def __init__(self, crawler: Crawler, session: Session) -> None:
        self.crawler = crawler
        self.session = session

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler, session_of(crawler))

    async def process_response(self, request: Request, response: Response) -> Response:
        session = self.session
        if session.source is None or session.writer is None:
            return response
        exchange = Exchange(
            url=request.url,
            source=session.source.id,
            role=request.meta.get("role", "other"),
            fetched=session.time(),
            method=request.method,
            request_headers=_pairs(request.headers),
            request_body=request.body,
            status=response.status,
            headers=_pairs(response.headers),
            body=response.body,
            listed=request.meta.get("listed"),
            list_url=request.meta.get("list_url", ""),
            looked=request.meta.get("looked", ""),
        )
        try:
            request.meta["capture"] = await asyncio.wrap_future(session.writer.capture(exchange))
        except (OSError, sqlite3.Error) as error:
            stop(self.crawler, f"the archive cannot be written: {error}")
            raise IgnoreRequest("the archive cannot be written") from None
        return response


def note_failure(crawler: Crawler, request: Request, reason: str, status: int | None) -> None:
    """Keep that a request came to nothing, which no answer need say: a time-out, a name that cannot be resolved, robots."""
    session, meta = session_of(crawler), request.meta
    if session.stopped or session.source is None:
        return
    facts = {
        "source": session.source.id,
        "event": "failed",
        "role": meta["role"],
        "reason": reason,
        "status": str(status or ""),
        "list": meta.get("list_url", ""),
        "looked-url": meta.get("looked", ""),
        **listed_facts(meta.get("listed")),
    }
    try:
        note(session.folder, session.source.id, session.time(), request.url, facts)
    except OSError as error:
        stop(crawler, f"the archive cannot be written: {error}")


def _pairs(headers: Headers) -> tuple[tuple[str, str], ...]:
    return tuple(
        (name.decode("latin-1"), value.decode("latin-1")) for name, values in headers.items() for value in values or ()
    )
