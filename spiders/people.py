"""Family `people` (People's Daily Online): list pages are index.html, index2.html, …"""

import re

from lxml.html import HtmlElement
from scrapy import Request
from scrapy.http import TextResponse

from archive.urls import canonical
from spiders.base import ListPage, ListSpider
from spiders.lists import address, base_of, next_link, parse, read_entries

_NUMBERED = re.compile(r"/index(\d*)\.html?$")


def next_page(document: HtmlElement, url: str) -> str:
    """The address of the page after this one.

    The link 下一页 leads there, or, where the pager holds numbers alone, the link to `index{n+1}.html`.
    "" after the last.
    """
    if following := next_link(document, url):
        return following
    number = int(found[1] or 1) if (found := _NUMBERED.search(url)) else 1
    base = base_of(document, url)
    links = (address(href, base) for href in document.xpath("//a/@href"))
    folder = canonical(_NUMBERED.sub("/", url)).rstrip("/")
    return next((link for link in links if canonical(link) == f"{folder}/index{number + 1}.html"), "")


class PeopleSpider(ListSpider):
    def read_list(self, response: TextResponse) -> ListPage:
        document = parse(response.text)
        following = next_page(document, response.url)
        return ListPage(
            entries=read_entries(document, response.url, self.source),
            next=(Request(following),) if following else (),
        )
