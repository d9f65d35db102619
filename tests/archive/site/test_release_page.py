"""The page of a release: text, versions, copies, the archived page; and its public edition."""

import json
import re
from pathlib import Path
from typing import get_args

import pytest

from archive import warc
from archive.model import HeldProblem, ReadingDoubt
from archive.schema.open import open_archive
from archive.site.words import WORDS
from tests.archive.conftest import CONFERENCE, NOTICE, PRESS, add_version, fill, insert
from tests.archive.site.visiting import EVIL, Get, releases_on, served


def test_a_release_shows_text_dates_and_origin(get: Get) -> None:
    page = get("/release/2").text
    assert "<h1>云岭省人民政府办公厅关于印发湿地保护若干规定的通知</h1>" in page
    assert 'href="https://www.yunling.example/art/2.html"' in page
    assert '<td class="num">512.4</td>' in page
    assert "云政办发〔2020〕5号" in page
    assert "《云岭省湿地保护若干规定》" in page
    assert (
        '<a href="https://www.yunling.example/files/5.pdf" rel="noopener noreferrer external">监测站一览.pdf</a>'
        in page
    )
    assert "application/pdf" in page
    assert re.search(r"监测站费用.xls</a>\s*<p class=\"meta\"><span>未能取得（http-404）</span></p>", page)
    files = get("/release/2.json").json()["attachments"]
    assert [(one["name"], one["state"], one["reason"]) for one in files] == [
        ("监测站一览.pdf", "kept", ""),
        ("监测站费用.xls", "failed", "http-404"),
    ]


def test_a_release_shows_its_turns_versions_and_copies(get: Get) -> None:
    page = get("/release/1").text
    assert '<p class="turn question"><b>云岭日报记者：</b>请问小农户怎样得到这些服务？</p>' in page
    assert '<a href="/search?speaker=%E8%AE%B0%E8%80%85"><small>云岭日报</small> 记者</a>' in page
    assert page.count("<small>清河市副市长</small> 林一舟</a>") == 1
    assert "<mark>318.0</mark>" in page
    assert "<mark>320.5</mark>" in page
    assert 'href="/release/4"' in page
    assert "这一段在页面上重复出现。" in page


def test_a_release_says_who_published_first_and_what_the_copies_made_of_it(get: Get) -> None:
    page = get("/release/4").text
    assert page.count("最早发表</span><span>所印时间最早") == 1
    assert "与最早发表的相比：相同 9 句，改动 0，删去 0，增加 0。" in page


@pytest.mark.parametrize(("kind", "told"), [("published", True), ("reread", False)])
def test_an_origin_that_was_edited_after_it_was_copied_is_told(tmp_path: Path, kind: str, *, told: bool) -> None:
    db = open_archive(tmp_path / "data")
    fill(db.conn)
    db.execute("UPDATE versions SET kind = ? WHERE release = 1 AND version = 2", [kind])
    db.close()
    for get in served(tmp_path / "data", public=False):
        assert ("最早发表的一篇后来有过改动" in get("/release/4").text) == told
        assert "最早发表的一篇后来有过改动" not in get("/release/2").text


def test_an_older_version_can_be_read_by_number_and_by_day(get: Get) -> None:
    for arguments in ({"v": "1"}, {"at": "2020-04-14"}):
        page = get("/release/1", **arguments).text
        assert "<h1>清河市举行春耕备耕发布会</h1>" in page
        assert "318.0万亩" in page
    assert "320.5万亩" in get("/release/1", at="2020-04-15").text


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("/release/99", "没有编号 99 的发布"),
        ("/release/99999999999999999999999", "没有编号"),
        ("/release/1?at=2019-01-01", "最早的版本采集于 2020-04-13 14:00"),
        ("/release/1?at=soon", "请写成 2020-03-01"),
        ("/release/1?v=7", "没有第 7 版"),
        ("/release/1.txt?v=x", "没有第 x 版"),
        ("/release/1.diff?v=1", "之前没有可比的版本"),
        ("/release/2.diff", "之前没有可比的版本"),
    ],
)
def test_what_is_not_there_gets_a_page_that_helps(path: str, says: str, get: Get) -> None:
    answer = get(path)
    assert answer.status_code == 404
    assert 'class="empty"' in answer.text
    assert says in answer.text


def test_a_version_can_be_read_as_plain_text_and_beside_the_one_before(get: Get) -> None:
    assert get("/release/1.txt", v="1").text.startswith("清河市举行春耕备耕发布会\n\n主持人：")
    answer = get("/release/1.diff")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    lines = answer.text.splitlines()
    assert [line[:1] for line in lines].count("-") == [line[:1] for line in lines].count("+") == 1
    (old,) = (place for place, line in enumerate(lines) if line[0] == "-")
    assert "318.0万亩" in lines[old]
    assert "320.5万亩" in lines[old + 1]


def test_versions_stand_in_the_order_in_which_they_were_seen(tmp_path: Path) -> None:
    db = open_archive(tmp_path / "data")
    fill(db.conn)
    # an import brought a text from before the first crawl: its number is the highest
    add_version(db.conn, 1, 3, "旧题", CONFERENCE.replace("320.5", "300.0"), "2019-04-13T06:00:00Z")
    db.close()
    for get in served(tmp_path / "data", public=False):
        page = get("/release/1").text
        places = [page.index(f">第 {number} 版<") for number in (2, 1, 3)]
        assert places == sorted(places)
        assert "从第 1 版（2020-04-13 14:00）到第 2 版（2020-04-15 10:00）" in page
        assert "从第 3 版（2019-04-13 14:00）到第 1 版（2020-04-13 14:00）" in get("/release/1", v="1").text
        assert "<h1>旧题</h1>" in get("/release/1", at="2019-12-31").text
        assert "发布后改动过 2 次" in page
        titles = re.findall("<title>(.*?)</title><updated>(.*?)<", get("/changes.atom").text.replace("\n", ""))
        assert [at for title, at in titles if "[改动]" in title] == ["2020-04-15T02:00:00Z"] * 2


def test_what_was_only_read_anew_is_not_called_edited(tmp_path: Path) -> None:
    db = open_archive(tmp_path / "data")
    fill(db.conn)
    title = "云岭省人民政府办公厅关于印发湿地保护若干规定的通知"
    add_version(db.conn, 2, 2, title, NOTICE, "2020-04-15T06:00:00Z")
    db.execute("UPDATE versions SET kind = 'reread' WHERE release = 2 AND version = 2")
    db.execute("UPDATE releases SET version = 2 WHERE id = 2")
    db.close()
    for get in served(tmp_path / "data", public=False):
        assert releases_on(get("/search", state="changed").text) == [1]
        assert "发布后改动过" not in get("/release/2").text
        assert "重新读取，非原站改动" in get("/release/2").text
        assert "文字没有差别。" in get("/release/2").text


def test_the_archived_page_is_given_to_be_saved_and_never_shown(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    db = open_archive(folder)
    fill(db.conn)
    body = EVIL.encode("gb18030")
    url = "https://www.qinghe.example/art/1.html"
    times = {"fetched": "2020-04-15T02:00:00Z", "status": 200}
    kept = warc.capture(db, folder, warc.Exchange(url=url, source="qinghe", role="article", body=body, **times))
    db.execute("UPDATE versions SET capture = ? WHERE release = 1 AND version = 2", [kept])
    db.close()
    for get in served(folder, public=False):
        assert 'href="/release/1/2/raw"' in get("/release/1").text
        answer = get("/release/1/2/raw")
        assert answer.content == body
        assert answer.headers["content-disposition"] == 'attachment; filename="release-1-2.html"'
        assert answer.headers["content-security-policy"].startswith("sandbox;")
        assert answer.headers["x-content-type-options"] == "nosniff"
        for path in ("/release/1/1/raw", "/release/1/9/raw", "/release/99999999999999999999/1/raw"):
            assert get(path).status_code == 404  # a file that is not there, a version, a release


def test_in_public_no_archived_page_is_given(get_public: Get) -> None:
    assert "/raw" not in get_public("/release/1").text
    assert get_public("/release/1/2/raw").status_code == 404


def test_in_public_the_press_is_not_quoted(get_public: Get) -> None:
    sentences = [part for part in re.split(r"[。\n]", PRESS) if part]
    paths = [
        "/",
        "/search?q=清河",
        "/search.json",
        "/search.csv",
        "/search.jsonl",
        "/search.atom",
        "/release/3",
        "/release/3.json",
    ]
    for path in [*paths, "/archive/releases", "/archive/releases/3", "/archive/versions", "/archive/repeats.json"]:
        page = get_public(path).text
        assert not [sentence for sentence in sentences if sentence in page]
    assert "本站只登载官方来源的全文" in get_public("/release/3").text


def test_in_public_personal_numbers_are_masked(get_public: Get) -> None:
    page = get_public("/release/2").text
    assert "138********" in page
    assert "13812345678" not in page


def test_a_release_has_its_life_on_one_line(tmp_path: Path) -> None:
    db = open_archive(tmp_path / "data")
    fill(db.conn)
    for day, status in (("16", "suspect"), ("18", "gone"), ("20", "live")):
        insert(db.conn, "status_changes", release=1, at=f"2020-05-{day}T06:00:00Z", status=status)
    insert(db.conn, "observations", release=1, at="2020-05-20T05:59:00Z", outcome="same", status=200, counted=1)
    db.close()
    for get in served(tmp_path / "data", public=True):
        lines = {
            lang: re.findall('class="meta life">(.*?)</p>', get("/release/1", lang=lang).text, re.S)
            for lang in ("zh", "en")
        }
        told = {lang: re.findall(">([^<>]+)(?=<)", line.strip() + "<") for lang, [line] in lines.items()}
        assert " ".join("".join(told["zh"]).split()) == (
            "首次采集 2020-04-13 14:00最近核查 2020-05-20 13:59（无变化）最近改动 2020-04-15 10:00"
            "失效 2020-05-18 14:00恢复 2020-05-20 14:00第 2 版1 处转载存档"
        )
        assert {"version 2", "1 reprint", "Archived copy"} <= set(told["en"])


def test_one_is_singular(get: Get) -> None:
    assert "1 release<" in get("/search", q="湿地", lang="en").text
    assert "Edited once since it was published." in get("/release/1", lang="en").text


def test_doubts_and_repairs_of_a_reading_are_told(tmp_path: Path) -> None:
    db = open_archive(tmp_path / "data")
    fill(db.conn)
    met = [
        "day-doubted:<b>3月9日</b>",
        "repaired:1",
        "collapsed: 2020-04-15T02:00:00Z: 12 characters instead of 3000",
        "new-kind:{x}",
    ]
    db.execute("UPDATE releases SET problems = ? WHERE id = 1", [json.dumps(met, ensure_ascii=False)])
    db.close()
    for get in served(tmp_path / "data", public=False):
        page = get("/release/1").text
        assert "程序阅读本页时有 1 处存疑。" in page
        assert "日期存疑：“&lt;b&gt;3月9日&lt;/b&gt;”" in page
        assert "2020-04-15 10:00 查看时，正文所剩不多（3000 → 12 字），未予替换。" in page
        assert "new-kind:{x}" in page
        english = get("/release/1", lang="en").text
        assert "left 1 doubt." in english
        assert "1 line that trafilatura dropped or doubled was put right" in english
        assert get("/release/1.json").json()["problems"] == met
        # they are those of the current version
        assert 'id="doubts"' not in get("/release/1", v="1").text
        assert get("/release/1.json", v="1").json()["problems"] is None
        assert 'id="doubts"' not in get("/release/2").text


@pytest.mark.parametrize("kind", [*get_args(ReadingDoubt), *get_args(HeldProblem)])
def test_each_flaw_of_a_reading_has_words(kind: str) -> None:
    assert f"problem_{kind}" in WORDS
