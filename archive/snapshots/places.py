"""The country's places in a snapshot: where a news column is known, declared, seen to work, crawled well, and held.

Without it nobody can tell what "nothing found" is worth. The archive knows only what was crawled, so the crawler hands
over what is known besides.
"""

import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from archive.model import Evidence
from archive.texts import place_names, places
from archive.times import stamp

DAYS = 7  # a crawl that ended well within so many days before the snapshot tells that a source is alive


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """A declared source, crawled or not. Those that are not `news` count for no place: libraries hold no news."""

    id: str
    region: str
    evidence: Evidence
    is_news: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """The crawler's knowledge of the country."""

    candidates: Mapping[str, int] = field(default_factory=dict)  # news columns that others saw, by region
    declared: Sequence[Declared] = ()


NOTHING_KNOWN = Known()


def record_all(db: sqlite3.Connection, known: Known, now: datetime) -> None:
    """Write `places` anew: a row for each place in force, and for each other region that a source names.

    A source of an ended code counts for the code that followed it, where one alone did. A source that is declared no more
    counts as declared, since what it brought is held. The caller owns the transaction.
    """
    db.execute("DROP TABLE IF EXISTS places")
    db.execute("""CREATE TABLE places (
        region TEXT PRIMARY KEY,           -- GB/T 2260
        name TEXT NOT NULL,                -- "" when the table of codes has none
        level TEXT NOT NULL,               -- national | province | city | county
        candidates INTEGER NOT NULL,       -- news columns that others saw
        declared INTEGER NOT NULL,         -- news sources
        live INTEGER NOT NULL,             -- of these, declared after a look at the site itself
        ok INTEGER NOT NULL,               -- of these, crawled well in the last days
        blocked INTEGER NOT NULL,          -- of these, whose last crawl was refused
        vantages TEXT NOT NULL,            -- where these were last crawled from, divided by "; "
        releases INTEGER NOT NULL          -- that are held
    ) WITHOUT ROWID""")
    rows = _rows(db, known, stamp(now - timedelta(days=DAYS)))
    db.executemany(f"INSERT INTO places VALUES ({', '.join('?' * 10)})", rows)


def named(db: sqlite3.Connection) -> dict[str, str]:
    """The names of places that the table of codes does not know, as their sources call them."""
    return place_names.named(db.execute("SELECT DISTINCT region, name FROM sources ORDER BY region, id").fetchall())


def level_of(region: str) -> str:
    if region == places.NATIONAL:
        return "national"
    return "province" if region.endswith("0000") else "city" if region.endswith("00") else "county"


def _rows(db: sqlite3.Connection, known: Known, since: str) -> Iterable[tuple[object, ...]]:
    news = _news(db, known)
    candidates, declared, live, ok, blocked = (Counter[str]() for _ in range(5))
    for region, count in known.candidates.items():
        candidates[_present(region)] += count
    vantages: dict[str, set[str]] = {}
    crawls = _last_crawls(db)
    for one in news:
        region = _present(one.region)
        declared[region] += 1
        live[region] += one.evidence == "live"
        if one.id in crawls:
            outcome, finished, vantage = crawls[one.id]
            ok[region] += outcome in ("ok", "quiet") and finished >= since
            blocked[region] += outcome == "blocked"
            vantages.setdefault(region, set()).update({vantage} - {""})
    releases = Counter[str]()
    held = "SELECT s.region, count(*) FROM releases r JOIN sources s ON s.id = r.source GROUP BY s.region"
    for region, count in db.execute(held):
        releases[_present(region)] += count
    in_force = {code for code in places.table() if places.is_in_force(code)}
    for region in sorted(in_force | declared.keys() | releases.keys()):
        counts = [counter[region] for counter in (candidates, declared, live, ok, blocked)]
        seen_from = "; ".join(sorted(vantages.get(region, ())))
        yield (region, places.name_of(region), level_of(region), *counts, seen_from, releases[region])


def _news(db: sqlite3.Connection, known: Known) -> list[Declared]:
    there = {one.id for one in known.declared}
    rows = db.execute("SELECT id, region, evidence FROM sources ORDER BY id")
    gone = [Declared(id=id, region=region, evidence=evidence) for id, region, evidence in rows if id not in there]
    return [one for one in (*known.declared, *gone) if one.is_news]


def _last_crawls(db: sqlite3.Connection) -> dict[str, tuple[str, str, str]]:
    """The outcome, the end and the vantage of each source's last crawl that ended of itself."""
    rows = db.execute("""SELECT source, outcome, finished, vantage FROM crawls WHERE id IN (
        SELECT max(id) FROM crawls WHERE finished IS NOT NULL AND outcome <> 'stopped' GROUP BY source)""")
    return {source: (outcome, finished, vantage) for source, outcome, finished, vantage in rows}


def _present(region: str) -> str:
    names = places.table().get(region, ())
    if not names or places.is_in_force(region) or len(names[-1].successors) != 1:
        return region
    return _present(names[-1].successors[0])
