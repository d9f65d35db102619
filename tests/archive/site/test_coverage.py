"""The page of coverage: what "nothing found" is worth."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from archive.snapshots.make import make
from archive.snapshots.places import Declared, Known
from tests.archive.site.visiting import NOW, Get, visited

KNOWN = Known(
    candidates={"370102": 1, "370100": 1},
    declared=[
        Declared(id="shandong", region="370000", evidence="reported"),
        Declared(id="lixia", region="370102", evidence="live"),
        Declared(id="jimo", region="370299", evidence="live"),  # a place that was never
    ],
)


@pytest.fixture(scope="module")
def get(folder: Path) -> Iterator[Get]:
    with visited(make(folder, public=True, now=NOW, known=KNOWN), public=True) as get:
        yield get


def test_the_country_by_levels_with_all_its_places(get: Get) -> None:
    told = get("/coverage.json").json()
    assert {level: told["country"][level]["places"] for level in ("province", "city")} == {"province": 34, "city": 333}
    assert told["country"]["county"]["live"] == 1
    [shandong] = [one for one in told["provinces"] if one["region"] == "370000"]
    assert shandong["province"] | {"places": 0} == {
        "places": 0, "candidates": 0, "declared": 1, "live": 0, "ok": 0, "blocked": 0,
    }  # fmt: skip
    assert (shandong["city"]["candidates"], shandong["city"]["declared"], shandong["city"]["places"]) == (1, 0, 16)
    [lixia] = [one for one in told["places"] if one["region"] == "370102"]
    assert (lixia["name"], lixia["candidates"], lixia["declared"], lixia["live"]) == ("历下区", 1, 1, 1)


def test_invented_places_are_no_part_of_the_denominators(get: Get) -> None:
    told = get("/coverage.json").json()
    [yunling] = [one for one in told["provinces"] if one["region"] == "990000"]
    assert yunling["releases"] > 0
    assert yunling["province"]["places"] == 0


def test_a_map_and_a_row_for_each_province_lead_to_its_places(get: Get) -> None:
    page = get("/coverage", lang="en").text
    assert 'class="tiles"' in page
    assert page.count("/coverage?region=37") == 2
    opened = get("/coverage", region="37", lang="en").text
    assert "济南市 历下区" in opened
    assert "seen live" in opened


def test_the_map_counts_the_places_that_the_table_counts(get: Get) -> None:
    told = get("/coverage.json").json()
    [shandong] = [one for one in told["provinces"] if one["region"] == "370000"]
    counted = sum(shandong[level]["declared"] for level in ("province", "city", "county"))
    drawn = dict(
        re.findall(
            r'<a href="/coverage\?region=(\d\d)[^"]*"><rect[^>]*>.*?<text class="n"[^>]*>(\d+)<', get("/coverage").text
        )
    )
    assert drawn["37"] == str(counted) == "2"
    assert "99" not in drawn


@pytest.mark.parametrize("region", ["98", "3", "x", "<b>"])
def test_a_province_that_is_none(get: Get, region: str) -> None:
    assert get("/coverage", region=region).status_code == 404


def test_nothing_found_leads_to_it(get: Get) -> None:
    assert "/coverage?region=37" in get("/search", q="没有这样的词", region="370102").text
    assert "/coverage" in get("/search", q="没有这样的词").text
    assert "/coverage" in get("/browse").text
    assert "/coverage" not in get("/search", q="清河").text
