"""What docs/backup.md says can be done, done."""

import shutil
from collections.abc import Callable
from pathlib import Path

from archive.verify import verify
from tests.conftest import rows, same_archive
from tests.trust.conftest import Crawled

Copy = Callable[..., Path]


def test_an_archive_is_restored_from_a_snapshot_and_crawled_on(crawled: Crawled, copy: Copy, tmp_path: Path) -> None:
    backup, place = copy("warc", "snapshots", "chain", name="backup"), tmp_path / "data"
    private = sorted((backup / "snapshots").glob("2*"))[0]
    place.mkdir()
    shutil.copy(private / "archive.db", place / "archive.db")
    shutil.copytree(backup / "warc", place / "warc")
    assert same_archive(place) == same_archive(crawled.folder)
    crawled.run(place, "crawl", "mingchuan", "-a", "recheck=all")
    crawled.run(place, "crawl", "replay")
    crawled.run(place, "snapshot")
    assert verify(place).faults == []
    assert rows(place, "PRAGMA integrity_check") == [("ok",)]


def test_snapshots_that_are_made_while_a_crawl_writes_all_verify(crawled: Crawled, tmp_path: Path) -> None:
    from tests.trust.test_crash import start

    folder = tmp_path / "archive"
    first = start("crawl", "boling", ARCHIVE_DIR=folder, SOURCES=crawled.sources)
    first.communicate()
    running = [
        start("crawl", name, ARCHIVE_DIR=folder, SOURCES=crawled.sources)
        for name in ("mingchuan", "weiting", "qingzhen")
    ]
    made = 0
    while made < 5 or any(process.poll() is None for process in running):
        crawled.run(folder, "snapshot")
        made += 1
    for process in running:
        process.communicate()
    for place in sorted((folder / "snapshots").glob("2*")):
        assert verify(place).faults == []
    assert verify(folder).faults == []
