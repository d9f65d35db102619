"""scrapy verify: is a snapshot whole and what it claims to be?"""

import argparse
from pathlib import Path

from archive.errors import GongbaoError
from archive.snapshot import verify
from crawler.command import GongbaoCommand


class Command(GongbaoCommand):
    def syntax(self) -> str:
        return "DIR"

    def short_desc(self) -> str:
        return "Check a snapshot: digests, database, search index"

    def work(self, args: list[str], opts: argparse.Namespace) -> int:
        if len(args) != 1:
            raise GongbaoError("name one snapshot's folder: scrapy verify DIR")
        verify(Path(args[0]))
        print(f"{args[0]}: ok")
        return 0
