"""Sixty days on which nothing is wrong, over the spring festival: no crawl may say otherwise."""

import asyncio
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from scrapy.settings import Settings
from sqlite_utils import Database

from archive import store
from archive.database import transaction
from archive.model import Listed, Page, Provenance, Release
from archive.schema.open import open_archive
from archive.store import crawls, ledger
from archive.urls import canonical
from crawler.run.record import CrawlRecord
from crawler.run.session import Session
from crawler.sources import Source
from crawler.sources.row import source_row
from tests.conftest import crawl, rows
from tests.crawler.test_faults import DECLARED, Site
from tests.serving import Pages

FROM, DAYS = date(2026, 1, 12), 60
FESTIVAL = [date(2026, 2, 14) + timedelta(days=n) for n in range(10)]
WORKDAYS = {date(2026, 2, 28)}  # a Saturday worked instead
SENTENCE = "会议听取了有关工作进展情况的汇报，对下一步工作作出安排。"


@dataclass(frozen=True)
class Kind:
    """How a source publishes, and how its pages are."""

    workday: tuple[int, int]  # releases, from and to
    weekend: tuple[int, int] = (0, 0)
    festival: tuple[int, int] = (0, 0)
    size: int = 20  # entries of a list page
    pages: int = 30
    edition: bool = False  # the list shows the last day's releases alone
    spread: float = 0.6  # of the logarithm of a text's length
    undated: float = 0.0  # of its pages, by chance
    unsigned: float = 0.0
    listed_days: bool = True
    failing: float = 0.0  # of new articles: PDF files, pages taken back at once
    short: bool = False  # at the festival, short notices alone
    every: int = 24


KINDS = {
    "county": Kind((3, 8), (0, 2), (0, 1)),
    "office": Kind((0, 2)),
    "seldom": Kind((0, 0), (0, 1)),
    "province": Kind((15, 40), (5, 15), (3, 12), pages=5, every=12),
    "front page": Kind((25, 40), (20, 30), (20, 30), pages=1),
    "newspaper": Kind((8, 20), (0, 12), edition=True),
    "messy": Kind((2, 9), (0, 3), spread=1.1, undated=0.3, unsigned=0.5, listed_days=False, failing=0.15),
    "notices": Kind((2, 6), (0, 1), (0, 3), spread=0.9, short=True, failing=0.05),
}


class World:
    """A source of a kind, crawled with the real archive, but for the network and the reading of pages."""

    def __init__(self, folder: Path, kind: Kind, seed: int) -> None:
        self.kind, self.dice, self.folder = kind, random.Random(seed), folder
        self.source = Source(
            id="one", name="某县", region="990101", level="county", family="html", lists=("http://one.example/",)
        )
        self.db: Database = open_archive(folder)
        self.db.execute("PRAGMA synchronous=OFF")
        store.declare_source(self.db, source_row(self.source))
        self.published: list[Listed] = []  # oldest first
        for n in range(40):
            self.publish(FROM - timedelta(days=60 - n))

    def publish(self, day: date) -> None:
        n = len(self.published)
        shown = day.isoformat() if self.kind.listed_days else ""
        self.published.append(Listed(url=f"http://one.example/art/{n}.html", title=f"第{n}号新闻稿", date=shown))

    def live(self, day: date) -> None:
        kind = self.kind
        festival, weekend = day in FESTIVAL, day.weekday() >= 5 and day not in WORKDAYS
        for _ in range(self.dice.randint(*(kind.festival if festival else kind.weekend if weekend else kind.workday))):
            self.publish(day)

    def pages(self, day: date) -> list[list[Listed]]:
        shown = self.published[::-1]
        if self.kind.edition:
            shown = [one for one in shown if one.date == max(entry.date for entry in shown)]
        pages = [shown[n : n + self.kind.size] for n in range(0, len(shown), self.kind.size)]
        return pages[: self.kind.pages]

    def crawl(self, time: datetime) -> tuple[str, list[str]]:
        session = Session(
            folder=self.folder, db=self.db, settings=Settings({"NOW": time.isoformat()}), sources={}, source=self.source
        )
        session.started = session.time()
        session.crawl = crawls.begin(self.db, "one", session.started, "")
        [url] = self.source.lists
        session.answered.add(url)
        finished, still = ledger.finished_walk(self.db, "one", url), 0
        for page in self.pages(time.date()):
            found = ledger.record(
                self.db, page, source="one", list_url=url, crawl=session.crawl, finished=finished, now=session.now()
            )
            session.saw(url, url, page, found.fresh)
            self.hold(session, found.wanted, time)
            still = 0 if found.new else still + 1
            if still > self.source.overlap:
                break
        with transaction(self.db):
            ledger.finish_walk(self.db, "one", url, session.crawl)
        asyncio.run(CrawlRecord(session).finished("finished"))
        return session.outcome, session.reasons

    def hold(self, session: Session, wanted: Sequence[Listed], time: datetime) -> None:
        failed = [one for one in wanted if self.dice.random() < self.kind.failing]
        held = [one for one in wanted if one not in failed]
        with transaction(self.db):
            for one in failed:
                ledger.missed(self.db, "one", one.url, "not-html", session.now())
            ledger.hold(self.db, {canonical(one.url) for one in held})
        session.counts.update({"failed": len(failed), "new": len(held)})
        for one in held:
            session.readings.add(self.release(one, short=self.kind.short and time.date() in FESTIVAL))

    def release(self, listed: Listed, *, short: bool) -> Release:
        kind = self.kind
        length = 90 if short else max(30, round(self.dice.lognormvariate(6.6, kind.spread)))
        text = (SENTENCE * (length // len(SENTENCE) + 1))[: length - 1] + "。"
        dated = self.dice.random() >= kind.undated
        rule = "label" if dated else "list"
        return Release(
            page=Page(url=listed.url, source="one", fetched="", body=b"", listed=listed),
            title=listed.title,
            text=text,
            published="2026-01-12",
            publisher="" if self.dice.random() < kind.unsigned else "某县融媒体中心",
            provenance=(Provenance(field="published", rule=rule, raw=""),),
            text_key=listed.url,
        )


@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(1, 6))])
@pytest.mark.parametrize("kind", KINDS)
def test_sixty_healthy_days_raise_no_alarm(tmp_path: Path, kind: str, seed: int) -> None:
    world = World(tmp_path, KINDS[kind], seed)
    alarms = []
    for n in range(DAYS):
        day = FROM + timedelta(days=n)
        world.live(day)
        for hour in range(22, 0, -KINDS[kind].every):
            outcome, reasons = world.crawl(datetime.fromisoformat(f"{day}T{24 - hour:02}:00+00:00"))
            if outcome not in ("ok", "quiet"):
                alarms.append((day.isoformat(), outcome, reasons))
    assert alarms == []


def test_a_source_that_stops_is_missed_after_a_while(tmp_path: Path) -> None:
    world = World(tmp_path, KINDS["county"], 5)
    outcomes = []
    for n in range(60):
        day = FROM - timedelta(days=60) + timedelta(days=n)
        if n < 35:
            world.live(day)
        outcomes.append(world.crawl(datetime.fromisoformat(f"{day}T22:00+00:00"))[0])
    silent = outcomes.index("suspect") - 34
    assert 11 < silent <= 18


@pytest.mark.slow
def test_a_holiday_over_http_raises_no_alarm(tmp_path: Path) -> None:
    with Pages({}) as pages:
        (tmp_path / "one.toml").write_text(DECLARED.format(url=pages.url("/list/")), "utf-8")
        for number, day in ((20, "2026-02-11"), (26, "2026-02-12"), (26, "2026-02-20"), (27, "2026-02-25")):
            pages.pages = Site(number=number).served()
            crawl("one", SOURCES=tmp_path / "one.toml", ARCHIVE_DIR=tmp_path, NOW=f"{day}T22:00")
    assert [outcome for (outcome,) in rows(tmp_path, "SELECT outcome FROM crawls")] == ["ok", "ok", "quiet", "ok"]
