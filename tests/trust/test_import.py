"""WARC and WACZ files from elsewhere come in with their own dates."""

import base64
import gzip
import hashlib
import io
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from archive.transfer.imports import _parts_after_articles
from archive.warc.exchange import Exchange
from archive.warc.records import Record
from tests.conftest import environment_of, rows, same_archive, scrapy
from tests.replica.truth import releases
from tests.replica.world import Site, load
from tests.trust.conftest import Crawled

SOURCE = "mingchuan"


def page(crawled: Crawled, path: str) -> str:
    return crawled.site.url(SOURCE, path)


@pytest.fixture
def article(crawled: Crawled) -> tuple[str, bytes]:
    """The address of a release of the source, and its page."""
    [(url, warc, offset, length), *_] = rows(
        crawled.folder,
        "SELECT r.url, c.warc, c.offset, c.length FROM releases r JOIN versions v ON v.release = r.id AND v.version = 1"
        " JOIN captures c ON c.id = v.capture WHERE r.source = ? AND c.refers_to IS NULL AND r.version = 1 ORDER BY r.id",
        SOURCE,
    )
    from warcio.archiveiterator import ArchiveIterator

    with (crawled.folder / warc).open("rb") as file:
        file.seek(offset)
        return url, next(iter(ArchiveIterator(io.BytesIO(file.read(length))))).content_stream().read()


def response(
    writer: WARCWriter,
    url: str,
    body: bytes,
    date: str,
    *,
    headers: tuple[tuple[str, str], ...] = (),
    status: str = "200 OK",
) -> None:
    sent = [("Content-Type", "text/html; charset=utf-8"), *headers]
    writer.write_record(
        writer.create_warc_record(
            url,
            "response",
            payload=io.BytesIO(body),
            length=len(body),
            http_headers=StatusAndHeaders(status, sent, "HTTP/1.1"),
            warc_headers_dict={"WARC-Date": date},
        )
    )


@contextmanager
def foreign(path: Path, *, compressed: bool = True) -> Iterator[WARCWriter]:
    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=compressed)
        writer.write_record(writer.create_warcinfo_record(path.name, {"software": "another"}))
        yield writer


def chunked(body: bytes) -> bytes:
    return b"%x\r\n" % len(body) + body + b"\r\n0\r\n\r\n"


@pytest.mark.slow
def test_our_own_files_make_the_same_archive(crawled: Crawled, tmp_path: Path) -> None:
    for site in load():
        files = sorted(str(path) for path in (crawled.folder / "warc").glob(f"{site.id}-*"))
        crawled.run(tmp_path, "import", *files, "--source", site.id)
    assert same_archive(tmp_path) == same_archive(crawled.folder)


def test_a_file_that_comes_twice_changes_nothing(crawled: Crawled, tmp_path: Path) -> None:
    path = next((crawled.folder / "warc").glob(f"{SOURCE}-*"))
    crawled.run(tmp_path, "import", str(path), "--source", SOURCE)
    before = same_archive(tmp_path), rows(tmp_path, "SELECT count(*) FROM versions")
    crawled.run(tmp_path, "import", str(path), "--source", SOURCE)
    assert (same_archive(tmp_path), rows(tmp_path, "SELECT count(*) FROM versions")) == before


@pytest.mark.slow
@pytest.mark.parametrize("after", [1, 9, 14, 20])
def test_an_import_that_was_killed_is_ended_by_the_next(crawled: Crawled, tmp_path: Path, after: int) -> None:
    files = sorted(str(path) for path in (crawled.folder / "warc").glob(f"{SOURCE}-*"))
    whole, torn = tmp_path / "whole", tmp_path / "torn"
    crawled.run(whole, "import", *files, "--source", SOURCE)
    command = (
        "import os, sys; from archive import store; saves = iter(range({after})); save = store.save\n"
        "def killed(*args, **given):\n"
        "    os._exit(9) if next(saves, None) is None else None\n"
        "    return save(*args, **given)\n"
        "store.save = killed\n"
        "from scrapy.cmdline import execute; execute(['scrapy', 'import', *sys.argv[1:]])"
    )
    killed = subprocess.run(
        [sys.executable, "-c", command.format(after=after), *files, "--source", SOURCE],
        env=environment_of(**crawled.settings(torn)),
        check=False,
    )
    assert killed.returncode == 9
    crawled.run(torn, "import", *files, "--source", SOURCE)
    assert same_archive(torn) == same_archive(whole)


@pytest.mark.parametrize(
    ("coding", "compressed"),
    [("identity", True), ("identity", False), ("gzip", True), ("chunked", True), ("gzip, chunked", True)],
)
def test_a_strangers_page_becomes_a_release_with_its_own_date(
    crawled: Crawled, tmp_path: Path, article: tuple[str, bytes], coding: str, compressed: bool
) -> None:
    url, body = article
    headers: tuple[tuple[str, str], ...] = ()
    if "gzip" in coding:
        body, headers = gzip.compress(body), (("Content-Encoding", "gzip"),)
    if "chunked" in coding:
        body, headers = chunked(body), (*headers, ("Transfer-Encoding", "chunked"))
    with foreign(tmp_path / "x.warc", compressed=compressed) as writer:
        response(writer, url, body, "2021-05-04T03:02:01.123Z", headers=headers)
    crawled.run(tmp_path, "import", str(tmp_path / "x.warc"), "--source", SOURCE)
    [(found, text, seen)] = rows(tmp_path, "SELECT url, text, first_seen FROM releases")
    assert (found, seen) == (url, "2021-05-04T03:02:01+00:00")
    assert rows(tmp_path, "SELECT taken_in > fetched FROM captures WHERE url = ?", url) == [(1,)]
    assert rows(crawled.folder, "SELECT text FROM releases WHERE url = ?", url) == [(text,)]


def test_a_revisit_record_brings_the_payload_that_it_names(
    crawled: Crawled, tmp_path: Path, article: tuple[str, bytes]
) -> None:
    url, body = article
    with foreign(tmp_path / "x.warc.gz") as writer:
        response(writer, url, body, "2021-05-04T03:02:01Z")
        digest = base64.b32encode(hashlib.sha1(body).digest()).decode()  # as most writers name a payload
        again = writer.create_revisit_record(
            url,
            f"sha1:{digest}",
            url,
            "2021-05-04T03:02:01Z",
            http_headers=StatusAndHeaders("200 OK", [("Content-Type", "text/html")], "HTTP/1.1"),
            warc_headers_dict={"WARC-Date": "2021-06-04T03:02:01Z"},
        )
        writer.write_record(again)
    crawled.run(tmp_path, "import", str(tmp_path / "x.warc.gz"), "--source", SOURCE)
    sql = "SELECT fetched, refers_to IS NULL FROM captures ORDER BY fetched"
    assert rows(tmp_path, sql) == [("2021-05-04T03:02:01+00:00", 1), ("2021-06-04T03:02:01+00:00", 0)]
    assert rows(tmp_path, "SELECT outcome FROM observations") == [("same",)]


def test_what_is_not_of_the_source_stays_out(crawled: Crawled, tmp_path: Path, article: tuple[str, bytes]) -> None:
    url, body = article
    with foreign(tmp_path / "x.warc.gz") as writer:
        response(writer, "http://elsewhere.example/art/2026/3/9/art_1_2.html", body, "2021-05-04T03:02:01Z")
        response(writer, url, b"gone", "2021-05-04T03:02:01Z", status="404 Not Found")
    crawled.run(tmp_path, "import", str(tmp_path / "x.warc.gz"), "--source", SOURCE)
    assert rows(tmp_path, "SELECT count(*) FROM captures") == [(0,)]


def test_an_older_text_becomes_a_version_and_not_the_current_one(
    crawled: Crawled, copy: Callable[..., Path], tmp_path: Path, article: tuple[str, bytes]
) -> None:
    url, body = article
    place = copy()
    [(id, text, version)] = rows(place, "SELECT id, text, version FROM releases WHERE url = ?", url)
    older = body.replace("年".encode(), "岁".encode())
    assert older != body
    with foreign(tmp_path / "x.warc.gz") as writer:
        response(writer, url, older, "2021-05-04T03:02:01Z")
    crawled.run(place, "import", str(tmp_path / "x.warc.gz"), "--source", SOURCE)
    assert rows(place, "SELECT text, version, first_seen FROM releases WHERE id = ?", id) == [
        (text, version, "2021-05-04T03:02:01+00:00")
    ]
    found = rows(place, "SELECT version, seen FROM versions WHERE release = ? ORDER BY seen", id)
    assert [number for number, _ in found] == [2, 1]


def test_a_bomb_in_a_file_is_left_aside(crawled: Crawled, tmp_path: Path, article: tuple[str, bytes]) -> None:
    url, body = article
    bomb = gzip.compress(gzip.compress(b"\0" * (200 << 20), 9), 9)
    with foreign(tmp_path / "x.warc.gz") as writer:
        response(writer, url + "?1", bomb, "2021-05-04T03:02:01Z", headers=(("Content-Encoding", "gzip, gzip"),))
        response(writer, url, body, "2021-05-04T03:02:01Z")
    crawled.run(tmp_path, "import", str(tmp_path / "x.warc.gz"), "--source", SOURCE)
    assert rows(tmp_path, "SELECT url FROM releases") == [(url,)]


def test_a_wacz_is_opened(crawled: Crawled, tmp_path: Path, article: tuple[str, bytes]) -> None:
    url, body = article
    with foreign(tmp_path / "x.warc.gz") as writer:
        response(writer, url, body, "2021-05-04T03:02:01Z")
    with zipfile.ZipFile(tmp_path / "x.wacz", "w") as zipped:
        zipped.writestr("datapackage.json", '{"profile": "data-package", "wacz_version": "1.1.1", "resources": []}')
        zipped.write(tmp_path / "x.warc.gz", "archive/data.warc.gz")
    crawled.run(tmp_path, "import", str(tmp_path / "x.wacz"), "--source", SOURCE)
    assert rows(tmp_path, "SELECT url FROM releases") == [(url,)]


@pytest.mark.skipif(not shutil.which("wget"), reason="wget is not installed")
def test_what_wget_saved_comes_in(crawled: Crawled, tmp_path: Path) -> None:
    truths = [truth for truth in releases(2) if truth.source == SOURCE and "vanished" not in truth.tags][:3]
    urls = [page(crawled, truth.path) for truth in truths]
    command = [
        "wget",
        "-q",
        "--warc-file",
        str(tmp_path / "saved"),
        "-O",
        str(tmp_path / "page"),
        "--no-warc-keep-log",
        *urls,
    ]
    assert subprocess.run(command, check=False, capture_output=True).returncode in (0, 8)
    crawled.run(tmp_path, "import", str(tmp_path / "saved.warc.gz"), "--source", SOURCE)
    held = dict(rows(tmp_path, "SELECT url, text FROM releases"))
    assert held == {page(crawled, truth.path): truth.text for truth in truths}


@pytest.mark.parametrize("declared", [True, False])
def test_what_a_probe_saved_comes_in(crawled: Crawled, tmp_path: Path, declared: bool) -> None:
    probed = SOURCE if declared else page(crawled, load_site(SOURCE).columns[0].path)
    crawled.run(tmp_path / "a", "probe", probed, "--save", str(tmp_path / "bundle"))
    saved = sorted((tmp_path / "bundle").rglob("pages.warc.gz"))
    crawled.run(tmp_path / "a", "import", *map(str, saved), "--source", SOURCE)
    held = rows(tmp_path / "a", "SELECT url, text FROM releases")
    assert held
    assert held == [
        row for url, _ in held for row in rows(crawled.folder, "SELECT url, text FROM releases WHERE url = ?", url)
    ]
    assert rows(tmp_path / "a", "SELECT count(*) > 3 FROM listings") == [(1,)]


def load_site(name: str) -> Site:
    return next(site for site in load() if site.id == name)


@pytest.mark.parametrize(
    "content", [b"", b"no WARC at all", gzip.compress(b"nor this", mtime=0), b"\x1f\x8b\x08\0\0broken"]
)
def test_what_is_no_warc_is_refused_with_a_sentence(crawled: Crawled, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.warc.gz").write_bytes(content)
    said = crawled.run(tmp_path, "import", str(tmp_path / "x.warc.gz"), "--source", SOURCE, status=2)
    assert "is not a WARC file" in said


# a file with one odd record among good ones


def odd_file(tmp_path: Path, url: str, body: bytes, odd: bytes, *, whole: bool = False, plain: bool = False) -> Path:
    """A WARC file of a good record, an odd one, and a good one: two addresses of the source's articles."""
    good = [
        warc_record(f"{url}{n}", b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + body)
        for n in "ab"
    ]
    records = [good[0], odd, good[1]]
    content = b"".join(records if whole or plain else map(gzip.compress, records))
    path = tmp_path / ("odd.warc" if plain else "odd.warc.gz")
    path.write_bytes(gzip.compress(content) if whole else content)
    return path


def warc_record(url: str, block: bytes, kind: str = "response", date: str = "2019-03-05T01:17:00Z") -> bytes:
    media = "application/http; msgtype=response" if kind == "response" else "text/html"
    head = (
        f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Record-ID: <urn:uuid:{uuid4()}>\r\nWARC-Date: {date}\r\n"
        f"WARC-Target-URI: {url}\r\nContent-Type: {media}\r\nContent-Length: {len(block)}\r\n\r\n"
    )
    return head.encode() + block + b"\r\n\r\n"


OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
# the odd record: its address behind the good one's, its block, its kind; is it taken, and the words that say why not
ODD: dict[str, tuple[str, bytes, str, bool, str]] = {
    "a Chinese address": ("公告", OK, "response", True, ""),
    "a blank in the address": ("a b", OK, "response", True, ""),
    "a reason in GBK": ("c", OK.replace(b"OK", "成功".encode("gbk")), "response", True, ""),
    "a header's name in GBK": ("c", OK.replace(b"\r\n\r\n", "\r\n来源: x\r\n\r\n".encode("gbk")), "response", True, ""),
    "no HTTP head": ("c", b"", "response", False, "it has no HTTP head"),
    "no date": ("c", OK, "response", False, "it has no date"),
    "a resource": ("c", b"", "resource", False, "a `resource` record holds no answer of a server"),
    "no Content-Type": (
        "c",
        b"HTTP/1.1 200 OK\r\nServer: x\r\n\r\n",
        "response",
        False,
        "its answer names no Content-Type",
    ),
}


@pytest.mark.parametrize("name", ODD)
def test_an_odd_record_is_named_and_the_others_come_in(
    crawled: Crawled, tmp_path: Path, article: tuple[str, bytes], name: str
) -> None:
    url, body = article
    behind, head, kind, taken, words = ODD[name]
    date = "" if name == "no date" else "2019-03-05T01:17:00Z"
    path = odd_file(tmp_path, f"{url}?v=", body, warc_record(f"{url}?v={behind}", head + body, kind, date))
    fault = bool(words) and kind == "response" and "Content-Type" not in words
    said = crawled.run(tmp_path, "import", str(path), "--source", SOURCE, status=2 if fault else 0)
    assert rows(tmp_path, "SELECT count(*) FROM releases") == [(3 if taken else 2,)]
    assert (words in said) if words else ("left out" not in said)


def test_a_damaged_stretch_is_said(crawled: Crawled, tmp_path: Path, article: tuple[str, bytes]) -> None:
    url, body = article
    path = odd_file(tmp_path, f"{url}?v=", body, b"")
    content = bytearray(path.read_bytes())
    content[200:220] = bytes(20)
    path.write_bytes(content)
    said = crawled.run(tmp_path, "import", str(path), "--source", SOURCE, status=2)
    assert "it is damaged" in said
    assert rows(tmp_path, "SELECT count(*) FROM releases") == [(1,)]


def test_a_file_that_is_packed_as_a_whole_is_refused_with_the_way_out(
    crawled: Crawled, tmp_path: Path, article: tuple[str, bytes]
) -> None:
    url, body = article
    path = odd_file(tmp_path, f"{url}?v=", body, b"", whole=True)
    said = crawled.run(tmp_path, "import", str(path), "--source", SOURCE, status=2)
    assert "is not compressed record by record" in said
    plain = odd_file(tmp_path, f"{url}?v=", body, b"", plain=True)
    crawled.run(tmp_path, "import", str(plain), "--source", SOURCE)
    assert rows(tmp_path, "SELECT count(*) FROM releases") == [(2,)]


def test_the_encoding_of_a_strangers_page_is_told_by_its_bytes(
    crawled: Crawled, tmp_path: Path, article: tuple[str, bytes]
) -> None:
    url, body = article
    lies = OK.replace(b"\r\n\r\n", b"\r\nContent-Encoding: gzip\r\n\r\n")
    path = tmp_path / "x.warc"
    records = [
        (f"{url}?v=1", lies + body),
        (f"{url}?v=2", OK + gzip.compress(body)),
        (f"{url}?v=3", lies + gzip.compress(body)[:-9]),
    ]
    path.write_bytes(b"".join(warc_record(*one) for one in records))
    assert "1 partial" in crawled.run(tmp_path, "import", str(path), "--source", SOURCE)
    texts = {text for (text,) in rows(tmp_path, "SELECT text FROM releases")}
    assert rows(tmp_path, "SELECT count(*) FROM releases") == [(2,)]
    assert len(texts) == 1


@pytest.mark.parametrize("args", [(), ("x.warc",), ("--source", SOURCE), ("missing.warc", "--source", SOURCE)])
def test_wrong_arguments_are_answered_with_a_sentence(crawled: Crawled, tmp_path: Path, args: tuple[str, ...]) -> None:
    assert "gongbao: " in crawled.run(tmp_path, "import", *args, status=2)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_wacz_makes_a_file_of_ours_that_comes_back_in(others: Path, crawled: Crawled, tmp_path: Path) -> None:
    files = sorted(str(path) for path in (crawled.folder / "warc").glob(f"{SOURCE}-*"))
    done = subprocess.run(
        [others / "wacz", "create", "-o", str(tmp_path / "x.wacz"), *files], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    crawled.run(tmp_path, "import", str(tmp_path / "x.wacz"), "--source", SOURCE)
    ours = [row for row in same_archive(crawled.folder)["listings"] if row[1] == SOURCE]
    assert same_archive(tmp_path)["listings"] == ours


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_cdxj_indexer_finds_every_capture(others: Path, crawled: Crawled) -> None:
    for path in sorted((crawled.folder / "warc").iterdir()):
        done = subprocess.run([others / "cdxj-indexer", str(path)], capture_output=True, text=True, check=True)
        kept = rows(crawled.folder, "SELECT count(*) FROM captures WHERE warc = ?", f"warc/{path.name}")
        assert len(done.stdout.splitlines()) == kept[0][0]


# articles over several pages, of a stranger's file that does not say which they are

PARTED = """[parted]
name = "云岭省水利局"
region = "990000"
level = "province"
family = "{family}"
lists = ["http://yunling.example/a/"]
"""
SAID = (
    "发布会现在开始，首先介绍全省水库除险加固的进展情况。",
    "今年安排资金三千二百万元，加固水库十七座。",
    "发布会到此结束。",
)


def parted(name: str, number: int) -> bytes:
    """A page of an article of three; TRS pages count them, of others a pager names the next."""
    call = f'<script>createPageHTML(3, {number}, "{name}", "shtml");</script>' if name.startswith("t") else ""
    after = f"<a href='{name}_{number + 2}.html'>下一页</a>" if number < 2 and not call else ""
    said = "".join(f"<p>　　{line}</p>" for line in (SAID[number],))
    title = "全省水库工程新闻发布会实录"
    return (
        f"<html><head><meta charset=utf-8><title>{title}</title><meta name=ArticleTitle content={title}></head>"
        f"<body><h1>{title}</h1><div>发布时间：2026-03-02 09:30</div><div class=TRS_Editor>{said}</div>{after}{call}</body></html>"
    ).encode()


def exchange(url: str, status: int = 200) -> Record:
    told = Exchange(url=url, source="", role="", fetched="", status=status)
    return Record(file="", offset=0, length=0, url=url, date="", exchange=told)


@pytest.mark.parametrize(
    ("came", "told"),
    [
        ("a b", "a b"),
        ("1 2 a", "1 2 a"),
        ("1 2 3", "1 2 3"),
        ("3 2 1", "1 2 3"),
        ("a 2 1 b 3 c", "a 1 b 2 3 c"),
        ("2 3 1 1 3 2", "1 2 3 1 2 3"),
        ("1 2 3 1 3", "1 2 3 1 3"),
        ("1 2 3 2", "1 2 3 2"),
    ],
)
def test_the_further_pages_of_an_article_follow_it_in_their_order(came: str, told: str) -> None:
    parts = {"2": "1", "3": "1"} if "3" in came else {}
    assert [one.url for one in _parts_after_articles(map(exchange, came.split()), parts)] == told.split()


@pytest.mark.parametrize(
    ("family", "name", "pages"),
    [
        ("trs", "t20260302_118", ("t20260302_118.shtml", "t20260302_118_1.shtml", "t20260302_118_2.shtml")),
        ("html", "312", ("312.html", "312_2.html", "312_3.html")),
    ],
)
def test_the_pages_of_a_strangers_article_are_joined(
    tmp_path: Path, family: str, name: str, pages: tuple[str, ...]
) -> None:
    base = "http://yunling.example/a/202603/"
    with foreign(tmp_path / "x.warc.gz") as writer:
        for number in (2, 1, 0):
            response(writer, base + pages[number], parted(name, number), f"2021-05-04T03:02:0{number}Z")
    (tmp_path / "parted.toml").write_text(PARTED.format(family=family), "utf-8")
    settings = {"ARCHIVE_DIR": tmp_path / "a", "SOURCES": tmp_path / "parted.toml"}
    done = scrapy("import", str(tmp_path / "x.warc.gz"), "--source", "parted", **settings)
    assert done.returncode == 0, done.stderr
    assert rows(tmp_path / "a", "SELECT url, text FROM releases") == [(base + pages[0], "\n".join(SAID))]
    assert rows(tmp_path / "a", "SELECT role, count(*) FROM captures GROUP BY 1") == [("article", 1), ("part", 2)]
    before = same_archive(tmp_path / "a")
    (tmp_path / "a" / "archive.db").unlink()
    assert scrapy("rebuild", **settings).returncode == 0
    assert same_archive(tmp_path / "a") == before
    removed = scrapy("remove", base + pages[0], "--reason", "asked", **settings)
    assert "3 records" in removed.stdout, removed.stderr
