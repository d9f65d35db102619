"""Every kind of page in both languages, light and dark, on a desk and on a phone. axe needs `npm install axe-core`."""

from typing import TYPE_CHECKING

import pytest

pytest.importorskip("selenium", reason="needs selenium")

from tests.browser import reader
from tests.browser.every_page import OWN_PAGES, PAGES, serious

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

pytestmark = [pytest.mark.slow, pytest.mark.skipif(bool(reader.missing()), reason=reader.missing() or "-")]
IN_BOTH = pytest.mark.parametrize("lang", ["zh", "en"])
SMALL = """return [...document.querySelectorAll("button, select, input:not([type=hidden]), textarea, summary, nav a, .aside, .chips a")]
    .filter(one => one.checkVisibility({visibilityProperty: true}) && one.offsetHeight > 1 && one.offsetHeight < 24)
    .map(one => one.outerHTML.slice(0, 100))"""


def faults(driver: "Chrome", address: str) -> list[tuple[str, str, object]]:
    """The faults of a page by theme and width."""
    driver.get(address)
    found: list[tuple[str, str, object]] = []
    try:
        for theme in ("light", "dark"):
            reader.theme(driver, theme)
            for on in (False, True):
                reader.phone(driver, on=on)
                found += [(theme, "phone" if on else "desk", one) for one in [*serious(driver), *too_large(driver)]]
    finally:
        reader.theme(driver, "light")
        reader.phone(driver, on=False)
    return found


def too_large(driver: "Chrome") -> list[str]:
    """Whether the page is wider than the screen, and the targets that are too small for a finger."""
    wide = "return document.documentElement.scrollWidth > document.documentElement.clientWidth"
    return [*(["wider than the screen"] if driver.execute_script(wide) else []), *driver.execute_script(SMALL)]


def in_language(path: str, lang: str) -> str:
    return f"{path}{'&' if '?' in path else '?'}{'_' if path.startswith('/archive') else ''}lang={lang}"


@IN_BOTH
@pytest.mark.parametrize("path", PAGES)
def test_nothing_serious_is_found(
    path: str, lang: str, address: str, driver: "Chrome", releases: dict[str, str]
) -> None:
    assert faults(driver, address + in_language(path.format(**releases), lang)) == []


@IN_BOTH
@pytest.mark.parametrize("path", OWN_PAGES)
def test_nothing_serious_is_found_for_those_who_run_it(
    path: str, lang: str, own_address: str, driver: "Chrome", releases: dict[str, str]
) -> None:
    assert faults(driver, own_address + in_language(path.format(**releases), lang)) == []


def test_a_page_is_dark_for_those_who_want_it(address: str, driver: "Chrome") -> None:
    driver.get(address)
    reader.theme(driver, "dark")
    try:
        shade = "return getComputedStyle(document.body).backgroundColor.match(/[0-9]+/)[0]"
        assert int(driver.execute_script(shade)) < 128
    finally:
        reader.theme(driver, "light")
