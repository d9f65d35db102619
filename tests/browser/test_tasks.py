"""Tasks of journalists, researchers, librarians and citizens, done by clicking and typing from the first page: no address
is typed, no SQL. All read the demo.
"""

import csv
import json
import shutil
import subprocess
import sys
import time
import tomllib
import urllib.request
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest

from crawler.health.declared_alerts import read as read_alerts

pytest.importorskip("selenium", reason="needs selenium")

from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select, WebDriverWait

from tests.browser import reader
from tests.browser.reader import all_texts, follow, leave, one

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

pytestmark = [pytest.mark.slow, pytest.mark.skipif(bool(reader.missing()), reason=reader.missing() or "-")]

EDITED, COPIED, GONE = (
    "全省一季度安全生产督导组进驻六个行业",
    "泊陵优化调整19条公交线路",
    "关于临时关闭望潮大桥非机动车道的通告",
)
Saved = Callable[[str], Path]


@pytest.fixture
def home(address: str, driver: "Chrome") -> "Chrome":
    driver.get(address)
    return driver


@pytest.fixture
def own_home(own_address: str, driver: "Chrome") -> "Chrome":
    driver.get(own_address)
    return driver


@pytest.fixture
def saved(driver: "Chrome", tmp_path: Path) -> Saved:
    """A function that gives the file that a click on some words saves."""
    into = tmp_path / "downloads"
    driver.execute_cdp_cmd("Browser.setDownloadBehavior", {"behavior": "allow", "downloadPath": str(into)})

    def save(words: str) -> Path:
        driver.find_element(By.LINK_TEXT, words).click()
        for _ in range(100):
            if found := [path for path in into.glob("*") if path.suffix != ".crdownload"]:
                return found[0]
            time.sleep(0.1)
        raise AssertionError(f"a click on {words} saves nothing")

    return save


def search(driver: "Chrome", words: str) -> None:
    leave(driver, one(driver, "input[type=search]").send_keys, words, Keys.ENTER)


def choose(driver: "Chrome", name: str, words: str) -> None:
    """Choose an entry of a filter by its first words: a number may stand behind them."""
    select = Select(one(driver, f".filters select[name={name}]"))
    select.select_by_visible_text(next(option.text for option in select.options if option.text.startswith(words)))


def type_day(driver: "Chrome", name: str, day: str, within: str = "main") -> None:
    """Type a day into its box, in the order in which this browser asks for its parts."""
    year, month, date = day.split("-")
    box = one(driver, f"{within} .filters input[name={name}]")
    for keys in (month + date + year, year + month + date, date + month + year):
        box.clear()
        box.send_keys(keys)
        if box.get_attribute("value") == day:
            return
    raise AssertionError(f"{day} cannot be typed")


def filtered(driver: "Chrome", within: str = "main") -> None:
    leave(driver, one(driver, f"{within} .filters button").click)


def test_a_journalist_finds_the_edits_of_a_month_with_their_words(home: "Chrome") -> None:
    follow(home, "变动")
    choose(home, "kind", "改动")
    type_day(home, "from", "2026-03-01")
    type_day(home, "to", "2026-03-31")
    filtered(home)
    assert set(all_texts(home, ".event .tag")) == {"改动"}
    assert EDITED in all_texts(home, ".event h3")
    assert "47" in all_texts(home, ".event .old mark")
    assert "49" in all_texts(home, ".event .new mark")


def test_a_journalist_finds_everywhere_a_release_stands_and_which_figures_differ(home: "Chrome") -> None:
    search(home, "通学专线")
    follow(home, COPIED, ".hits")
    one(home, ".life").find_element(By.PARTIAL_LINK_TEXT, "转载").click()
    assert urlsplit(home.current_url).fragment == "copies"
    assert all_texts(home, "#copies .meta > span:nth-of-type(1)") == ["泊陵市人民政府", "苇汀发布"]
    assert (all_texts(home, "#copies del"), all_texts(home, "#copies ins")) == (["318"], ["381"])


def test_a_citizen_is_told_of_a_topic_by_a_feed(home: "Chrome") -> None:
    search(home, "供暖")
    follow(home, "提醒", ".take")
    feed = one(home, "main").find_element(By.LINK_TEXT, "Atom").get_attribute("href")
    with urllib.request.urlopen(feed) as answer:
        titles = [entry.text or "" for entry in ElementTree.parse(answer).iterfind(".//{*}entry/{*}title")]
    assert titles
    assert all("供暖" in title for title in titles)


@pytest.mark.filterwarnings("ignore:'imghdr':DeprecationWarning")  # apprise imports it
def test_an_operator_is_told_of_a_topic_by_an_alert(home: "Chrome", tmp_path: Path) -> None:
    search(home, "供暖")
    choose(home, "source", "泊陵市人民政府")
    filtered(home)
    follow(home, "提醒", ".take")
    table, test = all_texts(home, "main pre")
    assert tomllib.loads(table)["供暖"]["source"] == "boling"
    (tmp_path / "alerts.toml").write_text(table, "utf-8")
    assert [alert.name for alert in read_alerts(tmp_path)] == ["供暖"]
    assert test == "scrapy alert --test '供暖'"


def test_a_lawyer_proves_what_a_page_said_on_a_day(own_home: "Chrome", saved: Saved, tmp_path: Path) -> None:
    search(own_home, "督导组进驻")
    follow(own_home, EDITED, ".hits")
    follow(own_home, "第 1 版", "#versions")
    assert "47家" in one(own_home, ".text").text.replace(" ", "")
    assert "2026-03-16 18:00" in one(own_home, "#evidence").text
    folder = tmp_path / "evidence"
    with zipfile.ZipFile(saved("evidence.zip")) as packed:
        packed.extractall(folder)
    subprocess.run([str(shutil.which("sha256sum")), "-c", "SHA256SUMS"], cwd=folder, check=True, capture_output=True)
    check = [sys.executable, "-I", "check.py"]
    assert "DOES NOT FIT" not in subprocess.run(check, cwd=folder, check=True, capture_output=True, text=True).stdout
    assert json.loads((folder / "version.json").read_text("utf-8"))["version"] == 1
    assert (folder / "page.warc.gz").stat().st_size


def test_a_researcher_cites_the_version_that_was_read(home: "Chrome") -> None:
    search(home, "督导组进驻")
    follow(home, EDITED, ".hits")
    follow(home, "第 1 版", "#versions")
    cited = one(home, "#cite pre")
    place = urlsplit(home.current_url).path
    assert all(part in cited.text for part in (EDITED, "[EB/OL]", f"{place}?v=1", "2026-03-16 18:00", "溟川省人民政府"))
    button = one(home, "#cite pre + .copy")
    button.click()
    WebDriverWait(home, 5).until(lambda _: button.text == "已复制")


def test_a_librarian_lists_what_vanished_in_a_province(home: "Chrome") -> None:
    follow(home, "变动")
    choose(home, "kind", "失效")
    choose(home, "region", "溟川省")
    filtered(home)
    assert all_texts(home, ".event h3") == [GONE]
    follow(home, GONE)
    assert "2026-04-01 00:40" in one(home, ".life").text
    assert one(home, ".text").text


@pytest.mark.parametrize("site", ["address", "own_address"])
def test_a_researcher_compares_two_copies(site: str, driver: "Chrome", request: pytest.FixtureRequest) -> None:
    driver.get(request.getfixturevalue(site))
    search(driver, "通学专线")
    follow(driver, COPIED, ".hits")
    follow(driver, "对照", "#copies")
    assert len(all_texts(driver, ".sides > section")) == 2
    assert {*all_texts(driver, "#figures del"), *all_texts(driver, "#figures ins")} == {"318", "381"}
    # the public has no text of a site whose rights are unknown
    assert bool(all_texts(driver, "#texts .old del")) is (site == "own_address")


@pytest.mark.parametrize(
    ("quote", "verdict"),
    [
        ("首日共检查企业49家，发现隐患231处，其中重大隐患6处", "原文如此。"),
        ("首日共检查企业47家，发现隐患213处，其中重大隐患5处", "曾经发布，后被改动或删去。"),
        ("首日共检查企业94家，发现隐患321处，其中重大隐患9处", "与原文有出入。"),
        ("溟川省将于明年登上火星并建立三座城市", "档案中没有这句话。"),
    ],
)
def test_a_journalist_checks_a_quote(quote: str, verdict: str, home: "Chrome") -> None:
    follow(home, "浏览")
    follow(home, "核对引文")
    one(home, "textarea[name=q]").send_keys(quote)
    filtered(home)
    assert one(home, "[role=status]").text == verdict
    assert (EDITED in all_texts(home, "main .list > li > a")) is (verdict != "档案中没有这句话。")


def test_a_reader_checks_a_sentence_that_is_selected(home: "Chrome") -> None:
    search(home, "督导组进驻")
    follow(home, EDITED, ".hits")
    home.execute_script("getSelection().selectAllChildren(document.querySelector('.text p'))")
    WebDriverWait(home, 5).until(lambda _: one(home, "[data-quote] [name=q]").get_attribute("value"))
    leave(home, one(home, "[data-quote] button").click)
    assert one(home, "[role=status]").text == "原文如此。"


def test_a_researcher_exports_a_search_as_a_table(home: "Chrome", saved: Saved) -> None:
    search(home, "溟川")
    choose(home, "source", "溟川省人民政府")
    filtered(home)
    told = int("".join(filter(str.isdigit, one(home, ".count").text)))
    with saved("CSV").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == told > 0
    assert {(row["source_name"], row["place"]) for row in rows} == {("溟川省人民政府", "溟川省")}


def test_a_librarian_sees_what_is_collected_of_a_region(home: "Chrome") -> None:
    follow(home, "浏览")
    follow(home, "收录范围")
    follow(home, "溟川省", "table.wide")
    rows = {row.split()[0]: row for row in all_texts(home, "table.wide tbody tr")}
    assert "泊陵市" in rows
    follow(home, one(home, "table.wide td.num a").text, "table.wide")
    assert one(home, ".hits h2 a").text


def test_a_citizen_finds_a_document_by_its_number(home: "Chrome") -> None:
    search(home, "溟政发〔2026〕12号")
    assert "〔2026〕12" in one(home, ".hits .meta").text
    leave(home, one(home, ".hits h2 a").click)
    assert "溟政发〔2026〕12号" in one(home, "article .meta").text.replace(" ", "")


def test_a_librarian_reads_what_stood_on_a_day(home: "Chrome") -> None:
    search(home, "督导组进驻")
    follow(home, EDITED, ".hits")
    type_day(home, "at", "2026-03-16", "#versions")
    filtered(home, "#versions")
    assert "47家" in one(home, ".text").text.replace(" ", "")
    assert "第 1 版" in one(home, ".notice").text


def test_a_researcher_searches_the_archive_as_it_was_on_a_day(home: "Chrome") -> None:
    search(home, "霁泊城际铁路全线铺轨贯通")
    assert one(home, ".hits h2 a").text
    type_day(home, "at", "2026-03-16")
    filtered(home)
    assert "2026-03-16" in one(home, ".notice").text
    assert all_texts(home, ".hits h2 a") == []
