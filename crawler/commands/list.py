"""scrapy list: the declared sources, by id."""

import argparse

from crawler.command import GongbaoCommand
from crawler.sources import load_sources


class Command(GongbaoCommand):
    def short_desc(self) -> str:
        return "List the declared sources"

    def work(self, args: list[str], opts: argparse.Namespace) -> int:
        print("\n".join(sorted(load_sources(self.settings["SOURCES"]))))
        return 0
