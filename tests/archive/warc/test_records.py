"""Reading WARC files back, damaged ones too."""

import gzip
from dataclasses import replace
from pathlib import Path

import pytest

from archive.schema.open import open_archive
from archive.warc import records
from archive.warc.exchange import Exchange
from archive.warc.records import RecordError, read
from archive.warc.write import capture, write_file

PAGE = Exchange(
    url="http://www.mingchuan.example/0.html",
    source="mingchuan",
    role="article",
    fetched="2026-03-16T10:00:00+00:00",
    status=200,
    reason="OK",
    headers=(("Content-Type", "text/html; charset=utf-8"),),
)


@pytest.mark.slow
def test_a_flipped_byte_costs_one_exchange_at_most(tmp_path: Path) -> None:
    db = open_archive(tmp_path)
    urls = [f"http://www.mingchuan.example/{n}.html" for n in range(8)]
    for n, url in enumerate(urls):
        capture(db, tmp_path, replace(PAGE, url=url, body=f"<p>第{n}号会议纪要，共{n * 37}项。</p>".encode() * 9))
    db.close()
    [path] = (tmp_path / "warc").iterdir()
    whole = path.read_bytes()
    for place in range(0, len(whole), 13):
        damaged = bytearray(whole)
        damaged[place] ^= 0xFF
        path.write_bytes(damaged)
        found = [record.exchange.url for record in read(path) if record.exchange]
        assert len(set(urls) - set(found)) <= 1, place


@pytest.fixture
def huge(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A WARC file whose first member is larger than is read into memory."""
    monkeypatch.setattr(records, "LARGEST_MEMBER", 10)
    path = tmp_path / "some.warc.gz"
    write_file(path, [PAGE, replace(PAGE, url="http://yunling.example/2.html")])
    return path


def test_a_file_with_a_huge_first_record_is_read(huge: Path) -> None:
    assert [one.url for one in read(huge)] == [PAGE.url, "http://yunling.example/2.html"]


def test_a_huge_file_that_is_packed_as_a_whole_is_refused(huge: Path) -> None:
    huge.write_bytes(gzip.compress(gzip.decompress(huge.read_bytes())))
    with pytest.raises(RecordError, match="is not compressed record by record"):
        list(read(huge))
