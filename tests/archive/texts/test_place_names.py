"""The names of places for readers, from the province down."""

import pytest

from archive.texts.place_names import named, path, region_name


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
    assert region_name(code, "zh", {}) == zh
    assert region_name(code, "en", {}) == en


def test_places_that_no_table_knows_are_called_as_their_sources_say() -> None:
    sources = [
        ("990000", "云岭日报"),
        ("990000", "云岭省人民政府"),
        ("990100", "清河市人民政府新闻办公室"),
        ("990122", "苇汀发布"),
        ("990123", "一个没有说出地名的名称"),
        ("370000", "云山省人民政府"),
    ]
    names = named(sources)
    assert names == {"990000": "云岭省", "990100": "清河市", "990122": "苇汀"}
    assert path("990122", "en", names) == ["云岭省", "清河市", "苇汀"]
    assert path("990123", "zh", names) == ["云岭省", "清河市", "990123"]
    assert path("99", "zh", names) == ["云岭省"]
    assert path("370000", "zh", names) == ["山东"]


def test_a_place_is_named_as_on_the_day() -> None:
    assert path("370215", "zh", {}, "2015-03-01") == ["山东", "青岛市", "即墨市"]
    assert region_name("370215", "en", {}, "2020-03-01T09:00") == "Shandong 青岛市 即墨区"
