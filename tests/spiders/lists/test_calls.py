"""The addresses that a page's own functions make of what links hand them."""

import pytest

from crawler.sources import Source
from spiders.lists.calls import Calls
from spiders.lists.entries import read_links
from spiders.lists.links import parse_html
from spiders.lists.paging import next_link

SITE = "http://www.luoxi.example"

OPENED = {
    "open()": ("function show(id){window.open('/p/show.jsp?id='+id);}", "javascript:show('7')", "/p/show.jsp?id=7"),
    "a number": ("function show(id){location.href='/p/'+id+'.html'}", "show(7)", "/p/7.html"),
    "several": ("function go(c, id) {\n location = '/' + c + '/' + id + '.html';\n}", "go('xw', '7')", "/xw/7.html"),
    "return false": ("function go(id){location.assign('/p/'+id+'.html')}", "go('7');return false;", "/p/7.html"),
    "a name of the function": (
        "function go(id){var u='/p/'+encodeURIComponent(id)+'.html';open(u)}",
        "go('7')",
        "/p/7.html",
    ),
    "a name of the page": ("var root='/site';function go(id){top.location.href=root+'/'+id}", "go(7)", "/site/7"),
    "a template": ("const go = (id) => { location.href = `/p/${id}.html` }", "go(7)", "/p/7.html"),
    "a function as a value": ("var go = function(id){self.location='/p/'+id+'.html'}", "go(7)", "/p/7.html"),
    "a comment before it": (
        "// function go(id){open('/old/'+id)}\nfunction go(id){open('/p/'+id+'.html')}",
        "go(7)",
        "/p/7.html",
    ),
    "no function": ("var root='/site';", "location.href=root+'/p/'+'7'+'.html'", "/site/p/7.html"),
    # the address cannot be told
    "one of several": ("function go(id,t){if(t){location='/a/'+id}else{location='/b/'+id}}", "go(7,1)", ""),
    "one of two": ("function go(n){location=n==1?'index.html':'index_'+n+'.html'}", "go(7)", ""),
    "an answer": ("function go(id){$.post('/x',{id:id},function(r){location.href=r.url})}", "go(7)", ""),
    "a name that changes": ("function go(id){id=code(id);location.href='/p/'+id}", "go(7)", ""),
    "a name that grows": ("function go(id){var u='/p/';u+=id;location.href=u}", "go(7)", ""),
    "a name given twice": ("var r='/a';r='/b';function go(id){location.href=r+'/'+id}", "go(7)", ""),
    "a name of itself": ("var a=b,b=a;function go(id){location.href=a+'/'+id}", "go(7)", ""),
    "a function of another page": ("", "go(7)", ""),
    "what it is not handed": ("function go(id,c){location.href='/'+c+'/'+id}", "go(7)", ""),
    "nothing handed": ("function login(){location.href='/account/login.jspx'}", "javascript:login()", ""),
}


@pytest.mark.parametrize(("script", "code", "target"), OPENED.values(), ids=OPENED)
def test_a_function_makes_an_address(script: str, code: str, target: str) -> None:
    document = parse_html(f"<html><body><script>{script}</script>洛西新闻</body></html>")
    assert Calls(document).opened(code, SITE + "/xw/") == (SITE + target if target else "")


ROW = {
    "a javascript: link": "<a href=\"javascript:show('{n}')\">洛西新闻第{n}则</a>",
    "onclick": "<a href='#' onclick=\"return show({n})\">洛西新闻第{n}则</a>",
    "onclick of a row": "<p onclick='show({n})'>洛西新闻第{n}则</p>",
    "data-href": "<p data-href='/p/{n}.html'>洛西新闻第{n}则</p>",
    "data-url": "<a href='javascript:;' data-url='/p/{n}.html'>洛西新闻第{n}则</a>",
}


@pytest.mark.parametrize("row", ROW.values(), ids=ROW)
def test_rows_of_functions_are_entries(row: str) -> None:
    rows = "".join(f"<li>{row.format(n=n)}<i>2026-02-{9 - n:02}</i></li>" for n in (1, 2, 3))
    script = "<script>function show(id){location.href='/p/'+id+'.html'}</script>"
    others = "<a href='javascript:;' data-url='/tpl/38'>纠错</a><img data-url='/1.jpg'>"
    source = Source(id="x", name="x", region="990100", level="city", family="html", lists=(SITE + "/xw/",))
    found = read_links(parse_html(f"<html><body>{script}<ul>{rows}</ul>{others}</body></html>"), SITE + "/xw/", source)
    assert [(e.url, e.title, e.date) for e in found.entries] == [
        (f"{SITE}/p/{n}.html", f"洛西新闻第{n}则", f"2026-02-{9 - n:02}") for n in (1, 2, 3)
    ]


@pytest.mark.parametrize(
    ("html", "following"),
    [
        ("<a href='javascript:turn(2)'>下一页</a>", "/xw/list_2.html"),
        ("<a onclick='further()'>下一页</a>", "/xw/more.html"),
        ("<span class=next data-href='/xw/3.html'>下页</span>", "/xw/3.html"),
        ("<span class=next data-href='/xw/3.html'>下页新闻</span>", ""),
    ],
)
def test_a_function_or_an_attribute_leads_to_the_next_page(html: str, following: str) -> None:
    script = "function turn(n){location.href='list_'+n+'.html'} function further(){location='more.html'}"
    document = parse_html(f"<html><body><script>{script}</script>{html}</body></html>")
    assert next_link(document, SITE + "/xw/") == (SITE + following if following else "")


def test_functions_of_hostile_pages_are_read_in_time() -> None:
    script = "function go(a){" + "location=b+" * 50_000 + "}" + "var b=c+b;" * 5000
    links = "<a href='javascript:go(1)'>一</a>" * 3000
    calls = Calls(document := parse_html(f"<html><body><script>{script}</script>{links}</body></html>"))
    assert {calls.target(link, SITE) for link in document.iter("a")} == {""}
