"""The columns that a page of a portal leads to, and the name that a column's own page bears."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from lxml.html import HtmlElement

from archive.urls import canonical
from crawler.adopt.names import Own, rank
from crawler.probe.page import is_home, parse

_SPLIT = re.compile(r"\s*[-_|—－>»›＞]+\s*|\s{2,}")
_META = re.compile(r"<meta\b[^>]*\bname\s*=\s*[\"']?ColumnName[\"']?[^>]*>", re.IGNORECASE)
_CONTENT = re.compile(r"\bcontent\s*=\s*[\"']([^\"'<>]*)", re.IGNORECASE)
_TITLE = re.compile(r"<title[^>]*>([^<]{1,200})</title>", re.IGNORECASE)
_SITE = re.compile("(?:网|网站|政府|首页|平台)$")
_FURTHER = re.compile(r"(?:更多|more|>|»|\+)*", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A link of a portal by its words."""

    name: str
    url: str
    rank: int


def columns(text: str, url: str, own: Own) -> list[Column]:
    """The columns of a page that promise the place's own news by their names, best first, each address once."""
    found: dict[str, Column] = {}
    for link in parse(text).iter("a", "area"):
        target = _target(link, url)
        if not target or is_home(target) or canonical(target) == canonical(url):
            continue
        for name in _names(link):
            points = rank(name, own)
            key = canonical(target)
            if points and (key not in found or points > found[key].rank):
                found[key] = Column(name=name, url=target, rank=points)
    return sorted(found.values(), key=lambda column: -column.rank)


def _target(link: HtmlElement, base: str) -> str:
    try:
        target = urljoin(base, (link.get("href") or "").strip())
        is_page = urlsplit(target).scheme in ("http", "https") and bool(urlsplit(target).hostname)
    except ValueError:
        return ""
    return target.partition("#")[0] if is_page else ""


def _names(link: HtmlElement) -> Iterator[str]:
    words = "".join("".join(map(str, link.itertext())).split())
    yield _FURTHER.sub("", words)
    yield link.get("title") or ""
    yield from (picture.get("alt") or "" for picture in link.iter("img"))


def name_of_page(text: str, publisher: str) -> str:
    """The name that a column's page bears: the meta tag ColumnName, else the first part of its title that is no site's name.

    A site's name is the publisher's, a part of it, or one that ends with 网, 网站 or 政府. "" when the page bears no other.
    """
    tag = _META.search(text[:200_000])
    said = _CONTENT.search(tag[0]) if tag else None
    if said and said[1].strip():
        return said[1].strip()
    title = _TITLE.search(text[:200_000])
    parts = (part.strip() for part in _SPLIT.split(title[1] if title else ""))
    return next((part for part in parts if part and part not in publisher and not _SITE.search(part)), "")
