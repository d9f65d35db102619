"""The events that a snapshot derives, from an archive that is written to as a crawl does."""

from dataclasses import replace
from pathlib import Path

import pytest
from sqlite_utils import Database

from archive import warc
from archive.database import insert
from archive.snapshots import events
from archive.store.delete import forget_release
from archive.times import stamp
from tests.archive.living import SOURCE, address, day, empty_archive, prose, release, save

Told = tuple[str, int, str, int]


def told(db: Database) -> list[Told]:
    events.record_all(db.conn)
    return list(db.execute("SELECT learned, release, kind, version FROM events ORDER BY learned, release, version"))


def at(number: float) -> str:
    return stamp(day(number)).replace("+00:00", "Z")


@pytest.fixture
def db(tmp_path: Path) -> Database:
    return empty_archive(tmp_path)


def test_a_release_is_new_and_then_edited(db: Database) -> None:
    save(db, release(address(1), prose(1), at=day(0)))
    save(db, release(address(1), prose(1), at=day(1)))
    save(db, release(address(1), prose(1) + "\n又补充了一句话。", at=day(2)))
    assert told(db) == [(at(0), 1, "new", 1), (at(2), 1, "edited", 2)]


def test_what_is_read_anew_is_no_event(db: Database) -> None:
    save(db, release(address(1), prose(1), at=day(0)))
    save(db, release(address(1), prose(1) + "\n读得更全的一句话。", at=day(0), reread=True), at=day(0))
    assert db.execute("SELECT count(*) FROM versions").fetchone()[0] == 2
    assert [one[2] for one in told(db)] == ["new"]


@pytest.mark.parametrize(
    ("statuses", "kinds"),
    [
        (["suspect", "gone"], ["gone"]),
        (["suspect", "live"], []),
        (["unlisted", "live", "unlisted"], []),
        (["gone", "live"], ["gone", "back"]),
        (["gone", "unlisted", "live"], ["gone", "back"]),
        (["gone", "suspect", "gone"], ["gone"]),
        (["moved", "gone"], ["moved", "gone"]),
        (["gone", "suspect", "live", "suspect", "gone"], ["gone", "back", "gone"]),
    ],
)
def test_changes_of_status_are_told_once(db: Database, statuses: list[str], kinds: list[str]) -> None:
    save(db, release(address(1), prose(1), at=day(0)))
    for number, status in enumerate(statuses, 1):
        insert(db, "status_changes", {"release": 1, "at": stamp(day(number)), "status": status})
    assert [kind for learned, _, kind, _ in told(db) if learned > at(0)] == kinds


def test_what_an_import_brings_is_learned_of_when_it_is_taken_in(db: Database, tmp_path: Path) -> None:
    save(db, release(address(1), prose(1), at=day(10)))
    url = address(2)
    old = warc.Exchange(url=url, source=SOURCE, role="article", fetched=stamp(day(1)), status=200, body=b"x")
    kept = warc.capture(db, tmp_path, replace(old, taken_in=stamp(day(20))))
    save(db, release(url, prose(2), at=day(1), capture=kept))
    insert(db, "status_changes", {"release": 2, "at": stamp(day(5)), "status": "gone"})
    insert(db, "status_changes", {"release": 2, "at": stamp(day(25)), "status": "live"})
    assert told(db) == [
        (at(10), 1, "new", 1),
        (at(20), 2, "gone", 0),
        (at(20), 2, "new", 1),
        (at(25), 2, "back", 0),
    ]


def test_an_older_text_that_was_taken_in_later_is_not_told_before_the_first(db: Database) -> None:
    save(db, release(address(1), prose(1), at=day(10)))
    save(db, release(address(1), prose(1) + "\n后来删去的一句话。", at=day(1)))
    assert told(db) == [(at(10), 1, "new", 1), (at(10), 1, "edited", 2)]


def test_a_release_that_is_forgotten_takes_its_events_along(db: Database) -> None:
    for number in (1, 2):
        save(db, release(address(number), prose(number)))
    events.record_all(db.conn)
    forget_release(db, 1)
    assert [release for (release,) in db.execute("SELECT release FROM events")] == [2]


def test_they_are_derived_anew_in_an_archive_that_was_restored_from_a_snapshot(db: Database) -> None:
    save(db, release(address(1), prose(1)))
    assert told(db) == told(db)
