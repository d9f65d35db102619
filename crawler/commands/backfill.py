"""scrapy backfill ID --from wayback|commoncrawl|ADDRESS: captures that others made of a source, from before the first crawl and between crawls."""

import argparse
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from crawler.command import GongbaoCommand, in_words, one_line
from crawler.configuration import SettingError
from crawler.run.session import open_session

if TYPE_CHECKING:
    from archive.transfer.rebuild import Kept
    from crawler.history.intake import Intake
    from crawler.history.witness import Witness
    from crawler.run.session import Session


class Command(GongbaoCommand):
    def syntax(self) -> str:
        return "ID --from wayback|commoncrawl|ADDRESS [--since DAY] [--until DAY] [--limit N]"

    def short_desc(self) -> str:
        return "Take in what the Wayback Machine, Common Crawl or any CDX server has captured of a source"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        words = "`wayback`, `commoncrawl`, or the address of a CDX server"
        parser.add_argument("--from", dest="server", default="", metavar="ADDRESS", help=words)
        parser.add_argument("--since", default="", metavar="DAY", help="leave captures before this day")
        parser.add_argument("--until", default="", metavar="DAY", help="leave captures after this day")
        parser.add_argument("--limit", default="0", metavar="N", help="fetch so many captures at most in this run")

    def work(self, args: list[str], opts: argparse.Namespace) -> int:
        from crawler.history.address import Address
        from crawler.history.backfill import asked
        from crawler.history.witness import Spent

        if len(args) != 1 or not opts.server:
            raise SettingError("name a source and a server: scrapy backfill ID --from wayback")
        address = Address.of(opts.server)
        days = _day("since", opts.since), _day("until", opts.until)
        if all(days) and days[0] > days[1]:
            raise SettingError(f"--since {days[0]} is later than --until {days[1]}: no capture lies between them")
        if not opts.limit.isdecimal():
            raise SettingError(f"--limit {opts.limit}: expected a number of captures")
        with open_session(self.settings, args[0]) as session:
            self.prepare(session)
            try:
                with asked(session, address) as witness:
                    return self.take_in(session, witness, days, int(opts.limit))
            except Spent as share:  # by the index already
                print(
                    f"backfill {args[0]}: the source's share of this day is spent, {share}: run it again for the rest"
                )
                return 0

    def prepare(self, session: "Session") -> None:
        """Put the source's row, files and declaration in order, as a crawl does."""
        from archive import store, warc
        from crawler.sources.row import source_row
        from crawler.sources.written import keep_declaration

        store.declare_source(session.db, source_row(session.source))
        warc.mend(session.db, session.folder, session.source.id)
        keep_declaration(session.folder, session.source, self.settings["SOURCES"])

    def take_in(self, session: "Session", witness: "Witness", days: tuple[str, str], limit: int) -> int:
        from crawler.history.backfill import named, take_in
        from pipelines.read import readers
        from spiders.loader import spider_of
        from spiders.retell import retell

        source, db, folder = session.source, session.db, session.folder
        rows = named(session, witness, spider_of(source).allowed_domains, *days)
        with readers(self.settings.getint("EXTRACT_WORKERS")) as read:

            def tell(kept: "Iterator[Kept]") -> Counter[str]:
                return retell(self.settings, folder, db, kept, read, session.sources, weigh=False)

            def said(words: str) -> None:
                print(f"backfill {source.id}: {words}", flush=True)

            counts, taken = take_in(session, witness, rows, limit, tell, said)
        return _tell(source.id, counts, taken)


def _day(name: str, value: str) -> str:
    try:
        return date.fromisoformat(value).isoformat() if value else ""
    except ValueError:
        raise SettingError(f"--{name} {value}: expected a day such as 2019-03-02") from None


def _tell(source: str, counts: Counter[str], taken: "Intake") -> int:
    """Print the outcome; the exit status."""
    if taken.fault:
        print(f"gongbao: {one_line(str(taken.fault))}", file=sys.stderr)
    for why in dict.fromkeys(why for _, why in taken.left_out):
        urls = [url for url, reason in taken.left_out if reason == why]
        said = f"{len(urls)} captures were not given: {why}, the first is {urls[0]}"
        print(f"gongbao: {source}: {one_line(said)}", file=sys.stderr)
    told = in_words([(name, number) for name, number in sorted(counts.items()) if number]) or "nothing new"
    rest = f"; {taken.end}: run it again for the rest" if taken.end else ""
    print(f"backfill {source}: {told}, {taken.counts['fetched']} fetched{rest}")
    return 2 if taken.fault or taken.left_out else 0
