"""The past of a source, as another archive captured it: in the right order, once, and told as theirs."""

import os
import signal
from collections import Counter, defaultdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from archive import warc
from crawler.run import warm
from tests.conftest import environment_of, rows, same_archive
from tests.crawler.history.conftest import NOW, Backfill, Start
from tests.crawler.history.past import BEGIN, HOME, LIST, SITE, Capture, Past, address, made, page, titles, when
from tests.crawler.history.server import Handler
from tests.invented import article

VERSIONS = "SELECT r.url, v.seen, v.text FROM versions v JOIN releases r ON r.id = v.release ORDER BY v.seen, v.version"


def versions(folder: Path) -> dict[str, list[tuple[str, str]]]:
    """The versions of each address in the order of their times."""
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for url, seen, text in rows(folder, VERSIONS):
        found[url].append((seen, text))
    return dict(found)


def test_every_version_stands_at_its_time(taken: Backfill) -> None:
    assert versions(taken.folder) == taken.past.versions


def test_each_content_is_fetched_once(taken: Backfill) -> None:
    own = {f"{one.stamp}id_/{one.url}": (one.url, one.digest) for one in taken.past.captures}
    fetched = [own[path.partition("/c/")[2]] for path in taken.server.fetched]
    assert max(Counter(fetched).values()) == 1


def test_a_second_run_fetches_nothing_and_changes_nothing(copy: Backfill) -> None:
    before, asked = same_archive(copy.folder), len(copy.server.fetched)
    assert "0 are to be fetched" in copy.run()
    assert (same_archive(copy.folder), len(copy.server.fetched)) == (before, asked)


def test_captures_name_the_address_they_came_from(taken: Backfill) -> None:
    found = rows(taken.folder, "SELECT url, fetched, origin, taken_in, etag FROM captures WHERE role = 'article'")
    base = taken.server.address.removesuffix("cdx")
    for url, fetched, origin, taken_in, _ in found:
        assert origin == f"{base}{fetched[:19].translate({ord(sign): None for sign in '-:T'})}id_/{url}"
        assert taken_in.startswith(NOW)


def ends(folder: Path, past: Past) -> dict[str, tuple[str, str]]:
    """The last capture with each page that is gone, and the first without."""
    sql = "SELECT url, last_alive, first_failed FROM lifetimes_with_history l JOIN releases r ON r.id = l.release"
    return {url: (alive, failed) for url, alive, failed in rows(folder, sql) if url in past.gone}


def test_a_page_that_was_gone_before_is_dated_between_two_captures(taken: Backfill) -> None:
    assert ends(taken.folder, taken.past) == taken.past.gone
    statuses = dict(rows(taken.folder, "SELECT url, status FROM releases"))
    assert {statuses[url] for url in taken.past.gone} == {"suspect"}
    assert "gone" not in statuses.values()


def test_no_release_is_followed_by_us(taken: Backfill) -> None:
    assert rows(taken.folder, "SELECT DISTINCT origin, followed FROM backfilled") == [("127.0.0.1", None)]
    assert rows(taken.folder, "SELECT count(*) FROM lifetimes") == [(0,)]


def test_the_lists_of_then_are_in_the_ledger(taken: Backfill) -> None:
    never = rows(taken.folder, "SELECT url FROM listings WHERE state <> 'held'")
    months = {one.time.month for one in taken.past.captures if one.url == LIST}
    assert {url for (url,) in never} == {f"{SITE}/zwdt/201903/{9000 + month}.html" for month in months}
    [(first, last)] = rows(taken.folder, "SELECT first_listed, last_listed FROM listings WHERE url = ?", address(1))
    assert (first, last) == (when(BEGIN + timedelta(hours=1)), when(BEGIN + timedelta(days=990, hours=1)))


def test_a_backfill_is_no_crawl(taken: Backfill) -> None:
    assert rows(taken.folder, "SELECT origin, finished FROM crawls") == [("127.0.0.1", None)]
    assert "interrupted" not in taken.run(command="sources")


def test_it_says_how_much_there_is_before_it_begins(copy: Backfill) -> None:
    shown = copy.run(ARCHIVE_DIR=copy.base / "other").splitlines()[0]
    assert "of list pages, 201903 to" in shown
    assert "are to be fetched" in shown


def test_a_rebuild_gives_the_same_archive(copy: Backfill) -> None:
    looks = "SELECT r.url, o.at, o.outcome, o.counted, o.origin FROM observations o JOIN releases r ON r.id = o.release ORDER BY 1, 2"
    captures = "SELECT url, fetched, origin, taken_in, sha256 FROM captures ORDER BY 1, 2"
    before = same_archive(copy.folder), rows(copy.folder, looks), rows(copy.folder, captures)
    statuses = rows(copy.folder, "SELECT url, status FROM releases ORDER BY 1")
    (copy.folder / "archive.db").unlink()
    copy.run(command="rebuild")
    assert (same_archive(copy.folder), rows(copy.folder, looks), rows(copy.folder, captures)) == before
    assert rows(copy.folder, "SELECT url, status FROM releases ORDER BY 1") == statuses


def test_a_snapshot_and_the_archive_verify(copy: Backfill) -> None:
    copy.run(command="snapshot")
    copy.run(str(copy.folder), command="verify")
    copy.run(str(copy.folder / "snapshots" / "latest"), command="verify")


def test_a_replay_reads_it_alike(copy: Backfill) -> None:
    before = same_archive(copy.folder)
    copy.run("replay", command="crawl")
    assert same_archive(copy.folder) == before


def test_a_removal_closes_the_address_to_backfill(copy: Backfill) -> None:
    copy.run(address(2), "--reason", "asked", command="remove")
    fetched = len(copy.server.fetched)
    copy.run()
    assert address(2) not in versions(copy.folder)
    assert rows(copy.folder, "SELECT count(*) FROM captures WHERE url = ?", address(2)) == [(0,)]
    assert len(copy.server.fetched) == fetched
    assert titles(2).encode() not in b"".join(path.read_bytes() for path in (copy.folder / "warc").iterdir())


def test_a_merge_brings_what_a_shard_has_taken_in(copy: Backfill) -> None:
    copy.run(command="snapshot")
    hub = copy.base / "hub"
    copy.run(str(copy.folder / "snapshots" / "latest"), command="merge", ARCHIVE_DIR=hub)
    assert same_archive(hub) == same_archive(copy.folder)
    assert rows(hub, "SELECT DISTINCT origin, followed FROM backfilled") == [("127.0.0.1", None)]


# part by part


@pytest.mark.slow
def test_limits_take_it_in_part_by_part(start: Start) -> None:
    backfill = start(made(6))
    while "run it again for the rest" in backfill.run("--limit", "15"):
        pass
    assert versions(backfill.folder) == backfill.past.versions
    assert ends(backfill.folder, backfill.past) == backfill.past.gone
    assert max(Counter(backfill.server.fetched).values()) == 1


def test_years_may_come_in_any_order(start: Start) -> None:
    backfill = start(made(4))
    for year in (2020, 2022, 2019, 2021):
        backfill.run("--since", f"{year}-01-01", "--until", f"{year}-12-31")
    told = {url: [(seen, text) for seen, text in found] for url, found in versions(backfill.folder).items()}
    # a state that lasts over a new year is first seen in either, whichever was taken in first
    assert {url: _runs(found) for url, found in told.items()} == {
        url: _runs(found) for url, found in backfill.past.versions.items()
    }


def _runs(found: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The versions without those that repeat the text of the one before."""
    return [one for n, one in enumerate(found) if not n or found[n - 1][1] != one[1]]


def killed(backfill: Backfill, after: int) -> None:
    """Run it until the server has been asked so often; then kill -9."""
    process: Any = None
    left = [after]

    def fault(handler: Handler) -> bool:
        left[0] -= 1
        if not left[0] and process.pid:
            os.kill(process.pid, signal.SIGKILL)
        return False

    backfill.server.fault = fault
    given = {"ARCHIVE_DIR": backfill.folder, "SOURCES": backfill.base / "luoxi.toml", "NOW": NOW}
    process = warm.begin(["backfill", "luoxi", "--from", backfill.server.address], environment_of(**given))
    process.join()
    backfill.server.fault = None
    assert process.exitcode == -signal.SIGKILL


@pytest.mark.parametrize("after", [pytest.param(2, marks=pytest.mark.slow), 19])
def test_a_run_that_was_killed_goes_on(start: Start, taken: Backfill, after: int) -> None:
    backfill = start()
    killed(backfill, after)
    backfill.run()
    assert same_archive(backfill.folder) == same_archive(taken.folder)


@pytest.mark.slow
def test_killed_at_twenty_moments(start: Start, taken: Backfill) -> None:
    backfill = start()
    for moment in range(20):
        killed(backfill, 2 + moment % 3)
    backfill.run()
    assert same_archive(backfill.folder) == same_archive(taken.folder)
    kept = rows(backfill.folder, "SELECT url, fetched, count(*) FROM captures GROUP BY 1, 2 HAVING count(*) > 1")
    assert kept == []


# ours and theirs


def of_one(*states: tuple[int, str], number: int = 1, **more: Any) -> Past:
    """Captures of one page: at so many days after the beginning, with these texts."""
    past = Past()
    for day, text in states:
        body = page(number, text, titles(number))
        past.captures.append(Capture(url=address(number), time=BEGIN + timedelta(days=day), body=body, **more))
    return past


FIRST, SECOND, THIRD = (f"{article(7)}\n第{n}次公告，涉及资金{n}00万元。" for n in "一二三")


def seen(backfill: Backfill) -> list[tuple[int, str]]:
    found = versions(backfill.folder).get(address(1), [])
    names = {FIRST: "first", SECOND: "second", THIRD: "third"}
    return [((datetime.fromisoformat(at) - BEGIN).days, names[text]) for at, text in found]


def import_own(backfill: Backfill, *states: tuple[int, str]) -> None:
    """Take in captures as our own: a crawl at those days."""
    own = [
        warc.Exchange(
            url=one.url,
            source="luoxi",
            role="article",
            fetched=when(one.time),
            status=200,
            headers=one.headers,
            body=one.body,
        )
        for one in of_one(*states).captures
    ]
    warc.write_file(backfill.base / "own.warc.gz", own)
    backfill.run(str(backfill.base / "own.warc.gz"), "--source", "luoxi", command="import")


@pytest.mark.parametrize(
    ("theirs", "told"),
    [
        ([(0, FIRST), (100, SECOND)], [(0, "first"), (100, "second")]),
        ([(0, FIRST), (100, SECOND), (200, FIRST)], [(0, "first"), (100, "second"), (200, "first")]),
        ([(0, FIRST), (50, FIRST), (100, FIRST)], [(0, "first")]),
        ([(0, FIRST), (50, "您访问的页面不存在或已删除！"), (100, SECOND)], [(0, "first"), (100, "second")]),
    ],
)
def test_edits_of_one_page(start: Start, theirs: list[tuple[int, str]], told: list[tuple[int, str]]) -> None:
    backfill = start(of_one(*theirs))
    backfill.run()
    assert seen(backfill) == told


@pytest.mark.parametrize(
    ("ours", "theirs", "told"),
    [
        # before our first capture
        ([(900, SECOND)], [(0, FIRST), (100, SECOND)], [(0, "first"), (100, "second"), (900, "second")]),
        ([(900, THIRD)], [(0, FIRST), (100, SECOND)], [(0, "first"), (100, "second"), (900, "third")]),
        (
            [(900, FIRST)],
            [(0, FIRST), (100, SECOND), (200, FIRST)],
            [(0, "first"), (100, "second"), (200, "first"), (900, "first")],
        ),
        # between two of ours
        ([(0, FIRST), (900, THIRD)], [(100, SECOND)], [(0, "first"), (100, "second"), (900, "third")]),
        ([(0, FIRST), (900, THIRD)], [(100, FIRST)], [(0, "first"), (900, "third")]),
        ([(0, FIRST), (900, FIRST)], [(100, SECOND)], [(0, "first"), (100, "second"), (900, "first")]),
        # after our last
        ([(0, FIRST)], [(100, FIRST), (200, SECOND)], [(0, "first"), (200, "second")]),
        # the same moment: ours wins
        ([(0, FIRST), (100, SECOND)], [(0, FIRST), (100, SECOND)], [(0, "first"), (100, "second")]),
    ],
)
def test_versions_stand_in_order_whoever_made_them(
    start: Start, ours: list[tuple[int, str]], theirs: list[tuple[int, str]], told: list[tuple[int, str]]
) -> None:
    backfill = start(of_one(*theirs))
    import_own(backfill, *ours)
    backfill.run()
    assert seen(backfill) == told
    backfill.run(command="snapshot")
    backfill.run(str(backfill.folder), command="verify")


def test_a_release_is_followed_from_our_own_first_sight_on(start: Start) -> None:
    backfill = start(of_one((0, FIRST), (100, SECOND)))
    import_own(backfill, (900, SECOND))
    backfill.run()
    assert rows(backfill.folder, "SELECT followed FROM backfilled") == [(when(BEGIN + timedelta(days=900)),)]
    assert rows(backfill.folder, "SELECT first_seen FROM releases") == [(when(BEGIN),)]


def test_a_text_that_we_saw_again_is_no_edit(start: Start) -> None:
    backfill = start(of_one((0, FIRST), (100, SECOND)))
    import_own(backfill, (900, SECOND))
    backfill.run()
    backfill.run(command="snapshot")
    latest = backfill.folder / "snapshots" / "latest"
    assert rows(latest, "SELECT edits, known_from FROM releases") == [(1, "")]


def test_a_content_that_we_hold_is_not_fetched(start: Start) -> None:
    backfill = start(of_one((100, FIRST), (300, SECOND)))
    import_own(backfill, (900, FIRST))
    backfill.run()
    assert len(backfill.server.fetched) == 1


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (HOME.encode(), 200),
        ("<html><title>提示</title><p>您访问的页面不存在或已删除！</p></html>".encode(), 200),
        (b"gone", 404),
    ],
)
def test_a_page_that_is_none_makes_no_release(start: Start, body: bytes, status: int) -> None:
    backfill = start(Past(captures=[Capture(url=address(1), time=BEGIN, body=body, status=status)]))
    backfill.run()
    assert rows(backfill.folder, "SELECT count(*) FROM releases") == [(0,)]


def test_a_redirect_from_http_to_https_is_no_loss(start: Start) -> None:
    past = of_one((0, FIRST))
    moved = (("Location", address(1).replace("http:", "https:")),)
    past.captures.append(Capture(url=address(1), time=BEGIN + timedelta(days=5), status=301, headers=moved))
    backfill = start(past)
    backfill.run()
    assert rows(backfill.folder, "SELECT outcome FROM observations") == []


def test_what_others_found_missing_never_makes_a_release_gone(start: Start) -> None:
    past = made(6)
    past.captures += [
        Capture(url=address(1), time=BEGIN + timedelta(days=1100 + 40 * n), status=404, body=b"404") for n in range(6)
    ]
    backfill = start(past)
    backfill.run()
    assert rows(backfill.folder, "SELECT DISTINCT status FROM releases WHERE status NOT IN ('live', 'suspect')") == []


def test_an_article_over_several_pages_comes_whole(start: Start) -> None:
    past = Past()
    for day, text in ((0, FIRST), (200, SECOND)):
        first = page(1, text, titles(1), "<a href='1001_2.html'>下一页</a>")
        second = page(1, f"第二页说明工程进度，{day}天内完工并通过验收。", titles(1))
        past.captures += [
            Capture(url=address(1), time=BEGIN + timedelta(days=day), body=first),
            Capture(
                url=address(1).replace(".html", "_2.html"), time=BEGIN + timedelta(days=day, minutes=1), body=second
            ),
        ]
    backfill = start(past)
    backfill.run()
    found = versions(backfill.folder)
    assert [(text.split("\n")[-1], len(found)) for _, text in found[address(1)]] == [
        ("第二页说明工程进度，0天内完工并通过验收。", 1),
        ("第二页说明工程进度，200天内完工并通过验收。", 1),
    ]
    before = same_archive(backfill.folder)
    (backfill.folder / "archive.db").unlink()
    backfill.run(command="rebuild")
    assert same_archive(backfill.folder) == before


def test_headers_of_the_original_server_are_kept(start: Start) -> None:
    told = (("Content-Type", "text/html; charset=utf-8"), ("ETag", '"a1"'), ("Server", "Tengine"))
    backfill = start(of_one((0, FIRST), headers=told))
    backfill.run()
    assert rows(backfill.folder, "SELECT etag FROM captures") == [('"a1"',)]


def test_a_source_without_a_pattern_takes_what_its_lists_named(start: Start) -> None:
    past = of_one((3, FIRST))
    past.captures += [
        Capture(url=f"{SITE}/gywm/index.html", time=BEGIN, body=page(3, article(3), "关于我们的介绍")),
        Capture(
            url=LIST,
            time=BEGIN + timedelta(days=4),
            body=f"<ul><li><a href='{address(1)}'>{titles(1)}</a><span>2019-03-02</span></li></ul>".encode(),
        ),
    ]
    declared = "\n".join(
        line for line in start(past).base.joinpath("luoxi.toml").read_text().splitlines() if "article" not in line
    )
    backfill = start(past, declared)
    backfill.run()
    assert list(versions(backfill.folder)) == [address(1)]
