"""The columns that a page of a portal leads to, and the name that a column's own page bears."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from lxml.html import HtmlElement

from archive.urls import canonical
from crawler.adopt.names import Own, rank
from crawler.probe.page import heading, is_home, is_more, parse

_SPLIT = re.compile(r"\s*[-_|—－>»›＞]+\s*|\s{2,}")
_META = re.compile(r"<meta\b[^>]*\bname\s*=\s*[\"']?ColumnName[\"']?[^>]*>", re.IGNORECASE)
_CONTENT = re.compile(r"\bcontent\s*=\s*[\"']([^\"'<>]*)", re.IGNORECASE)
_TITLE = re.compile(r"<title[^>]*>([^<]{1,200})</title>", re.IGNORECASE)
_SITE = re.compile("(?:网|网站|政府|首页|平台)$")
_DATA = ("data-href", "data-url", "data-link")
_LINKS = f"//a | //area | //*[@onclick or {' or '.join(f'@{name}' for name in _DATA)}]"
_OPENS = re.compile(r"(?:\bopen|\bassign|\breplace|\blocation(?:\.href)?)\s*[(=]\s*[\"']([^\"'\s<>\\]+)[\"']")
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
    document = parse(text)
    base = _joined(url, next(iter(document.xpath("//base/@href")), ""))
    for link in document.xpath(_LINKS):
        target = _target(link, base)
        if not target or is_home(target) or canonical(target) == canonical(url):
            continue
        for name in _names(link):
            points = rank(name, own)
            key = canonical(target)
            if points and (key not in found or points > found[key].rank):
                found[key] = Column(name=name, url=target, rank=points)
    return sorted(found.values(), key=lambda column: -column.rank)


def _target(link: HtmlElement, base: str) -> str:
    """The address that a link leads to: its href, or the one that its script or a data attribute names as it stands."""
    said = (link.get("href") or "").strip()
    if not said or said.startswith(("#", "javascript:")):
        script = _OPENS.search(f"{said} {link.get('onclick') or ''}")
        said = script[1] if script else next(filter(None, map(link.get, _DATA)), "").strip()
    return _joined(base, said).partition("#")[0] if said else ""


def _joined(base: str, said: str) -> str:
    """An address on the web, or ""."""
    try:
        target = urljoin(base, said)
        is_page = urlsplit(target).scheme in ("http", "https") and bool(urlsplit(target).hostname)
    except ValueError:
        return ""
    return target if is_page else ""


def _names(link: HtmlElement) -> Iterator[str]:
    words = "".join("".join(map(str, link.itertext())).split())
    yield _FURTHER.sub("", words)
    yield link.get("title") or ""
    yield from (picture.get("alt") or "" for picture in link.iter("img"))
    if is_more(link):
        yield heading(link)


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
