"""Family `trs` (拓尔思 TRS WCM): lists stand in the page, their pages are counted by a script."""

from dataclasses import replace

from scrapy.http import TextResponse

from spiders.base import ListSpider
from spiders.lists.links import parse_html
from spiders.lists.pagers import NOTHING
from spiders.protocols.scripts import read_scripts, scripted_html
from spiders.walks import ListPage


class TrsSpider(ListSpider):
    def read_list(self, response: TextResponse) -> ListPage:
        document = parse_html(response.text)
        found = self.read(document, response.url)
        if not found.entries:
            written = self.read(parse_html(scripted_html(response.text)), response.url)
            if written.entries or not found.left:  # the rows left out tell why a list shows no entries
                found = written
        told = NOTHING
        if not found.entries and not found.left:
            found, told = read_scripts(response.text, document, response.url, self.source, self.read)
        page = self.html_page(response.text, document, response.url, found)
        return replace(page, announced=page.announced.most(told))
