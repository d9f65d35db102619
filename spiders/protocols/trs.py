"""Family `trs` (拓尔思 TRS WCM): lists stand in the page, their pages are counted by a script."""

import re
from urllib.parse import urljoin

from scrapy import Request
from scrapy.http import TextResponse

from spiders.base import ListPage, ListSpider
from spiders.lists.links import parse_html
from spiders.lists.paging import next_link

# createPageHTML(28, 0, "index", "html"): number of pages, this page from 0, name and ending of the pages' files.
# A name like t20260702_15795188 is that of an article that stands on several pages.
_PAGER = re.compile(
    r"""createPage(?:HTML)?\s*\(\s*['"]?(\d+)['"]?\s*,\s*['"]?(\d+)['"]?\s*,\s*['"](?!t(?:\d|null))([^'"/]+)['"]\s*,\s*['"](\w+)['"]"""
)
# The older template: var currentPage = 0;//所在页从0开始 … var countPage = 25//共多少页
_COUNT = re.compile(r"\bcountPage\s*=\s*(\d+)")
_CURRENT = re.compile(r"\bcurrentPage\s*=\s*(\d+)")
_WRITTEN = re.compile(r"""document\.write(?:ln)?\(\s*(["'])((?:\\.|(?!\1)[^\\\n])*)\1\s*\)""")


def next_page(html: str, url: str) -> str:
    """The address of the list page after this one, by the script that counts them: `index_1.html` after `index.html`.

    "" after the last.
    """
    if pager := _PAGER.search(html):
        count, current, name, ending = int(pager[1]), int(pager[2]), pager[3], pager[4]
    elif (counted := _COUNT.search(html)) and (place := _CURRENT.search(html)):
        ending = found[1] if (found := re.search(r"/index(?:_\d+)?\.(\w+)$", url)) else "html"
        count, current, name = int(counted[1]), int(place[1]), "index"
    else:
        return ""
    return urljoin(url, f"{name}_{current + 1}.{ending}") if current + 1 < count else ""


def scripted_html(html: str) -> str:
    """The HTML that a page's scripts write by document.write() of plain strings, as the lists of Wuhan are."""
    return "".join(re.sub(r"\\(.)", r"\1", text) for _, text in _WRITTEN.findall(html))


class TrsSpider(ListSpider):
    def read_list(self, response: TextResponse) -> ListPage:
        document = parse_html(response.text)
        following = next_page(response.text, response.url) or next_link(document, response.url, self.source.next_page)
        entries = self.entries(document, response.url)
        return ListPage(
            entries=entries or self.entries(parse_html(scripted_html(response.text)), response.url),
            next=(Request(following),) if following else (),
        )
