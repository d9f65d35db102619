"""What a site that is busy or shared gets from us: time."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from crawler.network.pace import retry_after
from crawler.network.turns import hosts, hosts_held
from crawler.sources import Source
from tests.conftest import crawl, rows, scrapy
from tests.serving import Answer, Pages

NOW = datetime(2026, 3, 16, 10, 0, tzinfo=UTC)
DELAY = 0.8  # seconds
LATE = DELAY / 2  # a busy machine notices a request late; two that do not wait for each other come in far less


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120.0),
        (" 3 ", 3.0),
        ("Mon, 16 Mar 2026 10:02:00 GMT", 120.0),
        ("Mon, 16 Mar 2026 09:00:00 GMT", 0.0),
        ("soon", None),
        ("", None),
        ("-5", None),
    ],
)
def test_retry_after_in_both_forms(value: str, seconds: float | None) -> None:
    assert retry_after(value, NOW) == seconds


ARTICLE = (
    "<html><head><meta charset=utf-8><title>{n}号会议</title></head><body><h1>{n}号会议</h1><p>{text}</p></body></html>"
)
TEXT = "县人民政府召开第{n}次会议，研究部署春季农业生产、防火防汛和民生保障等重点工作，要求各乡镇压实责任。" * 4


def declaration(name: str, url: str, delay: float) -> str:
    return f'[{name}]\nname = "某县"\nregion = "990101"\nlevel = "county"\nfamily = "html"\nlists = ["{url}"]\ndelay = {delay}\n'


class Timed:
    """A site of one list and some articles that notes when each request came."""

    def __init__(self, articles: int, busy: int = 0) -> None:
        self.times: list[tuple[float, str]] = []
        outer, left = self, [busy]
        links = "".join(f"<li><a href='/{n}.html'>{n}号会议新闻稿全文</a></li>" for n in range(articles))

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                outer.times.append((time.monotonic(), self.path))
                body = f"<html><ul>{links}</ul></html>".encode()
                status, extra = 200, {}
                if self.path == "/robots.txt":
                    status, body = 404, b""
                elif self.path != "/list/":
                    n = self.path.strip("/").removesuffix(".html")
                    body = ARTICLE.format(n=n, text=TEXT.format(n=n)).encode()
                    if left[0]:
                        left[0] -= 1
                        status, extra = 503, {"Retry-After": "3"}
                self.send_response(status)
                for name, value in {"Content-Type": "text/html", "Content-Length": str(len(body)), **extra}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}/list/"

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def shortest_pause(self) -> float:
        times = sorted(at for at, _ in self.times)
        return min(later - earlier for earlier, later in zip(times, times[1:], strict=False))


@pytest.mark.slow
def test_sources_that_share_a_host_take_turns(tmp_path: Path) -> None:
    site = Timed(3)
    try:
        text = "".join(declaration(name, site.url(), DELAY) for name in ("one", "two", "three"))
        (tmp_path / "three.toml").write_text(text, "utf-8")
        done = scrapy("crawlall", "--at-a-time", "3", SOURCES=tmp_path / "three.toml", ARCHIVE_DIR=tmp_path)
        assert done.returncode == 0, done.stdout + done.stderr
    finally:
        site.close()
    assert done.stdout.strip().splitlines()[3:] == ["3 sources: 1 ok, 2 quiet, 3 new"]
    assert site.shortest_pause() >= DELAY - LATE


@pytest.mark.slow
def test_three_crawls_started_at_once_keep_the_delay(tmp_path: Path) -> None:
    site = Timed(2)
    try:
        for name in ("one", "two", "three"):
            (tmp_path / f"{name}.toml").write_text(declaration(name, site.url(), DELAY), "utf-8")
        with ThreadPoolExecutor() as pool:
            settings = {"SOURCES": tmp_path, "ARCHIVE_DIR": tmp_path / "data"}
            crawls = [pool.submit(scrapy, "crawl", name, **settings) for name in ("one", "two", "three")]
            said = [crawl.result() for crawl in crawls]
    finally:
        site.close()
    assert [one for one in said if one.returncode] == []
    assert len(rows(tmp_path / "data", "SELECT id FROM crawls WHERE finished IS NOT NULL")) == 3
    assert site.shortest_pause() >= DELAY - LATE


@pytest.mark.slow
def test_a_probe_takes_its_turn_and_keeps_the_delay(tmp_path: Path) -> None:
    site = Timed(2)
    try:
        (tmp_path / "one.toml").write_text(declaration("one", site.url(), DELAY), "utf-8")
        settings = {"SOURCES": tmp_path, "ARCHIVE_DIR": tmp_path / "data"}
        threads = [Thread(target=scrapy, args=("crawl", "one"), kwargs=settings)]
        threads += [Thread(target=scrapy, args=("probe", "one"), kwargs=settings)]
        threads += [Thread(target=scrapy, args=("probe", site.url(), "-s", f"DOWNLOAD_DELAY={DELAY}"), kwargs=settings)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        site.close()
    assert [path for _, path in site.times].count("/list/") == 3
    assert site.shortest_pause() >= DELAY - LATE


def test_who_waits_for_a_host_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def ask() -> None:
        with hosts_held(tmp_path, ["127.0.0.1"], 0.0):
            pass

    with hosts_held(tmp_path, ["127.0.0.1"], 0.0):
        second = Thread(target=ask)
        second.start()
        while not (said := capsys.readouterr().err):
            time.sleep(0.02)
    second.join()
    assert said == "gongbao: 127.0.0.1 is being asked by another process: waiting for our turn\n"


def test_hosts_of_articles_are_held_as_those_of_lists() -> None:
    source = Source(
        id="one",
        name="某县",
        region="990101",
        level="county",
        family="html",
        lists=("http://www.luoxi.gov.cn:81/a/", "https://luoxi.gov.cn/b/"),
        hosts=("xw.luoxi.gov.cn:8080", "www.beiyuan.gov.cn"),
    )
    assert hosts(source) == ["beiyuan.gov.cn", "luoxi.gov.cn", "xw.luoxi.gov.cn"]


@pytest.mark.slow
def test_a_busy_site_gets_the_time_it_asks_for(tmp_path: Path) -> None:
    site = Timed(2, busy=1)
    try:
        (tmp_path / "one.toml").write_text(declaration("one", site.url(), 0), "utf-8")
        crawl("one", SOURCES=tmp_path / "one.toml", ARCHIVE_DIR=tmp_path, RETRY_TIMES=2)
    finally:
        site.close()
    assert rows(tmp_path, "SELECT count(*) FROM releases") == [(2,)]
    pauses = sorted(at for at, _ in site.times)
    assert max(later - earlier for earlier, later in zip(pauses, pauses[1:], strict=False)) >= 3.0 - LATE


def test_no_proxy_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    site = Timed(1)
    try:
        (tmp_path / "one.toml").write_text(declaration("one", site.url(), 0), "utf-8")
        crawl("one", SOURCES=tmp_path / "one.toml", ARCHIVE_DIR=tmp_path)
    finally:
        site.close()
    assert rows(tmp_path, "SELECT count(*) FROM releases") == [(1,)]


def test_what_robots_closes_is_not_asked_for_however_many_wait_for_its_word(tmp_path: Path) -> None:
    with Pages(
        {"/robots.txt": b"User-agent: *\nDisallow: /"} | {f"/{n}/": b"<a href='/1.html'>x</a>" for n in range(5)}
    ) as pages:
        lists = ", ".join(f'"{pages.url(f"/{n}/")}"' for n in range(5))
        declared = declaration("one", "http://x/", 0).replace('"http://x/"', lists)
        (tmp_path / "one.toml").write_text(declared, "utf-8")
        done = crawl("one", status=2, SOURCES=tmp_path / "one.toml", ARCHIVE_DIR=tmp_path)
        assert [asked.path for asked in pages.asked] == ["/robots.txt"]
    assert "one: blocked" in done.stdout


def test_crawl_delay_is_kept(tmp_path: Path) -> None:
    page = ARTICLE.format(n=1, text=TEXT.format(n=1)).encode()
    site: dict[str, bytes | Answer] = {
        "/robots.txt": Answer(b"User-agent: *\nCrawl-delay: 1\n", 200, {"Content-Type": "text/plain"}),
        "/list/": "<html><ul><li><a href='/1.html'>第一号会议新闻稿</a></li></ul></html>".encode(),
        "/1.html": page,
    }
    with Pages(site) as pages:
        (tmp_path / "one.toml").write_text(declaration("one", pages.url("/list/"), 0), "utf-8")
        started = time.monotonic()
        crawl("one", SOURCES=tmp_path / "one.toml", ARCHIVE_DIR=tmp_path)
        assert time.monotonic() - started >= 1.0


@pytest.mark.slow
def test_a_second_crawl_of_a_source_is_refused_while_the_first_runs(tmp_path: Path) -> None:
    site = Timed(4)
    try:
        (tmp_path / "one.toml").write_text(declaration("one", site.url(), 1), "utf-8")
        settings = {"SOURCES": tmp_path / "one.toml", "ARCHIVE_DIR": tmp_path}
        thread = Thread(target=crawl, args=("one",), kwargs=settings)
        thread.start()
        while not site.times:
            time.sleep(0.05)
        second = scrapy("crawl", "one", **settings)
        thread.join()
    finally:
        site.close()
    assert second.returncode == 2
    assert "one is being crawled by another process" in second.stderr


def busy_site(tmp_path: Path, *days: dict[str, Answer], looks: str = "none") -> list[tuple[str, list[str], list[str]]]:
    """For each crawl of three articles: its line, the articles that were asked for, and their states; `days` are busy answers."""
    pages: dict[str, bytes | Answer] = {
        f"/{n}.html": ARTICLE.format(n=n, text=TEXT.format(n=n)).encode() for n in range(3)
    }
    links = "".join(f"<li><a href='/{n}.html'>{n}号会议新闻稿全文</a></li>" for n in range(3))
    pages["/list/"] = f"<html><ul>{links}</ul></html>".encode()
    found = []
    with Pages({}) as site:
        (tmp_path / "one.toml").write_text(declaration("one", site.url("/list/"), 0.2), "utf-8")
        for number, busy in enumerate(days):
            site.pages, site.asked = {**pages, **busy}, []
            settings = {"SOURCES": tmp_path / "one.toml", "ARCHIVE_DIR": tmp_path, "RETRY_TIMES": 2}
            done = scrapy("crawl", "one", "-a", f"recheck={looks}", NOW=f"2026-03-0{number + 1}", **settings)
            assert "Traceback" not in done.stderr
            asked = [one.path for one in site.asked if one.path.endswith(".html")]
            states = [state for (state,) in rows(tmp_path, "SELECT state FROM listings ORDER BY url")]
            found.append((done.stdout, asked, states))
    return found


ALL_BUSY = {f"/{n}.html": Answer(b"", 503, {"Retry-After": "3600"}) for n in range(3)}
IN_AN_HOUR = format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True)


@pytest.mark.parametrize(
    ("status", "value"),
    [(503, "3600"), (429, "3600"), (503, "601"), pytest.param(503, IN_AN_HOUR, id="a date"), (429, "9" * 400)],
)
def test_a_host_that_asks_for_more_time_than_a_crawl_waits_is_left_alone(
    tmp_path: Path, status: int, value: str
) -> None:
    [(said, asked, states)] = busy_site(
        tmp_path, {f"/{n}.html": Answer(b"", status, {"Retry-After": value}) for n in range(3)}
    )
    assert (len(asked), states) == (1, ["pending"] * 3)
    assert "127.0.0.1 asks to be left alone until 20" in said


def test_the_next_crawl_asks_a_host_again_that_was_left_alone(tmp_path: Path) -> None:
    first, second = busy_site(tmp_path, ALL_BUSY, {})
    assert first[0].startswith("one: suspect")
    assert (len(second[1]), second[2]) == (3, ["held"] * 3)
    assert "left alone" not in second[0]


def test_a_list_that_asks_for_time_breaks_its_crawl_and_nothing_else(tmp_path: Path) -> None:
    [(said, asked, _)] = busy_site(tmp_path, {"/list/": Answer(b"", 503, {"Retry-After": "3600"})})
    assert (asked, said.startswith("one: broken"), said.count("left alone")) == ([], True, 1)


def test_a_robots_file_that_asks_for_time_closes_its_host(tmp_path: Path) -> None:
    _, (said, asked, states) = busy_site(tmp_path, ALL_BUSY, {"/robots.txt": Answer(b"", 503, {"Retry-After": "3600"})})
    assert (asked, states, said.startswith("one: broken")) == ([], ["pending"] * 3, True)


def test_held_releases_are_not_looked_at_where_their_host_asks_for_time(tmp_path: Path) -> None:
    _, (said, asked, _) = busy_site(tmp_path, {}, ALL_BUSY, looks="all")
    assert "left alone" in said
    assert len(asked) == 1
    assert rows(tmp_path, "SELECT count(*) FROM observations WHERE outcome <> 'same'") == [(0,)]


@pytest.mark.slow
@pytest.mark.parametrize("value", ["soon", "", "0", "Mon, 16 Mar 2020 09:00:00 GMT"])
def test_a_busy_page_whose_host_asks_for_little_is_asked_for_again(tmp_path: Path, value: str) -> None:
    [(said, asked, states)] = busy_site(tmp_path, {"/1.html": Answer(b"", 503, {"Retry-After": value})})
    assert (asked.count("/1.html"), states) == (3, ["held", "failed", "held"])
    assert "left alone" not in said
