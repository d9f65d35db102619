"""Many sources at once: which are due, in which order, how many together, and how they are shown."""

import os
import signal
import subprocess
import sys
import time
from contextlib import ExitStack, suppress
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from itertools import pairwise
from pathlib import Path
from threading import Event

import pytest

from archive.database import locked
from crawler.network.turns import addresses
from crawler.run.schedule import by_host, due
from crawler.sources import Source
from tests.conftest import rows, scrapy
from tests.crawler.test_faults import DECLARED, Site
from tests.serving import Answer, Pages

ONE = Source(id="one", name="某县", region="990101", level="county", family="html", lists=("http://one.example/",))


@pytest.mark.parametrize(
    ("last", "waits"),
    [("", False), ("2026-03-15T22:00", False), ("2026-03-15T22:04", False), ("2026-03-16T02:00", True)],
)
def test_due(last: str, waits: bool) -> None:
    time = datetime(2026, 3, 16, 22, 0, tzinfo=UTC)
    started = {"one": f"{last}:00+00:00"} if last else {}
    assert bool(due([ONE], started, time)) is not waits


def test_what_waits_longest_comes_first() -> None:
    sources = [replace(ONE, id=name) for name in ("a", "b", "c")]
    last = {"a": "2026-03-12T22:00:00+00:00", "b": "2026-03-11T22:00:00+00:00"}
    assert [source.id for source in due(sources, last, datetime(2026, 3, 16, tzinfo=UTC))] == ["c", "b", "a"]


def test_sources_that_share_a_host_are_one_group_even_by_way_of_a_third() -> None:
    lists = {"a": ["x"], "b": ["y"], "c": ["www.x", "y"], "d": ["z"]}
    sources = [
        replace(ONE, id=name, lists=tuple(f"http://{h}.example/" for h in names)) for name, names in lists.items()
    ]
    assert sorted(sorted(source.id for source in group) for group in by_host(sources)) == [["a", "b", "c"], ["d"]]


def test_the_addresses_of_hosts() -> None:
    assert addresses(["127.0.0.1", "no-such-host.invalid"]) == {"127.0.0.1"}


def declare(folder: Path, **sources: tuple[str, str]) -> dict[str, object]:
    """Sources by id: what is declared besides, and the list."""
    text = "".join(
        DECLARED.format(url=url).replace("[one]", f"[{name}]") + more + "\n" for name, (url, more) in sources.items()
    )
    (folder / "all.toml").write_text(text, "utf-8")
    return {"SOURCES": folder / "all.toml", "ARCHIVE_DIR": folder / "archive"}


@pytest.mark.slow
def test_a_region_what_is_due_and_the_state_of_all(tmp_path: Path) -> None:
    with Pages(Site(number=11).served()) as pages:
        settings = declare(
            tmp_path,
            daily=(pages.url("/list/"), ""),
            hourly=(pages.url("/none/"), "every = 1"),
            elsewhere=(pages.url("/list/"), ""),
        )
        text = (tmp_path / "all.toml").read_text("utf-8")
        (tmp_path / "all.toml").write_text(text[::-1].replace("990101"[::-1], "370102"[::-1], 1)[::-1], "utf-8")
        first = scrapy("crawlall", "--region", "99", NOW="2026-03-16T10:00", **settings)
        second = scrapy("crawlall", "--region", "99", "--due", NOW="2026-03-16T12:00", **settings)
        shown = scrapy("sources", **settings)
    assert (first.returncode, second.returncode, shown.returncode) == (2, 2, 0)
    assert sorted(line.split(":")[0] for line in first.stdout.splitlines()[:-1]) == ["daily", "hourly"]
    assert first.stdout.splitlines()[-1] == "2 sources: 1 ok, 1 broken, 11 new"
    assert [line.split(":")[0] for line in second.stdout.splitlines()] == ["hourly", "1 source"]
    assert rows(tmp_path / "archive", "SELECT source, outcome FROM crawls ORDER BY started, source") == [
        ("daily", "ok"),
        ("hourly", "broken"),
        ("hourly", "broken"),
    ]
    table = [line.split() for line in shown.stdout.splitlines()]
    assert [line[0] for line in table] == ["source", "hourly", "elsewhere", "daily"]
    assert "answered 404" in shown.stdout.splitlines()[1]
    # two of the invented texts say a passage twice, which the crawl tells behind its figures
    assert table[3][2:12] == ["990101", "ok", "2026-03-16T10:00", "2026-02-11", "11", "11", "0", "0", "0", "0"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["crawlall", "one"], "crawlall takes no names"),
        (["crawlall", "--at-a-time", "0"], "--at-a-time 0: expected 1 or more"),
        (["crawlall", "--region", "37x"], "--region 37x: expected the first digits"),
        (["crawlall", "--region", "11"], "--region 11: no source has a region that begins so"),
        (["crawlall", "-s", "PING_URL=file:///etc/passwd"], "PING_URL is not http or https"),
        (["sources", "one"], "sources takes no names"),
    ],
)
def test_a_wrong_argument_is_one_sentence(tmp_path: Path, arguments: list[str], said: str) -> None:
    done = scrapy(*arguments, **declare(tmp_path, one=("http://127.0.0.1:1/", "")))
    assert done.returncode == 2
    assert said in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_two_runs_do_not_collide(tmp_path: Path) -> None:
    settings = declare(tmp_path, one=("http://127.0.0.1:1/", ""))
    with locked(tmp_path / "archive", "crawlall"):
        done = scrapy("crawlall", **settings)
    assert done.returncode == 2
    assert "another crawlall is under way" in done.stderr


@pytest.mark.slow
@pytest.mark.parametrize(("at_a_time", "together"), [("1", False), ("2", True)])
def test_so_many_hosts_at_a_time(tmp_path: Path, at_a_time: str, together: bool) -> None:
    class Marked(dict[str, bytes | Answer]):
        """Says which host is asked."""

        def __init__(self, name: str) -> None:
            super().__init__(Site(number=4).served())
            self.name = name

        def get(self, path: str, default: object = None) -> bytes | Answer:  # type: ignore[override]
            asked.append(self.name)
            return super().get(path, Answer(b"", 404))

    asked: list[str] = []
    with Pages({}) as a, Pages({}, host="127.0.0.2") as b:
        a.pages, b.pages = Marked("a"), Marked("b")
        settings = declare(tmp_path, a=(a.url("/list/"), "delay = 0.8"), b=(b.url("/list/"), "delay = 0.8"))
        scrapy("crawlall", "--at-a-time", at_a_time, PRIVATE_HOSTS="127.0.0.1,127.0.0.2", **settings)
    turns = sum(one != other for one, other in pairwise(asked))
    assert (turns > 1) is together


@pytest.mark.slow
def test_an_interrupted_run_starts_no_further_crawl(tmp_path: Path) -> None:
    class Slow(dict[str, bytes | Answer]):
        def get(self, path: str, default: object = None) -> bytes | Answer:  # type: ignore[override]
            begun.set()
            time.sleep(1)
            return Answer(b"", 404)

    begun = Event()
    with Pages({}) as pages:
        pages.pages = Slow()
        settings = declare(tmp_path, a=(pages.url("/a/"), ""), b=(pages.url("/b/"), ""))
        environment = {f"GONGBAO_{name}": str(value) for name, value in settings.items()}
        run = subprocess.Popen(
            [sys.executable, "-m", "scrapy", "crawlall"],
            env={**os.environ, **environment, "GONGBAO_PRIVATE_HOSTS": "127.0.0.1"},
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            # a shell that runs the tests in the background lets them, and all that they start, ignore it
            preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),
        )
        assert begun.wait(60)
        os.killpg(run.pid, signal.SIGINT)
        _, said = run.communicate(timeout=60)
    assert run.returncode == 130
    assert said == "stopping: 1 crawl under way\n"
    assert rows(tmp_path / "archive", "SELECT source, outcome FROM crawls") == [("a", "stopped")]


class Deadly(dict[str, bytes | Answer]):
    """Pages whose site kills the processes that crawl it."""

    def __init__(self, lock: Path) -> None:
        super().__init__()
        self.lock = lock

    def get(self, path: str, default: object = None) -> bytes | Answer:  # type: ignore[override]
        for handle in Path("/proc").glob("[0-9]*/fd/*"):
            with suppress(OSError):
                if handle.readlink() == self.lock:
                    os.kill(int(handle.parts[2]), signal.SIGKILL)
        return Answer(b"", 404)


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_of_forty_sources_one_hangs_and_one_dies_at_no_cost_to_the_others(tmp_path: Path) -> None:
    others = {f"s{n}": f"127.3.0.{n}" for n in range(1, 39)}
    with ExitStack() as served:
        well = {name: served.enter_context(Pages(Site(number=2).served(), host=host)) for name, host in others.items()}
        hanging = served.enter_context(Pages({}, host="127.3.1.1", seconds=60))
        deadly = served.enter_context(Pages({}, host="127.3.1.2"))
        deadly.pages = Deadly(tmp_path / "archive" / "locks" / "dies")
        lists = {name: (pages.url("/list/"), "") for name, pages in {**well, "hangs": hanging, "dies": deadly}.items()}
        hosts = ",".join([*others.values(), "127.3.1.1", "127.3.1.2"])
        settings = declare(tmp_path, **lists) | {"PRIVATE_HOSTS": hosts, "DOWNLOAD_TIMEOUT": 10}
        done = scrapy("crawlall", **settings)
    said = dict(line.split(": ", 1) for line in done.stdout.splitlines())
    assert done.returncode == 2
    assert {name: said[name] for name in others if "2 listed, 2 new" not in said[name]} == {}
    assert said["hangs"].startswith("broken: ")
    assert said["dies"] == "ended with status -9 and no word"
    assert said["40 sources"] == "38 suspect, 1 broken, 1 not crawled, 76 new"
