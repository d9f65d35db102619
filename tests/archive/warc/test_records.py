"""Reading WARC files back, damaged ones too."""

from dataclasses import replace
from pathlib import Path

from archive.schema.open import open_archive
from archive.warc.exchange import Exchange
from archive.warc.records import read
from archive.warc.write import capture

PAGE = Exchange(
    url="http://www.mingchuan.example/0.html",
    source="mingchuan",
    role="article",
    fetched="2026-03-16T10:00:00+00:00",
    status=200,
    reason="OK",
    headers=(("Content-Type", "text/html; charset=utf-8"),),
)


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
