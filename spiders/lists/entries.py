"""The entries of a list page: links with whole titles and days. All list protocols share this."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice, pairwise
from operator import itemgetter
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from archive.model import Listed
from archive.texts.days import first_day
from archive.urls import canonical
from crawler.sources import Source
from spiders.lists.calls import Calls
from spiders.lists.dates import (
    OF_ELSE,
    find_day,
    is_cut,
    is_mark,
    is_of_else,
    only_day,
    squeeze,
    told_title,
    whole_title,
)
from spiders.lists.groups import days_above
from spiders.lists.links import (
    MOST_LINKS,
    SHORTEST_TITLE,
    base_of,
    comments_of,
    compiled,
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
from spiders.lists.rankings import rankings
from spiders.lists.years import Heading, day_under, heading_above, headings, is_part_of

_PAGER = re.compile(
    r"[\W_]*(?:第一[页頁]|[首尾末][页頁]|最后一?[页頁]|[上前下后][一1]?[页頁]|prev(?:ious)?|next|first|last)[\W_]*",
    re.IGNORECASE,
)
_FILE = re.compile(
    r"\.(?:pdf|docx?|wps|ofd|xlsx?|et|pptx?|zip|rar|7z|jpe?g|png|gif|bmp|webp|svg|ico|mp[34]|wmv|avi|mov|apk|exe|css|js|rss|xml|json)$"
    r"|/down(?:load|file)?\.(?:jspx?|do|action|aspx?|php)$",
    re.IGNORECASE,
)
_FURNITURE = re.compile(
    r"(?:^|[\s_-])(?:nav|navbar|menu|header|foot|footer|crumbs?|breadcrumbs?|position|location|weizhi|more|friendlinks?|copyright|pager|pagination)(?:$|[\s_-])",
    re.IGNORECASE,
)
_PATH = re.compile(
    r"[\s▪·>]*(?:[您你]?(?:当前|现在|的|所在|當前|目前)*(?:位置|所在地?)|首页\s*[>›»])"
)  # where a reader stands in a site
_MORE = re.compile(r"[\W_]*(?:(?:查看|点击)?更多|more)[\W_]*", re.IGNORECASE)
_ISSUED = re.compile(r"(?:发布|發[布佈]|公开|公開|公布|发表|刊发|上传|录入)(?:时间|時間|日期|日)?\s*[:：]?\s*$")
_MADE = re.compile(r"(?:成文|发文|發文|印发|签发|生成|更新|修改)(?:时间|時間|日期|日)?\s*[:：]?\s*$")
_COLONS = (":", "：")
_LABEL = re.compile(r"\s*[\u4e00-\u9fff]{2,8}\s*[:：]")
_ROWS = {"li", "tr", "dd", "dt", "article"}
_BLOCKS = _ROWS | {"div", "p", "section", "ul", "ol", "dl", "table"}
_LIST_TAGS = {"ul", "ol", "dl", "table", "tbody", "form", "main", "body", "html"}
MOST_ENTRIES = 2000  # per page; longer lists are not meant for people
BESIDE = 50  # elements that are read between an item and its neighbour
_LONGEST_NUMBER = 40  # digits of a number in an address
_LISTED_DAYS = 3  # links; with a day beside each they are clearly a list
_LISTED_TITLES = 5  # links with titles; in the rows of one element they are a list
_HEADINGS = {"h1", "h2", "h3", "h4"}
_HEX = re.compile(r"[0-9a-f]{16,}(?:-[0-9a-f]+)*|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
# A day or a month among the folders of an address, and a day at the beginning of a name or a number
_DAY_IN_ADDRESS = re.compile(r"/(20\d\d|19\d\d)[-/]?([01]?\d)(?:[-/]?([0-3]?\d))?(?=/)")
_GLUED_DAY = re.compile(r"(?<![0-9])(20\d\d|19\d\d)([01]\d)([0-3]\d)(?=[_/-])")
_LAST_NUMBER = re.compile(r"\d+(?=\D*$)")
_HEADING = compiled("(.//h1|.//h2|.//h3|.//h4|.//h5|.//h6|.//*[contains(@class,'tit')])[1]")
_INNER_TITLES, _PICTURE_WORDS = compiled(".//@title"), compiled(".//img/@alt")
_VISITS = re.compile(r"\s*(?:阅读|浏览|点击|访问|人气)(?:次数|量|数)?\s*[:：]?\s*\d+\s*(?:人?次)?\s*")
_INNER_BLOCKS = compiled(".//p|.//div|.//dt|.//dd|.//li")
_BLANK = re.compile(r"\s+")
_SEVERAL = 2  # blocks of a link
_LONGEST_SCRAP = 12  # characters beside the blocks of a link: a day, a sign
_COUNTED = re.compile(r"\s*(\d{1,3})\s*(?:[.、．]\s*)?")
_COUNTED_IN_TEXT = re.compile(r"\s*(\d{1,3})\s*[.、．]\s*(?=\D)")
_BULLETS = "·•●▪◆ "
_SCRAP = re.compile(r"[\s\d年月日./-]+")  # a part of a day that is set in several elements
_DAY_AT_EDGE = re.compile(
    r"^[\[(（【]?\d{4}[-/.]\d\d?[-/.]\d\d?[\])）】]?|[\[(（【]?\d{4}[-/.]\d\d?[-/.]\d\d?[\])）】]?$"
)

# An element that holds an entry, and the key of that entry; None when it holds several
Holders = dict[HtmlElement, str | None]
Days = dict[HtmlElement, str]


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
    stands in a heading and its address tells of the list's time (`_is_of_time`). On pages with fewer days, what stands in nav,
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

    A row that prints 03-05 alone has its year from the line 2026年 or 2026年3月 above it (`years.headings`), and rows
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
    held = _holders(keys, others)
    days = _days(links, keys, held, now)
    if "" in days.values() and (years := headings(document)):
        days |= _days_under(years, document, days, held, now)
    if "" in days.values():
        days |= days_above(document, days, keys, now)
    if not rows_only:
        days = _without_rankings(days, keys, held)
    kept = days if rows_only else _without_furniture(days, links, keys, held, now, has_pattern=bool(source.article))
    files = {link: target for link, target in links.items() if link not in keys and _is_file(target)}
    return Reading(
        entries=_entries(links, keys, kept, held, now),
        left=_left_out(others | files, kept, held, url, now, everywhere=rows_only),
        scripted=_dated_rows(scripted, kept, held, now),
    )


def _dated_rows(links: Iterable[HtmlElement], kept: Days, held: Holders, now: str) -> int:
    """The number of rows beside those of entries that hold these links, no entry, and a day."""
    lists = {_row(link, held).getparent() for link, day in kept.items() if day}
    rows = {next((above for above in link.iterancestors() if above.getparent() in lists), None) for link in links}
    return sum(
        row is not None and row not in held and any(only_day(piece, "", now) for piece in pieces_of(row))
        for row in rows
    )


def _is_file(url: str) -> bool:
    return _FILE.search(canonical(url).partition("?")[0]) is not None


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


def _entries(
    links: dict[HtmlElement, str], keys: dict[HtmlElement, str], kept: Days, held: Holders, now: str
) -> tuple[Listed, ...]:
    wanted = {keys[link] for link in kept}
    day_of = {keys[link]: day for link, day in reversed(kept.items()) if day}
    shared, counts = _shared_titles(keys), _counted(kept)
    addresses: dict[str, str] = {}
    titles: dict[str, list[str]] = {}
    wordless: dict[str, list[str]] = {}
    for link, key in keys.items():
        if key in wanted:
            addresses.setdefault(key, links[link])
            said = [one for one in _titles(link, links[link], now, day_of.get(key, "")) if one not in shared]
            if link in counts:
                said = [one[len(counts[link]) :].lstrip() if one.startswith(counts[link]) else one for one in said]
            if any(map(is_cut, said)):
                said += _row_titles(link, held)
            (titles if text_of(link) else wordless).setdefault(key, []).extend(said)
    return tuple(
        Listed(url=target, title=whole_title(*titles.get(key, ()), *wordless.get(key, ())), date=day_of.get(key, ""))
        for key, target in addresses.items()
    )


def _counted(kept: Days) -> dict[HtmlElement, str]:
    """The numbers before the titles of a list that counts its rows: 01, 02, 03; `1、`, `2、`, `3、`.

    They stand in elements of their own, or have a sign behind them, and each link of three and more counts on from the one before.
    """
    found: dict[HtmlElement, tuple[int, str]] = {}
    for link in kept:
        pieces = [piece for piece in pieces_of(link) if piece.strip()] if len(link) else [link.text or ""]
        first = pieces[0] if pieces else ""
        own = _COUNTED.fullmatch(first) if len(pieces) > 1 else None
        if number := own or _COUNTED_IN_TEXT.match(first):
            found[link] = int(number[1]), squeeze(number[0])
    numbers = [number for number, _ in found.values()]
    if len(numbers) < _LISTED_DAYS or any(after != before + 1 for before, after in pairwise(numbers)):
        return {}
    return {link: said for link, (_, said) in found.items()}


def _shared_titles(keys: dict[HtmlElement, str]) -> set[str]:
    """The `title` attributes that say the same of entries with other words: 新窗口打开."""
    words: dict[str, set[tuple[str, str]]] = {}
    for link, key in keys.items():
        if title := link.get("title"):
            words.setdefault(title, set()).add((key, text_of(link)))
    return {
        title
        for title, said in words.items()
        if len({key for key, _ in said}) > 1 and len({text for _, text in said if text}) != 1
    }


def _days(links: dict[HtmlElement, str], keys: dict[HtmlElement, str], held: Holders, now: str) -> Days:
    """The links with the day of each, "" for none; links that belong to the row of another entry are left away."""
    leading_memo: dict[HtmlElement, bool] = {}
    days = {link: _day_beside(link, links[link], now, held, leading_memo) for link in keys}
    rows: dict[HtmlElement, list[HtmlElement]] = {}
    row_memo: dict[HtmlElement, HtmlElement | None] = {}
    for link in days:
        row = _shared_row(link, held, row_memo)
        if row is not None:
            rows.setdefault(row, []).append(link)
    aside = _recurring(rows, keys)
    for row, (lead, *further) in rows.items():
        below = [link for link in further if keys[link] != keys[lead]]
        day = _one_day(row, {lead, *below}, links[lead], now) if below and row.tag in _ROWS else ""
        if day and (main := _main([lead, *further], keys, aside)):
            for link in (lead, *further):
                if keys[link] == main:
                    days[link] = day
                else:
                    del days[link]
            continue
        # side by side, as in a grid, each is an entry of its own; the one day of a row is that of all
        if not below or _are_siblings(_item(lead, held), _item(below[0], held)):
            titles = [link for link in (lead, *below) if text_of(link) not in aside and keys[link] not in aside]
            days |= {link: days[link] or day for link in titles}
            continue
        day_of_row = _one_day(row, {lead, *below}, links[lead], now)
        own_days = {days[link] for link in below} - {""}
        if _is_above(lead, below, days, held):
            own_days -= {day_of_row}
        if own_days:
            continue
        day = days[lead] or day_of_row
        # elsewhere a block with a day may hold unlike links
        if day and (row.tag in _ROWS or _has_dated_siblings(row, links[lead], now)):
            days[lead] = day
            for link in below:
                del days[link]
    return days


def _recurring(rows: dict[HtmlElement, list[HtmlElement]], keys: dict[HtmlElement, str]) -> set[str]:
    """The words, and the keys, of links that come again in other rows: 图解, 解读, the name of a body or of a column."""
    found = Counter(
        one
        for row, members in rows.items()
        if row.tag in _ROWS
        for one in {said for link in members for said in (text_of(link), keys[link])}
    )
    return {one for one, number in found.items() if number > 1}


def _main(members: list[HtmlElement], keys: dict[HtmlElement, str], aside: set[str]) -> str:
    """The key of the entry that a row with one day is about: the only one of its words and address, or that of two with twice the words.

    "" where nothing tells: then they may be entries of one day.
    """
    titles = {keys[link] for link in members if text_of(link) not in aside and keys[link] not in aside}
    if len(titles) == 1:
        return titles.pop()
    longest = {
        key: max(len(text_of(link)) for link in members if keys[link] == key) for key in map(keys.__getitem__, members)
    }
    (first, most), *others = sorted(longest.items(), key=lambda item: -item[1])
    return first if len(others) == 1 and 2 * others[0][1] <= most else ""


def _days_under(years: list[Heading], document: HtmlElement, days: Days, held: Holders, now: str) -> Days:
    """The days of rows that print month and day alone below a line with their year."""
    places = {element: place for place, element in enumerate(document.iter())}
    found: Days = {}
    for link, day in days.items():
        heading = None if day else heading_above(link, places[link], years)
        if heading and (day := day_under(heading, _pieces_beside(link, held), now)):
            found[link] = day
    return found


def _pieces_beside(link: HtmlElement, held: Holders) -> list[str]:
    """The texts of a link's row."""
    item = _item(link, held)
    own = set(pieces_of(link))
    outside = [piece for piece in pieces_of(item) if piece not in own]
    parent = item.getparent()
    flat = item.tag not in _ROWS and parent is not None and held[parent] is None
    return [*outside, *pieces_of(link), *(_between(item, held, {}) if flat else [])]


def _shared_row(
    link: HtmlElement, held: Holders, repeated: dict[HtmlElement, HtmlElement | None]
) -> HtmlElement | None:
    """The smallest element that holds this entry and others, and stands beside elements like it that hold entries."""
    passed = []
    found = None
    for parent in link.iterancestors():
        if parent in repeated:
            found = repeated[parent]
            break
        above = parent.getparent()
        if above is None:
            break
        if held.get(parent, "") is not None:
            continue
        passed.append(parent)
        if sum(1 for other in above if other in held and other.tag == parent.tag) > 1:
            found = parent
            break
    repeated.update(dict.fromkeys(passed, found))
    return found


def _is_above(lead: HtmlElement, below: list[HtmlElement], days: Days, held: Holders) -> bool:
    """Whether a first link without a day is a title above blocks, rather than the name of a column before a title.

    Then the day behind the last block is that of the row.
    """
    return (
        not days[lead]
        and len(text_of(lead)) > SHORTEST_TITLE
        and all(_item(link, held).tag in _BLOCKS for link in below)
    )


def _are_siblings(one: HtmlElement, other: HtmlElement) -> bool:
    return one.tag == other.tag and one.getparent() is other.getparent()


def _one_day(row: HtmlElement, links: set[HtmlElement], url: str, now: str) -> str:
    """The one day that a row prints outside its links; "" when it prints none, or several."""
    inside = {piece for link in links for piece in pieces_of(link)}
    days = {day for piece in pieces_of(row) if piece not in inside and (day := only_day(piece, url, now))}
    return days.pop() if len(days) == 1 else ""


def _has_dated_siblings(row: HtmlElement, url: str, now: str) -> bool:
    siblings = [one for one in row.getparent() if one.tag == row.tag]
    return len(siblings) >= _LISTED_DAYS and all(
        any(only_day(piece, url, now) for piece in pieces_of(one)) for one in siblings
    )


def _holders(keys: dict[HtmlElement, str], others: Iterable[HtmlElement] = ()) -> Holders:
    """The elements that hold entries. One that holds an entry and rows of other links, too, is no single entry's."""
    held: Holders = {}
    for link, key in keys.items():
        held[link] = key
        _hold(held, link.iterancestors(), key)
    for link in others:
        rows = [parent for parent in link.iterancestors() if parent.tag in _ROWS]
        if rows:
            _hold(held, rows[-1].iterancestors(), "")
    return held


def _hold(held: Holders, parents: Iterable[HtmlElement], key: str) -> None:
    for parent in parents:
        if held.setdefault(parent, key) not in (key, None):
            held[parent] = None
        elif held[parent] is None:
            break


def _titles(link: HtmlElement, url: str, now: str, day: str) -> Iterator[str]:
    yield told_title(link.get("title") or "", text_of(link))
    for heading in _HEADING(link):
        yield squeeze("".join(_without_marks(heading)))
    yield _first_block(link, url, now)
    pieces = [
        piece
        for piece in _without_marks(link)
        if not only_day(piece, url, now) and not is_part_of(piece, day) and not _VISITS.fullmatch(piece)
    ]
    if find_day(" ".join(_scraps(pieces))):
        pieces = [piece for piece in pieces if not _SCRAP.fullmatch(piece)]
    title = squeeze("".join(pieces)).strip(_BULLETS)
    yield _DAY_AT_EDGE.sub(lambda edge: "" if day and find_day(edge[0])[:10] == day[:10] else edge[0], title).strip(
        _BULLETS
    )
    yield from _INNER_TITLES(link)
    yield link.get("alt") or ""
    yield from _PICTURE_WORDS(link)


def _first_block(link: HtmlElement, url: str, now: str) -> str:
    """The title above a summary in one link: of the blocks that hold all its text but a day, the first that says enough; "" with one block."""
    if not len(link):
        return ""
    blocks = [text_of(one) for one in link.iter("p", "div", "dt", "dd", "li") if not _INNER_BLOCKS(one)]
    words = [said for said in blocks if said and not only_day(said, url, now)]
    outside = len(_BLANK.sub("", text_of(link))) - len(_BLANK.sub("", "".join(blocks)))
    if len(words) < _SEVERAL or outside > _LONGEST_SCRAP:
        return ""
    return next((said for said in words if len(said) >= SHORTEST_TITLE and not _LABEL.match(said)), "")


def _row_titles(link: HtmlElement, held: Holders) -> list[str]:
    """The `title` attributes of the elements that hold this entry alone, the row among them: <li title="…"><a>cut…</a>."""
    item = _item(link, held)
    return [*item.xpath("@title"), *_INNER_TITLES(item)]


def _without_marks(element: HtmlElement) -> list[str]:
    """The texts in an element, without a mark (置顶, NEW) that has an element of its own at either end of them."""
    pieces = [piece for piece in pieces_of(element) if piece.strip()]
    kept = list(pieces)
    for end in (0, -1):
        if len(kept) > 1 and is_mark(kept[end]) and kept[end].is_text and kept[end].getparent() is not element:  # type: ignore[attr-defined]
            del kept[end]
    return kept if len(kept) < len(pieces) else pieces_of(element)


def _scraps(pieces: Iterable[str]) -> list[str]:
    return [piece for piece in pieces if _SCRAP.fullmatch(piece)]


def _day_beside(link: HtmlElement, url: str, now: str, held: Holders, leading: dict[HtmlElement, bool]) -> str:
    item = _item(link, held)
    own = pieces_of(link)
    inside = set(own)
    outside = [piece for piece in pieces_of(item) if piece not in inside]
    parent = item.getparent()
    flat = item.tag not in _ROWS and parent is not None and held[parent] is None
    beside = _between(item, held, leading) if flat or item.tag == "dt" else []
    if day := _best_day([*outside, *own, *beside], url, now):
        return day
    loose = (find_day(" ".join(pieces)) for pieces in (outside, beside, _scraps(own)))
    said = next((day for day in loose if day), "") or _day_at_edge(text_of(link).strip(_BULLETS))
    return said or _best_day(_beyond(item, held, leading), url, now)


def _beyond(item: HtmlElement, held: Holders, leading: dict[HtmlElement, bool]) -> list[str]:
    """The texts of a row that is made of rows: of the `ul` of each entry, or of the neighbour where entries and days take turns."""
    parent = item.getparent()
    if item.tag not in _ROWS or parent is None:
        return []
    above = parent.getparent()
    if held[parent] is not None:
        alike = [] if above is None else [one for one in above if one.tag == parent.tag and held.get(one)]
        own = set(pieces_of(item))
        return [piece for piece in pieces_of(parent) if piece not in own] if len(alike) >= _LISTED_DAYS else []
    if item.tag not in ("dd", "tr"):
        return []
    turns = [one for one in parent if one.tag == item.tag and held.get(one)]
    dated = sum(bool(find_day(" ".join(_between(one, held, leading)))) for one in turns[:_LISTED_DAYS])
    return _between(item, held, leading) if dated == _LISTED_DAYS else []


def _best_day(pieces: list[str], url: str, now: str) -> str:
    """The day among the pieces of a row that consist of one: by its label, then the first."""
    found: list[tuple[int, str]] = []
    for before, piece in zip(["", *pieces], pieces, strict=False):
        if day := only_day(piece, url, now) or _machine_day(piece, now):
            label = (
                _label_in(piece) or (_label_in(before) if before.rstrip()[-1:] in _COLONS else "") or _head_of(piece)
            )
            if not OF_ELSE.search(label):
                found.append((_rank(label), day))
    return min(found, key=itemgetter(0))[1] if found else ""


def _machine_day(piece: str, now: str) -> str:
    """The day in the `datetime` of the <time> that shows this text: <time datetime="2026-03-05">3月5日</time>."""
    element = piece.getparent() if getattr(piece, "is_text", False) else None  # type: ignore[attr-defined]
    return only_day(element.get("datetime") or "", "", now) if element is not None and element.tag == "time" else ""


def _label_in(piece: str) -> str:
    """The words that a piece of text begins with, up to a colon; "" when none stands behind them."""
    found = _LABEL.match(piece)
    return found[0] if found else ""


def _rank(label: str) -> int:
    return 0 if _ISSUED.search(label) else 2 if _MADE.search(label) else 1


def _head_of(piece: str) -> str:
    """The head of the table's column in which a piece of text stands; "" outside tables, and in rows of other cells."""
    element = piece.getparent() if hasattr(piece, "getparent") else None  # a tail that was cut out is a plain string
    while element is not None and element.tag not in ("td", "th"):
        element = element.getparent()
    row = element.getparent() if element is not None else None
    table = next(row.iterancestors("table"), None) if row is not None else None
    first = next(table.iter("tr"), None) if table is not None else None
    if element is None or row is None or first is None or len(first) != len(row):
        return ""
    return text_of(first[row.index(element)])


def _day_at_edge(title: str) -> str:
    for edge in _DAY_AT_EDGE.finditer(title):
        day = first_day(edge[0])
        if day and not is_of_else(title, replace(day, start=edge.start() + day.start, end=edge.start() + day.end)):
            return day.day
    return ""


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
        texts += pieces_of(sibling)
        if not before:
            texts.append(sibling.tail or "")
    else:
        texts.append((item.getparent().text or "") if before else "")
    return texts


def _without_furniture(
    days: Days,
    links: dict[HtmlElement, str],
    keys: dict[HtmlElement, str],
    held: Holders,
    now: str,
    *,
    has_pattern: bool,
) -> Days:
    dated = [link for link, day in days.items() if day]
    if len(dated) < _LISTED_DAYS:
        if has_pattern and not dated:
            return days
        plain = {link: day for link, day in days.items() if day or not _is_furniture(link)}
        return _without_names(plain, keys, held) or days
    row_of = {link: _row(link, held) for link in dated}
    rows = set(row_of.values())
    lists = {(row.getparent(), row.tag) for row in rows}
    kinds = {_kind(links[link]) for link in dated}
    oldest = _oldest(days, links, dated)
    pictured = {keys[link] for link in days if link.find(".//img") is not None}

    def is_entry(link: HtmlElement) -> bool:
        row = _row(link, held)
        if row in rows:
            return False
        if (row.getparent(), row.tag) in lists:
            return True
        if _kind(links[link]) not in kinds or _is_furniture(link):
            return False
        if keys[link] in pictured:
            return any(keys[other] == keys[link] and len(text_of(other)) >= SHORTEST_TITLE for other in days)
        return _is_headline(link) and _is_of_time(links[link], oldest)

    own = _day_beside_furniture(row_of, days, links, now)
    return {link: day for link, day in days.items() if (day and link not in own) or (not day and is_entry(link))}


def _day_beside_furniture(
    row_of: dict[HtmlElement, HtmlElement], days: Days, links: dict[HtmlElement, str], now: str
) -> set[HtmlElement]:
    """The links beside a list whose day is none of theirs: 今天是2026年3月10日 before 繁体, 最后更新：2026-03-09 before 网站地图.

    They are fewer than the rows of a list, their addresses are not of the kind of the list's, and each stands in a header or a footer, says
    less than titles do, or has the day of the visit and an address without a number, as columns have.
    """
    places = {link: (row.getparent(), row.tag) for link, row in row_of.items()}
    number = Counter(places.values())
    few = [link for link, place in places.items() if number[place] < _LISTED_DAYS]
    if not few or len(few) == len(places):
        return set()
    kinds = {_kind(links[link]) for link, place in places.items() if number[place] >= _LISTED_DAYS}
    return {
        link
        for link in few
        if _kind(links[link]) not in kinds
        and (
            (days[link][:10] == now[:10] and _number_in(links[link]) < 0)
            or len(text_of(link)) < SHORTEST_TITLE
            or _is_furniture(link)
        )
    }


def _without_rankings(days: Days, keys: dict[HtmlElement, str], held: Holders) -> Days:
    lists: dict[tuple[HtmlElement, str], set[str]] = {}
    places: dict[HtmlElement, tuple[HtmlElement, str]] = {}
    for link in days:
        row = _row(link, held)
        if (parent := row.getparent()) is not None:
            places[link] = parent, row.tag
            lists.setdefault(places[link], set()).add(keys[link])
    aside = rankings({place: len(found) for place, found in lists.items()})
    return {link: day for link, day in days.items() if places.get(link) not in aside} if aside else days


def _without_names(days: Days, keys: dict[HtmlElement, str], held: Holders) -> Days:
    """The links of a page without days, without the names of columns beside the list.

    The rows of a list stand in one element, and most of them say as much as titles do. Beside such a list a
    link that says less, and shows no picture, is part of a menu: 部门动态, 登录.
    """
    lists: dict[tuple[HtmlElement | None, str], list[HtmlElement]] = {}
    for link in days:
        row = _row(link, held)
        lists.setdefault((row.getparent(), row.tag), []).append(link)
    titled = {
        place
        for place, members in lists.items()
        if len({keys[link] for link in members if len(text_of(link)) >= SHORTEST_TITLE}) >= _LISTED_TITLES
        and 2 * sum(len(text_of(link)) < SHORTEST_TITLE for link in members) <= len(members)
    }
    if not titled:
        return days

    def is_name(link: HtmlElement) -> bool:
        row = _row(link, held)
        if (row.getparent(), row.tag) in titled or link.find(".//img") is not None:
            return False
        return 0 < len(text_of(link)) < SHORTEST_TITLE

    return {link: day for link, day in days.items() if day or not is_name(link)}


def _oldest(days: Days, links: dict[HtmlElement, str], dated: list[HtmlElement]) -> str | int:
    """Where the time of a list begins: the month before its oldest day; where no address of it prints a day, the least of their numbers."""
    if any(_day_in(links[link]) for link in dated):
        return _months_before(min(days[link][:10] for link in dated))
    numbers = (_number_in(links[link]) for link in dated)
    return min((number for number in numbers if number >= 0), default=10**_LONGEST_NUMBER)


def _is_of_time(url: str, oldest: str | int) -> bool:
    """Whether an address is of a list's time: by the day that it prints, or by its number, since these are given in turn."""
    if isinstance(oldest, str):
        return _day_in(url) >= oldest
    return _number_in(url) >= oldest


def _row(link: HtmlElement, held: Holders) -> HtmlElement:
    """The row of a list that holds a link; where lists are not made of rows, the element that holds this entry alone."""
    row = next((parent for parent in link.iterancestors() if parent.tag in _ROWS), None)
    return _item(link, held) if row is None else row


def _kind(url: str) -> str:
    """The address without its host, the days in it and its last number: alike for the articles of one column."""
    plain = _DAY_IN_ADDRESS.sub("/", _HEX.sub("#", urlsplit(url).path))
    return _LAST_NUMBER.sub("#", _GLUED_DAY.sub("", plain))


def _day_in(url: str) -> str:
    """The day, or the month, that an address prints: `2026-07-02`, `2026-07`; "" for none."""
    found = _GLUED_DAY.search(url) or _DAY_IN_ADDRESS.search(url)
    return "-".join(part.rjust(2, "0") for part in found.groups() if part) if found else ""


def _number_in(url: str) -> int:
    """The last number of an address, -1 for none; a hash is no number."""
    parts = urlsplit(url)
    found = _LAST_NUMBER.search(_HEX.sub("#", f"{parts.path}?{parts.query}"))
    return int(found[0][:_LONGEST_NUMBER]) if found else -1


def _months_before(day: str) -> str:
    """The month before that of a day."""
    year, month = int(day[:4]), int(day[5:7])
    return f"{year}-{month - 1:02}" if month > 1 else f"{year - 1}-12"


def _is_headline(link: HtmlElement) -> bool:
    return link.find("h1") is not None or any(parent.tag in _HEADINGS for parent in islice(link.iterancestors(), 2))


def _is_furniture(link: HtmlElement) -> bool:
    return (
        _MORE.fullmatch(text_of(link)) is not None
        or _is_in_path(link)
        or any(
            parent.tag in ("nav", "header", "footer")
            or _FURNITURE.search(f"{parent.get('class', '')} {parent.get('id', '')}")
            for parent in link.iterancestors()
            if parent.tag not in ("body", "html")
        )
    )


def _is_in_path(link: HtmlElement) -> bool:
    """Whether a link stands in a line that says where its reader is: 当前位置：首页 > 政务公开."""
    return any(
        _PATH.match(squeeze("".join(islice(above.itertext(), 4))))
        for above in islice(link.iterancestors(), 3)
        if above.tag not in _LIST_TAGS
    )


def _left_out(
    others: dict[HtmlElement, str], kept: Days, held: Holders, url: str, now: str, *, everywhere: bool
) -> tuple[Listed, ...]:
    """The dated rows of the same lists, or of lists with the same class, that hold no entry; the first link of each.

    On a page without entries, and `everywhere` on request, those of all lists.
    """
    everywhere = everywhere or not kept
    rows = {_row(link, held) for link, day in kept.items() if day}
    lists = {row.getparent() for row in rows}
    names = {_named(one) for one in lists} - {None}
    found: dict[str, Listed] = {}
    taken: set[HtmlElement] = set()
    for link, target in others.items():
        row = next(
            (parent for parent in link.iterancestors() if parent.tag in _ROWS or parent.getparent() in lists), None
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
            found[key] = Listed(url=target, title=whole_title(*_titles(link, target, now, day)), date=day)
    return tuple(found.values()) if len(rows) + len(found) >= _LISTED_DAYS or (kept and everywhere) else ()


def _named(element: HtmlElement | None) -> tuple[str, str] | None:
    """The tag and the class of an element; None when it has no class."""
    return None if element is None or not element.get("class") else (element.tag, element.get("class"))
