"""Whether a file holds a text, however it is written or packed."""

import bz2
import gzip
import json
import lzma
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import brotli

from archive.warc.coding import zstd

LINES = 10
LINE = 12  # characters that a line must have to be looked for
TITLE = 8  # characters that a title must have; a shorter one may head several releases
_PIECE = 1 << 20
# files of these kinds are not opened: rar, 7z, lz4, and Litestream's beside a database
_UNKNOWN = (b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c", b"\x04\x22\x4d\x18", b"LTX1")
_OPENERS: dict[bytes, Callable[[Path], Any]] = {
    b"\x1f\x8b": gzip.open,
    b"BZh": bz2.open,
    b"\xfd7zXZ\0": lzma.open,
    b"\x28\xb5\x2f\xfd": zstd.open,
}


def needles(titles: Iterable[str], texts: Iterable[str]) -> list[bytes]:
    """The byte strings of which a file that holds one of the texts must contain one.

    They are the titles, and the beginnings of the LINES longest lines of each text, in any usual way of writing them. A
    text whose lines are all short gives its beginning over several lines.
    """
    found = {title.strip() for title in titles if len(title.strip()) >= TITLE}
    for text in texts:
        lines = sorted((line.strip() for line in text.split("\n")), key=len, reverse=True)[:LINES]
        found |= {line[:40] for line in lines if len(line) >= LINE} or {text.strip()[:40]}
    forms: set[bytes] = set()
    for one in found - {""}:
        for form in (one, json.dumps(one)[1:-1], json.dumps(one, ensure_ascii=False)[1:-1], one.replace("\n", "\r\n")):
            forms |= {form.encode(), form.encode("gb18030"), form.encode("utf-16-le")}
    return sorted(forms)


def contains_any(path: Path, needles: Sequence[bytes]) -> bool:
    """Whether a file contains one of the needles: as it is, or unpacked when it is a zip, gzip, bzip2, xz, zstd, brotli
    or Parquet file, or holds gzip or zip files itself, as a tar file of WARC files does. A packed file that cannot be
    unpacked counts as one that does.
    """
    with path.open("rb") as file:
        head = file.read(8)
    if head.startswith(_UNKNOWN):
        return True
    try:
        return any(_contains(pieces, needles) for pieces in _contents(path, head) if needles)
    except (OSError, EOFError, RuntimeError, ValueError, zipfile.BadZipFile):
        return True
    except (zlib.error, lzma.LZMAError, zstd.ZstdError, brotli.error):
        return True


def _contents(path: Path, head: bytes) -> Iterator[Iterator[bytes]]:
    """The content of a file, unpacked; a zip gives the content of each of its files."""
    opener = next((opener for magic, opener in _OPENERS.items() if head.startswith(magic)), None)
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as zipped:
            for name in zipped.namelist():
                with zipped.open(name) as file:
                    yield _read(file)
    elif head.startswith(b"PAR1"):
        yield from _columns(path)
    elif path.suffix == ".br":
        yield _unbrotli(path)
    else:
        with opener(path) if opener else path.open("rb") as file:
            yield _read(file)


def _read(file: Any) -> Iterator[bytes]:
    while piece := file.read(_PIECE):
        yield piece


def _unbrotli(path: Path) -> Iterator[bytes]:
    reader = brotli.Decompressor()
    with path.open("rb") as file:
        while packed := file.read(_PIECE):
            piece = reader.process(packed, output_buffer_limit=_PIECE)
            while piece:
                yield piece
                piece = b"" if reader.is_finished() else reader.process(b"", output_buffer_limit=_PIECE)


def _columns(path: Path) -> Iterator[Iterator[bytes]]:
    from pyarrow.parquet import ParquetFile

    with ParquetFile(path) as file:
        for batch in file.iter_batches(1000):
            yield (str(value).encode("utf-8", "replace") for column in batch.columns for value in column.to_pylist())


def _contains(pieces: Iterable[bytes], needles: Sequence[bytes]) -> bool:
    stream = _Stream(needles)
    return any(stream.holds(piece) for piece in pieces)


# The beginnings of packed files within another. A gzip or zip member is unpacked wherever it begins; files of the other kinds, and
# answers that a site sent packed in another way, are not. Each branch begins with a plain byte, not a group: else `re` tries each
# byte, which takes thirty times as long.
_PACKED = re.compile(
    rb"\x1f(?P<gzip>\x8b\x08[\x00-\x1f])"
    rb"|P(?P<zip>K\x03\x04.\x00(?P<flags>.).(?P<method>[\x00\x01\x08\x09\x0c\x0e\x5d\x5f\x63])\x00)"
    rb"|\xfd7zXZ\x00|BZh[1-9]1AY&SY|Rar!\x1a\x07|7z\xbc\xaf\x27\x1c"
    rb"|P(?P<parquet>AR1)|\x28(?P<zstd>\xb5\x2f\xfd)|\x04(?P<lz4>\x22\x4d\x18)"
    rb"|\r\n(?i:content-encoding): ?(?:br|zstd|deflate)\r\n",
    re.S,
)
_SHORT = ("parquet", "zstd", "lz4")  # four bytes may stand anywhere by chance
_BLOCK = 512  # bytes; files within a tar file begin at multiples
_LONGEST = 64  # bytes; more than any of these beginnings
_HEAD = 30  # bytes of a zip member's head before its name
_METHOD, _LENGTHS = 8, 26  # places in that head


class _Stream:
    """A stream of bytes, read piece by piece, in which needles are looked for, and in all that is packed in it, however deep."""

    def __init__(self, needles: Sequence[bytes]) -> None:
        self._needles = needles
        self._overlap = max(_LONGEST, *map(len, needles))
        self._before = b""  # the last bytes read
        self._at = 0  # its place in the stream
        self._members: list[_Member] = []

    def holds(self, piece: bytes) -> bool:
        """Whether a needle, or a packed file that cannot be unpacked, ends in this piece."""
        content = self._before + piece
        if any(needle in content for needle in self._needles):
            return True
        fed = [(member, piece) for member in self._members]
        for found in _PACKED.finditer(content):
            if found.end() <= len(self._before):
                continue  # it was found with the piece before
            if found["gzip"] or _is_deflated(found):
                fed.append((_Member(self._needles, zipped=bool(found["zip"])), content[found.start() :]))
            elif found.lastgroup not in _SHORT or (self._at + found.start()) % _BLOCK == 0:
                return True
        if any(member.holds(part) for member, part in fed):
            return True
        self._members = [member for member, _ in fed if not member.ended]
        self._before = content[-self._overlap :]
        self._at += len(content) - len(self._before)
        return False


def _is_deflated(found: re.Match[bytes]) -> bool:
    """Whether a match is a zip member that is deflated or stored, and not encrypted."""
    return found["method"] in (b"\x00", b"\x08") and not found["flags"][0] & 1


class _Member:
    """A packed member that begins in a stream, fed until it ends, or turns out to be none."""

    def __init__(self, needles: Sequence[bytes], *, zipped: bool) -> None:
        self._stream = _Stream(needles)
        self._head: bytes | None = b"" if zipped else None  # a zip member's, until it is whole
        self._unpacker = zlib.decompressobj(-zlib.MAX_WBITS if zipped else zlib.MAX_WBITS | 16)
        self.ended = False

    def holds(self, packed: bytes) -> bool:
        if self._head is not None:
            self._head += packed
            start = _HEAD + sum(struct.unpack_from("<HH", self._head, _LENGTHS)) if len(self._head) >= _HEAD else _HEAD
            if len(self._head) < start:
                return False
            self.ended = self._head[_METHOD] == 0  # stored, so that the stream around it shows it
            packed, self._head = self._head[start:], None
        while not self.ended:
            try:
                piece = self._unpacker.decompress(packed, _PIECE)
            except zlib.error:
                self.ended = True
                return False
            if self._stream.holds(piece):
                return True
            packed = self._unpacker.unconsumed_tail
            self.ended = self._unpacker.eof
            if not packed and len(piece) < _PIECE:
                break
        return False
