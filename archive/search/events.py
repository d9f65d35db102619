"""The events that fit a search, the last learned first: pages of them that never miss and never repeat one."""

import json
import re
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, islice
from time import monotonic
from typing import NamedTuple, Self, cast, get_args

from archive import times
from archive.database import has_table
from archive.model import EventKind, SearchKind
from archive.search import attached, hits, matches
from archive.search import query as queries
from archive.search.asked import Asked
from archive.search.asked import read_address as read_search
from archive.search.filters import filters
from archive.search.offers import Offer, full_offer

KINDS: tuple[EventKind, ...] = get_args(EventKind)
_BATCH = 50


class Key(NamedTuple):
    """An event's place in the order. No two have the same, and none ever gets another."""

    learned: str  # UTC, `2026-03-17T10:00:00Z`
    release: int
    version: int  # 0: the event is none of a version
    kind: EventKind

    @classmethod
    def read(cls, text: str) -> Self:
        """The key that `__str__` wrote. Raises ValueError."""
        found = re.fullmatch(
            rf"(\d{{4}}-\d\d-\d\dT\d\d:\d\d:\d\dZ)\.(\d{{1,18}})\.(\d{{1,6}})\.({'|'.join(KINDS)})", text, re.ASCII
        )
        if found is None:
            raise ValueError(text)
        return cls(found[1], int(found[2]), int(found[3]), cast(EventKind, found[4]))

    def __str__(self) -> str:
        return ".".join(map(str, self[:]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A search for events: a search for releases, with the kinds and the period of the events."""

    asked: Asked
    kinds: tuple[EventKind, ...] = KINDS
    begin: str = ""  # learned from this moment on; "": from the first
    end: str = "~"  # and before this one
    period: tuple[str, str] = ("", "")  # the same as the address states it
    after: Key | None = None  # the last event of the page before
    once: bool = False  # True: the last of these events of each release alone

    def address(self, **changes: str) -> dict[str, str]:
        """The address's arguments, changed so; a change leads back to the first page unless it is one of `after`."""
        kinds = ",".join(filter(None, (self.asked.kind, *(self.kinds if self.kinds != KINDS else ()))))
        period = {"from": self.period[0], "to": self.period[1]}
        return {**self.asked.address(), "kind": kinds, **period, **changes}


def read_address(arguments: Mapping[str, str]) -> Wanted:
    """The events that an address asks for: filters of a search, `kind` (words divided by commas), `from`, `to`, `after`.

    `from` and `to` are days or minutes in Beijing, or seconds in UTC. The order is that of the events. Raises ValueError with a value
    that cannot be one, or a period that ends before it begins.
    """
    said = {name: arguments.get(name, "").strip() for name in ("kind", "from", "to", "after")}
    named = {name for name in said["kind"].split(",") if name}
    for name in sorted(named - {*KINDS, *get_args(SearchKind)}):
        raise ValueError(name)
    of_release = next(iter(sorted(named - {*KINDS})), "")
    begin = times.span(said["from"])[0] if said["from"] else ""
    end = times.span(said["to"])[1] if said["to"] else "~"
    if begin >= end:
        raise ValueError(f"from={said['from']}&to={said['to']}")
    return Wanted(
        asked=read_search({**arguments, "kind": of_release, "sort": ""}),
        kinds=tuple(kind for kind in KINDS if kind in named) or KINDS,
        begin=begin,
        end=end,
        period=(said["from"], said["to"]),
        after=Key.read(said["after"]) if said["after"] else None,
    )


@dataclass(frozen=True, slots=True)
class Event:
    """An event, with the row of its release as a search has it."""

    key: Key
    row: sqlite3.Row


@dataclass(frozen=True, slots=True)
class Page:
    """Some events in their order, and the key after which the next page begins; None at the end."""

    events: list[Event]
    next: Key | None = None


def find(db: sqlite3.Connection, wanted: Wanted, limit: int) -> Page:
    """The first `limit` events, or fewer when `hits.PATIENCE` ends first: the next page goes on where this one stopped."""
    query = queries.parse(wanted.asked.q)
    if (wanted.asked.q and not query.groups) or not has_table(db, "events"):
        return Page([])
    until = monotonic() + hits.PATIENCE
    found: list[Event] = []
    offered = full_offer(db, query, files=True) if query.groups else Offer()
    keys = _keys(db, wanted, offered)
    while batch := [Key(*row) for row in islice(keys, _BATCH)]:
        fits = _as_they_are_now if wanted.once else true_events
        found += fits(db, query, batch, offered)
        if len(found) > limit:
            return Page(found[:limit], found[limit - 1].key)
        if monotonic() >= until:
            return Page(found, batch[-1])
    return Page(found)


def true_events(
    db: sqlite3.Connection, query: queries.Query, keys: Sequence[Key], offered: Offer | None = None
) -> Iterator[Event]:
    """The events that tell of a version with the query's words, or of an edit that took them away, with the releases' rows of now.

    A version counts as its page was read last, as do those of an edit: the one before, and its own. The words may also stand in a file
    that the release links to now.
    """
    ids = {key.release for key in keys}
    rows = {row["id"]: row for row in hits.true_rows(db, queries.Query(), ids)}
    versions = _versions(db, [id for id, row in rows.items() if row["version"] > 1]) if query.groups else {}
    linking = ids if offered is None else ids.intersection(offered.linking)
    in_files = attached.holding(db, query, linking) if linking and query.groups and attached.has_files(db) else set()
    bare = replace(query, groups=())
    for key in keys:
        told = _told(key, rows[key.release], versions.get(key.release, []))
        asked = bare if key.release in in_files else query
        if any(matches.holds(asked, *texts) for texts in told):
            yield Event(key, rows[key.release])


def _as_they_are_now(
    db: sqlite3.Connection, query: queries.Query, keys: Sequence[Key], offered: Offer
) -> Iterator[Event]:
    """The events of releases that a search finds."""
    rows = {row["id"]: row for row in hits.true_rows(db, query, {key.release for key in keys}, offered)}
    return (Event(key, rows[key.release]) for key in keys if key.release in rows)


def _versions(db: sqlite3.Connection, ids: list[int]) -> dict[int, list[sqlite3.Row]]:
    """The versions of releases, each release's in the order in which they were seen."""
    sql = """SELECT release, version, kind, seen, title, text FROM versions WHERE release IN (SELECT value FROM json_each(?))
        ORDER BY release, seen, version"""
    return {id: list(some) for id, some in groupby(db.execute(sql, [json.dumps(ids)]), lambda one: one["release"])}


def _told(key: Key, row: sqlite3.Row, versions: list[sqlite3.Row]) -> list[tuple[str, str, str]]:
    """The texts of the versions that an event tells of: title, text, number. Those of the current version are the release's own."""
    own = [at for at, one in enumerate(versions) if one["version"] == key.version]
    seen = [at for at, one in enumerate(versions) if one["seen"][:19] <= key.learned[:19]]
    first = max(0, (own or seen or [0])[-1])
    last = first + 1
    while last < len(versions) and versions[last]["kind"] != "published":  # the same page, read anew
        last += 1
    before = versions[max(0, first - 1) : first] if key.kind == "edited" else []
    number = row["doc_number"] or ""
    told = [*before, *versions[last - 1 : last]]
    return [
        (row["title"], row["text"], number) if one["version"] == row["version"] else (one["title"], one["text"], number)
        for one in told or [row]
    ]


def edit(db: sqlite3.Connection, key: Key) -> tuple[sqlite3.Row | None, sqlite3.Row]:
    """The version that came before an edit, as long as there is one, and the edit's own."""
    own = "SELECT * FROM versions WHERE release = ? AND version = ?"
    now: sqlite3.Row = db.execute(own, [key.release, key.version]).fetchone()
    earlier = "release = ? AND (seen, version) < (?, ?) ORDER BY seen DESC, version DESC LIMIT 1"
    values = [key.release, now["seen"], now["version"]]
    return db.execute(f"SELECT * FROM versions WHERE {earlier}", values).fetchone(), now


def _keys(db: sqlite3.Connection, wanted: Wanted, offered: Offer) -> Iterator[tuple[str, int, int, EventKind]]:
    """The keys of the events that may fit: the words are still to be looked for in the releases' texts."""
    parts = [f"e.kind IN {_marks(wanted.kinds)}", "e.learned >= ?", "e.learned < ?"]
    values: list[object] = [*wanted.kinds, wanted.begin, wanted.end]
    if wanted.after:
        parts.append("(e.learned, e.release, e.version, e.kind) < (?, ?, ?, ?)")
        values += wanted.after
    if offered.ids is not None:
        # those that were edited may have had the words once, which the index does not know
        edited = "" if wanted.once else " OR e.release IN (SELECT release FROM events WHERE kind = 'edited')"
        parts.append(f"(e.release IN (SELECT value FROM json_each(?)){edited})")
        values.append(json.dumps(list(hits.candidates(db, Asked(q=wanted.asked.q, sort="new"), offered))))
    if wanted.once:
        parts.append(f"""NOT EXISTS (SELECT 1 FROM events AS n WHERE n.release = e.release AND n.kind IN {_marks(wanted.kinds)}
            AND n.learned < ? AND (n.learned, n.version, n.kind) > (e.learned, e.version, e.kind))""")
        values += [*wanted.kinds, wanted.end]
    where, more = filters(wanted.asked)
    card = "CROSS JOIN releases AS r INDEXED BY releases_card ON r.id = e.release" if where else ""
    sql = f"""SELECT e.learned, e.release, e.version, e.kind FROM events AS e {card} WHERE {" AND ".join(parts)} {where}
        ORDER BY e.learned DESC, e.release DESC, e.version DESC, e.kind DESC"""
    return db.execute(sql, [*values, *more])


def _marks(values: Iterable[object]) -> str:
    return f"({', '.join('?' for _ in values)})"
