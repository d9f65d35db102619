"""robots.txt as sites of all ages write it."""

from pathlib import Path

import pytest
from protego import Protego

from crawler.network.robots import in_utf8
from tests.conftest import crawl, rows
from tests.serving import Answer, Pages

RULES = "User-agent: *\nDisallow: /内部/\nDisallow: /p/公告/\n"
DECLARED = """[one]
name = "清峦县人民政府"
region = "990101"
level = "county"
family = "html"
lists = ["{url}"]
"""
ARTICLE = (
    "<html><h1>{title}</h1><div class='content'><p>全县春季造林工作推进会今天召开，各乡镇负责人参加。</p></div></html>"
)


def allowed(body: bytes, path: str) -> bool:
    return bool(
        Protego.parse(in_utf8(body).decode("utf-8-sig")).can_fetch(f"http://qingluan.example{path}", "gongbao/0.1")
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030"])
def test_a_chinese_path_is_closed_and_no_other(encoding: str) -> None:
    body = RULES.encode(encoding)
    assert not allowed(body, "/p/%E5%85%AC%E5%91%8A/1.html")
    assert allowed(body, "/p/1.html")
    assert allowed(body, "/1.html")


def test_a_path_in_gbk_is_closed_in_its_own_bytes_too() -> None:
    assert not allowed(RULES.encode("gbk"), "/p/%B9%AB%B8%E6/1.html")


def test_plain_rules_stay_as_they_are() -> None:
    assert in_utf8(b"User-agent: *\nDisallow: /a/\n") == b"User-agent: *\nDisallow: /a/"
    assert in_utf8(b"") == b""


def test_a_robots_txt_that_asks_for_patience_closes_the_site_for_this_crawl(tmp_path: Path) -> None:
    with Pages({"/robots.txt": Answer(b"", 429), "/list/": b"<a href='/1.html'>x</a>"}) as pages:
        (tmp_path / "one.toml").write_text(DECLARED.format(url=pages.url("/list/")), "utf-8")
        done = crawl("one", status=2, SOURCES=tmp_path / "one.toml", ARCHIVE_DIR=tmp_path)
        assert {asked.path for asked in pages.asked} == {"/robots.txt"}
    assert "its robots.txt answers 429" in done.stderr


@pytest.mark.parametrize("status", [400, 412])
def test_a_look_whose_conditions_are_refused_is_asked_again_without_them(tmp_path: Path, status: int) -> None:
    page = ARTICLE.format(title="清峦县召开春季造林工作推进会").encode()
    dated = {"Content-Type": "text/html", "Last-Modified": "2026-03-05 09:00:00"}
    site: dict[str, bytes | Answer] = {
        "/list/": "<ul><li><a href='/1.html'>清峦县召开春季造林工作推进会</a><span>2026-03-05</span></li></ul>".encode(),
        "/1.html": Answer(page, headers=dated),
    }
    with Pages(site, refuses_conditions=status) as pages:
        (tmp_path / "one.toml").write_text(DECLARED.format(url=pages.url("/list/")), "utf-8")
        settings = {"SOURCES": tmp_path / "one.toml", "ARCHIVE_DIR": tmp_path}
        crawl("one", NOW="2026-03-05", **settings)
        crawl("one", "-a", "recheck=all", NOW="2026-03-06", **settings)
        looks = [asked for asked in pages.asked if asked.path == "/1.html"]
        assert ["if-modified-since" in look.headers for look in looks] == [False, True, False]
    assert rows(tmp_path, "SELECT outcome FROM observations") == [("same",)]
