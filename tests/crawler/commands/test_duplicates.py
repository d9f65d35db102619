"""scrapy duplicates: what is known of copies, made anew."""

from contextlib import closing
from pathlib import Path

import pytest

from archive.database import locked, transaction
from tests.archive.living import SOURCE, address, empty_archive, prose, release, save
from tests.conftest import rows, scrapy

STATE = (
    "SELECT id, cluster FROM releases ORDER BY id",
    "SELECT a, b, kind, containment FROM relations ORDER BY a, b",
    "SELECT hash, release FROM shingles ORDER BY hash, release",
)


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """Two copies of a text, a digest that holds it, and one of another."""
    digest = "\n".join(prose(seed) for seed in (7, 1, 8))
    with closing(empty_archive(tmp_path)) as db:
        for number, (text, title) in enumerate(
            [(prose(1), ""), (prose(1), ""), (digest, "一周要闻"), (prose(4), "")], 1
        ):
            save(db, release(address(number), text, title))
    return tmp_path


def state(folder: Path) -> list[list[tuple[object, ...]]]:
    return [rows(folder, sql) for sql in STATE]


def test_clusters_relations_and_index_come_from_the_texts_alone(archive: Path) -> None:
    before = state(archive)
    with closing(empty_archive(archive)) as db, transaction(db):
        db.execute("UPDATE releases SET cluster = 4")
        db.execute("DELETE FROM relations")
        db.execute("DELETE FROM shingles WHERE release % 2")
    done = scrapy("duplicates", ARCHIVE_DIR=archive)
    assert done.returncode == 0, done.stderr
    assert state(archive) == before
    assert done.stdout == (
        "duplicates: 4 releases, 1 clusters, 1 copies, 0 of these by a file's text, 2 parts, 0 under unlike titles; 3 releases changed cluster\n"
    )


def test_origins_are_recorded(archive: Path) -> None:
    assert scrapy("duplicates", ARCHIVE_DIR=archive).returncode == 0
    assert rows(archive, "SELECT cluster, release, rule FROM origins") == [(1, 1, "first_seen")]


@pytest.mark.parametrize("writer", [SOURCE, "replay", "merge"])
def test_it_waits_for_no_crawl(archive: Path, writer: str) -> None:
    with locked(archive, writer):
        done = scrapy("duplicates", ARCHIVE_DIR=archive)
    assert done.returncode == 2
    said = f"{writer} is being crawled by another process" if writer == SOURCE else f"another {writer} is under way"
    assert done.stderr.startswith(f"gongbao: {said}")


@pytest.mark.parametrize(("args", "said"), [(("one",), "takes no names"), ((), "there is no archive")])
def test_what_it_cannot_do_it_says(tmp_path: Path, args: tuple[str, ...], said: str) -> None:
    done = scrapy("duplicates", *args, ARCHIVE_DIR=tmp_path)
    assert done.returncode == 2
    assert said in done.stderr
    assert list(tmp_path.iterdir()) == []
