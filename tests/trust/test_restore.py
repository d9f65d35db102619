"""What docs/backup.md says can be done, done."""

import re
import shutil
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest

from archive.chain import link_paths
from archive.verification.verify import verify
from archive.warc.records import read
from tests.conftest import crawl, rows, same_archive
from tests.trust.conftest import Crawled
from tests.trust.test_crash import start
from tests.trust.test_removal import residue

Copy = Callable[..., Path]


PAGE = Path(__file__).parents[2] / "docs" / "backup.md"


def lines_of_the_page(holding: str) -> list[str]:
    """The commands of the block of docs/backup.md that holds the words."""
    [block] = [block for block in re.findall(r"(?ms)^```\n(.*?)^```", PAGE.read_text("utf-8")) if holding in block]
    return [line.split("#")[0].strip() for line in block.splitlines()]


def run_lines(crawled: Crawled, lines: list[str], live: Path, place: Path, earlier: Path | None = None) -> None:
    """Run commands of the page, whose data/ is `place` and whose backup/ is `live`, its snapshots those of `earlier`."""
    places = {"backup/snapshots": f"{earlier or live}/snapshots", "backup": f"{live}", "data": f"{place}"}
    for written in lines:
        line = re.sub(r"(?<![\w/])(backup/snapshots|backup|data)\b", lambda found: places[found[0]], written)
        if line.startswith("scrapy "):
            crawled.run(place, *line.split()[1:])
        else:
            subprocess.run(["sh", "-c", line], check=True)


def test_an_archive_is_restored_from_a_snapshot_and_crawled_on(crawled: Crawled, copy: Copy, tmp_path: Path) -> None:
    backup, place = copy("warc", "declared", "snapshots", "chain", name="backup"), tmp_path / "data"
    *putting_back, crawling = lines_of_the_page("scrapy duplicates")
    run_lines(crawled, putting_back, backup, place)
    assert same_archive(place) == same_archive(crawled.folder)
    run_lines(crawled, [crawling], backup, place)
    crawled.run(place, "crawl", "mingchuan", "-a", "recheck=all")
    crawled.run(place, "crawl", "replay")
    crawled.run(place, "snapshot")
    links = link_paths(place / "chain")
    assert [path.name for path in links] == ["000001.txt", "000002.txt", "000003.txt"]
    assert links[0].read_bytes() == (backup / "chain" / "000001.txt").read_bytes()
    assert verify(place).faults == []
    assert rows(place, "PRAGMA integrity_check") == [("ok",)]


def test_a_lost_database_beside_full_files_is_not_begun_anew(crawled: Crawled, copy: Copy) -> None:
    place = copy("warc")
    for command in (("sources",), ("crawl", "mingchuan"), ("crawl", "mingchuan")):
        said = crawled.run(place, *command, status=2)
        assert "was lost or replaced" in said
        assert "scrapy rebuild" in said
    (place / "archive.db").unlink()
    crawled.run(place, "rebuild")
    assert same_archive(place) == same_archive(crawled.folder)


def test_an_archive_without_its_database_does_not_verify(crawled: Crawled, copy: Copy) -> None:
    place = copy()
    crawled.run(place, "snapshot")
    (place / "archive.db").unlink()
    assert "archive.db is gone: put it back from a backup" in crawled.run(place, "verify", str(place), status=2)


@pytest.mark.parametrize("address", ["", "javascript:1", "http://[::1", "首页"])
def test_what_is_no_address_is_not_removed(address: str, crawled: Crawled, copy: Copy) -> None:
    place = copy("archive.db")
    said = crawled.run(place, "remove", address, "--reason", "x", "--ahead", status=2)
    assert f"“{address}” is no address of a page" in said
    assert rows(place, "SELECT count(*) FROM removed") == rows(crawled.folder, "SELECT count(*) FROM removed")


def test_a_file_that_is_gone_is_missed_by_a_crawl_and_a_snapshot(crawled: Crawled, copy: Copy) -> None:
    place = copy("archive.db", "warc")
    (place / "warc" / "mingchuan-2026-03.warc.gz").unlink()
    for command in (("crawl", "mingchuan"), ("snapshot",)):
        assert "mingchuan-2026-03.warc.gz is gone" in crawled.run(place, *command, status=2)


def test_a_removal_after_the_snapshot_costs_no_record_of_a_restored_archive(
    crawled: Crawled, copy: Copy, tmp_path: Path
) -> None:
    """The page that was kept last before the snapshot is removed; the database does not know that, the file does."""
    place = copy("archive.db", "warc")
    [(offset, url)] = rows(
        place, "SELECT max(offset), url FROM captures WHERE warc LIKE '%/mingchuan-2026-03%' AND role = 'article'"
    )
    with closing(sqlite3.connect(place / "archive.db")) as db:
        db.execute("DELETE FROM captures WHERE warc LIKE '%/mingchuan-2026-03%' AND offset > ?", [offset])
        db.commit()
    shutil.copyfile(place / "archive.db", tmp_path / "earlier")
    before = (place / "warc" / "mingchuan-2026-03.warc.gz").stat().st_size
    crawled.run(place, "remove", url, "--reason", "asked")
    shutil.copyfile(tmp_path / "earlier", place / "archive.db")
    crawled.run(place, "crawl", "mingchuan")
    assert (place / "warc" / "mingchuan-2026-03.warc.gz").stat().st_size > before
    crawled.run(place, "snapshot")
    assert verify(place).faults == []
    assert rows(place, "SELECT count(*) FROM releases WHERE url = ?", url) == [(0,)]


# every documented way, with and without a removal after the copy was made


def by_rebuild(crawled: Crawled, earlier: Path, live: Path, place: Path) -> None:
    run_lines(crawled, lines_of_the_page("scrapy rebuild"), live, place)


def by_snapshot(crawled: Crawled, earlier: Path, live: Path, place: Path) -> None:
    run_lines(crawled, lines_of_the_page("scrapy duplicates"), live, place, earlier)


def by_replica(crawled: Crawled, earlier: Path, live: Path, place: Path) -> None:
    """What Litestream brings back is the database of an earlier moment."""
    shutil.copy(earlier / "archive.db", place / "archive.db")
    shutil.copytree(live / "warc", place / "warc")


def by_whole_folder(crawled: Crawled, earlier: Path, live: Path, place: Path) -> None:
    """An older copy of everything but its snapshots, over which today's captures and links are laid."""
    shutil.copytree(earlier, place, dirs_exist_ok=True, symlinks=True)
    shutil.rmtree(place / "snapshots")
    for part in ("warc", "declared", "chain"):
        shutil.copytree(live / part, place / part, dirs_exist_ok=True)


def captures(folder: Path) -> set[tuple[str, str]]:
    """Every exchange in the WARC files."""
    paths = sorted((folder / "warc").glob("[!_]*.warc.gz"))
    return {(record.url, record.date) for path in paths for record in read(path) if record.exchange}


@pytest.mark.slow
@pytest.mark.parametrize("removal", [False, True])
@pytest.mark.parametrize("way", [by_rebuild, by_snapshot, by_replica, by_whole_folder])
def test_each_way_to_restore_loses_no_capture_and_brings_no_removed_text_back(
    crawled: Crawled, copy: Copy, tmp_path: Path, way: Callable[[Crawled, Path, Path, Path], None], removal: bool
) -> None:
    earlier, live, place = copy(name="earlier"), copy(name="live"), tmp_path / "place"
    place.mkdir()
    [(url, id)] = rows(live, "SELECT url, id FROM releases WHERE source = 'mingchuan' AND version = 2")
    texts = [part for row in rows(live, "SELECT title, text FROM versions WHERE release = ?", id) for part in row]
    crawled.run(live, "crawl", "mingchuan", "-a", "recheck=all")
    if removal:
        crawled.run(live, "remove", url, "--reason", "asked")
    before = captures(live)
    assert len(before) > len(captures(earlier)) - 3
    way(crawled, earlier, live, place)
    crawled.run(place, "crawlall")
    crawled.run(place, "snapshot")
    assert captures(place) >= before
    assert verify(place).faults == []
    if removal:
        assert residue(place, texts) == set()
    anew = tmp_path / "anew"
    by_rebuild(crawled, earlier, place, anew)
    crawl("mingchuan", "-a", "recheck=all", **crawled.settings(live))
    assert same_archive(anew) == same_archive(live)


@pytest.fixture
def replicating(tmp_path: Path) -> Iterator[Callable[[Path], "subprocess.Popen[bytes]"]]:
    """A function that starts Litestream on an archive, as docs/backup.md says, with a folder as the replica."""
    if not shutil.which("litestream"):
        pytest.skip("litestream is not installed")
    running = []

    def begin(folder: Path) -> "subprocess.Popen[bytes]":
        config = tmp_path / "litestream.yml"
        replica = f"{{type: file, path: {tmp_path / 'replica'}, sync-interval: 100ms}}"
        config.write_text(f"dbs:\n  - path: {folder / 'archive.db'}\n    replica: {replica}\n")
        command = ["litestream", "replicate", "-config", str(config)]
        running.append(subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
        return running[-1]

    yield begin
    for process in running:
        process.kill()
        process.wait()


def restored(tmp_path: Path, name: str) -> Path:
    place = tmp_path / name
    place.mkdir()
    command = ["litestream", "restore", "-o", str(place / "archive.db"), f"file://{tmp_path / 'replica'}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert rows(place, "PRAGMA integrity_check") == [("ok",)]
    return place


def wait_until_replicated(tmp_path: Path, folder: Path) -> None:
    """Until what the replica brings back is the archive; it may take a moment to have anything."""
    for number in range(60):
        time.sleep(0.5)
        with suppress(AssertionError, sqlite3.OperationalError):
            if same_archive(restored(tmp_path, f"{folder.name}-{number}-{time.monotonic_ns()}")) == same_archive(
                folder
            ):
                return
    raise AssertionError("the replica never became the archive")


@pytest.mark.slow
def test_litestream_follows_a_crawl_and_brings_the_archive_back(
    crawled: Crawled, tmp_path: Path, replicating: Callable[[Path], "subprocess.Popen[bytes]"]
) -> None:
    folder = tmp_path / "archive"
    settings = {"ARCHIVE_DIR": folder, "SOURCES": crawled.sources}
    crawl("boling", **settings)
    litestream = replicating(folder)
    crawl("mingchuan", **settings)
    wait_until_replicated(tmp_path, folder)
    crawling = start("crawl", "weiting", **settings)
    time.sleep(2)
    for process in (crawling, litestream):  # the machine is gone
        process.kill()
        process.wait()
    crawling.communicate()
    place = restored(tmp_path, "restored")
    shutil.copytree(folder / "warc", place / "warc")
    for name in ("mingchuan", "weiting"):
        crawl(name, **{**settings, "ARCHIVE_DIR": place})
        crawl(name, **settings)
    assert same_archive(place) == same_archive(folder)


@pytest.mark.slow
def test_a_removal_deletes_what_litestream_has_beside_the_archive(
    crawled: Crawled, copy: Copy, tmp_path: Path, replicating: Callable[[Path], "subprocess.Popen[bytes]"]
) -> None:
    place = copy("archive.db", "warc")
    [(url,), *_] = rows(place, "SELECT url FROM releases WHERE source = 'mingchuan' ORDER BY id")
    litestream = replicating(place)
    wait_until_replicated(tmp_path, place)
    litestream.terminate()
    litestream.wait()
    assert list(place.rglob("*.ltx"))
    crawled.run(place, "remove", url, "--reason", "asked")
    assert not list(place.rglob("*.ltx"))
    shutil.rmtree(tmp_path / "replica")  # and begun anew
    replicating(place)
    wait_until_replicated(tmp_path, place)


def snapshots_while_crawls_write(crawled: Crawled, folder: Path, count: int) -> None:
    """Make snapshots while three crawls write all the time, one of which begins anew whenever one has ended."""
    settings = {"ARCHIVE_DIR": folder, "SOURCES": crawled.sources}
    crawl("boling", **settings)
    names = ("mingchuan", "weiting", "qingzhen")
    running = [start("crawl", name, "-a", "recheck=all", **settings) for name in names]
    for made in range(count):
        crawled.run(folder, "snapshot", *(["--public"] if made % 2 else []))
        for n, process in enumerate(running):
            if process.poll() is not None:
                assert process.returncode == 0, process.communicate()
                process.communicate()
                running[n] = start("crawl", names[n], "-a", "recheck=all", **settings)
    for process in running:
        process.communicate()
    places = sorted((folder / "snapshots").glob("2*"))
    assert len(places) == count
    assert [fault for place in places for fault in verify(place).faults] == []
    assert verify(folder).faults == []


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_twenty_snapshots_that_are_made_while_crawls_write_all_verify(crawled: Crawled, tmp_path: Path) -> None:
    snapshots_while_crawls_write(crawled, tmp_path, 20)
