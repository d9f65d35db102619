"""The `crawls` table: one row for each crawl of a source."""

import json
from collections import Counter
from collections.abc import Sequence

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
