"""Days with the year in a text of its own, beside month and day: <b>03-05</b><em>2026</em>."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from lxml.html import HtmlElement

from archive.texts.days import day_of, is_later
from spiders.lists.rows import LISTED_DAYS, Days

SCRAP = re.compile(r"[\s\d年月日./-]+")  # a part of a day that is set in several elements
_YEAR_ALONE = re.compile(r"\s*(?:19|20)\d\d\s*年?\s*")
_NUMBER = re.compile(r"(\d+)\s*([年月日]?)")
_YEAR = re.compile(r"(?:19|20)\d\d")
_MONTHS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class _Split:
    """A year and the two numbers beside it, in their order."""

    year: int
    first: int
    second: int
    is_behind: bool  # the year
    in_one: bool  # the two numbers stand in one text
    month_is: int  # 1 or 2 where a sign tells which is the month, else 0


def are_years_alone(texts: Iterable[str]) -> bool:
    """Whether as many of these texts as make a list are a year and nothing else."""
    return sum(_YEAR_ALONE.fullmatch(text) is not None for text in texts) >= LISTED_DAYS


def split_days(rows: Mapping[HtmlElement, Iterable[Sequence[str]]], now: str) -> Days:
    """The days of rows by their texts: year, month and day in two or three texts that follow each other.

    Before the year, or behind it, stand month and day, as 03-05 in one text, or each in its own: 05 | 03月 | 2026年. 月 and 日 tell
    which is which. Else a number above twelve in one row tells it of all rows of its kind; where none is, two numbers of one
    text are month and day, and so are two behind the year. Three rows at least are split alike, and no day lies ahead.
    """
    found = {link: one for link, texts in rows.items() if (one := next(_splits(texts), None))}
    kinds: dict[tuple[bool, bool, int], dict[HtmlElement, _Split]] = {}
    for link, one in found.items():
        kinds.setdefault((one.is_behind, one.in_one, one.month_is), {})[link] = one
    days: Days = {}
    for (is_behind, in_one, month_is), alike in kinds.items():
        above = {
            2 if one.first > _MONTHS else 1 for one in alike.values() if one.first > _MONTHS or one.second > _MONTHS
        }
        usual = {1} if in_one or not is_behind else set()
        places = {month_is} if month_is else above or usual
        if len(alike) < LISTED_DAYS or len(places) != 1:
            continue
        month_first = places == {1}
        for link, one in alike.items():
            month, day = (one.first, one.second) if month_first else (one.second, one.first)
            told = day_of(f"{one.year}-{month}-{day}")
            if told and not is_later(told, now):
                days[link] = told.day
    return days


def spells(pieces: Sequence[str], day: str) -> bool:
    """Whether the scraps among texts are the year, the month and the day of a day, in any order."""
    return day != "" and any(
        sorted((one.year, one.first, one.second)) == sorted(map(int, day[:10].split("-"))) for one in _splits([pieces])
    )


def _splits(texts: Iterable[Sequence[str]]) -> Iterator[_Split]:
    for pieces in texts:
        for is_scrap, run in groupby(pieces, key=lambda piece: SCRAP.fullmatch(piece) is not None):
            if is_scrap and (one := _split(list(run))):
                yield one


def _split(run: list[str]) -> _Split | None:
    numbers = [(number[1], number[2], place) for place, piece in enumerate(run) for number in _NUMBER.finditer(piece)]
    if len(numbers) != 3:
        return None
    years = [one for one in numbers if _YEAR.fullmatch(one[0])]
    others = [one for one in numbers if len(one[0]) <= 2]
    if len(years) != 1 or len(others) != 2 or years[0] == numbers[1]:
        return None
    (first, sign, place), (second, other_sign, other_place) = others
    is_first, is_second = sign == "月" or other_sign == "日", other_sign == "月" or sign == "日"
    return _Split(
        year=int(years[0][0]),
        first=int(first),
        second=int(second),
        is_behind=years[0] == numbers[2],
        in_one=place == other_place,
        month_is=1 if is_first and not is_second else 2 if is_second and not is_first else 0,
    )
