"""The spider of a probe: it reads each list, the page after it, and one article."""

import re
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import urlsplit

from lxml.html import document_fromstring
from scrapy import Request, Spider
from scrapy.http import TextResponse

from archive.errors import GongbaoError
from archive.model import Page, Release, Unreadable
from archive.texts.encoding import decode
from archive.urls import canonical
from crawler.headers import header, pairs
from crawler.network.failures import words_of
from crawler.network.meta import Meta
from crawler.network.refusals import block_reason
from crawler.probe.recognise import FALLBACK, recognise
from crawler.probe.report import ProbedList, ProbedPage
from crawler.sources import Family, Source

INDEXES = 3  # so many pages may lead to the list before one shows entries
DATED_ENTRIES = 3  # a page with so many is a list
PROSE = 300  # characters in sentences; a page with so many and few dated entries is an article
_TEXTUAL = re.compile(r"text/|application/(?:json|javascript|\w*\+?xml|xhtml\+xml)", re.IGNORECASE)


class ProbeError(GongbaoError):
    """The probed address cannot be read, or is no list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """The parts of a probe that stand in rooms above this one."""

    families: Mapping[str, Family]
    spider_of: Callable[[Source], Any]  # its list spider, with `first_page` and `read_list`
    extract: Callable[[Page, Source | None], Release]  # raises Unreadable


class ProbeSpider(Spider):
    name = "probe"

    def __init__(
        self, urls: Sequence[str], declared: Source | None, tools: Tools, founds: list[ProbedList], faults: list[str]
    ) -> None:
        super().__init__()
        self.urls, self.declared, self.tools, self.founds, self.faults = urls, declared, tools, founds, faults
        hosts = {urlsplit(url).hostname or "" for url in urls} | set(declared.hosts if declared else ())
        self.allowed_domains = {host.removeprefix("www.") for host in hosts}

    async def start(self) -> AsyncIterator[Any]:
        for url in self.urls:
            try:
                self.founds.append(await self._probe(url))
            except ProbeError as error:
                self.faults.append(str(error))
        return
        yield  # Scrapy expects a generator; this one hands nothing over

    async def _probe(self, url: str) -> ProbedList:
        # an interface that is asked by POST must be recognised before it is asked, hence by its address
        source = self.declared or self._provisional(url, self._recognise("", url)[0])
        first = await self._get(self.tools.spider_of(source).first_page(url), "list")
        family, traces = self._recognise(first.text, first.response.url)
        source = self.declared or self._provisional(url, family)
        self.allowed_domains |= {host.removeprefix("www.") for host in source.hosts}
        found = ProbedList(source=source, family=family, traces=traces)
        if canonical(first.response.url) != canonical(url):
            found.remarks.append(f"the list has moved to {first.response.url}")
        await self._read_lists(found, first)
        if not found.entries and self.declared is None and family != FALLBACK:
            found = ProbedList(source=self._provisional(url, FALLBACK), family=family, traces=traces)
            found.remarks.append(f"nothing was found as family {family}; the links below are those of any page")
            await self._read_lists(found, first)
        if not found.entries:
            raise ProbeError(f"{url} shows no list: no link of it looks like an entry")
        if self.declared is None and self._is_article(first, found):
            raise ProbeError(f"{url} looks like an article, not like a list; probe the list that leads to it")
        await self._read_article(found)
        return found

    def _recognise(self, text: str, url: str) -> tuple[str, tuple[str, ...]]:
        return recognise(text, url, self.tools.families.values())

    def _provisional(self, url: str, family: str) -> Source:
        return provisional_source(url, self.tools.families[family])

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
        decoded = TextResponse(page.response.url, body=page.text.encode(), encoding="utf-8", request=page.asked)
        read = self.tools.spider_of(source).read_list(decoded)
        page.entries, page.left = read.entries, read.left
        page.next, page.branches = read.next, read.branches

    async def _read_article(self, found: ProbedList) -> None:
        exclude = found.source.exclude
        wanted = [entry for entry in found.entries if not (exclude and re.search(exclude, entry.title))]
        if not wanted:
            found.remarks.append("every entry is left out by `exclude`")
            return
        entry = wanted[0]
        try:
            article = await self._get(Request(entry.url), "article")
        except ProbeError as error:
            found.remarks.append(f"the article cannot be read: {error}")
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
            found.release = self.tools.extract(page, found.source)
        except Unreadable as error:
            found.remarks.append(f"the article {entry.url} holds no release: {error.reason}")
            return
        found.container = _container(article.text, found.source.body)
        if found.source.body and not found.container:
            found.remarks.append(
                "no selector of `body` finds anything in the article; it was read by the general rules"
            )

    async def _get(self, request: Request, role: Literal["list", "article"]) -> ProbedPage:
        request = request.replace(meta={**request.meta, **Meta(role=role).as_dict()})
        try:
            response = await self.crawler.engine.download_async(request)
        except Exception as error:
            raise ProbeError(f"{request.url} {words_of(error)}") from None
        body = response.body
        if response.status >= 400:
            raise ProbeError(f"{request.url} answered {response.status}")
        media_type = header(response.headers, "Content-Type")
        if body[:5] == b"%PDF-" or (media_type and not _TEXTUAL.match(media_type)):
            kind = "a PDF" if body[:5] == b"%PDF-" else f"of type {media_type}"
            raise ProbeError(f"{request.url} is {kind}, not a page")
        text, _ = decode(body, media_type)
        if reason := block_reason(response.status, body, text):
            raise ProbeError(f"{request.url} turns us away ({reason})")
        return ProbedPage(role=role, asked=request, response=response, text=text)

    def _is_article(self, first: ProbedPage, found: ProbedList) -> bool:
        """True for a page of prose with few days beside its links: an article with its menus."""
        if sum(1 for entry in found.entries if entry.date) >= DATED_ENTRIES:
            return False
        page = Page(url=first.response.url, source=found.source.id, fetched="", body=first.response.body)
        try:
            release = self.tools.extract(page, None)
        except Unreadable:
            return False
        return sum(len(line) for line in release.text.split("\n") if "。" in line) >= PROSE


def provisional_source(url: str, family: Family) -> Source:
    """The source that a list of this family would be, before anyone has declared it."""
    return Source(
        id="probed",
        name="probed",
        region="000000",
        level="city",
        family=family.name,
        lists=(url,),
        spider=family.spider,
        **family.values,
    )


def _container(text: str, selectors: Iterable[str]) -> str:
    document = document_fromstring(re.sub(r"^\s*<\?xml[^>]*\?>", "", text))
    for selector in selectors:
        if any(str(element.xpath("string()")).strip() for element in document.cssselect(selector)):
            return selector
    return ""
