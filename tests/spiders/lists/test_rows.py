"""Rows of lists: furniture beside them, rows within rows, rows that are left out, titles with markup."""

import pytest

from crawler.sources import Source
from spiders.lists.dates import plain
from spiders.lists.entries import read_links
from spiders.lists.links import parse_html

LIST = "http://www.luoxi.example/xw/"
TRS = r"/t\d{8}_\d+\.html$"


def read(html: str, article: str = "", hosts: tuple[str, ...] = ()) -> tuple[list[tuple[str, str]], list[str]]:
    source = Source(
        id="x", name="x", region="990100", level="city", family="html", lists=(LIST,), article=article, hosts=hosts
    )
    found = read_links(parse_html(f"<html><body>{html}</body></html>"), LIST, source)
    entries = [(one.url.removeprefix("http://www.luoxi.example"), one.date) for one in found.entries]
    return entries, [row.url for row in found.left]


def row(n: int, more: str = "", tag: str = "li") -> str:
    day = f"2026-02-{20 - n:02}"
    link = f"<a href='/xw/202602/t202602{20 - n:02}_{n}.html'>洛西新闻第{n}则</a>"
    return f"<{tag}>{link}{more}<span>{day}</span></{tag}>"


def expected(*numbers: int) -> list[tuple[str, str]]:
    return [(f"/xw/202602/t202602{20 - n:02}_{n}.html", f"2026-02-{20 - n:02}") for n in numbers]


ROWS = "<ul>" + "".join(map(row, range(4))) + "</ul>"
FURNITURE = {
    "a footer": "<div class='footer'><a href='/gy/201801/t20180105_7.html'>网站声明</a></div>",
    "a side column": "<div class='left'><a href='/jg/201801/t20180105_7.html'>机构职能</a></div>",
    "a menu as a list": "<ul><li><a href='/jg/201801/t20180105_7.html'>联系方式</a></li></ul>",
    "a cell": "<table><tr><td><a href='/jg/201801/t20180105_7.html'>联系我们</a></td></tr></table>",
    "a picture in the footer": "<footer><a href='/xw/202602/t20260210_7.html'><img>网站标识码说明</a></footer>",
    "a heading of years ago": "<h3><a href='/xw/201801/t20180105_7.html'>政务公开指南</a></h3>",
    "a banner": "<a href='/xw/202602/t20260210_7.html'><img></a>",
}
NEWS = {
    "a headline": "<h2><a href='/xw/202602/t20260225_7.html'>全市经济工作会议召开</a></h2>",
    "picture news": "<dl><dd><a href='/xw/202602/t20260225_7.html'><img></a>"
    "<p><a href='/xw/202602/t20260225_7.html'>全市经济工作会议召开</a></p></dd></dl>",
    "picture and words in one link": "<div><a href='/xw/202602/t20260225_7.html'><img><b>全市经济工作会议召开</b></a></div>",
}


@pytest.mark.parametrize("article", ["", TRS])
@pytest.mark.parametrize("extra", FURNITURE.values(), ids=FURNITURE)
def test_furniture_is_no_entry(extra: str, article: str) -> None:
    assert read(ROWS + extra, article)[0] == expected(0, 1, 2, 3)


RANKED = "<ul>" + "".join(row(n) for n in (7, 8, 9)) + "</ul>"
RANKINGS = {
    "a heading": f"<div><h3>点击排行</h3>{RANKED}</div>",
    "a heading in a box": f"<div><div class=t><span>推荐阅读</span><a href='/xw/'>更多&gt;</a></div><div>{RANKED}</div></div>",
    "a heading before it": f"<p>相关新闻：</p>{RANKED}",
}
NO_RANKINGS = {
    "a column": f"<div><h3>部门动态</h3>{RANKED}</div>",
    "a column of recommendations by name": f"<div><h3>推荐性标准公告</h3>{RANKED}</div>",
    "words far before it": f"<p>热门</p><p>一</p><p>二</p>{RANKED}",
}


@pytest.mark.parametrize("article", ["", TRS])
@pytest.mark.parametrize("side", RANKINGS.values(), ids=RANKINGS)
def test_rankings_beside_a_list_are_no_entries(side: str, article: str) -> None:
    assert read(f"<div>{ROWS}</div>{side}", article)[0] == expected(0, 1, 2, 3)
    assert read(f"{side}<div>{ROWS}</div>", article)[0] == expected(0, 1, 2, 3)


@pytest.mark.parametrize("side", NO_RANKINGS.values(), ids=NO_RANKINGS)
def test_other_lists_beside_a_list_are_entries(side: str) -> None:
    assert read(f"<div>{ROWS}</div>{side}")[0] == expected(0, 1, 2, 3, 7, 8, 9)


@pytest.mark.parametrize("side", RANKINGS.values(), ids=RANKINGS)
def test_a_ranking_alone_is_the_list(side: str) -> None:
    assert read(side)[0] == expected(7, 8, 9)


def undated(number: int) -> str:
    return "".join(f"<li><a href='/xw/{n}.html'>洛西新闻第{n}则</a></li>" for n in range(number))


def test_beside_titles_without_days_names_of_columns_are_no_entries() -> None:
    menu = "<div class=top><a href='/login.jsp'>登录</a></div><ul><li><a href='/bm/'>部门动态</a><li><a href='/xz/'>乡镇</a></ul>"
    picture = "<p><a href='/xw/9.html'><img src='1.jpg' alt='洛西'></a></p>"
    assert [url for url, _ in read(f"{menu}<ul>{undated(5)}<li><a href='/xw/8.html'>短讯</a></ul>{picture}")[0]] == [
        *(f"/xw/{n}.html" for n in range(5)),
        "/xw/8.html",
        "/xw/9.html",
    ]
    # fewer rows are no list that could tell
    assert "/bm/" in [url for url, _ in read(f"{menu}<ul>{undated(4)}</ul>")[0]]


@pytest.mark.parametrize("article", ["", TRS])
@pytest.mark.parametrize("extra", NEWS.values(), ids=NEWS)
def test_headlines_and_picture_news_are_entries(extra: str, article: str) -> None:
    assert read(extra + ROWS, article)[0] == [("/xw/202602/t20260225_7.html", ""), *expected(0, 1, 2, 3)]


@pytest.mark.parametrize(
    ("address", "is_entry"),
    [
        ("/xw/show-117.html", True),
        ("/xw/show-103.html", True),
        # older than all of the list, another kind of address, one without a number
        ("/xw/show-7.html", False),
        ("/gk/show-117.html", False),
        ("/xw/show-guide.html", False),
    ],
)
def test_where_addresses_print_no_day_a_headline_has_a_number_of_the_list_s_time(address: str, is_entry: bool) -> None:
    rows = "".join(
        f"<li><a href='/xw/show-{n}.html'>洛西新闻{n}</a><i>2026-02-0{n - 100}</i></li>" for n in (101, 102, 104)
    )
    found = [url for url, _ in read(f"<h2><a href='{address}'>全市经济工作会议召开</a></h2><ul>{rows}</ul>")[0]]
    assert (address in found) == is_entry


def test_an_undated_row_among_dated_ones_is_an_entry() -> None:
    pinned = "<li><a href='/xw/202602/t20260225_7.html'>置顶</a></li>"
    assert read(ROWS.replace("<ul>", "<ul>" + pinned), TRS)[0][0] == ("/xw/202602/t20260225_7.html", "")
    boxes = "".join(row(n, tag="div") for n in range(4)) + pinned.replace("li>", "div>")
    assert read(f"<section>{boxes}</section>", TRS)[0][-1] == ("/xw/202602/t20260225_7.html", "")


def test_where_no_day_stands_all_that_match_are_entries() -> None:
    links = "<div><a href='/a/t20260225_7.html'>一</a></div><p><a href='/b/t20260225_8.html'>二</a></p>"
    assert len(read(links, TRS)[0]) == 2


def reading(n: int) -> str:
    return f"<a href='/jd/202602/t202602{20 - n:02}_9{n}.html'>解读第{n}则</a>"


NESTED = {
    "lists in items": lambda n: row(n, f"<div><ul><li>{reading(n)}</li></ul></div>"),
    "several readings": lambda n: row(n, f"<div><ul><li>{reading(n)}</li><li>{reading(n + 5)}</li></ul></div>"),
    "a division": lambda n: row(n, f"<div class=jd>{reading(n)}{reading(n + 5)}</div>"),
    "rows of divisions": lambda n: row(n, f"<div class=jd><p>{reading(n)}</p></div>", tag="div"),
    "only in some": lambda n: row(n, f"<div><ul><li>{reading(n)}</li></ul></div>" if n == 1 else ""),
}


@pytest.mark.parametrize("make", NESTED.values(), ids=NESTED)
def test_a_row_with_rows_below_it_is_one_entry_and_keeps_its_day(make) -> None:  # type: ignore[no-untyped-def]
    html = f"<ul>{''.join(make(n) for n in range(4))}</ul>"
    assert read(html, TRS)[0] == expected(0, 1, 2, 3)


def test_a_table_in_a_cell_belongs_to_its_row() -> None:
    cells = (
        f"<tr><td><a href='/xw/202602/t202602{20 - n}_{n}.html'>洛西新闻第{n}则</a>"
        f"<table><tr><td>{reading(n)}</td></tr></table></td><td>2026-02-{20 - n}</td></tr>"
        for n in range(4)
    )
    assert read(f"<table>{''.join(cells)}</table>", TRS)[0] == expected(0, 1, 2, 3)


def test_lists_by_month_keep_all_their_rows() -> None:
    months = f"<li>二月<ul>{row(0)}{row(1)}</ul></li><li>一月<ul>{row(2)}{row(3)}</ul></li>"
    assert read(f"<ul>{months}</ul>", TRS)[0] == expected(0, 1, 2, 3)


def test_rows_below_that_have_days_are_entries() -> None:
    inner = "<ul><li><a href='/xw/202602/t20260201_9.html'>又一则</a><i>2026-02-01</i></li></ul>"
    html = f"<ul>{row(0, inner)}{row(1)}{row(2)}{row(3)}</ul>"
    assert ("/xw/202602/t20260201_9.html", "2026-02-01") in read(html, TRS)[0]


def test_a_day_above_several_links_makes_no_row_of_them() -> None:
    def day(n: int) -> str:
        links = "".join(f"<li><a href='/xw/202602/t2026020{n}_{n}{k}.html'>新闻{n}{k}</a></li>" for k in range(3))
        return f"<li>2026-02-0{n}<ul>{links}</ul></li>"

    assert len(read(f"<ul>{day(1)}{day(2)}{day(3)}</ul>", TRS)[0]) == 9


def test_dated_rows_that_lead_elsewhere_are_told() -> None:
    other = "<li><a href='http://news.luoxi.example/xw/202602/t20260201_8.html'>外站新闻</a><i>2026-02-01</i></li>"
    special = "<li><a href='/zt/hd/'>专题</a><i>2026-02-01</i></li>"
    link = "<ul class=links><li><a href='http://www.other.example/'>友情链接</a></li></ul>"
    html = ROWS.replace("</ul>", other + special + "</ul>") + link
    told = ["http://news.luoxi.example/xw/202602/t20260201_8.html", "http://www.luoxi.example/zt/hd/"]
    assert read(html, TRS) == (expected(0, 1, 2, 3), told)
    assert read(html, TRS, ("news.luoxi.example",))[1] == told[1:]


def test_a_link_in_a_template_is_no_entry() -> None:
    assert read(f"<template><ul>{row(9)}</ul></template>{ROWS}", TRS)[0] == expected(0, 1, 2, 3)


@pytest.mark.parametrize(
    ("title", "words"),
    [
        ("<font color=red>关于河道的公告</font>", "关于河道的公告"),
        ("&lt;b&gt;关于河道的公告&lt;/b&gt;", "关于河道的公告"),
        ("关于&ldquo;十四五&rdquo;规划", "关于“十四五”规划"),
        ("关于&amp;ldquo;十四五&amp;rdquo;规划", "关于“十四五”规划"),
        ("一<br/>二", "一二"),
        ("A&B合作签约", "A&B合作签约"),
        ("R&D;投入", "R&D;投入"),
        ("PM2.5<35微克>20天", "PM2.5<35微克>20天"),
        ("《<条例>解读》", "《<条例>解读》"),
    ],
)
def test_titles_lose_their_markup(title: str, words: str) -> None:
    assert plain(title) == words


def notice(n: int) -> str:
    return f"<a href='/gk/{n}.html'>关于印发洛西市第{n}号办法的通知</a>"


def dated(n: int) -> str:
    return f"2026-02-{20 - n:02}"


NOTICES = [(f"/gk/{n}.html", dated(n)) for n in range(5)]
DRAWING = "<a href='/tj/1.html'>图解</a>"
BESIDE = {
    "a drawing behind it": lambda n: f"<li>{notice(n)}<a href='/tj/{n}.html'>图解</a><i>{dated(n)}</i></li>",
    "a reading in brackets": lambda n: (
        f"<li>{notice(n)}<b>[<a href='/jd/{n}.html'>政策解读</a>]</b><i>{dated(n)}</i></li>"
    ),
    "the body behind it": lambda n: f"<li>{notice(n)}<a href='/jg/{n % 2}/'>区水务{n % 2}局</a><i>{dated(n)}</i></li>",
    "the column before it": lambda n: f"<li><a href='/bmdt/'>[部门动态]</a>{notice(n)}<i>{dated(n)}</i></li>",
    "cells": lambda n: f"<tr><td>{notice(n)}</td><td><a href='/jd/{n}.html'>解读</a></td><td>{dated(n)}</td></tr>",
    "in one row alone": lambda n: f"<li>{notice(n)}{DRAWING * (n == 1)}<i>{dated(n)}</i></li>",
}


@pytest.mark.parametrize("make", BESIDE.values(), ids=BESIDE)
def test_a_short_link_beside_the_title_takes_neither_row_nor_day(make) -> None:  # type: ignore[no-untyped-def]
    rows = "".join(map(make, range(5)))
    assert read(f"<table>{rows}</table>" if "<tr>" in rows else f"<ul>{rows}</ul>")[0] == NOTICES


def test_two_titles_of_a_row_with_one_day_are_two_entries() -> None:
    rows = (f"<li>{dated(n)} {notice(n)} {notice(n + 5)}</li>" for n in range(5))
    found = read(f"<ul>{''.join(rows)}</ul>")[0]
    assert sorted(found) == sorted([*NOTICES, *((f"/gk/{n + 5}.html", dated(n)) for n in range(5))])


def test_titles_with_days_of_their_own_keep_them() -> None:
    rows = (f"<li>{notice(n)}<i>{dated(n)}</i>{notice(n + 5)}<i>{dated(n + 5)}</i></li>" for n in range(5))
    assert set(read(f"<ul>{''.join(rows)}</ul>")[0]) == {(f"/gk/{n}.html", dated(n)) for n in range(10)}


MENU = "<div><p><a href='/zn.html'>公开指南</a></p><p><a href='/nb.html'>公开年报</a></p></div>"
IN_TURN = {
    "a list for each row": (
        "<div>{}</div>",
        lambda n: f"<ul><li>{notice(n)}</li><li>{dated(n)}</li></ul>",
    ),
    "the day before": ("<dl>{}</dl>", lambda n: f"<dt>{dated(n)}</dt><dd>{notice(n)}</dd>"),
    "the day behind": ("<dl>{}</dl>", lambda n: f"<dd>{notice(n)}</dd><dd>{dated(n)}</dd>"),
    "two rows of a table": (
        "<table>{}</table>",
        lambda n: f"<tr><td>{notice(n)}</td></tr><tr><td>发布日期：{dated(n)}</td></tr>",
    ),
    "a day among words in the row below": (
        "<table>{}</table>",
        lambda n: f"<tr><td>{notice(n)}</td></tr><tr><td></td><td>发布于 {dated(n)} 浏览 3{n} 次</td></tr>",
    ),
}


@pytest.mark.parametrize(("around", "make"), IN_TURN.values(), ids=IN_TURN)
def test_a_row_may_be_made_of_rows(around: str, make) -> None:  # type: ignore[no-untyped-def]
    assert read(MENU + around.format("".join(map(make, range(5)))))[0] == NOTICES


@pytest.mark.parametrize(
    "html",
    [
        "<ul><li><a href='/a.html'>首页上的一个栏目</a></li><li>今天是2026年3月10日</li></ul>",
        "<table><tr><td><a href='/a.html'>首页上的一个栏目</a></td></tr><tr><td>今天是2026年3月10日</td></tr></table>",
        "<table><tr><td><a href='/a.html'>首页上的一个栏目</a></td></tr><tr><td>2026年3月10日，罗溪县开会。</td></tr>"
        "<tr><td><a href='/b.html'>首页上的又一栏目</a></td></tr><tr><td>2026年3月11日，罗溪县开会。</td></tr>"
        "<tr><td><a href='/c.html'>首页上的另一栏目</a></td></tr><tr><td>2026年3月12日，罗溪县开会。</td></tr></table>",
        "<ul><li><a href='/a.html'>首页上的一个栏目</a></li><li><a href='/b.html'>另一个栏目的消息</a><i>2026-02-01</i></li></ul>",
    ],
)
def test_a_day_in_a_neighbour_that_comes_once_is_no_row_s(html: str) -> None:
    assert dict(read(html)[0])["/a.html"] == ""


def test_a_cell_that_reaches_down_dates_the_rows_beside_it() -> None:
    cells = ["<td rowspan=2>2026-03-05</td>", "", "<td rowspan='2'>2026-03-04</td>", "", "<td></td>"]
    html = "".join(f"<tr>{cell}<td>{notice(n)}</td></tr>" for n, cell in enumerate(cells))
    assert [day for _, day in read(f"<table>{html}</table>")[0]] == ["2026-03-05"] * 2 + ["2026-03-04"] * 2 + [""]


def other(target: str, n: int) -> str:
    return f"<li><a href='{target.format(n=n)}'>第{n}期通报</a><i>2026-02-{1 + n:02}</i></li>"


@pytest.mark.parametrize(
    ("own", "target"), [(2, "http://mp.weixin.example/s/{n}"), (4, "/P0202602/W{n}.pdf"), (1, "http://b.example/{n}")]
)
def test_dated_rows_that_outnumber_the_entries_are_left_out_and_told(own: int, target: str) -> None:
    html = f"<ul>{''.join(map(row, range(own)))}{''.join(other(target, n) for n in range(12))}</ul>"
    entries, left = read(html)
    assert entries == expected(*range(own))
    assert len(left) == 12


def test_a_file_behind_a_title_and_links_without_days_are_not_left_out() -> None:
    behind = "".join(row(n, f"<a href='/P0202602/W{n}.pdf'>PDF</a>") for n in range(5))
    friends = "<ul><li><a href='http://b.example/'>友邻甲</a></li><li><a href='http://c.example/'>友邻乙</a></li></ul>"
    assert read(f"<ul>{behind}</ul>{friends}") == (expected(*range(5)), [])


def test_rows_that_a_script_alone_can_follow_are_counted() -> None:
    scripted = "".join(
        f"<li><a href='javascript:;' onclick='show({n})'>第{n}期通报</a><i>2026-02-01</i></li>" for n in range(9)
    )
    menu = "<p><a href='javascript:;'>无障碍</a></p>"
    source = Source(id="x", name="x", region="990100", level="city", family="html", lists=(LIST,))
    found = read_links(parse_html(f"{menu}<ul>{''.join(map(row, range(4)))}{scripted}</ul>"), LIST, source)
    assert (len(found.entries), found.scripted) == (4, 9)
