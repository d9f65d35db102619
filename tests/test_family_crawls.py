"""Each list protocol crawled over HTTP: 45 articles on several list pages, with navigation around them."""

import base64
import json
from collections.abc import Callable, Iterator
from urllib.parse import quote

import pytest
from scrapy import Request
from scrapy.http import TextResponse

from crawler.sources import load_families, load_sources
from spiders.loader import PROTOCOLS, spider_of
from tests.conftest import crawl, rows
from tests.serving import Answer, Pages

ARTICLES = 45
TEXT = "云埠市召开第{n}次春季防汛工作会议，部署水库除险、河道清障和应急值守，要求在{n}日内完成{n}处险段的物资清点。"
NAVIGATION = (
    '<div class="nav"><a href="/">首页</a><a href="/zwgk/">政务公开</a><a href="/about.html">概况</a></div>'
    '<a href="http://www.elsewhere.gov.cn/art/2026/1/1/art_1_1.html">外站</a><a href="/fj/P020260401.pdf">附件</a>'
)
Site = dict[str, bytes | Answer]


def title(n: int) -> str:
    return f"云埠市召开第{n}次春季防汛工作会议部署水库除险"


def day(n: int) -> str:
    return f"2026-{1 + n // 28:02}-{1 + n % 28:02}"


def article(n: int) -> bytes:
    paragraphs = "".join(f"<p>{TEXT.format(n=n)}{'又' * k}</p>" for k in range(6))
    body = f"<h1>{title(n)}</h1><p>{day(n)}</p><div>{paragraphs}</div>"
    return f"<html><head><meta charset=utf-8><title>{title(n)}</title></head><body>{body}</body></html>".encode()


def page(items: str, more: str = "") -> bytes:
    return f"<html><head><meta charset=utf-8></head><body>{NAVIGATION}<ul>{items}</ul>{more}</body></html>".encode()


def items(paths: list[tuple[int, str]]) -> str:
    return "".join(
        f'<li><a href="{p}" title="{title(n)}">{title(n)[:9]}…</a><span>{day(n)}</span></li>' for n, p in paths
    )


def chunks(paths: list[str], size: int) -> Iterator[list[tuple[int, str]]]:
    numbered = list(enumerate(paths))
    for start in range(0, len(numbered), size):
        yield numbered[start : start + size]


def static(paths: list[str], name: Callable[[int], str], more: Callable[[int, int], str]) -> Site:
    """List pages that stand as files: `name` of each, counted from 0, and what `more` it holds."""
    parts = list(chunks(paths, 12))
    return {name(k): page(items(part), more(k, len(parts))) for k, part in enumerate(parts)}


def linked(name: Callable[[int], str]) -> Callable[[int, int], str]:
    return lambda k, count: f'<a href="{name(k + 1)}">下一页</a>' if k + 1 < count else ""


def numbers(name: Callable[[int], str]) -> Callable[[int, int], str]:
    """A pager of bare numbers, this page's own without a link."""
    return lambda k, count: "".join(
        f'<a href="{name(j)}">{j + 1}</a>' if j != k else f"<b>{j + 1}</b>" for j in range(count)
    )


def no_pager(k: int, count: int) -> str:
    return ""


def hanweb(paths: list[str], *, script: bool) -> Site:
    records = [f"<record><![CDATA[{items([(n, path)])}]]></record>" for n, path in enumerate(paths)]
    proxy = "/module/web/jpage/dataproxy.jsp"

    def store(part: list[str], following: int) -> str:
        link = f'<nextgroup><![CDATA[<a href="{proxy}?page={following}&unitid=5"></a>]]></nextgroup>' if part else ""
        return f"<datastore>{link}<recordset>{''.join(part)}</recordset></datastore>"

    pager = "<script>var param_5={unitid:'5'}; $('#5').jpage({totalRecord:45,perPage:4});</script>" if script else ""
    column = f'<div id="5"><script type="text/xml">{store(records[:12], 1)}</script></div>{pager}'
    pages: Site = {"/col/col7/index.html": page("", column)}
    for group in range(1, 5):
        answer = Answer(
            store(records[12 * group : 12 * group + 12], group + 1).encode(), 200, {"Content-Type": "text/xml"}
        )
        pages[f"{proxy}?page={group}&unitid=5"] = answer
        pages[f"{proxy}?startrecord={12 * group + 1}&endrecord={12 * group + 12}&perpage=4"] = answer
    return pages


def jpaas(paths: list[str]) -> Site:
    unit = "/api-gateway/jpaas-publish-server/front/page/build/unit"
    pages: Site = {"/col/col9/index.html": page("", '<div queryData="{\'webId\':\'3\'}" count="45" rows="12"></div>')}
    for number, part in enumerate(chunks(paths, 12), 1):
        place = quote(json.dumps({"pageNo": number, "pageSize": 12}, separators=(",", ":")), safe="")
        answer = {"success": True, "data": {"html": f'<div count="45">{items(part)}</div>'}}
        query = f"parseType=bulidstatic&pageType=column&editType=null&webId=3&paramJson={place}"
        pages[f"{unit}?{query}"] = Answer(json.dumps(answer).encode(), 200, {"Content-Type": "application/json"})
    return pages


def gkmlpt(paths: list[str]) -> Site:
    tree = [{"id": 1, "children": [{"id": 11}, {"id": 12}]}, {"id": 2, "jump_url": "/x/"}, {"id": 3}]
    pages: Site = {
        "/gkmlpt/index": f"<script>window._CONFIG = {{SID: '9', TREE: {json.dumps(tree)}}}</script>".encode()
    }
    for leaf, share in zip((11, 12, 3), chunks(paths, 15), strict=True):
        for number in range(1, 4):
            part = share[5 * number - 5 : 5 * number]
            found = [{"title": title(n), "url": path, "date": day(n)} for n, path in part]
            answer = json.dumps({"classify": {"post_count": 15}, "articles": found}).encode()
            pages[f"/gkmlpt/api/all/{leaf}?page={number}&sid=9"] = Answer(
                answer, 200, {"Content-Type": "application/json"}
            )
        pages[f"/gkmlpt/api/all/{leaf}?page=4&sid=9"] = b'{"articles":[]}'
    return pages


def govcn(paths: list[str]) -> Site:
    pages: Site = {}
    for number, part in enumerate(chunks(paths, 12), 1):
        found = [{"title": title(n), "url": f"HOST{path}", "pubtime": 1775000000000} for n, path in part]
        pages[f"/data?t=gw&p={number}"] = json.dumps({"searchVO": {"totalpage": 4, "listVO": found}}).encode()
    return pages


def epaper(paths: list[str], folder: Callable[[int], str], leaf: Callable[[int], str], index: str) -> Site:
    """Three days of five pages with three articles each; each page names those of its day and the day before."""
    pages: Site = {}
    for number, part in enumerate(chunks(paths, 3)):
        date, place = divmod(number, 5)
        others = "".join(f'<a href="{leaf(k)}">第{k}版</a>' for k in range(5))
        before = f'<a href="../{folder(date + 1).split("/")[-1]}/{leaf(0)}">上一期</a>' if date < 2 else ""
        pages[f"{folder(date)}/{leaf(place)}"] = page(items(part), others + before)
    if index:
        pages[index] = f'<script>go("{folder(0)}/{leaf(0)}")</script>'.encode()
    return pages


def interface(paths: list[str], key: Callable[[int], str], answer: Callable[[list[dict[str, str]]], str]) -> Site:
    """An interface that hands out its list as JSON: `key` of each page, counted from 1; the last one is empty."""
    parts = [*chunks(paths, 12), []]
    rows = [[{"url": f"HOST{path}", "title": title(n), "day": f"{day(n)} 09:00"} for n, path in part] for part in parts]
    return {key(number): answer(part).encode() for number, part in enumerate(rows, 1)}


def renamed(rows: list[dict[str, str]], url: str, title: str, day: str) -> list[dict[str, str]]:
    return [{url: row["url"], title: row["title"], day: row["day"]} for row in rows]


def feed(paths: list[str]) -> Site:
    """A feed in pages, each of which names the next one."""
    pages: Site = {}
    parts = list(chunks(paths, 12))
    for k, part in enumerate(parts):
        items = "".join(
            f"<item><title>{title(n)}</title><link>{path}</link><pubDate>{day(n)}</pubDate></item>" for n, path in part
        )
        more = f'<a:link xmlns:a="http://www.w3.org/2005/Atom" rel="next" href="?page={k + 2}"/>'
        body = f'<rss version="2.0"><channel>{more if k + 1 < len(parts) else ""}{items}</channel></rss>'
        pages[f"/news.xml{f'?page={k + 1}' if k else ''}"] = Answer(
            body.encode(), 200, {"Content-Type": "application/rss+xml"}
        )
    return pages


def column(k: int) -> str:
    return f"/public/column/66?type=4&action=list{f'&pageIndex={k + 1}' if k else ''}"


def channel(k: int) -> str:
    return f"/gongkai/channel_7/{f'?page={k + 1}' if k else ''}"


def slug(n: int) -> str:
    return base64.urlsafe_b64encode(f"a-21-{5164000 + n}".encode()).decode().rstrip("=")


UUID = "49f13cc2-db03-4d0c-b4fe-2f3f659d3b6e"
BLOCK = f"/columns/{UUID}/templates/{UUID}/blocks/{UUID}"
LABEL = "/site/label/8888?labelName=publicInfoList&siteId=7&organId=66&pageSize=12"
HEX = "9bc459f53d3d4abda752ae0e967c"
SITES: dict[str, tuple[str | Callable[[int], str], str, Callable[[list[str]], Site]]] = {
    # family: path of an article, first list page, its list pages
    "html": (
        "/xw/{n}.html",
        "/xw/",
        lambda p: static(p, lambda k: f"/xw/list_{k}.html" if k else "/xw/", linked(lambda k: f"list_{k}.html")),
    ),
    "trs": (
        "/zw/202604/t20260401_{n}.html",
        "/zw/",
        lambda p: static(
            p,
            lambda k: f"/zw/index_{k}.html" if k else "/zw/",
            lambda k, c: f'<script>createPageHTML({c}, {k}, "index", "html")</script>',
        ),
    ),
    "hanweb": ("/art/2026/4/1/art_7_{n}.html", "/col/col7/index.html", lambda p: hanweb(p, script=True)),
    "hanweb, linked groups": (
        "/art/2026/4/1/art_7_{n}.html",
        "/col/col7/index.html",
        lambda p: hanweb(p, script=False),
    ),
    "jpaas": ("/art/2026/4/1/art_7_{n}.html", "/col/col9/index.html", jpaas),
    "people": (
        "/n2/2026/0401/c7-{n}.html",
        "/GB/7/index.html",
        lambda p: static(
            p,
            lambda k: f"/GB/7/index{k + 1 if k else ''}.html",
            lambda k, c: f'<a href="index{k + 2}.html">{k + 2}</a>' * (k + 1 < c),
        ),
    ),
    "nfcms": (
        "/a/content/post_{n}.html",
        "/a/",
        lambda p: static(p, lambda k: f"/a/index_{k + 1}.html" if k else "/a/", no_pager),
    ),
    "gkmlpt": ("/gkmlpt/content/4/4/post_{n}.html", "/gkmlpt/index", gkmlpt),
    "ucap": (
        "/c1/202604/" + HEX + "{n:04}.shtml",
        "/c1/list.shtml",
        lambda p: static(
            p,
            lambda k: f"/c1/list{f'_{k + 1}' if k else ''}.shtml",
            lambda k, c: f"<script>createPageHTML('page_div',{c}, {k + 1},'list','shtml',45)</script>",
        ),
    ),
    "vsb": (
        "/info/1/{n}.htm",
        "/xw.htm",
        lambda p: static(p, lambda k: f"/xw/{4 - k}.htm" if k else "/xw.htm", linked(lambda k: f"/xw/{4 - k}.htm")),
    ),
    "nn": (
        "/n1/n2/c{n}/content.html",
        "/n1/n2/",
        lambda p: static(p, lambda k: f"/n1/n2/index_{k + 1}.html" if k else "/n1/n2/", no_pager),
    ),
    "shanghai": (
        "/nw1/20260401/" + HEX + "{n:04}.html",
        "/nw1/index.html",
        lambda p: static(p, lambda k: f"/nw1/index{f'_{k + 1}' if k else ''}.html", no_pager),
    ),
    "iqilu": (
        "/sd/2026/0401/{n}.shtml",
        "/sd/list_564_1.shtml",
        lambda p: static(p, lambda k: f"/sd/list_564_{k + 1}.shtml", no_pager),
    ),
    "govcn": ("/zhengce/content_{n}.htm", "/data?t=gw&p=1", govcn),
    "ucap, search": (
        "/c1/202604/" + HEX + "{n:04}.shtml",
        "/common/search/9?page=1&_isJson=true",
        lambda p: interface(
            p,
            lambda k: f"/common/search/9?page={k}&_isJson=true",
            lambda rows: json.dumps({"data": {"results": renamed(rows, "url", "title", "publishedTimeStr")}}),
        ),
    ),
    "ucap, posted": (
        "/c1/202604/" + HEX + "{n:04}.shtml",
        "/szinf/xxgk/interfacesWebZcwj/loadData?pageSize=12",
        lambda p: interface(
            p,
            lambda k: f"/szinf/xxgk/interfacesWebZcwj/loadData?pageSize=12 pageIndex={k}",
            lambda rows: json.dumps({"data": {"list": renamed(rows, "URL", "TITLE", "PUBLISHED_TIME_FORMAT")}}),
        ),
    ),
    "xinhua": (
        "/20260401/" + HEX + "{n:04}/c.html",
        "/yw/index.htm",
        lambda p: static(
            p, lambda k: f"/yw/index{f'_{k + 1}' if k else ''}.htm", linked(lambda k: f"index_{k + 1}.htm")
        ),
    ),
    "xinhua, interface": (
        "/20260401/" + HEX + "{n:04}/c.html",
        "/nodeart/list?nid=7&pgnum=1&cnt=12",
        lambda p: interface(
            p,
            lambda k: f"/nodeart/list?nid=7&pgnum={k}&cnt=12",
            lambda rows: f"({json.dumps({'data': {'list': renamed(rows, 'LinkUrl', 'Title', 'PubTime')}})})",
        ),
    ),
    "json": (
        "/xw/{n}.html",
        "/api/list_{page}.json",
        lambda p: interface(
            p, lambda k: f"/api/list_{k}.json", lambda rows: json.dumps(renamed(rows, "url", "title", "date"))
        ),
    ),
    "lonsun": (
        "/public/66/{n:08}.html",
        "/public/column/66?type=4&action=list",
        lambda p: static(p, column, numbers(column)),
    ),
    "lonsun, interface": (
        "/public/66/{n:08}.html",
        f"{LABEL}&pageIndex=1",
        lambda p: static(p, lambda k: f"{LABEL}&pageIndex={k + 1}", no_pager),
    ),
    "pclist": (
        "/yw/pc/content/content_{n}.html",
        "/yw/pc/list.html",
        lambda p: static(
            p, lambda k: f"/yw/pc/list{f'_{k + 1}' if k else ''}.html", linked(lambda k: f"list_{k + 1}.html")
        ),
    ),
    "jeecms": (
        "/yw/{n}.jhtml",
        "/yw/index.jhtml",
        lambda p: static(p, lambda k: f"/yw/index{f'_{k + 1}' if k else ''}.jhtml", no_pager),
    ),
    "thtml": (
        "/news-view.thtml?id={n}",
        "/news-list.thtml?id=7",
        lambda p: static(
            p,
            lambda k: f"/news-list.thtml?id=7{f'&pageIndex={k + 1}' if k else ''}",
            linked(lambda k: f"/news-list.thtml?id=7&amp;pageIndex={k + 1}"),
        ),
    ),
    "enorth": (
        "/zwgk/system/2026/04/01/{n:09}.shtml",
        "/zwgk/yw/",
        lambda p: static(
            p, lambda k: f"/zwgk/yw/{f'index_{k}.shtml' if k else ''}", linked(lambda k: f"index_{k}.shtml")
        ),
    ),
    "henan": (
        "/2026/04-01/{n}.html",
        "/yw/",
        lambda p: static(
            p,
            lambda k: f"/yw/{f'index_{k}.html' if k else ''}",
            lambda k, c: f'<script>createPageHTML({c}, {k}, "index", "html")</script>',
        ),
    ),
    "feed": ("/gia/{n}.htm", "/news.xml", feed),
    "hebei": (
        f"/columns/{UUID}/202604/11/{UUID[:-4]}{{n:04}}.html",
        f"/columns/{UUID}/index.html",
        lambda p: static(
            p,
            lambda k: f"/columns/{UUID}/index{f'_{k + 1}' if k else ''}.html",
            linked(lambda k: f"index_{k + 1}.html"),
        ),
    ),
    "hebei, block": (
        f"/columns/{UUID}/202604/11/{UUID[:-4]}{{n:04}}.html",
        f"{BLOCK}?page=1&fix=0",
        lambda p: static(p, lambda k: f"{BLOCK}?page={k + 1}&fix=0", no_pager),
    ),
    "channel_doc": (
        "/gongkai/channel_7/doc_" + HEX[:20] + "{n:04}.html",
        "/gongkai/channel_7/",
        lambda p: static(p, channel, numbers(channel)),
    ),
    "litenews": (
        lambda n: f"/share/{slug(n)}.html",
        "/special/7.html",
        lambda p: static(
            p, lambda k: f"/special/7{f'_{k + 1}' if k else ''}.html", linked(lambda k: f"7_{k + 1}.html")
        ),
    ),
    "qlwb": (
        "/e/content/20260411/ArticelA{n:05}SA.htm",
        "/issueindex.htm",
        lambda p: epaper(
            p, lambda d: f"/e/content/{20260411 - d}", lambda k: f"PageA{k + 1:02}TB.htm", "/issueindex.htm"
        ),
    ),
    "founder": (
        "/html/2026-04/11/content_{n}.htm",
        "/html/2026-04/11/node_1.htm",
        lambda p: epaper(p, lambda d: f"/html/2026-04/{11 - d:02}", lambda k: f"node_{k + 1}.htm", ""),
    ),
}


QUICK = {"hanweb", "gkmlpt", "qlwb"}  # a chain, branches, an index: what the walk of lists must cope with


@pytest.mark.parametrize(
    "case", [case if case in QUICK else pytest.param(case, marks=pytest.mark.slow) for case in SITES]
)
def test_all_articles_are_held_none_twice_none_from_navigation(case, tmp_path):
    form, first, lists = SITES[case]
    family = case.split(",")[0]
    paths = [form.format(n=n) if isinstance(form, str) else form(n) for n in range(ARTICLES)]
    with Pages({path: article(n) for n, path in enumerate(paths)}) as pages:
        pages.pages |= {
            path: body.replace(b"HOST", pages.url("").encode()) if isinstance(body, bytes) else body
            for path, body in lists(paths).items()
        }
        head = '[yunbu]\nname = "云埠市"\nregion = "990300"\nlevel = "city"\n'
        (tmp_path / "some.toml").write_text(f'{head}family = "{family}"\nlists = ["{pages.url(first)}"]\n', "utf-8")
        settings = {"SOURCES": tmp_path / "some.toml", "ARCHIVE_DIR": tmp_path / "data"}
        crawl("yunbu", **settings)
        assert rows(tmp_path / "data", "SELECT url, state, reason FROM listings WHERE state <> 'held'") == []
        held = rows(tmp_path / "data", "SELECT url, title, substr(date, 1, 10) FROM listings WHERE state = 'held'")
        dated = family not in ("govcn",)
        assert sorted(held) == sorted(
            (pages.url(path), title(n), day(n) if dated else "2026-04-01") for n, path in enumerate(paths)
        )
        assert len(rows(tmp_path / "data", "SELECT * FROM listings")) == ARTICLES
        articles = [asked.path for asked in pages.asked if asked.path in paths]
        assert len(articles) == len(set(articles)) == ARTICLES
        pages.asked.clear()
        crawl("yunbu", "-a", "recheck=none", **settings)
        assert [asked.path for asked in pages.asked if asked.path in paths] == []


YUNBU = "http://www.yunbu.example"


def spider_at(folder, family, first):
    declared = f'[yunbu]\nname = "云埠市"\nregion = "990300"\nlevel = "city"\nfamily = "{family}"\n'
    (folder / "some.toml").write_text(f'{declared}lists = ["{YUNBU}{first}"]\n', "utf-8")
    return spider_of(load_sources(folder / "some.toml")["yunbu"])


def read(spider, path, body):
    request = Request(f"{YUNBU}{path}")
    return spider.read_list(TextResponse(request.url, body=body, encoding="utf-8", request=request))


@pytest.mark.parametrize("case", SITES)
def test_a_list_whose_rows_all_lead_to_another_host_says_so(case, tmp_path):
    form, first, lists = SITES[case]
    paths = [
        "http://www.elsewhere.example" + (form.format(n=n) if isinstance(form, str) else form(n))
        for n in range(ARTICLES)
    ]
    spider, pages = spider_at(tmp_path, case.split(",")[0], first), []
    for path, answer in lists(paths).items():
        body = answer if isinstance(answer, bytes) else answer.body
        pages.append(read(spider, path, body.replace(b"HOST", b"").replace(NAVIGATION.encode(), b"")))
    assert [page.entries for page in pages if page.entries] == []
    assert sum(len(page.left) for page in pages) >= ARTICLES


WRITTEN = "<script>document.writeln('<li><a href=\"{url}\">{title}</a><span>2026-04-01</span></li>')</script>"


@pytest.mark.parametrize(
    ("host", "entries", "left"), [("", 3, 0), ("http://www.elsewhere.example", 0, 3), (None, 0, 0)]
)
def test_rows_that_a_script_writes_are_told_as_those_of_the_page_are(host, entries, left, tmp_path):
    shown = [] if host is None else [(f"{host}/zw/202604/t20260401_{n}.html", title(n)) for n in range(3)]
    body = "".join(WRITTEN.format(url=url, title=title) for url, title in shown)
    found = read(spider_at(tmp_path, "trs", "/zw/"), "/zw/", body.encode())
    assert (len(found.entries), len(found.left), found.nothing) == (entries, left, "shows no entries")


def test_every_protocol_is_crawled():
    families = load_families()
    assert {families[case.split(",")[0]].spider for case in SITES} == set(PROTOCOLS)


def test_an_old_column_that_refreshes_to_its_new_address_is_followed(tmp_path):
    with Pages({"/n2/2026/0401/c7-1.html": article(1)}) as pages:
        pages.pages["/GB/7/"] = (
            b'<html><head><meta http-equiv="refresh" content="0;url=/GB/8/index.html"></head></html>'
        )
        pages.pages["/GB/8/index.html"] = page(items([(1, "/n2/2026/0401/c7-1.html")]))
        head = '[yunbu]\nname = "云埠市"\nregion = "990300"\nlevel = "city"\n'
        (tmp_path / "some.toml").write_text(f'{head}family = "people"\nlists = ["{pages.url("/GB/7/")}"]\n', "utf-8")
        crawl("yunbu", SOURCES=tmp_path / "some.toml", ARCHIVE_DIR=tmp_path / "data")
    assert rows(tmp_path / "data", "SELECT title FROM releases") == [(title(1),)]
