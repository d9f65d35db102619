"""The raw pages: WARC files (ISO 28500), one per source and month, each record a gzip member of its own.

A capture is written and synced before the row that points to it. So after a crash a file may end with records that
no row knows, which are kept, or in the middle of one, which is cut when the file is opened next.

What no exchange says stands in the files as notes, metadata records of their own: a crawl's beginning and end, a
request that came to nothing, a removal. With them the files alone tell all that an archive went through (rebuild).
"""

import functools
import io
import os
import threading
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import groupby
from pathlib import Path
from typing import Any, TypeVar

from sqlite_utils import Database
from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from archive.model import Listed

SOFTWARE = "gongbao"
Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """A request and its answer. `body` is the payload as sent: no Content-Encoding is undone."""

    url: str
    source: str
    role: str  # list | article | part | attachment | robots | other
    fetched: str
    method: str = "GET"
    request_headers: Headers = ()
    request_body: bytes = b""
    status: int
    reason: str = ""
    headers: Headers = ()
    body: bytes = field(default=b"", repr=False)
    listed: Listed | None = None
    list_url: str = ""
    looked: str = ""  # the address of a held release that was asked for again

    def header(self, name: str) -> str:
        return next((value for key, value in self.headers if key.lower() == name), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Payload:
    """What a capture holds, read back: the body with its Content-Encoding undone."""

    url: str
    fetched: str
    status: int
    headers: Headers
    body: bytes = field(repr=False)


def capture(db: Database, folder: Path, exchange: Exchange, *, written: str = "") -> int:
    """Keep an exchange below folder/warc and return the id of its `captures` row. The caller holds the source's lock.

    `written` is when it is entered, when that is not when it was fetched: it names the month of the file.
    """
    return capture_all(db, folder, [exchange], written=written)[0]


def capture_all(db: Database, folder: Path, exchanges: Sequence[Exchange], *, written: str = "") -> list[int]:
    """Keep exchanges as `capture` does, those of one file with one sync; the ids of their rows, in their order."""
    ids = []
    for name, group in groupby(exchanges, lambda one: file_name(folder, one.source, written or one.fetched)):
        kept = [(one, digest := sha256(one.body).hexdigest(), _held_payload(db, one, digest)) for one in group]
        records = functools.partial(_write_all, [(one, earlier) for one, _, earlier in kept])
        start, places = _append(folder, name, records)
        for (one, digest, earlier), (offset, length) in zip(kept, places, strict=True):
            place = start + offset
            ids.append(enter(db, one, warc=name, offset=place, length=length, digest=digest, earlier=earlier))
    return ids


def note(folder: Path, source: str, time: str, url: str, facts: Mapping[str, str], *, written: str = "") -> None:
    """Keep what no exchange says, as a metadata record about `url`. The caller holds the source's lock."""

    def write(file: Any) -> None:
        writer = WARCWriter(file, gzip=True, warc_version="1.1")
        fields, date = "application/warc-fields", {"WARC-Date": _warc_date(time)}
        writer.write_record(_record(writer, url, "metadata", _lines(facts), date, warc_content_type=fields))

    _append(folder, file_name(folder, source, written or time), write)


def enter(
    db: Database,
    exchange: Exchange,
    *,
    warc: str,
    offset: int,
    length: int,
    digest: str,
    earlier: dict[str, Any] | None,
) -> int:
    """The `captures` row of an exchange that stands in a file; `earlier` is the capture that holds its payload."""
    row = {
        "url": exchange.url,
        "source": exchange.source,
        "role": exchange.role,
        "fetched": exchange.fetched,
        "status": exchange.status,
        "sha256": earlier["sha256"] if earlier and exchange.status == 304 else digest,
        "media_type": exchange.header("content-type"),
        "etag": exchange.header("etag"),
        "last_modified": exchange.header("last-modified"),
        "warc": warc,
        "offset": offset,
        "length": length,
        "refers_to": earlier["id"] if earlier else None,
    }
    columns = ", ".join(row)
    cursor = db.execute(f"INSERT INTO captures ({columns}) VALUES ({', '.join('?' * len(row))})", list(row.values()))
    assert cursor.lastrowid is not None
    return cursor.lastrowid


def file_name(folder: Path, source: str, time: str) -> str:
    """The file that a source's captures of `time` go to: the month's, or the newest when the clock was set back."""
    return f"warc/{source}-{max(time[:7], _newest_month(folder, source))}.warc.gz"


@functools.cache
def _newest_month(folder: Path, source: str) -> str:
    # read once: while we hold the source's lock nobody else begins a file
    names = (path.name for path in (folder / "warc").glob(f"{source}-????-??.warc.gz"))
    return max((name.removeprefix(f"{source}-")[:7] for name in names), default="")


Written = TypeVar("Written")
_appending = threading.Lock()  # a crawl's notes and its captures come from two threads


def _append(folder: Path, name: str, write: Callable[[Any], Written]) -> tuple[int, Written]:
    """Add to a file what `write` puts into a buffer: where that begins, and what `write` returned. Whole or not at all."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    # unbuffered: what a full disk did not take must not be written after all when the file is closed
    with _appending, path.open("ab", buffering=0) as file:
        start = file.tell()
        new = io.BytesIO()
        if start == 0:
            _write_info(new, name)
        written = write(new)
        left = new.getbuffer()
        try:
            while left:
                left = left[file.write(left) :]
            os.fsync(file.fileno())
        except OSError:
            # what the disk took of a record would stand in the way of the next
            os.truncate(path, start)
            raise
    if start == 0:
        sync(path.parent)
    return start, written


def sync(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _held_payload(db: Database, exchange: Exchange, digest: str) -> dict[str, Any] | None:
    """The capture that already holds this payload of this address, so that a revisit record will do."""
    where = "url = ? AND refers_to IS NULL AND status = 200"
    values: list[Any] = [exchange.url]
    if exchange.status != 304:
        if exchange.status != 200 or not exchange.body:
            return None
        where, values = f"{where} AND sha256 = ?", [*values, digest]
    rows = db.query(f"SELECT id, url, fetched, sha256 FROM captures WHERE {where} ORDER BY id DESC LIMIT 1", values)
    return next(iter(rows), None)


def _write_info(file: Any, name: str) -> None:
    writer = WARCWriter(file, gzip=True, warc_version="1.1")
    about = {"software": SOFTWARE, "format": "WARC File Format 1.1", "robots": "classic"}
    writer.write_record(writer.create_warcinfo_record(Path(name).name, about))


def _write_all(kept: Sequence[tuple[Exchange, dict[str, Any] | None]], file: Any) -> list[tuple[int, int]]:
    return [_write(file, exchange, earlier) for exchange, earlier in kept]


def _write(file: Any, exchange: Exchange, earlier: dict[str, Any] | None) -> tuple[int, int]:
    writer = WARCWriter(file, gzip=True, warc_version="1.1")
    date = {"WARC-Date": _warc_date(exchange.fetched)}
    http = StatusAndHeaders(f"{exchange.status} {exchange.reason}".rstrip(), list(exchange.headers), "HTTP/1.1")
    if earlier:
        record = writer.create_revisit_record(
            exchange.url,
            "sha256:" + earlier["sha256"],
            earlier["url"],
            _warc_date(earlier["fetched"]),
            http_headers=http,
            warc_headers_dict=date,
        )
        if exchange.status == 304:
            profile = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
            record.rec_headers.replace_header("WARC-Profile", profile)
    else:
        digest = {"WARC-Payload-Digest": "sha256:" + sha256(exchange.body).hexdigest()}
        record = _record(writer, exchange.url, "response", exchange.body, {**date, **digest}, http_headers=http)
    offset = file.tell()
    writer.write_record(record)
    length = file.tell() - offset
    beside = {**date, "WARC-Concurrent-To": record.rec_headers.get_header("WARC-Record-ID")}
    asked = StatusAndHeaders(
        f"{exchange.method} {_path(exchange.url)} HTTP/1.1", list(exchange.request_headers), is_http_request=True
    )
    writer.write_record(_record(writer, exchange.url, "request", exchange.request_body, beside, http_headers=asked))
    facts = {"source": exchange.source, "role": exchange.role, "list": exchange.list_url, "looked-url": exchange.looked}
    facts |= listed_facts(exchange.listed)
    fields = "application/warc-fields"
    writer.write_record(_record(writer, exchange.url, "metadata", _lines(facts), beside, warc_content_type=fields))
    return offset, length


def listed_facts(listed: Listed | None) -> dict[str, str]:
    """What a list said of an article, as the facts of a record."""
    return {"listed-url": listed.url, "title": listed.title, "date": listed.date} if listed else {}


def _lines(facts: Mapping[str, str]) -> bytes:
    return "".join(f"{key}: {' '.join(value.split())}\r\n" for key, value in facts.items() if value).encode(
        "utf-8", "replace"
    )


def _record(writer: WARCWriter, url: str, kind: str, content: bytes, headers: dict[str, str], **more: Any) -> Any:
    # with its length given, warcio needs no temporary file
    return writer.create_warc_record(
        url, kind, payload=io.BytesIO(content), length=len(content), warc_headers_dict=headers, **more
    )


def _path(url: str) -> str:
    rest = url.split("://", 1)[-1]
    return "/" + rest.partition("/")[2]


def _warc_date(time: str) -> str:
    return time.replace("+00:00", "Z")


def payload(db: Database, folder: Path, capture: int) -> Payload:
    """Read a capture back; a revisit record gives the payload that it refers to. Raises KeyError, OSError."""
    row, held, record = _read_back(db, folder, capture)
    headers = tuple((name, value) for name, value in record.http_headers.headers)
    body = record.content_stream().read()
    return Payload(url=row["url"], fetched=row["fetched"], status=held["status"], headers=headers, body=body)


def sent(db: Database, folder: Path, capture: int) -> bytes:
    """The payload of a capture as it was sent, no Content-Encoding undone. Raises KeyError, OSError."""
    body: bytes = _read_back(db, folder, capture)[2].raw_stream.read()
    return body


def _read_back(db: Database, folder: Path, capture: int) -> tuple[dict[str, Any], dict[str, Any], Any]:
    """The row of a capture, the row of the one that holds its payload, and the record of that."""
    rows = list(db.query("SELECT * FROM captures WHERE id = ?", [capture]))
    if not rows:
        raise KeyError(capture)
    row = rows[0]
    held = next(iter(db.query("SELECT * FROM captures WHERE id = ?", [row["refers_to"] or capture])))
    with (folder / held["warc"]).open("rb") as file:
        file.seek(held["offset"])
        member = io.BytesIO(file.read(held["length"]))
    return row, held, next(iter(ArchiveIterator(member)))


def mend(db: Database, folder: Path, source: str) -> None:
    """Cut a torn last record off the source's files, as a crash may leave one. Whole records are never touched."""
    for path in sorted((folder / "warc").glob(f"{source}-????-??.warc.gz")):
        known = db.execute(
            "SELECT coalesce(max(offset + length), 0) FROM captures WHERE warc = ?", [f"warc/{path.name}"]
        ).fetchone()[0]
        size = path.stat().st_size
        end = _whole_until(path, known if known <= size else 0)
        if end < size:
            with path.open("r+b") as file:
                file.truncate(end)
                os.fsync(file.fileno())


def settled(path: Path, known: int) -> int:
    """How much of a file will not be taken back: up to the last whole exchange or note, `known` or more. Synced."""
    with path.open("rb") as file:
        os.fsync(file.fileno())
        file.seek(known)
        end, records = known, ArchiveIterator(file)
        try:
            for record in records:
                if record.rec_type == "metadata":
                    end = records.get_record_offset() + records.get_record_length()
        except (ArchiveLoadFailed, OSError, EOFError, ValueError, AttributeError, TypeError, zlib.error):
            pass  # one that is being written
    return end


def _whole_until(path: Path, start: int) -> int:
    """Where the last whole gzip member at or after `start`, itself the end of one, ends."""
    with path.open("rb") as file:
        file.seek(start)
        end = position = start
        inflate = zlib.decompressobj(31)
        while chunk := file.read(1 << 16):
            while chunk:
                try:
                    inflate.decompress(chunk)
                except zlib.error:
                    return end
                position += len(chunk) - len(inflate.unused_data)
                chunk = inflate.unused_data
                if inflate.eof:
                    end, inflate = position, zlib.decompressobj(31)
                elif not chunk:
                    break
        return end
