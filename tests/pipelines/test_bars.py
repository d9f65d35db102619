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
    ("发布时间 2026-03-05 09:17　来源 溟川市水务局　浏览 12", "2026-03-05T09:17+08:00", "溟川市水务局", "", ""),
    ("来源 溟川日报 | 发布日期 2026-03-05", "2026-03-05", "溟川日报", "", ""),
    ("<span>来源 溟川市水务局</span><span>2026-03-05</span><span>已阅 12</span>", "2026-03-05", "溟川市水务局", "", ""),
    ("<span>来源 溟川市水务局</span><span>第3期</span>", "", "", "", ""),
    ("2026-03-05 消息来源：溟川市水务局 本文转载请注明出处", "2026-03-05", "溟川市水务局", "", ""),
    ("信息提供：溟川市水务局 截至2026-04-01", "", "溟川市水务局", "", ""),
    ("来源：溟川市水务局 已阅 35 次 发布时间：2026-03-05", "2026-03-05", "溟川市水务局", "", ""),
    ("2026-03-05 来源：阅读溟川 阅读：233", "2026-03-05", "阅读溟川", "", ""),
    ("2026-03-05 来源：溟川市互联网举报中心 分享到：微信", "2026-03-05", "溟川市互联网举报中心", "", ""),
    ("2026-03-05 来源：溟川市水务局打印本页 关闭", "2026-03-05", "溟川市水务局", "", ""),
    ("2026-03-05 来源：溟川市水务局浏览次数：12次", "2026-03-05", "溟川市水务局", "", ""),
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
BARS += [
    ("【作者】张明远 【来源】溟川日报 【编辑】李晓禾 【时间】2026-03-05", "2026-03-05", "溟川日报", "张明远", "李晓禾"),
    ("点击：12 26-03-05 09:17 来源：溟川日报", "2026-03-05T09:17+08:00", "溟川日报", "", ""),
    ("发布：26-03-05 浏览：3", "2026-03-05", "", "", ""),
    ("来源：溟川日报2026年2月1日第3版 发布时间：2026-03-05", "2026-03-05", "溟川日报", "", ""),
    ("Source: Mingchuan Daily By Li He 2026-03-05", "2026-03-05", "Mingchuan Daily", "", ""),
    ("■ 文/图 张明远", "", "", "张明远", ""),
    ("图/文 张明远 2026-03-05", "2026-03-05", "", "张明远", ""),
    ("文图：张明远 来源：溟川日报", "", "溟川日报", "张明远", ""),
    ("转自：溟川日报 2026年2月1日 发布日期：2026年3月5日", "2026-03-05", "溟川日报", "", ""),
    ("（原载《溟川日报》2026年2月1日） 2026-03-05 09:17", "2026-03-05T09:17+08:00", "", "", ""),
    (
        "<span>来源：溟川日报</span><span>2026-02-01</span><span>发布时间：2026-03-05</span>",
        "2026-03-05",
        "溟川日报",
        "",
        "",
    ),
]
BARS += [
    ("Date: 2026-03-05 Source: Mingchuan Daily Author: Wang Xin", "2026-03-05", "Mingchuan Daily", "Wang Xin", ""),
    ("By Zhang Mingyuan (Mingchuan Daily) 2026-03-05", "2026-03-05", "Mingchuan Daily", "Zhang Mingyuan", ""),
    ("By Zhang Mingyuan Source: Mingchuan Daily", "", "Mingchuan Daily", "Zhang Mingyuan", ""),
    ("by Wang Xin | Mingchuan Daily", "", "Mingchuan Daily", "Wang Xin", ""),
    ("本报记者 张明远 李晓禾 2026-03-05 09:17", "2026-03-05T09:17+08:00", "", "张明远 李晓禾", ""),
    ("记者：张明远 李晓禾 | 编辑：王新", "", "", "张明远 李晓禾", "王新"),
    ("发布人：李女士： 2026-03-05", "2026-03-05", "", "", ""),
    ("首发于溟川日报 2026-02-01 | 2026-03-05", "2026-03-05", "", "", ""),
    ("来源：溟川日报 2026年02月01日 04版　　2026-03-05 09:17", "2026-03-05T09:17+08:00", "溟川日报", "", ""),
    ("作者：李女士： 来源：溟川日报", "", "溟川日报", "李女士", ""),
    ("编辑 / 李晓禾   审核 / 张明远", "", "", "", "李晓禾"),
]
BARS += [
    ("发布机构：溟川市水务局　发布时间：2026-03-05", "2026-03-05", "溟川市水务局", "", ""),
    ("发布单位：溟川市水务局　浏览：8", "", "溟川市水务局", "", ""),
    ("发文机关：溟川市水务局　发布时间：2026-03-05", "2026-03-05", "", "", ""),
    ("来源：本站 作者：本站 编辑：本站", "", "本站", "", ""),
    ("来源：<span>溟川市</span><span>水务局</span>　2026-03-05", "2026-03-05", "溟川市水务局", "", ""),
    ("来源：<span>溟川市</span><span>农业</span><b>农村局</b> | 2026-03-05", "2026-03-05", "溟川市农业农村局", "", ""),
    ("来源：<span>溟川市</span> <span>水务局</span>", "", "溟川市", "", ""),
    ("来源：<span>溟川日报</span><span>水务局</span>", "", "溟川日报", "", ""),
    ("来源丨溟川日报 记者丨何建中 编辑丨李晓禾", "", "溟川日报", "何建中", "李晓禾"),
    ("来源 | 作者 | 日期", "", "", "", ""),
    ("發佈時間：2026-03-05 記者：李文 來源：溟川日報", "2026-03-05", "溟川日報", "李文", ""),
    ("通讯员：何建中 来源：溟川市水务局", "", "溟川市水务局", "何建中", ""),
    ("供稿：何建中 来源：溟川市水务局", "", "溟川市水务局", "何建中", ""),
]
BARS += [
    ("公告时间：2026-03-04 16:20　公告单位：溟川市教育局", "2026-03-04T16:20+08:00", "", "", ""),
    ("挂网日期：2026-03-05　来源：溟川市教育局", "2026-03-05", "溟川市教育局", "", ""),
    ("挂网日期：2026-03-05 16:20 | 浏览：12", "2026-03-05T16:20+08:00", "", "", ""),
    ("播出日期：2026-03-05　编辑：李晓禾", "2026-03-05", "", "", "李晓禾"),
    ("公示时间：2026-03-05至2026-03-11　来源：溟川市教育局", "", "溟川市教育局", "", ""),
    ("开标时间：2026-03-05 09:30　来源：溟川市教育局", "", "溟川市教育局", "", ""),
    ("开标时间：2026-03-05 09:30　地点：交易中心", "", "", "", ""),
    ("开放时间：2026-03-05　地点：文化馆　来源：溟川日报", "", "溟川日报", "", ""),
    ("演出时间：2026-03-05　服务对象：全体市民", "", "", "", ""),
]
# a line at the end of a text, which says nothing about the page
ENDS = [
    "（完）",
    "（全文完）",
    "（高新区 安溪县）",
    "（万元 公顷）",
    "（新华社）",
    "图为活动现场。（何建中 摄）",
    "会议由何建中主持，李晓禾参加。（何建中 李晓禾）",
    "获奖的作品是《江岸征文集》，作者：何建中。",
    "参会的有（记者代表）三十名。",
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
    "文明办 图书馆联合举办读书活动。",
    "图/文中的数据以年鉴为准。",
    "文：本次征文的体裁不限，诗歌除外。",
    "（原载《溟川日报》2026年2月1日）",
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


def _witnessed(bar: str, meta: str, listed: str, url: str = "http://x/1.html", after: str = "") -> Release:
    """A release whose page has a bar, PubDate and its list a day, each "" for none; fetched on 2026-03-16."""
    body = "".join(f"<p>{line}</p>" for line in NEWS.split("\n"))
    stamp = meta and f'<meta name="PubDate" content="{meta}">'
    html = f"<html><head><title>{TITLE}</title>{stamp}</head><body><h1>{TITLE}</h1><div class=bar>{bar}</div>"
    html += f"<div class=content>{body}</div>{after}</body></html>"
    entry = Listed(url=url, title=TITLE, date=listed) if listed else None
    page = Page(url=url, source="x", fetched="2026-03-16T09:00:00+00:00", body=html.encode(), listed=entry)
    return extract(page, None)


@pytest.mark.parametrize(
    ("bar", "meta", "listed", "url", "day", "doubted"),
    [
        # the day of the fetch in the bar: a server's clock
        ("发布时间：2026-03-16", "2026-02-05 09:17", "2026-02-05", "/1.html", "2026-02-05T09:17+08:00", True),
        ("发布时间：2026-03-16", "", "2026-02-05", "/1.html", "2026-02-05", True),
        ("发布时间：2026-03-16", "", "2026-03-15", "/1.html", "2026-03-16", False),
        ("发布时间：2026-03-16", "", "", "/1.html", "2026-03-16", False),
        # another day than that of PubDate and list
        ("发布时间：2025-02-05", "2026-02-05", "2026-02-05", "/1.html", "2025-02-05", True),
        ("发布时间：2025-02-05", "2026-02-05", "2026-02-05", "/202602/t20260205_1.html", "2026-02-05", True),
        ("发布时间：2026-02-05", "2026-03-02", "", "/1.html", "2026-02-05", False),
        ("发布时间：2026-02-05", "2026-03-02", "2026-02-05", "/1.html", "2026-02-05", False),
        # nothing is printed, and PubDate and list contradict each other
        ("来源：溟川日报", "2019-01-01", "2026-02-05", "/1.html", "2019-01-01", True),
        ("来源：溟川日报", "2019-01-01", "2026-02-05", "/202602/t20260205_1.html", "2026-02-05", True),
        ("来源：溟川日报", "2026-02-04", "2026-02-05", "/1.html", "2026-02-04", False),
    ],
)
def test_days_that_contradict_each_other_are_doubted(
    bar: str, meta: str, listed: str, url: str, day: str, doubted: bool
) -> None:
    release = _witnessed(bar, meta, listed, f"http://x{url}")
    assert release.published == day
    assert any(one.startswith("day-doubted:") for one in release.problems) == doubted


@pytest.mark.parametrize(
    ("link", "day"),
    [
        ("<a href='/2.html'>石桥镇健身操大赛落幕</a>", "2026-02-05"),
        ("<a href='/2.pdf'>附件：石桥镇健身操大赛名单</a>", "2025-12-01"),
        ("<a href='/2'>健身操大赛名单.pdf</a>", "2025-12-01"),
        ("<a href='#'>打印本页</a> <a href='#'>关闭窗口</a>", "2025-12-01"),
    ],
)
def test_a_day_below_the_headline_of_another_release_is_its_own(link: str, day: str) -> None:
    after = f"<div class=more><div>{link}<p>来源：石桥晚报　发布时间：2025-12-01</p></div></div>"
    assert _witnessed("来源：溟川日报", "", "2026-02-05", after=after).published == day


@pytest.mark.parametrize(
    ("bar", "day"),
    [
        ("创建时间：2026-03-04 18:00　发布时间：2026-03-05 09:17", "2026-03-05T09:17+08:00"),
        ("录入时间：2026-03-04　公开日期：2026-03-05", "2026-03-05"),
        ("录入时间：2026-03-04　来源：溟川日报", "2026-03-04"),
        ("挂网日期：2026-03-05", "2026-03-05"),
        ("开标日期：2026-03-05", ""),
    ],
)
def test_the_publication_comes_before_the_steps_to_it(bar: str, day: str) -> None:
    assert read(bar).published == day


@pytest.mark.parametrize(
    ("end", "day"),
    [
        ("<p>溟川市水务局</p><p>日期：2026年3月2日</p>", "2026-03-02"),
        ("<p>溟川市水务局（盖章）</p><p>日 期：2026年3月2日</p>", "2026-03-02"),
        ("<p>地点：溟川市会展馆</p><p>日期：2026年3月2日</p>", ""),
        ("<p>溟川市水务局</p><p>活动日期：2026年3月2日</p>", ""),
    ],
)
def test_a_label_may_stand_before_the_day_of_a_signature(end: str, day: str) -> None:
    body = "".join(f"<p>{line}</p>" for line in NEWS.split("\n"))
    html = (
        f"<html><head><title>{TITLE}</title></head><body><h1>{TITLE}</h1><div id=zoom>{body}{end}</div></body></html>"
    )
    page = Page(url="http://x/1.html", source="x", fetched="2026-03-16T09:00:00+00:00", body=html.encode())
    assert extract(page, None).written == day


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("挂网日期：2026-03-05　来源：溟川市教育局", ""),
        ("公告时间：2026-03-04 16:20　公告单位：溟川市教育局", ""),
        ("开标时间：2026-03-05 09:30　地点：交易中心", "开标时间：2026-03-05 09:30 地点：交易中心"),
        ("演出时间：2026-03-05　服务对象：全体市民", "演出时间：2026-03-05 服务对象：全体市民"),
        ("公告时间：2026年3月5日至3月11日", "公告时间：2026年3月5日至3月11日"),
    ],
)
def test_a_bar_that_begins_with_an_unknown_label_is_no_text(line: str, text: str) -> None:
    html = f"<html><head><title>{TITLE}</title></head><body><h1>{TITLE}</h1><div id=zoom><p>{line}</p>"
    html += "".join(f"<p>{one}</p>" for one in NEWS.split("\n")) + "</div></body></html>"
    page = Page(url="http://x/1.html", source="x", fetched="2026-03-16T09:00:00+00:00", body=html.encode())
    assert extract(page, None).text == "\n".join(filter(None, (text, NEWS)))


@pytest.mark.parametrize("end", ENDS)
def test_a_text_that_holds_such_words_says_nothing(end: str) -> None:
    release = read(end=end)
    assert tuple(getattr(release, name) for name in FIELDS) == ("", "", "", "")


@pytest.mark.parametrize(
    ("end", "author"),
    [
        ("（何建中 李晓禾）", "何建中 李晓禾"),
        ("（何建中、李晓禾）", "何建中、李晓禾"),
        ("（何建中）", "何建中"),
        ("今年将继续加强调度。（通讯员 何建中）", "何建中"),
        ("（记者何建中 文/图）", "何建中"),
        ("（水务局 何建中）", "何建中"),
        ("本报记者 何建中/文 李晓禾/图", "何建中"),
        ("供稿：何建中", "何建中"),
        ("供稿：县水务局 作者：何建中 审核：李晓禾", "何建中"),
        ("另购《溟川史话》（作者：何建中）五百册发给各村。", ""),
        ("（作者：何建中）", "何建中"),
    ],
)
def test_names_at_the_end_of_a_text_are_its_authors(end: str, author: str) -> None:
    assert read(end=end).author == author


@pytest.mark.parametrize(
    ("opening", "author"),
    [
        (f"本报讯（记者 何建中）{NEWS * 3}", "何建中"),
        ("本报讯 记者何建中报道：近日，春灌开始。", "何建中"),
        ("新华社溟川3月5日电（何建中、李晓禾）近日，春灌开始。", "何建中、李晓禾"),
        ("溟川日报讯（通讯员 何建中）近日，春灌开始。", "何建中"),
        ("县里通电（高山 平原）的村已全部完成改造。", ""),
        ("日前（3月5日）记者从市水务局获悉，春灌开始。", ""),
        ("（记者席设在东侧）近日，春灌开始。", ""),
    ],
)
def test_a_dateline_names_the_author(opening: str, author: str) -> None:
    paragraphs = "".join(f"<p>{line}</p>" for line in (opening.replace("\n", ""), *NEWS.split("\n")))
    html = f"<html><head><title>{TITLE}</title></head><body><h1>{TITLE}</h1><div class=content>{paragraphs}</div></body></html>"
    assert extract(Page(url="http://x/1.html", source="x", fetched="", body=html.encode()), None).author == author


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
