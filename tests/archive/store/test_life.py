"""Alive, unlisted, suspect, gone, moved, and back: what looks amount to."""

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlite_utils import Database

from archive import times
from archive.site import pictures
from archive.store import life
from archive.store.life import LastLook, Probe, next_look, path_type, source_events, verdict
from tests.archive.living import (
    SOURCE,
    START,
    address,
    begin,
    crawl_looks,
    day,
    empty_archive,
    headline,
    observe,
    one,
    prose,
    release,
    save,
    status,
)

OUTCOMES = {"S": "same", "C": "changed", "B": "blocked", "U": "unreachable"}
OUTCOMES |= {"M": "missing", "R": "redirected", "m": "missing"}


def probes(told: str) -> list[Probe]:
    """`S0 M4 m9`: an outcome and its day; small letters are failures that were judged to say nothing."""
    found = []
    for word in told.split():
        counted = word[0] in "SCMR"
        found.append(Probe(at=day(float(word[1:])), outcome=OUTCOMES[word[0]], counted=counted))
    return found


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ("", "live"),
        ("S1 S4", "live"),
        ("S1 M4", "suspect"),
        ("S1 R4", "suspect"),
        ("M1 M2 M5 M15", "gone"),
        ("M1 R2 M15", "gone"),
        ("M1 M15", "suspect"),  # two failures are too few
        ("M1 M2 M3 M4 M14", "suspect"),  # thirteen days are too short
        ("M1 M2 M5 M15 S16", "live"),
        ("M1 M2 M5 M15 S16 M17", "gone"),  # it came back for a day
        ("M1 M2 M15 S16 S17 M18", "suspect"),
        ("M1 S2 M5 M9 M15", "gone"),  # four of five
        ("M1 S2 S3 M9 M15", "suspect"),  # three of five
        ("M1 S2 S3 S4 M9 M12 M23", "gone"),  # since day 9: all
        ("m1 m2 m9 m15 m30", "live"),  # unobserved
        ("M1 B2 U5 B10 M15", "suspect"),  # so are these
        ("M1 B2 M5 U9 M15", "gone"),
        ("B1 U2 B30 U90", "live"),
    ],
)
def test_verdict(told: str, expected: str) -> None:
    assert verdict(probes(told)) == expected


@given(st.lists(st.tuples(st.sampled_from("SCBUm"), st.integers(0, 400)), max_size=30))
def test_what_never_failed_for_certain_is_live(told: list[tuple[str, int]]) -> None:
    assert verdict(probes(" ".join(f"{kind}{at}" for kind, at in sorted(told, key=lambda pair: pair[1])))) == "live"


@given(st.lists(st.tuples(st.sampled_from("SCMRBUm"), st.integers(0, 400)), max_size=30))
def test_gone_has_three_failures_over_fourteen_days_and_the_last_word(told: list[tuple[str, int]]) -> None:
    looks = probes(" ".join(f"{kind}{at}" for kind, at in sorted(told, key=lambda pair: pair[1])))
    if verdict(looks) == "gone":
        failures = [look for look in looks if look.outcome in life.FAILING and look.counted]
        assert len(failures) >= 3
        assert failures[-1].at - failures[0].at >= timedelta(days=14)
        assert not [look for look in looks if look.alive and look.at > failures[-1].at]


@pytest.mark.parametrize(
    ("told", "following"),
    [
        ("", 1),
        ("S1", 4),
        ("S1 S4", 14),
        ("S1 S4 S14", 44),
        ("S1 S4 S14 S44", 134),
        ("S1 S4 S14 S44 S134", 224),
        ("S1 S2 S3", 4),  # extra looks move nothing
        ("S30", 44),  # nor does a late one
        ("S1 S4 C14", 15),
        ("S1 S4 C14 S15", 18),
        ("S1 S4 M14", 15),
        ("S1 S4 M14 M15", 18),
        ("S1 M4 M5 M8", 18),
        ("S1 M4 M5 M8 M18", 48),
        ("S1 S4 S14 B44", 45),
        ("S1 S4 S14 B44 U45", 48),
        ("S1 S4 S14 B44 S45", 134),
        ("M4 M5 U8", 9),
        ("M4 M5 U8 M9", 18),
        ("M4 U5 U8 U18 M48", 49),  # long enough, but too few failures
        ("M4 U5 U8 U18 M48 M49", 138),
        ("S1 B4 B5 B8 B18", 28),
        ("S1 B4 B5 B8 B18 B28", 38),
        ("S1 S4 M14 S15", 16),
        ("S1 S4 m14", 15),
        ("S1 S4 m14 S15", 44),
    ],
)
def test_next_look(told: str, following: int) -> None:
    assert next_look(START, probes(told)) == day(following)


@given(st.lists(st.tuples(st.sampled_from("SCMRBUm"), st.integers(0, 400)), max_size=30))
def test_the_next_look_is_later_than_the_last_and_within_90_days(told: list[tuple[str, int]]) -> None:
    looks = probes(" ".join(f"{kind}{at}" for kind, at in sorted(told, key=lambda pair: pair[1])))
    last = looks[-1].at if looks else START
    assert last < next_look(START, looks) <= last + timedelta(days=90)


def test_failures_in_rhythm_are_gone_after_fourteen_days() -> None:
    looks, at = [], START
    while len(looks) < 4:
        looks.append(Probe(at=at, outcome="missing", counted=True))
        at = next_look(START, looks)
    assert verdict(looks) == "gone"
    assert looks[-1].at == day(14)


@pytest.mark.parametrize(
    ("a", "b", "alike"),
    [
        ("http://a.example/xwzx/202608/t20260808_106.shtml", "http://www.a.example/xwzx/202607/t2_99.shtml", True),
        ("http://a.example/art/2026/9/8/art_11_7.html", "https://a.example/art/2020/12/31/art_9_123456.html", True),
        ("http://a.example/xwzx/abc.html", "http://a.example/xwzx/some-other-name.html", True),
        ("http://a.example/a/95d35f3c8a1e4746.html", "http://a.example/a/00000000001e4746.html", True),
        ("http://a.example/show.jsp?id=5&n=1", "http://a.example/show.jsp?n=7&id=12", True),
        ("http://a.example/xwzx/t1_2.html", "http://a.example/gsgg/t1_2.html", False),
        ("http://a.example/xwzx/t1_2.html", "http://b.example/xwzx/t1_2.html", False),
        ("http://a.example/", "http://a.example/xwzx/t1_2.html", False),
        ("http://a.example/show.jsp?id=5", "http://a.example/show.jsp?list=5", False),
    ],
)  # fmt: skip
def test_path_type(a: str, b: str, alike: bool) -> None:
    assert (path_type(a) == path_type(b)) is alike


def looks(told: str) -> list[LastLook]:
    """`SSSM`: outcomes; in brackets those of pages that were failing before."""
    known, found = True, []
    for n, sign in enumerate(told):
        if sign in "()":
            known = sign == ")"
            continue
        found.append(LastLook(release=n, url=address(n), outcome=OUTCOMES[sign], known=known))
    return found


@pytest.mark.parametrize(
    ("told", "moved", "kinds"),
    [
        ("", 0, []),
        ("SSSSSSSSMM", 0, []),
        ("MM", 0, []),  # two pages are no event
        ("SSMMM", 0, ["vanished"]),
        ("SSSMMM", 0, []),  # not more than half
        ("SSMMM", 3, ["vanished", "moved"]),
        ("SSSSSSMMM", 2, []),
        ("SSSSSSMMM(MMM)", 3, ["moved"]),
        ("SS(MMMMMM)", 0, []),  # what failed before is no news
        ("UUU", 0, ["unreachable"]),
        ("BBBB(MM)", 0, ["blocked"]),
        ("BBUU", 0, []),
    ],
)
def test_events(told: str, moved: int, kinds: list[str]) -> None:
    assert [event.kind for event in source_events(looks(told), moved)] == kinds


@pytest.fixture
def db(tmp_path: Path) -> Database:
    """Ten releases of one source, stored on the first day by a crawl that ended."""
    db = empty_archive(tmp_path)
    crawl = begin(db, START)
    for number in range(10):
        save(db, release(address(number), prose(number)))
    life.settle(db, crawl, times.stamp(START))
    return db


ALL = dict.fromkeys(range(1, 11), "same")


def vanish(db: Database, outcomes: dict[int, str], *days: float) -> None:
    for at in days:
        crawl_looks(db, day(at), outcomes)


def test_a_page_that_is_missing_among_others_that_answer_is_suspect_then_gone(db: Database) -> None:
    vanish(db, {**ALL, 3: "missing"}, 1)
    assert status(db, 3) == "suspect"
    vanish(db, {**ALL, 3: "missing"}, 2, 5, 15)
    assert status(db, 3) == "gone"
    changes = db.execute("SELECT at, status FROM status_changes WHERE release = 3 ORDER BY at").fetchall()
    assert changes == [(times.stamp(day(1)), "suspect"), (times.stamp(day(15)), "gone")]


def test_a_page_that_answers_again_is_live_again(db: Database) -> None:
    vanish(db, {**ALL, 3: "missing"}, 1, 2, 5, 15)
    vanish(db, ALL, 45)
    assert status(db, 3) == "live"


def test_a_failure_without_a_witness_says_nothing(db: Database) -> None:
    vanish(db, {3: "missing"}, 1, 2, 5, 15, 30)
    assert status(db, 3) == "live"
    assert one(db, "SELECT sum(counted) FROM observations") == 0


def test_a_new_article_of_the_same_kind_is_a_witness(db: Database) -> None:
    crawl = begin(db, day(1))
    save(db, release(address(50), prose(50)), at=day(1))
    observe(db, 3, "missing", day(1))
    life.settle(db, crawl, times.stamp(day(1)))
    assert status(db, 3) == "suspect"


def test_an_article_of_another_kind_is_no_witness(db: Database) -> None:
    crawl = begin(db, day(1))
    for number in range(50, 53):
        save(db, release(address(number, "gsgg"), prose(number)), at=day(1))
    observe(db, 3, "missing", day(1))
    life.settle(db, crawl, times.stamp(day(1)))
    assert status(db, 3) == "live"


def test_any_article_of_the_host_is_witness_of_a_rare_kind(db: Database) -> None:
    save(db, release("http://www.yunling.example/zt/special.html", prose("rare")))
    vanish(db, {**ALL, 11: "missing"}, 1)
    assert status(db, 11) == "suspect"


def test_when_most_of_a_source_fails_at_once_it_is_an_event_of_the_source(db: Database) -> None:
    outcomes = {**dict.fromkeys(range(1, 9), "missing"), 9: "same", 10: "same"}
    [said] = crawl_looks(db, day(1), outcomes)
    assert said.startswith("8 of 10 pages are missing at once")
    vanish(db, outcomes, 2, 5, 15, 30)
    assert {status(db, number) for number in range(1, 11)} == {"live"}
    assert set(db.execute("SELECT source, kind, looks, failed FROM source_events")) == {("yunling", "vanished", 10, 8)}


def test_a_page_that_tells_nothing_for_long_is_named(db: Database) -> None:
    others = dict.fromkeys(range(3, 11), "same")
    said: list[str] = []
    for at in (1, 4, 9, 14, 20):
        outcomes = {1: "blocked", 2: "unreachable" if at > 1 else "same", **others}
        crawl_looks(db, day(at), outcomes)
        said.append(life.unheard(db, SOURCE, times.stamp(day(at))))
    assert said[:3] == ["", "", ""]
    assert said[3].startswith("1 held release has shown no text")
    assert said[4].startswith(
        f"2 held releases have shown no text for 14 days or more, and no page says why: such as {one(db, 'SELECT url FROM releases WHERE id = 1')}"
    )
    crawl_looks(db, day(25), dict.fromkeys(range(1, 11), "blocked"))
    assert life.unheard(db, SOURCE, times.stamp(day(25))) == ""  # that is a matter of the source


@pytest.mark.parametrize("outcome", ["blocked", "unreachable"])
def test_a_source_that_keeps_us_out_is_unobserved(db: Database, outcome: str) -> None:
    vanish(db, dict.fromkeys(range(1, 11), outcome), 1, 2, 5, 15, 45, 135)
    assert {status(db, number) for number in range(1, 11)} == {"live"}
    assert one(db, "SELECT DISTINCT kind FROM source_events") == outcome


def test_what_was_suspect_before_an_outage_is_not_gone_by_it(db: Database) -> None:
    vanish(db, {**ALL, 3: "missing"}, 1, 2)
    vanish(db, dict.fromkeys(range(1, 11), "missing"), 5, 8, 15, 20)
    assert status(db, 3) == "suspect"


def test_failures_of_a_crawl_that_was_killed_do_not_count(db: Database) -> None:
    begin(db, day(1))
    observe(db, 3, "missing", day(1))
    vanish(db, ALL, 2)
    assert one(db, "SELECT counted FROM observations WHERE outcome = 'missing'") == 0


def test_a_failure_that_says_nothing_does_not_slow_the_looks(db: Database) -> None:
    vanish(db, {**ALL, 3: "missing"}, 1, 2)
    vanish(db, dict.fromkeys(range(1, 11), "missing"), 5)
    assert one(db, "SELECT next_look FROM looks WHERE release = 3") == times.stamp(day(6))


def move(db: Database, at: float, numbers: range) -> None:
    """A crawl that finds texts at new addresses, and their old pages missing."""
    crawl = begin(db, day(at))
    for number in numbers:
        again = release(address(number, "news"), prose(number - 1), title=headline(address(number - 1)))
        save(db, again, at=day(at))
        observe(db, number, "missing", day(at))
    life.settle(db, crawl, times.stamp(day(at)))


def test_a_text_that_is_found_again_at_a_new_address_has_moved(db: Database) -> None:
    move(db, 1, range(3, 4))
    assert status(db, 3) == "moved"
    assert status(db, 11) == "live"


def test_a_source_that_moved_as_a_whole_leaves_nothing_gone(db: Database) -> None:
    move(db, 1, range(1, 10))  # of the tenth page the text is not found again
    assert [status(db, number) for number in range(1, 10)] == ["moved"] * 9
    alive = dict.fromkeys(range(11, 20), "same")
    vanish(db, {**alive, 10: "missing"}, 2, 3, 6, 16, 46)
    assert status(db, 10) == "live"


def test_what_answered_after_its_source_moved_can_be_gone(db: Database) -> None:
    move(db, 1, range(1, 10))
    vanish(db, {10: "same", 11: "same"}, 2)
    more = dict.fromkeys(range(11, 20), "same")
    for at in (3, 4, 7, 17):
        crawl = begin(db, day(at))
        save(db, release(address(100 + at), prose(100 + at)), at=day(at))
        for number, outcome in {**more, 10: "missing"}.items():
            observe(db, number, outcome, day(at))
        life.settle(db, crawl, times.stamp(day(at)))
    assert status(db, 10) == "gone"


def test_a_moved_page_that_answers_again_is_live(db: Database) -> None:
    move(db, 1, range(3, 4))
    vanish(db, ALL, 2)
    assert status(db, 3) == "live"


def test_a_copy_that_stood_there_before_is_no_new_address(db: Database) -> None:
    save(db, release(address(11, "news"), prose(2), title=headline(address(2))))
    vanish(db, {**ALL, 3: "missing"}, 1, 2, 5, 15)
    assert status(db, 3) == "gone"


def test_a_page_that_one_of_two_lists_still_shows_is_listed(db: Database) -> None:
    crawl = begin(db, day(1))
    for list_url, unlisted in (("a", None), ("b", times.stamp(day(1)))):
        db.execute(
            "INSERT INTO listings"
            " (url, source, url_key, list_url, first_listed, last_listed, first_crawl, state, unlisted)"
            " SELECT url || ?, source, url_key, ?, '', '', ?, 'held', ? FROM releases WHERE id = 3",
            [f"?from={list_url}", list_url, crawl, unlisted],
        )
    life.settle(db, crawl, times.stamp(day(1)))
    assert status(db, 3) == "live"


def test_unlisted_while_its_page_answers(db: Database) -> None:
    crawl = begin(db, day(1))
    db.execute(
        "INSERT INTO listings (url, source, url_key, list_url, first_listed, last_listed, first_crawl, state, unlisted)"
        " SELECT url, source, url_key, '', '', '', ?, 'held', ? FROM releases WHERE id = 3",
        [crawl, times.stamp(day(1))],
    )
    life.settle(db, crawl, times.stamp(day(1)))
    assert status(db, 3) == "unlisted"
    vanish(db, {**ALL, 3: "missing"}, 2)
    assert status(db, 3) == "suspect"
    vanish(db, ALL, 3)
    assert status(db, 3) == "unlisted"
    db.execute("UPDATE listings SET unlisted = NULL")
    vanish(db, {}, 4)
    assert status(db, 3) == "live"


def kaplan_meier(lives: list[tuple[int, bool]], age: int) -> float:
    """The estimator by its definition."""
    share = 1.0
    for moment in sorted({days for days, died in lives if died and days <= age}):
        at_risk = sum(days >= moment for days, _ in lives)
        share *= 1 - sum(days == moment and died for days, died in lives) / at_risk
    return share


def test_survival_of_each_source(tmp_path: Path) -> None:
    db = empty_archive(tmp_path, "yunling", "qinghe")
    lives = [
        (20, True),
        (20, False),
        (25, True),
        (40, False),
        (60, True),
        (100, False),
        (100, True),
        (400, True),
        (800, False),
    ]
    for number, (days, died) in enumerate(lives):
        save(db, release(address(number), prose(number)))
        last = number + 1
        if died:  # between the last answer and the first failure lies the end
            observe(db, last, "same", day(days - 4))
            observe(db, last, "missing", day(days + 4))
            db.execute("UPDATE observations SET counted = 1")
            db.execute("UPDATE releases SET status = 'gone' WHERE id = ?", [last])
        else:
            observe(db, last, "same", day(days))
            observe(db, last, "blocked", day(days + 500))  # proves nothing
    found = db.execute("SELECT source, days, alive, observed FROM survival").fetchall()
    expected = [("yunling", age, pytest.approx(kaplan_meier(lives, age), abs=1e-4)) for age in (30, 90, 365, 730)]
    assert [row[:3] for row in found] == expected
    assert [row[3] for row in found] == [sum(days >= age for days, _ in lives) for age in (30, 90, 365, 730)]
    curve = pictures.survival(pictures._lives(db.conn))  # of all sources, for the picture on /health
    for _, age, share, _ in found:
        assert [step.share for step in curve if step.day <= age][-1] == pytest.approx(share, abs=1e-4)


def test_survival_beyond_what_was_observed_is_unknown(db: Database) -> None:
    vanish(db, ALL, 40)
    assert db.execute("SELECT days, alive FROM survival").fetchall() == [
        (30, 1.0),
        (90, None),
        (365, None),
        (730, None),
    ]
