"""Family `html`: any page of links."""

import re
from dataclasses import replace

from scrapy import Request
from scrapy.http import TextResponse

from archive.urls import canonical
from crawler.network.meta import Meta, meta_of
from spiders.base import ListSpider
from spiders.lists.entries import Reading
from spiders.lists.links import SHORTEST_TITLE, parse_html
from spiders.lists.pagers import NOTHING
from spiders.protocols.scripts import read_scripts
from spiders.walks import ListPage

MANY = 3  # links; one or two may be all that a young column has
_PARAMETER = re.compile(r"([?&](?:page|pageIndex|pageNo|pageNum|pgnum)=)(\d{1,4})(?=&|$)", re.IGNORECASE)


def counted_parameter(url: str) -> str:
    """The address of the next page where this one's address counts, as `?page=1` does; else ""."""
    return _PARAMETER.sub(lambda match: f"{match[1]}{int(match[2]) + 1}", url) if _PARAMETER.search(url) else ""


class HtmlSpider(ListSpider):
    """Links of the page are entries; the next page is the one that `next_page`, a pager or a link 下一页 leads to.

    A list that shows nothing of this kind is counted on by its own address, for as long as its pages show entries.
    """

    count = staticmethod(counted_parameter)

    def read_list(self, response: TextResponse) -> ListPage:
        document = parse_html(response.text)
        found, told = self.read(document, response.url), NOTHING
        if not any(entry.date for entry in found.entries):
            by_scripts, told = read_scripts(response.text, document, response.url, self.source, self.read)
            found = by_scripts if by_scripts.entries else self._without_menus(found)
        page = self.html_page(response.text, document, response.url, found)
        page = replace(page, announced=page.announced.most(told))
        if page.next or not page.entries or not self._counts(response):
            return page
        following = self.count(response.url)
        # these lists end where a counted page is missing
        return replace(page, next=(Request(following, meta=Meta(counted=True).as_dict()),)) if following else page

    def _without_menus(self, found: Reading) -> Reading:
        """The rows `found` on a page without days, none when they are its menu: three or more in a source that names no `article`, whose
        titles are all as short as the names of columns and have no figures.
        """
        longest = max((len(entry.title) for entry in found.entries), default=0)
        counted = any(sign.isdecimal() for entry in found.entries for sign in entry.title)
        is_menu = not (self.source.article or counted) and len(found.entries) >= MANY and longest < SHORTEST_TITLE
        return replace(found, entries=()) if is_menu else found

    def _counts(self, response: TextResponse) -> bool:
        """Whether a list may be counted on from this page: not from one that a link or a script led to."""
        asked = meta_of(response.request) if response.request else Meta()
        return not asked.list_url or asked.counted or canonical(asked.list_url) == canonical(response.url)
