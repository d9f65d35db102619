"""Figures from a page to the rows of an archive: crawled, read again, rebuilt, removed."""

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import crawl, rows, scrapy
from tests.invented import article
from tests.serving import Pages

DECLARED = '[one]\nname = "溟川县人民政府"\nregion = "990101"\nlevel = "county"\nfamily = "html"\nlists = ["{}"]\nrights = "official"\n'
SAID = "2025年，全县苗木产量12.5万吨，比上年增长3.2%；茶园面积达8.1万亩。"
TABLE = (
    "<p>2025年主要产品</p><table><tr><td>产品</td><td>产量（吨）</td><td>同比增长（%）</td></tr>"
    "<tr><td>茶叶</td><td>1,204</td><td>-2.5</td></tr></table>"
)
TOLD = [
    ("苗木产量", "全县", "2025年", 12.5, "万吨", 3.2, "%", "up", "比上年", "12.5万吨"),
    ("茶园面积", "", "2025年", 8.1, "万亩", None, "", "", "", "8.1万亩"),
    ("茶叶", "", "2025年", 1204.0, "吨", 2.5, "%", "down", "同比", "1,204"),
]


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("figures")
    page = f"<h1>溟川县农业生产情况</h1><p>{SAID}</p><p>{article(1)}</p>{TABLE}".encode()
    with Pages({"/": "<li><a href='/1.html'>溟川县农业生产情况</a>".encode(), "/1.html": page}) as site:
        (folder / "one.toml").write_text(DECLARED.format(site.url("/")), "utf-8")
        settings = {"SOURCES": folder / "one.toml", "ARCHIVE_DIR": folder / "data", "NOW": "2026-03-10"}
        crawl("one", **settings)
    return settings


def told(folder: Path) -> list[tuple[Any, ...]]:
    return rows(
        folder,
        """SELECT name, place, period, value, unit, change, change_unit, direction, basis,
          substr(text, start + 1, length) FROM indicators JOIN releases ON id = release ORDER BY n""",
    )


def test_a_crawl_keeps_the_figures_of_sentences_and_tables(settings: dict[str, Any]) -> None:
    assert told(settings["ARCHIVE_DIR"]) == TOLD
    [(kept,)] = rows(settings["ARCHIVE_DIR"], "SELECT figures FROM versions")
    assert [one[0] for one in json.loads(kept)] == ["苗木产量", "茶园面积", "茶叶"]


def test_a_replay_finds_them_in_releases_that_are_held(settings: dict[str, Any], tmp_path: Path) -> None:
    shutil.copytree(settings["ARCHIVE_DIR"], tmp_path / "data")
    with closing(sqlite3.connect(tmp_path / "data" / "archive.db")) as db, db:
        db.execute("DELETE FROM indicators")
    crawl("replay", **{**settings, "ARCHIVE_DIR": tmp_path / "data"})
    assert told(tmp_path / "data") == TOLD


def test_a_rebuild_gives_the_same(settings: dict[str, Any], tmp_path: Path) -> None:
    shutil.copytree(settings["ARCHIVE_DIR"] / "warc", tmp_path / "data" / "warc")
    done = scrapy("rebuild", **{**settings, "ARCHIVE_DIR": tmp_path / "data"})
    assert done.returncode == 0, done.stderr
    assert told(tmp_path / "data") == TOLD


def test_a_removal_takes_them_out(settings: dict[str, Any], tmp_path: Path) -> None:
    shutil.copytree(settings["ARCHIVE_DIR"], tmp_path / "data")
    own = {**settings, "ARCHIVE_DIR": tmp_path / "data"}
    assert scrapy("snapshot", **own).returncode == 0
    [(url,)] = rows(tmp_path / "data", "SELECT url FROM releases")
    assert scrapy("remove", url, "--reason", "a request", **own).returncode == 0
    assert rows(tmp_path / "data", "SELECT count(*) FROM indicators") == [(0,)]
    exports = [*(tmp_path / "data" / "snapshots").glob("*/indicators.csv")]
    assert exports
    assert not any("苗木产量" in path.read_text("utf-8") for path in exports)
