"""Deleting all rows about a removed address: in the live database, a snapshot, a backup, or a copy in the making."""

import sqlite3
from collections.abc import Iterable
from typing import Any

from archive import duplicates
from archive.database import Executes
from archive.duplicates import origins
from archive.search import index
from archive.store import documents
from archive.store.files import forget_unlinked
from archive.store.removed import Removed
from archive.urls import canonical


def forget_addresses(db: sqlite3.Connection, keys: frozenset[str], *, hide_address: bool = False) -> int:
    """Delete all rows about these addresses from a database, live or copied; the number of rows that spoke of them.

    The caller ends the transaction. Each release, file, page and entry counts: an entry that never became a release
    names a person as well as one that did.

    Their listings stay as `skipped`, without title, unless the addresses are to be hidden.
    """
    db.create_function("canonical", 1, canonical, deterministic=True)
    ids, marks = releases_at(db, keys), placeholders(keys)
    tables = _tables(db)
    for id in ids:
        index.forget(db, id)
        forget_release(db, id)
    files = pages = entries = 0
    if "attachments" in tables:
        files = db.execute(f"DELETE FROM attachments WHERE canonical(url) IN ({marks})", [*keys]).rowcount
        pages = forget_captures(db, f"canonical(url) IN ({marks})", [*keys])
    else:
        pages = db.execute(f"DELETE FROM captures WHERE canonical(url) IN ({marks})", [*keys]).rowcount
    if "files" in tables:
        db.execute(f"DELETE FROM attachment_contents WHERE canonical(url) IN ({marks})", [*keys])
        forget_unlinked(db)
    if (duplicates.drop_lost(db) or ids) and "origins" in tables:
        origins.record_all(db)
    if ids and "number_runs" in tables:
        documents.record_numbers(db)
    if hide_address:
        entries = db.execute(f"DELETE FROM listings WHERE url_key IN ({marks})", [*keys]).rowcount
    entries += db.execute(
        f"""UPDATE listings SET state = 'skipped', reason = 'removed', title = '', next_try = NULL
        WHERE url_key IN ({marks}) AND NOT (state = 'skipped' AND reason = 'removed' AND title = '' AND next_try IS NULL)""",
        [*keys],
    ).rowcount
    return len(ids) + files + pages + entries + _forget_told(db, keys)


def _forget_told(db: sqlite3.Connection, keys: frozenset[str]) -> int:
    """Take these addresses out of the problems that crawls told (pages that break off: 1, the first was …); the number of crawls."""
    changed, gone = 0, Removed(keys)
    for id, problems in db.execute("SELECT id, problems FROM crawls WHERE problems LIKE '%http%'").fetchall():
        if (left := gone.untold(problems)) != problems:
            db.execute("UPDATE crawls SET problems = ? WHERE id = ?", [left, id])
            changed += 1
    return changed


def forget_pages(db: sqlite3.Connection, pages: Iterable[tuple[str, str]]) -> int:
    """Delete the captures of these pages and files, by address and time, from a copy; how many. Those that are linked to stay.

    Further pages and files of a removed release have addresses of their own, and a file's often has a person's name.
    """
    linked = " UNION ".join(
        f"SELECT capture FROM {table} WHERE capture IS NOT NULL"
        for table in ("attachments", "attachment_contents")
        if table in _tables(db)
    )
    where = "url = ? AND fetched = ?" + (f" AND id NOT IN ({linked})" if linked else "")
    return sum(forget_captures(db, where, [*page]) for page in pages)


def forget_release(db: Executes, id: int) -> None:
    """Delete a release with all rows about it, but for the search index. Its captures and listings stay."""
    for table in _tables(db):
        columns = {row[1] for row in db.execute(f'PRAGMA table_info("{table}")')}
        if "release" in columns:
            db.execute(f'DELETE FROM "{table}" WHERE release = ?', [id])
    db.execute("DELETE FROM relations WHERE a = ? OR b = ?", [id, id])
    db.execute("UPDATE citations SET target = NULL WHERE target = ?", [id])
    db.execute("DELETE FROM releases WHERE id = ?", [id])
    # a cluster that lost its representative is represented by its oldest member
    db.execute(
        "UPDATE releases SET cluster = (SELECT min(id) FROM releases WHERE cluster = :id) WHERE cluster = :id",
        {"id": id},
    )


def _tables(db: Executes) -> list[str]:
    found = db.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE '%fts5%'")
    return [name for (name,) in found]


def releases_at(db: Executes, keys: frozenset[str]) -> list[int]:
    """The ids of the releases at these addresses."""
    rows = db.execute(f"SELECT id FROM releases WHERE url_key IN ({placeholders(keys)}) ORDER BY id", [*keys])
    return [id for (id,) in rows]


def forget_captures(db: Executes, where: str, values: list[Any]) -> int:
    """Delete the captures that `where` finds, with their attachments, and clear all references to them; how many."""
    lost = f"(SELECT id FROM captures WHERE {where})"
    for table, column in (("captures", "refers_to"), ("versions", "capture"), ("looks", "capture")):
        db.execute(f"UPDATE {table} SET {column} = NULL WHERE {column} IN {lost}", values)
    if any(row[1] == "capture" for row in db.execute("PRAGMA table_info(provenance)")):  # copies may be older
        db.execute(f"UPDATE provenance SET capture = NULL, start = NULL, length = NULL WHERE capture IN {lost}", values)
    for table in {"attachments", "attachment_contents"} & {*_tables(db)}:
        db.execute(f"DELETE FROM {table} WHERE capture IN {lost}", values)
    deleted: int = db.execute(f"DELETE FROM captures WHERE {where}", values).rowcount
    return deleted


def placeholders(values: Iterable[Any]) -> str:
    """A ? for each of the values."""
    return ", ".join("?" for _ in values)
