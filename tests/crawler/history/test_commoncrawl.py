"""Common Crawl's kind of server: crawls with an index each, and ranges of WARC files; honest, polite, and never believed."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from crawler.history.cdx import HistoryError, Row, read_row
from crawler.history.commoncrawl import Crawl, read_crawls, read_pages
from crawler.history.ranges import exchange_in
from crawler.history.witness import NotGiven
from tests.archive.site.visiting import visited
from tests.conftest import rows, same_archive
from tests.crawler.history.conftest import PAGES, Backfill, Start
from tests.crawler.history.crawls import CrawlHandler, Crawls
from tests.crawler.history.past import BEGIN, SOURCE, Capture, address, made, page, titles
from tests.crawler.history.test_backfill import FIRST, SECOND, ends, killed, of_one, seen, versions
from tests.crawler.history.warcs import packed

HTML = b"<!DOCTYPE html><html><body>Welcome to the archive.</body></html>"


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Backfill]:
    """Twelve pages, taken in from crawls. Tests leave it as it is."""
    base, past = tmp_path_factory.mktemp("crawled"), made(PAGES)
    (base / "luoxi.toml").write_text(SOURCE, "utf-8")
    with Crawls(past.captures) as server:
        backfill = Backfill(base=base, server=server, past=past)
        backfill.run()
        yield backfill


def test_every_version_stands_at_its_time(crawled: Backfill) -> None:
    assert versions(crawled.folder) == crawled.past.versions
    assert ends(crawled.folder, crawled.past) == crawled.past.gone


def test_it_is_the_archive_that_a_replaying_server_gives(crawled: Backfill, taken: Backfill) -> None:
    assert same_archive(crawled.folder) == same_archive(taken.folder)


def test_a_second_run_fetches_nothing_and_changes_nothing(crawled: Backfill) -> None:
    before, asked = same_archive(crawled.folder), len(crawled.server.fetched)
    assert "0 are to be fetched" in crawled.run()
    assert (same_archive(crawled.folder), len(crawled.server.fetched)) == (before, asked)


def test_captures_name_the_range_that_they_came_from(crawled: Backfill) -> None:
    assert isinstance(crawled.server, Crawls)
    lying = {
        (row["url"], f"{crawled.server.base}/{row['filename']}#bytes={row['offset']}-")
        for found in crawled.server.rows.values()
        for row in found
    }
    told = rows(crawled.folder, "SELECT url, origin FROM captures WHERE role IN ('list', 'article')")
    assert {(url, f"{origin.rpartition('-')[0]}-") for url, origin in told} <= lying
    assert rows(crawled.folder, "SELECT DISTINCT origin FROM backfilled") == [("127.0.0.1",)]


def test_a_rebuild_gives_the_same_archive(start: Start) -> None:
    backfill = start(made(3), kind=Crawls)
    backfill.run()
    before = same_archive(backfill.folder)
    (backfill.folder / "archive.db").unlink()
    backfill.run(command="rebuild")
    assert same_archive(backfill.folder) == before


@pytest.mark.slow
def test_limits_take_it_in_part_by_part(start: Start) -> None:
    backfill = start(made(3), kind=Crawls)
    while "run it again for the rest" in backfill.run("--limit", "6"):
        pass
    assert versions(backfill.folder) == backfill.past.versions


def test_a_run_that_was_killed_goes_on(start: Start) -> None:
    backfill = start(made(3), kind=Crawls)
    killed(backfill, 16)
    backfill.run()
    assert versions(backfill.folder) == backfill.past.versions


def test_crawls_outside_the_days_are_not_asked(start: Start) -> None:
    backfill = start(made(3), kind=Crawls)
    backfill.run("--since", "2020-02-01", "--until", "2020-11-30")
    asked = {one.path.partition("?")[0] for one in backfill.server.asked if "-index" in one.path}
    last = max(one.stamp[:4] for one in backfill.past.captures)  # it does not tell its days
    assert asked == {"/CC-2020-index", f"/CC-{last}-index"}
    assert all("from=20200201&to=20201130" in one.path for one in backfill.server.asked if "-index" in one.path)


def test_headers_of_the_original_server_are_kept(start: Start) -> None:
    told = (("Content-Type", "text/html; charset=utf-8"), ("ETag", '"a1"'), ("Server", "Tengine"))
    backfill = start(of_one((0, FIRST), headers=told), kind=Crawls)
    backfill.run()
    assert rows(backfill.folder, "SELECT etag FROM captures") == [('"a1"',)]


def test_a_content_that_another_witness_gave_is_not_fetched(start: Start) -> None:
    backfill = start(of_one((0, FIRST), (100, SECOND)))
    backfill.run()
    with Crawls(of_one((50, FIRST), (150, SECOND), (200, FIRST)).captures) as crawls:
        backfill.server = crawls
        assert "0 are to be fetched" in backfill.run()
        assert crawls.fetched == []
    assert seen(backfill) == [(0, "first"), (100, "second"), (200, "first")]


def test_files_of_before_warc_are_left_out(start: Start) -> None:
    backfill = start(of_one((0, FIRST)), kind=Crawls)
    assert isinstance(backfill.server, Crawls)
    for row in backfill.server.rows["2019"]:
        row["filename"] = "crawl-data/CC-2012/part.arc.gz"
    assert "the server has no captures of its pages" in backfill.run()


def test_a_page_names_the_range_and_links_no_whole_file(start: Start) -> None:
    backfill = start(of_one((0, FIRST)), kind=Crawls)
    backfill.run()
    backfill.run(command="snapshot")
    [(id, origin)] = rows(backfill.folder, "SELECT r.id, c.origin FROM releases r, captures c")
    with visited(backfill.folder / "snapshots" / "latest", public=False) as get:
        shown = get(f"/release/{id}", lang="en").text
    assert f'captured by 127.0.0.1 <code class="hash">{origin}</code>' in shown
    assert f'href="{origin}"' not in shown


# lies

OTHER = page(2, SECOND, titles(2))
ONE = Capture(url=address(1), time=BEGIN, body=page(1, FIRST, titles(1)))
ROW = Row(
    url=ONE.url, time=ONE.stamp, status=200, media_type="text/html", digest=ONE.digest, length=9, file="x.warc.gz"
)
MEMBER = packed(ONE)


@pytest.mark.parametrize(
    "headers",
    [
        (),
        ONE.headers,
        (*ONE.headers, ("Content-Encoding", "gzip")),  # undone by the crawler, which left the header
        (*ONE.headers, ("Transfer-Encoding", "chunked")),
        (*ONE.headers, ("X-Crawler-Transfer-Encoding", "chunked")),
    ],
)
def test_the_record_of_a_row_is_taken(headers: tuple[tuple[str, str], ...]) -> None:
    found = exchange_in(packed(replace(ONE, headers=headers)), ROW)
    assert (found.status, found.body, found.cut_short) == (200, ONE.body, False)


def test_a_record_that_was_cut_by_the_crawler_says_so() -> None:
    told = {"WARC-Truncated": "length"}
    assert exchange_in(packed(ONE, **told), ROW).cut_short


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (HTML, "is no WARC record"),
        (b"", "is no WARC record"),
        (MEMBER[:-20], "is no WARC record, or a damaged one"),
        (MEMBER[20:] + MEMBER[:20], "is no WARC record, or a damaged one"),
        (packed(ONE, ONE), "is not one record with an answer"),
        (packed(ONE, kind="revisit"), "is not one record with an answer"),
        (packed(ONE, kind="resource"), "is no"),
        (packed(replace(ONE, url=address(2))), "is a capture of another address"),
        (packed(replace(ONE, time=BEGIN + timedelta(seconds=1))), "is the capture of another moment"),
        (packed(replace(ONE, status=404)), "answers 404, and its index says 200"),
        (packed(replace(ONE, body=OTHER)), "is not what its index says"),
        (packed(replace(ONE, body=ONE.body[:-9])), "is not what its index says"),
        (packed(replace(ONE, headers=(("Content-Encoding", "gzip"),), body=b"\x1f\x8b\x08xx")), "cannot be read"),
    ],
)
def test_bytes_that_are_not_the_record_of_a_row(content: bytes, words: str) -> None:
    with pytest.raises(NotGiven, match=words):
        exchange_in(content, ROW)


RANGES: dict[str, tuple[Callable[[CrawlHandler], None], str]] = {
    "a whole file": (lambda handler: handler.answer(200, HTML, {}), "is answered with a whole file, not with a range"),
    "another range": (
        lambda handler: handler.answer(206, HTML, {"Content-Range": "bytes 0-99/999"}),
        "is answered with another range",
    ),
    "other bytes": (lambda handler: handler.range(HTML), "is no WARC record, or a damaged one"),
    "a refusal": (lambda handler: handler.answer(403, HTML, {}), "answers 403"),
}


@pytest.mark.parametrize("name", RANGES)
def test_a_range_that_is_not_given_is_named_and_comes_with_the_next_run(start: Start, name: str) -> None:
    answer, words = RANGES[name]
    left = [2]

    def fault(handler: Any) -> bool:
        if "/crawl-data/" not in handler.path or not left[0]:
            return False
        left[0] -= 1
        answer(handler)
        return True

    backfill = start(of_one((0, FIRST), (100, SECOND), (200, FIRST + SECOND)), kind=Crawls, fault=fault)
    assert f"2 captures were not given: {words}" in backfill.run(status=2)
    assert len(versions(backfill.folder)[address(1)]) == 1
    backfill.run()
    assert len(versions(backfill.folder)[address(1)]) == 3


INDEXES: dict[str, tuple[str, bytes, str]] = {
    "a list that is HTML": ("/collinfo.json", HTML, "something that is no list of crawls: '<!DOCTYPE"),
    "a list of something else": ("/collinfo.json", b'{"fixed": []}', "something that is no list of crawls"),
    "a number that is HTML": ("showNumPages", HTML, "something that is no number of pages"),
    "a page that is HTML": ("page=0", HTML, "something that is no CDX"),
}


@pytest.mark.parametrize("name", INDEXES)
def test_an_index_that_is_wrong_is_named(start: Start, name: str) -> None:
    where, content, words = INDEXES[name]

    def fault(handler: Any) -> bool:
        if where in handler.path:
            handler.answer(200, content, {})
        return where in handler.path

    backfill = start(of_one((0, FIRST)), kind=Crawls, fault=fault)
    assert words in backfill.run(status=2)
    assert backfill.said.count("\n") == 1
    assert backfill.server.fetched == []


LIST = "http://a.example/collinfo.json"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "no list of crawls"),
        ("7", "no list of crawls"),
        ('["CC-2019"]', "no list of crawls"),
        ('[{"id": "CC-2019"}]', "no list of crawls"),
        ('[{"cdx-api": "http://b.example/CC-2019-index"}]', "names an index on another host: http://b.example"),
        ('[{"cdx-api": "file:///etc/passwd"}]', "names an index on another host"),
    ],
)
def test_a_list_of_crawls_that_is_none(content: str, words: str) -> None:
    with pytest.raises(HistoryError, match=words):
        read_crawls(LIST, content.encode())


def test_a_list_of_crawls_tells_their_days() -> None:
    index = "http://a.example/CC-2019-index"
    told = [{"cdx-api": index, "from": "2019-02-15T01:02:03", "to": "2019-02-24T01:02:03"}, {"cdx-api": index, "to": 7}]
    days = Crawl(index=index, first="2019-02-15", last="2019-02-24")
    assert read_crawls(LIST, json.dumps(told).encode()) == [days, Crawl(index=index)]


@pytest.mark.parametrize(
    ("since", "until", "asked"),
    [
        ("", "", True),
        ("2019-02-24", "", True),
        ("2019-02-25", "", False),
        ("", "2019-02-15", True),
        ("", "2019-02-14", False),
        ("2019-02-17", "2019-02-18", True),
        ("2018-01-01", "2020-01-01", True),
    ],
)
def test_the_crawls_of_some_days(since: str, until: str, asked: bool) -> None:
    assert Crawl(index="", first="2019-02-15", last="2019-02-24").may_hold(since, until) is asked
    assert Crawl(index="").may_hold(since, until)


@pytest.mark.parametrize("content", [b"", b"3", b'{"pages": "many"}', b'{"pages": 1e999}', b'{"pages": 1000000}'])
def test_a_number_of_pages_that_is_none(content: bytes) -> None:
    with pytest.raises(HistoryError, match=r"no number of pages|take a part of the time"):
        read_pages(LIST, content)


PLACED = {"timestamp": ONE.stamp, "url": ONE.url, "mime": "text/html", "status": "200", "digest": "A", "length": "9"}


@pytest.mark.parametrize(
    ("told", "place"),
    [
        ({"filename": "crawl-data/x.warc.gz", "offset": "12"}, ("crawl-data/x.warc.gz", 12)),
        ({"filename": "crawl-data/x.warc.gz"}, ("", 0)),
        ({"filename": "crawl-data/x.warc.gz", "offset": "-1"}, ("", 0)),
        ({"filename": "x\r\nHost: b.example", "offset": "1"}, ("", 0)),
        ({"filename": "\ud800", "offset": "1"}, ("", 0)),
    ],
)
def test_the_place_of_a_record(told: dict[str, str], place: tuple[str, int]) -> None:
    row = read_row(json.dumps({**PLACED, **told}))
    assert row
    assert (row.file, row.offset) == place


def test_an_answer_to_a_condition_of_theirs_is_no_capture() -> None:
    assert read_row(json.dumps({**PLACED, "status": "304"})) is None
