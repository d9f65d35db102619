"""A broken source is probed as if nobody had declared it; lists behind scripts, home pages, interfaces."""

import json
import tomllib
from pathlib import Path

import pytest

from crawler.probe.recognise import recognise
from crawler.sources import load_families, load_sources
from tests.conftest import crawl, rows, scrapy
from tests.crawler.probe.test_probe import article, declare, site
from tests.serving import Answer, Pages


def page(body: str, title: str = "政务要闻") -> bytes:
    head = f"<meta charset=utf-8><title>{title}_云埠市人民政府门户网站</title>"
    return f"<html><head>{head}</head><body>{body}</body></html>".encode()


def links(path: str, count: int = 10) -> str:
    """Rows of a list; `path` holds the place of the article's number."""
    rows = (
        f'<li><a href="{path.format(n=n)}">第{n}号新闻发布会召开</a><span>2026-04-{n:02}</span></li>'
        for n in range(1, count + 1)
    )
    return f"<ul>{''.join(rows)}</ul>"


def story(n: int) -> bytes:
    text = "".join(
        f"<p>云埠市第{n}次部署水库除险、河道清障和应急值守，各县区完成第{k}批物资清点。</p>" for k in range(6)
    )
    return page(f"<h1>第{n}号新闻发布会召开</h1><p>2026-04-{n:02} 09:30</p><div>{text}</div>", f"第{n}号新闻发布会召开")


def answer(first: int, count: int = 5) -> bytes:
    rows = [
        {
            "id": n,
            "bt": f"第{n}号新闻发布会召开",
            "img": f"/img/{n}.png",
            "href": f"/xw/{n}.html",
            "fbsj": f"2026-04-{n:02} 09:30",
        }
        for n in range(first, first + count)
    ]
    return json.dumps({"code": 0, "data": {"total": 10, "rows": rows, "menu": [{"a": "首页"}, {"a": "概况"}]}}).encode()


def interface() -> dict[str, bytes | Answer]:
    pages: dict[str, bytes | Answer] = {f"/xw/{n}.html": story(n) for n in range(1, 11)}
    kind = {"Content-Type": "application/json"}
    for number, first in ((1, 1), (2, 6)):
        pages[f"/api/list?channel=7&pageNo={number}"] = Answer(answer(first), 200, kind)
    pages["/api/list?channel=7&pageNo=3"] = Answer(b'{"code": 0, "data": {"rows": []}}', 200, kind)
    return pages


# a declared source


def test_a_source_whose_articles_have_new_addresses_is_shown_old_against_new(tmp_path: Path) -> None:
    with Pages({f"/xw/{n}.html": article(f"第{n}号新闻") for n in range(1, 11)}) as pages:
        pages.pages["/xw/"] = page(links("/xw/{n}.html"))
        done = scrapy("probe", "yunbu", SOURCES=declare(tmp_path, pages.url("/xw/")))
    assert (done.returncode, done.stderr) == (0, "")
    said = done.stdout.splitlines()
    assert r"10 links fit html's /xw/\d+\.html$, none fits trs's /t(?:\d{8}_|null_)?\d+\.s?html?$" in said
    assert 'old  family = "trs"' in said
    assert 'new  family = "html"' in said
    assert 'new  article = "/xw/\\\\d+\\\\.html$"' in said
    assert not any("name" in line for line in said if line.startswith(("old", "new")))


def test_a_source_that_misses_some_links_is_told_how_many(tmp_path: Path) -> None:
    with Pages({"/xw/1.html": article("第1号新闻")}) as pages:
        pages.pages["/xw/"] = page(links("/xw/{n}.html"))
        declared = declare(tmp_path, pages.url("/xw/"), "article = '/xw/[1-4]\\.html'\n")
        done = scrapy("probe", "yunbu", SOURCES=declared)
    assert r"10 links have a day beside them, 4 of them fit /xw/[1-4]\.html" in done.stdout
    assert "\nold  " not in done.stdout


# interfaces


@pytest.mark.parametrize(
    "script",
    [
        'var pageNo=1;$.getJSON("/api/list?channel=7&pageNo="+pageNo,function(d){})',
        'fetch(`/api/list?channel=${channel}&pageNo=${page}`); const channel = "7";',
        "axios.get('/api/list', {params: {channel: 7, pageNo: 1}})",
        '$.ajax({url: "/api/list", type: "GET", data: {"channel": "7", "pageNo": page}})',
    ],
)
def test_the_interface_behind_a_page_that_scripts_draw_is_named_and_proposed(tmp_path: Path, script: str) -> None:
    with Pages(interface()) as pages:
        pages.pages["/list.html"] = page(f'<div><a href="/">首页</a></div><ul id=list></ul><script>{script}</script>')
        done = scrapy("probe", pages.url("/list.html"), ARCHIVE_DIR=tmp_path / "data")
        assert done.returncode == 0, done.stderr
        place = pages.url("/api/list?channel=7&pageNo=1")
        assert f"is drawn by scripts; the JSON behind it is {place}" in done.stdout
        table = "[" + done.stdout.rpartition("\n[")[2]
        told = next(iter(tomllib.loads(table).values()))
        keys = {key: told[key] for key in ("family", "rows", "url", "title", "date", "page")}
        assert keys == {
            "family": "json",
            "rows": "data.rows",
            "url": "href",
            "title": "bt",
            "date": "fbsj",
            "page": "pageNo",
        }
        (tmp_path / "pasted.toml").write_text(table.replace('# region = ""', 'region = "990300"'), "utf-8")
        (source,) = load_sources(tmp_path / "pasted.toml")
        crawl(source, SOURCES=tmp_path / "pasted.toml", ARCHIVE_DIR=tmp_path / "data")
    assert rows(tmp_path / "data", "SELECT count(*) FROM releases") == [(10,)]


def test_a_script_in_a_file_of_its_own_is_read() -> None:
    with Pages(interface()) as pages:
        pages.pages["/js/list.js"] = Answer(
            b'load(); $.get("/api/list?channel=7&pageNo=1", show)', 200, {"Content-Type": "text/javascript"}
        )
        pages.pages["/list.html"] = page('<ul id=list></ul><script src="/js/list.js"></script>')
        done = scrapy("probe", pages.url("/list.html"))
    assert "the JSON behind it is" in done.stdout


def test_a_page_that_scripts_draw_from_nowhere_is_said_to_be_one() -> None:
    with Pages({"/list.html": page("<div id=app></div><script>start(decode('aGk='))</script>")}) as pages:
        done = scrapy("probe", pages.url("/list.html"))
    assert done.returncode == 2
    assert "is drawn by scripts, and the JSON behind it is not found" in done.stderr


def test_a_page_with_a_list_and_a_counter_is_no_page_that_scripts_draw() -> None:
    with Pages(site()) as pages:
        pages.pages["/api/visits?id=7"] = answer(1)
        listed = pages.pages["/xw/"]
        assert isinstance(listed, bytes)
        pages.pages["/xw/"] = listed + b'<script>$.get("/api/visits?id=7")</script>'
        done = scrapy("probe", pages.url("/xw/"))
        assert not [asked for asked in pages.asked if "api" in asked.path]
    assert "drawn by scripts" not in done.stdout


def test_json_without_entries_is_said_so() -> None:
    with Pages(
        {"/api": Answer(b'{"code": 0, "count": [{"n": 1}, {"n": 2}]}', 200, {"Content-Type": "application/json"})}
    ) as pages:
        done = scrapy("probe", pages.url("/api"))
    assert done.returncode == 2
    assert "answers JSON without rows that have an address and a title" in done.stderr


# home pages


HOME = (
    '<div><h2>政务要闻<a href="/xw/">更多</a></h2>' + links("/xw/{n}.html", 5) + "</div>"
    '<div><h2>公示公告<a href="/gg/">更多&gt;&gt;</a></h2>' + links("/gg/{n}.html", 5) + "</div>"
)  # fmt: skip


@pytest.mark.parametrize(
    ("body", "column"),
    [
        (HOME, "政务要闻 "),
        (f'<h2>要闻 <a href="/xw/" title="更多">+</a></h2>{links("/xw/{n}.html", 5)}', "/xw/"),
        (links("/xw/{n}.html", 3) + links("/gg/{n}.html", 3) + links("/zc/{n}.html", 3), "/xw/"),
    ],
)
def test_a_home_page_is_not_proposed_as_a_list(body: str, column: str) -> None:
    with Pages({"/": page(body), "/xw/1.html": article("第1号新闻")}) as pages:
        done = scrapy("probe", pages.url("/"))
    assert done.returncode == 2
    assert "is the home page of a site, not a list; probe one of its columns: " in done.stderr
    assert column in done.stderr
    assert "lists = " not in done.stdout


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/", links("/xw/{n}.html")),  # a site that is one list
        ("/xw/", links("/xw/{n}.html") + '<p><a href="/tj/">更多</a></p>'),
        ("/yw/", links("/xw/{n}.html", 4) + links("/gg/{n}.html", 4) + links("/zc/{n}.html", 4)),  # of several columns
    ],
)
def test_a_list_is_proposed_wherever_it_stands(path: str, body: str) -> None:
    with Pages({path: page(body), "/xw/1.html": article("第1号新闻")}) as pages:
        done = scrapy("probe", pages.url(path))
    assert done.returncode == 0, done.stderr
    assert "lists = " in done.stdout


# names and families


def test_name_and_level_come_from_the_title_and_no_place_is_made_up() -> None:
    with Pages(
        {
            f"/xw/{n}.html": page("<p>全市水库除险工作会议召开，部署汛前检查。</p>" * 9, f"第{n}号新闻")
            for n in range(1, 11)
        }
    ) as pages:
        pages.pages["/xw/"] = page(links("/xw/{n}.html"))
        done = scrapy("probe", pages.url("/xw/"))
    assert 'name = "云埠市人民政府"' in done.stdout
    assert 'level = "city"' in done.stdout
    assert '# region = ""  # not found' in done.stdout
    assert "000000" not in done.stdout
    assert 'name = "127' not in done.stdout


@pytest.mark.parametrize(
    ("hrefs", "family"),
    [
        ("https://www.yunbu.gov.cn/zw/202604/t202604{n:02}_{n}.html", "trs"),
        ("/zw/202604/t202604{n:02}_{n}.shtml", "trs"),
        ("http://www.yunbu.gov.cn/info/1051/{n}.htm", "vsb"),
        ("http://www.elsewhere.gov.cn/zw/202604/t202604{n:02}_{n}.html", "html"),  # links to another site
        ("/xw/2026/{n}.html", "html"),
    ],
)
def test_a_family_is_recognised_by_the_addresses_of_its_articles(hrefs: str, family: str) -> None:
    text = links(hrefs)
    assert recognise(text, "https://www.yunbu.gov.cn/zw/", load_families().values())[0] == family


def test_two_links_tell_no_family() -> None:
    text = links("/zw/202604/t202604{n:02}_{n}.html", 2)
    assert recognise(text, "https://www.yunbu.gov.cn/zw/", load_families().values())[0] == "html"
