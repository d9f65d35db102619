"""The pages of docs/ are all reached, lead somewhere, and name files and tables that exist."""

import re
from pathlib import Path
from typing import Any

import pytest

from archive.schema.open import open_archive
from archive.site import facets, serving, shield
from archive.snapshots import tables
from crawler.sources.source import KEYS

ROOT = Path(__file__).parent.parent
INDEX = ROOT / "docs" / "README.md"
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
ROOMS = ("archive", "crawler", "spiders", "pipelines", "tests", "docs")


def links(page: Path) -> list[str]:
    """The relative links of a page, as written."""
    text = re.sub(r"(?ms)^```.*?^```", "", page.read_text("utf-8"))
    return [link for link in re.findall(r"\]\(([^)\s]+)\)", text) if not re.match(r"[a-z]+:", link)]


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"(?m)^#+ (.+)$", page.read_text("utf-8"))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_the_readme_leads_to_the_index() -> None:
    assert "docs/README.md" in links(ROOT / "README.md")


def test_the_index_leads_to_every_page() -> None:
    reached = {(INDEX.parent / link.split("#")[0]).resolve() for link in links(INDEX)}
    assert [page.name for page in sorted((ROOT / "docs").rglob("*.md")) if page not in {*reached, INDEX}] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    dead = []
    for link in links(page):
        target, _, anchor = link.partition("#")
        place = page.parent / target if target else page
        if not place.exists() or (anchor and anchor not in anchors(place)):
            dead.append(link)
    assert dead == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_files_that_a_page_names_exist(page: Path) -> None:
    named = re.findall(rf"`((?:{'|'.join(ROOMS)})/[\w./-]*)`", page.read_text("utf-8"))
    tests = {name for name in named if (ROOT / "tests" / f"{name}.py").exists()}  # as docs/threats.md names them
    assert [name for name in named if not (ROOT / name).exists() and name not in tests] == []


def test_the_tables_and_columns_of_the_glossary_exist(tmp_path: Path) -> None:
    text = (ROOT / "docs" / "glossary.md").read_text("utf-8")
    db = open_archive(tmp_path)
    there = {*db.table_names(), *db.view_names()}
    tables = set(re.findall(r"(?:table|view) `(\w+)`", text))
    columns = [pair for pair in re.findall(r"`(\w+)\.(\w+)`", text) if pair[0] in there]
    assert len(tables) > 15
    assert tables - there == set()
    assert [f"{table}.{column}" for table, column in columns if column not in db[table].columns_dict] == []
    db.close()


def page(name: str) -> str:
    return (ROOT / "docs" / name).read_text("utf-8")


def test_the_limits_of_the_pages_are_those_of_the_code() -> None:
    def cell(settings: dict[str, Any]) -> str:
        seconds = f"{settings['sql_time_limit_ms'] / 1000:g}".removeprefix("0")
        return f"{settings['max_returned_rows']:,}, {seconds} s"

    cells = f"| {cell(serving.SETTINGS)} | {cell(serving.SETTINGS | serving.PUBLIC_SETTINGS)} |"
    assert f"| rows of a page, time of a query {cells}" in page("serving.md")
    assert f"limit of {shield.RATE:g} requests a second per client ({shield.BURST} at once)" in page("serving.md")
    assert f"beyond {facets.VERIFIED} candidates" in page("serving.md")
    assert f"counting takes {facets.LIMIT} ms" in page("serving.md")
    lines = len((ROOT / "archive" / "verification" / "check.py").read_text("utf-8").splitlines())
    assert f"python3 -I check.py        # {lines} lines" in page("verification.md")


def test_the_exports_of_the_pages_are_those_of_the_code() -> None:
    rows = re.findall(r"(?m)^\| (`\w+`(?:, `\w+`)*) \| each", page("dataset.md"))
    assert {name for row in rows for name in re.findall(r"\w+", row)} == set(tables.TABLES)
    [told] = re.findall(r"(?m)^\| export \| .*$", page("glossary.md"))
    named, lines = re.search(r"\((.*)\) as CSV and Parquet, (.*) as JSON lines too", told).groups()
    assert set(named.split(", ")) == set(tables.TABLES)
    assert re.findall(r"\w{3,}", lines.replace(" and ", ", ")) == list(tables.AS_LINES)
    as_lines = "{}, {} and {}".format(*(f"`{name}`" for name in tables.AS_LINES))
    assert f"{as_lines} as JSON lines (`.jsonl.gz`) too" in page("dataset.md")


def test_every_key_of_a_source_is_named() -> None:
    text = page("sources.md").partition("## A list that is an interface")[0]
    example = re.findall(r"(?m)^(\w+) = ", text)
    assert KEYS - {*re.findall(r"`(\w+)`", text), *example} == set()


def test_what_git_leaves_out_docker_leaves_out_too() -> None:
    """Else `COPY . .` of docs/serving.md takes the archive, which no reader of an image may have."""
    ours, theirs = ((ROOT / name).read_text("utf-8").splitlines() for name in (".gitignore", ".dockerignore"))
    named = {line.removeprefix("**/") for line in theirs}
    assert [line for line in ours if line.strip("/") not in named] == []
    assert ".git" in named
