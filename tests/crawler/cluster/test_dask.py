"""Crawls on a Dask cluster end in the archive that crawls on one machine end in."""

import importlib.util
import json
import os
import re
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from archive.schema.open import open_archive
from tests.conftest import same_archive, scrapy
from tests.invented import article
from tests.replica import ReplicaSite
from tests.serving import Pages

WITH_DASK = importlib.util.find_spec("distributed") is not None


@pytest.fixture
def settings(replica: ReplicaSite, tmp_path: Path) -> dict[str, object]:
    return {"SOURCES": replica.write_sources(tmp_path), "NOW": "2026-03-16T10:00"}


@pytest.mark.skipif(WITH_DASK, reason="Dask is installed")
def test_without_dask_it_says_what_to_install(settings: dict[str, object], tmp_path: Path) -> None:
    done = scrapy("crawlall", "--dask", "local", ARCHIVE_DIR=tmp_path / "archive", **settings)
    assert done.returncode == 2
    assert "requirements-dev.lock distributed" in done.stderr
    assert "Traceback" not in done.stderr


COMMANDS = [("crawlall", "tcp://127.0.0.1:9"), ("crawl replay", "tcp://127.0.0.1:9"), ("crawl replay", "nowhere")]


@pytest.mark.slow
@pytest.mark.skipif(not WITH_DASK, reason="Dask is not installed: make setup-dev")
def test_a_scheduler_that_does_not_answer_is_said(settings: dict[str, object], tmp_path: Path) -> None:
    """All at once: each waits ten seconds for an answer."""

    def run(number: int) -> "subprocess.CompletedProcess[str]":
        command, address = COMMANDS[number]
        open_archive(tmp_path / str(number)).close()  # a replay begins none
        return scrapy(*command.split(), "--dask", address, ARCHIVE_DIR=tmp_path / str(number), **settings)

    with ThreadPoolExecutor(len(COMMANDS)) as threads:
        all_done = list(threads.map(run, range(len(COMMANDS))))
    for done, (command, address) in zip(all_done, COMMANDS, strict=True):
        assert done.returncode == 2, command
        assert address in done.stderr
        assert "Traceback" not in done.stderr


@pytest.mark.slow
@pytest.mark.skipif(not WITH_DASK, reason="Dask is not installed: make setup-dev")
def test_a_cluster_brings_what_one_machine_brings(settings: dict[str, object], tmp_path: Path) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    assert scrapy("crawlall", ARCHIVE_DIR=here, **settings).returncode == 0
    done = scrapy("crawlall", "--dask", "local", ARCHIVE_DIR=there, **settings)
    assert done.returncode == 0, done.stderr
    assert same_archive(there) == same_archive(here)
    again = scrapy("crawl", "replay", ARCHIVE_DIR=there, **settings)
    assert "absent" not in again.stdout + again.stderr  # every page is in the whole


def test_one_source_is_not_crawled_on_a_cluster(settings: dict[str, object], tmp_path: Path) -> None:
    [source, *_] = tomllib.loads(Path(str(settings["SOURCES"])).read_text("utf-8"))
    done = scrapy("crawl", source, "--dask", "local", ARCHIVE_DIR=tmp_path / "archive", **settings)
    assert done.returncode == 2
    assert "--dask is for" in done.stderr


HOSTS, EACH = 12, 10


@contextmanager
def sites(folder: Path) -> Iterator[tuple[dict[str, Pages], Path]]:
    """Twelve sites, each at an address of its own and with articles of its own, and their declarations."""
    with ExitStack() as stack:
        served = {}
        declared = []
        for host in range(HOSTS):
            links = "".join(f'<li><a href="/art/{n}.html">第{host * EACH + n}号通告</a></li>' for n in range(EACH))
            pages = {
                f"/art/{n}.html": f"<html><head><title>第{host * EACH + n}号通告</title></head><body><h1>第{host * EACH + n}号通告</h1>"
                f"<p>{'</p><p>'.join(article(host * EACH + n).splitlines())}</p></body></html>".encode()
                for n in range(EACH)
            }
            pages["/"] = f"<html><body><ul>{links}</ul></body></html>".encode()
            site = stack.enter_context(Pages(pages, host=f"127.0.1.{host + 1}"))
            served[f"h{host}"] = site
            keys = {"name": f"第{host}县", "region": "990101", "level": "county", "family": "html", "article": "/art/"}
            keys |= {"lists": [site.url("/")]}
            declared += [
                f"[h{host}]",
                *(f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in keys.items()),
            ]
        path = folder / "twelve.toml"
        path.write_text("\n".join([*declared, ""]), "utf-8")
        yield served, path


@contextmanager
def machines(folder: Path) -> Iterator[tuple[str, "list[subprocess.Popen[str]]"]]:
    """A Dask scheduler and two workers with an archive folder each: its address, and the processes of the workers."""
    running: list[subprocess.Popen[str]] = []

    def start(name: str, *args: str) -> "subprocess.Popen[str]":
        command = [sys.executable, "-m", f"distributed.cli.dask_{name}", *args]
        place = {**os.environ, "GONGBAO_ARCHIVE_DIR": str(folder / f"machine{len(running)}")}
        with (folder / f"{name}{len(running)}.log").open("w") as log:
            running.append(subprocess.Popen(command, env=place, stderr=log, text=True))
        return running[-1]

    try:
        start("scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard")
        log = folder / "scheduler0.log"
        wait_until(lambda: "Scheduler at" in log.read_text())
        address = re.search(r"Scheduler at:\s*(\S+)", log.read_text())
        assert address
        alone = ("--no-nanny", "--no-dashboard", "--nthreads", "2", "--local-directory", str(folder))
        yield address[1], [start("worker", address[1], *alone) for _ in range(2)]
    finally:
        for process in running:
            process.kill()
            process.wait()


@pytest.mark.slow
@pytest.mark.skipif(not WITH_DASK, reason="Dask is not installed: make setup-dev")
def test_a_source_that_was_crawled_elsewhere_holds_up_no_other(tmp_path: Path) -> None:
    with sites(tmp_path) as (_, declared):
        hosts = ",".join(f"127.0.1.{n + 1}" for n in range(HOSTS))
        settings = {"SOURCES": declared, "PRIVATE_HOSTS": hosts, "NOW": "2026-03-16T10:00", "DOWNLOAD_DELAY": 0.1}
        assert scrapy("crawl", "h0", ARCHIVE_DIR=tmp_path / "there", **settings).returncode == 0
        done = scrapy("crawlall", "--dask", "local", ARCHIVE_DIR=tmp_path / "there", **settings)
    assert done.returncode == 2
    assert "h0: not folded in: " in done.stderr
    assert "a source is crawled in one place alone" in done.stderr
    assert len(same_archive(tmp_path / "there")["releases"]) == HOSTS * EACH


def wait_until(true: Callable[[], bool], seconds: float = 120) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.05)


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.skipif(not WITH_DASK, reason="Dask is not installed: make setup-dev")
def test_a_machine_that_dies_while_it_crawls_is_not_missed(tmp_path: Path) -> None:
    with sites(tmp_path) as (served, declared), machines(tmp_path) as (address, workers):
        hosts = ",".join(f"127.0.1.{n + 1}" for n in range(HOSTS))
        settings = {"SOURCES": declared, "PRIVATE_HOSTS": hosts, "NOW": "2026-03-16T10:00", "DOWNLOAD_DELAY": "0.3"}
        given = {f"GONGBAO_{name}": str(value) for name, value in settings.items()} | {"GONGBAO_EXTRACT_WORKERS": "0"}
        there = tmp_path / "there"
        afar = subprocess.Popen(
            [sys.executable, "-m", "scrapy", "crawlall", "--dask", address],
            env={**os.environ, **given, "GONGBAO_ARCHIVE_DIR": str(there)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        # the first hosts are in the midst of their articles: four at a time, two by each machine
        wait_until(lambda: sum(len(site.asked) > EACH // 2 for site in served.values()) >= 3)
        workers[0].kill()
        said, problems = afar.communicate(timeout=600)
        assert afar.returncode == 0, said + problems
        begun_anew = [host for host, site in served.items() if [asked.path for asked in site.asked].count("/") > 1]
        assert begun_anew, "the machine died too late"
        here = tmp_path / "here"
        assert scrapy("crawlall", "--at-a-time", "12", ARCHIVE_DIR=here, **settings).returncode == 0
        assert len(same_archive(here)["releases"]) == HOSTS * EACH
        assert same_archive(there) == same_archive(here)
        again = scrapy("crawl", "replay", "--dask", address, ARCHIVE_DIR=here, **settings)
        assert f"replay: {HOSTS * EACH} same" in again.stdout + again.stderr
        again = scrapy("crawl", "replay", ARCHIVE_DIR=there, **settings)
        assert f"{HOSTS * EACH} absent" in again.stdout + again.stderr
        assert same_archive(there) == same_archive(here)
