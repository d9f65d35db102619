"""The open cases of raw answers, first sights and imports beside this checkout (../shared/cases, see its README)."""

import csv
import json
import re
import socketserver
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from archive.urls import canonical
from tests.conftest import SHARED, rows, scrapy
from tests.serving import Pages

CASES = SHARED / "cases"
pytestmark = pytest.mark.skipif(
    not CASES.is_dir(), reason="no collection of cases (../shared/cases) beside this checkout"
)

# The kinds whose faults are mended: every row of theirs must hold
MENDED = ["late", "torn", "length", "coding", "fields"]
DAYS = ["2026-03-10", "2026-03-13", "2026-03-20"]
DECLARED = """[{name}]
name = "{name}"
region = "990000"
level = "city"
family = "html"
article = "/p/"
exclude = "没有这样的标题"
lists = ["{url}"]
"""


def table(*place: str) -> list[dict[str, str]]:
    if not CASES.is_dir():
        return []
    with CASES.joinpath(*place).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


class RawSite(socketserver.ThreadingTCPServer):
    """Sends the raw answers of `answers.tsv` byte for byte, by the number of the crawl and the client's cookies."""

    allow_reuse_address = daemon_threads = True

    def __init__(self, listed: str) -> None:
        self.crawl = 1
        self.listed = listed.encode()
        self.answers = table("http", "answers.tsv")
        outer = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                path = self.rfile.readline().decode("latin-1").split()[1]
                head = {}
                while line := self.rfile.readline().decode("latin-1").strip():
                    name, _, value = line.partition(":")
                    head[name.lower()] = value.strip()
                self.wfile.write(outer.answer(path, head.get("cookie", "")))

        super().__init__(("127.0.0.1", 0), Handler)

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}{path}"

    def answer(self, path: str, cookie: str) -> bytes:
        if path == "/list/":
            return b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n" + self.listed
        for row in self.answers:
            if row["path"] == path and self._fits(row["when"], cookie):
                return (CASES / "http" / row["file"]).read_bytes()
        return b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"

    def _fits(self, when: str, cookie: str) -> bool:
        if when.startswith("cookie:"):
            return when.removeprefix("cookie:") in cookie.split("; ")
        if when.startswith("crawl<="):
            return self.crawl <= int(when[7:])
        return not when.startswith("crawl==") or self.crawl == int(when[7:])


def http_rows() -> list[dict[str, str]]:
    return [row for row in table("http", "INDEX.tsv") if row["kind"] in MENDED]


Crawled = tuple[Path, RawSite, dict[str, str]]


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    """An archive after the three crawls, its site, and the states after the first crawl by address."""
    folder = tmp_path_factory.mktemp("http")
    entries = "".join(
        f"<li><a href='{row['path']}'>{row['list_title']}</a><span>{row['list_date']}</span></li>"
        for row in table("http", "INDEX.tsv")
        if row["source"] == "main" and row["listed"] == "yes"
    )
    with RawSite(f"<html><head><meta charset='utf-8'></head><body><ul>{entries}</ul></body></html>") as site:
        threading.Thread(target=site.serve_forever, args=(0.05,), daemon=True).start()
        (folder / "main.toml").write_text(DECLARED.format(name="main", url=site.url("/list/")), "utf-8")
        first: dict[str, str] = {}
        for site.crawl, day in enumerate(DAYS, 1):
            settings = {"SOURCES": folder / "main.toml", "ARCHIVE_DIR": folder, "NOW": day}
            assert scrapy("crawl", "main", "-a", "recheck=all", **settings).returncode in (0, 2)
            first = first or dict(rows(folder, "SELECT url_key, state FROM listings"))
        yield folder, site, first
        site.shutdown()


@pytest.mark.parametrize("row", http_rows(), ids=lambda row: row["case"])
def test_raw_answers_end_as_they_should(crawled: Crawled, row: dict[str, str]) -> None:
    folder, site, first = crawled
    key = canonical(site.url(row["path"]))
    if row["first"] != "-":
        assert first[key] in row["first"].split("|")
    [(state, reason)] = rows(folder, "SELECT state, reason FROM listings WHERE url_key = ?", key)
    assert state in row["state"].split("|"), reason
    if row["reason_not"] != "-":
        assert not re.search(row["reason_not"], reason)
    found = rows(
        folder,
        "SELECT r.title, r.text, published, publisher, r.version, status, v.changed FROM releases r"
        " JOIN versions v ON v.release = r.id AND v.version = r.version WHERE url_key = ?",
        key,
    )
    if not found:
        assert "held" not in row["state"]
        return
    names = ("title", "text", "published", "publisher", "version", "status", "changed")
    held = dict(zip(names, (str(value or "") for value in found[0]), strict=True))
    for name in ("title", "published", "publisher", "version", "status"):
        assert row[name] == "-" or held[name] in row[name].split("|"), name
    for words in json.loads(row["text_has"]) if row["text_has"] != "-" else ():
        assert words in held["text"]
    for words in json.loads(row["text_lacks"]) if row["text_lacks"] != "-" else ():
        assert words not in held["text"]
    for name in json.loads(row["changed_has"]) if row["changed_has"] != "-" else ():
        assert name in json.loads(held["changed"])


def plays() -> list[str]:
    place = CASES / "firstsight.json"
    return [play["name"] for play in json.loads(place.read_text("utf-8"))["plays"]] if place.is_file() else []


@pytest.mark.parametrize("name", plays())
def test_a_notice_is_never_held_and_every_true_page_is_in_the_end(name: str, tmp_path: Path) -> None:
    told: dict[str, Any] = json.loads((CASES / "firstsight.json").read_text("utf-8"))
    [play] = [one for one in told["plays"] if one["name"] == name]
    articles = told["articles"]
    with Pages({}) as pages:
        (tmp_path / "one.toml").write_text(DECLARED.format(name="one", url=pages.url("/list/")), "utf-8")
        for day in play["days"]:
            shown = articles[: day["listed"]]
            pages.pages = {one["path"]: one["html"].encode() for one in shown}
            for at in day["notice"]:
                pages.pages[articles[at]["path"]] = told["notices"][day["which"]].encode()
            items = "".join(f"<li><a href='{a['path']}'>{a['title']}</a><span>{a['day']}</span></li>" for a in shown)
            pages.pages["/list/"] = f"<html><meta charset='utf-8'><ul>{items}</ul></html>".encode()
            done = scrapy("crawl", "one", SOURCES=tmp_path / "one.toml", ARCHIVE_DIR=tmp_path, NOW=day["now"])
            assert done.returncode in (0, 2)
            texts = [text for (text,) in rows(tmp_path, "SELECT text FROM versions")]
            assert not [mark for mark in told["marks"] if any(mark in text for text in texts)]
        found = dict(rows(tmp_path, "SELECT url_key, text FROM releases"))
        for one in articles[: play["total"]]:
            assert all(words in found[canonical(pages.url(one["path"]))] for words in one["paras"])
        assert not rows(tmp_path, "SELECT url FROM releases WHERE status <> 'live'")


@pytest.mark.parametrize("row", table("import", "INDEX.tsv"), ids=lambda row: row["file"])
def test_an_odd_record_costs_no_other(row: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "one.toml").write_text(DECLARED.format(name="one", url="http://www.yunwei.example/list/"), "utf-8")
    place = str(CASES / "import" / row["file"])
    done = scrapy("import", place, "--source", "one", SOURCES=tmp_path / "one.toml", ARCHIVE_DIR=tmp_path)
    taken = row["odd_taken"] == "yes"
    assert done.returncode == (0 if taken else 2)
    assert "Traceback" not in done.stderr
    assert taken or "left out" in done.stderr
    assert rows(tmp_path, "SELECT count(*) FROM releases") == [(int(row["others"]) + taken,)]
