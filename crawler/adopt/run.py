"""Visits under way: several sites at once, each host with the manners of a crawl, every answer kept as it comes."""

import asyncio
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, Literal, Self, TypeVar
from urllib.parse import urlsplit

from scrapy import Request, Spider
from scrapy.crawler import AsyncCrawlerProcess, Crawler
from scrapy.http import Response
from scrapy.settings import Settings

from archive.times import stamp
from crawler import end_at_once
from crawler.adopt.kept import Kept
from crawler.adopt.visit import META, Getter, Spent, Visit
from crawler.configuration import archive_folder, now
from crawler.network.meta import Meta
from crawler.network.turns import hosts_held, hosts_of
from crawler.probe.look import no_answer, page_of_answer
from crawler.probe.page import is_home
from crawler.probe.report import ProbedPage
from crawler.probe.run import probe_settings
from crawler.run.handler import BoundedHandler

AT_A_TIME = 8  # sites

Found = TypeVar("Found")


@dataclass(frozen=True, slots=True, kw_only=True)
class Work(Generic[Found]):
    """All that the spider needs."""

    visits: Sequence[Visit]
    kept: Kept
    folder: Path  # the archive's, for the turns at hosts
    delay: float
    go: Callable[[Visit, Getter], Awaitable[Found]]
    began: Callable[[Visit], None]
    told: Callable[[Visit, Found], None]


def run(
    settings: Settings,
    visits: Sequence[Visit],
    kept: Kept,
    go: Callable[[Visit, Getter], Awaitable[Found]],
    began: Callable[[Visit], None],
    told: Callable[[Visit, Found], None],
) -> None:
    """Visit all addresses, `AT_A_TIME` sites at a time, and return when all are done.

    `began` is called before a visit waits for its turn at the host, `go` makes the visit, and `told` gets its result as soon as
    it is there, in any order.
    """
    work = Work(
        visits=visits,
        kept=kept,
        folder=archive_folder(settings),
        delay=settings.getfloat("DOWNLOAD_DELAY"),
        go=go,
        began=began,
        told=told,
    )
    process = AsyncCrawlerProcess(adopt_settings(settings))
    process.crawl(VisitSpider, work=work)
    # an interrupt ends the run as a kill does: `scrapy adopt` goes on from `kept` the next time, a check begins again. A request
    # that it broke off must not become a verdict
    signal.signal(signal.SIGINT, end_at_once)
    process.start(install_signal_handlers=False)


def adopt_settings(settings: Settings) -> Settings:
    """The settings of a probe, with every answer kept, and nothing asked twice."""
    settings = probe_settings(settings, None)
    middlewares = {**settings.getdict("DOWNLOADER_MIDDLEWARES"), HomeMiddleware: 5, KeptMiddleware: 955}
    settings.set("DOWNLOADER_MIDDLEWARES", middlewares, "cmdline")
    handlers = {**settings.getdict("DOWNLOAD_HANDLERS"), "http": KeptHandler, "https": KeptHandler}
    settings.set("DOWNLOAD_HANDLERS", handlers, "cmdline")
    settings.set("RETRY_ENABLED", False, "cmdline")
    return settings


class HomeMiddleware:
    """Lets a home page lead to another host: the site has moved there. All other guards stay."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        visit: Visit | None = request.meta.get(META)
        if visit and visit.at_home and isinstance(self.crawler.spider, VisitSpider):
            self.crawler.spider.admit([urlsplit(request.url).hostname or ""])


class KeptMiddleware:
    """Hands out an answer that an earlier run kept, and keeps each new one; counts a visit's requests."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    @property
    def kept(self) -> Kept:
        return _kept(self.crawler)

    def process_request(self, request: Request) -> Response | None:
        visit: Visit | None = request.meta.get(META)
        if visit is None:  # robots.txt
            return None
        visit.leave(request)
        return self.kept.answer(request)

    def process_response(self, request: Request, response: Response) -> Response:
        if META in request.meta and not self.kept.path(request).is_file():
            self.kept.keep(request, response, stamp(now(self.crawler.settings)))
        return response


class KeptHandler(BoundedHandler):
    """Notes a home page at the very moment at which it is asked for: a kill before that loses nothing."""

    async def download_request(self, request: Request) -> Response:
        if META in request.meta and is_home(request.url) and not _kept(self.crawler).begin(request):
            raise Spent("killed", "had not answered when an earlier run was killed; it is asked again tomorrow")
        return await super().download_request(request)


def _kept(crawler: Crawler) -> Kept:
    assert isinstance(crawler.spider, VisitSpider)
    return crawler.spider.work.kept


class VisitSpider(Spider):
    name = "visits"

    def __init__(self, work: Work[Any]) -> None:
        super().__init__()
        self.work = work
        self.allowed_domains: set[str] = set()
        self.pool = ThreadPoolExecutor(AT_A_TIME)  # waits for turns at hosts

    def admit(self, hosts: Iterable[str]) -> None:
        self.allowed_domains |= {host.lower().removeprefix("www.") for host in hosts}

    async def start(self) -> AsyncIterator[Any]:
        places = asyncio.Semaphore(AT_A_TIME)
        await asyncio.gather(*(self._group(group, places) for group in _by_host(self.work.visits)))
        self.pool.shutdown()
        return
        yield  # Scrapy expects a generator; this one hands nothing over

    async def _group(self, visits: Sequence[Visit], places: asyncio.Semaphore) -> None:
        async with places:
            for visit in visits:
                await self._visit(visit)

    async def _visit(self, visit: Visit) -> None:
        work = self.work
        self.admit([visit.host])
        work.began(visit)
        turn = ExitStack()
        held = hosts_held(work.folder, hosts_of([visit.url]), work.delay)
        await asyncio.get_running_loop().run_in_executor(self.pool, turn.enter_context, held)
        with turn:
            found = await work.go(visit, self)
        work.told(visit, found)

    async def get(self, visit: Visit, request: Request, role: Literal["list", "article"]) -> ProbedPage:
        meta = {**request.meta, **Meta(role=role).as_dict(), META: visit}
        request = request.replace(meta=meta)
        try:
            response = await self.crawler.engine.download_async(request)
        except Exception as error:
            raise no_answer(request, error) from None
        return page_of_answer(request, response, role)


def _by_host(visits: Sequence[Visit]) -> Iterator[list[Visit]]:
    """The visits, those to one host together."""
    groups: dict[tuple[str, ...], list[Visit]] = {}
    for visit in visits:
        groups.setdefault(tuple(hosts_of([visit.url])), []).append(visit)
    yield from groups.values()
