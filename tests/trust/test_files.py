"""The text of files: read after a crawl, told again without a network, masked in public, removed with the last release."""

import csv
import gzip
import hashlib
import json
import shutil
import sqlite3
import struct
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.archive.site.visiting import visited
from tests.conftest import crawl, rows, scrapy
from tests.trust.hostile import GOOD, HostileSite, encoded, page
from tests.trust.test_hostile import declare

PHONE = "13812345678"
FEES = "北岭区收费表\n项目\t金额\n停车\t12.5元\n经办人张三，电话" + PHONE + "。\f第二页：水费按月收取。"
FIRST = "云桅市湿地巡护安排。\n巡护员二十四人，每周一次。\n船只由渔政站调配。"
SECOND = FIRST.replace("二十四人", "三十六人")
PICTURES = (
    GOOD.format("一图读懂湿地巡护").partition("<p>云岭")[0]
    + "<img src='long.png'><img src='b.png'></div></body></html>"
)
BROKEN = b"%PDF-1.4\nnothing"


@dataclass
class Crawled:
    folder: Path
    site: HostileSite
    sources: Any

    def settings(self, folder: Path | None = None, **more: Any) -> dict[str, Any]:
        return {"ARCHIVE_DIR": folder or self.folder, "SOURCES": self.sources, "PRIVATE_HOSTS": "127.0.0.2", **more}


def release(title: str, *files: str) -> Any:
    anchors = "".join(f"<p><a href='{name}'>附件：{name}</a></p>" for name in files)
    return page(GOOD.format(title).replace("</div>", f"{anchors}</div>"))


def png(width: int, height: int) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", width, height)


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    """Two days of a site: a file replaced, one that two releases link to, a broken one, a page under a file's name."""
    base = tmp_path_factory.mktemp("files")
    answers = {
        "/a/fees.txt": encoded(FEES.encode("gb18030"), "identity"),
        "/a/plan.txt": encoded(FIRST.encode(), "identity"),
        "/a/torn.pdf": encoded(BROKEN, "identity"),
        "/a/none.pdf": page("<p>404"),
        "/a/1.html": release("北岭区公布收费项目", "fees.txt", "torn.pdf", "none.pdf"),
        "/a/3.html": page(PICTURES),
        "/a/long.png": encoded(png(800, 3000), "identity"),
        "/a/b.png": encoded(png(9, 9), "identity"),
        "/a/2.html": release("云桅市安排湿地巡护", "plan.txt", "fees.txt"),
    }
    with HostileSite(answers) as site:
        site.list_page("/list/", ["/a/1.html", "/a/2.html", "/a/3.html"])
        sources = declare(base, site)
        sources.write_text(sources.read_text("utf-8") + "rights = 'official'\n", "utf-8")
        made = Crawled(base / "a", site, sources)
        crawl("hostile", **made.settings(NOW="2026-03-10T12:00"))
        site.answers["/a/plan.txt"] = encoded(SECOND.encode(), "identity")
        crawl("hostile", "-a", "recheck=all", **made.settings(NOW="2026-03-12T12:00"))
        for public in ((), ("--public",)):
            now = f"2026-03-12T1{3 + len(public)}:00"
            assert scrapy("snapshot", *public, **made.settings(NOW=now)).returncode == 0
        yield made


def texts(folder: Path) -> list[tuple[Any, ...]]:
    return rows(folder, "SELECT state, method, pages, text, rules FROM files ORDER BY text, state")


def snapshot(crawled: Crawled, kind: str) -> Path:
    [place] = [
        one for one in (crawled.folder / "snapshots").glob("2*") if one.name.endswith("public") == (kind == "public")
    ]
    return place


def copied(crawled: Crawled, tmp_path: Path) -> Path:
    shutil.copytree(crawled.folder, tmp_path / "a", symlinks=True)
    return tmp_path / "a"


def test_a_crawl_reads_each_content_once(crawled: Crawled) -> None:
    assert [(state, method, pages) for state, method, pages, *_ in texts(crawled.folder)] == [
        ("failed", "pdf", 0),
        ("scanned", "", 0),
        ("ok", "text", 1),
        ("ok", "text", 1),
        ("ok", "text", 2),
    ]
    assert {FEES, FIRST, SECOND} < {row[3] for row in texts(crawled.folder)}
    found = rows(crawled.folder, "SELECT state, reason FROM attachments WHERE url LIKE '%none.pdf'")
    assert found == [("not-a-file", "not-a-file")]


def test_stock_sqlite_finds_words_in_files(crawled: Crawled) -> None:
    sql = """SELECT r.title, a.name FROM files_fts JOIN files f ON f.id = files_fts.rowid
        JOIN attachments a USING (sha256) JOIN releases r ON r.id = a.release WHERE files_fts MATCH ? ORDER BY 1"""
    assert rows(crawled.folder, sql, '"水 费 按 月"') == [
        ("云桅市安排湿地巡护", "附件：fees.txt"),
        ("北岭区公布收费项目", "附件：fees.txt"),
    ]


@pytest.mark.slow
def test_a_rebuild_and_a_replay_give_the_same_texts(crawled: Crawled, tmp_path: Path) -> None:
    folder = copied(crawled, tmp_path)
    contents = "SELECT r.url, c.url, n, c.sha256, c.seen FROM attachment_contents c JOIN releases r ON r.id = release ORDER BY 1, 2, 3"
    before = texts(folder), rows(folder, contents)
    (folder / "archive.db").unlink()
    assert scrapy("rebuild", **crawled.settings(folder)).returncode == 0
    assert (texts(folder), rows(folder, contents)) == before
    with closing(sqlite3.connect(folder / "archive.db")) as db, db:
        db.execute("UPDATE files SET rules = 0")
    done = scrapy("crawl", "replay", **crawled.settings(folder))
    assert "files: 1 failed, 3 ok, 1 scanned" in done.stdout, done.stdout + done.stderr
    assert texts(folder) == before[0]


def test_a_good_text_stays_where_a_later_reading_finds_none(crawled: Crawled, tmp_path: Path) -> None:
    folder = copied(crawled, tmp_path)
    with closing(sqlite3.connect(folder / "archive.db")) as db, db:
        db.execute("UPDATE files SET text = '题目', state = 'ok' WHERE state = 'failed'")
        db.execute("INSERT INTO files_fts(files_fts) VALUES ('rebuild')")
    done = scrapy("files", "--again", **crawled.settings(folder))
    assert done.stdout == "files: 1 failed, 3 ok, 1 scanned\n", done.stderr
    assert rows(folder, "SELECT state, method FROM files WHERE text = '题目'") == [("ok", "pdf")]


def test_earlier_rules_texts_are_read_again_but_for_those_of_ocr(crawled: Crawled, tmp_path: Path) -> None:
    folder = copied(crawled, tmp_path)
    with closing(sqlite3.connect(folder / "archive.db")) as db, db:
        db.execute("UPDATE files SET rules = 0, method = iif(state = 'failed', 'ocr', method)")
    assert scrapy("files", **crawled.settings(folder)).stdout == "files: 3 ok, 1 scanned\n"
    assert scrapy("files", **crawled.settings(folder)).stdout == "files: nothing new\n"
    assert rows(folder, "SELECT count(*) FROM files WHERE rules = 0") == [(1,)]


def test_a_source_that_nobody_declared_is_named(crawled: Crawled) -> None:
    done = scrapy("files", "--source", "hostil", **crawled.settings())
    assert done.returncode == 2
    assert "no source is named 'hostil'" in done.stderr


def test_a_page_of_pictures_is_a_release_that_keeps_them(crawled: Crawled) -> None:
    sql = """SELECT r.text, a.url, a.state, a.reason, a.shown, f.state FROM releases r JOIN attachments a ON a.release = r.id
        LEFT JOIN files f ON f.sha256 = a.sha256 WHERE r.title = '一图读懂湿地巡护' ORDER BY a.url"""
    base = crawled.site.base
    assert rows(crawled.folder, sql) == [
        ("", f"{base}/a/b.png", "skipped", "decoration", 1, None),
        ("", f"{base}/a/long.png", "kept", "", 1, "scanned"),
    ]


def test_a_replaced_file_makes_a_version(crawled: Crawled) -> None:
    sql = "SELECT v.version, v.changed FROM versions v JOIN releases r ON r.id = release WHERE r.url LIKE '%/2.html' ORDER BY 1"
    assert rows(crawled.folder, sql) == [(1, "[]"), (2, '["attachments"]')]


def test_no_number_stands_in_a_public_snapshot(crawled: Crawled) -> None:
    place = snapshot(crawled, "public")
    needles = [PHONE.encode(form) for form in ("utf-8", "utf-16-le")]
    for path in place.iterdir():
        content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        assert not any(needle in content for needle in needles), path
    shown = {text for _, _, _, text, *_ in texts(place)}
    assert FEES.replace(PHONE, "138********") in shown
    assert FIRST in shown
    with closing(sqlite3.connect(place / "archive.db")) as db:
        assert not db.execute("SELECT 1 FROM files_fts WHERE files_fts MATCH ?", [f'"{PHONE}"']).fetchone()
        assert db.execute("SELECT 1 FROM files_fts WHERE files_fts MATCH '\"巡 护 员\"'").fetchone()
    digest = hashlib.sha256(FEES.encode("gb18030")).hexdigest()
    for path in place.iterdir():
        assert digest.encode() not in path.read_bytes(), path


def test_archive_and_snapshots_fit_the_chain(crawled: Crawled, tmp_path: Path) -> None:
    folder = copied(crawled, tmp_path)
    done = scrapy("verify", str(folder), **crawled.settings(folder))
    assert done.returncode == 0, done.stdout + done.stderr
    with closing(sqlite3.connect(folder / "archive.db")) as db, db:
        db.execute("UPDATE files SET text = replace(text, '三十六人', '三十七人')")
        db.execute("INSERT INTO files_fts(files_fts) VALUES ('rebuild')")
    done = scrapy("verify", str(folder), **crawled.settings(folder))
    assert done.returncode != 0
    assert "does not fit its digest" in done.stdout + done.stderr


def test_the_exports_hold_the_texts(crawled: Crawled) -> None:
    place = snapshot(crawled, "private")
    with gzip.open(place / "files.jsonl.gz", "rt", encoding="utf-8") as file:
        lines = [json.loads(line) for line in file]
    assert FEES in {line["text"] for line in lines}
    from pyarrow.parquet import read_table

    assert read_table(place / "files.parquet").to_pylist() == lines
    with (place / "attachments.csv").open(encoding="utf-8-sig", newline="") as file:
        linked = {row["sha256"] for row in csv.DictReader(file)}
    assert {line["sha256"] for line in lines if line["text"] == FEES} <= linked


def test_a_text_goes_with_the_last_release_that_links_to_it(crawled: Crawled, tmp_path: Path) -> None:
    folder = copied(crawled, tmp_path)
    done = scrapy("remove", f"{crawled.site.base}/a/1.html", "--reason", "asked", **crawled.settings(folder))
    assert done.returncode == 0, done.stdout + done.stderr
    assert FEES in {row[3] for row in texts(folder)}
    assert rows(folder, "SELECT count(*) FROM files WHERE state = 'failed'") == [(0,)]
    done = scrapy("verify", str(folder), **crawled.settings(folder))
    assert done.returncode == 0, done.stdout + done.stderr
    before = texts(folder)
    (folder / "archive.db").unlink()
    assert scrapy("rebuild", **crawled.settings(folder)).returncode == 0
    assert texts(folder) == before
    done = scrapy("remove", f"{crawled.site.base}/a/2.html", "--reason", "asked", **crawled.settings(folder))
    assert done.returncode == 0, done.stdout + done.stderr
    assert [row[0] for row in texts(folder)] == ["scanned"]
    for path in folder.rglob("*"):
        if path.is_file():
            assert "水费按月收取".encode() not in path.read_bytes(), path


def test_a_merge_brings_the_texts(crawled: Crawled, tmp_path: Path) -> None:
    done = scrapy("merge", str(snapshot(crawled, "private")), **crawled.settings(tmp_path / "hub"))
    assert done.returncode == 0, done.stdout + done.stderr
    assert texts(tmp_path / "hub") == texts(crawled.folder)
    contents = "SELECT url, n, sha256 FROM attachment_contents ORDER BY 1, 2, 3"
    assert rows(tmp_path / "hub", contents) == rows(crawled.folder, contents)
    found = rows(tmp_path / "hub", "SELECT count(*) FROM files_fts WHERE files_fts MATCH '\"水 费 按 月\"'")
    assert found == [(1,)]


def test_the_bytes_are_a_download_that_a_private_site_alone_gives(crawled: Crawled) -> None:
    digest = hashlib.sha256(SECOND.encode()).hexdigest()
    with visited(snapshot(crawled, "private"), public=False) as get:
        assert f"/file/{digest}/raw" in get(f"/file/{digest}").text
        sent = get(f"/file/{digest}/raw")
        assert sent.content == SECOND.encode()
        assert sent.headers["content-type"] == "application/octet-stream"
        assert sent.headers["content-disposition"].startswith("attachment")
    with visited(snapshot(crawled, "public"), public=True) as get:
        assert "巡护员三十六人" in get(f"/file/{digest}").text
        assert get(f"/file/{digest}/raw").status_code == 404


def test_pictures_of_further_pages_are_kept_within_the_budget(tmp_path: Path) -> None:
    first = PICTURES.replace("<img src='b.png'>", "<a href='7_2.html'>2</a> <a href='7_3.html'>3</a>")
    answers = {f"/a/{name}.html": page(first.replace("long.png", f"{name}.png")) for name in ("7", "7_2", "7_3")}
    answers |= {f"/a/{name}.png": encoded(png(800, 900 + n), "identity") for n, name in enumerate(("7", "7_2", "7_3"))}
    with HostileSite(answers) as site:
        site.list_page("/list/", ["/a/7.html"])
        crawl(
            "hostile", ARCHIVE_DIR=tmp_path, SOURCES=declare(tmp_path, site), PRIVATE_HOSTS="127.0.0.2", ATTACHMENTS=2
        )
    assert rows(tmp_path, "SELECT substr(url, -7), state FROM attachments ORDER BY id") == [
        ("a/7.png", "kept"),
        ("7_2.png", "kept"),
        ("7_3.png", "over-budget"),
    ]
