"""The site in a real browser. Skipped without Chromium, its driver or selenium."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from archive.schema.open import open_archive
from archive.snapshots.make import make
from tests.archive.conftest import add_release, fill, insert
from tests.browser.conftest import Open

pytest.importorskip("selenium", reason="needs selenium")

from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select

from tests.browser import reader
from tests.browser.every_page import PAGES, serious
from tests.browser.reader import all_texts, arguments, leave, one

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

pytestmark = [pytest.mark.slow, pytest.mark.skipif(bool(reader.missing()), reason=reader.missing() or "-")]


def test_a_search_is_typed_and_its_words_are_marked(read: Open) -> None:
    driver = read("/")
    leave(driver, one(driver, "main input[type=search]").send_keys, "铁路", Keys.ENTER)
    assert arguments(driver)["q"] == ["铁路"]
    assert set(all_texts(driver, ".hits mark")) == {"铁路"}


def test_a_filter_narrows_what_is_found_and_stands_in_the_address(read: Open) -> None:
    driver = read("/search")
    before = int("".join(filter(str.isdigit, one(driver, ".count").text)))
    Select(one(driver, "select[name=source]")).select_by_value("mingsheng")
    leave(driver, one(driver, ".filters button").click)
    after = int("".join(filter(str.isdigit, one(driver, ".count").text)))
    assert arguments(driver)["source"] == ["mingsheng"]
    assert 0 < after < before
    assert Select(one(driver, "select[name=source]")).first_selected_option.get_attribute("value") == "mingsheng"


def test_a_hit_leads_to_its_text_and_to_the_original(read: Open) -> None:
    driver = read("/search?q=铁路")
    title = one(driver, ".hits h2 a")
    said = title.text
    leave(driver, title.click)
    assert one(driver, "article h1").text == said
    assert one(driver, ".text mark").text == "铁路"
    assert one(driver, ".origin a").get_attribute("href").startswith("http://127.0.0.1")


def test_versions_are_compared(read: Open, releases: dict[str, str]) -> None:
    driver = read(f"/release/{releases['edited']}")
    one(driver, ".notice.soft a").click()
    assert urlsplit(driver.current_url).fragment == "versions"
    assert all_texts(driver, ".diff del")
    assert all_texts(driver, ".diff ins")
    now = one(driver, ".text").text
    leave(driver, one(driver, "#versions .list a").click)
    assert one(driver, ".text").text != now


def test_a_transcript_shows_who_speaks(read: Open, releases: dict[str, str]) -> None:
    driver = read(f"/release/{releases['talk']}")
    assert all_texts(driver, ".turn b")


def test_the_language_is_switched_and_kept(read: Open) -> None:
    driver = read("/search?q=铁路")
    assert one(driver, "html").get_attribute("lang") == "zh-Hans"
    leave(driver, one(driver, "nav a[hreflang=en]").click)
    assert one(driver, "html").get_attribute("lang") == "en"
    assert arguments(driver)["q"] == ["铁路"]
    leave(driver, one(driver, ".hits h2 a").click)
    assert one(driver, "html").get_attribute("lang") == "en"


def test_an_english_browser_is_answered_in_english(address: str) -> None:
    with reader.browser("en-GB") as driver:
        driver.get(address)
        assert one(driver, "html").get_attribute("lang") == "en"


def test_the_keyboard_alone_finds_and_opens(read: Open) -> None:
    driver = read("/browse")
    one(driver, "body").send_keys("/")
    leave(driver, driver.switch_to.active_element.send_keys, "铁路", Keys.ENTER)
    assert arguments(driver)["q"] == ["铁路"]
    for _ in range(60):
        driver.switch_to.active_element.send_keys(Keys.TAB)
        if driver.execute_script("return document.activeElement.matches('.hits h2 a')"):
            break
    assert driver.execute_script("return getComputedStyle(document.activeElement).outlineStyle") == "solid"
    leave(driver, driver.switch_to.active_element.send_keys, Keys.ENTER)
    assert urlsplit(driver.current_url).path.startswith("/release/")


def test_a_question_mark_shows_the_keys_and_escape_hides_them(read: Open) -> None:
    driver = read("/browse")
    one(driver, "body").send_keys("?")
    assert one(driver, "#keys").is_displayed()
    assert one(driver, "#keys kbd").text == "/"
    driver.switch_to.active_element.send_keys(Keys.ESCAPE)
    assert not one(driver, "#keys").is_displayed()


def test_a_question_mark_in_a_search_is_a_sign(read: Open) -> None:
    driver = read("/")
    one(driver, "main input[type=search]").send_keys("?")
    assert not one(driver, "#keys").is_displayed()


def test_n_and_p_turn_pages(read: Open) -> None:
    driver = read("/search")
    leave(driver, one(driver, "body").send_keys, "n")
    assert arguments(driver)["page"] == ["2"]
    leave(driver, one(driver, "body").send_keys, "p")
    assert "page" not in arguments(driver)


def test_commands_have_a_button_that_copies(read: Open) -> None:
    driver = read("/snapshots")
    assert all_texts(driver, "pre + .copy") == ["复制"] * len(all_texts(driver, "pre"))


def test_on_a_phone_a_table_is_no_higher_than_6000_px(read: Open, driver: "Chrome") -> None:
    reader.phone(driver, on=True)
    try:
        for path in ("/archive", "/archive/releases", "/archive/releases?_all=1", "/archive/newest"):
            read(path)
            high = driver.execute_script("return document.documentElement.scrollHeight")
            assert (path, high > 6000) == (path, False)
    finally:
        reader.phone(driver, on=False)


@pytest.mark.parametrize("path", PAGES)
def test_every_stop_of_the_keyboard_can_be_seen(path: str, read: Open, releases: dict[str, str]) -> None:
    driver = read(path.format(**releases))
    style = "return getComputedStyle(document.activeElement).outlineStyle"
    seen = []
    for _ in range(25):
        driver.switch_to.active_element.send_keys(Keys.TAB)
        if driver.execute_script("return document.activeElement === document.body"):
            break
        seen.append(driver.execute_script(style))
    assert len(seen) > 5
    assert set(seen) == {"solid"}


def test_the_first_stop_of_the_keyboard_skips_to_the_content(read: Open) -> None:
    driver = read("/browse")
    one(driver, "body").send_keys(Keys.TAB)
    assert driver.switch_to.active_element.get_attribute("href").endswith("#content")


def test_axe_finds_nothing_serious_in_pictures(tmp_path: Path, driver: "Chrome") -> None:
    db = open_archive(tmp_path)
    fill(db.conn)
    db.execute("UPDATE sources SET region = '370000' WHERE id = 'yunling'")
    db.execute("UPDATE sources SET region = '110101' WHERE id = 'qinghe'")
    for id, region in enumerate(("320000", "330000", "440000"), 10):  # fewer than five provinces have a list instead
        fixed = {"level": "province", "family": "html", "rights": "official", "evidence": "live", "url": ""}
        insert(db.conn, "sources", id=f"s{id}", name=f"第{id}省人民政府", region=region, **fixed)
        insert(db.conn, "crawls", source=f"s{id}", started="2020-04-14T06:00:00Z", outcome="ok")
        add_release(db.conn, id, f"s{id}", "云岭省通告", f"第{id}号通告。")
    db.execute("UPDATE releases SET status = 'gone' WHERE id = 2")
    for at, outcome in (("2020-05-03T06:00:00Z", "same"), ("2020-05-13T06:00:00Z", "missing")):
        insert(db.conn, "observations", release=2, at=at, outcome=outcome, counted=1)
    db.close()
    make(tmp_path, public=True, now=datetime(2020, 6, 1, tzinfo=UTC))
    with reader.served(tmp_path, "--public") as address:
        for path, picture in (("/", ".tiles a"), ("/?lang=en", ".tiles a"), ("/health", "polyline")):
            driver.get(f"{address}{path}")
            assert driver.find_elements(By.CSS_SELECTOR, picture)
            assert serious(driver) == []


def test_no_page_breaks_our_own_policy(read: Open, releases: dict[str, str]) -> None:
    driver = read("/")
    driver.get_log("browser")
    for path in PAGES:
        read(path.format(**releases))
    # of the network it tells that a page that is asked for is not there
    assert [told for told in driver.get_log("browser") if told["source"] != "network"] == []


def test_without_scripts_a_search_is_answered(read: Open) -> None:
    driver = read("/")
    driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        read("/")
        leave(driver, one(driver, "main input[type=search]").send_keys, "铁路", Keys.ENTER)
        assert one(driver, ".hits h2 a").text
    finally:
        driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})


def test_in_print_stand_the_original_address_and_the_zone_of_its_times(read: Open, releases: dict[str, str]) -> None:
    driver = read(f"/release/{releases['edited']}")
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    try:
        assert "UTC+8" in one(driver, ".foot").text
        assert [text for text in all_texts(driver, "#evidence a") if text.startswith("http://127.0.0.1")]
        assert not one(driver, ".top").is_displayed()
    finally:
        driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
