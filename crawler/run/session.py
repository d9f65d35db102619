"""A crawl under way: its archive, its clock and its counts."""

import asyncio
import sqlite3
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Self, TypeVar
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

from scrapy.crawler import Crawler
from scrapy.settings import Settings
from sqlite_utils import Database

from archive.database import locked, transaction
from archive.model import CrawlCount, CrawlOutcome, Listed
from archive.times import stamp
from archive.transfer.opening import open_whole
from archive.urls import canonical
from crawler.configuration import SettingError, archive_folder, now
from crawler.health.judge import Readings, Shown
from crawler.network.slots import SteadyDownloader, Unsent
from crawler.sources import Source, load_sources

if TYPE_CHECKING:
    from archive.store.writer import Writer

T = TypeVar("T")
BUDGET_SPENT = "budget"  # why Scrapy closed the spider


@dataclass(slots=True, kw_only=True)
class OpenArchive:
    """An archive that a command works on, with the settings and the declared sources."""

    folder: Path
    db: Database
    settings: Settings
    sources: dict[str, Source]
    lock: int | None = None  # the handle of the lock that keeps a second command out

    def now(self) -> datetime:
        return now(self.settings)

    def time(self) -> str:
        return stamp(self.now())


@dataclass(slots=True, kw_only=True)
class Session(OpenArchive):
    """The state that the parts of one crawl share."""

    source: Source
    writer: "Writer | None" = None  # None where records are retold: these are written at once
    crawl: int = 0  # the id of its `crawls` row
    started: str = ""
    counts: Counter[CrawlCount] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)
    faults: list[tuple[str, str]] = field(default_factory=list)  # pages that broke the reader: address, exception
    broken: list[str] = field(default_factory=list)  # faults that keep the source's lists from being judged
    empty: list[str] = field(default_factory=list)  # categories that say themselves that they have no entries
    remarks: list[str] = field(default_factory=list)  # remarks on a crawl that went well
    answered: set[str] = field(default_factory=set)  # lists that were answered or failed
    begun: set[tuple[str, bytes]] = field(default_factory=set)  # address and body of each list's first page
    lists: dict[str, Shown] = field(default_factory=dict)  # entries and counts per list URL
    left: dict[str, Listed] = field(default_factory=dict)  # rows that the source does not admit, by their keys
    closed: list[str] = field(default_factory=list)  # articles that robots.txt closes
    readings: Readings = field(default_factory=Readings)
    partial: bool = False  # the user, or the day's budget, asked for less than all
    outcome: CrawlOutcome | Literal[""] = ""
    reasons: list[str] = field(default_factory=list)  # for the outcome
    spent: str = ""  # the name of the exhausted budget, "" if none
    stopped: bool = False  # later answers are not noted, their articles stay pending
    closing: "asyncio.Future[None] | None" = None  # the task that ends a stopped crawl
    unwritable: bool = False  # stopped, since the archive cannot be written
    ending: bool = False  # nothing is left to ask for
    by_hand: bool = False  # stopped by the operator
    under_way: "set[asyncio.Future[Any]]" = field(default_factory=set)  # work that `give_up` ends

    @classmethod
    def of(cls, archive: OpenArchive, source: Source) -> Self:
        return cls(**{one.name: getattr(archive, one.name) for one in fields(OpenArchive)}, source=source)

    def saw(self, list_url: str, address: str, entries: Sequence[Listed] = (), fresh: int = 0) -> Shown:
        """Add the entries of a list page that are new in this walk."""
        shown = self.lists.setdefault(list_url, Shown(url=list_url, address=address))
        shown.add(entries, fresh)
        return shown

    def leave_out(self, rows: Sequence[Listed]) -> int:
        """Count rows of a list that the source does not admit; the number of those that no page showed before."""
        new = {canonical(row.url): row for row in rows}
        before = len(self.left)
        self.left = {**new, **self.left}
        self.counts["skipped"] += len(self.left) - before
        return len(self.left) - before


def left_out(session: Session) -> list[str]:
    """Remarks on rows that lead to other hosts or match no `article`, and on articles that robots.txt closes or that break off."""
    abroad, unlike = apart(session.left.values(), [shown.address for shown in session.lists.values()])
    remarks = []
    if abroad:
        named = ", ".join(f"{host} ({number})" for host, number in hosts_named(abroad).most_common(5))
        remarks.append(f"entries that lead to other hosts, which `hosts` may admit: {len(abroad)}, to {named}")
    if unlike:
        remarks.append(f"dated rows that match no `article`: {len(unlike)}, the first was {unlike[0].url}")
    if session.closed:
        remarks.append(f"articles that robots.txt closes: {len(session.closed)}, the first was {session.closed[0]}")
    if torn := session.readings.torn:
        remarks.append(f"pages that break off within a tag or a sentence: {len(torn)}, the first was {torn[0]}")
    if doubted := session.readings.doubted:
        kinds = ", ".join(f"{kind} {number}" for kind, number in session.readings.doubts.most_common())
        remarks.append(f"new pages whose reading is in doubt: {doubted} ({kinds})")
    return remarks


def apart(rows: Iterable[Listed], lists: Iterable[str]) -> tuple[list[Listed], list[Listed]]:
    """The rows that lead to another host or port than those of the lists, and all others."""
    own = {urlsplit(url).netloc for url in lists}
    abroad: list[Listed] = []
    others: list[Listed] = []
    for row in rows:
        (others if urlsplit(row.url).netloc in own else abroad).append(row)
    return abroad, others


def hosts_named(rows: Iterable[Listed]) -> Counter[str]:
    """The hosts that rows lead to, without ports, as `hosts` of a source names them."""
    return Counter(urlsplit(row.url).hostname or "" for row in rows)


_sessions: WeakKeyDictionary[Crawler, Session] = WeakKeyDictionary()


def bind(crawler: Crawler, session: Session) -> None:
    """Give a crawler its session, before it starts."""
    _sessions[crawler] = session


def session_of(crawler: Crawler) -> Session:
    """The session of a crawler that runs by `scrapy crawl`."""
    return _sessions[crawler]


def has_session(crawler: Crawler) -> bool:
    """Whether a crawler has a session; that of a probe has none."""
    return crawler in _sessions


def stop(crawler: Crawler, why: str) -> None:
    """End a crawl that cannot go on; `why` is a sentence for people. Articles that were not stored stay pending."""
    session = session_of(crawler)
    if not session.stopped:
        session.broken.append(why)
        session.unwritable = True
        _close(crawler, session, "stopped")
        _let_go(crawler)


async def write(crawler: Crawler, work: Callable[[Database], T], *, urgent: bool = False) -> T | None:
    """Do something in the archive, and give its result: by the crawl's writer, or here when records are retold.

    When the archive cannot be written (a full disk), a crawl ends with a sentence, and the result is None.
    """
    session = session_of(crawler)
    if session.writer is None:
        return work(session.db)
    try:
        put = session.writer.urge if urgent else session.writer.put
        return await asyncio.wrap_future(put(work))
    except (sqlite3.Error, OSError) as error:
        stop(crawler, f"the archive cannot be written: {error}")
        return None


def post(crawler: Crawler, work: Callable[[Database], Any]) -> None:
    """Like `write`, without waiting for the result."""
    session = session_of(crawler)
    if session.writer is None:
        with transaction(session.db):
            work(session.db)
        return
    loop = asyncio.get_running_loop()

    def look(done: "Future[Any]") -> None:
        if error := done.exception():
            loop.call_soon_threadsafe(_failed, crawler, error)

    session.writer.put(work).add_done_callback(look)


def _failed(crawler: Crawler, error: BaseException) -> None:
    if isinstance(error, sqlite3.Error | OSError):
        stop(crawler, f"the archive cannot be written: {error}")
    else:
        session_of(crawler).problems.append(f"writing failed: {error}"[:300])


async def written(session: Session) -> None:
    """Wait until the writer has everything on the disk."""
    if session.writer:
        await asyncio.wrap_future(session.writer.flush())


def rest(crawler: Crawler, why: str) -> None:
    """Stop because the daily budget is spent; articles that were not asked for stay pending."""
    session = session_of(crawler)
    if not session.stopped:
        session.remarks.append(why)
        session.partial = True
        _close(crawler, session, BUDGET_SPENT)


def stop_by_hand(crawler: Crawler) -> None:
    """Stop because the operator says so; articles that were not asked for stay pending."""
    session = session_of(crawler)
    session.stopped = session.by_hand = True
    if session.closing:  # by the day's budget, or a full disk
        _let_go(crawler)
    elif session.ending:
        return  # an engine that is stopped while it ends does not wait for the archive
    elif runs(crawler):
        session.closing = asyncio.ensure_future(crawler.stop_async())
        _let_go(crawler)
    else:  # an engine that has not begun yet cannot be stopped
        asyncio.get_running_loop().call_later(0.02, stop_by_hand, crawler)


def runs(crawler: Crawler) -> bool:
    """Whether the crawler's engine has begun."""
    try:
        return bool(crawler.engine.running)
    except RuntimeError:  # Scrapy has not made it yet
        return False


async def unless_given_up(session: Session, work: Awaitable[T]) -> T:
    """The result of `work`. Raises Unsent when the crawl is given up before it comes."""
    task = asyncio.ensure_future(work)
    session.under_way.add(task)
    try:
        return await task
    except asyncio.CancelledError:
        raise Unsent("the crawl was given up") from None
    finally:
        session.under_way.discard(task)


def is_last(crawler: Crawler) -> bool:
    """Whether nothing is asked for, answered or read any more, so that a release need not wait for others to be stored with."""
    engine = crawler.engine
    waiting = engine.scheduler is not None and engine.scheduler.has_pending_requests()
    return not (waiting or engine.downloader.active or session_of(crawler).under_way)


def give_up(session: Session) -> None:
    """Wait no longer for answers and for pages that are being read."""
    for task in list(session.under_way):
        task.cancel()


def _close(crawler: Crawler, session: Session, reason: str) -> None:
    session.stopped = True
    session.closing = asyncio.ensure_future(crawler.engine.close_spider_async(reason=reason))


def _let_go(crawler: Crawler) -> None:
    # the engine closes first: else it would send out the next requests into the place of those that are dropped
    asyncio.get_running_loop().call_soon(downloader_of(crawler).let_go)


def downloader_of(crawler: Crawler) -> SteadyDownloader:
    """The downloader of a crawler that runs."""
    downloader = crawler.engine.downloader
    assert isinstance(downloader, SteadyDownloader)
    return downloader


@contextmanager
def opened(settings: Settings, name: str) -> Iterator[OpenArchive]:
    """Open the archive, and hold the lock of a source or a command, which keeps a second one out."""
    sources = load_sources(settings["SOURCES"])
    folder = archive_folder(settings)
    now(settings)  # raises SettingError for a NOW that cannot be read, before anything is opened
    db = open_whole(folder)
    try:
        with locked(folder, name) as lock:
            yield OpenArchive(folder=folder, db=db, lock=lock, settings=settings, sources=sources)
    finally:
        db.close()


@contextmanager
def open_session(settings: Settings, name: str) -> Iterator[Session]:
    """Open the archive for the source `name`. Raises SettingError when none is declared so."""
    with opened(settings, name) as archive:
        if name not in archive.sources:
            raise SettingError(f"no source is named {name!r}; `scrapy list` shows them")
        yield Session.of(archive, archive.sources[name])
