"""The pages of docs/ are all reached, lead somewhere, and name files and tables that exist."""

import re
from pathlib import Path

import pytest

from archive.schema.open import open_archive

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


def test_what_git_leaves_out_docker_leaves_out_too() -> None:
    """Else `COPY . .` of docs/serving.md takes the archive, which no reader of an image may have."""
    ours, theirs = ((ROOT / name).read_text("utf-8").splitlines() for name in (".gitignore", ".dockerignore"))
    named = {line.removeprefix("**/") for line in theirs}
    assert [line for line in ours if line.strip("/") not in named] == []
    assert ".git" in named
