"""scrapy files: read the kept files that releases link to, so that their text can be searched."""

import argparse

from crawler.command import GongbaoCommand, in_words
from crawler.configuration import SettingError
from crawler.run.session import opened
from crawler.sources import load_sources


class Command(GongbaoCommand):
    def short_desc(self) -> str:
        return "Read the text of the kept files that releases link to"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--again", action="store_true", help="also those that have a text already")
        parser.add_argument("--source", metavar="ID", default="", help="only files of this source's releases")

    def work(self, args: list[str], opts: argparse.Namespace) -> int:
        from pipelines.file_texts import read_files

        if args:
            raise SettingError("files takes no names: `scrapy files --source ID` reads those of one source")
        if opts.source and opts.source not in load_sources(self.settings["SOURCES"]):
            raise SettingError(f"no source is named {opts.source!r}; `scrapy list` shows them")
        with opened(self.settings, "files") as archive:
            counts = read_files(archive.db, archive.folder, archive.time, source=opts.source, again=opts.again)
        print(f"files: {in_words(sorted(counts.items())) or 'nothing new'}")
        return 0
