"""The findings of a probe, as words for a person and as a bundle that a test can read."""

import json
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from scrapy import Request
from scrapy.http import Response

from archive.model import Listed, Release
from archive.urls import canonical
from archive.warc.exchange import Exchange
from archive.warc.write import write_file
from crawler.headers import pairs
from crawler.probe.proposal import difference, mended, propose
from crawler.run.session import apart, hosts_named
from crawler.sources import Family, Source
from crawler.sources.answer import SPIDER, declared_values
from crawler.sources.written import declaration

Refused = Literal["not-a-list", "blocked", "unreachable", "robots", "script-drawn"]
SHOWN = 10  # entries
EXAMPLES = 3  # of the entries that are left out


@dataclass(slots=True, kw_only=True)
class ProbedPage:
    """A page as it was fetched, and as it was read."""

    role: Literal["list", "article"]
    asked: Request
    response: Response
    text: str
    entries: tuple[Listed, ...] = ()
    left: tuple[Listed, ...] = ()
    next: tuple[Request, ...] = ()
    branches: tuple[Request, ...] = ()
    faults: tuple[str, ...] = ()


@dataclass(slots=True, kw_only=True)
class ProbedList:
    """The findings of one list."""

    source: Source
    family: str  # as the pages tell
    traces: tuple[str, ...]
    pages: list[ProbedPage] = field(default_factory=list)
    releases: list[Release] = field(default_factory=list)
    container: str = ""
    fits: tuple[int, int] = (0, 0)  # links with a day, and those of them that fit the declaration
    proposal: "ProbedList | None" = None  # a fresh look, where the declaration finds nothing
    refused: list[Refused] = field(default_factory=list)  # the verdicts on articles that did not come
    remarks: list[str] = field(default_factory=list)  # on the list, and on disagreements with the declaration

    @property
    def release(self) -> Release | None:
        return next(iter(self.releases), None)

    @property
    def entries(self) -> tuple[Listed, ...]:
        return next((page.entries for page in self.pages if page.entries), ())

    def apart(self, rows: Iterable[Listed]) -> tuple[list[Listed], list[Listed]]:
        """The rows that lead to other hosts than the lists, and all others."""
        return apart(rows, [page.response.url for page in self.pages if page.role == "list"])

    @property
    def other_hosts(self) -> dict[str, int]:
        """The hosts that rows among the entries lead to and that the source does not admit, with the number of rows."""
        abroad, _ = self.apart(row for page in self.pages for row in page.left)
        return dict(hosts_named(abroad).most_common())


def report(found: ProbedList) -> str:
    """The findings in lines; control characters of the site are blanked, so that it cannot steer a terminal."""
    lines = _entries(found) if found.entries else [f"list       {found.pages[0].response.url}", "entries    0"]
    lines += [f"disagrees  {remark}" for remark in [*_disagreements(found), *found.remarks]]
    lines += [f"disagrees  {fault}" for page in found.pages[:1] for fault in page.faults]
    if found.proposal:
        lines += ["", "probed as if nobody had declared it", report(found.proposal)]
    return "\n".join(re.sub(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", " ", line) for line in lines)


def _entries(found: ProbedList) -> list[str]:
    lists = [page for page in found.pages if page.role == "list"]
    shown = next(page for page in lists if page.entries)
    dates = sorted(entry.date for entry in shown.entries if entry.date)
    lines = [f"list       {shown.response.url}"]
    lines.append(
        f"family     {found.family}"
        + (f", by {', '.join(found.traces)}" if found.traces else ", since no system is known by it")
    )
    span = f", {dates[0]} to {dates[-1]}" if dates else ""
    lines.append(f"entries    {len(shown.entries)}, {len(dates)} with a day{span}")
    lines += [
        f"           {entry.date or '-':<16}  {entry.title or '(no title)'}  {entry.url}"
        for entry in shown.entries[:SHOWN]
    ]
    if len(shown.entries) > SHOWN:
        lines.append(f"           … and {len(shown.entries) - SHOWN} more")
    lines += _skipped(found, shown)
    lines.append(f"next page  {_next_page(found, shown)}")
    if release := found.release:
        paragraphs = release.text.split("\n")
        lines += [
            f"article    {release.page.url}",
            f"           title      {release.title}",
            f"           published  {release.published or '-'}",
            f"           publisher  {release.publisher or '-'}",
            f"           container  {found.container or 'found by the general rules'}",
            f"           text       {len(release.text)} characters, {len(paragraphs)} paragraphs",
            *(f"           | {paragraph[:80]}" for paragraph in paragraphs[:3]),
        ]
    return lines


def _skipped(found: ProbedList, shown: ProbedPage) -> Iterable[str]:
    """The entries that a crawl would leave out, by reason, each with examples."""
    exclude = found.source.exclude
    excluded = [entry for entry in shown.entries if exclude and re.search(exclude, entry.title)]
    abroad, unlike = found.apart(shown.left)
    named = ", ".join(found.other_hosts)
    for rows, why in (
        (excluded, "by `exclude`"),
        (abroad, f"since they lead to other hosts ({named}), which `hosts` may admit"),
        (unlike, "since they match no `article`"),
    ):
        if rows:
            yield f"skipped    {len(rows)} {why}"
            yield from (
                f"           {row.date or '-':<16}  {row.title or '(no title)'}  {row.url}" for row in rows[:EXAMPLES]
            )


def _next_page(found: ProbedList, shown: ProbedPage) -> str:
    if not shown.next:
        return "none was found"
    after = found.pages[found.pages.index(shown) + 1 :]
    following = next((page for page in after if page.role == "list"), None)
    if following is None:
        return shown.next[0].url
    known = {canonical(entry.url) for entry in shown.entries}
    new = sum(1 for entry in following.entries if canonical(entry.url) not in known)
    return f"{following.asked.method} {following.asked.url} ({len(following.entries)} entries, {new} of them new)"


def _disagreements(found: ProbedList) -> Iterable[str]:
    declared = found.source
    if declared.id != "probed" and found.family not in (declared.family, "html"):
        yield f"the page looks like family {found.family}, and {declared.family} is declared"
    dated, fitting = found.fits
    if found.entries and fitting < dated:
        yield f"{dated} links have a day beside them, {fitting} of them fit {declared.article}"
    untitled = sum(1 for entry in found.entries if not entry.title)
    if untitled:
        yield f"{untitled} entries have no title"
    if found.entries and not any(entry.date for entry in found.entries):
        yield "no entry has a day beside it"
    if found.release and not found.release.published:
        yield "the article shows no date"


def proposed_table(found: ProbedList, day: str, taken: Collection[str], families: Mapping[str, Family]) -> str:
    """The proposed declaration, under a name that is not `taken`; that of a declared source as it stands."""
    source = found.source
    if source.id != "probed":
        return declaration(source, families[source.family])
    texts = [page.text for page in found.pages]
    entries = [entry.url for entry in found.entries]
    keys = ("rows", "url", "title", "date", "page")
    paths = {key: value for key, value in declared_values(source).items() if key in keys and value}
    of_json = source.spider == SPIDER
    return propose(
        source.lists[0], source.family, texts, entries, day, taken, found.other_hosts, paths if of_json else None
    )


def mending(found: ProbedList, families: Mapping[str, Family]) -> list[str]:
    """The lines by which a declaration that finds nothing must change; none when it finds entries."""
    if not found.proposal:
        return []
    declared, fresh = found.source, found.proposal
    entries = [entry.url for entry in fresh.entries]
    new = mended(declared, fresh.source, entries)
    fitting = sum(1 for url in entries if re.search(declared.article, url))
    pattern = f" {new.article}" if new.article else ""
    verb = "fit" if fitting > 1 else "fits"
    told = f"{len(entries)} links fit {new.family}'s{pattern}, {fitting or 'none'} {verb} {declared.family}'s {declared.article}"
    tables = [declaration(one, families[one.family]) for one in (declared, new)]
    return [told.rstrip(), *difference(*tables)]


def save_bundle(found: ProbedList, declared: str, folder: Path, time: str) -> None:
    """Keep a bundle in the form of tests/families: pages as they came, source.toml, and truth.toml as they were read.

    pages.warc.gz holds the same pages for `scrapy import`, once the source is declared.
    """
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "source.toml").write_text(declared, "utf-8")
    truth: list[str] = []
    for number, page in enumerate(found.pages, 1):
        name = f"{number}.{'html' if page.text.lstrip().startswith('<') else 'txt'}"
        (folder / name).write_bytes(page.response.body)
        headers = dict(pairs(page.response.headers))
        truth += [
            "[[list]]" if page.role == "list" else "[article]",
            f"file = {_quoted(name)}",
            f"url = {_quoted(page.asked.url)}",
        ]
        truth += [f"status = {page.response.status}", f"headers = {_quoted(json.dumps(headers, ensure_ascii=False))}"]
        if page.role == "list":
            rows = [[entry.url, entry.title, entry.date] for entry in page.entries]
            truth += [f"entries = {_quoted(rows)}", f"next = {_quoted([one.url for one in page.next])}"]
            truth += [f"branches = {_quoted([one.url for one in page.branches])}"]
        elif release := found.release:
            facts = {"title": release.title, "published": release.published, "publisher": release.publisher}
            truth += [f"{key} = {_quoted(value)}" for key, value in facts.items()]
            truth.append(f"text = {_quoted(release.text.split(chr(10)))}")
        truth.append("")
    (folder / "truth.toml").write_text("\n".join(truth), "utf-8")
    write_file(folder / "pages.warc.gz", [_exchange(found, page, time) for page in found.pages])


def _exchange(found: ProbedList, page: ProbedPage, time: str) -> Exchange:
    asked, response = page.asked, page.response
    named = found.source.id != "probed"
    return Exchange(
        url=response.url,
        source=found.source.id if named else "",
        role=page.role if named else "",
        fetched=time,
        method=asked.method,
        request_headers=pairs(asked.headers),
        request_body=asked.body,
        status=response.status,
        headers=pairs(response.headers),
        body=response.body,
        listed=next((entry for entry in found.entries if entry.url == asked.url), None),
        list_url=found.pages[0].asked.url,
    )


def _quoted(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
