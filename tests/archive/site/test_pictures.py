"""The numbers behind the site's pictures."""

import sqlite3
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.schema.open import open_archive
from archive.site import pictures
from archive.site.pictures import Month, Step
from archive.texts.place_names import PROVINCES
from tests.archive.conftest import fill, insert


def test_every_province_has_a_tile_of_its_own() -> None:
    assert pictures.TILES.keys() == PROVINCES.keys() - {"10"}
    assert len(set(pictures.TILES.values())) == len(pictures.TILES)


def test_a_tile_is_darker_for_more() -> None:
    shades = {tile.code: tile.shade for tile in pictures.tiles({"370000": 4000, "110000": 60, "440000": 1})}
    assert shades["370000"] == pictures.SHADES
    assert shades["370000"] > shades["110000"] > shades["440000"] > shades["650000"] == 0


def test_what_is_no_province_has_a_tile_below_them() -> None:
    tiles = pictures.tiles({"100000": 3, "990000": 1})
    assert [tile.code for tile in tiles if tile.count] == ["100000", "990000"]
    assert len({(tile.column, tile.row) for tile in tiles}) == len(tiles) == len(pictures.TILES) + 2


@pytest.mark.parametrize(
    ("lives", "shares"),
    [
        ({}, []),
        ({30: (4, 0)}, [(0, 1.0, 4), (30, 1.0, 4)]),
        # 4 watched: one dies at 10, one is watched to 20, one of the two left dies at 30, the other is watched to 40
        (
            {10: (1, 1), 20: (1, 0), 30: (1, 1), 40: (1, 0)},
            [(0, 1.0, 4), (10, 0.75, 4), (30, 0.375, 2), (40, 0.375, 1)],
        ),
        ({0: (2, 2)}, [(0, 1.0, 2), (0, 0.0, 2)]),
    ],
)
def test_survival_is_that_of_kaplan_and_meier(
    lives: dict[int, tuple[int, int]], shares: list[tuple[int, float, int]]
) -> None:
    assert pictures.survival(lives) == [Step(day=day, share=share, watched=n) for day, share, n in shares]


def test_of_a_long_curve_the_last_step_of_each_stretch_stays() -> None:
    curve = pictures.survival(dict.fromkeys(range(1, 500), (10, 1)))
    thin = pictures.thin_curve(curve, 60)
    assert len(thin) <= 62
    assert (thin[0], thin[-1]) == (curve[0], curve[-1])
    assert pictures.thin_curve(curve[:20], 60) == curve[:20]
    assert pictures.thin_curve([], 60) == []


def test_lives_that_take_too_long_to_count_give_no_curve(tmp_path: Path) -> None:
    db = open_archive(tmp_path)
    fill(db.conn)
    db.conn.row_factory = sqlite3.Row
    db.conn.set_progress_handler(lambda: 1, 20)
    assert pictures._lives(db.conn) == {}
    db.conn.set_progress_handler(None, 0)
    db.close()


@given(
    st.dictionaries(
        st.integers(0, 5000),
        st.integers(1, 50).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n))),
        max_size=30,
    )
)
def test_a_curve_never_rises_and_stays_in_its_box(lives: dict[int, tuple[int, int]]) -> None:
    points = [
        tuple(map(float, point.split(","))) for point in pictures.outline(pictures.survival(lives), 720, 180).split()
    ]
    assert points == sorted(points)
    assert all(0 <= x <= 720 and 0 <= y <= 180 for x, y in points)


def test_the_health_of_a_source_is_told_by_month(tmp_path: Path) -> None:
    db = open_archive(tmp_path)
    fill(db.conn)
    for started, outcome in (("2020-05-01T06:00:00Z", "broken"), ("2020-05-02T06:00:00Z", "quiet")):
        insert(db.conn, "crawls", source="ribao", started=started, finished=started, outcome=outcome)
    insert(db.conn, "crawls", source="ribao", started="2020-06-01T06:00:00Z")  # running
    db.conn.row_factory = sqlite3.Row
    view = pictures.health(db.conn)
    assert view.months == ["2020-04", "2020-05"]
    months = {source["id"]: months for source, months in view.sources}
    assert months["ribao"] == {
        "2020-04": Month(crawls=1, well=1, worst="ok"),
        "2020-05": Month(crawls=2, well=1, worst="broken"),
    }
    assert view.curve[-1].share == 1.0
    db.close()
