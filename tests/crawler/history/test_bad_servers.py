"""A server of captures that is wrong, busy or slow: a sentence and exit status 2, and all that was taken in stays right."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import rows, same_archive
from tests.crawler.history.conftest import Backfill, Start
from tests.crawler.history.past import made
from tests.crawler.history.server import Handler
from tests.crawler.history.test_backfill import versions

Fault = Callable[[Handler], bool]
HTML = b"<!DOCTYPE html><html><body>Welcome to the archive.</body></html>"


def index_answers(answer: Callable[[Handler], None]) -> Fault:
    def fault(handler: Handler) -> bool:
        if "/cdx?" in handler.path:
            answer(handler)
            return True
        return False

    return fault


def short(handler: Handler) -> None:
    handler.answer(200, b"example,luoxi)/ 20190304090000 http://www.luoxi.example/", {}, 5000)


def in_a_line(handler: Handler) -> None:
    handler.send_response(200)
    handler.end_headers()
    handler.wfile.write(b"example,luoxi)/ 20190304090000 http://www.luoxi.example/ text/html 200 ABC 1\nexample,luo")


def chunks(handler: Handler) -> None:
    handler.protocol_version = "HTTP/1.1"
    handler.send_response(200)
    handler.send_header("Transfer-Encoding", "chunked")
    handler.end_headers()
    handler.wfile.write(b"50\r\nexample,luoxi)/ 2019")
    handler.close_connection = True


def a_million_rows(handler: Handler) -> None:
    handler.send_response(200)
    handler.end_headers()
    line = "example,luoxi)/{0} 20190304090000 http://www.luoxi.example/{0} text/html 200 ABC 1\n"
    for start in range(0, 1_000_000, 1000):
        handler.wfile.write("".join(line.format(n) for n in range(start, start + 1000)).encode())


def elsewhere(handler: Handler) -> None:
    handler.answer(302, b"", {"Location": "http://elsewhere.example/cdx"})


def without_end(handler: Handler) -> None:
    handler.send_response(200)
    handler.end_headers()
    handler.wfile.write(b"x" * 100_000)


INDEXES: dict[str, tuple[Callable[[Handler], None], str]] = {
    "HTML": (
        lambda handler: handler.answer(200, HTML, {"Content-Type": "text/html"}),
        "something that is no CDX: '<!DOCTYPE",
    ),
    "JSON": (lambda handler: handler.answer(200, b'{"message": "hello"}\n', {}), "something that is no CDX"),
    "an error": (lambda handler: handler.answer(500, b"oops", {}), "answers 500"),
    "not found": (lambda handler: handler.answer(404, HTML, {}), "answers 404"),
    "a lying length": (short, "breaks off before its end"),
    "half a line": (in_a_line, "breaks off in a line"),
    "half a chunk": (chunks, "breaks off before its end"),
    "a million rows": (
        a_million_rows,
        "lists more than 300000 captures: take a part of the time, by --since and --until",
    ),
    "a redirect": (elsewhere, "leads to elsewhere.example"),
    "a line without an end": (without_end, "holds a line of more than 10000 bytes"),
}


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.slow if "million" in name else ()) for name in INDEXES]
)
def test_an_index_that_is_wrong_is_named(start: Start, name: str) -> None:
    answer, words = INDEXES[name]
    backfill = start(fault=index_answers(answer))
    assert words in backfill.run(status=2)
    assert backfill.said.count("\n") == 1
    assert backfill.server.fetched == []


def test_an_index_without_captures_is_no_fault(start: Start) -> None:
    backfill = start(fault=index_answers(lambda handler: handler.answer(404, b'{"message": "No Captures found"}', {})))
    assert "the server has no captures of its pages" in backfill.run()


@pytest.mark.parametrize(
    "line",
    [
        "x 20190230000000 http://www.luoxi.example/zwdt/201903/1.html text/html 200 ABC 1",  # no such day
        "x 20990230000000 http://www.luoxi.example/zwdt/201903/1.html text/html 200 ABC 1",
        "x 20990101000000 http://www.luoxi.example/zwdt/201903/1.html text/html 200 ABC 1",  # still to come
        "x 20190304090000 http://elsewhere.example/zwdt/201903/1.html text/html 200 ABC 1",
        "x 20190304090000 file:///etc/passwd text/html 200 ABC 1",
        "x 20190304090000 javascript:alert(1) text/html 200 ABC 1",
        "x 20190304090000 http://www.luoxi.example/zwdt/201903/1.pdf application/pdf 200 ABC 1",
        " CDX N b a m s k r M S V g",
    ],
)
def test_rows_that_are_none_of_ours_are_passed_over(start: Start, line: str) -> None:
    backfill = start(fault=index_answers(lambda handler: handler.answer(200, f"{line}\n".encode(), {})))
    assert "the server has no captures of its pages" in backfill.run()


# replays


def first_replays(number: int, answer: Callable[[Handler], None]) -> Fault:
    left = [number]

    def fault(handler: Handler) -> bool:
        if "id_/" not in handler.path or not left[0]:
            return False
        left[0] -= 1
        answer(handler)
        return True

    return fault


REPLAYS: dict[str, tuple[Callable[[Handler], None], str]] = {
    "its own 404": (lambda handler: handler.answer(404, HTML, {}), "answers 404"),
    "its own page": (lambda handler: handler.answer(200, HTML, {}), "tells no Memento-Datetime"),
    "a redirect to another moment": (
        lambda handler: handler.answer(302, b"", {"Location": "/c/2019id_/x"}),
        "leads to elsewhere",
    ),
    "another moment": (
        lambda handler: handler.answer(200, HTML, {"Memento-Datetime": "Mon, 05 Mar 2018 00:00:00 GMT"}),
        "gives the capture of another moment",
    ),
    "a lying length": (
        lambda handler: handler.answer(200, HTML, {"Memento-Datetime": "Mon"}, 9999),
        "tells no Memento-Datetime",
    ),
}


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=() if name == "another moment" else pytest.mark.slow) for name in REPLAYS]
)
def test_a_capture_that_is_not_given_is_named_and_comes_with_the_next_run(start: Start, name: str) -> None:
    answer, words = REPLAYS[name]
    backfill = start(made(3), fault=first_replays(2, answer))
    assert f"2 captures were not given: {words}" in backfill.run(status=2)
    backfill.run()
    assert {url: len(found) for url, found in versions(backfill.folder).items()} == {
        url: len(found) for url, found in backfill.past.versions.items()
    }


def test_bodies_that_break_off_are_not_taken(start: Start) -> None:
    def cut(handler: Handler) -> bool:
        answer = handler.answer
        if "id_/" in handler.path:
            handler.answer = lambda status, body, headers: answer(status, body[:200], headers, len(body))  # type: ignore[method-assign]
        return False

    backfill = start(fault=cut)
    assert "captures in a row that were not given: it breaks off before its end" in backfill.run(status=2)
    assert rows(backfill.folder, "SELECT count(*) FROM releases") == [(0,)]


@pytest.mark.slow
def test_what_was_fetched_before_a_server_fails_stays(start: Start, taken: Backfill) -> None:
    def fault(handler: Handler) -> bool:
        if len(backfill.server.asked) < 30:
            return False
        handler.answer(500, b"oops", {})
        return True

    backfill = start(fault=fault)
    assert "5 captures in a row that were not given: it answers 500" in backfill.run(status=2)
    found = versions(backfill.folder)
    assert found
    assert all(found[url] == backfill.past.versions[url][: len(found[url])] for url in found)
    backfill.server.fault = None
    backfill.run()
    assert same_archive(backfill.folder) == same_archive(taken.folder)


# manners


def pauses(backfill: Backfill) -> list[float]:
    asked = sorted(backfill.server.asked, key=lambda one: one.begun)
    return [later.begun - earlier.ended for earlier, later in zip(asked, asked[1:], strict=False)]


@pytest.mark.slow
def test_one_request_at_a_time_and_never_nearer_than_the_delay(start: Start) -> None:
    backfill = start(made(2))
    backfill.run(DOWNLOAD_DELAY=0.3)
    assert len(pauses(backfill)) > 3
    assert min(pauses(backfill)) >= 0.28


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("where", ["/cdx?", "id_/"])
def test_a_busy_server_gets_the_time_that_it_asks_for(start: Start, status: int, where: str) -> None:
    busy: list[float] = []

    def fault(handler: Handler) -> bool:
        if busy or where not in handler.path:
            return False
        busy.append(time.monotonic())
        handler.answer(status, b"", {"Retry-After": "1"})
        return True

    backfill = start(made(2), fault=fault)
    backfill.run()
    [after] = [one for one in backfill.server.asked if one.begun > busy[0]][:1]
    assert after.begun - busy[0] >= 1
    assert versions(backfill.folder) == backfill.past.versions


def test_a_server_that_wants_to_be_left_alone_for_long_is(start: Start) -> None:
    backfill = start(fault=index_answers(lambda handler: handler.answer(429, b"", {"Retry-After": "7200"})))
    assert "asks to be left alone for 7200 seconds: run the command again then" in backfill.run(status=2)
    assert len(backfill.server.asked) == 1


def test_the_days_share_ends_a_run_and_the_next_day_goes_on(start: Start) -> None:
    backfill = start(made(3))
    for day in range(16, 30):
        if "share of this day is spent" not in backfill.run(REQUESTS_PER_DAY=8, NOW=f"2026-03-{day}T10:00"):
            break
    assert versions(backfill.folder) == backfill.past.versions
    assert max(n for (n,) in rows(backfill.folder, "SELECT requests FROM usage")) == 8


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("--from", "nowhere"), "expected `wayback`, `commoncrawl` or the address of a CDX server"),
        (("--from", "http://10.0.0.1/cdx"), "is a private address: 10.0.0.1 (allow it with PRIVATE_HOSTS)"),
        (("--since", "spring"), "--since spring: expected a day such as 2019-03-02"),
        (("--limit", "few"), "--limit few: expected a number of captures"),
        (("yunling",), "name a source and a server"),
    ],
)
def test_wrong_arguments_are_answered_with_a_sentence(
    start: Start, tmp_path: Path, args: tuple[str, ...], words: str
) -> None:
    backfill = start()
    assert words in backfill.run(*args, status=2)
    assert backfill.server.asked == []
