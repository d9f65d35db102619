"""Further pages of an article that are not asked for."""

import pytest

from archive.model import Page
from pipelines.extract import extract

ARTICLE = "http://www.yunling.example/show.jsp?id=5"
SAID = "".join(
    f"<p>云岭县水务局第{n}泵站改造完工，新装机组{n + 2}台，排涝能力提高到每秒{n * 7}立方米，沿线{n * 3}个村受益。</p>"
    for n in range(1, 5)
)


def told(pager: str, url: str = ARTICLE) -> list[str]:
    html = f"<html><head><title>泵站改造</title></head><body><h1>泵站改造</h1><div id=zoom>{SAID}{pager}</div></body></html>"
    release = extract(Page(url=url, source="x", fetched="", body=html.encode()), None)
    return [one for one in release.problems if one.startswith("pages-unread:")]


@pytest.mark.parametrize(
    ("url", "pager"),
    [
        (ARTICLE, "<p>1 <a href='show.jsp?id=5&amp;page=2'>2</a> <a href='show.jsp?id=5&amp;page=3'>3</a></p>"),
        (ARTICLE, "<p>1 <a href='?id=5&amp;p=1'>[2]</a> <a href='?id=5&amp;p=2'>[3]</a></p>"),
        (ARTICLE + "&page=1", "<p><a href='?id=5&amp;page=2'>第2页</a><a href='?page=3&amp;id=5'>第3页</a></p>"),
        (
            "http://www.yunling.example/a/12.html",
            "<p>1 <a href='12.html?page=2'>2</a> <a href='12.html?page=3'>3</a></p>",
        ),
        (
            ARTICLE,
            "<p>1 <a href='javascript:;' onclick='go(2)'>2</a> <a href='javascript:;' onclick='go(3)'>3</a> <a href='javascript:;'>下一页</a></p>",
        ),
    ],
    ids=["a parameter more", "counted from 0", "another value", "a path without a query", "drawn by a script"],
)
def test_further_pages_that_a_parameter_counts_are_told(url: str, pager: str) -> None:
    assert told(pager, url) == ["pages-unread:2"]


def test_a_link_to_the_next_page_alone_tells_one() -> None:
    assert told("<p>第1页/共3页 <a href='?id=5&amp;p=2'>下一页</a></p>") == ["pages-unread:1"]


@pytest.mark.parametrize(
    "pager",
    [
        "<p><a href='javascript:;'>2</a> <a href='javascript:;'>3</a></p>",
        "<p><a href='?id=6'>下一页</a></p>",
        "<p>评论</p><p>1 <a href='?id=5&amp;page=2'>2</a></p>",
        "<p>1 <a href='?id=6'>2</a></p>",
        "<p><a href='?id=2'>2</a></p>",
        "<p><a href='list.jsp?id=5&amp;page=2'>2</a></p>",
        "<p><a href='?id=5&amp;page=2'>上一篇：泵站开工</a></p>",
        "<p><a href='?id=5&amp;size=16'>2</a></p>",
        "<p><a href='http://[/?id=5&amp;page=2'>2</a></p>",
    ],
    ids=[
        "a slider's",
        "the next article",
        "of comments",
        "another article",
        "an article by its number",
        "a list",
        "words",
        "another number",
        "no address",
    ],
)
def test_other_links_are_no_further_pages(pager: str) -> None:
    assert told(pager) == []
