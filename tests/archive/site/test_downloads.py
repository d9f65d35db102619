"""The page of snapshots and their files."""

import re
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

from archive.schema.open import open_archive
from archive.snapshots.make import make
from tests.archive.conftest import add_release, add_version, fill
from tests.archive.site.visiting import NOW, Get, served


def test_the_whole_archive_can_be_downloaded(get: Get, tmp_path: Path) -> None:
    (tmp_path / "archive.db").write_bytes(get("/archive.db").content)
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
