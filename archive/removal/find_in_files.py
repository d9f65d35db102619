"""Whether a file holds a text, however it is written or packed."""

import bz2
import gzip
import json
import lzma
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
    or Parquet file. A packed file that cannot be unpacked counts as one that does.
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
    longest, before = max(map(len, needles)), b""
    for piece in pieces:
        content = before + piece
        if any(needle in content for needle in needles):
            return True
        before = content[-longest:]
    return False
