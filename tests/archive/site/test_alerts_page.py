"""The page of alerts gives the search one is looking at as a table that `scrapy alert` reads."""

import html
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from archive.search import events
from archive.site.alerting import table
from crawler.health import declared_alerts
from tests.archive.site.visiting import EVIL, Get

pytestmark = pytest.mark.filterwarnings("ignore:'imghdr':DeprecationWarning")  # apprise imports it


def given(page: str) -> str:
    return html.unescape(re.findall(r"<pre>(.*?)</pre>", page, re.DOTALL)[0])


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"q": "供暖"}, {"q": "供暖"}),
        (
            {"q": "供暖", "region": "370000", "year": "2025", "page": "3"},
            {"q": "供暖", "region": "370000", "year": "2025"},
        ),
        ({"q": '"供热 价格" -北京', "sort": "new"}, {"q": '"供热 价格" -北京'}),
        ({"state": "gone"}, {"kinds": ["gone", "moved"]}),
        ({"kind": "edited,gone"}, {"kinds": ["edited", "gone"]}),
        ({"kind": "transcript"}, {"kind": "transcript"}),
        ({"q": EVIL}, {"q": EVIL}),
        ({"q": 'a\\"b\n\x7f[x]\t#'}, {"q": 'a\\"b  [x] #'}),
    ],
)
def test_the_table_says_what_the_search_asks(asked: dict[str, str], told: dict[str, Any], tmp_path: Path) -> None:
    text = table(events.read_address(asked), "名字")
    found = tomllib.loads(text)["名字"]
    assert found.pop("to")[0].startswith("mailto://")
    assert found == told
    (tmp_path / "alerts.toml").write_text(text, "utf-8")
    [alert] = declared_alerts.read(tmp_path)
    assert alert.wanted.asked.q == told.get("q", "")


def test_search_and_changes_lead_to_it(get: Get) -> None:
    assert 'href="/alerts?q=%E6%B8%85%E6%B2%B3&amp;region=990100"' in get("/search", q="清河", region="990100").text
    assert 'href="/alerts?kind=gone"' in get("/changes", kind="gone").text
    page = get("/alerts", q="清河", region="990100").text
    assert tomllib.loads(given(page))["清河"]["region"] == "990100"
    assert 'href="/changes.atom?q=%E6%B8%85%E6%B2%B3&amp;region=990100"' in page


def test_a_search_without_hits_leads_to_it_too(get: Get) -> None:
    assert 'href="/alerts?q=%E7%81%AB%E6%98%9F"' in get("/search", q="火星").text


def test_without_a_search_it_tells_of_everything(get: Get) -> None:
    assert list(tomllib.loads(given(get("/alerts").text))["变动"]) == ["to"]
    assert get("/alerts", kind="nonsense").status_code == 400


def test_hostile_words_stay_words(get: Get) -> None:
    page = get("/alerts", q=EVIL).text
    assert "<script>alert" not in page
    assert tomllib.loads(given(page))[EVIL]["q"] == EVIL
