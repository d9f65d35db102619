"""The end of a WARC file: a torn last record is cut off, whole records are never touched."""

import os
import zlib
from pathlib import Path
from typing import IO

from sqlite_utils import Database
from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from archive.database import ArchiveError, Executes
from archive.warc.members import MAGIC, member_begins_with, member_end, next_member, whole_until


def mend(db: Database, folder: Path, source: str) -> None:
    """Cut a torn last record off the source's files, as a crash may leave one. Whole records are never touched.

    The records that no row knows are looked through from the end of the last one that a row knows; from the beginning
    of the file when that end is not proven, as where a removal put one record in the place of several. Raises
    ArchiveError when a file is gone or shorter than its rows say, or when whole records stand behind a damaged one.
    """
    last = check(db, folder, source)
    for path in sorted((folder / "warc").glob(f"{source}-????-??.warc.gz")):
        size = path.stat().st_size
        with path.open("rb") as file:
            start, length = last.get(f"warc/{path.name}", (0, 0))
            known = start + length if member_end(file, start) == start + length else 0
            end = whole_until(file, known)
            if end == size:
                continue
            _refuse_damage(path, file, end)
        with path.open("r+b") as file:
            file.truncate(end)
            os.fsync(file.fileno())


def check(db: Database, folder: Path, source: str = "*") -> dict[str, tuple[int, int]]:
    """The last record, as offset and length, that a row knows in each WARC file of one source or of all.

    Raises ArchiveError when a file is gone or shorter than that.
    """
    last = _last_records(db, source)
    for name, (offset, length) in last.items():
        if fault := _shortfall(folder / name, offset + length):
            raise ArchiveError(fault)
    return last


def gone(db: Executes, folder: Path) -> dict[str, str]:
    """The WARC files that rows know and that are not there, in a sentence each."""
    names = [name for name in _last_records(db, "*") if not (folder / name).is_file()]
    return {name: _shortfall(folder / name, 0) for name in names}


def _last_records(db: Executes, source: str) -> dict[str, tuple[int, int]]:
    rows = db.execute(  # length: that of the row with the greatest offset
        "SELECT warc, max(offset), length FROM captures WHERE warc GLOB ? GROUP BY warc",
        [f"warc/{source}-????-??.warc.gz"],
    ).fetchall()
    return {name: (offset, length) for name, offset, length in rows}


def _shortfall(path: Path, known: int) -> str:
    """A sentence about a file that is gone, or shorter than rows know; "" for one that is neither."""
    size = path.stat().st_size if path.is_file() else None
    if size is not None and size >= known:
        return ""
    state = "is gone" if size is None else f"ends at {size}, before {known}"
    return (
        f"{path} {state}: archive.db knows more pages than it holds. Put the whole file back from a backup; or"
        " move archive.db away and run `scrapy rebuild` for an archive of what is there"
    )


def _refuse_damage(path: Path, file: IO[bytes], end: int) -> None:
    """Raise ArchiveError when a whole record begins anywhere behind `end`."""
    if at := _record_behind(file, end):
        raise ArchiveError(
            f"{path} is damaged at {end}, and whole records stand behind that place, from {at} on: nothing was cut."
            " Put the file back from a backup; `scrapy verify` names what is damaged"
        )


def _record_behind(file: IO[bytes], end: int) -> int:
    """Where the first whole record behind a place begins; 0 when there is none."""
    at = next_member(file, end + 1)
    while at is not None and not member_begins_with(file, at, b"WARC/"):
        at = next_member(file, at + 1)
    return at or 0


def damage(path: Path) -> str:
    """In words, what of a file cannot be read: records in front of whole ones, or all of it; "" also for a torn end."""
    with path.open("rb") as file:
        end = whole_until(file, 0)
        file.seek(0)
        if not MAGIC.startswith(file.read(len(MAGIC))):
            return f"{path} holds no records of a WARC file"
        at = _record_behind(file, end) if end < path.stat().st_size else 0
    return f"{path} is damaged from {end} to {at}" if at else ""


def settled(path: Path, known: int) -> int:
    """Sync a file; the length up to its last whole exchange or note, `known` or more, which no repair will cut."""
    with path.open("rb") as file:
        os.fsync(file.fileno())
        file.seek(known)
        end, records = known, ArchiveIterator(file)
        try:
            for record in records:
                if record.rec_type == "metadata":
                    end = records.get_record_offset() + records.get_record_length()
        except (ArchiveLoadFailed, OSError, EOFError, ValueError, AttributeError, TypeError, zlib.error):
            pass  # the last record is being written
    return end
