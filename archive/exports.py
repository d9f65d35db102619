"""What a snapshot holds for those who want no database: CSV, JSON lines, coverage, and a data package on top."""

import csv
import gzip
import hashlib
import json
import re
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

Fields = dict[str, tuple[str, str]]  # name -> (type, description), in order

RELEASES: Fields = {
    "id": ("integer", "number, never reused"),
    "url": ("string", "address of the original"),
    "source": ("string", "source it was found in"),
    "region": ("string", "GB/T 2260 code of the source"),
    "title": ("string", "title"),
    "published": ("string", "as printed: a day, or a minute in China's time"),
    "year": ("integer", "year of publication"),
    "publisher": ("string", "publisher as printed"),
    "author": ("string", "author"),
    "issuer": ("string", "issuing body"),
    "doc_number": ("string", "document number"),
    "language": ("string", "language"),
    "version": ("integer", "number of the current version"),
    "status": ("string", "live, unlisted, suspect, gone or moved"),
    "cluster": ("integer", "the release that stands for all with the same content"),
    "first_seen": ("string", "when it was first seen, UTC"),
    "changed": ("string", "when the current version was first seen, UTC"),
}
COVERAGE: Fields = {
    "source": ("string", "source"),
    "month": ("string", "month that the list pages state"),
    "listed": ("integer", "articles that list pages have shown"),
    "held": ("integer", "of these, held"),
    "failed": ("integer", "of these, not readable"),
    "blocked": ("integer", "of these, refused to us"),
    "pending": ("integer", "of these, still to be fetched"),
    "skipped": ("integer", "of these, left out on purpose"),
    "unobserved": ("integer", "1: no list page has shown anything of this month, though there may have been something"),
}
README = """gongbao: a snapshot of an archive of Chinese government press releases

archive.db         the archive; any sqlite3 opens it, Datasette serves it (with metadata.json)
releases.csv       the releases without their texts
releases.jsonl.gz  the releases with their texts, one JSON object a line
coverage.csv       what list pages have shown and what of it is held, by source and month
datapackage.json   describes the files above (Frictionless data package)
SHA256SUMS         check with: sha256sum -c SHA256SUMS

Searching in any sqlite3: put a space between Chinese characters and quotes around a phrase:

  SELECT releases.id, published, title FROM releases_fts
  JOIN releases ON releases.id = releases_fts.rowid
  WHERE releases_fts MATCH '"新 闻 发 布 会" AND "2020 年"' ORDER BY rank LIMIT 20;

The rights in each release are its publisher's. Each row names the address of its original.
In the CSV files a cell that a spreadsheet would take for a formula begins with an apostrophe.
"""


def write_exports(db: sqlite3.Connection, folder: Path) -> None:
    """Write the exports of the snapshot that `db` has open into `folder`."""
    names = ", ".join(RELEASES)
    _write_csv(folder / "releases.csv", RELEASES, db.execute(f"SELECT {names} FROM releases ORDER BY id"))
    _write_csv(folder / "coverage.csv", COVERAGE, coverage(db))
    rows = db.execute(f"SELECT {names}, text FROM releases ORDER BY id")
    # without a name and a time in its head, equal contents make equal files
    with (folder / "releases.jsonl.gz").open("wb") as raw, gzip.GzipFile("", "wb", 6, raw, mtime=0) as file:
        for row in rows:
            values = dict(zip((*RELEASES, "text"), row, strict=True))
            file.write((json.dumps(values, ensure_ascii=False) + "\n").encode())
    (folder / "README.txt").write_text(README, "utf-8")
    resources = [
        _resource(folder / "releases.csv", RELEASES, key=["id"]),
        _resource(folder / "coverage.csv", COVERAGE, key=["source", "month"]),
        _resource(folder / "releases.jsonl.gz"),
        _resource(folder / "archive.db"),
    ]
    package = {
        "profile": "data-package",
        "name": "gongbao",
        "title": "Gongbao: an archive of Chinese government press releases",
        "counts": {
            table: db.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
            for table in ("sources", "releases", "versions", "removed")
        },
        "resources": resources,
    }
    text = json.dumps(package, ensure_ascii=False, indent=2)
    (folder / "datapackage.json").write_text(text + "\n", "utf-8")


def coverage(db: sqlite3.Connection) -> Iterator[tuple[Any, ...]]:
    """Rows of `COVERAGE`: every month of every source from the first that its lists state to the last."""
    states = ("held", "failed", "blocked", "pending", "skipped")
    sums = ", ".join(f"sum(state = '{state}')" for state in states)
    rows = db.execute(f"""SELECT source, substr(date, 1, 7) AS month, count(*), {sums} FROM listings
        WHERE date GLOB '[12][0-9][0-9][0-9]-[01][0-9]*' GROUP BY source, month ORDER BY source, month""")
    source, last = "", 0
    for row in rows:
        month = int(row[1][:4]) * 12 + int(row[1][5:7]) - 1
        if row[0] == source:
            for missed in range(last + 1, month):
                yield (source, f"{missed // 12:04d}-{missed % 12 + 1:02d}", *(0 for _ in range(6)), 1)
        yield (*row, 0)
        source, last = row[0], month


def harmless(value: object) -> object:
    """`value` as a spreadsheet may safely open it: what it would take for a formula gets an apostrophe before it."""
    return f"'{value}" if isinstance(value, str) and re.match(r"\s*[=+\-@\t\r＝＋－＠]", value) else value


def _write_csv(path: Path, fields: Fields, rows: Iterable[tuple[Any, ...]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(fields)
        writer.writerows([harmless(value) for value in row] for row in rows)


def _resource(path: Path, fields: Fields | None = None, key: list[str] | None = None) -> dict[str, Any]:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    name = path.name.split(".")[0] + ("" if fields else f"-{path.suffix[1:]}")
    resource: dict[str, Any] = {
        "name": name,
        "path": path.name,
        "bytes": path.stat().st_size,
        "hash": f"sha256:{digest}",
    }
    if fields is None:
        return resource
    schema = {
        "fields": [{"name": name, "type": kind, "description": text} for name, (kind, text) in fields.items()],
        "primaryKey": key,
    }
    return resource | {
        "profile": "tabular-data-resource",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": schema,
    }
