"""Lists that come as JSON, by the paths of a declaration; a path that finds nothing is named."""

import json
from pathlib import Path

import pytest

from crawler.sources import load_sources
from crawler.sources.pages import Series
from spiders.protocols.json import at, day, goes_on, read_answer, totals
from tests.conftest import rows, scrapy
from tests.crawler.probe.test_mending import interface
from tests.serving import Answer, Pages

KEYS = {"rows": "data.rows", "url": "href", "title": "bt", "date": "fbsj", "page": "pageNo"}


def declare(folder: Path, address: str, /, **changes: str) -> Path:
    keys = "\n".join(f"{key} = {json.dumps(value)}" for key, value in {**KEYS, **changes}.items())
    head = '[yunbu]\nname = "云埠市人民政府"\nregion = "990300"\nlevel = "city"\nfamily = "json"\n'
    (folder / "some.toml").write_text(f'{head}lists = ["{address}"]\n{keys}\n', "utf-8")
    return folder / "some.toml"


@pytest.mark.parametrize(
    ("value", "path", "found"),
    [
        ({"a": {"b": [1]}}, "a.b", [1]),
        ([1, 2], "", [1, 2]),
        ({"a": [{"b": 1}, {"b": 2}]}, "a.1.b", 2),
        ({"a": [{"b": 1}, {"b": 2}]}, "a[0].b", 1),
        ({"a": [{"b": [1]}, {"b": [2, 3]}]}, "a.b", [1, 2, 3]),
        ({"a": 1}, "a.b", None),
        ({"a": [1]}, "a.7", None),
        ({}, "a.b.c", None),
        (None, "a", None),
    ],
)
def test_a_path_leads_into_an_answer(value: object, path: str, found: object) -> None:
    assert at(value, path) == found


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("2026-03-02 09:17:30", "2026-03-02T09:17"),
        ("2026年3月2日", "2026-03-02"),
        ("20260302", "2026-03-02"),
        (1772380800000, "2026-03-02"),  # 00:00 in China
        ("1772380800", "2026-03-02"),
        ([2026, 3, 2, 9, 30], "2026-03-02"),  # Java's
        ([2026, 3], ""),
        (["2026", "3", "2"], ""),
        (7, ""),
        (True, ""),
        (None, ""),
        ("soon", ""),
    ],
)
def test_a_day_has_many_forms(value: object, found: str) -> None:
    assert day(value) == found


@pytest.mark.parametrize(
    ("listed", "page", "addresses"),
    [
        ("http://h/api?pageNo=0&s=1", "pageNo", ["?pageNo=0&s=1", "?pageNo=1&s=1", "?pageNo=2&s=1"]),
        ("http://h/api?s=1", "p", ["?s=1", "?s=1&p=2", "?s=1&p=3"]),
        ("http://h/api", "p", ["", "?p=2", "?p=3"]),
        ("http://h/api/{page}.json", "", ["/1.json", "/2.json", "/3.json"]),
        ("http://h/api/{n:0}.json", "", ["/0.json", "/1.json", "/2.json"]),
        ("http://h/api/index.json", "index_{n}.json", ["/index.json", "/index_2.json", "/index_3.json"]),
    ],
)
def test_pages_are_counted(listed: str, page: str, addresses: list[str]) -> None:
    series = Series.of(listed, page)
    second = series.next(series.first)
    assert [one.removeprefix("http://h/api") for one in (series.first, second, series.next(second))] == addresses


@pytest.mark.parametrize(
    ("answer", "path", "told"),
    [
        ({"data": {"rows": [], "total": 48}}, "data.rows", (0, 48)),
        ({"totalCount": "48", "data": {"rows": [], "pages": 3}}, "data.rows", (3, 48)),
        ({"rows": [], "total": True, "count": "many"}, "rows", (0, 0)),
        ([{"total": 3}], "", (0, 0)),
        ({"other": {"total": 9}, "rows": []}, "rows", (0, 0)),
        ({"page": {"total": 48, "pages": 3}, "rows": []}, "rows", (3, 48)),
    ],
)
def test_totals_stand_beside_the_rows_or_around_them(answer: object, path: str, told: tuple[int, int]) -> None:
    found = totals(answer, path)
    assert (found.pages, found.entries) == told


@pytest.mark.parametrize(
    ("beside", "more"),
    [
        ({"hasNext": True}, True),
        ({"page": {"isLastPage": False}}, True),
        ({"next_cursor": "eyJ"}, True),
        ({"nextPage": 2}, True),
        ({"hasNextPage": False, "isLastPage": True, "nextPage": 0, "nextCursor": ""}, False),
        ({"nextPage": None}, False),
        ({"other": {"hasNext": True}}, False),
    ],
)
def test_an_answer_says_that_others_follow(beside: dict[str, object], more: bool) -> None:
    assert goes_on({"rows": [], **beside}, "rows") == more


def test_a_list_without_pages_has_no_next() -> None:
    assert Series.of("http://h/a.json", "").next("http://h/a.json") == ""


def test_an_address_may_be_put_together_of_a_row(tmp_path: Path) -> None:
    (source,) = load_sources(declare(tmp_path, "http://h/api?pageNo=1", url="/detail.html?id={id}")).values()
    page = read_answer('cb({"data": {"rows": [{"id": 7, "bt": "七"}]}});', "http://h/api?pageNo=1", source)
    assert [entry.url for entry in page.entries] == ["http://h/detail.html?id=7"]


def test_titles_lose_their_markup_and_no_more(tmp_path: Path) -> None:
    (source,) = load_sources(declare(tmp_path, "http://h/api?pageNo=1")).values()
    titles = ["&lt;b&gt;七&lt;/b&gt;", "关于<办法>的解读", "七\n号"]
    answer = json.dumps({"data": {"rows": [{"href": str(n), "bt": one} for n, one in enumerate(titles)]}})
    page = read_answer(answer.replace("\\n", "\n"), "http://h/api?pageNo=1", source)
    assert [entry.title for entry in page.entries] == ["七", "关于<办法>的解读", "七 号"]


def crawled(folder: Path, pages: Pages, /, **changes: str) -> tuple[str, list[str]]:
    declared = declare(folder, pages.url("/api/list?channel=7&pageNo=1"), **changes)
    done = scrapy("crawl", "yunbu", SOURCES=declared, ARCHIVE_DIR=folder / "data")
    assert "Traceback" not in done.stderr
    [(outcome, problems)] = rows(folder / "data", "SELECT outcome, problems FROM crawls")
    return outcome, json.loads(problems)


def test_a_declared_interface_is_crawled_page_after_page(tmp_path: Path) -> None:
    with Pages(interface()) as pages:
        assert crawled(tmp_path, pages) == ("ok", [])
    held = rows(tmp_path / "data", "SELECT title, date FROM listings WHERE state = 'held' ORDER BY date")
    assert len(held) == 10
    assert held[0] == ("第1号新闻发布会召开", "2026-04-01T09:30")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"rows": "data.list"}, ('rows = "data.list" finds no list', "data.rows (5)")),
        ({"url": "link"}, ('url = "link" finds no address in 5 of 5 rows', "id, bt, img, href, fbsj")),
        ({"title": "name"}, ('title = "name" finds nothing in the 5 rows',)),
        ({"date": "time"}, ('date = "time" finds no day in the 5 rows',)),
    ],
)
def test_a_path_that_finds_nothing_makes_the_crawl_suspect(
    tmp_path: Path, change: dict[str, str], words: tuple[str, ...]
) -> None:
    with Pages(interface()) as pages:
        outcome, problems = crawled(tmp_path, pages, **change)
    assert outcome == "suspect"
    assert all(word in problems[0] for word in words), problems


@pytest.mark.parametrize("body", [b"<html>maintenance</html>", b"", b"{", b"[" * 5000])
def test_an_answer_that_is_no_json_breaks_the_source(tmp_path: Path, body: bytes) -> None:
    with Pages({"/api/list?channel=7&pageNo=1": Answer(body)}) as pages:
        outcome, problems = crawled(tmp_path, pages)
    assert outcome == "broken"
    assert "answers no JSON" in problems[0] or "shows no entries" in problems[0]


def test_a_declared_interface_is_probed_and_written_as_it_was_read(tmp_path: Path) -> None:
    with Pages(interface()) as pages:
        declared = declare(tmp_path, pages.url("/api/list?channel=7&pageNo=1"), rows="data.list")
        done = scrapy("probe", "yunbu", SOURCES=declared)
    assert done.returncode == 0, done.stderr
    assert 'rows = "data.list" finds no list' in done.stdout
    assert 'old  rows = "data.list"' in done.stdout
    assert 'new  rows = "data.rows"' in done.stdout
