"""Whole bars of invented sites, with what each says; and lines of texts that hold the same words."""

import pytest

from archive.model import Listed, Page, Release
from pipelines.extract import extract
from tests.invented import NEWS, TITLE

FIELDS = ("published", "publisher", "author", "editor")
# the bar, then the published day, publisher, author and editor
BARS = [
    (
        "【来源】溟川市水务局 【作者】张明远 【发布时间】2026-03-05 09:17",
        "2026-03-05T09:17+08:00",
        "溟川市水务局",
        "张明远",
        "",
    ),
    (
        "<span>【发布时间】2026-03-05</span><span>【来源】溟川市水务局</span><span>【浏览】12次</span>",
        "2026-03-05",
        "溟川市水务局",
        "",
        "",
    ),
    ("【信息来源】：溟川日报【字体】大 中 小【编辑】李晓禾", "", "溟川日报", "", "李晓禾"),
    ("【稿源】溟川发布 【责任编辑】李晓禾", "", "溟川发布", "", "李晓禾"),
    ("26-03-05 来源：溟川市水务局 浏览：12", "2026-03-05", "溟川市水务局", "", ""),
    ("来源：溟川市水务局 26-03-05 09:17 浏览：12", "2026-03-05T09:17+08:00", "溟川市水务局", "", ""),
    ("发布时间：26-03-05 09:17 溟川市水务局", "2026-03-05T09:17+08:00", "", "", ""),
    ("26.03.05 | 作者：张明远", "2026-03-05", "", "张明远", ""),
    ("来源：溟川日报 2026-03-01　发布时间：2026-03-05", "2026-03-05", "溟川日报", "", ""),
    ("来源：溟川日报（2026-03-01） 2026-03-05 09:17", "2026-03-05T09:17+08:00", "溟川日报", "", ""),
    ("原载 2026年2月1日《溟川日报》　2026-03-05", "2026-03-05", "", "", ""),
    ("2026-03-05 原载：溟川日报2026年2月1日", "2026-03-05", "", "", ""),
    ("转载自：溟川日报 2026-03-01 更新时间：2026-03-05", "2026-03-05", "溟川日报", "", ""),
    (
        "By Wang Xin | Mingchuan Daily | Updated: 2026-03-05 09:17",
        "2026-03-05T09:17+08:00",
        "Mingchuan Daily",
        "Wang Xin",
        "",
    ),
    ("By Wang Xin and Li He | Mingchuan Daily", "", "Mingchuan Daily", "Wang Xin and Li He", ""),
    ("By WANG XIN in Mingchuan | 2026-03-05", "2026-03-05", "", "WANG XIN", ""),
    ("2026-03-05 本报记者 张明远 李晓禾", "2026-03-05", "", "张明远 李晓禾", ""),
    ("本报记者 张明远 李晓禾", "", "", "张明远 李晓禾", ""),
    ("文/图 张明远", "", "", "张明远", ""),
    ("文/张明远 图/李晓禾", "", "", "张明远", ""),
    ("文｜张明远", "", "", "张明远", ""),
    ("資料來源：溟川市水務局 發佈日期：2026年3月5日", "2026-03-05", "溟川市水務局", "", ""),
    ("来源：溟川市水务局 编辑/李晓禾", "", "溟川市水务局", "", "李晓禾"),
    ("编辑/李晓禾 审核/张明远 发布时间：2026-03-05", "2026-03-05", "", "", "李晓禾"),
    ("责编｜李晓禾 校对｜张明远 来源：溟川日报", "", "溟川日报", "", "李晓禾"),
    ("来源：溟川市水务局 发布人：水务局局长张明远 2026-03-05", "2026-03-05", "溟川市水务局", "", ""),
    ("作者：张明远（溟川市水务局局长） 来源：溟川日报", "", "溟川日报", "张明远（溟川市水务局局长）", ""),
    ("提问人：李女士： 回复时间：2026-03-05", "2026-03-05", "", "", ""),
    ("发布机构：溟川市水务局　发布时间：2026-03-05 来源：本网", "2026-03-05", "本网", "", ""),
    (
        "时间：2026-03-05 09:17 来源：溟川市融媒体中心 编辑：李晓禾 阅读：8",
        "2026-03-05T09:17+08:00",
        "溟川市融媒体中心",
        "",
        "李晓禾",
    ),
    ("2026-03-05 09:17 | 溟川新闻网 | 记者 张明远", "2026-03-05T09:17+08:00", "溟川新闻网", "张明远", ""),
    (
        "信息来源：溟川市统计局 | 发布日期：2026-03-05 | 作者：统计局综合科",
        "2026-03-05",
        "溟川市统计局",
        "统计局综合科",
        "",
    ),
]
# a line at the end of a text, which says nothing about the page
ENDS = [
    "出处：《溟川水利志》",
    "（出处：《溟川水利志》）",
    "文/图两部分分别存档，供群众查阅。",
    "咨询电话：26-03-05 8，传真 26-03-06 8。",
    "报名地点：北岭区清河路26-03-05室。",
    "By Wang Xin的作品《江岸》获得一等奖。",
    "【作者简介】张明远，溟川市人，长期从事水利工作。",
    "本报记者站设在北岭区，共有工作人员五名。",
    "李女士：感谢你们。",
    "征文须注明【来源】和【作者】，否则不予受理。",
    "编辑/排版工作由溟川市印刷厂承担。",
    "展品原载于2026年2月1日的《溟川日报》。",
    "资料来源于各县区的统计报表。",
    "发布人：按照规定须是单位负责人。",
    "门牌 26-03-05",
    "注：资料来源：各县区统计报表。",
]


def read(bar: str = "", end: str = "", listed: str = "", url: str = "http://x/1.html") -> Release:
    body = "".join(f"<p>{line}</p>" for line in NEWS.split("\n"))
    html = (
        f"<html><head><title>{TITLE}_溟川市人民政府</title></head><body><h1>{TITLE}</h1><div class=bar>{bar}</div>"
        f"<div class=content>{body}{end and f'<p>{end}</p>'}</div></body></html>"
    )
    entry = Listed(url=url, title=TITLE, date=listed) if listed else None
    page = Page(url=url, source="x", fetched="2026-03-16T09:00:00+00:00", body=html.encode(), listed=entry)
    return extract(page, None)


@pytest.mark.parametrize("row", BARS, ids=lambda row: row[0])
def test_a_bar_is_read(row: tuple[str, ...]) -> None:
    release = read(row[0])
    assert tuple(getattr(release, name) for name in FIELDS) == row[1:]
    assert release.text == NEWS


@pytest.mark.parametrize("end", ENDS)
def test_a_text_that_holds_such_words_says_nothing(end: str) -> None:
    release = read(end=end)
    assert tuple(getattr(release, name) for name in FIELDS) == ("", "", "", "")


@pytest.mark.parametrize(
    ("bar", "listed", "url", "day"),
    [
        ("26-03-05", "", "http://x/1.html", "2026-03-05"),
        ("溟川要闻 26-03-05", "2026-03-05", "http://x/1.html", "2026-03-05"),
        ("溟川要闻 26-03-05", "", "http://x/202603/t20260305_1.html", "2026-03-05"),
        ("溟川要闻 26-03-05", "", "http://x/1.html", ""),
        ("房号 26-03-05 来源：溟川日报", "", "http://x/1.html", ""),
        ("电话 26-03-05 8 来源：溟川日报", "", "http://x/1.html", ""),
        ("26-03-05 8 来源：溟川日报", "", "http://x/1.html", ""),
        ("26-03-051 来源：溟川日报", "", "http://x/1.html", ""),
        ("26-13-05 来源：溟川日报", "", "http://x/1.html", ""),
        ("15-03-05 来源：溟川日报", "", "http://x/1.html", ""),
    ],
)
def test_a_year_of_two_figures_needs_a_label_or_a_witness(bar: str, listed: str, url: str, day: str) -> None:
    assert read(bar, listed=listed, url=url).published == day
