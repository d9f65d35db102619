"""scrapy crawl ID: crawl one declared source, or `replay`; the exit status says how it went."""

import argparse
import asyncio
import sys
from contextlib import ExitStack

from scrapy.commands import BaseRunSpiderCommand

from crawler.command import GongbaoCommand
from crawler.configuration import SettingError
from crawler.health import notify
from crawler.health.judge import GOOD
from crawler.network.pace import delay_of
from crawler.network.turns import hosts, hosts_held
from crawler.run.arguments import parse_arguments
from crawler.run.session import Session, bind, open_session
from crawler.sources import RESERVED, load_sources
from crawler.sources.row import source_row


class Command(GongbaoCommand, BaseRunSpiderCommand):
    def syntax(self) -> str:
        return "[options] ID"

    def short_desc(self) -> str:
        return "Crawl a declared source (scrapy list names them), or `replay` the kept pages"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument(
            "--dask", default="", metavar="ADDRESS", help="of `replay`: read on a Dask cluster, or on a `local` one"
        )

    def work(self, args: list[str], opts: argparse.Namespace) -> int:
        if len(args) != 1:
            raise SettingError("name one source to crawl: scrapy crawl ID (`scrapy list` shows them)")
        name = args[0]
        if name not in load_sources(self.settings["SOURCES"]) and name not in RESERVED:
            raise SettingError(f"no source is named {name!r}; `scrapy list` shows them")
        # Scrapyd names each run by an argument `_job`
        arguments = {key: value for key, value in opts.spargs.items() if not key.startswith("_")}
        if name in RESERVED and arguments:
            raise SettingError(f"{name} takes no arguments")
        if opts.dask and name != "replay":
            raise SettingError("--dask is for `crawl replay` and for `crawlall`: a source is crawled by one process")
        parse_arguments(arguments)
        notify.check_targets(self.settings)
        with open_session(self.settings, name) as session:
            if name == "replay":
                status = reread(session, opts.dask)
            else:
                assert session.source
                with hosts_held(session.folder, hosts(session.source), delay_of(session.settings, session.source)):
                    status = crawl(session, name, arguments)
                notify.tell(session.db, self.settings, [name])
        notify.ping(self.settings)
        return status


def crawl(session: Session, name: str, arguments: dict[str, str]) -> int:
    """Run a crawl to its end in this process; its exit status."""
    # here, not above: Scrapy imports the module of every command whichever is given
    from scrapy.crawler import AsyncCrawlerProcess

    from archive import store, warc
    from archive.store import crawls
    from archive.store.writer import Writer
    from archive.warc.notes import CrawlBegun

    process = AsyncCrawlerProcess(session.settings)
    crawler = process.create_crawler(name)
    bind(crawler, session)
    assert session.source
    store.declare_source(session.db, source_row(session.source))
    warc.mend(session.db, session.folder, name)
    session.started = session.time()
    session.partial = any(argument in arguments for argument in ("pages", "since"))
    session.crawl = crawls.begin(session.db, name, session.started, session.settings["VANTAGE"], session.source.tls)
    begun = CrawlBegun(source=name, vantage=session.settings["VANTAGE"], arguments=arguments)
    warc.write_note(session.folder, name, session.time(), session.source.lists[0], begun)
    with Writer(session.folder, session.lock) as session.writer:
        process.crawl(crawler, **arguments)
        process.start()
    if session.outcome not in GOOD:
        print(f"gongbao: {session.reasons[0] if session.reasons else 'the crawl did not end'}", file=sys.stderr)
    return 0 if session.outcome in GOOD else 2


def reread(session: Session, dask: str) -> int:
    """Read the kept pages again, in worker processes or on a Dask cluster; the exit status."""
    from crawler.cluster import dask as cluster
    from pipelines.pool import READ_SECONDS, Pool
    from pipelines.read import read
    from pipelines.replay import replay

    workers = session.settings.getint("EXTRACT_WORKERS")
    with ExitStack() as held:
        if dask:
            client = held.enter_context(cluster.connected(dask, workers or 1, threads=1))
            run, busy = held.enter_context(cluster.reading(client, READ_SECONDS))
        else:
            pool = Pool(workers)
            held.callback(pool.close)
            run, busy = pool.run, 2 * workers
        counts = asyncio.run(replay(session, run, busy, read))
    said = {"same": 0, "reread": 0, "failed": 0, **counts}
    print(f"replay: {', '.join(f'{number} {what}' for what, number in said.items())}")
    return 0
