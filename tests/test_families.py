"""Every folder of families/ holds pages in the markup of one family, a declaration, and what must be read from them.

A family whose lists come in several ways has a folder for each; its article stands in the first.
"""

import tomllib
from pathlib import Path
from urllib.parse import parse_qsl

import pytest
from scrapy import Request
from scrapy.http import TextResponse

from archive.model import Page
from archive.texts.encoding import decode
from crawler.sources import Source, load_families, load_sources
from pipelines.extract import extract
from spiders.loader import SourceSpiderLoader

FAMILIES = Path(__file__).parent / "families"
CASES = sorted(folder.name for folder in FAMILIES.iterdir() if folder.is_dir())


def load(family: str) -> tuple[Source, dict]:
    (source,) = load_sources(FAMILIES / family / "source.toml").values()
    return source, tomllib.loads((FAMILIES / family / "truth.toml").read_text("utf-8"))


def spider_of(source: Source):
    return SourceSpiderLoader({source.id: source}).load(source.id)()


def read(source: Source, request: Request, body: bytes):
    text, _ = decode(body, "")
    return spider_of(source).read_list(TextResponse(request.url, body=text.encode(), encoding="utf-8", request=request))


def test_every_family_has_its_pages():
    assert {load(case)[0].family for case in CASES} == set(load_families())
    assert {case for case in CASES if "article" in load(case)[1]} == set(load_families())


@pytest.mark.parametrize("family", CASES)
def test_lists_are_read_page_after_page(family):
    source, truth = load(family)
    request = spider_of(source).first_page(source.lists[0])
    for told in truth["list"]:
        assert request.url == Request(told["url"]).url
        assert dict(parse_qsl(request.body.decode(), keep_blank_values=True)) == told.get("form", {})
        page = read(source, request, (FAMILIES / family / told["file"]).read_bytes())
        assert [[entry.url, entry.title, entry.date] for entry in page.entries] == told["entries"]
        assert [one.url for one in page.next] == [Request(url).url for url in told["next"]]
        assert [one.url for one in page.branches] == [Request(url).url for url in told.get("branches", [])]
        request = next(iter((*page.next, *page.branches)), request)


@pytest.mark.parametrize("family", sorted(load_families()))
def test_articles_are_read(family):
    source, truth = load(family)
    told = truth["article"]
    body = (FAMILIES / family / told["file"]).read_bytes()
    release = extract(Page(url=told["url"], source=source.id, fetched="2026-04-12T00:00:00Z", body=body), source)
    assert (release.title, release.published, release.publisher) == (
        told["title"],
        told["published"],
        told["publisher"],
    )
    assert release.text.split("\n") == told["text"]
