"""Which names of columns promise a place's own news."""

import pytest

from crawler.adopt.columns import name_of_page
from crawler.adopt.names import Own, is_section, rank

OWN = Own.of("山东省云埠市苇塘区人民政府", "990302", "county")


@pytest.mark.parametrize(
    "name",
    [
        "政务要闻",
        "苇塘要闻",
        "今日苇塘",
        "苇塘区新闻",
        "本地要闻",
        "区内要闻",
        "全区动态",
        "区政要闻",
        "要闻动态",
        "时政新闻",
        "头条",
        "更多要闻>>",
        "工作动态",
        "区府要闻",
        "【政务要闻】（12）",
    ],
)
def test_the_place_s_own_news(name: str) -> None:
    assert rank(name, OWN) > 0


@pytest.mark.parametrize(
    "name",
    [
        *(
            "公示公告",
            "通知",
            "政策文件",
            "政策解读",
            "专题专栏",
            "国务院要闻",
            "省市要闻",
            "全市要闻",
            "云埠要闻",
            "上级动态",
            "区县动态",
        ),
        *(
            "部门动态",
            "镇街动态",
            "图片新闻",
            "视频新闻",
            "新闻联播",
            "新闻发布会",
            "媒体聚焦",
            "领导动态",
            "区政动态",
            "市政要闻",
            "市府要闻",
            "要闻12",
            "今日",
            "",
            "首页",
            "政务公开",
        ),
    ],
)
def test_other_columns(name: str) -> None:
    assert rank(name, OWN) == 0


def test_the_place_s_own_name_and_要闻_count_more() -> None:
    ranks = [rank(name, OWN) for name in ("苇塘要闻", "政务要闻", "苇塘动态", "政务动态", "工作动态")]
    assert ranks == sorted(ranks, reverse=True)


def test_the_own_words_of_a_place() -> None:
    assert "峒水" in Own.of("峒水苗族侗族自治县人民政府", "990322", "county").names
    assert Own.of("云埠市人民政府", "990300", "city").signs == "市"


@pytest.mark.parametrize(
    ("name", "section"), [("新闻中心", True), ("新闻资讯", True), ("苇塘新闻", False), ("政务要闻", False)]
)
def test_sections(name: str, *, section: bool) -> None:
    assert is_section(name) is section


@pytest.mark.parametrize(
    ("page", "name"),
    [
        ('<title>首页-苇塘区人民政府</title><meta name="ColumnName" content="政务要闻">', "政务要闻"),
        ("<title>部门动态_苇塘区人民政府门户网站</title>", "部门动态"),
        ("<title>苇塘区人民政府门户网站 - 苇塘要闻</title>", "苇塘要闻"),
        ("<title>苇塘区政务网</title>", ""),
        ("<p>x</p>", ""),
    ],
)
def test_the_name_that_a_page_bears(page: str, name: str) -> None:
    assert name_of_page(page, "苇塘区人民政府") == name
