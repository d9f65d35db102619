"""What a hostile site can send: nothing leads inside, nothing fills memory, the crawl goes on."""

import json
import os
import subprocess
import sys
from base64 import b64encode
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import brotli
import pytest
from warcio.archiveiterator import ArchiveIterator

from archive.warc.coding import zstd
from tests.conftest import crawl, rows, same_archive, scrapy
from tests.trust.hostile import ENDLESS, GOOD, HostileSite, Inner, bombs, encoded, page, redirect, refresh, script

pytestmark = pytest.mark.slow


def declare(
    folder: Path, site: HostileSite, *, lists: tuple[str, ...] = ("/list/",), hosts: tuple[str, ...] = ()
) -> Path:
    """A declaration of the site; `lists` are paths on it, or whole addresses."""
    path = folder / "hostile.toml"
    urls = json.dumps([place if "://" in place else site.base + place for place in lists])
    path.write_text(
        f"[hostile]\nname = '云岭省水利局'\nregion = '990000'\nlevel = 'province'\nfamily = 'html'\nlists = {urls}\n"
        f"delay = 0\nhosts = {json.dumps(hosts)}\n",
        "utf-8",
    )
    return path


# the inner server, in six ways of leading there and nine ways of naming it

WAYS = ("302", "refresh", "script", "next-page", "entry", "robots", "attachment")
SPELLINGS = {
    "private": "http://127.0.0.1:{port}/{name}",
    "decimal": "http://2130706433:{port}/{name}",
    "octal": "http://0177.0.0.1:{port}/{name}",
    "hex": "http://0x7f.0.0.1:{port}/{name}",
    "mapped": "http://[::ffff:127.0.0.1]:{port}/{name}",
    "name": "http://localhost:{port}/{name}",
    "file": "file://{folder}/{name}",
    "data": "data:text/html;base64,{secret}",
    "ftp": "ftp://127.0.0.1:{port}/{name}",
}
HOSTS = ("127.0.0.1", "2130706433", "0177.0.0.1", "0x7f.0.0.1", "::ffff:127.0.0.1", "localhost")
CONTROL = ("private", "decimal", "octal", "hex", "name")  # that a crawler without the guard can reach
PAIRS = [(way, spelling) for way in WAYS for spelling in SPELLINGS]


@dataclass
class Led:
    """What came of a crawl of sites that lead inside in every way."""

    visits: list[str]  # first lines of the requests that the inner server saw
    kept: bytes  # all that the crawl captured
    listed: dict[str, str]  # address: why it failed

    def reached(self, way: str, spelling: str) -> bool:
        name = f"{way}-{spelling}."
        return any(name in visit for visit in self.visits) or f"secret-{name}".encode() in self.kept


def lead_inside(folder: Path, allowed: str) -> Led:
    """Crawl a site whose every page leads to the inner server; `allowed` are the PRIVATE_HOSTS."""
    with Inner() as inner, HostileSite({}) as site, ExitStack() as others:

        def target(way: str, spelling: str) -> str:
            ending = {"robots": "txt", "attachment": "pdf"}.get(way, "html")
            name = f"{way}-{spelling}.{ending}"
            secret = f"secret-{name}"
            (folder / name).write_text(secret)
            packed = b64encode(secret.encode()).decode()
            return SPELLINGS[spelling].format(port=inner.port, folder=folder, name=name, secret=packed)

        for spelling in SPELLINGS:
            site.answers[f"/a/302-{spelling}.html"] = redirect(target("302", spelling))
            site.answers[f"/a/refresh-{spelling}.html"] = refresh(target("refresh", spelling))
            site.answers[f"/a/script-{spelling}.html"] = script(target("script", spelling))
            following = f"<a href='{target('next-page', spelling)}'>下一页</a>"
            entry = f"<li><a href='/a/{spelling}-day.html'>关于{spelling}工程的通告</a><span>2026-03-16</span></li>"
            site.answers[f"/{spelling}/"] = page(f"<html><body><ul>{entry}</ul>{following}</body></html>")
        files = "".join(f"<p><a href='{target('attachment', one)}'>附件</a></p>" for one in SPELLINGS)
        site.answers["/a/files.html"] = page(GOOD.format("全省水库工程清单").replace("</div>", f"{files}</div>"))
        entries = [target("entry", spelling) for spelling in SPELLINGS]
        entries += [f"/a/{way}-{spelling}.html" for way in ("302", "refresh", "script") for spelling in SPELLINGS]
        site.list_page("/list/", ["/a/good.html", "/a/files.html", *entries])
        lists = ["/list/", *(f"/{spelling}/" for spelling in SPELLINGS)]
        for spelling in SPELLINGS:  # a robots.txt is asked for once a site
            other = others.enter_context(HostileSite({"/robots.txt": redirect(target("robots", spelling))}))
            other.list_page("/list/", [f"/a/robots-{spelling}.html"])
            lists.append(f"{other.base}/list/")
        sources = declare(folder, site, lists=tuple(lists), hosts=HOSTS)
        done = scrapy("crawl", "hostile", ARCHIVE_DIR=folder / "a", SOURCES=sources, PRIVATE_HOSTS=allowed)
        assert "Traceback" not in done.stderr, done.stderr
        kept = b""
        for path in (folder / "a" / "warc").iterdir():
            with path.open("rb") as file:
                kept += b"".join(
                    record.content_stream().read()
                    for record in ArchiveIterator(file)
                    if record.rec_type == "response" and record.http_headers.get_statuscode() == "200"
                )
        failed = dict(rows(folder / "a", "SELECT url, reason FROM listings WHERE state <> 'held'"))
        return Led(visits=inner.visits, kept=kept, listed=failed)


@pytest.fixture(scope="module")
def led(tmp_path_factory: pytest.TempPathFactory) -> Led:
    return lead_inside(tmp_path_factory.mktemp("inside"), "127.0.0.2")


@pytest.mark.parametrize(("way", "spelling"), PAIRS)
def test_nothing_leads_to_the_inner_server(led: Led, way: str, spelling: str) -> None:
    assert not led.reached(way, spelling)


def test_the_inner_server_is_not_even_connected_to(led: Led) -> None:
    assert led.visits == []
    assert {"forbidden-address", "dns"} <= set(led.listed.values())


def test_every_way_leads_there_when_it_may(tmp_path: Path) -> None:
    found = lead_inside(tmp_path, "127.0.0.1, 127.0.0.2, localhost")
    ways = [way for way in WAYS if way != "next-page"]  # which is only looked for on the list's own site
    assert [(way, one) for way in ways for one in CONTROL if not found.reached(way, one)] == []


def test_a_robots_txt_that_leads_inside_closes_the_site(tmp_path: Path) -> None:
    with Inner() as inner, HostileSite({}) as site:
        site.answers["/robots.txt"] = redirect(f"http://127.0.0.1:{inner.port}/robots.txt")
        site.list_page("/list/", ["/a/good.html"])
        sources = declare(tmp_path, site, hosts=HOSTS)
        crawl("hostile", status=2, ARCHIVE_DIR=tmp_path, SOURCES=sources, PRIVATE_HOSTS="127.0.0.2")
        assert inner.visits == []
    assert rows(tmp_path, "SELECT count(*) FROM listings") == [(0,)]


# in a small process between: what is forked from this one begins with this one's memory as its own peak
LAUNCH = """
import os, subprocess, sys
child = subprocess.Popen(sys.argv[1:])
_, status, used = os.wait4(child.pid, 0)
print("peak", used.ru_maxrss // 1024)
sys.exit(os.waitstatus_to_exitcode(status))
"""


def peak_memory(*args: str, **settings: Any) -> tuple[int, str, int]:
    """Run one of our commands; its exit status, what it said, and the most memory it held, in MB."""
    defaults = {"PRIVATE_HOSTS": "127.0.0.2", "DOWNLOAD_DELAY": "0", "EXTRACT_WORKERS": "0", "RETRY_TIMES": "0"}
    environment = {**os.environ, **{f"GONGBAO_{name}": str(value) for name, value in {**defaults, **settings}.items()}}
    command = [sys.executable, "-c", LAUNCH, sys.executable, "-m", "scrapy", *args]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    return done.returncode, done.stderr, int(done.stdout.rpartition("peak ")[2])


@dataclass
class Bombed:
    """An archive of a site of bombs."""

    folder: Path
    settings: dict[str, Any]
    base: str
    said: str
    most: int  # MB that the crawl held


@pytest.fixture(scope="module")
def bombed(tmp_path_factory: pytest.TempPathFactory) -> Bombed:
    folder = tmp_path_factory.mktemp("bombed")
    with HostileSite({**bombs(), **ENDLESS}) as site:
        site.list_page("/list/", ["/a/first.html", *site.answers, "/a/final.html"])
        settings = {"DOWNLOAD_TIMEOUT": 5, "ARCHIVE_DIR": folder, "SOURCES": declare(folder, site)}
        _, said, most = peak_memory("crawl", "hostile", **settings)
        return Bombed(folder=folder, settings=settings, base=site.base, said=said, most=most)


def test_bombs_and_slow_answers_are_refused_and_the_crawl_goes_on(bombed: Bombed) -> None:
    assert "Traceback" not in bombed.said
    held = {url.rpartition("/")[2] for (url,) in rows(bombed.folder, "SELECT url FROM releases")}
    assert held == {"first.html", "final.html"}
    failed = dict(rows(bombed.folder, "SELECT url, reason FROM listings WHERE state = 'failed'"))
    reasons = {url.removeprefix(bombed.base): reason for url, reason in failed.items()}
    packed = {url for url in reasons if url not in ENDLESS}
    assert len(packed) == 6
    assert {reasons[url] for url in packed} == {"too-large"}
    assert {reasons[url] for url in ENDLESS} <= {"too-large", "timeout", "connection"}
    assert set(reasons) == packed | set(ENDLESS)
    assert bombed.most <= 300


@pytest.mark.parametrize("command", ["rebuild", "crawl replay"])
def test_kept_bombs_do_no_harm_when_they_are_read_again(bombed: Bombed, tmp_path: Path, command: str) -> None:
    settings = {**bombed.settings, "ARCHIVE_DIR": tmp_path}
    (tmp_path / "warc").mkdir()
    for path in (bombed.folder / "warc").iterdir():
        (tmp_path / "warc" / path.name).write_bytes(path.read_bytes())
    if command != "rebuild":
        (tmp_path / "archive.db").write_bytes((bombed.folder / "archive.db").read_bytes())
    status, said, most = peak_memory(*command.split(), **settings)
    assert (status, "Traceback" in said) == (0, False), said
    assert same_archive(tmp_path) == same_archive(bombed.folder)
    assert most <= 300


def test_brotli_and_zstd_are_not_asked_for_but_read_and_rebuilt(tmp_path: Path) -> None:
    pages = {name: GOOD.format(f"全省水库除险加固工程完工（{name}）").encode() for name in ("br", "zstd")}
    answers = {"/a/br.html": encoded(brotli.compress(pages["br"]), "br")}
    answers["/a/zstd.html"] = encoded(zstd.compress(pages["zstd"]), "zstd")
    asked: set[str] = set()

    def listing(handler: Any) -> None:
        asked.add(handler.headers["Accept-Encoding"])
        shown(handler)

    with HostileSite(answers) as site:
        site.list_page("/list/", ["/a/br.html", "/a/zstd.html"])
        shown, site.answers["/list/"] = site.answers["/list/"], listing
        settings = {"ARCHIVE_DIR": tmp_path, "SOURCES": declare(tmp_path, site), "PRIVATE_HOSTS": "127.0.0.2"}
        crawl("hostile", **settings)
    assert asked == {"gzip, deflate"}
    before = same_archive(tmp_path)
    assert len(before["releases"]) == 2
    crawl("replay", **settings)
    assert same_archive(tmp_path) == before
    (tmp_path / "archive.db").unlink()
    assert scrapy("rebuild", **settings).returncode == 0
    assert same_archive(tmp_path) == before
