"""A public organ as documents name it, in one place: its documents, the series of their numbers, its people in office."""

import sqlite3
from dataclasses import dataclass
from typing import Any

from datasette import Response

from archive.database import has_table
from archive.search.asked import Asked
from archive.search.filters import filters
from archive.site.frame import site_of
from archive.site.official.numbers import Row as Series
from archive.site.official.numbers import of_number, series

MOST = 30  # documents, and people, on the page
_LONGEST = 100  # characters of a name

Row = sqlite3.Row


@dataclass(frozen=True, slots=True, kw_only=True)
class Organ:
    documents: list[Row]
    issued: int  # documents
    published: int  # releases that name it as their publisher
    signs: frozenset[tuple[str, int]]  # the series of its documents' numbers: sign and year
    people: list[Row]


def places_of(db: sqlite3.Connection, name: str) -> list[str]:
    """The places where a body of this name issues or publishes: two bodies in two places may share a name."""
    where, values = filters(Asked(issuer=name))
    sql = f"SELECT region FROM releases AS r WHERE 1 {where} UNION SELECT region FROM releases WHERE publisher = ?"
    return sorted(region or "" for (region,) in db.execute(sql, [*values, name]))


def organ(db: sqlite3.Connection, name: str, region: str) -> Organ:
    where, values = filters(Asked(issuer=name))
    where, values = f"{where} AND coalesce(r.region, '') = ?", [*values, region]
    of_it = f"FROM releases AS r JOIN sources AS s ON s.id = r.source WHERE 1 {where}"
    shown = "SELECT r.id, r.title, r.published, r.publisher, r.doc_number, s.region, s.name AS source_name"
    numbers = db.execute(f"SELECT r.doc_number {of_it} AND r.doc_number <> ''", values)
    published = "SELECT count(*) FROM releases WHERE publisher = ? AND coalesce(region, '') = ?"
    return Organ(
        documents=db.execute(f"{shown} {of_it} ORDER BY r.published DESC, r.id DESC LIMIT {MOST}", values).fetchall(),
        issued=db.execute(f"SELECT count(*) {of_it}", values).fetchone()[0],
        published=db.execute(published, [name, region]).fetchone()[0],
        signs=frozenset(place[:2] for (number,) in numbers if (place := of_number(number))),
        people=_people(db, name, region),
    )


def _people(db: sqlite3.Connection, name: str, region: str) -> list[Row]:
    """The speakers with an office that begins with the body's name, in releases of its place."""
    if not has_table(db, "speakers"):
        return []
    return db.execute(
        f"""SELECT p.*, s.name AS source_name, s.region FROM speakers AS p JOIN sources AS s ON s.id = p.source
        WHERE substr(p.office, 1, length(?)) = ? AND s.region = ? ORDER BY p.last DESC, p.name LIMIT {MOST}""",
        [name, name, region],
    ).fetchall()


async def page(datasette: Any, request: Any) -> Response:
    site = site_of(datasette, request)
    name, region = site.argument("name")[:_LONGEST], site.argument("region")
    places = await site.read(lambda db: places_of(db, name)) if name else []
    if not places or ("region" in site.arguments and region not in places):
        return await site.missing(site.word("not_found_organ", name[:60]), hint=True)
    if len(places) > 1 and "region" not in site.arguments:
        return await site.page("organ", name=name, places=places, region=None, view=None, series=[])
    region = region or places[0]
    view = await site.read(lambda db: organ(db, name, region))
    own: list[Series] = [one for one in await site.read_once(series) if (one["issuer"], one["year"]) in view.signs]
    return await site.page("organ", name=name, places=places, region=region, view=view, series=own)
