"""One source: its latest releases, crawls and edits, and how many of its pages are still there."""

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from archive.database import has_table
from archive.search import events
from archive.search.asked import Asked
from archive.site import changes

_LATEST, _CRAWLS, _EDITS = 8, 8, 5  # rows on the page
PROBLEMS = 5  # sentences of a crawl that are shown


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """The content of a source's page, beside its coverage."""

    latest: list[sqlite3.Row]
    crawls: list[sqlite3.Row]
    edits: list[changes.Told]
    there: int  # releases whose pages were not found gone
    alive: list[sqlite3.Row]  # days after the first sight, share of pages still there, pages watched so long


def problems(crawl: sqlite3.Row) -> list[str]:
    """The sentences in which a crawl told its faults and doubts."""
    return [str(one) for one in json.loads(crawl["problems"] or "[]")]


def joined(months: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """A source's months, newest first, with unobserved ones in a row as one: `month` is the newest, `since` the oldest of them."""
    rows: list[dict[str, Any]] = []
    for unobserved, alike in groupby(months, key=lambda month: bool(month["unobserved"])):
        run = list(alike)
        rows += [{**run[0], "since": run[-1]["month"]}] if unobserved else run
    return rows


def view(db: sqlite3.Connection, source: str) -> View:
    """Read the content of a source's page."""
    wanted = events.Wanted(asked=Asked(source=source), kinds=("edited", "moved", "gone", "back"))
    latest = """SELECT releases.*, sources.name AS source_name FROM releases JOIN sources ON sources.id = source
        WHERE source = ? ORDER BY published DESC, releases.id DESC LIMIT ?"""
    crawls = "SELECT * FROM crawls WHERE source = ? AND finished IS NOT NULL ORDER BY id DESC LIMIT ?"
    alive = "SELECT days, alive, observed FROM survival WHERE source = ? AND alive IS NOT NULL ORDER BY days"
    return View(
        latest=db.execute(latest, (source, _LATEST)).fetchall(),
        crawls=db.execute(crawls, (source, _CRAWLS)).fetchall(),
        there=db.execute(
            "SELECT count(*) FROM releases WHERE source = ? AND status NOT IN ('gone', 'moved')", (source,)
        ).fetchone()[0],
        edits=changes.tell(db, events.find(db, wanted, _EDITS))[0],
        alive=db.execute(alive, (source,)).fetchall() if has_table(db, "survival") else [],
    )
