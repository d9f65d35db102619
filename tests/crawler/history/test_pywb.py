"""The other side as others run it: pywb, with WARC files of three years, asked by its CDX interface and its replay."""

import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest

from tests.conftest import rows, same_archive, scrapy
from tests.crawler.history.conftest import NOW
from tests.crawler.history.past import SOURCE, Capture, made
from tests.crawler.history.test_backfill import versions
from tests.crawler.history.warcs import packed

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def pywb(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """pywb in a venv of its own: its licence (GPL) and that of surt (AGPL) keep both out of our locks."""
    venv = tmp_path_factory.mktemp("pywb")
    subprocess.run([sys.executable, "-m", "venv", venv], check=True, capture_output=True)
    command = [venv / "bin" / "pip", "install", "--quiet", "pywb==2.10.*"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"pywb cannot be installed: {done.stderr[-200:]}")
    return venv / "bin"


def write(path: Path, captures: list[Capture]) -> None:
    path.write_bytes(packed(*captures))


@pytest.fixture(scope="module")
def collection(pywb: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a collection that pywb serves."""
    place = tmp_path_factory.mktemp("collections")
    write(place / "past.warc.gz", made().captures)
    for command in (["init", "past"], ["add", "past", "past.warc.gz"]):
        subprocess.run([pywb / "wb-manager", *command], cwd=place, check=True, capture_output=True)
    with (place / "log").open("wb") as log:
        port = free_port()
        process = subprocess.Popen(
            [pywb / "wayback", "-b", "127.0.0.1", "-p", str(port)], cwd=place, stdout=log, stderr=log
        )
    try:
        wait_for(f"http://127.0.0.1:{port}/past/cdx?url=luoxi.example")
        yield f"http://127.0.0.1:{port}/past/cdx"
    finally:
        process.terminate()
        process.wait()


def free_port() -> int:
    import socket

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def wait_for(url: str) -> None:
    for _ in range(300):
        try:
            urlopen(url, timeout=5).close()
            return
        except OSError:
            time.sleep(0.1)


def test_sixty_pages_over_three_years(collection: str, tmp_path: Path) -> None:
    (tmp_path / "luoxi.toml").write_text(SOURCE, "utf-8")
    past, folder = made(), tmp_path / "archive"
    settings = {"ARCHIVE_DIR": folder, "SOURCES": tmp_path / "luoxi.toml", "NOW": NOW}
    done = scrapy("backfill", "luoxi", "--from", collection, **settings)
    assert done.returncode == 0, done.stdout + done.stderr
    assert versions(folder) == past.versions
    lives = {
        url: found
        for url, *found in rows(
            folder,
            "SELECT url, last_alive, l.first_failed FROM lifetimes_with_history l JOIN releases r ON r.id = l.release",
        )
    }
    assert {url: tuple(lives[url]) for url in past.gone} == past.gone
    assert rows(folder, "SELECT count(*) FROM releases WHERE status = 'gone'") == [(0,)]
    before = same_archive(folder)
    assert "0 fetched" in scrapy("backfill", "luoxi", "--from", collection, **settings).stdout
    assert same_archive(folder) == before
    contents = rows(folder, "SELECT url, sha256 FROM captures WHERE refers_to IS NULL AND status = 200")
    assert max(Counter(contents).values()) == 1
    assert scrapy("snapshot", **settings).returncode == 0
    verified = scrapy("verify", str(folder), **settings)
    assert verified.returncode == 0, verified.stdout + verified.stderr
    (folder / "archive.db").unlink()
    assert scrapy("rebuild", **settings).returncode == 0
    assert same_archive(folder) == before


def test_what_we_hold_ourselves_is_not_asked_for_again(collection: str, tmp_path: Path) -> None:
    (tmp_path / "luoxi.toml").write_text(SOURCE, "utf-8")
    folder = tmp_path / "archive"
    settings = {"ARCHIVE_DIR": folder, "SOURCES": tmp_path / "luoxi.toml", "NOW": NOW}
    write(tmp_path / "own.warc.gz", [one for one in made().captures if one.status == 200])
    assert scrapy("import", str(tmp_path / "own.warc.gz"), "--source", "luoxi", **settings).returncode == 0
    before = rows(folder, "SELECT count(*) FROM captures WHERE status = 200")
    done = scrapy("backfill", "luoxi", "--from", collection, **settings)
    assert done.returncode == 0, done.stdout + done.stderr
    assert rows(folder, "SELECT count(*) FROM captures WHERE status = 200 AND origin = ''") == before
    assert rows(
        folder,
        "SELECT count(*) FROM captures WHERE status = 200 AND role = 'article' AND origin <> '' AND refers_to IS NULL",
    ) == [(0,)]
