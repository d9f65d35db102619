from pathlib import Path

from crawler.sources import load_families, load_sources
from crawler.sources.catalogue import FAMILIES, UNKNOWN, catalogue

PAGE = Path(__file__).parents[2] / "docs" / "sources.md"


def test_the_page_says_what_is_declared() -> None:
    assert PAGE.read_text("utf-8") == catalogue(load_sources().values()), (
        "run: python -m crawler.sources.catalogue > docs/sources.md"
    )


def test_every_family_has_its_grades() -> None:
    assert set(FAMILIES) == set(load_families())


def test_a_cell_cannot_break_its_row() -> None:
    rows = [line for line in catalogue(load_sources().values()).splitlines() if line.startswith("| `")]
    assert {row.count(" | ") for row in rows} == {5, 8}


def test_what_is_declared_is_not_called_unknown() -> None:
    assert not {name for _, name, _ in UNKNOWN} & {source.name for source in load_sources().values()} - {
        "上海市人民政府"
    }
