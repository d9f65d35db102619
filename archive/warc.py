"""The raw pages: WARC files (ISO 28500), one per source and month, each record a gzip member of its own.

A capture is written and synced before the row that points to it. So after a crash a file may end with records that
no row knows, which are kept, or in the middle of one, which is cut when the file is opened next.
"""

import io
import os
import zlib
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from sqlite_utils import Database
from warcio.archiveiterator import ArchiveIterator
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
    role: str  # list | article | robots | other
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


def capture(db: Database, folder: Path, exchange: Exchange) -> int:
    """Keep an exchange below folder/warc and return the id of its `captures` row. The caller holds the source's lock."""
    digest = sha256(exchange.body).hexdigest()
    earlier = _held_payload(db, exchange, digest)
    name = f"warc/{exchange.source}-{exchange.fetched[:7]}.warc.gz"
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab") as file:
        if file.tell() == 0:
            _write_info(file, name)
        offset, length = _write(file, exchange, earlier)
        file.flush()
        os.fsync(file.fileno())
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
        "warc": name,
        "offset": offset,
        "length": length,
        "refers_to": earlier["id"] if earlier else None,
    }
    columns = ", ".join(row)
    cursor = db.execute(f"INSERT INTO captures ({columns}) VALUES ({', '.join('?' * len(row))})", list(row.values()))
    assert cursor.lastrowid is not None
    return cursor.lastrowid


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
        record = _record(writer, exchange, "response", exchange.body, {**date, **digest}, http_headers=http)
    offset = file.tell()
    writer.write_record(record)
    length = file.tell() - offset
    beside = {**date, "WARC-Concurrent-To": record.rec_headers.get_header("WARC-Record-ID")}
    asked = StatusAndHeaders(
        f"{exchange.method} {_path(exchange.url)} HTTP/1.1", list(exchange.request_headers), is_http_request=True
    )
    writer.write_record(_record(writer, exchange, "request", exchange.request_body, beside, http_headers=asked))
    facts = {"source": exchange.source, "role": exchange.role, "list": exchange.list_url}
    if exchange.listed:
        facts |= {"listed-url": exchange.listed.url, "title": exchange.listed.title, "date": exchange.listed.date}
    lines = "".join(f"{key}: {' '.join(value.split())}\r\n" for key, value in facts.items() if value).encode()
    fields = "application/warc-fields"
    writer.write_record(_record(writer, exchange, "metadata", lines, beside, warc_content_type=fields))
    return offset, length


def _record(
    writer: WARCWriter, exchange: Exchange, kind: str, content: bytes, headers: dict[str, str], **more: Any
) -> Any:
    # with its length given, warcio needs no temporary file
    return writer.create_warc_record(
        exchange.url, kind, payload=io.BytesIO(content), length=len(content), warc_headers_dict=headers, **more
    )


def _path(url: str) -> str:
    rest = url.split("://", 1)[-1]
    return "/" + rest.partition("/")[2]


def _warc_date(time: str) -> str:
    return time.replace("+00:00", "Z")


def payload(db: Database, folder: Path, capture: int) -> Payload:
    """Read a capture back; a revisit record gives the payload that it refers to. Raises KeyError, OSError."""
    rows = list(db.query("SELECT * FROM captures WHERE id = ?", [capture]))
    if not rows:
        raise KeyError(capture)
    row = rows[0]
    held = next(iter(db.query("SELECT * FROM captures WHERE id = ?", [row["refers_to"] or capture])))
    with (folder / held["warc"]).open("rb") as file:
        file.seek(held["offset"])
        member = io.BytesIO(file.read(held["length"]))
    record = next(iter(ArchiveIterator(member)))
    headers = tuple((name, value) for name, value in record.http_headers.headers)
    body = record.content_stream().read()
    return Payload(url=row["url"], fetched=row["fetched"], status=held["status"], headers=headers, body=body)


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
