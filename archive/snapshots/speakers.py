"""The people who speak or sign in a public office, in a snapshot: each by name, office and source.

Two people may have one name, so a name alone never joins two rows; a speaker without an office is none.
"""

import sqlite3
from collections.abc import Iterator
from functools import cache

from archive.texts.offices import is_office, is_person

_SPOKEN = "SELECT DISTINCT release, speaker, role FROM turns WHERE role > ''"
_SIGNED = "SELECT id, signatory FROM releases WHERE signatory LIKE '% %'"


def record_all(db: sqlite3.Connection) -> None:
    """Write `in_office` anew, a row for each release, person and office, and the view `speakers` of it.

    The rows name their release, so that a removal takes them along. The caller owns the transaction.
    """
    db.execute("DROP VIEW IF EXISTS speakers")
    db.execute("DROP TABLE IF EXISTS in_office")
    db.execute("""CREATE TABLE in_office (
        name TEXT NOT NULL,
        office TEXT NOT NULL,              -- as printed
        release INTEGER NOT NULL,
        signed INTEGER NOT NULL,           -- 1: the person signed the release; 0: speaks in it
        PRIMARY KEY (name, office, release, signed)
    ) WITHOUT ROWID""")
    public = cache(is_office)
    found = {row for row in _found(db) if public(row[1]) and is_person(row[0])}
    db.executemany("INSERT INTO in_office VALUES (?, ?, ?, ?)", sorted(found))
    db.execute("""CREATE VIEW speakers AS SELECT name, office, source, sum(NOT signed) AS spoken, sum(signed) AS signed,
        coalesce(min(nullif(substr(published, 1, 10), '')), '') AS first, coalesce(max(substr(published, 1, 10)), '') AS last
        FROM in_office JOIN releases ON releases.id = release GROUP BY name, office, source""")


def _found(db: sqlite3.Connection) -> Iterator[tuple[str, str, int, int]]:
    for release, name, office in db.execute(_SPOKEN):
        yield name, office, release, 0
    for release, signed in db.execute(_SIGNED):
        for one in signed.split("；"):
            office, _, name = one.rpartition(" ")
            yield name, office, release, 1
