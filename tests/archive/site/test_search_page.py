"""The search page: hits, filters, order, limits of time."""

import re
from html import unescape
from pathlib import Path
from urllib.parse import quote

import pytest

from archive.schema.open import open_archive
from archive.search import hits, offers
from archive.site import facets, searching
from tests.archive.conftest import fill
from tests.archive.site.visiting import Get, releases_on, served


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
        ("湿地 -山东", {2}),  # its text has 泰山，东海
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


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("云政办发", [2]),
        ("湿地 云政办发", [2]),
        ("濕地 雲政辦發", [2]),
        ("云政办 政办发 湿地", [2]),
        ("火星 OR 云政办发", [2]),
        ("湿地 -云政办发", []),
        ("湿地 云政发", []),
        ("湿地 云政办函", []),
        ("清河 云政办发", []),
    ],
)
@pytest.mark.parametrize("at", ["", "2020-05-01"])
def test_a_word_of_a_number_that_stands_in_the_metadata_alone_is_found(
    query: str, ids: list[int], at: str, get: Get
) -> None:
    assert releases_on(get("/search", q=query, at=at).text) == ids
    assert [row["id"] for row in get("/search.json", q=query, at=at).json()["releases"]] == ids
    assert releases_on(get("/search", q=query, at=at, region="99").text) == ids


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
        ({"from": "2020-03-01", "to": "2020-03-31"}, {2}),
        ({"from": "2020-04-13"}, {1, 4, 5}),
        ({"to": "2019-12"}, {3}),
        ({"kind": "transcript"}, {1}),
        ({"kind": "release"}, {2, 3, 4, 5}),
        ({"state": "changed"}, {1}),
        ({"state": "gone"}, set()),
        ({"q": "清河", "source": "yunling", "sort": "new"}, {4}),
        ({"from": "2020-03", "to": "2020-04-12"}, {2}),
        ({"to": "2019"}, {3}),
    ],
)
def test_filters(arguments: dict[str, str], ids: set[int], get: Get) -> None:
    assert {row["id"] for row in get("/search.json", **arguments).json()["releases"]} == ids
    assert set(releases_on(get("/search", **arguments).text)) == ids


def test_a_value_that_cannot_be_is_left_out_on_the_page(get: Get) -> None:
    assert set(releases_on(get("/search", year="二〇一九", page="-1").text)) == {1, 2, 3, 4, 5}


def test_without_a_hit_the_page_says_so_and_offers_the_parts(get: Get) -> None:
    page = get("/search", q="清河 火星").text
    assert "没有找到" in page
    assert f'href="/search?q={quote("火星")}"' in page


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"q": "湿地", "page": "2"}, "检索结果没有第 2 页"),
        ({"q": "火星", "page": "2"}, "没有找到符合“火星”的发布"),
        ({"page": "3"}, "检索结果没有第 3 页"),
        ({"q": "-湿地"}, "只写了要排除的词"),
        ({"q": "，。"}, "检索词里没有文字或数字"),
        ({"q": "，。", "page": "2"}, "检索词里没有文字或数字"),
        ({"q": "火星"}, "没有找到符合“火星”的发布"),
        ({"source": "none"}, "没有符合条件的发布"),
    ],
)
def test_an_empty_page_says_why(asked: dict[str, str], said: str, get: Get) -> None:
    sentences = ["检索结果没有第", "只写了要排除的词", "检索词里没有文字或数字", "没有找到", "没有符合条件"]
    page = get("/search", **asked).text
    assert said in page
    assert sum(sentence in page for sentence in sentences) == 1


def test_the_page_behind_the_last_leads_to_the_first(get: Get) -> None:
    assert (
        f'href="/search?q={quote("湿地")}&amp;year=2020">回到第一页'
        in get("/search", q="湿地", year="2020", page="2").text
    )


def test_common_words_are_ranked_as_far_as_the_page_says_and_not_counted(
    get: Get, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(offers, "COMMON", 2)
    monkeypatch.setattr(hits, "RANKED", 1)
    page = get("/search", q="清河").text
    assert "超过 2 篇" in page
    assert "其中较新的 1 篇按相关度排在前面" in page
    assert "Ranked: the newest 1 of them" in get("/search", q="清河", lang="en").text
    assert releases_on(page) == [1, 4, 3]  # a copy stands below its origin
    assert releases_on(get("/search", q="清河", source="ribao").text) == [3]
    assert [row["id"] for row in get("/search.json", q="清河").json()["releases"]] == [3, 4, 1]


@pytest.mark.parametrize(
    ("query", "count", "ids"),
    [("清河 -油菜花", "约 2 篇", {1, 4}), ("清河 -火星", "超过 2 篇", {1, 3, 4})],
)
def test_common_words_without_another_are_as_many_as_the_index_tells(
    query: str, count: str, ids: set[int], get: Get, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(offers, "COMMON", 2)
    page = get("/search", q=query).text
    assert count in page
    assert set(releases_on(page)) == ids
    assert {row["id"] for row in get("/search.json", q=query).json()["releases"]} == ids


def test_the_newest_first_are_not_ranked(get: Get, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "按相关度" not in get("/search", q="清河").text
    monkeypatch.setattr(offers, "COMMON", 1)
    page = get("/search", q="清河", sort="new").text
    assert releases_on(page) == [1, 4, 3]
    assert "按相关度" not in page


@pytest.mark.parametrize(("asked", "ranked"), [({}, 3), ({"sort": "new"}, 0), ({"limit": "1"}, 0), ({"q": "火星"}, 0)])
def test_json_says_how_many_hits_stand_best_first(asked: dict[str, str], ranked: int, get: Get) -> None:
    assert get("/search.json", **{"q": "清河", **asked}).json()["ranked"] == ranked


def test_a_search_that_takes_too_long_shows_what_it_has(get: Get, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hits, "PATIENCE", 0.0)
    page = get("/search", q="清河").text
    assert "只查了较新的一部分" in page
    assert releases_on(page) == []


def test_a_search_whose_ranking_takes_too_long_is_answered_newest_first(
    get: Get, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searching, "RANKING_LIMIT", 0)
    answer = get("/search", q="清河")
    assert answer.status_code == 200
    assert releases_on(answer.text) == [1, 4, 3]
    assert "超过 3 篇" in answer.text
    assert releases_on(get("/search", q="清河", source="ribao").text) == [3]


def test_words_are_marked(get: Get) -> None:
    assert "油菜花开满<mark>清河</mark>两岸" in get("/search", q="清河").text
    assert "<mark>测土</mark>" in get("/release/1", q="测土").text


@pytest.mark.parametrize(
    "query", ["", '"', "*", "AND", "OR", "-", "\0", "NEAR(a b", "a" * 7_000, "字 " * 700, "%", "'"]
)
@pytest.mark.parametrize("path", ["/search", "/search.json", "/search.csv", "/search.jsonl", "/search.atom"])
def test_no_query_is_an_error(path: str, query: str, get: Get) -> None:
    assert get(path, q=query).status_code == 200


def test_the_filter_names_regions(get: Get) -> None:
    assert (
        '<optgroup label="云岭省"><option value="990000">云岭省（全部） (5)</option><option value="990100">清河市 (1)</option>'
        in get("/search").text
    )


@pytest.mark.parametrize("path", ["/search", "/changes"])
@pytest.mark.parametrize(
    ("region", "selected"),
    [
        ("371311", [("371311", "山东 临沂市 罗庄区")]),
        ("990122", [("990122", "云岭省 清河市 990122")]),
        ("3713", [("371300", "山东 临沂市")]),
        ("990100", [("990100", "清河市")]),
        ("99", [("990000", "云岭省（全部）")]),
        ("", []),
    ],
)
def test_the_filter_keeps_a_region_that_it_does_not_offer(
    path: str, region: str, selected: list[tuple[str, str]], get: Get
) -> None:
    boxes = re.search('<select name="region">.*?</select>', get(path, region=region).text, re.DOTALL)
    assert boxes
    assert re.findall(r'value="(\d*)" selected>([^<]*?)(?: \(\d+\))?<', boxes[0]) == selected
    assert all(boxes[0].count(f'value="{code}"') == 1 for code, _ in selected)


@pytest.mark.parametrize(
    ("path", "value", "kind"),
    [
        ("/search", "2020-04-01", "date"),
        ("/search", "2020-04", "text"),
        ("/search", "2020", "text"),
        ("/search", "", "date"),
        ("/changes", "2020-04-15", "date"),
        ("/changes", "2020-04-15T10:00", "text"),
        ("/changes", "2020-04-15T02:00:00Z", "text"),
    ],
)
def test_a_period_stays_when_the_filters_are_sent_again(path: str, value: str, kind: str, get: Get) -> None:
    page = get(path, **{"from": value, "to": value}).text
    assert f'<input type="{kind}" name="from" value="{value}">' in page
    assert f'<input type="{kind}" name="to" value="{value}">' in page


def counted(page: str) -> dict[str, int]:
    """The counts beside the filters' choices, by their values."""
    found = re.findall(r'<option value="([^"]+)"[^>]*>[^<]*? \(≈?([0-9,]+)\)</option>', page)
    return {value: int(count) for value, count in found}


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"q": "清河"},
        {"q": "春耕", "source": "qinghe"},
        {"region": "990100"},
        {"state": "changed"},
        {"kind": "release", "year": "2020"},
        {"from": "2020-01-01"},
        {"q": "山东"},  # stands in the text only across a comma
        {"q": "火星"},
    ],
)
def test_each_count_is_what_the_choice_shows(asked: dict[str, str], get: Get) -> None:
    names = {
        "region": ("990000", "990100"),
        "source": ("yunling", "qinghe", "ribao"),
        "year": ("2019", "2020"),
        "kind": ("release", "transcript"),
        "state": ("changed", "gone"),
    }
    shown = counted(get("/search", **asked).text)
    for name, values in names.items():
        for value in values:
            total = get("/search.json", **asked | {name: value}).json()["count"]
            assert (name, value, shown[value]) == (name, value, total)


def test_counts_that_are_not_verified_say_so_and_common_words_have_none(
    get: Get, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(facets, "VERIFIED", 0)
    assert "清河市 (≈1)" in get("/search", q="清河", region="990100").text
    assert "清河市 (1)" in get("/search", q="清河").text, "its hits are verified"
    monkeypatch.setattr(offers, "COUNTED", 0)
    assert "清河市 (≈1)" in get("/search", q="清河").text
    monkeypatch.setattr(offers, "COMMON", 1)
    assert counted(get("/search", q="清河").text) == {}


def test_counts_that_take_too_long_are_left_out(get: Get, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(facets, "LIMIT", 0)
    page = get("/search", q="清河")
    assert (page.status_code, counted(page.text)) == (200, {})
    assert set(releases_on(page.text)) == {1, 3, 4}


def test_a_hit_bears_its_edits_and_copies_as_badges(get: Get) -> None:
    badges = re.findall(r'<p class="badges">(.*?)</p>', get("/search", q="春耕").text)
    assert badges == ["<span>改动 1 次</span><span>1 处转载</span>"]
    assert "badges" not in get("/search", q="湿地").text


def test_filters_are_folded_until_one_is_set(get: Get) -> None:
    assert '<details class="fold"><summary>' in get("/search", q="清河").text
    assert '<details class="fold" open><summary>' in get("/search", q="清河", year="2020").text


def test_a_search_of_a_moment_leads_to_the_moment_alone(get: Get) -> None:
    at = "2020-04-13"
    page = get("/search", q="春耕", at=at).text
    links = [unescape(link) for link in re.findall(r'href="(/release/[^"]+)"', page)]
    assert len(links) == 2  # the second is a copy
    assert all(f"at={at}" in link for link in links)
    assert f"/search.json?q={quote('春耕')}&amp;at={at}" in page
    assert "search.atom" not in page
    assert f'href="/alerts?q={quote("春耕")}"' in page
    empty = get("/search", q="清河 火星", at=at).text
    assert "附件中查找" not in empty
    assert "已在当时已有的发布的标题、正文与文号中查找" in empty
    assert f'href="/search?q={quote("火星")}&amp;at={at}"' in empty
    assert "附件中查找" in get("/search", q="清河 火星").text


def test_a_period_is_shown_can_be_taken_away_and_stays_out_of_the_feed(get: Get) -> None:
    page = get("/search", **{"q": "清河", "from": "2020-04-01"}).text
    assert 'name="from" value="2020-04-01"' in page
    assert '<a href="/search?q=%E6%B8%85%E6%B2%B3">自 2020-04-01' in page
    assert 'href="/search.json?q=%E6%B8%85%E6%B2%B3&amp;from=2020-04-01"' in page
    assert 'href="/search.atom?q=%E6%B8%85%E6%B2%B3"' in page


def test_a_page_that_moved_is_not_said_to_be_gone(tmp_path: Path) -> None:
    db = open_archive(tmp_path / "data")
    fill(db.conn)
    db.execute("UPDATE releases SET status = CASE id WHEN 2 THEN 'moved' ELSE 'gone' END WHERE id IN (2, 3)")
    db.close()
    for get in served(tmp_path / "data", public=False):
        page = get("/search", state="gone").text
        assert sorted(re.findall(r'<p class="badges">(.*?)</p>', page)) == [
            "<span>原文已失效</span>",
            "<span>原文已迁移</span>",
        ]
        assert '<option value="gone" selected>原文失效或迁移' in page


@pytest.mark.parametrize(
    ("path", "name", "value"),
    [
        ("/search", "source", "qinhge"),
        ("/search", "year", "1987"),
        ("/changes", "source", "qinhge"),
        ("/quote", "source", "qinhge"),
    ],
)
def test_a_filter_that_no_release_has_stays_chosen(path: str, name: str, value: str, get: Get) -> None:
    box = re.search(f'<select name="{name}">.*?</select>', get(path, **{name: value}).text, re.DOTALL)
    assert box
    assert re.findall(r'value="([^"]*)" selected', box[0]) == [value]


@pytest.mark.parametrize(
    "path", ["/search", "/search.json", "/changes", "/changes.json", "/search.atom", "/quote.json"]
)
def test_a_period_that_ends_before_it_begins_is_refused(path: str, get: Get) -> None:
    asked = {"q": "春耕备耕"} if path == "/quote.json" else {}
    assert get(path, **asked, **{"from": "2020-04-15", "to": "2020-04-01"}).status_code == 400
    assert get(path, **asked, **{"from": "2020-04-15", "to": "2020-04-15"}).status_code == 200
