"""Family `ucap` (开普云): static pages that count from 1, or interfaces that answer in JSON.

Two interfaces are known: a search that is asked by GET, and one of 苏州 that is told the number of the page by POST.
"""

import functools
from typing import Any
from urllib.parse import parse_qs, urlsplit

from scrapy import FormRequest, Request
from scrapy.http import TextResponse

from archive.model import Listed
from spiders.base import ListSpider
from spiders.lists.answers import json_entries, read_json
from spiders.lists.dates import find_day
from spiders.lists.links import parse_html, with_query
from spiders.lists.pagers import NOTHING, Announced
from spiders.walks import ListPage

_POSTED = "/interfacesWebZcwj/loadData"
# The rows of an interface's `data`, and in each of them address, title and day
_ANSWERS = (("results", "url", "title", "publishedTimeStr"), ("list", "URL", "TITLE", "PUBLISHED_TIME_FORMAT"))


def read_answer(text: str, url: str) -> tuple[Listed, ...] | None:
    """The entries of an interface's answer; None when `text` is none."""
    for rows, address, title, day in _ANSWERS:
        if (found := read_json(text, "data", rows)) is not None:
            return json_entries(found, url, (address,), title, functools.partial(_day, day))
    return None


def _day(key: str, row: dict[str, Any]) -> str:
    return find_day(str(row.get(key) or ""))


def posted(url: str, number: int) -> Request:
    """The question for a page of the interface that is told its number by POST."""
    return FormRequest(url, formdata={"pageIndex": str(number)})


def following(asked: Request | None, url: str) -> Request:
    """The question for the page after the one that was asked for, and answered at `url`."""
    if _POSTED in url:
        return posted(url, _number(asked.body.decode("latin-1") if asked else "", "pageIndex") + 1)
    return Request(with_query(url, page=str(_number(urlsplit(url).query, "page") + 1)))


def _number(query: str, name: str) -> int:
    value = (parse_qs(query).get(name) or ["1"])[0]
    return int(value) if value.isdecimal() and len(value) < 6 else 1


class UcapSpider(ListSpider):
    def first_page(self, url: str) -> Request:
        return posted(url, 1) if _POSTED in url else Request(url)

    def read_list(self, response: TextResponse) -> ListPage:
        found = read_answer(response.text, response.url)
        if found is not None:
            more = following(response.request, response.url) if found else None
            total = read_json(response.text, "data", "allRow")
            told = Announced(entries=total) if isinstance(total, int) else NOTHING
            return self.answer_page(found, response.url, more, told)
        document = parse_html(response.text)
        return self.html_page(response.text, document, response.url, self.read(document, response.url))
