"""A crawl is watched on a terminal, by one living line that leaves nothing behind."""

import os
import pty
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from crawler.run.summary import total
from crawler.run.watch import Progress, Running, clock
from tests.conftest import environment_of, scrapy
from tests.crawler.run.test_hand import declare, site
from tests.serving import Pages


def on_terminal(*args: str, stop_after: float = 0, **settings: object) -> tuple[str, int]:
    """All that a command writes to a terminal, and its exit status."""
    terminal, theirs = pty.openpty()
    environment = environment_of(**settings) | {"TERM": "xterm", "COLUMNS": "160"}
    command = [sys.executable, "-m", "scrapy", *args]
    with subprocess.Popen(command, env=environment, stdin=theirs, stdout=theirs, stderr=theirs) as process:
        os.close(theirs)
        begun, written = 0.0, b""
        while True:
            try:
                written += (piece := os.read(terminal, 10_000))
            except OSError:  # the command has ended
                break
            if not piece:
                break
            begun = begun or time.monotonic()
            if stop_after and time.monotonic() - begun > stop_after:
                process.send_signal(signal.SIGINT)
                stop_after = 0
    os.close(terminal)
    return written.decode(), process.returncode


def plain(written: str) -> str:
    return re.sub(r"\x1b\[[?\d;]*[a-zA-Z]", "", written)


@pytest.mark.slow
def test_a_crawl_shows_one_living_line_on_a_terminal(tmp_path: Path) -> None:
    with Pages(site(), seconds=0.1) as pages:
        written, status = on_terminal("crawl", "yunbu0", DOWNLOAD_DELAY=0.1, **declare(tmp_path, pages.url("/xw/")))
    assert status == 0
    line = r"yunbu0: 1 list pages, 12 entries, \d+ new, 0 files, \d+ waiting, \d+ pages a minute, 0:\d\d left"
    assert re.search(line, plain(written))
    assert (
        plain(written)
        .rstrip()
        .splitlines()[-1]
        .endswith(": ok: 12 listed, 12 new, 0 changed, 0 unchanged, 0 failed, 0 blocked, 0 skipped")
    )
    assert "\x1b[2K" in written.split("yunbu0: ok")[0]  # the line is gone when the summary comes


@pytest.mark.slow
def test_crawlall_names_the_running_sources_on_a_terminal(tmp_path: Path) -> None:
    with Pages(site()) as pages:
        written, status = on_terminal("crawlall", **declare(tmp_path, pages.url("/xw/"), pages.url("/xw/")))
    assert status == 0
    assert "0 of 2 sources, now crawling yunbu0" in plain(written)
    assert "1 of 2 sources, now crawling yunbu1" in plain(written)
    assert plain(written).rstrip().splitlines()[-1] == "2 sources: 1 ok, 1 quiet, 12 new"


@pytest.mark.slow
def test_nothing_of_it_is_written_elsewhere(tmp_path: Path) -> None:
    with Pages(site()) as pages:
        settings = declare(tmp_path, pages.url("/xw/"))
        one = scrapy("crawl", "yunbu0", **settings)
        log = scrapy("crawl", "yunbu0", "-s", f"LOG_FILE={tmp_path / 'log'}", "-s", "LOG_LEVEL=INFO", **settings)
        both = scrapy("crawlall", **settings)
        shown = scrapy("sources", "--watch", **settings)
    assert (one.stderr, log.stderr, both.stderr, shown.stderr) == ("", "", "", "")
    for text in (one.stdout, log.stdout, both.stdout, shown.stdout, (tmp_path / "log").read_text("utf-8")):
        assert "\x1b" not in text
        assert "waiting" not in text
        assert "now crawling" not in text


@pytest.mark.slow
def test_the_sources_are_watched_until_ctrl_c(tmp_path: Path) -> None:
    with Pages(site()) as pages:
        settings = declare(tmp_path, pages.url("/xw/"))
        scrapy("crawl", "yunbu0", **settings)
        written, status = on_terminal("sources", "--watch", stop_after=2.5, **settings)
    assert status == 130
    assert plain(written).count("yunbu0") >= 2
    assert "Traceback" not in written
    assert plain(written).rstrip().endswith("gongbao: stopped")


def test_the_time_left_follows_from_the_delay() -> None:
    progress = Progress(source="one", lists=3, entries=41, new=12, files=2, waiting=29, pace=18.2, delay=3.35)
    said = "one: 3 list pages, 41 entries, 12 new, 2 files, 29 waiting, 18 pages a minute, 1:37 left"
    assert progress.words() == said


@pytest.mark.parametrize(("seconds", "said"), [(0, "0:00"), (40.4, "0:40"), (725, "12:05"), (10_800, "3:00:00")])
def test_a_time_for_people(seconds: float, said: str) -> None:
    assert clock(seconds) == said


def test_what_runs_is_named() -> None:
    running = Running(3)
    with running.shown("a"), running.shown("b"):
        assert running.words() == "0 of 3 sources, now crawling a, b"
    assert running.words() == "2 of 3 sources, now crawling none"


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["a: ok: 9 listed, 7 new, 0 changed", "b: quiet: 9 listed, 0 new", "c: ok: 3 listed, 3 new"], "3 sources: 2 ok, 1 quiet, 10 new"),
        (["a: broken: 0 listed, 0 new: list http://a/ answered 404"], "1 source: 1 broken, 0 new"),
        (["a: stopped: 1 listed, 1 new", "gongbao: b is being crawled by another process"], "2 sources: 1 stopped, 1 not crawled, 1 new"),
        ([], "0 sources: 0 new"),
    ],
)  # fmt: skip
def test_the_line_that_ends_a_run(lines: list[str], said: str) -> None:
    assert total(lines) == said
