"""Scrapy that only fetches: the limit of what its process can do."""

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
