"""WARC files from elsewhere: their records copied into ours, with the dates they were captured on."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

from sqlite_utils import Database

from archive import warc
from archive.rebuild import Kept, held, release_at
from archive.records import Record, read
from archive.urls import canonical
from archive.warc import Exchange

Role = Callable[[Exchange], str]


def imported(db: Database, folder: Path, place: Path, source: str, role: Role, written: str) -> Iterator[Kept]:
    """The records of a WARC or WACZ file that belong to a source, each copied into the archive as it goes by.

    What our own archives wrote says itself what it is; of any other record `role` decides: list, article, or "" for what
    is left aside. A record that is already held is not copied again. `written` is the time of the import. The caller
    holds the source's lock. Raises RecordError for a file that is no WARC.
    """
    payloads: dict[str, int] = {}  # by the digests that the file's own records name
    for record in read(place):
        if record.exchange is None:
            if record.facts.get("source") == source and _is_news(db, source, record):
                warc.note(folder, source, record.date, record.url, record.facts, written=written)
                yield Kept(record=record, source=source)
            continue
        exchange = replace(record.exchange, source=source)
        ours = bool(record.facts.get("source"))
        if ours and record.facts["source"] != source:
            continue
        if not ours:
            exchange = replace(exchange, role=role(exchange))
        if not exchange.role or not exchange.fetched or not exchange.status:
            continue
        if record.exchange.status != 304 and record.payload_of:
            earlier = payloads.get(record.payload_digest) or _of_digest(db, record)
            if earlier is None:
                continue
            exchange = replace(exchange, body=warc.sent(db, folder, earlier))
        known = _known(db, exchange)
        if known and release_at(db, exchange.url) and exchange.role == "article":
            continue
        capture = known or warc.capture(db, folder, exchange, written=written)
        if record.payload_digest and not record.payload_of:
            payloads[record.payload_digest] = capture
        yield Kept(record=replace(record, exchange=exchange), source=source, capture=capture)


def _is_news(db: Database, source: str, record: Record) -> bool:
    """Whether a crawl that a note begins or ends is not one of the archive's own already."""
    column = {"begin": "started", "end": "finished"}.get(record.facts.get("event", ""))
    if column is None:
        return True
    found = db.execute(f"SELECT 1 FROM crawls WHERE source = ? AND {column} = ?", [source, record.date]).fetchone()
    return found is None


def _known(db: Database, exchange: Exchange) -> int | None:
    digest = sha256(exchange.body).hexdigest()
    row = db.execute(
        "SELECT id FROM captures WHERE url = ? AND fetched = ? AND status = ? AND (sha256 = ? OR status = 304)",
        [exchange.url, exchange.fetched, exchange.status, digest],
    ).fetchone()
    return row[0] if row else None


def _of_digest(db: Database, record: Record) -> int | None:
    row = held(db, record.payload_of, record.payload_digest.removeprefix("sha256:"))
    return row["id"] if row else None


def role_by_address(lists: tuple[str, ...], article: str, is_ours: Callable[[str], bool]) -> Role:
    """What the record of a stranger is, by its address and media type.

    A declared list page is a list; any other HTML page of the source's hosts that `article` (a regex) matches is an
    article, and every one when it is "". All else is left aside.
    """
    keys = {canonical(url) for url in lists}

    def role(exchange: Exchange) -> str:
        if not is_ours(exchange.url) or exchange.status != 200 or exchange.method != "GET":
            return ""
        if canonical(exchange.url) in keys:
            return "list"
        is_page = "html" in exchange.header("content-type").lower()
        return "article" if is_page and re.search(article, exchange.url) else ""

    return role
