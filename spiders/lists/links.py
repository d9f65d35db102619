"""Links of a page: parsed, resolved, and told apart by site."""

import functools
import re
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urljoin, urlsplit, urlunsplit

from lxml import etree, html
from lxml.html import HtmlElement

from archive.urls import canonical
from spiders.lists.dates import squeeze

MOST_LINKS = 10_000  # per page; further links are not looked at
SHORTEST_TITLE = 6  # characters; names of columns are shorter
LONGEST_ADDRESS = 4000  # characters; a longer address leads nowhere, and the caches would keep it
# The marks of a template's variables, and of a script that puts an address together
_TEMPLATE = re.compile(r"\{\{|\}\}|\{%|\$\{|<%|%>|#\{|\[\[|%7[Bb]%7[Bb]|['\"]\s*\+|\+\s*['\"]")
_OTHER_SCHEME = re.compile(r"(?!https?:)[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_SCRIPT = re.compile(r"\s*javascript:", re.IGNORECASE)
_QUOTED = re.compile(r"""(['"])((?:(?!\1)[^\\\n])*)\1""")
_ADDRESS = re.compile(
    r"(?:https?:/)?/[\w~.-]|[./\w-]+\.(?:[jpst]?html?x?|jspx?|aspx?|php|do|action)(?:$|[?#])|\?[\w-]+=", re.IGNORECASE
)
# An attribute with a query that holds characters beyond ASCII, in quotes or bare
_WIDE_QUERY = re.compile(r"""(=\s*)("[^"<>?]*\?[^"<>]*"|'[^'<>?]*\?[^'<>]*'|[^\s"'<>?]+\?[^\s"'<>]+)""")


def parse_html(text: str) -> HtmlElement:
    """The document of a page, or of a piece of one; an empty document when there is nothing to parse."""
    # lxml refuses a str that declares its encoding
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", text.replace("\0", ""))
    if text.strip():
        try:
            root = html.document_fromstring(text, parser=html.HTMLParser(huge_tree=True))
            root.extend(root.itersiblings("*"))  # some pages hold <html> twice
            return root
        except etree.ParserError:  # a page of comments alone
            pass
    return html.Element("html")


def address(href: str, base: str) -> str:
    """The absolute http(s) address of a link, without its fragment; "" when it has none."""
    href = href.strip()
    if not href or len(href) > LONGEST_ADDRESS or href.startswith("#"):
        return ""
    return _absolute(href, base if href.startswith("?") else _folder(base))


def target_of(element: HtmlElement, base: str) -> str:
    """The address that a click on `element` leads to; "" when it leads nowhere that can be read.

    That is the address of its `href`, else the first string in its `href` or `onclick` that looks like an address, as
    in `javascript:openUrl('/p/1.html')`. A number, or a name that a script makes an address of, is none.
    """
    href = (element.get("href") or "").strip()
    if _SCRIPT.match(href):
        if found := _scripted(href, base):
            return found
    elif href and (found := address(href, base)):
        return found
    return _scripted(element.get("onclick") or "", base)


def is_address(value: str) -> bool:
    """Whether a value looks like an address: it has a path or the ending of a page, or it is a query."""
    return _ADDRESS.match(value.strip()) is not None


def _scripted(code: str, base: str) -> str:
    if not code or len(code) > LONGEST_ADDRESS or _TEMPLATE.search(code):
        return ""
    quoted = (match[2].strip() for match in _QUOTED.finditer(code))
    return next((found for one in quoted if is_address(one) and (found := address(one, base))), "")


def is_clickable(element: HtmlElement) -> bool:
    """Whether an element that is no link leads somewhere by a script, and holds no link that does."""
    return bool(element.get("onclick")) and not element.xpath("self::a|self::area|.//a[@href]|.//*[@onclick]")


def is_card(element: HtmlElement) -> bool:
    """Whether an element keeps an address for a script, holds no link, and says enough for a title."""
    if not (element.get("data-href") or element.get("data-url")) or len(text_of(element)) < SHORTEST_TITLE:
        return False
    return not element.xpath(".//a[@href]|.//*[@onclick]|.//*[@data-href]|.//*[@data-url]")


def kept_in_data(element: HtmlElement, base: str) -> str:
    """The address that an element keeps for a script: data-href, data-url."""
    kept = (element.get(name) or "" for name in ("data-href", "data-url"))
    return next((found for one in kept if one and is_address(one) and (found := address(one, base))), "")


def with_queries_in(text: str, encoding: str) -> str:
    """`text` with the queries in its attributes percent-encoded in the page's `encoding`, as browsers do (WHATWG URL).

    Paths are left as they are: they are UTF-8 on every page. A character that the encoding lacks becomes `&#N;`.
    """

    def encoded(match: re.Match[str]) -> str:
        if match[2].isascii():
            return match[0]
        before, mark, query = match[2].partition("?")
        parts = re.split(r"([^\x00-\x7f]+)", query)
        parts[1::2] = [quote(part.encode(encoding, "xmlcharrefreplace")) for part in parts[1::2]]
        return match[1] + before + mark + "".join(parts)

    return _WIDE_QUERY.sub(encoded, text)


@functools.lru_cache(maxsize=64)
def _folder(base: str) -> str:
    """The folder of a page. Most links resolve against it as against the page, so that the cache serves all its pages."""
    try:
        return urljoin(base, ".")
    except ValueError:
        return base


@functools.lru_cache(maxsize=4096)  # most links of a list page are those of its menus, on each page again
def _absolute(href: str, base: str) -> str:
    if _TEMPLATE.search(href) or _OTHER_SCHEME.match(href):
        return ""
    try:
        url = urljoin(base, href.replace("\\", "/"))
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        return ""
    return url.partition("#")[0] if usable else ""


def base_of(document: HtmlElement, url: str) -> str:
    """The address that the links of `document` are relative to: its <base>, else its own."""
    return next((base for href in document.xpath("//base/@href") if (base := address(href, url))), url)


def same_site(url: str, list_url: str, hosts: Iterable[str] = ()) -> bool:
    """Whether `url` lies on the host and port of its list, or on one of `hosts`, on any port."""
    return stands_on(canonical(url), sites_of(list_url, hosts))


def sites_of(list_url: str, hosts: Iterable[str]) -> tuple[str, set[str]]:
    return site_of(canonical(list_url)), {site_of(canonical("http://" + host)) for host in hosts}


def stands_on(key: str, sites: tuple[str, set[str]]) -> bool:
    own, others = sites
    site = site_of(key)
    return site == own or site in others or site.partition(":")[0] in others


def site_of(key: str) -> str:
    return key.partition("/")[0]


def with_query(url: str, **changes: str) -> str:
    """`url` with some of its parameters set anew, the others in their places."""
    parts = urlsplit(url)
    query = {**dict(parse_qsl(parts.query, keep_blank_values=True)), **changes}
    return urlunsplit(parts._replace(query=urlencode(query)))


def compiled(path: str) -> Callable[[HtmlElement], list[Any]]:
    """An XPath that finds nodes or texts. `element.xpath` would compile it anew at each link."""
    return etree.XPath(path)  # type: ignore[return-value]  # lxml's stubs say that it may also find a number


_PIECES = compiled(".//text()")


def pieces_of(element: HtmlElement) -> list[str]:
    """The texts in an element, one after the other; a comment has none, and no XPath either."""
    return _PIECES(element) if isinstance(element.tag, str) else []


def text_of(element: HtmlElement) -> str:
    return squeeze("".join(pieces_of(element)))


def said_by(element: HtmlElement) -> str:
    """The words of a link or a button for a reader: its text, its title, value or label, or those of the picture in it."""
    if words := text_of(element):
        return words
    said = [*(element.get(name) for name in ("title", "value", "aria-label")), *_OF_PICTURES(element)]
    return next((squeeze(one) for one in said if one and one.strip()), "")


_OF_PICTURES = compiled(".//img/@alt | .//img/@title")
_COMMENTS = re.compile(r"(?:^|[\s_-])(?:comments|comment-?list|replies|reply-?list)(?:$|[\s_-])", re.IGNORECASE)


def comments_of(document: HtmlElement) -> set[HtmlElement]:
    """The elements that hold the comments of readers, by their names."""
    named = document.xpath("//*[@class or @id]")
    return {one for one in named if _COMMENTS.search(f"{one.get('class', '')} {one.get('id', '')}")}
