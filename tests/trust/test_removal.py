"""A takedown leaves nothing behind, brings nothing back, and lets everything else be verified."""

import gzip
import json
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from archive.database import ArchiveError, locked, open_archive
from archive.removal import remove
from archive.verify import verify
from pipelines.dedup import RULES
from tests.conftest import rows, same_archive
from tests.trust.conftest import LATER, Crawled

Copy = Callable[..., Path]
SOURCE = "mingchuan"


def contents(folder: Path) -> Iterator[tuple[Path, bytes]]:
    """Every file of an archive as it lies there, and unpacked."""
    for path in sorted(folder.rglob("*")):
        if not path.is_file() or path.is_symlink():
            continue
        raw = path.read_bytes()
        yield path, raw
        if path.parent.name == "warc":
            with path.open("rb") as file:
                for record in ArchiveIterator(file):
                    yield path, record.content_stream().read()
                    yield path, str(record.rec_headers).encode()
        elif raw.startswith(b"\x1f\x8b"):
            yield path, gzip.decompress(raw)


def residue(folder: Path, texts: list[str]) -> set[tuple[str, str]]:
    """Which files hold which pieces of the texts, in any usual encoding."""
    pieces = {
        text[n : n + 16] for text in texts for text in text.split("\n") for n in range(0, max(1, len(text) - 15), 4)
    }
    forms = {
        piece: {piece.encode(), piece.encode("gb18030"), piece.encode("utf-16-le"), json.dumps(piece)[1:-1].encode()}
        for piece in pieces
        if len(piece) > 7
    }
    return {
        (path.relative_to(folder).as_posix(), piece)
        for path, content in contents(folder)
        for piece, ways in forms.items()
        if any(way in content for way in ways)
    }


@pytest.fixture
def edited(crawled: Crawled) -> tuple[str, list[str]]:
    """The address of a release with two versions, and its titles and texts."""
    [(url, id)] = rows(crawled.folder, "SELECT url, id FROM releases WHERE source = ? AND version = 2", SOURCE)
    return url, [
        part for row in rows(crawled.folder, "SELECT title, text FROM versions WHERE release = ?", id) for part in row
    ]


def test_the_pieces_that_are_looked_for_can_be_found(crawled: Crawled, edited: tuple[str, list[str]]) -> None:
    found = {name.split("/")[0] for name, _ in residue(crawled.folder, edited[1])}
    assert found == {"archive.db", "snapshots", "warc"}


def test_nothing_is_left_of_what_was_removed(crawled: Crawled, copy: Copy, edited: tuple[str, list[str]]) -> None:
    url, texts = edited
    place = copy()
    backups = place / "backups"
    backups.mkdir()
    shutil.copy(place / "archive.db", backups / "archive-before-004.db")
    (backups / "export.jsonl.gz").write_bytes(gzip.compress(json.dumps(texts).encode()))
    said = crawled.run(place, "remove", url, "--reason", "asked for by the publisher")
    assert "deleted: backups/export.jsonl.gz" in said
    assert residue(place, texts) == set()


def test_it_stays_out_on_recrawl_replay_and_rebuild(
    crawled: Crawled, copy: Copy, edited: tuple[str, list[str]]
) -> None:
    url, texts = edited
    place = copy()
    crawled.run(place, "remove", url, "--reason", "asked")
    crawled.site.clear()
    crawled.run(place, "crawl", SOURCE, "-a", "recheck=all")
    crawled.run(place, "crawl", "replay")
    assert url not in {crawled.site.url(r.site, r.path) for r in crawled.site.requests}
    assert rows(place, "SELECT state, reason, title FROM listings WHERE url = ?", url) == [("skipped", "removed", "")]
    after = same_archive(place)
    (place / "archive.db").unlink()
    crawled.run(place, "rebuild")
    assert same_archive(place) == after
    assert residue(place, [text for text in texts if text != texts[0]]) == set()  # the site's own lists still name it


def test_everything_verifies_afterwards(crawled: Crawled, copy: Copy, edited: tuple[str, list[str]]) -> None:
    place = copy()
    before = verify(place)
    crawled.run(place, "remove", edited[0], "--reason", "asked")
    assert before.faults == verify(place).faults == []
    for snapshot in sorted((place / "snapshots").glob("2*")):
        assert verify(snapshot).faults == []
        alone = place.parent / f"alone-{snapshot.name}"
        shutil.copytree(snapshot, alone)
        assert verify(alone).faults == []


def test_a_release_that_merely_vanishes_does_not_verify(crawled: Crawled, copy: Copy) -> None:
    place = copy()
    with closing(sqlite3.connect(place / "archive.db")) as db:
        db.execute("DELETE FROM versions WHERE release = 5")
        db.commit()
    assert verify(place).faults == ["archive.db: release 5 version 1 is missing"]


def test_everything_else_stays(crawled: Crawled, copy: Copy, edited: tuple[str, list[str]]) -> None:
    place = copy()
    crawled.run(place, "remove", edited[0], "--reason", "asked")
    was, now = same_archive(crawled.folder), same_archive(place)
    assert set(now["releases"]) < set(was["releases"])
    assert len(was["releases"]) - len(now["releases"]) == 1
    assert len(was["versions"]) - len(now["versions"]) == 2
    assert rows(place, "PRAGMA integrity_check") == [("ok",)]
    assert rows(place, "PRAGMA foreign_key_check") == []


def test_copies_of_the_text_are_named_for_a_decision(crawled: Crawled, copy: Copy) -> None:
    sql = "SELECT a.url, b.url FROM relations JOIN releases a ON a.id = a JOIN releases b ON b.id = b WHERE kind = 'duplicate'"
    [(url, other), *_] = rows(crawled.folder, sql)
    place = copy()
    assert other in crawled.run(place, "remove", url, "--reason", "asked")
    assert rows(place, "SELECT count(*) FROM releases WHERE url = ?", other) == [(1,)]


def test_a_representative_that_is_removed_leaves_its_cluster_to_the_oldest(crawled: Crawled, copy: Copy) -> None:
    [(url, cluster), *_] = rows(
        crawled.folder,
        "SELECT url, id FROM releases WHERE id IN (SELECT cluster FROM releases GROUP BY cluster HAVING count(*) > 2)",
    )
    members = [
        id for (id,) in rows(crawled.folder, "SELECT id FROM releases WHERE cluster = ? AND id <> cluster", cluster)
    ]
    place = copy()
    crawled.run(place, "remove", url, "--reason", "asked")
    assert {c for (c,) in rows(place, "SELECT cluster FROM releases WHERE id IN (SELECT id FROM releases)")} & {
        cluster
    } == set()
    sql = f"SELECT DISTINCT cluster FROM releases WHERE id IN ({', '.join(map(str, members))})"
    assert rows(place, sql) == [(min(members),)]


def test_copies_are_compared_anew_with_who_represents_them_now(crawled: Crawled, copy: Copy) -> None:
    sql = "SELECT url, id FROM releases WHERE id IN (SELECT cluster FROM releases GROUP BY cluster HAVING count(*) > 2)"
    [(url, id), *_] = rows(crawled.folder, sql)
    place = copy()
    crawled.run(place, "remove", url, "--reason", "asked")
    assert rows(place, "SELECT count(*) FROM shingles WHERE release = ?", id) == [(0,)]
    unrelated = """SELECT count(*) FROM releases WHERE cluster <> id AND NOT EXISTS
        (SELECT 1 FROM relations WHERE a = releases.id AND b = cluster AND kind = 'duplicate')"""
    assert rows(place, unrelated) == [(0,)]
    assert rows(place, "SELECT count(*) FROM releases WHERE id NOT IN (SELECT release FROM shingles)") == rows(
        place, "SELECT count(*) FROM relations WHERE kind = 'duplicate' AND jaccard >= 0.9"
    )


def test_even_the_address_can_be_forgotten(crawled: Crawled, copy: Copy, edited: tuple[str, list[str]]) -> None:
    url, _ = edited
    place = copy()
    crawled.run(place, "remove", url, "--reason", "asked", "--hide-address")
    assert residue(place, [url.rpartition("/")[2]]) == set()
    assert verify(place).faults == []
    crawled.run(place, "crawl", SOURCE, "-a", "recheck=none")
    assert rows(place, "SELECT count(*) FROM listings WHERE url = ?", url) == [(0,)]
    assert rows(place, "SELECT url LIKE 'sha256:%', url_key LIKE 'sha256:%' FROM removed") == [(1, 1)]
    assert rows(place, "SELECT count(*) FROM releases WHERE url = ?", url) == [(0,)]


def test_an_address_can_be_closed_before_it_was_ever_seen(crawled: Crawled, tmp_path: Path) -> None:
    url = rows(crawled.folder, "SELECT url FROM releases WHERE source = ? ORDER BY id", SOURCE)[0][0]
    open_archive(tmp_path).close()
    crawled.run(tmp_path, "remove", url, "--reason", "asked in advance")
    crawled.run(tmp_path, "crawl", SOURCE)
    assert rows(tmp_path, "SELECT count(*) FROM releases WHERE url = ?", url) == [(0,)]
    assert rows(tmp_path, "SELECT count(*) > 5 FROM releases") == [(1,)]


def test_a_removal_waits_for_no_crawl(crawled: Crawled, copy: Copy, edited: tuple[str, list[str]]) -> None:
    place = copy()
    with closing(open_archive(place)) as db, locked(place, SOURCE), pytest.raises(ArchiveError, match="being crawled"):
        remove(db, place, edited[0], "asked", LATER, RULES)


def test_a_removal_that_was_cut_short_is_finished_by_the_same_command(
    crawled: Crawled, copy: Copy, edited: tuple[str, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    url, texts = edited
    place = copy()

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with closing(open_archive(place)) as db:
        with monkeypatch.context() as patched:
            patched.setattr("archive.removal._clear", killed)
            with pytest.raises(KeyboardInterrupt):
                remove(db, place, url, "asked", LATER, RULES)
        remove(db, place, url, "asked", LATER, RULES)
    assert residue(place, texts) == set()
    assert verify(place).faults == []


@pytest.mark.parametrize("args", [(), ("http://x.example/",), ("http://x.example/", "--reason", " ")])
def test_a_removal_needs_an_address_and_a_reason(crawled: Crawled, copy: Copy, args: tuple[str, ...]) -> None:
    assert "--reason" in crawled.run(copy("archive.db"), "remove", *args, status=2)
