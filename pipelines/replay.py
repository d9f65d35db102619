"""`scrapy crawl replay`: the kept pages through the pipelines again, without a network."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any, Self

import scrapy
from scrapy import signals
from scrapy.crawler import Crawler

from archive import store, warc
from archive.model import Page, Part
from archive.parts import kept_part
from crawler.parts import lacking
from crawler.session import Session, SettingError, session_of

IN_FLIGHT = 128  # pages in memory at a time: some are read while others wait for a full batch


class ReplaySpider(scrapy.Spider):
    """Re-reads the page of each release's current version, and of each article that did not become a release."""

    name = "replay"

    def __init__(self, **arguments: str) -> None:
        if arguments:
            raise SettingError("replay takes no arguments")
        super().__init__()
        self.room = asyncio.Semaphore(IN_FLIGHT)

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        spider = super().from_crawler(crawler, *args, **kwargs)
        for signal in (signals.item_scraped, signals.item_dropped, signals.item_error):
            crawler.signals.connect(spider.done, signal)
        return spider

    def done(self) -> None:
        self.room.release()

    async def start(self) -> AsyncIterator[Any]:
        session = session_of(self.crawler)
        for kept in store.kept(session.db):
            if page := kept_page(session, kept):
                await self.room.acquire()
                yield page


def kept_page(session: Session, kept: store.Kept) -> Page | None:
    """The page with its parts; None when one of them was never captured."""
    payload = warc.payload(session.db, session.folder, kept.capture)
    page = Page(
        url=kept.url,
        source=kept.source,
        fetched=payload.fetched,
        status=payload.status,
        headers=payload.headers,
        body=payload.body,
        capture=kept.capture,
        listed=kept.listed,
        reread=True,
    )
    while wanted := lacking(page):
        capture = kept_part(session.db, wanted[0], kept.source, kept.capture)
        if capture is None:
            return None
        told = warc.payload(session.db, session.folder, capture)
        content_type = next((value for name, value in told.headers if name.lower() == "content-type"), "")
        part = Part(url=wanted[0], content_type=content_type, body=told.body, capture=capture)
        page = replace(page, parts=(*page.parts, part))
    return page
