"""scrapy verify DIR: check that a snapshot, or a whole archive, is unchanged since its chain was written."""

import argparse
import sys
from pathlib import Path

from crawler.command import GongbaoCommand
from crawler.configuration import SettingError

SHOWN = 5


class Command(GongbaoCommand):
    def syntax(self) -> str:
        return "DIR [--all]"

    def short_desc(self) -> str:
        return "Check a snapshot, or an archive with all its snapshots, against its digests and its chain"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--all", action="store_true", help="read everything, also what was found whole before")

    def work(self, args: list[str], opts: argparse.Namespace) -> int:
        from archive.verification.verify import verify_noting

        if len(args) != 1:
            raise SettingError("name a folder: scrapy verify DIR (a snapshot, or an archive with all its snapshots)")
        if not Path(args[0]).is_dir():
            raise SettingError(
                f"{args[0]} is {'no folder' if Path(args[0]).exists() else 'not there'}: scrapy verify takes a snapshot's folder, or an archive's"
            )
        report = verify_noting(Path(args[0]).resolve(), everything=opts.all)
        for item in report.absent[:SHOWN]:
            print(f"not here: {item}")
        if len(report.absent) > SHOWN:
            print(f"not here: {len(report.absent) - SHOWN} more")
        if report.kept_back:
            print(f"not here: the salts of {report.kept_back} texts, kept back in public snapshots")
        for item in report.notes[:SHOWN]:
            print(f"note: {item}")
        if len(report.notes) > SHOWN:
            print(f"note: {len(report.notes) - SHOWN} more")
        if report.faults:
            print(f"gongbao: {report.faults[0]}", file=sys.stderr)
            print(f"{len(report.faults)} of what was checked does not fit", file=sys.stderr)
            return 2
        print(f"{report.checked} items checked, all fit; {len(report.absent) + report.kept_back} not here")
        return 0
