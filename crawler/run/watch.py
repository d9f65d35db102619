"""A crawl as its operator watches it on a terminal: one living line, which leaves nothing behind.

Where stderr is no terminal (a pipe, a log file, cron), there is none.
"""

import asyncio
import sys
import time
from collections import Counter, deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock
from types import TracebackType
from typing import TYPE_CHECKING, Self

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.http import Response

from crawler.network.meta import meta_of
from crawler.run.session import session_of

if TYPE_CHECKING:
    from rich.live import Live

EVERY = 0.5  # seconds
MEASURED = 5  # answers; from so many on, the time that they took tells as well


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """The state of a crawl under way."""

    source: str
    lists: int  # pages of lists
    entries: int
    new: int
    files: int
    waiting: int  # requests
    pace: float  # pages in the last minute, or in the time since the begin as for a minute
    delay: float  # seconds between two requests

    def words(self) -> str:
        """`qingdao: 3 list pages, 41 entries, 12 new, 0 files, 29 waiting, 18 pages a minute, 1:37 left`."""
        parts = [
            f"{self.lists} list pages",
            f"{self.entries} entries",
            f"{self.new} new",
            f"{self.files} files",
            f"{self.waiting} waiting",
            f"{self.pace:.0f} pages a minute",
            f"{clock(self.waiting * self.delay)} left",
        ]
        return f"{self.source}: {', '.join(parts)}"


def clock(seconds: float) -> str:
    """A time for people: `0:40`, `12:05`, `3:00:00`."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


class Watch:
    """Extension: the living line of a crawl."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.answers: Counter[str] = Counter()  # by role
        self.times: deque[float] = deque()  # of the last minute's answers
        self.began = time.monotonic()
        self.live: Live | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        if not sys.stderr.isatty():
            raise NotConfigured
        watch = cls(crawler)
        crawler.signals.connect(watch.opened, signals.spider_opened)
        crawler.signals.connect(watch.answered, signals.response_received)
        crawler.signals.connect(watch.closed, signals.spider_closed)
        return watch

    def opened(self) -> None:
        self.live = _live()
        self.live.start()
        self.show()

    def answered(self, response: Response, request: Request) -> None:
        self.answers[meta_of(request).role] += 1
        self.times.append(time.monotonic())

    def closed(self) -> None:
        if self.live is not None:
            self.live.stop()
            self.live = None

    def show(self) -> None:
        from rich.text import Text

        if self.live is not None:
            # Text, so that nothing is taken for rich's markup
            line = Text(self.progress().words(), no_wrap=True, overflow="ellipsis")
            self.live.update(line, refresh=True)
            asyncio.get_running_loop().call_later(EVERY, self.show)

    def progress(self) -> Progress:
        session, engine = session_of(self.crawler), self.crawler.engine
        now = time.monotonic()
        while self.times and self.times[0] < now - 60:
            self.times.popleft()
        slots = list(engine.downloader.slots.values())
        delay = max((slot.delay for slot in slots), default=0.0)
        if (number := self.answers.total()) >= MEASURED:
            delay = max(delay, (now - self.began) / number)
        waiting = len(engine.scheduler) if engine.scheduler else 0  # type: ignore[arg-type]  # Scrapy's own can be counted
        return Progress(
            source=session.source.id,
            lists=self.answers["list"],
            entries=session.counts["listed"],
            new=session.counts["new"],
            files=self.answers["attachment"],
            waiting=waiting + sum(len(slot.queue) for slot in slots),
            pace=len(self.times) * 60 / min(60.0, max(1.0, now - self.began)),
            delay=delay,
        )


class Running:
    """The living line of a run of many crawls, or visits (`words`): which run, and how many have ended."""

    def __init__(self, number: int, words: tuple[str, str] = ("sources", "crawling")) -> None:
        self.number, self.done, self.noun, self.verb = number, 0, *words
        self.names: list[str] = []
        self.lock = Lock()
        self.live: Live | None = _live() if sys.stderr.isatty() else None

    def __enter__(self) -> Self:
        if self.live is not None:
            self.live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.live is not None:
            self.live.stop()

    @contextmanager
    def shown(self, name: str) -> Iterator[None]:
        """Name a source as long as the context lasts."""
        self.begin(name)
        try:
            yield
        finally:
            self.end(name)

    def begin(self, name: str) -> None:
        with self.lock:
            self.names.append(name)
            self._show()

    def end(self, name: str) -> None:
        with self.lock:
            self.names.remove(name)
            self.done += 1
            self._show()

    def words(self) -> str:
        """`3 of 16 sources, now crawling qingdao, jinan`."""
        return f"{self.done} of {self.number} {self.noun}, now {self.verb} {', '.join(self.names) or 'none'}"

    def _show(self) -> None:
        from rich.text import Text

        if self.live is not None:
            self.live.update(Text(self.words(), no_wrap=True, overflow="ellipsis"), refresh=True)


def _live() -> "Live":
    from rich.console import Console
    from rich.live import Live

    # output that goes to a file must not be sent to the terminal with the line
    return Live(console=Console(stderr=True), auto_refresh=False, transient=True, redirect_stdout=sys.stdout.isatty())
