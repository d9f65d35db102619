"""A page that breaks the reader: it fails with a reason, is counted and named, and is read again by the next reader."""

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
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


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Pages]:
    with Pages({}) as pages:
        (tmp_path / "one.toml").write_text(DECLARED.format(url=pages.url("/list/")).replace("= 10", "= 1"), "utf-8")
        pages.pages = Site(number=5).served()
        yield pages


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


def test_it_fails_with_a_reason_and_is_counted_and_named(tmp_path: Path, site: Pages) -> None:
    said = run(tmp_path, "crawl", "one", breaks=BROKEN)
    assert said.startswith("one: suspect: 5 listed, 4 new, 0 changed, 0 unchanged, 1 failed, 0 blocked")
    assert f"1 page broke the reader (reader-error), the first was {site.url(BROKEN)}: {FAULT}" in said
    assert listing(tmp_path) == ("failed", "reader-error", 1)
    assert "broke the reader" in run(tmp_path, "sources")


def test_a_source_that_went_well_since_still_names_the_articles(tmp_path: Path, site: Pages) -> None:
    run(tmp_path, "crawl", "one", breaks=BROKEN)
    assert "quiet" in run(tmp_path, "crawl", "one", "-a", "recheck=none")
    assert "1 articles broke the reader" in run(tmp_path, "sources")


def test_the_next_version_of_the_reader_is_given_the_page_at_once(tmp_path: Path, site: Pages) -> None:
    run(tmp_path, "crawl", "one", breaks=BROKEN)
    assert "0 new" in run(tmp_path, "crawl", "one")  # the same version: tomorrow
    change(tmp_path, "UPDATE listings SET rules = rules - 1")
    assert "1 new" in run(tmp_path, "crawl", "one")
    assert listing(tmp_path)[:2] == ("held", "")


def test_an_article_that_fails_otherwise_since_is_not_asked_for_at_once(tmp_path: Path, site: Pages) -> None:
    run(tmp_path, "crawl", "one", breaks=BROKEN)
    change(tmp_path, "UPDATE listings SET rules = rules - 1")
    del site.pages[BROKEN]
    run(tmp_path, "crawl", "one")
    assert listing(tmp_path) == ("failed", "http-404", 2)
    run(tmp_path, "crawl", "one")
    assert listing(tmp_path) == ("failed", "http-404", 2)


def test_a_replay_reads_the_kept_page(tmp_path: Path, site: Pages) -> None:
    run(tmp_path, "crawl", "one", breaks=BROKEN)
    assert "1 failed" in run(tmp_path, "crawl", "replay", breaks=BROKEN)
    assert listing(tmp_path) == ("failed", "reader-error", 1)
    assert "1 new" in run(tmp_path, "crawl", "replay")
    assert listing(tmp_path)[0] == "held"


def test_a_replay_that_a_held_page_breaks_leaves_the_release_and_notes_it(tmp_path: Path, site: Pages) -> None:
    run(tmp_path, "crawl", "one")
    run(tmp_path, "crawl", "replay", breaks=BROKEN)
    problems = "SELECT problems FROM releases WHERE url LIKE ?"
    [(noted,)] = rows(tmp_path, problems, f"%{BROKEN}")
    assert FAULT in noted
    assert rows(tmp_path, "SELECT count(*) FROM observations") == [(0,)]
    run(tmp_path, "crawl", "replay")
    assert rows(tmp_path, problems, f"%{BROKEN}") == [("[]",)]


def test_a_rebuild_gives_the_same(tmp_path: Path, site: Pages) -> None:
    run(tmp_path, "crawl", "one", breaks=BROKEN)
    before = same_archive(tmp_path)
    (tmp_path / "archive.db").unlink()
    run(tmp_path, "rebuild", breaks=BROKEN)
    assert same_archive(tmp_path) == before
    assert listing(tmp_path)[:2] == ("failed", "reader-error")


def test_a_replay_says_what_reads_differently(tmp_path: Path, site: Pages) -> None:
    run(tmp_path, "crawl", "one")
    change(tmp_path, "UPDATE releases SET publisher = '另一家' WHERE id < 3")
    said = run(tmp_path, "crawl", "replay", "-v").splitlines()
    assert said == [
        "release 1 reads differently: publisher",
        "release 2 reads differently: publisher",
        "replay: 5 same, 0 reread, 0 failed; read differently: publisher 2",
    ]
