"""A crawl under way: the archive it writes to, the clock it goes by, and what it has counted."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from weakref import WeakKeyDictionary

from scrapy.crawler import Crawler
from scrapy.settings import BaseSettings, Settings
from sqlite_utils import Database

from archive.database import locked, open_archive
from archive.errors import GongbaoError
from archive.ledger import stamp
from crawler.sources import Source, load_sources


class SettingError(GongbaoError):
    """A setting or an argument has a value that cannot be used."""


@dataclass(slots=True, kw_only=True)
class Session:
    """What the parts of one crawl share. `source` is None for a replay, which crawls none."""

    folder: Path
    db: Database
    settings: Settings
    sources: dict[str, Source]
    source: Source | None
    crawl: int = 0  # the id of its `crawls` row
    counts: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)  # why nothing can be said of the source's lists
    answered: set[str] = field(default_factory=set)  # the lists of which we know how they fared
    outcome: str = ""
    stopped: bool = False  # the archive cannot be written: what still arrives is not noted, it stays pending

    def now(self) -> datetime:
        return now(self.settings)

    def time(self) -> str:
        return stamp(self.now())


_sessions: WeakKeyDictionary[Crawler, Session] = WeakKeyDictionary()


def bind(crawler: Crawler, session: Session) -> None:
    """Give a crawler its session, before it starts."""
    _sessions[crawler] = session


def session_of(crawler: Crawler) -> Session:
    """The session of a crawler that runs by `scrapy crawl`."""
    return _sessions[crawler]


def stop(crawler: Crawler, why: str) -> None:
    """End a crawl that cannot go on; `why` is a sentence for people. What was not stored stays pending."""
    session = session_of(crawler)
    if not session.stopped:
        session.stopped = True
        session.broken.append(why)
        asyncio.ensure_future(crawler.engine.close_spider_async(reason="stopped"))


@contextmanager
def open_session(settings: Settings, name: str) -> Iterator[Session]:
    """Open the archive for a crawl of source `name` (or `replay`), and hold the lock that keeps a second one out."""
    sources = load_sources(settings["SOURCES"])
    folder = archive_folder(settings)
    now(settings)
    db = open_archive(folder)
    try:
        with locked(folder, name):
            yield Session(folder=folder, db=db, settings=settings, sources=sources, source=sources.get(name))
    finally:
        db.close()


def archive_folder(settings: BaseSettings) -> Path:
    return Path(settings["ARCHIVE_DIR"]).absolute()


def now(settings: BaseSettings) -> datetime:
    """The time, or the pretended one of NOW (ISO 8601; UTC when no zone is given)."""
    if not settings["NOW"]:
        return datetime.now(UTC)
    try:
        time = datetime.fromisoformat(settings["NOW"])
    except (TypeError, ValueError):
        raise SettingError(f"NOW: {settings['NOW']!r} is not a time such as 2026-03-02T09:00") from None
    return time.astimezone(UTC) if time.tzinfo else time.replace(tzinfo=UTC)
