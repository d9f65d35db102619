"""The coverage of the country: of all places, where a news column is known, declared, seen to work, and held."""

import sqlite3
from dataclasses import dataclass, field
from typing import Any

from datasette import Response
from datasette.utils.asgi import BadRequest

from archive.database import has_table
from archive.site import pictures
from archive.site.frame import site_of
from archive.snapshots.places import DAYS
from archive.texts import places

COUNTS = ("candidates", "declared", "live", "ok", "blocked")  # each as a number of places
LEVELS = ("province", "city", "county")
FIELDS = ("region", "name", "level", *COUNTS, "vantages", "releases")


@dataclass(slots=True, kw_only=True)
class Tally:
    """Places of one level: how many there are, and in how many of them each of COUNTS is more than 0."""

    places: int = 0
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(COUNTS, 0))

    def add(self, row: sqlite3.Row) -> None:
        self.places += 1
        for name in COUNTS:
            self.counts[name] += row[name] > 0


@dataclass(slots=True, kw_only=True)
class Province:
    """A province, or the whole of the country, by the levels of its places."""

    region: str
    levels: dict[str, Tally] = field(default_factory=lambda: {level: Tally() for level in LEVELS})
    releases: int = 0
    rows: list[sqlite3.Row] = field(default_factory=list)

    @property
    def places(self) -> int:
        return sum(tally.places for tally in self.levels.values())

    @property
    def declared(self) -> int:
        return sum(tally.counts["declared"] for tally in self.levels.values())

    def add(self, row: sqlite3.Row) -> None:
        self.releases += row["releases"]
        self.rows.append(row)
        # an invented place, or one with an ended code, is none of those that are counted
        if row["level"] in self.levels and places.is_in_force(row["region"]):
            self.levels[row["level"]].add(row)


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    country: Province
    provinces: list[Province]
    tiles: list[pictures.Tile]  # by the number of places with a news source, of those that are counted
    vantages: list[str]


def coverage(db: sqlite3.Connection) -> Coverage | None:
    """Read the places; None in a snapshot from before they were written."""
    if not has_table(db, "places"):
        return None
    rows = db.execute(f"SELECT {', '.join(FIELDS)} FROM places ORDER BY region").fetchall()
    country, provinces = Province(region=places.NATIONAL), dict[str, Province]()
    for row in rows:
        country.add(row)
        region = f"{row['region'][:2]}0000"
        provinces.setdefault(region, Province(region=region)).add(row)
    return Coverage(
        country=country,
        provinces=list(provinces.values()),
        tiles=pictures.tiles({one.region: one.declared for one in provinces.values() if one.places}),
        vantages=sorted({one for row in rows for one in row["vantages"].split("; ") if one}),
    )


async def page(datasette: Any, request: Any) -> Response:
    site = site_of(datasette, request)
    view = await site.read_once(coverage)
    if request.url_vars.get("format"):
        for name in sorted(site.arguments.keys() - {"lang"}):
            raise BadRequest(site.word("no_value", name[:40]))
        return Response.json(_as_json(view) if view else {}, headers={"Access-Control-Allow-Origin": "*"})
    region = site.argument("region")
    province = next((one for one in view.provinces if region and one.region[:2] == region[:2]), None) if view else None
    if region and province is None:
        return await site.missing(site.word("no_value", region[:20]))
    return await site.page("coverage", view=view, province=province, days=DAYS, levels=LEVELS, counts=COUNTS)


def _as_json(view: Coverage) -> dict[str, Any]:
    return {
        "days": DAYS,
        "vantages": view.vantages,
        "country": levels(view.country),
        "provinces": [
            {"region": one.region, "name": places.name_of(one.region), "releases": one.releases, **levels(one)}
            for one in view.provinces
        ],
        "places": [{name: row[name] for name in FIELDS} for row in view.country.rows],
    }


def levels(one: Province) -> dict[str, Any]:
    return {level: {"places": tally.places, **tally.counts} for level, tally in one.levels.items()}
