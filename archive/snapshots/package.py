"""A snapshot as a dataset that can be cited: datapackage.json, CITATION.cff and README.txt, beside the data."""

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from archive.snapshots.shelf import DATABASE

PACKAGE = "datapackage.json"
Fields = dict[str, tuple[str, str]]  # name -> (type, description), in order
Tables = Mapping[str, tuple[Fields, list[str]]]  # file -> its fields, and those of its key

_TITLE = "Gongbao: an archive of Chinese government press releases"
_RIGHTS = "The rights in each release are its publisher's; its row names the address of the original."
_README = """gongbao: a snapshot of an archive of Chinese government press releases

Edition {edition}, made {made}. Cite it as CITATION.cff says.

archive.db         the archive; any sqlite3 opens it, Datasette serves it (with metadata.json)
releases.csv       the releases without their texts; source_name and region_name say which site carries each, and
                   how its place was called on the day
releases.jsonl.gz  the releases with their texts, one JSON object a line
releases.parquet   the same for DuckDB, pandas and others: SELECT count(*) FROM 'releases.parquet'
coverage.csv       what list pages have shown and what of it is held, by source and month
attachments.csv    the files that releases link to, each with its state: kept or why not
indicators.csv     the figures that releases print, as printed: name, place, period, value, unit, change
files.jsonl.gz     the texts of these files, one JSON object for each distinct content; files.parquet the same
datapackage.json   describes the files above (Frictionless data package)
CITATION.cff       how to cite this edition (Citation File Format)
SHA256SUMS         check with: sha256sum -c SHA256SUMS

Searching in any sqlite3: put a space between Chinese characters and quotes around a phrase:

  SELECT releases.id, published, title FROM releases_fts
  JOIN releases ON releases.id = releases_fts.rowid
  WHERE releases_fts MATCH '"新 闻 发 布 会" AND "2020 年"' ORDER BY rank LIMIT 20;

The rights in each release are its publisher's. Each row names the address of its original.
The CSV files begin with a byte order mark. In them a cell that a spreadsheet would take for a formula begins with an
apostrophe, and one of more than 32,767 characters is cut, which its end says; JSON lines and Parquet have it whole.
"""
_CITATION = """cff-version: 1.2.0
message: Please cite this edition when you use its data.
type: dataset
title: "{title}"
authors:
  - name: The operators of this gongbao archive
version: "{edition}"
date-released: {day}
identifiers:
  - type: other
    value: gongbao-{id}
    description: The snapshot; SHA256SUMS beside this file has the digest of each of its files.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """A snapshot as one cites it."""

    id: str  # the name of its folder
    made: str  # UTC, ISO 8601
    name: str = ""  # the name under which it is kept, "" for none

    @property
    def version(self) -> str:
        return self.name or self.id


def edition_of(place: Path) -> Edition:
    """The edition that a snapshot's package names; one that an earlier version made has only its folder's name."""
    path = place / PACKAGE
    package = json.loads(path.read_text("utf-8")) if path.is_file() else {}
    return Edition(**package["edition"]) if "edition" in package else Edition(id=place.name, made="")


def write_package(
    db: sqlite3.Connection, folder: Path, edition: Edition, digests: Mapping[str, str], tables: Tables
) -> None:
    """Describe the data files of a snapshot; `digests` has their SHA-256."""
    text = json.dumps(_package(db, folder, edition, digests, tables), ensure_ascii=False, indent=2)
    (folder / PACKAGE).write_text(text + "\n", "utf-8")
    facts = {"edition": edition.version, "id": edition.id, "made": edition.made or edition.id, "title": _TITLE}
    (folder / "README.txt").write_text(_README.format(**facts), "utf-8")
    day = edition.made[:10] or f"{edition.id[:4]}-{edition.id[4:6]}-{edition.id[6:8]}"
    (folder / "CITATION.cff").write_text(_CITATION.format(**facts, day=day), "utf-8")


def _package(
    db: sqlite3.Connection, folder: Path, edition: Edition, digests: Mapping[str, str], tables: Tables
) -> dict[str, Any]:
    counts = {
        table: db.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
        for table in ("sources", "releases", "versions", "removed")
    }
    sources = db.execute("SELECT name, url FROM sources WHERE url <> '' ORDER BY id")
    return {
        "profile": "data-package",
        "name": "gongbao",
        "id": f"gongbao-{edition.id}",
        "title": _TITLE,
        "version": edition.version,
        "edition": asdict(edition),
        **({"created": edition.made} if edition.made else {}),
        "licenses": [{"name": "other", "title": _RIGHTS}],
        "sources": [{"title": name, "path": url} for name, url in sources],
        "contributors": [{"title": "The operators of this gongbao archive", "role": "wrangler"}],
        "counts": counts,
        # the database's digest stands in SHA256SUMS alone: the exports would have to wait for it
        "resources": [
            *(_resource(folder / name, found, tables) for name, found in sorted(digests.items())),
            {"name": "archive-db", "path": DATABASE, "type": "file"},
        ],
    }


def _resource(path: Path, found: str, tables: Tables) -> dict[str, Any]:
    resource: dict[str, Any] = {
        "name": path.name.removesuffix(".csv").replace(".", "-"),
        "path": path.name,
        "bytes": path.stat().st_size,
        "hash": f"sha256:{found}",
    }
    if path.name not in tables:
        return resource | {"type": "file"}  # with a profile frictionless would read it, which needs further packages
    fields, key = tables[path.name]
    schema = {
        "fields": [{"name": name, "type": kind, "description": text} for name, (kind, text) in fields.items()],
        "primaryKey": key,
    }
    return resource | {
        "profile": "tabular-data-resource",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8-sig",  # Excel reads Chinese where a byte order mark stands first
        "schema": schema,
    }
