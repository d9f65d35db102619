"""A page that breaks the reader: it fails with a reason, is counted and named, and is read again by the next reader."""

import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import environment_of, rows, same_archive
from tests.crawler.test_faults import DECLARED, Site
from tests.serving import Pages

BROKEN = "/art/3.html"
FAULT = "KeyError: 'caption'"
# a command whose reader the page breaks, in a process of its own
BREAKING = """
import sys
from pipelines import read
whole = read.extract
def extract(page, source):
    if page.url.endswith(sys.argv[1]):
        raise KeyError("caption")
    return whole(page, source)
read.extract = extract
from scrapy.cmdline import execute
execute(["scrapy", *sys.argv[2:]])
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pages]:
    with Pages(Site(number=5).served()) as pages:
        yield pages


@pytest.fixture(scope="module")
def crawled(site: Pages, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], tuple[Path, str]]:
    """An archive after one crawl with a reader that breaks on a page, or on none; and the crawl's words."""

    @cache
    def once(breaks: str) -> tuple[Path, str]:
        folder = tmp_path_factory.mktemp("crawled")
        (folder / "one.toml").write_text(DECLARED.format(url=site.url("/list/")).replace("= 10", "= 1"), "utf-8")
        return folder, run(folder, "crawl", "one", breaks=breaks)

    return once


@pytest.fixture
def broken(crawled: Callable[[str], tuple[Path, str]], tmp_path: Path) -> Path:
    return shutil.copytree(crawled(BROKEN)[0], tmp_path / "broken")


@pytest.fixture
def whole(crawled: Callable[[str], tuple[Path, str]], tmp_path: Path) -> Path:
    return shutil.copytree(crawled("")[0], tmp_path / "whole")


def run(folder: Path, *args: str, day: str = "2026-03-02", breaks: str = "", status: int = 0) -> str:
    environment = environment_of(SOURCES=folder / "one.toml", ARCHIVE_DIR=folder, NOW=f"{day}T12:00")
    command = [sys.executable, "-c", BREAKING, breaks or "nothing", *args]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=240)
    assert done.returncode == status, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return done.stdout


def listing(folder: Path) -> Any:
    return rows(folder, "SELECT state, reason, attempts FROM listings WHERE url LIKE ?", f"%{BROKEN}")[0]


def change(folder: Path, sql: str) -> None:
    with closing(sqlite3.connect(folder / "archive.db")) as db:
        db.execute(sql)
        db.commit()


def test_it_fails_with_a_reason_and_is_counted_and_named(
    crawled: Callable[[str], tuple[Path, str]], site: Pages
) -> None:
    folder, said = crawled(BROKEN)
    assert said.startswith("one: suspect: 5 listed, 4 new, 0 changed, 0 unchanged, 1 failed, 0 blocked")
    assert f"1 page broke the reader (reader-error), the first was {site.url(BROKEN)}: {FAULT}" in said
    assert listing(folder) == ("failed", "reader-error", 1)
    assert "broke the reader" in run(folder, "sources")


@pytest.mark.slow
def test_a_source_that_went_well_since_still_names_the_articles(broken: Path) -> None:
    assert "quiet" in run(broken, "crawl", "one", "-a", "recheck=none")
    assert "1 articles broke the reader" in run(broken, "sources")


@pytest.mark.slow
def test_the_next_version_of_the_reader_is_given_the_page_at_once(broken: Path) -> None:
    assert "0 new" in run(broken, "crawl", "one")  # the same version: tomorrow
    change(broken, "UPDATE listings SET rules = rules - 1")
    assert "1 new" in run(broken, "crawl", "one")
    assert listing(broken)[:2] == ("held", "")


@pytest.mark.slow
def test_an_article_that_fails_otherwise_since_is_not_asked_for_at_once(
    broken: Path, site: Pages, monkeypatch: pytest.MonkeyPatch
) -> None:
    change(broken, "UPDATE listings SET rules = rules - 1")
    monkeypatch.delitem(site.pages, BROKEN)
    run(broken, "crawl", "one")
    assert listing(broken) == ("failed", "http-404", 2)
    run(broken, "crawl", "one")
    assert listing(broken) == ("failed", "http-404", 2)


@pytest.mark.slow
def test_a_replay_reads_the_kept_page(broken: Path) -> None:
    assert "1 failed" in run(broken, "crawl", "replay", breaks=BROKEN)
    assert listing(broken) == ("failed", "reader-error", 1)
    assert "1 new" in run(broken, "crawl", "replay")
    assert listing(broken)[0] == "held"


@pytest.mark.slow
def test_a_replay_that_a_held_page_breaks_leaves_the_release_and_notes_it(whole: Path) -> None:
    problems = "SELECT problems FROM releases WHERE url LIKE ?"
    before = rows(whole, problems, f"%{BROKEN}")
    run(whole, "crawl", "replay", breaks=BROKEN)
    [(noted,)] = rows(whole, problems, f"%{BROKEN}")
    assert FAULT in noted
    assert rows(whole, "SELECT count(*) FROM observations") == [(0,)]
    run(whole, "crawl", "replay")
    assert rows(whole, problems, f"%{BROKEN}") == before


@pytest.mark.slow
def test_a_rebuild_gives_the_same(broken: Path) -> None:
    before = same_archive(broken)
    (broken / "archive.db").unlink()
    run(broken, "rebuild", breaks=BROKEN)
    assert same_archive(broken) == before
    assert listing(broken)[:2] == ("failed", "reader-error")


@pytest.mark.slow
def test_a_replay_says_what_reads_differently(whole: Path) -> None:
    change(whole, "UPDATE releases SET publisher = '另一家' WHERE id < 3")
    said = run(whole, "crawl", "replay", "-v").splitlines()
    assert said == [
        "release 1 reads differently: publisher",
        "release 2 reads differently: publisher",
        "replay: 5 same, 0 reread, 0 failed; read differently: publisher 2",
    ]
