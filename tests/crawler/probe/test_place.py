"""The publisher's name, place and level, from the pages of a site."""

import pytest

from archive.texts.places import codes_named
from crawler.probe.place import Place, place_of


@pytest.mark.parametrize(
    ("titles", "place"),
    [
        (["政务要闻-青岛市人民政府门户网站"], Place(name="青岛市人民政府", region="370200", level="city")),
        (["通知公告_山东省商务厅"], Place(name="山东省商务厅", region="370000", level="province")),
        (["要闻 | 北京市海淀区人民政府"], Place(name="北京市海淀区人民政府", region="110108", level="county")),
        (["中华人民共和国水利部 要闻"], Place(name="中华人民共和国水利部", region="100000", level="national")),
        (["滕州市人民政府 今日滕州"], Place(name="滕州市人民政府", region="370481", level="county")),
        (["要闻-云埠市人民政府", "第1号新闻-云埠市人民政府"], Place(name="云埠市人民政府", level="city")),
        (["要闻-云埠新闻网", "第1号新闻-云埠新闻网"], Place(name="云埠新闻网")),
        (["要闻-鼓楼区人民政府"], Place(name="鼓楼区人民政府", level="county")),  # of four places
        (["要闻"], Place()),
        ([], Place()),
    ],
)
def test_the_publisher_by_its_titles(titles: list[str], place: Place) -> None:
    assert place_of([f"<html><title>{title}</title></html>" for title in titles], {}) == place


@pytest.mark.parametrize(
    ("foot", "region"),
    [
        ("闽ICP备05000001号", "350102"),
        ("苏公网安备 32010602010001号", "320106"),
        ("苏ICP备05000001号", ""),  # two of the province
        ("", ""),
    ],
)
def test_the_registration_of_a_site_tells_places_of_one_name_apart(foot: str, region: str) -> None:
    page = f"<title>要闻-鼓楼区人民政府</title><div>{foot}</div>"
    assert place_of([page], {}).region == region


def test_meta_tags_are_believed_first() -> None:
    facts = {"sitename": "云岭市人民政府网站", "siteidcode": "9903000001"}
    assert place_of(["<title>要闻-别处</title>"], facts) == Place(name="云岭市人民政府", region="990300", level="city")
    assert place_of([], {"siteidcode": "0000000001"}).region == ""


def test_the_host_of_a_site_is_named_at_its_foot() -> None:
    page = "<title>要闻</title><p>主办单位：云岭市发展和改革委员会　版权所有：云岭市发展和改革委员会</p>"
    assert place_of([page], {}).name == "云岭市发展和改革委员会"


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("山东省济南市历下区人民政府", ["370102"]),
        ("吉林市人民政府", ["220200"]),
        ("吉林省人民政府", ["220000"]),
        ("海南区人民政府", ["150303"]),
        ("内蒙古自治区人民政府", ["150000"]),
        ("中国青岛", ["370200"]),
        ("云岭市人民政府", []),
        ("中国政府网", []),
    ],
)
def test_places_that_a_name_begins_with(name: str, codes: list[str]) -> None:
    assert codes_named(name) == codes
