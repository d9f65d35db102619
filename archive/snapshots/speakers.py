"""The people who speak or sign in a public office, in a snapshot: each by name, office and source.

Two people may have one name, so a name alone never joins two rows; a speaker without an office is none.
"""

import sqlite3
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cache

from archive.texts.offices import is_office, is_person

_SPOKEN = """SELECT t.speaker, t.role, r.source, r.id, coalesce(substr(r.published, 1, 10), '')
    FROM turns AS t JOIN releases AS r ON r.id = t.release WHERE t.role <> '' GROUP BY t.speaker, t.role, r.id"""
_SIGNED = """SELECT signatory, '', source, id, coalesce(substr(published, 1, 10), '')
    FROM releases WHERE signatory LIKE '% %'"""

Person = tuple[str, str, str]  # name, office, source


@dataclass(slots=True)
class _Traces:
    """The releases in which a person speaks, and those that the person signed, each with its day ("" for none)."""

    spoken: dict[int, str] = field(default_factory=dict)
    signed: dict[int, str] = field(default_factory=dict)

    def period(self) -> tuple[str, str]:
        days = sorted(filter(None, (*self.spoken.values(), *self.signed.values()))) or [""]
        return days[0], days[-1]


def record_all(db: sqlite3.Connection) -> None:
    """Write `speakers` anew. The caller owns the transaction."""
    db.execute("DROP TABLE IF EXISTS speakers")
    db.execute("""CREATE TABLE speakers (
        name TEXT NOT NULL,
        office TEXT NOT NULL,              -- as printed
        source TEXT NOT NULL,
        spoken INTEGER NOT NULL,           -- releases in which the person speaks
        signed INTEGER NOT NULL,           -- and that the person signed
        first TEXT NOT NULL,               -- the day of the first of them; '' when none is printed
        last TEXT NOT NULL,
        PRIMARY KEY (name, office, source)
    ) WITHOUT ROWID""")
    found: dict[Person, _Traces] = defaultdict(_Traces)
    for name, office, source, release, day in db.execute(_SPOKEN):
        found[name, office, source].spoken[release] = day
    for signed, _, source, release, day in db.execute(_SIGNED):
        for one in signed.split("；"):
            office, _, name = one.rpartition(" ")
            found[name, office, source].signed[release] = day
    public = cache(is_office)
    rows = (
        (*person, len(traces.spoken), len(traces.signed), *traces.period())
        for person, traces in sorted(found.items())
        if public(person[1]) and is_person(person[0])
    )
    db.executemany("INSERT INTO speakers VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
