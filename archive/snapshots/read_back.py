"""The exports of a snapshot, read back and compared with its database."""

import csv
import gzip
import json
import sqlite3
import sys
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import zip_longest
from pathlib import Path

from archive.snapshots.columns import COLUMNS
from archive.snapshots.exports import BATCH, cells
from archive.snapshots.tables import LATER, Row, Table, select, teach, there

_PLACE = "region_name"  # is not compared: a later table of codes may call the place otherwise


def first_fault(db: sqlite3.Connection, folder: Path) -> str:
    """The first difference between the exports in `folder` and the database, row by row; "" when there is none."""
    teach(db)
    for name, table in there(db).items():
        for ending, read in (("csv", _csv_rows), ("jsonl.gz", _jsonl_rows), ("parquet", _parquet_rows)):
            path = folder / f"{name}.{ending}"
            if not path.is_file():
                continue  # older snapshots lack it, and a removal deletes it
            try:
                if fault := _fault_of(db, name, table, path, read(path)):
                    return f"{path.name} and the database differ in {fault}"
            except (OSError, EOFError, ValueError, TypeError, AttributeError, zlib.error, csv.Error) as error:
                return f"{path.name} cannot be read: {error}"
    return ""


def _fault_of(db: sqlite3.Connection, name: str, table: Table, path: Path, said: Iterator[Row]) -> str:
    """The place of the first difference between the rows of an export, after that of its columns, and the database."""
    as_csv = path.suffix == ".csv"
    columns = next(said, None)  # without a row JSON lines have none
    kept = _compared(name, table, columns or (), as_csv=as_csv)
    if columns and columns != tuple(kept.columns):
        return f"their columns: {', '.join(map(str, columns))}"
    places = [place for place, one in enumerate(kept.columns) if one != _PLACE]
    for row, line in zip_longest(select(db, kept), said):
        if row is None or line is None or _chosen(_as_csv(row) if as_csv else row, places) != _chosen(line, places):
            return f"{name} {(row or line or '?')[0]}"
    return ""


def _chosen(row: Row, places: Sequence[int]) -> Row:
    return tuple(row[place] for place in places) if len(row) > places[-1] else row


def _compared(name: str, table: Table, columns: Row, *, as_csv: bool) -> Table:
    """A table with the columns that an export of it has; exports of releases that earlier versions made lack some.

    A snapshot has computed columns, so that what was written of them is compared with what is read of them.
    """
    lacking = LATER - set(columns) if name == "releases" and columns else set()
    fields = {one: told for one, told in table.fields.items() if one not in lacking}
    computed = {one: f"releases.{one}" for one in COLUMNS if COLUMNS[one].computed} if name == "releases" else {}
    return replace(table, fields=fields, long={} if as_csv else table.long, values={**table.values, **computed})


def _as_csv(row: Row) -> Row:
    return tuple("" if value is None else str(value) for value in cells(row))


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
