"""Years that stand above the rows of a list, which print month and day alone."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from operator import attrgetter

from lxml.html import HtmlElement

from archive.texts.days import day_of, is_later
from spiders.lists.dates import squeeze
from spiders.lists.links import compiled

TEXTS = compiled(".//text()[contains(., '20') or contains(., '19')]")
_SPAN = r"(?P<y>(?:19|20)\d\d)"
_BRACKETS = " [](（）)【】〔〕|·-—"
_YEAR = re.compile(
    rf"{_SPAN}\s*年(?:\s*(?P<m>\d{{1,2}})\s*月(?:份)?)?|{_SPAN.replace('y', 'y2')}(?:\s*[-./]\s*(?P<m2>\d{{1,2}}))?"
)
_MONTH_DAY = re.compile(r"(?:(?P<m>\d{1,2})\s*[-/.月]\s*)?(?P<d>\d{1,2})\s*(?P<sign>[日号])?")
_HEADS = {"h1", "h2", "h3", "h4", "h5", "h6", "caption", "dt", "th", "legend"}
_LONGEST = 20  # characters of a heading, and of a day
_PIECES = 20  # texts that are looked at
_UP = 3  # elements between a heading and the element that holds its rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A year, or a year and a month, above rows of a list."""

    year: int
    month: int  # 0 for none
    element: HtmlElement
    part: HtmlElement  # that holds its rows
    place: int  # in the order of the page's elements
    end: int  # the place of the next heading of the same kind, or the end of the page


def headings(document: HtmlElement, texts: Sequence[str]) -> list[Heading]:
    """The lines among a page's `TEXTS` that consist of a year or of a year and a month: 2026年, 2026年3月; in a heading 2026 as well.

    2025年度报告 and 2026年工作要点 are topics; a year that is a link or an option belongs to a menu, and so do years side by side
    in items. A heading behind which another one follows without a link in between heads nothing.
    """
    lines = [line for text in texts if len(text) <= 200 and (line := _heading(text))]
    if not lines:
        return []
    places = {element: place for place, element in enumerate(document.iter())}
    found = [
        Heading(
            year=year,
            month=month,
            element=element,
            part=part_of(element),
            place=places[element],
            end=_end(element, places),
        )
        for element, year, month in lines
    ]
    linked = sorted(places[link] for link in document.iter("a"))
    ends = [*(one.place for one in found[1:]), len(places)]
    heads: list[Heading] = []
    before: Heading | None = None  # one that heads nothing
    for one, end in zip(found, ends, strict=True):
        if bisect_right(linked, one.place) == bisect_left(linked, end):
            before = one
            continue
        if before is None or not _of_menu(before.element, one.element):
            heads.append(one)
        before = None
    return heads


def _of_menu(before: HtmlElement, element: HtmlElement) -> bool:
    """Whether two years without rows between them stand side by side, and in no headings: a year may be without news."""
    around = element.getparent()
    return element.tag not in _HEADS and around is not None and before.getparent() is around


def _heading(text: str) -> tuple[HtmlElement, int, int] | None:
    line = squeeze(text).strip(_BRACKETS)
    match = _YEAR.fullmatch(line) if len(line) <= _LONGEST else None
    element = element_of(text) if match else None
    if match is None or element is None or element.tag == "time":
        return None
    heads = [element, *islice(element.iterancestors(), 1)]
    if match["y2"] and not match["m2"] and not any(one.tag in _HEADS for one in heads):
        return None
    return element, int(match["y"] or match["y2"]), int(match["m"] or match["m2"] or 0)


def element_of(text: str) -> HtmlElement | None:
    """The element that shows a text to readers; None in links, choices and hidden elements."""
    element = text.getparent() if text.is_text else text.getparent().getparent()  # type: ignore[attr-defined]
    above = [] if element is None else [element, *element.iterancestors()]
    unshown = any(one.tag in ("a", "option", "script", "style", "title", "button") for one in above)
    return None if unshown else element


def part_of(element: HtmlElement) -> HtmlElement:
    """The element around a heading that holds its rows: the next one that says more than the heading does.

    In <div><b>2026年</b></div><ul>…</ul> that is the element around the <div>; a side column keeps its years.
    """
    part = element
    for above in islice(element.iterancestors(), _UP):
        said = (squeeze(text) for text in islice(part.itertext(), _PIECES))
        if part.tag not in _HEADS and len([text for text in said if text]) > 1:
            break
        part = above
    return part


def _end(element: HtmlElement, places: dict[HtmlElement, int]) -> int:
    """Where the rows below a heading end: at a heading of its tag and class beside it, or beside an element around it."""
    ends = (
        places[other]
        for around in [element, *islice(element.iterancestors(), _UP)]
        if around.tag in _HEADS
        for other in islice(around.itersiblings(around.tag), 1000)
        if other.get("class") == around.get("class")
    )
    return min(ends, default=len(places))


def heading_above(link: HtmlElement, place: int, found: Sequence[Heading]) -> Heading | None:
    """The last heading before a link, when both stand in one part of the page and no other heading of its kind is between."""
    at = bisect_left(found, place, key=attrgetter("place"))
    if not at or place > found[at - 1].end:
        return None
    return found[at - 1] if found[at - 1].part in link.iterancestors() else None


def day_under(heading: Heading, pieces: Sequence[str], now: str) -> str:
    """The day of a row under a heading; "" when no piece of its text is a month and a day, and when it lies ahead.

    Under a month 27日 and [27] are enough, and 03-05 must be of that month; 27 alone may be a count of readers.
    """
    for piece in pieces:
        line = squeeze(piece).strip(_BRACKETS)
        match = _MONTH_DAY.fullmatch(line) if len(line) <= _LONGEST else None
        if match is None or not (match["m"] or (heading.month and (match["sign"] or "[" in piece))):
            continue
        month = int(match["m"] or heading.month)
        day = day_of(f"{heading.year}-{month}-{match['d']}")
        if day and heading.month in (0, month) and not is_later(day, now):
            return day.day
    return ""


def is_part_of(piece: str, day: str) -> bool:
    """Whether a text is the month and day of a day, or 27日 of it."""
    match = _MONTH_DAY.fullmatch(squeeze(piece).strip(_BRACKETS)) if day and len(piece) <= _LONGEST else None
    if match is None or not (match["m"] or match["sign"]):
        return False
    return int(match["d"]) == int(day[8:10]) and int(match["m"] or day[5:7]) == int(day[5:7])
