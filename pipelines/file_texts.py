"""The kept files that releases link to become text: after a crawl, by `scrapy files`, and when records are told again.

A file is read in a process that it may kill, one at a time: two long ones would take twice the memory.
"""

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Literal

from sqlite_utils import Database

from archive import warc
from archive.model import FileState
from archive.store import files
from archive.store.files import FileText, KeptFile
from archive.warc.coding import CodingError
from pipelines.documents import RULES, Document
from pipelines.documents.guarded import Guarded

FileOutcome = FileState | Literal["absent"]  # absent: its record cannot be read, or lies elsewhere


def read_files(
    db: Database, folder: Path, time: Callable[[], str], *, source: str = "", again: bool = False
) -> Counter[FileOutcome]:
    """Read the kept files that have no text yet, or one of earlier rules, or (`again`) all; how many fared how."""
    counts: Counter[FileOutcome] = Counter()
    with Guarded() as guarded:
        for kept in files.to_read(db, RULES, source=source, again=again):
            counts[_read(db, folder, time, guarded, kept)] += 1
    return counts


def _read(db: Database, folder: Path, time: Callable[[], str], guarded: Guarded, kept: KeptFile) -> FileOutcome:
    try:
        body = warc.payload(db, folder, kept.capture).body
    except (KeyError, OSError, CodingError, warc.DamagedError):
        return "absent"
    found = guarded.read(body, kept.named, kept.media_type)
    files.save_text(db, kept.sha256, text_of(found), RULES, time())
    return found.state


def text_of(found: Document) -> FileText:
    """A document as the archive keeps it."""
    return FileText(state=found.state, method=found.method, reason=found.reason, pages=found.pages, text=found.text)
