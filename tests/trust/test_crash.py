"""kill -9, a full disk, a disk that cannot be written, clocks that jump, two crawls at once: each for real."""

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from archive.search import index
from crawler.run import warm
from tests.conftest import crawl, environment_of, rows, same_archive, scrapy
from tests.replica import ReplicaSite
from tests.replica.world import load

NOW = "2026-03-16T10:00"
SOURCE = "mingchuan"


@pytest.fixture(scope="module")
def site() -> Iterator[ReplicaSite]:
    with ReplicaSite() as replica:
        yield replica


@pytest.fixture(scope="module")
def sources(site: ReplicaSite, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return site.write_sources(tmp_path_factory.mktemp("sources"))


@pytest.fixture(scope="module")
def undisturbed(site: ReplicaSite, sources: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The archive of a crawl that nothing happened to."""
    folder = tmp_path_factory.mktemp("undisturbed")
    crawl(SOURCE, ARCHIVE_DIR=folder, SOURCES=sources, NOW=NOW)
    return folder


def start(*args: str, **settings: Any) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "scrapy", *args]
    environment = environment_of(**{"NOW": NOW, **settings})
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def assert_sound(folder: Path) -> None:
    """The database is whole, its index fits its texts, and warcio finds every record and digest right."""
    with closing(sqlite3.connect(folder / "archive.db", isolation_level=None)) as db:
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []
        db.execute("BEGIN")
        db.create_function("spaced", 1, lambda text: index.spaced(text or ""), deterministic=True)
        db.execute("DROP VIEW releases_spaced")
        db.execute(
            "CREATE VIEW releases_spaced AS SELECT id, spaced(title) AS title, spaced(text) AS text FROM releases"
        )
        db.execute("INSERT INTO releases_fts(releases_fts, rank) VALUES ('integrity-check', 1)")
        db.execute("ROLLBACK")
    command = [sys.executable, "-m", "warcio.cli", "check", *map(str, (folder / "warc").iterdir())]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


# kill -9


def killed(site: ReplicaSite, sources: Path, folder: Path, chance: random.Random) -> bool:
    """Begin a crawl and kill it some time after its first request; whether it was still running."""
    asked = len(site.requests)
    said = folder.with_suffix(".said")
    said.unlink(missing_ok=True)
    os.mkfifo(said)
    environment = environment_of(ARCHIVE_DIR=folder, SOURCES=sources, NOW=NOW)
    process = warm.begin(["crawl", SOURCE], environment, out=str(said))
    with said.open() as heard:
        until = asked + chance.randrange(1, 30)
        deadline = time.monotonic() + 20
        while len(site.requests) < until and process.is_alive() and time.monotonic() < deadline:
            time.sleep(0.002)
        time.sleep(chance.random() * 0.05)
        process.kill()
        heard.read()  # it ends when the process that writes has ended too
    process.join()
    return process.exitcode == -signal.SIGKILL


def kills(site: ReplicaSite, sources: Path, undisturbed: Path, place: Path, count: int, seed: int) -> None:
    """Kill crawls `count` times, at most five times in one archive before a crawl may end."""
    chance, done, number = random.Random(seed), 0, 0
    while done < count:
        folder = place / str(number)
        number += 1
        for _ in range(min(5, count - done)):
            done += killed(site, sources, folder, chance)
        crawl(SOURCE, ARCHIVE_DIR=folder, SOURCES=sources, NOW=NOW)
        assert same_archive(folder) == same_archive(undisturbed)
        assert_sound(folder)
        shutil.rmtree(folder)


def test_kill_9_at_three_moments_costs_nothing(
    site: ReplicaSite, sources: Path, undisturbed: Path, tmp_path: Path
) -> None:
    kills(site, sources, undisturbed, tmp_path, 3, 1)


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_kill_9_at_a_hundred_moments_costs_nothing(
    site: ReplicaSite, sources: Path, undisturbed: Path, tmp_path: Path
) -> None:
    kills(site, sources, undisturbed, tmp_path, 100, 2)


# disks


@contextmanager
def disk(place: Path, size: int) -> Iterator[Path]:
    """A disk of its own, of `size` bytes."""
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "none", str(place)]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("no disk can be mounted here (it takes root)")
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)


def remount(place: Path, option: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{option}", str(place)], check=True)


def fill_up(sources: Path, undisturbed: Path, place: Path, count: int) -> None:
    whole = sum(path.stat().st_size for path in undisturbed.rglob("*") if path.is_file())
    for number in range(count):
        size = int(whole * (0.1 + 1.3 * number / count)) // 4096 * 4096
        with disk(place / str(number), size) as folder:
            done = scrapy("crawl", SOURCE, ARCHIVE_DIR=folder, SOURCES=sources, NOW=NOW)
            assert "Traceback" not in done.stderr, done.stderr
            if done.returncode:
                assert done.returncode == 2
                assert done.stderr.startswith("gongbao: ")
                assert done.stderr.count("\n") == 1
            kept = releases(folder)
            remount(folder, f"size={whole * 4}")
            crawl(SOURCE, ARCHIVE_DIR=folder, SOURCES=sources, NOW=NOW)
            assert kept <= releases(folder)
            assert same_archive(folder) == same_archive(undisturbed)
            assert_sound(folder)


def releases(folder: Path) -> set[tuple[Any, ...]]:
    try:
        return set(rows(folder, "SELECT url_key, text FROM releases"))
    except sqlite3.OperationalError:  # the disk was full before there was a table
        return set()


@pytest.mark.slow
def test_a_full_disk_costs_nothing_that_was_kept(sources: Path, undisturbed: Path, tmp_path: Path) -> None:
    fill_up(sources, undisturbed, tmp_path, 4)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_disk_that_is_full_at_twenty_points_costs_nothing(sources: Path, undisturbed: Path, tmp_path: Path) -> None:
    fill_up(sources, undisturbed, tmp_path, 20)


def test_a_disk_that_cannot_be_written_is_said_so(sources: Path, undisturbed: Path, tmp_path: Path) -> None:
    with disk(tmp_path / "disk", 64 << 20) as folder:
        shutil.copytree(undisturbed, folder, dirs_exist_ok=True)
        remount(folder, "ro")
        done = scrapy("crawl", SOURCE, ARCHIVE_DIR=folder, SOURCES=sources, NOW=NOW)
        assert done.returncode == 2
        assert "Traceback" not in done.stderr
        assert done.stderr.startswith("gongbao: ")
        remount(folder, "rw")
        assert same_archive(folder) == same_archive(undisturbed)


# clocks


@pytest.mark.slow
def test_clocks_that_jump_disorder_nothing(site: ReplicaSite, sources: Path, undisturbed: Path, tmp_path: Path) -> None:
    folder = tmp_path / "archive"
    for now in (NOW, "2020-01-01T00:00", "2031-12-31T23:59", "2026-03-17T10:00"):
        crawl(SOURCE, "-a", "recheck=all", ARCHIVE_DIR=folder, SOURCES=sources, NOW=now)
    assert same_archive(folder) == same_archive(undisturbed)
    assert_sound(folder)
    # a file that was closed is not touched again, though the clock says it is its month
    assert sorted(path.name for path in (folder / "warc").iterdir()) == [
        f"{SOURCE}-2026-03.warc.gz",
        f"{SOURCE}-2031-12.warc.gz",
    ]
    again = tmp_path / "again"
    shutil.copytree(folder / "warc", again / "warc")
    assert scrapy("rebuild", ARCHIVE_DIR=again, SOURCES=sources).returncode == 0
    assert same_archive(again) == same_archive(folder)


@pytest.mark.slow
def test_a_clock_that_was_wrong_once_hides_nothing_for_ever(sources: Path, site: ReplicaSite, tmp_path: Path) -> None:
    folder, future = tmp_path / "archive", "2036-01-01T00:00"
    settings = {"ARCHIVE_DIR": folder, "SOURCES": sources}
    crawl(SOURCE, NOW=future, **settings)
    due = scrapy("crawlall", "--due", NOW="2026-03-16T10:00", **settings)
    assert f"{SOURCE}: " in due.stdout
    assert rows(
        folder, "SELECT problems LIKE '%the clock was wrong%' FROM crawls WHERE source = ? ORDER BY id", SOURCE
    ) == [(0,), (1,)]
    site.day = 2
    try:
        crawl(SOURCE, NOW="2026-03-19T10:00", **settings)
    finally:
        site.day = 1
    edited = rows(
        folder,
        "SELECT r.version = 2, r.text = v.text FROM releases r JOIN versions v ON v.release = r.id AND v.version = 2",
    )
    assert edited
    assert set(edited) == {(1, 1)}
    again = tmp_path / "again"
    shutil.copytree(folder / "warc", again / "warc")
    assert (
        scrapy("rebuild", "--leave-undeclared", NOW="2026-03-20T10:00", ARCHIVE_DIR=again, SOURCES=sources).returncode
        == 0
    )
    assert same_archive(again) == same_archive(folder)


# two at once


@pytest.mark.slow
def test_of_two_crawls_of_one_source_one_is_refused_with_a_sentence(
    sources: Path, undisturbed: Path, tmp_path: Path
) -> None:
    both = [start("crawl", SOURCE, ARCHIVE_DIR=tmp_path, SOURCES=sources) for _ in range(2)]
    said = [(process.communicate()[1], process.returncode) for process in both]
    assert sorted(status for _, status in said) == [0, 2]
    [refusal] = [text for text, status in said if status]
    assert refusal == f"gongbao: {SOURCE} is being crawled by another process; wait until it has ended\n"
    assert same_archive(tmp_path) == same_archive(undisturbed)


@pytest.mark.slow
def test_crawls_of_several_sources_at_once_lose_nothing(sources: Path, tmp_path: Path) -> None:
    one_by_one, at_once = tmp_path / "a", tmp_path / "b"
    for source in load():
        crawl(source.id, ARCHIVE_DIR=one_by_one, SOURCES=sources, NOW=NOW)
    with ThreadPoolExecutor(len(load())) as threads:
        begun = [threads.submit(crawl, source.id, ARCHIVE_DIR=at_once, SOURCES=sources, NOW=NOW) for source in load()]
    for one in begun:
        one.result()
    assert same_archive(at_once) == same_archive(one_by_one)
    assert_sound(at_once)
