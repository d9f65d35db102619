"""Which captures are worth having, and what a line of an index says: pure functions."""

from dataclasses import replace

import pytest

from crawler.configuration import SettingError
from crawler.history.address import Address
from crawler.history.cdx import HistoryError, Row, read_row
from crawler.history.plan import plan, role_of, with_status, worth
from crawler.history.replay import original

ROW = Row(
    url="http://www.luoxi.example/zwdt/1.html",
    time="20190304090000",
    status=200,
    media_type="text/html",
    digest="A",
    length=9,
)


def run(*states: str) -> list[Row]:
    """Rows of one page a day apart: a digest each, with a status behind a blank where it is not 200."""
    words = [state.split() for state in states]
    return [
        replace(ROW, time=f"201903{day:02}090000", digest=digest, status=int(status[0]) if status else 200)
        for day, (digest, *status) in enumerate(words, 1)
    ]


@pytest.mark.parametrize(
    ("states", "days"),
    [
        ("A", [1]),
        ("A A", [1, 2]),
        ("A A A A", [1, 4]),
        ("A B", [1, 2]),
        ("A A B B B A", [1, 2, 3, 5, 6]),
        ("A A,A 404,A 404,A 404", [1, 2, 3, 5]),
        ("A,E 503,A", [1, 3]),  # an outage says nothing
        ("A,R 301", [1, 2]),
    ],
)
def test_of_each_state_the_first_and_the_last(states: str, days: list[int]) -> None:
    told = states.split(",") if "," in states else states.split()
    told = [word for one in told for word in ([one] if " " not in one or one.split()[1].isdigit() else one.split())]
    assert [int(row.time[6:8]) for row in worth(run(*told))] == days


def test_a_redirect_to_the_same_page_is_left_out() -> None:
    moved = replace(ROW, status=301, digest="R")
    soon, late = (replace(ROW, time=time) for time in ("20190304090002", "20190304100000"))
    assert worth([moved, soon]) == [soon]
    assert worth([moved, late]) == [moved, late]


def test_other_media_are_left_out() -> None:
    assert worth([replace(ROW, media_type="application/pdf")]) == []
    assert worth([replace(ROW, media_type="")]) == [replace(ROW, media_type="")]


def test_a_revisit_has_the_status_of_its_content() -> None:
    first, again = replace(ROW, status=404), replace(ROW, time="20190305090000", status=0)
    assert [row.status for row in with_status([again, first])] == [404, 404]
    assert [row.status for row in with_status([again])] == [200]


ROLE = role_of(("http://www.luoxi.example/zwdt/",), r"/zwdt/\d+\.html$", {"luoxi.example/gs/7.html"}.__contains__)


@pytest.mark.parametrize(
    ("url", "role"),
    [
        ("http://www.luoxi.example/zwdt/1.html", "article"),
        ("https://luoxi.example/zwdt/1.html?from=timeline", ""),
        ("http://luoxi.example/gs/7.html", "article"),  # the ledger knows it
        ("http://luoxi.example/gs/8.html", ""),
        ("https://www.luoxi.example/zwdt/index.html", "list"),
        ("http://www.luoxi.example/", ""),
        ("http://www.luoxi.example/zwdt/a.html", ""),
    ],
)
def test_the_role_of_an_address(url: str, role: str) -> None:
    assert ROLE(replace(ROW, url=url)) == role


def test_further_pages_come_with_their_article() -> None:
    urls = [ROW.url, ROW.url.replace("1.html", "1_2.html"), ROW.url.replace("1.html", "5_2.html")]
    told = plan([replace(ROW, url=url) for url in urls], role_of((), r"/zwdt/\d+(_\d)?\.html$", lambda _: False))
    assert [row.url for row in told.articles] == [urls[0], urls[2]]


def test_of_a_list_one_capture_a_day() -> None:
    rows = [
        replace(ROW, url="http://luoxi.example/zwdt/", time=f"201903{day}{hour}0000", digest=f"{day}{hour}")
        for day in ("04", "05")
        for hour in ("09", "10")
    ]
    assert [row.time[:10] for row in plan(rows, ROLE).lists] == ["2019030409", "2019030509"]


SEVEN = "example,luoxi)/zwdt/1.html 20190304090000 http://www.luoxi.example/zwdt/1.html text/html 200 A 9"
ELEVEN = "example,luoxi)/zwdt/1.html 20190304090000 http://www.luoxi.example/zwdt/1.html text/html 200 A - - 9 1234 past.warc.gz"
JSON = 'example,luoxi)/zwdt/1.html 20190304090000 {"url": "http://www.luoxi.example/zwdt/1.html", "mime": "text/html", "status": "200", "digest": "A", "length": "9"}'


WHOLE = '{"timestamp": "20190304090000", ' + JSON.partition("{")[2]


@pytest.mark.parametrize("line", [SEVEN, ELEVEN, JSON, JSON.replace("}", ', "redirect": "-", "filename": "x"}'), WHOLE])
def test_a_line_of_any_form_is_read(line: str) -> None:
    assert read_row(line) == ROW


@pytest.mark.parametrize(
    "line",
    [
        "<html>",
        "a b",
        "x 2019 http://luoxi.example/ text/html 200 A 9",
        'x 20190304090000 {"url"',
        "x 20190304090000 [1, 2]",
    ],
)
def test_a_line_that_is_none_is_refused(line: str) -> None:
    with pytest.raises(HistoryError, match="no CDX"):
        read_row(line)


@pytest.mark.parametrize(
    "line",
    [
        "",
        " CDX N b a m s k r M S V g",
        SEVEN.replace("http:", "dns:"),
        SEVEN.replace("0304", "0231"),
        JSON.replace('"A"', '""'),
    ],
)
def test_a_line_without_a_page_is_passed_over(line: str) -> None:
    assert read_row(line) is None


@pytest.mark.parametrize(
    ("named", "index", "captures"),
    [
        ("wayback", "https://web.archive.org/cdx/search/cdx", "https://web.archive.org/web/"),
        ("commoncrawl", "https://index.commoncrawl.org/collinfo.json", "https://data.commoncrawl.org/"),
        ("http://a.example/collinfo.json", "http://a.example/collinfo.json", "http://a.example/"),
        ("http://a.example/past/cdx", "http://a.example/past/cdx", "http://a.example/past/"),
        ("http://a.example/past/", "http://a.example/past/cdx", "http://a.example/past/"),
        ("http://a.example/past/index", "http://a.example/past/index", "http://a.example/past/"),
    ],
)
def test_the_addresses_of_a_server(named: str, index: str, captures: str) -> None:
    assert Address.of(named) == Address(index=index, captures=captures)


@pytest.mark.parametrize("named", ["way-back", "ftp://a.example/cdx", "a.example/cdx", "http://"])
def test_what_is_no_address_is_refused(named: str) -> None:
    with pytest.raises(SettingError):
        Address.of(named)


def test_the_headers_of_the_original_server() -> None:
    replayed = [
        ("Content-Type", "text/html"),
        ("X-Archive-Orig-ETag", '"1"'),
        ("X-Archive-Orig-Content-Encoding", "gzip"),
        ("X-Archive-Orig-Content-Length", "90"),
        ("Location", "https://web.archive.org/web/20190304090000id_/http://www.luoxi.example/"),
        ("Memento-Datetime", "Mon, 04 Mar 2019 09:00:00 GMT"),
        ("Server", "nginx"),
    ]
    assert original(replayed) == (
        ("ETag", '"1"'),
        ("Content-Type", "text/html"),
        ("Location", "http://www.luoxi.example/"),
    )
