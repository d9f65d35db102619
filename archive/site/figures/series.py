"""The series of one indicator of one place over its releases."""

import itertools
import math
import re
import sqlite3
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from archive.database import has_table
from archive.model import Indicator
from archive.site.figures import kept

MOST = 2000  # figures of a name that are read
_MULTIPLES = {"十": 10, "百": 100, "千": 1_000, "万": 10_000, "亿": 100_000_000}
_MULTIPLE = re.compile("^[十百千万亿]+")
WIDTH, HEIGHT = 720, 180


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A figure in its release; `x` and `y` are its place in the picture, None where it is not drawn."""

    told: Indicator
    row: sqlite3.Row
    place: str
    printed: str
    x: float | None = None
    y: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """The figures of a name, in the order of their releases, and the picture of those that can stand on one scale."""

    points: list[Point]
    places: list[tuple[str, int]]  # all that have the name, each with the number of its figures
    unit: str = ""  # the scale's; "" when nothing is drawn
    lowest: float = 0
    highest: float = 0

    @property
    def drawn(self) -> list[Point]:
        return [one for one in self.points if one.x is not None]


def read(db: sqlite3.Connection, name: str, names: Mapping[str, str]) -> list[Point]:
    """All figures of a name, one for each group of copies, by their days; at most `MOST`."""
    if not has_table(db, "indicators"):
        return []
    rows = db.execute(
        """SELECT i.*, r.title, r.published, r.publisher, r.cluster, r.source, s.region, s.name AS source_name,
          substr(r.text, i.start + 1, i.length) AS printed
        FROM indicators AS i JOIN releases AS r ON r.id = i.release JOIN sources AS s ON s.id = r.source
        WHERE i.name = ? ORDER BY coalesce(r.published, ''), r.id, i.n LIMIT ?""",
        [name, MOST],
    )
    points: dict[tuple[object, ...], Point] = {}
    for row in rows:
        told = kept.indicator(row)
        key = (row["cluster"], told.place, told.period, told.basis, told.value, told.change)
        place = kept.place_of(told.place, row["region"] or "", names)
        points.setdefault(key, Point(told=told, row=row, place=place, printed=row["printed"]))
    return list(points.values())


def series(found: Sequence[Point], place: str) -> Series:
    """The series of a place, or, where `place` is "", of all places together, which is not drawn."""
    places = Counter(one.place for one in found).most_common()
    points = [one for one in found if place in ("", one.place)]
    if not place and len(places) > 1:
        return Series(points=points, places=places)
    return _drawn(points, places)


def _drawn(points: list[Point], places: list[tuple[str, int]]) -> Series:
    """Values on the scale of their most usual unit; changes, where fewer than two releases print values."""
    values = {n: _scaled(one.told.value, one.told.unit) for n, one in enumerate(points) if one.told.value is not None}
    changes = {n: _changed(one.told) for n, one in enumerate(points) if one.told.change is not None}
    for heights in (values, changes):
        unit = next(iter(Counter(unit for _, unit in heights.values()).most_common(1)), ("", 0))[0]
        chosen = {n: (day, y) for n, (y, at) in heights.items() if at == unit and (day := _day(points[n]))}
        if len({day for day, _ in chosen.values()}) > 1:
            return _picture(points, places, chosen, _shown_unit(points, chosen, unit))
    return Series(points=points, places=places)


def _picture(
    points: list[Point], places: list[tuple[str, int]], chosen: Mapping[int, tuple[int, float]], unit: tuple[str, float]
) -> Series:
    days, heights = [day for day, _ in chosen.values()], [y for _, y in chosen.values()]
    lowest, highest = min(heights), max(heights)
    wide, high = max(days) - min(days), highest - lowest or 1.0
    placed = [
        Point(
            told=one.told,
            row=one.row,
            place=one.place,
            printed=one.printed,
            x=(chosen[n][0] - min(days)) / wide * WIDTH if n in chosen else None,
            y=(highest - chosen[n][1]) / high * HEIGHT if n in chosen else None,
        )
        for n, one in enumerate(points)
    ]
    name, size = unit
    return Series(points=placed, places=places, unit=name, lowest=lowest / size, highest=highest / size)


def _scaled(value: float | None, unit: str) -> tuple[float, str]:
    """A value in its plain unit: 1.2 万亿元 in 元."""
    assert value is not None
    return value * _size(unit), _MULTIPLE.sub("", unit)


def _size(unit: str) -> int:
    return math.prod(_MULTIPLES[sign] for sign in itertools.takewhile(_MULTIPLES.__contains__, unit))


def _changed(told: Indicator) -> tuple[float, str]:
    assert told.change is not None
    return (-told.change if told.direction == "down" else told.change), told.change_unit


def _shown_unit(points: Sequence[Point], chosen: Mapping[int, Any], plain: str) -> tuple[str, float]:
    """The unit of the scale, with its size: as the last point drawn prints it."""
    last = points[max(chosen)].told
    printed = last.unit if last.value is not None else last.change_unit
    return (printed, _size(printed)) if _MULTIPLE.sub("", printed) == plain else (plain, 1)


def _day(point: Point) -> int | None:
    try:
        return date.fromisoformat((point.row["published"] or "")[:10]).toordinal()
    except ValueError:
        return None
