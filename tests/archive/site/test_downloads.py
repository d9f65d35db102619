"""The page of snapshots and their files."""

import json
import re
import sqlite3
from contextlib import closing
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

from archive.schema.open import open_archive
from archive.snapshots.make import make
from archive.snapshots.publish import PROTECTION
from tests.archive.conftest import add_release, add_version, fill
from tests.archive.site.visiting import NOW, Get, served, visited
from tests.conftest import scrapy


def test_the_whole_archive_can_be_downloaded(get: Get, tmp_path: Path) -> None:
    answer = get("/archive.db")
    assert int(answer.headers["content-length"]) == len(answer.content)
    (tmp_path / "archive.db").write_bytes(answer.content)
    with closing(sqlite3.connect(tmp_path / "archive.db")) as db:
        assert db.execute("SELECT count(*) FROM releases").fetchone() == (5,)


def test_the_snapshots_page_gives_the_digest(get: Get) -> None:
    assert re.search(r"<code class=\"hash\">[0-9a-f]{64}</code>", get("/snapshots").text)


def test_files_of_a_snapshot_can_be_downloaded(get: Get, folder: Path) -> None:
    (name,) = {path.parent.name for path in (folder / "snapshots").glob("2020*Z/archive.db")}
    assert get(f"/snapshots/{name}/coverage.csv").text.startswith("\ufeffsource,month,listed")
    assert get(f"/snapshots/{name}/SHA256SUMS").status_code == 200
    for path in (f"/snapshots/{name}/..%2f..%2farchive.db", f"/snapshots/{name}/more", "/snapshots/x/archive.db"):
        assert get(path).status_code in (302, 404)


def test_the_snapshots_page_says_what_changed_since_the_last_of_the_kind(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    db = open_archive(folder)
    fill(db.conn)
    make(folder, public=True, now=NOW - timedelta(days=2))
    make(folder, public=False, now=NOW - timedelta(days=1))
    add_release(db.conn, 9, "yunling", "新的一篇", "新的一篇的文字。")
    add_version(db.conn, 9, 2, "新的一篇", "改过的文字。", "2020-04-15T06:00:00Z")
    db.close()
    for get in served(folder, public=True):
        assert "30 天以前的快照，每月每类只留最后一份" in get("/snapshots").text
        assert get("/snapshots").text.count("较同类上一份：发布 +1，改动 +1，移除 0") == 1


def test_in_public_a_private_snapshot_is_neither_shown_nor_given(get: Get, get_public: Get, folder: Path) -> None:
    (private,) = {path.parent.name for path in (folder / "snapshots").glob("2020*Z/archive.db")}
    assert f"<code>{private}</code>" in get("/snapshots").text
    assert f"<code>{private}</code>" not in get_public("/snapshots").text
    assert get_public(f"/snapshots/{private}/archive.db").status_code == 404


def turned(folder: Path) -> tuple[str, str]:
    """An archive with two public snapshots, before and after its source became `press`; their names."""
    db = open_archive(folder)
    fill(db.conn)
    before = make(folder, public=True, now=NOW - timedelta(days=2))
    db.execute("UPDATE sources SET rights = 'press' WHERE id = 'yunling'")
    after = make(folder, public=True, now=NOW - timedelta(days=1))
    db.close()
    return before.name, after.name


def test_a_snapshot_from_before_a_source_was_withheld_is_not_offered(tmp_path: Path) -> None:
    before, after = turned(tmp_path)
    with visited(tmp_path / "snapshots" / after, public=True) as get:
        page = get("/snapshots").text
        assert f"<code>{after}</code>" in page
        assert f"<code>{before}</code>" not in page
        assert "有 1 份不再提供" in page
        assert get(f"/snapshots/{before}/archive.db").status_code == 404
        assert get(f"/snapshots/{after}/archive.db").status_code == 200


def test_a_snapshot_made_under_weaker_rules_is_not_offered(tmp_path: Path) -> None:
    db = open_archive(tmp_path)
    fill(db.conn)
    db.close()
    before = make(tmp_path, public=True, now=NOW - timedelta(days=2))
    with closing(sqlite3.connect(before / "archive.db")) as old:
        old.execute(f"PRAGMA user_version = {PROTECTION - 1}")
    after = make(tmp_path, public=True, now=NOW)
    with visited(after, public=True) as get:
        assert get(f"/snapshots/{before.name}/archive.db").status_code == 404


def test_outdated_snapshots_are_withdrawn_by_a_command(tmp_path: Path) -> None:
    before, after = turned(tmp_path)
    done = scrapy("snapshot", "--withdraw", ARCHIVE_DIR=tmp_path)
    assert (done.returncode, done.stdout) == (0, f"withdrawn: {tmp_path / 'snapshots' / before}\n")
    assert not (tmp_path / "snapshots" / before).exists()
    assert (tmp_path / "snapshots" / after).is_dir()


def test_a_title_that_is_a_whole_text_is_cut_where_the_source_is_not_official(tmp_path: Path) -> None:
    long = "清河两岸的油菜花开了，今年比去年早了整整十天，" * 9
    db = open_archive(tmp_path)
    fill(db.conn)
    db.execute("UPDATE sources SET rights = 'press' WHERE id = 'yunling'")
    add_release(db.conn, 9, "yunling", long, "新的一篇的文字。")
    db.close()
    place = make(tmp_path, public=True, now=NOW)
    with closing(sqlite3.connect(place / "archive.db")) as copy:
        assert copy.execute("SELECT title FROM releases WHERE id = 9").fetchone() == (f"{long[:79]}…",)
        longest = "SELECT max(length(title)) FROM versions WHERE release = 9"
        assert copy.execute(longest).fetchone() in [(80,), (None,)]


def test_the_served_snapshot_is_cited_and_described(tmp_path: Path) -> None:
    db = open_archive(tmp_path)
    fill(db.conn)
    db.close()
    place = make(tmp_path, public=True, now=NOW, name="v1.0")
    with visited(place, public=True) as get:
        page = get("/snapshots").text
        assert (
            f"公报：政府新闻发布档案：v1.0[DS/OL]. (2020-04-15)[2020-04-15]. http://localhost/snapshots#{place.name}."
            in page
        )
        assert f"@dataset{{gongbao-{place.name}," in page
        assert f'id="{place.name}"' in page
        linked = json.loads(re.findall('(?s)<script type="application/ld\\+json">(.*?)</script>', page)[0])
        assert (linked["@type"], linked["version"], linked["identifier"]) == (
            "Dataset",
            "v1.0",
            f"gongbao-{place.name}",
        )
        for told in linked["distribution"]:
            content = get(told["contentUrl"].removeprefix("http://localhost")).content
            assert told["contentSize"] == str(len(content))
            assert told.get("sha256", "") in (sha256(content).hexdigest(), "")


def test_a_catalogue_offers_the_public_snapshots_alone(get_public: Get, folder: Path) -> None:
    answer = get_public("/snapshots.jsonld")
    assert answer.headers["content-type"] == "application/ld+json; charset=utf-8"
    public = {path.name for path in (folder / "snapshots").glob("2020*-public")}
    assert {one["dct:identifier"].removeprefix("gongbao-") for one in answer.json()["dcat:dataset"]} == public
    for one in answer.json()["dcat:dataset"]:
        named = {file["dct:title"] for file in one["dcat:distribution"]}
        assert {"archive.db", "releases.parquet", "datapackage.json", "CITATION.cff"} <= named
