import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.model import Listed
from crawler.sources import Source
from spiders.lists.dates import LONGEST_TITLE, find_day, only_day, whole_title
from spiders.lists.entries import MOST_ENTRIES, read_entries
from spiders.lists.links import address, parse_html, same_site
from spiders.lists.paging import next_link

LIST = "http://www.luoxi.gov.cn/xwzx/"


def source(**values):
    given = {"id": "luoxi", "name": "洛西市", "region": "990100", "level": "city", "family": "html", "lists": (LIST,)}
    return Source(**{**given, **values})


def entries(html, url=LIST, **values):
    return [
        (e.url.removeprefix("http://www.luoxi.gov.cn"), e.title, e.date)
        for e in read_entries(parse_html(html), url, source(**values))
    ]


ITEMS = {
    "span after the link": (
        '<li><a href="/1.html">洛西新闻</a><span>2026-07-02</span></li>',
        ("/1.html", "洛西新闻", "2026-07-02"),
    ),
    "day before the link": (
        '<li><i>2026.7.2</i> <a href="/1.html">洛西新闻</a></li>',
        ("/1.html", "洛西新闻", "2026-07-02"),
    ),
    "day in brackets": ('<li><a href="/1.html">洛西新闻</a> [2026/07/02]</li>', ("/1.html", "洛西新闻", "2026-07-02")),
    "day with minute": (
        '<li><a href="/1.html">洛西新闻</a><em>2026年7月2日 9:17</em></li>',
        ("/1.html", "洛西新闻", "2026-07-02T09:17"),
    ),
    "day over three lines": (
        '<li><a href="/1.html">洛西新闻</a><b>2026-\n      01-\n      23</b></li>',
        ("/1.html", "洛西新闻", "2026-01-23"),
    ),
    "day over three elements": (
        '<li><a href="/1.html">洛西新闻</a><p><span>2026-</span><br><span>01-</span><br><span>23</span></p></li>',
        ("/1.html", "洛西新闻", "2026-01-23"),
    ),
    "day above its month": (
        '<li><div><b>23</b><i>2026-01</i></div><a href="/1.html">洛西新闻</a></li>',
        ("/1.html", "洛西新闻", "2026-01-23"),
    ),
    "day inside the link": (
        '<li><a href="/1.html"><h3>洛西新闻</h3><p>回顾2025年3月4日的情形</p><span>2026-07-02 09:17</span></a></li>',
        ("/1.html", "洛西新闻", "2026-07-02T09:17"),
    ),
    "day as the end of the link": (
        '<li><a href="/1.html">洛西新闻[2026-07-02]</a></li>',
        ("/1.html", "洛西新闻", "2026-07-02"),
    ),
    "label before the day": (
        '<li><a href="/1.html">洛西新闻</a><span>发布日期：2026-07-02</span></li>',
        ("/1.html", "洛西新闻", "2026-07-02"),
    ),
    "month and day, year in the address": (
        '<li><a href="/202607/t20260702_1.html">洛西新闻</a><span>07-02</span></li>',
        ("/202607/t20260702_1.html", "洛西新闻", "2026-07-02"),
    ),
    "month, day and minute, year in the address": (
        '<li><a href="/202607/t20260702_1.html">洛西新闻</a><span>07-02 15:20</span></li>',
        ("/202607/t20260702_1.html", "洛西新闻", "2026-07-02"),
    ),
    "month and day, no year": (
        '<li><a href="/1.html">洛西新闻</a><span>07-02</span></li>',
        ("/1.html", "洛西新闻", ""),
    ),
    "cells of a row": (
        '<table><tr><td><a href="/1.html">洛西新闻</a></td><td>市府办</td><td>2026-07-02</td></tr></table>',
        ("/1.html", "洛西新闻", "2026-07-02"),
    ),
    "definition": (
        '<dl><dt><a href="/1.html">洛西新闻</a></dt><dd>2026-07-02</dd></dl>',
        ("/1.html", "洛西新闻", "2026-07-02"),
    ),
    "a day in the title": (
        '<li><a href="/1.html">洛西市2025年6月1日通告</a><span>2026-07-02</span></li>',
        ("/1.html", "洛西市2025年6月1日通告", "2026-07-02"),
    ),
    "a day in the title alone": (
        '<li><a href="/1.html">洛西市2025年6月1日通告</a></li>',
        ("/1.html", "洛西市2025年6月1日通告", ""),
    ),
    "title attribute": (
        '<li><a href="/1.html" title="洛西市举行第三届湿地论坛">洛西市举行第三届湿地…</a></li>',
        ("/1.html", "洛西市举行第三届湿地论坛", ""),
    ),
    "title attribute that is cut": (
        '<li><a href="/1.html" title="洛西市举行第三届...">洛西市举行第三届湿地论坛</a></li>',
        ("/1.html", "洛西市举行第三届湿地论坛", ""),
    ),
    "title attribute of the row": (
        '<li title="洛西市举行第三届湿地论坛"><a href="/1.html">洛西市举行第三届...</a><i>2026-07-02</i></li>',
        ("/1.html", "洛西市举行第三届湿地论坛", "2026-07-02"),
    ),
    "whole title in another attribute": (
        '<li><a href="/1.html" data-title="洛西市举行第三届湿地论坛">洛西市举行第三届...</a><i>2026-07-02</i></li>',
        ("/1.html", "洛西市举行第三届湿地论坛", "2026-07-02"),
    ),
    "another attribute, with a day": (
        '<li><a href="/1.html" aria-label="洛西市举行第三届湿地论坛 2026-07-02">洛西市举行第三届...</a><i>2026-07-02</i></li>',
        ("/1.html", "洛西市举行第三届...", "2026-07-02"),
    ),
    "another attribute, an address": (
        '<li><a href="/1.html"><img src="洛西市举行第三届.jpg">洛西市举行第三届...</a><i>2026-07-02</i></li>',
        ("/1.html", "洛西市举行第三届...", "2026-07-02"),
    ),
    "title attribute of the row, about something else": (
        '<li title="点击查看"><a href="/1.html">洛西市举行第三届...</a><i>2026-07-02</i></li>',
        ("/1.html", "洛西市举行第三届...", "2026-07-02"),
    ),
    "title of a picture": (
        '<li><a href="/1.html"><img alt="洛西湿地" src="/1.jpg"></a></li>',
        ("/1.html", "洛西湿地", ""),
    ),
    "picture, title and 详情": (
        '<li><a href="/1.html"><img src="/1.jpg"></a><a href="/1.html">洛西新闻</a>'
        '<a href="/1.html">[详细]</a> 2026-07-02</li>',
        ("/1.html", "洛西新闻", "2026-07-02"),
    ),
    "title over lines": ("<li><a href='/1.html'>\n  洛西\n  新闻 </a></li>", ("/1.html", "洛西 新闻", "")),
    "bullet": ('<li><a href="/1.html">·&nbsp;洛西新闻</a></li>', ("/1.html", "洛西新闻", "")),
    "single quotes": ("<li><a href='/1.html' title='洛西新闻'>洛…</a></li>", ("/1.html", "洛西新闻", "")),
    "figure set apart in the title": (
        '<li><a href="/1.html">洛西<b>2026</b>年第<i>5</i>期</a><span>2026-07-02</span></li>',
        ("/1.html", "洛西2026年第5期", "2026-07-02"),
    ),
    "day set apart in the link, no heading": (
        '<li><a href="/1.html"><b>23</b><i>2026-01</i>洛西新闻</a></li>',
        ("/1.html", "洛西新闻", "2026-01-23"),
    ),
    "parameter": ('<li><a href="/show?id=7">洛西新闻</a></li>', ("/show?id=7", "洛西新闻", "")),
}


@pytest.mark.parametrize(("item", "entry"), ITEMS.values(), ids=ITEMS)
def test_an_item_gives_address_title_and_day(item, entry):
    assert entries(item) == [entry]


@pytest.mark.parametrize(("item", "entry"), ITEMS.values(), ids=ITEMS)
def test_an_item_is_read_alike_among_others(item, entry):
    others = '<li><a href="/8.html">又一则</a><span>2025-12-31</span></li>'
    assert entry in entries(f"<ul>{others}{item}{others.replace('8', '9')}</ul>")


@pytest.mark.parametrize(
    "html",
    [
        '<div><a href="/1.html">一</a> 2026-07-01<br><a href="/2.html">二</a> 2026-07-02<br></div>',
        '<div>2026-07-01 <a href="/1.html">一</a><br>2026-07-02 <a href="/2.html">二</a><br></div>',
        '<p><a href="/1.html">一</a><span>2026-07-01</span><a href="/2.html">二</a><span>2026-07-02</span></p>',
        '<p><span>2026-07-01</span><a href="/1.html">一</a><span>2026-07-02</span><a href="/2.html">二</a></p>',
        '<dl><dt><a href="/1.html">一</a></dt><dd>2026-07-01</dd>'
        '<dt><a href="/2.html">二</a></dt><dd>2026-07-02</dd></dl>',
        '<div><div><h3><a href="/1.html">一</a></h3><p>2026-07-01</p></div>'
        '<div><h3><a href="/2.html">二</a></h3><p>2026-07-02</p></div></div>',
    ],
)
def test_days_belong_to_their_own_links(html):
    assert entries(html) == [("/1.html", "一", "2026-07-01"), ("/2.html", "二", "2026-07-02")]


def test_an_address_is_one_entry_however_often_it_is_linked():
    again = '<a href="https://luoxi.gov.cn/1.html?from=timeline" title="洛西新闻发布"></a>'
    html = f'<a href="/1.html">洛西新闻…</a>{again}<a href="/2.html">二</a>'
    assert entries(html) == [("/1.html", "洛西新闻发布", ""), ("/2.html", "二", "")]


def test_relative_links_follow_the_base_of_the_page():
    assert entries('<base href="/zwgk/"><a href="../a/1.html">一</a>') == [("/a/1.html", "一", "")]


def test_only_links_that_match_the_pattern_are_entries():
    html = '<a href="/a/t20260702_1.html">一</a><a href="/a/">二</a><a href="/a/t20260702_2.html#x">三</a>'
    found = entries(html, article=r"/t\d+_\d+\.html$")
    assert found == [("/a/t20260702_1.html", "一", ""), ("/a/t20260702_2.html", "三", "")]


def test_links_to_other_hosts_are_entries_only_where_the_source_says_so():
    html = '<a href="http://sw.luoxi.gov.cn/1.html">一</a><a href="http://www.beiyuan.gov.cn/2.html">二</a>'
    assert entries(html) == []
    assert entries(html, hosts=("www.beiyuan.gov.cn",)) == [("http://www.beiyuan.gov.cn/2.html", "二", "")]


def test_another_port_is_another_host():
    html = '<a href="http://127.0.0.1:8001/1.html">一</a><a href="http://127.0.0.1:8002/2.html">二</a>'
    assert entries(html, url="http://127.0.0.1:8001/") == [("http://127.0.0.1:8001/1.html", "一", "")]


@pytest.mark.parametrize(
    "link",
    [
        '<a href="#top">回到顶部</a>',
        '<a href="javascript:void(0)">打印</a>',
        '<a href="mailto:x@luoxi.gov.cn">邮箱</a>',
        '<a href="">空</a>',
        "<a>空</a>",
        '<a href="http://[bad/">坏</a>',
        '<a href="./">本栏目</a>',
        '<a href="index.html#a">本栏目</a>',
        '<a href="/">首页</a>',
        '<a href="/fj/P020260702.pdf">附件</a>',
        f'<a href="/{"a" * 5000}.html">长</a>',
        '<p><a href="list_1.html">1</a><a href="list_2.html">2</a><a href="list_2.html">下一页</a></p>',
    ],
)
def test_without_a_pattern_what_cannot_be_an_article_is_no_entry(link):
    assert entries(f'<div>{link}</div><ul><li><a href="/1.html">一</a></li></ul>') == [("/1.html", "一", "")]


def test_without_a_pattern_every_link_of_a_plain_page_is_an_entry():
    html = "".join(f'<a href="/{n % 7}/{n}.html">{n}</a>\n' for n in range(120))
    assert len(entries(html)) == 120


def test_where_a_list_is_clear_links_elsewhere_are_no_entries():
    rows = "".join(f'<li><a href="/{n}.html">第{n}则</a><span>2026-07-0{n}</span></li>' for n in range(1, 6))
    items = f'<ul>{rows}<li><a href="/6.html">未注明日期</a></li></ul>'
    page = f'<div class="m"><a href="/about/">概况</a></div>{items}<p><a href="/map/">地图</a></p>'
    assert [url for url, _, _ in entries(page)] == [f"/{n}.html" for n in range(1, 7)]


def test_navigation_is_left_out_where_no_list_is_clear():
    foot = '<div class="footer"><a href="/map/">地图</a></div>'
    page = f'<nav><a href="/about/">概况</a></nav><a href="/1.html">一</a>{foot}'
    assert entries(page) == [("/1.html", "一", "")]


@pytest.mark.parametrize(
    ("html", "following"),
    [
        ('<a href="list_2.html">下一页</a>', "list_2.html"),
        ('<a href="list_2.html">下页 ></a>', "list_2.html"),
        ('<a href="?page=2">›</a>', "?page=2"),
        ('<a href="?page=2">Next</a>', "?page=2"),
        ('<a rel="next" href="?page=2">2</a>', "?page=2"),
        ('<a class="next" href="?page=2"><img></a>', "?page=2"),
        ('<a href="#">下一页</a>', ""),
        ('<a href="javascript:go(2)">下一页</a>', ""),
        ('<a href="index.html">下一页</a>', ""),
        ('<a href="http://elsewhere.cn/2.html">下一页</a>', ""),
        ('<a href="1.html">下一页的故事</a>', ""),
    ],
)
def test_the_next_page(html, following):
    assert next_link(parse_html(html), LIST) == (LIST + following if following else "")


PAGERS = {
    # the page, its pager, what follows
    "people": ("", [None, "index2.html", "index3.html"], "index2.html"),
    "people, in the midst": ("index2.html", ["index.html", None, "index3.html"], "index3.html"),
    "the only other page": ("index.html", [None, "index2.html"], "index2.html"),
    "the last page": ("index_3.html", ["index.html", "index_2.html", "index_3.html"], ""),
    "counted from 0": ("index_1.html", ["index.html", "index_1.html", "index_2.html"], "index_2.html"),
    "parameter": ("?type=4&pageIndex=2", ["?type=4&pageIndex=1", None, "?type=4&pageIndex=3"], "?type=4&pageIndex=3"),
    "another number in the address": ("list_7_1.html", [None, "list_7_2.html", "list_7_3.html"], "list_7_2.html"),
    "a pager with a gap": ("index_5.html", ["index.html", None, None, "index_4.html", None, "index_6.html"], "index_6.html"),
    "the number after this is not linked": ("index_2.html", ["index.html", None, None, "index_4.html"], ""),
    "folders": ("7/", [None, "/xwzx/7/2/", "/xwzx/7/3/"], "7/2/"),
    "folders, in the midst": ("7/2/", ["/xwzx/7/", None, "/xwzx/7/3/"], "7/3/"),
    "a folder of pages": ("7.html", [None, "7/p/2.html", "7/p/3.html"], "7/p/2.html"),
    "folders in a folder of pages": ("yw/", [None, "/xwzx/yw/page/2/"], "yw/page/2/"),
    "in the midst of a folder of pages": ("yw/page/2/", ["/xwzx/yw/", None, "/xwzx/yw/page/3/"], "yw/page/3/"),
    "folders of other lists": ("2/", ["/xwzx/1/", "/xwzx/2/", "/xwzx/3/"], ""),
    "calendar": ("", ["?d=2026-11-01", "?d=2026-11-02", "?d=2026-11-03"], ""),
    "calendar of files": ("", ["2026-11-1.html", "2026-11-2.html", "2026-11-3.html"], ""),
    "other folder": ("", ["/zwgk/1.html", "/zwgk/2.html"], ""),
    "other site": ("", [None, "http://www.beiyuan.gov.cn/xwzx/index_2.html"], ""),
    "numbers that are no pages": ("", [None, "show.html?id=881", "show.html?id=9"], ""),
    "script": ("", [None, "javascript:go(2)"], ""),
}  # fmt: skip


@pytest.mark.parametrize(("page", "pager", "following"), PAGERS.values(), ids=PAGERS)
@pytest.mark.parametrize("marks", ["{}", "[{}]", " {}\n"])
def test_a_pager_of_bare_numbers_leads_on(page, pager, following, marks):
    html = "".join(
        f'<a href="{href}">{marks.format(n)}</a>' if href else f"<span>{n}</span>" for n, href in enumerate(pager, 1)
    )
    assert next_link(parse_html(html), LIST + page) == (LIST + following if following else "")


def test_the_pages_of_a_pager_are_no_entries():
    pager = '<div><a href="2.html">2</a><a href="3.html">3</a></div>'
    assert entries(f'<ul><li><a href="/1.html">一</a></li></ul>{pager}') == [("/1.html", "一", "")]


def test_a_declared_selector_names_the_next_page():
    html = '<a href="3.html">下一页</a><div class="p"><a href="1.html">前</a><a href="2.html">后</a></div>'
    assert next_link(parse_html(html), LIST, ".p a:last-child") == LIST + "2.html"


@pytest.mark.parametrize(
    "html",
    ["", "   ", "<!-- nothing -->", "\0", "<?xml version='1.0' encoding='gb2312'?><a href='/1.html'>一</a>", "纯文字"],
)
def test_odd_pages_are_read_without_error(html):
    assert len(entries(html)) == html.count("href")


@pytest.mark.parametrize("article", ["", r"\d\.html$"])
def test_of_a_page_of_many_links_as_many_are_read_as_tell_that_there_are_more(article):
    html = "<div>" * 200 + "".join(f'<a href="/{n}.html">第{n}则</a> ' for n in range(20_000))
    found = entries(html, article=article)
    assert len(found) == MOST_ENTRIES + 1
    assert found[:2] == [("/0.html", "第0则", ""), ("/1.html", "第1则", "")]


def test_of_a_page_of_many_other_links_the_first_are_looked_at():
    html = "".join(f'<a href="http://other.cn/{n}">x</a>' for n in range(20_000)) + '<a href="/1.html">一</a>'
    assert entries(html) == []


def test_a_long_title_is_cut_before_it_is_searched():
    (entry,) = entries(f'<a href="/1.html" title="{"!" * 100_000}一">x</a>')
    assert len(entry[1]) <= 500


@given(st.text(), st.text())
def test_no_link_makes_an_error(href, base):
    assert address(href, base).startswith(("http://", "https://")) or address(href, base) == ""


@given(st.text(alphabet="0123456789-年月日:/ \n２t._"))
def test_no_text_makes_an_error_and_days_are_days(text):
    for day in (find_day(text), only_day(text, "http://h/2026/")):
        assert day == "" or Listed(url="u", date=day).date[4::3][:2] == "--"


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-13-02", ""),
        ("2026-02-32", ""),
        ("12026-02-03", ""),
        ("2026-02-031", ""),
        ("2026-02-03 25:00", "2026-02-03"),
        ("时间:2026-02-03 10∶08", "2026-02-03T10:08"),
        ("2026-02-03T10:08:11", "2026-02-03T10:08"),
        ("电话 2026-0203", ""),
    ],
)
def test_days_that_are_none(text, day):
    assert find_day(text) == day


@pytest.mark.parametrize(
    ("candidates", "title"),
    [
        (("", "", ""), ""),
        (("全", "全部"), "全"),
        (("洛西市举行…", "洛西"), "洛西市举行…"),
        (("洛西市举行...", "洛西市举行论坛"), "洛西市举行论坛"),
        (("查看更多>>", "洛西"), "洛西"),
        (("undefined", "洛西"), "洛西"),
        (("/xw/202602/1.html", "洛西"), "洛西"),
        (("null值处理/说明", "洛西"), "null值处理/说明"),
        (("洛西市举行……", "洛西市举行..."), "洛西市举行……"),
    ],
)
def test_whole_titles(candidates, title):
    assert whole_title(*candidates) == title


@pytest.mark.parametrize("begun", ["<!--", "&lt;!--", "<b", "[置顶"])
def test_a_title_that_begins_much_is_cut_in_no_time(begun: str) -> None:
    assert len(whole_title(f"春耕{begun * 300_000}")) <= LONGEST_TITLE


def test_same_site_knows_www_and_ports():
    assert same_site("https://luoxi.gov.cn/a", "http://www.luoxi.gov.cn/b")
    assert not same_site("http://luoxi.gov.cn:8080/a", "http://www.luoxi.gov.cn/b")
    assert same_site("http://luoxi.gov.cn:8080/a", "http://beiyuan.gov.cn/", ["luoxi.gov.cn"])
    assert not same_site("http://luoxi.gov.cn:8080/a", "http://beiyuan.gov.cn/", ["luoxi.gov.cn:81"])
