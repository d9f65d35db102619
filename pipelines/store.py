"""The last pipeline: it stores a Release in the archive and counts the outcome."""

import asyncio
import functools
import sqlite3
from dataclasses import replace
from typing import Self

from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem

from archive.model import CrawlCount, SaveOutcome
from crawler.run.reading import Reading, save
from crawler.run.session import Session, is_last, session_of, stop

COUNTED: dict[SaveOutcome, CrawlCount] = {
    "new": "new",
    "changed": "changed",
    "same": "unchanged",
    "reread": "reread",
    "refused": "failed",
}


class StorePipeline:
    """Hands each release to the writer, and lets it pass when it is stored."""

    def __init__(self, crawler: Crawler, session: Session) -> None:
        self.crawler = crawler
        self.session = session

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler, session_of(crawler))

    async def process_item(self, item: Reading) -> Reading:
        session = self.session
        assert session.writer
        work = functools.partial(save, packed=item.packed, now=session.now())
        try:
            stored = session.writer.put(work)
            if is_last(self.crawler):
                session.writer.flush()
            saved = await asyncio.wrap_future(stored)
        except (sqlite3.Error, OSError) as error:
            stop(self.crawler, f"the archive cannot be written: {error}")
            raise DropItem(f"{item.page.url}: {error}") from None
        session.counts[COUNTED[saved.outcome]] += 1
        # a page that is no release is told as failed, and no doubt is left about it
        return replace(item, readings=item.readings.without_doubts()) if saved.outcome == "refused" else item
