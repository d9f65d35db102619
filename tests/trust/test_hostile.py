"""What a hostile site can send: nothing leads inside, nothing fills memory, the crawl goes on."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.conftest import crawl, rows
from tests.trust.hostile import BOMBS, HostileSite, Inner, redirect, refresh


def declare(
    folder: Path, site: HostileSite, *, lists: tuple[str, ...] = ("/list/",), hosts: tuple[str, ...] = ()
) -> Path:
    path = folder / "hostile.toml"
    urls = json.dumps([site.base + place for place in lists])
    path.write_text(
        f"[hostile]\nname = '云岭省水利局'\nregion = '990000'\nlevel = 'province'\nfamily = 'html'\nlists = {urls}\n"
        f"delay = 0\nhosts = {json.dumps(hosts)}\n",
        "utf-8",
    )
    return path


def targets(port: int) -> list[str]:
    """The inner server in every spelling, and schemes that are not the web's."""
    return [
        f"http://127.0.0.1:{port}/secret.html",
        f"http://2130706433:{port}/secret.html",
        f"http://0177.0.0.1:{port}/secret.html",
        f"http://0x7f.0.0.1:{port}/secret.html",
        f"http://127.1:{port}/secret.html",
        f"http://[::ffff:127.0.0.1]:{port}/secret.html",
        f"http://127.0.0.2@127.0.0.1:{port}/secret.html",
        f"http://localhost:{port}/secret.html",
        f"ftp://127.0.0.1:{port}/secret.html",
        "file:///etc/hostname",
        "data:text/html,<h1>secret</h1>",
    ]


HOSTS = ("127.0.0.1", "2130706433", "0177.0.0.1", "0x7f.0.0.1", "127.1", "::ffff:127.0.0.1", "localhost")


def test_nothing_leads_to_the_inner_server(tmp_path: Path) -> None:
    with Inner() as inner, HostileSite({}) as site:
        links = targets(inner.port)
        for n, target in enumerate(links):
            site.answers[f"/a/302-{n}.html"] = redirect(target)
            site.answers[f"/a/meta-{n}.html"] = refresh(target)
        ways = [f"/a/{way}-{n}.html" for way in ("302", "meta") for n in range(len(links))]
        site.list_page("/list/", ["/a/good.html", *links, *ways])
        site.answers["/moved/"] = redirect(links[0])
        site.answers["/refreshed/"] = refresh(links[1])
        sources = declare(tmp_path, site, lists=("/list/", "/moved/", "/refreshed/"), hosts=HOSTS)
        crawl("hostile", status=2, ARCHIVE_DIR=tmp_path, SOURCES=sources, PRIVATE_HOSTS="127.0.0.2")
        assert inner.visits == 0
    assert len(rows(tmp_path, "SELECT url FROM releases")) == 1
    assert rows(tmp_path, "SELECT count(*) FROM captures WHERE url LIKE '%secret%'") == [(0,)]
    reasons = {reason for (reason,) in rows(tmp_path, "SELECT DISTINCT reason FROM listings WHERE state <> 'held'")}
    assert {"forbidden-address", "dns"} <= reasons


def test_a_robots_txt_that_leads_inside_closes_the_site(tmp_path: Path) -> None:
    with Inner() as inner, HostileSite({}) as site:
        site.answers["/robots.txt"] = redirect(f"http://127.0.0.1:{inner.port}/robots.txt")
        site.list_page("/list/", ["/a/good.html"])
        sources = declare(tmp_path, site, hosts=HOSTS)
        crawl("hostile", status=2, ARCHIVE_DIR=tmp_path, SOURCES=sources, PRIVATE_HOSTS="127.0.0.2")
        assert inner.visits == 0


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


def test_bombs_and_slow_answers_are_refused_and_the_crawl_goes_on(tmp_path: Path) -> None:
    with HostileSite(dict(BOMBS)) as site:
        site.list_page("/list/", ["/a/first.html", *BOMBS, "/a/final.html"])
        settings = {"DOWNLOAD_TIMEOUT": 3, "ARCHIVE_DIR": tmp_path, "SOURCES": declare(tmp_path, site)}
        _, said, most = peak_memory("crawl", "hostile", **settings)
    assert "Traceback" not in said
    held = {url.rpartition("/")[2] for (url,) in rows(tmp_path, "SELECT url FROM releases")}
    assert held == {"first.html", "final.html"}
    failed = dict(rows(tmp_path, "SELECT url, reason FROM listings WHERE state = 'failed'"))
    assert {url.removeprefix(site.base) for url in failed} == set(BOMBS)
    assert most <= 300
