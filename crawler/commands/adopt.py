"""scrapy adopt: from portals, or candidates, to declarations that were seen to work."""

import argparse
import re
from collections import Counter
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from archive.texts.places import is_code, name_of
from archive.urls import canonical
from crawler.command import GongbaoCommand, in_words, one_line
from crawler.configuration import SettingError, archive_folder, now
from crawler.sources import load_families, load_sources
from crawler.sources.candidates import CANDIDATES, Candidate, read_candidates

if TYPE_CHECKING:
    from crawler.adopt.book import Line
    from crawler.adopt.visit import Getter, Result, Visit

KEPT = ".adopt"  # the folder of a run's answers, beside the declarations


class Command(GongbaoCommand):
    def syntax(self) -> str:
        return "[options] [URL…]"

    def short_desc(self) -> str:
        return "Visit portals or candidates, and declare the news columns that work"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument(
            "--region",
            default="",
            metavar="CODE",
            help="candidates whose region code begins so (37 for Shandong); with URLs, the six digits of their place",
        )
        parser.add_argument("--grade", type=int, default=2, metavar="N", help="candidates of grades 1 to N (2)")
        parser.add_argument("--limit", type=int, default=0, metavar="N", help="visit N addresses at most")
        parser.add_argument("--candidates", default="", metavar="FILE", help="a table of candidates of your own")
        parser.add_argument(
            "--to", default="", metavar="FILE", help="declare here (sources/adopted.toml in ARCHIVE_DIR)"
        )

    def work(self, args: list[str], opts: argparse.Namespace) -> int:
        from archive.database import locked
        from crawler.adopt.book import Book
        from crawler.adopt.kept import Kept
        from crawler.adopt.run import run
        from crawler.adopt.visit import Visitor
        from crawler.probe.look import Tools
        from crawler.run.watch import Running
        from pipelines.extract import extract
        from spiders.loader import spider_of

        visits = _visits(args, opts)
        folder = archive_folder(self.settings)
        path = Path(opts.to) if opts.to else folder / "sources" / "adopted.toml"
        path.parent.mkdir(parents=True, exist_ok=True)
        families = load_families(self.settings["SOURCES"])
        tools = Tools(families=families, spider_of=spider_of, extract=extract)
        with locked(folder, "adopt"):
            book, time = Book(path, families, self._declared(path)), now(self.settings)
            lines = {key: line for key, line in book.lines().items() if line.is_settled(time)}
            wanted = [visit for visit in visits if canonical(visit.url) not in lines]
            kept = Kept(path.with_name(KEPT))
            with Running(len(wanted), ("addresses", "visiting")) as running:

                async def go(visit: "Visit", getter: "Getter") -> "tuple[Result, str]":
                    return await Visitor(visit, tools, getter, time.date()).go()

                def told(visit: "Visit", found: "tuple[Result, str]") -> None:
                    book.keep(visit, kept)
                    line = lines[canonical(visit.url)] = book.enter(visit, *found, now(self.settings))
                    running.end(visit.url)
                    print(_words(line), flush=True)

                run(self.settings, wanted, kept, go, lambda visit: running.begin(visit.url), told)
            kept.clear()
        return _end([lines[key] for visit in visits if (key := canonical(visit.url)) in lines], path)

    def _declared(self, path: Path) -> Collection[str]:
        """The names that SOURCES declares; none where it is the folder that is being filled."""
        place = Path(self.settings["SOURCES"])
        return () if place in (path, path.parent) else load_sources(self.settings["SOURCES"])


def _visits(args: Sequence[str], opts: argparse.Namespace) -> "list[Visit]":
    from crawler.adopt.visit import Visit

    if opts.region and not re.fullmatch(r"\d{2,6}", opts.region):
        raise SettingError(f"--region {opts.region}: expected the first digits of a region code, such as 37 or 370100")
    if opts.region and len(opts.region) == 6 and not is_code(opts.region):
        raise SettingError(f"--region {opts.region}: no place has or had this code")
    if opts.limit < 0 or opts.grade not in (1, 2, 3):
        raise SettingError("--limit takes a number, --grade 1, 2 or 3")
    if bad := next((url for url in args if not re.match(r"https?://[^/\s]+", url)), None):
        raise SettingError(f"{bad!r} is no address (http://…)")
    known = list(read_candidates(Path(opts.candidates) if opts.candidates else CANDIDATES))
    if args:
        by_key = {canonical(one.url): one for one in known}
        region = opts.region if len(opts.region) == 6 else ""
        visits = [Visit(url=url, candidate=by_key.get(canonical(url)), region=region) for url in args]
    else:
        visits = [Visit(url=one.url, candidate=one) for one in known if _is_wanted(one, opts)]
    visits = list({canonical(visit.url): visit for visit in visits}.values())
    if not visits:
        raise SettingError(
            f"--region {opts.region}: no candidate of grades 1 to {opts.grade} has a region that begins so"
        )
    return visits[: opts.limit or None]


def _is_wanted(candidate: Candidate, opts: argparse.Namespace) -> bool:
    return candidate.kind == "news" and int(candidate.grade) <= opts.grade and candidate.region.startswith(opts.region)


def _words(line: "Line") -> str:
    told = f"{line.source}, {line.list} ({line.family}, {line.entries} entries)" if line.source else line.reason
    return one_line(f"{line.url}: {line.verdict}: {told}")


def _end(lines: "Sequence[Line]", path: Path) -> int:
    from rich.console import Console
    from rich.table import Table

    verdicts = list(Counter(line.verdict for line in lines))
    table = Table(box=None, header_style="bold")
    for heading in ("province", *verdicts):
        table.add_column(heading, justify="left" if heading == "province" else "right")
    for province in sorted({line.region[:2] for line in lines}):
        counts = Counter(line.verdict for line in lines if line.region[:2] == province)
        name = name_of(f"{province}0000") if province else "not told"
        table.add_row(name or province, *(str(counts[verdict] or "-") for verdict in verdicts))
    Console(width=None).print(table)
    print(in_words(Counter(line.verdict for line in lines).most_common()))
    if not any(line.verdict == "adopted" for line in lines):
        raise SettingError(f"nothing could be adopted; {path.parent / 'adopt.jsonl'} has the reasons")
    print(f"declared in {path}: crawl with SOURCES={path.parent}")
    return 0
