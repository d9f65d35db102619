"""Any two versions beside each other, of one release or of two: changed figures, fields, files, sentences."""

import asyncio
import json
import re
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from functools import partial
from typing import Any

from datasette import Response
from datasette.utils.asgi import BadRequest

from archive.duplicates import origins
from archive.model import Indicator
from archive.site import diff, filing, reading, tied
from archive.site.figures.differing import differing
from archive.site.frame import Site, site_of
from archive.site.reading import ReleasePage

_NAMED = re.compile(r"(\d{1,18})(?:@(\d{1,6}))?", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """A version, with the text that is compared: its own, or that of the file that tied it to the other side."""

    page: ReleasePage
    text: str
    tie: tied.Tie | None = None

    @property
    def indicators(self) -> Sequence[Indicator]:
        """The figures of the version's own text."""
        return () if self.tie else self.page.indicators


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """The differences between two versions, of withheld texts the figures alone."""

    facts: list[tuple[str, str, str]]  # name, value in the one, value in the other
    figures: Sequence[tuple[str, str]] = ()  # in the one, in the other
    indicators: Sequence[tuple[Indicator, Indicator]] = ()  # likewise, those that both print under one name
    made: origins.Copy | None = None
    changes: list[diff.Change] = field(default_factory=list)


def compared(a: Side, b: Side) -> Compared:
    """The differences between two versions."""
    values = [{"title": one.page.shown["title"], **one.page.facts} for one in (a, b)]
    names = [name for name in values[0] if name in reading.CHANGEABLE]
    pairs = [(name, *(side[name] or "" for side in values)) for name in names]
    facts = [(name, one, other) for name, one, other in pairs if one != other]
    if a.page.withheld or b.page.withheld:
        return Compared(facts=facts, figures=_known_figures(a.page, b.page))
    made = origins.compared(b.page.row["id"], a.text, b.text)
    return Compared(
        facts=facts,
        figures=made.figures,
        indicators=differing(a.indicators, b.indicators),
        made=made,
        changes=diff.compare(a.text, b.text),
    )


def _known_figures(a: ReleasePage, b: ReleasePage) -> list[tuple[str, str]]:
    """The figures in which a copy differs from its cluster's representative, which a snapshot tells without the texts."""
    if not (a.current and b.current) or a.row["id"] == b.row["id"]:
        return []
    copy = a if b.row["id"] == a.row["cluster"] else b
    if {a.row["id"], b.row["id"]} != {copy.row["id"], copy.row["cluster"]}:
        return []
    told = next((one["changed_numbers"] for one in a.copies if one["id"] == copy.row["id"]), "")
    pairs = [(str(own), str(first)) for own, first in json.loads(told or "[]")]
    return pairs if copy is a else [(first, own) for own, first in pairs]


async def compare(datasette: Any, request: Any) -> Response:
    site = site_of(datasette, request)
    pages = []
    for name in ("a", "b"):
        found = await site.read(partial(_read, *named(site, name)))
        if isinstance(found, tuple):
            return await site.missing(site.word(*found))
        pages.append(found)
    sides = await sided(site, *pages)
    differences = await asyncio.to_thread(compared, *sides)
    files = await site.read(lambda db: filing.differing(db, *pages))
    return await site.page(
        "compare", sides=sides, files=files, **{one.name: getattr(differences, one.name) for one in fields(differences)}
    )


def named(site: Site, name: str) -> tuple[int, int | None]:
    """The release and the version, if any, that an argument names: 7@2. Raises BadRequest."""
    said = site.argument(name)
    found = _NAMED.fullmatch(said)
    if found is None:
        raise BadRequest(site.word("no_side", name, said[:40]))
    return int(found[1]), int(found[2]) if found[2] else None


def _read(id: int, version: int | None, db: sqlite3.Connection) -> ReleasePage | tuple[str, int]:
    """The version; or the key of a sentence about its absence, with its number."""
    found = reading.read(db, id, version)
    if found is not None:
        return found
    if version is None or reading.read(db, id) is None:
        return "not_found_release", id
    return "not_found_version", version


async def sided(site: Site, a: ReleasePage, b: ReleasePage) -> tuple[Side, Side]:
    """The two sides of a comparison."""

    def read(db: sqlite3.Connection) -> tuple[Side, Side]:
        return _side(db, a, b), _side(db, b, a)

    return await site.read(read)


def _side(db: sqlite3.Connection, one: ReleasePage, other: ReleasePage) -> Side:
    """The version with the text that is compared. A tie by a file is one of the current versions of two releases."""
    stands = None
    if one.current and other.current and one.row["id"] != other.row["id"]:
        cluster = one.row["cluster"] if one.row["cluster"] == other.row["cluster"] else None
        stands = tied.stands_for(db, one.row["id"], other.row["id"], cluster)
    tie, text = stands or (None, one.text)
    return Side(page=one, text=text, tie=tie)
