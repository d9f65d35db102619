"""The records of a snapshot in the order in which the archive learned of them, and the sets that they belong to."""

import re
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from heapq import merge
from itertools import islice

from archive.site.oai.asked import Fault, Key, Wanted
from archive.snapshots.places import named
from archive.texts import place_names, places

PAGE = 200  # records of a page
_NAMESPACE = "oai:gongbao:"
_IDENTIFIER = re.compile(rf"{_NAMESPACE}([0-9a-f]{{64}})")
_KEYS = "SELECT learned, removed, release, lower(hex(identifier)) FROM records"
_SIGN = re.compile(r"[A-Za-z0-9_.!~*'()-]+")  # signs that a set's name may have


@dataclass(frozen=True, slots=True)
class Sets:
    """The sets of an archive: a region's name is the path down to it, so that a province has all that lies in it."""

    of_source: dict[str, tuple[str, ...]]  # source -> its own set and its region's
    names: dict[str, str]

    def sources(self, chosen: str) -> list[str]:
        """The sources of a set."""
        within = (chosen, f"{chosen}:")
        return [
            id for id, sets in self.of_source.items() if any(one == chosen or one.startswith(within[1]) for one in sets)
        ]


def sets(db: sqlite3.Connection) -> Sets:
    rows = db.execute("SELECT id, name, region FROM sources ORDER BY region, id").fetchall()
    known, called = {region for _, _, region in rows}, named(db)
    of_source: dict[str, tuple[str, ...]] = {}
    regions: dict[str, str] = {}
    sources: dict[str, str] = {}
    for id, name, region in rows:
        codes = _codes(region, known)
        for place, code in enumerate(codes, 1):
            regions[f"region:{':'.join(codes[:place])}"] = place_names.region_name(code, "zh", called)
        own = [f"source:{id}"] if _SIGN.fullmatch(id) else []
        sources |= dict.fromkeys(own, name)
        of_source[id] = (*own, f"region:{':'.join(codes)}")
    return Sets(of_source, {**regions, **sources})


def _codes(region: str, known: set[str]) -> list[str]:
    """The codes of the province, the prefecture and the place itself; a county that belongs to no prefecture has none."""
    city = f"{region[:4]}00"
    path = [f"{region[:2]}0000", *([city] if places.name_of(city) or city in known else []), region]
    return list(dict.fromkeys(path))


def identifier(digest: str) -> str:
    return _NAMESPACE + digest


def find(db: sqlite3.Connection, sets: Sets, wanted: Wanted) -> tuple[list[Key], bool]:
    """The keys of a page of a list, and whether others follow. Raises Fault when the list is empty.

    Nobody may say which set a removed release was in, so that each set tells of all removals.
    """
    if wanted.set and wanted.set not in sets.names:
        raise Fault("noRecordsMatch", "there is no such set")
    streams = (
        [_stream(db, wanted, source) for source in ["", *sets.sources(wanted.set)]]
        if wanted.set
        else [_stream(db, wanted)]
    )
    found = list(islice(merge(*streams), PAGE + 1))
    if not found and wanted.after is None:
        raise Fault("noRecordsMatch")
    return found[:PAGE], len(found) > PAGE


def _stream(db: sqlite3.Connection, wanted: Wanted, source: str | None = None) -> Iterator[Key]:
    where = "learned BETWEEN ? AND ?"
    values: list[object] = [wanted.first, wanted.last]
    if wanted.after:
        where += " AND (learned, removed, release, identifier) > (?, ?, ?, ?)"
        values += [*wanted.after[:3], bytes.fromhex(wanted.after.identifier)]
        values[0] = max(wanted.first, wanted.after.learned)
    if source is not None:
        where, values = f"source = ? AND {where}", [source, *values]
    order = "learned, removed, release, identifier"
    return (Key(*row) for row in db.execute(f"{_KEYS} WHERE {where} ORDER BY {order} LIMIT {PAGE + 1}", values))


def get(db: sqlite3.Connection, asked: str) -> Key:
    """The key of a record by its identifier. Raises Fault."""
    digest = _IDENTIFIER.fullmatch(asked)
    row = db.execute(f"{_KEYS} WHERE identifier = ?", [bytes.fromhex(digest[1])]).fetchone() if digest else None
    if row is None:
        raise Fault("idDoesNotExist")
    return Key(*row)


def first(db: sqlite3.Connection) -> str:
    """When the archive learned of its first record."""
    return str(db.execute("SELECT coalesce(min(learned), '1970-01-01T00:00:00Z') FROM records").fetchone()[0])


def rows(db: sqlite3.Connection, keys: Sequence[Key], words: int) -> dict[int, sqlite3.Row]:
    """The releases of these records by their ids, each with the first `words` signs of its text where its source is official."""
    ids = [key.release for key in keys if not key.removed]
    found = db.execute(
        f"""SELECT r.id, r.url, r.title, r.published, r.publisher, r.author, r.editor, r.issuer, r.doc_number, r.language,
          r.status, r.cluster, r.source, s.name AS source_name, s.region, s.rights,
          CASE WHEN s.rights = 'official' THEN substr(r.text, 1, ?) ELSE '' END AS words
        FROM releases AS r JOIN sources AS s ON s.id = r.source WHERE r.id IN ({", ".join("?" * len(ids))})""",
        [words, *ids],
    )
    return {row["id"]: row for row in found}
