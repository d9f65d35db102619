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
