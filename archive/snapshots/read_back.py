"""The exports of a snapshot, read back and compared with its database."""

import csv
import gzip
import json
import sqlite3
import sys
import zlib
from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path

from archive.snapshots.exports import (
    BATCH,
    CSV,
    FILES,
    FILES_JSONL,
    FILES_PARQUET,
    JSONL,
    NAMES,
    PARQUET,
    RELEASES,
    Row,
    cell,
    long_fields,
)


def first_fault(db: sqlite3.Connection, folder: Path) -> str:
    """The first difference between the exports in `folder` and the database, row by row; "" when there is none."""
    readers = {
        CSV: _csv_rows,
        JSONL: _jsonl_rows,
        PARQUET: _parquet_rows,
        FILES_JSONL: _jsonl_rows,
        FILES_PARQUET: _parquet_rows,
    }
    for name, read in readers.items():
        if not (folder / name).is_file():
            continue  # older snapshots lack it, and a removal deletes it
        try:
            fault_of = _fault_of_files if name in (FILES_JSONL, FILES_PARQUET) else _fault_of
            if fault := fault_of(db, name, read(folder / name)):
                return f"{name} and the database differ in {fault}"
        except (OSError, EOFError, ValueError, TypeError, AttributeError, zlib.error, csv.Error) as error:
            return f"{name} cannot be read: {error}"
    return ""


def _fault_of(db: sqlite3.Connection, name: str, said: Iterator[Row]) -> str:
    """The place of the first difference between the rows of an export, after that of its columns, and the database.

    The name of a place is not compared: a later table of codes may call it otherwise.
    """
    values = {one: NAMES.get(one, one) for one in RELEASES} | ({} if name == CSV else long_fields(db))
    columns = next(said, None)  # without a release JSON lines have none
    # snapshots that earlier versions made lack the names
    values = {one: value for one, value in values.items() if columns is None or one in columns or one not in NAMES}
    if columns and columns != tuple(values):
        return f"their columns: {', '.join(map(str, columns))}"
    if "region_name" in values:
        place = list(values).index("region_name")
        said = ((*line[:place], *line[place + 1 :]) for line in said)
        del values["region_name"]
    for row, line in zip_longest(db.execute(f"SELECT {', '.join(values.values())} FROM releases ORDER BY id"), said):
        if row is None or line != (_as_csv(row) if name == CSV else row):
            return f"release {(row or line or '?')[0]}"
    return ""


def _fault_of_files(db: sqlite3.Connection, _: str, said: Iterator[Row]) -> str:
    """The place of the first difference between the rows of an export of files and the database."""
    columns = next(said, None)
    if columns and columns != tuple(FILES):
        return f"their columns: {', '.join(map(str, columns))}"
    for row, line in zip_longest(db.execute(f"SELECT {', '.join(FILES)} FROM files ORDER BY id"), said):
        if row != line:
            return f"file {(row or line or '?')[0]}"
    return ""


def _as_csv(row: Row) -> Row:
    return tuple("" if value is None else str(cell(value)) for value in row)


def _csv_rows(path: Path) -> Iterator[Row]:
    csv.field_size_limit(sys.maxsize)  # our own file: its addresses and titles may have any length
    with path.open(encoding="utf-8-sig", newline="") as file:  # earlier snapshots have no byte order mark
        yield from map(tuple, csv.reader(file))


def _jsonl_rows(path: Path) -> Iterator[Row]:
    columns: Row = ()
    with gzip.open(path, "rt", encoding="utf-8", newline="\n") as file:
        for row in map(json.loads, file):
            if not columns:
                yield (columns := tuple(row))
            if tuple(row) != columns:
                raise ValueError("a line has other columns than the first")
            yield tuple(row.values())


def _parquet_rows(path: Path) -> Iterator[Row]:
    from pyarrow.parquet import ParquetFile

    with ParquetFile(path) as file:
        yield tuple(file.schema_arrow.names)
        for batch in file.iter_batches(BATCH):
            yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)
