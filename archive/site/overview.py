"""The archive as a whole: its figures, its newest releases, its sources and their state."""

import sqlite3
from dataclasses import dataclass
from typing import Any

from archive.site import pictures, regions
from archive.site.regions import Area
from archive.snapshots.tables import COVERAGE, coverage


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """The contents of the first page."""

    releases: int
    regions: int
    areas: list[Area]
    tiles: list[pictures.Tile]
    first: str
    last: str
    newest: list[sqlite3.Row]
    periods: list[tuple[str, int]]  # (month or year, releases), without gaps
    by_year: bool
    sources: list[sqlite3.Row]

    @property
    def most(self) -> int:
        """The releases of the fullest month or year."""
        return max(count for _, count in self.periods)


def overview(db: sqlite3.Connection) -> Overview:
    """Read the figures of the first page."""
    releases = db.execute("SELECT count(*) FROM releases").fetchone()[0]
    places = db.execute("SELECT count(DISTINCT region) FROM sources").fetchone()[0]
    areas = regions.tree(_places(db))
    days = "SELECT substr({}(published), 1, 10) FROM releases WHERE year IS NOT NULL"
    periods = _without_gaps(_months(db))
    by_year = len(periods) > 60
    return Overview(
        releases=releases,
        regions=places,
        areas=areas,
        tiles=pictures.tiles({area.code: area.count for area in areas}),
        first=db.execute(days.format("min")).fetchone()[0] or "",
        last=db.execute(days.format("max")).fetchone()[0] or "",
        newest=db.execute(
            """SELECT releases.id, title, published, publisher, releases.region, sources.name AS source_name, version,
              status FROM releases JOIN sources ON sources.id = source
            WHERE cluster IS NULL OR cluster = releases.id ORDER BY published DESC, releases.id DESC LIMIT 12"""
        ).fetchall(),
        periods=_years(periods) if by_year else periods,
        by_year=by_year,
        sources=source_states(db),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Browse:
    """The ways into the archive other than a search."""

    regions: list[Area]
    sources: list[sqlite3.Row]
    publishers: list[sqlite3.Row]
    issuers: list[sqlite3.Row]
    classes: list[sqlite3.Row]
    genres: list[sqlite3.Row]
    speakers: list[sqlite3.Row]
    documents: list[sqlite3.Row]
    calendar: dict[str, list[int]]  # year -> releases of its twelve months


def browse(db: sqlite3.Connection) -> Browse:
    """Read the ways into the archive: the `_MOST` with most releases of each kind."""
    calendar: dict[str, list[int]] = {}
    for month, count in _months(db):
        number = int(month[5:7])
        if 1 <= number <= 12:
            calendar.setdefault(month[:4], [0] * 12)[number - 1] = count
    return Browse(
        regions=regions.tree(_places(db)),
        sources=source_states(db),
        publishers=_most(db, _PUBLISHERS, "region, name"),
        issuers=_elements(db, "issuer", with_place=True),
        classes=_elements(db, "subject_class"),
        genres=_elements(db, "genre"),
        speakers=_most(db, f"SELECT speaker AS name, count(DISTINCT release) AS n FROM turns WHERE {_NAMED}"),
        documents=_most(db, "SELECT title AS name, count(DISTINCT release) AS n FROM citations WHERE title <> ''"),
        calendar=dict(sorted(calendar.items(), reverse=True)),
    )


def _places(db: sqlite3.Connection) -> dict[str, int]:
    rows = db.execute("SELECT region, count(*) FROM releases WHERE region <> '' GROUP BY region")
    return dict(rows.fetchall())


_MOST = 60
# these labels name a part in the talk, not a person
_NAMED = "speaker NOT IN ('', '主持人', '记者', '问', '答')"


# a name alone may be that of an office in every city
_PUBLISHERS = (
    "SELECT publisher AS name, coalesce(region, '') AS region, count(*) AS n FROM releases WHERE publisher <> ''"
)


def _most(db: sqlite3.Connection, sql: str, group: str = "name") -> list[sqlite3.Row]:
    return db.execute(f"{sql} GROUP BY {group} ORDER BY n DESC, name LIMIT {_MOST}").fetchall()


def _elements(db: sqlite3.Connection, column: str, *, with_place: bool = False) -> list[sqlite3.Row]:
    """The most frequent values of an element of documents; none in a snapshot that is older than the column."""
    if not any(row[1] == column for row in db.execute("PRAGMA table_info(releases)")):
        return []
    place = "coalesce(region, '') AS region, " if with_place else ""
    sql = f"SELECT {column} AS name, {place}count(*) AS n FROM releases WHERE {column} <> ''"
    return _most(db, sql, "region, name" if with_place else "name")


def _months(db: sqlite3.Connection) -> list[tuple[str, int]]:
    rows = db.execute("""SELECT substr(published, 1, 7) AS month, count(*) FROM releases
        WHERE published GLOB '[12][0-9][0-9][0-9]-[01][0-9]*' GROUP BY month ORDER BY month""")
    return [(month, count) for month, count in rows]


def source_states(db: sqlite3.Connection) -> list[sqlite3.Row]:
    """The sources, each with counts of its listings by state and the outcome of its last crawl."""
    return db.execute("""SELECT s.id, s.name, s.region, s.level, s.rights, s.evidence, s.url,
          (SELECT count(*) FROM releases AS r WHERE r.source = s.id) AS releases,
          count(l.url) AS listed, coalesce(sum(l.state = 'held'), 0) AS held,
          coalesce(sum(l.state = 'failed'), 0) AS failed, coalesce(sum(l.state = 'blocked'), 0) AS blocked,
          coalesce(sum(l.state = 'pending'), 0) AS pending, coalesce(sum(l.state = 'skipped'), 0) AS skipped,
          (SELECT outcome FROM crawls WHERE source = s.id AND finished IS NOT NULL ORDER BY crawls.id DESC LIMIT 1)
            AS outcome,
          (SELECT max(finished) FROM crawls WHERE source = s.id) AS finished
        FROM sources AS s LEFT JOIN listings AS l ON l.source = s.id
        GROUP BY s.id ORDER BY s.region, s.id""").fetchall()


def months(db: sqlite3.Connection) -> dict[str, list[dict[str, Any]]]:
    """For each source its months, newest first: rows of `COVERAGE` (listed, held, failed and so on)."""
    found: dict[str, list[dict[str, Any]]] = {}
    for row in coverage(db):
        found.setdefault(row[0], []).insert(0, dict(zip(COVERAGE, row, strict=True)))
    return found


def _without_gaps(months: list[tuple[str, int]]) -> list[tuple[str, int]]:
    if not months:
        return []
    counts = dict(months)
    first, last = (_number(month) for month in (months[0][0], months[-1][0]))
    names = [f"{number // 12:04d}-{number % 12 + 1:02d}" for number in range(first, last + 1)]
    return [(name, counts.get(name, 0)) for name in names]


def _number(month: str) -> int:
    return int(month[:4]) * 12 + min(max(int(month[5:7]), 1), 12) - 1


def _years(months: list[tuple[str, int]]) -> list[tuple[str, int]]:
    years: dict[str, int] = {}
    for month, count in months:
        years[month[:4]] = years.get(month[:4], 0) + count
    return list(years.items())


def choices(db: sqlite3.Connection) -> dict[str, Any]:
    """The filters' options: regions, sources and years in the archive; and the number of releases."""
    return {
        "releases": db.execute("SELECT count(*) FROM releases").fetchone()[0],
        "regions": regions.tree({region: 0 for (region,) in db.execute("SELECT DISTINCT region FROM sources")}),
        "sources": db.execute("SELECT id, name, region FROM sources ORDER BY region, id").fetchall(),
        "years": db.execute(
            """WITH RECURSIVE y(year) AS (SELECT max(year) FROM releases
              UNION ALL SELECT (SELECT max(year) FROM releases WHERE year < y.year) FROM y WHERE year IS NOT NULL)
            SELECT year FROM y WHERE year IS NOT NULL"""
        ).fetchall(),
    }
