"""The pure functions of the list protocols, where the pages of ../families do not reach."""

import functools
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scrapy.http import TextResponse

from crawler.sources import Source
from spiders.lists.answers import json_entries, read_json
from spiders.lists.entries import read_links
from spiders.lists.links import parse_html, with_query
from spiders.lists.pagers import scripted_pager
from spiders.loader import spider_of
from spiders.protocols import epaper, feed, gkmlpt, govcn, hanweb, html, jpaas, numbered, scripts, ucap

TRS = "http://www.yunbu.gov.cn/zwyw/"


@pytest.mark.parametrize(
    ("script", "following"),
    [
        ('createPageHTML(28, 0, "index", "html")', "index_1.html"),
        ("createPageHTML(28,5,'index','shtml');", "index_6.shtml"),
        ('createPage(34, 0, "index", "html");', "index_1.html"),
        ('createPageHTML( "3" , "1" , "list_sy3" , "htm" )', "list_sy3_2.htm"),
        ('createPageHTML(3, 2, "index", "html")', ""),
        ('createPageHTML(1, 0, "index", "html")', ""),
        ('createPageHTML(0, 0, "index", "html")', ""),
        ('createPageHTML(4, 0, "t20260411_1", "shtml")', ""),
        ('createPageHTML(4, 0, "tnull_881", "shtml")', ""),
        ("function createPageHTML(_nPageCount, _nCurrIndex, _sPageName, _sPageExt) {}", ""),
        ('function createPage(a, b, c, d) {}\ncreatePage(2, 0, "index_pc", "html")', "index_pc_1.html"),
        ("var currentPage = 0;//所在页从0开始\nvar countPage = 25//共多少页", "index_1.html"),
        ("var currentPage = 24;\nvar countPage = 25", ""),
        ('createPageHTML(3, 0, "../../etc", "html")', ""),
    ],
)
def test_trs_counts_its_pages_in_a_script(script, following):
    pager = scripted_pager(f"<script>{script}</script>", TRS)
    assert (pager.following if pager else "") == (TRS + following if following else "")


@pytest.mark.parametrize(
    ("script", "html"),
    [
        ("""document.writeln("<li><a href=\\"./a.html\\">一<\\/a>");document.write('<b>2026-04-11</b>');""",
         '<li><a href="./a.html">一</a><b>2026-04-11</b>'),
        ("document.write(list + x); document.writeln('open", ""),
        ("", ""),
    ],
)  # fmt: skip
def test_what_scripts_write_is_read(script, html):
    assert scripts.scripted_html(script) == html


ROWS = [{"t": f"罗溪新闻第{n}则发布", "u": f"/p/{n}.html", "d": f"2026-04-{9 - n:02} 09:30"} for n in range(1, 5)]
IN_SCRIPTS = {
    "JSON": f"<script>var list = {json.dumps(ROWS)};</script>",
    "an object around it": f"<script>window.DATA = {json.dumps({'a': {'rows': ROWS}})}</script>",
    "a script of data": f"<script id=__NEXT_DATA__ type='application/json'>{json.dumps({'props': {'list': ROWS}})}</script>",
    "keys without quotes": "<script>let list = ["
    + ",".join(f"{{t: '{row['t']}', u: '{row['u']}', d: '{row['d']}'}}" for row in ROWS)
    + ",];</script>",
    "markup in titles": f"<script>var list = {json.dumps([row | {'t': '<b>' + row['t'] + '</b>'} for row in ROWS])}</script>",
    "written": "<script>"
    + "".join(f"""document.write('<li><a href="{r["u"]}">{r["t"]}</a><i>{r["d"]}</i></li>');""" for r in ROWS)
    + "</script>",
}
NOT_A_LIST = {
    "no days": f"<script>var list = {json.dumps([row | {'d': ''} for row in ROWS])}</script>",
    "another host": f"<script>var list = {json.dumps([row | {'u': 'http://k' + row['u']} for row in ROWS])}</script>",
    "code": "<script>var list = [" + "{t: title(), u: '/p/1.html', d: '2026-04-02'}," * 4 + "];</script>",
    "brackets without end": "<script>var list = " + "[" * 5000 + "</script>",
    "two rows": f"<script>var list = {json.dumps(ROWS[:2])}</script>",
}


def read_in_scripts(html):
    url = "http://h/xw/"
    source = Source(id="x", name="x", region="990100", level="city", family="html", lists=(url,))
    read = functools.partial(read_links, source=source)
    return scripts.read_scripts(html, parse_html(html), url, source, read)[0].entries


@pytest.mark.parametrize("script", IN_SCRIPTS.values(), ids=IN_SCRIPTS)
def test_a_list_in_the_scripts_of_a_page_is_read(script):
    found = [(one.url, one.title, one.date[:10]) for one in read_in_scripts(f"<html><body>{script}</body></html>")]
    assert found == [("http://h" + row["u"], row["t"], row["d"][:10]) for row in ROWS]


@pytest.mark.parametrize("script", NOT_A_LIST.values(), ids=NOT_A_LIST)
def test_other_values_of_scripts_are_no_list(script):
    assert read_in_scripts(f"<html><body>{script}</body></html>") == ()


def test_the_older_script_of_trs_keeps_the_ending_of_the_page():
    pager = scripted_pager("var currentPage = 1; var countPage = 3", TRS + "index_1.shtml")
    assert pager is not None
    assert pager.following == TRS + "index_2.shtml"


COLUMN = "http://www.mc.gov.cn/col/col7/index.html"
PROXY = "http://www.mc.gov.cn/module/web/jpage/dataproxy.jsp"


def column(records, settings="totalRecord:8,perPage:1", parameters="columnid:7,unitid:'5'"):
    body = "".join(
        f"<record><![CDATA[<a href='/art/2026/4/1/art_7_{n}.html'>{n}</a>]]></record>" for n in range(records)
    )
    return (
        f'<div id="5"><script type="text/xml"><datastore><recordset>{body}</recordset></datastore></script></div>'
        f"<script>var param_5={{{parameters}}}; $('#5').jpage({{{settings}}});</script>"
    )


@pytest.mark.parametrize(
    ("html", "query"),
    [
        (column(3), "startrecord=4&endrecord=6&perpage=1"),
        (column(1), "startrecord=1&endrecord=3&perpage=1"),
        (column(0), "startrecord=1&endrecord=3&perpage=1"),
        (column(6), "startrecord=7&endrecord=9&perpage=1"),
        (column(3, "perPage:5,totalRecord:'8'"), "startrecord=1&endrecord=15&perpage=5"),
        (column(8), None),
        (column(9), None),
        (column(3, "totalRecord:8"), None),
        (column(3, "perPage:0,totalRecord:8"), None),
        (column(3).replace("param_5", "param_6"), None),
    ],
)
def test_a_hanweb_column_asks_for_the_group_that_follows(html, query):
    assert [url for url, _, _ in hanweb.first_groups(html, COLUMN)] == ([f"{PROXY}?{query}"] if query else [])


def test_a_hanweb_column_tells_where_its_proxy_is_and_what_to_send():
    settings = "totalRecord:8,perPage:1,proxyUrl:'/module/jslib/jquery/jpage/dataproxy.jsp'"
    ((url, form, total),) = hanweb.first_groups(
        column(3, settings, "col:1,path:'http://www.mc.gov.cn/',unitid:'5'"), COLUMN
    )
    assert url.startswith("http://www.mc.gov.cn/module/jslib/jquery/jpage/dataproxy.jsp?")
    assert (form, total) == ({"col": "1", "path": "http://www.mc.gov.cn/", "unitid": "5"}, 8)


@pytest.mark.parametrize(
    ("query", "total", "following"),
    [
        ("startrecord=1&endrecord=45&perpage=15", None, "startrecord=46&endrecord=90&perpage=15"),
        ("startrecord=1&endrecord=45&perpage=15", 46, "startrecord=46&endrecord=90&perpage=15"),
        ("startrecord=1&endrecord=45&perpage=15", 45, ""),
        ("startrecord=1&endrecord=45&unitid=5&webid=4", None, "startrecord=46&endrecord=90&unitid=5&webid=4"),
        ("startrecord=x&endrecord=45", None, ""),
        ("startrecord=9&endrecord=1", None, ""),
        ("endrecord=45", None, ""),
    ],
)
def test_groups_follow_each_other(query, total, following):
    found = hanweb.next_group(column(1), f"{PROXY}?{query}", total)
    assert found == (f"{PROXY}?{following}" if following else "")


def test_an_empty_store_ends_a_list():
    empty = "<datastore><nextgroup><![CDATA[<a href='?page=9'></a>]]></nextgroup><recordset></recordset></datastore>"
    assert hanweb.next_group(empty, f"{PROXY}?startrecord=1&endrecord=45", 100) == ""
    assert hanweb.linked_groups(empty, COLUMN) == []


def test_groups_that_are_linked_are_followed():
    link = '<nextgroup><![CDATA[<a href="/module/web/jpage/dataproxy.jsp?page=1&amp;unitid=5"></a>]]></nextgroup>'
    assert hanweb.linked_groups(link + column(1), COLUMN) == [f"{PROXY}?page=1&unitid=5"]


@pytest.mark.parametrize(
    "html",
    [
        "<record><![CDATA[<li>x</li>]]></record>",
        "<RECORD><li>x</li></RECORD>",
        "&lt;recordset&gt;&lt;record&gt;&lt;![CDATA[&lt;li&gt;x&lt;/li&gt;]]&gt;&lt;/record&gt;&lt;/recordset&gt;",
        "<recordset><![CDATA[<li>x</li>]]></recordset>",
        "<recordset><ul></ul><record><![CDATA[\n<li>x</li>\n]]></record><record><![CDATA[ ]]></record>",
        "<datastore><record>&lt;li&gt;x&lt;/li&gt;</record></datastore>",
        "<recordset><record>&#60;li&#62;x&#60;/li&#62;</record></recordset>",
    ],
)
def test_records_are_found_however_they_are_wrapped(html):
    assert hanweb.records(html) == ["<li>x</li>"]


@pytest.mark.parametrize("record", ["<li>上卷 &lt;b&gt;</li>", "上卷 &lt; 下卷 &amp;"])
def test_entities_of_a_record_that_write_no_tags_stay(record):
    assert hanweb.records(f"<record><![CDATA[{record}]]></record>") == [record]


QUERY = "{'webId':'3185','pageId':'12','tagId':'信息列表','tplSetId':'V7'}"


@pytest.mark.parametrize(
    ("attributes", "shown", "number"),
    [
        ('count="5" rows="2"', 2, 2),
        ('count="5" rows="2"', 0, 1),
        ('count="2" rows="2"', 2, None),
        ('count="5"', 2, None),
        ('count="x" rows="y"', 2, None),
    ],
)
def test_a_jpaas_column_names_its_unit(attributes, shown, number):
    url = jpaas.first_unit(
        parse_html(f'<div queryData="{QUERY}" {attributes}></div>'), "https://fgw.mc.gov.cn/col/", shown
    )
    if number is None:
        assert url == ""
    else:
        assert url.startswith("https://fgw.mc.gov.cn/api-gateway/jpaas-publish-server/front/page/build/unit?")
        assert f"pageNo%22%3A{number}%2C" in url


@pytest.mark.parametrize(
    "url",
    [
        "http://h/unit",
        "http://h/unit?paramJson=x",
        "http://h/unit?paramJson=[]",
        'http://h/unit?paramJson={"pageNo":"a"}',
    ],
)
def test_a_unit_without_a_place_has_no_next(url):
    assert jpaas.next_unit(url, "") == ""


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"data":null}', '{"data":{"html":3}}', "<html>"])
def test_answers_that_are_none(text):
    assert jpaas.unit_html(text) is None
    assert ucap.read_answer(text, "http://h/") is None
    assert govcn.read_answer(text, "http://h/") == ((), "")
    assert gkmlpt.read_category(text, "http://h/") == ((), "", None)


def test_a_search_of_ucap_is_read_and_continued():
    results = [
        {"title": "<em>云埠</em>新闻", "url": "/a/1.html", "publishedTimeStr": "2026-04-11 09:00:00"},
        {"title": None},
    ]
    url = "http://www.sc.gov.cn/common/search/9?page=2&_pageSize=15&_isJson=true"
    entries = ucap.read_answer(json.dumps({"data": {"results": results}}), url)
    assert len(entries) == 1  # the other has no address
    assert (entries[0].url, entries[0].title, entries[0].date) == (
        "http://www.sc.gov.cn/a/1.html",
        "云埠新闻",
        "2026-04-11T09:00",
    )
    assert ucap.following(None, url).url == url.replace("page=2", "page=3")


WORDS = (
    *("data", "results", "list", "html", "url", "URL", "title", "searchVO", "listVO", "totalpage", "pubtime"),
    *("articles", "classify", "post_count", "id", "children", "jump_url", "publishedTimeStr"),
)
POSTED = "http://www.sc.gov.cn/szinf/xxgk/interfacesWebZcwj/loadData?pageSize=15"


def test_an_interface_of_ucap_is_told_its_page_by_post():
    rows = [{"TITLE": "云埠新闻", "URL": "http://www.sc.gov.cn/a/1.shtml", "PUBLISHED_TIME_FORMAT": "2026-04-11"}]
    (entry,) = ucap.read_answer(json.dumps({"data": {"allRow": 1, "list": rows}}), POSTED)
    assert (entry.url, entry.title, entry.date) == ("http://www.sc.gov.cn/a/1.shtml", "云埠新闻", "2026-04-11")
    first = ucap.posted(POSTED, 1)
    second = ucap.following(first, POSTED)
    assert [(asked.method, asked.url, asked.body) for asked in (first, second)] == [
        ("POST", POSTED, b"pageIndex=1"),
        ("POST", POSTED, b"pageIndex=2"),
    ]


@pytest.mark.parametrize("text", ['{"data":{"results":[]}}', '{"data":{"list":[]}}', '{"data":{"list":["x",null]}}'])
def test_an_interface_of_ucap_may_answer_nothing(text):
    assert ucap.read_answer(text, "http://h/?page=9") == ()


@pytest.mark.parametrize("page", ["x", "", "-1", "9999999999999", "٣"])
def test_a_page_without_a_number_is_taken_for_the_first(page):
    assert ucap.following(None, f"http://h/s?page={page}").url.endswith("page=2") or page == "٣"


@pytest.mark.parametrize(
    ("url", "following"),
    [
        ("http://h/site/label/8888?labelName=publicInfoList&pageIndex=1&catId=7", "pageIndex=2&catId=7"),
        ("http://h/columns/a/templates/b/blocks/c?page=9&fix=0", "?page=10&fix=0"),
        ("http://h/nodeart/list?nid=7&pgnum=1&cnt=35", "&pgnum=2&cnt=35"),
        ("http://h/public/column/66?type=4&catId=1", ""),
        ("http://h/list?homepage=1", ""),
        ("http://h/list?page=a", ""),
        ("http://h/page=1/", ""),
    ],
)
def test_an_address_that_says_its_page_is_counted_on(url, following):
    found = html.counted_parameter(url)
    assert found.endswith(following) if following else found == ""


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(WORDS), inner, max_size=5),
    max_leaves=12,
)


@given(JSON)
def test_no_answer_makes_an_error(answer):
    text, url = json.dumps(answer), "http://h/?page=1&p=1"
    for read in (jpaas.unit_html, govcn.read_answer, gkmlpt.read_category, ucap.read_answer):
        read(text, url) if read is not jpaas.unit_html else read(text)
    gkmlpt.categories(f"window._CONFIG = {{ SID: '2', TREE: [{text}] }}", url)


def test_an_answer_nested_beyond_all_reason_is_none():
    assert read_json("[" * 100_000) is None
    assert gkmlpt.categories("window._CONFIG = { SID: '2', TREE: " + "[" * 100_000, "http://h/") == []


def test_addresses_of_an_answer_that_cannot_be_used_are_left_out():
    rows = [{"u": "http://[bad/"}, {"u": "javascript:x()"}, {"u": 3, "t": "<b>一</b><<<"}, "x"]
    found = json_entries(rows, "http://h/a/", ("u",), "t", lambda row: "")
    assert [(entry.url, entry.title) for entry in found] == [("http://h/a/3", "一<<<")]


@pytest.mark.parametrize(
    ("said", "title"),
    [
        ("&lt;b&gt;水务&lt;/b&gt;一", "水务一"),
        ("<em class=hl>水务</em>一", "水务一"),
        ("关于印发<水务办法>的通知", "关于印发<水务办法>的通知"),
        ("水务<!-- 3 -->\n一", "水务 一"),
    ],
)
def test_a_title_of_an_answer_is_without_markup(said, title):
    rows = [{"u": "1", "t": said}]
    assert json_entries(rows, "http://h/", ("u",), "t", lambda row: "")[0].title == title


def test_texts_of_an_answer_may_hold_line_ends():
    assert read_json('{"a": "b\n\tc"}', "a") == "b\n\tc"


@pytest.mark.parametrize(
    ("script", "following"),
    [
        ("createPageHTML('page_div',12, 1,'list','shtml',230)", "list_2.shtml"),
        ('createPageHTML("page-div",12,11,"index","html",230)', "index_12.html"),
        ("createPageHTML('page_div',12,12,'list','shtml',230)", ""),
        ('createPageHTML(12, 0, "index", "html")', "index_1.html"),
    ],
)
def test_ucap_counts_its_pages_from_one(script, following):
    url = "http://www.sc.gov.cn/10462/list.shtml"
    pager = scripted_pager(script, url)
    assert pager is not None
    assert pager.following == (f"http://www.sc.gov.cn/10462/{following}" if following else "")


@pytest.mark.parametrize(
    "html",
    [
        "",
        "window._CONFIG = { SID: '2' }",
        'window._CONFIG = { TREE: [{"id":1}] }',
        "window._CONFIG = { SID: '2', TREE: [broken }",
        'window._CONFIG = { SID: \'2\', TREE: [3, null, {"id":"x"}, {"id":1,"jump_url":"/a/"}] }',
    ],
)
def test_an_index_without_categories_leads_nowhere(html):
    assert gkmlpt.categories(html, "http://www.gd.gov.cn/gkmlpt/index") == []


def test_a_category_that_shows_all_it_holds_has_no_next_page():
    article = {"title": "云埠新闻", "url": "http://h/gkmlpt/content/4/1/post_1.html", "date": "2026-04-11"}
    text = json.dumps({"classify": {"post_count": 1}, "articles": [article]})
    assert gkmlpt.read_category(text, "http://h/gkmlpt/api/all/1?page=1&sid=2")[1] == ""
    assert gkmlpt.read_category(text, "http://h/gkmlpt/api/all/1?page=2&sid=2")[1].endswith("page=3&sid=2")


@pytest.mark.parametrize(
    ("answer", "number"),
    [
        ({"articles": [], "classify": {"post_count": 0}}, 0),
        ({"articles": [], "classify": {"post_count": 12}}, 12),
        ({"code": 500}, None),
        ({"articles": None, "classify": {"post_count": 0}}, None),
    ],
)
def test_a_category_tells_its_number_in_an_answer_of_the_usual_shape(answer, number):
    assert gkmlpt.read_category(json.dumps(answer), "http://h/gkmlpt/api/all/1?page=1&sid=2")[2] == number


FEED = "<rss><channel><item><title>{title}</title><link>{link}</link><pubDate>{day}</pubDate></item></channel></rss>"


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("Thu Mar 05 15:00:00 CST 2026", "2026-03-05T15:00"),  # as Java writes it; CST is China's
        ("Thu, 05 Mar 2026 15:00:00 CST", "2026-03-05T15:00"),
        ("Thu, 05 Mar 2026 20:00:00 GMT", "2026-03-06T04:00"),
        ("Thu, 05 Mar 2026 20:00:00 -0600", "2026-03-06T10:00"),
        ("soon", ""),
    ],
)
def test_the_time_of_a_feed_is_china_s(said, day):
    [row] = feed._rows(feed._items(feed.parse_feed(FEED.format(title="一", link="http://h/1", day=said))), "http://h/")
    assert row.date == day


@pytest.mark.parametrize(
    ("on_feed", "on_entry", "target"),
    [
        ("", "", "http://h/news/a/1.html"),
        ("http://h/p/", "", "http://h/p/a/1.html"),
        ("/p/", "q/", "http://h/p/q/a/1.html"),
        ("", "http://k/", "http://k/a/1.html"),
        ("javascript:x", "", "http://h/news/a/1.html"),
    ],
)
def test_the_links_of_a_feed_are_relative_to_its_base(on_feed, on_entry, target):
    base = {"": ""}
    base |= {said: f'xml:base="{said}"' for said in (on_feed, on_entry) if said}
    entry = f'<entry {base[on_entry]}><title>一</title><link href="a/1.html"/></entry>'
    text = f'<feed xmlns="http://www.w3.org/2005/Atom" {base[on_feed]}>{entry}</feed>'
    [row] = feed._rows(feed._items(feed.parse_feed(text)), "http://h/news/feed.xml")
    assert row.url == target


@pytest.mark.parametrize(
    ("days", "day"),
    [
        ("<issued>2026-04-02T09:17:00+08:00</issued><modified>2026-05-01</modified>", "2026-04-02T09:17"),
        ("<modified>2026-05-01</modified>", "2026-05-01"),
    ],
)
def test_the_days_of_atom_0_3_are_read(days, day):
    text = f'<feed version="0.3" xmlns="http://purl.org/atom/ns#"><entry><title>一</title><link href="1"/>{days}</entry></feed>'
    [row] = feed._rows(feed._items(feed.parse_feed(text)), "http://h/feed.xml")
    assert row.date == day


@pytest.mark.parametrize(
    ("title", "link", "read"),
    [
        ("水务&nbsp;一", "http://h/s.jsp?id=1&amp;c=1", ("水务 一", "http://h/s.jsp?id=1&c=1")),
        ("R&D 投入", "http://h/s.jsp?id=1&c=1", ("R&D 投入", "http://h/s.jsp?id=1&c=1")),
        ("&#8220;水务&#8221; &lt;b&gt;", "<![CDATA[http://h/s.jsp?id=1&c=1]]>", ("“水务”", "http://h/s.jsp?id=1&c=1")),
        ("&ldquo;水务&LT;b&GT;&nosuch;", "http://h/1", ("“水务&nosuch;", "http://h/1")),
    ],
)
def test_a_feed_s_ampersands_are_read_as_they_are_meant(title, link, read):
    [row] = feed._rows(feed._items(feed.parse_feed(FEED.format(title=title, link=link, day=""))), "http://h/")
    assert (row.title, row.url) == read


ODD_ITEM = "<item><title>{}</title><link>http://h/0</link>{}</item>"
NEXT_ITEM = "<item><title>水务&amp;一</title><link>http://h/s.jsp?id=1&amp;c=1</link></item>"


@pytest.mark.parametrize(
    ("title", "more", "read"),
    [
        ("水\x08务", "", "水务"),
        ("水务&#8;", "", "水务"),
        ("水位 < 3 米", "", "水位 < 3 米"),
        ("关于<办法>的公告", "", "关于<办法>的公告"),
        ("水务<br>一", "", "水务一"),
        ("<font color=red>水务</font>", "", "水务"),
        (
            "水务",
            "<media:content url='http://h/1.jpg' media:a='1'/>",
            "水务",
        ),  # a prefix that the feed does not declare
    ],
)
def test_a_fault_in_a_feed_costs_no_other_item(title, more, read):
    page = feed_page("http://h/f.xml", f"<rss><channel>{ODD_ITEM.format(title, more)}{NEXT_ITEM}</channel></rss>")
    assert [(row.title, row.url) for row in page.entries] == [
        (read, "http://h/0"),
        ("水务&一", "http://h/s.jsp?id=1&c=1"),
    ]
    assert not page.faults


@pytest.mark.parametrize(
    "rest", ["<item><title>水务二</title><link>http://h/2", "</channel></rss><item><link>http://h/2</link></item>"]
)
def test_items_of_a_broken_feed_that_cannot_be_read_are_told(rest):
    page = feed_page("http://h/f.xml", f"<rss><channel>{NEXT_ITEM}{rest}")
    assert [row.url for row in page.entries] == ["http://h/s.jsp?id=1&c=1"]
    assert page.faults == ("1 of 2 items of http://h/f.xml cannot be read: the feed is broken",)


def feed_page(url, text):
    fields = {"id": "luoxi", "name": "罗溪", "region": "990000", "level": "county", "family": "feed", "spider": "feed"}
    spider = spider_of(Source(lists=(url,), **fields))
    return spider.read_list(TextResponse(url, body=text.encode(), encoding="utf-8"))


ITEM = {"url": "http://h/1", "title": "一"}


@pytest.mark.parametrize(
    ("item", "entry"),
    [
        (ITEM | {"date_published": "2026-04-02T17:30:00Z"}, ("http://h/1", "一", "2026-04-03T01:30")),
        (ITEM | {"id": "http://h/2", "date_modified": "2026-04-02T09:30:00+08:00"}, ("http://h/1", "一", "2026-04-02T09:30")),
        ({"id": "http://h/2", "title": "二"}, ("http://h/2", "二", "")),
        ({"id": "2", "external_url": "/3"}, ("http://h/3", "", "")),
        ({"id": "2", "title": "二"}, None),
        ("二", None),
    ],
)  # fmt: skip
def test_a_json_feed_is_read(item, entry):
    text = json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": [item], "next_url": "?p=2"})
    page = feed_page("http://h/feed.json", text)
    assert [(one.url, one.title, one.date) for one in page.entries] == ([entry] if entry else [])
    assert [one.url for one in page.next] == ["http://h/feed.json?p=2"]
    assert page.faults == (() if entry else ("1 of 1 items of http://h/feed.json have no address",))


def test_items_of_a_feed_without_an_address_are_told():
    text = "<rss><channel><item><title>一</title></item><item><link>http://h/2</link></item></channel></rss>"
    page = feed_page("http://h/rss", text)
    assert ([one.url for one in page.entries], page.faults) == (
        ["http://h/2"],
        ("1 of 2 items of http://h/rss have no address",),
    )


@pytest.mark.parametrize("time", [None, "x", 10**30, -(10**30)])
def test_a_time_that_is_none_gives_no_day(time):
    text = json.dumps({"searchVO": {"totalpage": 1, "listVO": [{"title": "一", "url": "http://h/1", "pubtime": time}]}})
    assert govcn.read_answer(text, "http://h/?p=1")[0][0].date == ""


@pytest.mark.parametrize(
    ("url", "following"),
    [
        ("http://h/a/", "http://h/a/index_2.html"),
        ("http://h/a/index.html", "http://h/a/index_2.html"),
        ("http://h/a/index.shtml?x=1", "http://h/a/index_2.shtml?x=1"),
        ("http://h/a/index_2.html", "http://h/a/index_3.html"),
        ("http://h/a/list_564_9.shtml", "http://h/a/list_564_10.shtml"),
        ("http://h/a/list.jsp", ""),
    ],
)
def test_pages_are_counted(url, following):
    assert numbered.counted_page(url) == following


def test_the_pages_of_a_paper_lead_to_its_other_pages_then_to_earlier_days():
    page = "http://e.cn/content/20260411/PageA02TB.htm"
    html = "".join(
        f'<a href="{href}">x</a>'
        for href in (
            "PageA01TB.htm",
            "PageA02TB.htm",
            "PageA03TB.htm",
            "../20260409/PageA01TB.htm",
            "../20260410/PageA01TB.htm",
            "../20260412/PageA01TB.htm",
        )
    )
    assert [url.removeprefix("http://e.cn/content/") for url in epaper.following_leaves(html, page)] == [
        "20260411/PageA01TB.htm",
        "20260411/PageA03TB.htm",
        "20260410/PageA01TB.htm",
        "20260409/PageA01TB.htm",
    ]


def test_newer_papers_have_a_month_folder():
    html = '<a href="../08/node_01.html">x</a><a href=../09/node_02.html>x</a>'
    page = "http://e.cn/tsldrb/pc/layout/202602/09/node_01.html"
    assert epaper.following_leaves(html, page) == [page.replace("node_01", "node_02"), page.replace("/09/", "/08/")]


def test_parameters_are_set_in_their_places():
    assert with_query("http://h/a?x=&page=2&y=%E4%BA%91", page="3") == "http://h/a?x=&page=3&y=%E4%BA%91"


@given(st.text())
def test_no_page_makes_an_error(page):
    url = "http://h/index.html"
    for read in (
        scripted_pager,
        ucap.read_answer,
        govcn.read_answer,
        gkmlpt.read_category,
        gkmlpt.categories,
    ):
        read(page, url)
    for read in (hanweb.first_groups, hanweb.linked_groups, epaper.following_leaves):
        read(page, url)
    hanweb.next_group(page, url, None)
    jpaas.first_unit(parse_html(page), url, 0)
