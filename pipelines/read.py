"""From a Page to a Release: the order of reading, and the processes that do it."""

import functools
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Self

from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem

from archive import duplicates, store
from archive.model import Page, Release, Unreadable
from archive.texts import markup
from archive.texts.normalised import text_key
from archive.texts.plausible import is_garbled
from crawler.run.session import session_of, write
from crawler.sources import Source
from pipelines.alignment import follow
from pipelines.citations import find_citations
from pipelines.collapse import collapse
from pipelines.extract import extract
from pipelines.pool import Pool
from pipelines.turns import find_turns


def read(page: Page, source: Source | None) -> Release:
    """Read the release out of its page. Pure, so that a worker process can do it. Raises Unreadable.

    A text that is no language (its bytes were read wrongly, here or by the site) is Unreadable `garbled`.
    """
    release = extract(page, source)
    if is_garbled(f"{release.title}\n{release.text}"):
        raise Unreadable("garbled")
    text, repeats = collapse(release.text)
    fingerprint = duplicates.fingerprint(release.title, release.published, text)
    return replace(
        release,
        text=text,
        markup=markup.write(follow(markup.read(release.markup), text))
        if repeats and release.markup
        else release.markup,
        repeats=repeats,
        text_key=text_key(fingerprint.key),
        fingerprint=fingerprint,
        turns=find_turns(text, release.emphasised),
        citations=find_citations(text),
    )


@contextmanager
def readers(workers: int) -> Iterator[Callable[[Page, Source | None], Awaitable[Release]]]:
    """`read` in `workers` processes, which end with the context."""
    pool = Pool(workers)
    try:
        yield lambda page, source: pool.run(read, page, source)
    finally:
        pool.close()


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
