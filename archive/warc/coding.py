"""Undoing a Content-Encoding, within a limit: a few kilobytes can be made to unpack into gigabytes.

A page reads from the archive as it did when it was fetched: the encodings are those that Scrapy undoes, asked for or
not, and a torn body counts as far as it goes.
"""

import gzip
import io
import struct
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress

import brotli

if sys.version_info >= (3, 14):
    from compression import zstd as zstd
else:
    from backports import zstd as zstd

MOST_BYTES = 32 * 1024 * 1024  # the limit for one body, before and after its encoding is undone
_PIECE = 64 * 1024


class CodingError(OSError):
    """A body that is broken, or larger than MOST_BYTES when its encoding is undone."""


def undo(body: bytes, headers: Iterable[tuple[str, str]]) -> bytes:
    """A body with the Content-Encodings that its headers name undone, the last first. Raises CodingError.

    An encoding that is not known here ends it: the body is then still packed in that encoding.
    """
    named = ",".join(value for name, value in headers if name.lower() == "content-encoding")
    for encoding in reversed(named.lower().replace(" ", "").split(",")):
        if not body or encoding not in _READERS:
            break
        body = _whole(_READERS[encoding](body))
    return body


def _whole(pieces: Iterator[bytes]) -> bytes:
    """The pieces joined; a torn body counts as far as it goes."""
    whole = io.BytesIO()
    try:
        for piece in pieces:
            whole.write(piece)
            if whole.tell() > MOST_BYTES:
                raise CodingError(f"it holds more than {MOST_BYTES >> 20} MB")
    except CodingError:
        raise
    except (OSError, EOFError, struct.error, zlib.error, brotli.error, zstd.ZstdError) as error:
        torn = isinstance(error, OSError | EOFError | struct.error)
        if not (torn and whole.tell()):
            raise CodingError(f"its encoding cannot be undone: {error}") from None
    return whole.getvalue()


def _gunzipped(body: bytes) -> Iterator[bytes]:
    with gzip.GzipFile(fileobj=io.BytesIO(body)) as file:
        while piece := file.read1(_PIECE):
            yield piece


def _inflated(body: bytes) -> Iterator[bytes]:
    inflate = zlib.decompressobj()
    try:
        yield inflate.decompress(body, _PIECE)
    except zlib.error:  # some servers leave out the head of zlib
        inflate = zlib.decompressobj(-zlib.MAX_WBITS)
        yield inflate.decompress(body, _PIECE)
    while inflate.unconsumed_tail and not inflate.eof:
        yield inflate.decompress(inflate.unconsumed_tail, _PIECE)


def _brotli(body: bytes) -> Iterator[bytes]:
    reader = brotli.Decompressor()
    piece = reader.process(body, output_buffer_limit=_PIECE)
    while piece:
        yield piece
        piece = b"" if reader.is_finished() else reader.process(b"", output_buffer_limit=_PIECE)


def _unzstd(body: bytes) -> Iterator[bytes]:
    with suppress(EOFError), zstd.ZstdFile(io.BytesIO(body)) as file:
        while piece := file.read(_PIECE):
            yield piece


_READERS: dict[str, Callable[[bytes], Iterator[bytes]]] = {
    "gzip": _gunzipped,
    "x-gzip": _gunzipped,
    "deflate": _inflated,
    "br": _brotli,
    "zstd": _unzstd,
}
