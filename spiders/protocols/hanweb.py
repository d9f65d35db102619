"""Family `hanweb` (大汉 JCMS): entries stand as XML in a script; a proxy hands out more, three pages at a time."""

import re
from collections.abc import Iterator
from html import unescape
from itertools import islice
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from scrapy import FormRequest, Request
from scrapy.http import TextResponse

from crawler.network.meta import Meta, meta_of
from spiders.base import ListSpider
from spiders.lists.links import address, parse_html
from spiders.lists.pagers import Announced
from spiders.lists.paging import following_page
from spiders.walks import ListPage

PAGES_IN_GROUP = 3
_PROXY = "/module/web/jpage/dataproxy.jsp"
MOST_STORES = 50  # per page
# the marks of CDATA; the text between them is read like any other
_CDATA = re.compile(r"<!\[CDATA\[|\]\]>")
_TAG = re.compile(r"<[a-z]", re.IGNORECASE)
_HREF = re.compile(r"href\s*=\s*[\"']([^\"']+)[\"']", re.IGNORECASE)
# $('#212860').jpage({totalRecord:4895,perPage:19,proxyUrl:'/module/web/jpage/dataproxy.jsp',proxyParam:param_212860})
_JPAGE = re.compile(r"#(\w+)['\"]\s*\)\s*\.jpage\(\s*\{")
_PARAMETERS = re.compile(r"\bparam_(\w+)\s*=\s*\{([^{}]*)\}")
_PAIR = re.compile(r"(\w+)\s*:\s*(?:'([^']*)'|\"([^\"]*)\"|([\w.-]+))")


def records(html: str) -> list[str]:
    """The records of a page or of a proxy's answer, each a piece of HTML.

    The XML is seldom well-formed, and may be escaped: as a whole, or each record alone, where CDATA is missing. In CDATA, and beside a tag,
    entities are those of the HTML: a title may say &lt;.
    """
    html = _unescaped(html)
    found = _elements(html, "record") or _elements(html, "recordset")
    pieces = (_tagged(_CDATA.sub("", piece).strip()) for piece in found)
    return [piece for piece in pieces if piece]


def _tagged(record: str) -> str:
    """A record as HTML, also where its tags are written as entities and none stands there as a tag."""
    if "<" in record or "&" not in record:
        return record
    plain = unescape(record)
    return plain if _TAG.search(plain) else record


def _unescaped(html: str) -> str:
    lower = html.lower()
    if "<record" in lower or "&lt;record" not in lower:
        return html
    return unescape(html)


def _elements(html: str, name: str) -> list[str]:
    """The contents of the elements of this name. A lazy pattern would take hours over many that are never closed."""
    opened = re.split(rf"<{name}(?:\s[^<>]*)?>", html, flags=re.IGNORECASE)[1:]
    pieces = (re.split(f"</{name}>", piece, maxsplit=1, flags=re.IGNORECASE) for piece in opened)
    return [piece[0] for piece in pieces if len(piece) == 2]


def first_groups(html: str, url: str) -> list[tuple[str, dict[str, str], int]]:
    """The next question of a column page to its proxy, for each list: address, form, and number of all records.

    Lists that the page shows whole are left out. A page shows its first group, which is
    three pages of the list. One that shows fewer asks for this group again.
    """
    forms = {unit: _pairs(body) for unit, body in _PARAMETERS.findall(html)}
    groups = []
    for unit, settings in _calls(html):
        total, size = _whole(settings.get("totalRecord")), _whole(settings.get("perPage")) * PAGES_IN_GROUP
        shown = len(records(_store(html, unit)))
        if unit in forms and size and shown < total:
            proxy = address(settings.get("proxyUrl", ""), url) or urljoin(url, _PROXY)
            start = shown // size * size + 1
            query = {"startrecord": start, "endrecord": start + size - 1, "perpage": settings["perPage"]}
            groups.append((f"{proxy}?{urlencode(query)}", forms[unit], total))
    return groups


def announced_total(html: str) -> int:
    """The number of records that the lists of a column page say they have; 0 when they say nothing."""
    return sum(_whole(settings.get("totalRecord")) for _, settings in _calls(html))


def _calls(html: str) -> Iterator[tuple[str, dict[str, str]]]:
    """The lists that a column page makes: the id of each, and its settings."""
    for call in islice(_JPAGE.finditer(html), MOST_STORES):
        yield call[1], _pairs(html[call.end() : call.end() + 2000].partition("})")[0])


def _store(html: str, unit: str) -> str:
    """The part of a page that holds the records of one list."""
    place = re.search(rf"<div[^>]*\bid\s*=\s*[\"']?{unit}\b", html)
    return html[place.end() :].partition("</script>")[0] if place else ""


def _whole(number: str | None) -> int:
    return int(number) if number and number.isdecimal() and len(number) < 10 else 0


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
    if not records(html):
        return []
    named = (_HREF.search(piece) for piece in _elements(_unescaped(html), "nextgroup")[:MOST_STORES])
    links = (address(unescape(href[1]), url) for href in named if href)
    return [link for link in links if link]


class HanwebSpider(ListSpider):
    """Asks for further groups by POST, as a browser does; follows <nextgroup> where the page does not say how."""

    def read_list(self, response: TextResponse) -> ListPage:
        pieces = records(response.text)
        document = parse_html("".join(f"<article>{record}</article>" for record in pieces) or response.text)
        found = self.read(document, response.url, rows_only=bool(pieces))
        following = tuple(self._further(response))
        totals = [meta_of(request).records or 0 for request in following if "startrecord=" not in response.url]
        if not following:  # a page that shows its lists whole tells how long they are
            totals = [announced_total(response.text)]
        return ListPage(
            entries=found.entries,
            left=found.left,
            rows=len(pieces),
            next=following,
            announced=Announced(entries=sum(totals)),
        )

    def _further(self, response: TextResponse) -> Iterator[Request]:
        html, url, asked = response.text, response.url, response.request
        if asked is not None and "startrecord=" in url:
            total = meta_of(asked).records
            if following := next_group(html, url, total):
                yield asked.replace(url=following, meta=Meta(records=total).as_dict())
        elif groups := first_groups(html, url):
            for proxy, form, total in groups:
                headers = {"Referer": url, "X-Requested-With": "XMLHttpRequest"}
                yield FormRequest(proxy, formdata=form, headers=headers, meta=Meta(records=total).as_dict())
        elif linked := linked_groups(html, url):
            yield from (Request(link, headers={"Referer": url}) for link in linked)
        elif following := following_page(html, parse_html(html), url, self.source.next_page).url:
            yield Request(following)
