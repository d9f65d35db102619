"""Official documents on the site: their elements, the series of their numbers, their organs, and who cites them."""

import csv
import io
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from archive.schema.open import open_archive
from archive.snapshots.make import make
from archive.store.delete import forget_addresses
from tests.archive.conftest import add_release, fill, insert
from tests.archive.site.visiting import NOW, Get, releases_on, visited

TITLE = "云岭省河道管理办法"
BOTH = "云岭省水利厅；云岭省财政厅"


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("official") / "data"
    db = open_archive(folder)
    fill(db.conn)
    add_release(
        db.conn, 11, "yunling", TITLE, "本办法自印发之日起施行。",
        issuer="云岭省水利厅", co_issuers=BOTH, doc_number="云水发〔2020〕3号", subject_class="水利", genre="规章",
        expires="2031-04-30", addressee="各县（市、区）人民政府", signatory="厅长 张元升",
    )  # fmt: skip
    add_release(
        db.conn, 12, "yunling", "云岭省水利厅公告", "公告。", issuer="云岭省水利厅", doc_number="云水发〔2020〕5号"
    )
    add_release(db.conn, 13, "qinghe", "清河市水利厅公告", "公告。", issuer="云岭省水利厅", published="2021-05-06")
    insert(db.conn, "provenance", release=11, field="effective", rule="text", raw="自印发之日起施行")
    for release, n, number in (
        (12, 0, "云水发〔2020〕3号"),
        (13, 1, "云水发〔2020〕第3号"),
        (13, 2, "云水发〔2020〕8号"),
    ):
        target = 11 if "3号" in number else None
        insert(db.conn, "citations", release=release, n=n + 50, title=TITLE, doc_number=number, start=0, target=target)
    spoken = (
        (11, "张元升", "云岭省水利厅厅长"),
        (12, "张元升", "云岭省水利厅厅长"),
        (13, "张元升", "云岭省水利厅厅长"),
        (12, "张元升", "清河市市长"),
        (12, "李溪", ""),
        (12, "赵满仓", "村民"),
        (12, "记者", "云岭日报"),
        (12, "张局长", "云岭省水利厅局长"),
    )
    for n, (release, name, role) in enumerate(spoken, 100):
        turn = {"speaker": name, "role": role, "kind": "answer", "start": 0, "length": 1}
        insert(db.conn, "turns", release=release, n=n, **turn)
    db.close()
    return make(folder, public=True, now=NOW)


@pytest.fixture(scope="module")
def get(snapshot: Path) -> Iterator[Get]:
    with visited(snapshot, public=True) as get:
        yield get


def test_a_release_shows_its_elements(get: Get) -> None:
    page = get("/release/11", lang="en").text
    for words in ("水利", "规章", "2031-04-30", "各县（市、区）人民政府", "厅长 张元升", "云岭省财政厅"):
        assert f">{words}</a>" in page
    assert "自印发之日起施行 <small>from the text" in page


@pytest.mark.parametrize(
    ("name", "value", "found"),
    [
        ("issuer", "云岭省水利厅", {11, 12, 13}),
        ("issuer", "云岭省财政厅", {11}),
        ("issuer", "云岭省水利", set()),
        ("subject_class", "水利", {11}),
        ("genre", "规章", {11}),
        ("genre", "通知", set()),
        ("expires", "2031-04-30", {11}),
        ("addressee", "各县（市、区）人民政府", {11}),
        ("signatory", "厅长 张元升", {11}),
    ],
)
def test_a_search_is_narrowed_by_an_element(get: Get, name: str, value: str, found: set[int]) -> None:
    assert {one["id"] for one in get("/search.json", **{name: value}).json()["releases"]} == found
    page = get("/search", **{name: value}).text
    assert set(releases_on(page)) == found
    assert f"{value} <span" in page


def test_browsing_leads_to_elements_and_organs(get: Get) -> None:
    page = get("/browse").text
    assert "/search?subject_class=" in page
    assert "/organ?region=990000&amp;name=" in page


def test_the_exports_carry_the_elements(snapshot: Path) -> None:
    rows = {row["id"]: row for row in csv.DictReader(io.StringIO((snapshot / "releases.csv").read_text("utf-8-sig")))}
    assert (rows["11"]["co_issuers"], rows["11"]["effective"], rows["11"]["expires"]) == (BOTH, "", "2031-04-30")


def test_a_series_says_what_is_held_and_never_what_is_withheld(get: Get) -> None:
    told = get("/numbers.json", issuer="云水发", year="2020").json()
    assert told["series"] == [{"issuer": "云水发", "year": 2020, "largest": 8, "held": 2, "cited": 1, "unseen": 5}]
    assert [(run["first"], run["last"], run["state"], run["release"], run["cited_by"]) for run in told["runs"]] == [
        (1, 2, "unseen", None, 0),
        (3, 3, "held", 11, 2),
        (4, 4, "unseen", None, 0),
        (5, 5, "held", 12, 0),
        (6, 7, "unseen", None, 0),
        (8, 8, "cited", None, 1),
    ]
    page = get("/numbers", issuer="云水发", year="2020", lang="en").text
    assert releases_on(page) == [11, 12]
    assert "Cited, not held" in page
    assert "withheld" not in page


def test_series_are_listed_and_filtered(get: Get) -> None:
    assert get("/numbers.json").json()["count"] == len(get("/numbers.json").json()["series"]) >= 1
    assert get("/numbers.json", issuer="水").json()["count"] == 1
    assert get("/numbers.json", year="1999").json() == {"count": 0, "series": []}
    table = get("/numbers.csv", issuer="云水发", year="2020").text
    assert table.splitlines()[2] == "云水发,2020,3,3,held,11,2"
    assert "/numbers" in get("/archive").text


@pytest.mark.parametrize("address", ["/numbers?year=20", "/numbers?year=x", "/numbers?page=-1", "/numbers.json?q=1"])
def test_a_value_that_cannot_be_is_refused(get: Get, address: str) -> None:
    assert get(address).status_code == 400


def test_a_document_is_followed_by_its_title_and_by_every_spelling_of_its_number(get: Get) -> None:
    for address in ({"title": TITLE}, {"number": "云水发〔2020〕3号"}, {"number": "云水发〔2020〕第3号"}):
        page = get("/document", **address).text
        assert releases_on(page)[0] == 11
        assert {12, 13} <= set(releases_on(page))
    assert "2021" in page
    not_held = get("/document", number="云水发〔2020〕8号", lang="en").text
    assert "not held here" in not_held
    assert releases_on(not_held) == [13]


@pytest.mark.parametrize(
    ("address", "status"),
    [("/document", 400), ("/document?title=a&number=b", 400), ("/document?title=x", 404), ("/organ", 404)],
)
def test_a_document_or_an_organ_that_is_none(get: Get, address: str, status: int) -> None:
    assert get(address).status_code == status


def test_a_release_is_told_who_cites_it(get: Get) -> None:
    section = get("/release/11").text.partition('id="cited"')[2]
    assert {12, 13} <= set(releases_on(section))


def test_an_organ_of_two_places_is_two(get: Get) -> None:
    both = get("/organ", name="云岭省水利厅", lang="en").text
    assert "Choose a place" in both
    assert releases_on(both) == []
    page = get("/organ", name="云岭省水利厅", region="990000").text
    assert set(releases_on(page)) == {11, 12}
    assert "/numbers?issuer=" in page
    assert get("/organ", name="云岭省水利厅", region="370000").status_code == 404


def test_people_are_told_apart_by_name_office_and_source(snapshot: Path, get: Get) -> None:
    db = sqlite3.connect(f"file:{snapshot}/archive.db?mode=ro", uri=True)
    rows = set(db.execute("SELECT name, office, source, spoken, signed FROM speakers WHERE name = '张元升'"))
    assert rows == {
        ("张元升", "云岭省水利厅厅长", "yunling", 2, 0),
        ("张元升", "云岭省水利厅厅长", "qinghe", 1, 0),
        ("张元升", "清河市市长", "yunling", 1, 0),
        ("张元升", "厅长", "yunling", 0, 1),
    }
    names = {name for (name,) in db.execute("SELECT DISTINCT name FROM speakers")}
    assert not names & {"李溪", "赵满仓", "记者", "张局长", "主持人"}
    assert "张元升" in get("/organ", name="云岭省水利厅", region="990000").text


def test_a_removal_takes_the_people_and_the_numbers_of_a_copy_along(snapshot: Path, tmp_path: Path) -> None:
    copy = tmp_path / "archive.db"
    shutil.copyfile(snapshot / "archive.db", copy)
    db = sqlite3.connect(copy, isolation_level=None)
    forget_addresses(db, frozenset(["yunling.example/art/11.html"]))
    people = db.execute(
        "SELECT office, source, spoken, signed FROM speakers WHERE name = '张元升' ORDER BY office, source"
    )
    assert people.fetchall() == [
        ("云岭省水利厅厅长", "qinghe", 1, 0),
        ("云岭省水利厅厅长", "yunling", 1, 0),
        ("清河市市长", "yunling", 1, 0),
    ]
    runs = db.execute("SELECT first, last, state FROM number_runs WHERE issuer = '云水发' ORDER BY first").fetchall()
    assert runs[:3] == [(1, 2, "unseen"), (3, 3, "cited"), (4, 4, "unseen")]
