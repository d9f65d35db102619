"""The SQL that the pages of docs/ show runs on an archive and on its snapshots, as a reader would copy it."""

import re
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from archive.snapshots.make import make

ROOT = Path(__file__).parents[3]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
# docs/dataset.md asks duckdb: tests/trust/test_dataset_docs.py
EXAMPLES = [
    (page.name, example)
    for page in PAGES
    if page.name != "dataset.md"
    for example in re.findall(r"(?ms)^```sql\n(.*?)^```$", page.read_text("utf-8"))
]
NOW = datetime(2020, 4, 15, 8, 30, tzinfo=UTC)


@pytest.fixture(params=["archive", "private", "public"])
def folder(request: pytest.FixtureRequest, archive: Path) -> Path:
    return archive if request.param == "archive" else make(archive, public=request.param == "public", now=NOW)


def test_every_example_runs(folder: Path) -> None:
    assert {name for name, _ in EXAMPLES} >= {
        "README.md",
        "search.md",
        "files.md",
        "history.md",
        "life-of-a-release.md",
    }
    faults = []
    with closing(sqlite3.connect(folder / "archive.db")) as db:
        for name, example in EXAMPLES:
            for statement in re.split(r";.*\n", example):
                try:
                    db.execute(statement).fetchall()
                except sqlite3.Error as error:
                    faults.append(f"{name}: {error}: {statement}")
    assert faults == []
