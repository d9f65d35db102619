"""The tables of a snapshot's exports: their columns, their keys, and what refers to what.

Each is there as CSV and as Parquet, the ones with long texts as JSON lines too. CSV has no long texts.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

from archive.snapshots.columns import COLUMNS
from archive.snapshots.places import named
from archive.texts.place_names import region_name

Fields = dict[str, tuple[str, str]]  # name -> (type, description), in order
Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table of the exports, with the SQL that reads it from an archive or a snapshot."""

    fields: Fields
    long: Fields = field(default_factory=dict)  # columns of long texts, which stand behind the others
    values: Mapping[str, str] = field(default_factory=dict)  # SQL of the columns that are more than their names
    rows: str  # SQL: FROM and ORDER BY
    key: tuple[str, ...]
    refers: Mapping[str, str] = field(default_factory=dict)  # column -> the table and column that it names a row of
    few: tuple[str, ...] = ()  # columns in which the same words come again and again

    @property
    def columns(self) -> Fields:
        return self.fields | self.long

    def value(self, name: str) -> str:
        """The SQL that gives a column's value."""
        return self.values.get(name, name)


# names that the tables of a snapshot give elsewhere, or by their codes alone; exports of earlier versions lack some
NAMES = {
    "rights": "s.rights",
    "level": "s.level",
    "text_sha256": "v.text_sha256",
    "versions": "(SELECT count(*) FROM versions WHERE release = releases.id)",
    "source_name": "s.name",
    "region_name": "region_name(s.region, published)",
}
# columns that exports of earlier versions lack
LATER = {*NAMES, "url_key", "published_meta", "editor", "index_number", "written", "problems"}
# the text and, of its current version, the text with its structure
LONG: Fields = {
    "text": ("string", "text, one paragraph a line"),
    "markup": ("string", "the text with its structure, as Markdown"),
}
RELEASES: Fields = {
    **{name: (column.kind, column.en) for name, column in COLUMNS.items() if column.exported},
    "rights": ("string", "the source's: official, press or unknown"),
    "level": ("string", "the source's: national, province, city or county"),
    "text_sha256": ("string", "SHA-256 of the text in UTF-8"),
    "versions": ("integer", "number of versions that are held"),
    "source_name": ("string", "the site that carries it"),
    "region_name": ("string", "the place of its source, as it was called on the day"),
}
COVERAGE: Fields = {
    "source": ("string", "source"),
    "month": ("string", "month that the list page states, else the release; empty: neither does"),
    "listed": ("integer", "articles that list pages have shown"),
    "held": ("integer", "of these, held"),
    "failed": ("integer", "of these, not readable"),
    "blocked": ("integer", "of these, refused to us"),
    "pending": ("integer", "of these, still to be fetched"),
    "skipped": ("integer", "of these, left out on purpose"),
    "unobserved": ("integer", "1: no list page has shown anything of this month, though there may have been something"),
}
_SOURCES: Fields = {
    "id": ("string", "name of the source's spider"),
    "name": ("string", "name, as its publisher writes it"),
    "region": ("string", "GB/T 2260 code of its place"),
    "level": ("string", "national, province, city or county"),
    "family": ("string", "family of sites"),
    "url": ("string", "first list page"),
    "rights": ("string", "official, press or unknown"),
    "evidence": ("string", "evidence for the declaration: live, capture, transcribed, reported"),
    "note": ("string", "note"),
}
_REGIONS: Fields = {
    "region": ("string", "GB/T 2260 code"),
    "region_name": ("string", "name, from the province down"),
    "level": ("string", "national, province, city or county, by its code"),
}
_VERSIONS: Fields = {
    "release": ("integer", "release"),
    "version": ("integer", "number, from 1"),
    "kind": ("string", "published: the site changed it; reread: newer rules read the same page"),
    "seen": ("string", "when it was first seen, UTC"),
    "title": ("string", "title"),
    "text_sha256": ("string", "SHA-256 of the text in UTF-8"),
    "changed": ("string", "what differs from the version before: title, text, fields, attachments, JSON"),
    "rules": ("integer", "version of the rules that read it"),
}
_RELATIONS: Fields = {
    "a": ("integer", "the copy, or the part"),
    "b": ("integer", "the representative of the copies, or the whole"),
    "kind": ("string", "duplicate or part_of"),
    "containment": ("number", "share of a that stands in b"),
    "jaccard": ("number", "likeness"),
    "changed_numbers": ("string", "numbers that differ, JSON"),
}
_TURNS: Fields = {
    "release": ("integer", "release"),
    "n": ("integer", "place in the dialogue, from 0"),
    "speaker": ("string", "speaker"),
    "role": ("string", "office, or outlet of a reporter"),
    "kind": ("string", "question, answer, statement or moderator"),
    "start": ("integer", "where the words begin in the release's text, code points from 0"),
    "length": ("integer", "how long they are, code points"),
}
_CITATIONS: Fields = {
    "release": ("integer", "release"),
    "n": ("integer", "place in the text, from 0"),
    "title": ("string", "title of the document"),
    "doc_number": ("string", "document number"),
    "start": ("integer", "where it is named in the release's text, code points from 0"),
    "target": ("integer", "the release that is the document, when it is held"),
}
_INDICATORS: Fields = {
    "release": ("integer", "the release that prints it"),
    "n": ("integer", "place in the text, from 0"),
    "name": ("string", "what is counted, as printed"),
    "place": ("string", "place, as printed before the name"),
    "period": ("string", "period, as printed"),
    "value": ("number", "value; null where the change alone is printed"),
    "unit": ("string", "unit, as printed"),
    "change": ("number", "change, without a sign"),
    "change_unit": ("string", "unit of the change"),
    "direction": ("string", "up, down or flat"),
    "basis": ("string", "what it is compared with, as printed"),
    "start": ("integer", "where the number stands in the release's text, code points from 0"),
    "length": ("integer", "how long it is with its unit, code points"),
}
ATTACHMENTS: Fields = {
    "id": ("integer", "number"),
    "release": ("integer", "the release that links to it"),
    "url": ("string", "address"),
    "name": ("string", "name on the page"),
    "state": ("string", "kept, failed, too-large, over-budget, not-a-file or skipped"),
    "reason": ("string", "why it is not kept; of a kept file, how the last look at it failed"),
    "media_type": ("string", "media type by its bytes"),
    "size": ("integer", "bytes"),
    "sha256": ("string", "SHA-256 of the content; the row of files with it has its text, once it was read"),
    "seen": ("string", "when the release was first seen to link to it"),
    "last_look": ("string", "when it was last asked for"),
}
# the texts of files; attachments say which releases link to each
FILES: Fields = {
    "sha256": ("string", "SHA-256 of the content"),
    "state": ("string", "ok, empty, encrypted, scanned, too-large, failed or unsupported"),
    "method": ("string", "how it was read; ocr: words of it were guessed from pictures"),
    "pages": ("integer", "number of pages"),
}

TABLES: dict[str, Table] = {
    "releases": Table(
        fields=RELEASES,
        long=LONG,
        values={
            **{name: COLUMNS[name].computed or f"releases.{name}" for name in RELEASES if name not in NAMES},
            **NAMES,
            "text": "releases.text",
            "markup": "v.markup",
        },
        rows="""releases LEFT JOIN sources AS s ON s.id = releases.source
            LEFT JOIN versions AS v ON v.release = releases.id AND v.version = releases.version ORDER BY releases.id""",
        key=("id",),
        refers={"source": "sources.id", "region": "regions.region", "cluster": "releases.id"},
        few=("source", "region", "publisher", "language", "status", "rights", "level", "source_name", "region_name"),
    ),
    "sources": Table(fields=_SOURCES, rows="sources ORDER BY id", key=("id",), refers={"region": "regions.region"}),
    "regions": Table(
        fields=_REGIONS,
        values={
            "region_name": "region_name(region, '')",
            "level": """CASE WHEN region = '100000' THEN 'national' WHEN region LIKE '%0000' THEN 'province'
                WHEN region LIKE '%00' THEN 'city' ELSE 'county' END""",
        },
        rows="(SELECT DISTINCT region FROM sources) ORDER BY region",
        key=("region",),
    ),
    "versions": Table(
        fields=_VERSIONS,
        long={"text": ("string", "text; null for the current version, whose text its release has")},
        values={
            **{name: f"o.{name}" for name in _VERSIONS},
            "text": "CASE WHEN o.version <> r.version THEN o.text END",
        },
        rows="versions AS o JOIN releases AS r ON r.id = o.release ORDER BY o.release, o.version",
        key=("release", "version"),
        refers={"release": "releases.id"},
        few=("kind", "changed"),
    ),
    "relations": Table(
        fields=_RELATIONS,
        rows="relations ORDER BY a, b",
        key=("a", "b"),
        refers={"a": "releases.id", "b": "releases.id"},
        few=("kind",),
    ),
    "turns": Table(
        fields=_TURNS,
        rows="turns ORDER BY release, n",
        key=("release", "n"),
        refers={"release": "releases.id"},
        few=("speaker", "role", "kind"),
    ),
    "citations": Table(
        fields=_CITATIONS,
        rows="citations ORDER BY release, n",
        key=("release", "n"),
        refers={"release": "releases.id", "target": "releases.id"},
        few=("title",),
    ),
    "indicators": Table(
        fields=_INDICATORS,
        rows="indicators ORDER BY release, n",
        key=("release", "n"),
        refers={"release": "releases.id"},
        few=("name", "place", "period", "unit", "change_unit", "direction", "basis"),
    ),
    "attachments": Table(
        fields=ATTACHMENTS,
        rows="attachments ORDER BY id",
        key=("id",),
        refers={"release": "releases.id"},
        few=("state", "reason", "media_type"),
    ),
    "files": Table(
        fields=FILES,
        long={"text": ("string", "the text, its pages divided by U+000C")},
        rows="files ORDER BY id",
        key=("sha256",),
        few=("state", "method"),
    ),
    "coverage": Table(
        fields=COVERAGE, rows="", key=("source", "month"), refers={"source": "sources.id"}, few=("source", "month")
    ),
}
AS_LINES = ("releases", "indicators", "files")  # the tables that are there as JSON lines too


def there(db: sqlite3.Connection) -> dict[str, Table]:
    """The tables that a database can give; a snapshot of an earlier version lacks some, and the markup of releases.

    Raises sqlite3.OperationalError when it lacks a column of releases.
    """
    found = {}
    for name, table in TABLES.items():
        plain = replace(table, long={one: told for one, told in table.long.items() if one != "markup"})
        if fitting := next((one for one in (table, plain) if _fits(db, one)), None):
            found[name] = fitting
    if "releases" not in found:
        select(db, TABLES["releases"])
    return found


def _fits(db: sqlite3.Connection, table: Table) -> bool:
    try:
        select(db, table, limit=0)
    except sqlite3.OperationalError:  # no such table, no such column; SQLite has no narrower error
        return False
    return True


def select(db: sqlite3.Connection, table: Table, *, packed: bool = False, limit: int = -1) -> Iterable[Row]:
    """The rows of a table; with `packed` its long texts in UTF-8, which pyarrow takes as it is."""
    if not table.rows:
        return coverage(db)
    values = [
        f"CAST({table.value(one)} AS BLOB)" if packed and one in table.long else table.value(one)
        for one in table.columns
    ]
    return db.execute(f"SELECT {', '.join(values)} FROM {table.rows} LIMIT {limit}")


def teach(db: sqlite3.Connection) -> None:
    """Give a connection the SQL function that the tables call."""
    names = named(db)

    @cache
    def of_year(region: str, year: str) -> str:
        return region_name(region, "zh", names, year)

    db.create_function("region_name", 2, lambda region, day: of_year(region, (day or "")[:4]))


def coverage(db: sqlite3.Connection) -> Iterator[tuple[Any, ...]]:
    """Rows of `COVERAGE`: every month of every source from the first that its lists state to the last, before them "".

    An entry for which the list states no day counts in the month that its release states; without one, its month is "".
    """
    states = ("held", "failed", "blocked", "pending", "skipped")
    sums = ", ".join(f"sum(state = '{state}')" for state in states)
    day = "[12][0-9][0-9][0-9]-[01][0-9]*"
    rows = db.execute(f"""SELECT l.source, CASE WHEN l.date GLOB '{day}' THEN substr(l.date, 1, 7) ELSE coalesce(
            (SELECT substr(published, 1, 7) FROM releases AS r
            WHERE r.url_key = l.url_key AND r.published GLOB '{day}'), '') END AS month, count(*), {sums}
        FROM listings AS l GROUP BY l.source, month ORDER BY l.source, month""")
    source, last = "", 0
    for row in rows:
        if not row[1]:
            yield (*row, 0)
            continue
        month = int(row[1][:4]) * 12 + int(row[1][5:7]) - 1
        if row[0] == source:
            for missed in range(last + 1, month):
                yield (source, f"{missed // 12:04d}-{missed % 12 + 1:02d}", *(0 for _ in range(6)), 1)
        yield (*row, 0)
        source, last = row[0], month
