"""Datasette's own tables and queries, with our plugin."""

import re

import pytest

from archive.site import tables
from archive.snapshots.columns import COLUMNS
from archive.snapshots.describe import QUERIES, TABLES
from tests.archive.site.visiting import EVIL, Get


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
    assert "文号" in page
    assert "document number" not in page
    assert "document number" in get("/archive/releases", _lang="en").text


def test_in_public_nobody_runs_sql(get_public: Get) -> None:
    assert get_public("/archive.json", sql="select 1").json() == {
        "ok": False,
        "error": "本站不开放这一项。",
        "status": 403,
        "title": None,
    }
    for path, said in (("/archive", "本站不开放这一项。"), ("/archive/releases_fts", "本站不开放这一项。")):
        page = get_public(path, sql="select 1")
        assert (page.status_code, said in page.text, "Powered by" in page.text) == (403, True, False)
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


def test_a_query_that_makes_a_huge_value_is_refused(get: Get) -> None:
    answer = get("/archive.json", sql="select length(hex(zeroblob(1000000000)))")
    assert (answer.status_code, "too big" in answer.text) == (400, True)
    assert get("/archive.json", sql="select length(hex(zeroblob(1000)))").status_code == 200


@pytest.mark.parametrize("path", ["/archive", "/archive/releases", "/archive/releases/1", "/archive/newest"])
@pytest.mark.parametrize(("lang", "other"), [("zh", "Data"), ("en", "数据")])
def test_datasette_s_pages_stand_in_our_frame_and_in_one_language(path: str, lang: str, other: str, get: Get) -> None:
    page = get(path, _lang=lang)
    assert page.status_code == 200
    assert '<header class="top">' in page.text
    assert f">{other}<" not in page.text
    assert f'href="{path}?_lang={"en" if lang == "zh" else "zh"}"' in page.text


def test_only_tables_that_are_explained_are_listed(get: Get) -> None:
    listed = re.findall(r'<td><a href="/archive/(\w+)"', get("/archive").text)
    assert set(listed) <= TABLES.keys()
    assert {"releases", "versions", "listings", "captures"} <= set(listed)


def test_a_table_begins_with_the_title_which_leads_to_the_release_and_the_release_back(get: Get) -> None:
    page = get("/archive/releases").text
    assert re.findall(r'<th scope="col"[^>]*><a[^>]*>(\w+)', page)[:2] == ["title", "published"]
    assert '<a href="/release/1">' in page
    assert '<a href="/archive/releases/1">1</a>' in page
    assert 'href="/archive/releases/1"' in get("/release/1").text
    assert 'href="/release/1"' in get("/archive/releases/1").text


def test_other_columns_are_shown_when_they_are_asked_for(get: Get) -> None:
    assert 'data-name="url_key"' not in get("/archive/releases").text
    assert 'data-name="url_key"' in get("/archive/releases", _all="1").text
    assert 'data-name="url_key"' in get("/archive/releases", _col="url_key").text


def test_a_hostile_title_is_words_in_every_table(get: Get) -> None:
    for path in (
        "/archive/releases",
        "/archive/versions",
        "/archive/releases/5",
        "/archive/newest",
        "/archive/citations",
    ):
        page = get(path, _size="max").text
        assert EVIL[:8] not in page
        assert "javascript:" not in re.findall(r'href="([^"]*)', page)


def test_numbers_of_releases_lead_to_them_in_other_tables(get: Get) -> None:
    assert 'href="/release/1"' in get("/archive/turns").text
    assert 'href="/release/1?v=2"' in get("/archive/versions", release="1").text
    assert 'href="/release/' in get("/archive/newest").text
    assert 'href="/release/' not in get("/archive/sources").text


def test_the_example_of_the_sql_box_runs_and_public_sites_have_no_box(get: Get, get_public: Get) -> None:
    assert "<textarea" in get("/archive").text
    assert get("/archive.json", sql=tables.EXAMPLE, _shape="array").json()[0]["version"] > 1
    assert "<textarea" not in get_public("/archive").text


def test_the_filters_of_a_table_are_kept_in_its_form(get: Get) -> None:
    page = get("/archive/releases", source="ribao", _search="清河", _lang="en").text
    assert "1 row<" in page
    assert "<option selected>source</option>" in page
    assert page.count('name="_lang" value="en"') == 2


@pytest.mark.parametrize(
    ("said", "zh", "en"),
    [
        ("文号 document number", "文号", "document number"),
        ("最后列出（UTC） last listed", "最后列出（UTC）", "last listed"),
        ("HTTP 状态 status", "HTTP 状态", "status"),
        ("pending 待取 | held 已收", "pending 待取 | held 已收", "pending 待取 | held 已收"),
        ("words alone", "words alone", "words alone"),
        ("", "", ""),
    ],
)
def test_an_explanation_is_given_in_one_language(said: str, zh: str, en: str) -> None:
    assert (tables.in_language(said, "zh"), tables.in_language(said, "en")) == (zh, en)


def test_every_table_and_query_has_a_name_in_either_language() -> None:
    names = [said for said, _ in TABLES.values()] + [str(query["title"]) for query in QUERIES.values()]
    assert all(tables.in_language(name, "zh") != tables.in_language(name, "en") for name in names)


@pytest.mark.parametrize("path", ["/archive", "/archive/releases", "/archive/releases/1", "/archive/newest"])
def test_datasette_s_pages_are_html_without_a_fault_or_script_of_their_own(path: str, get: Get) -> None:
    html5lib = pytest.importorskip("html5lib", reason="needs html5lib")
    page = get(path)
    parser = html5lib.HTMLParser()
    parser.parse(page.text)
    assert parser.errors == []
    assert "unsafe-inline" not in page.headers["content-security-policy"]
    assert re.findall(r"<script[^>]*>", page.text) == ['<script src="/assets/keys.js" defer>']


@pytest.mark.parametrize(
    "name", [name for name, one in COLUMNS.items() if "|" not in one.en]
)  # a list of states is said whole
def test_what_a_column_is_can_be_said_in_either_language(name: str) -> None:
    said = f"{COLUMNS[name].zh} {COLUMNS[name].en}"
    assert (tables.in_language(said, "zh"), tables.in_language(said, "en")) == (COLUMNS[name].zh, COLUMNS[name].en)
