"""From a Page to a Release: the order of reading, and the processes that do it."""

import functools
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Self

from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem

from archive import duplicates, store
from archive.model import Page, Release, Unreadable, reader_error
from archive.store.decide import sight_of
from archive.texts import markup
from archive.texts.first_sight import is_unlike_listed
from archive.texts.normalised import text_key
from archive.texts.plausible import is_garbled
from crawler.network.slots import Unsent
from crawler.run.reading import Reading
from crawler.run.session import session_of, unless_given_up, write
from crawler.sources import Source
from pipelines.alignment import follow
from pipelines.citations import find_citations
from pipelines.collapse import collapse
from pipelines.extract import extract
from pipelines.indicators import find_indicators
from pipelines.pool import DIED, Pool
from pipelines.turns import find_turns


def read(page: Page, source: Source | None) -> Release:
    """Read the release out of its page. Pure, so that a worker process can do it.

    A text that is no language (its bytes were read wrongly, here or by the site) is Unreadable `garbled`. Raises
    Unreadable, and nothing else: a fault of ours is `reader-error`, with the exception in words.
    """
    try:
        return _read(page, source)
    except Unreadable:
        raise
    except Exception as error:
        raise reader_error(error) from None


def _read(page: Page, source: Source | None) -> Release:
    release = extract(page, source)
    if is_garbled(f"{release.title}\n{release.text}"):
        raise Unreadable("garbled")
    text, repeats, problems = collapse(release.text, release.title)
    if page.listed and is_unlike_listed(sight_of(release, page.listed)):
        problems += (f"unlike-listed:{page.listed.title[:60]}",)
    fingerprint = duplicates.fingerprint(release.title, release.published, text)
    return replace(
        release,
        text=text,
        markup=markup.write(follow(markup.read(release.markup), text))
        if repeats and release.markup
        else release.markup,
        repeats=repeats,
        problems=release.problems + problems,
        text_key=text_key(fingerprint.key),
        fingerprint=fingerprint,
        turns=find_turns(text, release.emphasised),
        citations=find_citations(text),
        indicators=find_indicators(text),
    )


@contextmanager
def readers(workers: int) -> Iterator[Callable[[Page, Source | None], Awaitable[Release]]]:
    """`read` in `workers` processes, which end with the context."""
    pool = Pool(workers)
    try:
        yield lambda page, source: pool.run(read, page, source)
    finally:
        pool.close()


def _read_apart(page: Page, source: Source | None) -> Reading:
    return Reading.of(read(page, source))


class ReadPipeline:
    """Reads each page, in a worker process or (EXTRACT_WORKERS=0) in this one."""

    def __init__(self, crawler: Crawler, workers: int) -> None:
        self.crawler = crawler
        self.session = session_of(crawler)
        self.pool = Pool(workers)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler, crawler.settings.getint("EXTRACT_WORKERS"))

    async def process_item(self, item: Page) -> Reading:
        session = self.session
        try:
            reading = self.pool.run(_read_apart, item, session.sources.get(item.source))
            return await unless_given_up(session, reading)
        except Unsent as ended:
            raise DropItem(f"{item.url}: {ended}") from None
        except Unreadable as problem:
            if session.by_hand and problem.reason in DIED:  # a signal to all processes ends the readers as well
                raise DropItem(f"{item.url}: {problem}") from None
            work = functools.partial(store.unread, page=item, problem=problem, now=session.now())
            await write(self.crawler, work)
            session.counts["failed"] += 1
            if problem.fault:
                session.faults.append((item.url, problem.fault))
            raise DropItem(f"{item.url}: {problem}") from None

    def close_spider(self) -> None:
        self.pool.close()
