"""Lists whose pages are numbered from 1 in their addresses: index.html, index_2.html, …; list_564_1.shtml, …"""

import re
from urllib.parse import urlsplit, urlunsplit

from scrapy import Request
from scrapy.http import TextResponse

from spiders.base import ListPage, ListSpider
from spiders.lists import next_link, parse, read_entries

_NUMBER = re.compile(r"_(\d{1,4})(\.\w+)$")
_FIRST = re.compile(r"/(?:index(\.\w+))?$")


def counted_page(url: str) -> str:
    """The address of the page that follows by counting.

    `index_2.html` after `index.html` or a folder, `list_564_2.shtml` after `list_564_1.shtml`; "" where nothing counts.
    """
    parts = urlsplit(url)
    if _NUMBER.search(parts.path):
        path = _NUMBER.sub(lambda match: f"_{int(match[1]) + 1}{match[2]}", parts.path)
    else:
        path = _FIRST.sub(lambda match: f"/index_2{match[1] or '.html'}", parts.path)
    return urlunsplit(parts._replace(path=path)) if path != parts.path else ""


class NumberedSpider(ListSpider):
    """Counts on for as long as pages show entries; a link 下一页 is trusted more."""

    def read_list(self, response: TextResponse) -> ListPage:
        document = parse(response.text)
        entries = read_entries(document, response.url, self.source)
        linked = next_link(document, response.url, self.source.next_page)
        following = linked or counted_page(response.url)
        # that a counted page is not there is how these lists end
        request = Request(following, meta={"counted": not linked}) if entries and following else None
        return ListPage(entries=entries, next=(request,) if request else ())
