"""Datasette's own tables and queries, with our plugin."""

import pytest

from tests.archive.site.visiting import Get


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


def test_a_query_that_makes_a_huge_value_is_refused(get: Get) -> None:
    answer = get("/archive.json", sql="select length(hex(zeroblob(1000000000)))")
    assert (answer.status_code, "too big" in answer.text) == (400, True)
    assert get("/archive.json", sql="select length(hex(zeroblob(1000)))").status_code == 200
