"""Taking a release out of a WARC file without moving anything else: each record is replaced by one as long as it was."""

import bisect
import html
import io
import os
import re
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any, assert_never

from warcio.archiveiterator import ArchiveIterator
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from archive.removal.list_pages import entries_elsewhere, mask_entries
from archive.store.removed import Removed
from archive.texts.encoding import encodings
from archive.texts.folding import fold_signs
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

RUN = 20  # a list page keeps no run of a removed text that is so many characters long


@dataclass(slots=True, kw_only=True)
class Redaction:
    """The changes to a file: records that were blanked, and list pages that lost words."""

    blanked: list[tuple[int, str]] = field(default_factory=list)  # offset, address
    digests: dict[str, str] = field(default_factory=dict)  # changed payloads, old digest: new digest
    followed: int = 0  # revisit records whose payload was changed, in an earlier file perhaps

    def __bool__(self) -> bool:
        return bool(self.blanked or self.digests or self.followed)


def redact(path: Path, keys: frozenset[str], words: "Words", digests: dict[str, str]) -> Redaction:
    """Blank every record of the addresses `keys`, and strike the words on list pages; in place of the file at once.

    `digests` are payloads of earlier files that were changed: revisit records that name them follow.
    """
    done = write_redacted(path, keys, words, digests)
    if done:
        redacted(path).replace(path)
    return done


def redacted(path: Path) -> Path:
    """The place where the redacted file waits to take the place of `path`."""
    return path.with_name(path.name + ".part")


def write_redacted(path: Path, keys: frozenset[str], words: "Words", digests: dict[str, str]) -> Redaction:
    """Write the redacted file beside `path`, as `redact` would make it; none when nothing changes."""
    done, fresh = Redaction(digests=dict(digests)), redacted(path)
    try:
        with path.open("rb") as old, fresh.open("wb") as new:
            for unit in _units(path):
                old.seek(unit.offset)
                new.write(_replaced(unit, old.read(unit.length), keys, words, done))
            new.flush()
            os.fsync(new.fileno())
        assert fresh.stat().st_size == path.stat().st_size
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise
    done.digests = {was: now for was, now in done.digests.items() if was not in digests}
    if not done:
        fresh.unlink()
    return done


@dataclass(frozen=True, slots=True, kw_only=True)
class _Unit:
    """A stretch of a file: an exchange or a note with the records beside it, or, without `record`, other records."""

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


def _replaced(unit: _Unit, was: bytes, keys: frozenset[str], words: "Words", done: Redaction) -> bytes:
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
        done.followed += digest in done.digests
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The titles and texts of a removed release, to be struck from the list pages that showed it, and its addresses."""

    titles: tuple[str, ...]
    texts: tuple[str, ...]
    gone: Removed = field(default_factory=lambda: Removed(frozenset()))

    def spans(self, page: str, url: str) -> list[tuple[int, int]]:
        """Their places in `page`, but for the words of entries that lead elsewhere: titles, and 20 signs in a row of the texts.

        White space, markup, the way of escaping signs and what `fold_signs` makes one do not count.
        """
        view, places = _shown(page)
        found = []
        for title in map(_squeezed, self.titles):
            at = view.find(title) if title else -1
            while at >= 0:
                found.append((at, at + len(title)))
                at = view.find(title, at + 1)
        texts = [_squeezed(text) for text in self.texts]
        runs = {text[n : n + RUN] for text in texts for n in range(max(1, len(text) - RUN + 1))} - {""}
        sizes = {len(run) for run in runs}
        found += [(n, n + size) for size in sizes for n in range(len(view) - size + 1) if view[n : n + size] in runs]
        others = entries_elsewhere(page, url, self.gone)
        spans = [(places[start][0], places[end - 1][1]) for start, end in found]
        return [(start, end) for start, end in spans if not _lies_in(start, end, others)]


_SIGN = re.compile(
    r"(?P<entity>&#?[0-9A-Za-z]{2,8};)|(?P<escape>\\u[0-9a-fA-F]{4})|<[^<>]{0,2000}>|\s+|\\[nrt/]|(?P<sign>.)", re.S
)


def _shown(page: str) -> tuple[str, list[tuple[int, int]]]:
    """The signs of a page as a reader sees them, attributes among them, without white space; and the place of each."""
    signs: list[str] = []
    places: list[tuple[int, int]] = []
    for found in _SIGN.finditer(page):
        if found["entity"]:
            sign = html.unescape(found[0])
        elif found["escape"]:
            sign = chr(int(found[0][2:], 16))
        else:
            sign = found["sign"] or ""
        sign = fold_signs(sign)
        if not sign and found[0].startswith("<"):
            inner, inside = _shown(found[0][1:-1]) if "=" in found[0] else ("", [])
            signs += inner
            places += [(start + found.start() + 1, end + found.start() + 1) for start, end in inside]
        elif sign and not sign.isspace():
            signs += sign
            places += [found.span()] * len(sign)
    return "".join(signs), places


def _squeezed(words: str) -> str:
    return "".join(fold_signs(words).split())


def _lies_in(start: int, end: int, spans: list[tuple[int, int]]) -> bool:
    at = bisect.bisect_right(spans, start, key=lambda span: span[0]) - 1
    return at >= 0 and end <= spans[at][1]


def _struck(was: bytes, record: Record, words: Words, done: Redaction) -> bytes | None:
    """The list page without the words; None when it cannot be made to fit."""
    assert record.exchange
    try:
        body = undo(record.exchange.body, record.exchange.headers)
    except CodingError:
        return None  # an unreadable page cannot be cleaned, and must go
    cleaned = body
    for encoding in encodings(body, record.exchange.header("content-type")):
        page = cleaned.decode(encoding, "surrogateescape")
        masked = mask_entries(page, record.url, words.gone)
        cleaned = _spaced(page, masked, words.spans(masked, record.url), encoding)
    if cleaned == body:
        return was
    old = sha256(record.exchange.body).hexdigest()
    for encoded in (True, False):
        sent = _gzip(cleaned) if encoded else cleaned
        content = _response(was, sent, gzipped=encoded)
        member = pack_to_length(content, record.length)
        if member:
            done.digests[old] = sha256(sent).hexdigest()
            return member + was[record.length :]
    return None


def _spaced(page: str, masked: str, spans: list[tuple[int, int]], encoding: str) -> bytes:
    """The page's bytes, as many as before, with spaces for what was masked and for the spans."""
    space = " ".encode(encoding)
    was = [sign.encode(encoding, "surrogateescape") for sign in page]
    signs = [
        space * (len(sign) // len(space)) if shown != own else sign
        for sign, own, shown in zip(was, page, masked, strict=True)
    ]
    for start, end in spans:
        signs[start:end] = [space * (len(sign) // len(space)) for sign in signs[start:end]]
    return b"".join(signs)


def _gzip(body: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    return packer.compress(body) + packer.flush()


def _response(was: bytes, body: bytes, *, gzipped: bool) -> bytes:
    """The response record with another body, uncompressed. All headers stay but those that describe the body."""

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
    """A gzip member of `length` bytes that holds a `RecordBlanked` note."""
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
