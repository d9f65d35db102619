"""Keeps every answer raw (a downloader middleware next to the wire), and a note of every request that failed."""

import asyncio
import functools
import sqlite3
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Headers, Response
from sqlite_utils import Database

from archive.removal.list_pages import without_removed
from archive.store.removed import Removed, removed
from archive.warc.exchange import Exchange
from archive.warc.notes import RequestFailed
from archive.warc.write import write_note
from crawler.headers import pairs
from crawler.network.download import LENGTH_LIES
from crawler.network.guard import Forbidden
from crawler.network.meta import meta_of
from crawler.run.session import Session, post, session_of, stop


class CaptureMiddleware:
    """Writes each exchange to the archive's WARC; `meta_of(request).capture` is then the id of its row."""

    def __init__(self, crawler: Crawler, session: Session) -> None:
        self.crawler = crawler
        self.session = session

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler, session_of(crawler))

    @cached_property
    def gone(self) -> Removed:
        """The removed addresses; none is added while the source is being crawled."""
        return removed(self.session.db)

    def process_request(self, request: Request) -> None:
        # a redirect, or another list, may lead to a removed address
        if self.gone.keys and self.gone.has(request.url):
            raise Forbidden("removed", "was removed from the archive")

    async def process_response(self, request: Request, response: Response) -> Response:
        session = self.session
        if session.writer is None:
            return response
        meta = meta_of(request)
        exchange = Exchange(
            url=request.url,
            source=session.source.id,
            role=meta.role,
            fetched=session.time(),
            method=request.method,
            request_headers=pairs(request.headers),
            request_body=request.body,
            status=response.status,
            headers=pairs(response.headers),
            body=response.body,
            listed=meta.listed,
            list_url=meta.list_url,
            looked=meta.looked,
            cut_short=LENGTH_LIES in response.flags,
        )
        return await keep(self.crawler, request, response, exchange)


async def keep(crawler: Crawler, request: Request, response: Response, exchange: Exchange) -> Response:
    """Write an exchange to the archive's WARC; the response as it is kept, without removed entries on a list page."""
    session = session_of(crawler)
    assert session.writer
    if exchange.role == "list":
        kept = without_removed(exchange, removed(session.db))
        if kept is not exchange:  # parse the masked body, the same that is kept
            exchange, response = kept, response.replace(body=kept.body, headers=Headers(kept.headers))
    try:
        capture = await asyncio.wrap_future(session.writer.capture(exchange))
    except (OSError, sqlite3.Error) as error:
        stop(crawler, f"the archive cannot be written: {error}")
        raise IgnoreRequest("the archive cannot be written") from None
    request.meta.update(replace(meta_of(request), capture=capture).as_dict())
    return response


def note_failure(crawler: Crawler, request: Request, reason: str, status: int | None) -> None:
    """Queue a WARC note that a request failed (a time-out, an unknown host, a ban by robots.txt), so that a rebuild knows of it.

    `status` is the HTTP status, None without an answer.
    """
    session, meta = session_of(crawler), meta_of(request)
    if session.stopped:  # by a fault of ours: the site did not fail
        return
    note = RequestFailed(
        source=session.source.id,
        role=meta.role,
        reason=reason,
        status=status,
        list_url=meta.list_url,
        looked=meta.looked,
        listed=meta.listed,
    )
    # the time is taken now, the note is written when its turn comes
    about = (session.folder, session.source.id, session.time(), request.url, note)
    post(crawler, functools.partial(_note, about=about))


def _note(_: Database, about: tuple[Path, str, str, str, RequestFailed]) -> None:
    write_note(*about)
