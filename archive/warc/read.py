"""Reading a capture back from its WARC file."""

import io
from pathlib import Path
from typing import Any

from sqlite_utils import Database
from warcio.archiveiterator import ArchiveIterator

from archive.warc.coding import undo
from archive.warc.exchange import Packed, Payload


def payload(db: Database, folder: Path, capture: int) -> Payload:
    """Read a capture back; a revisit record gives the payload that it refers to. Raises KeyError, OSError."""
    return unpacked(packed(db, folder, capture))


def sent(db: Database, folder: Path, capture: int) -> bytes:
    """The payload of a capture as it was sent, no Content-Encoding undone. Raises KeyError, OSError."""
    body: bytes = _record_of(packed(db, folder, capture)).raw_stream.read()
    return body


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


def unpacked(packed: Packed) -> Payload:
    """Unpack a capture. Raises CodingError."""
    record = _record_of(packed)
    headers = tuple((name, value) for name, value in record.http_headers.headers)
    body = undo(record.raw_stream.read(), headers)
    return Payload(
        url=packed.url,
        fetched=packed.fetched,
        status=packed.status,
        headers=headers,
        body=body,
        cut_short=bool(record.rec_headers.get_header("WARC-Truncated")),
    )


def _record_of(packed: Packed) -> Any:
    return next(iter(ArchiveIterator(io.BytesIO(packed.record))))
