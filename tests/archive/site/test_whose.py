"""Whose a release is, in every list: the site that carries it, its place, the publisher that the page prints."""

import csv
import io
import re
from html import escape
from pathlib import Path
from urllib.parse import urlencode

import pytest

from archive.schema.open import open_archive
from archive.site.frame import whose
from tests.archive.conftest import PRESS, add_release, fill, insert
from tests.archive.site.visiting import Get, releases_on, served

OFFICE = "市生态环境局"
PLACES = {"990100": "云岭省 清河市", "990200": "云岭省 白石市"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The usual archive, an office of one name in two cities, and an official text that an unknown site prints later."""
    folder = tmp_path_factory.mktemp("whose") / "data"
    db = open_archive(folder)
    fill(db.conn)
    for id, name, region, rights in (
        ("baishi", "白石市人民政府", "990200", "official"),
        ("weiting", "苇汀发布", "990100", "unknown"),
    ):
        fixed = {"level": "city", "family": "html", "url": f"https://www.{id}.example/", "evidence": "live"}
        insert(db.conn, "sources", id=id, name=name, region=region, rights=rights, **fixed)
        insert(db.conn, "crawls", source=id, started="2020-04-14T06:00:00Z")
    add_release(db.conn, 11, "qinghe", "清河水质公报", "清河断面水质达标。", publisher=OFFICE)
    add_release(db.conn, 12, "baishi", "白石水质公报", "白石断面水质达标。", publisher=OFFICE)
    add_release(
        db.conn, 13, "baishi", "白石市启动供暖", f"供暖开始。{PRESS}", published="2020-03-01", publisher="白石市政府"
    )
    for id, source, day in ((14, "weiting", "2020-03-09"), (15, "ribao", "2020-03-08")):
        copy = {"cluster": 13, "published": day, "publisher": "白石市人民政府"}
        add_release(db.conn, id, source, "白石市启动供暖", f"供暖开始。{PRESS}", **copy)
    db.close()
    return folder


@pytest.mark.parametrize(
    ("site", "printed", "parts"),
    [
        ("溟声网", "泊陵市人民政府网", ["溟声网", "泊陵市", "泊陵市人民政府网"]),
        ("清河市人民政府", "清河市政府网站", ["清河市人民政府", "泊陵市"]),
        ("清河市人民政府", "", ["清河市人民政府", "泊陵市"]),
        ("清河市人民政府", None, ["清河市人民政府", "泊陵市"]),
    ],
)
def test_a_printed_publisher_is_named_when_it_is_another(site: str, printed: str | None, parts: list[str]) -> None:
    assert whose({"source_name": site, "publisher": printed}, "泊陵市") == parts


def row(*parts: str) -> str:
    return "".join(f"<span>{part}</span>" for part in parts)


@pytest.mark.parametrize("path", ["/search?q=水质", "/changes", "/changes?q=水质"])
def test_a_row_names_site_place_and_publisher(path: str, get: Get) -> None:
    page = get(path).text
    assert row("清河市人民政府新闻办公室", PLACES["990100"], OFFICE) in page
    assert row("白石市人民政府", PLACES["990200"], OFFICE) in page


def test_copies_name_the_sites_that_carry_them(get: Get) -> None:
    page = get("/release/13").text
    copies = page[page.index('id="copies"') :]
    assert row("苇汀发布", PLACES["990100"], "白石市人民政府") in copies
    assert row("云岭日报", "云岭省", "白石市人民政府") in copies
    assert row("白石市人民政府", PLACES["990200"]) in copies


def test_in_public_a_text_is_said_to_be_withheld_because_of_the_site_that_carries_it(get_public: Get) -> None:
    assert "本篇由苇汀发布登载" in get_public("/release/14").text


def test_an_office_of_one_name_is_one_in_each_city(get: Get) -> None:
    page = get("/browse").text
    for region, id in (("990100", 11), ("990200", 12)):
        arguments = urlencode({"region": region, "publisher": OFFICE})
        assert f'href="/search?{escape(arguments)}"' in page
        assert releases_on(get(f"/search?{arguments}").text) == [id]
        assert arguments.partition("&")[0] in get(f"/release/{id}").text


def test_feeds_and_tables_name_them_too(get: Get) -> None:
    for path in ("/search.atom?q=水质", "/changes.atom?q=水质"):
        authors = re.findall("<author><name>(.*?)</name>", get(path).text)
        assert f"白石市人民政府 · {PLACES['990200']} · {OFFICE}" in authors
    for path in ("/search.csv?q=水质", "/changes.csv?q=水质"):
        rows = list(csv.DictReader(io.StringIO(get(path).text.removeprefix("\ufeff"))))
        assert {(one["source_name"], one["place"], one["publisher"]) for one in rows} == {
            ("清河市人民政府新闻办公室", PLACES["990100"], OFFICE),
            ("白石市人民政府", PLACES["990200"], OFFICE),
        }


@pytest.mark.parametrize("arguments", [{}, {"sort": "new"}, {"lang": "en"}, {"region": "99"}])
def test_the_head_of_a_fold_is_the_origin(arguments: dict[str, str], get: Get) -> None:
    page = get("/search", q="供暖", **arguments).text
    assert releases_on(page)[0] == 13
    assert ("3 releases in 1 group" if "lang" in arguments else "共 3 篇，1 组") in page


def test_where_the_origin_is_no_hit_an_official_copy_comes_first_and_then_a_press_one(get: Get) -> None:
    assert releases_on(get("/search", q="供暖", source="weiting").text) == [14]
    assert releases_on(get("/search", q="供暖", month="2020-03", publisher="白石市人民政府").text)[0] == 15


def test_a_head_that_comes_far_behind_its_copy_is_brought_forward(get: Get, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("archive.search.hits.PAGE", 1)
    pages = [releases_on(get("/search", page=str(number)).text)[0] for number in range(1, 7)]
    assert len(set(pages)) == 6
    assert 13 in pages
    assert not {14, 15} & set(pages)


def test_a_single_hit_is_no_group(get: Get) -> None:
    assert "组" not in get("/search", q="湿地").text


def test_a_list_of_what_vanished_begins_with_the_copy_that_vanished_last(tmp_path: Path) -> None:
    db = open_archive(tmp_path / "data")
    fill(db.conn)
    for id, at in ((1, "2020-05-01T06:00:00Z"), (4, "2020-05-02T06:00:00Z")):
        insert(db.conn, "status_changes", release=id, at=at, status="gone")
        db.execute("UPDATE releases SET status = 'gone' WHERE id = ?", [id])
    db.close()
    for get in served(tmp_path / "data", public=False):
        assert releases_on(get("/search", state="gone").text) == [4, 1]
        assert releases_on(get("/search", q="春耕").text) == [1, 4]


def test_a_place_has_the_name_of_the_releases_day_on_every_page(tmp_path: Path) -> None:
    db = open_archive(tmp_path / "data")
    fill(db.conn)
    db.execute("UPDATE sources SET region = '370215' WHERE id = 'qinghe'")
    add_release(db.conn, 21, "qinghe", "水库清淤", "水库清淤完工。", published="2015-06-01")
    add_release(db.conn, 22, "qinghe", "水库除险", "水库除险完工。", published="2020-06-01")
    db.close()
    old, new = "山东 青岛市 即墨市", "山东 青岛市 即墨区"
    for get in served(tmp_path / "data", public=False):
        for path in (
            "/release/21",
            "/search?q=清淤",
            "/search.atom?q=清淤",
            "/search.csv?q=清淤",
            "/changes.atom?q=清淤",
        ):
            assert (path, old in get(path).text, new in get(path).text) == (path, True, False)
        assert get("/release/21.json").json()["place"] == old
        assert get("/release/22.json").json()["place"] == new
        assert new in get("/release/22").text
