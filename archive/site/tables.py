"""Datasette's own pages (the database, a table, a row, a query) in our frame: their columns, their words, their links."""

import re
from collections.abc import Sequence
from typing import Any

from markupsafe import Markup

from archive.model import SiteLanguage
from archive.site.frame import Site
from archive.snapshots.describe import QUERIES, TABLES

_FIT = 6  # columns
_LONGEST = 120  # characters of a title in a cell
# the columns that a table's page shows, the telling ones first; a table that is not named shows its first six
_SHOWN: dict[str, tuple[str, ...]] = {
    "releases": ("title", "published", "publisher", "source", "doc_number", "status"),
    "sources": ("name", "id", "region", "level", "family", "rights"),
    "versions": ("title", "version", "kind", "seen", "changed"),
    "captures": ("url", "fetched", "status", "warc", "length", "origin"),
    "listings": ("title", "date", "source", "state", "reason", "last_listed"),
    "citations": ("title", "doc_number", "release", "target"),
    "indicators": ("name", "value", "unit", "change", "change_unit", "direction", "period", "place", "release"),
    "turns": ("speaker", "role", "kind", "release", "n"),
    "repeats": ("text", "release", "version", "length"),
    "attachments": ("name", "release", "state", "media_type", "size", "last_look"),
    "observations": ("release", "at", "outcome", "status", "counted", "origin"),
    "crawls": ("source", "started", "outcome", "listed", "new", "changed"),
}
# columns that hold the number of a release
_NUMBERS = {
    "relations": ("a", "b"),
    "citations": ("release", "target"),
    "origins": ("cluster", "release"),
    "releases": ("cluster",),
}
EXAMPLE = """SELECT releases.id, releases.title, versions.version, versions.seen
FROM versions JOIN releases ON releases.id = versions.release
WHERE versions.kind = 'published' AND versions.version > 1
ORDER BY versions.seen DESC LIMIT 50"""


def shown(table: str, columns: Sequence[str], arguments: Sequence[str]) -> list[str]:
    """The columns of a table's page: those that its address asks for, else those that fit."""
    if {"_col", "_nocol", "_all"} & set(arguments):
        return list(columns)
    return [name for name in _SHOWN.get(table, columns[:_FIT]) if name in columns]


def in_language(said: str, lang: SiteLanguage) -> str:
    """One half of an explanation in two languages, the Chinese first; all of it when Chinese stands in its end too."""
    halves = re.fullmatch(r"(.*[\u3000-\u9fff\uff00-\uffef])\s*([^\u3000-\u9fff\uff00-\uffef]*)", said, re.DOTALL)
    if not halves or not halves[2]:
        return said
    return halves[1] if lang == "zh" else halves[2]


_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d[\d:.]*(?:Z|[+-]\d\d:\d\d)?", re.ASCII)


def cell(urls: Any, table: str | None, column: str, value: Any, row: Any) -> Markup | None:
    """A cell that leads to the page of a release: its title, or its number in another table; a time that stays on one line.

    None for any other cell.
    """
    names = set(row.keys())
    if column == "title" and table == "versions" and {"release", "version"} <= names:
        return _leads(urls, row["release"], value, version=row["version"])
    if column == "title" and table in (None, "releases") and "id" in names:
        return _leads(urls, row["id"], value)
    if column in _NUMBERS.get(table or "", ("release",)):
        return _leads(urls, value, value["label"] if isinstance(value, dict) else value)
    if isinstance(value, str) and _MOMENT.fullmatch(value):
        return Markup('<span class="moment">{}</span>').format(value)
    return None


def _leads(urls: Any, release: Any, label: Any, version: Any = None) -> Markup | None:
    number = release["value"] if isinstance(release, dict) else release
    if not isinstance(number, int):
        return None
    address = urls.path(f"/release/{number}") + (f"?v={version}" if version else "")
    return Markup('<a href="{}">{}</a>').format(address, str(label)[:_LONGEST])


def values(site: Site) -> dict[str, Any]:
    """The values that the templates of Datasette's pages need beside the frame."""
    return {
        "shown": lambda table, columns: shown(table, columns, list(site.arguments)),
        "said": lambda words: in_language(words or "", site.lang),
        "table_name": lambda table: in_language(TABLES[table][0], site.lang) if table in TABLES else table,
        "query_name": lambda query: in_language(QUERIES[query]["title"], site.lang) if query in QUERIES else query,
        "described": list(TABLES),
        "example": EXAMPLE,
    }
