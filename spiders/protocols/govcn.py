"""The search of www.gov.cn (policy library): JSON with the address, title and time of each document."""

import re
from datetime import UTC, datetime
from typing import Any

from scrapy import Request
from scrapy.http import TextResponse

from archive.model import Listed
from archive.times import CHINA
from spiders.base import ListSpider
from spiders.lists.answers import json_entries, read_json
from spiders.lists.links import with_query
from spiders.lists.pagers import Announced
from spiders.walks import ListPage


def read_answer(text: str, url: str) -> tuple[tuple[Listed, ...], str]:
    """The entries of an answer and the address of the next one, "" after the last."""
    answer, pages = read_json(text, "searchVO", "listVO"), read_json(text, "searchVO", "totalpage")
    entries = json_entries(answer, url, ("url",), "title", lambda row: _day(row.get("pubtime")))
    page = int(number[1]) if (number := re.search(r"[?&]p=(\d{1,5})(?!\d)", url)) else 1
    return entries, with_query(url, p=str(page + 1)) if isinstance(pages, int) and page < pages else ""


def _day(milliseconds: Any) -> str:
    if not isinstance(milliseconds, int):
        return ""
    try:
        return datetime.fromtimestamp(milliseconds / 1000, UTC).astimezone(CHINA).date().isoformat()
    except (OverflowError, OSError, ValueError):
        return ""


class GovcnSpider(ListSpider):
    def read_list(self, response: TextResponse) -> ListPage:
        entries, following = read_answer(response.text, response.url)
        pages = read_json(response.text, "searchVO", "totalpage")
        told = Announced(pages=pages if isinstance(pages, int) else 0)
        return self.answer_page(entries, response.url, Request(following) if following else None, told)
