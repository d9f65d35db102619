"""The kept files that releases link to become text: after a crawl, by `scrapy files`, and when records are told again.

A file is read in a process that it may kill, one at a time: two long ones would take twice the memory.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from sqlite_utils import Database

from archive import warc
from archive.model import FileState
from archive.store import files
from archive.store.files import FileText, KeptFile
from archive.warc.coding import CodingError
from pipelines.documents import RULES
from pipelines.documents.guarded import Guarded

FileOutcome = FileState | Literal["absent"]  # absent: its record cannot be read, or lies elsewhere


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    """The files of an archive, with the clock that dates their reading."""

    db: Database
    folder: Path
    time: Callable[[], str]

    def read(self, *, source: str = "", again: bool = False, ocr: bool = False) -> Counter[FileOutcome]:
        """Read the files that have no text yet, or one of earlier rules, or (`again`) all; how many fared how.

        With `ocr` the words of those that are pictures, or have such pages, are guessed then.
        """
        counts = self._read_all(files.to_read(self.db, RULES, source=source, again=again), ocr=False)
        if ocr:
            counts.pop("scanned", None)  # these are looked at now
            counts += self._read_all(files.to_look_at(self.db, RULES, source=source, again=again), ocr=True)
        return counts

    def _read_all(self, wanted: Iterable[KeptFile], *, ocr: bool) -> Counter[FileOutcome]:
        counts: Counter[FileOutcome] = Counter()
        with Guarded(ocr=ocr) as guarded:
            for kept in wanted:
                counts[self._read(guarded, kept)] += 1
        return counts

    def _read(self, guarded: Guarded, kept: KeptFile) -> FileOutcome:
        try:
            body = warc.payload(self.db, self.folder, kept.capture).body
        except (KeyError, OSError, CodingError, warc.DamagedError):
            return "absent"
        found = guarded.read(body, kept.named, kept.media_type)
        text = FileText(state=found.state, method=found.method, reason=found.reason, pages=found.pages, text=found.text)
        files.save_text(self.db, kept.sha256, text, RULES, self.time())
        return found.state
