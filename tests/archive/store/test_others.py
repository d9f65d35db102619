"""What others captured, in the store: judged by its own time, weighed by the lives around it, never alone an end."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlite_utils import Database

from archive import times
from archive.database import transaction
from archive.model import Listed, LookOutcome, Provenance
from archive.store import ledger, life
from archive.store.decide import Known, decide
from archive.store.life import Probe, verdict
from tests.archive.living import (
    START,
    address,
    begin,
    crawl_looks,
    day,
    empty_archive,
    headline,
    one,
    prose,
    record,
    release,
    save,
    status,
)
from tests.archive.store.test_decide import BEFORE, BUSY, EARLIER, MISSING, OTHER, TEXT, held
from tests.archive.store.test_decide import release as page

THEIRS = "http://captures.example/c/20190304090000id_/http://www.yunling.example/"
PRINTED = (Provenance(field="published", rule="label", raw="2026-03-02"),)


@pytest.fixture
def db(tmp_path: Path) -> Database:
    return empty_archive(tmp_path)


def theirs(number: int, text: str = "", *, at: float) -> Any:
    found = release(address(number), text or prose(number), headline(number), at=day(at), origin=THEIRS)
    return replace(found, provenance=PRINTED, published="2026-03-02")


def look(db: Database, number: int, outcome: LookOutcome, at: float) -> None:
    with transaction(db):
        ledger.observe(db, number, outcome, 404, day(at), origin=THEIRS)


# a page of theirs is judged by its own time


@pytest.mark.parametrize(
    ("then", "after", "text", "outcome", "write"),
    [
        (TEXT, OTHER, TEXT, "same", "nothing"),
        (TEXT, OTHER, f"{TEXT}\n另行通知施工时间。", "changed", "add"),
        (None, TEXT, f"{TEXT}\n另行通知施工时间。", "changed", "add"),
        (None, TEXT, TEXT, "changed", "add"),  # ours came later: theirs says since when it stood
        (TEXT, TEXT, MISSING, "refused", "nothing"),
        (TEXT, TEXT, BUSY, "refused", "nothing"),
        (None, TEXT, OTHER, "refused", "nothing"),  # another page altogether, such as the home page
        (TEXT, TEXT, OTHER, "refused", "nothing"),
    ],
)
def test_a_page_that_comes_late(then: str | None, after: str, text: str, outcome: str, write: str) -> None:
    known = Known(then=held(then, changed=EARLIER) if then else None, after=held(after))
    title = "" if text in (OTHER, MISSING, BUSY) else held().title
    told = page(text, title or "首页", fetched=BEFORE, origin=THEIRS)
    found = decide(held(after), told, known)
    assert (found.outcome, found.write, found.problem, found.listing in (None, "held")) == (outcome, write, "", True)


@pytest.mark.parametrize(
    ("told", "outcome"),
    [
        (page(title="罗溪县人民政府", origin=THEIRS), "refused"),  # a home page has the site's name for a title
        (page(origin=THEIRS), "refused"),  # it prints neither day nor publisher
        (replace(page(origin=THEIRS), provenance=PRINTED), "new"),
        (replace(page(title="云岭省水利局", origin=THEIRS), provenance=PRINTED), "refused"),
        (page(), "new"),  # ours, as before
    ],
)
def test_a_page_that_no_list_vouches_for(told: Any, outcome: str) -> None:
    assert decide(None, told, Known()).outcome == outcome


def test_a_lists_entry_vouches_for_a_page_without_a_day() -> None:
    listed = Listed(url="http://x.example/", title=held().title)
    assert decide(None, page(origin=THEIRS), Known(listed=listed)).outcome == "new"


def test_their_failures_note_no_fault_of_ours() -> None:
    found = decide(held(), page(OTHER, "首页", origin=THEIRS), Known())
    assert (found.look, found.problem) == ("missing", "")
    assert decide(held(), page(OTHER, "首页"), Known()).problem.startswith("another-page")


def test_a_removed_address_stays_closed() -> None:
    found = decide(None, replace(page(origin=THEIRS), provenance=PRINTED), Known(removed=True))
    assert (found.outcome, found.reason, found.write) == ("refused", "removed", "nothing")


def test_many_edits_of_theirs_are_no_flicker(db: Database) -> None:
    for n in range(9):
        save(db, theirs(1, f"{prose(1)}\n截至目前已完成投资{n}00万元。", at=30 * n))
    assert one(db, "SELECT count(*) FROM versions") == 9
    assert one(db, "SELECT problems FROM releases") == "[]"


def test_a_look_of_ours_at_the_same_moment_wins(db: Database) -> None:
    save(db, release(address(1), prose(1)))
    crawl_looks(db, day(5), {1: "same"})
    look(db, 1, "missing", 5)
    assert db.execute("SELECT outcome, origin FROM observations").fetchall() == [("same", "")]


# the lists of then


def test_an_older_list_lowers_the_first_time_and_hides_nothing(db: Database) -> None:
    crawl = begin(db, START)
    record(db, crawl, [address(1)], at=day(100))
    db.execute("UPDATE listings SET unlisted = ?", [times.stamp(day(120))])
    record(db, crawl, [address(1)], at=day(10))
    first, last, unlisted = db.execute("SELECT first_listed, last_listed, unlisted FROM listings").fetchone()
    assert (first, last, unlisted) == tuple(times.stamp(day(n)) for n in (10, 100, 120))


# their looks


def probes(told: str) -> list[Probe]:
    """`S1 M4 O9`: alive, missing to them, missing to us, and the day."""
    return [
        Probe(at=day(int(w[1:])), outcome="same" if w[0] == "S" else "missing", counted=True, ours=w[0] == "O")
        for w in told.split()
    ]


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ("S1 M2 M30 M90 M400", "suspect"),
        ("S1 M2 M30 O90", "gone"),
        ("S1 M2 M30 O40 S50", "live"),
        ("S1 M2 M30 S60 O90", "suspect"),
        ("O1 O5 O20", "gone"),
    ],
)
def test_gone_needs_a_look_of_ours(told: str, expected: str) -> None:
    assert verdict(probes(told)) == expected


@pytest.mark.parametrize(
    ("lost", "counted"),
    [(1, 1), (3, 1), (4, 0), (6, 0)],  # six pages, so many taken at once
)
def test_a_loss_that_most_pages_share_is_the_sources(db: Database, lost: int, counted: int) -> None:
    for number in range(1, 7):
        save(db, theirs(number, at=0))
        look(db, number, "same", 300 if number > lost else 90)
    for number in range(1, lost + 1):
        look(db, number, "missing", 100 + number)
    life.weigh(db, "yunling", times.stamp(day(900)))
    found = set(db.execute("SELECT counted FROM observations WHERE outcome = 'missing'"))
    assert found == {(counted,)}
    assert status(db, 1) == ("suspect" if counted else "live")


def test_a_bad_day_after_which_they_came_back_is_no_loss(db: Database) -> None:
    for number in range(1, 7):
        save(db, theirs(number, at=0))
        look(db, number, "missing", 100 + number)
        look(db, number, "same", 300)
    life.weigh(db, "yunling", times.stamp(day(900)))
    assert {status(db, number) for number in range(1, 7)} == {"live"}


def test_our_crawl_does_not_judge_their_looks(db: Database) -> None:
    for number in range(1, 4):
        save(db, theirs(number, at=0))
    look(db, 1, "missing", 100)
    crawl_looks(db, day(101), {2: "same", 3: "same"})
    assert one(db, "SELECT counted FROM observations WHERE origin <> ''") is None


def test_a_release_that_only_others_have_seen_is_due(db: Database) -> None:
    save(db, theirs(1, at=0))
    [due] = ledger.looks(db, "yunling", START + timedelta(days=2000), everything=False)
    assert (due.url, due.etag, due.last_modified) == (address(1), "", "")
