"""The open cases beside this checkout (../shared/cases, see its README): crawled over HTTP, then compared."""

import csv
import html
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from scrapy.http import TextResponse

from archive.urls import canonical
from crawler.probe.look import provisional_source
from crawler.sources import load_families
from spiders.loader import SourceSpiderLoader
from tests.conftest import SHARED, crawl, rows
from tests.serving import Answer, Pages

CASES = SHARED / "cases"
pytestmark = pytest.mark.skipif(
    not CASES.is_dir(), reason="no collection of cases (../shared/cases) beside this checkout"
)

# The kinds whose faults are mended: every row of theirs must hold. A list's kind is that of its file's name.
MENDED = ["days", "shapes", "zones", "meta", "figures", "encoding", "seen", "collapse", "first-sight"]
MENDED_LISTS = ["ld"]
NOW = "2026-11-25"

SOURCE = """[cases]
name = "cases"
region = "990000"
level = "city"
family = "html"
article = "/p/"
exclude = "没有这样的标题"
lists = ["{url}"]
"""
# What text/README.md says of its pages: the fields of a release, and words that its text has
TEXTS: dict[str, dict[str, str]] = {
    "1-pasted-head": {"published": "2026-03-12", "publisher": "云桅市人民政府"},
    "2-lead-block": {"text": "3月10日，云桅市召开惠民工程推进会"},
    "3-indented-date": {"published": "2026-03-12T14:59+08:00", "publisher": "宣教中心"},
    "4-session-date": {"published": "2026-03-12T11:38+08:00", "text": "——2026年2月14日在"},
    "5-split-publisher": {"published": "2026-03-12T12:12+08:00", "publisher": "云桅日报"},
    "6-chuchu": {"publisher": "云桅市统计局"},
    "7-bracket-publisher": {"publisher": "云桅市文旅局（原文广局）"},
    "9-slash-minute": {"published": "2026-03-12T10:12+08:00", "publisher": "云桅日报"},
    "10-related-link": {"publisher": "云桅市发展和改革委员会", "written": "2026-03-10"},
    "11-table-caption": {"text": "指标\t数值\n产值\t12.5"},
    "12-cells-without-row": {"text": "指标|数值|产值|12.5"},
}


def cases() -> list[dict[str, str]]:
    if not CASES.is_dir():
        return []
    with (CASES / "pages" / "INDEX.tsv").open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE) if row["kind"] in MENDED]


def lists() -> list[str]:
    return sorted(path.stem for kind in MENDED_LISTS for path in (CASES / "lists").glob(f"{kind}-*.json"))


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Pages]]:
    """An archive after one crawl of all cases that are mended, and the site that served them."""
    folder = tmp_path_factory.mktemp("cases")
    site: dict[str, bytes | Answer] = {}
    entries = []
    for row in cases():
        body = (CASES / "pages" / row["file"]).read_bytes()
        site[f"/p/{row['file']}"] = Answer(body, headers={"Content-Type": row["ct"]})
        entries.append(
            f"<li><a href='/p/{row['file']}'>{html.escape(row['list_title'])}</a><span>{row['list_date']}</span></li>"
        )
    for name in TEXTS:
        site[f"/p/{name}.html"] = (CASES / "text" / f"{name}.html").read_bytes()
        entries.append(f"<li><a href='/p/{name}.html'>{name}</a></li>")
    site["/list/"] = f"<html><body><ul>{''.join(entries)}</ul></body></html>".encode()
    with Pages(site) as pages:
        (folder / "cases.toml").write_text(SOURCE.format(url=pages.url("/list/")), "utf-8")
        crawl("cases", SOURCES=folder / "cases.toml", ARCHIVE_DIR=folder, NOW=NOW)
        yield folder, pages


def release(folder: Path, url: str) -> dict[str, str]:
    """The release of an address, "" for null; empty when none is held."""
    fields = ["title", "text", "published", "publisher", "author", "written"]
    found = rows(folder, f"SELECT {', '.join(fields)} FROM releases WHERE url_key = ?", canonical(url))
    return dict(zip(fields, (value or "" for value in found[0]), strict=True)) if found else {}


def alternatives(given: Any) -> list[str]:
    return given if isinstance(given, list) else [given]


@pytest.mark.parametrize("row", cases(), ids=lambda row: row["file"])
def test_a_page_reads_as_it_should(archive: tuple[Path, Pages], row: dict[str, str]) -> None:
    folder, pages = archive
    url = pages.url(f"/p/{row['file']}")
    found = release(folder, url)
    if row["state"] != "-":
        [(state,)] = rows(folder, "SELECT state FROM listings WHERE url = ?", url)
        assert state in row["state"].split("|")
    for field in ("title", "published", "publisher", "author", "written"):
        if row[field] != "-":
            assert found[field] in row[field].split("|"), field
    for words in json.loads(row["text_has"]) if row["text_has"] != "-" else ():
        assert any(one in found["text"] for one in alternatives(words)), words
    for words in json.loads(row["text_lacks"]) if row["text_lacks"] != "-" else ():
        assert words not in found["text"]
    for pattern in json.loads(row["text_match"]) if row["text_match"] != "-" else ():
        assert re.search(pattern, found["text"]), pattern
    for words, times in (json.loads(row["times"]) if row["times"] != "-" else {}).items():
        assert found["text"].count(words) == times, words
    if row["repeats"] != "-":
        sql = "SELECT count(*) FROM repeats p JOIN releases r ON r.id = p.release WHERE r.url_key = ?"
        [(repeats,)] = rows(folder, sql, canonical(url))
        assert bool(repeats) == (row["repeats"] == "yes")


@pytest.mark.parametrize("name", TEXTS)
def test_a_page_of_the_texts_reads_as_its_readme_says(archive: tuple[Path, Pages], name: str) -> None:
    folder, pages = archive
    found = release(folder, pages.url(f"/p/{name}.html"))
    for field, value in TEXTS[name].items():
        if field == "text":
            assert all(words in found["text"] for words in value.split("|"))
        else:
            assert found[field] == value, field


@pytest.mark.parametrize("name", lists())
def test_a_list_shows_its_entries(name: str) -> None:
    truth = json.loads((CASES / "lists" / f"{name}.json").read_text("utf-8"))
    source = replace(
        provisional_source(truth["url"], load_families()[truth["family"]]),
        id="cases",
        article=truth.get("article", ""),
    )
    spider = SourceSpiderLoader({"cases": source}).load("cases")()
    body = (CASES / "lists" / f"{name}.html").read_bytes()
    page = spider.read_list(TextResponse(truth["url"], body=body, encoding="utf-8"))
    found = [(entry.url, entry.title, entry.date) for entry in page.entries]
    assert [(url, title) for url, title, _ in found] == [(url, title) for url, title, _ in truth["entries"]]
    for (_, title, day), (_, _, days) in zip(found, truth["entries"], strict=True):
        assert day in days.split("|"), title
