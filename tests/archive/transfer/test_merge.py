"""Snapshots of other archives folded into one."""

import hashlib
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from sqlite_utils import Database

from archive import warc
from archive.database import ArchiveError
from archive.model import Listed
from archive.removal import remove
from archive.snapshots.checks import check
from archive.snapshots.make import make
from archive.snapshots.shelf import SUMS, SnapshotError
from archive.store import attachments
from archive.store.media import Sent
from archive.times import stamp
from archive.transfer.merge import merge
from archive.verification.verify import verify
from archive.warc.exchange import Exchange
from tests.archive.living import address, begin, day, empty_archive, one, prose, record, release, save
from tests.conftest import scrapy

NOW = stamp(day(30))


@dataclass
class Shard:
    """An archive with releases of these numbers, written as a crawl does."""

    folder: Path
    db: Database

    def add(self, *numbers: int, at: float = 0, text: str = "", captured: bool = False) -> None:
        record(self.db, begin(self.db, day(at)), [address(n) for n in numbers], at=day(at))
        for number in numbers:
            kept = self.capture(number, at) if captured else None
            save(self.db, release(address(number), text or prose(number), at=day(at), capture=kept))

    def capture(self, number: int, at: float) -> int:
        page = Exchange(
            url=address(number),
            source="yunling",
            role="article",
            fetched=stamp(day(at)),
            status=200,
            body=b"page %d" % number,
        )
        return warc.capture(self.db, self.folder, page)

    def snapshot(self, *, public: bool = False) -> Path:
        return make(self.folder, public=public, now=day(20))

    def merge(self, *places: Path) -> list[dict[str, int]]:
        return [dict(counts) for counts in merge(self.db, self.folder, places, NOW)]

    def rows(self, sql: str) -> list[tuple]:
        return self.db.execute(sql).fetchall()


@pytest.fixture
def shards(tmp_path: Path) -> Iterator[tuple[Shard, Shard, Shard]]:
    made = tuple(Shard(tmp_path / name, empty_archive(tmp_path / name)) for name in ("hub", "east", "west"))
    yield made
    for shard in made:
        shard.db.close()


SAME = (
    "SELECT url_key, title, text, published, publisher FROM releases ORDER BY 1",
    "SELECT url_key, v.version, text_sha256 FROM versions v JOIN releases r ON r.id = v.release ORDER BY 1, 2",
    "SELECT url, source, state FROM listings ORDER BY 1, 2",
)


def test_two_shards_make_the_archive_that_one_crawl_would_have_made(shards, tmp_path: Path) -> None:
    hub, east, west = shards
    east.add(1, 2, 3)
    east.add(2, at=3, text=prose("edited"))
    west.add(4, 5)
    whole = Shard(tmp_path / "whole", empty_archive(tmp_path / "whole"))
    whole.add(1, 2, 3)
    whole.add(2, at=3, text=prose("edited"))
    whole.add(4, 5)
    assert hub.merge(east.snapshot(), west.snapshot()) == [{"new": 3}, {"new": 2}]
    for sql in SAME:
        assert hub.rows(sql) == whole.rows(sql)
    whole.db.close()


def test_what_is_merged_is_a_sound_archive_that_is_searched(shards) -> None:
    hub, east, _ = shards
    east.add(1, 2)
    hub.merge(east.snapshot())
    hub.db.execute("INSERT INTO releases_fts(releases_fts, rank) VALUES ('integrity-check', 1)")
    check(hub.snapshot() / "archive.db")


def test_the_hub_keeps_its_ids(shards) -> None:
    hub, east, _ = shards
    hub.add(7, 8)
    before = hub.rows("SELECT id, url_key FROM releases ORDER BY id")
    east.add(1, 8)
    assert hub.merge(east.snapshot()) == [{"new": 1, "same": 1}]
    assert hub.rows("SELECT id, url_key FROM releases ORDER BY id")[:2] == before


def test_a_later_snapshot_of_a_shard_brings_what_was_added(shards) -> None:
    hub, east, _ = shards
    east.add(1, 2)
    hub.merge(east.snapshot())
    east.add(2, at=2, text=prose("edited"))
    east.add(3, at=2)
    assert hub.merge(east.snapshot()) == [{"changed": 1, "new": 1, "same": 1}]
    for sql in SAME:
        assert hub.rows(sql) == east.rows(sql)
    hub.db.execute("INSERT INTO releases_fts(releases_fts, rank) VALUES ('integrity-check', 1)")


def test_an_older_state_does_not_replace_a_newer_one(shards) -> None:
    hub, east, _ = shards
    east.add(1)
    hub.add(1, at=5, text=prose("newer"))
    assert hub.merge(east.snapshot()) == [{"same": 1}]
    assert hub.rows("SELECT text FROM releases") == [(prose("newer"),)]


def test_copies_in_different_shards_become_one_cluster(shards) -> None:
    hub, east, west = shards
    east.add(1, text=prose("told", 12))
    west.add(2, text=prose("told", 12))
    hub.merge(east.snapshot(), west.snapshot())
    assert len({cluster for (cluster,) in hub.rows("SELECT cluster FROM releases")}) == 1


def test_captures_come_along_and_can_be_read(shards) -> None:
    hub, east, _ = shards
    east.add(1, 2, captured=True)
    hub.merge(east.snapshot())
    for url, capture in hub.rows("SELECT r.url, v.capture FROM versions v JOIN releases r ON r.id = v.release"):
        found = warc.payload(hub.db, hub.folder, capture)
        assert found.url == url
        assert found.body.startswith(b"page")


def linked(shard: Shard, number: int, *, kept: bool, at: float = 0) -> None:
    """A release that links to one file, which is kept or was not found."""
    file, time = Listed(url=address(number) + ".pdf", title="名录"), stamp(day(at))
    save(shard.db, replace(release(address(number), prose(number), at=day(at)), links=(file,), files=(file.url,)))
    if kept:
        about = (address(number), shard.capture(number, at), file.url, file.title, b"%PDF-1", time, Sent())
        assert attachments.keep(shard.db, *about) == "kept"
    else:
        attachments.missed(
            shard.db, address(number), file.url, file.title, state="failed", reason="http-404", seen=time
        )


def test_files_come_along_and_one_that_is_kept_wins(shards) -> None:
    hub, east, _ = shards
    linked(hub, 1, kept=False)
    linked(hub, 2, kept=False)
    linked(east, 1, kept=True)
    linked(east, 2, kept=False)
    linked(east, 3, kept=True)
    hub.merge(east.snapshot())
    found = hub.rows("SELECT url, state, capture IS NULL FROM attachments ORDER BY url")
    states = ("kept", "failed", "kept")
    assert found == [(address(n) + ".pdf", state, state != "kept") for n, state in enumerate(states, 1)]


def test_warc_files_that_have_grown_are_brought_up_to_date(shards) -> None:
    hub, east, _ = shards
    east.add(1, captured=True)
    hub.merge(east.snapshot())
    east.add(2, at=1, captured=True)
    hub.merge(east.snapshot())
    assert one(hub.db, "SELECT count(*) FROM captures") == 2
    [kept] = (hub.folder / "warc").glob("*.warc.gz")
    assert kept.read_bytes() == (east.folder / "warc" / kept.name).read_bytes()


def test_a_removal_at_the_hub_wins(shards) -> None:
    hub, east, _ = shards
    east.add(1, 2)
    remove.remove(hub.db, hub.folder, address(1), "asked for", NOW, ahead=True)
    assert hub.merge(east.snapshot()) == [{"new": 1, "removed": 1}]
    assert [key for (key,) in hub.rows("SELECT url FROM releases")] == [address(2)]


@pytest.mark.parametrize("hide_address", [False, True])
def test_a_removal_in_a_shard_wins(shards, hide_address: bool) -> None:
    hub, east, _ = shards
    hub.add(1, 2)
    remove.remove(east.db, east.folder, address(1), "asked for", NOW, hide_address=hide_address, ahead=True)
    hub.merge(east.snapshot())
    assert [key for (key,) in hub.rows("SELECT url FROM releases")] == [address(2)]


def test_archives_that_both_had_removals_are_merged(shards) -> None:
    hub, east, _ = shards
    for shard, number in ((hub, 1), (east, 2)):
        shard.add(1, 2, 3)
        remove.remove(shard.db, shard.folder, address(number), "asked for", NOW, ahead=True)
    hub.merge(east.snapshot())
    assert hub.rows("SELECT url FROM releases") == [(address(3),)]
    assert hub.rows("SELECT url FROM removed ORDER BY 1") == [(address(1),), (address(2),)]


def test_a_merge_that_was_cut_short_among_the_removals_is_ended_by_the_next(
    shards, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub, east, _ = shards
    hub.add(1, 2)
    east.add(3)
    remove.remove(east.db, east.folder, address(1), "asked for", NOW, ahead=True)
    place = east.snapshot()

    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("archive.removal.remove._clear", killed)
        with pytest.raises(KeyboardInterrupt):
            hub.merge(place)
    hub.merge(place)
    assert hub.rows("SELECT url FROM releases ORDER BY 1") == [(address(2),), (address(3),)]
    assert hub.rows("SELECT at FROM merged") == [(NOW,)]


# what cannot be merged


def refused(hub: Shard, *places: Path) -> str:
    before = [hub.rows(sql) for sql in SAME]
    with pytest.raises((ArchiveError, SnapshotError)) as caught:
        hub.merge(*places)
    assert [hub.rows(sql) for sql in SAME] == before
    return str(caught.value)


def test_a_snapshot_that_is_named_twice_is_refused(shards, tmp_path: Path) -> None:
    hub, east, _ = shards
    east.add(1)
    place = east.snapshot()
    shutil.copytree(place, tmp_path / "copy")
    assert "named twice" in refused(hub, place, tmp_path / "copy")


def test_a_snapshot_that_was_merged_before_brings_nothing_again(shards) -> None:
    hub, east, west = shards
    east.add(1)
    west.add(2)
    place = east.snapshot()
    hub.merge(place)
    assert hub.merge(place, west.snapshot()) == [{}, {"new": 1}]
    assert hub.rows("SELECT count(*) FROM releases") == [(2,)]


def test_a_damaged_snapshot_is_refused_before_a_sound_one_is_merged(shards) -> None:
    hub, east, west = shards
    east.add(1)
    west.add(2)
    sound, damaged = east.snapshot(), west.snapshot()
    with (damaged / "archive.db").open("r+b") as file:
        file.seek(5000)
        file.write(b"no")
    assert "SHA-256" in refused(hub, sound, damaged)


def test_a_snapshot_of_an_older_schema_is_refused(shards) -> None:
    hub, east, _ = shards
    east.add(1)
    place = east.snapshot()
    with closing(sqlite3.connect(place / "archive.db")) as db, db:
        db.execute("DELETE FROM _sqlite_migrations WHERE name = (SELECT max(name) FROM _sqlite_migrations)")
    digest = hashlib.sha256((place / "archive.db").read_bytes()).hexdigest()
    lines = (place / SUMS).read_text().splitlines()
    sums = [f"{digest}  archive.db" if line.endswith("  archive.db") else line for line in lines]
    (place / SUMS).write_text("\n".join(sums) + "\n")
    assert "older schema" in refused(hub, place)


def test_a_public_snapshot_is_refused(shards) -> None:
    hub, east, _ = shards
    east.add(1)
    assert "public" in refused(hub, east.snapshot(public=True))


def test_other_captures_of_the_same_source_are_refused(shards) -> None:
    hub, east, _ = shards
    hub.add(1, captured=True)
    east.add(2, captured=True)
    assert "one place" in refused(hub, east.snapshot())


def test_a_folder_that_is_no_snapshot_is_refused(shards, tmp_path: Path) -> None:
    assert "no snapshot" in refused(shards[0], tmp_path)


@pytest.mark.parametrize("sound", [True, False])
def test_the_command_says_in_a_sentence_why_it_merges_nothing(shards, sound: bool) -> None:
    hub, east, _ = shards
    east.add(1)
    place = east.snapshot()
    if not sound:
        (place / "releases.parquet").write_bytes(b"no")
    before = list(hub.db.conn.iterdump())
    done = scrapy("merge", str(place), *[str(place)] * sound, ARCHIVE_DIR=hub.folder)
    assert done.returncode == 2
    assert ("named twice" if sound else "SHA-256") in done.stderr
    assert "Traceback" not in done.stderr
    assert list(hub.db.conn.iterdump()) == before


# the chain of the hub goes on


def test_what_a_merge_changes_does_not_break_the_chain_of_the_hub(shards) -> None:
    hub, east, _ = shards
    east.add(1, 2, captured=True)
    hub.merge(east.snapshot())
    hub.snapshot()
    east.add(1, at=3, text=prose("edited"), captured=True)
    hub.merge(east.snapshot())
    assert one(hub.db, "SELECT version FROM releases WHERE id = 1") == 2
    assert verify(hub.folder).faults == []


def test_an_edit_that_was_taken_back_is_shown_as_taken_back(shards) -> None:
    hub, east, _ = shards
    east.add(1, captured=True)
    hub.merge(east.snapshot())
    hub.snapshot()
    east.add(1, at=3, text=prose("edited"), captured=True)
    east.add(1, at=4, captured=True)
    hub.merge(east.snapshot())
    assert hub.rows("SELECT version, text FROM versions ORDER BY version") == [
        (1, prose(1)),
        (2, prose("edited")),
        (3, prose(1)),
    ]
    assert hub.rows("SELECT version, text FROM releases") == [(3, prose(1))]
    assert verify(hub.folder).faults == []


def test_a_status_comes_with_its_changes(shards) -> None:
    hub, east, _ = shards
    for shard in (hub, east):
        shard.add(1)
    hub.snapshot()
    east.db.execute("UPDATE releases SET status = 'gone'")
    east.db.execute("INSERT INTO status_changes VALUES (1, ?, 'gone')", [stamp(day(9))])
    hub.merge(east.snapshot())
    assert one(hub.db, "SELECT status FROM releases") == "gone"
    assert verify(hub.folder).faults == []


def test_a_removal_that_is_known_by_its_digest_alone_is_told_in_the_files(shards) -> None:
    hub, east, _ = shards
    hub.add(1)
    remove.remove(east.db, east.folder, address(9), "asked for", NOW, hide_address=True, ahead=True)
    hub.merge(east.snapshot())
    hub.snapshot()
    assert verify(hub.folder).faults == []
    assert len(list((hub.folder / "warc").glob("_removed-*"))) == 1
