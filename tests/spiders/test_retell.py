"""Kept records told again: what no answer says is judged as it was in the crawl."""

import shutil
from pathlib import Path

from tests.conftest import crawl, rows, scrapy
from tests.serving import Pages
from tests.test_family_crawls import article, items, page

OBSERVED = (
    "SELECT url_key, outcome, o.status FROM observations o JOIN releases r ON r.id = release ORDER BY at, url_key"
)


def test_a_held_page_that_robots_closed_is_told_as_blocked(tmp_path: Path) -> None:
    paths = {f"/xw/{n}.html": article(n) for n in range(3)}
    with Pages({**paths, "/lb/": page(items(list(enumerate(paths))))}) as pages:
        head = '[yunbu]\nname = "云埠市"\nregion = "990300"\nlevel = "city"\nfamily = "html"\n'
        (tmp_path / "some.toml").write_text(f'{head}lists = ["{pages.url("/lb/")}"]\n', "utf-8")
        settings = {"SOURCES": tmp_path / "some.toml", "ARCHIVE_DIR": tmp_path / "data"}
        crawl("yunbu", NOW="2026-03-16T10:00", **settings)
        pages.pages["/robots.txt"] = b"User-agent: *\nDisallow: /xw/\n"
        done = crawl("yunbu", "-a", "recheck=all", NOW="2026-03-17T10:00", status=2, **settings)
    assert "blocked: 3 listed" in done.stdout
    assert "3 of 3 pages turned us away, held ones that were looked at again" in done.stdout
    crawled = rows(tmp_path / "data", OBSERVED)
    assert [outcome for _, outcome, _ in crawled] == ["blocked"] * 3
    shutil.copytree(tmp_path / "data" / "warc", tmp_path / "again" / "warc")
    assert scrapy("rebuild", **settings | {"ARCHIVE_DIR": tmp_path / "again"}).returncode == 0
    assert rows(tmp_path / "again", OBSERVED) == crawled
