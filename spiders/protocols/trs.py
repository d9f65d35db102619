"""Family `trs` (拓尔思 TRS WCM): lists stand in the page, their pages are counted by a script."""

import re

from scrapy.http import TextResponse

from spiders.base import ListPage, ListSpider
from spiders.lists.links import parse_html

_WRITTEN = re.compile(r"""document\.write(?:ln)?\(\s*(["'])((?:\\.|(?!\1)[^\\\n])*)\1\s*\)""")


def scripted_html(html: str) -> str:
    """The HTML that a page's scripts write by document.write() of plain strings, as the lists of Wuhan are."""
    return "".join(re.sub(r"\\(.)", r"\1", text) for _, text in _WRITTEN.findall(html))


class TrsSpider(ListSpider):
    def read_list(self, response: TextResponse) -> ListPage:
        document = parse_html(response.text)
        found = self.read(document, response.url)
        if not found.entries:
            written = self.read(parse_html(scripted_html(response.text)), response.url)
            if written.entries or not found.left:  # the rows left out tell why a list shows no entries
                found = written
        return self.html_page(response.text, document, response.url, found)
