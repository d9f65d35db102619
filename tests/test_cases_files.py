"""The open cases of files, redirects and cookies beside this checkout (../shared/cases, see its README), over HTTP."""

import csv
import html
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

import pytest

from archive.urls import canonical
from tests.conftest import SHARED, crawl, rows
from tests.raw import NOT_FOUND, Asked, Raw, cookies, sent

CASES = SHARED / "cases"
pytestmark = pytest.mark.skipif(
    not CASES.is_dir(), reason="no collection of cases (../shared/cases) beside this checkout"
)
KINDS = {"redirect", "cookie", "fields"}
DAYS = ("2026-03-10", "2026-03-13", "2026-03-20")
SOURCE = """[{id}]
name = "{id}"
region = "990000"
level = "city"
family = "html"
article = "{article}"
exclude = "没有这样的标题"
lists = ["{url}"]
"""


def table(*names: str) -> list[dict[str, str]]:
    path = CASES.joinpath(*names)
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


PAGES = [row for row in table("pages", "INDEX.tsv") if row["kind"] == "files"]
CASES_OF_HTTP = [row for row in table("http", "INDEX.tsv") if row["kind"] in KINDS]


def list_of(entries: list[tuple[str, str, str]]) -> bytes:
    items = "".join(
        f"<li><a href='{url}'>{html.escape(title)}</a><span>{day}</span></li>" for url, title, day in entries
    )
    return f"<html><body><ul>{items}</ul></body></html>".encode()


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Raw]]:
    """An archive after one crawl of the pages with files, and the site that served them."""
    folder = tmp_path_factory.mktemp("files")
    served = {f"/p/{row['file']}": (CASES / "pages" / row["file"]).read_bytes() for row in PAGES}
    served["/list/"] = list_of([(f"/p/{row['file']}", row["list_title"], row["list_date"]) for row in PAGES])
    with Raw(lambda asked: sent(served[asked.path]) if asked.path in served else NOT_FOUND) as site:
        declared = folder / "cases.toml"
        declared.write_text(SOURCE.format(id="cases", url=f"{site.base}/list/", article="/p/"), "utf-8")
        crawl("cases", SOURCES=declared, ARCHIVE_DIR=folder, NOW="2026-11-25")
        yield folder, site


@pytest.mark.parametrize("row", PAGES, ids=lambda row: row["file"])
def test_the_files_of_a_page_are_asked_for_and_nothing_else(crawled: tuple[Path, Raw], row: dict[str, str]) -> None:
    folder, site = crawled
    [(state,)] = rows(folder, "SELECT state FROM listings WHERE url = ?", f"{site.base}/p/{row['file']}")
    assert state in row["state"].split("|")
    asked = {unquote(path) for path in site.paths}
    assert set(map(unquote, json.loads(row["asks"]))) <= asked
    assert not set(map(unquote, json.loads(row["asks_not"]))) & asked


@dataclass
class Ran:
    folder: Path
    site: Raw
    first: dict[str, str]  # the states after the first crawl, by path


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ran]:
    """An archive after the three crawls of the raw answers."""
    folder, begun = tmp_path_factory.mktemp("http"), list[str]()
    answers, listed = table("http", "answers.tsv"), [row for row in table("http", "INDEX.tsv") if row["kind"] in KINDS]

    def fits(when: str, asked: Asked) -> bool:
        if when.startswith("crawl"):
            return len(begun) <= int(when[7:]) if when[5:7] == "<=" else len(begun) == int(when[7:])
        return when in ("", "always") or when.removeprefix("cookie:") in cookies(asked)

    def answer(asked: Asked) -> bytes:
        if asked.path == "/list/":
            shown = [(row["path"], row["list_title"], row["list_date"]) for row in listed if row["listed"] == "yes"]
            return sent(list_of(shown))
        found = [row for row in answers if row["path"] == asked.path and fits(row["when"] or "", asked)]
        return (CASES / "http" / found[0]["file"]).read_bytes() if found else NOT_FOUND

    with Raw(answer) as site:
        sources = {
            row["source"]: row for row in table("http", "sources.tsv") if row["source"] in {r["source"] for r in listed}
        }
        declared = [
            SOURCE.format(id=name, url=site.base + (row["list"] or "/list/"), article=row["article"])
            for name, row in sources.items()
        ]
        (folder / "cases.toml").write_text("\n".join(declared), "utf-8")
        first: dict[str, str] = {}
        for day in DAYS:
            begun.append(day)
            for name in sources:
                crawl(name, "-a", "recheck=all", SOURCES=folder / "cases.toml", ARCHIVE_DIR=folder, NOW=f"{day}T12:00")
            first = first or {
                url.removeprefix(site.base): state for url, state in rows(folder, "SELECT url, state FROM listings")
            }
        yield Ran(folder, site, first)


@pytest.mark.parametrize("row", CASES_OF_HTTP, ids=lambda row: row["case"])
def test_a_raw_answer_has_its_verdict(ran: Ran, row: dict[str, str]) -> None:
    url = ran.site.base + row["path"]
    [(state, reason)] = rows(ran.folder, "SELECT state, reason FROM listings WHERE url = ?", url)
    assert row["first"] == "-" or ran.first[row["path"]] in row["first"].split("|")
    assert row["state"] == "-" or state in row["state"].split("|")
    assert state == "held" or reason
    sql = "SELECT text, version, status, published, publisher FROM releases WHERE url_key = ?"
    found = rows(ran.folder, sql, canonical(url))
    for words in json.loads(row["text_has"]) if row["text_has"] != "-" else ():
        assert words in found[0][0]
    assert row["version"] == "-" or str(found[0][1]) == row["version"]
    for place, name in enumerate(("status", "published", "publisher"), 2):
        assert row[name] == "-" or found[0][place] == row[name]
    changed = "SELECT v.changed FROM versions v JOIN releases r ON r.id = v.release WHERE r.url_key = ?"
    named = {name for (names,) in rows(ran.folder, changed, canonical(url)) for name in json.loads(names)}
    assert set(json.loads(row["changed_has"]) if row["changed_has"] != "-" else ()) <= named
