"""Links of a page: parsed, resolved, and told apart by site."""

import functools
import re
from collections.abc import Iterable
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from lxml import etree, html
from lxml.html import HtmlElement

from archive.urls import canonical
from spiders.lists.dates import squeeze

MOST_LINKS = 10_000  # per page; further links are not looked at
LONGEST_ADDRESS = 4000  # characters; a longer address leads nowhere, and the caches would keep it


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
    if (
        not href
        or len(href) > LONGEST_ADDRESS
        or href.startswith("#")
        or re.match(r"(?!https?:)[a-z][a-z0-9+.-]*:", href, re.IGNORECASE)
    ):
        return ""
    return _absolute(href.replace("\\", "/"), base if href.startswith("?") else _folder(base))


@functools.lru_cache(maxsize=64)
def _folder(base: str) -> str:
    """The folder of a page. Most links resolve against it as against the page, so that the cache serves all its pages."""
    try:
        return urljoin(base, ".")
    except ValueError:
        return base


@functools.lru_cache(maxsize=4096)  # most links of a list page are those of its menus, on each page again
def _absolute(href: str, base: str) -> str:
    try:
        url = urljoin(base, href)
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        return ""
    return url.partition("#")[0] if usable else ""


def base_of(document: HtmlElement, url: str) -> str:
    """The address that the links of `document` are relative to: its <base>, else its own."""
    return next((base for href in document.xpath("//base/@href") if (base := address(href, url))), url)


def same_site(url: str, list_url: str, hosts: Iterable[str] = ()) -> bool:
    """Whether `url` lies on the host and port of its list, or on one of `hosts` (`host`, any port, or `host:port`)."""
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


def text_of(element: HtmlElement) -> str:
    return squeeze("".join(element.xpath(".//text()")))
