"""The figures of a release as its page shows them."""

import bisect
import json
import re
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from archive.database import has_table
from archive.model import Indicator
from archive.texts import places

NAMES = Indicator._fields
SHOWN = 300  # rows of a release's table
_OWN = re.compile("[全我本该各](?:[国省市县区州旗盟镇乡域]|街道)|.{0,3}本?级")
_WIDE = {"全国": 0, "我国": 0, "全省": 2}  # how many digits of a source's code name the place, the rest being 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A figure in the table of its release; `anchor` is the place of its paragraph, `printed` the number as it stands."""

    told: Indicator
    printed: str
    anchor: int
    place: str  # the place whose series it belongs to


def of_release(db: sqlite3.Connection, id: int) -> list[Indicator]:
    """The figures of a release's current version; none in a snapshot older than the table."""
    if not has_table(db, "indicators"):
        return []
    rows = db.execute(f"SELECT {', '.join(NAMES)} FROM indicators WHERE release = ? ORDER BY n", [id])
    return [indicator(row) for row in rows]


def of_version(version: sqlite3.Row) -> list[Indicator] | None:
    """The figures of any version; None when they were not looked for, or are withheld."""
    kept = version["figures"] if "figures" in version.keys() else None  # noqa: SIM118  # a Row's `in` asks its values
    return None if kept is None else [Indicator(*one) for one in json.loads(kept)]


def indicator(row: Mapping[str, Any] | sqlite3.Row) -> Indicator:
    return Indicator(**{name: row[name] for name in NAMES})


def table(
    found: Sequence[Indicator], text: str, starts: Sequence[int], region: str, names: Mapping[str, str]
) -> list[Row]:
    """The rows of a release's table. `starts` are the places of its blocks, `region` is its source's."""
    return [
        Row(
            told=one,
            printed=text[one.start : one.start + one.length],
            anchor=starts[max(0, bisect.bisect_right(starts, one.start) - 1)] if starts else 0,
            place=place_of(one.place, region, names),
        )
        for one in found[:SHOWN]
    ]


def place_of(printed: str, region: str, names: Mapping[str, str]) -> str:
    """The place of a figure: the one that is printed by its name, else, as with 全市, the source's own.

    全国 and 全省 are the country and the province. `names` has the places that the table of codes does not know.
    """
    if printed and not _OWN.fullmatch(printed):
        return printed
    code = region if printed not in _WIDE else region[: _WIDE[printed]].ljust(6, "0")
    return "全国" if code in ("000000", places.NATIONAL) else places.name_of(code) or names.get(code) or code
