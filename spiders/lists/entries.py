"""The entries of a list page: links with whole titles and days. All list protocols share this."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from lxml.html import HtmlElement

from archive.model import Listed
from archive.urls import canonical
from crawler.sources import Source
from spiders.lists.beside import days_beside, days_split, days_under
from spiders.lists.calls import Calls
from spiders.lists.dates import is_cut, only_day, whole_title
from spiders.lists.furniture import without_furniture, without_rankings
from spiders.lists.groups import days_above
from spiders.lists.links import (
    MOST_LINKS,
    base_of,
    comments_of,
    is_card,
    is_clickable,
    kept_in_data,
    pieces_of,
    site_of,
    sites_of,
    stands_on,
    text_of,
)
from spiders.lists.paging import numbered_pages
from spiders.lists.rows import LISTED_DAYS, ROWS, Days, Holders, holders, row_of
from spiders.lists.split_days import are_years_alone
from spiders.lists.titles import counted, row_titles, shared_titles, titles_of
from spiders.lists.years import TEXTS, headings

_PAGER = re.compile(
    r"[\W_]*(?:第一[页頁]|[首尾末][页頁]|最后一?[页頁]|[上前下后][一1]?[页頁]|prev(?:ious)?|next|first|last)[\W_]*",
    re.IGNORECASE,
)
_FILE = re.compile(
    r"\.(?:pdf|docx?|wps|ofd|xlsx?|et|pptx?|zip|rar|7z|jpe?g|png|gif|bmp|webp|svg|ico|mp[34]|wmv|avi|mov|apk|exe|css|js|rss|xml|json)$"
    r"|/down(?:load|file)?\.(?:jspx?|do|action|aspx?|php)$",
    re.IGNORECASE,
)
MOST_ENTRIES = 2000  # per page; longer lists are not meant for people


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """The entries of a list page in their order, and the dated rows beside them that the source does not admit."""

    entries: tuple[Listed, ...] = ()
    left: tuple[Listed, ...] = ()
    scripted: int = 0  # dated rows beside the entries that only a script can follow


def read_entries(document: HtmlElement, url: str, source: Source, now: str = "") -> tuple[Listed, ...]:
    """The entries of a list page; `read_links` has the rules."""
    return read_links(document, url, source, now).entries


def read_links(document: HtmlElement, url: str, source: Source, now: str = "", *, rows_only: bool = False) -> Reading:
    """The entries of a list page in their order, each page once, and what stands among them and is left out.

    A link is an entry when it leads to the list's own host (or one of `source.hosts`) and its address matches
    `source.article`. Without such a pattern it is one when it leads neither to the list itself, nor to another page of
    it, nor to the site's front page, nor to a file. A link in a <template>, or with an address that holds a template's
    variables, or among the comments of readers, is none. An element that is clicked by a script (`onclick`, `data-href`, `data-url`) counts as a link to the address in it, or
    to the one that a function of the page makes (`Calls`).

    When at least three links have a day beside them, the page is clearly a list: a link without a day that stands
    elsewhere than these is furniture (menus, contact pages), unless it is picture news or a headline: its address is of
    the same kind as a dated entry's, it stands in no nav, header or footer, and it has a picture beside its words, or
    stands in a heading and its address tells of the list's time (`furniture._is_of_time`). On pages with fewer days, what stands in nav,
    header or footer is left away; with a pattern, only when a day shows which links are entries. `rows_only`: the
    document holds nothing but rows, and all this is not asked.

    An entry's title is the `title` attribute or the text of any link to it, whichever is whole; what a link without words
    says in its attributes (查看大图) comes last, and an attribute that several unlike links share is no title. Its day stands in the
    smallest element that holds links to it and to no other entry, or, where entries follow each other without such
    an element, between it and its neighbour. A row may hold links below its first one, as a reading (解读) below its
    order; they belong to it when they have no day of their own and the row has one. Of several days in a row, one
    under or behind 发布日期 is taken before one without a label, and that before 成文日期 or 更新时间; deadlines and days of
    events (截止日期, 开标时间) are none. A day at the edge of a title is cut off it when it is the entry's day.

    The rows of a ranking or of recommendations beside a larger list (点击排行, 推荐阅读) are no entries (`rankings`).

    Left out, and told, is a row of the same lists, or of lists alike, that has a day and leads to another host, to a file or to an
    address that `source.article` does not match. Rows whose links have no address at all are counted.

    A row may print its year apart from month and day (`split_days`). One that prints 03-05 alone has its year from the line 2026年 or 2026年3月 above it (`years.headings`), and rows
    without a day have that of the line above them where a list is grouped by days (`groups.days_above`).

    A hostile page may hold any number of links: the first MOST_LINKS are looked at, and of more than MOST_ENTRIES
    entries one more than these is returned, so that it can be told. `now` is the time of fetching.
    """
    base = base_of(document, url)
    sites = sites_of(url, source.hosts)
    links: dict[HtmlElement, str] = {}
    keys: dict[HtmlElement, str] = {}
    others: dict[HtmlElement, str] = {}
    scripted: list[HtmlElement] = []
    seen: set[str] = set()
    calls = Calls(document)
    for link in islice(_clickable(document), MOST_LINKS):
        target = calls.target(link, base) or (kept_in_data(link, base) if is_card(link) else "")
        if not target:
            scripted.append(link)
            continue
        # the pattern is tried first, since it costs less than the tests that follow
        if source.article and not re.search(source.article, target):
            others[link] = target
            continue
        key = canonical(target)
        if not stands_on(key, sites):
            others[link] = target
            continue
        links[link], keys[link] = target, key
        seen.add(key)
        if len(seen) > MOST_ENTRIES:
            break
    if not source.article:
        keys = _likely_entries(keys, document, url, source.lists)
    held = holders(keys, others)
    days = days_beside(links, keys, held, now)
    texts = TEXTS(document) if "" in days.values() else []
    if are_years_alone(texts):
        days |= days_split(days, held, now)
    if years := headings(document, texts):
        days |= days_under(years, document, days, held, now)
    if "" in days.values():
        days |= days_above(document, days, keys, now)
    if not rows_only:
        days = without_rankings(days, keys, held)
    kept = days if rows_only else without_furniture(days, links, keys, held, now, has_pattern=bool(source.article))
    files = {link: target for link, target in links.items() if link not in keys and _is_file(target)}
    return Reading(
        entries=_entries(links, keys, kept, held, now),
        left=_left_out(others | files, kept, held, url, now, everywhere=rows_only),
        scripted=_dated_rows(scripted, kept, held, now),
    )


def _clickable(document: HtmlElement) -> Iterator[HtmlElement]:
    hidden = {*document.iter("template"), *comments_of(document)}
    scripted = {element for element in document.xpath("//*[@onclick]") if is_clickable(element)}
    scripted |= {element for element in document.xpath("//*[@data-href or @data-url]") if is_card(element)}
    for element in document.iter("a", "area", *{element.tag for element in scripted}):
        is_link = element.tag in ("a", "area") or element in scripted
        if is_link and (not hidden or hidden.isdisjoint(element.iterancestors())):
            yield element


def _likely_entries(
    keys: dict[HtmlElement, str], document: HtmlElement, url: str, lists: Iterable[str]
) -> dict[HtmlElement, str]:
    own = {canonical(known) for known in (url, *lists, *numbered_pages(document, url).values())}
    own.add(site_of(canonical(url)) + "/")
    pagers = {parent for link in keys if _PAGER.fullmatch(text_of(link)) for parent in _two_above(link)}
    return {
        link: key for link, key in keys.items() if key not in own and not _is_file(key) and not _is_pager(link, pagers)
    }


def _is_pager(link: HtmlElement, pagers: set[HtmlElement]) -> bool:
    text = text_of(link)
    if _PAGER.fullmatch(text):
        return True
    return not re.search(r"[^\W\d]", text) and not pagers.isdisjoint(_two_above(link))


def _two_above(link: HtmlElement) -> list[HtmlElement]:
    return [parent for parent in islice(link.iterancestors(), 2) if parent.tag not in ("body", "html")]


def _is_file(url: str) -> bool:
    return _FILE.search(canonical(url).partition("?")[0]) is not None


def _entries(
    links: dict[HtmlElement, str], keys: dict[HtmlElement, str], kept: Days, held: Holders, now: str
) -> tuple[Listed, ...]:
    wanted = {keys[link] for link in kept}
    day_of = {keys[link]: day for link, day in reversed(kept.items()) if day}
    shared, counts = shared_titles(keys), counted(kept)
    addresses: dict[str, str] = {}
    titles: dict[str, list[str]] = {}
    wordless: dict[str, list[str]] = {}
    for link, key in keys.items():
        if key in wanted:
            addresses.setdefault(key, links[link])
            said = [one for one in titles_of(link, links[link], now, day_of.get(key, "")) if one not in shared]
            if link in counts:
                said = [one[len(counts[link]) :].lstrip() if one.startswith(counts[link]) else one for one in said]
            if cut := next(filter(is_cut, said), ""):
                said += row_titles(link, held, cut)
            (titles if text_of(link) else wordless).setdefault(key, []).extend(said)
    return tuple(
        Listed(url=target, title=whole_title(*titles.get(key, ()), *wordless.get(key, ())), date=day_of.get(key, ""))
        for key, target in addresses.items()
    )


def _left_out(
    others: dict[HtmlElement, str], kept: Days, held: Holders, url: str, now: str, *, everywhere: bool
) -> tuple[Listed, ...]:
    """The dated rows of the same lists, or of lists with the same class, that hold no entry; the first link of each.

    On a page without entries, and `everywhere` on request, those of all lists.
    """
    everywhere = everywhere or not kept
    rows = {row_of(link, held) for link, day in kept.items() if day}
    lists = {row.getparent() for row in rows}
    names = {_named(one) for one in lists} - {None}
    found: dict[str, Listed] = {}
    taken: set[HtmlElement] = set()
    for link, target in others.items():
        row = next(
            (parent for parent in link.iterancestors() if parent.tag in ROWS or parent.getparent() in lists), None
        )
        if row is None or row in taken or row in held or (key := canonical(target)) in found:
            continue
        if not everywhere and row.getparent() not in lists and _named(row.getparent()) not in names:
            continue
        taken.add(row)
        own = set(pieces_of(link))
        pieces = [piece for piece in pieces_of(row) if piece not in own]
        day = next((day for piece in pieces if (day := only_day(piece, target, now))), "")
        if day and key != canonical(url):
            found[key] = Listed(url=target, title=whole_title(*titles_of(link, target, now, day)), date=day)
    return tuple(found.values()) if len(rows) + len(found) >= LISTED_DAYS or (kept and everywhere) else ()


def _named(element: HtmlElement | None) -> tuple[str, str] | None:
    """The tag and the class of an element; None when it has no class."""
    return None if element is None or not element.get("class") else (element.tag, element.get("class"))


def _dated_rows(links: Iterable[HtmlElement], kept: Days, held: Holders, now: str) -> int:
    """The number of rows beside those of entries that hold these links, no entry, and a day."""
    lists = {row_of(link, held).getparent() for link, day in kept.items() if day}
    rows = {next((above for above in link.iterancestors() if above.getparent() in lists), None) for link in links}
    return sum(
        row is not None and row not in held and any(only_day(piece, "", now) for piece in pieces_of(row))
        for row in rows
    )
