"""scrapy sources: the state of each declared source, worst first."""

import argparse
import sys
from typing import Literal

from archive.model import CrawlOutcome
from crawler.command import GongbaoCommand
from crawler.configuration import SettingError, archive_folder
from crawler.sources import load_sources

WORST_FIRST: tuple[CrawlOutcome | Literal["", "running"], ...] = (
    "broken",
    "blocked",
    "suspect",
    "running",
    "",
    "quiet",
    "ok",
)
COLOURS: dict[CrawlOutcome | Literal["", "running"], str] = {
    "broken": "red",
    "blocked": "magenta",
    "suspect": "yellow",
    "quiet": "cyan",
    "ok": "green",
}
NUMBERS = ("held", "listed", "skipped")
UNBOUNDED = 10_000  # columns of a line that nobody's window limits


class Command(GongbaoCommand):
    def short_desc(self) -> str:
        return "Show the state of each declared source, worst first"

    def work(self, args: list[str], opts: argparse.Namespace) -> int:
        from rich.console import Console
        from rich.table import Table
        from rich.text import Text

        from archive.schema.open import open_archive
        from archive.store import crawls

        if args:
            raise SettingError("sources takes no names: it shows all of them")
        sources = load_sources(self.settings["SOURCES"])
        db = open_archive(archive_folder(self.settings))
        try:
            states = crawls.states(db)
        finally:
            db.close()
        table = Table(box=None, header_style="bold")
        for heading in (
            "source",
            "name",
            "region",
            "state",
            "last crawl",
            "newest",
            "held",
            "listed",
            "skipped",
            "why",
        ):
            table.add_column(heading, justify="right" if heading in NUMBERS else "left", no_wrap=heading != "why")
        unseen = crawls.State(
            outcome="", finished="never", held=0, listed=0, newest="", problem="", unread=0, skipped=0
        )
        rows = [(source, states.get(source.id, unseen)) for source in sources.values()]
        for source, state in sorted(rows, key=lambda row: (WORST_FIRST.index(row[1].outcome), row[0].id)):
            word = Text(state.outcome or "not crawled", style=COLOURS.get(state.outcome, "dim"))
            told = (state.finished[:16], state.newest, str(state.held), str(state.listed), str(state.skipped))
            why = state.problem or (f"{state.unread} articles broke the reader (reader-error)" if state.unread else "")
            # Text, so that nothing a site has said is taken for rich's markup
            table.add_row(source.id, source.name, source.region, word, *told, Text(why))
        # a file or a pipe gets a line for each source, however long
        Console(width=None if sys.stdout.isatty() else UNBOUNDED).print(table)
        return 0
