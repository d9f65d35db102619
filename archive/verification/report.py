"""The result of a check, and how a database is opened for one."""

import sqlite3
from dataclasses import dataclass, field
from pathlib import Path

from archive.verification.verified import Whole


@dataclass(slots=True)
class Report:
    """The number of checked items; in the order they were met, the absent files that the chain names, the number of texts
    whose salts a public copy keeps back, the notes on changes that are no faults, the faults, the snapshots that were read through and found whole, the digests of beginnings of files,
    and the WARC files of which a fault was told."""

    checked: int = 0
    absent: list[str] = field(default_factory=list)
    kept_back: int = 0
    notes: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    whole: list[Whole] = field(default_factory=list)
    read: dict[tuple[Path, int], str] = field(default_factory=dict)
    damaged: set[Path] = field(default_factory=set)


def opened(path: Path, *, finished: bool) -> sqlite3.Connection:
    """A connection that only reads; bytes that are no UTF-8 become signs that fit no digest. Nobody writes to a finished file."""
    db = sqlite3.connect(f"file:{path}?mode=ro{'&immutable=1' if finished else ''}", uri=True)
    db.text_factory = lambda content: content.decode("utf-8", "replace")
    return db


def address(db: sqlite3.Connection, release: int) -> str:
    """The address of a release, as far as it can be read."""
    try:
        row = db.execute("SELECT url FROM releases WHERE id = ?", [release]).fetchone()
    except sqlite3.DatabaseError:
        return "its address cannot be read"
    return row[0] if row else "no such release"
