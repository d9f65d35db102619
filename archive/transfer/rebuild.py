"""An archive made anew from its WARC files: their records in order, and the rows of their captures."""

import heapq
import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from archive import chain, warc
from archive.database import locked, update
from archive.files import sync
from archive.removal.remove import heed_removals
from archive.schema.open import open_archive
from archive.store.delete import placeholders
from archive.urls import canonical
from archive.warc.records import Record, RecordError, read

WORK = ".rebuild"  # the folder where the new database grows
Lost = dict[
    tuple[str, str], list[int]
]  # address and digest of payloads that are not there: the captures that need them


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A record of a source, with the id of its `captures` row; a note has none."""

    record: Record
    source: str
    capture: int | None = None


def rebuild(folder: Path, now: str, feed: Callable[[Database, Iterable["Kept"]], Counter[str]]) -> Counter[str]:
    """Make folder/archive.db anew from the records of folder/warc, which `feed` tells to a new database.

    No crawl may go on meanwhile. The database takes its place when it is whole. Nothing is left to do but to tidy up for a
    run that was killed after that.
    """
    with ExitStack() as held:
        for name in sources_kept(folder):
            held.enter_context(locked(folder, name))
        done = is_done(folder)
        shutil.rmtree(folder / WORK, ignore_errors=True)
        if done:
            return Counter()
        db = open_archive(folder / WORK)
        try:
            db.execute("PRAGMA synchronous=OFF")  # after a crash all begins anew
            heed_removals(db, folder)
            counts = feed(db, kept(db, folder))
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        finally:
            db.close()
        sync(folder / WORK / "archive.db")
        if (folder / chain.FOLDER).is_dir():
            with locked(folder, "snapshot", wait=True):
                chain.append(folder, now, ["rebuilt archive.db"])
        for log in ("archive.db-wal", "archive.db-shm"):  # a lost database's log would be played into this one
            (folder / log).unlink(missing_ok=True)
        (folder / WORK / "archive.db").rename(folder / "archive.db")
        sync(folder)
        shutil.rmtree(folder / WORK)
    return counts


def is_done(folder: Path) -> bool:
    """Whether a rebuild was killed after its database had taken its place."""
    return (
        (folder / "archive.db").is_file() and (folder / WORK).is_dir() and not (folder / WORK / "archive.db").exists()
    )


def sources_kept(folder: Path) -> list[str]:
    """The sources that have files in folder/warc."""
    return sorted({path.name.rsplit("-", 2)[0] for path in (folder / "warc").glob("*-????-??.warc.gz")} - {"_removed"})


def kept(db: Database, folder: Path) -> Iterator[Kept]:
    """The records in folder/warc: each source's in the order they were written, the sources merged by time.

    Each exchange is entered in `captures` as it goes by. A revisit record comes with the payload that it refers to. A
    removal may have taken that away and have kept it anew further on: then the record refers to it from there on.
    """
    lost: Lost = {}
    streams = [
        _records(source, sorted((folder / "warc").glob(f"{source}-????-??.warc.gz"))) for source in sources_kept(folder)
    ]
    for source, record in heapq.merge(*streams, key=lambda pair: pair[1].date):
        yield _enter(db, folder, source, record, lost)


def _records(source: str, paths: list[Path]) -> Iterator[tuple[str, Record]]:
    for path in paths:
        try:
            for record in read(path):
                yield source, record
        except RecordError:
            continue  # a crash left it with nothing but a torn first record


def _enter(db: Database, folder: Path, source: str, record: Record, lost: Lost) -> Kept:
    if record.exchange is None:
        return Kept(record=record, source=source)
    exchange = replace(record.exchange, source=source, role=record.exchange.role or "other")
    digest, earlier = sha256(exchange.body).hexdigest(), None
    if record.payload_of:
        digest = record.payload_digest.removeprefix("sha256:")
        earlier = None if (record.payload_of, digest) in lost else held(db, record.payload_of, digest)
    id = warc.enter(
        db,
        exchange,
        warc=f"warc/{record.file}",
        offset=record.offset,
        length=record.length,
        digest=digest,
        earlier=earlier,
    )
    if earlier and exchange.status != 304:
        exchange = replace(exchange, body=warc.sent(db, folder, earlier["id"]))
    elif record.payload_of and exchange.status != 304:
        exchange = replace(exchange, role="other")  # its payload is lost, so it is no page to read
        lost.setdefault((record.payload_of, digest), []).append(id)
    elif found := lost.pop((record.url, digest), []):
        update(db, "captures", {"refers_to": id}, f"id IN ({placeholders(found)})", *found)
    return Kept(record=replace(record, exchange=exchange), source=source, capture=id)


def held(db: Database, url: str, digest: str) -> dict[str, Any] | None:
    """The capture of `url` that holds the payload with this SHA-256."""
    rows = db.query(
        "SELECT id, url, fetched, sha256 FROM captures WHERE url = ? AND sha256 = ? AND refers_to IS NULL"
        " ORDER BY id DESC LIMIT 1",
        [url, digest],
    )
    return next(iter(rows), None)


def release_at(db: Database, url: str) -> int | None:
    """The release that is held for an address."""
    row = db.execute("SELECT id FROM releases WHERE url_key = ?", [canonical(url)]).fetchone()
    return row[0] if row else None
