"""The exports of a snapshot, for use without a database: its tables as CSV and Parquet, two of them as JSON lines too."""

import csv
import re
import sqlite3
from collections.abc import Iterable, Sequence
from itertools import islice
from pathlib import Path
from typing import IO, Any

from archive.files import digest
from archive.snapshots.package import Edition, write_package
from archive.snapshots.readers import Reader, readers
from archive.snapshots.tables import AS_LINES, Row, Table, select, teach, there

BATCH = 100  # rows that come from SQLite at a time: ten times as many take a fifth longer, for fresh memory
GROUP = 10  # batches that a row group of Parquet holds, and that are in memory at a time: some 10 MB
PACKING = 2  # isal's level: a twelfth of the time of zlib's 6, and files a twentieth larger

LONGEST_CELL = 32_767  # UTF-16 units: Excel cuts a longer cell without a word
_CUT = "…[cut: {} characters]"
_FORMULA = re.compile(r"\s*[=+\-@\t\r＝＋－＠]")
_DOUBTED = frozenset("=+-@＝＋－＠") | {chr(code) for code in range(0x3001) if chr(code).isspace()}
_SHORT = LONGEST_CELL // 2  # characters
_ARROW = {"integer": "int64", "number": "float64", "string": "string"}


def export(database: Path, folder: Path, edition: Edition) -> dict[str, str]:
    """Write the exports of a finished database into `folder`; the SHA-256 of each data file."""
    with readers(database, 2) as two:
        return write_exports(two, folder, edition)


def write_exports(two: Sequence[Reader], folder: Path, edition: Edition) -> dict[str, str]:
    """Write all exports; the first of two readers reads releases as JSON, the second as columns, at the same time."""
    lines, tables = two
    written = [tables.finish(_write_tables, folder), lines.submit(_write_lines, folder)]
    digests = {name: found for one in written for name, found in one.result().items()}
    lines.finish(write_package, folder, edition, digests).result()
    return digests


def _write_lines(db: sqlite3.Connection, folder: Path) -> dict[str, str]:
    """Every release, and the text of every file, as a JSON object."""
    teach(db)
    written = {f"{name}.jsonl.gz": table for name, table in there(db).items() if name in AS_LINES}
    for name, table in written.items():
        _write_objects(db, folder / name, table)
    return {name: digest(folder / name) for name in written}


def _write_objects(db: sqlite3.Connection, path: Path, table: Table) -> None:
    """Rows as JSON objects, which SQLite writes faster than Python."""
    # loaded here, since only snapshots need it
    from isal import isal_zlib

    values = ", ".join(f"'{name}', {table.value(name)}" for name in table.columns)
    # gzip's head has no time in it, so that the same rows make the same file
    packer = isal_zlib.compressobj(PACKING, wbits=31)
    with path.open("wb") as file:
        for (line,) in db.execute(f"SELECT CAST(json_object({values}) || char(10) AS BLOB) FROM {table.rows}"):
            file.write(packer.compress(line))
        file.write(packer.flush())


def _write_tables(db: sqlite3.Connection, folder: Path) -> dict[str, str]:
    """Every table as CSV and as Parquet."""
    teach(db)
    digests: dict[str, str] = {}
    for name, table in there(db).items():
        paths = folder / f"{name}.csv", folder / f"{name}.parquet"
        _write_table(db, table, *paths)
        digests |= {path.name: digest(path) for path in paths}
    return digests


def _write_table(db: sqlite3.Connection, table: Table, as_csv: Path, as_parquet: Path) -> None:
    """The rows of a table in both forms, read once."""
    import pyarrow
    from pyarrow.parquet import ParquetWriter

    schema = pyarrow.schema({name: getattr(pyarrow, _ARROW[kind])() for name, (kind, _) in table.columns.items()})
    rows, width = iter(select(db, table, packed=True)), len(table.fields)
    with (
        as_csv.open("w", encoding="utf-8-sig", newline="") as file,
        pyarrow.OSFile(str(as_parquet), "wb") as packed,  # a writer that fails leaves its own file open
        ParquetWriter(packed, schema, compression="zstd", use_dictionary=[*table.few]) as parquet,
    ):
        _write_rows(file, [tuple(table.fields)])
        while group := [batch for _ in range(GROUP) if (batch := list(islice(rows, BATCH)))]:
            for batch in group:
                _write_rows(file, [row[:width] for row in batch])
            parquet.write_table(pyarrow.Table.from_batches([_record_batch(batch, schema) for batch in group]))


def _record_batch(rows: list[Row], schema: Any) -> Any:
    import pyarrow

    columns = zip(schema, zip(*rows, strict=True), strict=True)
    return pyarrow.record_batch([pyarrow.array(values, field.type) for field, values in columns], schema=schema)


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


def cells(row: Row) -> list[object]:
    """`row` as cells. Most of its texts need no closer look, which takes five times as long."""
    return [
        value if type(value) is not str or (value[:1] not in _DOUBTED and len(value) <= _SHORT) else cell(value)
        for value in row
    ]


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _write_rows(file: IO[str], rows: Iterable[Row]) -> None:
    csv.writer(file).writerows(map(cells, rows))
