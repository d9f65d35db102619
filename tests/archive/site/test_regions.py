"""What region codes are called, and how places lie in each other."""

import sqlite3

import pytest

from archive.site import regions
from archive.site.regions import Area


@pytest.mark.parametrize(
    ("code", "zh", "en"),
    [
        ("100000", "全国", "National"),
        ("370000", "山东", "Shandong"),
        ("37", "山东", "Shandong"),
        ("370100", "山东 济南市", "Shandong 济南市"),
        ("371311", "山东 临沂市 罗庄区", "Shandong 临沂市 罗庄区"),
        ("110101", "北京 东城区", "Beijing 东城区"),
        ("419001", "河南 济源市", "Henan 济源市"),
        ("371399", "山东 临沂市 371399", "Shandong 临沂市 371399"),
        ("990100", "990100", "990100"),
        ("", "", ""),
    ],
)
def test_a_region_is_named_from_the_province_down(code: str, zh: str, en: str) -> None:
    assert regions.region_name(code, "zh", {}) == zh
    assert regions.region_name(code, "en", {}) == en


def test_places_that_no_table_knows_are_called_as_their_sources_say() -> None:
    db = sqlite3.connect(":memory:")
    db.execute("CREATE TABLE sources (id TEXT, region TEXT, name TEXT)")
    sources = [
        ("a", "990000", "云岭日报"),
        ("b", "990000", "云岭省人民政府"),
        ("c", "990100", "清河市人民政府新闻办公室"),
        ("d", "990122", "苇汀发布"),
        ("e", "990123", "一个没有说出地名的名称"),
        ("f", "370000", "云山省人民政府"),
    ]
    db.executemany("INSERT INTO sources VALUES (?, ?, ?)", sources)
    named = regions.named(db)
    db.close()
    assert named == {"990000": "云岭省", "990100": "清河市", "990122": "苇汀"}
    assert regions.path("990122", "en", named) == ["云岭省", "清河市", "苇汀"]
    assert regions.path("990123", "zh", named) == ["云岭省", "清河市", "990123"]
    assert regions.path("99", "zh", named) == ["云岭省"]
    assert regions.path("370000", "zh", named) == ["山东"]


def test_a_place_is_named_as_on_the_day() -> None:
    assert regions.path("370215", "zh", {}, "2015-03-01") == ["山东", "青岛市", "即墨市"]
    assert regions.region_name("370215", "en", {}, "2020-03-01T09:00") == "Shandong 青岛市 即墨区"


def test_places_are_counted_for_their_prefecture_and_province() -> None:
    counts = {"370000": 3, "371311": 2, "371300": 1, "110101": 4, "419001": 1, "990101": 2, "990100": 1}
    assert regions.tree(counts) == [
        Area(code="110000", count=4, parts=[Area(code="110101", count=4, parts=[])]),
        Area(code="370000", count=6, parts=[Area(code="371300", count=3, parts=[])]),
        Area(code="410000", count=1, parts=[Area(code="419001", count=1, parts=[])]),
        Area(code="990000", count=3, parts=[Area(code="990100", count=3, parts=[])]),
    ]
