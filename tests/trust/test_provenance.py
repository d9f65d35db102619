"""The program of docs/verification.md reads every value again from the WARC files."""

import re
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs" / "verification.md"
PROGRAM = next(
    block for block in re.findall(r"```python\n(.*?)```", DOCS.read_text("utf-8"), re.DOTALL) if "provenance" in block
)


def run(folder: Path) -> str:
    done = subprocess.run([sys.executable, "-c", PROGRAM, str(folder)], capture_output=True, text=True, check=True)
    return done.stdout


def test_every_value_that_stands_in_a_page_is_read_again(copy: Callable[..., Path]) -> None:
    folder = copy("archive.db", "warc")
    assert len(PROGRAM.splitlines()) <= 30
    with closing(sqlite3.connect(folder / "archive.db")) as db:
        of_pages, placed = db.execute(
            "SELECT count(*), count(start) FROM provenance WHERE rule <> 'list' AND raw <> ''"
        ).fetchone()
    assert run(folder) == f"{placed} values stand where the archive says\n"
    assert placed / of_pages > 0.98


def test_a_value_that_was_changed_is_told(copy: Callable[..., Path]) -> None:
    folder = copy("archive.db", "warc")
    with closing(sqlite3.connect(folder / "archive.db")) as db:
        db.execute(
            "UPDATE provenance SET raw = '他人' WHERE rowid = (SELECT min(rowid) FROM provenance WHERE start > 0)"
        )
        db.commit()
    assert "他人" in run(folder)
