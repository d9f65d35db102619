"""Protocol `ticker`, an invented one: a list is lines of text, `address|title|day`."""

from urllib.parse import urljoin

from scrapy.http import TextResponse

from archive.model import Listed
from spiders.base import ListSpider
from spiders.lists.pagers import NOTHING
from spiders.walks import ListPage


class TickerSpider(ListSpider):
    def read_list(self, response: TextResponse) -> ListPage:
        rows = [line.split("|") for line in response.text.splitlines()]
        entries = [
            Listed(url=urljoin(response.url, row[0]), title=row[1], date=row[2]) for row in rows if len(row) == 3
        ]
        return self.answer_page(entries, response.url, None, NOTHING)
