"""Imports go one way, between the rooms of the house and between the rooms inside each of them."""

import ast
import re
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
HOUSE = ("archive", "crawler", "pipelines", "spiders")

# From the ground up: a room, or a file beside the rooms, imports only those that stand before it.
FLOORS = {
    "archive": "errors urls model files times database texts search schema duplicates warc store chain snapshots"
    " verification removal transfer site",
    "crawler": "configuration settings command headers further_pages sources network timestamp health run probe adopt history cluster"
    " commands",
    "spiders": "lists walks articles base protocols loader retell",
}
MOST_FILES = 20  # in a room's folder, `__init__.py` not counted
WIDE_ROOMS = {"archive/site", "pipelines"}  # flat on purpose: one template or text rule a file
MOST_NAMES = {"archive": 18, "crawler": 15}  # modules and rooms at the top


def room(path: Path) -> str:
    parts = path.relative_to(ROOT).parts
    return "crawler/commands" if parts[:2] == ("crawler", "commands") else parts[0]


def name_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


MODULES = [path for name in HOUSE for path in sorted((ROOT / name).rglob("*.py"))]
NAMES = {name_of(path) for path in MODULES}


def show(path: Path) -> str:
    return str(path.relative_to(ROOT))


def imports(path: Path) -> Iterator[tuple[str, str]]:
    """The modules that a file imports, each with the name that it takes of them ("" for the whole module)."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((alias.name, "") for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are written whole"
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                yield (whole, "") if whole in NAMES else (node.module or "", alias.name)


def imported(path: Path) -> set[str]:
    return {module for module, _ in imports(path)}


@pytest.mark.parametrize("path", MODULES, ids=show)
def test_imports_go_one_way(path: Path) -> None:
    ours = {name.split(".")[0] for name in imported(path)} & {*HOUSE, "tests"}
    assert ours <= MAY_IMPORT[room(path)]


def test_no_command_imports_another() -> None:
    commands = [path for path in MODULES if room(path) == "crawler/commands"]
    assert [path for path in commands if any(name.startswith("crawler.commands") for name in imported(path))] == []


@pytest.mark.parametrize("path", [path for path in MODULES if room(path).split("/")[0] in FLOORS], ids=show)
def test_no_arrow_runs_back_up(path: Path) -> None:
    house = path.relative_to(ROOT).parts[0]
    floors = FLOORS[house].split()
    inside = [name.split(".")[1] for name in imported(path) if name.startswith(f"{house}.")]
    if name_of(path) == house:  # the house's own __init__.py
        assert inside == []
        return
    own = name_of(path).split(".")[1]
    above = floors[floors.index(own) + 1 :]
    assert [name for name in inside if name in above] == []


@pytest.mark.parametrize("house", FLOORS)
def test_every_room_has_its_floor(house: str) -> None:
    assert {name.split(".")[1] for name in NAMES if name.startswith(f"{house}.")} == set(FLOORS[house].split())


def test_nobody_in_the_archive_imports_the_site() -> None:
    beside = [path for path in MODULES if room(path) == "archive" and "site" not in path.parts]
    assert [show(path) for path in beside if any(name.startswith("archive.site") for name in imported(path))] == []


@pytest.mark.parametrize("path", MODULES, ids=show)
def test_a_name_with_an_underscore_is_used_in_its_own_module_alone(path: Path) -> None:
    taken = [f"{module}.{name}" for module, name in imports(path) if re.match("_[^_]", name)]
    tree = ast.parse(path.read_text("utf-8"))
    modules = {name.rpartition(".")[2] for name in imported(path) & NAMES}
    reached = [
        f"{node.value.id}.{node.attr}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and re.match("_[^_]", node.attr)
        if node.value.id in modules
    ]
    assert taken + reached == []


FOLDERS = sorted({path.parent for path in MODULES})


@pytest.mark.parametrize("folder", [one for one in FOLDERS if show(one) not in WIDE_ROOMS], ids=show)
def test_no_room_is_crowded(folder: Path) -> None:
    files = [path for path in folder.glob("*.py") if path.name != "__init__.py"]
    assert len(files) <= MOST_FILES


@pytest.mark.parametrize("house", MOST_NAMES)
def test_a_house_shows_few_names_at_its_top(house: str) -> None:
    assert len({name.split(".")[1] for name in NAMES if name.startswith(f"{house}.")}) <= MOST_NAMES[house]


def test_the_archive_knows_nothing_of_scrapy() -> None:
    strangers = [
        show(path)
        for path in MODULES
        if room(path) == "archive" and "scrapy" in {n.split(".")[0] for n in imported(path)}
    ]
    assert strangers == []


SQL = ("SELECT ", "INSERT ", "UPDATE ", "DELETE ")


@pytest.mark.parametrize("path", [p for p in MODULES if room(p) != "archive"], ids=show)
def test_sql_of_the_crawl_stands_in_the_archive(path: Path) -> None:
    texts = (n.value for n in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(n, ast.Constant))
    assert [text for text in texts if isinstance(text, str) and text.lstrip().startswith(SQL)] == []
