"""`scrapy sources` where nothing was crawled."""

from pathlib import Path

from tests.conftest import scrapy


def test_it_makes_no_archive(tmp_path: Path) -> None:
    done = scrapy("sources", ARCHIVE_DIR=tmp_path / "data")
    assert done.returncode == 0, done.stderr
    assert "qingdao" in done.stdout
    assert "not crawled" in done.stdout
    assert f"there is no archive in {tmp_path / 'data'} yet" in done.stderr
    assert not (tmp_path / "data").exists()


def test_pages_without_a_database_are_a_lost_archive(tmp_path: Path) -> None:
    (tmp_path / "warc").mkdir()
    (tmp_path / "warc" / "qingdao-2026-03.warc.gz").write_bytes(b"x")
    done = scrapy("sources", ARCHIVE_DIR=tmp_path)
    assert done.returncode == 2
    assert "it was lost" in done.stderr
