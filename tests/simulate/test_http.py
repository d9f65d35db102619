"""A small site over real HTTP, crawled on ten days of a month: pages vanish, move and change, and the host fails."""

import hashlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.archive.living import headline, prose
from tests.conftest import crawl, rows

pytestmark = pytest.mark.slow
COUNT = 30
REMOVED = {
    "404": 3,
    "410": 7,
    "soft": 11,
    "home": 16,
    "empty": 22,
}  # how the site answers for what it removed, on day 10
EDITED, MOVED = 5, 25
WEATHER = {9: "down", 15: "404", 18: "refused", 19: "shell"}
DAYS = (0, 1, 4, 9, 14, 15, 16, 18, 19, 28)
SHELL = "<html><script>document.cookie='k=1';location.reload()</script></html>"
SOFT = "<html><title>提示</title><body><div class='tip'>您访问的页面不存在或已删除！</div></body></html>"


def path(number: int) -> str:
    return f"/xwzx/202603/t20260302_{1000 + number}.html"


@dataclass
class Site:
    """The site on one day; `asked` are the paths of the day's requests and what was answered."""

    today: int = 0
    asked: list[tuple[str, int]] = field(default_factory=list)

    def answer(self, where: str) -> tuple[int, str, str]:
        """Status, body, and where to go instead."""
        weather = WEATHER.get(self.today, "")
        if where in ("/", "/robots.txt"):
            return (404, "", "") if where == "/robots.txt" else (200, "<html><body><h1>云岭省</h1></body></html>", "")
        if where == "/xwzx/index.html":
            return (403, "", "") if weather == "refused" else (200, self.list_page(), "")
        if weather == "refused":
            return 403, "", ""
        if weather == "404":
            return 404, "", ""
        if weather == "shell":
            return 200, SHELL, ""
        for number in range(COUNT + 1):
            if where == path(number):
                return self.article(number)
        return 404, "", ""

    def article(self, number: int) -> tuple[int, str, str]:
        gone = {n: how for how, n in REMOVED.items()}.get(number) if self.today >= 10 else None
        if gone in ("404", "410"):
            return int(gone), "", ""
        if gone == "soft":
            return 200, SOFT, ""
        if gone == "empty":
            return 200, "<html><body><p>该信息已删除</p></body></html>", ""
        if gone == "home":
            return 302, "", "/"
        if number == MOVED and self.today >= 10:
            return 301, "", path(COUNT)
        seed = MOVED if number == COUNT else number
        text = prose(seed) + ("\n更正：联系人应为苏小禾。" if number == EDITED and self.today >= 4 else "")
        lines = "".join(f"<p>{line}</p>" for line in text.split("\n"))
        return (
            200,
            f"<html><head><title>{headline(seed)}</title></head><body><h1>{headline(seed)}</h1>{lines}</body></html>",
            "",
        )

    def list_page(self) -> str:
        hidden = set(REMOVED.values()) - {REMOVED["404"]} | {MOVED} if self.today >= 10 else {COUNT}
        shown = [n for n in reversed(range(COUNT + 1)) if n not in hidden]
        entries = ""
        for number in shown:
            title = headline(MOVED if number == COUNT else number)
            entries += f'<li><a href="{path(number)}">{title}</a><span>2026-02-{1 + min(number, 27):02}</span></li>'
        return f"<html><body><ul>{entries}</ul></body></html>"


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    site: Site

    def do_GET(self) -> None:
        if WEATHER.get(self.site.today) == "down":
            self.close_connection = True
            return
        status, text, elsewhere = self.site.answer(self.path)
        body = text.encode()
        tag = f'"{hashlib.sha256(body).hexdigest()[:12]}"'
        if status == 200 and self.headers.get("If-None-Match") == tag:
            status, body = 304, b""
        self.site.asked.append((self.path, status))
        self.send_response(status)
        if elsewhere:
            self.send_header("Location", elsewhere)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("ETag", tag)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


@dataclass
class Month:
    folder: Path
    asked: dict[int, list[tuple[str, int]]]

    def statuses(self) -> dict[str, str]:
        return {
            "/" + url.split("/", 3)[3]: status for url, status in rows(self.folder, "SELECT url, status FROM releases")
        }


@pytest.fixture(scope="module")
def month(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Month]:
    folder = tmp_path_factory.mktemp("month")
    site, asked = Site(), {}
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("OurHandler", (Handler,), {"site": site}))
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    declared = folder / "sources.toml"
    declared.write_text(
        f'[yunling]\nname = "云岭省人民政府"\nregion = "990000"\nlevel = "province"\nfamily = "html"\n'
        f'lists = ["http://127.0.0.1:{server.server_port}/xwzx/index.html"]\ndelay = 0\n',
        "utf-8",
    )
    try:
        for today in DAYS:
            site.today = today
            now = f"2026-{3 + (1 + today) // 31:02}-{1 + today % 31:02}T09:00"
            fails = WEATHER.get(today) in ("down", "refused", "shell")
            crawl("yunling", status=2 if fails else 0, ARCHIVE_DIR=folder, SOURCES=declared, NOW=now)
            asked[today], site.asked = site.asked, []
        yield Month(folder, asked)
    finally:
        server.shutdown()
        server.server_close()


def test_exactly_what_was_removed_is_gone(month: Month) -> None:
    gone = {where for where, status in month.statuses().items() if status == "gone"}
    assert gone == {path(number) for number in REMOVED.values()}


def test_what_moved_is_moved(month: Month) -> None:
    statuses = month.statuses()
    assert [where for where, status in statuses.items() if status == "moved"] == [path(MOVED)]
    assert statuses[path(COUNT)] == "live"


def test_all_else_is_live(month: Month) -> None:
    others = set(map(path, range(COUNT + 1))) - {path(number) for number in [*REMOVED.values(), MOVED]}
    assert {status for where, status in month.statuses().items() if where in others} == {"live"}


def test_only_the_edited_page_has_a_second_version(month: Month) -> None:
    found = rows(month.folder, "SELECT url FROM releases WHERE version > 1")
    assert [url.rsplit("_", 1)[1] for (url,) in found] == [f"{1000 + EDITED}.html"]


def test_what_vanished_keeps_its_text(month: Month) -> None:
    texts = {url.rsplit("_", 1)[1]: text for url, text in rows(month.folder, "SELECT url, text FROM releases")}
    for number in REMOVED.values():
        assert texts[f"{1000 + number}.html"] == prose(number)


def test_the_bad_days_are_events_of_the_source(month: Month) -> None:
    events = dict(rows(month.folder, "SELECT substr(at, 9, 2), kind FROM source_events"))
    assert set(events.values()) <= {"vanished", "blocked", "unreachable"}
    assert events["16"] == "vanished"  # the sixteenth of March is day 15


def test_unchanged_pages_are_asked_for_conditionally(month: Month) -> None:
    statuses = [status for where, status in month.asked[1] if where != "/xwzx/index.html" and where != "/robots.txt"]
    assert statuses == [304] * COUNT


def test_looks_keep_to_their_rhythm(month: Month) -> None:
    on_day_16 = {where for where, status in month.asked[16] if status == 304}
    assert len(on_day_16) < COUNT
