"""The people who speak or sign in a public office, in a snapshot: each by name, office and source.

Two people may have one name, so a name alone never joins two rows; a speaker without an office is none.
"""

import sqlite3
from collections.abc import Iterator
from functools import cache

from archive.texts.offices import is_office, is_person

_SPOKEN = """SELECT t.speaker, t.role, r.source, r.id, coalesce(substr(r.published, 1, 10), '')
    FROM turns AS t JOIN releases AS r ON r.id = t.release WHERE t.role <> '' GROUP BY t.speaker, t.role, r.id"""
_SIGNED = """SELECT signatory, '', source, id, coalesce(substr(published, 1, 10), '')
    FROM releases WHERE signatory LIKE '% %'"""

Person = tuple[str, str, str]  # name, office, source


def record_all(db: sqlite3.Connection) -> None:
    """Write `speakers` anew. The caller owns the transaction."""
    db.execute("DROP TABLE IF EXISTS speakers")
    db.execute("""CREATE TABLE speakers (
        name TEXT NOT NULL,
        office TEXT NOT NULL,              -- as printed
        source TEXT NOT NULL,
        releases INTEGER NOT NULL,         -- in which the person speaks or signs
        first TEXT NOT NULL,               -- the day of the first of them; '' when none is printed
        last TEXT NOT NULL,
        PRIMARY KEY (name, office, source)
    ) WITHOUT ROWID""")
    found: dict[Person, dict[int, str]] = {}
    for person, release, day in _people(db):
        found.setdefault(person, {})[release] = day
    rows = (
        (*person, len(days), min(filter(None, days.values()), default=""), max(days.values()))
        for person, days in sorted(found.items())
    )
    db.executemany("INSERT INTO speakers VALUES (?, ?, ?, ?, ?, ?)", rows)


def _people(db: sqlite3.Connection) -> Iterator[tuple[Person, int, str]]:
    public = cache(is_office)
    for name, office, source, release, day in db.execute(_SPOKEN):
        if public(office) and is_person(name):
            yield (name, office, source), release, day
    for signed, _, source, release, day in db.execute(_SIGNED):
        for one in signed.split("；"):
            office, _, name = one.rpartition(" ")
            if public(office) and is_person(name):
                yield (name, office, source), release, day
