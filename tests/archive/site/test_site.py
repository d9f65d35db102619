"""The pages of a served snapshot, asked for through Datasette's own client."""

import csv
import io
import json
import re
import sqlite3
import time
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote, urlencode
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive import warc
from archive.schema.open import open_archive
from archive.search import hits
from archive.site import diff, frame, pages, words
from archive.site.frame import minute, safe_url, size
from archive.snapshots.exports import harmless
from archive.snapshots.make import make
from archive.texts import sentences as edits
from tests.archive.conftest import CONFERENCE, NOTICE, PRESS, add_release, add_version, fill, insert
from tests.archive.site.visiting import NOW, Get, served

EVIL = '<script>alert(1)</script>"onmouseover="x\' {{7*7}} \u202e=HYPERLINK("http://x.example")'


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site") / "data"
    db = open_archive(folder)
    fill(db.conn)
    add_release(
        db.conn, 5, "yunling", EVIL, f"{EVIL}\n{EVIL}\t{EVIL}\n普通的一段。", url="javascript:alert(1)", author=EVIL
    )
    insert(db.conn, "citations", release=5, n=0, title=EVIL, start=0)
    db.close()
    return folder


def releases_on(page: str) -> list[int]:
    return [int(id) for id in re.findall(r'href="/release/(\d+)', page)]


OURS = [
    "/",
    "/search",
    "/search?q=清河",
    "/release/1",
    "/release/2",
    "/release/5",
    "/release/1?v=1",
    "/snapshots",
    "/rights",
    "/browse",
    "/health",
    "/source/qinghe",
]


@pytest.mark.parametrize("path", OURS)
def test_our_pages_are_there_in_both_languages(path: str, get: Get) -> None:
    for lang, code in (("zh", "zh-Hans"), ("en", "en")):
        answer = get(f"{path}{'&' if '?' in path else '?'}lang={lang}")
        assert answer.status_code == 200
        assert f'<html lang="{code}">' in answer.text


@pytest.mark.parametrize("path", OURS)
def test_our_pages_allow_no_inline_script_and_no_frame(path: str, get: Get) -> None:
    answer = get(path)
    policy = answer.headers["content-security-policy"]
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert not re.search(r"<script(?![^>]* src=)|<style| style=| on\w+=\"", answer.text)


def test_the_browser_chooses_the_language(get: Get) -> None:
    assert words.choose_language("", "en-GB,en;q=0.9,zh;q=0.8") == "en"
    assert words.choose_language("", "fr, zh-CN;q=0.5") == "zh"
    assert words.choose_language("zh", "en") == "zh"
    assert words.choose_language("xx", "") == "zh"


def test_the_first_page_shows_what_is_new_and_no_copy(get: Get) -> None:
    assert releases_on(get("/").text)[:3] == [5, 1, 2]


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("清河", {1, 3, 4}),
        ("春", {1, 4}),
        ("春耕", {1, 4}),
        ("山东", set()),
        ("5G", {1, 4}),
        ("５Ｇ", {1, 4}),
        ("2019年", {2}),
        ("濕地", {2}),
        ("湿地 -规定", set()),
        ("湿地 OR 油菜花", {2, 3}),
        ("“各位记者朋友，大家上午好”", {1, 4}),
    ],
)
def test_a_search_finds_all_and_only_what_holds_the_words(query: str, ids: set[int], get: Get) -> None:
    assert set(releases_on(get("/search", q=query).text)) == ids
    assert {row["id"] for row in get("/search.json", q=query).json()["releases"]} == ids


@pytest.mark.parametrize(
    "query",
    [
        "云政办发〔2020〕5号",
        "云政办发[2020]5号",
        "云政办发（2020）5号",
        "云政办发【２０２０】 5 號",
        "〔2020〕5号",
        "湿地 云政办发〔2020〕5号",
        "火星 OR 云政办发〔2020〕5号",
    ],
)
@pytest.mark.parametrize("sort", ["best", "new"])
def test_a_document_is_found_by_a_number_that_stands_in_its_metadata_alone(query: str, sort: str, get: Get) -> None:
    page = get("/search", q=query, sort=sort, region="99").text
    assert releases_on(page) == [2]
    assert "共 1 篇" in page
    assert "<mark>" in page
    assert [row["id"] for row in get("/search.json", q=query).json()["releases"]] == [2]


@pytest.mark.parametrize(
    "query", ["云政办发〔2020〕15号", "〔2021〕5号", "清河 云政办发〔2020〕5号", "湿地 -〔2020〕5号"]
)
def test_another_number_does_not_find_it(query: str, get: Get) -> None:
    assert releases_on(get("/search", q=query).text) == []


def test_copies_are_folded_under_the_first(get: Get) -> None:
    page = get("/search", q="春耕").text
    assert page.count('<details class="also">') == 1
    assert "共 2 篇" in page


@pytest.mark.parametrize(
    ("arguments", "ids"),
    [
        ({"region": "99"}, {1, 2, 3, 4, 5}),
        ({"region": "990100"}, {1}),
        ({"region": "370000"}, set()),
        ({"source": "ribao"}, {3}),
        ({"publisher": "清河发布"}, {1}),
        ({"year": "2019"}, {3}),
        ({"month": "2020-03"}, {2}),
        ({"kind": "transcript"}, {1}),
        ({"kind": "release"}, {2, 3, 4, 5}),
        ({"state": "changed"}, {1}),
        ({"state": "gone"}, set()),
        ({"q": "清河", "source": "yunling", "sort": "new"}, {4}),
        ({"year": "二〇一九", "page": "-1"}, {1, 2, 3, 4, 5}),
    ],
)
def test_filters(arguments: dict[str, str], ids: set[int], get: Get) -> None:
    assert {row["id"] for row in get("/search.json", **arguments).json()["releases"]} == ids
    assert set(releases_on(get("/search", **arguments).text)) == ids


def test_without_a_hit_the_page_says_so_and_offers_the_parts(get: Get) -> None:
    page = get("/search", q="清河 火星").text
    assert "没有找到" in page
    assert f'href="/search?q={quote("火星")}"' in page


def test_common_words_are_shown_newest_first_and_not_counted(get: Get, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hits, "COMMON", 1)
    page = get("/search", q="清河").text
    assert releases_on(page) == [4, 1, 3]
    assert "超过 1 篇" in page
    assert releases_on(get("/search", q="清河", source="ribao").text) == [3]
    assert [row["id"] for row in get("/search.json", q="清河").json()["releases"]] == [4, 1, 3]


def test_a_search_that_takes_too_long_shows_what_it_has(get: Get, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hits, "PATIENCE", 0.0)
    page = get("/search", q="清河").text
    assert "只查了较新的一部分" in page
    assert releases_on(page) == []


def test_a_search_whose_ranking_takes_too_long_is_answered_newest_first(
    get: Get, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "RANKING_LIMIT", 0)
    answer = get("/search", q="清河")
    assert answer.status_code == 200
    assert releases_on(answer.text) == [4, 1, 3]
    assert "超过 3 篇" in answer.text
    assert releases_on(get("/search", q="清河", source="ribao").text) == [3]


def test_words_are_marked(get: Get) -> None:
    assert "油菜花开满<mark>清河</mark>两岸" in get("/search", q="清河").text
    assert "<mark>测土</mark>" in get("/release/1", q="测土").text


@pytest.mark.parametrize(
    "query", ["", '"', "*", "AND", "OR", "-", "\0", "NEAR(a b", "a" * 10_000, "字 " * 5_000, "%", "'"]
)
@pytest.mark.parametrize("path", ["/search", "/search.json", "/search.csv", "/search.jsonl", "/search.atom"])
def test_no_query_is_an_error(path: str, query: str, get: Get) -> None:
    assert get(path, q=query).status_code == 200


@pytest.mark.parametrize("query", ["清河", '"', "*", "AND", "-", "5G", "濕地"])
def test_the_stock_search_box_understands_chinese(query: str, get: Get) -> None:
    answer = get("/archive/releases.json", _search=query, _shape="array")
    assert answer.status_code == 200
    expected = {"清河": {1, 3, 4}, "5G": {1, 4}, "濕地": {2}}
    assert {row["id"] for row in answer.json()} == expected.get(query, set())


def test_the_canned_query_finds(get: Get) -> None:
    rows = get("/archive/search_stock.json", q="清河", _shape="array").json()
    assert {row["id"] for row in rows} == {1, 3, 4}


def test_facets_and_column_descriptions(get: Get) -> None:
    page = get("/archive/releases").text
    for facet in ("source", "region", "year"):
        assert f'data-column="{facet}"' in page
    assert "文号 document number" in page


def test_a_release_shows_text_dates_and_origin(get: Get) -> None:
    page = get("/release/2").text
    assert "<h1>云岭省人民政府办公厅关于印发湿地保护若干规定的通知</h1>" in page
    assert 'href="https://www.yunling.example/art/2.html"' in page
    assert "<td>512.4</td>" in page
    assert "云政办发〔2020〕5号" in page
    assert "《云岭省湿地保护若干规定》" in page
    assert (
        '<a href="https://www.yunling.example/files/5.pdf" rel="noopener noreferrer external">监测站一览.pdf</a>'
        in page
    )


def test_a_release_shows_its_turns_versions_and_copies(get: Get) -> None:
    page = get("/release/1").text
    assert '<p class="turn question"><b>云岭日报记者：</b>请问小农户怎样得到这些服务？</p>' in page
    assert "<mark>318.0</mark>" in page
    assert "<mark>320.5</mark>" in page
    assert 'href="/release/4"' in page
    assert "这一段在页面上重复出现。" in page


def test_a_release_says_who_published_first_and_what_the_copies_made_of_it(get: Get) -> None:
    page = get("/release/4").text
    assert page.count("最早发表</span><span>所印时间最早") == 1
    assert "与最早发表的相比：相同 9 句，改动 0，删去 0，增加 0。" in page


def test_an_older_version_can_be_read_by_number_and_by_day(get: Get) -> None:
    for arguments in ({"v": "1"}, {"at": "2020-04-14"}):
        page = get("/release/1", **arguments).text
        assert "<h1>清河市举行春耕备耕发布会</h1>" in page
        assert "318.0万亩" in page
    assert "320.5万亩" in get("/release/1", at="2020-04-15").text


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("/release/99", "没有编号 99 的发布"),
        ("/release/99999999999999999999999", "没有编号"),
        ("/release/1?at=2019-01-01", "最早的版本见于 2020-04-13"),
        ("/release/1?at=soon", "请写成 2020-03-01"),
        ("/release/1?v=7", "没有第 7 版"),
        ("/release/1.txt?v=x", "没有第 x 版"),
        ("/release/1.diff?v=1", "之前没有可比的版本"),
        ("/release/2.diff", "之前没有可比的版本"),
    ],
)
def test_what_is_not_there_gets_a_page_that_helps(path: str, says: str, get: Get) -> None:
    answer = get(path)
    assert answer.status_code == 404
    assert 'class="empty"' in answer.text
    assert says in answer.text


def test_a_version_can_be_read_as_plain_text_and_beside_the_one_before(get: Get) -> None:
    assert get("/release/1.txt", v="1").text.startswith("清河市举行春耕备耕发布会\n\n主持人：")
    answer = get("/release/1.diff")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    lines = answer.text.splitlines()
    assert [line[:1] for line in lines].count("-") == [line[:1] for line in lines].count("+") == 1
    (old,) = (place for place, line in enumerate(lines) if line[0] == "-")
    assert "318.0万亩" in lines[old]
    assert "320.5万亩" in lines[old + 1]


def test_versions_stand_in_the_order_in_which_they_were_seen(tmp_path: Path) -> None:
    db = open_archive(tmp_path / "data")
    fill(db.conn)
    # an import brought a text from before the first crawl: its number is the highest
    add_version(db.conn, 1, 3, "旧题", CONFERENCE.replace("320.5", "300.0"), "2019-04-13T06:00:00Z")
    db.close()
    for get in served(tmp_path / "data", public=False):
        page = get("/release/1").text
        places = [page.index(f">第 {number} 版<") for number in (2, 1, 3)]
        assert places == sorted(places)
        assert "从第 1 版（2020-04-13）到第 2 版（2020-04-15）" in page
        assert "从第 3 版（2019-04-13）到第 1 版（2020-04-13）" in get("/release/1", v="1").text
        assert "<h1>旧题</h1>" in get("/release/1", at="2019-12-31").text
        assert "发布后改动过 2 次" in page
        titles = re.findall("<title>(.*?)</title><updated>(.*?)<", get("/changes.atom").text.replace("\n", ""))
        assert [at for title, at in titles if "[改动]" in title] == ["2020-04-15T02:00:00Z", "2020-04-13T06:00:00Z"]


def test_what_was_only_read_anew_is_not_called_edited(tmp_path: Path) -> None:
    db = open_archive(tmp_path / "data")
    fill(db.conn)
    title = "云岭省人民政府办公厅关于印发湿地保护若干规定的通知"
    add_version(db.conn, 2, 2, title, NOTICE, "2020-04-15T06:00:00Z")
    db.execute("UPDATE versions SET kind = 'reread' WHERE release = 2 AND version = 2")
    db.execute("UPDATE releases SET version = 2 WHERE id = 2")
    db.close()
    for get in served(tmp_path / "data", public=False):
        assert releases_on(get("/search", state="changed").text) == [1]
        assert "发布后改动过" not in get("/release/2").text
        assert "重新读取，非原站改动" in get("/release/2").text
        assert "文字没有差别。" in get("/release/2").text


def test_crawled_texts_are_inert_everywhere(get: Get) -> None:
    for path in ("/", "/search", "/search?q=script", "/release/5", "/archive/releases", "/archive/releases/5"):
        page = get(path).text
        assert "<script>alert" not in page
        assert '"onmouseover=' not in page
        assert 'href="javascript:' not in page
    for path in ("/search.atom", "/search.atom?q=script"):
        ElementTree.fromstring(get(path).text)


def test_no_cell_is_a_formula(get: Get) -> None:
    assert harmless("=1+1") == "'=1+1"
    assert harmless("＝1") == "'＝1"
    assert harmless(" @x") == "' @x"
    assert harmless("普通") == "普通"
    assert harmless(5) == 5


def test_no_cell_of_any_table_is_a_formula(tmp_path: Path) -> None:
    db = open_archive(tmp_path / "data")
    fill(db.conn)
    title = '=HYPERLINK("http://x.example","a, b")'
    add_release(
        db.conn,
        6,
        "yunling",
        title,
        "-1+1\n＝2\n" + '"=3"' * 20_000,
        author="@SUM(1)",
        editor="-5",
        published="2021-01-01",
    )
    db.close()
    for get in served(tmp_path / "data", public=False):
        for path in (
            "/archive/releases.csv?_size=max",
            "/archive/releases.csv?_stream=1",
            "/search.csv",
            "/archive/newest.csv",
        ):
            table = list(csv.DictReader(io.StringIO(get(path).text.removeprefix("\ufeff"))))
            assert len(table) == 5
            assert "'" + title in {row["title"] for row in table}
        row = next(row for row in csv.DictReader(io.StringIO(get("/archive/releases.csv").text)) if row["id"] == "6")
        assert (row["author"], row["editor"]) == ("'@SUM(1)", "-5")
        assert row["text"] == "'-1+1\n＝2\n" + '"=3"' * 20_000


def test_search_results_can_be_taken_away(get: Get) -> None:
    lines = get("/search.jsonl", q="清河").text.splitlines()
    assert [json.loads(line)["page"] for line in lines]
    table = get("/search.csv", q="清河")
    assert table.text.startswith("\ufeffid,url,title")
    assert table.headers["content-disposition"].startswith("attachment")


def test_a_feed_is_atom_with_ids_that_stay(get: Get) -> None:
    names = {"a": "http://www.w3.org/2005/Atom"}
    feeds = [ElementTree.fromstring(get("/search.atom", q="清河").text) for _ in range(2)]
    entries = [[entry.findtext("a:id", "", names) for entry in feed.findall("a:entry", names)] for feed in feeds]
    assert entries[0] == entries[1]
    assert len(set(entries[0])) == 3
    assert all(id.startswith("urn:uuid:") for id in entries[0])
    assert feeds[0].findtext("a:updated", "", names) == "2020-04-15T02:00:00Z"


def test_changes_are_a_feed_of_their_own(tmp_path: Path) -> None:
    db = open_archive(tmp_path / "data")
    fill(db.conn)
    insert(db.conn, "status_changes", release=2, at="2020-05-13T06:00:00Z", status="gone")
    db.close()
    names = {"a": "http://www.w3.org/2005/Atom"}
    for get in served(tmp_path / "data", public=True):
        entries = ElementTree.fromstring(get("/changes.atom").text).findall("a:entry", names)
        titles = [entry.findtext("a:title", "", names) for entry in entries]
        assert titles[:2] == [
            "[消失] 云岭省人民政府办公厅关于印发湿地保护若干规定的通知",
            "[改动] 清河市举行春耕备耕新闻发布会",
        ]
        assert [title.split()[0] for title in titles[2:]] == ["[新增]"] * 4
        assert len({entry.findtext("a:id", "", names) for entry in entries}) == 6
        assert [entry.findtext("a:updated", "", names) for entry in entries[:2]] == [
            "2020-05-13T06:00:00Z",
            "2020-04-15T02:00:00Z",
        ]


def test_the_whole_archive_can_be_downloaded(get: Get, tmp_path: Path) -> None:
    (tmp_path / "archive.db").write_bytes(get("/archive.db").content)
    with closing(sqlite3.connect(tmp_path / "archive.db")) as db:
        assert db.execute("SELECT count(*) FROM releases").fetchone() == (5,)


def test_the_snapshots_page_gives_the_digest(get: Get) -> None:
    assert re.search(r"<code class=\"hash\">[0-9a-f]{64}</code>", get("/snapshots").text)


def test_files_of_a_snapshot_can_be_downloaded(get: Get, folder: Path) -> None:
    (name,) = {path.parent.name for path in (folder / "snapshots").glob("2020*Z/archive.db")}
    assert get(f"/snapshots/{name}/coverage.csv").text.startswith("source,month,listed")
    assert get(f"/snapshots/{name}/SHA256SUMS").status_code == 200
    for path in (f"/snapshots/{name}/..%2f..%2farchive.db", f"/snapshots/{name}/more", "/snapshots/x/archive.db"):
        assert get(path).status_code in (302, 404)


def test_the_snapshots_page_says_what_changed_since_the_last_of_the_kind(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    db = open_archive(folder)
    fill(db.conn)
    make(folder, public=True, now=NOW - timedelta(days=2))
    make(folder, public=False, now=NOW - timedelta(days=1))
    add_release(db.conn, 9, "yunling", "新的一篇", "新的一篇的文字。")
    add_version(db.conn, 9, 2, "新的一篇", "改过的文字。", "2020-04-15T06:00:00Z")
    db.close()
    for get in served(folder, public=True):
        assert "30 天以前的快照，每月每类只留最后一份" in get("/snapshots").text
        assert get("/snapshots").text.count("较同类上一份：发布 +1，改动 +1，移除 0") == 1


def test_in_public_a_private_snapshot_is_neither_shown_nor_given(get: Get, get_public: Get, folder: Path) -> None:
    (private,) = {path.parent.name for path in (folder / "snapshots").glob("2020*Z/archive.db")}
    assert f"<code>{private}</code>" in get("/snapshots").text
    assert f"<code>{private}</code>" not in get_public("/snapshots").text
    assert get_public(f"/snapshots/{private}/archive.db").status_code == 404


def test_robots_are_led_to_the_sitemap_of_a_public_site_only(get: Get, get_public: Get) -> None:
    assert "Disallow: /\n" in get("/robots.txt").text
    assert "Sitemap: http" in get_public("/robots.txt").text
    index = ElementTree.fromstring(get_public("/sitemap.xml").text)
    places = [loc.text or "" for loc in index.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")]
    urls = ElementTree.fromstring(get_public(places[0].removeprefix("http://localhost")).text)
    assert len(urls) == 5


def test_browsing_leads_to_speakers_documents_and_months(get: Get) -> None:
    page = get("/browse").text
    for arguments, ids in (
        ({"speaker": "林一舟"}, {1}),
        ({"cites": "云岭省湿地保护若干规定"}, {2}),
        ({"month": "2019-04"}, {3}),
    ):
        assert f'href="/search?{urlencode(arguments)}"' in page
        assert set(releases_on(get("/search", **arguments).text)) == ids


def test_the_filter_names_regions(get: Get) -> None:
    assert (
        '<optgroup label="云岭省"><option value="990000">云岭省（全部）</option><option value="990100">清河市</option>'
        in get("/search").text
    )


def test_the_map_counts_and_links_provinces(tmp_path: Path) -> None:
    db = open_archive(tmp_path / "data")
    fill(db.conn)
    db.execute("UPDATE sources SET region = '370000' WHERE id = 'yunling'")
    db.execute("UPDATE sources SET region = '371311' WHERE id = 'qinghe'")
    db.close()
    for get in served(tmp_path / "data", public=False):
        assert re.search(r'<a href="/search\?region=370000">.*>山东</text>.*>3</text></a>', get("/").text)
        page = get("/browse").text
        assert '<a href="/search?region=371300">临沂市</a> <small>1</small>' in page
        assert {row["id"] for row in get("/search.json", region="371300").json()["releases"]} == {1}


def test_a_source_tells_by_month_what_it_has_listed(tmp_path: Path) -> None:
    db = open_archive(tmp_path / "data")
    fill(db.conn)
    db.execute(
        "UPDATE listings SET date = '2020-02-28', state = 'failed' WHERE source = 'yunling' AND url LIKE '%2.html'"
    )
    db.execute("UPDATE listings SET date = '2019-12-30' WHERE source = 'yunling' AND url LIKE '%4.html'")
    db.close()
    for get in served(tmp_path / "data", public=True):
        page = get("/source/yunling").text
        rows = re.findall(r'month=([0-9-]+)">.*?</th>(.*?)</tr>', page)
        cells = {month: re.findall(r">([^<>]+)</td>", row) for month, row in rows}
        assert cells == {
            "2020-02": ["1", "0", "1", "0", "0", "0"],
            "2020-01": ["未观测"],
            "2019-12": ["1", "1", "0", "0", "0", "0"],
        }
        assert 'href="/source/yunling"' in get("/browse").text
        answer = get("/source/nobody")
        assert (answer.status_code, "没有来源 nobody" in answer.text) == (404, True)


def test_what_takes_too_long_is_refused_with_a_page(get: Get, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frame, "TIME_LIMIT", 0)
    monkeypatch.setattr(frame.Site, "read_once", frame.Site.read)
    answer = get("/search.json", q="清河")
    assert (answer.status_code, answer.json()["ok"]) == (400, False)


def test_how_long_pages_stay_is_drawn_and_told(tmp_path: Path) -> None:
    db = open_archive(tmp_path / "data")
    fill(db.conn)
    db.execute("UPDATE releases SET status = 'gone' WHERE id = 2")
    for at, outcome in (("2020-05-03T06:00:00Z", "same"), ("2020-05-13T06:00:00Z", "missing")):
        insert(db.conn, "observations", release=2, at=at, outcome=outcome, counted=1)
        insert(db.conn, "observations", release=3, at=at, outcome="same", counted=1)
    db.close()
    for get in served(tmp_path / "data", public=True):
        page = get("/health").text
        assert "<polyline points=" in page
        assert '<td class="num">25</td><td class="num">50.0 %</td><td class="num">2</td>' in page


def test_the_archived_page_is_given_to_be_saved_and_never_shown(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    db = open_archive(folder)
    fill(db.conn)
    body = EVIL.encode("gb18030")
    url = "https://www.qinghe.example/art/1.html"
    times = {"fetched": "2020-04-15T02:00:00Z", "status": 200}
    kept = warc.capture(db, folder, warc.Exchange(url=url, source="qinghe", role="article", body=body, **times))
    db.execute("UPDATE versions SET capture = ? WHERE release = 1 AND version = 2", [kept])
    db.close()
    for get in served(folder, public=False):
        assert 'href="/release/1/2/raw"' in get("/release/1").text
        answer = get("/release/1/2/raw")
        assert answer.content == body
        assert answer.headers["content-disposition"] == 'attachment; filename="release-1-2.html"'
        assert answer.headers["content-security-policy"].startswith("sandbox;")
        assert answer.headers["x-content-type-options"] == "nosniff"
        for path in ("/release/1/1/raw", "/release/1/9/raw", "/release/99999999999999999999/1/raw"):
            assert get(path).status_code == 404  # a file that is not there, a version, a release


def test_in_public_no_archived_page_is_given(get_public: Get) -> None:
    assert "/raw" not in get_public("/release/1").text
    assert get_public("/release/1/2/raw").status_code == 404


def test_in_public_nobody_runs_sql(get_public: Get) -> None:
    assert get_public("/archive.json", sql="select 1").status_code == 403
    assert get_public("/archive/releases.json", _facet="title").status_code == 400


@pytest.mark.parametrize("table", ["releases_fts", "releases_fts_data", "releases_fts_docsize", "releases_spaced"])
def test_in_public_nobody_reads_the_index_as_a_table(table: str, get: Get, get_public: Get) -> None:
    assert get_public(f"/archive/{table}").status_code == 403
    assert get_public(f"/archive/{table}.json", _size="max").status_code == 403
    for ask in (get, get_public):
        assert table not in {one["name"] for one in ask("/archive.json").json()["tables"] if not one["hidden"]}


@pytest.mark.parametrize("ending", ["", ".json"])
def test_a_raw_query_that_nobody_can_read_gets_a_page_and_no_line_in_the_log(
    ending: str, get: Get, capfd: pytest.CaptureFixture[str]
) -> None:
    answer = get(f"/archive/releases{ending}", _search='"', _searchmode="raw")
    assert (answer.status_code, "unterminated string" in answer.text) == (400, True)
    assert capfd.readouterr() == ("", "")


def test_a_refused_request_is_told_briefly(get_public: Get, capfd: pytest.CaptureFixture[str]) -> None:
    get_public("/archive.json", sql="select 1")
    assert capfd.readouterr() == ("", "")


def test_in_public_the_press_is_not_quoted(get_public: Get) -> None:
    sentences = [part for part in re.split(r"[。\n]", PRESS) if part]
    paths = [
        "/",
        "/search?q=清河",
        "/search.json",
        "/search.csv",
        "/search.jsonl",
        "/search.atom",
        "/release/3",
        "/release/3.json",
    ]
    for path in [*paths, "/archive/releases", "/archive/releases/3", "/archive/versions", "/archive/repeats.json"]:
        page = get_public(path).text
        assert not [sentence for sentence in sentences if sentence in page]
    assert "本站只登载官方来源的全文" in get_public("/release/3").text


def test_in_public_personal_numbers_are_masked(get_public: Get) -> None:
    page = get_public("/release/2").text
    assert "138********" in page
    assert "13812345678" not in page


def test_the_rights_page_says_whom_to_ask(get_public: Get) -> None:
    assert "desk@yunling.example" in get_public("/rights").text


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("https://a.example/x?y=1#z", True),
        ("HTTP://a.example", False),
        ("javascript:alert(1)", False),
        (" http://a.example", False),
        ('http://a.example/"onclick=', False),
        ("data:text/html,x", False),
        ("", False),
    ],
)
def test_only_http_is_linked(url: str, safe: bool) -> None:
    assert bool(safe_url(url)) is safe


@pytest.mark.parametrize(
    ("moment", "shown"),
    [
        ("2020-04-13T13:09+08:00", "2020-04-13 13:09"),
        ("2020-04-13", "2020-04-13"),
        ("2020-04-13T06:00:00Z", "2020-04-13"),
        ("2020-04-13T06:00:00+00:00", "2020-04-13"),
        (None, ""),
    ],
)
def test_times_are_shown_as_printed(moment: str | None, shown: str) -> None:
    assert minute(moment) == shown


@pytest.mark.parametrize(("count", "shown"), [(0, "0 B"), (999, "999 B"), (1500, "1.5 kB"), (123_456_789, "123 MB")])
def test_sizes(count: int, shown: str) -> None:
    assert size(count) == shown


@given(st.text("清河。！\n", max_size=60), st.text("清河。！\n", max_size=60))
def test_a_comparison_tells_both_texts(old: str, new: str) -> None:
    changes = diff.compare(old, new)
    if not any(change.skipped for change in changes):
        for text, side in ((old, "old"), (new, "new")):
            told = [change.same or "".join(span.text for span in getattr(change, side)) for change in changes]
            assert "".join(told) == "".join(text[start:end] for start, end in edits.sentences(text))


def test_what_stayed_is_shown_around_a_change_only() -> None:
    old = "".join(f"这是第{n}句。" for n in range(20))
    changes = diff.compare(old, old.replace("第9句", "第玖句"))
    assert [change.skipped or change.same for change in changes] == [8, "这是第8句。", "", "这是第10句。", 9]


def test_a_hostile_pair_of_versions_is_compared_in_time() -> None:
    old, new = ("".join(f"{'甲' * 900}{sign}{n}。" for n in range(400)) for sign in "乙丙")
    start = time.monotonic()
    assert len(diff.compare(old, new)) == 400
    assert time.monotonic() - start < 10


def test_a_number_that_changed_is_marked_whole() -> None:
    (change,) = diff.compare("播种318.0万亩。", "播种320.5万亩。")
    assert [span.text for span in change.old if span.hit] == ["318.0"]
    assert [span.text for span in change.new if span.hit] == ["320.5"]
