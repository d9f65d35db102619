"""The pure functions of the list protocols, where the pages of ../families do not reach."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spiders import epaper, gkmlpt, govcn, hanweb, jpaas, numbered, people, trs, ucap
from spiders.lists import parse, with_query

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
    assert trs.next_page(f"<script>{script}</script>", TRS) == (TRS + following if following else "")


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
    assert trs.written(script) == html


def test_the_older_script_of_trs_keeps_the_ending_of_the_page():
    assert trs.next_page("var currentPage = 1; var countPage = 3", TRS + "index_1.shtml") == TRS + "index_2.shtml"


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
    ],
)
def test_records_are_found_however_they_are_wrapped(html):
    assert hanweb.records(html) == ["<li>x</li>"]


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
    url = jpaas.first_unit(parse(f'<div queryData="{QUERY}" {attributes}></div>'), "https://fgw.mc.gov.cn/col/", shown)
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
    assert gkmlpt.read_category(text, "http://h/") == ((), "")


def test_a_search_of_ucap_is_read_and_continued():
    results = [
        {"title": "<em>云埠</em>新闻", "url": "/a/1.html", "publishedTimeStr": "2026-04-11 09:00:00"},
        {"title": None},
    ]
    url = "http://www.sc.gov.cn/common/search/9?page=2&_pageSize=15&_isJson=true"
    entries, following = ucap.read_answer(json.dumps({"data": {"results": results}}), url)
    assert (entries[0].url, entries[0].title, entries[0].date) == (
        "http://www.sc.gov.cn/a/1.html",
        "云埠新闻",
        "2026-04-11T09:00",
    )
    assert following == url.replace("page=2", "page=3")


def test_a_search_of_ucap_ends_with_an_empty_answer():
    assert ucap.read_answer('{"data":{"results":[]}}', "http://h/?page=9") == ((), "")


@pytest.mark.parametrize(
    ("script", "following"),
    [
        ("createPageHTML('page_div',12, 1,'list','shtml',230)", "list_2.shtml"),
        ('createPageHTML("page-div",12,11,"index","html",230)', "index_12.html"),
        ("createPageHTML('page_div',12,12,'list','shtml',230)", ""),
        ('createPageHTML(12, 0, "index", "html")', ""),
    ],
)
def test_ucap_counts_its_pages_from_one(script, following):
    url = "http://www.sc.gov.cn/10462/list.shtml"
    assert ucap.next_page(script, url) == (f"http://www.sc.gov.cn/10462/{following}" if following else "")


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


@pytest.mark.parametrize(
    ("pager", "following"),
    [
        ("<a href='index2.html'>下一页</a>", "index2.html"),
        ("<a href='index1.html'>1</a><a href='index2.html'>2</a><a href='index3.html'>3</a>", "index2.html"),
        ("<a href='/GB/1662/index2.html'>2</a>", "index2.html"),
        ("<a href='/GB/1663/index2.html'>2</a>", ""),
        ("", ""),
    ],
)
def test_the_pages_of_people(pager, following):
    folder = "http://mc.people.com.cn/GB/1662/"
    for url in (folder, folder + "index.html", folder + "index1.html"):
        assert people.next_page(parse(pager), url) == (folder + following if following else "")


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
def test_no_page_makes_an_error(html):
    url = "http://h/index.html"
    for read in (
        trs.next_page,
        ucap.next_page,
        ucap.read_answer,
        govcn.read_answer,
        gkmlpt.read_category,
        gkmlpt.categories,
    ):
        read(html, url)
    for read in (hanweb.first_groups, hanweb.linked_groups, epaper.following_leaves):
        read(html, url)
    hanweb.next_group(html, url, None)
    people.next_page(parse(html), url)
    jpaas.first_unit(parse(html), url, 0)
