"""scrapy remove URL --reason TEXT: take a release out of everything that the archive keeps, and keep it out."""

import argparse
import sys

from crawler.command import GongbaoCommand
from crawler.configuration import SettingError, kept_archive, now


class Command(GongbaoCommand):
    def syntax(self) -> str:
        return "URL --reason TEXT"

    def short_desc(self) -> str:
        return "Take a release out of the archive, its WARC files, snapshots and backups, and keep it out"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--reason", default="", metavar="TEXT", help="why; kept in the archive, never published")
        parser.add_argument("--ahead", action="store_true", help="keep out an address that was never seen, or a list")
        parser.add_argument("--hide-address", action="store_true", help="keep only a digest of the address")

    def work(self, args: list[str], opts: argparse.Namespace) -> int:
        from archive.database import locked
        from archive.removal.remove import remove
        from archive.times import stamp
        from archive.transfer.opening import open_whole
        from archive.urls import is_page
        from crawler.timestamp import witness_last

        if len(args) != 1 or not opts.reason.strip():
            raise SettingError("name one address and a reason: scrapy remove URL --reason TEXT")
        if not is_page(args[0]):
            raise SettingError(f"“{args[0]}” is no address of a page: http://HOST/PATH")
        folder = kept_archive(self.settings)
        db = open_whole(folder)
        try:
            time = stamp(now(self.settings))
            with locked(folder, "merge"):
                done = remove(
                    db, folder, args[0], opts.reason.strip(), time, hide_address=opts.hide_address, ahead=opts.ahead
                )
        finally:
            db.close()
        print(f"removed: {done.releases} releases, {done.records} records of WARC files; the address stays closed")
        for name in done.copies:
            print(f"taken out of {name} (restart what serves it)")
        for name in done.withdrawn:
            print(f"deleted: {name}")
        for url in done.duplicates:
            print(f"the same or nearly the same text, for your decision: {url}")
        for place in done.unsearched:
            print(f"gongbao: not searched: {place}", file=sys.stderr)
        witness_last(folder, self.settings)
        return 2 if done.unsearched else 0
