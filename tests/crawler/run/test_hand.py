"""Ctrl-C and SIGTERM: the operator's hand is no fault of the source. Real signals to real processes, at any moment."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from crawler import STOPPED
from demo import __main__ as demo
from tests.conftest import environment_of, rows, same_archive, scrapy
from tests.serving import Pages

ARTICLES = 12
LINE = "stopping: "


def article(number: int) -> bytes:
    text = "".join(
        f"<p>云埠市第{number}次部署水库除险、河道清障和应急值守，各县区完成第{n}批物资清点。</p>" for n in range(6)
    )
    head = f"<meta charset=utf-8><title>第{number}号新闻</title>"
    return f"<html><head>{head}</head><body><h1>第{number}号新闻</h1>{text}</body></html>".encode()


def site() -> dict[str, bytes]:
    rows = [
        f'<li><a href="/xw/{n}.html">第{n}号新闻</a><span>2026-04-{n:02}</span></li>' for n in range(1, ARTICLES + 1)
    ]
    pages = {f"/xw/{n}.html": article(n) for n in range(1, ARTICLES + 1)}
    return {**pages, "/xw/": f"<ul>{''.join(rows)}</ul><p>共1页</p>".encode()}


def declare(folder: Path, *urls: str) -> dict[str, object]:
    tables = [
        f'[yunbu{n}]\nname = "云埠市人民政府"\nregion = "990300"\nlevel = "city"\nfamily = "html"\nlists = ["{url}"]\n'
        for n, url in enumerate(urls)
    ]
    (folder / "some.toml").write_text("\n".join(tables), "utf-8")
    return {"SOURCES": folder / "some.toml", "ARCHIVE_DIR": folder / "data"}


@pytest.fixture
def slow() -> Iterator[Pages]:
    with Pages(site(), seconds=3) as pages:
        yield pages


Archive = dict[str, list[tuple[object, ...]]]


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    """The archive of a crawl that nobody stopped."""
    with Pages(site()) as pages:
        return crawled_to_its_end(tmp_path_factory.mktemp("undisturbed"), pages)


def crawled_to_its_end(folder: Path, pages: Pages) -> Archive:
    pages.seconds = 0
    done = scrapy("crawl", "yunbu0", **declare(folder, pages.url("/xw/")))
    assert done.returncode == 0, done.stdout + done.stderr
    return {name: without_port(found) for name, found in same_archive(folder / "data").items()}


def without_port(found: list[tuple[object, ...]]) -> list[tuple[object, ...]]:
    return [tuple(str(value).partition("/xw/")[2] if "/xw/" in str(value) else value for value in row) for row in found]


class Stopped:
    """A command that is stopped after `seconds`, or, with `asked`, once the site was asked so often."""

    def __init__(
        self,
        pages: Pages,
        *args: str,
        number: int = signal.SIGINT,
        asked: int = 0,
        seconds: float = 0,
        group: bool = True,
        **settings: object,
    ) -> None:
        command = [sys.executable, "-m", "scrapy", *args]
        environment = environment_of(**{"EXTRACT_WORKERS": 2, **settings})
        pipe = subprocess.PIPE
        before = len(pages.asked)
        with subprocess.Popen(
            command, env=environment, stdout=pipe, stderr=pipe, text=True, process_group=0
        ) as process:
            until = time.monotonic() + 20
            while len(pages.asked) - before < asked and time.monotonic() < until:
                time.sleep(0.01)
            time.sleep(seconds)
            self.alive = process.poll() is None
            begun, known = time.monotonic(), len(pages.asked)
            # a terminal sends Ctrl-C to all processes of a command, a service manager SIGTERM to all or to the first
            (os.killpg if group else os.kill)(process.pid, number)
            try:
                self.out, self.err = process.communicate(timeout=60)
            finally:
                process.kill()  # it may not have ended
        self.seconds, self.further = time.monotonic() - begun, len(pages.asked) - known
        # as a shell tells it: Python ends itself by the signal when the interrupt came while a module was being made by exec()
        self.status = 128 - process.returncode if process.returncode < 0 else process.returncode

    def check(self) -> None:
        assert self.alive
        assert self.status == 130, (self.out, self.err)
        assert "Traceback" not in self.err
        assert len(self.err.splitlines()) == 1, self.err
        assert self.further <= 2
        assert self.seconds <= 10


MOMENTS = [(signal.SIGINT, 0, 0.7, True), (signal.SIGINT, 2, 0.1, True), (signal.SIGTERM, 3, 2.5, True)]


@pytest.mark.slow
@pytest.mark.parametrize(("number", "asked", "seconds", "group"), MOMENTS)
def test_a_crawl_that_is_stopped_is_no_fault_of_its_source(
    tmp_path: Path, slow: Pages, undisturbed: Archive, number: int, asked: int, seconds: float, group: bool
) -> None:
    check_stop(tmp_path, slow, undisturbed, number=number, asked=asked, seconds=seconds, group=group)


def check_stop(folder: Path, slow: Pages, undisturbed: Archive, **moment: object) -> None:
    settings = declare(folder, slow.url("/xw/"))
    with Pages({}) as told:
        alarm = {"NOTIFY": told.url("/alarm").replace("http:", "json:"), "PING_URL": told.url("/ping")}
        done = Stopped(slow, "crawl", "yunbu0", **moment, **settings, **alarm)  # type: ignore[arg-type]
        assert told.asked == []
    done.check()
    if done.err.startswith(LINE):
        assert done.out.startswith("yunbu0: stopped: ")
        assert rows(folder / "data", "SELECT outcome, finished IS NULL FROM crawls") == [("stopped", 0)]
        shown = scrapy("sources", **settings).stdout.splitlines()[1]
        assert " stopped " in shown
        assert "resumes it" in shown
    assert rows_of_failures(folder / "data") == []
    assert crawled_to_its_end(folder, slow) == undisturbed
    slow.seconds = 3


def rows_of_failures(folder: Path) -> list[tuple[object, ...]]:
    made = "SELECT 1 FROM sqlite_master WHERE name = 'listings'"
    if not (folder / "archive.db").exists() or not rows(folder, made):
        return []  # the crawl was stopped before its archive was made, in one transaction
    return rows(folder, "SELECT url, state, reason FROM listings WHERE state IN ('failed', 'blocked')")


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_crawl_is_stopped_at_twenty_moments(tmp_path: Path, slow: Pages, undisturbed: Archive) -> None:
    for n in range(20):
        (tmp_path / str(n)).mkdir()
        number = (signal.SIGINT, signal.SIGTERM)[n % 2]
        check_stop(tmp_path / str(n), slow, undisturbed, number=number, seconds=0.1 + n * 0.7, group=n % 3 > 0)


@pytest.mark.slow
def test_a_host_that_does_not_answer_is_not_waited_for(tmp_path: Path) -> None:
    with Pages(site(), seconds=60) as pages:
        done = Stopped(pages, "crawl", "yunbu0", asked=2, **declare(tmp_path, pages.url("/xw/")))
    done.check()
    assert done.err == "stopping: 1 request under way\n"
    assert rows(tmp_path / "data", "SELECT outcome, problems FROM crawls") == [("stopped", "[]")]


@pytest.mark.slow
def test_a_stopped_crawl_tells_nothing_of_its_source(tmp_path: Path, slow: Pages) -> None:
    """It is due as before, and the entries that it listed first are new ones to the next crawl's judgement."""
    settings = declare(tmp_path, slow.url("/xw/"))
    Stopped(slow, "crawl", "yunbu0", asked=3, **settings).check()
    slow.seconds = 0
    for n in range(1, ARTICLES + 1):
        del slow.pages[f"/xw/{n}.html"]
    due = scrapy("crawlall", "--due", **settings)
    assert f"yunbu0: broken: {ARTICLES} listed" in due.stdout or f"yunbu0: suspect: {ARTICLES} listed" in due.stdout
    # the article that was under way may have been read before the crawl ended
    assert re.search(f"(?:none|1[01]) of {ARTICLES} new articles (?:could be read|failed)", due.stdout)
    assert re.fullmatch("1 source: 1 (?:broken|suspect), 0 new", due.stdout.splitlines()[-1])


@pytest.mark.slow
def test_a_run_of_many_crawls_is_stopped(tmp_path: Path, slow: Pages) -> None:
    settings = declare(tmp_path, slow.url("/xw/"), slow.url("/xw/"))  # of one host: the second waits for the first
    with Pages({}) as told:
        alarm = {"NOTIFY": told.url("/alarm").replace("http:", "json:"), "PING_URL": told.url("/ping")}
        done = Stopped(slow, "crawlall", number=signal.SIGTERM, group=False, asked=2, **settings, **alarm)
        assert told.asked == []
    done.check()
    assert done.err == "stopping: 1 crawl under way\n"
    said = done.out.splitlines()
    assert said[0].startswith("yunbu0: stopped: ")
    assert said[1:] == ["1 source: 1 stopped, 0 new"]


def test_a_source_runs_while_its_lock_is_held_and_is_else_interrupted(tmp_path: Path, slow: Pages) -> None:
    settings = declare(tmp_path, slow.url("/xw/"))
    command = [sys.executable, "-m", "scrapy", "crawl", "yunbu0"]
    before = len(slow.asked)
    with subprocess.Popen(command, env=environment_of(**settings, NOW="2026-03-02T09:00")) as process:
        while len(slow.asked) - before < 2:
            time.sleep(0.01)
        running = scrapy("sources", **settings).stdout.splitlines()[1]
        process.kill()
    assert " running  2026-03-02" in running
    deadline = time.monotonic() + 10  # the process that writes holds the lock as well
    while " running " in (shown := scrapy("sources", **settings).stdout.splitlines()[1]):
        assert time.monotonic() < deadline
    assert " interrupted  2026-03-02" in shown
    assert "the next one resumes it" in shown


@pytest.mark.parametrize("command", [["verify"], ["serve", "--port", "0"]])
def test_a_command_is_ended_with_one_line(tmp_path: Path, command: list[str]) -> None:
    with Pages(site()) as pages:
        settings = declare(tmp_path, pages.url("/xw/"))
        assert scrapy("crawl", "yunbu0", **settings).returncode == 0
    assert scrapy("snapshot", **settings).returncode == 0
    if command == ["verify"]:  # so much to check that it is at work when the signal comes
        command = ["verify", str(tmp_path / "data")]
        [place] = (tmp_path / "data" / "snapshots").glob("2*")
        os.truncate(place / "releases.csv", 1 << 36)  # a hole, which takes no room on the disk
    with Pages({}) as pages:
        done = Stopped(pages, *command, seconds=1.5 if command[0] == "serve" else 0.8, **settings)
    assert (done.status, done.err) == (130, "gongbao: stopped\n")


@pytest.mark.slow
@pytest.mark.parametrize("seconds", [1.0, 4.0])
def test_the_demo_is_ended_with_one_line(tmp_path: Path, seconds: float) -> None:
    command = [sys.executable, "-m", "demo", "--folder", str(tmp_path / "demo")]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, process_group=0, env=environment_of()
    ) as process:
        time.sleep(seconds)
        os.killpg(process.pid, signal.SIGINT)
        _, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert len(err.splitlines()) == 1, err


@pytest.mark.parametrize(("status", "said"), [(0, "gongbao: stopped\n"), (STOPPED, "")])
def test_the_demo_says_so_itself_where_its_command_had_just_ended(
    status: int, said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(demo, "children", SimpleNamespace(run=lambda *_: status, stopped=True))
    with pytest.raises(KeyboardInterrupt):
        demo.scrapy("snapshot", settings={})
    assert capsys.readouterr().err == said
