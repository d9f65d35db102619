"""What answers at first sight: the release that the list names, or a page of the site (first_sights.toml)."""

import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from archive.model import Listed, Page, Release, Unreadable
from archive.store.decide import Decision, Known, Twin, decide
from pipelines.read import read

SIGHTS: dict[str, list[dict[str, str]]] = tomllib.loads(
    (Path(__file__).parent / "first_sights.toml").read_text("utf-8")
)
URL, DAY = "http://www.yunling.example/p/1.html", "2026-03-05"


def seen(sight: dict[str, str], encoding: str = "utf-8") -> Release:
    page = Page(
        url=URL,
        source="yunling",
        fetched=f"{DAY}T04:00:00+00:00",
        headers=(("Content-Type", sight.get("type", "text/html")),),
        body=sight["html"].encode(encoding),
        listed=Listed(url=URL, title=sight["listed"], date=DAY),
    )
    return read(page, None)


def fate(sight: dict[str, str], encoding: str = "utf-8") -> str:
    """The reason for which a page is no release, "" when it is one."""
    try:
        return decide(None, seen(sight, encoding), Known()).reason
    except Unreadable as problem:
        return problem.reason


def by_name(kind: str) -> Any:
    return pytest.mark.parametrize("sight", SIGHTS[kind], ids=lambda sight: sight["name"])


def test_there_are_many_forms_and_a_third_are_releases() -> None:
    notices, releases = len(SIGHTS["notice"]), len(SIGHTS["release"])
    assert notices >= 20
    assert 2 * releases >= notices


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
@by_name("notice")
def test_a_page_of_the_site_is_no_release(sight: dict[str, str], encoding: str) -> None:
    assert fate(sight, encoding) in ("notice", "soft-404", "not-html", "no-text")


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
@by_name("release")
def test_a_release_about_an_outage_or_under_another_title_is_one(sight: dict[str, str], encoding: str) -> None:
    assert decide(None, seen(sight, encoding), Known()) == Decision(outcome="new", write="insert")


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ('{"code":0,"data":{"html":"<p>全县春季造林工作推进会今天召开。</p>"}}', "text/html"),
        ('[{"title":"<b>造林</b>"}]', "application/json"),
        ('jQuery1102_3({"code":1,"msg":"<p>系统错误</p>"})', "application/javascript"),
        ("全县春季造林工作推进会今天召开，各乡镇负责人参加。", "text/plain"),
    ],
)
def test_an_answer_of_a_program_and_plain_text_are_no_pages(body: str, kind: str) -> None:
    with pytest.raises(Unreadable, match="not-html"):
        seen({"listed": "全县春季造林工作推进会召开", "html": body, "type": kind})


@pytest.mark.parametrize("before", ["[注：正文如下]", "{年份}", "(function(){})();", "\ufeff \n", '<!-- {"a": 1} -->'])
def test_words_before_the_markup_make_no_answer_of_a_program(before: str) -> None:
    html = f"{before}<h1>渡口路封闭施工</h1><div class='content'><p>渡口路3月8日起封闭施工，来往车辆请绕行。</p></div>"
    assert "绕行" in seen({"listed": "渡口路封闭施工", "html": html, "type": "text/plain"}).text


# the same text at two addresses
EVERYWHERE = {
    "listed": "东坪水库除险加固工程通过验收",
    "html": "<html><title>云桅概况</title><h1>云桅概况</h1><p>发布时间：2026-03-05</p><div class='content'>"
    "<p>云桅市位于云岭省东部，总面积一千八百平方公里，素有茶乡之称。</p></div></html>",
}
TWIN = Twin(id=7, listed="市教育局公布校舍维修名单", title="云桅概况", version=1)


def test_the_same_text_under_two_unlike_titles_is_a_page_of_the_site() -> None:
    release = seen(EVERYWHERE)
    assert decide(None, release, Known()).outcome == "new"
    found = decide(None, release, Known(twins=(TWIN,)))
    assert (found.reason, found.listing, found.undone) == ("notice", "failed", (7,))
    assert decide(None, release, Known(refused_twin=True)).reason == "notice"


@pytest.mark.parametrize(
    ("twin", "outcome"),
    [
        (replace(TWIN, listed="东坪水库除险加固工程验收"), "new"),
        (replace(TWIN, listed=""), "new"),
        (replace(TWIN, listed="详情"), "new"),
        (replace(TWIN, listed="关于云桅概况栏目的介绍", title="关于云桅概况栏目的介绍"), "refused"),
        (replace(TWIN, version=2), "refused"),
    ],
)
def test_a_twin_counts_only_under_an_unlike_title(twin: Twin, outcome: str) -> None:
    found = decide(None, seen(EVERYWHERE), Known(twins=(twin,)))
    assert (found.outcome, found.undone) == (outcome, ())


def test_a_page_whose_own_title_is_the_listed_one_needs_no_further_witness() -> None:
    own = {**EVERYWHERE, "html": EVERYWHERE["html"].replace("云桅概况", "东坪水库除险加固工程通过验收")}
    assert decide(None, seen(own), Known(twins=(TWIN,), refused_twin=True)).outcome == "new"
