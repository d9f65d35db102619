"""From a Page to a Release: the order of reading, and the processes that do it."""

import functools
from dataclasses import replace
from typing import Self

from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem

from archive import duplicates, store
from archive.model import Page, Release, Unreadable
from archive.texts.normalised import text_key
from crawler.run.session import session_of, write
from crawler.sources import Source
from pipelines.citations import find_citations
from pipelines.collapse import collapse
from pipelines.extract import extract
from pipelines.pool import Pool
from pipelines.turns import find_turns


def read(page: Page, source: Source | None) -> Release:
    """Read the release out of its page. Pure, so that a worker process can do it. Raises Unreadable."""
    release = extract(page, source)
    text, repeats, problems = collapse(release.text)
    fingerprint = duplicates.fingerprint(release.title, release.published, text)
    return replace(
        release,
        text=text,
        repeats=repeats,
        problems=release.problems + problems,
        text_key=text_key(fingerprint.key),
        fingerprint=fingerprint,
        turns=find_turns(text),
        citations=find_citations(text),
    )


def _read_apart(page: Page, source: Source | None) -> Release:
    """Like `read`, without the page's bytes: the caller has them."""
    return replace(read(page, source), page=replace(page, body=b"", parts=()))


class ReadPipeline:
    """Reads each page, in a worker process or (EXTRACT_WORKERS=0) in this one."""

    def __init__(self, crawler: Crawler, workers: int) -> None:
        self.crawler = crawler
        self.session = session_of(crawler)
        self.pool = Pool(workers)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler, crawler.settings.getint("EXTRACT_WORKERS"))

    async def process_item(self, item: Page) -> Release:
        session = self.session
        try:
            return replace(await self.pool.run(_read_apart, item, session.sources.get(item.source)), page=item)
        except Unreadable as problem:
            work = functools.partial(store.unread, page=item, reason=problem.reason, now=session.now())
            await write(self.crawler, work)
            session.counts["failed"] += 1
            raise DropItem(f"{item.url}: {problem.reason}") from None

    def close_spider(self) -> None:
        self.pool.close()
