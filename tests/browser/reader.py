"""A reader with a real browser: headless Chromium, driven by selenium, on a demo archive that `scrapy serve` serves.

`python -m tests.browser.reader FOLDER` takes the screenshots of docs/images, of the demo in FOLDER. They want a Chinese font
(Debian: fonts-noto-cjk); 256 colours are enough (pngquant).
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from selenium.common.exceptions import WebDriverException
from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

ROOT = Path(__file__).parent.parent.parent
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
DESKTOP, PHONE = (1280, 900), (390, 844)


def missing() -> str:
    """What a browser needs and this computer lacks; "" when all is there."""
    lacking = [name for name in ("chromium", "chromedriver") if not shutil.which(name)]
    return f"needs {' and '.join(lacking)} (Debian: chromium, chromium-driver)" if lacking else ""


@contextmanager
def browser(language: str = "zh-CN") -> Iterator[Chrome]:
    """A browser whose user prefers a language."""
    options = ChromeOptions()
    options.binary_location = str(shutil.which("chromium"))
    options.add_argument("--headless=new")
    options.add_argument("--no-sandbox")  # in a container there is no other way; it only meets our own pages
    options.add_argument("--disable-dev-shm-usage")
    options.add_argument("--hide-scrollbars")
    options.add_experimental_option("prefs", {"intl.accept_languages": language})
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = Chrome(options, Service(shutil.which("chromedriver")))
    try:
        driver.set_window_size(*DESKTOP)
        yield driver
    finally:
        driver.quit()


@contextmanager
def served(folder: Path, *options: str) -> Iterator[str]:
    """The address at which the newest snapshot of an archive is served, without a slash at its end."""
    command = [sys.executable, "-m", "scrapy", "serve", "--port", "0", *options]
    environment = {**os.environ, "GONGBAO_ARCHIVE_DIR": str(folder)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as server:
        try:
            assert server.stdout
            yield server.stdout.readline().split()[3].rstrip("/")
        finally:
            server.terminate()


def phone(driver: Chrome, *, on: bool) -> None:
    """Show pages as wide as on a phone, which no window of a desktop's can be; or at the window's own width again."""
    width, height = PHONE
    size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": True}
    driver.execute_cdp_cmd(*(("Emulation.setDeviceMetricsOverride", size) if on else (_PLAIN, {})))


def theme(driver: Chrome, name: str) -> None:
    """Show pages as to a reader who prefers a `dark` or a `light` screen."""
    features = [{"name": "prefers-color-scheme", "value": name}]
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})


_PLAIN = "Emulation.clearDeviceMetricsOverride"


def one(driver: Chrome, selector: str) -> Any:
    return driver.find_element(By.CSS_SELECTOR, selector)


def all_texts(driver: Chrome, selector: str) -> list[str]:
    return [found.text for found in driver.find_elements(By.CSS_SELECTOR, selector)]


def leave(driver: Chrome, act: Callable[..., Any], *values: str) -> None:
    """Do what leads to another page, and wait for that: else what is looked for next may still be on this one."""
    driver.execute_script("window.left_behind = true")
    act(*values)
    # asked while one page makes room for the other, the browser may answer with an error of its own
    wait = WebDriverWait(driver, 20, ignored_exceptions=[WebDriverException])
    wait.until(lambda at: at.execute_script("return !window.left_behind && document.readyState != 'loading'"))


def follow(driver: Chrome, words: str, within: str = "body") -> None:
    """Click the first link with these words."""
    leave(driver, one(driver, within).find_element(By.PARTIAL_LINK_TEXT, words).click)


def arguments(driver: Chrome) -> dict[str, list[str]]:
    return parse_qs(urlsplit(driver.current_url).query)


def main(folder: Path) -> None:
    with served(folder) as address, browser() as driver:
        driver.get(f"{address}/search?state=changed")
        edited = driver.find_element(By.CSS_SELECTOR, ".hits h2 a").get_attribute("href").removeprefix(address)
        pictures = {"home": "/", "search": "/search?q=全省", "release": edited}
        for name, path in pictures.items():
            driver.get(f"{address}{path}")
            whole = driver.execute_script("return document.documentElement.scrollHeight")
            # the window is a little higher than the page in it
            driver.set_window_size(1100, 900 if name == "search" else whole + 150)
            driver.save_screenshot(str(ROOT / "docs" / "images" / f"{name}.png"))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
