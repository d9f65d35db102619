"""One crawl from its beginning to its end, in this process."""

import logging

from scrapy.crawler import AsyncCrawlerProcess, Crawler

from archive import store, warc
from archive.store import crawls
from archive.store.writer import Writer, WriterProcess
from archive.warc.notes import CrawlBegun
from crawler.network.pace import delay_of
from crawler.network.turns import hosts, hosts_held
from crawler.run.hand import under_hand
from crawler.run.session import Session, bind
from crawler.sources.row import source_row
from crawler.sources.written import keep_declaration


def crawl(session: Session, name: str, arguments: dict[str, str], process_of_writer: WriterProcess) -> None:
    """Crawl a source when its hosts are free; `session.outcome` and `session.reasons` say how it went."""
    with hosts_held(session.folder, hosts(session.source), delay_of(session.settings, session.source)):
        _crawl(session, name, arguments, process_of_writer)


def _crawl(session: Session, name: str, arguments: dict[str, str], process_of_writer: WriterProcess) -> None:
    process = AsyncCrawlerProcess(session.settings)
    # Scrapy drops records below this level after it has made them: two for each page
    logging.getLogger("scrapy").setLevel(session.settings["LOG_LEVEL"])
    crawler = process.create_crawler(name)
    bind(crawler, session)
    with under_hand(crawler):
        _enter_and_run(process, crawler, session, arguments, process_of_writer)


def _enter_and_run(
    process: AsyncCrawlerProcess,
    crawler: Crawler,
    session: Session,
    arguments: dict[str, str],
    process_of_writer: WriterProcess,
) -> None:
    """Ready the archive, enter the crawl's beginning, and crawl until Scrapy ends; crawler/run/record.py enters the end.

    WARC files are mended before anything is written to them, and the source has its row before its crawl has one.
    """
    name = session.source.id
    store.declare_source(session.db, source_row(session.source))
    warc.mend(session.db, session.folder, name)
    keep_declaration(session.folder, session.source, session.settings["SOURCES"])
    session.started = session.time()
    if wrong := crawls.clock_was_wrong(session.db, name, session.started):
        session.remarks.append(wrong)
    session.partial = any(argument in arguments for argument in ("pages", "since"))
    session.crawl = crawls.begin(session.db, name, session.started, session.settings["VANTAGE"], session.source.tls)
    note = CrawlBegun(source=name, vantage=session.settings["VANTAGE"], arguments=arguments)
    warc.write_note(session.folder, name, session.time(), session.source.lists[0], note)
    with Writer(session.folder, session.lock, process_of_writer) as session.writer:
        process.crawl(crawler, **arguments)
        process.start(install_signal_handlers=False)  # `under_hand` has them
