"""The end of a WARC file: a torn last record is cut off, whole records are never touched."""

import os
import zlib
from pathlib import Path

from sqlite_utils import Database
from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from archive.warc.members import whole_until


def mend(db: Database, folder: Path, source: str) -> None:
    """Cut a torn last record off the source's files, as a crash may leave one. Whole records are never touched."""
    for path in sorted((folder / "warc").glob(f"{source}-????-??.warc.gz")):
        known = db.execute(
            "SELECT coalesce(max(offset + length), 0) FROM captures WHERE warc = ?", [f"warc/{path.name}"]
        ).fetchone()[0]
        size = path.stat().st_size
        end = whole_until(path, known if known <= size else 0)
        if end < size:
            with path.open("r+b") as file:
                file.truncate(end)
                os.fsync(file.fileno())


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
