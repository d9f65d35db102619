import re
from pathlib import Path

from crawler.sources import load_families, load_sources
from crawler.sources.catalogue import UNKNOWN, catalogue, tables
from tests.conftest import crawl, rows
from tests.serving import Pages
from tests.test_family_crawls import article
from tests.test_requests import lists, path

PAGE = Path(__file__).parents[3] / "docs" / "sources.md"
TABLES = re.findall(r"(?s)```toml\n(.*?)```", PAGE.read_text("utf-8"))


def test_the_page_says_what_is_declared() -> None:
    assert PAGE.read_text("utf-8") == catalogue(load_sources().values(), load_families().values()), (
        "run: python -m crawler.sources.catalogue > docs/sources.md"
    )


def test_a_cell_cannot_break_its_row() -> None:
    rows = [
        line
        for line in tables(load_sources().values(), load_families().values()).splitlines()
        if line.startswith("| `")
    ]
    assert {row.count(" | ") for row in rows} == {5, 9}


def test_what_is_declared_is_not_called_unknown() -> None:
    assert not {name for _, name, _ in UNKNOWN} & {source.name for source in load_sources().values()} - {
        "上海市人民政府",  # further columns of theirs
        "黑龙江省人民政府",
        "淄博市人民政府",  # its home page stands in for its news column
    }


def test_the_family_that_the_page_shows_is_one(tmp_path: Path) -> None:
    _, family = TABLES
    (tmp_path / "families.toml").write_text(family, "utf-8")
    assert set(load_families(tmp_path)) == {"yunhe", *load_families()}


def test_the_interface_that_the_page_shows_is_a_source(tmp_path: Path) -> None:
    [example] = re.findall(r"(?m)^    \[yunwan\]\n(?:    .*\n)+", PAGE.read_text("utf-8"))
    (tmp_path / "yunwan.toml").write_text(example, "utf-8")
    source = load_sources(tmp_path / "yunwan.toml")["yunwan"]
    assert (source.rows, source.url, source.row_title, source.row_date) == ("data.rows", "url", "title", "pubDate")


def test_the_example_takes_six_lines_and_can_be_crawled(tmp_path: Path) -> None:
    table, _ = TABLES
    assert len(table.splitlines()) == 6
    numbers = list(range(25))
    with Pages({path(n): article(n) for n in numbers}) as pages:
        # its host does not exist
        pages.pages |= {place.replace("/zw/", "/ywdt/zwyw/"): body for place, body in lists(numbers).items()}
        declared = table.replace("https://www.yunbu.gov.cn", pages.url(""))
        (tmp_path / "yunbu.toml").write_text(declared, "utf-8")
        crawl("yunbu", SOURCES=tmp_path / "yunbu.toml", ARCHIVE_DIR=tmp_path / "data")
    assert rows(tmp_path / "data", "SELECT count(*) FROM releases") == [(25,)]
