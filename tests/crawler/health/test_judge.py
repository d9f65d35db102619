"""How a crawl went, in one word: each rule alone, and two months in which nothing is wrong."""

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.store.crawls import Past
from crawler.health.judge import (
    FIELDS,
    Facts,
    Readings,
    Shown,
    are_shorter,
    has_dropped,
    is_legible,
    judge,
    kept,
    silent_days,
)
from crawler.sources import Source

SOURCE = Source(
    id="one", name="某市", region="990100", level="city", family="html", lists=("http://example.gov.cn/",), minimum=5
)
LIST = "http://example.gov.cn/"
START = datetime(2026, 3, 2, 22, 0, tzinfo=UTC)


def readings(number: int, lengths: Sequence[int] = (), **lacking: int) -> Readings:
    """Pages that read well, but for so many that lack a field."""
    filled = Counter({name: number - lacking.get(name, 0) for name in FIELDS})
    return Readings(read=number, filled=filled, lengths=list(lengths) or [900] * number)


def test_pages_that_are_counted_one_by_one_are_counted() -> None:
    total = Readings(shrunk=1)
    for one in (readings(1, [300], date=1), readings(1, [900])):
        total.count(one)
    assert total == Readings(read=2, filled=readings(2, date=1).filled, lengths=[300, 900], shrunk=1)


def shown(entries: int = 20, fresh: int = 0, dated: int | None = None, **more: object) -> Shown:
    dated = entries if dated is None else dated
    return Shown(
        **{"url": LIST, "address": LIST, "pages": 2, "entries": entries, "dated": dated, "fresh": fresh, **more}
    )


def facts(
    held: int = 0,
    failed: str = "",
    blocked: int = 0,
    lists: Sequence[Shown] | None = None,
    day: int = 30,
    **more: object,
) -> Facts:
    """A crawl that brought `held` new releases. `failed`: reasons, one for each article that failed."""
    fresh = Counter({("held", ""): held, ("blocked", "http-403"): blocked})
    fresh += Counter(("failed", reason) for reason in failed.split())
    told = {
        "started": START + timedelta(days=day),
        "counts": Counter(new=held),
        "fresh": fresh,
        "ledger": Counter(held=100),
        "lists": [shown(fresh=held)] if lists is None else lists,
        "readings": readings(held),
    }
    return Facts(**{**told, **more})


def past(day: int, one: Facts | None = None, outcome: str = "ok") -> Past:
    one = one or facts(held=3)
    return Past(started=START + timedelta(days=day), outcome=outcome, facts=kept(one))


NOTE = "运维单位：云桅区融媒体中心"
HEALTHY = [past(day) for day in range(29, 1, -1)] + [past(1, facts(held=20, lists=[shown(20, 20)]))]


@pytest.mark.parametrize(
    ("one", "outcome", "said"),
    [
        (facts(held=15), "ok", ""),
        (facts(), "quiet", ""),
        (facts(counts=Counter(changed=1)), "ok", ""),
        (facts(counts=Counter(), ledger=Counter(held=4)), "suspect", "yields 5"),
        (facts(held=20, problems=["a list page is missing"]), "suspect", "a list page is missing"),
        (facts(held=15, failed="http-404 http-404"), "ok", ""),
        (facts(held=2, failed="no-text " * 18), "suspect", "18 of 20 new articles failed: no-text (18)"),
        (facts(failed="not-html"), "quiet", ""),
        (facts(failed="not-html", latest=Counter(failed=1, held=4)), "quiet", ""),
        (facts(failed="no-text", latest=Counter(failed=5)), "suspect", "the last 5 articles that were listed failed"),
        (facts(failed="no-text " * 3), "broken", "none of 3 new articles could be read: no-text (3)"),
        (facts(blocked=3), "blocked", "3 of 3 pages turned us away: http-403 (3)"),
        (facts(held=19, blocked=1), "ok", ""),
        (facts(broken=["list answered 404"]), "broken", "list answered 404"),
        (facts(held=9, broken=["one of two lists answered 404"]), "broken", "one of two lists"),
        (facts(broken=["list answered 403"], counts=Counter({"blocked-lists": 1})), "blocked", "list answered 403"),
        (
            facts(looks=Counter(blocked=6)),
            "blocked",
            "6 of 6 pages turned us away, held ones that were looked at again",
        ),
        (facts(blocked=3, counts=Counter(changed=1)), "broken", "none of 3 new articles could be read: http-403 (3)"),
        (facts(looks=Counter(same=16, blocked=2)), "quiet", ""),
        (facts(looks=Counter(same=6, blocked=7)), "blocked", "7 of 13 pages turned us away"),
        (facts(blocked=2, looks=Counter(same=16)), "quiet", ""),
        (facts(looks=Counter(same=30, missing=4)), "quiet", ""),
        (facts(looks=Counter(same=2, missing=6)), "suspect", "6 of 8 held releases"),
        (
            facts(looks=Counter(same=24, blocked=12)),
            "suspect",
            "12 of 36 held releases that were looked at again turned us",
        ),
        (
            facts(looks=Counter(same=24, unreachable=5), aliens=Counter(访问验证=5)),
            "suspect",
            "5 held releases answer with one page that is none of them: 访问验证",
        ),
        (facts(looks=Counter(same=24, missing=6), aliens=Counter(访问验证=4, 首页=2)), "quiet", ""),
        (
            facts(looks=Counter(changed=14), edits=Counter({("added", NOTE): 14, ("dropped", "三月完工。"): 2})),
            "suspect",
            f"14 of 14 changed releases gained the same sentence: {NOTE}",
        ),
        (
            facts(looks=Counter(same=4, changed=5), edits=Counter({("dropped", NOTE): 5})),
            "suspect",
            f"5 of 5 changed releases lost the same sentence: {NOTE}",
        ),
        (facts(looks=Counter(same=12, changed=2), edits=Counter({("added", "总投资三亿元。"): 2})), "quiet", ""),
        (facts(looks=Counter(same=12, changed=6), edits=Counter({("added", NOTE): 6})), "quiet", ""),
        (facts(looks=Counter(changed=4), edits=Counter({("added", NOTE): 4})), "quiet", ""),
        (facts(held=3, ledger=Counter(held=100, pending=7)), "suspect", "7 listed articles were never answered"),
        (facts(held=3, ledger=Counter(held=3, pending=7), partial=True), "ok", ""),
    ],
)
def test_what_a_crawl_brought(one: Facts, outcome: str, said: str) -> None:
    verdict = judge(one, HEALTHY, SOURCE)
    assert verdict.outcome == outcome
    assert said in " ".join(verdict.problems)
    assert bool(verdict.problems) == (outcome not in ("ok", "quiet"))


@pytest.mark.parametrize("field", FIELDS)
def test_a_field_that_pages_had_and_have_no_more(field: str) -> None:
    one = facts(held=6, readings=readings(6, **{field: 6}))
    verdict = judge(one, HEALTHY, SOURCE)
    assert verdict.outcome == "suspect"
    assert FIELDS[field] in verdict.problems[0]


def test_a_field_that_pages_never_had_is_no_fault() -> None:
    without = facts(held=3, readings=readings(3, publisher=3))
    assert judge(without, [past(day, without) for day in range(29, 1, -1)], SOURCE).outcome == "ok"


def test_a_field_that_is_lost_one_page_a_day_is_missed_after_some_days() -> None:
    without = facts(held=1, readings=readings(1, date=1))
    lost = [judge(without, HEALTHY, SOURCE).outcome]
    for days in range(1, 4):
        history = [past(29 + days - n, without, "ok") for n in range(days)] + HEALTHY
        lost.append(judge(replace(without, started=START + timedelta(days=30 + days)), history, SOURCE).outcome)
    assert lost == ["ok", "ok", "suspect", "suspect"]


@pytest.mark.parametrize(
    ("one", "said"),
    [
        (facts(held=3, lists=[shown(20, 3, dated=0)]), "20 of 20 entries of the lists have no date any more"),
        (facts(lists=[shown(address="http://example.gov.cn/new/")]), "is answered by http://example.gov.cn/new/ now"),
        (facts(lists=[shown(repeats=True)]), "shows its first pages again"),
        (facts(held=20, lists=[shown(20, 20)]), "shows nothing that it showed before"),
        (facts(held=10, readings=readings(10, [440] * 10)), "440 characters long (median), and were 900 before"),
        (facts(counts=Counter(changed=4), readings=Readings(shrunk=3)), "3 of 4 changed releases lost"),
        (facts(held=5, readings=Readings(texts=Counter(a=4, b=1))), "4 of 5 new pages hold the same text"),
        (facts(day=45), "has shown nothing new for 16 days, and never paused longer than 1"),
    ],
)
def test_what_differs_from_the_norm(one: Facts, said: str) -> None:
    verdict = judge(one, HEALTHY, SOURCE)
    assert verdict.outcome == "suspect"
    assert said in " ".join(verdict.problems)


@pytest.mark.parametrize(
    ("newest", "dated", "outcome"), [("2026-03-25", 20, "ok"), ("2026-03-02", 20, "suspect"), ("", 0, "suspect")]
)
def test_a_list_that_is_all_new_after_one_crawl_is_another_when_it_is_no_newer(
    newest: str, dated: int, outcome: str
) -> None:
    first = past(0, facts(held=20, lists=[shown(20, 20, newest="2026-03-02")]))
    one = facts(held=20, lists=[shown(20, 20, dated, newest=newest)])
    assert judge(one, [first], SOURCE).outcome == outcome


def test_a_list_that_always_shows_new_entries_alone_is_no_fault() -> None:
    every = facts(held=20, lists=[shown(20, 20)])
    assert judge(every, [past(day, every) for day in range(29, 0, -1)], SOURCE).outcome == "ok"


def test_articles_that_often_fail_are_no_fault_where_they_always_did() -> None:
    one = facts(held=3, failed="not-html " * 4)
    usual = facts(held=12, failed="not-html " * 6)
    assert judge(one, HEALTHY, SOURCE).outcome == "suspect"
    assert judge(one, [past(day, usual) for day in (28, 29)], SOURCE).outcome == "ok"


def test_a_newspaper_that_appears_no_more_is_missed() -> None:
    def edition(day: int) -> Facts:
        return facts(held=9, day=day, lists=[shown(9, 9, url=f"{LIST}{day}/")])

    history = [past(day, edition(day)) for day in range(29, 0, -1)]
    last = shown(9, 0, url=f"{LIST}29/")
    assert judge(facts(lists=[last], day=38), history, SOURCE).outcome == "quiet"
    assert judge(facts(lists=[last], day=45), history, SOURCE).outcome == "suspect"


def test_what_has_been_so_for_a_month_is_the_norm() -> None:
    without = facts(held=3, readings=readings(3, publisher=3))
    lasting = [past(day, without, "suspect") for day in range(60, 30, -1)] + HEALTHY
    assert judge(replace(without, started=START + timedelta(days=61)), lasting, SOURCE).outcome == "suspect"
    assert judge(replace(without, started=START + timedelta(days=99)), lasting, SOURCE).outcome == "ok"


def test_a_first_crawl_has_no_norm() -> None:
    assert judge(facts(held=20, readings=readings(20, date=20)), [], SOURCE).outcome == "ok"


def test_a_row_of_an_earlier_version_has_no_facts() -> None:
    assert judge(facts(held=3), [Past(started=START, outcome="ok", facts="{}")], SOURCE).outcome == "ok"


@pytest.mark.parametrize(
    ("filled", "number", "usually", "of", "dropped"),
    [
        (0, 8, 40, 40, True),
        (0, 3, 40, 40, True),
        (0, 2, 40, 40, False),
        (0, 4, 10, 10, True),
        (0, 8, 3, 3, False),
        (4, 8, 40, 40, False),
        (3, 8, 40, 40, True),
        (0, 40, 20, 40, False),
        (0, 0, 40, 40, False),
    ],
)
def test_has_dropped(filled: int, number: int, usually: int, of: int, dropped: bool) -> None:
    assert has_dropped(filled, number, usually, of) is dropped


@given(st.integers(1, 60), st.integers(4, 400), st.floats(0, 1))
def test_a_rate_that_stays_has_not_dropped(number: int, of: int, rate: float) -> None:
    assert not has_dropped(round(number * rate), number, round(of * rate), of)


def test_texts_of_half_the_length_are_shorter() -> None:
    dice = random.Random(4)
    usual = [round(dice.lognormvariate(6.8, 0.5)) for _ in range(200)]
    assert are_shorter([one // 2 for one in usual[:30]], usual)
    assert not are_shorter(usual[:30], usual)
    assert are_shorter([1] * 4, usual)
    assert not are_shorter([1] * 3, usual)


@pytest.mark.parametrize(
    ("text", "legible"),
    [
        ("溟川市人民政府召开常务会议，研究部署春季造林和农田水利建设的各项工作。" * 3, True),
        ("Notice on public holidays. " * 9, True),
        ("短", True),
        ("溟川市人民政府召开常务会议，研究部署春季造林工作。".encode().decode("gb18030", "replace") * 3, False),
        ("溟川市人民政府召开常务会议，研究部署春季造林工作。".encode().decode("latin-1") * 3, False),
        ("�" * 60 + "溟川市人民政府召开的会议", False),
    ],
)
def test_is_legible(text: str, legible: bool) -> None:
    assert is_legible(text) is legible


@pytest.mark.parametrize(
    ("pause", "silence", "expected"), [(1, 12, None), (1, 13, (13, 1)), (9, 27, None), (9, 28, (28, 9))]
)
def test_silent_days(pause: int, silence: int, expected: tuple[int, int] | None) -> None:
    days = [*range(7), 6 + pause]
    arrivals = [START + timedelta(days=day) for day in days]
    assert silent_days(arrivals, START + timedelta(days=days[-1] + silence)) == expected


def test_a_rhythm_takes_a_week_to_learn() -> None:
    arrivals = [START + timedelta(days=day) for day in range(6)]
    assert silent_days(arrivals, START + timedelta(days=300)) is None
