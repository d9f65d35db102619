"""The order of hits: by score, the same on every page, and only as far as the page says."""

import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest

from archive.schema.open import open_archive
from archive.search import hits, offers, ranking
from archive.search import query as queries
from archive.search.asked import LAST_PAGE, Asked
from archive.search.moment import as_of
from archive.snapshots.make import make
from tests.archive.conftest import add_release, insert
from tests.archive.living import prose
from tests.archive.site.visiting import NOW

RELEASES = 150
WORD = "渔汛"
SIZES = {"COMMON": 60, "LOOKED_AT": 50, "COUNTED": 30, "RANKED": 20}


def words_of(id: int) -> tuple[str, str]:
    """Title and text of a release: every third title and all but every tenth text have the word, some more often."""
    dice = random.Random(id)
    title = f"南溪县公布{WORD if id % 3 == 0 else '近况'}（{id}）"
    said = "" if id % 10 == 0 else f"今年{WORD}提前。" * dice.randint(1, 4)
    return title, f"{prose(id, 2)}{said}"


def cluster_of(id: int) -> int:
    return id - 1 if id % 25 == 0 else id


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    folder = tmp_path_factory.mktemp("ranking") / "data"
    kept = open_archive(folder)
    fixed = {"family": "html", "url": "https://x.example/", "rights": "official", "evidence": "live", "level": "city"}
    for source in ("nanxi", "beidu"):
        insert(kept.conn, "sources", id=source, name=source, region="990100", **fixed)
        insert(kept.conn, "crawls", source=source, started="2020-04-13T06:00:00Z", outcome="ok")
    for id in range(1, RELEASES + 1):
        day = f"20{10 + id * 7 % 15:02d}-{1 + id % 12:02d}-{1 + id % 28:02d}"
        source = "beidu" if id % 4 == 0 else "nanxi"
        add_release(kept.conn, id, source, *words_of(id), published=day, cluster=cluster_of(id))
    kept.close()
    snapshot = make(folder, public=False, now=NOW)
    with closing(sqlite3.connect(snapshot / "archive.db")) as db:
        db.row_factory = sqlite3.Row
        yield db


def walk(db: sqlite3.Connection, **asked: str) -> list[int]:
    """All groups of copies, page by page, in their order."""
    found: list[int] = []
    for page in range(1, LAST_PAGE):
        wanted = Asked(q=WORD, page=page, **asked)  # type: ignore[arg-type]
        with as_of(db, wanted.end):
            part = hits.find(db, wanted)
        found += [hit.row["cluster"] for hit in part.hits]
        if not part.more:
            return found
    raise AssertionError("the pages have no end")


def holding() -> set[int]:
    return {id for id in range(1, RELEASES + 1) if any(WORD in said for said in words_of(id))}


@pytest.mark.parametrize("sizes", [{}, SIZES, SIZES | {"COMMON": 1000}], ids=["all", "common", "many"])
@pytest.mark.parametrize("asked", [{}, {"sort": "new"}, {"source": "nanxi"}, {"at": "2030-01-01"}])
def test_pages_repeat_no_release_and_leave_none_out(
    sizes: dict[str, int], asked: dict[str, str], db: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in sizes.items():
        monkeypatch.setattr(hits if name == "RANKED" else offers, name, value)
    found = walk(db, **asked)
    wanted = {id for id in holding() if not asked.get("source") or id % 4}
    assert sorted(found) == sorted({cluster_of(id) for id in wanted})


def test_words_in_the_title_come_first_then_those_that_stand_often_and_early(db: sqlite3.Connection) -> None:
    found = [id for id in walk(db) if cluster_of(id + 1) == id + 1]  # without those whose place is a copy's
    titled = [WORD in words_of(id)[0] for id in found]
    assert titled == sorted(titled, reverse=True)
    query = queries.parse(WORD)
    scores = [ranking.score(query, *words_of(id)) for id in found]
    assert scores == sorted(scores, reverse=True)


def test_of_common_words_the_newest_with_the_word_in_their_titles_are_ranked(
    db: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in SIZES.items():
        monkeypatch.setattr(hits if name == "RANKED" else offers, name, value)
    found = hits.find(db, Asked(q=WORD))
    assert (found.total, found.about, found.ranked) == (60, True, 20)
    newest = sorted(holding(), reverse=True)[:50]
    titled = {id for id in newest if id % 3 == 0}
    assert {hit.row["id"] for hit in found.hits[: len(titled) - 2]} <= titled
    assert hits.find(db, Asked(q=WORD, sort="new")).ranked == 0


def test_a_search_without_time_is_not_ranked(db: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hits, "PATIENCE", 0.0)
    found = hits.find(db, Asked(q=WORD))
    assert (found.ranked, found.partial) == (0, True)


def score(asked: str, title: str, text: str) -> float:
    return ranking.score(queries.parse(asked), title, text)


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        (("渔汛提前", "近况。"), ("近况", "渔汛。" * 40)),  # the title weighs more than the text
        (("近况", "渔汛提前，渔汛更长。"), ("近况", "渔汛提前，捕捞更久。")),  # often
        (("近况", "渔汛提前。"), ("近况", "渔汛提前。" + "另有通报。" * 300)),  # in a short text
        (("近况", "渔汛提前。" + "另有通报。" * 50), ("近况", "另有通报。" * 50 + "渔汛提前。")),  # early
        (("漁汛提前", "近况。"), ("近况", "渔汛提前。")),  # in the signs of another script
    ],
)
def test_the_better_release_scores_higher(better: tuple[str, str], worse: tuple[str, str]) -> None:
    assert score("渔汛", *better) > score("渔汛", *worse)


def test_a_text_never_outweighs_a_title_and_every_group_counts() -> None:
    assert score("渔汛", "近况", "渔汛" * 5000) < 1
    assert score("渔汛 南溪", "南溪渔汛", "") > score("渔汛 南溪", "渔汛", "南溪" * 100)
    assert score("渔汛 OR 鱼汛", "近况", "鱼汛提前") == score("渔汛", "近况", "渔汛提前")


def test_unwanted_words_and_a_number_in_the_metadata_count_nothing() -> None:
    assert score("渔汛 -秋收", "近况", "渔汛") == score("渔汛", "近况", "渔汛")
    assert score("溪政发〔2020〕5号", "近况", "近况。") == 0
