"""Days that stand above the rows of a list, which print none of their own."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice, pairwise

from lxml.html import HtmlElement

from archive.texts.days import day_of, is_later
from spiders.lists.dates import only_day, squeeze
from spiders.lists.links import compiled
from spiders.lists.years import TEXTS, element_of, part_of

_MONTHS = compiled(".//text()[contains(., '月') and string-length(.) <= 60]")
_MONTH_DAY = re.compile(
    r"(\d{1,2})\s*月\s*(\d{1,2})\s*[日号]\s*(?:[(（\[]?(?:星期|周|礼拜)[一二三四五六日天][)）\]]?)?"
)
_LONGEST = 60  # characters of a line that is a day
_SEVERAL = 2  # groups of a list, and pages that one of its groups leads to
_MOST_SHAPES = 20  # kinds of lines (tag and class) that are looked at, on one page
_MOST_TEXTS = 2000  # short ones with a year that are looked at, on one page

Places = Mapping[HtmlElement, int]  # each element's place in the order of the page


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A day that fills a line of a page, and the links below it."""

    day: str
    links: tuple[HtmlElement, ...]
    heads: bool  # whether no link stands before the day, in the part of the page that holds them


def days_above(
    document: HtmlElement, days: Mapping[HtmlElement, str], keys: Mapping[HtmlElement, str], now: str
) -> dict[HtmlElement, str]:
    """The days of the rows of a list that is grouped by days: <h4>2026-03-05</h4><ul>rows without days</ul>.

    `days` has the day of each link, "" for none, and `keys` tells which links lead to one page. Lines of one tag and class
    head groups when at least two of them, with unlike days, have links below them, some of them links to several pages;
    when no link below any of them has a day of its own, and none stands before the first in their part of the page: then
    the day is behind its rows. One day alone may be that of the visit, and a day before a single link may tell of
    something else. A line 3月5日 星期四 has its year from the address of the first link below it.
    """
    found: dict[HtmlElement, str] = {}
    shapes = [lines for lines in _shapes(document, now) if len({day for day, _ in lines}) >= _SEVERAL]
    if not shapes:
        return found
    places = {element: place for place, element in enumerate(document.iter())}
    links = sorted(days, key=places.__getitem__)
    for lines in islice(shapes, _MOST_SHAPES):
        groups = [_with_year(group, keys, now) for group in _groups(lines, links, places)]
        if _are_groups(groups, days, keys):
            found |= {link: group.day for group in groups for link in group.links}
    return found


def _shapes(document: HtmlElement, now: str) -> list[list[tuple[str, HtmlElement]]]:
    """The lines that consist of a day, with their elements; those of one tag and class together."""
    shapes: dict[tuple[str, str], list[tuple[str, HtmlElement]]] = {}
    short = (text for text in TEXTS(document) if len(text) <= _LONGEST)
    for text in islice(short, _MOST_TEXTS):
        shown = only_day(text, "")
        element = element_of(text) if shown else None
        day = day_of(shown) if element is not None else None
        if element is not None and day and not is_later(day, now):
            shapes.setdefault((element.tag, element.get("class", "")), []).append((shown, element))
    for text in islice(_MONTHS(document), _MOST_TEXTS):
        shown = squeeze(text)
        element = element_of(text) if _MONTH_DAY.fullmatch(shown) else None
        if element is not None:
            shapes.setdefault((element.tag, element.get("class", "")), []).append((shown, element))
    return list(shapes.values())


def _with_year(group: Group, keys: Mapping[HtmlElement, str], now: str) -> Group:
    match = _MONTH_DAY.fullmatch(group.day)
    if match is None or not group.links:
        return group
    return replace(group, day=only_day(f"{match[1]}-{match[2]}", keys[group.links[0]], now))


def _groups(lines: Sequence[tuple[str, HtmlElement]], links: Sequence[HtmlElement], places: Places) -> Iterator[Group]:
    """The lines with the links below each, up to the next line and within the part of the page that the line heads."""
    order = [places[link] for link in links]
    ends = [*(places[element] for _, (_, element) in pairwise(lines)), len(places)]
    parts: set[HtmlElement] = set()
    for (day, element), end in zip(lines, ends, strict=True):
        part = part_of(element)
        first = bisect_right(order, places[element])
        heads = part in parts or bisect_left(order, places[part]) == first
        parts.add(part)
        below = links[first : bisect_left(order, end)]
        yield Group(day=day, links=tuple(link for link in below if part in link.iterancestors()), heads=heads)


def _are_groups(groups: Sequence[Group], days: Mapping[HtmlElement, str], keys: Mapping[HtmlElement, str]) -> bool:
    filled = [group for group in groups if group.links]
    largest = max((len({keys[link] for link in group.links}) for group in filled), default=0)
    return (
        len({group.day for group in filled}) >= _SEVERAL
        and all(group.day for group in filled)
        and largest >= _SEVERAL
        and all(group.heads for group in filled)
        and not any(days[link] for group in filled for link in group.links)
    )
