"""The search indexes of a public snapshot, taken over from the one before it.

The indexes of a public copy have to be merged anew, so that no masked or withheld word is left in them: a quarter of what such a
snapshot costs. Those of the last public snapshot hold no such words. They are taken, and the rows of what differs are written.
"""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from archive.database import column, mapped
from archive.files import digest
from archive.search import index
from archive.snapshots.shelf import DATABASE, SUMS, list_snapshots

MOST = 10  # one row of so many may differ; to write more takes as long as to merge
_TEXTS = {"releases": ("title", "text"), "files": ("text",)}  # the columns that are indexed
_VIEWS = tuple(f"{table}_spaced" for table in _TEXTS)


@dataclass(frozen=True, slots=True)
class Inheritance:
    """The indexes of an earlier snapshot's database, and how they have to be changed."""

    database: Path
    rows: dict[
        str, list[int]
    ]  # by table, those whose indexed words are others, or that only one of the two databases has
    lost: bool  # words of the snapshot stand no more in the copy, not even in an earlier version: none may be left in an index

    def hand_on(self, finished: Path) -> None:
        """Give the indexes to a finished copy that has none, in the state of its texts."""
        with _beside(finished, self.database) as db:
            _take_over(db)
        with _beside(finished, self.database) as db:  # anew, since FTS5 remembers the empty indexes
            db.execute("PRAGMA main.journal_mode = OFF")
            db.execute("BEGIN")
            for id in self.rows["releases"]:
                index.write(db, id, _words(db, "earlier", id), _words(db, "main", id))
            for id in self.rows["files"]:
                index.write_file(db, id, _text(db, "earlier", id), _text(db, "main", id))
            db.execute("COMMIT")
            if self.lost:
                index.optimize(db)


def last(folder: Path) -> Path | None:
    """The database of the newest public snapshot, if it is as its SHA256SUMS say."""
    for one in list_snapshots(folder):
        if one.public:
            database = one.folder / DATABASE
            stated = (one.folder / SUMS).read_text("utf-8").splitlines()
            return database if f"{digest(database)}  {DATABASE}" in stated else None
    return None


def inheritance(copy: Path, earlier: Path | None) -> Inheritance | None:
    """What a copy that is fit to be published can have of an earlier snapshot's indexes.

    None: there is no such snapshot, or too much differs, or its indexes have another form, or its signs were folded otherwise.
    """
    if earlier is None:
        return None
    with _beside(copy, earlier) as db:
        if _form(db, "main") != _form(db, "earlier"):
            return None
        rows = {table: _differing(db, table) for table in _TEXTS}
        held = sum(db.execute(f"SELECT count(*) FROM main.{table}").fetchone()[0] for table in _TEXTS)
        if MOST * sum(map(len, rows.values())) > held:
            return None
        return Inheritance(earlier, rows, lost=_has_lost(db, rows))


@contextmanager
def _beside(path: Path, earlier: Path) -> Iterator[sqlite3.Connection]:
    """A connection to a copy, with `earlier` attached to it."""
    with closing(mapped(sqlite3.connect(path.absolute().as_uri(), uri=True, isolation_level=None))) as db:
        db.execute("PRAGMA synchronous = OFF")
        db.execute("ATTACH ? AS earlier", [f"{earlier.absolute().as_uri()}?mode=ro"])
        yield mapped(db)


def _form(db: sqlite3.Connection, schema: str) -> tuple[object, ...]:
    """All that the words of an index follow from, beside the texts."""
    names = [*index.DEFINED, *_VIEWS]
    marks = ", ".join("?" * len(names))
    sql = f"SELECT name, sql FROM {schema}.sqlite_master WHERE name IN ({marks}) ORDER BY name"
    folds = db.execute(f"SELECT code, becomes FROM {schema}.folds ORDER BY code").fetchall()
    return db.execute(sql, names).fetchall(), folds


def _differing(db: sqlite3.Connection, table: str) -> list[int]:
    others = " OR ".join(f"was.{name} <> now.{name}" for name in _TEXTS[table])
    return column(
        db,
        f"""SELECT now.id AS value FROM main.{table} AS now LEFT JOIN earlier.{table} AS was USING (id)
            WHERE was.id IS NULL OR {others}
        UNION ALL SELECT id FROM earlier.{table} WHERE id NOT IN (SELECT id FROM main.{table})""",
    )


def _has_lost(db: sqlite3.Connection, rows: dict[str, list[int]]) -> bool:
    chosen = "SELECT 1 FROM earlier.{} AS was WHERE was.id IN (SELECT value FROM json_each(?))"
    releases = f"""{chosen.format("releases")} AND NOT EXISTS (SELECT 1 FROM main.versions AS v
        WHERE v.release = was.id AND v.title = was.title AND v.text = was.text) LIMIT 1"""
    return bool(
        db.execute(releases, [json.dumps(rows["releases"])]).fetchone()
        or db.execute(chosen.format("files"), [json.dumps(rows["files"])]).fetchone()
    )


def _take_over(db: sqlite3.Connection) -> None:
    db.execute("PRAGMA main.journal_mode = OFF")  # a crash throws the copy away
    for name in index.DEFINED:
        [sql] = db.execute("SELECT sql FROM earlier.sqlite_master WHERE name = ?", [name]).fetchone()
        db.execute(sql)
    db.execute("BEGIN")
    for name in index.PARTS:
        db.execute(f"DELETE FROM main.{name}")
        db.execute(f"INSERT INTO main.{name} SELECT * FROM earlier.{name}")
    db.execute("COMMIT")


def _words(db: sqlite3.Connection, schema: str, id: int) -> tuple[str, str] | None:
    row: tuple[str, str] | None = db.execute(f"SELECT title, text FROM {schema}.releases WHERE id = ?", [id]).fetchone()
    return row


def _text(db: sqlite3.Connection, schema: str, id: int) -> str | None:
    row = db.execute(f"SELECT text FROM {schema}.files WHERE id = ?", [id]).fetchone()
    return None if row is None else str(row[0])
