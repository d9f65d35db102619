"""Taking something out of a WARC file without moving anything else: what replaces a record is as long as it was."""

import io
import json
import os
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any, assert_never

from warcio.archiveiterator import ArchiveIterator
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from archive.texts.encoding import characters
from archive.urls import canonical
from archive.warc.coding import CodingError, undo
from archive.warc.members import pack_to_length
from archive.warc.notes import (
    AddressRemoved,
    CrawlBegun,
    CrawlEnded,
    ExchangeNote,
    RecordBlanked,
    RequestFailed,
    UnknownNote,
    to_lines,
)
from archive.warc.records import Record, read

RUN = 20  # so many characters in a row of a removed text are not left on a list page


@dataclass(slots=True, kw_only=True)
class Outcome:
    """What was done to a file: the addresses whose records were blanked, the list pages that were changed."""

    blanked: list[tuple[int, str]] = field(default_factory=list)  # offset, address
    digests: dict[str, str] = field(default_factory=dict)  # of the payloads that were changed, old: new

    def __bool__(self) -> bool:
        return bool(self.blanked or self.digests)


def redact(path: Path, keys: frozenset[str], words: "Words", digests: dict[str, str]) -> Outcome:
    """Blank every record of the addresses `keys`, and strike the words on list pages; in place of the file at once.

    `digests` are payloads of earlier files that were changed: revisit records that name them follow.
    """
    done = Outcome(digests=dict(digests))
    fresh = path.with_name(path.name + ".part")
    with path.open("rb") as old, fresh.open("wb") as new:
        for unit in _units(path):
            old.seek(unit.offset)
            new.write(_replaced(unit, old.read(unit.length), keys, words, done))
        new.flush()
        os.fsync(new.fileno())
    assert fresh.stat().st_size == path.stat().st_size
    done.digests = {was: now for was, now in done.digests.items() if was not in digests}
    if done:
        fresh.replace(path)
    else:
        fresh.unlink()
    return done


@dataclass(frozen=True, slots=True, kw_only=True)
class _Unit:
    """A stretch of a file: an exchange or a note with the records beside it, or (`record` None) what stands between."""

    offset: int
    length: int
    record: Record | None = None


def _units(path: Path) -> Iterator[_Unit]:
    before: Record | None = None
    start = 0
    for record in read(path):
        if record.offset > start:
            yield _Unit(offset=start, length=record.offset - start, record=before)
        before, start = record, record.offset
    yield _Unit(offset=start, length=path.stat().st_size - start, record=before)


def _replaced(unit: _Unit, was: bytes, keys: frozenset[str], words: "Words", done: Outcome) -> bytes:
    record = unit.record
    if record is None or isinstance(record.note, AddressRemoved):
        return was
    if addresses(record) & keys:
        done.blanked.append((record.offset, record.url))
        return _blank(unit.length, record.date)
    if record.exchange is None or record.exchange.role != "list":
        return was
    fresh: bytes | None = None
    if record.payload_of:
        digest = record.payload_digest.removeprefix("sha256:")
        fresh = _revisit(was, record, done.digests[digest]) if digest in done.digests else was
    else:
        fresh = _struck(was, record, words, done)
    if fresh is None:
        done.blanked.append((record.offset, record.url))
        return _blank(unit.length, record.date)
    return fresh


def addresses(record: Record) -> set[str]:
    """The keys of all addresses that a record is about; none for a list page, and for a crawl's beginning and end."""
    named = {record.url}
    match record.note:
        case CrawlBegun() | CrawlEnded():
            return set()
        case ExchangeNote() | RequestFailed() | UnknownNote() as note:
            if note.role == "list":
                return set()
            named |= {note.looked, note.listed.url if note.listed else ""}
        case AddressRemoved() | RecordBlanked() | None:
            pass
        case _:
            assert_never(record.note)
    return {canonical(url) for url in named if url}


@dataclass(frozen=True, slots=True)
class Words:
    """What must not be left of a removed release on the list pages that showed it."""

    titles: tuple[str, ...]
    texts: tuple[str, ...]

    def spans(self, page: str) -> list[tuple[int, int]]:
        """Where they stand in `page`: whole titles, also written as JSON escapes, and runs of RUN characters of the texts."""
        found = []
        for title in self.titles:
            for form in {title, json.dumps(title)[1:-1]}:
                at = page.find(form)
                while at >= 0:
                    found.append((at, at + len(form)))
                    at = page.find(form, at + 1)
        runs = {text[n : n + RUN] for text in self.texts for n in range(max(1, len(text) - RUN + 1))}
        found += [(n, n + RUN) for n in range(len(page) - RUN + 1) if page[n : n + RUN] in runs]
        return found


def _struck(was: bytes, record: Record, words: Words, done: Outcome) -> bytes | None:
    """The list page without the words; None when it cannot be made to fit."""
    assert record.exchange
    try:
        body = undo(record.exchange.body, record.exchange.headers)
    except CodingError:
        return None  # nobody can say what stands in it
    page, encoding = characters(body)
    spans = words.spans(page)
    if not spans:
        return was
    marked = bytearray(len(page))
    for start, end in spans:
        marked[start:end] = b"\1" * (end - start)
    cleaned = b"".join(
        b" " * len(sent) if mark else sent
        for sent, mark in zip((sign.encode(encoding, "surrogateescape") for sign in page), marked, strict=True)
    )
    old = sha256(record.exchange.body).hexdigest()
    for encoded in (True, False):
        sent = _gzip(cleaned) if encoded else cleaned
        content = _response(was, sent, gzipped=encoded)
        member = pack_to_length(content, record.length)
        if member:
            done.digests[old] = sha256(sent).hexdigest()
            return member + was[record.length :]
    return None


def _gzip(body: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    return packer.compress(body) + packer.flush()


def _response(was: bytes, body: bytes, *, gzipped: bool) -> bytes:
    """The response record with another body, uncompressed. Its headers stay but for those that the body decides."""

    def change(record: Any) -> Any:
        http = record.http_headers
        http.headers = [(n, v) for n, v in http.headers if n.lower() not in ("content-encoding", "content-length")]
        http.headers += [("Content-Encoding", "gzip")] if gzipped else []
        return body

    return _rewritten(was, change, sha256(body).hexdigest())


def _revisit(was: bytes, record: Record, digest: str) -> bytes | None:
    member = pack_to_length(_rewritten(was, lambda _: b"", digest), record.length)
    return member + was[record.length :] if member else None


def _rewritten(was: bytes, change: Callable[[Any], bytes], digest: str) -> bytes:
    record = next(iter(ArchiveIterator(io.BytesIO(was))))
    body = change(record)
    head: StatusAndHeaders = record.rec_headers
    head.headers = [(n, v) for n, v in head.headers if n not in ("WARC-Block-Digest", "Content-Length")]
    head.replace_header("WARC-Payload-Digest", f"sha256:{digest}")
    block: bytes = record.http_headers.to_bytes() + body
    line: bytes = head.to_bytes()[:-2] + f"Content-Length: {len(block)}\r\n\r\n".encode()
    return line + block + b"\r\n\r\n"


def _blank(length: int, date: str) -> bytes:
    """A gzip member of `length` bytes: a metadata record that says that something was removed here."""
    out = io.BytesIO()
    facts = to_lines(RecordBlanked().to_facts())
    record = WARCWriter(out, gzip=False, warc_version="1.1").create_warc_record(
        "urn:removed",
        "metadata",
        payload=io.BytesIO(facts),
        length=len(facts),
        warc_content_type="application/warc-fields",
        warc_headers_dict={"WARC-Date": date.replace("+00:00", "Z")},
    )
    WARCWriter(out, gzip=False, warc_version="1.1").write_record(record)
    member = pack_to_length(out.getvalue(), length)
    assert member, f"a record of {length} bytes is too short to be blanked"
    return member
