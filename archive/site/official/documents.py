"""A document that releases name, held or not, and the releases that cite it, in the order of their days."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from datasette import Response
from datasette.utils.asgi import BadRequest

from archive.site.frame import site_of
from archive.site.official.numbers import of_number

MOST = 300  # citing releases on a page
SHORT = 10  # on that of the release itself
_LONGEST = 300  # characters of a title

Row = sqlite3.Row


@dataclass(frozen=True, slots=True, kw_only=True)
class Cited:
    """The releases that name a document: how many in each year (`""`: no day is printed), and the first of them."""

    years: list[tuple[str, int]]
    citing: list[Row]
    held: list[Row]

    @property
    def total(self) -> int:
        return sum(count for _, count in self.years)

    @property
    def most(self) -> int:
        return max((count for _, count in self.years), default=0)


def of_release(db: sqlite3.Connection, id: int, most: int = SHORT) -> Cited:
    """The releases that name the document which a release is."""
    return _cited(db, "c.target = ?", [id], [], most)


def of_title(db: sqlite3.Connection, title: str) -> Cited:
    targets = "SELECT DISTINCT target FROM citations WHERE title = ? AND target IS NOT NULL"
    held = [id for (id,) in db.execute(targets, [title]).fetchall()]
    return _cited(db, "c.title = ?", [title], held, MOST)


def of_doc_number(db: sqlite3.Connection, number: str) -> Cited:
    """By 文号: every spelling of one place in one series is the same number."""
    spelled = _spellings(db, number, "citations")
    marks = ", ".join("?" * len(spelled))
    held = [
        id
        for one in _spellings(db, number, "releases")
        for (id,) in db.execute("SELECT id FROM releases WHERE doc_number = ?", [one])
    ]
    return _cited(db, f"c.doc_number IN ({marks})", spelled, held, MOST)


def _spellings(db: sqlite3.Connection, number: str, table: str) -> list[str]:
    place = of_number(number)
    if place is None:
        return [number]
    first = f"{place[0]}〔{place[1]}〕"
    rows = db.execute(
        f"SELECT DISTINCT doc_number FROM {table} WHERE doc_number BETWEEN ? AND ?", [first, f"{first}\U0010ffff"]
    )
    return [one for (one,) in rows if of_number(one) == place]


def _cited(db: sqlite3.Connection, where: str, values: Sequence[Any], held: Sequence[int], most: int) -> Cited:
    citing = f"SELECT DISTINCT c.release FROM citations AS c WHERE {where}"
    years = db.execute(
        f"""SELECT coalesce(year, '') AS y, count(*) FROM releases WHERE id IN ({citing}) GROUP BY y ORDER BY y""",
        values,
    )
    counts = [(str(year), count) for year, count in years]
    return Cited(
        years=counts,
        citing=_releases(db, citing, values, most) if counts else [],
        held=_releases(db, ", ".join("?" * len(held)), held, most) if held else [],
    )


def _releases(db: sqlite3.Connection, ids: str, values: Sequence[Any], most: int) -> list[Row]:
    sql = f"""SELECT r.id, r.title, r.published, r.publisher, r.doc_number, s.region, s.name AS source_name
        FROM releases AS r JOIN sources AS s ON s.id = r.source
        WHERE r.id IN ({ids}) ORDER BY r.published, r.id LIMIT {most}"""
    return db.execute(sql, list(values)).fetchall()


async def page(datasette: Any, request: Any) -> Response:
    site = site_of(datasette, request)
    title, number = site.argument("title")[:_LONGEST], site.argument("number")[:_LONGEST]
    if bool(title) == bool(number):
        raise BadRequest(site.word("no_document"))
    found = await site.read(lambda db: of_title(db, title) if title else of_doc_number(db, number))
    if not found.citing and not found.held:
        reason = site.word("not_found_document", (title or number)[:60])
        return await site.missing(reason, hint=True)
    return await site.page("document", name=f"《{title}》" if title else number, found=found, most=MOST)
