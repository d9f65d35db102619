"""What all list protocols share: links read as entries with whole titles and days, and the link to the next page."""

import functools
import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from lxml import etree, html
from lxml.html import HtmlElement

from archive.model import Listed
from archive.urls import canonical
from crawler.sources import Source
from spiders.texts import find_day, only_day, squeeze, whole_title

_NEXT = re.compile(r"[\W_]*(?:[下后][一1]?[页頁]|next(?:\s*page)?)[\W_]*|\s*[›»>]{1,2}\s*", re.IGNORECASE)
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
MOST_ENTRIES = 2000  # of a page: what shows more is no list for people
MOST_LINKS = 10_000  # of a page that are looked at
LONGEST_ADDRESS = 4000  # characters; what is longer leads nowhere, and would be remembered
BESIDE = 50  # elements between an item and its neighbour that are read
_LISTED_DAYS = 3  # so many links with a day beside them are clearly a list
_BULLETS = "·•●▪◆ "
_SCRAP = re.compile(r"[\s\d年月日./-]+")  # a part of a day that is set in several elements
_DAY_AT_EDGE = re.compile(
    r"^[\[(（【]?\d{4}[-/.]\d\d?[-/.]\d\d?[\])）】]?|[\[(（【]?\d{4}[-/.]\d\d?[-/.]\d\d?[\])）】]?$"
)

_PAGE_NUMBER = re.compile(r"[\[(（【]?\s*(\d{1,4})\s*[\])）】]?")
_YEAR_BEFORE = re.compile(r"(?:19|20)\d\d[-/_.]?(?:\d\d?[-/_.]?)?$")  # the number after it is a day, of a calendar

# An element that holds an entry, and the key of that entry; None when it holds several
Holders = dict[HtmlElement, str | None]


def parse(text: str) -> HtmlElement:
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
    """What all pages of a folder join links to alike."""
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
    """What the links of `document` are relative to: its <base>, else its own address."""
    return next((base for href in document.xpath("//base/@href") if (base := address(href, url))), url)


def same_site(url: str, list_url: str, hosts: Iterable[str] = ()) -> bool:
    """Whether `url` lies on the host and port of its list, or on one of `hosts` (`host`, any port, or `host:port`)."""
    return _stands_on(canonical(url), _sites(list_url, hosts))


def _sites(list_url: str, hosts: Iterable[str]) -> tuple[str, set[str]]:
    return _site(canonical(list_url)), {_site(canonical("http://" + host)) for host in hosts}


def _stands_on(key: str, sites: tuple[str, set[str]]) -> bool:
    own, others = sites
    site = _site(key)
    return site == own or site in others or site.partition(":")[0] in others


def _site(key: str) -> str:
    return key.partition("/")[0]


def with_query(url: str, **changes: str) -> str:
    """`url` with some of its parameters set anew, the others in their places."""
    parts = urlsplit(url)
    query = {**dict(parse_qsl(parts.query, keep_blank_values=True)), **changes}
    return urlunsplit(parts._replace(query=urlencode(query)))


def read_json(text: str, *path: str) -> Any:
    """What an interface's answer holds under these keys, one within the other; None when there is no such thing."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def json_entries(
    rows: Any, base: str, url: Sequence[str], title: str, day: Callable[[dict[str, Any]], str]
) -> tuple[Listed, ...]:
    """The entries of an interface's answer.

    Each of `rows` that is an object with an address under one of the keys `url`. What is in the way is passed over.
    """
    rows = [row for row in rows[:MOST_LINKS] if isinstance(row, dict)] if isinstance(rows, list) else []
    found = ((row, address(next((str(row[key]) for key in url if row.get(key)), ""), base)) for row in rows)
    return tuple(
        Listed(url=target, title=squeeze(re.sub(r"<[^<>]*>", "", str(row.get(title) or ""))), date=day(row))
        for row, target in found
        if target
    )


def allowed(entries: Sequence[Listed], url: str, source: Source) -> tuple[Listed, ...]:
    """Those of the entries, read from something else than links, that the source admits, each page once.

    Of more than MOST_ENTRIES one more than these, so that it can be told.
    """
    kept = {
        canonical(entry.url): entry
        for entry in entries[: MOST_ENTRIES + 1]
        if same_site(entry.url, url, source.hosts) and re.search(source.article, entry.url)
    }
    return tuple(kept.values())


def read_entries(document: HtmlElement, url: str, source: Source) -> tuple[Listed, ...]:
    """The entries of a list page in their order, each page once.

    A link is an entry when it leads to the list's own host (or one of `source.hosts`) and its address matches
    `source.article`. Without such a pattern it is one when it leads neither to the list itself, nor to another page of
    it, nor to the site's front page, nor to a file; then, when at least three links have a day beside them, the page is
    clearly a list, and links that stand elsewhere than these are furniture; else what stands in nav, header or footer.

    An entry's title is the `title` attribute or the text of any link to it, whichever is whole. Its day stands in the
    smallest element that holds links to it and to no other entry, or, where entries follow each other without such
    an element, between it and its neighbour.

    A hostile page may hold any number of links: the first MOST_LINKS are looked at, and of more than MOST_ENTRIES
    entries one more than these is returned, so that it can be told.
    """
    base = base_of(document, url)
    sites = _sites(url, source.hosts)
    links: dict[HtmlElement, str] = {}
    keys: dict[HtmlElement, str] = {}
    seen: set[str] = set()
    for link in islice(document.iter("a", "area"), MOST_LINKS):
        target = address(link.get("href") or "", base)
        if not target or (source.article and not re.search(source.article, target)):  # before what costs more
            continue
        key = canonical(target)
        if _stands_on(key, sites):
            links[link], keys[link] = target, key
            seen.add(key)
            if len(seen) > MOST_ENTRIES:
                break
    if not source.article:
        keys = _likely_entries(keys, document, url, source.lists)
    return _entries(links, keys, furnished=not source.article)


def _likely_entries(
    keys: dict[HtmlElement, str], document: HtmlElement, url: str, lists: Iterable[str]
) -> dict[HtmlElement, str]:
    own = {canonical(known) for known in (url, *lists, *numbered_pages(document, url).values())}
    own.add(_site(canonical(url)) + "/")
    pagers = {parent for link in keys if _PAGER.fullmatch(_text(link)) for parent in _two_above(link)}
    return {
        link: key
        for link, key in keys.items()
        if key not in own and not _FILE.search(key.partition("?")[0]) and not _is_pager(link, pagers)
    }


def _is_pager(link: HtmlElement, pagers: set[HtmlElement]) -> bool:
    text = _text(link)
    if _PAGER.fullmatch(text):
        return True
    return not re.search(r"[^\W\d]", text) and not pagers.isdisjoint(_two_above(link))


def _two_above(link: HtmlElement) -> list[HtmlElement]:
    return [parent for parent in islice(link.iterancestors(), 2) if parent.tag not in ("body", "html")]


def _entries(links: dict[HtmlElement, str], keys: dict[HtmlElement, str], *, furnished: bool) -> tuple[Listed, ...]:
    held = _holders(keys)
    leading: dict[HtmlElement, bool] = {}
    addresses: dict[str, str] = {}
    titles: dict[str, list[str]] = {}
    days: dict[HtmlElement, str] = {}
    for link, key in keys.items():
        addresses.setdefault(key, links[link])
        titles.setdefault(key, []).extend(_titles(link, links[link]))
        days[link] = _day_beside(link, links[link], held, leading)
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


def _text(element: HtmlElement) -> str:
    return squeeze("".join(element.xpath(".//text()")))


def _titles(link: HtmlElement, url: str) -> Iterator[str]:
    yield link.get("title") or ""
    for heading in link.xpath("(.//h1|.//h2|.//h3|.//h4|.//h5|.//h6|.//*[contains(@class,'tit')])[1]"):
        yield _text(heading)
    pieces = [piece for piece in link.xpath(".//text()") if not only_day(piece, url)]
    if find_day(" ".join(_scraps(pieces))):
        pieces = [piece for piece in pieces if not _SCRAP.fullmatch(piece)]
    yield _DAY_AT_EDGE.sub("", squeeze("".join(pieces)).strip(_BULLETS)).strip(_BULLETS)
    yield from link.xpath(".//@title")
    yield link.get("alt") or ""
    yield from link.xpath(".//img/@alt")


def _scraps(pieces: Iterable[str]) -> list[str]:
    return [piece for piece in pieces if _SCRAP.fullmatch(piece)]


def _day_beside(link: HtmlElement, url: str, held: Holders, leading: dict[HtmlElement, bool]) -> str:
    item = _item(link, held)
    own = link.xpath(".//text()")
    inside = set(own)
    outside = [piece for piece in item.xpath(".//text()") if piece not in inside]
    parent = item.getparent()
    flat = item.tag not in _ROWS and parent is not None and held[parent] is None
    beside = _between(item, held, leading) if flat or item.tag == "dt" else []
    pure = (day for piece in (*outside, *own, *beside) if (day := only_day(piece, url)))
    if day := next(pure, ""):
        return day
    loose = (
        outside,
        beside,
        _scraps(own),
        _DAY_AT_EDGE.findall(_text(link).strip(_BULLETS)),
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


def next_link(document: HtmlElement, url: str, selector: str = "") -> str:
    """The address of the next page of a list: of the first link that `selector` finds, else of one that says 下一页.

    Where nothing says so, of the number that follows this page's own in a pager of bare numbers (`numbered_pages`).
    "" when there is none, when it needs JavaScript, or when it leads to this page again.
    """
    base = base_of(document, url)
    found = document.cssselect(selector) if selector else _next_candidates(document)
    targets = (address(link.get("href") or "", base) for link in found)
    said = (target for target in targets if target and same_site(target, url) and canonical(target) != canonical(url))
    return next(said, "") or ("" if selector else _following_number(document, url))


def _next_candidates(document: HtmlElement) -> Iterator[HtmlElement]:
    yield from document.xpath("//link[@rel='next'] | //a[@rel='next']")
    links = document.xpath("//a[@href]")[:MOST_LINKS]
    yield from (link for link in links if _NEXT.fullmatch(_text(link) or link.get("title") or ""))
    yield from (
        link for link in links if {"next", "nextpage", "next-page"} & set(link.get("class", "").lower().split())
    )


def numbered_pages(document: HtmlElement, url: str) -> dict[int, str]:
    """The pages of the list at `url` by the numbers that its pager shows: `{2: "…/index_2.html", 3: …}`.

    A link is one of them when its text is a number, it leads to the list's own folder on the list's own site, and its
    address holds that number, or the one before it (TRS counts from 0), where the others' addresses hold theirs and
    the rest is alike. Numbers behind a year, or a year and a month, are a calendar's.
    """
    return _pager(document, url)[1]


def _following_number(document: HtmlElement, url: str) -> str:
    (before, after, less), pages = _pager(document, url)
    own = re.fullmatch(f"{re.escape(before)}(\\d{{1,5}}){re.escape(after)}", _folder_and_tail(url)[1])
    return pages.get((int(own[1]) + less if own else 1) + 1, "")  # an address without a number is the first page's


def _pager(document: HtmlElement, url: str) -> tuple[tuple[str, str, int], dict[int, str]]:
    """What stands before and after the number in the pages' addresses, by how much it is less, and the pages."""
    base, folder = base_of(document, url), _folder_and_tail(url)[0]
    found: dict[tuple[str, str, int], dict[int, str]] = {("", "", 0): {}}
    for link in document.xpath("//a[@href]")[:MOST_LINKS]:
        shown = _PAGE_NUMBER.fullmatch(_text(link))
        target = address(link.get("href"), base) if shown else ""
        if shown and target and _folder_and_tail(target)[0] == folder and same_site(target, url):
            number, tail = int(shown[1]), _folder_and_tail(target)[1]
            for run in re.finditer(r"(?<!\d)\d{1,5}(?!\d)", tail):
                before, after, less = tail[: run.start()], tail[run.end() :], number - int(run[0])
                if less in (0, 1) and not _YEAR_BEFORE.search(before):
                    found.setdefault((before, after, less), {}).setdefault(number, target)
    return max(found.items(), key=lambda item: len(item[1]))


def _folder_and_tail(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    folder, _, name = parts.path.rpartition("/")
    return folder, f"{name}?{parts.query}" if parts.query else name
