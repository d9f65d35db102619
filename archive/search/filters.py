"""The filters and the order of a search as SQL."""

import re
import sqlite3

from archive.database import has_table
from archive.model import ELEMENTS, EventKind, SearchState
from archive.search.asked import Asked
from archive.texts.places import other_codes

EVENTS_OF: dict[SearchState, tuple[EventKind, ...]] = {
    "": ("new", "edited"),
    "changed": ("edited",),
    "gone": ("gone", "moved"),
}
_NEWEST = "r.published DESC, r.id DESC"
_LISTED_IN: dict[str, str] = {
    "speaker": "SELECT release FROM turns WHERE speaker = ?",
    "cites": "SELECT release FROM citations WHERE title = ?",
    "issuer": "SELECT id FROM releases WHERE issuer = ? OR instr('；' || co_issuers || '；', '；' || ? || '；')",
    **{name: f"SELECT id FROM releases WHERE {name} = ?" for name in ELEMENTS},
}


def filters(asked: Asked) -> tuple[str, list[str]]:
    """The filters of a search as conditions of a query about `releases AS r`, each after AND, and their values."""
    parts: list[str] = []
    values: list[str] = []
    if asked.region:
        others = other_codes(prefix(asked.region))
        parts.append(f"(r.region BETWEEN ? AND ? OR r.region IN ({', '.join('?' * len(others))}))")
        values += [prefix(asked.region).ljust(6, "0"), prefix(asked.region).ljust(6, "9"), *others]
    for column in ("source", "publisher", "year"):
        if value := getattr(asked, column):
            parts.append(f"r.{column} = ?")
            values.append(value)
    if asked.month:
        parts.append("r.published BETWEEN ? AND ?")
        values += [asked.month, asked.month + "~"]
    if asked.since or asked.until:
        parts.append("r.published BETWEEN ? AND ?")
        values += [asked.since or "0", (asked.until or "9") + "~"]
    for column, sql in _LISTED_IN.items():
        if value := getattr(asked, column):
            parts.append(f"r.id IN ({sql})")
            values += [value] * sql.count("?")
    if asked.kind == "transcript":
        parts.append("r.id IN (SELECT release FROM turns)")
    if asked.kind == "release":
        parts.append("r.id NOT IN (SELECT release FROM turns)")
    if asked.state == "changed":
        parts.append("r.edits > 0")
    if asked.files == "with":
        parts.append("r.id IN (SELECT release FROM attachments WHERE state = 'kept')")
    if asked.state == "gone":
        parts.append("r.status IN ('gone', 'moved')")
    return "".join(f" AND {part}" for part in parts), values


def prefix(region: str) -> str:
    """The digits that the codes of a place begin with. A province's code ends in zeros, as a city's: 370000 asks for 37."""
    return re.sub(r"(?:00){1,2}$", "", region) or "00"


def order_of(db: sqlite3.Connection, asked: Asked) -> str:
    """The order by time: lists of edited and of vanished releases by when the archive learned of it, all others, and those of
    a moment, by the printed day."""
    if not asked.state or asked.at or not has_table(db, "events"):
        return _NEWEST
    kinds = ", ".join(f"'{kind}'" for kind in EVENTS_OF[asked.state])
    return f"(SELECT max(learned) FROM events AS e WHERE e.release = r.id AND e.kind IN ({kinds})) DESC, r.id DESC"
