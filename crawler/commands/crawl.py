"""scrapy crawl ID: crawl one declared source, or `replay`; the exit status says how it went."""

import argparse
import sys
from collections import Counter
from collections.abc import Sequence

from scrapy.commands import BaseRunSpiderCommand

from archive.model import ChangedName
from crawler import STOPPED
from crawler.command import GongbaoCommand, in_words
from crawler.configuration import SettingError, kept_archive, meant
from crawler.health import notify
from crawler.health.judge import GOOD
from crawler.run.arguments import parse_arguments
from crawler.run.session import open_session, opened
from crawler.sources import RESERVED, load_sources


class Command(GongbaoCommand, BaseRunSpiderCommand):
    def syntax(self) -> str:
        return "[options] ID"

    def short_desc(self) -> str:
        return "Crawl a declared source (scrapy list names them), or `replay` the kept pages"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument(
            "--dask", default="", metavar="ADDRESS", help="for `replay`: read on a Dask cluster, or on a `local` one"
        )
        parser.add_argument(
            "-v", "--verbose", action="store_true", help="for `replay`: name each release that reads differently"
        )

    def work(self, args: list[str], opts: argparse.Namespace) -> int:
        if len(args) != 1:
            raise SettingError("name one source to crawl: scrapy crawl ID (`scrapy list` shows them)")
        if opts.output or opts.overwrite_output:
            raise SettingError("-o, -O: a crawl writes into the archive alone; `scrapy snapshot` exports what it holds")
        name = args[0]
        known = {*load_sources(self.settings["SOURCES"]), *RESERVED}
        if name not in known:
            raise SettingError(f"no source is named {name!r}; `scrapy list` shows them{meant(name, known)}")
        # Scrapyd names each run by an argument `_job`
        arguments = {key: value for key, value in opts.spargs.items() if not key.startswith("_")}
        if name in RESERVED and arguments:
            raise SettingError(f"{name} takes no arguments")
        if opts.dask and name != "replay":
            raise SettingError("--dask is for `crawl replay` and for `crawlall`: a source is crawled by one process")
        parse_arguments(arguments)
        notify.check_targets(self.settings)
        status = 0
        from pipelines.file_texts import Files

        if name == "replay":
            from pipelines.reread import reread

            names: Counter[ChangedName] = Counter()

            def differs(release: int, changed: Sequence[ChangedName]) -> None:
                names.update(changed)
                if opts.verbose:
                    print(f"release {release} reads differently: {', '.join(changed)}")

            kept_archive(self.settings)
            with opened(self.settings, name) as archive:
                counts = {"same": 0, "reread": 0, "failed": 0, **reread(archive, opts.dask, differs)}
                files = Files(db=archive.db, folder=archive.folder, time=archive.time).read()
            found = ", ".join(f"{name} {number}" for name, number in names.most_common())
            print(f"replay: {in_words(counts.items())}" + (f"; read differently: {found}" if found else ""))
            if files:
                print(f"files: {in_words(sorted(files.items()))}")
            if lost := counts.get("damaged", 0) + counts.get("absent", 0):
                print(
                    f"gongbao: {lost} kept pages could not be read from their WARC files: `scrapy verify` names what is"
                    " damaged; put the files back from a backup",
                    file=sys.stderr,
                )
                status = 2
        else:
            from archive.store.writer import forked
            from crawler.run.crawl import crawl
            from crawler.run.hand import end_at_a_signal

            end_at_a_signal()
            with forked() as process, open_session(self.settings, name) as session:
                crawl(session, name, arguments, process)
                if session.by_hand:  # nobody is told: it is no fault of the source
                    return STOPPED
                if not session.unwritable:
                    Files(db=session.db, folder=session.folder, time=session.time).read(source=name)
                if session.outcome not in GOOD:
                    print(f"gongbao: {(session.reasons or ['the crawl did not end'])[0]}", file=sys.stderr)
                    status = 2
                notify.tell(session.db, self.settings, [name])
        notify.ping(self.settings)
        return status
