"""Counts beside the filters of a search: the releases that each choice would show, the other filters as they are."""

import json
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from archive.search import hits
from archive.search import query as queries
from archive.search.asked import Asked
from archive.search.filters import filters
from archive.site.frame import Site
from archive.texts.places import other_codes

LIMIT = 200  # milliseconds; a page is shown without counts that take longer
VERIFIED = 500  # candidates: their texts are read and the counts are exact; with more, the counts are about right
NAMES = ("region", "source", "year", "kind", "state")


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Each filter's values, each with its releases; `about`: with candidates of the index that may be no hits."""

    of: Mapping[str, Mapping[str, int]]
    about: bool = False


async def read(site: Site, asked: Asked, found: hits.Found) -> Counts | None:
    """The counts for a search and its hits; None when its words are too common, it asks of a moment, or counting takes too long."""
    if asked.at or (asked.q and (found.offer.common or not queries.parse(asked.q).groups)):
        return None
    loose = replace(asked, region="", source="", year="", kind="", state="", sort="new", page=1)
    try:
        if loose == Asked(sort="new"):
            return _count(asked, await site.read_once(_everything))
        return await site.read(lambda db: _found(db, asked, loose, found), LIMIT)
    except sqlite3.OperationalError as error:
        if str(error) != "interrupted":
            raise
        return None


def _everything(db: sqlite3.Connection) -> list[sqlite3.Row]:
    return _groups(db, Asked())


def _found(db: sqlite3.Connection, asked: Asked, loose: Asked, found: hits.Found) -> Counts:
    if not loose.q:
        return _count(asked, _groups(db, loose))
    if loose == replace(asked, sort="new", page=1):
        return replace(_count(asked, _groups(db, loose, found.ids)), about=found.about)
    ids = list(hits.candidates(db, loose, found.offer))
    exact = len(ids) <= VERIFIED
    if exact:
        ids = [row["id"] for row in hits.true_rows(db, queries.parse(loose.q), ids, found.offer)]
    return replace(_count(asked, _groups(db, loose, ids)), about=not exact)


def _groups(db: sqlite3.Connection, asked: Asked, ids: Iterable[int] | None = None) -> list[sqlite3.Row]:
    """How many releases are alike in all that is counted."""
    where, values = filters(asked)
    only = "" if ids is None else "AND r.id IN (SELECT value FROM json_each(?))"
    return db.execute(
        f"""SELECT region, source, year, edits > 0 AS changed, status IN ('gone', 'moved') AS gone,
          r.id IN (SELECT release FROM turns) AS spoken, count(*) AS n
        FROM releases AS r INDEXED BY releases_card WHERE 1 {where} {only} GROUP BY 1, 2, 3, 4, 5, 6""",
        [*values, *([] if ids is None else [json.dumps(list(ids))])],
    ).fetchall()


def _values(group: sqlite3.Row) -> dict[str, tuple[str, ...]]:
    """The values of each filter that show the group; a region is shown by all that lie around it."""
    region = group["region"] or ""
    return {
        "region": tuple({f"{region[:2]}0000", f"{region[:4]}00", region}),
        "source": (group["source"],),
        "year": (str(group["year"] or ""),),
        "kind": ("transcript" if group["spoken"] else "release",),
        "state": tuple(name for name in ("changed", "gone") if group[name]),
    }


def _count(asked: Asked, groups: Iterable[sqlite3.Row]) -> Counts:
    chosen = {name: getattr(asked, name) for name in NAMES if getattr(asked, name)}
    if "region" in chosen:
        chosen["region"] = chosen["region"].ljust(6, "0")
    found: dict[str, Counter[str]] = {name: Counter() for name in NAMES}
    for group in groups:
        values = _values(group)
        missed = {name for name, value in chosen.items() if not _is_in(name, value, values[name])}
        for name in NAMES:
            if missed <= {name}:
                found[name].update(dict.fromkeys(values[name], group["n"]))
    return Counts(of=found)


def _is_in(name: str, value: str, values: tuple[str, ...]) -> bool:
    return value in values or (name == "region" and any(code in _others(value) for code in values))


def _others(code: str) -> tuple[str, ...]:
    return other_codes(code.removesuffix("00").removesuffix("00"))


def shower(counts: Counts | None) -> Callable[[str, Any], str]:
    """A function that writes the count beside a filter's value: ` (12)`, or nothing where none is known."""

    def show(name: str, value: Any) -> str:
        if counts is None:
            return ""
        of = counts.of[name]
        n = of.get(str(value), 0)
        if name == "region":
            n += sum(of.get(code, 0) for code in _others(value))
        return f" ({'≈' if counts.about else ''}{n:,})"

    return show


def copies(db: sqlite3.Connection, clusters: Iterable[int | None]) -> dict[int, int]:
    """How many releases each group of copies has beside its head."""
    wanted = json.dumps([cluster for cluster in clusters if cluster])
    sql = (
        "SELECT cluster, count(*) - 1 FROM releases WHERE cluster IN (SELECT value FROM json_each(?)) GROUP BY cluster"
    )
    return dict(db.execute(sql, [wanted]).fetchall())
