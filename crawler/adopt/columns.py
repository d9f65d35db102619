"""The columns that a page of a portal leads to, and the name that a column's own page bears."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
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
_MORE_IMAGE = re.compile(r"(?:more|gengduo)[^/]*\.(?:gif|png|jpe?g|svg|webp)", re.IGNORECASE)
_TAB = 12  # characters of a tab
_FEWEST_TABS, _MOST_TABS = 2, 12  # tabs that make a bar
_UP = 50  # elements around a link
_AROUND = 4  # elements around a bar of tabs, of which one holds its panes


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
    tabs = _tabs(document, own)
    for link in document.xpath(_LINKS):
        target = _target(link, base)
        if not target or is_home(target) or canonical(target) == canonical(url):
            continue
        for name in (*_names(link), tabs.get(link, "")):
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


def _tabs(document: HtmlElement, own: Own) -> dict[HtmlElement, str]:
    """The links 更多 below bars of tabs, with the words of their tabs.

    A bar is an element whose two and more children are of one tag, hold a few words each, of which one is a column's name, and lead
    nowhere (a script shows the pane). The smallest element around it that holds links 更多 holds one for each tab, in their order.
    """
    mores = [link for link in document.iter("a") if _leads(link) and (is_more(link) or _is_more_image(link))]
    if len(mores) < _FEWEST_TABS:
        return {}
    found: dict[HtmlElement, str] = {}
    holders = {link: set(islice(link.iterancestors(), _UP)) for link in mores}
    for bar in {tab.getparent() for tab in document.iter("li", "span", "a", "div", "h2", "h3", "td", "dt")}:
        words = _words_of_tabs(bar) if bar is not None else []
        if not any(rank(word, own) for word in words):
            continue
        for around in islice(bar.iterancestors(), _AROUND):
            if below := [link for link in mores if around in holders[link]]:
                if len(below) == len(words):
                    found |= dict(zip(below, words, strict=True))
                break
    return found


def _words_of_tabs(bar: HtmlElement) -> list[str]:
    """The words of the tabs of a bar; none for another element."""
    tabs = [child for child in bar if isinstance(child.tag, str)]
    if not _FEWEST_TABS <= len(tabs) <= _MOST_TABS or len({tab.tag for tab in tabs}) > 1:
        return []
    if any(_leads(link) for link in bar.iter("a")):
        return []
    words = ["".join("".join(map(str, tab.itertext())).split()) for tab in tabs]
    return words if all(0 < len(one) <= _TAB for one in words) else []


def _leads(link: HtmlElement) -> bool:
    said = (link.get("href") or "").strip()
    return bool(said) and not said.lower().startswith(("#", "javascript:"))


def _is_more_image(link: HtmlElement) -> bool:
    """Whether a link shows nothing but a picture that is called 更多, or whose file is (more.gif)."""
    if "".join(map(str, link.itertext())).strip():
        return False
    pictures = list(link.iter("img"))
    return any("更多" in (one.get("alt") or "") or _MORE_IMAGE.search(one.get("src") or "") for one in pictures)


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
