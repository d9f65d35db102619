"""The open list cases beside this checkout (../shared/cases/lists, ../shared/captures/lists), each crawled over HTTP.

Each list stands on a host of its own. What follows it holds two new entries and no pager.
"""

import html
import json
import re
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.conftest import SHARED, crawl, rows
from tests.serving import Answer, Pages

CASES, CAPTURES = SHARED / "cases" / "lists", SHARED / "captures" / "lists"
pytestmark = pytest.mark.skipif(not CASES.is_dir(), reason="no collection of lists (../shared) beside this checkout")

NOW = "2026-03-10"
UTF8 = {"Content-Type": "text/html; charset=utf-8"}
TEXT = "云桅市水务局介绍，今年第{n}批泵站改造已经完工，惠及{n}个小区的居民，后续管护由各街道负责。"
# Entries that the declaration does not admit, and that are counted: a special of pages of its own, a page of another host
NOT_OF_THE_FAMILY = {
    "http://www.mnr.gov.cn/zt/xx/xjpstwmsx/",
    "http://vod.mnr.gov.cn/spxw/202609/t20260913_2938250.htm",
}
_numbers = count(1)


def truths() -> dict[str, tuple[Path, dict[str, Any]]]:
    found: dict[str, tuple[Path, dict[str, Any]]] = {}
    if CASES.is_dir():
        for path in sorted(CASES.glob("*.json")):
            found[path.stem] = path.with_suffix(".html"), json.loads(path.read_text("utf-8"))
        for name, truth in json.loads((CAPTURES / "truth.json").read_text("utf-8")).items():
            found[name.removesuffix(".html")] = CAPTURES / name, truth
    return found


TRUTHS = truths()


def article(n: int, title: str) -> Answer:
    text = "".join(f"<p>{TEXT.format(n=100 * n + k)}</p>" for k in range(4))
    page = f"<html><body><h1>{html.escape(title)}</h1><div>{text}</div></body></html>"
    return Answer(page.encode(), headers=UTF8)


def new_addresses(known: list[str]) -> list[str]:
    """Two addresses of the same shape as the first known one."""
    *_, last = re.finditer(r"\d", known[-1].partition("?")[0])
    made = (known[-1][: last.start()] + f"{n}" + known[-1][last.end() :] for n in range(10))
    return [url for url in made if url not in known][:2]


class Served:
    """A list with all that it leads to, on hosts of its own."""

    def __init__(self, stack: ExitStack, body: bytes, truth: dict[str, Any]) -> None:
        origins = {origin(truth["url"]), *truth.get("hosts", ()), *filter(None, [truth.get("sister")])}
        self.sites = {one: stack.enter_context(Pages({}, f"127.0.9.{next(_numbers)}")) for one in sorted(origins)}
        for n, (url, *said) in enumerate([*truth["entries"], *truth.get("optional", ())]):
            self.serve(url, article(n, said[0].partition("|")[0] if said else ""))
        self.serve(truth["url"], Answer(self.moved(body.decode()).encode(), headers=UTF8))
        if truth["next"]:
            made = new_addresses([entry[0] for entry in truth["entries"] if origin(entry[0]) == origin(truth["url"])])
            items = [
                f"<li><a href='{self.moved(url)}'>第{n}批泵站改造完工</a>2026-02-01</li>" for n, url in enumerate(made)
            ]
            self.serve(truth["next"], Answer(f"<html><ul>{''.join(items)}</ul></html>".encode(), headers=UTF8))
            for n, url in enumerate(made, 900):
                self.serve(url, article(n, f"第{n}批泵站改造完工"))
        self.extra = {self.moved(url) for url in made} if truth["next"] else set()

    def serve(self, url: str, answer: Answer) -> None:
        if site := self.sites.get(origin(url)):
            site.pages[url.removeprefix(origin(url))] = answer

    def moved(self, text: str) -> str:
        for one, site in self.sites.items():
            text = re.sub(rf"https?://{re.escape(one.partition('//')[2])}(?![\w.])", site.url(""), text)
        return text

    def asked(self) -> set[str]:
        return {site.url(asked.path) for site in self.sites.values() for asked in site.asked}


def origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def declared(served: Served, truth: dict[str, Any]) -> str:
    table = {
        "name": "lists",
        "region": "990000",
        "level": "city",
        "family": truth.get("declare") or truth["family"],
        "lists": [served.moved(truth["url"])],
    }
    table |= {"article": truth["article"]} if truth.get("article") else {}
    table |= {"hosts": [urlsplit(served.moved(one)).hostname for one in truth["hosts"]]} if truth.get("hosts") else {}
    return "[lists]\n" + "".join(f"{key} = {json.dumps(value)}\n" for key, value in table.items())


@pytest.mark.parametrize("name", TRUTHS)
def test_a_list_is_crawled_as_its_truth_says(tmp_path: Path, name: str) -> None:
    file, truth = TRUTHS[name]
    with ExitStack() as stack:
        served = Served(stack, file.read_bytes(), truth)
        (tmp_path / "sources.toml").write_text(declared(served, truth), "utf-8")
        hosts = ",".join(site.host for site in served.sites.values())
        crawl("lists", SOURCES=tmp_path / "sources.toml", ARCHIVE_DIR=tmp_path, NOW=NOW, PRIVATE_HOSTS=hosts)
        asked = served.asked()
        entries = {served.moved(entry[0]): entry[1:] for entry in truth["entries"] if entry[0] not in NOT_OF_THE_FAMILY}
        optional = {served.moved(entry[0]): entry[1:] for entry in truth.get("optional", ())}
        left = {served.moved(url) for url in truth.get("skipped", ())}
        if truth["next"]:
            assert served.moved(truth["next"]) in asked
    listed = rows(tmp_path, "SELECT url, title, date, state, reason FROM listings ORDER BY rowid")
    found = {
        url: (title, day) for url, title, day, state, reason in listed if reason != "other-host" or state != "skipped"
    }
    assert set(found) - served.extra - set(optional) == set(entries)
    for url, (title, day) in found.items():
        if rest := entries.get(url) or optional.get(url):
            assert title == " ".join(rest[0].split())
            assert len(rest) == 1 or day in rest[1].split("|"), title
    assert not left & asked
    assert {url for url, *_, state, _ in listed if state == "skipped"} >= left
    [(outcome, said)] = rows(tmp_path, "SELECT outcome, problems FROM crawls")
    if announced := truth.get("announced"):
        assert outcome != "ok"
        assert any(re.search(rf"\b{number}\b", said) for number in announced)
    if "outcome" in truth:
        assert outcome == truth["outcome"], said
    if "says_sister" in truth:
        host = urlsplit(served.moved(truth["sister"])).hostname
        assert host is not None
        assert (host in said) == truth["says_sister"]
