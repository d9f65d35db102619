"""What the page of threats promises is shown by tests that exist."""

import re
from pathlib import Path

import pytest

TESTS = Path(__file__).parent.parent
PAGE = TESTS.parent / "docs" / "threats.md"


def promises() -> list[tuple[str, str]]:
    """The files of tests that the page names, and the words that the names of their tests must hold."""
    cells = [line.rsplit("|", 2)[1] for line in PAGE.read_text("utf-8").splitlines() if line.startswith("|")]
    named = [re.findall(r"`([\w/]+)` ([^;`|]+)", cell) for cell in cells]
    return [(file, word.strip()) for cell in named for file, words in cell for word in words.split(",")]


@pytest.mark.parametrize(("file", "words"), promises())
def test_every_test_that_the_page_of_threats_names_exists(file: str, words: str) -> None:
    names = re.findall(r"def (test_\w+)", (TESTS / f"{file}.py").read_text("utf-8"))
    assert [name for name in names if words.replace(" ", "_") in name] != []


def test_every_threat_is_shown_by_a_test() -> None:
    tables = re.findall(r"\| threat \| guard \| test \|\n\|[-|]+\n((?:\|.*\n)+)", PAGE.read_text("utf-8"))
    lines = [line for table in tables for line in table.splitlines()]
    assert len(lines) > 20
    assert [line for line in lines if not re.search(r"`[\w/]+/test_\w+` \w", line.rsplit("|", 2)[1])] == []
