"""The entries of a list page: links with whole titles and days. All list protocols share this."""

import re
from collections.abc import Iterable, Iterator
from itertools import islice

from lxml.html import HtmlElement

from archive.model import Listed
from archive.urls import canonical
from crawler.sources import Source
from spiders.lists.dates import find_day, only_day, squeeze, whole_title
from spiders.lists.links import MOST_LINKS, address, base_of, site_of, sites_of, stands_on, text_of
from spiders.lists.paging import numbered_pages

_PAGER = re.compile(
    r"[\W_]*(?:第一[页頁]|[首尾末][页頁]|最后一?[页頁]|[上前下后][一1]?[页頁]|prev(?:ious)?|next|first|last)[\W_]*",
    re.IGNORECASE,
)
_FILE = re.compile(
    r"\.(?:pdf|docx?|wps|ofd|xlsx?|et|pptx?|zip|rar|7z|jpe?g|png|gif|bmp|webp|svg|ico|mp[34]|wmv|avi|mov|apk|exe|css|js|rss|xml|json)$",
    re.IGNORECASE,
)
_FURNITURE = re.compile(
    r"(?:^|[\s_-])(?:nav|navbar|menu|header|foot|footer|crumbs?|breadcrumbs?|friendlinks?|copyright|pager|pagination)(?:$|[\s_-])",
    re.IGNORECASE,
)
_ROWS = {"li", "tr", "dd", "dt", "article"}
_LIST_TAGS = {"ul", "ol", "dl", "table", "tbody", "form", "main", "body", "html"}
MOST_ENTRIES = 2000  # per page; longer lists are not meant for people
BESIDE = 50  # elements that are read between an item and its neighbour
_LISTED_DAYS = 3  # links; with a day beside each they are clearly a list
_BULLETS = "·•●▪◆ "
_SCRAP = re.compile(r"[\s\d年月日./-]+")  # a part of a day that is set in several elements
_DAY_AT_EDGE = re.compile(
    r"^[\[(（【]?\d{4}[-/.]\d\d?[-/.]\d\d?[\])）】]?|[\[(（【]?\d{4}[-/.]\d\d?[-/.]\d\d?[\])）】]?$"
)

# An element that holds an entry, and the key of that entry; None when it holds several
Holders = dict[HtmlElement, str | None]


def read_entries(document: HtmlElement, url: str, source: Source, now: str = "") -> tuple[Listed, ...]:
    """The entries of a list page in their order, each page once.

    A link is an entry when it leads to the list's own host (or one of `source.hosts`) and its address matches
    `source.article`. Without such a pattern it is one when it leads neither to the list itself, nor to another page of
    it, nor to the site's front page, nor to a file; then, when at least three links have a day beside them, the page is
    clearly a list, and links that stand elsewhere than these are furniture; else what stands in nav, header or footer.

    An entry's title is the `title` attribute or the text of any link to it, whichever is whole. Its day stands in the
    smallest element that holds links to it and to no other entry, or, where entries follow each other without such
    an element, between it and its neighbour.

    A hostile page may hold any number of links: the first MOST_LINKS are looked at, and of more than MOST_ENTRIES
    entries one more than these is returned, so that it can be told. `now` is the time of fetching.
    """
    base = base_of(document, url)
    sites = sites_of(url, source.hosts)
    links: dict[HtmlElement, str] = {}
    keys: dict[HtmlElement, str] = {}
    seen: set[str] = set()
    for link in islice(document.iter("a", "area"), MOST_LINKS):
        target = address(link.get("href") or "", base)
        # the pattern is tried first, since it costs less than the tests that follow
        if not target or (source.article and not re.search(source.article, target)):
            continue
        key = canonical(target)
        if stands_on(key, sites):
            links[link], keys[link] = target, key
            seen.add(key)
            if len(seen) > MOST_ENTRIES:
                break
    if not source.article:
        keys = _likely_entries(keys, document, url, source.lists)
    return _entries(links, keys, now, furnished=not source.article)


def _likely_entries(
    keys: dict[HtmlElement, str], document: HtmlElement, url: str, lists: Iterable[str]
) -> dict[HtmlElement, str]:
    own = {canonical(known) for known in (url, *lists, *numbered_pages(document, url).values())}
    own.add(site_of(canonical(url)) + "/")
    pagers = {parent for link in keys if _PAGER.fullmatch(text_of(link)) for parent in _two_above(link)}
    return {
        link: key
        for link, key in keys.items()
        if key not in own and not _FILE.search(key.partition("?")[0]) and not _is_pager(link, pagers)
    }


def _is_pager(link: HtmlElement, pagers: set[HtmlElement]) -> bool:
    text = text_of(link)
    if _PAGER.fullmatch(text):
        return True
    return not re.search(r"[^\W\d]", text) and not pagers.isdisjoint(_two_above(link))


def _two_above(link: HtmlElement) -> list[HtmlElement]:
    return [parent for parent in islice(link.iterancestors(), 2) if parent.tag not in ("body", "html")]


def _entries(
    links: dict[HtmlElement, str], keys: dict[HtmlElement, str], now: str, *, furnished: bool
) -> tuple[Listed, ...]:
    held = _holders(keys)
    leading: dict[HtmlElement, bool] = {}
    addresses: dict[str, str] = {}
    titles: dict[str, list[str]] = {}
    days: dict[HtmlElement, str] = {}
    for link, key in keys.items():
        addresses.setdefault(key, links[link])
        titles.setdefault(key, []).extend(_titles(link, links[link], now))
        days[link] = _day_beside(link, links[link], now, held, leading)
    if furnished:
        kept = {keys[link] for link in _without_furniture(days)}
        addresses = {key: target for key, target in addresses.items() if key in kept}
    day_of = {keys[link]: day for link, day in reversed(days.items()) if day}
    return tuple(
        Listed(url=target, title=whole_title(*titles[key]), date=day_of.get(key, ""))
        for key, target in addresses.items()
    )


def _holders(keys: dict[HtmlElement, str]) -> Holders:
    held: Holders = {}
    for link, key in keys.items():
        held[link] = key
        for parent in link.iterancestors():
            if held.setdefault(parent, key) not in (key, None):
                held[parent] = None
            elif held[parent] is None:
                break
    return held


def _titles(link: HtmlElement, url: str, now: str) -> Iterator[str]:
    yield link.get("title") or ""
    for heading in link.xpath("(.//h1|.//h2|.//h3|.//h4|.//h5|.//h6|.//*[contains(@class,'tit')])[1]"):
        yield text_of(heading)
    pieces = [piece for piece in link.xpath(".//text()") if not only_day(piece, url, now)]
    if find_day(" ".join(_scraps(pieces))):
        pieces = [piece for piece in pieces if not _SCRAP.fullmatch(piece)]
    yield _DAY_AT_EDGE.sub("", squeeze("".join(pieces)).strip(_BULLETS)).strip(_BULLETS)
    yield from link.xpath(".//@title")
    yield link.get("alt") or ""
    yield from link.xpath(".//img/@alt")


def _scraps(pieces: Iterable[str]) -> list[str]:
    return [piece for piece in pieces if _SCRAP.fullmatch(piece)]


def _day_beside(link: HtmlElement, url: str, now: str, held: Holders, leading: dict[HtmlElement, bool]) -> str:
    item = _item(link, held)
    own = link.xpath(".//text()")
    inside = set(own)
    outside = [piece for piece in item.xpath(".//text()") if piece not in inside]
    parent = item.getparent()
    flat = item.tag not in _ROWS and parent is not None and held[parent] is None
    beside = _between(item, held, leading) if flat or item.tag == "dt" else []
    pure = (day for piece in (*outside, *own, *beside) if (day := only_day(piece, url, now)))
    if day := next(pure, ""):
        return day
    loose = (
        outside,
        beside,
        _scraps(own),
        _DAY_AT_EDGE.findall(text_of(link).strip(_BULLETS)),
    )
    return next((day for pieces in loose if (day := find_day(" ".join(pieces)))), "")


def _item(link: HtmlElement, held: Holders) -> HtmlElement:
    """The largest element, at most a row of a list, that holds this entry and no other."""
    item = link
    while item.tag not in _ROWS:
        parent = item.getparent()
        if parent is None or parent.tag in _LIST_TAGS or held[parent] is None:
            break
        item = parent
    return item


def _between(item: HtmlElement, held: Holders, leading: dict[HtmlElement, bool]) -> list[str]:
    """The texts between an item and its neighbour.

    This is the one before it when a day stands before the first item too, else the one after it.
    """
    parent = item.getparent()
    if parent not in leading:
        first = next(child for child in parent if child in held)
        leading[parent] = bool(find_day(" ".join(_texts_beside(first, held, before=True))))
    return _texts_beside(item, held, before=leading[parent])


def _texts_beside(item: HtmlElement, held: Holders, *, before: bool) -> list[str]:
    texts: list[str] = [] if before else [item.tail or ""]
    for sibling in islice(item.itersiblings(preceding=before), BESIDE):
        if before:
            texts.append(sibling.tail or "")
        if sibling in held:
            break
        texts += sibling.xpath(".//text()")
        if not before:
            texts.append(sibling.tail or "")
    else:
        texts.append((item.getparent().text or "") if before else "")
    return texts


def _without_furniture(days: dict[HtmlElement, str]) -> list[HtmlElement]:
    dated = [link for link, day in days.items() if day]
    if len(dated) < _LISTED_DAYS:
        return [link for link in days if not _is_furniture(link)] or list(days)
    rows = {_row(link) for link in dated}
    lists = {row.getparent() for row in rows}
    return [link for link, day in days.items() if day or ((row := _row(link)) not in rows and row.getparent() in lists)]


def _row(link: HtmlElement) -> HtmlElement:
    return next((parent for parent in link.iterancestors() if parent.tag in _ROWS), link)


def _is_furniture(link: HtmlElement) -> bool:
    return any(
        parent.tag in ("nav", "header", "footer")
        or _FURNITURE.search(f"{parent.get('class', '')} {parent.get('id', '')}")
        for parent in link.iterancestors()
        if parent.tag not in ("body", "html")
    )
