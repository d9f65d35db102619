"""The index asked in ranges offers as the index asked at once."""

import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from datasette.utils import sqlite_timelimit

from archive import database
from archive.search import ranges
from archive.search.index import divided
from archive.search.ranges import Ranged

HELD = 997
WORDS = ("山", "东", "水", "利")


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of which every seventh release is missing."""
    path = tmp_path_factory.mktemp("ranges") / "archive.db"
    dice = random.Random(1)
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("CREATE TABLE releases (id INTEGER PRIMARY KEY)")
        db.execute("CREATE VIRTUAL TABLE releases_fts USING fts5(title, text, content='')")
        for id in range(1, HELD + 1):
            if id % 7:
                db.execute("INSERT INTO releases VALUES (?)", [id])
                text = divided("".join(dice.choices(WORDS, k=dice.randint(1, 6))))
                db.execute("INSERT INTO releases_fts(rowid, title, text) VALUES (?, ?, ?)", [id, "", text])
    return path


@pytest.fixture
def ranged(archive: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ranged]:
    monkeypatch.setattr(ranges, "SHARE", 100)
    with closing(database.reading_as(Ranged, archive)) as db:
        db.share(4, lambda: database.reading(archive))
        yield db


@pytest.mark.parametrize("words", ['"山"', '"山 东"', '"水 利 山 东"', '"火"', '"山 东" NOT "水"'])
@pytest.mark.parametrize("most", [1, 40, 300, 5000])
def test_ranges_together_offer_the_same(words: str, most: int, ranged: Ranged, archive: Path) -> None:
    with closing(database.reading(archive)) as whole:
        assert ranges.offered(ranged, words, most) == ranges.offered(whole, words, most)


@pytest.mark.parametrize(("share", "connections"), [(100, 4), (400, 2), (500, 1), (5000, 1)])
def test_a_small_archive_has_few_ranges(
    share: int, connections: int, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ranges, "SHARE", share)
    with closing(database.reading_as(Ranged, archive)) as db:
        db.share(4, lambda: database.reading(archive))
        assert len(list(ranges.connections(db))) == connections
        assert len(ranges.offered(db, '"山"', 5000)) > 100


def test_a_fault_is_raised_and_the_next_is_answered(ranged: Ranged) -> None:
    with pytest.raises(sqlite3.OperationalError, match="unterminated"):
        ranges.offered(ranged, '"山', 10)
    assert len(ranges.offered(ranged, '"山"', 10)) == 10


@pytest.mark.parametrize("late", range(4))
def test_one_that_takes_too_long_ends_all(late: int, ranged: Ranged) -> None:
    slow = list(ranges.connections(ranged))[late]
    assert len(ranges.offered(ranged, '"山"', 10)) == 10  # SQLite opens the index at its first use
    with sqlite_timelimit(slow, 0), pytest.raises(sqlite3.OperationalError, match="interrupted"):
        ranges.offered(ranged, '"山" OR "东"', 5000)
    assert len(ranges.offered(ranged, '"山"', 10)) == 10


def test_beside_other_searches_it_asks_by_itself(ranged: Ranged) -> None:
    ranged.alone = False
    for one in ranged.beside:
        one.close()
    assert len(ranges.offered(ranged, '"山"', 10)) == 10
