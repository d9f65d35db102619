"""scrapy crawlall: crawl many sources, each host in a process of its own, several hosts at a time."""

import argparse
import os
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from sqlite_utils import Database

from archive.errors import GongbaoError
from crawler import STOPPED
from crawler.command import GongbaoCommand
from crawler.configuration import SettingError, archive_folder, now
from crawler.health import alerts, declared_alerts, notify
from crawler.run.children import Children
from crawler.run.schedule import by_host, due
from crawler.run.summary import total
from crawler.run.watch import Running
from crawler.sources import Source, load_sources
from crawler.sources.written import keep_declaration


class Command(GongbaoCommand):
    def short_desc(self) -> str:
        return "Crawl all declared sources, or those that are due"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument(
            "--due", action="store_true", help="only sources whose `every` has passed since their last crawl"
        )
        parser.add_argument(
            "--region", default="", metavar="CODE", help="only sources whose region code begins so (37 for Shandong)"
        )
        parser.add_argument(
            "--dask", default="", metavar="ADDRESS", help="crawl on a Dask cluster, or on a `local` one"
        )
        parser.add_argument("--at-a-time", type=int, default=4, metavar="N", help="hosts that are crawled at once (4)")

    def work(self, args: list[str], opts: argparse.Namespace) -> int:
        from archive.database import locked
        from archive.store import crawls
        from archive.times import stamp
        from archive.transfer.opening import open_whole

        if args:
            raise SettingError("crawlall takes no names; crawl one source with `scrapy crawl ID`")
        if opts.at_a_time < 1:
            raise SettingError(f"--at-a-time {opts.at_a_time}: expected 1 or more")
        if not (opts.region.isascii() and opts.region.isdecimal()) and opts.region:
            raise SettingError(
                f"--region {opts.region}: expected the first digits of a region code, such as 37 or 3702"
            )
        declared = load_sources(self.settings["SOURCES"])
        if not declared:
            raise SettingError(f"SOURCES names {self.settings['SOURCES']}, which declares no source")
        sources = [source for source in declared.values() if source.region.startswith(opts.region)]
        if not sources:
            raise SettingError(f"--region {opts.region}: no source has a region that begins so")
        notify.check_targets(self.settings)
        folder = archive_folder(self.settings)
        declared_alerts.read(folder)
        db = open_whole(folder)
        try:
            with locked(folder, "crawlall"):
                time = now(self.settings)
                chosen = due(sources, crawls.last_started(db, stamp(time)), time) if opts.due else sources
                if not chosen:
                    print("no source is due")
                status = self.crawl_afar(chosen, opts, db) if opts.dask and chosen else self.crawl(chosen, opts)
                if status == STOPPED:
                    return status
                notify.tell(db, self.settings, [source.id for source in chosen])
                alerts.tell(folder)
        finally:
            db.close()
        notify.ping(self.settings)
        return status

    def crawl(self, sources: Sequence[Source], opts: argparse.Namespace) -> int:
        # each crawl keeps silent: the messages about all of them go out at the end
        options = [item for pair in (*opts.set, "NOTIFY=", "PING_URL=") for item in ("-s", pair)]
        children, lines = Children(), list[str]()
        well = True
        with (
            tempfile.TemporaryDirectory() as declared,
            Running(len(sources)) as running,
            ThreadPoolExecutor(opts.at_a_time) as pool,
        ):

            def crawl_group(group: Sequence[Source]) -> bool:
                well = True
                for source in group:
                    if children.stopped:
                        return False
                    with running.shown(source.id):
                        line, status = _crawl(children, source.id, [*options, *self.alone(source, Path(declared))])
                    print(line, flush=True)
                    lines.append(line)
                    well = well and status == 0
                return well

            try:
                well = all(list(pool.map(crawl_group, by_host(sources))))
            except KeyboardInterrupt:
                pool.shutdown(wait=False, cancel_futures=True)
                print(f"stopping: {_crawls(children.stop())} under way", file=sys.stderr, flush=True)
        if sources:
            print(total(lines))
        if children.stopped:
            return STOPPED
        return 0 if well else 2

    def alone(self, source: Source, folder: Path) -> list[str]:
        """The option by which a crawl reads one declaration, and not thousands."""
        return ["-s", f"SOURCES={keep_declaration(folder / source.id, source, self.settings['SOURCES'])}"]

    def crawl_afar(self, sources: Sequence[Source], opts: argparse.Namespace, db: Database) -> int:
        """Crawl on a cluster, and fold the archives that come back into ours."""
        from rich.progress import Progress

        from archive.times import stamp
        from archive.transfer.merge import merge
        from crawler.cluster import dask

        folder, time = archive_folder(self.settings), now(self.settings)
        tasks = dask.tasks_of(
            by_host(sources),
            Path(self.settings["SOURCES"]),
            opts.set,
            shards=folder / "shards" if opts.dask == "local" else None,
            now=time,
        )
        well, lines = True, list[str]()
        with (
            dask.connected(opts.dask, os.cpu_count() or 1, threads=2) as client,
            tempfile.TemporaryDirectory(dir=folder, prefix=".shards-") as into,
            Progress(disable=not (sys.stdout.isatty() and sys.stderr.isatty()), transient=True) as progress,
        ):
            shown = progress.add_task("crawling", total=len(tasks))
            for shard, place in dask.run(client, tasks, Path(into)):
                for line, status in shard.said:
                    print(line, flush=True)
                    lines.append(line)
                    well = well and status == 0
                try:
                    merge(db, folder, [place], stamp(time))
                except GongbaoError as error:  # the other hosts' archives are to come in all the same
                    print(f"{', '.join(shard.task.ids)}: not folded in: {error}", file=sys.stderr)
                    well = False
                progress.advance(shown)
        print(total(lines))
        return 0 if well else 2


def _crawls(number: int) -> str:
    return f"{number} crawl" if number == 1 else f"{number} crawls"


def _crawl(children: Children, id: str, options: Sequence[str]) -> tuple[str, int]:
    said, errors, status = children.ask(["crawl", id, *options], os.environ)
    lines = (said.strip() or errors.strip()).splitlines()
    if status == STOPPED and not said.strip():
        return f"{id}: stopped before it began", status
    return lines[-1] if lines else f"{id}: ended with status {status} and no word", status
