"""The spider of a probe: it looks at each list in turn."""

from collections.abc import AsyncIterator, Iterable, Sequence
from typing import Any, Literal
from urllib.parse import urlsplit

from scrapy import Request, Spider

from crawler.network.meta import Meta
from crawler.probe.look import Look, ProbeError, Tools, no_answer, page_of_answer
from crawler.probe.report import ProbedList, ProbedPage
from crawler.sources import Source


class ProbeSpider(Spider):
    name = "probe"

    def __init__(
        self, urls: Sequence[str], declared: Source | None, tools: Tools, founds: list[ProbedList], faults: list[str]
    ) -> None:
        super().__init__()
        self.urls, self.declared, self.founds, self.faults = urls, declared, founds, faults
        self.allowed_domains: set[str] = set()
        self.admit([*(urlsplit(url).hostname or "" for url in urls), *(declared.hosts if declared else ())])
        self.look = Look(tools, self.get, self.admit)

    def admit(self, hosts: Iterable[str]) -> None:
        self.allowed_domains |= {host.lower().removeprefix("www.") for host in hosts}

    async def start(self) -> AsyncIterator[Any]:
        for url in self.urls:
            try:
                self.founds.append(await self.look.look(url, self.declared))
            except ProbeError as error:
                self.faults.append(str(error))
        return
        yield  # Scrapy expects a generator; this one hands nothing over

    async def get(self, request: Request, role: Literal["list", "article"]) -> ProbedPage:
        request = request.replace(meta={**request.meta, **Meta(role=role).as_dict()})
        try:
            response = await self.crawler.engine.download_async(request)
        except Exception as error:
            raise no_answer(request, error) from None
        return page_of_answer(request, response, role)
