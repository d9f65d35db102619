"""`scrapy crawl replay`: the kept pages read again, without a network, in worker processes here or on a cluster.

A worker receives the records as they lie in their WARC files; it unpacks and reads them.
"""

import asyncio
import logging
import sqlite3
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, Protocol

from archive import store, warc
from archive.database import transaction
from archive.model import ChangedName, Listed, Page, Part, Release, ReplayOutcome, Unreadable, reader_error
from archive.store.kept import kept_part
from archive.warc.coding import CodingError
from crawler.further_pages import lacking
from crawler.sources import Source

if TYPE_CHECKING:
    from crawler.run.session import OpenArchive  # it loads Scrapy, which a worker does not need

BATCH = 32  # pages that travel together, and are stored in one transaction
BATCH_BYTES = 4 << 20  # bytes of a batch's records, at most
PARTIAL: Literal["partial"] = "partial"  # reason: a part of the article is not at hand, or says that it is missing
DAMAGED: Literal["damaged"] = "damaged"  # reason: its record cannot be read; nothing is said of the article

Read = Callable[[Page, Source | None], Release]
Differs = Callable[[int, Sequence[ChangedName]], None]  # a release, and the names of its differences
logger = logging.getLogger(__name__)


def _not_told(release: int, names: Sequence[ChangedName]) -> None:
    """For callers that do not ask which releases read differently."""


@dataclass(frozen=True, kw_only=True)
class PackedPage:
    """An article of the archive: the packed record of its page, and of the further pages found so far."""

    url: str
    source: str
    listed: Listed | None
    captures: tuple[int, ...]
    records: tuple[warc.Packed, ...]


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """The result of reading a page that needs a further page: that page's address."""

    url: str


ReadOutcome = Release | Unreadable | Wanted


class Run(Protocol):
    """Calls a function in another process. Raises Unreadable when the process dies or takes too long."""

    def __call__(self, function: Callable[..., list[ReadOutcome]], /, *args: Any) -> Awaitable[list[ReadOutcome]]: ...


async def replay(
    archive: "OpenArchive", run: Run, ahead: int, read: Read, differs: Differs = _not_told
) -> Counter[ReplayOutcome]:
    """Read again the page of each release's current version, and of each article that did not become a release.

    `ahead` batches are under way at a time; they are stored in the order in which their pages were captured, so that
    however many processes read, the same archive comes out. How many were the `same`, `new`, `reread`, `refused`,
    `failed`, `partial`, `damaged` in their WARC file, and `absent`, whose file lies elsewhere. `differs` is told each release that reads differently.
    """
    counts: Counter[ReplayOutcome] = Counter()
    under_way: deque[tuple[list[PackedPage], asyncio.Task[list[ReadOutcome]]]] = deque()

    async def settle() -> None:
        batch, reading = under_way.popleft()
        found = [await _whole(archive, run, read, *pair) for pair in zip(batch, await reading, strict=True)]
        with transaction(archive.db):
            counts.update(_save(archive, *pair, differs) for pair in zip(batch, found, strict=True))

    try:
        for batch in _batches(archive, counts):
            under_way.append((batch, asyncio.ensure_future(_read(archive, run, read, batch))))
            if len(under_way) > ahead:
                await settle()
        while under_way:
            await settle()
    finally:
        # only after a fault of the disk or the cluster are any left
        for _, reading in under_way:
            reading.cancel()
        await asyncio.gather(*(reading for _, reading in under_way), return_exceptions=True)
    return counts


def _batches(archive: "OpenArchive", counts: Counter[ReplayOutcome]) -> Iterator[list[PackedPage]]:
    batch: list[PackedPage] = []
    size = 0
    for one in store.kept_pages(archive.db):
        try:
            record = warc.packed(archive.db, archive.folder, one.capture)
        except FileNotFoundError:
            counts["absent"] += 1
            continue
        if batch and (len(batch) == BATCH or size + len(record.record) > BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(
            PackedPage(url=one.url, source=one.source, listed=one.listed, captures=(one.capture,), records=(record,))
        )
        size += len(record.record)
    if batch:
        yield batch


async def _read(archive: "OpenArchive", run: Run, read: Read, batch: Sequence[PackedPage]) -> list[ReadOutcome]:
    own = {one.source: archive.sources.get(one.source) for one in batch}
    try:
        return await run(read_kept, read, batch, own)
    except Unreadable as problem:
        if len(batch) == 1:
            return [problem]
    # one of them killed its worker, or all together took too long
    return [found for one in batch for found in await _read(archive, run, read, [one])]


async def _whole(archive: "OpenArchive", run: Run, read: Read, kept: PackedPage, found: ReadOutcome) -> ReadOutcome:
    """The result once all further pages are brought from the archive; `partial` when one was never captured, or its file lies elsewhere."""
    while isinstance(found, Wanted):
        capture = kept_part(archive.db, found.url, kept.source, kept.captures[0])
        if capture is None:
            return Unreadable(PARTIAL)
        try:
            record = replace(warc.packed(archive.db, archive.folder, capture), url=found.url)
        except FileNotFoundError:
            return Unreadable(PARTIAL)
        kept = replace(kept, captures=(*kept.captures, capture), records=(*kept.records, record))
        [found] = await _read(archive, run, read, [kept])
    return found


def _failed(archive: "OpenArchive", kept: PackedPage, problem: Unreadable) -> ReplayOutcome:
    if problem.reason == PARTIAL:
        return PARTIAL
    if problem.reason == DAMAGED:
        logger.warning("the record of %s is damaged in its WARC file", kept.url)
        return DAMAGED
    page = Page(url=kept.url, source=kept.source, fetched="", body=b"", listed=kept.listed, reread=True)
    store.unread(archive.db, page, problem, archive.now())
    if problem.fault:
        logger.warning("%s broke the reader: %s", kept.url, problem.fault)
    return "failed"


def _save(archive: "OpenArchive", kept: PackedPage, found: ReadOutcome, differs: Differs) -> ReplayOutcome:
    if isinstance(found, Unreadable):
        return _failed(archive, kept, found)
    assert isinstance(found, Release)
    try:
        saved = store.save(archive.db, found, archive.now())
        if saved.release is not None and saved.changed:
            differs(saved.release, saved.changed)
        return saved.outcome
    except (OSError, sqlite3.OperationalError):
        raise
    except Exception:
        logger.exception("storing %s failed", found.page.url)
        return "failed"


def read_kept(read: Read, batch: Iterable[PackedPage], sources: Mapping[str, Source | None]) -> list[ReadOutcome]:
    """Unpack and read pages: for each its release, a further page wanted, or the fault. Runs in any process."""
    return [_read_one(read, one, sources[one.source]) for one in batch]


def _read_one(read: Read, kept: PackedPage, source: Source | None) -> ReadOutcome:
    try:
        page = _page(kept)
    except CodingError:  # reading failed for the same reason when the page was fetched
        return Unreadable("coding")
    except warc.DamagedError:
        return Unreadable(DAMAGED)
    if wanted := lacking(page):
        return Wanted(url=wanted[0])
    try:
        # without the page's bytes, which would only slow the way back
        return replace(read(page, source), page=replace(page, body=b"", parts=()))
    except Unreadable as problem:
        return problem
    except Exception as error:
        return reader_error(error)


def _page(kept: PackedPage) -> Page:
    first, *others = [warc.unpacked(record) for record in kept.records]
    parts = [
        Part(url=one.url, content_type=_content_type(one), body=one.body, capture=capture)
        for one, capture in zip(others, kept.captures[1:], strict=True)
    ]
    return Page(
        url=kept.url,
        source=kept.source,
        fetched=first.fetched,
        status=first.status,
        headers=first.headers,
        body=first.body,
        capture=kept.captures[0],
        listed=kept.listed,
        reread=True,
        parts=tuple(parts),
        cut_short=first.cut_short,
    )


def _content_type(payload: warc.Payload) -> str:
    return next((value for name, value in payload.headers if name.lower() == "content-type"), "")
