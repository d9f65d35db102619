"""Every kind of page, and what makes one hard to use."""

from typing import TYPE_CHECKING

import pytest

from tests.browser.reader import AXE

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

# a name in braces is that of a release: `edited`, `talk`, `gone`, `copy` and its `other`
PAGES = [
    "/",
    "/search",
    "/search?q=溟川",
    "/search?q=溟川&region=99&from=2026-01&publisher=省财政厅",
    "/search?q=火星 溟川",
    "/search?q=溟川&at=2026-03-16",
    "/release/{edited}",
    "/release/{edited}?v=1",
    "/release/{talk}",
    "/release/{gone}",
    "/release/{copy}",
    "/release/99999",
    "/compare?a={copy}&b={other}",
    "/compare?a={edited}@1&b={edited}@2",
    "/changes",
    "/changes?kind=edited",
    "/changes?kind=back",
    "/alerts?q=供暖",
    "/quote",
    "/quote?q=今冬供暖延长至3月25日",
    "/quote?q=今冬供暖延长至4月25日",
    "/indicator?name=优良水质比例",
    "/indicator?name=总投资",
    "/passage/0000000000000000",
    "/browse",
    "/health",
    "/numbers",
    "/numbers?issuer={sign}&year={year}",
    "/document?title={cited}",
    "/organ?name={organ}",
    "/coverage",
    "/coverage?region=37",
    "/source/boling",
    "/snapshots",
    "/rights",
    "/archive",
    "/archive/releases?_sort=id",
    "/archive/releases/1",
    "/archive/newest",
]
OWN_PAGES = ["/archive", "/archive?sql=select+*+from+sources", "/release/{edited}", "/snapshots", "/rights"]

_RUN = "axe.run(document, {rules: {'target-size': {enabled: true}}}).then(arguments[0])"


def serious(driver: "Chrome") -> list[tuple[str, str]]:
    """What axe finds on the page that a reader with impairments could not use, with the place of the first case.

    A target below 24 px counts, where it has not as much room around it (WCAG 2.5.8).
    """
    if not AXE.exists():
        pytest.skip("needs axe-core: npm install --no-save axe-core")
    if not driver.execute_script("return 'axe' in window"):
        driver.execute_script(AXE.read_text("utf-8"))
    found = driver.execute_async_script(_RUN)["violations"]
    return [(one["id"], one["nodes"][0]["html"][:200]) for one in found if one["impact"] in ("serious", "critical")]
