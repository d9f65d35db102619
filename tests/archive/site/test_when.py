"""Times of ours, wherever they are shown or asked for: of observations at 16:30Z and 23:59Z, which are another day in Beijing."""

import csv
import re
from pathlib import Path

import pytest

from archive.schema.open import open_archive
from archive.snapshots.make import make
from tests.archive.conftest import CONFERENCE, add_release, add_version, fill, insert
from tests.archive.site.visiting import NOW, Get

TEXT = "夜间发布的通告全文如下，请各单位遵照执行。"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The usual archive, and a page printed at 00:10 that was seen at 00:30 and edited by 07:59, Beijing time."""
    folder = tmp_path_factory.mktemp("when") / "data"
    db = open_archive(folder)
    fill(db.conn)
    seen = {"first_seen": "2026-10-24T16:30:00+00:00", "changed": "2026-10-24T23:59:00+00:00", "version": 2}
    add_release(db.conn, 9, "yunling", "夜间通告", TEXT + "已补充。", published="2026-10-25T00:10+08:00", **seen)
    add_version(db.conn, 9, 1, "夜间通告", TEXT, "2026-10-24T16:30:00+00:00")
    insert(db.conn, "observations", release=9, at="2026-10-25T16:30:00+00:00", outcome="missing", status=404, counted=1)
    db.execute("UPDATE releases SET status = 'suspect' WHERE id = 9")
    add_release(db.conn, 10, "yunling", "同一天的两次改动", CONFERENCE, first_seen="2026-10-24T16:30:00+00:00")
    db.close()
    return folder


def test_the_page_shows_beijing_time_and_names_the_zone_once(get: Get) -> None:
    page = get("/release/9").text
    assert '首次采集 <time datetime="2026-10-24T16:30:00+00:00">2026-10-25 00:30</time>' in page
    assert '最近核查 <time datetime="2026-10-25T16:30:00+00:00">2026-10-26 00:30</time>（原文不在 404）' in page
    assert '采集于 <time datetime="2026-10-24T23:59:00+00:00">2026-10-25 07:59</time>' in page
    assert "从第 1 版（2026-10-25 00:30）到第 2 版（2026-10-25 07:59）" in page
    assert "2026-10-26 00:30 核查时原页面异常（原文不在 404）。" in page
    assert page.count("UTC+8") == 1
    assert "2026-10-24" not in re.sub('datetime="[^"]*"', "", page)


@pytest.mark.parametrize("path", ["/", "/search", "/browse", "/changes", "/source/yunling", "/snapshots", "/health"])
@pytest.mark.parametrize(
    ("lang", "zone"), [("zh", "时间均为北京时间（UTC+8）。"), ("en", "All times are Beijing time (UTC+8).")]
)
def test_every_page_names_the_zone_once(path: str, lang: str, zone: str, get: Get) -> None:
    assert get(path, lang=lang).text.count(zone) == 1


def test_a_citation_was_not_consulted_before_the_page_was_published(get: Get) -> None:
    page = get("/release/9").text
    assert "(2026-10-25)[2026-10-25]" in page
    assert "urldate = {2026-10-25}" in page


@pytest.mark.parametrize(
    ("asked", "version"),
    [
        ("2026-10-25", 2),
        ("2026-10-25T00:30", 1),
        ("2026-10-25 07:58", 1),
        ("2026-10-25T07:59", 2),
        ("2026-10-26", 2),
        ("2026-10-24T16:30:00Z", 1),
    ],
)
def test_a_version_is_found_by_a_day_or_a_minute_in_beijing(asked: str, version: int, get: Get) -> None:
    assert get("/release/9.json", at=asked).json()["version"] == version


@pytest.mark.parametrize("asked", ["2026-10-24", "2026-10-25T00:29"])
def test_before_it_was_seen_there_is_none(asked: str, get: Get) -> None:
    answer = get("/release/9", at=asked)
    assert answer.status_code == 404
    assert "最早的版本采集于 2026-10-25 00:30" in answer.text


@pytest.mark.parametrize("asked", ["2026-10-25T", "2026-10-25T25:00", "25.10.2026", "2026-W43-7", "0001-01-01"])
def test_anything_else_is_no_time(asked: str, get: Get) -> None:
    assert "不是日期" in get("/release/9", at=asked).text


def test_the_day_of_an_event_is_that_of_beijing(get: Get) -> None:
    page = get("/changes", **{"from": "2026-10-25", "to": "2026-10-25"}).text
    assert re.findall(r'<h2><time datetime="([^"]+)"', page) == ["2026-10-25"]
    assert re.findall(r'>(\d\d:\d\d)</time><span class="tag">', page) == ["07:59", "00:30"]
    assert get("/changes.json", to="2026-10-24", q="夜间通告").json()["events"] == []


def test_feeds_and_exports_state_utc_with_its_zone(get: Get, folder: Path) -> None:
    assert "<updated>2026-10-24T23:59:00Z</updated>" in get("/search.atom", q="夜间通告").text
    (event,) = get("/changes.json", q="夜间通告", kind="new").json()["events"]
    assert event["learned"] == "2026-10-24T16:30:00Z"
    with (make(folder, public=False, now=NOW) / "releases.csv").open(encoding="utf-8-sig") as file:
        (row,) = (row for row in csv.DictReader(file) if row["id"] == "9")
    assert row["first_seen"] == "2026-10-24T16:30:00+00:00"


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        ("/search.json", {"q": "夜间通告"}),
        ("/search.csv", {"q": "夜间通告"}),
        ("/changes.json", {"q": "夜间通告"}),
        ("/release/9.json", {}),
        ("/release/9.json", {"v": "1"}),
        ("/quote.json", {"q": TEXT}),
    ],
)
def test_programs_are_told_times_in_one_form(path: str, asked: dict[str, str], get: Get) -> None:
    told = get(path, **asked).text
    assert "2026-10-24T16:30:00Z" in told
    assert "+00:00" not in told
