"""scrapy list: the declared sources, by id."""

import argparse

from crawler.command import GongbaoCommand


class Command(GongbaoCommand):
    def short_desc(self) -> str:
        return "List the declared sources"

    def work(self, args: list[str], opts: argparse.Namespace) -> int:
        from spiders.loader import SourceSpiderLoader

        print("\n".join(SourceSpiderLoader.from_settings(self.settings).list()))
        return 0
