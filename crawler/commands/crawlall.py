"""scrapy crawlall: crawl many sources, each host in a process of its own, several hosts at a time."""

import argparse
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

from crawler.command import GongbaoCommand
from crawler.hosts import hosts
from crawler.session import SettingError, archive_folder, now
from crawler.sources import Source, load_sources


class Command(GongbaoCommand):
    def short_desc(self) -> str:
        return "Crawl all declared sources, or those that are due"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--due", action="store_true", help="only sources whose `every` has passed since their last crawl")
        parser.add_argument("--region", default="", metavar="CODE", help="only sources whose region code begins so (37: Shandong)")
        parser.add_argument("--at-a-time", type=int, default=4, metavar="N", help="hosts that are crawled at once (4)")

    def work(self, args: list[str], opts: argparse.Namespace) -> int:
        from archive.database import locked, open_archive

        if args:
            raise SettingError("crawlall takes no names; crawl one source with `scrapy crawl ID`")
        if opts.at_a_time < 1:
            raise SettingError(f"--at-a-time {opts.at_a_time}: expected 1 or more")
        folder = archive_folder(self.settings)
        sources = [s for s in load_sources(self.settings["SOURCES"]).values() if s.region.startswith(opts.region)]
        open_archive(folder).close()
        with locked(folder, "crawlall"):
            chosen = due(sources, self.last_crawls(), now(self.settings)) if opts.due else sources
            if not chosen:
                print("no source is due" if opts.due else f"no source has a region that begins with {opts.region}")
                return 0
            return self.crawl(chosen, opts)

    def last_crawls(self) -> dict[str, str]:
        from archive import crawls
        from archive.database import open_archive

        db = open_archive(archive_folder(self.settings))
        try:
            return crawls.last_started(db)
        finally:
            db.close()

    def crawl(self, sources: Sequence[Source], opts: argparse.Namespace) -> int:
        from rich.progress import Progress

        options = [item for pair in opts.set for item in ("-s", pair)]
        status = 0
        with (
            Progress(disable=not sys.stderr.isatty(), transient=True) as progress,
            ThreadPoolExecutor(opts.at_a_time) as pool,
        ):
            task = progress.add_task("crawling", total=len(sources))
            for done in pool.map(lambda group: [_crawl(source.id, options) for source in group], by_host(sources)):
                for line, code in done:
                    progress.console.print(line, markup=False, highlight=False)
                    progress.advance(task)
                    status = max(status, code)
        return 2 if status else 0


def due(sources: Sequence[Source], last: dict[str, str], time: datetime) -> list[Source]:
    """The sources whose `every` hours have passed since their last crawl began, those that wait longest first."""
    waiting = [
        (last.get(source.id, ""), source)
        for source in sources
        if source.id not in last or datetime.fromisoformat(last[source.id]) + timedelta(hours=source.every) <= time
    ]
    return [source for _, source in sorted(waiting, key=lambda pair: (pair[0], pair[1].id))]


def by_host(sources: Sequence[Source]) -> list[list[Source]]:
    """Sources that share a host in one group, so that they are crawled one after the other."""
    groups: list[tuple[set[str], list[Source]]] = []
    for source in sources:
        names, members = set(hosts(source)), [source]
        apart = []
        for group in groups:
            if group[0] & names:
                names, members = names | group[0], group[1] + members
            else:
                apart.append(group)
        groups = [*apart, (names, members)]
    return [members for _, members in groups]


def _crawl(id: str, options: Sequence[str]) -> tuple[str, int]:
    command = [sys.executable, "-m", "scrapy", "crawl", id, *options]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    said = (done.stdout.strip() or done.stderr.strip()).splitlines()
    return said[-1] if said else f"{id}: ended with status {done.returncode} and no word", done.returncode
