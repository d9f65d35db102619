"""Content-Encodings are undone as Scrapy undoes them, and never to more than the limit."""

import gzip
import tracemalloc
import zlib
from collections.abc import Callable

import brotli
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware

from archive.texts.encoding import characters
from archive.warc.coding import MOST_BYTES, CodingError, undo, zstd

PAGE = "<html><p>云岭省水库除险加固工程全部完工。</p></html>".encode() * 100


def raw_deflate(body: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(body) + packer.flush()


PACKED = [
    ("gzip", gzip.compress(PAGE)),
    ("x-gzip", gzip.compress(PAGE)),
    ("GZIP", gzip.compress(PAGE)),
    ("gzip", gzip.compress(PAGE[:900]) + gzip.compress(PAGE[900:])),
    ("deflate", zlib.compress(PAGE)),
    ("deflate", raw_deflate(PAGE)),
    ("br", brotli.compress(PAGE)),
    ("zstd", zstd.compress(PAGE)),
    ("deflate, gzip", gzip.compress(zlib.compress(PAGE))),
    ("gzip,br", brotli.compress(gzip.compress(PAGE))),
    ("", PAGE),
    ("identity", PAGE),
    ("sdch", PAGE),
    ("gzip", b""),
    ("br", b""),
    ("zstd", b""),
]


def by_scrapy(body: bytes, encoding: str) -> bytes | None:
    """What a crawl makes of it; None: it refuses it."""
    middleware = HttpCompressionMiddleware.__new__(HttpCompressionMiddleware)
    try:
        return middleware._handle_encoding(body, [encoding.encode()], MOST_BYTES)[0]
    except Exception:
        return None


def by_us(body: bytes, encoding: str) -> bytes | None:
    try:
        return undo(body, [("Content-Encoding", encoding)])
    except CodingError:
        return None


@pytest.mark.parametrize(("encoding", "body"), PACKED)
def test_an_encoding_is_undone(encoding: str, body: bytes) -> None:
    assert undo(body, [("Content-Encoding", encoding)]) == (PAGE if body else b"")


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(PACKED), st.integers(0, 200), st.binary(max_size=3), st.booleans())
def test_a_damaged_body_is_read_as_it_was_in_the_crawl(
    packed: tuple[str, bytes], at: int, put: bytes, cut: bool
) -> None:
    encoding, body = packed
    body = body[:at] + put + (b"" if cut else body[at + len(put) :])
    assert by_us(body, encoding) == by_scrapy(body, encoding)


def test_what_is_not_encoded_as_it_says_is_refused() -> None:
    with pytest.raises(CodingError, match="cannot be undone"):
        undo(b"<html>", [("Content-Encoding", "gzip")])


def test_encodings_may_stand_in_several_headers() -> None:
    headers = [("Content-Encoding", "deflate"), ("Content-Type", "text/html"), ("content-encoding", "gzip")]
    assert undo(gzip.compress(zlib.compress(PAGE)), headers) == PAGE


BOMBS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": lambda body: brotli.compress(body, quality=5),
    "zstd": zstd.compress,
    "gzip, gzip": lambda body: gzip.compress(gzip.compress(body)),
    "br, br": lambda body: brotli.compress(brotli.compress(body, quality=5)),
}


@pytest.mark.parametrize("encoding", BOMBS)
def test_a_bomb_is_refused_before_it_fills_the_memory(encoding: str) -> None:
    bomb = BOMBS[encoding](bytes(4 * MOST_BYTES))
    tracemalloc.start()
    try:
        with pytest.raises(CodingError, match="more than 32 MB"):
            undo(bomb, [("Content-Encoding", encoding)])
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 3 * MOST_BYTES


TITLE = "云岭省水库除险加固工程全部完工㛃𬭩"


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
@pytest.mark.parametrize("stray", [b"", b"\xff", b"<p>\xff</p>\xff"])
def test_a_stray_byte_hides_no_word(encoding: str, stray: bytes) -> None:
    page, told = characters(stray + TITLE.encode(encoding) + b"</p>")
    assert told == encoding
    assert TITLE in page


@given(st.one_of(st.binary(max_size=200), st.text(max_size=60).map(lambda text: text.encode("gb18030") + b"\xff")))
def test_the_bytes_of_a_page_come_back(body: bytes) -> None:
    page, encoding = characters(body)
    assert page.encode(encoding, "surrogateescape") == body
