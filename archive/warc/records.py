"""Reading WARC files back as exchanges and notes, in the order in which they were written.

Our own files and anybody's (warcio, wget, Browsertrix, Common Crawl; gzip per record or plain; a WACZ is a zip of them).
"""

import io
import zipfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO, Any

from warcio.archiveiterator import ArchiveIterator
from warcio.bufferedreaders import ChunkedDataReader

from archive.errors import GongbaoError
from archive.urls import ascii_address
from archive.warc.coding import MOST_BYTES
from archive.warc.exchange import Exchange, Headers
from archive.warc.members import member_end, next_member
from archive.warc.notes import ExchangeNote, Note, from_lines, read_event

LARGEST_MEMBER = 64 * 1024 * 1024  # bytes of a gzip member that is read into memory
_PLAIN = b"WARC/"
_DAMAGED = "it is damaged, or no WARC record"
_HEADLESS = "it has no HTTP head"
_MANY = "beyond single record"  # warcio's words for a member that holds several records
_WHOLE = "{name} is not compressed record by record, as WARC files are: unpack it by gunzip and import the .warc, or run `warcio recompress` on it"
_LONGEST_NOTE = 1 << 20
_OF_THE_TRANSFER = {"transfer-encoding", "content-length"}


class RecordError(GongbaoError):
    """A file that is no WARC or WACZ."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One exchange, or a note (`exchange` is None), as it stands in a file.

    `note` is the metadata record beside it, or itself when there is no exchange; `facts` are its lines as they stand, so
    that a copy of it loses nothing. A revisit record has the digest of its payload and, where it names one, the address
    that the payload came from, but no body of its own.
    """

    file: str
    offset: int
    length: int
    url: str
    date: str
    facts: dict[str, str] = field(default_factory=dict)
    note: Note | None = None
    exchange: Exchange | None = None
    payload_of: str = ""  # the address that a revisit record refers to for its payload
    payload_digest: str = ""  # as "sha256:…", or in any form that a foreign writer chose


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """A record of a file that is no exchange for us, and why; `fault`: it should have been one."""

    url: str
    why: str
    fault: bool


Leave = Callable[[LeftOut], None]


def pass_over(_: LeftOut) -> None:
    """For readers of our own files, in which no record is left out."""


def read(place: Path, leave: Leave = pass_over) -> Iterator[Record]:
    """The records of a WARC or WACZ file. Damaged stretches are left out; `verification.damage` names them. Raises RecordError.

    Addresses are percent-encoded. `leave` is told each record that holds a page and is no exchange.
    """
    with opened_warcs(place) as files:
        for name, file in files:
            yield from _read(name, file, leave)


def read_bytes(content: bytes) -> Iterator[Record]:
    """The records of a piece of a WARC file. Raises RecordError when it holds none."""
    return _read("a piece of a file", io.BytesIO(content), pass_over)


@contextmanager
def opened_warcs(place: Path) -> Iterator[list[tuple[str, IO[bytes]]]]:
    """`place`, or each WARC file in it when it is a WACZ: name and file, open until the `with` ends. Raises RecordError."""
    with ExitStack() as stack:
        if not zipfile.is_zipfile(place):
            yield [(place.name, stack.enter_context(place.open("rb")))]
            return
        zipped = stack.enter_context(zipfile.ZipFile(place))
        names = [n for n in sorted(zipped.namelist()) if n.startswith("archive/") and n.endswith((".warc.gz", ".warc"))]
        if not names:
            raise RecordError(f"{place} holds no archive/….warc.gz: it is not a WACZ file")
        yield [(name, stack.enter_context(zipped.open(name))) for name in names]


def _read(name: str, file: IO[bytes], leave: Leave) -> Iterator[Record]:
    waiting: Record | None = None  # an exchange waits for the metadata record beside it
    id = ""
    for raw, offset, length in _parts(name, file, leave):
        if raw.left_out:
            leave(raw.left_out)
        if raw.rec_type in ("response", "revisit"):
            if waiting:
                yield waiting
            waiting, id = replace(raw.record, file=name, offset=offset, length=length), raw.id
        elif raw.rec_type == "request" and waiting and raw.beside == id:
            assert waiting.exchange
            waiting = replace(
                waiting,
                exchange=replace(
                    waiting.exchange, method=raw.method, request_headers=raw.headers, request_body=raw.body
                ),
            )
        elif raw.rec_type == "metadata" and raw.facts:
            if waiting and raw.beside == id:
                yield _with_note(waiting, raw.facts)
                waiting = None
            elif not raw.beside:
                if waiting:
                    yield waiting
                    waiting = None
                note = read_event(raw.facts)
                yield replace(raw.record, file=name, offset=offset, length=length, facts=raw.facts, note=note)
    if waiting:
        yield waiting


def _with_note(record: Record, facts: dict[str, str]) -> Record:
    """An exchange's record completed by the note beside it."""
    assert record.exchange
    note = ExchangeNote.from_facts(facts)
    exchange = replace(
        record.exchange,
        source=note.source,
        role=note.role,
        listed=note.listed,
        list_url=note.list_url,
        looked=note.looked,
        origin=note.origin,
        taken_in=note.taken_in,
    )
    return replace(record, facts=facts, note=note, exchange=exchange)


@dataclass(slots=True, kw_only=True)
class _Part:
    """One WARC record, read to its end; an exchange is a response, the request and the note beside it."""

    rec_type: str
    id: str
    beside: str
    url: str
    date: str
    method: str = "GET"
    headers: Headers = ()
    body: bytes = b""
    facts: dict[str, str] = field(default_factory=dict)
    record: Record
    left_out: LeftOut | None = None


def _parts(name: str, file: IO[bytes], leave: Leave) -> Iterator[tuple[_Part, int, int]]:
    """Each record with its offset and length. Raises RecordError for a file that is no WARC."""
    file.seek(0)
    packed = not file.read(len(_PLAIN)).startswith(_PLAIN)
    end = member_end(file, 0) if packed else None
    # `_packed` holds a member in memory. One this large is one huge record, or all records of a file that was packed as
    # one, which `_streamed` refuses at the second
    huge = end is not None and end > LARGEST_MEMBER
    reader = _packed if packed and not huge else _streamed
    empty = True
    for found in reader(name, file, leave):
        empty = False
        yield found
    if empty:
        raise RecordError(f"{name} is not a WARC file: it holds no record")


def _packed(name: str, file: IO[bytes], leave: Leave) -> Iterator[tuple[_Part, int, int]]:
    """The records of a file that packs each in a gzip member of its own: damage to one costs that one alone.

    Behind damage warcio takes any bytes for a record. So the members are told apart here, by their own check sums, and
    warcio is given one at a time. Raises RecordError for a file that is packed as a whole.
    """
    start: int | None = 0
    while start is not None:
        end = member_end(file, start)
        if end is None:
            leave(LeftOut(url=f"byte {start} of {name}", why=_DAMAGED, fault=True))
            start = next_member(file, start + 1)
            continue
        file.seek(start)
        try:
            parts = [_part(raw) for raw in ArchiveIterator(io.BytesIO(file.read(end - start)))]
        except Exception as error:  # warcio raises errors of every kind for bytes that are no WARC record
            if _MANY in str(error):
                raise RecordError(_WHOLE.format(name=name)) from None
            parts = []
        if not parts:
            leave(LeftOut(url=f"byte {start} of {name}", why=_DAMAGED, fault=True))
        for part in parts:
            yield part, start, end - start
        start = next_member(file, end)


def _streamed(name: str, file: IO[bytes], leave: Leave) -> Iterator[tuple[_Part, int, int]]:
    """The records of a plain file, or of one whose first member is huge, as far as warcio reads it.

    Raises RecordError where a member holds several records.
    """
    file.seek(0)
    iterator = ArchiveIterator(file)
    empty = True
    try:
        for raw in iterator:
            part = _part(raw)
            empty = False
            yield part, iterator.get_record_offset(), iterator.get_record_length()
    except Exception as error:  # warcio raises errors of every kind for damage
        if _MANY in str(error):
            raise RecordError(_WHOLE.format(name=name)) from None
        if empty:
            raise RecordError(f"{name} is not a WARC file: {error}") from None
        leave(LeftOut(url=f"byte {iterator.offset} of {name}", why=f"{_DAMAGED}, and so is all behind it", fault=True))


def _part(raw: Any) -> _Part:
    head = raw.rec_headers
    url, date = ascii_address(head.get_header("WARC-Target-URI") or ""), our_date(head.get_header("WARC-Date") or "")
    part = _Part(
        rec_type=raw.rec_type,
        id=head.get_header("WARC-Record-ID") or "",
        beside=head.get_header("WARC-Concurrent-To") or head.get_header("WARC-Refers-To") or "",
        url=url,
        date=date,
        record=Record(file="", offset=0, length=0, url=url, date=date),
    )
    if raw.rec_type == "metadata":
        if (raw.content_type or "").startswith("application/warc-fields"):
            part.facts = from_lines(raw.raw_stream.read(_LONGEST_NOTE))
    elif raw.http_headers is not None and raw.rec_type == "request":
        part.method = raw.http_headers.protocol or "GET"
        part.headers, part.body = _pairs(raw), raw.raw_stream.read(MOST_BYTES)
    elif raw.http_headers is not None and raw.rec_type in ("response", "revisit"):
        part.record = _answer(raw, part.record)
    elif raw.rec_type in ("response", "revisit"):
        part.rec_type = "other"  # a dns: record, or one without its HTTP head
        if url.startswith("http") and raw.rec_type == "response":
            part.left_out = LeftOut(url=url, why=_HEADLESS, fault=True)
    elif raw.rec_type in ("resource", "conversion") and url.startswith("http"):
        part.left_out = LeftOut(url=url, why=f"a `{raw.rec_type}` record holds no answer of a server", fault=False)
    exchange = part.record.exchange
    if exchange and not exchange.status:
        part.left_out = LeftOut(url=url, why=_HEADLESS, fault=True)
    elif exchange and not date:
        part.left_out = LeftOut(url=url, why="it has no date", fault=True)
    return part


def _answer(raw: Any, record: Record) -> Record:
    headers = _pairs(raw)
    stream: Any = raw.raw_stream
    if (raw.http_headers.get_header("transfer-encoding") or "").lower() == "chunked":
        stream = ChunkedDataReader(stream)
        headers = tuple((name, value) for name, value in headers if name.lower() not in _OF_THE_TRANSFER)
    code, _, reason = raw.http_headers.statusline.partition(" ")
    status = int(code) if code.isdecimal() and len(code) == 3 else 0
    body = _at_most(stream, MOST_BYTES + 1)
    exchange = Exchange(
        url=record.url,
        source="",
        role="",
        fetched=record.date,
        status=status,
        reason=reason,
        headers=headers,
        body=body,
        cut_short=bool(raw.rec_headers.get_header("WARC-Truncated")),
    )
    digest = raw.rec_headers.get_header("WARC-Payload-Digest") or ""
    if raw.rec_type == "revisit":
        of = ascii_address(raw.rec_headers.get_header("WARC-Refers-To-Target-URI") or record.url)
        return replace(record, exchange=exchange, payload_of=of, payload_digest=digest)
    return replace(record, exchange=exchange, payload_digest=digest)


def _at_most(stream: Any, most: int) -> bytes:
    """Up to `most` bytes; the readers of warcio give less than asked for at each read."""
    parts, left = [], most
    while left and (part := stream.read(left)):
        parts.append(part)
        left -= len(part)
    return b"".join(parts)


def _pairs(raw: Any) -> Headers:
    return tuple((str(name), str(value)) for name, value in raw.http_headers.headers)


def our_date(date: str) -> str:
    """WARC-Date as our times are written: UTC, to the second."""
    return f"{date[:19]}+00:00" if len(date) >= 19 else ""
