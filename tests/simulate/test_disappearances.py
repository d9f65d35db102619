"""Sixty days of a source whose pages vanish, whose host fails, and which moves: who is gone, and who is not."""

import random
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlite_utils import Database

from tests.archive.living import prose
from tests.simulate.world import Article, Site, archive_of, follow, removals, settled

DAYS = 60
slow = (pytest.mark.slow, pytest.mark.timeout(1800))


def with_daily_news(count: int) -> list[Article]:
    """So many articles on the first day, and two more on each day that follows."""
    return [settled(n) for n in range(count)] + [settled(count + n, since=1 + n // 2) for n in range(2 * DAYS)]


def statuses(db: Database) -> dict[str, str]:
    return dict(db.execute("SELECT url, status FROM releases").fetchall())


def storms(pick: random.Random) -> Callable[[int, int], str]:
    """Nine bad days: three of outage, two of refusals, two when every article is 404, two when that begins after
    some requests. On all days one request in a hundred fails for no reason.
    """
    days = pick.sample(range(2, DAYS - 1), 8)
    fates = dict(zip(days, ["down", "down", "refused", "refused", "404", "404", "some 404", "some 404"], strict=True))
    fates.setdefault(days[0] + 1, "down")
    limits = {today: pick.randint(5, 40) for today in days}

    def weather(today: int, request: int) -> str:
        fate = fates.get(today, "")
        if fate == "some 404":
            return "404" if request > limits[today] else ""
        if fate == "404":
            return "404" if request else ""
        return fate or ("404" if request and pick.random() < 0.01 else "")

    return weather


def judged(db: Database, lost: set[str]) -> tuple[int, int, int]:
    """How many are gone, how many of them rightly, and how many should be."""
    gone = {url for url, status in statuses(db).items() if status == "gone"}
    return len(gone), len(gone & lost), len(lost)


def live_through(
    folder: Path, seed: int, *, count: int, share: float, last: int, everything: bool
) -> tuple[int, int, int]:
    pick = random.Random(seed)
    articles = with_daily_news(count)
    lost = removals(articles[:count], share, 1, last, pick)
    db, site = archive_of(folder / str(seed)), Site(articles=articles, weather=storms(pick))
    for today in range(DAYS):
        follow(db, site, today, everything=everything)
    return judged(db, lost)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("seeds", "count", "share", "last", "everything"),
    [
        # in time for the look after 44 days and 14 days of failures, one bad day among them
        pytest.param(1, 300, 0.1, 36, False, id="looks that are due"),
        pytest.param(1, 100, 0.2, 43, True, id="looks at all pages each day"),
        pytest.param(6, 1000, 0.02, 36, False, id="due, long", marks=slow),
        pytest.param(2, 1000, 0.02, 43, True, id="all, long", marks=slow),
    ],
)
def test_removed_pages_are_gone_and_no_others(
    tmp_path: Path, seeds: int, count: int, share: float, last: int, everything: bool
) -> None:
    runs = [
        live_through(tmp_path, seed, count=count, share=share, last=last, everything=everything)
        for seed in range(seeds)
    ]
    gone, rightly, lost = (sum(counts) for counts in zip(*runs, strict=True))
    print(f"precision {rightly}/{gone}, recall {rightly}/{lost}")
    assert rightly >= 0.99 * gone
    assert rightly >= 0.98 * lost


FATES = ("down", "404", "soft", *(pytest.param(fate, marks=slow) for fate in ("refused", "410", "home", "redirect")))


@pytest.mark.parametrize("count", [20, pytest.param(60, marks=slow)])
@pytest.mark.parametrize("fate", FATES)
def test_a_source_that_fails_as_a_whole_has_nothing_gone(tmp_path: Path, fate: str, count: int) -> None:
    """Its lists (but for an outage) answer as ever, new articles among them; every older one fails, for forty days."""
    lists_answer = fate not in ("down", "refused")
    db = archive_of(tmp_path)
    site = Site(
        articles=with_daily_news(count),
        weather=lambda today, request: fate if today >= 15 and (request or not lists_answer) else "",
    )
    for today in range(DAYS):
        follow(db, site, today, everything=today % 2 == 0)
    assert "gone" not in statuses(db).values()


def test_what_was_lost_before_a_long_outage_is_found_after_it(tmp_path: Path) -> None:
    articles = with_daily_news(100)
    lost = removals(articles[:100], 0.05, 10, 20, random.Random(1))
    db, site = (
        archive_of(tmp_path),
        Site(articles=articles, weather=lambda today, _: "down" if 20 <= today < 40 else ""),
    )
    for today in range(70):
        follow(db, site, today)
    assert judged(db, lost) == (5, 5, 5)


@pytest.mark.parametrize("count", [50, pytest.param(120, marks=slow), pytest.param(1000, marks=slow)])
@pytest.mark.parametrize("after", ["404", "leads", "home", "redirect"])
@pytest.mark.parametrize(
    "folder",
    [pytest.param("news", id="new kind of address"), pytest.param("xwzx", id="same kind of address", marks=slow)],
)
def test_a_site_that_moves_has_nothing_gone(tmp_path: Path, after: str, folder: str, count: int) -> None:
    """All pages get new addresses on one day; four in a hundred are not taken along."""
    pick = random.Random(7)
    old = [settled(n) for n in range(count)]
    new = [Article(url=settled(5000 + n, folder).url, seed=n, since=20) for n in range(count)]
    for article, heir in zip(old, new, strict=True):
        article.until, article.after, article.heir = 20, after, heir
    dropped = set(pick.sample(range(count), count // 25))
    for number in dropped:
        old[number].heir, old[number].after = None, "404" if after == "leads" else after
    kept = [heir for number, heir in enumerate(new) if number not in dropped]
    db, site = archive_of(tmp_path), Site(articles=old + kept)
    for today in range(75):
        follow(db, site, today)
    found = statuses(db)
    of_old = [found[article.url] for article in old]
    assert of_old.count("gone") == 0
    assert of_old.count("moved") >= 0.95 * count
    assert all(found[heir.url] == "live" for heir in kept)


def test_the_cost_of_looking_is_bounded(tmp_path: Path) -> None:
    """A page that never changes is looked at 4 times in 60 days, and 5 more times in the next year."""
    db, asked = archive_of(tmp_path), 0
    site = Site(articles=[settled(n) for n in range(50)])
    for today in range(60 + 365):
        follow(db, site, today)
        asked += site.asked
    assert asked <= 50 * 9


def test_the_texts_of_the_simulation_are_unlike() -> None:
    assert len({prose(n) for n in range(2000)}) == 2000
