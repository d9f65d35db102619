"""scrapy files: read the kept files that releases link to, so that their text can be searched."""

import argparse
from importlib.util import find_spec

from crawler.command import GongbaoCommand, in_words
from crawler.configuration import SettingError, kept_archive
from crawler.run.session import opened
from crawler.sources import load_sources


class Command(GongbaoCommand):
    def short_desc(self) -> str:
        return "Read the text of the kept files that releases link to"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--ocr", action="store_true", help="guess the words of pictures and scans as well")
        parser.add_argument("--again", action="store_true", help="also those that have a text already")
        parser.add_argument("--source", metavar="ID", default="", help="only files of this source's releases")

    def work(self, args: list[str], opts: argparse.Namespace) -> int:
        from pipelines.file_texts import Files

        if args:
            raise SettingError("files takes no names: `scrapy files --source ID` reads those of one source")
        if opts.source and opts.source not in load_sources(self.settings["SOURCES"]):
            raise SettingError(f"no source is named {opts.source!r}; `scrapy list` shows them")
        if opts.ocr and find_spec("rapidocr") is None:
            raise SettingError("--ocr needs the extra [ocr]: run `make setup-ocr` first")
        kept_archive(self.settings)
        with opened(self.settings, "files") as archive:
            files = Files(db=archive.db, folder=archive.folder, time=archive.time)
            counts = files.read(source=opts.source, again=opts.again, ocr=opts.ocr)
        print(f"files: {in_words(sorted(counts.items())) or 'nothing new'}")
        return 0
