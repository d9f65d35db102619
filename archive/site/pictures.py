"""The site's pictures as numbers for a template to draw: places of tiles, points of a curve."""

import math
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass

from archive.database import has_table

# the country's provinces as tiles of one size, each about where it lies: (column, row)
TILES = {
    "11": (7, 2),
    "12": (8, 3),
    "13": (7, 3),
    "14": (6, 3),
    "15": (6, 2),
    "21": (8, 2),
    "22": (8, 1),
    "23": (8, 0),
    "31": (9, 5),
    "32": (8, 4),
    "33": (8, 6),
    "34": (8, 5),
    "35": (8, 7),
    "36": (7, 6),
    "37": (7, 4),
    "41": (6, 4),
    "42": (6, 5),
    "43": (6, 6),
    "44": (6, 7),
    "45": (5, 7),
    "46": (5, 8),
    "50": (5, 5),
    "51": (4, 5),
    "52": (5, 6),
    "53": (4, 6),
    "54": (2, 5),
    "61": (5, 4),
    "62": (4, 3),
    "63": (3, 4),
    "64": (5, 3),
    "65": (2, 3),
    "71": (9, 7),
    "81": (7, 8),
    "82": (6, 8),
}
# places for tiles that are no province of the table: the whole country, invented provinces
_FREE = ((2, 8), (3, 8), (4, 8), (2, 7), (3, 7), (4, 7))
SHADES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """A province, or another place, on the grid; `shade` is 0 for none, else 1 to `SHADES`, more for more."""

    code: str
    column: int
    row: int
    count: int
    shade: int


def tiles(counts: Mapping[str, int]) -> list[Tile]:
    """All provinces as tiles, from `counts` of provinces' codes. A shade more is about as many times more releases.

    Any other code, such as the whole country's, has a tile below them.
    """
    others = sorted({code[:2] for code in counts} - TILES.keys())
    places = TILES | dict(zip(others, _FREE, strict=False))
    most = max((counts.get(f"{code}0000", 0) for code in places), default=0)
    found = []
    for code, (column, row) in places.items():
        count = counts.get(f"{code}0000", 0)
        # by the number of binary digits: provinces differ by orders of magnitude
        shade = math.ceil(SHADES * count.bit_length() / most.bit_length()) if count else 0
        found.append(Tile(code=f"{code}0000", column=column, row=row, count=count, shade=shade))
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """From `day` on, counted from when pages were first seen, `share` of them were still there."""

    day: int
    share: float
    watched: int  # pages that were watched until that day, or longer


def survival(lives: Mapping[int, tuple[int, int]]) -> list[Step]:
    """The curve by Kaplan and Meier, of `lives`: on which day how many ceased to be watched, how many of these by death.

    It begins with all at day 0 and has a step at each day on which pages disappeared, and one for the last day watched.
    """
    at_risk = sum(ended for ended, _ in lives.values())
    steps = [Step(day=0, share=1.0, watched=at_risk)] if at_risk else []
    for day, (ended, deaths) in sorted(lives.items()):
        if deaths or day == max(lives):
            share = steps[-1].share * (at_risk - deaths) / at_risk
            steps.append(Step(day=day, share=share, watched=at_risk))
        at_risk -= ended
    return steps


def thin_curve(steps: list[Step], most: int) -> list[Step]:
    """The first of the steps and of each stretch of days the last, of as many stretches of equal length as `most`."""
    if not steps:
        return []
    days = steps[-1].day // most + 1
    return [steps[0], *{step.day // days: step for step in steps[1:]}.values()]


def outline(steps: list[Step], width: float, height: float) -> str:
    """The curve as the points of an SVG polyline in a box of that size: share 1 at the top, the last day at the end."""
    last = max(steps[-1].day, 1) if steps else 1
    points, share = [], 1.0
    for step in steps:
        x = step.day / last * width
        points += [(x, (1 - share) * height), (x, (1 - step.share) * height)]
        share = step.share
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """A source's finished crawls in one month: how many, how many went well, and the worst outcome."""

    crawls: int
    well: int
    worst: str  # ok | quiet | suspect | broken | blocked


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """The state of the archive over time: each source's months, and how long pages stay where they were published."""

    months: list[str]  # the last `MONTHS` in which anything was crawled, oldest first
    sources: list[tuple[sqlite3.Row, dict[str, Month]]]
    curve: list[Step]


MONTHS = 12
SHOWN = 60  # steps of the curve, in the picture and in its table
_WORSE = ("quiet", "ok", "suspect", "blocked", "broken")


def health(db: sqlite3.Connection) -> Health:
    """Read the state of the archive over time; the lives of pages as far as we followed them."""
    return _health(db, "lifetimes")


def health_with_history(db: sqlite3.Connection) -> Health:
    """The same, with the lives of pages as others' captures tell them."""
    return _health(db, "lifetimes_with_history")


def _health(db: sqlite3.Connection, lifetimes: str) -> Health:
    crawls = db.execute("""SELECT source, substr(started, 1, 7) AS month, outcome, count(*) AS n FROM crawls
        WHERE outcome IN ('ok', 'quiet', 'suspect', 'blocked', 'broken') GROUP BY source, month, outcome""").fetchall()
    months = sorted({row["month"] for row in crawls})[-MONTHS:]
    seen: dict[str, dict[str, dict[str, int]]] = {}
    for row in crawls:
        seen.setdefault(row["source"], {}).setdefault(row["month"], {})[row["outcome"]] = row["n"]
    sources = db.execute("SELECT id, name FROM sources ORDER BY region, id").fetchall()
    return Health(
        months=months,
        sources=[(one, {name: _month(tally) for name, tally in seen.get(one["id"], {}).items()}) for one in sources],
        curve=thin_curve(survival(_lives(db, lifetimes)), SHOWN),
    )


def _month(tally: dict[str, int]) -> Month:
    well = tally.get("ok", 0) + tally.get("quiet", 0)
    return Month(crawls=sum(tally.values()), well=well, worst=max(tally, key=_WORSE.index))


def _lives(db: sqlite3.Connection, lifetimes: str = "lifetimes") -> dict[int, tuple[int, int]]:
    days = "max(CAST(days AS INTEGER), 0)"
    try:
        if not has_table(db, lifetimes):
            return {}  # a snapshot from before pages were looked at again
        rows = db.execute(f"SELECT {days}, count(*), sum(died) FROM {lifetimes} GROUP BY {days}").fetchall()
    except sqlite3.OperationalError as error:
        if str(error) != "interrupted":
            raise
        return {}  # counting so many lives takes too long for a page, so it has no curve
    return {day: (ended, deaths) for day, ended, deaths in rows}
