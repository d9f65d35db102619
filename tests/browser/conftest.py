"""The demo, served, and a browser that reads it: one for all tests here."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from demo.__main__ import crawl_both_days, fresh, scrapy

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

Open = Callable[[str], "Chrome"]


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's archive, with a snapshot of either kind."""
    folder = tmp_path_factory.mktemp("demo")
    fresh(folder)
    settings = crawl_both_days(folder)
    assert [scrapy("snapshot", *kind, settings=settings) for kind in ((), ("--public",))] == [0, 0]
    return folder


@pytest.fixture(scope="session")
def address(demo: Path) -> Iterator[str]:
    """The site that is open to the public."""
    from tests.browser import reader

    with reader.served(demo, "--public") as address:
        yield address


@pytest.fixture(scope="session")
def own_address(demo: Path) -> Iterator[str]:
    """The site of those who run the archive, with whole texts, pages as they came, and SQL."""
    from tests.browser import reader

    with reader.served(demo) as address:
        yield address


@pytest.fixture(scope="session")
def driver() -> Iterator["Chrome"]:
    from tests.browser import reader

    with reader.browser() as driver:
        yield driver


@pytest.fixture
def read(address: str, driver: "Chrome") -> Open:
    def read(path: str) -> "Chrome":
        driver.get(address + path)
        return driver

    return read


@pytest.fixture(scope="session")
def releases(address: str, driver: "Chrome") -> dict[str, str]:
    """Releases of several kinds, found as a reader finds them."""
    from tests.browser.reader import one

    queries = {"edited": "state=changed", "talk": "kind=transcript", "gone": "state=gone", "copy": "q=公交线路"}
    found = {}
    for name, query in queries.items():
        driver.get(f"{address}/search?{query}")
        found[name] = one(driver, ".hits h2 a").get_attribute("href").partition("?")[0].rsplit("/", 1)[1]
    driver.get(f"{address}/release/{found['copy']}")
    found["other"] = one(driver, "#copies .list > li > a").get_attribute("href").rsplit("/", 1)[1]
    return found | _official(address, driver)


def _official(address: str, driver: "Chrome") -> dict[str, str]:
    """A series of numbers, an organ and a cited document, as a reader finds them."""
    from tests.browser.reader import one

    driver.get(f"{address}/numbers")
    found = {"sign": one(driver, "tbody th a").text, "year": one(driver, "tbody td").text}
    driver.get(f"{address}/browse")
    organ = one(driver, ".ways a[href*='/organ']").text
    return found | {"organ": organ, "cited": one(driver, ".ways a[href*='cites=']").text}
