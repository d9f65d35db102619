"""Family `hanweb` (大汉 JCMS): entries stand as XML in a script; a proxy hands out more, three pages at a time."""

import re
from collections.abc import Iterator
from html import unescape
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from scrapy import FormRequest, Request
from scrapy.http import TextResponse

from spiders.base import ListPage, ListSpider
from spiders.lists import address, next_link, parse, read_entries

PAGES_IN_GROUP = 3
_PROXY = "/module/web/jpage/dataproxy.jsp"
_RECORD = re.compile(r"<record>(.*?)</record>", re.DOTALL | re.IGNORECASE)
_RECORDSET = re.compile(r"<recordset[^>]*>(.*?)</recordset>", re.DOTALL | re.IGNORECASE)
_CDATA = re.compile(r"<!\[CDATA\[(.*?)\]\]>", re.DOTALL)
_NEXT_GROUP = re.compile(r"<nextgroup>.*?href\s*=\s*[\"']([^\"']+)[\"']", re.DOTALL | re.IGNORECASE)
_TOTAL = re.compile(r"<totalrecord>\s*(\d+)", re.IGNORECASE)
# $('#212860').jpage({totalRecord:4895,perPage:19,proxyUrl:'/module/web/jpage/dataproxy.jsp',proxyParam:param_212860})
_JPAGE = re.compile(r"#(\w+)['\"]\s*\)\s*\.jpage\(\s*\{(.*?)\}\s*\)", re.DOTALL)
_PARAMETERS = re.compile(r"\bparam_(\w+)\s*=\s*\{(.*?)\}", re.DOTALL)
_PAIR = re.compile(r"(\w+)\s*:\s*(?:'([^']*)'|\"([^\"]*)\"|([\w.-]+))")


def records(html: str) -> list[str]:
    """The records of a page or of a proxy's answer, each a piece of HTML.

    The XML is seldom well-formed, and may be escaped.
    """
    if "<record" not in html.lower() and "&lt;record" in html.lower():
        html = unescape(html)
    found = _RECORD.findall(html) or _RECORDSET.findall(html)
    pieces = (_CDATA.sub(lambda match: match[1], piece).strip() for piece in found)
    return [piece for piece in pieces if piece]


def first_groups(html: str, url: str) -> list[tuple[str, dict[str, str], int]]:
    """What a column page asks its proxy for when its reader goes on: address, form and number of all records, by list.

    Lists that the page shows whole are left out. A page shows its first group, which is
    three pages of the list. One that shows fewer asks for this group again.
    """
    forms = {unit: _pairs(body) for unit, body in _PARAMETERS.findall(html)}
    groups = []
    for unit, body in _JPAGE.findall(html):
        settings = _pairs(body)
        total, size = int(settings.get("totalRecord") or 0), int(settings.get("perPage") or 0) * PAGES_IN_GROUP
        shown = len(records(_store(html, unit)))
        if unit in forms and size and shown < total:
            proxy = address(settings.get("proxyUrl", ""), url) or urljoin(url, _PROXY)
            start = shown // size * size + 1
            query = {"startrecord": start, "endrecord": start + size - 1, "perpage": settings["perPage"]}
            groups.append((f"{proxy}?{urlencode(query)}", forms[unit], total))
    return groups


def _store(html: str, unit: str) -> str:
    """The part of a page that holds the records of one list."""
    place = re.search(rf"<div[^>]*\bid\s*=\s*[\"']?{unit}\b", html)
    return html[place.end() :].partition("</script>")[0] if place else ""


def _pairs(body: str) -> dict[str, str]:
    return {name: single or double or bare for name, single, double, bare in _PAIR.findall(body)}


def next_group(html: str, url: str, total: int | None) -> str:
    """The address of the group after the one that `url` asked for and `html` answers.

    "" when this was the last of `total` records, or is empty.
    """
    asked = dict(parse_qsl(urlsplit(url).query, keep_blank_values=True))
    try:
        start, end = int(asked["startrecord"]), int(asked["endrecord"])
    except (KeyError, ValueError):
        return ""
    if not records(html) or end < start or (total is not None and end >= total):
        return ""
    asked |= {"startrecord": str(end + 1), "endrecord": str(2 * end - start + 1)}
    return f"{url.partition('?')[0]}?{urlencode(asked)}"


def linked_groups(html: str, url: str) -> list[str]:
    """The addresses of further groups that a page names in <nextgroup>.

    None when it shows no records: the last one, and one that a site keeps from strangers, are empty.
    """
    links = (address(unescape(href), url) for href in _NEXT_GROUP.findall(html)) if records(html) else ()
    return [link for link in links if link]


class HanwebSpider(ListSpider):
    """Asks for further groups by POST, as a browser does; follows <nextgroup> where the page does not say how."""

    def read_list(self, response: TextResponse) -> ListPage:
        found = records(response.text)
        pieces = "".join(f"<article>{record}</article>" for record in found) or response.text
        return ListPage(
            entries=read_entries(parse(pieces), response.url, self.source),
            next=tuple(self._further(response)),
        )

    def _further(self, response: TextResponse) -> Iterator[Request]:
        html, url, asked = response.text, response.url, response.request
        if asked is not None and "startrecord=" in url:
            total = asked.meta.get("records")
            if following := next_group(html, url, total):
                yield asked.replace(url=following, meta={"records": total})
        elif groups := first_groups(html, url):
            for proxy, form, total in groups:
                headers = {"Referer": url, "X-Requested-With": "XMLHttpRequest"}
                yield FormRequest(proxy, formdata=form, headers=headers, meta={"records": total})
        elif linked := linked_groups(html, url):
            yield from (Request(link, headers={"Referer": url}) for link in linked)
        elif following := next_link(parse(html), url, self.source.next_page):
            yield Request(following)
