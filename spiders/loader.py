"""One spider per declared source, so that `scrapy list` and `scrapy crawl ID` work as Scrapy's users expect."""

import builtins
from importlib import import_module
from typing import TYPE_CHECKING, Self

from scrapy import Request
from scrapy.settings import BaseSettings

from crawler.sources import Source, load_sources

if TYPE_CHECKING:
    from spiders.base import ListSpider  # a class is imported when it is needed

# The list protocols: what a family's `spider` may name, and the class that speaks it (imported when it is needed).
PROTOCOLS = {
    "html": "spiders.protocols.html.HtmlSpider",
    "trs": "spiders.protocols.trs.TrsSpider",
    "hanweb": "spiders.protocols.hanweb.HanwebSpider",
    "jpaas": "spiders.protocols.jpaas.JpaasSpider",
    "gkmlpt": "spiders.protocols.gkmlpt.GkmlptSpider",
    "ucap": "spiders.protocols.ucap.UcapSpider",
    "govcn": "spiders.protocols.govcn.GovcnSpider",
    "numbered": "spiders.protocols.numbered.NumberedSpider",
    "epaper": "spiders.protocols.epaper.EpaperSpider",
    "xinhua": "spiders.protocols.xinhua.XinhuaSpider",
}


def _import(path: str) -> "type[ListSpider]":
    module, _, name = path.rpartition(".")
    found: type[ListSpider] = getattr(import_module(module), name)
    return found


class SourceSpiderLoader:
    """Scrapy's spider loader over the declarations that SOURCES names. A class is made when it is asked for."""

    def __init__(self, sources: dict[str, Source]) -> None:
        self.sources = sources

    @classmethod
    def from_settings(cls, settings: BaseSettings) -> Self:
        return cls(load_sources(settings["SOURCES"]))

    def list(self) -> list[str]:
        return sorted(self.sources)

    def load(self, spider_name: str) -> "type[ListSpider]":
        source = self.sources[spider_name]
        base = _import(PROTOCOLS[source.spider])
        return type(source.id, (base,), {"__module__": base.__module__, "name": source.id, "source": source})

    def find_by_request(self, request: Request) -> builtins.list[str]:
        return []
