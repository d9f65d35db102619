"""Of several days, titles and links to a next page, the one that a reader would take; each beside one that looks like it."""

import pytest

from crawler.sources import Source
from spiders.lists.entries import read_links
from spiders.lists.links import parse_html
from spiders.lists.paging import following_page

LIST = "http://www.luoxi.example/xw/index.html"
NOW = "2026-03-10T09:00:00+08:00"
SOURCE = Source(id="x", name="x", region="990100", level="city", family="html", lists=(LIST,))


def read(row: str, head: str = "", tag: str = "ul") -> tuple[str, str]:
    """Title and day of the first of three rows, which differ by their numbers; N stands for it."""
    rows = "".join(row.replace("N", str(number)) for number in (1, 2, 3))
    document = parse_html(f"<html><body><{tag}>{head}{rows}</{tag}></body></html>")
    first = read_links(document, LIST, SOURCE, NOW).entries[0]
    return first.title, first.date


LINK = "<a href='/xw/aN.html'>洛西新闻第N则</a>"
TITLE = "洛西新闻第1则"


@pytest.mark.parametrize(
    ("row", "day"),
    [
        (f"<li><p>05</p><p>2026-03</p><h3>{LINK}</h3><p>12个部门参加</p></li>", "2026-03-05"),
        (f"<li><p>2026-03</p><p>05</p><h3>{LINK}</h3><p>12个部门参加</p></li>", "2026-03-05"),
        (f"<li>{LINK}<span>成文日期：2026-01-11</span><span>发布日期：2026-03-01</span></li>", "2026-03-01"),
        (f"<li>{LINK}<span>更新时间：2026-03-04</span><span>2026-03-01</span></li>", "2026-03-01"),
        (f"<li>{LINK}<span>成文日期：2026-01-11</span></li>", "2026-01-11"),
        (f"<li>{LINK}<span>活动时间：2026-03-08</span></li>", ""),
        (f"<li>{LINK}<span>开标时间：</span><span>2026-03-08 09:30</span></li>", ""),
        (f"<li>{LINK}<time datetime='2026-03-05T01:05:00Z'>3月5日</time></li>", "2026-03-05T09:05"),
        (f"<li>{LINK}<p>2025年12月3日开工</p><time datetime='2026-03-05'>3月5日</time></li>", "2026-03-05"),
        (f"<li>{LINK}<time datetime='2026-03-05'>2026-03-04</time></li>", "2026-03-04"),
        (f"<li>{LINK}<span>截止时间：</span><time datetime='2026-03-05'>3月5日</time></li>", ""),
        (f"<li>{LINK}<time datetime='P2D'>两天</time></li>", ""),
        (f"<li>{LINK}<span title='2026-02-21 09:17:00'>2周前</span></li>", "2026-02-21T09:17"),
        (f"<li>{LINK}<span title='更新于昨天'>2天前</span></li>", "2026-03-08"),
        (f"<li>{LINK}<span title='2026-02-21'>2026-03-01</span></li>", "2026-03-01"),
        (f"<li>{LINK}<span class=time data-date='2026-03-05'></span></li>", "2026-03-05"),
        (f"<li>{LINK}<span data-time='2026-03-05'>截止报名</span></li>", ""),
        (f"<li>{LINK}<span data-time='2026-02-21 09:17'>两周前</span></li>", "2026-02-21T09:17"),
        # the year in a text of its own
        (f"<li><div><b>03-05</b><em>2026</em></div><h3>{LINK}</h3></li>", "2026-03-05"),
        (f"<li><b>2026</b><br>03/05 {LINK}</li>", "2026-03-05"),
        (f"<li>{LINK}<p>3月5日</p><p>2026年</p></li>", "2026-03-05"),
        (f"<li><i>27</i>/<i>02</i><b>2026</b>{LINK}</li>", "2026-02-27"),
        (f"<li><i>05</i><i>02月</i><i>2026年</i>{LINK}</li>", "2026-02-05"),
        ("<li><a href='/xw/aN.html'><b>03-05</b><em>2026</em>洛西新闻第N则</a></li>", "2026-03-05"),
        ("<li><a href='/xw/aN.html'><p>3月5日<i>2026</i></p><p>洛西新闻第N则</p></a></li>", "2026-03-05"),
        (f"<li><i>05</i>/<i>02</i><b>2026</b>{LINK}</li>", ""),  # two days it could be
        (f"<li><b>2025</b>{LINK}<i>12</i><i>10</i></li>", ""),
        (f"<li><b>2026</b><i>11</i><i>10</i>{LINK}</li>", ""),  # ahead
        # a shown day beside another, hidden one
        (f"<li><i style='display: none'>2026-03-09</i>{LINK}<i>2026-03-01</i></li>", "2026-03-01"),
        (f"<li><p hidden><i>2026-03-09</i></p>{LINK}<i>2026-03-01</i></li>", "2026-03-01"),
        (f"<li>{LINK}<i style='display:none'>2026-03-01</i></li>", "2026-03-01"),
        # month and day alone at the end of a title, and what only looks like them
        ("<li><a href='/xw/2026/aN.html'>洛西新闻第N则[03-05]</a></li>", "2026-03-05"),
        ("<li><a href='/xw/2026/aN.html'>洛西新闻第N则（3月5日）</a></li>", "2026-03-05"),
    ],
)
def test_the_day_of_a_row(row: str, day: str) -> None:
    assert read(row) == (TITLE, day)


@pytest.mark.parametrize(
    ("head", "days", "day"),
    [
        ("<th>标题<th>成文日期<th>发布日期", ("2026-01-11", "2026-03-01"), "2026-03-01"),
        ("<th>标题<th>截止日期<th>发布日期", ("2026-03-09", "2026-03-01"), "2026-03-01"),
        ("<th>标题<th>发布日期<th>更新日期", ("2026-03-01", "2026-03-09"), "2026-03-01"),
        ("<th>标题<th>日期<th>编号", ("2026-03-01", "18"), "2026-03-01"),
    ],
)
def test_the_day_under_the_head_of_its_column(head: str, days: tuple[str, str], day: str) -> None:
    row = f"<tr><td>{LINK}<td>{days[0]}<td>{days[1]}</tr>"
    assert read(row, f"<tr>{head}</tr>", tag="table") == (TITLE, day)


@pytest.mark.parametrize(
    ("row", "title", "day"),
    [
        (f"<li><a href='/xw/aN.html' title='点击查看大图'><img></a>{LINK}<i>2026-03-01</i></li>", TITLE, "2026-03-01"),
        ("<li><a href='/xw/aN.html' title='新窗口打开'>洛西新闻第N则</a><i>2026-03-01</i></li>", TITLE, "2026-03-01"),
        (
            "<li><a href='/xw/aN.html' title='洛西新闻第N则：全文'>洛西新闻…</a><i>2026-03-01</i></li>",
            "洛西新闻第1则：全文",
            "2026-03-01",
        ),
        (f"<li><a href='/xw/aN.html'><img alt='照片'></a>{LINK}<i>2026-03-01</i></li>", TITLE, "2026-03-01"),
        (
            "<li><h3><a href='/xw/aN.html'>洛西举行座...</a></h3><p><a href='/xw/aN.html'>昨日，洛西举行了第N次座谈会</a></p></li>",
            "洛西举行座...",
            "",
        ),
        ("<li><a href='/xw/aN.html'>2026-04-01起第N路公交改道</a></li>", "2026-04-01起第1路公交改道", ""),
        (
            "<li><a href='/xw/aN.html'>第N路停运 有效期至2026-03-02</a><i>2026-03-01</i></li>",
            "第1路停运 有效期至2026-03-02",
            "2026-03-01",
        ),
        (
            "<li><a href='/xw/aN.html'>粮价日报N 2026-02-28</a><i>2026-03-01</i></li>",
            "粮价日报1 2026-02-28",
            "2026-03-01",
        ),
        ("<li><a href='/xw/aN.html'>[2026-03-01] 洛西新闻第N则</a></li>", TITLE, "2026-03-01"),
        # a mark of the list at an end of the link, and words that look like one
        ("<li><a href='/xw/aN.html'><i>置顶</i>洛西新闻第N则</a></li>", TITLE, ""),
        ("<li><a href='/xw/aN.html'>洛西新闻第N则<sup>new</sup></a></li>", TITLE, ""),
        ("<li><a href='/xw/aN.html'><h3><em>[置顶]</em>洛西新闻第N则</h3></a></li>", TITLE, ""),
        ("<li><a href='/xw/aN.html'>【置顶】洛西新闻第N则</a></li>", TITLE, ""),
        ("<li><a href='/xw/aN.html'><b>置顶</b></a></li>", "置顶", ""),
        ("<li><a href='/xw/aN.html'><b>新</b>春走基层之N</a></li>", "新春走基层之1", ""),
        ("<li><a href='/xw/aN.html'>TOP城市榜第N期</a></li>", "TOP城市榜第1期", ""),
        # an attribute of several facts, and titles that look like one
        (
            "<li><a href='/xw/aN.html' title='文章标题：洛西新闻第N则&#10;作    者：办公室&#10;更新时间：2026-3-1'>洛西新闻…</a></li>",
            TITLE,
            "2026-03-01",
        ),
        (
            "<li><a href='/xw/aN.html' title='标题：洛西新闻第N则&#10;更新时间：2026-3-9&#10;发布时间：2026-3-1'>洛西新闻…</a></li>",
            TITLE,
            "2026-03-01",
        ),
        (
            "<li><a href='/xw/aN.html' title='洛西新闻第N则 2026-3-1'>洛西新闻第N则</a></li>",
            "洛西新闻第1则 2026-3-1",
            "",
        ),
        ("<li><a href='/xw/aN.html' title='标题：洛西新闻第N则 点击数：N2'>洛西新闻第N则</a></li>", TITLE, ""),
        (
            "<li><a href='/xw/aN.html' title='标题：洛西：新闻第N则&#13;&#10;发布时间：2026-03-01'>洛西：新闻第N则</a></li>",
            "洛西：新闻第1则",
            "2026-03-01",
        ),
        ("<li><a href='/xw/aN.html' title='标题：怎样写好第N则'>标题：怎样写…</a></li>", "标题：怎样写好第1则", ""),
        (
            "<li><a href='/xw/aN.html' title='洛西新闻第N则&#10;发布时间：2026-03-01'>洛西新闻…</a></li>",
            TITLE,
            "2026-03-01",
        ),
        (
            "<li><a href='/xw/aN.html' title='洛西新闻第N则（2026-03-01）'>洛西新闻第N则（2026-03-01）</a></li>",
            TITLE,
            "2026-03-01",
        ),
        ("<li><a href='/xw/2026/aN.html'>洛西方案第N稿（1-2）</a></li>", "洛西方案第1稿（1-2）", ""),
        ("<li><a href='/xw/2026/aN.html'>洛西价格N（02-28）</a>2026-03-01</li>", "洛西价格1（02-28）", "2026-03-01"),
        # a summary, and a longer title
        ("<li><a href='/xw/aN.html' title='近日，洛西召开了发布会，介绍水渠清淤。'>洛西新闻第N则</a></li>", TITLE, ""),
        (
            "<li><a href='/xw/aN.html' title='市水务局：洛西新闻第N则，附一图读懂'>洛西新闻第N则</a></li>",
            "市水务局：洛西新闻第1则，附一图读懂",
            "",
        ),
        # twice, for wide and for narrow screens
        ("<li><a href='/xw/aN.html'><b>洛西新闻第N则</b><i>洛西新闻第N…</i></a></li>", TITLE, ""),
        ("<li><a href='/xw/aN.html'><i>洛西新闻第N...</i><b>洛西新闻第N则</b></a></li>", TITLE, ""),
        ("<li><a href='/xw/aN.html'><b>洛西新闻第N则</b><i>洛西新闻第N则</i></a></li>", TITLE, ""),
        (
            "<li><a href='/xw/aN.html'><b>洛西县人民政府</b><i>洛西县人民政府令N</i></a></li>",
            "洛西县人民政府洛西县人民政府令1",
            "",
        ),
    ],
)
def test_the_title_of_a_row(row: str, title: str, day: str) -> None:
    assert read(row) == (title, day)


MORE = "<h3>通知公告 <a href='/tz/'>&gt;&gt;</a></h3>"
NUMBERS = "<a href='index_2.html'>2</a><a href='index_3.html'>3</a>"
MONTH = "".join(f"<td><a href='index.html?d={day}'>{day}</a></td>" for day in range(1, 32))


@pytest.mark.parametrize(
    ("page", "following"),
    [
        (f"{MORE}<a href='index_2.html'>下一页</a>", "index_2.html"),
        (f"{MORE}<a href='index_2.html'>&gt;</a>", "index_2.html"),
        ("<a href='index_2.html'><img alt='下一页'></a>", "index_2.html"),
        ("<a href='index_2.html'>下 一 页</a>", "index_2.html"),
        ("<a href='index_2.html'>下一页(2/8)</a>", "index_2.html"),
        ("<button onclick=\"location.href='index_2.html'\">下一页</button>", "index_2.html"),
        ("<a onclick=\"location.href='index_2.jhtml'\">下一页</a>", "index_2.jhtml"),
        ("<div data-url='index_2.html'>加载更多</div>", "index_2.html"),
        ("<a href='index_2.html'>后20条</a>", "index_2.html"),
        ("<a href='index_2.html'>← 早期文章</a>", "index_2.html"),
        ("<a href='index_2.html'>后20条意见的答复</a>", ""),
        ("<a href='/tz/index_2.html'>查看更多</a>", ""),
        ("<a class='next' href='/tu/2.html'>下一张</a>", ""),
        (f"<a class='next' href='b.html'>下一篇</a>{NUMBERS}", "index_2.html"),
        ("<select><option value='1'>1</option><option value='2'>2</option></select>", ""),
        ("<select><option value='index.html'>1<option value='index_2.html'>2</select>", "index_2.html"),
        ("<div id='comments'><a href='?cpage=1'>1</a><a href='?cpage=2'>2</a><a href='?cpage=2'>下一页</a></div>", ""),
        (f"<table><tr>{MONTH}</tr></table>", ""),
        (f"<table><tr><td>{NUMBERS}</td></tr></table>", "index_2.html"),
    ],
)
def test_the_next_page(page: str, following: str) -> None:
    html = f"<html><body>{page}</body></html>"
    assert following_page(html, parse_html(html), LIST).url == (
        following and f"http://www.luoxi.example/xw/{following}"
    )


def test_a_menu_of_how_many_rows_a_page_has_ends_no_list() -> None:
    html = "<select><option value='10'>10<option value='20'>20</select>"
    assert not following_page(html, parse_html(html), LIST).ends


@pytest.mark.parametrize(
    "furniture",
    [
        "<div>当前位置：<a href='/'>首页</a> &gt; <a href='/zwgk/'>政务公开</a></div>",
        "<div class='position'><a href='/zwgk/'>政务公开</a></div>",
        "<h3>政务公开 <a href='/zwgk/'>更多&gt;&gt;</a></h3>",
        "<div id='comments'><p><a href='/zwgk/'>网友甲</a> 2026-03-09</p></div>",
    ],
)
def test_furniture_around_rows_without_days_is_no_entry(furniture: str) -> None:
    rows = "".join(f"<li><a href='/xw/a{n}.html'>洛西新闻第{n}则</a></li>" for n in (1, 2, 3))
    document = parse_html(f"<html><body>{furniture}<ul>{rows}</ul></body></html>")
    assert [one.url[-8:] for one in read_links(document, LIST, SOURCE, NOW).entries] == [
        f"/a{n}.html" for n in (1, 2, 3)
    ]


SUMMARY = "会议指出，要把群众呼声作为第一信号，逐项整改销号。"


@pytest.mark.parametrize(
    "row",
    [
        f"<li><a href='/xw/aN.html'><p>洛西新闻第N则</p><p>{SUMMARY}</p><p>2026-03-05</p></a></li>",
        f"<li><a href='/xw/aN.html'><div>洛西新闻第N则</div><div><div>{SUMMARY}</div></div></a><i>2026-03-05</i></li>",
        f"<li><a href='/xw/aN.html'><p>要闻</p><p>洛西新闻第N则</p><p>{SUMMARY}</p></a><i>2026-03-05</i></li>",
        f"<li><a href='/xw/aN.html'><p>来源：市府办</p><p>洛西新闻第N则</p><p>{SUMMARY}</p></a><i>2026-03-05</i></li>",
        "<li><a href='/xw/aN.html'><i>0N</i>洛西新闻第N则</a><i>2026-03-05</i></li>",
        "<li><a href='/xw/aN.html'><i>N.</i> 洛西新闻第N则</a><i>2026-03-05</i></li>",
        "<li><a href='/xw/aN.html'>N、洛西新闻第N则</a><i>2026-03-05</i></li>",
        "<li><a href='/xw/aN.html'>洛西新闻第N则<i>阅读：12N</i></a><i>2026-03-05</i></li>",
    ],
)
def test_a_title_is_told_from_what_stands_beside_it_in_the_link(row: str) -> None:
    assert read(row) == (TITLE, "2026-03-05")


@pytest.mark.parametrize(
    ("row", "title"),
    [
        ("<li><a href='/xw/aN.html'><div>洛西新闻第N则</div></a></li>", TITLE),
        ("<li><a href='/xw/aN.html'>洛西市召开会议，<p>洛西新闻</p><p>发布会</p>部署春季防汛工作</a></li>", "洛西市召开会议，洛西新闻发布会部署春季防汛工作"),
        ("<li><a href='/xw/aN.html'><b>12</b>个部门发布第N则公告</a></li>", "12个部门发布第1则公告"),
        ("<li><a href='/xw/aN.html'>N月份经济运行情况发布</a></li>", "1月份经济运行情况发布"),
        ("<li><a href='/xw/aN.html'>2.N亿元资金下达各县</a></li>", "2.1亿元资金下达各县"),
    ],
)  # fmt: skip
def test_a_title_keeps_its_figures_and_its_blocks(row: str, title: str) -> None:
    assert read(row)[0] == title


BANNERS = {
    "a banner of today": "<div>今天是：2026年3月10日 星期二 <a href='/weather/'>洛西市天气预报查询</a></div>",
    "the foot": "<div class=footer>最后更新：2026-03-09 <a href='/map.html'>网站地图查询入口</a></div>",
    "a short word": "<p>2026-03-08 <a href='/gb/'>繁体</a></p>",
}


@pytest.mark.parametrize("banner", BANNERS.values(), ids=BANNERS)
def test_a_day_beside_furniture_makes_no_entry(banner: str) -> None:
    rows = "".join(f"<li>{LINK.replace('N', str(n))}<i>2026-03-0{n}</i></li>" for n in (1, 2, 3))
    page = parse_html(f"<html><body>{banner}<ul>{rows}</ul></body></html>")
    assert len(read_links(page, LIST, SOURCE, NOW).entries) == 3
    news = "<div>2026-03-10 <a href='/zt/9.html'>全市经济工作会议今日召开</a></div><p>2026-03-10 <a href='/xw/a9.html'>短讯</a></p>"
    page = parse_html(f"<html><body>{news}<ul>{rows}</ul></body></html>")
    assert len(read_links(page, LIST, SOURCE, NOW).entries) == 5


@pytest.mark.parametrize(
    ("html", "following"),
    [
        ("<li class='prev'><a></a></li><li class='next'><a href='index_2.html'><i></i></a></li>", "index_2.html"),
        ("<div class='next'><a href='b.html'></a><a href='c.html'></a></div>", ""),
        ("<a aria-label='下一页' href='index_2.html'><svg></svg></a>", "index_2.html"),
        ("第1页 <a href='?page=2'>第2页</a> <a href='?page=3'>第3页</a>", "?page=2"),
        ("<a href='?p=1'>Page 1</a> <a href='?p=2'>Page 2</a>", "?p=2"),
        ("<p><a href='/tp/index_2.html'>下一页</a></p><p><a href='index_2.html'>下一页</a></p>", "index_2.html"),
        ("<p><a href='/tp/index_2.html'>下一页</a></p>", "/tp/index_2.html"),
    ],
)
def test_the_next_page_is_that_of_the_list(html: str, following: str) -> None:
    page = f"<html><body>{html}</body></html>"
    expected = {"": "", "?": LIST + following, "/": "http://www.luoxi.example" + following}
    found = following_page(page, parse_html(page), LIST).url
    assert found == expected.get(following[:1], "http://www.luoxi.example/xw/" + following)


@pytest.mark.parametrize(
    ("html", "says"),
    [
        ("<button>加载更多</button>", True),
        ("<p onclick='more()'>点击加载更多 ↓</p>", True),
        ("<a href='#'>Load More</a>", True),
        ("<div>↑上拉加载更多</div>", True),
        ("<a href='/api/2'>加载更多</a>", False),
        ("<a href='javascript:;'>查看更多</a>", False),
        ("<p>页面会加载更多新闻内容</p>", False),
        ("<script>var t='加载更多'</script>", False),
    ],
)
def test_a_page_says_that_there_is_more(html: str, says: bool) -> None:
    page = f"<html><body><ul><li>洛西</li></ul>{html}</body></html>"
    assert following_page(page, parse_html(page), LIST).more == says
