"""The search indexes of a public snapshot, taken over from the one before it.

The indexes of a public copy have to be merged anew, so that no masked or withheld word is left in them: a quarter of what such a
snapshot costs. Those of the last public snapshot hold no such words. They are taken, and the rows of what differs are written.
"""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from archive.database import column
from archive.files import digest
from archive.search import index
from archive.snapshots.readers import opened
from archive.snapshots.shelf import DATABASE, PUBLIC, SUMS, SnapshotError, folders, lack, late
from archive.snapshots.tablewise import attach, rows

MOST = 10  # one row of so many may be new or changed; to write more takes as long as to merge
_TEXTS = {"releases": ("title", "text"), "files": ("text",)}  # the columns that are indexed
_VIEWS = tuple(f"{table}_spaced" for table in _TEXTS)


class DamagedError(SnapshotError):
    """A snapshot is not as its SHA256SUMS say, or cannot be opened."""


def forerunner_of(folder: Path) -> Path | None:
    """The database of the newest public snapshot, if one made now can have its indexes: most rows of the archive are as they were then.

    Not when they have another form, or signs were folded otherwise. Raises DamagedError.
    """
    place = max(
        (place for place, made in folders(folder) if place.name.endswith(PUBLIC) and made <= late()), default=None
    )
    if place is None:
        return None
    if fault := lack(place):
        raise DamagedError(f"{place} is passed over: {fault}")
    newest = place / DATABASE
    if not _fits(folder / DATABASE, newest):
        check(newest)  # damage may be why
        return None
    return newest


def _fits(database: Path, earlier: Path) -> bool:
    with _beside(database, earlier) as db:
        try:
            return _form(db, "main") == _form(db, "earlier") and _is_like(db)
        except sqlite3.OperationalError:  # it has an earlier schema
            return False
        except sqlite3.DatabaseError as error:
            raise DamagedError(f"{earlier} cannot be read: {error}") from error


def check(earlier: Path) -> None:
    """Compare a snapshot's database with its digest. Raises DamagedError."""
    if f"{digest(earlier)}  {DATABASE}" not in (earlier.parent / SUMS).read_text("utf-8").splitlines():
        raise DamagedError(f"{earlier} was changed: its SHA-256 differs from {SUMS}")


def begin(earlier: Path, finished: Path) -> None:
    """Begin a database with the indexes of an earlier snapshot. FTS5 sees them in connections that are opened later."""
    finished.touch()
    with _beside(finished, earlier) as db:
        _write_unsafely(db)
        for name in index.DEFINED:
            [sql] = db.execute("SELECT sql FROM earlier.sqlite_master WHERE name = ?", [name]).fetchone()
            db.execute(sql)
        db.execute("BEGIN")
        for name in index.PARTS:
            rows(db, name, "earlier")
        db.execute("COMMIT")


def bring_up(earlier: Path, finished: Path) -> None:
    """Bring the indexes that a database has begun with to its texts.

    Words of the earlier snapshot that stand no more in it, not even in an earlier version, are left neither in an index nor in a
    freed page.
    """
    fresh = finished.with_name(f"{finished.name}.part")
    with _beside(finished, earlier) as db:
        _write_unsafely(db)
        releases, files = (_differing(db, table) for table in _TEXTS)
        db.execute("BEGIN")
        for id in releases:
            index.write(db, id, _words(db, "earlier", id), _words(db, "main", id))
        for id in files:
            index.write_file(db, id, _text(db, "earlier", id), _text(db, "main", id))
        db.execute("COMMIT")
        if _have_lost(db, releases, files):
            index.optimize(db)
            db.execute("VACUUM main INTO ?", [str(fresh)])
    if fresh.exists():
        fresh.replace(finished)


@contextmanager
def _beside(path: Path, earlier: Path) -> Iterator[sqlite3.Connection]:
    """A connection to a database, with `earlier` attached to it."""
    with closing(opened(path)) as db:
        attach(db, earlier, "earlier")
        yield db


def _write_unsafely(db: sqlite3.Connection) -> None:
    """A crash throws an unfinished copy away, and freed pages are left behind by another copy."""
    db.execute("PRAGMA main.secure_delete = OFF")
    db.execute("PRAGMA main.journal_mode = OFF")
    db.execute("PRAGMA main.synchronous = OFF")


def _form(db: sqlite3.Connection, schema: str) -> tuple[object, ...]:
    """All that the words of an index follow from, beside the texts."""
    names = [*index.DEFINED, *_VIEWS]
    marks = ", ".join("?" * len(names))
    sql = f"SELECT name, sql FROM {schema}.sqlite_master WHERE name IN ({marks}) ORDER BY name"
    folds = db.execute(f"SELECT code, becomes FROM {schema}.folds ORDER BY code").fetchall()
    return db.execute(sql, names).fetchall(), folds


def _is_like(db: sqlite3.Connection) -> bool:
    """Whether a live database has few releases, versions and texts of files that the earlier snapshot lacks under the same number.

    What is withheld or masked otherwise since then shows in a copy alone. No statement reads a long text.
    """
    found = [
        db.execute(f"""SELECT count(*), coalesce(sum({lacks}), 0)
            FROM main.{table} AS now LEFT JOIN earlier.{table} AS was USING ({key})""").fetchone()
        for table, key, lacks in (
            ("releases", "url_key, id", "was.id IS NULL"),  # `scrapy rebuild` gives new numbers
            ("versions", "release, version", "was.release IS NULL"),
            ("files", "id", "was.read IS NOT now.read"),
        )
    ]
    (releases, new), *texts = found
    held, lacking = map(sum, zip(*texts, strict=True))
    return MOST * new <= releases and MOST * lacking <= held


def _differing(db: sqlite3.Connection, table: str) -> list[int]:
    """The ids of the rows with other words than the earlier snapshot's, and of those that only one of the two has."""
    others = " OR ".join(f"was.{name} <> now.{name}" for name in _TEXTS[table])
    return column(
        db,
        f"""SELECT now.id AS value FROM main.{table} AS now LEFT JOIN earlier.{table} AS was USING (id)
            WHERE was.id IS NULL OR {others}
        UNION ALL SELECT id FROM earlier.{table} WHERE id NOT IN (SELECT id FROM main.{table})""",
    )


def _have_lost(db: sqlite3.Connection, releases: list[int], files: list[int]) -> bool:
    """Whether texts of the earlier snapshot stand no more in the copy, not even as an earlier version."""
    chosen = "SELECT 1 FROM earlier.{} AS was WHERE was.id IN (SELECT value FROM json_each(?))"
    nowhere = f"""{chosen.format("releases")} AND NOT EXISTS (SELECT 1 FROM main.versions AS v
        WHERE v.release = was.id AND v.title = was.title AND v.text = was.text) LIMIT 1"""
    return bool(
        db.execute(nowhere, [json.dumps(releases)]).fetchone()
        or db.execute(chosen.format("files"), [json.dumps(files)]).fetchone()
    )


def _words(db: sqlite3.Connection, schema: str, id: int) -> tuple[str, str] | None:
    row: tuple[str, str] | None = db.execute(f"SELECT title, text FROM {schema}.releases WHERE id = ?", [id]).fetchone()
    return row


def _text(db: sqlite3.Connection, schema: str, id: int) -> str | None:
    row = db.execute(f"SELECT text FROM {schema}.files WHERE id = ?", [id]).fetchone()
    return None if row is None else str(row[0])
