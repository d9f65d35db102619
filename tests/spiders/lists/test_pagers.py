"""Pagers that scripts write, pages that count down, and the totals that lists announce."""

import base64
from urllib.parse import quote

import pytest

from archive.model import Listed
from spiders.lists.links import parse_html, target_of, with_queries_in
from spiders.lists.pagers import announced, decoded_pager, scripted_pager
from spiders.lists.paging import following_page

SITE = "http://www.luoxi.example"
PAGER = '<a href="/xw/index.html">1</a> <a href="/xw/2.html">2</a> <a href="/xw/2.html">下一页</a>'


def code(html: str) -> str:
    return base64.b64encode(html.encode()).decode()


FOLLOWING = {
    # page, its address, the address of the next one
    "trs": ("<script>createPageHTML(9, 0, 'index', 'html')</script>", "/xw/", "/xw/index_1.html"),
    "trs, quoted, with the entries": (
        "<script>createPageHTML('9','3',\"list\",\"shtml\",'171')</script>",
        "/xw/list_3.shtml",
        "/xw/list_4.shtml",
    ),
    "trs, this page first": ("<script>createPageHTML(0, 9, 'index', 'html')</script>", "/xw/", "/xw/index_1.html"),
    "trs, this page first, the last one": (
        "<script>createPageHTML(8, 9, 'index', 'html')</script>",
        "/xw/index_8.html",
        "",
    ),
    "trs, values of variables": (
        "<script>var n = 9, i = 0, name = 'index';\ncreatePageHTML(n, i, name, 'html');</script>",
        "/xw/",
        "/xw/index_1.html",
    ),
    "trs, a variable of two values": (
        "<script>var n = 9; n = 1; createPageHTML(n, 0, 'index', 'html');</script>",
        "/xw/",
        "",
    ),
    "trs, the last page": ("<script>createPageHTML(9, 8, 'index', 'html')</script>", "/xw/index_8.html", ""),
    "plain spelling, counted from 1": (
        "<script>createPageHTML(9, 1, 'index', 'html')</script>",
        "/xw/index.html",
        "/xw/index_2.html",
    ),
    "element first": (
        "<script>createPageHTML('fenye', 9, 1, 'list_a', 'html', 171)</script>",
        "/xw/list_a.html",
        "/xw/list_a_2.html",
    ),
    "element first, the last page": (
        "<script>createPageHTML('fenye', 9, 9, 'list_a', 'html', 171)</script>",
        "/xw/list_a_9.html",
        "",
    ),
    "variables": ("<script>var currentPage = 0; var countPage = 4</script>", "/xw/", "/xw/index_1.html"),
    "variables, a page with a name": (
        "<script>var currentPage = 2; var countPage = 4</script>",
        "/xw/gg_2.shtml",
        "/xw/gg_3.shtml",
    ),
    "counted down by a script": (
        "<script>var maxPageNum=57;var purl='index_31';</script>",
        "/n1/n7/index.html",
        "/n1/n7/index_31_56.html",
    ),
    "counted down by a script, further on": (
        "<script>var maxPageNum=57;var purl='index_31';</script>",
        "/n1/n7/index_31_40.html",
        "/n1/n7/index_31_39.html",
    ),
    "counted down by a script, the last page": (
        "<script>var maxPageNum=57;var purl='index_31';</script>",
        "/n1/n7/index_31_1.html",
        "",
    ),
    "hidden links, down": (
        "<div hidden><a href='index_31_56.html'></a><a href='index_31_55.html'></a></div>",
        "/n1/n7/",
        "/n1/n7/index_31_56.html",
    ),
    "hidden links, down, further on": (
        "<div hidden><a href='index_31_56.html'></a><a href='index_31_55.html'></a></div>",
        "/n1/n7/index_31_56.html",
        "/n1/n7/index_31_55.html",
    ),
    "hidden links, up": ("<i><a href='l_2.html'></a><a href='l_3.html'></a></i>", "/a/l.html", "/a/l_2.html"),
    "numbers that count down": (
        "<b>1</b><a href='gg/10.htm'>2</a><a href='gg/9.htm'>3</a><a href='gg/1.htm'>11</a>",
        "/sy/gg.htm",
        "/sy/gg/10.htm",
    ),
    "numbers that count down, further on": (
        "<a href='../gg.htm'>1</a><b>2</b><a href='9.htm'>3</a><a href='8.htm'>4</a><a href='1.htm'>11</a>",
        "/sy/gg/10.htm",
        "/sy/gg/9.htm",
    ),
    "a menu of pages": (
        "<select><option value='l-1.html'>1</option><option value='l-2.html'>2</option></select>",
        "/l-1.html",
        "/l-2.html",
    ),
    "base64 of an escaped pager": (
        f"<p id=p>{code(quote(PAGER))}</p><script>$('#p').html(decodeURIComponent(atob($('#p').text())))</script>",
        "/xw/index.html",
        "/xw/2.html",
    ),
    "base64 of a pager, in a script": (f"<script>show(atob('{code(PAGER)}'))</script>", "/xw/", "/xw/2.html"),
    "下一页 by a script": ("<a href=\"javascript:go('index_2.html')\">下一页</a>", "/xw/", "/xw/index_2.html"),
    "addresses that count entries": (
        "<a href='?start=0'>1</a><a href='?start=15'>2</a><a href='?start=30'>3</a>",
        "/xw/",
        "/xw/?start=15",
    ),
    "the second page by entries": (
        "<a href='?start=0'>1</a><a href='?start=15'>2</a><a href='?start=30'>3</a>",
        "/xw/?start=15",
        "/xw/?start=30",
    ),
    "a call that was commented out": (
        "<script>//createPageHTML(1, 0, 'index', 'html')\ncreatePageHTML(3, 0, 'index', 'html')</script>",
        "/xw/",
        "/xw/index_1.html",
    ),
    "a block that was commented out": (
        "<script>/* createPageHTML(1, 0, 'index', 'html') */ createPageHTML(3, 0, 'index', 'html')</script>",
        "/xw/",
        "/xw/index_1.html",
    ),
    "a script that was commented out, before a link": (
        "<!-- <script>createPageHTML(1, 0, 'index', 'html')</script> --><a href='index_2.html'>下一页</a>",
        "/xw/",
        "/xw/index_2.html",
    ),
    "an address before the call": (
        "<script>var home = \"http://a/b\"; createPageHTML(3, 0, 'index', 'html')</script>",
        "/xw/",
        "/xw/index_1.html",
    ),
    "a script in the brackets of old": (
        "<script><!--\ncreatePageHTML(3, 0, 'index', 'html')\n//--></script>",
        "/xw/",
        "/xw/index_1.html",
    ),
    # what is no pager
    "an article on several pages": ("<script>createPageHTML(3, 0, 't20260702_1', 'html')</script>", "/xw/", ""),
    "the function alone": ("<script>function createPageHTML(count, current, name, ext) {}</script>", "/xw/", ""),
    "base64 that nobody decodes": (f"<p>{code(quote(PAGER))}</p>", "/xw/", ""),
    "a picture in base64": (f"<img src='data:image/png;base64,{code('x' * 90)}'>", "/xw/", ""),
    "hidden links elsewhere": ("<a href='/pic/1.html'></a><a href='/pic/2.html'></a>", "/xw/", ""),
    "a calendar": ("<a href='2026-03-1.html'>1</a><a href='2026-03-2.html'>2</a>", "/xw/", ""),
}


@pytest.mark.parametrize(("html", "path", "following"), FOLLOWING.values(), ids=FOLLOWING)
def test_a_page_tells_the_next(html: str, path: str, following: str) -> None:
    html = f"<html><body>{html}</body></html>"
    found = following_page(html, parse_html(html), SITE + path).url
    assert found == (SITE + following if following else "")


TOTALS = {
    "共29页": ("<div class=page>首页 上一页 下一页 共29页</div>", 29, 0),
    "the figure in an element": ("<div class=p>共<b>289</b>条　<span>1/29页</span></div>", 29, 289),
    "a comma": ("<div>共 1,463 条记录 每页 25 条 第1页</div>", 0, 1463),
    "nothing but the total": ("<p>共107条</p>", 0, 107),
    "总记录数": ("<td>总记录数：55</td>", 0, 55),
    "a script's figures": ("<script>page({recordCount:'107',pageSize:10})</script>", 0, 107),
    "totalPage": ('<script>var o = {"totalPage": 12}</script>', 12, 0),
    "a script's pager": ("<script>createPageHTML('p',29,1,'x','html',289);</script>", 29, 289),
    "phpcms": ("<div id=pages><a class=a1>595条</a> <a href=2.html>2</a></div>", 0, 595),
    "phpcms in base64": (
        f"<p>{code(quote('<a class=a1>595条</a> <a href=2.html>2</a>'))}</p><script>atob(p)</script>",
        0,
        595,
    ),
    "共123筆": ("<div class=page>共123筆資料，第1/13頁</div>", 13, 123),
    "nothing but 筆": ("<p>共 123 筆</p>", 0, 123),
    "總筆數": ("<span>總筆數：123</span>", 0, 123),
    "Page 1 of 13 before links": ("<div>Page 1 of 13 <a href=2.html>Next</a></div>", 13, 0),
    "Page 1 of 13": ("<div class=p>Page 1 of 13</div>", 13, 0),
    "Showing 1-10 of 1,128": ("<div class=p>Showing 1-10 of 1,128 entries</div>", 0, 1128),
    "Page 1 of 13 Total": ("<div class=p>Page 1 of 13 Total: 128 items</div>", 13, 128),
    "帝国CMS": ("<div class=p><a title='总数'>&nbsp;<b>128</b> </a> <a href=index_2.html>2</a></div>", 0, 128),
    "the figures in elements": ("<div>Page <b>2</b> of <b>13</b></div>", 13, 0),
    "laypage": ("<script>laypage.render({elem:'p',count:168,limit:8,jump:function(o){load(o.curr)}})</script>", 0, 168),
    "laypage, older": ("<script>laypage({cont: 'p', pages: '21', curr: 1})</script>", 21, 0),
    "a call with the total first": ("<script>$('#p').pagination(168, {items_per_page: 8})</script>", 0, 168),
    "a call with totals": ("<script>$('.m').pagination({totalData:168,showData:8,pageCount:21})</script>", 21, 168),
    "the number of the last page, for a script": (
        "<div><a href='javascript:go(1)'>首页</a> <a href='javascript:go(2)'>下一页</a> <a href='javascript:go(14)'>尾页</a></div>",
        14,
        0,
    ),
    "numbers for a script": (
        "<a href=\"javascript:__doPostBack('a','Page$2')\">2</a><a onclick='go(\"3\")'>尾页</a>",
        3,
        0,
    ),
    "numbers in data": (
        "<p><b data-page=1>1</b><a data-page=2>2</a><a data-page=3>[3]</a><a data-page=2>下一页</a></p>",
        3,
        0,
    ),
    "a figure that a script turns to a number": ("<script>var totalPage = parseInt('14');</script>", 14, 0),
    "a hidden field": ("<input type=hidden id=totalPage value=14>", 14, 0),
    "a hidden element": ("<div style='display:none' id='recordCount'>107</div>", 0, 107),
    "attributes of a pager": ("<el-pagination :total='107' :page-size='8'></el-pagination>", 0, 107),
    "attributes of a pager, pages": ("<div class='m-page' data-pages='14'></div>", 14, 0),
    # what tells nothing of the list
    "an attribute of something else": ("<div class='vote' data-total='107'></div>", 0, 0),
    "a field that is filled in later": ("<input type=hidden id=totalPage value=''>", 0, 0),
    "the last page, for a script": ("<a href='javascript:go(1)'>1</a><a href='javascript:go(1)'>尾页</a>", 0, 0),
    "numbers of something else": ("<a href='javascript:show(2026,3)'>3</a><a onclick='vote(7)'>投票</a>", 0, 0),
    "numbers under a slide show": (
        "<p><a onclick='show(1)'>1</a><a onclick='show(5)'>5</a></p><div><b onclick='go(3)'>尾页</b></div>",
        3,
        0,
    ),
    "numbers under a slide show alone": ("<a onclick='show(1)'>1</a><a onclick='show(5)'>5</a>", 0, 0),
    "a number that is not the word's": ("<a onclick='day(15)'>5</a>", 0, 0),
    "a total that a script works out": ("<script>laypage.render({elem:'p',count:data.total})</script>", 0, 0),
    "a total that is a sum": ("<script>laypage.render({count: 100 + rest})</script>", 0, 0),
    "a chart's count": ("<script>chart.render({count:168})</script>", 0, 0),
    "a slide show's pages": ("<script>$('.s').swiper({pages:21, pagination: {el: '.p'}})</script>", 0, 0),
    "a page of a report": ("<p>The table stands on page 3 of 13 of the report.</p>", 0, 0),
    "a total of something else": ("<p>Total 128 items of clothing were sent on 2 pages.</p>", 0, 0),
    "a link with a figure": ("<a title='总数' href='/tj/'>128</a>", 0, 0),
    "pages of reports": ("<p>Two of 13 pages were lost.</p>", 0, 0),
    "筆 of a summary": ("<p>本市共123筆捐款入帳</p>", 0, 0),
    "money": ("<p>全市共发放补贴123笔，金额41万元。</p>", 0, 0),
    "a span of figures": ("<p>Villages 1-10 of 128 households each were asked.</p>", 0, 0),
    "a row": ("<a href=1.html>意见12条</a><a class=t href=2.html>12条</a>", 0, 0),
    "a title": ("<ul><li><a href=1.html>我市出台稳增长措施共29条</a></li></ul>", 0, 0),
    "a sentence": ("<p>本次会议共收到意见29条，已全部答复。</p>", 0, 0),
    "a summary": ("<p>方案共12条具体措施</p>", 0, 0),
    "every page": ("<div>每页20条</div>", 0, 0),
    "a day": ("<span>2026/02/27</span>", 0, 0),
}


@pytest.mark.parametrize(("html", "pages", "entries"), TOTALS.values(), ids=TOTALS)
def test_a_page_announces_totals(html: str, pages: int, entries: int) -> None:
    html = f"<html><body>{html}</body></html>"
    told = announced(html, parse_html(html), SITE + "/xw/")
    assert (told.pages, told.entries) == (pages, entries)


@pytest.mark.parametrize(
    ("html", "ends"),
    [
        ("<span>上一页</span> <span>下一页</span>", True),
        ("<a>尾页</a>", True),
        ("<script>createPageHTML(1, 0, 'index', 'html')</script>", True),
        ("<a href='javascript:;' onclick='next()'>下一页</a>", False),
        ("<ul><li>没有分页</li></ul>", False),
        ("<a class=on>1</a><a href='#'>2</a><a href='#'>57</a><a href='#'>下一页</a><a href='#'>尾页</a>", False),
        ("<span class=on>1</span><span data-p=2>2</span><span>下一页</span>", False),
        ("上一页 <a class=on href='#'>1</a> <a href='#'>下一页</a>", True),
        ("<a href='javascript:go(1)'>1</a> <a href='javascript:go(2)'>2</a> <b>3</b> <span>下一页</span>", True),
        ("<span>1</span><span>2</span><span class=on>3</span><span>下一页</span>", True),
    ],
)
def test_a_pager_that_ends_is_told_from_one_that_cannot_be_read(html: str, ends: bool) -> None:
    html = f"<html><body>{html}</body></html>"
    assert following_page(html, parse_html(html), SITE + "/xw/").ends == ends


@pytest.mark.parametrize(
    ("tag", "target"),
    [
        ("<a href=\"javascript:openUrl('/p/1.html')\">", "/p/1.html"),
        ("<a href='#' onclick=\"window.open('/p/1.html','_blank')\">", "/p/1.html"),
        ("<a href='javascript:void(0)' onclick=\"location.href='1.html'\">", "/xw/1.html"),
        ("<li onclick=\"go('http://www.luoxi.example/p/1.html')\">", "/p/1.html"),
        ("<a href='/p/1.html' onclick=\"count('/stat/7')\">", "/p/1.html"),
        ("<a href=\"javascript:show('1833')\">", ""),
        ("<a href=\"javascript:openUrl('/p/' + id + '.html')\">", ""),
        ("<a href='/p/{{id}}.html'>", ""),
        ("<a href='/p/%7B%7Bid%7D%7D.html'>", ""),
        ("<a href='/p/${row.id}.html'>", ""),
        ("<a href='/p/<%=id%>.html'>", ""),
        ("<a href=\"'+item.url+'\">", ""),
    ],
)
def test_a_link_leads_where_a_click_would(tag: str, target: str) -> None:
    element = parse_html(f"<html><body>{tag}云埠新闻").xpath("//*[@href or @onclick]")[0]
    assert target_of(element, SITE + "/xw/") == (SITE + target if target else "")


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ('<a href="/q.jsp?lm=公告&id=1">公告</a>', '<a href="/q.jsp?lm=%B9%AB%B8%E6&id=1">公告</a>'),
        ("<a href='q.jsp?a=1&lm=公告'>", "<a href='q.jsp?a=1&lm=%B9%AB%B8%E6'>"),
        ("<a href=q.jsp?lm=公告>", "<a href=q.jsp?lm=%B9%AB%B8%E6>"),
        ('<a href="/公告.html">', '<a href="/公告.html">'),
        ('<a href="/公告/q.jsp?id=1">', '<a href="/公告/q.jsp?id=1">'),
        ("<p>为什么?=公告</p>", "<p>为什么?=公告</p>"),
    ],
)
def test_queries_are_in_the_encoding_of_their_page(text: str, same: str) -> None:
    assert with_queries_in(text, "gbk") == same


def test_pagers_of_hostile_pages_are_read_in_time() -> None:
    assert decoded_pager("atob" + "A" * 1_000_000) == ""
    assert scripted_pager("createPageHTML(" + "1," * 200_000, SITE) is None


GO = "<script>function go(n) { document.f.page.value = n; document.f.submit(); } function slide() { $('.p').animate(); }</script>"


@pytest.mark.parametrize(
    ("html", "sent"),
    [
        ("<a href=\"javascript:__doPostBack('pager','')\">下一页</a>", True),
        ("<a href='javascript:go(2)'>下一页</a>" + GO, True),
        ("<a href='#' onclick='return go(2)'><img alt=下一页></a>" + GO, True),
        ("<a href='javascript:void(0)' onclick=\"$.post('/l.do', {p: 2}, show)\">下一页</a>", True),
        ("<form method=post><input type=submit value=下一页></form>", True),
        ("<form method=POST><input type=image alt=下一页></form>", True),
        ("<p><b>1</b> <a href='javascript:go(2)'>2</a></p>" + GO, True),
        (
            "<table><tr><td><span>1</span><td><a href=\"javascript:__doPostBack('grid','Page$2')\">2</a></tr></table>",
            True,
        ),
        ("<p>第<select onchange='this.form.submit()'><option>1<option>2</select>页</p>", True),
        ("<p><b>1</b> <a href='javascript:slide(2)'>2</a></p>" + GO, False),
        ("<p><a href='javascript:go(2)'>2</a> <a href='javascript:go(1)'>1</a></p>" + GO, False),
        ("<p>每页<select onchange='this.form.submit()'><option>10<option>20</select>条</p>", False),
        ("<p><select onchange='this.form.submit()'><option>1<option>2</select>分</p>", False),
        ("<a href='javascript:go(1)'>下一页</a>" + GO, False),  # the list has one page
        ("<a disabled href=\"javascript:__doPostBack('pager','')\">下一页</a>", False),
        ("<form method=post><input type=submit value=下一页 disabled></form>", False),
        ("<form method=post><input type=submit value=搜索></form>", False),
        ("<a href='javascript:slide()'>下一页</a>" + GO, False),
        ("<a href='javascript:void(0)' class=next>下一页</a>" + GO, False),
        ("<a href='javascript:go(2)'>下一页</a><a href=2.html>下一页</a>" + GO, False),  # another leads there
    ],
)
def test_a_pager_that_sends_a_form_is_told(html: str, sent: bool) -> None:
    html = f"<html><body>{html}</body></html>"
    assert following_page(html, parse_html(html), SITE + "/xw/").sent == sent


LIST = "<ul><li><a href=/xw/1.html>罗溪新桥今日通车</a></li></ul>"
VIDEOS = "<a href=/sp/1.html><img src=1.jpg></a><a href=/sp/2.html>罗溪老街修缮过半</a><p><a href=/sp/index_2.html>下一页</a></p>"


@pytest.mark.parametrize(
    ("html", "following"),
    [
        (f"{LIST}<div>{VIDEOS}</div>", ""),
        (f"<div>{VIDEOS}</div>{LIST}<p><a href=index_2.html>下一页</a></p>", "/xw/index_2.html"),
        (f"<div>{VIDEOS}</div>{LIST}<p><a href=/l.do?p=2>下一页</a></p>", "/l.do?p=2"),
        (f"<div>{VIDEOS.replace('/sp/index_2', '/xw/?pic=2')}</div>{LIST}<p><a href=?p=2>下一页</a></p>", "/xw/?p=2"),
        (f"<div>{LIST}{VIDEOS}</div>", "/sp/index_2.html"),  # the list's own element holds it
        (f"{LIST}<div>{VIDEOS.replace('/sp/index_2.html', '/l.do?p=2')}</div>", "/l.do?p=2"),
        (
            f"{LIST}<div><a href=/a.html>网上信访大厅</a><a href=/b.html>网站支持情况</a><a href=/m/2.html>下一页</a></div>",
            "/m/2.html",
        ),
    ],
)
def test_the_pager_of_a_box_beside_the_list_is_not_the_list_s(html: str, following: str) -> None:
    entries = [Listed(url=SITE + "/xw/1.html", title="罗溪新桥今日通车")]
    found = following_page(html, parse_html(f"<body>{html}"), SITE + "/xw/", entries=entries)
    assert found.url == (SITE + following if following else "")
