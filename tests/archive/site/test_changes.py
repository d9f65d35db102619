"""What happened, in the order in which the archive learned of it: the page, the feeds, and their pages."""

import csv
import io
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from xml.etree import ElementTree

import pytest
from sqlite_utils import Database

from archive.database import insert
from archive.model import Release
from archive.schema.open import open_archive
from archive.search import events, hits
from archive.snapshots.make import make
from archive.times import stamp
from tests.archive.conftest import PRESS, add_version, fill
from tests.archive.conftest import insert as insert_row
from tests.archive.living import SOURCE, address, day, empty_archive, headline, prose, release, save
from tests.archive.site.visiting import NOW, Get, releases_on, served, visited

ATOM = {"a": "http://www.w3.org/2005/Atom"}
HEATING = "各小区从本月十五日起开始供暖。"
LATE = 199  # the release that comes last, and prints the earliest day
EDITS = 56


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A busy archive: 120 releases about heating, then 56 edits, a page that vanished, and a long page that came last."""
    folder = tmp_path_factory.mktemp("busy") / "data"
    db = empty_archive(folder, SOURCE, "qinghe")
    for number in range(1, 121):
        save(db, heating(number, at=0.001 * number))
    for number in range(1, EDITS + 1):
        save(db, heating(number, f"第{number}换热站已检修。", at=1 + 0.001 * number))
    insert(db, "status_changes", {"release": 7, "at": stamp(day(2)), "status": "gone"})
    db.execute("UPDATE releases SET status = 'gone' WHERE id = 7")
    row = {"source": SOURCE, "started": stamp(day(3)), "finished": stamp(day(3)), "outcome": "ok"}
    insert(db, "crawls", row)
    late = release(address(LATE), prose(LATE, 40) + "\n" + HEATING, at=day(3))
    save(db, replace(late, published="2019-01-01"))
    db.close()
    return folder


def heating(number: int, more: str = "", *, at: float) -> Release:
    text = f"{prose(number)}\n{HEATING}" + (f"\n{more}" if more else "")
    return replace(release(address(number), text, at=day(at)), published=f"2026-03-{1 + number % 28:02d}")


def entries(feed: str) -> list[ElementTree.Element]:
    return ElementTree.fromstring(feed).findall("a:entry", ATOM)


def ids(feed: str) -> list[str]:
    return [entry.findtext("a:id", "", ATOM) for entry in entries(feed)]


def pages(entry: ElementTree.Element) -> list[int]:
    return releases_on(f'href="{urlsplit(entry.find("a:link", ATOM).get("href", "")).path}"')  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "path",
    [
        "/search.atom?q=供暖",
        "/search.atom",
        "/search.atom?q=供暖&sort=best",
        f"/search.atom?source={SOURCE}",
        "/search.atom?year=2019",
        "/changes.atom",
        "/changes.atom?q=供暖&kind=new",
        "/changes.atom?region=99",
    ],
)
def test_what_came_last_is_first_in_every_feed(path: str, get: Get) -> None:
    last = get("/search.json", year="2019").json()["releases"][0]["id"]
    assert pages(entries(get(path).text)[0]) == [last]


@pytest.mark.parametrize(
    ("path", "last"),
    [
        ("/search.atom?state=changed", EDITS),
        ("/search.atom?state=gone", 7),
        ("/changes.atom?kind=edited", EDITS),
        ("/changes.atom?kind=gone,moved", 7),
        ("/changes.atom?to=2026-03-04&kind=edited,new", EDITS),
    ],
)
def test_the_last_edit_and_the_last_disappearance_are_first_in_theirs(path: str, last: int, get: Get) -> None:
    assert pages(entries(get(path).text)[0]) == [last]


@pytest.mark.parametrize(
    ("address", "title"),
    [
        ("/search.atom", "公报 · 最新发布"),
        ("/search.atom?q=供暖", "公报 · 供暖"),
        ("/search.atom?state=gone", "公报 · 原文失效或迁移"),
        ("/search.atom?q=供暖&state=changed", "公报 · 供暖 · 有改动"),
        (f"/search.atom?source={SOURCE}&year=2019", f"公报 · 最新发布 · {SOURCE} · 2019"),
        ("/search.atom?region=3702&kind=transcript", "公报 · 最新发布 · 山东 青岛市 · 问答、发布会实录"),
        ("/changes.atom", "公报 · 新增、改动与消失"),
        ("/changes.atom?kind=gone,moved&q=供暖", "公报 · 供暖 · 迁移、失效"),
    ],
)
def test_a_feed_is_named_after_what_its_address_asks_for(address: str, title: str, get: Get) -> None:
    assert ElementTree.fromstring(get(address).text).findtext("a:title", "", ATOM) == title


@pytest.mark.parametrize(
    ("path", "last"),
    [
        ("/search?state=changed", EDITS),
        ("/search?state=gone", 7),
        ("/search.json?state=changed", EDITS),
        ("/changes?kind=edited", EDITS),
        ("/changes?kind=gone", 7),
        ("/", 7),
    ],
)
def test_lists_stand_in_the_order_in_which_the_archive_learned(path: str, last: int, get: Get) -> None:
    answer = get(path)
    if path.startswith("/search.json"):
        assert answer.json()["releases"][0]["id"] == last
    else:
        assert releases_on(answer.text[answer.text.index("/changes?kind=edited%2C") if path == "/" else 0 :])[0] == last


def walk(get: Get, path: str) -> Iterator[dict[str, Any]]:
    """The events of all pages of a JSON answer."""
    place: str | None = path
    while place:
        answer = get(place).json()
        yield from answer["events"]
        place = answer["next"] and re.sub("^https?://[^/]+", "", answer["next"])


def key(event: dict[str, Any]) -> tuple[Any, ...]:
    return event["learned"], event["id"], event["version"], event["event"]


def test_the_pages_of_a_feed_miss_nothing_and_repeat_nothing(get: Get) -> None:
    found: list[str] = []
    place = "/changes.atom"
    while place:
        feed = get(place).text
        found += ids(feed)
        (link,) = ElementTree.fromstring(feed).findall("a:link[@rel='next']", ATOM) or [None]
        place = "" if link is None else re.sub("^https?://[^/]+", "", link.get("href", ""))
    assert len(found) == len(set(found)) == 120 + EDITS + 1 + 1


def test_the_pages_of_the_page_go_on_too(get: Get) -> None:
    found: list[str] = []
    place = "/changes?kind=edited&lang=en"
    while place:
        page = get(place).text
        found += re.findall(r'<h3><a href="(/release/\d+)', page)
        following = re.search(r'rel="next" href="([^"]+)"', page)
        place = following[1].replace("&amp;", "&") if following else ""
        assert not following or dict(parse_qsl(urlsplit(place).query))["kind"] == "edited"
    assert len(found) == len(set(found)) == EDITS


def test_a_walk_goes_on_while_new_snapshots_come_to_be_served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("archive.site.changes.MOST", 150)
    db = empty_archive(tmp_path)
    for number in range(1, 101):
        save(db, release(address(number), headline(number), at=day(0.1 * (number // 3))))
        for later, status in enumerate(["gone", "live", "moved", "live"], 10):
            insert(db, "status_changes", {"release": number, "at": stamp(day(later + number // 9)), "status": status})
    found: list[dict[str, Any]] = []
    place: str | None = "/changes.json"
    while place:
        for get in served(tmp_path, public=False):
            answer = get(place).json()
            found += answer["events"]
            place = answer["next"] and re.sub("^https?://[^/]+", "", answer["next"])
        # a new snapshot holds more when the next page is asked for
        save(db, release(address(500 + len(found)), prose(len(found)), at=day(100)))
        save(db, release(address(len(found) % 99), prose(f"again {len(found)}"), at=day(100)))
    assert len(found) == len({key(event) for event in found}) == 500
    assert sum(event["event"] == "new" for event in found) == 100


def test_it_can_be_asked_from_a_moment_on(get: Get) -> None:
    told = list(walk(get, "/changes.json"))
    middle = told[100]["learned"]
    since = list(walk(get, f"/changes.json?from={middle}"))
    assert since == [event for event in told if event["learned"] >= middle]
    assert list(walk(get, "/changes.json?from=2026-03-05&to=2026-03-05")) == told[:1]
    assert list(walk(get, "/changes.json?to=2026-03-02T16:00")) == []


@pytest.mark.parametrize(
    ("arguments", "kinds"),
    [
        ("q=供暖&kind=gone", ["gone"]),
        ("q=换热站&kind=gone", ["gone"]),
        ("source=qinghe", []),
        ("region=37", []),
        ("q=火星", []),
        ("q=，。", []),
        ("state=gone", ["gone", "edited", "new"]),
        ("year=2019", ["new"]),
        ("kind=transcript", []),
        ("kind=gone,release", ["gone"]),
    ],
)
def test_it_takes_the_filters_of_a_search(arguments: str, kinds: list[str], get: Get) -> None:
    assert [event["event"] for event in get(f"/changes.json?{arguments}").json()["events"]] == kinds


@pytest.mark.parametrize(
    "arguments",
    ["from=soon", "to=2026-02-30", "kind=strange", "after=1", "after=2026-03-02T09:00:00Z.1.1.lost", "from=0001-01-01"],
)
@pytest.mark.parametrize("path", ["/changes", "/changes.json", "/changes.csv", "/changes.atom", "/search.atom"])
def test_a_value_that_cannot_be_is_named(path: str, arguments: str, get: Get) -> None:
    answer = get(f"{path}?{arguments}")
    assert answer.status_code == 400
    assert arguments.partition("=")[2][:40] in answer.text


@pytest.mark.parametrize("arguments", ["page=2", "year=abc", "region=3", "state=lost", "month=2026-13", "sorted=new"])
@pytest.mark.parametrize("path", ["/changes.json", "/changes.csv", "/changes.atom", "/search.atom", "/coverage.json"])
def test_a_program_is_told_of_an_argument_that_cannot_be(path: str, arguments: str, get: Get) -> None:
    assert get(f"{path}?{arguments}").status_code == 400


@pytest.mark.parametrize("arguments", ["at=2026-03-02", "at=junk", "limit=2", "sort=best"])
@pytest.mark.parametrize("path", ["/changes.json", "/changes.csv", "/changes.atom", "/search.atom"])
def test_what_only_a_search_heeds_is_refused(path: str, arguments: str, get: Get) -> None:
    answer = get(f"{path}?{arguments}")
    sorted_feed = (path, arguments) == ("/search.atom", "sort=best")
    assert answer.status_code == (200 if sorted_feed else 400)
    assert sorted_feed or arguments in answer.text


@pytest.mark.parametrize("path", ["/changes?sort=new&q=供暖", "/alerts?sort=new&q=供暖"])
def test_the_order_of_a_search_is_no_part_of_the_addresses_of_its_events(path: str, get: Get) -> None:
    assert "sort=new" not in re.sub("<head>.*?</header>", "", get(path).text, flags=re.DOTALL)


@pytest.mark.parametrize(
    "path",
    [
        "/search.atom?sort=new&q=供暖",
        "/changes.json?at=&q=供暖",
        "/search.atom?year=2026&lang=en",
        "/coverage.json?lang=en",
    ],
)
def test_arguments_that_can_be_are_taken(path: str, get: Get) -> None:
    assert get(path).status_code == 200


def test_where_the_index_offers_too_much_the_next_page_goes_on(get: Get, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hits, "PATIENCE", 0.0)
    assert len(list(walk(get, "/changes.json?q=供暖"))) == 120 + EDITS + 1 + 1


def test_a_snapshot_from_before_events_has_none(folder: Path) -> None:
    snapshot = make(folder, public=False, now=NOW)
    with closing(sqlite3.connect(snapshot / "archive.db")) as db, db:
        db.execute("DROP TABLE events")
    with visited(snapshot, public=False) as get:
        assert get("/changes.json").json()["events"] == []
        assert releases_on(get("/search?state=gone").text) == [7]
        assert get("/release/7").status_code == 200


@pytest.fixture
def told(tmp_path: Path) -> Path:
    """The usual archive, with more edits: of a press report, of a masked number, of a field."""
    db = open_archive(tmp_path / "data")
    fill(db.conn)
    old = PRESS.replace("超过一百二十万", "将近一百万")
    db.execute("UPDATE versions SET version = 2, seen = '2020-04-14T16:30:00Z' WHERE release = 3")
    db.execute("UPDATE salts SET version = 2 WHERE release = 3")
    add_version(db.conn, 3, 1, "油菜花开满清河两岸", old, "2020-04-13T06:00:00Z")
    db.execute("UPDATE versions SET changed = '[\"text\"]' WHERE release = 3 AND version = 2")
    db.execute("UPDATE releases SET version = 2, changed = '2020-04-14T16:30:00Z' WHERE id = 3")
    (text,) = db.execute("SELECT text FROM releases WHERE id = 2").fetchone()
    add_version(db.conn, 2, 2, "湿地保护若干规定", text.replace("13812345678", "13812345679"), "2020-04-14T23:59:00Z")
    insert_row(db.conn, "status_changes", release=4, at="2020-04-15T03:00:00Z", status="gone")
    insert_row(db.conn, "status_changes", release=4, at="2020-04-15T04:00:00Z", status="live")
    db.close()
    return tmp_path / "data"


def test_the_page_shows_by_day_what_changed(told: Path) -> None:
    for get in served(told, public=False):
        page = get("/changes").text
        assert re.findall(r'<section><h2><time datetime="([^"]+)"', page) == ["2020-04-15", "2020-04-13"]
        assert re.findall(r'<time datetime="[^"]+">(\d\d:\d\d)</time><span class="tag">(\S+?)<', page)[:5] == [
            ("12:00", "恢复"),
            ("11:00", "失效"),
            ("10:00", "改动"),
            ("07:59", "改动"),
            ("00:30", "改动"),
        ]
        assert "<del>今年全市计划播种粮食作物<mark>318.0</mark>万亩" in page
        assert "<ins>去年全年接待游客<mark>超过</mark>一百<mark>二十</mark>万人次" in page
        assert "清河市人民政府新闻办公室</span><span>云岭省 清河市</span>" in page
        assert get("/changes", lang="en").text.count(">edited<") == 3 + 1  # the filter names it too


def test_in_public_no_sentence_of_the_press_and_no_number_of_a_person_is_shown(told: Path) -> None:
    for get in served(told, public=True):
        for path in ("/changes", "/changes.json", "/changes.csv", "/changes.atom", "/"):
            page = get(path).text
            assert "油菜花开满清河两岸" in page
            assert "接待游客" not in page
            assert "1381234567" not in page
            assert "318.0" in page


def test_in_json_and_csv_an_event_has_its_differences(told: Path) -> None:
    for get in served(told, public=False):
        (event,) = (one for one in get("/changes.json", kind="edited").json()["events"] if one["id"] == 1)
        assert (event["learned"], event["version"], event["source_name"]) == (
            "2020-04-15T02:00:00Z",
            2,
            "清河市人民政府新闻办公室",
        )
        assert event["page"].endswith("/release/1?v=2")
        assert [one["name"] for one in event["differences"]] == ["title", "text"]
        assert event["differences"][1]["old"].startswith("今年全市计划播种粮食作物318.0万亩")
        rows = list(csv.DictReader(io.StringIO(get("/changes.csv", kind="edited").text.removeprefix("\ufeff"))))
        (row,) = (one for one in rows if one["id"] == "1")
        assert "\n+ 今年全市计划播种粮食作物320.5万亩" in row["differences"]
        assert row["place"] == "云岭省 清河市"


@pytest.mark.parametrize(
    ("arguments", "events"),
    [
        ("q=318.0万亩&source=qinghe", ["edited", "new"]),
        ("q=320.5万亩&source=qinghe", ["edited"]),
        ("q=测土&source=qinghe", ["edited", "new"]),  # stands in both versions
        ("q=春耕 -320.5万亩&source=qinghe", ["edited", "new"]),
        ("q=春耕 -318.0万亩&source=qinghe", ["edited"]),
        ("q=将近一百万", ["edited", "new"]),
        ("q=超过一百二十万", ["edited"]),
        ("q=将近一百二十万", []),
        ("q=320.5万亩&source=yunling", ["back", "gone", "new"]),
        ("q=318.0万亩&source=yunling", []),
    ],
)
def test_an_event_fits_words_of_the_versions_that_it_tells_of(told: Path, arguments: str, events: list[str]) -> None:
    for get in served(told, public=False):
        assert [one["event"] for one in get(f"/changes.json?{arguments}").json()["events"]] == events


def test_a_feed_of_a_search_tells_of_its_hits_alone(told: Path) -> None:
    for get in served(told, public=False):
        assert entries(get("/search.atom?q=318.0万亩").text) == []
        assert len(entries(get("/search.atom?q=320.5万亩&source=qinghe").text)) == 1


def test_the_first_page_shows_the_edits_of_the_week_before_its_charts(told: Path) -> None:
    for get in served(told, public=True):
        page = get("/").text
        assert page.index("最近一周的改动与失效") < page.index('class="chart"')
        assert "<mark>318.0</mark>" in page


def test_a_key_comes_back_from_its_address() -> None:
    key = events.Key("2026-03-17T10:00:00Z", 12, 3, "edited")
    assert events.Key.read(str(key)) == key


def test_old_releases_stay_out_of_the_week(tmp_path: Path) -> None:
    db: Database = open_archive(tmp_path)
    fill(db.conn)
    db.execute("UPDATE crawls SET finished = '2021-01-01T00:00:00Z'")
    db.close()
    for get in served(tmp_path, public=False):
        assert "没有发现改动或失效" in get("/").text


def test_where_comparing_takes_too_long_the_page_is_shorter_and_nothing_is_lost(
    told: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for get in served(told, public=False):
        whole = list(walk(get, "/changes.json"))
        monkeypatch.setattr(hits, "PATIENCE", 0.0)
        assert get("/changes.json").json()["count"] == 1
        assert list(walk(get, "/changes.json")) == whole


def test_the_next_page_of_a_feed_keeps_its_language(get: Get) -> None:
    for path in ("/changes.atom?lang=en", "/search.atom?lang=en"):
        (link,) = ElementTree.fromstring(get(path).text).findall("a:link[@rel='next']", ATOM)
        assert "lang=en" in link.get("href", "")
