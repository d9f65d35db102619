"""scrapy import FILE… --source ID: WARC and WACZ files from elsewhere into the archive, with their own dates."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from crawler.command import GongbaoCommand, in_words
from crawler.configuration import SettingError
from crawler.run.session import open_session

if TYPE_CHECKING:
    from archive.warc.records import LeftOut


class Command(GongbaoCommand):
    def syntax(self) -> str:
        return "FILE… --source ID"

    def short_desc(self) -> str:
        return "Take in WARC or WACZ files from elsewhere, as captures of one source"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--source", metavar="ID", default="", help="the declared source that the pages are of")

    def work(self, args: list[str], opts: argparse.Namespace) -> int:
        from archive import warc
        from archive.transfer.imports import imported, role_by_address
        from crawler.further_pages import further_pages
        from crawler.network.guard import is_within
        from pipelines.file_texts import Files
        from pipelines.read import readers
        from spiders.loader import spider_of
        from spiders.retell import retell

        if not args or not opts.source:
            raise SettingError("name files and their source: scrapy import FILE… --source ID")
        for name in args:
            if not Path(name).is_file():
                raise SettingError(f"there is no file {name}")
        faults = 0
        with open_session(self.settings, opts.source) as session:
            warc.mend(session.db, session.folder, opts.source)
            spider = spider_of(session.source)
            domains = spider.allowed_domains
            role = role_by_address(session.source.lists, session.source.article, lambda url: is_within(url, domains))
            db, folder = session.db, session.folder
            with readers(self.settings.getint("EXTRACT_WORKERS")) as read:
                for name in args:
                    left: list[LeftOut] = []
                    time = session.time()
                    kept = imported(db, folder, Path(name), opts.source, role, further_pages, time, left.append)
                    counts = retell(self.settings, folder, db, kept, read, session.sources)
                    print(f"{name}: {in_words(sorted(counts.items())) or 'nothing new'}", flush=True)
                    faults += _tell(name, left)
            Files(db=db, folder=folder, time=session.time).read(source=opts.source)
        return 2 if faults else 0


def _tell(name: str, left: "list[LeftOut]") -> int:
    """Say which records were left out and why, each reason with its first address; the number of faulty ones."""
    for why in dict.fromkeys(one.why for one in left):
        urls = [one.url for one in left if one.why == why]
        number = f"{len(urls)} record{'s' if len(urls) > 1 else ''}"
        print(f"gongbao: {name}: {number} left out: {why}, the first is {urls[0]}", file=sys.stderr)
    return sum(one.fault for one in left)
