"""scrapy crawlall: crawl many sources, each host in a process of its own, several hosts at a time."""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

from sqlite_utils import Database

from archive.errors import GongbaoError
from crawler.command import GongbaoCommand
from crawler.configuration import SettingError, archive_folder, now
from crawler.health import notify
from crawler.run.schedule import by_host, due
from crawler.sources import Source, load_sources


class Command(GongbaoCommand):
    def short_desc(self) -> str:
        return "Crawl all declared sources, or those that are due"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument(
            "--due", action="store_true", help="only sources whose `every` has passed since their last crawl"
        )
        parser.add_argument(
            "--region", default="", metavar="CODE", help="only sources whose region code begins so (37: Shandong)"
        )
        parser.add_argument(
            "--dask", default="", metavar="ADDRESS", help="crawl on a Dask cluster, or on a `local` one"
        )
        parser.add_argument("--at-a-time", type=int, default=4, metavar="N", help="hosts that are crawled at once (4)")

    def work(self, args: list[str], opts: argparse.Namespace) -> int:
        from archive.database import locked
        from archive.store import crawls
        from archive.transfer.opening import open_whole

        if args:
            raise SettingError("crawlall takes no names; crawl one source with `scrapy crawl ID`")
        if opts.at_a_time < 1:
            raise SettingError(f"--at-a-time {opts.at_a_time}: expected 1 or more")
        if not (opts.region.isascii() and opts.region.isdecimal()) and opts.region:
            raise SettingError(
                f"--region {opts.region}: expected the first digits of a region code, such as 37 or 3702"
            )
        sources = [s for s in load_sources(self.settings["SOURCES"]).values() if s.region.startswith(opts.region)]
        if not sources:
            raise SettingError(f"--region {opts.region}: no source has a region that begins so")
        notify.check_targets(self.settings)
        folder = archive_folder(self.settings)
        db = open_whole(folder)
        try:
            with locked(folder, "crawlall"):
                chosen = due(sources, crawls.last_started(db), now(self.settings)) if opts.due else sources
                if not chosen:
                    print("no source is due")
                status = self.crawl_afar(chosen, opts, db) if opts.dask and chosen else self.crawl(chosen, opts)
                notify.tell(db, self.settings, [source.id for source in chosen])
        finally:
            db.close()
        notify.ping(self.settings)
        return status

    def crawl(self, sources: Sequence[Source], opts: argparse.Namespace) -> int:
        from rich.progress import Progress

        # each crawl keeps silent: the messages about all of them go out at the end
        options = [item for pair in (*opts.set, "NOTIFY=", "PING_URL=") for item in ("-s", pair)]
        interrupted = Event()
        shown = sys.stdout.isatty() and sys.stderr.isatty()
        with Progress(disable=not shown, transient=True) as progress, ThreadPoolExecutor(opts.at_a_time) as pool:
            task = progress.add_task("crawling", total=len(sources))

            def crawl_group(group: Sequence[Source]) -> bool:
                well = True
                for source in group:
                    if interrupted.is_set():
                        return False
                    line, status = _crawl(source.id, options)
                    print(line, flush=True)
                    progress.advance(task)
                    well = well and status == 0
                return well

            try:
                return 0 if all(list(pool.map(crawl_group, by_host(sources)))) else 2
            except KeyboardInterrupt:
                interrupted.set()
                raise GongbaoError("interrupted; the sources that were not crawled stay due") from None

    def crawl_afar(self, sources: Sequence[Source], opts: argparse.Namespace, db: Database) -> int:
        """Crawl on a cluster, and fold the archives that come back into ours."""
        from rich.progress import Progress

        from archive.times import stamp
        from archive.transfer.merge import merge
        from crawler.cluster import dask

        folder, time = archive_folder(self.settings), now(self.settings)
        tasks = dask.tasks(
            by_host(sources),
            Path(self.settings["SOURCES"]),
            opts.set,
            shards=folder / "shards" if opts.dask == "local" else None,
            now=time,
        )
        well = True
        with (
            dask.connected(opts.dask, os.cpu_count() or 1, threads=2) as client,
            tempfile.TemporaryDirectory(dir=folder, prefix=".shards-") as into,
            Progress(disable=not (sys.stdout.isatty() and sys.stderr.isatty()), transient=True) as progress,
        ):
            shown = progress.add_task("crawling", total=len(tasks))
            for shard, place in dask.run(client, tasks, Path(into)):
                for line, status in shard.said:
                    print(line, flush=True)
                    well = well and status == 0
                merge(db, folder, [place], stamp(time))
                shutil.rmtree(place)
                progress.advance(shown)
        return 0 if well else 2


def _crawl(id: str, options: Sequence[str]) -> tuple[str, int]:
    command = [sys.executable, "-m", "scrapy", "crawl", id, *options]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    said = (done.stdout.strip() or done.stderr.strip()).splitlines()
    return said[-1] if said else f"{id}: ended with status {done.returncode} and no word", done.returncode
