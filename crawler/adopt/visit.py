"""A visit to a portal or a candidate: from its address to a verdict, within a budget of requests."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, Protocol
from urllib.parse import urljoin, urlsplit

from scrapy import Request
from scrapy.exceptions import IgnoreRequest

from archive.texts.places import is_code, is_in_force
from archive.urls import canonical
from crawler.adopt import judge
from crawler.adopt.columns import Column, columns, name_of_page
from crawler.adopt.names import Own, is_section, rank
from crawler.network.guard import is_within
from crawler.probe.look import Get, Look, ProbeError, Tools
from crawler.probe.page import boxes, is_home, is_scripted, parse, scripts
from crawler.probe.place import Place, level_of, place_of
from crawler.probe.proposal import facts_of
from crawler.probe.report import ProbedList, ProbedPage
from crawler.sources.candidates import Candidate

BUDGET = 20  # requests to a site
MOST_COLUMNS = 3  # columns of a portal that are looked at
LINKS = 10  # links on a home page; one with so many is not drawn by scripts, however little it says
_BARE = re.compile(
    r"\d+|\"[^\"\n]*\"|'[^'\n]*'|\s+"
)  # numbers, strings and blanks of a script: they differ from column to column
META = "visit"  # the key of a request's meta

Result = Literal["adopted", "no-column", "not-a-list", "blocked", "unreachable", "robots", "script-drawn"]


class Spent(IgnoreRequest):
    """The budget of a site is spent, or its home page was asked for in a run that was killed."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


class Getter(Protocol):
    """Fetches a page for a visit."""

    async def get(self, visit: "Visit", request: Request, role: Literal["list", "article"]) -> ProbedPage: ...

    def admit(self, hosts: Iterable[str]) -> None: ...


@dataclass(slots=True, kw_only=True)
class Visit:
    """One address that is looked at, and all that was asked for on the way."""

    url: str
    id: str = ""  # the declared source that is checked
    candidate: Candidate | None = None
    region: str = ""  # the place of an address that comes without a candidate, when the user names it
    requests: list[Request] = field(default_factory=list)
    place: Place = field(default_factory=Place)
    found: ProbedList | None = None
    column: str = ""
    budget: int = BUDGET
    at_home: bool = False  # its home page is being asked for, which may lead to another host

    def leave(self, request: Request) -> None:
        """Count a request that goes out, or raise Spent."""
        if len(self.requests) >= self.budget:
            raise Spent("budget", f"was not asked for: {self.budget} requests to this site are spent")
        self.requests.append(request)

    @property
    def host(self) -> str:
        return urlsplit(self.url).hostname or ""


def getting(getter: Getter, visit: Visit) -> Get:
    """The way by which a look gets the pages of a visit."""

    async def get(request: Request, role: Literal["list", "article"]) -> ProbedPage:
        return await getter.get(visit, request, role)

    return get


class Failed(Exception):
    """A visit that ends without a column."""

    def __init__(self, verdict: Result, reason: str) -> None:
        super().__init__(reason)
        self.verdict: Result = verdict


def _has_scripts_of(page: ProbedPage, other: ProbedPage) -> bool:
    """Whether a page runs all that another one runs, numbers and strings aside: then a list in it is not missing there for a
    script that would draw it, and the other page is merely empty.
    """
    (inline, linked), (told, named) = (scripts(parse(one.text), one.response.url) for one in (page, other))
    return set(named) <= set(linked) and _BARE.sub("", told) == _BARE.sub("", inline)


class Visitor:
    """Goes from an address to its news column."""

    def __init__(self, visit: Visit, tools: Tools, getter: Getter, today: date) -> None:
        self.visit, self.today = visit, today
        self._get = getting(getter, visit)
        self.look = Look(tools, self._get, getter.admit, judge.ARTICLES)

    async def go(self) -> tuple[Result, str]:
        """The verdict, and the reason for any but `adopted`; the visit then has the findings and the place."""
        try:
            home = self.visit.at_home = is_home(self.visit.url)
            first = await self._get(Request(self.visit.url), "list")
            self.visit.at_home = False
            if home:
                await self._from_home(first)
            else:
                await self._from_column(first)
        except Failed as failed:
            return failed.verdict, str(failed)
        except ProbeError as error:
            return error.verdict, str(error)
        return "adopted", ""

    async def _from_column(self, first: ProbedPage) -> None:
        if is_home(first.response.url):
            raise Failed("not-a-list", f"{self.visit.url} leads to the home page of its site")
        pages = [first]
        if (
            not self.visit.candidate
            and not self.visit.region
            and not place_of([first.text], facts_of([first.text])).region
        ):
            pages.append(await self._home(first.response.url))
        own = self._settle(pages)
        name = self.visit.candidate.column if self.visit.candidate else ""
        found = await self._judged(first, own, name)
        self._take(found, name)

    async def _home(self, url: str) -> ProbedPage:
        """The home page of a column's site, which tells whose it is."""
        return await self._get(Request(urljoin(url, "/")), "list")

    async def _from_home(self, first: ProbedPage) -> None:
        own = self._settle([first])
        tried = {canonical(first.response.url)}
        known = columns(first.text, first.response.url, own)
        waiting = [column for column in known if self._is_own(column)]
        reasons: list[Failed] = []
        empty: list[ProbedPage] = []  # columns without a list that scripts may draw
        while waiting and len(reasons) < MOST_COLUMNS:
            column = waiting.pop(0)
            if canonical(column.url) in tried:
                continue
            tried.add(canonical(column.url))
            try:
                page = await self._get(Request(column.url), "list")
                if below := self._below(page, own, column, known):
                    waiting = [*below, *waiting]
                    continue
                found = await self._judged(page, own, column.name)
                if not all(_has_scripts_of(page, one) for one in empty):
                    break
                self._take(found, column.name)
                return
            except ProbeError as error:
                if error.verdict == "script-drawn" and not error.leads_elsewhere:
                    empty.append(page)
                    reasons.insert(len(empty) - 1, Failed("script-drawn", str(error)))
                    continue
                if error.verdict != "not-a-list" and not error.leads_elsewhere:
                    raise
                reasons.append(Failed("not-a-list", str(error)))
            except Failed as failed:
                reasons.append(failed)
        raise next(iter(reasons), self._nothing(first, known))

    def _is_own(self, column: Column) -> bool:
        host = (urlsplit(column.url).hostname or "").removeprefix("www.")
        return host in self.hosts

    def _below(self, page: ProbedPage, own: Own, section: Column, known: list[Column]) -> list[Column]:
        """The columns of a section's page that the home page did not show; none for the page of a column.

        A page that is called as sections are (新闻中心) has such columns where their names promise more than its own; a page
        that shows the beginnings of several columns in boxes is a section whatever its name, and no list.
        """
        boxed = bool(boxes(parse(page.text), page.response.url))
        if not boxed and not is_section(section.name):
            return []
        shown = {canonical(column.url) for column in known}
        return [
            one
            for one in columns(page.text, page.response.url, own)
            if (boxed or one.rank > section.rank) and canonical(one.url) not in shown and self._is_own(one)
        ]

    def _nothing(self, first: ProbedPage, known: list[Column]) -> Failed:
        document = parse(first.text)
        if is_scripted(document) and len(document.xpath("//a/@href")) < LINKS:
            return Failed("script-drawn", f"the home page {first.response.url} is drawn by scripts")
        if abroad := next((column for column in known if not self._is_own(column)), None):
            return Failed("no-column", f"{abroad.name} leads to another site, {urlsplit(abroad.url).netloc}")
        return Failed("no-column", "no link of the home page names a news column of the place's own")

    def _settle(self, pages: list[ProbedPage]) -> Own:
        """Settle the publisher and its place, and the site's hosts."""
        texts = [page.text for page in pages]
        # a portal that moved may still name its columns by the old host, which leads to them path by path
        hosts = [self.visit.host, *(urlsplit(page.response.url).hostname or "" for page in pages)]
        self.hosts = {host.removeprefix("www.") for host in hosts}
        told, candidate = place_of(texts, facts_of(texts)), self.visit.candidate
        region = candidate.region if candidate else self.visit.region or told.region
        if candidate and is_in_force(told.region) and told.region != candidate.region:
            raise Failed("no-column", f"the page is of {told.region}, the candidate of {candidate.region}")
        name = told.name or (candidate.name if candidate else "")
        if not is_code(region) or not name:
            if shell := next((page for page in pages if is_scripted(parse(page.text))), None):
                raise Failed("script-drawn", f"{shell.response.url} is drawn by scripts, and does not tell whose it is")
            raise Failed(
                "no-column", f"its pages do not tell whose they are: name the place with --region ({name or 'no name'})"
            )
        self.visit.place = Place(name=name, region=region, level=level_of(region))
        return Own.of(name, region, level_of(region))

    async def _judged(self, page: ProbedPage, own: Own, name: str) -> ProbedList:
        """The findings of a column; `name` is that of the link to it, "" when none is known, and the page's own name goes before it.

        Raises Failed when the page is not this place's own news column, and ProbeError when it shows no list that can be read.
        """
        if not is_within(page.response.url, self.hosts):
            raise Failed("no-column", f"{name} leads to another site, {urlsplit(page.response.url).netloc}")
        if (called := name_of_page(page.text, self.visit.place.name) or name) and not rank(called, own):
            raise Failed("no-column", f"the page is called {called}")
        found = await self.look.fresh(page.response.url, page)
        if fault := judge.fault(found, own, self.visit.place.level, self.today):
            if refused := judge.refused(found, fault):
                raise ProbeError(f"{found.source.lists[0]}: {fault}", refused)
            raise Failed("no-column", f"{found.source.lists[0]}: {fault}")
        return found

    def _take(self, found: ProbedList, name: str) -> None:
        self.visit.found, self.visit.column = found, name
