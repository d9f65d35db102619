"""Family `feed`: RSS 2.0, RSS 1.0, Atom and JSON Feed."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from email.utils import parsedate_to_datetime
from html import escape, unescape
from html.entities import html5
from typing import Any

from lxml import etree
from scrapy import Request
from scrapy.http import TextResponse

from archive.model import Listed
from archive.times import CHINA
from spiders.base import ListSpider
from spiders.lists.answers import admitted, json_entries, left_out, read_json
from spiders.lists.dates import find_day, plain, squeeze
from spiders.lists.links import MOST_LINKS, address
from spiders.lists.pagers import NOTHING
from spiders.walks import ListPage

_CDATA_OR_SIGN = re.compile(
    r"<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)|(?P<less><(?![A-Za-z_:/!?]))"
    r"|(?P<markup></?(?:a|b|br|div|em|font|hr|i|img|p|span|strong|u)\b[^<>]*>)"
    r"|(?P<known>&(?:amp|lt|gt|quot|apos|#\d{1,7}|#x[0-9a-fA-F]{1,6});)|&(?:(?P<name>[A-Za-z]\w{1,31});)?",
    re.DOTALL,
)
_NO_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]+")
_SIGNS = "&<>\"'"  # those that XML writes as references
_HIDDEN = {ord(sign): 0x10FF00 + ord(sign) for sign in _SIGNS}  # characters for private use, which no feed holds
_SHOWN = {hidden: sign for sign, hidden in _HIDDEN.items()}
_ITEM = re.compile(
    r"<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)|<(?P<end>/)?(?:[\w.-]{1,20}:)?(?P<item>item|entry)[\s/>]", re.DOTALL
)
_XML_BASE = "{http://www.w3.org/XML/1998/namespace}base"
_ADDRESSES = ("href", _XML_BASE)
_JSON_ADDRESSES = ("url", "external_url")  # the one that is trusted most first
_JSON_DAYS = ("date_published", "date_modified")
_HTTP = re.compile(r"https?://", re.IGNORECASE)
# the one that is trusted most first; Atom 0.3 says issued
_DAYS = ("pubDate", "published", "issued", "date", "updated", "modified")


class FeedSpider(ListSpider):
    """A feed is one page; a link `next` beside its entries (RFC 5005), or `next_url`, leads to the page before it in time.

    Items without an address, and items that the feed begins and a parser that recovers does not find, are told.
    """

    def read_list(self, response: TextResponse) -> ListPage:
        listed = read_json(response.text, "items")
        if isinstance(listed, list):
            return self._json_page(response, listed)
        root = parse_feed(response.text)
        if root is None:
            return ListPage(nothing="is no feed")
        (opened, torn), items = _opened(response.text), _items(root)
        whole = items[: opened - 1] if torn else items
        rows = tuple(_rows(whole, response.url))
        following = address(_link(root, "next"), _base_of(root, response.url))
        return ListPage(
            entries=admitted(rows, response.url, self.source),
            left=left_out(rows, response.url, self.source),
            rows=len(rows),
            next=(Request(following),) if following else (),
            faults=(
                *_without_address(len(whole) - len(rows), len(whole), response.url),
                *_broken(len(whole), min(opened, MOST_LINKS), response.url),
            ),
        )

    def _json_page(self, response: TextResponse, items: list[Any]) -> ListPage:
        """A page of a JSON Feed (jsonfeed.org); an item that names no address of its own is one under its `id`."""
        url = response.url
        rows = [{**item, "url": item.get("url") or _permalink(item)} for item in items if isinstance(item, dict)]
        entries = json_entries(rows, url, _JSON_ADDRESSES, "title", _json_day)
        named = read_json(response.text, "next_url")
        following = address(named, url) if isinstance(named, str) else ""
        page = self.answer_page(entries, url, Request(following) if following else None, NOTHING)
        return replace(page, faults=_without_address(len(items) - len(entries), len(items), url))


def _without_address(number: int, of: int, url: str) -> tuple[str, ...]:
    return (f"{number} of {of} items of {url} have no address",) if number else ()


def _broken(number: int, opened: int, url: str) -> tuple[str, ...]:
    return (
        (f"{opened - number} of {opened} items of {url} cannot be read: the feed is broken",) if number < opened else ()
    )


def _permalink(item: dict[str, Any]) -> str:
    name = item.get("id")
    return name if isinstance(name, str) and _HTTP.match(name) else ""


def _json_day(item: dict[str, Any]) -> str:
    said = (value for name in _JSON_DAYS if isinstance(value := item.get(name), str) and value)
    return find_day(next(said, ""))


def parse_feed(text: str) -> etree._Element | None:
    """The element that holds a feed's entries; None when `text` is no feed. A feed that breaks off is read as far as it goes.

    Characters that XML does not allow are left away. Names that HTML alone knows (`&nbsp;`), a bare & and a < before no name are
    read as they are meant: behind the first fault a parser that recovers leaves out every `&amp;` of the rest, from addresses too.
    Where another fault remains, references and the markup of HTML (<br> in a title) are kept from the parser.
    """
    # the text is UTF-8 by now, whatever its head declares
    body = _NO_XML.sub("", re.sub(r"^\s*<\?xml[^>]*\?>", "", text)).strip()
    if not body.startswith("<"):
        return None
    root, faults = _parsed(_CDATA_OR_SIGN.sub(_referred, body))
    if faults:
        root, _ = _parsed(_CDATA_OR_SIGN.sub(_hide, body))
        for element in root.iter() if root is not None else ():
            _show(element)
    if root is None or _name(root) not in ("rss", "RDF", "feed"):
        return None
    channel = _child(root, "channel")
    # RSS 1.0 has its items beside the channel
    return channel if channel is not None and _name(root) == "rss" else root


def _parsed(body: str) -> tuple[etree._Element | None, int]:
    """The root that a parser finds which recovers, and the number of faults that it told."""
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, load_dtd=False)
    return etree.fromstring(body.encode(), parser), len(parser.error_log)


def _referred(found: re.Match[str]) -> str:
    """Write the & or < of a feed for XML; CDATA and references of XML stay."""
    if found["name"]:
        return escape(html5.get(f"{found['name']};", f"&{found['name']};"), quote=False)
    return "&lt;" if found["less"] else "&amp;" if found[0] == "&" else found[0]


def _hide(found: re.Match[str]) -> str:
    """A reference, or a tag of HTML, in characters that are no markup; CDATA and comments stay."""
    if found["markup"]:
        return found[0].translate(_HIDDEN)
    written = _referred(found)
    return _NO_XML.sub("", unescape(written)).translate(_HIDDEN) if written.startswith("&") else written


def _show(element: etree._Element) -> None:
    """Write the signs of an element's texts and addresses in the place of the characters that hid them."""
    if not isinstance(element.tag, str):
        return
    element.text = element.text and element.text.translate(_SHOWN)
    for name in _ADDRESSES:
        if value := element.get(name):
            element.set(name, value.translate(_SHOWN))
    for child in element:
        child.tail = child.tail and child.tail.translate(_SHOWN)


def _opened(text: str) -> tuple[int, bool]:
    """The number of items that a feed begins, and whether it breaks off within the last."""
    tags = [found for found in _ITEM.finditer(text) if found["item"]]
    return sum(not tag["end"] for tag in tags), bool(tags) and not tags[-1]["end"] and tags[-1][0][-1] != "/"


def _items(root: etree._Element) -> list[etree._Element]:
    return [one for one in root if _name(one) in ("item", "entry")][:MOST_LINKS]


def _rows(items: Iterable[etree._Element], url: str) -> Iterator[Listed]:
    for item in items:
        if target := address(_link(item, "alternate"), _base_of(item, url)):
            yield Listed(url=target, title=squeeze(plain(_text(item, "title"))), date=_day(item))


def _base_of(element: etree._Element, url: str) -> str:
    """The address that the links in an element are relative to: those of xml:base, from the outermost on, else the feed's own."""
    for above in (*reversed(list(element.iterancestors())), element):
        url = address(above.get(_XML_BASE, ""), url) or url
    return url


def _link(element: etree._Element, relation: str) -> str:
    """The address of a link: Atom's by its relation, RSS's by its text; an RSS guid that is a permalink serves as well."""
    links = [one for one in element if _name(one) == "link"]
    for link in links:
        if link.get("href") and link.get("rel", "alternate") == relation:
            return str(link.get("href"))
    if relation != "alternate":
        return ""
    plain_links = [link.text.strip() for link in links if link.text and link.text.strip()]
    guid = _child(element, "guid")
    if not plain_links and guid is not None and guid.get("isPermaLink") != "false":
        return (guid.text or "").strip()
    return plain_links[0] if plain_links else ""


def _day(item: etree._Element) -> str:
    said = next((text for name in _DAYS if (text := _text(item, name))), "")
    if day := find_day(said):  # first, since CST is China's, and a standard reader of mail takes it for Chicago's
        return day
    try:
        moment = parsedate_to_datetime(said)
    except ValueError:
        return ""
    return (moment.astimezone(CHINA) if moment.tzinfo else moment).strftime("%Y-%m-%dT%H:%M")


def _text(element: etree._Element, name: str) -> str:
    child = _child(element, name)
    return "".join(map(str, child.itertext())).strip() if child is not None else ""


def _child(element: etree._Element, name: str) -> etree._Element | None:
    return next((one for one in element if _name(one) == name), None)


def _name(element: etree._Element) -> str:
    """An element's name without its namespace, or without a prefix that the feed does not declare (media:content)."""
    return re.split("[}:]", element.tag)[-1] if isinstance(element.tag, str) else ""
