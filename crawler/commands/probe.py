"""scrapy probe URL|ID: what a list would yield, now and live, and how it would be declared."""

import argparse
import re
from collections.abc import AsyncIterator, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlsplit

from scrapy import Request, Spider
from scrapy.http import TextResponse
from scrapy.settings import Settings

from archive.errors import GongbaoError
from archive.model import Page, Unreadable
from archive.texts.encoding import decode
from archive.times import stamp
from archive.urls import canonical
from crawler.command import GongbaoCommand
from crawler.configuration import SettingError, archive_folder, now
from crawler.headers import header, pairs
from crawler.network.failures import words_of
from crawler.network.guard import private_hosts, refusal
from crawler.network.meta import Meta
from crawler.network.pace import behave, delay_of
from crawler.network.refusals import block_reason
from crawler.network.turns import hosts, hosts_held, hosts_of
from crawler.probe.recognise import recognise
from crawler.probe.report import Found, Seen, report, save, table
from crawler.sources import Source, load_families, load_sources

if TYPE_CHECKING:
    from spiders.base import ListSpider

SAFE = (
    "crawler.network.",
    "crawler.robots.",
    "crawler.download.",
    "crawler.politeness.",
)  # our middlewares that a probe needs
INDEXES = 3  # so many pages may lead to the list before one shows entries
_TEXTUAL = re.compile(r"text/|application/(?:json|javascript|\w*\+?xml|xhtml\+xml)", re.IGNORECASE)


class ProbeError(GongbaoError):
    """What is probed cannot be read, or is no list."""


class Command(GongbaoCommand):
    def syntax(self) -> str:
        return "[options] URL|ID"

    def short_desc(self) -> str:
        return "Show what a list page, or a declared source, yields now, and how it would be declared"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument(
            "--save", metavar="DIR", help="keep the pages, the declaration and what was read in a new folder"
        )

    def work(self, args: list[str], opts: argparse.Namespace) -> int:
        if len(args) != 1:
            raise SettingError("name one list to probe: scrapy probe https://… or scrapy probe ID")
        if opts.save and Path(opts.save).exists() and any(Path(opts.save).iterdir()):
            raise SettingError(f"{opts.save} is not empty; name a new folder")
        declared = load_sources(self.settings["SOURCES"])
        address = re.match(r"https?://[^/\s]+", args[0])
        if not address and args[0] not in declared:
            raise SettingError(f"{args[0]!r} is neither an address (http://…) nor a declared source (`scrapy list`)")
        source = None if address else declared[args[0]]
        if source is None and (reason := refusal(args[0], private_hosts(self.settings))):
            raise ProbeError(f"{args[0]} {reason}")
        urls = source.lists if source else args
        held = hosts(source) if source else hosts_of(urls)
        with hosts_held(archive_folder(self.settings), held, delay_of(self.settings, source)):
            founds, faults = _run(self.settings, urls, source)
        time = now(self.settings)
        for found in founds:
            print(report(found))
            declared_as = table(found, time.date().isoformat(), declared)
            if source is None:
                print("\n" + declared_as, end="")
            if opts.save:
                folder = Path(opts.save)
                place = folder / str(founds.index(found) + 1) if len(founds) > 1 else folder
                save(found, declared_as, place, stamp(time))
        if faults or not founds:
            raise ProbeError("; ".join(faults) or "the probe broke off")
        return 0


def _run(settings: Settings, urls: Iterable[str], source: Source | None) -> tuple[list[Found], list[str]]:
    from scrapy.crawler import AsyncCrawlerProcess

    settings = settings.copy()
    # a probe keeps nothing in the archive, but for the locks of hosts; what makes a crawl polite and safe stays
    kept = {
        name: place if not name.startswith("crawler.") or name.startswith(SAFE) else None
        for name, place in settings.getdict("DOWNLOADER_MIDDLEWARES").items()
    }
    settings.set("DOWNLOADER_MIDDLEWARES", kept, "cmdline")
    settings.set("ITEM_PIPELINES", {}, "cmdline")
    settings.set("EXTENSIONS", {}, "cmdline")
    settings.set("RETRY_TIMES", 1, "cmdline")
    settings.set("LOG_LEVEL", "ERROR", "cmdline")
    behave(settings, source)
    founds: list[Found] = []
    faults: list[str] = []
    process = AsyncCrawlerProcess(settings)
    process.crawl(ProbeSpider, urls=list(urls), declared=source, founds=founds, faults=faults)
    process.start()
    return founds, faults


class ProbeSpider(Spider):
    name = "probe"

    def __init__(self, urls: Sequence[str], declared: Source | None, founds: list[Found], faults: list[str]) -> None:
        super().__init__()
        self.urls, self.declared, self.founds, self.faults = urls, declared, founds, faults
        hosts = {urlsplit(url).hostname or "" for url in urls} | set(declared.hosts if declared else ())
        self.allowed_domains = {host.removeprefix("www.") for host in hosts}

    async def start(self) -> AsyncIterator[Any]:
        for url in self.urls:
            try:
                self.founds.append(await self._probe(url))
            except ProbeError as error:
                self.faults.append(str(error))
        return
        yield

    async def _probe(self, url: str) -> Found:
        # of an interface that is asked by POST the address alone tells
        source = self.declared or _provisional(url, recognise("", url)[0])
        first = await self._get(_spider(source).first_page(url), "list")
        family, traces = recognise(first.text, first.response.url)
        source = self.declared or _provisional(url, family)
        self.allowed_domains |= {host.removeprefix("www.") for host in source.hosts}
        found = Found(source=source, family=family, traces=traces)
        if canonical(first.response.url) != canonical(url):
            found.remarks.append(f"the list has moved to {first.response.url}")
        await self._read_lists(found, first)
        if not found.entries and self.declared is None and family != "html":
            found = Found(source=_provisional(url, "html"), family=family, traces=traces)
            found.remarks.append(f"nothing was found as family {family}; the links below are those of any page")
            await self._read_lists(found, first)
        if not found.entries:
            raise ProbeError(f"{url} shows no list: no link of it looks like an entry")
        if self.declared is None and _is_article(first, found):
            raise ProbeError(f"{url} looks like an article, not like a list; probe the list that leads to it")
        await self._read_article(found)
        return found

    async def _read_lists(self, found: Found, seen: Seen) -> None:
        for _ in range(INDEXES):
            _read(found.source, seen)
            found.pages.append(seen)
            if seen.entries or not (seen.next or seen.branches):
                break
            seen = await self._get([*seen.branches, *seen.next][0], "list")
        if seen.entries and seen.next:
            try:
                following = await self._get(seen.next[0], "list")
            except ProbeError as error:
                found.remarks.append(f"the next page cannot be read: {error}")
            else:
                _read(found.source, following)
                found.pages.append(following)

    async def _read_article(self, found: Found) -> None:
        from pipelines.extract import extract

        exclude = found.source.exclude
        wanted = [entry for entry in found.entries if not (exclude and re.search(exclude, entry.title))]
        if not wanted:
            found.remarks.append("every entry is left out by `exclude`")
            return
        entry = wanted[0]
        try:
            seen = await self._get(Request(entry.url), "article")
        except ProbeError as error:
            found.remarks.append(f"the article cannot be read: {error}")
            return
        found.pages.append(seen)
        page = Page(
            url=seen.response.url,
            source=found.source.id,
            fetched="",
            headers=pairs(seen.response.headers),
            body=seen.response.body,
            listed=entry,
        )
        try:
            found.release = extract(page, found.source)
        except Unreadable as error:
            found.remarks.append(f"the article {entry.url} holds no release: {error.reason}")
            return
        found.container = _container(seen.text, found.source.body)
        if found.source.body and not found.container:
            found.remarks.append(
                "no selector of `body` finds anything in the article; it was read by the general rules"
            )

    async def _get(self, request: Request, role: Literal["list", "article"]) -> Seen:
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
        return Seen(role=role, asked=request, response=response, text=text)


def _provisional(url: str, family: str) -> Source:
    values: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in load_families()[family].items()
    }
    return Source(id="probed", name="probed", region="000000", level="city", family=family, lists=(url,), **values)


def _spider(source: Source) -> "ListSpider":
    from spiders.loader import SourceSpiderLoader

    return SourceSpiderLoader({source.id: source}).load(source.id)()


def _read(source: Source, seen: Seen) -> None:
    decoded = TextResponse(seen.response.url, body=seen.text.encode(), encoding="utf-8", request=seen.asked)
    page = _spider(source).read_list(decoded)
    seen.entries, seen.next, seen.branches = page.entries, page.next, page.branches


def _is_article(first: Seen, found: Found) -> bool:
    """A page of prose whose links bear no days is an article with its furniture."""
    from pipelines.extract import extract

    if sum(1 for entry in found.entries if entry.date) >= 3:
        return False
    try:
        release = extract(Page(url=first.response.url, source="probed", fetched="", body=first.response.body), None)
    except Unreadable:
        return False
    return sum(len(line) for line in release.text.split("\n") if "。" in line) >= 300


def _container(text: str, selectors: Iterable[str]) -> str:
    from spiders.lists.links import parse

    document = parse(text)
    for selector in selectors:
        if any(str(element.xpath("string()")).strip() for element in document.cssselect(selector)):
            return selector
    return ""
