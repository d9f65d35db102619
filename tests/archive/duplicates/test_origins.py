"""Who published first, and what the copies made of it."""

from pathlib import Path

import pytest
from sqlite_utils import Database

from archive.database import transaction
from archive.duplicates import origins
from archive.schema.open import open_archive
from tests.bench.origins import judged
from tests.invented import NEWS, TITLE

SITES = {
    "yunling": ("云岭省人民政府", "https://www.yunling.example/a.html"),
    "qinghe": ("清河市人民政府新闻办公室", "https://www.qinghe.example/a.html"),
    "ribao": ("云岭日报", "https://www.ylrb.example/a.html"),
    "people": ("人民网云岭频道", "http://yl.people.example/n2/2021/c1-2.html"),
    "shuiwu": ("清河市水务局", "https://sw.qinghe.example/a.html"),
}
case = pytest.param
T1, T2, T3 = "2021-03-12T08:30+08:00", "2021-03-12T18:00+08:00", "2021-03-13T07:00+08:00"


@pytest.fixture
def db(tmp_path: Path) -> Database:
    db = open_archive(tmp_path)
    for id, (name, url) in SITES.items():
        values = [id, name, "990000", "city", "html", url, "official", "live", ""]
        db.execute("INSERT INTO sources VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", values)
    return db


def hold(db: Database, *members: tuple[str, str | None, str, str], texts: tuple[str, ...] = ()) -> None:
    """A cluster whose members are given as source, published, publisher and issuer, in the order of arrival."""
    with transaction(db):
        for number, (source, published, publisher, issuer) in enumerate(members, 1):
            text = texts[number - 1] if texts else NEWS
            url = SITES[source][1]
            db.execute(
                "INSERT INTO releases (id, url, url_key, source, title, text, published, publisher, issuer, version,"
                " cluster, first_seen, changed, text_key) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 1, 1, ?, '', '')",
                [number, url, number, source, TITLE, text, published, publisher, issuer, f"2021-03-1{number}"],
            )
            db.execute(
                "INSERT INTO versions (release, version, kind, seen, title, text, text_sha256)"
                " VALUES (?, 1, 'published', '', ?, ?, '')",
                [number, TITLE, text],
            )


@pytest.mark.parametrize(
    ("members", "release", "rule"),
    [
        case([("yunling", T1, "清河市政府新闻办", ""), ("qinghe", T2, "", "")], 2, "named", id="by its copy"),
        case(
            [("people", T1, "云岭日报", ""), ("yunling", T1, "《云岭日报》", ""), ("ribao", T3, "云岭日报", "")],
            3,
            "named",
            id="named by two, printed last",
        ),
        case(
            [("yunling", T3, "人民网-云岭频道", ""), ("people", T2, "云岭日报", ""), ("ribao", T1, "", "")],
            3,
            "named",
            id="who is named names another",
        ),
        case([("yunling", T1, "清河发布", ""), ("qinghe", T2, "", "")], 2, "named", id="by its account"),
        case([("yunling", T1, "清发布", ""), ("qinghe", T2, "", "")], 1, "earliest", id="no account of it"),
        case([("ribao", T2, "www.qinghe.example", ""), ("qinghe", T2, "", "")], 2, "named", id="by its host"),
        case([("yunling", T1, "", "清河市水务局"), ("shuiwu", T2, "", "清河市水务局")], 2, "issuer", id="issuer"),
        case([("ribao", T2, "", ""), ("people", T1, "", "")], 2, "earliest", id="earliest minute"),
        case([("ribao", "2021-03-12", "", ""), ("people", T2, "", "")], 2, "earliest", id="a minute"),
        case([("ribao", "2021-03-11", "", ""), ("people", T1, "", "")], 1, "earliest", id="an earlier day"),
        case([("ribao", None, "", ""), ("people", T3, "", "")], 2, "earliest", id="one prints no time"),
        case([("ribao", T2, "新华社", ""), ("people", T1, "新华社", "")], 2, "earliest", id="not held"),
        case([("ribao", T2, "云岭日报", ""), ("people", T1, "人民网", "")], 2, "earliest", id="each itself"),
        case([("ribao", None, "", ""), ("people", None, "", "")], 1, "first_seen", id="no time at all"),
        case([("ribao", None, "", "")], 1, "first_seen", id="alone"),
    ],
)
def test_the_origin_and_its_rule(
    db: Database, members: list[tuple[str, str | None, str, str]], release: int, rule: str
) -> None:
    hold(db, *members)
    found = origins.origin(db.conn, 1)
    assert found is not None
    assert (found.release, found.rule) == (release, rule)


def test_the_publisher_that_is_named_is_kept_even_when_it_is_not_held(db: Database) -> None:
    hold(db, ("ribao", T2, "新华社", ""), ("people", T1, "新华社", ""), ("yunling", T1, "云岭日报", ""))
    found = origins.origin(db.conn, 1)
    assert found is not None
    assert found.source == "新华社"


def test_there_is_no_origin_of_what_is_not_there(db: Database) -> None:
    assert origins.origin(db.conn, 5) is None


def test_a_copy_says_what_it_made_of_the_original(db: Database) -> None:
    copy = NEWS.replace("46.5公里", "45.6公里") + "\n责任编辑：周小满"
    hold(db, ("ribao", T1, "", ""), ("people", T2, "云岭日报", ""), texts=(NEWS, copy))
    found = origins.origin(db.conn, 1)
    assert found is not None
    [made] = origins.copies(db.conn, found)
    assert (made.release, made.figures) == (2, (("46.5", "45.6"),))
    assert [edit.kind for edit in made.edits] == ["changed", "added"]
    assert made.same == NEWS.count("。") - 1


@pytest.mark.parametrize(("withheld", "compared"), [(1, []), (2, [3])])
def test_what_is_withheld_is_not_compared(db: Database, withheld: int, compared: list[int]) -> None:
    hold(db, ("ribao", T1, "", ""), ("people", T2, "", ""), ("yunling", T2, "", ""))
    db.execute("UPDATE versions SET text = '' WHERE release = ?", [withheld])
    found = origins.origin(db.conn, 1)
    assert found is not None
    assert [made.release for made in origins.copies(db.conn, found)] == compared


def test_origins_are_recorded_for_clusters_alone(db: Database) -> None:
    hold(db, ("ribao", T1, "", ""), ("people", T2, "云岭日报", ""), ("yunling", T2, "", ""))
    with transaction(db):
        db.execute("UPDATE releases SET cluster = 3 WHERE id = 3")
        origins.record_all(db.conn)
        origins.record_all(db.conn)
    assert db.execute("SELECT * FROM origins").fetchall() == [(1, 1, "named", "云岭日报")]


def test_nine_of_ten_origins_are_found_in_clusters_that_were_labelled_first() -> None:
    found = [one.first == one.found for one in judged()]
    assert len(found) == 60
    assert sum(found) >= 54
