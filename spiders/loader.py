"""One spider per declared source, so that `scrapy list` and `scrapy crawl ID` work as Scrapy's users expect."""

import builtins
from importlib import import_module
from typing import TYPE_CHECKING, Self

from scrapy import Request
from scrapy.settings import BaseSettings

from crawler.configuration import meant
from crawler.sources import Source, SourceError, load_families, load_sources

if TYPE_CHECKING:
    from spiders.base import ListSpider  # a class is imported when it is needed

# A new protocol takes one line here: its name, as a family's `spider` says it, and its class (imported on demand).
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
    "json": "spiders.protocols.json.JsonSpider",
    "xinhua": "spiders.protocols.xinhua.XinhuaSpider",
    "feed": "spiders.protocols.feed.FeedSpider",
}


def protocol_of(family: str, spider: str) -> "type[ListSpider]":
    """The class of a family's list protocol. Raises SourceError."""
    check_protocol(family, spider)
    module, _, name = PROTOCOLS[spider].rpartition(".")
    found: type[ListSpider] = getattr(import_module(module), name)
    return found


def check_protocol(family: str, spider: str) -> None:
    if spider not in PROTOCOLS:
        known = ", ".join(sorted(PROTOCOLS))
        raise SourceError(
            f"families.toml: [{family}] spider: {spider!r} is not one of {known}{meant(spider, PROTOCOLS)}"
        )


def spider_of(source: Source) -> "ListSpider":
    """A spider of a source that stands in no declaration."""
    return SourceSpiderLoader({source.id: source}).load(source.id)()


class SourceSpiderLoader:
    """Scrapy's spider loader over the declarations that SOURCES names. A class is made when it is asked for."""

    def __init__(self, sources: dict[str, Source]) -> None:
        self.sources = sources

    @classmethod
    def from_settings(cls, settings: BaseSettings) -> Self:
        for family in load_families(settings["SOURCES"]).values():
            check_protocol(family.name, family.spider)
        return cls(load_sources(settings["SOURCES"]))

    def list(self) -> list[str]:
        return sorted(self.sources)

    def load(self, spider_name: str) -> "type[ListSpider]":
        source = self.sources[spider_name]
        base = protocol_of(source.family, source.spider)
        return type(source.id, (base,), {"__module__": base.__module__, "name": source.id, "source": source})

    def find_by_request(self, request: Request) -> builtins.list[str]:
        return []
