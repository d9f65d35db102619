"""Imports go one way: archive <- crawler <- (spiders | pipelines); crawler/commands may import every room."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MAY_IMPORT = {
    "archive": {"archive"},
    "crawler": {"archive", "crawler"},
    "pipelines": {"archive", "crawler", "pipelines"},
    "spiders": {"archive", "crawler", "spiders"},
    "crawler/commands": {"archive", "crawler", "pipelines", "spiders"},
}
ROOMS = {"archive", "crawler", "pipelines", "spiders", "tests"}


def room(path: Path) -> str:
    parts = path.relative_to(ROOT).parts
    return "crawler/commands" if parts[:2] == ("crawler", "commands") else parts[0]


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are written whole"
            yield node.module or ""


MODULES = [
    path for name in ("archive", "crawler", "pipelines", "spiders") for path in sorted((ROOT / name).rglob("*.py"))
]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_go_one_way(path: Path) -> None:
    ours = {name.split(".")[0] for name in imported(path)} & ROOMS
    assert ours <= MAY_IMPORT[room(path)]


def test_no_command_imports_another() -> None:
    commands = [path for path in MODULES if room(path) == "crawler/commands"]
    assert [path for path in commands if any(name.startswith("crawler.commands") for name in imported(path))] == []


def test_the_archive_knows_nothing_of_scrapy() -> None:
    strangers = [
        path for path in MODULES if room(path) == "archive" and "scrapy" in {n.split(".")[0] for n in imported(path)}
    ]
    assert strangers == []


SQL = ("SELECT ", "INSERT ", "UPDATE ", "DELETE ")


@pytest.mark.parametrize(
    "path", [p for p in MODULES if room(p) != "archive"], ids=lambda path: str(path.relative_to(ROOT))
)
def test_sql_of_the_crawl_stands_in_the_archive(path: Path) -> None:
    texts = (n.value for n in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(n, ast.Constant))
    assert [text for text in texts if isinstance(text, str) and text.lstrip().startswith(SQL)] == []
