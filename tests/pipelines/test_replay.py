"""Kept pages are read again: whoever reads them and however long it takes, the same archive comes out."""

import asyncio
import importlib.util
import os
import re
import signal
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from scrapy.settings import Settings

from archive import store, warc
from archive.model import Page, Release, Unreadable
from archive.schema.open import open_archive
from archive.texts.normalised import normalised, text_key
from crawler.cluster import dask
from crawler.run.session import OpenArchive
from crawler.sources import Source
from crawler.sources.row import source_row
from pipelines import replay as module
from pipelines.pool import READ_SECONDS, Pool
from pipelines.replay import ReadOutcome, Run, replay
from tests.conftest import crawl, rows
from tests.invented import article
from tests.serving import Pages

PAGES = 7
NOW = datetime(2021, 3, 2, 9, tzinfo=UTC)
URL = "http://one.example/art/{}.html"
ADDED = "县气象台提醒，明日起有中到大雨，请注意防范。"


def release(page: Page, text: str) -> Release:
    return Release(
        page=page, title=f"通告{page.url[-6]}", text=text, published="2021-03-01", text_key=text_key(normalised(text))
    )


def better(page: Page, source: Source | None) -> Release:
    """A rule that has improved: it reads the page's last sentence too."""
    assert source
    return release(page, f"{page.body.decode()}\n{ADDED}")


def failing(page: Page, source: Source | None) -> Release:
    if page.url == URL.format(3):
        raise Unreadable("no-text")
    if page.url == URL.format(4):
        raise ZeroDivisionError("a fault of ours")
    return better(page, source)


def deadly(page: Page, source: Source | None) -> Release:
    if page.url == URL.format(3):
        os._exit(1)
    return better(page, source)


def hanging(page: Page, source: Source | None) -> Release:
    if page.url == URL.format(3):
        re.match("(a+)+$", "a" * 60 + "b")  # takes years, and holds Python's lock
    return better(page, source)


def deadly_once(page: Page, source: Source | None) -> Release:
    """What a machine that loses its power does to the page that it reads: the worker's process dies, and its child."""
    mark = Path(page.header("mark"))
    if page.url == URL.format(3) and not mark.exists():
        mark.touch()
        os.kill(os.getppid(), signal.SIGKILL)
    return better(page, source)


async def here(function: Callable[..., list[ReadOutcome]], /, *args: Any) -> list[ReadOutcome]:
    return function(*args)


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[OpenArchive]:
    source = Source(
        id="one", name="某县", region="990101", level="county", family="html", lists=("http://one.example/",)
    )
    db = open_archive(tmp_path)
    store.declare_source(db, source_row(source))
    for n in range(PAGES):
        url, text = URL.format(n), article(n)
        exchange = warc.Exchange(
            url=url,
            source="one",
            role="article",
            fetched="2021-03-01T09:00:00Z",
            status=200,
            headers=(("mark", str(tmp_path / "mark")),),
            body=text.encode(),
        )
        page = Page(
            url=url, source="one", fetched=exchange.fetched, body=b"", capture=warc.capture(db, tmp_path, exchange)
        )
        store.save(db, release(page, text), NOW)
    yield OpenArchive(folder=tmp_path, db=db, settings=Settings({"NOW": NOW.isoformat()}), sources={"one": source})
    db.close()


def again(archive: OpenArchive, read: module.Read, run: Run = here, ahead: int = 2) -> Counter[str]:
    return asyncio.run(replay(archive, run, ahead, read))


def reread(archive: OpenArchive) -> list[str]:
    """The addresses of what was read anew, in the order in which it was stored."""
    sql = (
        "SELECT url FROM versions JOIN releases ON id = release WHERE kind = 'reread' AND versions.text LIKE ? ORDER BY"
    )
    return [url for (url,) in archive.db.execute(f"{sql} versions.rowid", [f"%{ADDED}"])]


def test_what_better_rules_read_is_a_new_version(archive: OpenArchive) -> None:
    assert again(archive, better) == {"reread": PAGES}
    assert again(archive, better) == {"same": PAGES}
    assert reread(archive) == [URL.format(n) for n in range(PAGES)]


def test_what_is_read_first_is_stored_in_its_turn(archive: OpenArchive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BATCH", 2)
    begun = 0

    async def backwards(function: Callable[..., list[ReadOutcome]], /, *args: Any) -> list[ReadOutcome]:
        nonlocal begun
        begun += 1
        await asyncio.sleep(0.2 / begun)
        return function(*args)

    again(archive, better, backwards, ahead=2)
    assert reread(archive) == [URL.format(n) for n in range(PAGES)]


def test_a_page_that_cannot_be_read_costs_itself_alone(archive: OpenArchive) -> None:
    assert again(archive, failing) == {"reread": PAGES - 2, "failed": 2}


@pytest.mark.slow
def test_a_page_that_kills_its_worker_costs_itself_alone(archive: OpenArchive) -> None:
    pool = Pool(1)
    try:
        assert again(archive, deadly, pool.run) == {"reread": PAGES - 1, "failed": 1}
    finally:
        pool.close()
    assert URL.format(3) not in reread(archive)


def test_few_pages_are_in_memory_at_a_time(archive: OpenArchive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BATCH_BYTES", 1)
    under_way: list[int] = []

    async def counted(function: Callable[..., list[ReadOutcome]], /, *args: Any) -> list[ReadOutcome]:
        under_way.append(len(args[1]))
        await asyncio.sleep(0)
        return function(*args)

    again(archive, better, counted)
    assert under_way == [1] * PAGES


@pytest.mark.slow
@pytest.mark.skipif(importlib.util.find_spec("distributed") is None, reason="Dask is not installed: make setup-dev")
def test_what_a_dead_machine_had_to_read_another_reads(archive: OpenArchive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BATCH", 2)
    with dask.connected("local", 2, threads=1) as client, dask.reading(client, READ_SECONDS) as (run, busy):
        assert again(archive, deadly_once, run, busy) == {"reread": PAGES}
    assert (archive.folder / "mark").exists()
    assert reread(archive) == [URL.format(n) for n in range(PAGES)]


@pytest.mark.slow
@pytest.mark.skipif(importlib.util.find_spec("distributed") is None, reason="Dask is not installed: make setup-dev")
@pytest.mark.parametrize("read", [deadly, hanging])
def test_a_page_that_kills_or_hangs_who_reads_it_costs_a_cluster_itself_alone(
    read: module.Read, archive: OpenArchive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "BATCH", 3)
    with dask.connected("local", 2, threads=1) as client, dask.reading(client, 2) as (run, busy):
        assert again(archive, read, run, busy) == {"reread": PAGES - 1, "failed": 1}
    assert URL.format(3) not in reread(archive)


@pytest.mark.parametrize("how", ["garbage", "half", "another file"])
def test_a_damaged_record_costs_its_own_page_alone(archive: OpenArchive, how: str) -> None:
    [path] = (archive.folder / "warc").iterdir()
    content = path.read_bytes()
    [(offset, length)] = archive.db.execute("SELECT offset, length FROM captures WHERE id = 3").fetchall()
    if how == "garbage":
        path.write_bytes(content[: offset + 20] + bytes(length - 40) + content[offset + length - 20 :])
    elif how == "half":
        path.write_bytes(content[: offset + length // 2])
    else:
        path.write_bytes(b"<html>" * len(content))
    counts = again(archive, better)
    lost = {"garbage": 1, "half": PAGES - 2, "another file": PAGES}[how]
    assert (counts["damaged"], counts["reread"]) == (lost, PAGES - lost)
    [(texts,)] = archive.db.execute("SELECT count(*) FROM releases WHERE text NOT LIKE ?", [f"%{ADDED}"]).fetchall()
    assert texts == lost


def test_a_damaged_record_ends_the_command_with_a_sentence(tmp_path: Path) -> None:
    declared = '[one]\nname = "某县"\nregion = "990101"\nlevel = "county"\nfamily = "html"\nlists = ["{}"]\n'
    pages = {f"/{n}.html": f"<h1>通告{n}</h1><p>{article(n)}</p>".encode() for n in range(3)}
    with Pages({"/": "".join(f"<li><a href='{path}'>通告{path[1]}</a>" for path in pages).encode(), **pages}) as site:
        (tmp_path / "one.toml").write_text(declared.format(site.url("/")), "utf-8")
        settings = {"SOURCES": tmp_path / "one.toml", "ARCHIVE_DIR": tmp_path / "data", "NOW": "2026-03-10"}
        crawl("one", **settings)
    [path] = (tmp_path / "data" / "warc").glob("one-*")
    [(offset,)] = rows(tmp_path / "data", "SELECT offset FROM captures WHERE url LIKE '%/1.html'")
    path.write_bytes(path.read_bytes()[:offset])
    done = crawl("replay", status=2, **settings)
    assert "kept pages could not be read from their WARC files" in done.stderr
