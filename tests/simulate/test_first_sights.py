"""A site with bad days over real HTTP: maintenance, errors and busy pages answer with 200 in place of new and held articles."""

import tomllib
from pathlib import Path

import pytest

from archive.urls import canonical
from tests.archive.living import prose
from tests.conftest import rows, scrapy
from tests.serving import Answer, Pages

FORMS = tomllib.loads((Path(__file__).parent.parent / "pipelines" / "first_sights.toml").read_text("utf-8"))["notice"]
WORKS = ("水库除险加固", "公交站改造", "农贸市场修缮", "校舍维修", "图书室建设", "泵站更新", "步道铺设", "河道清淤")
PLACES = ("河滨镇", "青竹街道", "北岭区", "南湾区", "东坪县")
PER_DAY = 6
DECLARED = """[one]
name = "清峦县人民政府"
region = "990101"
level = "county"
family = "html"
lists = ["{url}"]
article = "/p/"
"""


def title(number: int) -> str:
    return f"{PLACES[number % 5]}{WORKS[number % 8]}工程第{number + 1}标段通过验收"


def article(number: int) -> bytes:
    text = "".join(f"<p>{line}</p>" for line in prose(number).splitlines())
    return (
        f"<html><head><title>{title(number)}_清峦县人民政府</title></head><body><h1>{title(number)}</h1>"
        f"<div class='info'>发布时间：2026-03-0{number // PER_DAY + 1}</div><div class='content'>{text}</div></body></html>"
    ).encode()


def notice(number: int) -> Answer:
    form = FORMS[number % len(FORMS)]
    return Answer(form["html"].encode(), headers={"Content-Type": form.get("type", "text/html")})


def served(today: int, bad: set[int]) -> dict[str, bytes | Answer]:
    """The site on a day, from 1 on; `bad` are the articles that answer with a notice, each day with another."""
    number = today * PER_DAY
    items = "".join(
        f"<li><a href='/p/{n}.html'>{title(n)}</a><span>2026-03-0{n // PER_DAY + 1}</span></li>"
        for n in reversed(range(number))
    )
    pages: dict[str, bytes | Answer] = {f"/p/{n}.html": article(n) for n in range(number)}
    pages |= {f"/p/{n}.html": notice(n * 5 + today) for n in bad}
    return {**pages, "/list/": f"<html><meta charset='utf-8'><ul>{items}</ul></html>".encode()}


# on day 2 all new articles, on day 3 some of them and all that are due, on day 4 the articles that are held too
BAD: dict[int, set[int]] = {2: set(range(6, 12)), 3: set(range(6, 16)), 4: set(range(24))}


@pytest.mark.slow
def test_no_notice_is_held_and_no_page_is_gone(tmp_path: Path) -> None:
    with Pages({}) as pages:
        (tmp_path / "one.toml").write_text(DECLARED.format(url=pages.url("/list/")), "utf-8")
        for today in range(1, 6):
            pages.pages = served(today, BAD.get(today, set()))
            settings = {"SOURCES": tmp_path / "one.toml", "ARCHIVE_DIR": tmp_path, "NOW": f"2026-03-0{today}T12:00"}
            assert scrapy("crawl", "one", "-a", "recheck=all", **settings).returncode in (0, 2)
        settings["NOW"] = "2026-03-20T12:00"  # a notice that reads like a soft 404 waits for nine days
        scrapy("crawl", "one", "-a", "recheck=all", **settings)
        held = dict(rows(tmp_path, "SELECT url_key, text FROM releases"))
        assert held == {canonical(pages.url(f"/p/{n}.html")): prose(n) for n in range(5 * PER_DAY)}
    assert rows(tmp_path, "SELECT DISTINCT version FROM versions") == [(1,)]
    assert rows(tmp_path, "SELECT DISTINCT status FROM releases") == [("live",)]
