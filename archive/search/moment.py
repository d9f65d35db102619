"""The archive as it was at a moment: views of the same names stand before the tables while a question is answered."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import get_args

from archive.model import ChangedName

# the last version that was seen before the moment; when the current one was, none is looked for
_THEN = """(SELECT {column} FROM main.versions AS v WHERE v.release = r.id AND v.seen < '{end}'
    ORDER BY v.seen DESC, v.version DESC LIMIT 1)"""
_VIEWS = {
    "later": "SELECT id FROM main.releases WHERE first_seen < '{end}' AND changed >= '{end}'",
    "listings": """SELECT l.*, r.id AS release FROM main.listings AS l LEFT JOIN main.releases AS r
        ON r.url_key = l.url_key AND r.source = l.source AND r.first_seen < '{end}' WHERE l.first_listed < '{end}'""",
    "attachments": "SELECT * FROM main.attachments WHERE seen < '{end}'",
    "crawls": "SELECT * FROM main.crawls WHERE finished < '{end}'",
    "turns": "SELECT * FROM main.turns WHERE release IN (SELECT id FROM main.releases WHERE changed < '{end}')",
    "indicators": "SELECT * FROM main.indicators WHERE release IN (SELECT id FROM main.releases WHERE changed < '{end}')",
    "citations": "SELECT * FROM main.citations WHERE release IN (SELECT id FROM main.releases WHERE changed < '{end}')",
}


@contextmanager
def as_of(db: sqlite3.Connection, end: str) -> Iterator[None]:
    """Let `db` answer as if only what was seen before `end` (UTC) were held; "" changes nothing.

    `later` names the releases that were held then, with other words than now: the index does not know those. Their turns
    and citations are not known either. The state of an entry that was not held then is `pending`, unless it never was held.
    """
    if not end:
        yield
        return
    views = _views(db, end[:19])
    try:
        for name, select in views.items():
            db.execute(f"CREATE TEMP VIEW {name} AS {select}")
        yield
    finally:
        for name in views:
            db.execute(f"DROP VIEW IF EXISTS temp.{name}")


def _views(db: sqlite3.Connection, end: str) -> dict[str, str]:
    assert set(end) <= set("0123456789-T:")
    views = {name: select.format(end=end) for name, select in _VIEWS.items()}
    names = [row[1] for row in db.execute("PRAGMA main.table_info(listings)")]
    held = "CASE WHEN release IS NOT NULL THEN 'held' WHEN state = 'held' THEN 'pending' ELSE state END AS state"
    views["listings"] = (
        f"SELECT {', '.join(held if name == 'state' else name for name in names)} FROM ({views['listings']})"
    )
    columns = [row[1] for row in db.execute("PRAGMA main.table_info(releases)")]
    shown = ", ".join(f"{_column(name, end)} AS {name}" for name in columns)
    views["releases"] = f"SELECT {shown} FROM main.releases AS r WHERE r.first_seen < '{end}'"
    return views


def _column(name: str, end: str) -> str:
    now = f"r.{name}"
    if name == "status":
        return f"""coalesce((SELECT s.status FROM main.status_changes AS s WHERE s.release = r.id AND s.at < '{end}'
            ORDER BY s.at DESC LIMIT 1), 'live')"""
    if name == "year":
        then = _column("published", end)
        return f"CASE WHEN r.changed < '{end}' THEN r.year ELSE CAST(substr(nullif({then}, ''), 1, 4) AS INTEGER) END"
    if name == "edits":
        now_then = (
            f"SELECT count(*) - 1 FROM main.versions WHERE release = r.id AND kind = 'published' AND seen < '{end}'"
        )
        return f"CASE WHEN r.changed < '{end}' THEN r.edits ELSE ({now_then}) END"
    value = _value_then(name)
    return f"CASE WHEN r.changed < '{end}' THEN {now} ELSE {_THEN.format(column=value, end=end)} END" if value else now


def _value_then(name: str) -> str:
    """The column of `versions` that keeps an earlier value of a column of `releases`; "" when none does."""
    if name in ("title", "text", "version"):
        return f"v.{name}"
    if name == "changed":
        return "v.seen"
    # the facts of a version that was read before they were kept are not known
    known = name in get_args(ChangedName)
    return f"CASE WHEN v.facts IS NULL THEN r.{name} ELSE json_extract(v.facts, '$.{name}') END" if known else ""
