"""scrapy snapshot: a finished, checked copy of the archive."""

import argparse
from contextlib import closing

from archive.errors import GongbaoError
from archive.snapshots.make import make
from archive.snapshots.shelf import withdraw
from crawler.command import GongbaoCommand
from crawler.configuration import SettingError, kept_archive, now
from crawler.sources.known import known


class Command(GongbaoCommand):
    def syntax(self) -> str:
        return "[--public] [--keep NAME] | --withdraw"

    def short_desc(self) -> str:
        return "Make a snapshot of the archive, to be served or given away"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--public", action="store_true", help="leave out what must not be published")
        parser.add_argument("--keep", metavar="NAME", help="keep it for good, under a name to cite it by")
        parser.add_argument(
            "--withdraw",
            action="store_true",
            help="make none; delete the public snapshots that hold more than may be published now",
        )

    def work(self, args: list[str], opts: argparse.Namespace) -> int:
        from archive import warc
        from archive.transfer.opening import open_whole
        from crawler.timestamp import witness_last

        if args:
            raise GongbaoError(f"snapshot takes no argument, but was given {args[0]!r}")
        if opts.withdraw and (opts.public or opts.keep is not None):
            raise SettingError("--withdraw makes no snapshot: give it alone, without --public and --keep")
        if opts.keep == "":
            raise SettingError("--keep needs a name, such as --keep v1.0")
        folder = kept_archive(self.settings)
        with closing(open_whole(folder)) as db:
            warc.check(db, folder)
        if opts.withdraw:
            for place in withdraw(folder):
                print(f"withdrawn: {place}")
            return 0
        place = make(
            folder,
            public=opts.public,
            now=now(self.settings),
            name=opts.keep or "",
            known=known(self.settings["SOURCES"]),
        )
        print(place)
        witness_last(folder, self.settings)
        return 0
