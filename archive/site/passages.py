"""Passages that travel, for readers: those of a release, and all releases that have one."""

import sqlite3
from dataclasses import dataclass
from typing import Any

from datasette import Response

from archive.database import has_table
from archive.site import formats
from archive.site.frame import site_of

SHOWN = 30  # passages of a release's page
_ROWS = """SELECT p.release, p.start, p.length, r.title, r.published, r.publisher, r.source, s.region, s.name AS source_name,
    substr(r.text, p.start + 1, p.length) AS words
    FROM passages AS p JOIN releases AS r ON r.id = p.release JOIN sources AS s ON s.id = r.source WHERE p.passage = ?
    ORDER BY coalesce(nullif(r.published, ''), '~'), r.id"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A sentence of a release that stands in other places too; `since` is the first day that any of them prints."""

    key: str
    words: str
    places: int  # others
    since: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A sentence with the releases that have it, the earliest first."""

    words: str
    places: int
    rows: list[sqlite3.Row]


def of_release(db: sqlite3.Connection, id: int) -> list[Told]:
    """The first passages of a release's current version; none in a snapshot older than the table."""
    if not has_table(db, "passages"):
        return []
    rows = db.execute(
        """SELECT own.passage, substr(mine.text, own.start + 1, own.length) AS words,
          count(DISTINCT s.region) - 1 AS places, substr(min(nullif(r.published, '')), 1, 10) AS since
        FROM (SELECT * FROM passages WHERE release = ? ORDER BY start LIMIT ?) AS own
        JOIN releases AS mine ON mine.id = own.release JOIN passages AS other ON other.passage = own.passage
        JOIN releases AS r ON r.id = other.release JOIN sources AS s ON s.id = r.source
        GROUP BY own.passage HAVING places > 0 ORDER BY own.start""",
        [id, SHOWN],
    )
    return [Told(key=key(row[0]), words=row["words"], places=row["places"], since=row["since"] or "") for row in rows]


def read(db: sqlite3.Connection, number: int) -> Passage | None:
    """A passage by its number; None when no release has it."""
    rows = db.execute(_ROWS, [number]).fetchall() if has_table(db, "passages") else []
    if not rows:
        return None
    return Passage(words=rows[0]["words"], places=len({row["region"] for row in rows}), rows=rows)


def key(number: int) -> str:
    """The number of a passage as its address has it: 16 hexadecimal digits."""
    return f"{number % (1 << 64):016x}"


async def passage(datasette: Any, request: Any) -> Response:
    site = site_of(datasette, request)
    asked = request.url_vars["key"]
    number = int.from_bytes(bytes.fromhex(asked), "big", signed=True)
    view = await site.read(lambda db: read(db, number))
    if view is None:
        return await site.missing(site.word("no_passage"))
    if request.url_vars.get("format"):
        names = ("release", "title", "published", "source", "region", "start", "length")
        rows = [{name: row[name] for name in names} for row in view.rows]
        return formats.as_json({"words": view.words, "places": view.places, "releases": rows})
    return await site.page("passage", key=asked, view=view)
