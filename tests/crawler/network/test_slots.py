"""How long a host is left alone between two requests."""

import time
from pathlib import Path
from threading import Lock

from crawler.network.slots import SteadySlot
from tests.conftest import crawl, rows
from tests.invented import article
from tests.serving import Answer, Pages

PAGE = (
    "<html><head><meta charset=utf-8><title>{n}号公告</title></head><body><h1>{n}号公告</h1><p>{text}</p></body></html>"
)
SOURCE = """[one]
name = "某县"
region = "990101"
level = "county"
family = "html"
lists = ["{url}"]
"""


def slot() -> SteadySlot:
    made = SteadySlot(1, 1.0, 0.2)
    made.lastseen = 5.0
    return made


def test_a_pause_is_drawn_once() -> None:
    waiting = slot()
    assert len({waiting.download_delay() for _ in range(20)}) == 1


def test_each_request_gets_a_pause_of_its_own() -> None:
    waiting, drawn = slot(), set()
    for second in range(20):
        waiting.lastseen = float(second)
        drawn.add(waiting.download_delay())
    assert len(drawn) == 20
    assert all(0.8 <= pause <= 1.2 for pause in drawn)


def test_a_site_that_asks_for_more_time_gets_it_at_once() -> None:
    waiting = slot()
    waiting.download_delay()
    waiting.delay = 10.0
    assert waiting.download_delay() >= 8.0


class Overlapping(dict[str, bytes | Answer]):
    """Pages that take a moment each, and how many were asked for at a time."""

    now = most = 0
    lock = Lock()

    def get(self, path: str, *_: object) -> bytes | Answer | None:  # type: ignore[override]
        with self.lock:
            self.now += 1
            self.most = max(self.most, self.now)
        time.sleep(0.02)
        with self.lock:
            self.now -= 1
        return super().get(path)


def test_without_a_delay_a_host_is_asked_for_one_page_at_a_time(tmp_path: Path) -> None:
    site: dict[str, bytes | Answer] = {f"/art/{n}.html": PAGE.format(n=n, text=article(n)).encode() for n in range(20)}
    links = "".join(f"<li><a href='{path}'>{n}号公告</a></li>" for n, path in enumerate(site))
    with Pages(site) as pages:
        pages.pages = Overlapping({**site, "/index/": f"<html><body><ul>{links}</ul></body></html>".encode()})
        (tmp_path / "one.toml").write_text(SOURCE.format(url=pages.url("/index/")), "utf-8")
        crawl("one", SOURCES=tmp_path / "one.toml", ARCHIVE_DIR=tmp_path)
        assert pages.pages.most == 1
    assert rows(tmp_path, "SELECT count(*) FROM releases") == [(20,)]
