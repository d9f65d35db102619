"""Gzip members (RFC 1952): each record is packed in one of its own, so that damage to one costs that record alone."""

import struct
import zlib
from typing import IO

MAGIC = b"\x1f\x8b\x08"
_COMMENT = 16  # the flag of a head that is followed by a comment
_SMALL = 4096  # bytes
_EMPTY_BLOCK = b"\0\0\0\xff\xff"  # an empty block of deflate
_BLOCK = 0xFFFF  # bytes of a block that is stored, at most
_AROUND = 18  # bytes of head and trailer
_PIECE = 1 << 14


def pack(content: bytes, stored: bytes = b"") -> bytes:
    """A gzip member of `content`, packed, and `stored` after it, which is not worth packing."""
    # setting up a large window costs more than it saves on small content
    bits, memory = (15, 8) if len(content) > _SMALL else (12, 4)
    packing = zlib.compressobj(6, zlib.DEFLATED, -bits, memory)
    data = packing.compress(content)
    if stored:
        data += packing.flush(zlib.Z_SYNC_FLUSH) + _stored(stored)
    else:
        data += packing.flush()
    return _head() + data + _trailer(zlib.crc32(stored, zlib.crc32(content)), len(content) + len(stored))


def _stored(content: bytes) -> bytes:
    """The last blocks of deflate, with `content` as it is (RFC 1951, 3.2.4). zlib would set up a window to make them."""
    pieces = [content[at : at + _BLOCK] for at in range(0, len(content), _BLOCK)]
    heads = [struct.pack("<BHH", piece is pieces[-1], len(piece), len(piece) ^ _BLOCK) for piece in pieces]
    return b"".join(head + piece for head, piece in zip(heads, pieces, strict=True))


def pack_to_length(content: bytes, length: int) -> bytes | None:
    """A gzip member of exactly `length` bytes that holds `content`, filled up with empty blocks; None when it is too long."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed, end = packer.compress(content) + packer.flush(zlib.Z_SYNC_FLUSH), packer.flush()
    spare = length - _AROUND - len(packed) - len(end)
    if spare < 0:
        return None
    blocks, rest = divmod(spare, len(_EMPTY_BLOCK))
    head = _head()
    if rest:  # less than a block is filled by a comment: spaces, and the NUL that ends it
        head = _head(_COMMENT) + b" " * (rest - 1) + b"\0"
    return head + packed + _EMPTY_BLOCK * blocks + end + _trailer(zlib.crc32(content), len(content))


def _head(flags: int = 0) -> bytes:
    return MAGIC + bytes([flags]) + b"\0\0\0\0\0\xff"


def _trailer(crc: int, length: int) -> bytes:
    return struct.pack("<LL", crc, length & 0xFFFFFFFF)


def member_end(file: IO[bytes], start: int) -> int | None:
    """Where the gzip member that begins at `start` ends; None when it is damaged or torn."""
    file.seek(start)
    inflate = zlib.decompressobj(31)
    position = start
    try:
        while chunk := file.read(_PIECE):
            inflate.decompress(chunk)
            position += len(chunk)
            if inflate.eof:
                return position - len(inflate.unused_data)
    except zlib.error:
        return None
    return None


def next_member(file: IO[bytes], start: int) -> int | None:
    """The first place at or after `start` where a gzip member may begin."""
    file.seek(start)
    before = b""
    while chunk := file.read(1 << 20):
        place = (before + chunk).find(MAGIC)
        if place >= 0:
            return start - len(before) + place
        start += len(chunk)
        before = chunk[-2:]
    return None


def member_begins_with(file: IO[bytes], start: int, words: bytes) -> bool:
    """Whether the content of the gzip member at `start`, whole or torn, begins with these words."""
    file.seek(start)
    try:
        return zlib.decompressobj(31).decompress(file.read(_PIECE), len(words)) == words
    except zlib.error:
        return False


def whole_until(file: IO[bytes], start: int) -> int:
    """Where the last whole member ends, of those that follow each other from `start` on."""
    end = start
    while (after := member_end(file, end)) is not None:
        end = after
    return end
