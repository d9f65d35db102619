"""The shared cases of figures, encodings and unseen text, where they lie beside the checkout, read by `pipelines.read`."""

import csv
import json
import re
from pathlib import Path

import pytest

from archive.model import Listed, Page, Release
from pipelines.read import read
from tests.conftest import SHARED

CASES = SHARED / "cases"
KINDS = ("figures", "encoding", "seen")
pytestmark = pytest.mark.skipif(
    not CASES.is_dir(), reason="no collection of cases (../shared/cases) beside this checkout"
)


def rows() -> list[dict[str, str]]:
    index = CASES / "pages" / "INDEX.tsv"
    if not index.is_file():
        return []
    with index.open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE) if row["kind"] in KINDS]


def release(path: Path, content_type: str = "text/html", listed: Listed | None = None) -> Release:
    page = Page(
        url="http://localhost/p/1.html",
        source="",
        fetched="2026-11-25T00:00:00Z",
        body=path.read_bytes(),
        headers=(("Content-Type", content_type),),
        listed=listed,
    )
    return read(page, None)


def wanted(cell: str) -> list[str | list[str]]:
    found: list[str | list[str]] = json.loads(cell) if cell not in ("", "-") else []
    return found


@pytest.mark.parametrize("row", rows(), ids=lambda row: row["file"])
def test_a_case_comes_out_right(row: dict[str, str]) -> None:
    listed = Listed(url="http://localhost/p/1.html", title=row["list_title"], date=row["list_date"])
    found = release(CASES / "pages" / row["file"], row["ct"], listed)
    for item in wanted(row["text_has"]):
        assert any(words in found.text for words in ([item] if isinstance(item, str) else item)), item
    assert [words for words in wanted(row["text_lacks"]) if str(words) in found.text] == []
    assert [words for words in wanted(row["text_match"]) if not re.search(str(words), found.text)] == []
    assert row["title"] == "-" or found.title in row["title"].split("|")


@pytest.mark.parametrize("number", [11, 12])
def test_torn_tables_keep_their_rows(number: int) -> None:
    [path] = (CASES / "text").glob(f"{number}-*.html")
    assert "指标\t数值\n产值\t12.5" in release(path).text
