"""scrapy sources: the state of each declared source, worst first."""

import argparse
import sys
import time
from collections.abc import Mapping
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from archive.model import SourceState
from crawler.command import GongbaoCommand
from crawler.configuration import SettingError, archive_folder
from crawler.sources import Source, load_sources

if TYPE_CHECKING:
    from rich.table import Table

    from archive.store.crawls import State

WORST_FIRST: tuple[SourceState, ...] = (
    "broken",
    "blocked",
    "suspect",
    "interrupted",
    "stopped",
    "running",
    "",
    "quiet",
    "ok",
)
COLOURS: dict[SourceState, str] = {
    "broken": "red",
    "blocked": "magenta",
    "suspect": "yellow",
    "interrupted": "yellow",
    "quiet": "cyan",
    "ok": "green",
}
SAID: dict[SourceState, str] = {
    "interrupted": "the crawl has no end (it was killed, or the disk was full); the next one resumes it",
    "stopped": "the operator stopped the crawl; the next one resumes it",
}
NUMBERS = ("listed", "held", "failed", "blocked", "pending", "skipped")
UNBOUNDED = 10_000  # columns of a line that nobody's window limits
WATCHED_EVERY = 2.0  # seconds


class Command(GongbaoCommand):
    def syntax(self) -> str:
        return "[--watch]"

    def short_desc(self) -> str:
        return "Show the state of each declared source, worst first"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--watch", action="store_true", help="go on showing it, on a terminal, until Ctrl-C")

    def work(self, args: list[str], opts: argparse.Namespace) -> int:
        from rich.console import Console
        from rich.live import Live

        if args:
            raise SettingError("sources takes no names: it shows all of them")
        sources = load_sources(self.settings["SOURCES"])
        folder = archive_folder(self.settings)
        if not _is_begun(folder):
            print(f"gongbao: there is no archive in {folder} yet; ARCHIVE_DIR names another", file=sys.stderr)
        if not (opts.watch and sys.stdout.isatty()):
            # a file or a pipe gets a line for each source, however long
            Console(width=None if sys.stdout.isatty() else UNBOUNDED).print(self.table(sources))
            return 0
        with Live(self.table(sources), auto_refresh=False, screen=True) as live:
            while True:
                live.update(self.table(sources), refresh=True)
                time.sleep(WATCHED_EVERY)

    def table(self, sources: Mapping[str, Source]) -> "Table":
        from archive.database import is_locked
        from archive.store import crawls
        from archive.transfer.opening import open_whole

        folder = archive_folder(self.settings)
        if not _is_begun(folder):
            return _table(sources, {})
        with closing(open_whole(folder)) as db:
            return _table(sources, crawls.states(db, partial(is_locked, folder)))


def _is_begun(folder: Path) -> bool:
    """Whether anything was ever crawled into a folder."""
    return any((folder / name).exists() for name in ("archive.db", "warc"))


def _table(sources: Mapping[str, Source], states: Mapping[str, "State"]) -> "Table":
    from rich.table import Table
    from rich.text import Text

    from archive.store.crawls import State

    table = Table(box=None, header_style="bold")
    for heading in ("source", "name", "region", "state", "last crawl, UTC", "newest", *NUMBERS, "why"):
        table.add_column(heading, justify="right" if heading in NUMBERS else "left", no_wrap=heading != "why")
    unseen = State(outcome="", finished="never", newest="", problem="", unread=0, **dict.fromkeys(NUMBERS, 0))
    rows = [(source, states.get(source.id, unseen)) for source in sources.values()]
    for source, state in sorted(rows, key=lambda row: (WORST_FIRST.index(row[1].outcome), row[0].id)):
        word = Text(state.outcome or "not crawled", style=COLOURS.get(state.outcome, "dim"))
        told = (state.finished[:16], state.newest, *(str(getattr(state, name)) for name in NUMBERS))
        # Text, so that nothing a site has said is taken for rich's markup
        table.add_row(source.id, source.name, source.region, word, *told, Text(_why(state)))
    return table


def _why(state: "State") -> str:
    unread = f"{state.unread} articles broke the reader (reader-error)" if state.unread else ""
    return state.problem or SAID.get(state.outcome, "") or unread
