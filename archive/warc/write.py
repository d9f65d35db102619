"""The raw pages: WARC files (ISO 28500), one per source and month, each record a gzip member of its own.

A capture is written and synced before the row that points to it. So after a crash a file may end with records that
no row knows, which are kept, or in the middle of one, which is cut when the file is opened next.

Notes stand between the exchanges as metadata records of their own: a crawl's beginning and end, a failed request, a
removal. With them the files alone are enough to rebuild an archive.
"""

import functools
import os
from base64 import b32encode
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from hashlib import sha1, sha256
from itertools import chain, groupby
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import uuid4

from sqlite_utils import Database
from warcio.statusandheaders import StatusAndHeaders

from archive.database import first_row, insert
from archive.files import sync
from archive.times import zulu
from archive.warc.exchange import Exchange, Headers
from archive.warc.members import pack
from archive.warc.notes import ExchangeNote, Note, to_lines

SOFTWARE = "gongbao"
_FIELDS, _ANSWER = "application/warc-fields", "application/http; msgtype=response"
_SENT = "".join(map(chr, range(0x20, 0x7F)))
_END = b"\r\n\r\n"  # ends every record


def capture(db: Database, folder: Path, exchange: Exchange, *, whole: bool = False) -> int:
    """Keep an exchange below folder/warc and return the id of its `captures` row. The caller holds the source's lock.

    The month of its intake names the file. A `whole` record holds its payload, though an earlier one does.
    """
    return capture_all(db, folder, [exchange], whole=whole)[0]


def capture_all(db: Database, folder: Path, exchanges: Sequence[Exchange], *, whole: bool = False) -> list[int]:
    """Keep exchanges as `capture` does, with one sync a file; the ids of their rows, in the order of the exchanges."""
    ids = []
    for name, group in groupby(exchanges, lambda one: file_name(folder, one.source, one.taken_in or one.fetched)):
        kept = [
            (one, digest := sha256(one.body).hexdigest(), None if whole else _held_payload(db, one, digest))
            for one in group
        ]
        records = [_exchange(*one) for one in kept]
        place = _append(folder, name, b"".join(chain.from_iterable(records)))
        for (one, digest, earlier), (answer, beside) in zip(kept, records, strict=True):
            row = enter(
                db,
                one,
                warc=name,
                offset=place,
                length=len(answer),
                digest=digest,
                earlier=earlier,
            )
            ids.append(row)
            place += len(answer) + len(beside)
    return ids


def write_file(path: Path, exchanges: Iterable[Exchange]) -> None:
    """Write exchanges to a WARC file that belongs to no archive. An exchange without a source is written as a stranger's."""
    records = [_exchange(one, sha256(one.body).hexdigest(), None) for one in exchanges]
    path.write_bytes(_info(path.name) + b"".join(chain.from_iterable(records)))


def write_note(folder: Path, source: str, time: str, url: str, note: Note, *, written: str = "") -> None:
    """Append a note about `url`, as a metadata record of its own. The caller holds the source's lock."""
    about = {"WARC-Target-URI": url, "WARC-Date": _warc_date(time)}
    record = _record("metadata", about, to_lines(note.to_facts()), _FIELDS)
    _append(folder, file_name(folder, source, written or time), record)


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
    """Insert the `captures` row of an exchange that stands in a file; `earlier` is the capture that holds its payload."""
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
        "taken_in": exchange.taken_in,
        "origin": exchange.origin,
    }
    id = insert(db, "captures", row)
    assert id is not None
    return id


def file_name(folder: Path, source: str, time: str) -> str:
    """The file that a source's captures of `time` go to: the month's, or the newest when the clock was set back."""
    return f"warc/{source}-{max(time[:7], _newest_month(folder, source))}.warc.gz"


@functools.cache
def _newest_month(folder: Path, source: str) -> str:
    # cached: while we hold the source's lock nobody else begins a file
    names = (path.name for path in (folder / "warc").glob(f"{source}-????-??.warc.gz"))
    return max((name.removeprefix(f"{source}-")[:7] for name in names), default="")


def _append(folder: Path, name: str, records: bytes) -> int:
    """Add records to a file, whole or not at all; the offset at which they begin."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    # unbuffered: a buffer that a full disk refused would be written after all when the file is closed
    with path.open("ab", buffering=0) as file:
        start = file.tell()
        info = b"" if start else _info(name)
        left = memoryview(info + records)
        try:
            while left:
                left = left[file.write(left) :]
            os.fsync(file.fileno())
        except OSError:
            # a partial record would make the next one unreadable
            os.truncate(path, start)
            raise
    if start == 0:
        sync(path.parent)
    return start + len(info)


def _held_payload(db: Database, exchange: Exchange, digest: str) -> dict[str, Any] | None:
    """The capture that already holds this payload of this address, so that a revisit record will do."""
    where = "url = ? AND refers_to IS NULL AND status = 200"
    values: list[Any] = [exchange.url]
    if exchange.status != 304:
        if exchange.status != 200 or not exchange.body:
            return None
        where, values = f"{where} AND sha256 = ?", [*values, digest]
    sql = f"SELECT id, url, fetched, sha256 FROM captures WHERE {where} ORDER BY id DESC LIMIT 1"
    return first_row(db.execute(sql, values))


def _info(name: str) -> bytes:
    about = {"software": SOFTWARE, "format": "WARC File Format 1.1", "robots": "classic"}
    head = {"WARC-Filename": Path(name).name, "WARC-Date": zulu(datetime.now(UTC))}
    return _record("warcinfo", head, to_lines(about), _FIELDS)


def _exchange(exchange: Exchange, digest: str, earlier: dict[str, Any] | None) -> tuple[bytes, bytes]:
    """The record of an answer (a revisit record when `earlier` holds its payload), and its request and note."""
    about = {"WARC-Target-URI": exchange.url, "WARC-Date": _warc_date(exchange.fetched)}
    id = _id()
    http = _http(f"{exchange.status} {exchange.reason}".rstrip(), exchange.headers)
    if earlier:
        profile = "server-not-modified" if exchange.status == 304 else "identical-payload-digest"
        head = {
            **about,
            "WARC-Profile": f"http://netpreserve.org/warc/1.1/revisit/{profile}",
            "WARC-Refers-To-Target-URI": earlier["url"],
            "WARC-Refers-To-Date": _warc_date(earlier["fetched"]),
            "WARC-Payload-Digest": "sha256:" + earlier["sha256"],
        }
        answer = _record("revisit", head, http, _ANSWER, id)
    else:
        truncated = {"WARC-Truncated": "disconnect"} if exchange.cut_short else {}
        head = {**about, "WARC-Payload-Digest": "sha256:" + digest, **truncated}
        encoded = exchange.header("content-encoding").strip().lower() not in ("", "identity")
        plain, packed = (http, exchange.body) if encoded else (http + exchange.body, b"")
        answer = _record("response", head, plain, _ANSWER, id, sent_packed=packed)
    about["WARC-Concurrent-To"] = id
    line = f"{exchange.method} {_path(exchange.url)} HTTP/1.1"
    asked = _http(line, exchange.request_headers, request=True) + exchange.request_body
    note = ExchangeNote(
        source=exchange.source,
        role=exchange.role,
        list_url=exchange.list_url,
        looked=exchange.looked,
        listed=exchange.listed,
        origin=exchange.origin,
        taken_in=exchange.taken_in,
    )
    beside = _record("request", about, asked, "application/http; msgtype=request")
    return answer, beside + _record("metadata", about, to_lines(note.to_facts()), _FIELDS)


def _http(line: str, headers: Headers, *, request: bool = False) -> bytes:
    """The head of an exchange as warcio writes it: characters outside ASCII are percent-encoded.

    warcio does so in the values of headers alone; the bytes of a reason in GBK, and of a name, are encoded here.
    """
    plain = [line if request else f"HTTP/1.1 {line}", *(f"{name}: {value}" for name, value in headers), "\r\n"]
    if (joined := "\r\n".join(plain)).isascii():  # as nearly all are; warcio takes three times as long
        return joined.encode()
    line, headers = _ascii(line), tuple((_ascii(name), value) for name, value in headers)
    protocol = {"protocol": "HTTP/1.1"} if not request else {"is_http_request": True}
    head: bytes = StatusAndHeaders(line, list(headers), **protocol).to_ascii_bytes()
    return head


def _ascii(words: str) -> str:
    if words.isascii():
        return words
    try:
        return quote(words.encode("latin-1"), safe=_SENT)  # as headers travel
    except UnicodeEncodeError:
        return quote(words.encode("utf-8", "replace"), safe=_SENT)


def _record(
    kind: str, about: Mapping[str, str], block: bytes, media_type: str, id: str = "", *, sent_packed: bytes = b""
) -> bytes:
    """A record as a gzip member of its own; `sent_packed` ends its block, and is not worth packing again.

    warcio's writer takes five times as long: it parses the block, and packs a packed body again.
    """
    digest = sha1(block, usedforsecurity=False)
    digest.update(sent_packed)
    head = {
        "WARC-Type": kind,
        "WARC-Record-ID": id or _id(),
        **about,
        "WARC-Block-Digest": "sha1:" + b32encode(digest.digest()).decode(),
        "Content-Type": media_type,
        "Content-Length": str(len(block) + len(sent_packed)),
    }
    lines = "".join(f"{name}: {value}\r\n" for name, value in head.items())
    start = f"WARC/1.1\r\n{lines}\r\n".encode("utf-8", "replace") + block
    if sent_packed:
        return pack(start, sent_packed + _END)
    return pack(start + _END)


def _id() -> str:
    return f"<urn:uuid:{uuid4()}>"


def _path(url: str) -> str:
    rest = url.split("://", 1)[-1]
    return "/" + rest.partition("/")[2]


def _warc_date(time: str) -> str:
    return time.replace("+00:00", "Z")
