"""Files on the site: listed with a release, read by pages, found by their words, compared when they were replaced."""

import json
from pathlib import Path

import pytest

from archive.schema.open import open_archive
from archive.search import index
from tests.archive.conftest import add_release, add_version, fill, insert
from tests.archive.site.visiting import EVIL, Get, releases_on

KEPT, OLD, SCAN, PRESS, TORN = (letter * 64 for letter in "abcde")
PHONE = "13912345678"
TABLE = f"监测站一览\n站名\t人数\n泰山站\t12\n{EVIL}\f第二页\n东海站每天记录潮位三次，联系人{PHONE}。"
WHEN = "2020-04-14T06:00:00Z"


def add_file(db: object, id: int, release: int, sha256: str, text: str, **values: object) -> None:
    """A kept file of a release, with its text."""
    url = values.pop("url", f"https://www.yunling.example/files/{id}.pdf")
    content = {"sha256": sha256, "media_type": "application/pdf", "size": 5432}
    n, seen = values.pop("n", 1), values.pop("seen", WHEN)
    insert(db, "attachment_contents", release=release, url=url, n=n, seen=seen, **content)  # type: ignore[arg-type]
    if values.pop("now", True):
        linked = {"state": "kept", "seen": WHEN, "last_look": WHEN, "name": f"附件{id}：监测.pdf"}
        insert(db, "attachments", release=release, url=url, **content, **linked)  # type: ignore[arg-type]
    row = {"state": "ok", "method": "pdf", "pages": 1 + text.count("\f"), "read": WHEN, "rules": 1, **values}
    insert(db, "files", id=id, sha256=sha256, text=text, **row)  # type: ignore[arg-type]
    index.write_file(db, id, None, text)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("files") / "data"
    db = open_archive(folder)
    fill(db.conn)
    db.execute("DELETE FROM attachments WHERE name = '监测站一览.pdf'")
    add_release(db.conn, 6, "yunling", "云岭省公布潮位", "附件如下。", version=2, changed="2020-04-15T02:00:00Z")
    add_version(db.conn, 6, 1, "云岭省公布潮位", "附件如下。", "2020-04-13T06:00:00Z")
    db.execute("UPDATE versions SET changed = '[\"attachments\"]' WHERE release = 6 AND version = 2")
    url = "https://www.yunling.example/files/tide.pdf"
    add_file(db.conn, 1, 6, OLD, TABLE.replace("三次", "两次"), url=url, now=False)
    add_file(db.conn, 2, 6, KEPT, TABLE, url=url, n=2, seen="2020-04-15T02:00:00Z")
    add_file(db.conn, 3, 2, SCAN, "鹭汀河口滩涂图", method="ocr")
    add_file(db.conn, 4, 3, PRESS, "画师写生手记：白鹭洲畔三十六幅")
    add_file(db.conn, 5, 2, TORN, "", state="encrypted", reason="password", pages=0)
    db.close()
    return folder


def test_a_release_lists_its_files(get: Get) -> None:
    page = get("/release/6").text
    for said in (f"/file/{KEPT}", f"/file/{OLD}", KEPT, "已读出文字 · 2 页", "5.4 kB", "2020-04-14 14:00"):
        assert said in page
    two = get("/release/2", lang="en").text
    assert "encrypted" in two
    assert "OCR" in two
    assert "could not be fetched" in two


def test_a_file_is_read_by_pages_and_as_words_alone(get: Get) -> None:
    page = get(f"/file/{KEPT}", q="潮位")
    assert page.status_code == 200
    assert 'id="page-2"' in page.text
    assert "<mark>潮位</mark>" in page.text
    assert "<td>泰山站</td>" in page.text
    assert "<script>alert" not in page.text
    assert 'href="https://www.yunling.example/files/tide.pdf"' in page.text
    assert get(f"/file/{'f' * 64}").status_code == 404
    assert get(f"/file/{KEPT}/raw").status_code == 404  # its WARC file lies elsewhere


def test_what_ocr_guessed_is_marked(get: Get) -> None:
    assert "文字识别" in get(f"/file/{SCAN}").text
    assert "文字识别" not in get(f"/file/{KEPT}").text
    assert "文字识别" in get("/search", q="河口滩涂图").text
    assert get("/search.json", q="河口滩涂图").json()["releases"][0]["files"][0]["ocr"] is True


def test_words_of_a_file_are_found_with_name_and_page(get: Get) -> None:
    page = get("/search", q="东海站每天记录").text
    assert releases_on(page) == [6]
    assert "见附件《附件2：监测.pdf》第 2 页" in page
    assert "<mark>东海站每天记录</mark>" in page
    [found] = get("/search.json", q="东海站每天记录").json()["releases"]
    assert (found["id"], found["files"][0]["page"], found["files"][0]["sha256"]) == (6, 2, KEPT)


@pytest.mark.parametrize("words", ["记录潮位两次", "泰山站东海站", "东海站 -附件如下", "监测站一览 没有这个词"])
def test_what_no_file_of_now_holds_is_not_found(get: Get, words: str) -> None:
    assert releases_on(get("/search", q=words).text) == []


def test_a_release_with_the_words_in_its_text_stands_before_one_with_them_in_a_file(get: Get) -> None:
    assert get("/search.json", q="泰山").json()["releases"][0]["id"] == 2
    assert [one["id"] for one in get("/search.json", q="泰山").json()["releases"]] == [2, 6]


@pytest.mark.parametrize(
    ("words", "ids"), [("东海站每天 -油菜", [6]), ("东海站每天 -附件如下", []), ("东海站每天 -联系人", [])]
)
def test_unwanted_words_leave_a_release_out_that_has_them_in_its_text_or_in_the_file(
    words: str, ids: list[int], get: Get
) -> None:
    assert releases_on(get("/search", q=words).text) == ids


def test_releases_with_files_can_be_chosen(get: Get) -> None:
    assert sorted(one["id"] for one in get("/search.json", files="with").json()["releases"]) == [2, 3, 6]
    assert get("/search.json", files="all").status_code == 400


def test_a_replaced_file_shows_what_changed(get: Get) -> None:
    page = get("/release/6", v="2").text
    assert "<mark>两</mark>" in page
    assert "<mark>三</mark>" in page
    said = get("/release/6.diff", v="2").text
    assert f"--- 附件2：监测.pdf {OLD}" in said
    assert [line[0] for line in said.splitlines() if "记录潮位" in line] == ["-", "+"]
    [event] = [one for one in get("/changes.json").json()["events"] if one["id"] == 6 and one["event"] == "edited"]
    assert {(one["name"], one["file"]) for one in event["differences"]} == {("attachments", "附件2：监测.pdf")}
    assert "<mark>三</mark>" in get("/changes").text


def test_a_public_site_masks_and_withholds(get_public: Get) -> None:
    page = get_public(f"/file/{KEPT}").text
    assert PHONE not in page
    assert "139********" in page
    assert "/raw" not in page
    assert get_public(f"/file/{KEPT}/raw").status_code == 404
    press = get_public(f"/file/{PRESS}").text
    assert "画师写生" not in press
    assert "本站只登载官方来源的全文" in press
    assert releases_on(get_public("/search", q="画师写生手记").text) == []
    assert releases_on(get_public("/search", q="东海站每天记录").text) == [6]


def test_the_canned_query_finds_files_without_the_plugin(get: Get) -> None:
    rows = json.loads(get("/archive/search_files.json", q="东海站每天", _shape="array").text)
    assert [(row["id"], row["name"]) for row in rows] == [(6, "附件2：监测.pdf")]
