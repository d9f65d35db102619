"""A new list protocol: the list in CONTRIBUTING.md."""

import shutil
from pathlib import Path

import pytest

from tests.conftest import rows
from tests.contributing.steps import HERE, add_family, check, copy_house, declare, places, run, site, write_catalogue
from tests.serving import Pages

CASE = HERE / "ticker"
LINE = '    "ticker": "spiders.protocols.ticker.TickerSpider",\n'
CRAWLED = """
SITES["ticker"] = (
    "/wire/{n}.html",
    "/wire/latest.txt",
    lambda paths: {"/wire/latest.txt": "".join(f"{p}|{title(n)}|{day(n)}\\n" for n, p in enumerate(paths)).encode()},
)
"""


@pytest.mark.slow
def test_the_places_that_are_listed_suffice(tmp_path: Path) -> None:
    listed = ["spiders/protocols/", "spiders/loader.py", "tests/test_family_crawls.py", "crawler/families.toml"]
    assert places("A new protocol") == listed
    house = copy_house(tmp_path / "house")
    shutil.copy(CASE / "ticker.py", house / "spiders" / "protocols")
    insert(house / "spiders" / "loader.py", "PROTOCOLS = {\n", LINE)
    insert(house / "tests" / "test_family_crawls.py", '\nQUICK = {"hanweb"', CRAWLED, before=True)
    add_family(house, CASE)
    write_catalogue(house)
    check(
        house,
        "tests/test_families.py",
        "tests/crawler/sources",
        "tests/test_family_crawls.py",
        "tests/test_layers.py",
        "-k",
        "ticker or every_ or page_says",
        "-m",
        "slow or not slow",
    )
    with Pages(site(CASE)) as pages:
        declared = declare(CASE, tmp_path / "declared", pages.url(""))
        done = run(house, "scrapy", "crawl", "wire", SOURCES=declared, ARCHIVE_DIR=tmp_path / "data")
    assert done.returncode == 0, done.stderr
    assert rows(tmp_path / "data", "SELECT count(*) FROM releases") == [(2,)]


def insert(path: Path, mark: str, text: str, *, before: bool = False) -> None:
    whole = path.read_text("utf-8")
    assert whole.count(mark) == 1
    path.write_text(whole.replace(mark, text + mark if before else mark + text), "utf-8")
