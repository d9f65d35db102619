"""What the lists have shown, what became of it, and when to look again."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlite_utils import Database

from archive.database import transaction
from archive.model import Listed
from archive.store import ledger
from archive.times import stamp
from archive.urls import canonical
from tests.archive.living import (
    LIST,
    SOURCE,
    START,
    address,
    begin,
    crawl_looks,
    day,
    empty_archive,
    one,
    prose,
    record,
    release,
    save,
)


@pytest.fixture
def db(tmp_path: Path) -> Database:
    return empty_archive(tmp_path, SOURCE, "qinghe")


def urls(*numbers: int) -> list[str]:
    return [address(number) for number in numbers]


def finish(db: Database, crawl: int) -> None:
    with transaction(db):
        ledger.finish_walk(db, SOURCE, LIST, crawl)


def missed(db: Database, url: str, reason: str, at: float = 0, *, state: str = "failed") -> None:
    with transaction(db):
        ledger.missed(db, SOURCE, url, reason, day(at), state=state)


def due(db: Database, at: float = 0) -> list[str]:
    return [listed.url for listed, _ in ledger.due(db, SOURCE, day(at))]


def looks(db: Database, at: float, *, everything: bool = False) -> list[int]:
    return [look.release for look in ledger.looks(db, SOURCE, day(at), everything=everything)]


def state(db: Database, url: str) -> tuple[str, str]:
    found: tuple[str, str] = db.execute("SELECT state, reason FROM listings WHERE url = ?", [url]).fetchone()
    return found


# what a list page brings


def test_what_a_list_shows_first_is_new_and_wanted(db: Database) -> None:
    found = record(db, begin(db, START), urls(1, 2))
    assert [entry.url for entry in found.wanted] == urls(1, 2)
    assert found.new == 2
    assert due(db) == urls(1, 2)


def test_what_a_finished_walk_has_shown_is_not_new(db: Database) -> None:
    crawl = begin(db, START)
    record(db, crawl, urls(1, 2))
    finish(db, crawl)
    found = record(db, begin(db, day(1)), urls(1, 2), at=day(1))
    assert (found.wanted, found.new) == ((), 0)
    assert one(db, "SELECT count(*) FROM listings WHERE last_listed = ?", stamp(day(1))) == 2


def test_what_a_killed_walk_has_shown_stays_new(db: Database) -> None:
    record(db, begin(db, START), urls(1, 2))
    found = record(db, begin(db, day(1)), urls(1, 2), at=day(1))
    assert (found.wanted, found.new) == ((), 2)  # they are pending already


def test_what_is_inserted_late_among_the_old_is_new(db: Database) -> None:
    crawl = begin(db, START)
    record(db, crawl, urls(1, 2, 3))
    finish(db, crawl)
    found = record(db, begin(db, day(1)), urls(1, 9, 2, 3), at=day(1))
    assert [entry.url for entry in found.wanted] == urls(9)
    assert found.new == 1


def test_a_walk_of_one_list_says_nothing_of_another(db: Database) -> None:
    crawl = begin(db, START)
    record(db, crawl, urls(1))
    finish(db, crawl)
    assert ledger.finished_walk(db, SOURCE, LIST) == crawl
    assert ledger.finished_walk(db, SOURCE, LIST + "?other") == 0
    assert ledger.finished_walk(db, "qinghe", LIST) == 0


@pytest.mark.parametrize(
    ("title", "other", "another"),
    [
        ("关于古桥维修的通知", "关于古桥维修的通知（更正）", True),
        ("关于古桥维修的通知", "全市防汛工作会议召开", True),
        ("关于古桥维修的通知", "[置顶] 关于古桥维修的通知", False),
        ("关于古桥维修的通知(128)", "关于古桥维修的通知(131)", False),
        ("关于古桥维修的通知", "关于古桥维…", False),
        ("关于古桥维修的通知", " 关于古桥维修的通知 ", False),
        ("关于古桥维修的通知", "", False),
    ],
)
def test_a_list_that_gives_another_title(title: str, other: str, another: bool) -> None:
    assert ledger.names_another(title, other) is another


def enter(db: Database, crawl: int, title: str, at: float, list_url: str = LIST) -> None:
    entries = [Listed(url=address(1), title=title)]
    ledger.record(db, entries, source=SOURCE, list_url=list_url, crawl=crawl, finished=crawl, now=day(at))


def test_a_held_entry_with_another_title_is_looked_at_without_conditions(db: Database) -> None:
    crawl = begin(db, START)
    enter(db, crawl, "关于古桥维修的通知", 0)
    save(db, release(address(1), prose(1)))
    with transaction(db):
        ledger.observe(db, 1, "same", 200, day(1), capture=1)
    assert looks(db, 2) == []
    enter(db, crawl, "全市防汛工作会议召开", 2, f"{LIST}other/")  # another list may name it otherwise
    assert looks(db, 2) == []
    enter(db, crawl, "关于古桥维修的通知（更正）", 2)
    assert looks(db, 2) == [1]
    assert one(db, "SELECT capture FROM looks") is None
    assert one(db, "SELECT title FROM listings") == "关于古桥维修的通知（更正）"


def test_two_addresses_of_one_page_are_asked_for_once(db: Database) -> None:
    mobile = address(1).replace("www.", "m.")
    found = record(db, begin(db, START), [address(1), mobile])
    assert [entry.url for entry in found.wanted] == urls(1)
    assert due(db) == urls(1)
    missed(db, address(1), "http-404")
    assert state(db, mobile) == ("failed", "http-404")


@pytest.mark.parametrize(
    ("options", "state_and_reason"),
    [
        ({"exclude": "."}, ("skipped", "excluded")),
        ({"exclude": "公示$"}, ("pending", "")),
        ({"since": "2026-03-02"}, ("skipped", "before-since")),
        ({"since": "2026-03-01"}, ("pending", "")),
    ],
)
def test_what_is_not_asked_for_is_skipped(
    db: Database, options: dict[str, str], state_and_reason: tuple[str, str]
) -> None:
    found = record(db, begin(db, START), urls(1), **options)
    assert state(db, address(1)) == state_and_reason
    assert bool(found.wanted) is (state_and_reason[0] == "pending")


def test_an_entry_without_a_day_is_not_before_since(db: Database) -> None:
    assert record(db, begin(db, START), urls(1), since="2026-03-02", **{address(1): ""}).wanted


def test_what_was_before_since_is_wanted_when_earlier_days_are_asked_for(db: Database) -> None:
    record(db, begin(db, START), urls(1), since="2026-03-02")
    assert record(db, begin(db, day(1)), urls(1), since="2026-02-01").wanted
    assert state(db, address(1)) == ("pending", "")


def test_what_was_removed_is_skipped(db: Database) -> None:
    key = canonical(address(1))
    db.execute("INSERT INTO removed (url, url_key, removed_at, reason) VALUES (?, ?, '', '')", [address(1), key])
    assert not record(db, begin(db, START), urls(1)).wanted
    assert state(db, address(1)) == ("skipped", "removed")


def test_what_another_source_brought_is_held(db: Database) -> None:
    save(db, release(address(1), prose(1)))
    crawl = begin(db, START, "qinghe")
    assert not record(db, crawl, urls(1), source="qinghe").wanted
    assert state(db, address(1)) == ("held", "")


# what becomes of it


def test_what_is_stored_is_held(db: Database) -> None:
    record(db, begin(db, START), urls(1, 2))
    with transaction(db):
        ledger.hold(db, {canonical(address(1))})
    assert state(db, address(1)) == ("held", "")
    assert due(db) == urls(2)


@pytest.mark.parametrize(
    ("reason", "hours"),
    [
        ("http-404", [24, 72, 216, 648, 1944, 1944, 1944]),
        ("no-text", [24, 72, 216, 648, 1944, 1944, 1944]),
        ("http-503", [1, 4, 16, 64, 256, 1024, 1024]),
        ("timeout", [1, 4, 16, 64, 256, 1024, 1024]),
    ],
)
def test_what_failed_is_tried_again_later_and_later_and_then_no_more(
    db: Database, reason: str, hours: list[int]
) -> None:
    record(db, begin(db, START), urls(1))
    now = START
    for wait in hours:
        with transaction(db):
            ledger.missed(db, SOURCE, address(1), reason, now)
        again = now + timedelta(hours=wait)
        assert [entry.url for entry, _ in ledger.due(db, SOURCE, again - timedelta(seconds=1))] == []
        assert [entry.url for entry, _ in ledger.due(db, SOURCE, again)] == urls(1)
        now = again
    with transaction(db):
        ledger.missed(db, SOURCE, address(1), reason, now)
    assert due(db, 10_000) == []
    assert state(db, address(1)) == ("failed", reason)


def test_what_was_blocked_is_tried_again(db: Database) -> None:
    record(db, begin(db, START), urls(1))
    missed(db, address(1), "http-403", state="blocked")
    assert state(db, address(1)) == ("blocked", "http-403")
    assert due(db, 0.9) == []
    assert due(db, 1) == urls(1)


def test_an_article_that_robots_close_is_tried_again_without_an_end(db: Database) -> None:
    record(db, begin(db, START), urls(1))
    at = 0
    for wait in (1, 3, 9, 27, 81, 81, 81, 81, 81):
        missed(db, address(1), "robots", at, state="skipped")
        assert state(db, address(1)) == ("skipped", "robots")
        assert due(db, at + wait - 0.1) == []
        assert due(db, at + wait) == urls(1)
        at += wait
    save(db, release(address(1), prose(1)))
    assert state(db, address(1)) == ("held", "")


def test_an_article_that_robots_close_is_skipped_by_each_crawl_that_does_not_try_it(db: Database) -> None:
    record(db, begin(db, START), urls(1))
    missed(db, address(1), "robots", state="skipped")
    assert record(db, begin(db, day(0.5)), urls(1), at=day(0.5)).skipped
    assert not record(db, begin(db, day(1)), urls(1), at=day(1)).skipped


def test_a_row_of_an_earlier_version_that_robots_closed_is_tried_again(db: Database) -> None:
    record(db, begin(db, START), urls(1))
    missed(db, address(1), "robots", state="skipped")
    db.execute("UPDATE listings SET next_try = NULL")
    assert due(db, 0.1) == urls(1)


def test_a_removed_article_is_not_tried_again(db: Database) -> None:
    record(db, begin(db, START), urls(1))
    missed(db, address(1), "removed", state="skipped")
    assert due(db, 10_000) == []


# looks


def test_a_held_release_is_looked_at_after_1_3_10_30_and_90_days(db: Database) -> None:
    save(db, release(address(1), prose(1)))
    at = 0
    for wait in (1, 3, 10, 30, 90, 90):
        assert looks(db, at + wait - 0.01) == []
        assert looks(db, at + wait) == [1]
        at += wait
        crawl_looks(db, day(at), {1: "same"})


def test_all_are_looked_at_when_everything_is_asked_for(db: Database) -> None:
    for number in range(3):
        save(db, release(address(number), prose(number)), at=day(number))
    assert looks(db, 0, everything=True) == [1, 2, 3]


def test_beside_what_is_due_stand_a_few_live_pages_of_its_kind(db: Database) -> None:
    for number in range(8):
        save(db, release(address(number), prose(number)))
    save(db, release(address(20, "gsgg"), prose(20)))
    crawl_looks(db, day(1), {**dict.fromkeys(range(2, 10), "same"), 1: "missing"})
    assert looks(db, 2) == [1, 2, 3, 4]


def test_looks_of_one_source_say_nothing_of_another(db: Database) -> None:
    save(db, release(address(1), prose(1)))
    assert ledger.looks(db, "qinghe", day(5), everything=True) == []


# what a list does not show any more


def walk(db: Database, at: float, shown: list[int], last: list[int]) -> None:
    """A walk whose entries have their number as their day in March, newest first; `last` is its last page."""
    crawl = begin(db, day(at))
    days = {number: f"2026-03-{number:02}" for number in shown}
    record(db, crawl, urls(*shown), at=day(at), **{address(number): days[number] for number in shown})
    for number in shown:
        save(db, release(address(number), prose(number)))
    ledger.unlist(db, SOURCE, LIST, crawl, list(days.values()), [days[number] for number in last], day(at))


def unlisted(db: Database) -> set[str]:
    return {url for (url,) in db.execute("SELECT url FROM listings WHERE unlisted IS NOT NULL")}


def test_what_a_walk_would_have_shown_and_did_not_is_unlisted_and_looked_at(db: Database) -> None:
    walk(db, 0, [20, 19, 18, 17, 16, 15], [17, 16, 15])
    crawl_looks(db, day(1), dict.fromkeys(range(1, 7), "same"))
    walk(db, 2, [20, 18, 17, 16, 15], [17, 16, 15])
    assert unlisted(db) == set(urls(19))
    assert looks(db, 2)[0] == one(db, "SELECT id FROM releases WHERE url = ?", address(19))


def test_what_is_older_than_the_last_page_is_not_judged(db: Database) -> None:
    walk(db, 0, [20, 19, 18, 17, 16, 15], [17, 16, 15])
    walk(db, 1, [20, 19, 17], [20, 19, 17])
    assert unlisted(db) == set()


def test_what_is_listed_again_is_listed(db: Database) -> None:
    walk(db, 0, [20, 19, 18, 17], [17])
    walk(db, 1, [20, 18, 17], [17])
    walk(db, 2, [20, 19, 18, 17], [17])
    assert unlisted(db) == set()


def test_a_pinned_entry_does_not_hide_what_is_unlisted(db: Database) -> None:
    everything = [2, *range(28, 3, -1)]
    walk(db, 0, everything, [5, 4])
    walk(db, 1, [number for number in everything if number != 19], [5, 4])
    assert unlisted(db) == set(urls(19))


def test_a_list_without_order_unlists_nothing(db: Database) -> None:
    walk(db, 0, [20, 5, 18, 17, 3, 16, 15, 4], [4])
    walk(db, 1, [20, 5, 18, 3, 16, 15, 4], [4])
    assert unlisted(db) == set()


def test_a_list_without_days_unlists_nothing(db: Database) -> None:
    walk(db, 0, [20, 19, 18, 17], [17])
    crawl = begin(db, day(1))
    ledger.unlist(db, SOURCE, LIST, crawl, ["", ""], ["", ""], day(1))
    ledger.unlist(db, SOURCE, LIST, crawl, [], [], day(1))
    assert unlisted(db) == set()


def several(form: str, crawl: int, number: int = 5, **fields: str) -> list[Listed]:
    """Entries whose addresses hold their number {n}, the crawl {c} and a value {v} of both."""
    entries = []
    for n in range(number):
        url = "http://www.yunwei.example" + form.format(n=n, c=crawl, v=31 * crawl + n)
        entries.append(
            Listed(url=url, title=fields.get("title", f"第{n}批泵站完工"), date=fields.get("date", f"2026-02-0{n + 1}"))
        )
    return entries


def shown_in_turn(db: Database, crawls: list[list[Listed]]) -> list[ledger.Entries]:
    """What the ledger says of each crawl's page, where each entry of the one before became a release."""
    told = []
    finished = 0
    for at, entries in enumerate(crawls):
        crawl = begin(db, day(at))
        options = {"source": SOURCE, "list_url": LIST, "crawl": crawl, "finished": finished, "now": day(at)}
        told.append(ledger.record(db, entries, **options))
        with transaction(db):
            db.execute("UPDATE listings SET state = 'held'")
        finished = crawl
    return told


@pytest.mark.parametrize(
    ("form", "new"),
    [
        ("/p/{n}.html?t={c}", [5, 0, 0]),  # the same for all: it names no page
        ("/show.jsp?id={n}&sid={c}&ts=9{c}", [5, 0, 0]),
        ("/p/{n}.html?v={v}", [5, 5, 0]),  # a renumbering changes once
        ("/show.jsp?id={n}&sign={v}", [5, 5, 0]),
        ("/show.jsp?id={v}", [5, 5, 5]),
        ("/p/{c}/{n}.html?t={c}", [5, 5, 5]),
    ],
)
def test_a_parameter_that_changes_from_crawl_to_crawl_makes_no_new_entry(db, form, new):
    told = shown_in_turn(db, [several(form, crawl) for crawl in (1, 2, 3)])
    assert [len(one.wanted) for one in told] == new
    assert [one.new for one in told] == new


def test_a_parameter_that_names_the_page_makes_new_entries(db):
    reports = [several("/{n}/air.html?day={c}", c, title="空气质量日报", date=f"2026-02-0{c}") for c in (1, 2, 3)]
    assert [len(one.wanted) for one in shown_in_turn(db, reports)] == [5, 5, 5]


def test_fewer_than_three_witnesses_prove_nothing(db):
    told = shown_in_turn(db, [several("/p/{n}.html?t={c}", crawl, 2) for crawl in (1, 2, 3)])
    assert ([len(one.wanted) for one in told], [one.changing for one in told]) == ([2, 2, 2], [None] * 3)


def test_parameters_that_change_are_told_where_no_day_says_that_the_entry_is_the_same(db):
    told = shown_in_turn(db, [several("/p/{n}.html?t={c}", crawl, date="") for crawl in (1, 2)])
    assert (len(told[1].wanted), told[1].changing) == (
        5,
        ledger.Changing(names=frozenset({"t"}), number=5, held_as={}),
    )


def test_an_entry_with_another_title_under_another_value_is_new(db):
    first, second = several("/p/{n}.html?t={c}", 1), several("/p/{n}.html?t={c}", 2)
    second[0] = Listed(url=second[0].url, title="第九批步道完工", date=second[0].date)
    assert [one.url for one in shown_in_turn(db, [first, second])[1].wanted] == [second[0].url]
