"""Family `html`: any page of links."""

import re

from scrapy import Request
from scrapy.http import TextResponse

from crawler.network.meta import Meta
from spiders.base import ListPage, ListSpider
from spiders.lists.links import parse_html
from spiders.lists.paging import next_link

_PARAMETER = re.compile(r"([?&](?:page|pageIndex|pageNo|pageNum|pgnum)=)(\d{1,4})(?=&|$)", re.IGNORECASE)


def counted_parameter(url: str) -> str:
    """The address of the next page where this one's address counts, as `?page=1` does; else ""."""
    return _PARAMETER.sub(lambda match: f"{match[1]}{int(match[2]) + 1}", url) if _PARAMETER.search(url) else ""


class HtmlSpider(ListSpider):
    """Links of the page are entries; the next page is the one that `next_page`, or a link 下一页, or a pager, leads to.

    A list that shows no such link is counted on by its own address, for as long as its pages show entries.
    """

    count = staticmethod(counted_parameter)

    def read_list(self, response: TextResponse) -> ListPage:
        document = parse_html(response.text)
        entries = self.entries(document, response.url)
        linked = next_link(document, response.url, self.source.next_page)
        following = linked or (self.count(response.url) if entries else "")
        # these lists end where a counted page is missing
        request = Request(following, meta=Meta(counted=not linked).as_dict()) if following else None
        return ListPage(entries=entries, next=(request,) if request else ())
