"""Places by their codes: names over the years, codes before and after, and codes from names."""

import pytest

from archive.texts.place_names import PROVINCES
from archive.texts.places import codes_named, is_code, is_in_force, name_of, other_codes, table


def test_every_code_lies_in_a_province_and_its_years_follow_each_other() -> None:
    for code, places in table().items():
        assert len(code) == 6
        assert code[:2] in PROVINCES
        for place in places:
            assert place.since.isdigit()
            assert not place.until or place.since <= place.until
            assert all(follower in table() for follower in place.successors)
        assert all(one.until and one.until <= two.since for one, two in zip(places, places[1:], strict=False))


def test_what_is_in_force_is_whole() -> None:
    """As of 2026: 31 provinces, Taiwan and two regions; 333 prefectures; 2,846 counties and more."""
    codes = [code for code in table() if is_in_force(code)]
    assert len([code for code in codes if code.endswith("0000")]) == 34
    assert len([code for code in codes if code.endswith("00") and not code.endswith("0000")]) == 333
    assert 2840 < len([code for code in codes if not code.endswith("00")]) < 2860


@pytest.mark.parametrize(
    ("code", "right"),
    [
        ("370614", True),  # 蓬莱区, since 2020
        ("370282", True),  # 即墨市, until 2017
        ("370000", True),
        ("100000", True),
        ("990101", True),
        ("000000", False),
        ("999999", False),
        ("371399", False),
        ("37", False),
        ("", False),
    ],
)
def test_a_code_that_never_existed_is_known(code: str, right: bool) -> None:
    assert is_code(code) == right


@pytest.mark.parametrize(
    ("code", "day", "name"),
    [
        ("370215", "2016-05-03", "即墨市"),
        ("370215", "2018-05-03T09:00:00+08:00", "即墨区"),
        ("370215", "", "即墨区"),
        ("370282", "2016-05-03", "即墨市"),
        ("370282", "2022-05-03", "即墨市"),
        ("420600", "2009-01-01", "襄樊市"),
        ("420600", "2011-01-01", "襄阳市"),
        ("320613", "2015-01-01", "崇川区"),  # it followed 崇川区 and 港闸区
        ("370100", "1970-01-01", "济南市"),
        ("990101", "2016-01-01", ""),
        ("371399", "", ""),
    ],
)
def test_a_place_has_the_name_of_its_day(code: str, day: str, name: str) -> None:
    assert name_of(code, day) == name


@pytest.mark.parametrize(
    ("prefix", "others"),
    [
        ("370215", ("370222", "370282", "379013")),
        ("370282", ("370215",)),
        ("370613", ()),
        ("990101", ()),
    ],
)
def test_a_place_is_found_under_its_old_and_its_new_code(prefix: str, others: tuple[str, ...]) -> None:
    assert other_codes(prefix) == others


def test_a_prefecture_has_the_old_codes_of_what_it_took_in_and_none_of_what_left_it() -> None:
    assert {"371200", "371202", "371203"} <= set(other_codes("3701"))
    assert "220381" in other_codes("2201")  # 公主岭, of 四平 until 2020
    assert "220184" not in other_codes("2203")


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("山东省济南市历下区人民政府", ["370102"]),
        ("即墨区人民政府", ["370215"]),
        ("即墨市人民政府", ["370282"]),
        ("吉林市人民政府", ["220200"]),
        ("吉林省人民政府", ["220000"]),
        ("广西壮族自治区人民政府", ["450000"]),
        ("北京市海淀区人民政府", ["110108"]),
        ("青岛政务网", ["370200"]),
        ("中国青岛", ["370200"]),
        ("山东政务网", ["370000"]),
        ("云埠市人民政府", []),
        ("鼓楼日报", []),
    ],
)
def test_a_name_has_the_codes_of_its_places(name: str, codes: list[str]) -> None:
    assert codes_named(name) == codes


def test_a_name_of_several_places_has_all_their_codes() -> None:
    assert set(codes_named("鼓楼区人民政府")) == {"320106", "320302", "350102", "410204"}
