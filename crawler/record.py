"""Writes the crawl's row: when it began, what it found, how it ended; and prints its summary line."""

import json
from typing import Self

from scrapy import Spider, signals
from scrapy.crawler import Crawler
from scrapy.http import Response
from twisted.python.failure import Failure

from archive import crawls, ledger, life
from archive.warc import note
from crawler.health import outcome
from crawler.session import Session, session_of


class CrawlRecord:
    """Extension: the `crawls` row of a crawl, from its first moment to its outcome."""

    def __init__(self, session: Session) -> None:
        self.session = session

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        record = cls(session_of(crawler))
        crawler.signals.connect(record.erred, signals.spider_error)
        crawler.signals.connect(record.erred, signals.item_error)
        crawler.signals.connect(record.finished, signals.spider_closed)
        return record

    def erred(self, failure: Failure, response: Response | None) -> None:
        # a fault of ours: the log has its traceback, the article stays pending
        where = response.url if response is not None else "a page"
        self.session.problems.append(f"reading {where} failed: {failure.getErrorMessage()}"[:300])

    def finished(self, spider: Spider, reason: str) -> None:
        session = self.session
        if session.source is None:
            print(f"replay: {', '.join(f'{session.counts[name]} {name}' for name in ('same', 'reread', 'failed'))}")
            session.outcome = "ok" if reason == "finished" else "broken"
            return
        if reason != "finished" and not session.broken:
            session.broken.append(f"the crawl was stopped: {reason}")
        if reason == "finished":
            unheard = [url for url in session.source.lists if url not in session.answered]
            session.broken += [f"list {url} was never answered" for url in unheard]
        if not session.stopped:
            session.problems += life.settle(session.db, session.crawl, session.time())
        first = crawls.ended(session.db, session.source.id) == 0
        session.outcome = outcome(session.counts, session.broken, session.problems, session.source, first=first)
        problems = [*session.broken, *session.problems]
        crawls.end(session.db, session.crawl, session.time(), session.outcome, session.counts, problems[:50])
        self.note_end(problems[:50])
        parts = ", ".join(f"{session.counts[name]} {name}" for name in crawls.COUNTED)
        why = f": {problems[0]}" if problems else ""
        print(f"{session.source.id}: {session.outcome}: {parts}{why}", flush=True)

    def note_end(self, problems: list[str]) -> None:
        session = self.session
        assert session.source
        counts = json.dumps({name: session.counts[name] for name in crawls.COUNTED})
        said = json.dumps(problems, ensure_ascii=False)
        facts = {
            "source": session.source.id,
            "event": "end",
            "outcome": session.outcome,
            "counts": counts,
            "problems": said,
            "walked": json.dumps(ledger.finished_in(session.db, session.crawl)),
        }
        note(session.folder, session.source.id, session.time(), session.source.lists[0], facts)
