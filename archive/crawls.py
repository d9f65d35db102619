"""The `crawls` table: one row for each crawl of a source."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sqlite_utils import Database

from archive.database import transaction

COUNTED = ("listed", "new", "changed", "unchanged", "failed", "blocked")


def begin(db: Database, source: str, started: str, vantage: str) -> int:
    """Enter a crawl that begins; its row keeps an empty `finished` when the crawl is killed."""
    with transaction(db):
        cursor = db.execute(
            "INSERT INTO crawls (source, started, vantage) VALUES (?, ?, ?)", [source, started, vantage]
        )
    assert cursor.lastrowid is not None
    return cursor.lastrowid


def end(db: Database, crawl: int, finished: str, outcome: str, counts: Counter[str], problems: Sequence[str]) -> None:
    values = [counts[name] for name in COUNTED]
    with transaction(db):
        db.execute(
            f"UPDATE crawls SET finished = ?, outcome = ?, problems = ?, {', '.join(f'{n} = ?' for n in COUNTED)}"
            " WHERE id = ?",
            [finished, outcome, json.dumps(list(problems), ensure_ascii=False), *values, crawl],
        )


def ended(db: Database, source: str) -> int:
    """How many crawls of a source have come to their end."""
    row = db.execute("SELECT count(*) FROM crawls WHERE source = ? AND finished IS NOT NULL", [source]).fetchone()
    return int(row[0])


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """How a source stands: its last crawl, and how much of what its lists have shown is held."""

    outcome: str  # of the last crawl; `running` when it has not ended, or was killed
    finished: str
    held: int
    listed: int
    problem: str  # the first of the last crawl's


def states(db: Database) -> dict[str, State]:
    """The state of every source that was ever crawled, by id."""
    rows = db.query(
        """SELECT c.source, coalesce(c.outcome, 'running') AS outcome, coalesce(c.finished, c.started) AS finished,
        coalesce(json_extract(c.problems, '$[0]'), '') AS problem,
        (SELECT count(*) FROM listings l WHERE l.source = c.source AND l.state = 'held') AS held,
        (SELECT count(*) FROM listings l WHERE l.source = c.source AND l.state <> 'skipped') AS listed
        FROM crawls c WHERE c.id = (SELECT max(id) FROM crawls WHERE source = c.source)"""
    )
    return {row.pop("source"): State(**row) for row in rows}


def last_started(db: Database) -> dict[str, str]:
    """When each source was last crawled to an end, by id."""
    rows = db.execute("SELECT source, max(started) FROM crawls WHERE finished IS NOT NULL GROUP BY source").fetchall()
    return dict(rows)
