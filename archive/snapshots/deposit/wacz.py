"""A WACZ file (1.1.1): a zip of WARC files with the index by which they are replayed and the list of their pages."""

import gzip
import json
import re
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from datetime import datetime
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import IO, Any
from urllib.parse import quote, urlsplit
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from archive.database import reading
from archive.snapshots.deposit.content import Member, copy
from archive.snapshots.package import TITLE, Edition
from archive.snapshots.shelf import DATABASE

_LINES = 3000  # lines of the index that are packed together: a reader of one capture unpacks no more
_INDEX = "index.cdx.gz"
_PORTS = {"http": "80", "https": "443"}
_SAFE = "".join(map(chr, range(0x21, 0x7F)))  # signs of an address that stay as they are
_WWW = re.compile(r"^www\d*\.")
_PAGES = {"format": "json-pages-1.0", "id": "pages", "title": "Pages"}


def write(path: Path, place: Path, members: Iterable[Member], edition: Edition) -> None:
    """Write the WARC files behind the snapshot in `place` as one WACZ file."""
    with ZipFile(path, "w") as zipped, closing(reading(place / DATABASE)) as db:
        package = _Package(zipped, datetime.fromisoformat(edition.made))
        lengths: dict[str, int] = {}
        for member in members:
            package.add_file(member)
            lengths[member.name] = member.length
        blocks: list[dict[str, Any]] = []
        package.add(f"indexes/{_INDEX}", _packed(_captures(db, lengths), blocks))
        package.add("indexes/index.idx", _summary(blocks))
        package.add("pages/pages.jsonl", _pages(db, lengths), packed=True)
        package.finish(edition)


class _Package:
    """The file in the making, with the digest and the size of each member."""

    def __init__(self, zipped: ZipFile, time: datetime) -> None:
        self.zipped, self.time = zipped, time
        self.resources: list[dict[str, Any]] = []

    def add_file(self, member: Member) -> None:
        name = f"archive/{member.path.name}"
        with self._open(name, packed=False) as file:
            self._enter(name, copy(member, file), member.length)

    def add(self, name: str, pieces: Iterable[bytes], *, packed: bool = False) -> None:
        digest, size = sha256(), 0
        with self._open(name, packed=packed) as file:
            for piece in pieces:
                file.write(piece)
                digest.update(piece)
                size += len(piece)
        self._enter(name, digest.hexdigest(), size)

    def finish(self, edition: Edition) -> None:
        """Add the description of the whole, and its digest."""
        facts = {
            "profile": "data-package",
            "wacz_version": "1.1.1",
            "id": edition.identifier,
            "version": edition.version,
            "title": TITLE,
            "description": f"Access: {edition.access}",
            "created": edition.made,
            "software": "gongbao",
            "resources": self.resources,
        }
        text = json.dumps(facts, ensure_ascii=False, indent=2).encode()
        digest = {"path": "datapackage.json", "hash": f"sha256:{sha256(text).hexdigest()}"}
        for name, content in (("datapackage.json", text), ("datapackage-digest.json", json.dumps(digest).encode())):
            with self._open(name, packed=True) as file:
                file.write(content)

    def _enter(self, name: str, digest: str, size: int) -> None:
        short = name.rpartition("/")[2].lower()
        self.resources.append({"name": short, "path": name, "hash": f"sha256:{digest}", "bytes": size})

    def _open(self, name: str, *, packed: bool) -> IO[bytes]:
        info = ZipInfo(name, self.time.timetuple()[:6])
        info.compress_type = ZIP_DEFLATED if packed else ZIP_STORED
        return self.zipped.open(info, "w", force_zip64=True)


def _captures(db: sqlite3.Connection, lengths: Mapping[str, int]) -> Iterator[tuple[str, str]]:
    """Each capture in the order of the index: its key (address, time), and its facts as JSON."""
    db.create_function("sort_key", 1, sort_key, deterministic=True)
    rows = db.execute("""SELECT sort_key(url), substr(replace(replace(replace(fetched, '-', ''), 'T', ''), ':', ''), 1, 14),
        url, status, CASE WHEN refers_to IS NULL THEN media_type ELSE 'warc/revisit' END, sha256, warc, offset, length
        FROM captures ORDER BY 1, 2, id""")
    for key, time, url, status, kind, digest, warc, offset, length in rows:
        if offset + length <= lengths.get(warc, 0):
            facts = {
                "url": url,
                "mime": (kind or "").partition(";")[0].strip() or "unk",
                "status": str(status),
                "digest": f"sha256:{digest}",
                "length": str(length),
                "offset": str(offset),
                "filename": warc.rpartition("/")[2],
            }
            yield f"{key} {time}", json.dumps(facts, ensure_ascii=False)


def sort_key(url: str) -> str:
    """An address with its host turned round, so that a site's pages stand together: `example,qinghe)/art?n=1`.

    In lower case, its arguments sorted; without scheme, user, a `www` before the host, the scheme's own port, a slash at
    the end, and a fragment, as indexes of web archives have it.
    """
    parts = urlsplit(quote(url, safe=_SAFE).lower())
    host, _, port = parts.netloc.rpartition("@")[2].partition(":")
    turned = ",".join(reversed(_WWW.sub("", host).split(".")))
    kept = f":{port}" if port not in ("", _PORTS.get(parts.scheme)) else ""
    query = f"?{'&'.join(sorted(parts.query.split('&')))}" if parts.query else ""
    return f"{turned}{kept}){parts.path.rstrip('/') or '/'}{query}"


def _packed(captures: Iterator[tuple[str, str]], blocks: list[dict[str, Any]]) -> Iterator[bytes]:
    """The index in packed blocks of lines; what `_summary` says of each is added to `blocks`."""
    offset = 0
    while block := list(islice(captures, _LINES)):
        piece = gzip.compress("".join(f"{key} {facts}\n" for key, facts in block).encode(), mtime=0)
        blocks.append(
            {"surt": block[0][0], "offset": offset, "length": len(piece), "digest": sha256(piece).hexdigest()}
        )
        offset += len(piece)
        yield piece


def _summary(blocks: Iterable[dict[str, Any]]) -> Iterator[bytes]:
    """Where each block of the index begins, and with which key."""
    head = {"format": "cdxj-gzip-1.0", "filename": _INDEX}
    yield f"!meta 0 {json.dumps(head)}\n".encode()
    for block in blocks:
        facts = {"offset": block["offset"], "length": block["length"], "digest": f"sha256:{block['digest']}"}
        yield f"{block['surt']} {json.dumps(facts | {'filename': _INDEX})}\n".encode()


def _pages(db: sqlite3.Connection, lengths: Mapping[str, int]) -> Iterator[bytes]:
    """The page of each release in its current version."""
    yield f"{json.dumps(_PAGES)}\n".encode()
    rows = db.execute("""SELECT r.id, c.url, c.fetched, r.title, c.warc, c.offset FROM releases AS r
        JOIN versions AS v ON v.release = r.id AND v.version = r.version JOIN captures AS c ON c.id = v.capture
        ORDER BY r.id""")
    for id, url, fetched, title, warc, offset in rows:
        if offset < lengths.get(warc, 0):
            facts = {"id": str(id), "url": url, "ts": f"{fetched[:19]}Z", "title": title}
            yield f"{json.dumps(facts, ensure_ascii=False)}\n".encode()
