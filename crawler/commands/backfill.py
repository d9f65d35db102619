"""scrapy backfill ID --from wayback|ADDRESS: captures that others made of a source, from before the first crawl and between crawls."""

import argparse
import sys
from collections import Counter
from datetime import date
from typing import TYPE_CHECKING

from crawler.command import GongbaoCommand, in_words, one_line
from crawler.configuration import SettingError
from crawler.run.session import open_session

if TYPE_CHECKING:
    from crawler.history.intake import Intake
    from crawler.history.plan import Plan


class Command(GongbaoCommand):
    def syntax(self) -> str:
        return "ID --from wayback|ADDRESS [--since DAY] [--until DAY] [--limit N]"

    def short_desc(self) -> str:
        return "Take in what the Wayback Machine, or any CDX server, has captured of a source"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument(
            "--from", dest="server", default="", metavar="ADDRESS", help="`wayback`, or the address of a CDX server"
        )
        parser.add_argument("--since", default="", metavar="DAY", help="leave captures before this day")
        parser.add_argument("--until", default="", metavar="DAY", help="leave captures after this day")
        parser.add_argument("--limit", default="0", metavar="N", help="fetch so many captures at most in this run")

    def work(self, args: list[str], opts: argparse.Namespace) -> int:
        from archive import store, warc
        from archive.store import life
        from crawler.history.backfill import asked, intake, named, planned
        from crawler.history.witness import Address, Spent
        from crawler.run.watch import Running
        from crawler.sources.row import source_row
        from crawler.sources.written import keep_declaration
        from pipelines.read import readers
        from spiders.loader import spider_of
        from spiders.retell import retell

        if len(args) != 1 or not opts.server:
            raise SettingError("name a source and a server: scrapy backfill ID --from wayback")
        address = Address.of(opts.server)
        since, until = _day("since", opts.since), _day("until", opts.until)
        if not opts.limit.isdecimal():
            raise SettingError(f"--limit {opts.limit}: expected a number of captures")
        with open_session(self.settings, args[0]) as session:
            source, db, folder = session.source, session.db, session.folder
            store.declare_source(db, source_row(source))
            warc.mend(db, folder, source.id)
            keep_declaration(folder, source, self.settings["SOURCES"])
            with asked(session, address) as witness:
                try:
                    rows = named(session, witness, spider_of(source).allowed_domains, since, until)
                except Spent as share:
                    print(
                        f"backfill {source.id}: the source's share of this day is spent, {share}: run it again tomorrow"
                    )
                    return 0
                found = planned(session, rows)
                with (
                    Running(len(found.lists) + len(found.articles), ("captures", "fetching")) as running,
                    readers(self.settings.getint("EXTRACT_WORKERS")) as read,
                ):
                    taken = intake(session, witness, found, int(opts.limit), running)
                    print(f"backfill {source.id}: {_estimate(found, taken, witness.delay)}", flush=True)
                    counts = retell(self.settings, folder, db, taken.lists(), read, session.sources, weigh=False)
                    taken.plan = planned(session, rows)  # with the entries of the lists
                    counts += retell(self.settings, folder, db, taken.articles(), read, session.sources, weigh=False)
                    if taken.whole:
                        life.weigh(db, source.id, taken.time)
            return _tell(source.id, counts, taken)


def _day(name: str, value: str) -> str:
    try:
        return date.fromisoformat(value).isoformat() if value else ""
    except ValueError:
        raise SettingError(f"--{name} {value}: expected a day such as 2019-03-02") from None


def _estimate(found: "Plan", taken: "Intake", delay: float) -> str:
    """The size of a plan and the time that it takes, in words."""
    from crawler.run.watch import clock

    rows = (*found.lists, *found.articles)
    if not rows:
        return "the server has no captures of its pages"
    days = f"{min(row.time for row in rows)[:6]} to {max(row.time for row in rows)[:6]}"
    number = taken.to_fetch()
    pages = f"{len(found.articles)} captures of articles and {len(found.lists)} of list pages, {days}"
    return f"{pages}; {number} are to be fetched, {clock(number * max(delay, 0.5))} or longer"


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
