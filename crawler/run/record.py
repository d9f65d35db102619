"""Writes the crawl's row: its times, counts and outcome; and prints its summary line."""

import sqlite3
from datetime import datetime
from typing import Self

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.http import Response
from twisted.python.failure import Failure

from archive.store import crawls, ledger, life
from archive.store.processes import calm
from archive.warc.notes import CrawlEnded
from archive.warc.write import write_note
from crawler.health.judge import HISTORY, LATEST, Facts, Verdict, judge, kept
from crawler.run import summary
from crawler.run.reading import Reading
from crawler.run.session import BUDGET_SPENT, Session, left_out, session_of, written


class CrawlRecord:
    """Extension: the `crawls` row of a crawl, from its first moment to its outcome."""

    def __init__(self, session: Session) -> None:
        self.session = session

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        record = cls(session_of(crawler))
        crawler.signals.connect(record.opened, signals.spider_opened)
        crawler.signals.connect(record.idle, signals.spider_idle)
        crawler.signals.connect(record.erred, signals.spider_error)
        crawler.signals.connect(record.erred, signals.item_error)
        crawler.signals.connect(record.stored, signals.item_scraped)
        crawler.signals.connect(record.finished, signals.spider_closed)
        return record

    def opened(self) -> None:
        calm()

    def idle(self) -> None:
        self.session.ending = True

    def erred(self, failure: Failure, response: Response | None) -> None:
        # a fault of ours: the log has its traceback, the article stays pending
        where = response.url if response is not None else "a page"
        self.session.problems.append(f"reading {where} failed: {failure.getErrorMessage()}"[:300])

    def stored(self, item: Reading) -> None:
        session = self.session
        session.readings.count(item.readings)
        looked_again = item.page.listed is None
        if looked_again and crawls.has_shrunk(session.db, item.page.url, item.page.fetched):
            session.readings.shrunk += 1

    async def finished(self, reason: str) -> None:
        session = self.session
        if reason == "finished":
            # Request escapes characters that are not ASCII
            unheard = [url for url in session.source.lists if Request(url).url not in session.answered]
            session.broken += [f"list {url} was never answered" for url in unheard]
            if session.empty and not session.lists:
                session.broken.append(
                    f"all {len(session.empty)} categories say that they have no entries, such as {session.empty[0]}"
                )
        elif reason != BUDGET_SPENT and not session.broken and not session.by_hand:
            session.broken.append(f"the crawl was stopped: {reason}")
        try:
            await written(session)
            problems = [] if session.unwritable else self.enter()
        except (sqlite3.Error, OSError) as error:
            session.unwritable = True
            session.broken.append(f"the archive cannot be written: {error}")
        if session.unwritable:
            session.outcome, session.reasons = "broken", session.broken
            problems = session.broken
        problem = problems[0] if problems else ""
        print(summary.line(session.source.id, session.outcome, session.counts, problem), flush=True)

    def enter(self) -> list[str]:
        """Enter the crawl's end in the archive; return its problems and remarks."""
        session = self.session
        session.problems += life.settle(session.db, session.crawl, session.time())
        if silent := life.unheard(session.db, session.source.id, session.started):
            session.remarks.append(silent)
        found = facts(session)
        verdict = (
            Verdict(outcome="stopped", problems=())
            if session.by_hand
            else judge(found, crawls.history(session.db, session.source.id, session.crawl, HISTORY), session.source)
        )
        session.outcome = verdict.outcome
        problems = session.reasons = [*verdict.problems, *session.remarks, *left_out(session)][:50]
        crawls.end(session.db, session.crawl, session.time(), session.outcome, session.counts, problems, kept(found))
        self.note_end(problems, kept(found))
        return problems

    def note_end(self, problems: list[str], kept: str) -> None:
        session = self.session
        ended = CrawlEnded(
            source=session.source.id,
            outcome=session.outcome,
            counts={name: session.counts[name] for name in crawls.COUNTED},
            problems=tuple(problems),
            walked=tuple(ledger.finished_in(session.db, session.crawl)),
            facts=kept,
        )
        write_note(session.folder, session.source.id, session.time(), session.source.lists[0], ended)


def facts(session: Session) -> Facts:
    """The facts that the outcome of a finished crawl rests on."""
    name = session.source.id
    return Facts(
        started=datetime.fromisoformat(session.started),
        counts=session.counts,
        fresh=crawls.listed_since_last(session.db, name, session.crawl),
        latest=crawls.latest_states(session.db, name, LATEST),
        looks=crawls.looks_since(session.db, name, session.started),
        aliens=crawls.aliens_since(session.db, name, session.started),
        edits=crawls.shared_edits_since(session.db, name, session.started),
        ledger=crawls.ledger_states(session.db, name),
        lists=list(session.lists.values()),
        readings=session.readings,
        broken=session.broken,
        problems=session.problems,
        faults=session.faults,
        partial=session.partial,
    )
