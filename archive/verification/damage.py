"""Finding the first record of a WARC file that was changed, lost or added."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from warcio.archiveiterator import ArchiveIterator

from archive.warc.members import member_end
from archive.warc.records import our_date

# the heads of our gzip members: no time, and no field but the comment that fills up a blanked record
_FLAGS, _EXTRA, _SYSTEMS = (0, 16), (0, 2, 4), (3, 255)
_TRAILER = 8  # check sum and length


@dataclass(frozen=True, slots=True)
class Answer:
    """A row of `captures`: the offset, address and time of an answer that the file must hold."""

    offset: int
    url: str
    fetched: str

    def __str__(self) -> str:
        return f"the record of {self.url} at {self.offset}"


def first_wrong(path: Path, known: int, answers: Sequence[Answer]) -> str:
    """In words, the first record below `known` bytes that is damaged, not in its place, or of another exchange.

    `answers` are the rows of the file, by offset; a crash may have left records that no row knows. Where the lengths
    before an answer do not fit, the missing or added bytes lie between it and the answer before it. Notes that follow
    the same answer are not named when they have only changed places: nothing else speaks of them.
    """
    waiting, last, id, kind, at = list(answers), "the beginning", "", "", 0
    with path.open("rb") as file:
        while at < known:
            if waiting and waiting[0].offset < at:
                return f"between {last} and {waiting[0]} something is missing or was added"
            due = waiting.pop(0) if waiting and waiting[0].offset == at else None
            end = member_end(file, at)
            record = None if end is None else _record(file, at, end)
            if end is None or record is None:
                if at >= path.stat().st_size:
                    return f"it ends at {at}, before {known}: what came after {last} is cut off"
                return f"{due} is damaged" if due else f"the record at {at}, after {last}, is damaged"
            if due and not _is(record, due):
                return f"{due} is not there, where it was written"
            beside = record.rec_headers.get_header("WARC-Concurrent-To")
            before, kind = kind, record.rec_type
            if kind in ("response", "revisit"):
                id = record.rec_headers.get_header("WARC-Record-ID")
                if due or not answers:
                    last = str(due or f"the record of {_url(record)} at {at}")
            elif beside and (beside != id or (kind == "metadata" and before != "request")):  # answer, request, metadata
                return f"the record at {at} does not belong after {last}"
            if record.digest_checker.passed is False:
                return f"the record of {_url(record)} at {at} does not fit its digest"
            if not _has_our_head(file, at):
                return f"the head of the record at {at} was changed ({last})"
            if _has_filled_padding(file, at, end):
                return f"the last bits of the record at {at} were changed ({last})"
            at = end
    return "its bytes were changed, though every record is whole"


def _record(file: IO[bytes], at: int, end: int) -> Any:
    """The one record of a gzip member, read to its end; None when it holds none."""
    file.seek(at)
    try:
        [record] = ArchiveIterator(io.BytesIO(file.read(end - at)), check_digests=True)
    except Exception:  # warcio raises errors of every kind for bytes that are no WARC record
        return None
    return record


def _is(record: Any, answer: Answer) -> bool:
    is_answer = record.rec_type in ("response", "revisit")
    date = our_date(record.rec_headers.get_header("WARC-Date") or "")
    return is_answer and (_url(record), date) == (answer.url, answer.fetched)


def _url(record: Any) -> str:
    return record.rec_headers.get_header("WARC-Target-URI") or ""


def _has_our_head(file: IO[bytes], at: int) -> bool:
    file.seek(at)
    head = file.read(10)
    return head[3] in _FLAGS and head[4:8] == bytes(4) and head[8] in _EXTRA and head[9] in _SYSTEMS


def _has_filled_padding(file: IO[bytes], at: int, end: int) -> bool:
    """Whether a bit is set that fills up the last byte of the compressed data, before the check sum and the length.

    RFC 1951 gives these up to seven bits no meaning, and no check sum covers them; compressors write zeros. A bit is
    one of them when the member is still whole after it is cleared.
    """
    file.seek(at)
    member = bytearray(file.read(end - at))
    last = len(member) - _TRAILER - 1
    for bit in range(1, 8):
        if member[last] & 1 << bit:
            cleared = member.copy()
            cleared[last] ^= 1 << bit
            if member_end(io.BytesIO(cleared), 0) == len(cleared):
                return True
    return False
