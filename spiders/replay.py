"""`scrapy crawl replay`: the kept pages through the pipelines again, without a network."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any, Self

import scrapy
from scrapy import signals
from scrapy.crawler import Crawler

from archive import store, warc
from archive.model import Page
from crawler.session import SettingError, session_of

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
            await self.room.acquire()
            payload = warc.payload(session.db, session.folder, kept.capture)
            yield Page(
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
