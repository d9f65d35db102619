"""Undoing a Content-Encoding, within a limit: a few kilobytes can be made to unpack into gigabytes.

A crawl, a replay and an import undo encodings here, so that a page reads from the archive as it did when it was fetched.
"""

import re
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Literal

import brotli
from isal import isal_zlib

from archive.warc.members import MAGIC

if sys.version_info >= (3, 14):
    from compression import zstd as zstd
else:
    from backports import zstd as zstd

MOST_BYTES = 32 * 1024 * 1024  # the limit for one body, before and after its encoding is undone
_PIECE = 64 * 1024
_ZSTD = b"\x28\xb5\x2f\xfd"
_BEGINNING = 1024  # bytes that tell characters from packed bytes
_ENOUGH = 64  # bytes without a control character that are packed by no encoding
_CONTROLS = re.compile(rb"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]")
# a byte order mark, or the signature of a file that is sent as it is
_UNPACKED = (
    b"\xef\xbb\xbf",
    b"\xff\xfe",
    b"\xfe\xff",
    b"%PDF",
    b"PK\x03\x04",
    b"\xd0\xcf\x11\xe0",
    b"\x89PNG",
    b"Rar!",
)
_PAGE_TYPES = re.compile(r"text/|html|xml|json|javascript")
_FIXED_HEAD, _TRAILER = 10, 8  # bytes of a gzip member around its data
_MOST_PACKINGS = 3  # one in another that no header names
_HTML_END = re.compile(rb"</html\s*>(?:\s|<!--(?:(?!-->).){0,500}-->)*\Z", re.IGNORECASE | re.DOTALL)
_TAIL = 2000  # bytes that hold a page's last tag, and the comments after it

Coding = Literal["gzip", "zstd", "deflate", "br"]
_NAMES: dict[str, Coding] = {"gzip": "gzip", "x-gzip": "gzip", "deflate": "deflate", "br": "br", "zstd": "zstd"}


class CodingError(OSError):
    """A body whose encoding cannot be undone.

    `reason` is the ledger's word: `coding`, it is broken; `partial`, it ends before its end, and `begun` is what there is
    of it; `too-large`, it is larger than the limit.
    """

    def __init__(
        self, words: str, reason: Literal["coding", "partial", "too-large"] = "coding", begun: bytes = b""
    ) -> None:
        super().__init__(words)
        self.reason = reason
        self.begun = begun


def undo(body: bytes, headers: Iterable[tuple[str, str]], most: int = MOST_BYTES) -> bytes:
    """A body with its Content-Encodings undone, the last first; the very same object when there is none.

    The bytes decide before the headers do: what begins as gzip or zstd is unpacked as that, also where the header names
    another encoding, and in a page where it names none; what is plain characters stays, whatever the header says. Deflate
    and brotli have no sign of their own and are believed, unless the body cannot be unpacked and is plain. An encoding that is
    not known here ends it: the body is then still packed in that encoding. Raises CodingError.
    """
    headers = tuple(headers)
    named = ",".join(value for name, value in headers if name.lower() == "content-encoding")
    for name in reversed(named.lower().replace(" ", "").split(",")):
        if not body or name not in _NAMES:
            break
        body = _undone(body, _NAMES[name], most)
    else:
        name = ""
    if name in ("", "identity") and _is_page(headers):
        for _ in range(_MOST_PACKINGS):
            if _magic(body):
                body = _undone(body, "gzip", most)
    return body


def ends_in_html(body: bytes) -> bool:
    """Whether a page goes on to its last tag, `</html>`; white space and comments may follow."""
    return bool(_HTML_END.search(body[-_TAIL:]))


def _is_page(headers: Iterable[tuple[str, str]]) -> bool:
    kind = next((value for name, value in headers if name.lower() == "content-type"), "")
    return not kind or bool(_PAGE_TYPES.search(kind.lower()))


def _magic(body: bytes) -> Coding | None:
    if body.startswith(MAGIC):
        return "gzip"
    return "zstd" if body.startswith(_ZSTD) else None


def _is_plain(body: bytes) -> bool:
    """Whether these bytes are not packed: they begin with a tag or a known signature, or hold no control character."""
    start = body[:_BEGINNING]
    if start.startswith(_UNPACKED):
        return True
    if _CONTROLS.search(start):
        return False
    return len(start) >= _ENOUGH or start.isascii() or start.lstrip().startswith(b"<")


def _undone(body: bytes, named: Coding, most: int) -> bytes:
    coding = _magic(body)
    if coding is None and named in ("gzip", "zstd"):
        if _is_plain(body):
            return body
        raise CodingError(f"its encoding cannot be undone: it is no {named}")
    try:
        return _whole(_READERS[coding or named], body, most)
    except CodingError as error:
        if error.reason == "too-large" or coding or not _is_plain(body):
            raise
        return body


def _whole(read: Callable[[bytes], Iterator[bytes]], body: bytes, most: int) -> bytes:
    pieces: list[bytes] = []
    size = 0
    try:
        for piece in read(body):
            size += len(piece)
            if size > most:
                pieces.clear()
                raise CodingError(f"it holds more than {most >> 20} MB", "too-large")
            pieces.append(piece)
    except EOFError:
        raise CodingError("it breaks off before the end of its encoding", "partial", b"".join(pieces)) from None
    except (zlib.error, isal_zlib.error, brotli.error, zstd.ZstdError) as error:  # type: ignore[misc]  # isal's stubs
        raise CodingError(f"its encoding cannot be undone: {error}") from None
    return b"".join(pieces)


# the readers: pieces of the unpacked body; EOFError, once all pieces are given, when it breaks off


def _gunzipped(body: bytes) -> Iterator[bytes]:
    """The members of a body in gzip, one after the other; what follows the last of them is padding.

    The check sum behind a member must be there, but is not checked: browsers show such pages as well.
    """
    while body.startswith(MAGIC):
        inflate = isal_zlib.decompressobj(-zlib.MAX_WBITS)
        yield from _stream(inflate, body[_head_length(body) :])
        if len(inflate.unused_data) < _TRAILER:
            raise EOFError
        body = inflate.unused_data[_TRAILER:]


def _head_length(body: bytes) -> int:
    """The length of a gzip member's head: ten bytes, and further fields by its flags (RFC 1952)."""
    flags, length = body[3:4] or b"\0", _FIXED_HEAD
    if flags[0] & 4:
        length += 2 + int.from_bytes(body[length : length + 2], "little")
    for named in (8, 16):
        if flags[0] & named:
            length = body.find(b"\0", length) + 1 or len(body)
    return length + (flags[0] & 2)


def _inflated(body: bytes) -> Iterator[bytes]:
    try:
        zlib.decompressobj().decompress(body, _PIECE)
    except zlib.error:  # some servers leave out the head of zlib
        yield from _stream(zlib.decompressobj(-zlib.MAX_WBITS), body)
    else:
        yield from _stream(zlib.decompressobj(), body)


def _stream(inflate: Any, body: bytes) -> Iterator[bytes]:
    piece = inflate.decompress(body, _PIECE)
    while piece or inflate.unconsumed_tail:
        yield piece
        if inflate.eof:
            return
        piece = inflate.decompress(inflate.unconsumed_tail, _PIECE)
    if not inflate.eof:
        raise EOFError


def _brotli(body: bytes) -> Iterator[bytes]:
    reader = brotli.Decompressor()
    piece = reader.process(body, output_buffer_limit=_PIECE)
    while piece:
        yield piece
        piece = b"" if reader.is_finished() else reader.process(b"", output_buffer_limit=_PIECE)
    if not reader.is_finished():
        raise EOFError


def _unzstd(body: bytes) -> Iterator[bytes]:
    """The frames of a body in zstd, one after the other; what follows the last of them is padding."""
    while body.startswith(_ZSTD):
        reader = zstd.ZstdDecompressor()
        piece = reader.decompress(body, _PIECE)
        while piece:
            yield piece
            piece = b"" if reader.eof else reader.decompress(b"", _PIECE)
        if not reader.eof:
            raise EOFError
        body = reader.unused_data


_READERS: dict[Coding, Callable[[bytes], Iterator[bytes]]] = {
    "gzip": _gunzipped,
    "deflate": _inflated,
    "br": _brotli,
    "zstd": _unzstd,
}
