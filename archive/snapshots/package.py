"""A snapshot as a dataset that can be cited: datapackage.json, CITATION.cff and README.txt, beside the data."""

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from archive.snapshots.shelf import DATABASE, PUBLIC
from archive.snapshots.tables import TABLES, Fields, Table

PACKAGE = "datapackage.json"

TITLE = "Gongbao: an archive of Chinese government press releases"
_RIGHTS = "The rights in each release are its publisher's; its row names the address of the original."
_README = """gongbao: a snapshot of an archive of Chinese government press releases

Edition {edition}, made {made}. Cite it as CITATION.cff says.

archive.db         the archive; any sqlite3 opens it, Datasette serves it (with metadata.json)
releases           the releases; releases.jsonl.gz and releases.parquet have their texts, releases.csv has not
sources, regions   the sites that carry them, and their places
versions           every version of each release; versions.parquet has the texts of earlier ones
relations          copies, and parts of other releases
turns              who speaks in a dialogue, from where to where
citations          the documents that a release names
indicators         the figures that a release prints, as printed: name, place, period, value, unit, change
attachments        the files that releases link to, each with its state: kept or why not
files              the distinct contents of these files; files.jsonl.gz and files.parquet have their texts
coverage           what list pages have shown and what of it is held, by source and month

Each of these tables is there as CSV and as Parquet:  SELECT count(*) FROM 'releases.parquet'  in DuckDB.
releases.source is sources.id, releases.region is regions.region; versions, turns, citations, indicators and attachments name
their release by its id. A place's name in releases is that of the release's day.

datapackage.json   describes tables and columns, and what refers to what (Frictionless data package)
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

    @property
    def identifier(self) -> str:
        return f"gongbao-{self.id}"

    @property
    def access(self) -> str:
        """The rights of a reader, in words for those who take it over."""
        return "public" if self.id.endswith(PUBLIC) else "private: it holds texts that must not be published"


def edition_of(place: Path) -> Edition:
    """The edition that a snapshot's package names; one that an earlier version made has only its folder's name."""
    path = place / PACKAGE
    package = json.loads(path.read_text("utf-8")) if path.is_file() else {}
    return Edition(**package["edition"]) if "edition" in package else Edition(id=place.name, made="")


def write_package(db: sqlite3.Connection, folder: Path, edition: Edition, digests: Mapping[str, str]) -> None:
    """Describe the data files of a snapshot; `digests` has their SHA-256."""
    text = json.dumps(_package(db, folder, edition, digests), ensure_ascii=False, indent=2)
    (folder / PACKAGE).write_text(text + "\n", "utf-8")
    facts = {"edition": edition.version, "id": edition.id, "made": edition.made or edition.id, "title": TITLE}
    (folder / "README.txt").write_text(_README.format(**facts), "utf-8")
    day = edition.made[:10] or f"{edition.id[:4]}-{edition.id[4:6]}-{edition.id[6:8]}"
    (folder / "CITATION.cff").write_text(_CITATION.format(**facts, day=day), "utf-8")


def _package(db: sqlite3.Connection, folder: Path, edition: Edition, digests: Mapping[str, str]) -> dict[str, Any]:
    counts = {
        table: db.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
        for table in ("sources", "releases", "versions", "removed")
    }
    sources = db.execute("SELECT name, url FROM sources WHERE url <> '' ORDER BY id")
    return {
        "profile": "data-package",
        "name": "gongbao",
        "id": edition.identifier,
        "title": TITLE,
        "version": edition.version,
        "edition": asdict(edition),
        **({"created": edition.made} if edition.made else {}),
        "licenses": [{"name": "other", "title": _RIGHTS}],
        "sources": [{"title": name, "path": url} for name, url in sources],
        "contributors": [{"title": "The operators of this gongbao archive", "role": "wrangler"}],
        "counts": counts,
        # the database's digest stands in SHA256SUMS alone: the exports would have to wait for it
        "resources": [
            *(_resource(folder / name, found) for name, found in sorted(digests.items())),
            {"name": "archive-db", "path": DATABASE, "type": "file"},
        ],
    }


def _resource(path: Path, found: str) -> dict[str, Any]:
    name, _, form = path.name.partition(".")
    known = {
        "name": name if form == "csv" else path.name.replace(".", "-"),
        "path": path.name,
        "bytes": path.stat().st_size,
        "hash": f"sha256:{found}",
    }
    table = TABLES[name]
    if form != "csv":  # with a profile frictionless would read it, which needs further packages
        return known | {"type": "file", "mediatype": _MEDIA_TYPES[form], "schema": _schema(name, table, table.columns)}
    return known | {
        "profile": "tabular-data-resource",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8-sig",  # Excel reads Chinese where a byte order mark stands first
        "dialect": {"delimiter": ",", "lineTerminator": "\r\n", "quoteChar": '"', "doubleQuote": True},
        "schema": _schema(name, table, table.fields),
    }


_MEDIA_TYPES = {"jsonl.gz": "application/gzip", "parquet": "application/vnd.apache.parquet"}


def _schema(name: str, table: Table, fields: Fields) -> dict[str, Any]:
    keys = [{"fields": [column], "reference": _reference(name, named)} for column, named in table.refers.items()]
    return {
        "fields": [{"name": one, "type": kind, "description": told} for one, (kind, told) in fields.items()],
        "primaryKey": [*table.key],
        **({"foreignKeys": keys} if keys else {}),
    }


def _reference(name: str, named: str) -> dict[str, Any]:
    resource, _, column = named.partition(".")
    return {"resource": "" if resource == name else resource, "fields": [column]}
