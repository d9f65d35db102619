"""The end of the line: what passes, what is counted, and what ends the crawl."""

import asyncio
import pickle
import sqlite3
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from scrapy import Spider
from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem
from scrapy.settings import Settings

from archive.model import Listed, Page, Part, Release
from archive.store.writer import Writer
from archive.texts.normalised import normalised, text_key
from crawler.network.slots import SteadyDownloader
from crawler.run.reading import Reading
from crawler.run.session import Session, bind
from crawler.sources import Source
from pipelines.store import StorePipeline
from tests.archive.living import SOURCE, address, empty_archive, headline, one, prose

NOW = "2026-03-16T10:00"


def release(number: int) -> Release:
    text, url = prose(number), address(number)
    page = Page(
        url=url,
        source=SOURCE,
        fetched="2026-03-16T10:00:00+00:00",
        body=b"<html>",
        listed=Listed(url=url),
        parts=(Part(url=f"{url}?2", body=b"<html>", capture=7),),
    )
    return Release(page=page, title=headline(number), text=text, text_key=text_key(normalised(text)))


YUNLING = Source(
    id="yunling", name="云岭省", region="990000", level="province", family="html", lists=("http://yunling.example/",)
)


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    db = empty_archive(tmp_path)
    settings = Settings({"NOW": NOW})
    made = Session(folder=tmp_path, db=db, settings=settings, sources={}, source=YUNLING)
    with Writer(tmp_path) as made.writer:
        yield made
    db.close()


def through(session: Session, *releases: Release) -> list[Any]:
    """What comes out of the pipeline for the reading of each release: the reading, or the error that stops it."""

    async def work() -> list[Any]:
        crawler = Crawler(Spider, session.settings)
        downloader = SteadyDownloader.__new__(SteadyDownloader)  # one that was never asked for anything
        downloader.slots, downloader.active = {}, set()
        engine = SimpleNamespace(
            close_spider_async=lambda reason: asyncio.sleep(0, reason), downloader=downloader, scheduler=None
        )
        crawler.engine = engine  # type: ignore[assignment]
        bind(crawler, session)
        pipeline = StorePipeline.from_crawler(crawler)
        passed = []
        for item in map(Reading.of, releases):
            try:
                passed.append(await pipeline.process_item(item))
            except DropItem as error:
                passed.append(error)
        return passed

    return asyncio.run(work())


def test_a_release_passes_when_it_is_stored(session: Session) -> None:
    [passed] = through(session, release(1))
    assert passed == Reading.of(release(1))
    assert one(session.db, "SELECT url FROM releases") == passed.page.url


def test_what_became_of_each_release_is_counted(session: Session) -> None:
    session.db.execute(
        "INSERT INTO removed VALUES (?, ?, '', '')", [address(2), address(2).removeprefix("http://www.")]
    )
    through(session, release(1), release(1), release(2))
    assert session.counts == {"new": 1, "unchanged": 1, "failed": 1}


def test_the_bytes_of_a_page_do_not_travel_to_the_writer(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[Any] = []
    assert session.writer
    put = session.writer.put
    monkeypatch.setattr(session.writer, "put", lambda work: sent.append(work) or put(work))
    [passed] = through(session, release(1))
    pages = pickle.loads(sent[0].keywords["packed"]).page, passed.page
    assert [(page.body, [(part.body, part.capture) for part in page.parts]) for page in pages] == 2 * [
        (b"", [(b"", 7)])
    ]


def test_the_last_release_of_a_crawl_waits_for_no_other(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("archive.store.writer.LINGER", 3600)
    through(session, release(1))
    assert session.counts == {"new": 1}


def test_an_archive_that_cannot_be_written_ends_the_crawl(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    failed: Future[Any] = Future()
    failed.set_exception(sqlite3.OperationalError("database or disk is full"))
    monkeypatch.setattr(session.writer, "put", lambda _: failed)
    [error] = through(session, release(1))
    assert isinstance(error, DropItem)
    assert session.stopped
    assert session.broken == ["the archive cannot be written: database or disk is full"]
