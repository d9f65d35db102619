"""scrapy deposit NAME --as bagit|wacz: a snapshot packaged for a repository."""

import argparse
from pathlib import Path
from typing import get_args

from crawler.command import GongbaoCommand
from crawler.configuration import SettingError, archive_folder, now


class Command(GongbaoCommand):
    def syntax(self) -> str:
        return "NAME --as bagit|wacz [--to FOLDER]"

    def short_desc(self) -> str:
        return "Package a snapshot, and of a private one its WARC files, for a repository"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument(
            "--as", dest="form", default="", metavar="FORM", help="bagit: a folder | wacz: a file, of a private one"
        )
        parser.add_argument("--to", default="deposits", metavar="FOLDER", help="where it is put (default: deposits)")

    def work(self, args: list[str], opts: argparse.Namespace) -> int:
        from archive.snapshots.deposit.deposit import Form, deposit

        if len(args) != 1 or opts.form not in get_args(Form):
            raise SettingError("name a snapshot and a form: scrapy deposit NAME --as bagit, or --as wacz")
        print(deposit(archive_folder(self.settings), args[0], opts.form, Path(opts.to), now(self.settings)))
        return 0
