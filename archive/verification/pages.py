"""Comparing the rows about pages and removals with the WARC files that hold them."""

import sqlite3
import zlib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import IO

from archive import chain
from archive.chain import Link
from archive.warc.members import MAGIC
from archive.warc.notes import AddressRemoved
from archive.warc.records import RecordError, our_date, read

_HEAD = 4096  # bytes of a member that are read at first: mostly enough for the record's head
_LONGEST = 1 << 20
_ROWS = """SELECT c.warc, c.offset, c.length, c.id, c.role, c.url, c.fetched, c.status, c.sha256, c.refers_to, o.url, o.sha256
    FROM captures c LEFT JOIN captures o ON o.id = c.refers_to WHERE c.warc <> '' ORDER BY c.warc, c.offset"""


@dataclass(frozen=True, slots=True)
class _Head:
    """The head of a record of an answer, and the first line of the answer."""

    kind: str
    url: str
    fetched: str
    digest: str  # of the payload, "" when it is not a SHA-256
    status: str


def other_records(db: sqlite3.Connection, root: Path, *, masked: bool) -> Iterator[str]:
    """Faults of rows of `captures` whose record, in a file that is there, is of another answer.

    `masked`: removals have masked list pages, whose digests a database that was put back from a copy does not know.
    """
    for name, rows in groupby(db.execute(_ROWS), lambda row: row[0]):
        path = root / name
        if path.resolve().parent != (root / "warc").resolve():
            yield f"{name} is not a name of a WARC file"
        elif path.is_file():
            with path.open("rb") as file:
                for _, offset, length, id, role, *row in rows:
                    if fault := _fault(file, offset, length, row, masked=masked and role == "list"):
                        yield f"capture {id} of {row[0]} does not fit {name} at {offset}: {fault}"


def _fault(file: IO[bytes], offset: int, length: int, row: list[object], *, masked: bool) -> str:
    url, fetched, status, digest, refers_to, other_url, other_digest = row
    head = _head(file, offset)
    if head is None or head.kind not in ("response", "revisit"):
        return "no answer stands there"
    if head.url != str(url).encode("utf-8", "replace").decode("utf-8", "replace"):
        return f"the answer there is of {head.url}"
    if head.fetched != fetched:
        return f"the answer there was fetched at {head.fetched}"
    if head.digest not in ("", digest) and not masked:
        return "the answer there has another digest"
    if head.status.isdecimal() and head.status != str(status):
        return f"the answer there has the status {head.status}"
    if refers_to is not None and (head.kind, other_url, other_digest) != ("revisit", url, digest):
        return "it refers to a page of another address or with another digest"
    file.seek(offset + length)
    return "" if file.read(len(MAGIC)) in (b"", MAGIC) else "its length is another"


def _head(file: IO[bytes], offset: int) -> _Head | None:
    """The head of the record that begins at `offset`; None when there is none. Raises nothing for damage."""
    size = _HEAD
    while size <= _LONGEST:
        file.seek(max(offset, 0))
        packed = file.read(size)
        try:
            plain = zlib.decompressobj(31).decompress(packed)
        except zlib.error:
            return None
        lines, end, rest = plain.partition(b"\r\n\r\n")
        if end and b"\r\n" in rest:
            return _parsed(lines, rest.partition(b"\r\n")[0])
        if len(packed) < size:
            return _parsed(lines, b"") if end else None
        size *= 8
    return None


def _parsed(lines: bytes, answer: bytes) -> _Head | None:
    if not lines.startswith(b"WARC/"):
        return None
    pairs = (line.partition(": ") for line in lines.decode("utf-8", "replace").split("\r\n")[1:])
    values = {name.lower(): value for name, _, value in pairs}
    digest = values.get("warc-payload-digest", "")
    return _Head(
        kind=values.get("warc-type", ""),
        url=values.get("warc-target-uri", ""),
        fetched=our_date(values.get("warc-date", "")),
        digest=digest.removeprefix("sha256:") if digest.startswith("sha256:") else "",
        status=(answer.decode("ascii", "replace").split(" ") + [""])[1],
    )


def other_rows(db: sqlite3.Connection, link: Link, later: list[Link]) -> Iterator[str]:
    """Files of which rows were changed, lost or added since the link, unless a removal changed the file."""
    changed = {name for one in later for name in one.changed}
    for name, (length, count, digest) in sorted(link.captures.items()):
        now = chain.capture_digest(db, name, length)
        if name not in changed and now != (count, digest):
            what = "were changed" if now[0] == count else f"are {now[0]} instead of {count}"
            yield f"the rows of captures about {name} {what} since link {link.number} of the chain"


def other_removals(db: sqlite3.Connection, root: Path) -> Iterator[str]:
    """Removals that only one of the two tells of, the table or the WARC files, or of which they tell another thing."""
    told: dict[str, set[tuple[str, str, str]]] = defaultdict(set)
    for path in _removal_files(root):
        try:
            for record in read(path):
                if isinstance(record.note, AddressRemoved) and record.note.key:
                    told[record.note.key].add((record.note.url, record.note.reason, record.date))
        except RecordError:
            continue  # a fault of the file is named where its digest is checked
    rows = {
        key: row for key, *row in db.execute("SELECT url_key, url, reason, removed_at FROM removed WHERE url_key <> ''")
    }
    for key in sorted(told.keys() - rows.keys()):
        yield f"the removal of {key}, of which warc/ tells, is not in the table removed"
    # a version before this one entered the removals of a merged archive in the table alone
    merged = db.execute("SELECT EXISTS (SELECT 1 FROM merged)").fetchone()[0]
    for key, row in sorted(rows.items()):
        if key not in told and not merged:
            yield f"the removal of {key} stands in the table removed alone: warc/ does not tell of it"
        elif key in told and not {tuple(row), (row[0], row[1], "")} & told[key]:  # a note may lack its time
            yield f"the removal of {key} has another address, reason or time in the table removed than in warc/"


def has_removals(root: Path) -> bool:
    """Whether the WARC files tell of removals."""
    return bool(_removal_files(root))


def _removal_files(root: Path) -> list[Path]:
    return [path for path in sorted((root / "warc").glob("_removed-????-??.warc.gz")) if path.stat().st_size]
