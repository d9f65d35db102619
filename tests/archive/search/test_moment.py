"""A search as of a moment equals a search in an archive that was left as it was then."""

import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from archive import times
from archive.database import reading
from archive.search import hits
from archive.search.asked import Asked, read_address, read_period
from archive.search.moment import as_of
from archive.site.overview import browse
from archive.snapshots.make import DATABASE, make
from archive.times import CHINA
from tests.archive.living import address, begin, crawl_looks, day, empty_archive, prose, record, release, save

DAYS = 6
SEARCHES = [
    *({"q": word} for word in ("春耕备耕", "万元", "青岭镇 OR 石门村", "改过", "登记编号 -改过", "古桥修缮")),
    *({"state": "changed"}, {"state": "gone"}, {"q": "万元", "sort": "new"}, {"year": "2026"}, {"kind": "release"}),
]


@dataclass(frozen=True)
class Event:
    """A release that is found at a moment, or an edit of it, or a look that finds it gone."""

    at: datetime
    number: int
    text: str = ""


def history() -> list[Event]:
    dice = random.Random(19)
    events: list[Event] = []
    for number in range(1, 25):
        at = day(dice.random() * DAYS)
        events.append(Event(at, number, prose(number)))
        for edit in range(dice.choice((0, 0, 1, 2))):
            at += timedelta(hours=dice.randint(1, 40))
            events.append(Event(at, number, prose(number).replace("万元", f"万元（第{edit + 1}次改过）", 1 + edit)))
        if dice.random() < 0.2:
            events += [Event(at + timedelta(days=gone), number) for gone in (1, 9)]
    return sorted(events, key=lambda event: event.at)


def archive(folder: Path, until: datetime) -> sqlite3.Connection:
    """A snapshot of an archive of all that happened before a moment."""
    db = empty_archive(folder)
    begin(db, day(-1))
    numbers: dict[int, int] = {}
    for event in history():
        if event.at >= until:
            break
        if not event.text:
            crawl_looks(db, event.at, {numbers[event.number]: "missing"})
            continue
        record(db, 1, [address(event.number)], at=event.at)
        saved = save(db, release(address(event.number), event.text, at=event.at))
        assert saved.release
        numbers[event.number] = saved.release
    db.close()
    connection = reading(make(folder, public=False, now=until) / DATABASE)
    connection.row_factory = sqlite3.Row
    return connection


@pytest.fixture(scope="module")
def now(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    with closing(archive(tmp_path_factory.mktemp("now"), day(60))) as db:
        yield db


def answers(db: sqlite3.Connection, at: str = "") -> list[list[tuple[object, ...]]]:
    """What each search finds, and how the ways to browse count."""
    asked = [read_period(read_address(search), {"at": at}) for search in SEARCHES]
    with as_of(db, asked[0].end):
        return _answers(db, asked)


def _answers(db: sqlite3.Connection, asked: list[Asked]) -> list[list[tuple[object, ...]]]:
    names = ("url", "title", "text", "version", "status", "edits", "changed", "published", "year")
    found = [hits.portion(db, one, 1000).rows for one in asked]
    view = browse(db)
    counts = [(row["id"], row["releases"], row["listed"], row["held"]) for row in view.sources]
    return [*(sorted(tuple(row[name] for name in names) for row in rows) for rows in found), counts, [(view.calendar,)]]


def check(now: sqlite3.Connection, folder: Path, moment: datetime) -> None:
    asked = moment.astimezone(CHINA).strftime("%Y-%m-%dT%H:%M")
    end = times.span(asked)[1]
    with closing(archive(folder, datetime.fromisoformat(end))) as then:
        assert answers(now, asked) == answers(then)


@pytest.mark.parametrize("number", [0.0, 1.3, 2.9, 4.6, 20.0])
def test_it_equals_the_archive_of_then(number: float, now: sqlite3.Connection, tmp_path: Path) -> None:
    check(now, tmp_path, day(number))


@pytest.mark.slow
def test_a_hundred_moments(now: sqlite3.Connection, tmp_path: Path) -> None:
    dice = random.Random(20)
    for number in range(100):
        check(now, tmp_path / str(number), day(dice.random() * (DAYS + 10)))


def test_nothing_is_left_behind(now: sqlite3.Connection) -> None:
    before = answers(now)
    with as_of(now, "2026-03-02T00:00:00Z"):
        assert now.execute("SELECT count(*) FROM releases").fetchone()[0] == 0
    assert answers(now) == before
