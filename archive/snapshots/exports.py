"""The exports of a snapshot, for use without a database: CSV, JSON lines, Parquet, coverage."""

import csv
import re
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from functools import cache
from itertools import chain, islice
from pathlib import Path
from typing import IO, Any

from archive.database import reading
from archive.files import digest
from archive.snapshots.columns import COLUMNS
from archive.snapshots.package import Edition, Fields, write_package
from archive.snapshots.places import named
from archive.texts.place_names import region_name

CSV, JSONL, PARQUET, COVERED = "releases.csv", "releases.jsonl.gz", "releases.parquet", "coverage.csv"
ATTACHED, FIGURES = "attachments.csv", "indicators.csv"
FILES_JSONL, FILES_PARQUET = "files.jsonl.gz", "files.parquet"
BATCH = 100  # releases that come from SQLite at a time: ten times as many take a fifth longer, for fresh memory
GROUP = 10  # batches that a row group of Parquet holds, and that are in memory at a time: some 10 MB
PACKING = 3  # isal's level: a twelfth of the time of zlib's 6, and files a twentieth larger

LONGEST_CELL = 32_767  # UTF-16 units: Excel cuts a longer cell without a word
_CUT = "…[cut: {} characters]"
_FORMULA = re.compile(r"\s*[=+\-@\t\r＝＋－＠]")

# the text and, of its current version, the text with its structure; CSV has neither
LONG = {
    "text": "text",
    "markup": "(SELECT markup FROM versions AS v WHERE v.release = releases.id AND v.version = releases.version)",
}

# names that the tables of a snapshot give elsewhere, or by their codes alone
NAMES = {
    "source_name": "(SELECT name FROM sources WHERE sources.id = releases.source)",
    "region_name": "region_name((SELECT region FROM sources WHERE sources.id = releases.source), published)",
}

Row = tuple[Any, ...]

RELEASES: Fields = {
    **{name: (column.kind, column.en) for name, column in COLUMNS.items() if column.exported},
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
ATTACHMENTS: Fields = {
    "id": ("integer", "number"),
    "release": ("integer", "the release that links to it"),
    "url": ("string", "address"),
    "name": ("string", "name on the page"),
    "state": ("string", "kept, failed, too-large, over-budget, not-a-file or skipped"),
    "reason": ("string", "why it is not kept; of a kept file, how the last look at it failed"),
    "media_type": ("string", "media type by its bytes"),
    "size": ("integer", "bytes"),
    "sha256": ("string", "SHA-256 of the content"),
    "seen": ("string", "when the release was first seen to link to it"),
    "last_look": ("string", "when it was last asked for"),
}
INDICATORS: Fields = {
    "release": ("integer", "the release that prints it"),
    "n": ("integer", "its place among the release's figures, from 0"),
    "name": ("string", "what is counted, as printed"),
    "place": ("string", "place, as printed before the name"),
    "period": ("string", "period, as printed"),
    "value": ("number", "value; empty: the change alone is printed"),
    "unit": ("string", "unit, as printed"),
    "change": ("number", "change, without a sign"),
    "change_unit": ("string", "unit of the change"),
    "direction": ("string", "up, down or flat"),
    "basis": ("string", "what it is compared with, as printed"),
    "start": ("integer", "place of the number in the text, code points"),
    "length": ("integer", "length, code points"),
}
# the texts of files; attachments.csv says which releases link to each
FILES: Fields = {
    "sha256": ("string", "SHA-256 of the content"),
    "state": ("string", "ok, empty, encrypted, scanned, too-large, failed or unsupported"),
    "method": ("string", "how it was read; ocr: words of it were guessed from pictures"),
    "pages": ("integer", "number of pages"),
    "text": ("string", "the text, its pages divided by U+000C"),
}
_TABLES: dict[str, tuple[Fields, list[str]]] = {
    CSV: (RELEASES, ["id"]),
    COVERED: (COVERAGE, ["source", "month"]),
    ATTACHED: (ATTACHMENTS, ["id"]),
    FIGURES: (INDICATORS, ["release", "n"]),
}


def export(database: Path, folder: Path, edition: Edition) -> dict[str, str]:
    """Write the exports of a finished database into `folder`; the SHA-256 of each data file."""
    with closing(reading(database)) as lines, closing(reading(database)) as tables:
        return write_exports([lines, tables], folder, edition)


def write_exports(readers: Sequence[sqlite3.Connection], folder: Path, edition: Edition) -> dict[str, str]:
    """Write all exports; the first connection reads releases as JSON, the second as columns, at the same time."""
    lines, tables = readers
    with ThreadPoolExecutor() as pool:
        written = [pool.submit(work, db, folder) for work, db in ((_write_tables, tables), (_write_lines, lines))]
        digests = {name: found for one in written for name, found in one.result().items()}
    write_package(lines, folder, edition, digests, _TABLES)
    return digests


def _write_lines(db: sqlite3.Connection, folder: Path) -> dict[str, str]:
    """Every release, and the text of every file, as a JSON object."""
    written = {JSONL: ("releases", _values(db))}
    if _has_files(db):
        written[FILES_JSONL] = ("files", {name: name for name in FILES})
    for name, (table, values) in written.items():
        _write_objects(db, folder / name, table, values)
    return {name: digest(folder / name) for name in written}


def _write_objects(db: sqlite3.Connection, path: Path, table: str, fields: Mapping[str, str]) -> None:
    """Rows as JSON objects, which SQLite writes faster than Python."""
    # loaded here, since only snapshots need it
    from isal import isal_zlib

    values = ", ".join(f"'{name}', {value}" for name, value in fields.items())
    # gzip's head has no time in it, so that the same rows make the same file
    packer = isal_zlib.compressobj(PACKING, wbits=31)
    with path.open("wb") as file:
        for (line,) in db.execute(f"SELECT CAST(json_object({values}) || char(10) AS BLOB) FROM {table} ORDER BY id"):
            file.write(packer.compress(line))
        file.write(packer.flush())


def _has_files(db: sqlite3.Connection) -> bool:
    """Whether a database has texts of files; older snapshots have none."""
    return db.execute("SELECT 1 FROM sqlite_master WHERE name = 'files'").fetchone() is not None


def _write_tables(db: sqlite3.Connection, folder: Path) -> dict[str, str]:
    """Every release as a row of CSV and of Parquet, and the coverage."""
    from pyarrow.parquet import ParquetWriter

    few = ["source", "region", "publisher", "language", "status"]  # words that come again and again
    with (
        (folder / CSV).open("w", encoding="utf-8-sig", newline="") as table,
        (folder / COVERED).open("w", encoding="utf-8-sig", newline="") as covered,
        (folder / ATTACHED).open("w", encoding="utf-8-sig", newline="") as attached,
        (folder / FIGURES).open("w", encoding="utf-8-sig", newline="") as figures,
        ParquetWriter(folder / PARQUET, _schema(), compression="zstd", use_dictionary=few) as parquet,
    ):
        _write_rows(table, [tuple(RELEASES)])
        batches = _batches(db)
        while group := list(islice(batches, GROUP)):
            for rows in group:
                _write_rows(table, [row[: len(RELEASES)] for row in rows])
            parquet.write_table(_table(group))
        _write_rows(covered, [tuple(COVERAGE), *coverage(db)])
        _write_rows(attached, chain([tuple(ATTACHMENTS)], _attachments(db)))
        _write_rows(figures, chain([tuple(INDICATORS)], _indicators(db)))
    names = [CSV, PARQUET, COVERED, ATTACHED, FIGURES]
    if _has_files(db):
        _write_files(db, folder / FILES_PARQUET)
        names.append(FILES_PARQUET)
    return {name: digest(folder / name) for name in names}


def _write_files(db: sqlite3.Connection, path: Path) -> None:
    """The text of every file as a row of Parquet."""
    import pyarrow
    from pyarrow.parquet import ParquetWriter

    schema = pyarrow.schema({name: _arrow(kind) for name, (kind, _) in FILES.items()})
    values = ", ".join(f"CAST({name} AS BLOB)" if name == "text" else name for name in FILES)
    rows = db.execute(f"SELECT {values} FROM files ORDER BY id")
    with ParquetWriter(path, schema, compression="zstd", use_dictionary=["state", "method"]) as parquet:
        while batch := rows.fetchmany(BATCH):
            parquet.write_batch(_record_batch(batch, schema))


def _attachments(db: sqlite3.Connection) -> Iterable[Row]:
    """Rows of `ATTACHMENTS`; older snapshots have no states."""
    there = {column[1] for column in db.execute("PRAGMA table_info(attachments)")}
    return db.execute(f"SELECT {', '.join(ATTACHMENTS)} FROM attachments ORDER BY id") if "state" in there else ()


def _indicators(db: sqlite3.Connection) -> Iterable[Row]:
    """Rows of `INDICATORS`; older snapshots have none."""
    there = db.execute("SELECT 1 FROM sqlite_master WHERE name = 'indicators'").fetchone()
    return db.execute(f"SELECT {', '.join(INDICATORS)} FROM indicators ORDER BY release, n") if there else ()


def _batches(db: sqlite3.Connection) -> Iterator[list[Row]]:
    """Rows of `RELEASES`, then text and markup in UTF-8, which pyarrow takes as it is."""
    values = ", ".join(f"CAST({one} AS BLOB)" if name in LONG else one for name, one in _values(db).items())
    rows = db.execute(f"SELECT {values} FROM releases ORDER BY id")
    while batch := rows.fetchmany(BATCH):
        yield batch


def _values(db: sqlite3.Connection) -> dict[str, str]:
    """The names of an export's fields, each with the SQL that gives its value; older snapshots have no markup."""
    _teach(db)
    columns = {name: COLUMNS[name].computed or name for name in RELEASES if name not in NAMES}
    return columns | NAMES | long_fields(db)


def long_fields(db: sqlite3.Connection) -> dict[str, str]:
    """The long fields that this database has, each with the SQL that gives its value."""
    has_markup = any(column[1] == "markup" for column in db.execute("PRAGMA table_info(versions)"))
    return {name: value for name, value in LONG.items() if name != "markup" or has_markup}


def _teach(db: sqlite3.Connection) -> None:
    """Give a connection the SQL function that `NAMES` calls."""
    names = named(db)

    @cache
    def of_year(region: str, year: str) -> str:
        return region_name(region, "zh", names, year)

    db.create_function("region_name", 2, lambda region, day: of_year(region, (day or "")[:4]))


def _schema() -> Any:
    import pyarrow

    fields = {name: _arrow(kind) for name, (kind, _) in RELEASES.items()}
    return pyarrow.schema({**fields, **dict.fromkeys(LONG, pyarrow.string())})


def _arrow(kind: str) -> Any:
    import pyarrow

    return pyarrow.int64() if kind == "integer" else pyarrow.string()


def _table(group: list[list[Row]]) -> Any:
    import pyarrow

    schema = _schema()
    return pyarrow.Table.from_batches([_record_batch(rows, schema) for rows in group])


def _record_batch(rows: list[Row], schema: Any) -> Any:
    import pyarrow

    columns = zip(schema, zip(*rows, strict=True), strict=True)
    return pyarrow.record_batch([pyarrow.array(values, field.type) for field, values in columns], schema=schema)


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


def harmless(value: object) -> object:
    """`value`, safe in a spreadsheet: an apostrophe stands before text that would be taken for a formula."""
    return f"'{value}" if isinstance(value, str) and _FORMULA.match(value) else value


def cell(value: object) -> object:
    """`value` as a cell that a spreadsheet takes whole: harmless, and no longer than it can be, the cut said at its end."""
    value = harmless(value)
    if not isinstance(value, str) or 2 * len(value) <= LONGEST_CELL or _units(value) <= LONGEST_CELL:
        return value
    # the longest note, and the beginning that has room beside it
    room = LONGEST_CELL - len(_CUT.format(len(value)))
    kept = value.encode("utf-16-le", "surrogatepass")[: 2 * room].decode("utf-16-le", "ignore")
    return kept + _CUT.format(len(value) - len(kept))


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _write_rows(file: IO[str], rows: Iterable[Row]) -> None:
    csv.writer(file).writerows([cell(value) for value in row] for row in rows)
