"""The country's places in a snapshot: what is known, declared, seen, crawled well and held of each."""

import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from archive.model import CrawlOutcome, Evidence
from archive.schema.open import open_archive
from archive.snapshots.places import Declared, Known, level_of, record_all
from tests.archive.conftest import fill, insert

NOW = datetime(2026, 4, 15, 8, 30, tzinfo=UTC)
NONE = {"candidates": 0, "declared": 0, "live": 0, "ok": 0, "blocked": 0, "vantages": "", "releases": 0}


@pytest.fixture
def db(tmp_path: Path) -> sqlite3.Connection:
    connection = open_archive(tmp_path).conn
    connection.row_factory = sqlite3.Row
    return connection


def source(region: str, id: str = "one", evidence: Evidence = "reported", is_news: bool = True) -> Declared:
    return Declared(id=id, region=region, evidence=evidence, is_news=is_news)


def crawled(db: sqlite3.Connection, finished: str | None, outcome: CrawlOutcome | None, vantage: str = "") -> None:
    """A crawl of 历下区, which the archive knows since then."""
    db.execute("""INSERT OR IGNORE INTO sources (id, name, region, level, family, url, rights, evidence)
        VALUES ('one', '历下区', '370102', 'county', 'html', '', 'official', 'live')""")
    started = "2026-01-01T00:00:00Z"
    insert(db, "crawls", source="one", started=started, finished=finished, outcome=outcome, vantage=vantage)


def place(db: sqlite3.Connection, region: str, *declared: Declared, **candidates: int) -> dict[str, Any]:
    """What is not 0 or empty of a place; `candidates` by regions, such as r370000=1."""
    known = Known(candidates={name[1:]: count for name, count in candidates.items()}, declared=declared)
    db.execute("BEGIN")  # else each of 3,200 rows would be synced to the disk
    record_all(db, known, NOW)
    db.execute("COMMIT")
    row = db.execute("SELECT * FROM places WHERE region = ?", [region]).fetchone()
    return {name: row[name] for name, none in NONE.items() if row[name] != none}


def test_every_place_in_force_has_a_row(db: sqlite3.Connection) -> None:
    assert place(db, "370000") == {}
    levels = dict(db.execute("SELECT level, count(*) FROM places GROUP BY level").fetchall())
    assert (levels["province"], levels["city"]) == (34, 333)
    assert levels["county"] > 2800
    assert db.execute("SELECT count(*) FROM places WHERE name = ''").fetchone()[0] == 0


@pytest.mark.parametrize(
    ("region", "level"),
    [("100000", "national"), ("370000", "province"), ("370100", "city"), ("370102", "county"), ("429004", "county")],
)
def test_levels(region: str, level: str) -> None:
    assert level_of(region) == level


def test_candidates_are_not_declared(db: sqlite3.Connection) -> None:
    assert place(db, "370102", r370102=2) == {"candidates": 2}


def test_a_source_that_was_never_crawled_is_declared(db: sqlite3.Connection) -> None:
    assert place(db, "370102", source("370102")) == {"declared": 1}
    assert place(db, "370102", source("370102", evidence="live")) == {"declared": 1, "live": 1}
    assert place(db, "370100", source("370102")) == {}


def test_a_library_of_documents_holds_no_news(db: sqlite3.Connection) -> None:
    crawled(db, "2026-04-14T00:00:00Z", "ok")
    assert place(db, "370102", source("370102", is_news=False)) == {}


def test_a_source_that_is_declared_no_more_still_counts(db: sqlite3.Connection) -> None:
    fill(db)
    assert place(db, "990100")["declared"] == 1
    assert place(db, "990100")["releases"] >= 1


@pytest.mark.parametrize(
    ("finished", "outcome", "found"),
    [
        ("2026-04-14T00:00:00Z", "ok", {"ok": 1}),
        ("2026-04-14T00:00:00Z", "quiet", {"ok": 1}),
        ("2026-04-01T00:00:00Z", "ok", {}),
        ("2026-04-14T00:00:00Z", "suspect", {}),
        ("2026-04-14T00:00:00Z", "broken", {}),
        ("2026-04-14T00:00:00Z", "blocked", {"blocked": 1}),
        (None, None, {}),
    ],
)
def test_a_crawl_that_ended_well_in_the_last_days_tells_that_a_source_is_alive(
    db: sqlite3.Connection, finished: str | None, outcome: CrawlOutcome | None, found: dict[str, int]
) -> None:
    crawled(db, finished, outcome)
    assert place(db, "370102", source("370102")) == {"declared": 1, **found}


def test_the_last_crawl_counts_and_one_that_was_stopped_does_not(db: sqlite3.Connection) -> None:
    crawled(db, "2026-04-13T00:00:00Z", "blocked", "AS1 纽约")
    crawled(db, "2026-04-14T00:00:00Z", "ok", "AS4134 济南")
    crawled(db, "2026-04-15T00:00:00Z", "stopped")
    assert place(db, "370102", source("370102")) == {"declared": 1, "ok": 1, "vantages": "AS4134 济南"}


def test_an_ended_code_counts_for_the_one_that_followed_it(db: sqlite3.Connection) -> None:
    assert place(db, "370215", source("370282")) == {"declared": 1}  # 即墨市 became 即墨区


def test_invented_places_and_the_whole_country_have_rows_when_sources_name_them(db: sqlite3.Connection) -> None:
    assert place(db, "990101", source("990101")) == {"declared": 1}
    assert place(db, "100000", source("100000")) == {"declared": 1}
