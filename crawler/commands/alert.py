"""scrapy alert: tell the events that fit a search in alerts.toml."""

import argparse

from crawler.command import GongbaoCommand, in_words
from crawler.configuration import SettingError, archive_folder, meant


class Command(GongbaoCommand):
    def syntax(self) -> str:
        return "[--test NAME]"

    def short_desc(self) -> str:
        return "Tell the events that fit a search in alerts.toml, each once"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument(
            "--test", metavar="NAME", default="", help="only send a test message to this alert's addresses"
        )

    def work(self, args: list[str], opts: argparse.Namespace) -> int:
        from archive.transfer.opening import open_whole
        from crawler.health import alerts
        from crawler.health.declared_alerts import NAME, read

        if args:
            raise SettingError(f"alert takes no argument, but was given {args[0]!r}")
        folder = archive_folder(self.settings)
        declared = {one.name: one for one in read(folder)}
        if not declared:
            raise SettingError(f"{folder / NAME} declares no alert; docs/alerts.md shows how")
        if opts.test and opts.test not in declared:
            raise SettingError(f"--test {opts.test}: there is no such alert in {NAME}{meant(opts.test, declared)}")
        if not opts.test and (folder / "archive.db").is_file():
            open_whole(folder).close()  # the schema is the newest then, and no removed release is left
        outcome = alerts.try_out(declared[opts.test]) if opts.test else alerts.tell(folder)
        print(in_words([("told", outcome.told), ("could not be delivered", outcome.failed)]))
        return 2 if outcome.failed else 0
