"""Reading a capture back from its WARC file."""

import io
import zlib
from pathlib import Path
from typing import IO, Any

from sqlite_utils import Database
from warcio.archiveiterator import ArchiveIterator

from archive.errors import GongbaoError
from archive.warc.coding import undo
from archive.warc.exchange import Packed, Payload
from archive.warc.members import member_end

_HEAD = 1 << 14  # packed bytes that hold the head of a record of ours


class DamagedError(GongbaoError):
    """A capture does not stand whole where its row says."""


def payload(db: Database, folder: Path, capture: int) -> Payload:
    """Read a capture back; a revisit record gives the payload that it refers to.

    Raises KeyError, OSError, DamagedError, CodingError.
    """
    return unpacked(packed(db, folder, capture))


def sent(db: Database, folder: Path, capture: int) -> bytes:
    """The payload of a capture as it was sent, no Content-Encoding undone. Raises KeyError, OSError, DamagedError."""
    return _record_of(packed(db, folder, capture))[1]


def packed(db: Database, folder: Path, capture: int) -> Packed:
    """A capture as it lies in its file; a revisit record gives the one that it refers to. Raises KeyError, OSError."""
    row = db.execute(
        """SELECT a.url, a.fetched, b.status, b.warc, b.offset, b.length FROM captures AS a
        JOIN captures AS b ON b.id = coalesce(a.refers_to, a.id) WHERE a.id = ?""",
        [capture],
    ).fetchone()
    if row is None:
        raise KeyError(capture)
    url, fetched, status, name, offset, length = row
    with (folder / name).open("rb") as file:
        file.seek(offset)
        return Packed(url=url, fetched=fetched, status=status, record=file.read(length))


def exchange_length(path: Path, offset: int, length: int) -> int:
    """How many bytes an answer of `length` bytes takes with its request and its note, which follow it."""
    with path.open("rb") as file:
        id, end = _head(file, offset).get("WARC-Record-ID"), offset + length
        while id and _head(file, end).get("WARC-Concurrent-To") == id and (after := member_end(file, end)):
            end = after
    return end - offset


def _head(file: IO[bytes], offset: int) -> dict[str, str]:
    """The named fields of the record that begins at `offset`; none where none does."""
    file.seek(offset)
    try:
        head = zlib.decompressobj(31).decompress(file.read(_HEAD), _HEAD).partition(b"\r\n\r\n")[0]
    except zlib.error:
        return {}
    fields = (line.partition(": ") for line in head.decode("utf-8", "replace").split("\r\n"))
    return {name: value for name, _, value in fields}


def unpacked(packed: Packed) -> Payload:
    """Unpack a capture. Raises CodingError, DamagedError."""
    record, sent = _record_of(packed)
    headers = tuple((name, value) for name, value in record.http_headers.headers)
    return Payload(
        url=packed.url,
        fetched=packed.fetched,
        status=packed.status,
        headers=headers,
        body=undo(sent, headers),
        cut_short=bool(record.rec_headers.get_header("WARC-Truncated")),
    )


def _record_of(packed: Packed) -> tuple[Any, bytes]:
    """The record of a capture, and the payload in it as it was sent."""
    try:
        record = next(iter(ArchiveIterator(io.BytesIO(packed.record), check_digests=True)))
        sent: bytes = record.raw_stream.read()
        if record.rec_type != "response" or record.raw_stream.limit or record.digest_checker.passed is False:
            raise ValueError(f"a {record.rec_type} record that is cut short, or does not fit its digest")
    except Exception as error:  # warcio raises errors of every kind for bytes that are no WARC record
        raise DamagedError(f"the record of {packed.url} is damaged in its WARC file: {error}") from None
    return record, sent
