"""Family `ucap` (开普云): static pages that count from 1, or a search interface that answers in JSON."""

import json
import re
from urllib.parse import parse_qs, urljoin, urlsplit

from scrapy import Request
from scrapy.http import TextResponse

from archive.model import Listed
from spiders.base import ListPage, ListSpider
from spiders.lists import allowed, next_link, parse, read_entries, with_query
from spiders.texts import find_day, squeeze

# createPageHTML('page_div',12,1,'list','shtml',230): element, number of pages, this page from 1, name, ending, entries
_PAGER = re.compile(
    r"""createPageHTML\(\s*['"][\w-]*['"]\s*,\s*(\d+)\s*,\s*(\d+)\s*,\s*['"]([^'"/]+)['"]\s*,\s*['"](\w+)['"]"""
)


def next_page(html: str, url: str) -> str:
    """The address of the page after this one, `list_2.shtml` after `list.shtml`; "" after the last."""
    pager = _PAGER.search(html)
    if not pager or int(pager[2]) >= int(pager[1]):
        return ""
    return urljoin(url, f"{pager[3]}_{int(pager[2]) + 1}.{pager[4]}")


def read_answer(text: str, url: str) -> tuple[tuple[Listed, ...], str] | None:
    """The entries of the search interface's answer and the address of the next one; None when `text` is none."""
    try:
        results = json.loads(text)["data"]["results"]
    except (KeyError, TypeError, ValueError):
        return None
    entries = tuple(
        Listed(
            url=urljoin(url, str(result.get("url") or "")),
            title=squeeze(re.sub(r"<[^>]*>", "", str(result.get("title") or ""))),
            date=find_day(str(result.get("publishedTimeStr") or "")),
        )
        for result in results
    )
    page = int((parse_qs(urlsplit(url).query).get("page") or ["1"])[0])
    return entries, with_query(url, page=str(page + 1)) if entries else ""


class UcapSpider(ListSpider):
    def read_list(self, response: TextResponse) -> ListPage:
        if answer := read_answer(response.text, response.url):
            entries, following = answer
            entries = allowed(entries, response.url, self.source)
        else:
            document = parse(response.text)
            entries = read_entries(document, response.url, self.source)
            following = next_page(response.text, response.url) or next_link(
                document, response.url, self.source.next_page
            )
        return ListPage(entries=entries, next=(Request(following),) if following else ())
