"""Days that stand in the row of a link, or between it and its neighbour."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from itertools import islice
from operator import itemgetter

from lxml.html import HtmlElement

from archive.texts.days import first_day
from spiders.lists.dates import OF_ELSE, find_day, is_of_else, only_day
from spiders.lists.links import SHORTEST_TITLE, pieces_of, text_of
from spiders.lists.rows import LISTED_DAYS, ROWS, Days, Holders, item_of
from spiders.lists.split_days import SCRAP, split_days
from spiders.lists.years import Heading, day_under, heading_above

_ISSUED = re.compile(r"(?:发布|發[布佈]|公开|公開|公布|发表|刊发|上传|录入)(?:时间|時間|日期|日)?\s*[:：]?\s*$")
_MADE = re.compile(r"(?:成文|发文|發文|印发|签发|生成|更新|修改)(?:时间|時間|日期|日)?\s*[:：]?\s*$")
_TOLD_DAY = re.compile(r"(?P<label>(?:发布|发表|添加|录入|上传|更新)(?:时间|日期)\s*[:：])\s*(?P<said>[^\r\n]{8,20})")
_DAY_ATTRIBUTES = ("datetime", "data-date", "data-time", "data-day")
_EMPTY = f"//*[{' or '.join(f'@{name}' for name in _DAY_ATTRIBUTES)}][not(node())]"
_AGO = re.compile(r"\s*(?:[\w\s]{1,8}前|[\w\s]{1,12}\sago)\s*")
_YEAR = re.compile(r"(?:19|20)\d\d")
_SENTENCE = re.compile("[，。；！？,;!?]")
_LONGEST_LINE = 60  # characters beside a row
_COLONS = (":", "：")
_LABEL = re.compile(r"\s*[\u4e00-\u9fff]{2,8}\s*[:：]")
_BLOCKS = ROWS | {"div", "p", "section", "ul", "ol", "dl", "table"}
BESIDE = 50  # elements that are read between an item and its neighbour
BULLETS = "·•●▪◆ "
# 某县召开会议[03-05]: of two digits each, since 方案（1-2） is a part
SHORT_AT_END = re.compile(r"[\[(（【](\d\d[-/.]\d\d|\d{1,2}月\d{1,2}日)[\])）】]\s*$")
DAY_AT_EDGE = re.compile(
    r"^[\[(（【]?\d{4}[-/.]\d\d?[-/.]\d\d?[\])）】]?|[\[(（【]?\d{4}[-/.]\d\d?[-/.]\d\d?[\])）】]?$"
)


def days_beside(links: dict[HtmlElement, str], keys: dict[HtmlElement, str], held: Holders, now: str) -> Days:
    """The links with the day of each, "" for none; links that belong to the row of another entry are left away."""
    leading_memo: dict[HtmlElement, bool] = {}
    days = {link: _day_beside(link, links[link], now, held, leading_memo) for link in keys}
    days |= _days_set_apart(links, days, held, now)
    rows: dict[HtmlElement, list[HtmlElement]] = {}
    row_memo: dict[HtmlElement, HtmlElement | None] = {}
    for link in days:
        row = _shared_row(link, held, row_memo)
        if row is not None:
            rows.setdefault(row, []).append(link)
    aside = _recurring(rows, keys)
    for row, (lead, *further) in rows.items():
        below = [link for link in further if keys[link] != keys[lead]]
        day = _one_day(row, {lead, *below}, links[lead], now) if below and row.tag in ROWS else ""
        if day and (main := _main([lead, *further], keys, aside)):
            for link in (lead, *further):
                if keys[link] == main:
                    days[link] = day
                else:
                    del days[link]
            continue
        # side by side, as in a grid, each is an entry of its own; the one day of a row is that of all
        if not below or _are_siblings(item_of(lead, held), item_of(below[0], held)):
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
        if day and (row.tag in ROWS or _has_dated_siblings(row, links[lead], now)):
            days[lead] = day
            for link in below:
                del days[link]
    return days


def _recurring(rows: dict[HtmlElement, list[HtmlElement]], keys: dict[HtmlElement, str]) -> set[str]:
    """The words, and the keys, of links that come again in other rows: 图解, 解读, the name of a body or of a column."""
    found = Counter(
        one
        for row, members in rows.items()
        if row.tag in ROWS
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
        and all(item_of(link, held).tag in _BLOCKS for link in below)
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
    return len(siblings) >= LISTED_DAYS and all(
        any(only_day(piece, url, now) for piece in pieces_of(one)) for one in siblings
    )


def days_under(years: list[Heading], document: HtmlElement, days: Days, held: Holders, now: str) -> Days:
    """The days of rows that print month and day alone below a line with their year."""
    places = {element: place for place, element in enumerate(document.iter())}
    found: Days = {}
    for link, day in days.items():
        heading = None if day else heading_above(link, places[link], years)
        if heading and (day := day_under(heading, _pieces_beside(link, held), now)):
            found[link] = day
    return found


def days_split(days: Days, held: Holders, now: str) -> Days:
    """The days of links that have none beside them, whose year stands in a text of its own."""
    return split_days({link: _texts_beside_link(link, held) for link, day in days.items() if not day}, now)


def _pieces_beside(link: HtmlElement, held: Holders) -> list[str]:
    """The texts of a link's row."""
    before, own, behind, between = _texts_beside_link(link, held)
    return [*before, *behind, *own, *between]


def _texts_beside_link(link: HtmlElement, held: Holders) -> tuple[list[str], list[str], list[str], list[str]]:
    """The texts of a link's row: before the link, its own, behind it, and those between rows that are no elements."""
    item = item_of(link, held)
    own = pieces_of(link)
    inside, all_pieces = set(own), pieces_of(item)
    first = next((place for place, piece in enumerate(all_pieces) if piece in inside), 0)
    before, behind = all_pieces[:first], [piece for piece in all_pieces[first:] if piece not in inside]
    parent = item.getparent()
    flat = item.tag not in ROWS and parent is not None and held[parent] is None
    return before, own, behind, _between(item, held, {}) if flat else []


def _day_beside(link: HtmlElement, url: str, now: str, held: Holders, leading: dict[HtmlElement, bool]) -> str:
    item = item_of(link, held)
    own = pieces_of(link)
    inside = set(own)
    outside = [piece for piece in pieces_of(item) if piece not in inside]
    parent = item.getparent()
    flat = item.tag not in ROWS and parent is not None and held[parent] is None
    beside = _between(item, held, leading) if flat or item.tag == "dt" else []
    if day := _best_day([*outside, *own, *beside], url, now):
        return day
    loose = (find_day(" ".join(pieces)) for pieces in (outside, beside, scraps(own)))
    said = next((day for day in loose if day), "") or _day_at_edge(text_of(link).strip(BULLETS))
    if said:
        return said
    beyond = _beyond(item, held, leading)
    lines = (_day_of_line(piece) for piece in beyond)
    return _best_day(beyond, url, now) or next((day for day in lines if day), "")


def _days_set_apart(links: dict[HtmlElement, str], days: Days, held: Holders, now: str) -> Days:
    """The days of links that have none beside them: of a cell that reaches down into their rows.

    On a page without any day beside its links, also those of their `title`, or of elements that a script fills.
    """
    days = days | (ended := _days_at_ends(links, days, now))
    bare = [link for link, day in days.items() if not day]
    if not bare:
        return ended
    root, alone = bare[0].getroottree(), len(bare) == len(days)
    spans, empty = bool(root.xpath("//td[@rowspan]")), alone and bool(root.xpath(_EMPTY))
    found = ended
    for link in bare if spans or alone else ():
        item = item_of(link, held) if spans or empty else link
        day = _best_day(_spanning(item), links[link], now) if spans else ""
        if day := day or (_told_day(link) if alone else "") or (_kept_day(item, now) if empty else ""):
            found[link] = day
    return found


def _days_at_ends(links: dict[HtmlElement, str], days: Days, now: str) -> Days:
    """The days in brackets at the ends of titles, month and day alone: 某县召开会议[03-05]. Three links at least end so."""
    ends = {link: end for link, day in days.items() if not day and (end := SHORT_AT_END.search(text_of(link)))}
    if len(ends) < LISTED_DAYS:
        return {}
    found = {link: only_day(end[1], links[link], now) for link, end in ends.items()}
    return {link: day for link, day in found.items() if day}


def _spanning(item: HtmlElement) -> list[str]:
    """The texts of the cells that reach down into a row of a table: <td rowspan="3">2026-03-05</td>."""
    rows = islice(item.itersiblings("tr", preceding=True), BESIDE) if item.tag == "tr" else ()
    return [
        piece
        for up, row in enumerate(rows, 1)
        for cell in row.iterchildren("td", "th")
        if (span := (cell.get("rowspan") or "").strip()).isdecimal() and int(span) > up
        for piece in pieces_of(cell)
    ]


def _told_day(link: HtmlElement) -> str:
    """The day that a link's `title` gives beside other facts: 标题：…, 作者：…, 更新时间：2026-03-05."""
    told = sorted(_TOLD_DAY.finditer(link.get("title") or ""), key=lambda found: _rank(found["label"]))
    return next((day for found in told if (day := find_day(found["said"]))), "")


def _day_of_line(text: str) -> str:
    """The day in a short line that is no sentence: 发布于 2026-03-05 浏览 30 次."""
    return "" if len(text.strip()) > _LONGEST_LINE or _SENTENCE.search(text) else find_day(text)


def scraps(pieces: Iterable[str]) -> list[str]:
    return [piece for piece in pieces if SCRAP.fullmatch(piece)]


def _beyond(item: HtmlElement, held: Holders, leading: dict[HtmlElement, bool]) -> list[str]:
    """The texts of a row that is made of rows: of the `ul` of each entry, or of the neighbour where entries and days take turns."""
    parent = item.getparent()
    if item.tag not in ROWS or parent is None:
        return []
    above = parent.getparent()
    if held[parent] is not None:
        alike = [] if above is None else [one for one in above if one.tag == parent.tag and held.get(one)]
        own = set(pieces_of(item))
        return [piece for piece in pieces_of(parent) if piece not in own] if len(alike) >= LISTED_DAYS else []
    if item.tag not in ("dd", "tr"):
        return []
    turns = [one for one in parent if one.tag == item.tag and held.get(one)]
    dated = sum(bool(find_day(" ".join(_between(one, held, leading)))) for one in turns[:LISTED_DAYS])
    return _between(item, held, leading) if dated == LISTED_DAYS else []


def _best_day(pieces: list[str], url: str, now: str) -> str:
    """The day among the pieces of a row that consist of one: by its label, then the first. Of unlike days a hidden one is none."""
    found: list[tuple[int, str, str]] = []
    for before, piece in zip(["", *pieces], pieces, strict=False):
        shown = only_day(piece, url, now)
        if day := (_machine_day(piece, now) if not shown or not _YEAR.search(piece) else "") or shown:
            label = label_in(piece) or (label_in(before) if before.rstrip()[-1:] in _COLONS else "") or _head_of(piece)
            if not OF_ELSE.search(label):
                found.append((_rank(label), day, piece))
    if len({day for _, day, _ in found}) > 1:
        found = [one for one in found if not _is_hidden(one[2])] or found
    return min(found, key=itemgetter(0))[1] if found else ""


def _is_hidden(piece: str) -> bool:
    """Whether the element of a text, or one of the two around it, is hidden by its own style, or by its attribute `hidden`."""
    element = piece.getparent() if getattr(piece, "is_text", False) else None  # type: ignore[attr-defined]
    around = [] if element is None else [element, *islice(element.iterancestors(), 2)]
    return any(
        one.get("hidden") is not None or "display:none" in (one.get("style") or "").replace(" ", "").lower()
        for one in around
    )


def _machine_day(piece: str, now: str) -> str:
    """The day behind a text: in the `datetime` of the <time> that shows it, in the `title` of an element, or in another attribute over 两周前.

    <time datetime="2026-03-05">3月5日</time>, <span title="2026-03-05 09:17">2周前</span>, <span data-time="2026-03-05">两周前</span>.
    """
    element = piece.getparent() if getattr(piece, "is_text", False) else None  # type: ignore[attr-defined]
    if element is None or not element.attrib:
        return ""
    names = ("datetime",) if element.tag == "time" else ("title", *(_DAY_ATTRIBUTES if _AGO.fullmatch(piece) else ()))
    return next((day for name in names if (kept := element.get(name)) and (day := only_day(kept, "", now))), "")


def _kept_day(item: HtmlElement, now: str) -> str:
    """The day of an element without words, which a script is to show: <span data-date="2026-03-05"></span>."""
    kept = (value for one in item.xpath(f".{_EMPTY}") for name in _DAY_ATTRIBUTES if (value := one.get(name)))
    return next((day for value in kept if (day := only_day(value, "", now))), "")


def label_in(piece: str) -> str:
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
    for edge in DAY_AT_EDGE.finditer(title):
        day = first_day(edge[0])
        if day and not is_of_else(title, replace(day, start=edge.start() + day.start, end=edge.start() + day.end)):
            return day.day
    return ""


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
