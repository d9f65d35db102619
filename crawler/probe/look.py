"""A look at a list: its pages, the page after the first, and articles, read as a crawl would read them."""

import re
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from statistics import median
from typing import Any, Literal
from urllib.parse import urlsplit

from lxml.html import HtmlElement, document_fromstring
from scrapy import Request
from scrapy.http import Response, TextResponse

from archive.errors import GongbaoError
from archive.model import Listed, Page, Release, Unreadable
from archive.texts.encoding import decode
from archive.urls import canonical
from crawler.headers import header, pairs
from crawler.network.failures import GONE, judge_failure, reason_of, words_of
from crawler.network.refusals import BLOCKED_STATUS, block_reason
from crawler.probe.interface import find_interface, named_interfaces, page_parameter
from crawler.probe.page import boxes, columns_of_home, is_scripted, parse, scripts
from crawler.probe.proposal import common_shape
from crawler.probe.recognise import FALLBACK, recognise
from crawler.probe.report import ProbedList, ProbedPage, Refused
from crawler.sources import Family, Source
from crawler.sources.answer import SPIDER, paths

INDEXES = 3  # so many pages may lead to the list before one shows entries
DATED_ENTRIES = 3  # a page with so many is a list
SCRIPTS = 3  # files of scripts that are read for the addresses of interfaces
INTERFACES = 4  # that are asked
SHORTEST_TITLE = 8  # characters, the median of a page's links
PROSE = 300  # characters in sentences; a page with so many and few dated entries is an article
LITTLE_PROSE = 100  # characters in sentences; a page with so many says something without its scripts
Get = Callable[[Request, Literal["list", "article"]], Awaitable[ProbedPage]]
_ELSEWHERE = {"offsite", "forbidden-address", "redirect-loop"}
_TEXTUAL = re.compile(r"text/|application/(?:json|javascript|\w*\+?xml|xhtml\+xml)", re.IGNORECASE)


class ProbeError(GongbaoError):
    """The probed address cannot be read, or is no list."""

    def __init__(self, message: str, verdict: Refused = "not-a-list", *, leads_elsewhere: bool = False) -> None:
        super().__init__(message)
        self.verdict: Refused = verdict
        self.leads_elsewhere = leads_elsewhere  # to another site, a private address, or in a circle: not for a day only


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """The parts of a probe that stand in rooms above this one."""

    families: Mapping[str, Family]
    spider_of: Callable[[Source], Any]  # its list spider, with `first_page` and `read_list`
    extract: Callable[[Page, Source | None], Release]  # raises Unreadable


class Look:
    """Looks at one list: `get` fetches its pages, `admit` lets further hosts be asked, `articles` are read."""

    def __init__(self, tools: Tools, get: Get, admit: Callable[[Iterable[str]], None], articles: int = 1) -> None:
        self.tools, self._get, self.admit, self.articles = tools, get, admit, articles

    async def look(self, url: str, declared: Source | None) -> ProbedList:
        # an interface that is asked by POST must be recognised before it is asked, hence by its address
        source = declared or self._provisional(url, self._recognise("", url)[0])
        first = await self._get(self.tools.spider_of(source).first_page(url), "list")
        if declared is None:
            return await self.fresh(url, first)
        found = await self._as_declared(declared, url, first)
        self._compare(found, first)
        if not found.entries:
            found.proposal = await self.fresh(url, first)
        if found.entries:
            await self._read_articles(found)
        return found

    async def _as_declared(self, declared: Source, url: str, first: ProbedPage) -> ProbedList:
        family, traces = self._recognise(first.text, first.response.url)
        found = ProbedList(source=declared, family=family, traces=traces)
        _note_move(found, url, first)
        await self._read_lists(found, first)
        return found

    def _compare(self, found: ProbedList, first: ProbedPage) -> None:
        """Count the links with a day beside them, and those of them that fit the declaration."""
        dated = [entry for entry in self._entries_of(FALLBACK, first) if entry.date]
        found.fits = (len(dated), sum(1 for entry in dated if re.search(found.source.article, entry.url)))

    async def fresh(self, url: str, first: ProbedPage) -> ProbedList:
        """Recognise an undeclared list, then ask for its pages and some articles. Raises ProbeError."""
        first = replace(first, entries=(), next=(), branches=())
        family, traces = self._recognise(first.text, first.response.url)
        found = ProbedList(source=self._provisional(url, family, first.text), family=family, traces=traces)
        self.admit(found.source.hosts)
        _note_move(found, url, first)
        await self._read_lists(found, first)
        if not found.entries and family != FALLBACK:
            found = ProbedList(source=self._provisional(url, FALLBACK), family=family, traces=traces)
            found.remarks.append(f"nothing was found as family {family}; the links below are those of any page")
            await self._read_lists(found, first)
        self._narrow(found)
        document = parse(first.text)
        abroad = () if _is_dated(found.entries) else self._abroad(first, document)
        if behind := await self._behind(url, first, document, abroad or found.entries):
            return behind
        if abroad or not found.entries:
            raise ProbeError(f"{url} shows no list: {_no_list(first.text, abroad)}")
        if columns := columns_of_home(document, first.response.url, found.entries):
            named = f"; probe one of its columns: {', '.join(columns[:5])}" if columns[0] else ""
            raise ProbeError(f"{url} is the home page of a site, not a list{named}")
        if begun := boxes(document, first.response.url):
            raise ProbeError(
                f"{url} shows the beginnings of columns, not a list; probe one of them: {', '.join(begun[:5])}"
            )
        if self._is_article(first, found):
            raise ProbeError(f"{url} looks like an article, not like a list; probe the list that leads to it")
        await self._read_articles(found)
        return found

    async def _behind(
        self, url: str, first: ProbedPage, document: HtmlElement, entries: Sequence[Listed]
    ) -> ProbedList | None:
        """The findings of the interface behind a page that scripts draw; None for a page that shows a list itself, or prose.

        Raises ProbeError when no interface is found.
        """
        if _is_dated(entries) or find_interface(first.text):
            return None
        inline, linked = scripts(document, first.response.url)
        texts = [inline]
        for script in linked[:SCRIPTS]:
            with suppress(ProbeError):
                texts.append((await self._get(Request(script), "list")).text)
        for candidate in named_interfaces("\n".join(texts), first.response.url)[:INTERFACES]:
            try:
                answer = await self._get(Request(candidate), "list")
            except ProbeError:
                continue
            if find_interface(answer.text):
                found = await self.fresh(candidate, answer)
                found.remarks.insert(0, f"{url} is drawn by scripts; the JSON behind it is {candidate}")
                return found
        reads = bool(entries) and _reads_like_titles(entries)
        if is_scripted(document) and not reads and sum(map(len, self._prose(first))) < LITTLE_PROSE:
            raise ProbeError(
                f"{url} is drawn by scripts, and the JSON behind it is not found: look for it in the network view of a browser, and"
                " probe its address (docs/sources.md, family json), or declare the list with browser = true",
                "script-drawn",
            )
        return None

    def _abroad(self, page: ProbedPage, document: HtmlElement) -> tuple[Listed, ...]:
        """The rows of a page that have a day and lead to other hosts; none where fewer than three have a day."""
        hosts = {urlsplit(target).hostname or "" for target in document.xpath("//a/@href[starts-with(., 'http')]")}
        source = replace(self._provisional(page.response.url, FALLBACK), hosts=tuple(sorted(hosts)))
        own = urlsplit(page.response.url).hostname
        read = self._list_page(source, page).entries
        rows = tuple(row for row in read if row.date and urlsplit(row.url).hostname != own)
        return rows if _is_dated(rows) else ()

    def _narrow(self, found: ProbedList) -> None:
        """Leave out the links of a page of any family that have another address than the entries: the menus of a list without days.

        The proposed declaration holds the same pattern, so a crawl would leave them out too.
        """
        shape = common_shape(entry.url for entry in found.entries) if found.source.family == FALLBACK else ""
        if shape and any(not re.search(shape, entry.url) for entry in found.entries):
            found.source = replace(found.source, article=shape)
            for page in found.pages:
                self._read_list(found.source, page)

    def _entries_of(self, family: str, page: ProbedPage) -> tuple[Listed, ...]:
        entries: tuple[Listed, ...] = self._list_page(self._provisional(page.asked.url, family), page).entries
        return entries

    def _recognise(self, text: str, url: str) -> tuple[str, tuple[str, ...]]:
        return recognise(text, url, self.tools.families.values())

    def _provisional(self, url: str, family: str, text: str = "") -> Source:
        source = provisional_source(url, self.tools.families[family])
        found = find_interface(text) if source.spider == SPIDER else None
        if found is None:
            return source
        return replace(
            source,
            rows=found.rows,
            url=found.url,
            row_title=found.title,
            row_date=found.date,
            page=page_parameter(url),
        )

    async def _read_lists(self, found: ProbedList, page: ProbedPage) -> None:
        for _ in range(INDEXES):
            self._read_list(found.source, page)
            found.pages.append(page)
            if page.entries or not (page.next or page.branches):
                break
            page = await self._get([*page.branches, *page.next][0], "list")
        if page.entries and page.next:
            try:
                following = await self._get(page.next[0], "list")
            except ProbeError as error:
                found.remarks.append(f"the next page cannot be read: {error}")
            else:
                self._read_list(found.source, following)
                found.pages.append(following)

    def _read_list(self, source: Source, page: ProbedPage) -> None:
        read = self._list_page(source, page)
        page.entries, page.left = read.entries, read.left
        page.next, page.branches = read.next, read.branches
        page.faults = read.faults

    def _list_page(self, source: Source, page: ProbedPage) -> Any:
        decoded = TextResponse(page.response.url, body=page.text.encode(), encoding="utf-8", request=page.asked)
        return self.tools.spider_of(source).read_list(decoded)

    async def _read_articles(self, found: ProbedList) -> None:
        exclude = found.source.exclude
        wanted = [entry for entry in found.entries if not (exclude and re.search(exclude, entry.title))]
        if not wanted:
            found.remarks.append("every entry is left out by `exclude`")
        for entry in wanted[: self.articles]:
            await self._read_article(found, entry)

    async def _read_article(self, found: ProbedList, entry: Listed) -> None:
        try:
            article = await self._get(Request(entry.url), "article")
        except ProbeError as error:
            found.remarks.append(f"the article cannot be read: {error}")
            found.refused.append(error.verdict)
            return
        found.pages.append(article)
        page = Page(
            url=article.response.url,
            source=found.source.id,
            fetched="",
            headers=pairs(article.response.headers),
            body=article.response.body,
            listed=entry,
        )
        try:
            found.releases.append(self.tools.extract(page, found.source))
        except Unreadable as error:
            found.remarks.append(f"the article {entry.url} holds no release: {error.reason}")
            return
        found.container = found.container or _container(article.text, found.source.body)
        if found.source.body and not found.container:
            found.remarks.append(
                "no selector of `body` finds anything in the article; it was read by the general rules"
            )

    def _is_article(self, first: ProbedPage, found: ProbedList) -> bool:
        """True for a page of prose with few days beside its links: an article with its menus.

        A list without days may show the beginning of each article: its text then has a line for each entry's title, and no
        more lines of prose than these. A page whose links have days is an article with a box of others where it is read as
        one, with a day and a title of its own, and its text has none of their titles.
        """
        prose = self._prose(first)
        if sum(map(len, prose)) < (LITTLE_PROSE if _is_dated(found.entries) else PROSE):
            return False
        heads = {entry.title[:SHORTEST_TITLE] for entry in found.entries if len(entry.title) >= SHORTEST_TITLE}
        if _is_dated(found.entries):
            release = self._release(first)
            if release is None or not release.published or len(release.title) < SHORTEST_TITLE:
                return False
            text = f"{release.title}\n{release.text}"
            return bool(heads) and not any(head in text for head in heads)
        titles = sum(1 for line in self._lines(first) if "。" not in line and line[:SHORTEST_TITLE] in heads)
        return not (titles >= DATED_ENTRIES and titles >= len(prose))

    def _prose(self, first: ProbedPage) -> list[str]:
        """The lines of a page's text that hold sentences."""
        return [line for line in self._lines(first) if "。" in line]

    def _lines(self, first: ProbedPage) -> list[str]:
        release = self._release(first)
        return release.text.split("\n") if release else []

    def _release(self, first: ProbedPage) -> Release | None:
        """The page as if it were an article; None where it cannot be read so."""
        page = Page(url=first.response.url, source="probed", fetched="", body=first.response.body)
        try:
            return self.tools.extract(page, None)
        except Unreadable:
            return None


def page_of_answer(request: Request, response: Response, role: Literal["list", "article"]) -> ProbedPage:
    """An answer as a page. Raises ProbeError for one that is no page: an error, a file, a refusal."""
    body = response.body
    if response.status >= 400:
        raise ProbeError(f"{request.url} answered {response.status}", _refused(response.status))
    media_type = header(response.headers, "Content-Type")
    if body[:5] == b"%PDF-" or (media_type and not _TEXTUAL.match(media_type)):
        kind = "a PDF" if body[:5] == b"%PDF-" else f"of type {media_type}"
        raise ProbeError(f"{request.url} is {kind}, not a page")
    text, _ = decode(body, media_type)
    if reason := block_reason(response.status, body, text):
        raise ProbeError(f"{request.url} turns us away ({reason})", "blocked")
    return ProbedPage(role=role, asked=request, response=response, text=text)


def no_answer(request: Request, error: Exception) -> ProbeError:
    """The sentence and the verdict on a request that failed.

    A site is `blocked` whose robots.txt gets the answer that turns machines away: 521 is such a status, though it is no 4xx.
    """
    reason = reason_of(error)
    verdict: Refused = "unreachable"
    if reason == "robots":
        verdict = "robots"
    elif judge_failure(reason, None).look == "blocked":
        verdict = "blocked"
    return ProbeError(f"{request.url} {words_of(error)}", verdict, leads_elsewhere=reason in _ELSEWHERE)


def _refused(status: int) -> Refused:
    if status in BLOCKED_STATUS:
        return "blocked"
    return "not-a-list" if status in GONE else "unreachable"


def _note_move(found: ProbedList, url: str, first: ProbedPage) -> None:
    if canonical(first.response.url) != canonical(url):
        found.remarks.append(f"the list has moved to {first.response.url}")


def _no_list(text: str, abroad: Iterable[Listed]) -> str:
    """The reason in words; `abroad` are rows that lead to other hosts."""
    if hosts := dict.fromkeys(urlsplit(row.url).hostname or "" for row in abroad):
        return f"its rows lead to other hosts ({', '.join(list(hosts)[:3])})"
    if find_interface(text) is None and text.lstrip()[:1] in ("{", "["):
        return "it answers JSON without rows that have an address and a title (docs/sources.md, family json)"
    return "no link of it looks like an entry"


def _is_dated(entries: Iterable[Listed]) -> bool:
    return sum(1 for entry in entries if entry.date) >= DATED_ENTRIES


def _reads_like_titles(entries: Sequence[Listed]) -> bool:
    """Whether links are titles of articles: names of columns in a menu are shorter."""
    return median(len(entry.title) for entry in entries) >= SHORTEST_TITLE


def provisional_source(url: str, family: Family) -> Source:
    """The source that a list of this family would be, before anyone has declared it."""
    values = {**family.values, "lists": (url,)}
    return Source(
        id="probed",
        name="probed",
        region="000000",
        level="city",
        family=family.name,
        spider=family.spider,
        **(paths(values) if family.spider == SPIDER else values),
    )


def _container(text: str, selectors: Iterable[str]) -> str:
    document = document_fromstring(re.sub(r"^\s*<\?xml[^>]*\?>", "", text))
    for selector in selectors:
        if any(str(element.xpath("string()")).strip() for element in document.cssselect(selector)):
            return selector
    return ""
