"""Search results and changes as JSON lines, CSV and Atom."""

import csv
import io
import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

from archive.schema.open import open_archive
from archive.snapshots.exports import harmless
from tests.archive.conftest import add_release, fill, insert
from tests.archive.site.visiting import Get, served


def test_no_cell_is_a_formula(get: Get) -> None:
    assert harmless("=1+1") == "'=1+1"
    assert harmless("＝1") == "'＝1"
    assert harmless(" @x") == "' @x"
    assert harmless("普通") == "普通"
    assert harmless(5) == 5


def test_no_cell_of_any_table_is_a_formula(tmp_path: Path) -> None:
    db = open_archive(tmp_path / "data")
    fill(db.conn)
    title = '=HYPERLINK("http://x.example","a, b")'
    add_release(
        db.conn,
        6,
        "yunling",
        title,
        "-1+1\n＝2\n" + '"=3"' * 20_000,
        author="@SUM(1)",
        editor="-5",
        published="2021-01-01",
    )
    db.close()
    for get in served(tmp_path / "data", public=False):
        for path in (
            "/archive/releases.csv?_size=max",
            "/archive/releases.csv?_stream=1",
            "/search.csv",
            "/archive/newest.csv",
        ):
            table = list(csv.DictReader(io.StringIO(get(path).text.removeprefix("\ufeff"))))
            assert len(table) == 5
            assert "'" + title in {row["title"] for row in table}
        row = next(
            row for row in csv.DictReader(io.StringIO(get("/archive/releases.csv").text[1:])) if row["id"] == "6"
        )
        assert (row["author"], row["editor"]) == ("'@SUM(1)", "-5")
        text = "'-1+1\n＝2\n" + '"=3"' * 20_000
        begun, _, said = row["text"].partition("…[cut: ")
        assert len(row["text"]) <= 32_767
        assert text.startswith(begun)
        assert said == f"{len(text) - len(begun)} characters]"


@pytest.mark.parametrize(
    "path", ["/archive/releases.csv", "/archive/releases.csv?_stream=1", "/archive/newest.csv", "/search.csv"]
)
def test_every_table_begins_with_a_byte_order_mark(get: Get, path: str) -> None:
    assert get(path).content.startswith(b"\xef\xbb\xbf")
    assert get(path).content.count(b"\xef\xbb\xbf") == 1


def test_search_results_can_be_taken_away(get: Get) -> None:
    lines = get("/search.jsonl", q="清河").text.splitlines()
    assert [json.loads(line)["page"] for line in lines]
    table = get("/search.csv", q="清河")
    assert table.text.startswith("\ufeffid,url,title")
    assert table.headers["content-disposition"].startswith("attachment")


def test_a_feed_is_atom_with_ids_that_stay(get: Get) -> None:
    names = {"a": "http://www.w3.org/2005/Atom"}
    feeds = [ElementTree.fromstring(get("/search.atom", q="清河").text) for _ in range(2)]
    entries = [[entry.findtext("a:id", "", names) for entry in feed.findall("a:entry", names)] for feed in feeds]
    assert entries[0] == entries[1]
    assert len(set(entries[0])) == 3
    assert all(id.startswith("urn:uuid:") for id in entries[0])
    assert feeds[0].findtext("a:updated", "", names) == "2020-04-15T02:00:00Z"


def test_changes_are_a_feed_of_their_own(tmp_path: Path) -> None:
    db = open_archive(tmp_path / "data")
    fill(db.conn)
    insert(db.conn, "status_changes", release=2, at="2020-05-13T06:00:00Z", status="gone")
    db.close()
    names = {"a": "http://www.w3.org/2005/Atom"}
    for get in served(tmp_path / "data", public=True):
        entries = ElementTree.fromstring(get("/changes.atom").text).findall("a:entry", names)
        titles = [entry.findtext("a:title", "", names) for entry in entries]
        assert titles[:2] == [
            "[失效] 云岭省人民政府办公厅关于印发湿地保护若干规定的通知",
            "[改动] 清河市举行春耕备耕新闻发布会",
        ]
        assert [title.split()[0] for title in titles[2:]] == ["[新增]"] * 4
        assert len({entry.findtext("a:id", "", names) for entry in entries}) == 6
        assert [entry.findtext("a:updated", "", names) for entry in entries[:2]] == [
            "2020-05-13T06:00:00Z",
            "2020-04-15T02:00:00Z",
        ]
