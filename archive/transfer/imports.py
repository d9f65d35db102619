"""WARC files from elsewhere: their records copied into ours, with the dates they were captured on."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Literal

from sqlite_utils import Database

from archive import warc
from archive.model import Listed
from archive.removal import list_pages
from archive.removal.warc_files import addresses
from archive.store import history, removed
from archive.transfer.rebuild import Kept, held
from archive.urls import canonical
from archive.warc.coding import CodingError, undo
from archive.warc.exchange import Exchange
from archive.warc.notes import CrawlBegun, CrawlEnded, UnknownNote, source_of
from archive.warc.records import Leave, LeftOut, Record, pass_over, read

Role = Callable[[Exchange], Literal["list", "article", ""]]
Further = Callable[[str, bytes, str], Sequence[str]]  # address, page and Content-Type: the article's further pages
_AS_HTML = (("Content-Type", "text/html"),)
_NUMBER = re.compile(r"[_-]\d{1,2}(?=\.s?html?$)")


def imported(
    db: Database,
    folder: Path,
    place: Path,
    source: str,
    role: Role,
    further: Further,
    written: str,
    leave: Leave = pass_over,
) -> Iterator[Kept]:
    """The records of a WARC or WACZ file that belong to a source, each copied into the archive as it goes by.

    A record that one of our archives wrote names its role itself. For any other record `role` decides: list, article, or ""
    for one that is left aside; a page that an article names as one of its own (`further`) is a part of it. A record that
    is already held is not copied again, and told again only when no release knows of it: an import may have been killed
    between the two. `leave` is told each record that cannot be taken, while the others come in. A removed address is not
    copied, and is masked where a list names it. `written` is the time of the import. The caller holds the source's lock. Raises RecordError for a file that is no WARC.
    """
    payloads: dict[str, int] = {}  # captures by the digest that the file's own record names
    parts, gone = _parts(place, role, further), removed.removed(db)
    for record in _parts_after_articles(read(place, leave), parts):
        first = parts.get(record.url, record.url)
        if gone.keys and any(map(gone.has, [first, *addresses(record)])):
            continue
        if record.exchange is None:
            if source_of(record.note) == source and _is_news(db, source, record):
                # copied line by line: a later version may have written more than is known here
                copied = UnknownNote(facts=record.facts)
                warc.write_note(folder, source, record.date, record.url, copied, written=written)
                yield Kept(record=record, source=source)
            continue
        exchange = replace(record.exchange, source=source, taken_in=written)
        ours = bool(record.exchange.source)
        if ours and record.exchange.source != source:
            continue
        if not ours and exchange.url in parts:
            exchange = replace(exchange, role="part", listed=Listed(url=parts[exchange.url]))
        elif not ours:
            exchange = replace(exchange, role=role(exchange))
        if not exchange.role:
            if (
                not ours
                and role(replace(exchange, headers=_AS_HTML)) == "article"
                and not exchange.header("content-type")
            ):
                leave(LeftOut(url=exchange.url, why="its answer names no Content-Type", fault=False))
            continue
        if not exchange.fetched or not exchange.status:
            continue
        if record.exchange.status != 304 and record.payload_of:
            earlier = payloads.get(record.payload_digest) or _of_digest(db, record)
            if earlier is None:
                continue
            exchange = replace(exchange, body=warc.sent(db, folder, earlier))
        if exchange.role == "list":
            exchange = list_pages.without_removed(exchange, gone)
        known = _known(db, exchange)
        if known and exchange.role == "article" and history.is_told(db, known, exchange.url, exchange.fetched):
            continue
        try:
            capture = known or warc.capture(db, folder, exchange)
        except ValueError as error:  # bytes that neither we nor warcio expect, in its address or its head
            leave(LeftOut(url=exchange.url, why=f"it cannot be written: {error}", fault=True))
            continue
        if record.payload_digest and not record.payload_of:
            payloads[record.payload_digest] = capture
        yield Kept(record=replace(record, exchange=exchange), source=source, capture=capture)


def _parts(place: Path, role: Role, further: Further) -> dict[str, str]:
    """The further pages of a stranger's articles that a file holds, in their order, with the article each belongs to."""
    named: dict[str, str] = {}
    there: set[str] = set()
    articles: set[str] = set()
    for record in read(place):
        exchange = record.exchange
        if exchange is None or exchange.status != 200 or record.payload_of or exchange.source:
            continue
        there.add(exchange.url)
        if role(exchange) == "article":
            articles.add(exchange.url)
        try:
            body = undo(exchange.body, exchange.headers)
        except CodingError:
            continue
        # a pager may name only the next few pages, so each page of an article is asked
        for first in (exchange.url, _NUMBER.sub("", exchange.url)):
            named |= dict.fromkeys(further(first, body, exchange.header("content-type")), first)
    return {url: first for url, first in sorted(named.items(), key=_number) if url in there and first in articles}


def _number(part: tuple[str, str]) -> int:
    found = _NUMBER.search(part[0])
    return int(found[0][1:]) if found else 0


def _parts_after_articles(records: Iterable[Record], parts: Mapping[str, str]) -> Iterator[Record]:
    """Foreign records in a new order: the first page of an article, then its further pages in the order of `parts`.

    A browser saves the pages in any order, and the spider joins them in the order in which they come. Notes, records of
    ours and answers other than 200 pass at once. Of two captures of one further page the later one counts.
    """
    pages_of: dict[str, list[str]] = defaultdict(list)
    for url, first in parts.items():
        pages_of[first].append(url)
    waiting: dict[str, dict[str, Record]] = defaultdict(dict)
    begun: set[str] = set()
    for record in records:
        if record.exchange is None or record.exchange.source or record.exchange.status != 200:
            yield record
            continue
        first = parts.get(record.url, record.url)
        if record.url in parts:
            waiting[first][record.url] = record
        else:
            yield record
            if first in pages_of:
                begun.add(first)
        if first in begun and len(waiting[first]) == len(pages_of[first]):
            begun.remove(first)
            found = waiting.pop(first)
            yield from (found[url] for url in pages_of[first])
    for first, found in waiting.items():  # an article that never became complete: give the pages that came
        yield from (found[url] for url in pages_of[first] if url in found)


def _is_news(db: Database, source: str, record: Record) -> bool:
    """Whether the archive does not have the crawl that a note begins or ends; any other note is news."""
    match record.note:
        case CrawlBegun():
            column = "started"
        case CrawlEnded():
            column = "finished"
        case _:
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
    """A function that gives a stranger's record its role, by its address and media type.

    A declared list page is a list; any other HTML page of the source's hosts that `article` (a regex) matches is an
    article, and every one when it is "". All else is left aside.
    """
    keys = {canonical(url) for url in lists}

    def role(exchange: Exchange) -> Literal["list", "article", ""]:
        if not is_ours(exchange.url) or exchange.status != 200 or exchange.method != "GET":
            return ""
        if canonical(exchange.url) in keys:
            return "list"
        is_page = "html" in exchange.header("content-type").lower()
        return "article" if is_page and re.search(article, exchange.url) else ""

    return role
