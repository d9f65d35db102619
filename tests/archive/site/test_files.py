"""Files on the site: listed with a release, read by pages, found by their words, compared when they were replaced."""

import json
import sqlite3
from pathlib import Path

import pytest

from archive.schema.open import open_archive
from archive.search import index
from archive.snapshots.make import make
from archive.urls import canonical
from tests.archive.conftest import add_release, add_version, fill, insert
from tests.archive.site.programs import told
from tests.archive.site.visiting import EVIL, NOW, Get, listening, releases_on

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


FIRST, SECOND, DROPPED, ADDED, READ, LATE = (figure * 64 for figure in "123456")
AT = "https://www.yunling.example/files/"
LINKS = {
    1: ["plan.docx?t=1", "old.pdf"],
    2: ["plan.docx", "old.pdf"],
    3: ["plan.docx", "old.pdf"],
    4: ["plan.docx", "new.xls"],
}


def fill_versions(db: sqlite3.Connection) -> None:
    """Release 7: its text changes, then a file is replaced at its address, then another one is dropped and one is added.

    Release 8 was read again by better rules. Of the two files of release 9 one came late, and one was removed since.
    """
    days = {1: "2020-04-13T06:00:00Z", 2: "2020-04-14T06:00:00Z", 3: "2020-04-15T06:00:00Z", 4: "2020-04-16T06:00:00Z"}
    add_release(db, 7, "yunling", "苇汀规划", "附件三。", version=4, changed=days[4])
    for n in (1, 2, 3):
        add_version(db, 7, n, "苇汀规划", "附件两件。" if n == 1 else "附件三。", days[n])
    for n, names in LINKS.items():
        files = json.dumps([AT + name for name in names])
        changed = json.dumps({2: ["text"], 3: ["attachments"], 4: ["attachments"]}.get(n, []))
        sql = "UPDATE versions SET files = ?, changed = ? WHERE release = 7 AND version = ?"
        db.execute(sql, [files, changed, n])
    add_file(db, 20, 7, FIRST, "拟建水闸三座。", url=f"{AT}plan.docx", seen=days[1], now=False)
    add_file(db, 21, 7, SECOND, "拟建水闸五座。", url=f"{AT}plan.docx", n=2, seen=days[3])
    add_file(db, 22, 7, DROPPED, "旧图说明。", url=f"{AT}old.pdf", seen=days[1], now=False)
    add_file(db, 23, 7, ADDED, "新表。", url=f"{AT}new.xls", seen=days[4])
    add_release(db, 8, "yunling", "苇汀读法", "一件附件。", version=2, changed=days[1])
    add_version(db, 8, 1, "苇汀读法", "附件。", days[1])
    db.execute("UPDATE versions SET kind = 'reread' WHERE release = 8 AND version = 2")
    db.execute("UPDATE versions SET files = ? WHERE release = 8", [json.dumps([f"{AT}read.pdf"])])
    add_file(db, 24, 8, READ, "读法。", url=f"{AT}read.pdf", seen=days[1])
    add_release(db, 9, "yunling", "苇汀迟件", "两件附件。", version=2, changed=days[2])
    add_version(db, 9, 1, "苇汀迟件", "附件两件。", days[1])
    db.execute("UPDATE versions SET files = ? WHERE release = 9", [json.dumps([f"{AT}late.pdf", f"{AT}secret.pdf"])])
    add_file(db, 25, 9, LATE, "迟来。", url=f"{AT}late.pdf", seen=days[3])
    secret = f"{AT}secret.pdf"
    insert(db, "removed", url=secret, url_key=canonical(secret), removed_at=days[4], reason="")


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
    fill_versions(db.conn)
    db.close()
    return folder


def files_of(get: Get, release: int, **asked: str) -> list[tuple[str, str]]:
    """The names of a version's files in their addresses, with the first sign of their digests."""
    found = get(f"/release/{release}.json", **asked).json()["attachments"]
    return [(one["url"].removeprefix(AT), one["sha256"][:1] or one["state"]) for one in found]


@pytest.mark.parametrize(
    ("release", "asked", "files"),
    [
        (7, {"v": "1"}, [("plan.docx?t=1", "1"), ("old.pdf", "3")]),
        (7, {"at": "2020-04-13"}, [("plan.docx?t=1", "1"), ("old.pdf", "3")]),
        (7, {"v": "2"}, [("plan.docx", "1"), ("old.pdf", "3")]),  # the text alone changed
        (7, {"v": "3"}, [("plan.docx", "2"), ("old.pdf", "3")]),
        (7, {"v": "4"}, [("plan.docx", "2"), ("new.xls", "4")]),
        (7, {}, [("plan.docx", "2"), ("new.xls", "4")]),
        (8, {"v": "1"}, [("read.pdf", "5")]),  # a better reading of the same page ends nothing
        (8, {}, [("read.pdf", "5")]),
        (9, {"v": "1"}, [("late.pdf", "failed")]),
        (9, {}, [("late.pdf", "6")]),
        (6, {"v": "1"}, [("tide.pdf", "b")]),  # nobody knows to which files it linked
        (6, {"v": "2"}, [("tide.pdf", "a")]),
    ],
)
def test_a_version_has_the_files_that_it_linked_to_as_they_were(
    release: int, asked: dict[str, str], files: list[tuple[str, str]], get: Get
) -> None:
    assert files_of(get, release, **asked) == files


def test_the_contents_before_that_of_a_version_stand_below_it(get: Get) -> None:
    earlier = "此前的内容，采集于 2020-04-13 14:00"
    assert [earlier in get("/release/7", v=str(n)).text for n in (2, 3, 4)] == [False, True, True]
    assert f"/file/{SECOND}" not in get("/release/7", v="2").text


def test_two_versions_of_a_release_differ_in_their_files(get: Get) -> None:
    page = get("/compare", a="7@1", b="7@3").text
    assert f"/file/{FIRST}" in page
    assert f"/file/{SECOND}" in page
    assert page.index("<mark>三</mark>座") < page.index("<mark>五</mark>座")
    assert f"/file/{DROPPED}" not in page
    dropped = get("/compare", a="7@3", b="7@4").text
    assert f'<p class="absent">∅</p><p class="new"><code class="hash"><a href="/file/{ADDED}">' in dropped
    assert f"/file/{DROPPED}" in dropped
    assert f"/file/{SECOND}" not in dropped
    for same in ({"a": "7@1", "b": "7@2"}, {"a": "8@1", "b": "8"}, {"a": "9@1", "b": "9"}, {"a": "7", "b": "6"}):
        assert 'id="files"' not in get("/compare", **same).text


def test_programs_are_told_of_a_replaced_file(folder: Path) -> None:
    with listening(make(folder, public=True, now=NOW), public=True) as address:
        found = told(address, "diff", release="7@3")
        assert found["files"] == [{"name": "附件21：监测.pdf", "old": FIRST, "new": SECOND}]
        assert found["changes"] == [{"old": "拟建水闸三座。", "new": "拟建水闸五座。", "file": "附件21：监测.pdf"}]
        assert told(address, "diff", release="7@2")["files"] == []
        assert told(address, "release", id=7, version=1)["attachments"][0]["sha256"] == FIRST


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
    assert sorted(one["id"] for one in get("/search.json", files="with").json()["releases"]) == [2, 3, 6, 7, 8, 9]
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
