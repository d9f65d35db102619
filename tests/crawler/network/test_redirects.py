"""Redirects and cookies: whatever is asked for ends in a state with a word, and nobody but the site is asked."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from crawler.network.cookies import is_shared
from tests.conftest import crawl, environment_of, rows, scrapy
from tests.raw import NOT_FOUND, Asked, Raw, cookies, sent

SOURCE = """[one]
name = "云桅市人民政府"
region = "990000"
level = "city"
family = "html"
article = '/a/'
lists = ["{url}"]
"""


def titled(n: int) -> str:
    return f"云桅市第{n}号堤防加固工程完工"


def article(n: int, head: str = "") -> bytes:
    return (
        f"<html><head><meta charset=utf-8>{head}<title>{titled(n)}</title></head><body><h1>{titled(n)}</h1>"
        f"<p>发布时间：2026-03-0{n % 9 + 1} 来源：云桅市水务局</p><div class='content'>"
        f"<p>云桅市水务局今天宣布，第{n}号堤防的加固工程已经全部完工，汛期之前投入使用，总投资{n + 3}千万元。</p>"
        f"<p>水务局负责人介绍，工程惠及沿河{n + 20}个乡镇的居民，下一步将继续推进{n + 2}座泵站的改造。</p></div></body></html>"
    ).encode()


def list_of(*numbers: int) -> bytes:
    items = "".join(f"<li><a href='/a/{n}.html'>{titled(n)}</a><span>2026-03-05</span></li>" for n in numbers)
    return f"<html><body><ul>{items}</ul></body></html>".encode()


def moved(to: str, **headers: str) -> bytes:
    return sent(status="302 Found", Location=to, **headers)


def run(folder: Path, site: Raw, *args: str, place: str = "/list/", status: int = 0) -> str:
    (folder / "one.toml").write_text(SOURCE.format(url=site.base + place), "utf-8")
    done = crawl("one", *args, status=status, SOURCES=folder / "one.toml", ARCHIVE_DIR=folder, NOW="2026-03-10")
    assert status or not done.stderr
    return done.stdout


def states(folder: Path) -> dict[str, tuple[str, str]]:
    found = rows(folder, "SELECT url, state, reason FROM listings")
    return {url.rpartition("/")[2]: (state, reason) for url, state, reason in found}


def test_a_list_and_an_article_that_lead_to_themselves_with_a_cookie_are_read(tmp_path: Path) -> None:
    def answer(asked: Asked) -> bytes:
        if asked.path not in ("/list/", "/a/1.html"):
            return NOT_FOUND
        if "k=1" not in cookies(asked):
            return moved(asked.path, Set_Cookie=f"k=1; path={asked.path}")
        return sent(list_of(1) if asked.path == "/list/" else article(1))

    with Raw(answer) as site:
        run(tmp_path, site)
    assert states(tmp_path) == {"1.html": ("held", "")}


def test_every_one_of_many_articles_that_lead_to_one_place_has_its_verdict(tmp_path: Path) -> None:
    def answer(asked: Asked) -> bytes:
        pages = {"/list/": sent(list_of(1, 2, 3, 4, 5, 6)), "/a/6.html": sent(article(6)), "/": sent(b"<p>home")}
        away = {"/a/1.html": "/", "/a/2.html": "/", "/a/3.html": "/404.html", "/a/4.html": "/404.html"}
        if asked.path in away:
            return moved(away[asked.path])
        return pages.get(asked.path, moved("/a/5.html") if asked.path == "/a/5.html" else NOT_FOUND)

    with Raw(answer) as site:
        said = run(tmp_path, site)
    assert states(tmp_path) == {
        "1.html": ("failed", "redirected"),
        "2.html": ("failed", "redirected"),
        "3.html": ("failed", "http-404"),
        "4.html": ("failed", "http-404"),
        "5.html": ("failed", "redirect-loop"),
        "6.html": ("held", ""),
    }
    assert "never answered" not in said


def test_two_articles_that_moved_to_one_page_are_both_held(tmp_path: Path) -> None:
    def answer(asked: Asked) -> bytes:
        pages = {"/list/": list_of(1, 2, 3), "/a/3.html": article(3)}
        body = pages.get(asked.path)
        return sent(body) if body else moved("/a/3.html") if asked.path.startswith("/a/") else NOT_FOUND

    with Raw(answer) as site:
        run(tmp_path, site)
        run(tmp_path, site, "-a", "recheck=all")
    assert {state for state, _ in states(tmp_path).values()} == {"held"}


def test_a_list_that_leads_round_in_circles_says_so(tmp_path: Path) -> None:
    with Raw(lambda asked: moved("/list/") if asked.path == "/list/" else NOT_FOUND) as site:
        said = run(tmp_path, site, status=2)
        assert site.paths.count("/list/") == 6  # REDIRECT_MAX_TIMES, and the first
    assert "is redirected again and again" in said
    assert "never answered" not in said


def test_a_long_address_is_asked_for(tmp_path: Path) -> None:
    long = f"/a/{'9' * 3000}.html"
    body = list_of(1).replace(b"/a/1.html", long.encode())
    with Raw(lambda asked: sent({"/list/": body, long: article(1)}.get(asked.path, b""))) as site:
        run(tmp_path, site)
    assert [state for state, _ in states(tmp_path).values()] == ["held"]


def test_a_page_that_refreshes_itself_is_the_page(tmp_path: Path) -> None:
    again = "<meta http-equiv=refresh content='5;url=/a/1.html'>"
    with Raw(lambda asked: sent({"/list/": list_of(1), "/a/1.html": article(1, again)}.get(asked.path, b""))) as site:
        run(tmp_path, site)
        assert site.paths.count("/a/1.html") == 1
    assert states(tmp_path) == {"1.html": ("held", "")}


def leaping(to: str, words: str = "") -> bytes:
    return sent(f"<html><script>window.location.href='{to}';</script><body>{words}</body></html>".encode())


def test_a_script_that_goes_elsewhere_is_followed_as_a_redirect_and_retold_so(tmp_path: Path) -> None:
    """1 moved to an article that a list links by a script, 2 is removed and says so, 3 shows the home page, 4 checks its client."""
    checks = sent(b"<html><script>document.cookie='k=1';location.href='/a/6.html'</script></html>")
    away = {
        "/a/1.html": leaping("/a/5.html"),
        "/a/2.html": leaping("/", "<p>您访问的页面不存在或已删除</p>"),
        "/a/3.html": leaping("/"),
        "/a/4.html": checks,
    }
    days: list[dict[str, bytes]] = [{}, away]

    def answer(asked: Asked) -> bytes:
        numbers = range(1, 10)
        pages = {f"/a/{n}.html": sent(article(n)) for n in numbers if n != 8}
        pages |= {"/list/": sent(list_of(*numbers)), "/": sent(b"<p>home"), "/a/8.html": leaping("/zt/8.html")}
        return {**pages, "/zt/8.html": sent(article(8)), **days[0]}.get(asked.path, NOT_FOUND)

    told = """SELECT r.url_key, o.outcome FROM observations o JOIN releases r ON r.id = o.release
        WHERE o.outcome NOT IN ('same', 'changed') ORDER BY 1"""
    with Raw(answer) as site:
        run(tmp_path, site)
        assert states(tmp_path)["8.html"] == ("held", "")
        assert set(states(tmp_path).values()) == {("held", "")}
        days.pop(0)
        run(tmp_path, site, "-a", "recheck=all")
    outcomes = [(key.rpartition("/")[2], outcome) for key, outcome in rows(tmp_path, told)]
    assert outcomes == [
        ("1.html", "redirected"),
        ("2.html", "missing"),
        ("3.html", "redirected"),
        ("4.html", "blocked"),
    ]
    rebuild = {"SOURCES": tmp_path / "one.toml", "ARCHIVE_DIR": tmp_path}
    before = rows(tmp_path, told), states(tmp_path)
    (tmp_path / "archive.db").rename(tmp_path / "lost.db")
    assert scrapy("rebuild", **rebuild).returncode == 0
    assert (rows(tmp_path, told), states(tmp_path)) == before


@pytest.mark.parametrize(
    ("domain", "shared"),
    [
        ("gov.cn", True),
        ("com", True),
        ("github.io", True),
        ("yunwei.gov.cn", False),
        ("www.gov.cn", False),
        ("127.0.0.1", False),
        ("localhost", False),
    ],
)
def test_the_domains_that_unrelated_sites_share(domain: str, shared: bool) -> None:
    assert is_shared(domain) == shared


def test_cookies_stay_with_their_host(tmp_path: Path) -> None:
    """A host below the site's is another host, and a cookie for all that end alike is nobody's."""
    other = Raw(lambda asked: sent(article(2)), host="127.0.0.2")

    def answer(asked: Asked) -> bytes:
        if asked.path == "/list/":
            return sent(list_of(1, 2), Set_Cookie="own=1; path=/")
        return moved(f"{other.base}/a/2.html") if asked.path == "/a/2.html" else sent(article(1))

    with Raw(answer) as site, other:
        declared = SOURCE.format(url=site.base + "/list/") + 'hosts = ["127.0.0.2"]\n'
        (tmp_path / "one.toml").write_text(declared, "utf-8")
        settings = {"SOURCES": tmp_path / "one.toml", "PRIVATE_HOSTS": "127.0.0.1,127.0.0.2"}
        crawl("one", ARCHIVE_DIR=tmp_path, NOW="2026-03-10", **settings)
        assert [cookies(asked) for asked in site.asked if asked.path == "/a/1.html"] == [{"own=1"}]
        assert [cookies(asked) for asked in other.asked if asked.path == "/a/2.html"] == [set()]


WATCH = """
import os, sys
def note(event, args):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname"):
        place = args[1] if event == "socket.connect" else args[0]
        with open(os.environ["WATCHED"], "a") as file:
            print(event, place[0] if isinstance(place, tuple) else place, file=file)
sys.addaudithook(note)
"""


def test_a_whole_crawl_with_cookies_reaches_nobody_but_the_site(tmp_path: Path) -> None:
    """With an empty HOME, and proxies named in the environment: no foreign connection, no foreign name looked up."""
    home, watch = tmp_path / "home", tmp_path / "watch"
    home.mkdir()
    watch.mkdir()
    (watch / "sitecustomize.py").write_text(WATCH)

    def answer(asked: Asked) -> bytes:
        pages = {"/list/": list_of(1, 2), "/a/1.html": article(1), "/a/2.html": article(2)}
        if asked.path not in pages:
            return NOT_FOUND
        domain = "domain=127.0.0.1" if asked.path == "/a/1.html" else "domain=.gov.cn"
        return sent(pages[asked.path], Set_Cookie=f"c{len(asked.path)}=1; path=/; {domain}")

    with Raw(answer) as site, Raw(lambda _: NOT_FOUND) as proxy:
        (tmp_path / "one.toml").write_text(SOURCE.format(url=site.base + "/list/"), "utf-8")
        environment = environment_of(SOURCES=tmp_path / "one.toml", ARCHIVE_DIR=tmp_path / "a", NOW="2026-03-10")
        environment = {name: value for name, value in environment.items() if not name.startswith("XDG_")}
        proxies = dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy"), proxy.base)
        paths = os.pathsep.join([str(watch), os.environ.get("PYTHONPATH", "")])
        environment |= proxies | {"HOME": str(home), "PYTHONPATH": paths, "WATCHED": str(tmp_path / "watched")}
        command = [sys.executable, "-m", "scrapy", "crawl", "one"]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=120)
        assert proxy.asked == []
    assert (done.returncode, done.stderr) == (0, "")
    assert states(tmp_path / "a") == {"1.html": ("held", ""), "2.html": ("held", "")}
    assert {line.split()[1] for line in (tmp_path / "watched").read_text().splitlines()} == {"127.0.0.1"}
    assert not list(home.rglob("*"))
