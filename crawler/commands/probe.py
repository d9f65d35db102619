"""scrapy probe URL|ID: the entries and the article that a list shows now, and the table that would declare it."""

import argparse
import re
from pathlib import Path

from crawler.command import GongbaoCommand, one_line
from crawler.configuration import SettingError, meant, now
from crawler.sources import load_families, load_sources


class Command(GongbaoCommand):
    def syntax(self) -> str:
        return "[options] URL|ID|--all"

    def short_desc(self) -> str:
        return "Show what a list page, or a declared source, yields now, and how it would be declared"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument(
            "--save", metavar="DIR", help="keep the pages, the declaration and what was read in a new folder"
        )

        parser.add_argument(
            "--all", action="store_true", help="check all declared sources, and report what has changed"
        )

    def work(self, args: list[str], opts: argparse.Namespace) -> int:
        # here, not above: Scrapy imports the module of every command, whichever is given
        from archive.times import stamp
        from crawler.probe.look import ProbeError, Tools
        from crawler.probe.report import mending, proposed_table, report, save_bundle
        from crawler.probe.run import probe
        from pipelines.extract import extract
        from spiders.loader import spider_of

        if opts.all:
            return self.check_all(args, opts)
        if len(args) != 1:
            raise SettingError("name one list to probe: scrapy probe https://… or scrapy probe ID")
        if opts.save and Path(opts.save).exists() and any(Path(opts.save).iterdir()):
            raise SettingError(f"{opts.save} is not empty; name a new folder")
        declared, families = load_sources(self.settings["SOURCES"]), load_families(self.settings["SOURCES"])
        is_address = re.match(r"https?://[^/\s]+", args[0])
        if not is_address and args[0] not in declared:
            raise SettingError(
                f"{args[0]!r} is neither an address (http://…) nor a declared source (`scrapy list`){meant(args[0], declared)}"
            )
        source = None if is_address else declared[args[0]]
        tools = Tools(families=families, spider_of=spider_of, extract=extract)
        founds, faults = probe(self.settings, args[0], source, tools)
        time = now(self.settings)
        for number, found in enumerate(founds, 1):
            print(report(found))
            table = proposed_table(found, time.date().isoformat(), declared, families)
            if source is None:
                print("\n" + table, end="")
            elif mend := mending(found, families):
                print("\n" + "\n".join(mend))
            if opts.save:
                folder = Path(opts.save)
                save_bundle(found, table, folder / str(number) if len(founds) > 1 else folder, stamp(time))
        if faults or not founds:
            raise ProbeError("; ".join(faults) or "the probe broke off")
        return 0

    def check_all(self, args: list[str], opts: argparse.Namespace) -> int:
        from rich.console import Console
        from rich.table import Table

        from crawler.adopt.check import WORST_FIRST, State, check_all
        from crawler.probe.look import Tools
        from crawler.run.watch import Running
        from pipelines.extract import extract
        from spiders.loader import spider_of

        if args or opts.save:
            raise SettingError("--all takes no address, and saves nothing: it checks what SOURCES declares")
        sources, families = load_sources(self.settings["SOURCES"]), load_families(self.settings["SOURCES"])
        alone = [id for id, source in sources.items() if source.tls]
        states: dict[str, State] = {}
        with Running(len(sources) - len(alone), ("sources", "checking")) as running:

            def told(id: str, state: State) -> None:
                states[id] = state
                running.end(id)
                print(one_line(f"{id}: {state[0]}: {state[1]}"), flush=True)

            wanted = [source for id, source in sources.items() if id not in alone]
            tools = Tools(families=families, spider_of=spider_of, extract=extract)
            check_all(self.settings, wanted, tools, running.begin, told)
        table = Table("state", "sources", box=None, header_style="bold")
        for state in WORST_FIRST:
            found = sorted(id for id, one in states.items() if one[0] == state)
            if found:
                table.add_row(f"{state} {len(found)}", ", ".join(found) if state != "right" else "")
        Console().print(table)
        for id in alone:
            print(f"{id} was not checked, since it has a TLS of its own: scrapy probe {id}")
        return 0 if all(state[0] == "right" for state in states.values()) else 2
