"""Content-Encodings are undone to the end or not at all, by the bytes before the header, and never to more than the limit."""

import gzip
import tracemalloc
import zlib
from collections.abc import Callable
from contextlib import suppress

import brotli
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.texts.encoding import encoding_of
from archive.warc.coding import MOST_BYTES, CodingError, ends_in_html, undo, zstd

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


@pytest.mark.parametrize(("encoding", "body"), PACKED)
def test_an_encoding_is_undone(encoding: str, body: bytes) -> None:
    assert undo(body, [("Content-Encoding", encoding)]) == (PAGE if body else b"")


TORN = [(encoding, body) for encoding, body in PACKED if body not in (PAGE, b"")]


def reason(body: bytes, *headers: tuple[str, str]) -> str:
    with pytest.raises(CodingError) as caught:
        undo(body, headers)
    return caught.value.reason


@pytest.mark.parametrize(("encoding", "body"), TORN)
@pytest.mark.parametrize("missing", [1, 4, 8, 9, 20])
def test_a_body_that_breaks_off_is_not_whole(encoding: str, body: bytes, missing: int) -> None:
    assert reason(body[:-missing], ("Content-Encoding", encoding)) == "partial"


def test_a_large_body_that_breaks_off_keeps_what_came() -> None:
    large = bytes(n * n % 251 for n in range(400_000))
    with pytest.raises(CodingError) as caught:
        undo(gzip.compress(large)[:-20], [("Content-Encoding", "gzip")])
    assert len(caught.value.begun) > 300_000
    assert large.startswith(caught.value.begun)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(TORN), st.integers(0, 200), st.binary(max_size=3), st.booleans())
def test_a_damaged_body_is_read_or_refused(packed: tuple[str, bytes], at: int, put: bytes, cut: bool) -> None:
    encoding, body = packed
    body = body[:at] + put + (b"" if cut else body[at + len(put) :])
    with suppress(CodingError):
        undo(body, [("Content-Encoding", encoding)])


PLAIN = [
    PAGE,
    b"<html>",
    b"\xef\xbb\xbf<html>",
    PAGE.decode().encode("utf-16"),
    PAGE.decode().encode("gb18030"),
    "云岭省水库除险加固工程全部完工。".encode() * 5,
    b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\x00\x01",
]


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd", "gzip, gzip"])
@pytest.mark.parametrize("body", PLAIN)
def test_a_header_packs_nothing_that_is_plain(encoding: str, body: bytes) -> None:
    assert undo(body, [("Content-Encoding", encoding)]) == body


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd"])
def test_bytes_of_no_encoding_are_refused_with_a_word(encoding: str) -> None:
    assert reason(b"\x01\x02\xf3 no encoding at all \xff\xfe" * 9, ("Content-Encoding", encoding)) == "coding"


@pytest.mark.parametrize("named", ["", "identity", "deflate", "br", "gzip"])
@pytest.mark.parametrize("pack", [gzip.compress, zstd.compress, lambda body: gzip.compress(gzip.compress(body))])
def test_the_bytes_name_the_encoding_of_a_page(named: str, pack: Callable[[bytes], bytes]) -> None:
    assert undo(pack(PAGE), [("Content-Type", "text/html; charset=utf-8"), ("Content-Encoding", named)]) == PAGE


@pytest.mark.parametrize("kind", ["application/gzip", "application/octet-stream"])
def test_a_packed_file_stays_packed(kind: str) -> None:
    body = gzip.compress(PAGE)
    assert undo(body, [("Content-Type", kind)]) is body


def named_file(body: bytes) -> bytes:
    """A gzip member whose head names a file, and has an extra field and a check sum."""
    packed = gzip.compress(body)
    return packed[:3] + bytes([4 | 8 | 16 | 2]) + packed[4:10] + b"\x02\x00ab" + b"a.html\0note\0cc" + packed[10:]


@pytest.mark.parametrize(
    "body",
    [
        gzip.compress(PAGE) + bytes(8),
        gzip.compress(PAGE) + b"<!-- 0.02 s -->",
        gzip.compress(PAGE)[:-8] + bytes(8),  # its check sum is wrong: browsers show the page
        named_file(PAGE),
    ],
)
def test_odd_gzip_is_read(body: bytes) -> None:
    assert undo(body, [("Content-Encoding", "gzip")]) == PAGE


@pytest.mark.parametrize(
    ("body", "whole"),
    [
        (b"<html></html>", True),
        (b"<html></HTML>\r\n <!-- 0.02 s -->\n", True),
        (b"<html></html><p>", False),
        (b"<html><p></p>", False),
        (b"</html>" + b" " * 5000, False),
        (b"", False),
    ],
)
def test_a_page_ends_with_its_last_tag(body: bytes, whole: bool) -> None:
    assert ends_in_html(body) == whole


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
    page = stray + TITLE.encode(encoding) + b"</p>"
    assert encoding_of(page) == encoding
    assert TITLE in page.decode(encoding, "surrogateescape")


@given(st.one_of(st.binary(max_size=200), st.text(max_size=60).map(lambda text: text.encode("gb18030") + b"\xff")))
def test_the_bytes_of_a_page_come_back(body: bytes) -> None:
    encoding = encoding_of(body)
    assert body.decode(encoding, "surrogateescape").encode(encoding, "surrogateescape") == body
