"""Family `xinhua` (新华网): lists stand in the page; an interface hands out the same by pages, as JSON in brackets."""

from scrapy import Request
from scrapy.http import TextResponse

from spiders.lists.answers import json_entries, read_json
from spiders.lists.dates import find_day
from spiders.lists.pagers import NOTHING
from spiders.protocols.html import HtmlSpider, counted_parameter
from spiders.walks import ListPage


class XinhuaSpider(HtmlSpider):
    def read_list(self, response: TextResponse) -> ListPage:
        rows = read_json(response.text.strip().strip("();"), "data", "list")
        if rows is None:
            return super().read_list(response)
        entries = json_entries(
            rows, response.url, ("LinkUrl",), "Title", lambda row: find_day(str(row.get("PubTime") or ""))
        )
        following = counted_parameter(response.url) if entries else ""
        return self.answer_page(entries, response.url, Request(following) if following else None, NOTHING)
