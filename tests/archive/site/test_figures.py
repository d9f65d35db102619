"""Figures for readers: the table of a release, the series of an indicator, what differs between two versions."""

import csv
import io
import json
from pathlib import Path

import pytest

from archive.model import Indicator
from archive.schema.open import open_archive
from archive.site.figures.differing import differing
from archive.site.figures.kept import place_of
from pipelines.indicators import find_indicators
from tests.archive.conftest import add_release, add_version, fill, insert
from tests.archive.site.visiting import Get

NAME = "地区生产总值"
QUARTERS = [
    ("2020-04-20", "一季度，全市地区生产总值98.5亿元，同比增长4.1%。", "qinghe"),
    ("2020-07-20", "上半年，全市地区生产总值0.0212万亿元，同比增长4.6%。", "qinghe"),
    ("2020-10-20", "前三季度，全市地区生产总值330.2亿元，同比下降0.3%。\n全市出口12.5亿元。", "qinghe"),
    ("2020-10-21", "前三季度，全省地区生产总值4102亿元，同比增长5.2%。", "yunling"),
    ("2020-10-22", "前三季度，全市地区生产总值1330.2亿元。", "ribao"),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("figures") / "data"
    db = open_archive(folder)
    fill(db.conn)
    for id, (day, text, source) in enumerate(QUARTERS, 10):
        add_release(db.conn, id, source, f"经济运行（{day}）", text, published=day)
        for n, one in enumerate(find_indicators(text)):
            insert(db.conn, "indicators", release=id, n=n, **one._asdict())
    db.execute("UPDATE releases SET version = 2 WHERE id = 10")
    add_version(db.conn, 10, 2, "经济运行", QUARTERS[0][1], "2020-04-22T06:00:00Z")
    wrong = QUARTERS[0][1].replace("98.5", "88.5")
    db.execute("UPDATE versions SET text = ? WHERE release = 10 AND version = 1", [wrong])
    for version, text in ((1, wrong), (2, QUARTERS[0][1])):
        told = json.dumps(find_indicators(text))
        db.execute("UPDATE versions SET figures = ? WHERE release = 10 AND version = ?", [told, version])
    db.close()
    return folder


def test_a_release_shows_its_figures_linked_to_their_places_and_series(get: Get) -> None:
    page = get("/release/12").text
    second = QUARTERS[2][1].index("\n") + 1
    assert '<a href="#t0">330.2亿元</a>' in page
    assert f'<a href="#t{second}">12.5亿元</a>' in page
    assert f'<p id="t{second}">' in page
    assert "/indicator?name=%E5%87%BA%E5%8F%A3&amp;place=%E6%B8%85%E6%B2%B3%E5%B8%82" in page


def test_a_release_without_figures_has_no_table_of_them(get: Get) -> None:
    assert 'id="indicators"' not in get("/release/3").text


def test_a_series_draws_the_figures_of_one_place_on_one_scale(get: Get) -> None:
    page = get("/indicator", name=NAME, place="清河市").text
    drawn = page[page.index("<svg") : page.index("</svg>")]
    assert [f'href="/release/{id}"' in drawn for id in (10, 11, 12, 13)] == [True, True, True, False]
    assert 'cy="180.0"' in drawn
    assert 'cy="0.0"' in drawn
    assert "98.5 – 330.2 亿元" in page


def test_all_places_together_are_listed_and_not_drawn(get: Get) -> None:
    page = get("/indicator", name=NAME).text
    assert "<svg" not in page.split("<main")[1].split("</main")[0]
    assert "4102亿元" in page
    assert "/indicator?name=%E5%9C%B0%E5%8C%BA%E7%94%9F%E4%BA%A7%E6%80%BB%E5%80%BC&amp;place=" in page


def test_a_series_is_told_as_json_and_as_csv(get: Get) -> None:
    told = get("/indicator.json", name=NAME, place="清河市").json()
    assert [(one["value"], one["unit"], one["change"], one["direction"]) for one in told["figures"]] == [
        (98.5, "亿元", 4.1, "up"),
        (0.0212, "万亿元", 4.6, "up"),
        (330.2, "亿元", 0.3, "down"),
    ]
    rows = list(csv.DictReader(io.StringIO(get("/indicator.csv", name=NAME).text.removeprefix("\ufeff"))))
    assert [row["release"] for row in rows] == ["10", "11", "12", "13", "14"]


@pytest.mark.parametrize(("address", "status"), [("/indicator", 400), ("/indicator?name=无此指标", 404)])
def test_an_indicator_that_is_not_held_is_said_so(get: Get, address: str, status: int) -> None:
    assert get(address).status_code == status


def test_two_versions_show_the_figures_that_differ(get: Get) -> None:
    page = get("/compare", a="10@1", b="10@2").text
    section = page[page.index('id="indicators"') : page.index('id="texts"')]
    assert "<del>88.5 亿元" in section
    assert "<ins>98.5 亿元" in section


def test_the_public_site_tells_the_figures_of_official_sources_alone(get_public: Get) -> None:
    told = get_public("/indicator.json", name=NAME).json()
    assert [one["release"] for one in told["figures"]] == [10, 11, 12, 13]
    assert get_public("/release/14.json").json()["indicators"] == []


def test_figures_that_one_side_alone_prints_do_not_differ() -> None:
    one, two = (Indicator(name=name, value=1, unit="家", start=0, length=2) for name in ("企业", "学校"))
    assert differing([one], [two]) == []
    assert differing([one, one], [one]) == []


@pytest.mark.parametrize(
    ("printed", "region", "place"),
    [
        ("全市", "370100", "济南市"),
        ("", "370100", "济南市"),
        ("全省", "370100", "山东省"),
        ("全国", "370100", "全国"),
        ("市北区", "370200", "市北区"),
        ("溟川市", "370100", "溟川市"),
    ],
)
def test_a_figure_is_of_the_place_that_is_printed_or_of_its_source(printed: str, region: str, place: str) -> None:
    assert place_of(printed, region, {}) == place
