"""Hanweb's newer platform: a column names a unit, an interface hands out the unit's pages as JSON that holds HTML."""

import json
import re
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from lxml.html import HtmlElement
from scrapy import Request
from scrapy.http import TextResponse

from spiders.base import ListSpider
from spiders.lists.answers import read_json
from spiders.lists.links import address, parse_html
from spiders.lists.pagers import Announced
from spiders.walks import ListPage

_UNIT = "/api-gateway/jpaas-publish-server/front/page/build/unit"
_PAIR = re.compile(r"['\"](\w+)['\"]\s*:\s*['\"]([^'\"]*)['\"]")
_COUNT = re.compile(r"\bcount=\\?[\"'](\d+)")


def first_unit(document: HtmlElement, url: str, shown: int) -> str:
    """The address of the unit's page that follows the `shown` entries; "" when these are all, or no unit is named.

    A unit is `<div queryData="{'webId':'3185','pageId':'…','tagId':'…'}" count="386" rows="15">`.
    """
    for element in document.xpath("//*[@querydata]"):
        query = dict(_PAIR.findall(element.get("querydata")))
        rows, count = (_whole(element.get(name)) for name in ("rows", "count"))
        if query and rows and (shown < count or not shown):
            number = shown // rows + 1
            base = address(element.get("uniturl") or "", url) or urljoin(url, _UNIT)
            parameters = {"parseType": "bulidstatic", "pageType": "column", "editType": "null", **query}
            return f"{base}?{urlencode({**parameters, 'paramJson': _place(number, rows)})}"
    return ""


def _whole(number: str | None) -> int:
    return int(number) if number and number.isdecimal() else 0


def _place(number: int, rows: int) -> str:
    return json.dumps({"pageNo": number, "pageSize": rows}, separators=(",", ":"))


def next_unit(url: str, html: str) -> str:
    """The address of the unit's page after the one at `url`, which answered `html`; "" after the last."""
    query = dict(parse_qsl(urlsplit(url).query))
    try:
        place = json.loads(query["paramJson"])
        number, rows = int(place["pageNo"]), int(place["pageSize"])
    except (KeyError, TypeError, ValueError):
        return ""
    count = int(found[1]) if (found := _COUNT.search(html)) else None
    if count is not None and number * rows >= count:
        return ""
    return f"{url.partition('?')[0]}?{urlencode({**query, 'paramJson': _place(number + 1, rows)})}"


def unit_html(text: str) -> str | None:
    """The HTML that the interface's answer holds, None when `text` is no such answer."""
    html = read_json(text, "data", "html")
    return html if isinstance(html, str) else None


class JpaasSpider(ListSpider):
    def read_list(self, response: TextResponse) -> ListPage:
        html = unit_html(response.text)
        document = parse_html(response.text if html is None else html)
        found = self.read(document, response.url, rows_only=html is not None)
        rows = len(found.entries) + len(found.left)
        if html is None:
            following = first_unit(document, response.url, rows)
        else:
            following = next_unit(response.url, html) if rows else ""
        counts = document.xpath("//*[@count][@querydata or @rows]/@count")
        return ListPage(
            entries=found.entries,
            left=found.left,
            next=(Request(following),) if following else (),
            announced=Announced(entries=max(map(_whole, counts), default=0)),
        )
