"""What ours is compared with: Scrapy that only fetches, and the design that one writes first."""

import hashlib
from collections.abc import Iterator
from typing import Any, ClassVar
from urllib.parse import urljoin

import scrapy
from scrapy.http import Response


class FetchSpider(scrapy.Spider):
    """Walks the lists and fetches the articles; keeps nothing."""

    name = "fetch"
    custom_settings: ClassVar[dict[str, Any]] = {
        "ITEM_PIPELINES": {},
        "DOWNLOADER_MIDDLEWARES": {},
        "TWISTED_DNS_RESOLVER": "scrapy.resolver.CachingThreadedResolver",
    }

    def __init__(self, lists: str) -> None:
        super().__init__()
        self.start_urls = lists.split(",")

    def parse(self, response: Response) -> Iterator[Any]:
        for item in response.css("ul.news-list > li"):
            yield scrapy.Request(urljoin(response.url, item.css("a::attr(href)").get()), callback=self.parse_article)
        if following := next_list(response):
            yield scrapy.Request(following, callback=self.parse)

    def parse_article(self, response: Response) -> Iterator[Any]:
        yield {"url": response.url}


def next_list(response: Response) -> str:
    count, page = response.css(".page script").re(r"createPageHTML\((\d+), (\d+)")
    return urljoin(response.url, f"index_{int(page) + 1}.html") if int(page) + 1 < int(count) else ""


class NaiveSpider(FetchSpider):
    """trafilatura in the callback, and each release upserted with sqlite-utils into a table with a trigram index."""

    name = "naive"

    def __init__(self, lists: str, db: str) -> None:
        from sqlite_utils import Database

        super().__init__(lists)
        self.db = Database(db)
        self.db.enable_wal()
        table = self.db.table("releases").create({"id": str, "url": str, "title": str, "date": str, "text": str}, pk="id")
        table.enable_fts(["title", "text"], create_triggers=True, tokenize="trigram")

    def parse_article(self, response: Response) -> Iterator[Any]:
        import trafilatura

        found = trafilatura.bare_extraction(response.body, url=response.url, with_metadata=True, include_comments=False)
        row = {
            "id": hashlib.sha256(response.url.encode()).hexdigest()[:16],
            "url": response.url,
            "title": found.title,
            "date": found.date,
            "text": found.text,
        }
        self.db.table("releases").upsert(row, pk="id")
        yield row
