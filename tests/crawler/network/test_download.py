"""An answer is taken when it is whole: its encoding came to its end, and its length is no more than announced."""

import gzip
import socketserver
import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import brotli
import pytest
from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.http import HtmlResponse, Response

from archive.warc.coding import zstd
from crawler.network.download import Decompression
from tests.conftest import crawl, rows, scrapy

LIST = "<html><meta charset='utf-8'><ul><li><a href='/1.html'>清峦县召开春季造林工作推进会</a><span>2026-03-05</span></li></ul></html>"
ARTICLE = (
    "<html><meta charset='utf-8'><title>清峦县召开春季造林工作推进会</title><h1>清峦县召开春季造林工作推进会</h1>"
    "<div class='content'><p>全县春季造林工作推进会今天召开，各乡镇负责人参加。</p>"
    "<p>会议要求各乡镇倒排工期，四月底前完成造林一万二千亩。</p></div></html>"
).encode()
DECLARED = """[one]
name = "清峦县人民政府"
region = "990101"
level = "county"
family = "html"
lists = ["{url}"]
"""


def raw_deflate(body: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(body) + packer.flush()


FORMS: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
    "gzip": ("gzip", gzip.compress),
    "deflate": ("deflate", zlib.compress),
    "raw deflate": ("deflate", raw_deflate),
    "brotli": ("br", brotli.compress),
    "zstd": ("zstd", zstd.compress),
    "gzip in gzip": ("gzip, gzip", lambda body: gzip.compress(gzip.compress(body))),
}


def answer(body: bytes, *headers: str) -> bytes:
    head = ["HTTP/1.1 200 OK", "Content-Type: text/html", "Connection: close", *headers]
    return "\r\n".join([*head, "", ""]).encode() + body


class Raw:
    """A site that sends raw answers, in turn where there are several for a path, the last of them for ever."""

    def __init__(self) -> None:
        self.answers: dict[str, list[bytes]] = {"/list/": [answer(LIST.encode())]}

    def send(self, path: str) -> bytes:
        found = self.answers.get(path, [b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"])
        return found.pop(0) if len(found) > 1 else found[0]


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Raw]:
    raw = Raw()
    with served(raw) as base:
        (tmp_path / "one.toml").write_text(DECLARED.format(url=f"{base}/list/"), "utf-8")
        yield raw


@contextmanager
def served(raw: Raw) -> Iterator[str]:
    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            path = self.rfile.readline().decode("latin-1").split()[1]
            while self.rfile.readline().strip():
                pass
            self.wfile.write(raw.send(path))

    class Server(socketserver.ThreadingTCPServer):
        allow_reuse_address = daemon_threads = True

    with Server(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def visit(folder: Path, *arguments: str, **settings: object) -> tuple[str, str]:
    """The state and the reason of the article after a crawl."""
    done = scrapy("crawl", "one", *arguments, SOURCES=folder / "one.toml", ARCHIVE_DIR=folder, **settings)
    assert "Traceback" not in done.stderr
    [(state, reason)] = rows(folder, "SELECT state, reason FROM listings")
    return state, reason


def texts(folder: Path) -> list[str]:
    return [text for (text,) in rows(folder, "SELECT text FROM versions")]


@pytest.mark.parametrize("form", FORMS)
def test_a_torn_answer_is_asked_for_again_and_never_held(site: Raw, tmp_path: Path, form: str) -> None:
    encoding, pack = FORMS[form]
    whole = answer(pack(ARTICLE), f"Content-Encoding: {encoding}")
    site.answers["/1.html"] = [whole[:-12]]
    assert visit(tmp_path, NOW="2026-03-05") == ("failed", "partial")
    site.answers["/1.html"] = [whole]
    assert visit(tmp_path, NOW="2026-03-06") == ("held", "")
    site.answers["/1.html"] = [whole[:-12]]
    visit(tmp_path, "-a", "recheck=all", NOW="2026-03-07")
    assert rows(tmp_path, "SELECT outcome FROM observations") == [("unreachable",)]
    [text] = texts(tmp_path)
    assert text.endswith("一万二千亩。")


def test_a_torn_answer_is_repeated_at_once(site: Raw, tmp_path: Path) -> None:
    whole = answer(gzip.compress(ARTICLE), "Content-Encoding: gzip")
    site.answers["/1.html"] = [whole[:-12], whole]
    assert visit(tmp_path, RETRY_TIMES=1) == ("held", "")


@pytest.mark.parametrize(
    ("body", "told", "state"),
    [
        (ARTICLE[:-40], f"bytes 0-{len(ARTICLE) - 41}/{len(ARTICLE)}", ("failed", "partial")),
        (ARTICLE, f"bytes 0-{len(ARTICLE) - 1}/{len(ARTICLE)}", ("held", "")),
    ],
)
def test_a_part_that_nobody_asked_for_is_no_page(
    site: Raw, tmp_path: Path, body: bytes, told: str, state: tuple[str, str]
) -> None:
    whole = answer(body, f"Content-Length: {len(body)}\r\nContent-Range: {told}")
    site.answers["/1.html"] = [whole.replace(b" 200 OK", b" 206 Partial Content", 1)]
    assert visit(tmp_path) == state


def test_garbage_has_a_reason_of_its_own(site: Raw, tmp_path: Path) -> None:
    site.answers["/1.html"] = [answer(b"\x01\x02\xf3 no encoding \xff" * 9, "Content-Encoding: zstd")]
    assert visit(tmp_path) == ("failed", "coding")


SHORT = {
    "a length that lies": answer(ARTICLE, f"Content-Length: {len(ARTICLE) + 3}"),
    "a chunk that is missing": answer(b"%x\r\n%s\r\n" % (len(ARTICLE), ARTICLE), "Transfer-Encoding: chunked"),
}


@pytest.mark.parametrize("form", SHORT)
def test_a_page_that_ends_twice_alike_is_taken(site: Raw, tmp_path: Path, form: str) -> None:
    site.answers["/1.html"] = [SHORT[form]]
    assert visit(tmp_path) == ("held", "")
    [(problems,)] = rows(tmp_path, "SELECT problems FROM releases")
    assert "length-lies" in problems
    (tmp_path / "again").mkdir()
    (tmp_path / "again" / "warc").symlink_to(tmp_path / "warc")
    done = scrapy("rebuild", SOURCES=tmp_path / "one.toml", ARCHIVE_DIR=tmp_path / "again")
    assert done.returncode == 0, done.stderr
    assert rows(tmp_path / "again", "SELECT problems FROM releases") == [(problems,)]
    crawl("replay", SOURCES=tmp_path / "one.toml", ARCHIVE_DIR=tmp_path)
    assert rows(tmp_path, "SELECT problems, version FROM releases") == [(problems, 1)]


def test_a_crawl_counts_new_pages_whose_reading_is_in_doubt(site: Raw, tmp_path: Path) -> None:
    body = ARTICLE.replace("十二千亩".encode(), "一万亩".encode()) + "\ufeff".encode() + b"\xff\xfe"
    site.answers["/1.html"] = [answer(body)]
    assert visit(tmp_path) == ("held", "")
    [(told,)] = rows(tmp_path, "SELECT problems FROM crawls")
    assert "new pages whose reading is in doubt: 1 (bad-bytes 1)" in told
    crawl("one", "-a", "recheck=all", SOURCES=tmp_path / "one.toml", ARCHIVE_DIR=tmp_path)
    assert rows(tmp_path, "SELECT problems FROM crawls ORDER BY id DESC LIMIT 1") == [("[]",)]  # told once


def test_a_removed_address_stays_out_of_the_problems_of_crawls_when_they_are_told_anew(
    site: Raw, tmp_path: Path
) -> None:
    torn = ARTICLE[: ARTICLE.index("四月底".encode()) + 3]
    site.answers["/1.html"] = [answer(torn, f"Content-Length: {len(torn)}")]
    assert visit(tmp_path) == ("held", "")
    [(url,)] = rows(tmp_path, "SELECT url FROM releases")
    settings = {"SOURCES": tmp_path / "one.toml"}
    done = scrapy("remove", url, "--reason", "asked", "--hide-address", ARCHIVE_DIR=tmp_path, **settings)
    assert done.returncode == 0, done.stderr
    (tmp_path / "again").mkdir()
    (tmp_path / "again" / "warc").symlink_to(tmp_path / "warc")
    assert scrapy("rebuild", ARCHIVE_DIR=tmp_path / "again", **settings).returncode == 0
    for folder in (tmp_path, tmp_path / "again"):
        [(told,)] = rows(folder, "SELECT problems FROM crawls")
        assert "a sentence: 1, the first was (removed)" in told


def test_a_page_that_is_no_release_leaves_no_doubt(site: Raw, tmp_path: Path) -> None:
    body = "<html><title>系统提示</title><h1>系统提示</h1><p>网站正在维护，请您稍后再来访问本站。</p></html>".encode()
    site.answers["/1.html"] = [answer(body)]
    assert visit(tmp_path) == ("failed", "notice")
    [(told,)] = rows(tmp_path, "SELECT problems FROM crawls")
    assert "in doubt" not in told


def test_a_page_that_breaks_off_at_its_announced_length_is_told_and_the_whole_one_is_no_edit(
    site: Raw, tmp_path: Path
) -> None:
    torn = ARTICLE[: ARTICLE.index("四月底".encode()) + 3]
    site.answers["/1.html"] = [answer(torn, f"Content-Length: {len(torn)}"), answer(ARTICLE)]
    assert visit(tmp_path) == ("held", "")
    assert rows(tmp_path, "SELECT problems FROM releases") == [('["torn"]',)]
    [(told,)] = rows(tmp_path, "SELECT problems FROM crawls")
    assert "pages that break off within a tag or a sentence: 1, the first was http" in told
    crawl("one", "-a", "recheck=all", SOURCES=tmp_path / "one.toml", ARCHIVE_DIR=tmp_path)
    assert rows(tmp_path, "SELECT kind FROM versions ORDER BY version") == [("published",), ("reread",)]
    [(text, problems)] = rows(tmp_path, "SELECT text, problems FROM releases")
    assert text.endswith("一万二千亩。")
    assert problems == "[]"


def test_a_page_that_ends_differently_is_not(site: Raw, tmp_path: Path) -> None:
    lies = f"Content-Length: {len(ARTICLE) + 900}"
    other = ARTICLE.replace(b"</div>", "<p>又讯</p></div>".encode())
    site.answers["/1.html"] = [answer(ARTICLE, lies), answer(other, lies)]
    assert visit(tmp_path) == ("failed", "partial")


def test_a_page_that_breaks_off_is_not(site: Raw, tmp_path: Path) -> None:
    site.answers["/1.html"] = [answer(ARTICLE[:-40], f"Content-Length: {len(ARTICLE)}")]
    assert visit(tmp_path) == ("failed", "partial")


def test_an_answer_that_is_unpacked_keeps_its_other_headers_as_they_came() -> None:
    name = "附件.pdf".encode("gb18030")
    headers = {"Content-Encoding": "gzip", "Content-Type": "text/html", "Content-Disposition": name}
    sent = Response("http://one.example/1.html", headers=headers, body=gzip.compress(ARTICLE))
    taken = Decompression(Crawler(Spider)).process_response(Request(sent.url), sent)
    assert isinstance(taken, HtmlResponse)
    assert (taken.body, dict(taken.headers)) == (
        ARTICLE,
        {b"Content-Type": [b"text/html"], b"Content-Disposition": [name]},
    )


TORN = ARTICLE[: ARTICLE.index("造林一万二千亩".encode())]
LEFT_OPEN = ARTICLE[: ARTICLE.index(b"</div>")]


@pytest.mark.parametrize("cut", [TORN, LEFT_OPEN + b"</di", LEFT_OPEN + "<p>又讯，四月底前完".encode()[:-1]])
def test_a_page_that_is_torn_where_no_length_was_announced_is_never_held(site: Raw, tmp_path: Path, cut: bytes) -> None:
    site.answers["/1.html"] = [answer(cut)]
    assert visit(tmp_path, NOW="2026-03-05") == ("failed", "partial")
    site.answers["/1.html"] = [answer(ARTICLE)]
    assert visit(tmp_path, NOW="2026-03-06") == ("held", "")
    site.answers["/1.html"] = [answer(cut)]
    visit(tmp_path, "-a", "recheck=all", NOW="2026-03-07")
    assert rows(tmp_path, "SELECT outcome FROM observations") == [("unreachable",)]
    [text] = texts(tmp_path)
    assert text.endswith("一万二千亩。")


def test_a_torn_page_without_a_length_is_repeated_at_once(site: Raw, tmp_path: Path) -> None:
    site.answers["/1.html"] = [answer(TORN), answer(ARTICLE)]
    assert visit(tmp_path, RETRY_TIMES=1) == ("held", "")


def test_a_page_whose_end_is_doubtful_is_held_as_it_came_in_whole(site: Raw, tmp_path: Path) -> None:
    site.answers["/1.html"] = [answer(ARTICLE[: ARTICLE.index("<p>会议".encode())]), answer(ARTICLE)]
    assert visit(tmp_path) == ("held", "")
    [text] = texts(tmp_path)
    assert text.endswith("一万二千亩。")


OLD = {
    "no last tag": ARTICLE.removesuffix(b"</html>"),
    "a container left open": LEFT_OPEN,
    "a signature left open": LEFT_OPEN + "<p>清峦县人民政府办公室<br>2026年3月5日".encode(),
}


@pytest.mark.parametrize("form", OLD)
def test_an_old_page_without_its_last_tag_is_held(site: Raw, tmp_path: Path, form: str) -> None:
    site.answers["/1.html"] = [answer(OLD[form])]
    assert visit(tmp_path) == ("held", "")
    [text] = texts(tmp_path)
    assert "一万二千亩。" in text


def test_an_old_page_that_differs_at_every_request_is_held(site: Raw, tmp_path: Path) -> None:
    begun = [LEFT_OPEN.replace(b"<h1>", f"<h1 id='{n}'>".encode()) for n in range(3)]
    site.answers["/1.html"] = [answer(one) for one in begun]
    assert visit(tmp_path) == ("held", "")
