"""The WARC files alone make the same archive again."""

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from archive.verification.verify import verify
from tests.conftest import rows, same_archive, scrapy
from tests.trust.conftest import Crawled

Copy = Callable[..., Path]
SOURCE = "mingchuan"
BESIDES = {
    "observations": "SELECT url_key, at, outcome, o.status FROM observations o JOIN releases r ON r.id = release ORDER BY 1, 2",
    "statuses": "SELECT url_key, status, first_seen, changed FROM releases ORDER BY 1",
    "crawls": "SELECT source, started, finished, outcome, listed, new, changed, unchanged, failed FROM crawls ORDER BY 1, 2",
    "captures": "SELECT warc, offset, length, url, role, status, sha256, refers_to IS NULL FROM captures ORDER BY 1, 2",
    "reasons": "SELECT url, source, reason, first_listed, last_listed FROM listings ORDER BY 1, 2",
    "walks": "SELECT source, list_url FROM walks ORDER BY 1, 2",
}


@pytest.fixture
def rebuilt(crawled: Crawled, copy: Copy) -> Path:
    place = copy("warc")
    crawled.run(place, "rebuild")
    return place


def test_a_rebuilt_archive_is_the_same(crawled: Crawled, rebuilt: Path) -> None:
    assert same_archive(rebuilt) == same_archive(crawled.folder)
    for sql in BESIDES.values():
        assert rows(rebuilt, sql) == rows(crawled.folder, sql)
    assert rows(rebuilt, "PRAGMA integrity_check") == [("ok",)]


def test_a_rebuilt_archive_is_crawled_on_as_if_nothing_had_happened(crawled: Crawled, rebuilt: Path) -> None:
    crawled.site.clear()
    crawled.run(rebuilt, "crawl", "mingchuan", "-a", "recheck=none")
    asked = [request.path for request in crawled.site.requests]
    assert [path for path in asked if "/art/" in path] == []


def test_rebuild_never_overwrites_an_archive(crawled: Crawled, copy: Copy) -> None:
    place = copy()
    before = (place / "archive.db").read_bytes()
    assert "move it away" in crawled.run(place, "rebuild", status=2)
    assert (place / "archive.db").read_bytes() == before


def test_rebuild_needs_something_to_rebuild_from(crawled: Crawled, tmp_path: Path) -> None:
    assert "no warc/" in crawled.run(tmp_path, "rebuild", status=2)


def test_a_damaged_record_costs_that_record_alone(crawled: Crawled, copy: Copy) -> None:
    place = copy("warc")
    sql = "SELECT c.warc, c.offset, r.url FROM releases r JOIN versions v ON v.release = r.id JOIN captures c ON c.id = v.capture"
    [(name, offset, url), *_] = rows(
        crawled.folder, f"{sql} WHERE r.source = 'mingsheng' ORDER BY c.offset LIMIT 1 OFFSET 3"
    )
    content = bytearray((place / name).read_bytes())
    content[offset + 200] ^= 0xFF
    (place / name).write_bytes(content)
    assert f"{Path(name).name} is damaged from {offset} to " in crawled.run(place, "rebuild", status=2)
    lost = {row[0] for row in rows(crawled.folder, "SELECT url FROM releases")}
    lost -= {row[0] for row in rows(place, "SELECT url FROM releases")}
    assert lost <= {url}
    assert rows(place, "SELECT state FROM listings WHERE url = ?", url) in ([("pending",)], [("held",)])


def test_a_file_of_something_else_is_named(crawled: Crawled, copy: Copy) -> None:
    place = copy("warc")
    (place / "warc" / "mingchuan-2026-03.warc.gz").write_text("root:x:0:0")
    said = crawled.run(place, "rebuild", status=2)
    assert "mingchuan-2026-03.warc.gz holds no records of a WARC file: what stood there was left out" in said
    assert rows(place, "SELECT count(*) FROM releases WHERE source = 'mingchuan'") == [(0,)]


def test_a_torn_end_is_no_hindrance(crawled: Crawled, copy: Copy) -> None:
    place = copy("warc")
    for path in (place / "warc").iterdir():
        path.write_bytes(path.read_bytes()[:-37])
    crawled.run(place, "rebuild")
    assert same_archive(place)["releases"] == same_archive(crawled.folder)["releases"]


@pytest.mark.slow
def test_what_was_verified_before_a_rebuild_verifies_after_it(crawled: Crawled, copy: Copy) -> None:
    place = copy()
    (place / "archive.db").unlink()
    crawled.run(place, "rebuild")
    assert verify(place).faults == []
    crawled.run(place, "snapshot")
    assert verify(place).faults == []


@pytest.mark.parametrize("earlier", ["stand", "are gone"])
def test_what_was_damaged_before_a_rebuild_is_named_though_a_later_link_fits(
    crawled: Crawled, copy: Copy, earlier: str
) -> None:
    place = copy()
    [(name, offset)] = rows(place, "SELECT warc, offset FROM captures WHERE warc LIKE '%mingsheng%' LIMIT 1 OFFSET 6")
    content = bytearray((place / name).read_bytes())
    content[offset + 200] ^= 0xFF
    (place / name).write_bytes(content)
    (place / "archive.db").unlink()
    crawled.run(place, "rebuild", status=2)
    if earlier == "are gone":  # as old ones are when they have been thinned
        shutil.rmtree(place / "snapshots")
    crawled.run(place, "snapshot")
    assert f"{name}: " in crawled.run(place, "verify", str(place), status=2)


def test_declarations_that_are_gone_are_read_from_the_archive(crawled: Crawled, copy: Copy, tmp_path: Path) -> None:
    place = copy("warc", "declared")
    (tmp_path / "none").mkdir()
    (tmp_path / "none" / "families.toml").write_text("", "utf-8")
    done = scrapy("rebuild", **{**crawled.settings(place), "SOURCES": tmp_path / "none"})
    assert done.returncode == 0, done.stderr
    assert f"rebuild: {SOURCE} as declared/{SOURCE}.toml of the archive declares it" in done.stdout
    assert same_archive(place) == same_archive(crawled.folder)


def test_pages_that_nobody_declares_are_left_out_only_on_purpose(crawled: Crawled, copy: Copy, tmp_path: Path) -> None:
    place = copy("warc")
    table = (crawled.folder / "declared" / f"{SOURCE}.toml").read_text("utf-8")
    (tmp_path / "one.toml").write_text(table, "utf-8")
    settings = {**crawled.settings(place), "SOURCES": tmp_path / "one.toml"}
    refused = scrapy("rebuild", **settings)
    assert refused.returncode == 2
    assert "but no declaration" in refused.stderr
    assert not (place / "archive.db").exists()
    assert scrapy("rebuild", "--leave-undeclared", **settings).returncode == 0
    assert rows(place, "SELECT DISTINCT source FROM releases") == [(SOURCE,)]


def test_a_rebuild_that_was_killed_when_all_was_done_is_ended_by_the_next(crawled: Crawled, rebuilt: Path) -> None:
    (rebuilt / ".rebuild").mkdir()
    assert "nothing new" in crawled.run(rebuilt, "rebuild")
    assert not (rebuilt / ".rebuild").exists()
    crawled.run(rebuilt, "rebuild", status=2)


def test_the_log_of_a_lost_database_is_not_played_into_the_new_one(crawled: Crawled, copy: Copy) -> None:
    place = copy("archive.db", "warc", "chain")
    with closing(sqlite3.connect(place / "archive.db")) as db:
        db.execute("PRAGMA journal_mode=WAL")
        db.execute("UPDATE releases SET title = 'x'")
        db.commit()
        shutil.copyfile(place / "archive.db-wal", place / "kept")
    (place / "archive.db").unlink()
    (place / "kept").rename(place / "archive.db-wal")
    crawled.run(place, "rebuild")
    assert same_archive(place) == same_archive(crawled.folder)
