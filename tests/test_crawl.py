"""The replica sites, crawled as a user crawls them, on two days."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from archive.urls import canonical
from tests.conftest import crawl, rows, same_archive
from tests.replica import ReplicaSite, Request
from tests.replica.truth import groups, releases, tagged, truths
from tests.replica.world import load

SITES = [site.id for site in load()]
FIRST, LATER, DAY2 = "2026-03-16T10:00", "2026-03-16T11:00", "2026-03-17T10:00"


@dataclass
class World:
    """An archive, the sites it comes from, and what each crawl asked them."""

    folder: Path
    site: ReplicaSite
    first: list[Request]
    again: list[Request]
    replayed: list[Request]
    before: dict[str, list[tuple]]  # the archive after the first crawl
    unchanged: dict[str, list[tuple]]  # after the second
    reread: dict[str, list[tuple]]  # after a replay

    def url(self, source: str, path: str) -> str:
        return self.site.url(source, path)

    def key(self, source: str, path: str) -> str:
        """How the archive tells a page: one that stands in two columns is held under the address that came first."""
        return canonical(self.site.url(source, path))


def asked(site: ReplicaSite) -> list[Request]:
    seen = list(site.requests)
    site.clear()
    return seen


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Day 1 crawled twice and replayed."""
    folder = tmp_path_factory.mktemp("archive")
    with ReplicaSite() as site:
        settings = {"ARCHIVE_DIR": folder, "SOURCES": site.write_sources(folder)}
        for source in SITES:
            crawl(source, NOW=FIRST, **settings)
        first, before = asked(site), same_archive(folder)
        for source in SITES:
            crawl(source, NOW=LATER, **settings)
        again, unchanged = asked(site), same_archive(folder)
        crawl("replay", NOW=LATER, **settings)
        yield World(folder, site, first, again, asked(site), before, unchanged, same_archive(folder))


@pytest.fixture(scope="module")
def day2(world: World) -> World:
    """The same archive after a second day."""
    world.site.day = 2
    settings = {"ARCHIVE_DIR": world.folder, "SOURCES": world.folder / "replica.toml"}
    for source in SITES:
        crawl(source, "-a", "recheck=all", NOW=DAY2, **settings)
    return world


def test_every_release_is_held_once(world: World) -> None:
    held = rows(world.folder, "SELECT source, url_key FROM releases ORDER BY 1, 2")
    assert held == sorted((truth.source, world.key(truth.source, truth.path)) for truth in releases(1))


@pytest.mark.parametrize("truth", releases(1), ids=lambda truth: truth.id)
def test_a_release_reads_as_its_page_prints_it(world: World, truth) -> None:
    sql = "SELECT title, text, published, publisher FROM releases WHERE url_key = ?"
    [(title, text, published, publisher)] = rows(world.folder, sql, world.key(truth.source, truth.path))
    assert text.split("\n") == list(truth.paragraphs)
    assert (title, published or "", publisher or "") == (truth.title, truth.published, truth.publisher)


def test_a_transcript_that_stands_twice_is_kept_once_and_the_cut_is_kept(world: World) -> None:
    [truth] = tagged("transcript")
    sql = "SELECT p.text FROM repeats p JOIN releases r ON r.id = p.release WHERE r.url_key = ?"
    cuts = rows(world.folder, sql, world.key(truth.source, truth.path))
    assert sum(len(text) for (text,) in cuts) >= 2500


def test_nothing_is_cut_from_any_other_release(world: World) -> None:
    assert len(rows(world.folder, "SELECT DISTINCT release FROM repeats")) == len(tagged("transcript"))


@pytest.mark.parametrize("truth", [t for t in truths(1) if t.fails not in ("", "again")], ids=lambda truth: truth.id)
def test_what_is_no_release_says_why(world: World, truth) -> None:
    sql = "SELECT state, reason FROM listings WHERE url = ?"
    [(state, reason)] = rows(world.folder, sql, world.url(truth.source, truth.path))
    assert state == ("skipped" if truth.fails in ("robots", "excluded") else "failed")
    assert reason == truth.fails


def test_a_page_in_two_columns_is_one_release_and_two_listings(world: World) -> None:
    [truth] = [t for t in truths(1) if t.fails == "again"]
    key = world.key(truth.source, truth.path)
    assert rows(world.folder, "SELECT state FROM listings WHERE url_key = ?", key) == [("held",), ("held",)]
    assert rows(world.folder, "SELECT count(*) FROM releases WHERE url_key = ?", key) == [(1,)]
    paths = [request.path for request in world.first if canonical(world.url(request.site, request.path)) == key]
    assert len(paths) == 1


def test_what_is_excluded_or_closed_is_never_asked_for(world: World) -> None:
    closed = {(t.source, t.path) for t in truths(1) if t.fails in ("robots", "excluded")}
    assert closed
    assert not closed & {(request.site, request.path) for request in world.first}


def test_no_article_is_asked_for_twice(world: World) -> None:
    articles = {(t.source, t.path) for t in truths(1)}
    seen = [(request.site, request.path) for request in world.first if (request.site, request.path) in articles]
    assert len(seen) == len(set(seen))


def test_the_crawler_says_who_it_is(world: World) -> None:
    agents = {request.headers["user-agent"] for request in world.first}
    assert len(agents) == 1
    assert agents.pop().startswith("gongbao/")


def test_a_second_crawl_asks_for_no_article(world: World) -> None:
    articles = {(t.source, t.path) for t in truths(1)}
    assert [request for request in world.again if (request.site, request.path) in articles] == []
    assert world.unchanged == world.before


def test_replay_asks_for_nothing_and_changes_nothing(world: World) -> None:
    assert world.replayed == []
    assert world.reread == world.before


def test_every_answer_is_kept_raw(world: World) -> None:
    kept = rows(world.folder, "SELECT count(*) FROM captures WHERE status <> 304")[0][0]
    assert kept == len([request for request in world.first + world.again if request.status != 304])


def test_copies_on_several_sites_are_one_cluster(world: World) -> None:
    plain = {name: [t for t in copies if "headed" not in t.tags] for name, copies in groups(1).items()}
    for copies in plain.values():
        clusters = {
            rows(world.folder, "SELECT cluster FROM releases WHERE url_key = ?", world.key(t.source, t.path))[0][0]
            for t in copies
        }
        assert len(clusters) == 1


def test_bulletins_that_differ_in_figures_stand_alone(world: World) -> None:
    urls = [world.key(t.source, t.path) for t in tagged("bulletin")]
    clusters = [rows(world.folder, "SELECT cluster FROM releases WHERE url_key = ?", url)[0][0] for url in urls]
    assert len(set(clusters)) == len(urls) >= 4


def test_each_crawl_has_its_row(world: World) -> None:
    sql = "SELECT source, outcome, listed, new, problems FROM crawls ORDER BY id LIMIT ?"
    for source, outcome, listed, new, problems in rows(world.folder, sql, len(SITES)):
        assert outcome == "ok", (source, problems)
        assert listed == len([t for t in truths(1) if t.source == source])
        assert new == len([t for t in releases(1) if t.source == source])


def test_day_two_brings_exactly_the_new_and_the_late(day2: World) -> None:
    held = {url for (url,) in rows(day2.folder, "SELECT url_key FROM releases WHERE first_seen >= '2026-03-17'")}
    added = tagged("new", 2) + tagged("late", 2)
    assert held == {day2.key(t.source, t.path) for t in added if not t.fails}
    assert tagged("late", 2)


def test_day_two_makes_a_version_of_exactly_the_edited(day2: World) -> None:
    held = {url for (url,) in rows(day2.folder, "SELECT url_key FROM releases WHERE version > 1")}
    assert held == {day2.key(t.source, t.path) for t in tagged("edited", 2)}
    for truth in tagged("edited", 2):
        sql = "SELECT v.version, v.kind, v.text FROM versions v JOIN releases r ON r.id = v.release WHERE r.url_key = ? ORDER BY 1"
        versions = rows(day2.folder, sql, day2.key(truth.source, truth.path))
        assert [(number, kind) for number, kind, _ in versions] == [(1, "published"), (2, "published")]
        assert versions[1][2] == truth.text


def test_what_vanished_is_kept_and_observed(day2: World) -> None:
    gone = {t.path: t for t in truths(1) if "vanished" in t.tags}
    assert gone
    for truth in gone.values():
        sql = "SELECT r.status, o.outcome, o.status, r.text FROM releases r JOIN observations o ON o.release = r.id WHERE r.url_key = ?"
        [(status, outcome, http, text)] = rows(day2.folder, sql, day2.key(truth.source, truth.path))
        assert (status, outcome, http) == ("suspect", "missing", 404)
        assert text == truth.text


def test_pages_with_validators_are_asked_conditionally(day2: World) -> None:
    statuses = [r.status for r in day2.site.requests if "if-none-match" in r.headers]
    assert statuses.count(304) > 20


def test_what_an_index_row_says_is_what_the_release_says(day2: World) -> None:
    found = rows(day2.folder, "SELECT count(*) FROM releases_fts")[0][0]
    assert found == rows(day2.folder, "SELECT count(*) FROM releases")[0][0]
    assert json.loads(rows(day2.folder, "SELECT problems FROM crawls ORDER BY id DESC LIMIT 1")[0][0]) == []
