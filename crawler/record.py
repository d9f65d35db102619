"""Writes the crawl's row: when it began, what it found, how it ended; and prints its summary line."""

from typing import Self

from scrapy import Spider, signals
from scrapy.crawler import Crawler

from archive import crawls
from crawler.health import outcome
from crawler.session import Session, session_of


class CrawlRecord:
    """Extension: the `crawls` row of a crawl, from its first moment to its outcome."""

    def __init__(self, session: Session) -> None:
        self.session = session

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        record = cls(session_of(crawler))
        crawler.signals.connect(record.finished, signals.spider_closed)
        return record

    def finished(self, spider: Spider, reason: str) -> None:
        session = self.session
        if session.source is None:
            print(f"replay: {', '.join(f'{session.counts[name]} {name}' for name in ('same', 'reread', 'failed'))}")
            session.outcome = "ok" if reason == "finished" else "broken"
            return
        if reason != "finished" and not session.broken:
            session.broken.append(f"the crawl was stopped: {reason}")
        first = crawls.ended(session.db, session.source.id) == 0
        session.outcome = outcome(session.counts, session.broken, session.problems, session.source, first=first)
        problems = [*session.broken, *session.problems]
        crawls.end(session.db, session.crawl, session.time(), session.outcome, session.counts, problems[:50])
        parts = ", ".join(f"{session.counts[name]} {name}" for name in crawls.COUNTED)
        why = f": {problems[0]}" if problems else ""
        print(f"{session.source.id}: {session.outcome}: {parts}{why}", flush=True)
