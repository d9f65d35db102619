"""E-papers: an index leads to the days, the first page of a day to its other pages, each page to its articles."""

import re
from itertools import islice

from scrapy import Request
from scrapy.http import TextResponse

from archive.urls import canonical
from spiders.base import ListSpider
from spiders.lists.links import MOST_LINKS, address, parse_html
from spiders.walks import ListPage

# Founder: html/2026-05/19/node_2.htm, pc/layout/202605/19/node_01.html; 齐鲁晚报: content/20251216/PageA01TB.htm
_LEAF = re.compile(r"/(?:(\d{4})-?(\d\d)/?(\d\d))/(?:node_\w+|Page[A-Z]+\d+[A-Z]*)\.html?$")
_QUOTED = re.compile(r"""["'=]([^"'<>=\s]+\.html?)["'\s>]""")


def leaves(html: str, url: str) -> dict[str, list[str]]:
    """The pages of a paper that `html` names, in links or in scripts, by their day, `20251216`."""
    found: dict[str, dict[str, None]] = {}  # in their order, each once
    for quoted in islice(_QUOTED.finditer(html), MOST_LINKS):
        target = address(quoted[1], url)
        if leaf := _LEAF.search(target):
            found.setdefault("".join(leaf.groups()), {})[target] = None
    return {day: list(pages) for day, pages in found.items()}


def following_leaves(html: str, url: str) -> list[str]:
    """The pages that a page of a paper leads to.

    These are the other pages of its day, then the first page that it names of each earlier day, newest first.
    """
    by_day = leaves(html, url)
    own = _LEAF.search(url)
    today = "".join(own.groups()) if own else ""
    others = [page for page in by_day.get(today, ()) if canonical(page) != canonical(url)]
    return others + [by_day[day][0] for day in sorted(by_day, reverse=True) if not own or day < today]


class EpaperSpider(ListSpider):
    def read_list(self, response: TextResponse) -> ListPage:
        found = self.read(parse_html(response.text), response.url)
        return ListPage(
            entries=found.entries,
            left=found.left,
            next=tuple(map(Request, following_leaves(response.text, response.url))),
        )
