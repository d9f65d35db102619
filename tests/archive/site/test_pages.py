"""The pages around search and release: first page, browse, sources, health, rights, robots."""

import json
import re
from pathlib import Path
from urllib.parse import urlencode
from xml.etree import ElementTree

import pytest

from archive.schema.open import open_archive
from archive.site import frame, reading, words
from tests.archive.conftest import add_release, fill, insert
from tests.archive.site.visiting import Get, releases_on, served

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

# facts for search engines, which no browser runs
_DATA = re.compile(r'<script type="application/ld\+json">[^<]*</script>')


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
    assert not re.search(r"<script(?![^>]* src=)|<style| style=| on\w+=\"", _DATA.sub("", answer.text))


def test_the_browser_chooses_the_language(get: Get) -> None:
    assert words.choose_language("", "en-GB,en;q=0.9,zh;q=0.8") == "en"
    assert words.choose_language("", "fr, zh-CN;q=0.5") == "zh"
    assert words.choose_language("zh", "en") == "zh"
    assert words.choose_language("xx", "") == "zh"


def test_the_first_page_shows_what_is_new_and_no_copy(get: Get) -> None:
    page = get("/").text
    assert releases_on(page[page.index("<h2>最新发布") :])[:3] == [5, 1, 2]


def test_crawled_texts_are_inert_everywhere(get: Get) -> None:
    for path in ("/", "/search", "/search?q=script", "/release/5", "/archive/releases", "/archive/releases/5"):
        page = _DATA.sub("", get(path).text)
        assert "<script>alert" not in page
        assert '"onmouseover=' not in page
        assert 'href="javascript:' not in page
    for path in ("/search.atom", "/search.atom?q=script"):
        ElementTree.fromstring(get(path).text)


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


def test_the_map_counts_and_links_provinces(tmp_path: Path) -> None:
    db = open_archive(tmp_path / "data")
    fill(db.conn)
    db.execute("UPDATE sources SET region = '370000' WHERE id = 'yunling'")
    db.execute("UPDATE sources SET region = '371311' WHERE id = 'qinghe'")
    for id, region in enumerate(("110000", "320000", "330000"), 10):
        fixed = {"level": "province", "family": "html", "rights": "official", "evidence": "live", "url": ""}
        insert(db.conn, "sources", id=f"s{id}", name=f"第{id}省人民政府", region=region, **fixed)
        insert(db.conn, "crawls", source=f"s{id}", started="2020-04-14T06:00:00Z", outcome="ok")
        add_release(db.conn, id, f"s{id}", "云岭省通告", f"第{id}号通告。")
    db.close()
    for get in served(tmp_path / "data", public=False):
        assert re.search(r'<a href="/search\?region=370000">.*>山东</text>.*>3</text></a>', get("/").text)
        page = get("/browse").text
        assert '<a href="/search?region=371300">临沂市</a> <small>1</small>' in page
        assert {row["id"] for row in get("/search.json", region="371300").json()["releases"]} == {1}
        # 临沂地区 until 1994
        assert {row["id"] for row in get("/search.json", region="372800").json()["releases"]} == {1}


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


def test_the_rights_page_says_whom_to_ask(get_public: Get) -> None:
    assert "desk@yunling.example" in get_public("/rights").text


def test_an_archive_of_few_provinces_has_a_list_instead_of_a_map(get: Get) -> None:
    page = get("/").text
    assert 'class="tiles"' not in page
    assert '<a href="/search?region=990000">云岭省</a> <small>5</small>' in page
    assert '<a href="/search?region=990100">清河市</a> <small>1</small>' in page


def test_the_chart_of_months_bears_its_figures(get: Get) -> None:
    chart = get("/").text.partition('<svg class="chart"')[2].partition("</svg>")[0]
    assert re.findall(r'<text class="n"[^>]*>(\d+)</text>', chart) == ["3"]  # the fullest of thirteen months alone


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_source_shows_its_latest_releases_crawls_edits_and_pages_that_are_still_there(lang: str, get: Get) -> None:
    page = get("/source/qinghe", lang=lang).text
    assert releases_on(page) == [1, 1]
    assert "318.0" in page
    assert ("1 of 1 releases" if lang == "en" else "1 篇（已收 1 篇）") in page
    assert page.count('<span class="health ok">') == 2


def test_browsers_learn_how_to_search_here(get: Get) -> None:
    page = get("/?lang=en").text
    found = re.search(
        r'<link rel="search" type="application/opensearchdescription\+xml" title="Gongbao" href="([^"]+)">', page
    )
    assert found
    told = ElementTree.fromstring(get(found[1]).text)
    space = "{http://a9.com/-/spec/opensearch/1.1/}"
    assert told.findtext(f"{space}ShortName") == "Gongbao"
    assert [url.get("template") for url in told.iter(f"{space}Url")] == [
        "http://localhost/search?q={searchTerms}",
        "http://localhost/search.atom?q={searchTerms}",
    ]


@pytest.mark.parametrize(
    ("said", "is_one"),
    [
        ("512.4", True),
        ("1,204", True),
        ("-3.5%", True),
        ("+12％", True),
        (" 7 ", True),
        ("2019年", False),
        ("12 月", False),
        ("", False),
        ("–", False),
        ("5G", False),
        ("A12", False),
        ("12（其中 3）", False),
    ],
)
def test_a_cell_that_is_a_number_alone_stands_to_the_right(said: str, is_one: bool) -> None:
    assert reading.is_figure([reading.Piece(text=said)]) == is_one


def test_a_source_tells_the_problems_of_its_crawls(tmp_path: Path) -> None:
    db = open_archive(tmp_path / "data")
    fill(db.conn)
    said = ["new pages whose reading is in doubt: 1 (day-doubted 1) <b>", *map(str, range(5))]
    db.execute("UPDATE crawls SET problems = ? WHERE source = 'yunling'", [json.dumps(said)])
    db.close()
    for get in served(tmp_path / "data", public=True):
        page = get("/source/yunling").text
        assert "<p>new pages whose reading is in doubt: 1 (day-doubted 1) &lt;b&gt;</p>" in page
        assert ("<p>3</p>" in page, "<p>4</p>" in page) == (True, False)
        assert "另有 1 条" in page
        assert "in doubt" not in get("/source/qinghe").text


def test_unobserved_months_in_a_row_are_one_row(tmp_path: Path) -> None:
    db = open_archive(tmp_path / "data")
    fill(db.conn)
    db.execute("UPDATE listings SET date = '1998-01-30' WHERE source = 'yunling' AND url LIKE '%4.html'")
    db.close()
    for get in served(tmp_path / "data", public=True):
        page = get("/source/yunling").text
        assert re.findall(r"</a> – ([0-9-]+)</th>", page) == ["1998-02"]
        assert page.count("未观测</td>") == 1
