"""Raw captures: what is written can be read back, by us and by warcio, whatever a crash left behind."""

import gzip
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from sqlite_utils import Database
from warcio.archiveiterator import ArchiveIterator

from archive.database import ArchiveError
from archive.model import Listed
from archive.schema.open import open_archive
from archive.warc.exchange import Exchange
from archive.warc.members import pack_to_length
from archive.warc.read import payload
from archive.warc.repair import mend
from archive.warc.write import capture

BODY = gzip.compress("<html><p>明川市人民政府召开常务会议。</p></html>".encode(), mtime=0)
EXCHANGE = Exchange(
    url="http://www.mingchuan.example/zwyw/a.html?x=1",
    source="mingchuan",
    role="article",
    fetched="2026-03-16T10:00:00+00:00",
    request_headers=(("User-Agent", "gongbao/0.1"),),
    status=200,
    reason="OK",
    headers=(("Content-Type", "text/html; charset=utf-8"), ("Content-Encoding", "gzip"), ("ETag", '"a1"')),
    body=BODY,
    listed=Listed(url="http://www.mingchuan.example/zwyw/a.html?x=1", title="常务会议\r\nX-Evil: 1", date="2026-03-16"),
    list_url="http://www.mingchuan.example/zwyw/",
)
FILE = "warc/mingchuan-2026-03.warc.gz"


@pytest.fixture
def db(tmp_path: Path) -> Database:
    return open_archive(tmp_path)


def kinds(path: Path) -> list[str]:
    with path.open("rb") as file:
        return [record.rec_type for record in ArchiveIterator(file)]


def test_a_capture_is_read_back_with_its_encoding_undone(db: Database, tmp_path: Path) -> None:
    id = capture(db, tmp_path, EXCHANGE)
    read = payload(db, tmp_path, id)
    assert read.body == gzip.decompress(BODY)
    assert read.status == 200
    assert ("Content-Type", "text/html; charset=utf-8") in read.headers


def test_the_body_stands_in_the_file_as_it_was_sent(db: Database, tmp_path: Path) -> None:
    capture(db, tmp_path, EXCHANGE)
    with (tmp_path / FILE).open("rb") as file:
        [sent] = [r.raw_stream.read() for r in ArchiveIterator(file) if r.rec_type == "response"]
    assert sent == BODY


def test_each_file_begins_with_its_warcinfo_and_each_capture_has_request_and_metadata(
    db: Database, tmp_path: Path
) -> None:
    capture(db, tmp_path, EXCHANGE)
    capture(db, tmp_path, replace(EXCHANGE, url="http://www.mingchuan.example/b", body=b"two", headers=()))
    assert kinds(tmp_path / FILE) == ["warcinfo", *["response", "request", "metadata"] * 2]


def test_the_metadata_record_says_source_and_list_and_nothing_injected(db: Database, tmp_path: Path) -> None:
    capture(db, tmp_path, EXCHANGE)
    with (tmp_path / FILE).open("rb") as file:
        [facts] = [r.content_stream().read().decode() for r in ArchiveIterator(file) if r.rec_type == "metadata"]
    assert facts.splitlines() == [
        "source: mingchuan",
        "role: article",
        "list: http://www.mingchuan.example/zwyw/",
        "listed-url: http://www.mingchuan.example/zwyw/a.html?x=1",
        "title: 常务会议 X-Evil: 1",
        "date: 2026-03-16",
    ]


def test_an_unchanged_payload_is_a_revisit_record(db: Database, tmp_path: Path) -> None:
    capture(db, tmp_path, EXCHANGE)
    again = capture(db, tmp_path, replace(EXCHANGE, fetched="2026-03-17T10:00:00+00:00"))
    assert kinds(tmp_path / FILE).count("revisit") == 1
    assert payload(db, tmp_path, again).body == gzip.decompress(BODY)


def test_not_modified_is_a_revisit_record_of_the_last_answer(db: Database, tmp_path: Path) -> None:
    first = capture(db, tmp_path, EXCHANGE)
    id = capture(db, tmp_path, replace(EXCHANGE, status=304, body=b"", headers=()))
    row = next(iter(db.query("SELECT * FROM captures WHERE id = ?", [id])))
    assert row["refers_to"] == first
    assert payload(db, tmp_path, id).body == gzip.decompress(BODY)


def test_each_month_has_its_file(db: Database, tmp_path: Path) -> None:
    capture(db, tmp_path, EXCHANGE)
    capture(db, tmp_path, replace(EXCHANGE, fetched="2026-04-01T00:00:00+00:00"))
    assert sorted(path.name for path in (tmp_path / "warc").iterdir()) == [
        "mingchuan-2026-03.warc.gz",
        "mingchuan-2026-04.warc.gz",
    ]


def test_warcio_finds_every_digest_right(db: Database, tmp_path: Path) -> None:
    capture(db, tmp_path, EXCHANGE)
    capture(db, tmp_path, EXCHANGE)
    done = subprocess.run(
        [sys.executable, "-m", "warcio.cli", "check", "-v", str(tmp_path / FILE)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert done.stdout.count("digest pass") == 6  # a revisit record has no payload of its own


@pytest.mark.parametrize("lost", [1, 40, 200])
def test_a_torn_last_record_is_cut_and_nothing_else(db: Database, tmp_path: Path, lost: int) -> None:
    capture(db, tmp_path, EXCHANGE)
    path = tmp_path / FILE
    whole = path.read_bytes()
    capture(db, tmp_path, replace(EXCHANGE, url="http://www.mingchuan.example/b"))
    db.execute("DELETE FROM captures WHERE id = 2")
    path.write_bytes(path.read_bytes()[:-lost])
    mend(db, tmp_path, "mingchuan")
    assert path.read_bytes().startswith(whole)
    assert set(kinds(path)) <= {"warcinfo", "response", "request", "metadata"}
    capture(db, tmp_path, replace(EXCHANGE, url="http://www.mingchuan.example/c"))
    assert kinds(path)[-3:] == ["response", "request", "metadata"]


def test_records_that_no_row_knows_are_kept(db: Database, tmp_path: Path) -> None:
    capture(db, tmp_path, EXCHANGE)
    before = (tmp_path / FILE).read_bytes()
    db.execute("DELETE FROM captures")
    mend(db, tmp_path, "mingchuan")
    assert (tmp_path / FILE).read_bytes() == before


def three_kept(db: Database, folder: Path) -> list[int]:
    """Keep three pages; where the records of each end."""
    ends = []
    for name in "abc":
        capture(db, folder, replace(EXCHANGE, url=f"http://www.mingchuan.example/{name}"))
        ends.append((folder / FILE).stat().st_size)
    return ends


def test_a_row_that_ends_inside_a_record_proves_no_end(db: Database, tmp_path: Path) -> None:
    """An archive.db from before a removal, beside a file in which one record now stands for all of an exchange."""
    ends = three_kept(db, tmp_path)
    path = tmp_path / FILE
    content = path.read_bytes()
    blank = pack_to_length(b"WARC/1.1\r\n", ends[1] - ends[0])
    assert blank
    path.write_bytes(content[: ends[0]] + blank + content[ends[1] :])
    db.execute("DELETE FROM captures WHERE id = 3")
    mend(db, tmp_path, "mingchuan")
    assert path.stat().st_size == ends[2]


def test_a_file_that_is_damaged_before_whole_records_is_not_cut(db: Database, tmp_path: Path) -> None:
    ends = three_kept(db, tmp_path)
    path = tmp_path / FILE
    content = bytearray(path.read_bytes())
    content[ends[1] + 30 : ends[1] + 60] = bytes(30)
    path.write_bytes(content)
    db.execute("DELETE FROM captures WHERE id = 3")
    with pytest.raises(ArchiveError, match=f"damaged at {ends[1]}, and whole records stand behind"):
        mend(db, tmp_path, "mingchuan")
    assert path.read_bytes() == content


@pytest.mark.parametrize(("left", "said"), [(None, "is gone"), (900, "ends at 900, before")])
def test_a_file_that_lacks_known_records_is_not_written_to(
    db: Database, tmp_path: Path, left: int | None, said: str
) -> None:
    three_kept(db, tmp_path)
    path = tmp_path / FILE
    content = path.read_bytes()
    path.unlink()
    if left:
        path.write_bytes(content[:left])
    with pytest.raises(ArchiveError, match=said):
        mend(db, tmp_path, "mingchuan")


def test_what_a_full_disk_took_of_a_record_is_taken_back(
    db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    capture(db, tmp_path, EXCHANGE)
    before = (tmp_path / FILE).read_bytes()

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("os.fsync", full)
        with pytest.raises(OSError, match="No space"):
            capture(db, tmp_path, replace(EXCHANGE, url="http://www.mingchuan.example/b"))
    assert (tmp_path / FILE).read_bytes() == before
    capture(db, tmp_path, replace(EXCHANGE, url="http://www.mingchuan.example/c"))
    assert kinds(tmp_path / FILE)[-3:] == ["response", "request", "metadata"]


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ((("Content-Type", "text/html"),), "<p>明川市召开会议。</p>".encode() * 400),
        ((("Content-Type", "text/html"), ("Content-Encoding", "gzip")), BODY),
        ((("Content-Type", "text/html"), ("Content-Encoding", "identity")), b"<p>short</p>"),
        ((("X-Place", "明川"),), b""),
    ],
    ids=["plain", "sent packed", "identity", "empty, and a header that is not ASCII"],
)
def test_warcio_reads_each_record_as_it_was_meant(
    db: Database, tmp_path: Path, headers: tuple[tuple[str, str], ...], body: bytes
) -> None:
    capture(db, tmp_path, replace(EXCHANGE, headers=headers, body=body))
    with (tmp_path / FILE).open("rb") as file:
        read = []
        for record in ArchiveIterator(file, check_digests="raise"):
            read.append((record.rec_type, record.raw_stream.read()))
            assert record.digest_checker.passed is not False
            if record.rec_type == "response":
                assert record.rec_headers.get_header("WARC-Target-URI") == EXCHANGE.url
                assert next(name for name, _ in record.http_headers.headers).rstrip("*") == headers[0][0]
    assert [kind for kind, _ in read] == ["warcinfo", "response", "request", "metadata"]
    assert read[1][1] == body
