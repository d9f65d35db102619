"""Our own crawls before and after a backfill: what we see ourselves decides, and is told apart."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.archive.site.visiting import visited
from tests.conftest import crawl, rows, scrapy
from tests.crawler.history.past import BEGIN, SOURCE, Capture, page, titles
from tests.crawler.history.server import Captures
from tests.invented import article
from tests.serving import Answer, Pages

HTML = {"Content-Type": "text/html; charset=utf-8", "ETag": '"1"'}
GONE, EDITED, STAYS = 1, 2, 3


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, dict[str, Any], Pages]]:
    """Six pages that others captured in 2019; today the first is gone, the second edited. Taken in, then crawled four times."""
    base = tmp_path_factory.mktemp("lived")
    with Pages({}) as site:
        urls = {n: site.url(f"/zwdt/201903/{1000 + n}.html") for n in range(1, 7)}
        bodies = {n: page(n, article(n), titles(n)) for n in urls}
        captures = [
            Capture(url=url, time=BEGIN + timedelta(days=30 * m, hours=n), body=bodies[n])
            for n, url in urls.items()
            for m in range(4)
        ]
        captures += [
            Capture(url=urls[GONE], time=BEGIN + timedelta(days=95 + 20 * n), status=404, body=b"404") for n in range(2)
        ]
        entries = "".join(
            f"<li><a href='{url}'>{titles(n)}</a><span>2019-03-0{n}</span></li>" for n, url in urls.items() if n != GONE
        )
        site.pages["/zwdt/"] = Answer(f"<ul>{entries}</ul>".encode(), 200, HTML)
        site.pages |= {f"/zwdt/201903/{1000 + n}.html": Answer(bodies[n], 200, HTML) for n in urls if n != GONE}
        edited = page(EDITED, f"{article(EDITED)}\n补充说明：工程款已经全部付清。", titles(EDITED))
        site.pages[f"/zwdt/201903/{1000 + EDITED}.html"] = Answer(edited, 200, HTML)
        declared = SOURCE.replace("http://www.luoxi.example/zwdt/", site.url("/zwdt/"))
        (base / "luoxi.toml").write_text(declared, "utf-8")
        settings = {"ARCHIVE_DIR": base / "archive", "SOURCES": base / "luoxi.toml"}
        with Captures(captures) as server:
            done = scrapy("backfill", "luoxi", "--from", server.address, **settings, NOW="2026-03-01T10:00")
            assert done.returncode == 0, done.stdout + done.stderr
        crawl("luoxi", **settings, NOW="2026-03-02T10:00")
        yield base / "archive", settings, site


def test_our_first_look_asks_for_the_whole_page(lived: tuple[Path, dict[str, Any], Pages]) -> None:
    _, _, site = lived
    asked = [one for one in site.asked if one.path.endswith(f"{1000 + STAYS}.html")]
    assert asked
    assert "if-none-match" not in asked[0].headers


def test_what_we_read_ourselves_is_followed_from_then_on(lived: tuple[Path, dict[str, Any], Pages]) -> None:
    folder, _, _ = lived
    sql = "SELECT r.url, followed FROM backfilled b JOIN releases r ON r.id = b.release"
    followed = {url[-6]: at for url, at in rows(folder, sql)}
    assert followed == {str(n): None if n == GONE else "2026-03-02T10:00:00+00:00" for n in range(1, 7)}


def test_survival_counts_what_we_followed(lived: tuple[Path, dict[str, Any], Pages]) -> None:
    folder, _, _ = lived
    assert rows(folder, "SELECT DISTINCT first_seen FROM lifetimes") == [("2026-03-02T10:00:00+00:00",)]
    assert rows(folder, "SELECT count(*) FROM lifetimes") == [(5,)]
    assert rows(folder, "SELECT count(*), max(days) > 2000 FROM lifetimes_with_history") == [(6, 1)]


def test_a_look_of_ours_makes_it_gone(lived: tuple[Path, dict[str, Any], Pages]) -> None:
    folder, _, _ = lived
    found = dict(rows(folder, "SELECT substr(url, -6, 1), status FROM releases"))
    assert found == {"1": "gone", **dict.fromkeys("23456", "live")}
    sql = "SELECT last_alive, first_failed FROM lifetimes_with_history WHERE died"
    assert rows(folder, sql) == [("2019-06-02T10:00:00+00:00", "2019-06-07T09:00:00+00:00")]


def test_our_edit_follows_their_text(lived: tuple[Path, dict[str, Any], Pages]) -> None:
    folder, _, _ = lived
    sql = "SELECT v.version, v.seen, v.changed, c.origin <> '' FROM versions v JOIN releases r ON r.id = v.release JOIN captures c ON c.id = v.capture WHERE r.url LIKE '%1002.html' ORDER BY 1"
    assert rows(folder, sql) == [
        (1, "2019-03-04T11:00:00+00:00", "[]", 1),
        (2, "2026-03-02T10:00:00+00:00", '["text"]', 0),
    ]


def test_the_crawl_is_no_worse_for_the_past(lived: tuple[Path, dict[str, Any], Pages]) -> None:
    folder, _, _ = lived
    found = rows(folder, "SELECT origin, outcome, listed, new, changed, unchanged FROM crawls ORDER BY id")
    assert found == [("127.0.0.1", None, 0, 0, 0, 0), ("", "ok", 5, 0, 1, 4)]


def test_pages_say_whose_it_is(lived: tuple[Path, dict[str, Any], Pages]) -> None:
    folder, settings, _ = lived
    assert scrapy("snapshot", **settings, NOW="2026-03-02T12:00").returncode == 0
    [(gone,), (stays,)] = [
        rows(folder, "SELECT id FROM releases WHERE url LIKE ?", f"%{1000 + n}.html")[0] for n in (GONE, STAYS)
    ]
    with visited(folder / "snapshots" / "latest", public=False) as get:
        theirs = get(f"/release/{gone}", lang="en").text
        ours = get(f"/release/{stays}", lang="en").text
        told = get(f"/release/{gone}.json").json()
        curve = get("/health", lang="en").text, get("/health", lang="en", history="1").text
    assert "Only captures by 127.0.0.1 show this release" in theirs
    assert "show this release" not in ours
    assert told["known_from"] == "127.0.0.1"
    assert {one["captured_by"] for one in told["versions"]} == {"127.0.0.1"}
    assert "Pages that only others captured are left out" in curve[0]
    assert "with what others captured: they tend to have" in curve[1]
