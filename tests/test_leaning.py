"""The page of private parts that we lean on is true: they exist, and we use no other."""

import ast
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
from scrapy.core.downloader import Slot
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "leaning.md").read_text("utf-8")
MODULES = [
    path for name in ("archive", "crawler", "pipelines", "spiders") for path in sorted((ROOT / name).rglob("*.py"))
]
ROWS = [[cell.strip() for cell in line.strip("|").split("|")] for line in PAGE.splitlines() if line.startswith("| ")]
PUBLIC = {"_exit", "_asdict", "_replace"}  # the last two are namedtuple's


def is_private(name: str) -> bool:
    return re.match("_[^_]", name) is not None


def own_names() -> set[str]:
    """The private names that our modules define."""
    found: set[str] = set()
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                found.add(node.name)
            elif isinstance(node, ast.Assign | ast.AnnAssign):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                found |= {one.id for one in targets if isinstance(one, ast.Name)}
                found |= {one.attr for one in targets if isinstance(one, ast.Attribute) and is_of_self(one)}
    return found


def is_of_self(node: ast.Attribute) -> bool:
    return isinstance(node.value, ast.Name) and node.value.id == "self"


def foreign_names() -> Iterator[str]:
    """The private names that our modules take of others."""
    ours = own_names()
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Attribute) and is_private(node.attr):
                inherited = isinstance(node.value, ast.Call) and ast.unparse(node.value) == "super()"
                if inherited or node.attr not in ours:
                    yield node.attr


def test_we_use_no_private_name_that_the_page_does_not_explain() -> None:
    assert {name for name in foreign_names() if not re.search(rf"\b{name}\b", PAGE)} - PUBLIC == set()


def dotted() -> list[str]:
    first_cells = " ".join(row[0] for row in ROWS)
    return re.findall(r"`((?:scrapy|twisted|datasette|mcp|lxml|asn1crypto)(?:\.\w+)+\.\w+)`", first_cells)


@pytest.mark.parametrize("path", dotted())
def test_a_named_part_exists(path: str) -> None:
    parts = path.split(".")
    for length in range(len(parts) - 1, 0, -1):
        try:
            found = import_module(".".join(parts[:length]))
        except ModuleNotFoundError:
            continue
        for name in parts[length:]:
            assert hasattr(found, name) or name in found.__init__.__code__.co_names
            found = getattr(found, name, None)
        return
    pytest.fail(f"there is no {path}")


def test_parts_that_only_an_object_has_exist() -> None:
    slot = Slot(1, 1.0, 0.0)
    assert all(hasattr(slot, name) for name in ("lastseen", "transferring", "queue"))
    set_in_robots = RobotsTxtMiddleware.__init__.__code__.co_names
    assert {"_parsers", "_parserimpl", "_default_useragent"} <= {*set_in_robots}


@pytest.mark.parametrize("row", [row for row in ROWS if row[1].startswith("`")], ids=lambda row: row[0][:40])
def test_files_and_tests_that_a_row_names_exist(row: list[str]) -> None:
    files = re.findall(r"`([\w/]+(?:\.py|/))`", row[1])
    assert [name for name in files if not (ROOT / name).exists()] == []
    tests = re.findall(r"`([\w/]+)`", " ".join(row[3:]))
    assert [name for name in tests if not (ROOT / "tests" / f"{name}.py").exists()] == []
