"""A body that was packed on its way: what is sound, and what is odd."""

import gzip

import pytest
from scrapy.utils._compression import _DecompressionMaxSizeExceeded

from crawler.network.download import Decompression

TEXT = "清峦县人民政府发布公告。".encode() * 1000
PACKED = gzip.compress(TEXT, mtime=0)


@pytest.mark.parametrize(
    ("body", "unpacked"),
    [
        (PACKED, TEXT),
        (PACKED + PACKED, TEXT * 2),
        (PACKED + bytes(8), TEXT),
        (PACKED[:-8] + bytes(8), TEXT),  # its check sum is wrong
    ],
    ids=["sound", "two members", "zeros behind it", "a wrong check sum"],
)
@pytest.mark.parametrize("encoding", [b"gzip", b"x-gzip"])
def test_a_packed_body_is_unpacked(body: bytes, unpacked: bytes, encoding: bytes) -> None:
    assert Decompression._decode(body, encoding, 0) == unpacked


def test_of_a_torn_body_what_came_is_read() -> None:
    assert TEXT.startswith(Decompression._decode(PACKED[: len(PACKED) // 2], b"gzip", 0))


@pytest.mark.parametrize("limit", [1, len(TEXT) - 1])
def test_a_body_that_grows_beyond_the_limit_is_refused(limit: int) -> None:
    with pytest.raises(_DecompressionMaxSizeExceeded):
        Decompression._decode(PACKED, b"gzip", limit)


def test_a_body_of_just_the_limit_is_read() -> None:
    assert Decompression._decode(PACKED, b"gzip", len(TEXT)) == TEXT
