"""Processes of a crawl that are killed one by one, many crawls at once, and an archive that cannot be written."""

import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Collection
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.conftest import crawl, same_archive, scrapy
from tests.replica import ReplicaSite
from tests.trust.chaos.conftest import CASES, SOURCE, Case
from tests.trust.conftest import LATER, Crawled
from tests.trust.test_crash import assert_sound, disk, remount, start


def children(parent: int) -> dict[int, str]:
    """The processes below a process, with their command lines."""
    table = subprocess.run(["ps", "-eww", "-o", "pid=,ppid=,args="], capture_output=True, text=True, check=True).stdout
    rows = [line.split(None, 2) for line in table.splitlines()]
    found: dict[int, str] = {}
    for _ in range(4):  # generations
        found |= {int(pid): args for pid, of, args in rows if int(of) in {parent, *found}}
    return found


def wait_for_a_child(process: "subprocess.Popen[str]", words: str, but: Collection[int] = ()) -> int:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        if fitting := [pid for pid, args in children(process.pid).items() if words in args and pid not in but]:
            return fitting[0]
        time.sleep(0.02)
    raise AssertionError(f"no process with {words!r} came")


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_reading_workers_that_are_killed_one_by_one_cost_nothing(crawled: Crawled, tmp_path: Path) -> None:
    whole, folder = tmp_path / "whole", tmp_path / "killed"
    crawl(SOURCE, **crawled.settings(whole))
    settings = {**crawled.settings(folder), "EXTRACT_WORKERS": 2, "DOWNLOAD_DELAY": 0.2}
    process = start("crawl", SOURCE, **settings)
    killed: set[int] = set()
    for _ in range(2):
        worker = wait_for_a_child(process, "spawn_main", killed)
        os.kill(worker, signal.SIGKILL)
        killed.add(worker)
    said = process.communicate()
    assert process.returncode == 0, said
    assert same_archive(folder) == same_archive(whole)
    assert_sound(folder)


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("after", [0, 0.3, 0.8, 1.5])
def test_a_writer_that_is_killed_ends_the_crawl_and_the_next_one_ends_it_well(
    crawled: Crawled, tmp_path: Path, after: float
) -> None:
    whole, folder = tmp_path / "whole", tmp_path / "killed"
    crawl(SOURCE, **crawled.settings(whole))
    # slowly, so that the crawl still runs at the last of the moments
    slowly = tmp_path / "slowly.toml"
    slowly.write_text(crawled.sources.read_text("utf-8").replace("delay = 0", "delay = 0.4"), "utf-8")
    process = start("crawl", SOURCE, **{**crawled.settings(folder), "SOURCES": slowly})
    writer = wait_for_a_child(process, f"crawl {SOURCE}")  # the writer is forked from the crawl
    time.sleep(after)
    os.kill(writer, signal.SIGKILL)
    _, said = process.communicate()
    assert process.returncode == 2
    assert said == "gongbao: the archive cannot be written: the process that writes has died\n"
    crawl(SOURCE, **crawled.settings(folder))
    assert same_archive(folder) == same_archive(whole)
    assert_sound(folder)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_twenty_crawls_at_once_on_one_archive_lose_nothing(tmp_path: Path) -> None:
    one_by_one, at_once, declared = tmp_path / "a", tmp_path / "b", tmp_path / "sources"
    with ExitStack() as sites:
        for n in range(4):
            written = sites.enter_context(ReplicaSite()).write_sources(tmp_path / str(n))
            declared.mkdir(exist_ok=True)
            (declared / f"{n}.toml").write_text(re.sub(r"(?m)^\[(\w+)\]", rf"[\1_{n}]", written.read_text("utf-8")))
        texts = [path.read_text("utf-8") for path in declared.glob("*.toml")]
        names = [name for text in texts for name in re.findall(r"(?m)^\[(\S+)\]", text)][:20]
        assert len(names) == 20
        settings = {"SOURCES": declared, "NOW": LATER}
        for name in names:
            crawl(name, ARCHIVE_DIR=one_by_one, **settings)
        running = [start("crawl", name, ARCHIVE_DIR=at_once, **settings) for name in names]
        said = [(process.communicate(), process.returncode) for process in running]
    assert [one for one in said if one[1]] == []
    assert same_archive(at_once) == same_archive(one_by_one)
    assert_sound(at_once)


@pytest.mark.slow
def test_of_two_crawls_of_all_sources_at_once_one_is_refused(crawled: Crawled, tmp_path: Path) -> None:
    both = [start("crawlall", **crawled.settings(tmp_path)) for _ in range(2)]
    said = [(process.communicate()[1], process.returncode) for process in both]
    assert sorted(status for _, status in said) == [0, 2]
    [refusal] = [text for text, status in said if status]
    assert refusal == "gongbao: another crawlall is under way; wait until it has ended\n"
    assert_sound(tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES, indirect=True)
def test_where_nothing_can_be_written_each_command_says_so(case: Case, tmp_path: Path) -> None:
    with disk(tmp_path / "disk", 64 << 20) as folder:
        shutil.copytree(case.start, folder, dirs_exist_ok=True, symlinks=True)
        remount(folder, "ro")
        done = scrapy(*case.args, **case.crawled.settings(folder))
        remount(folder, "rw")
    assert done.returncode == 2, done.stdout
    assert done.stderr.count("\n") == 1, done.stderr
    assert done.stderr.startswith("gongbao: ")
