"""The files that a deposit holds, and copying them with their digests."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from archive import chain
from archive.snapshots.shelf import SUMS, SnapshotError

_PIECE = 1 << 20  # bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A file of a deposit."""

    name: str  # its path in the package
    path: Path
    length: int  # its first bytes, which are deposited: a WARC file may have grown since
    sha256: str  # as the snapshot states it; "": a removal has changed the file since


def snapshot_files(place: Path) -> Iterator[Member]:
    """The files of a snapshot."""
    sums = place / SUMS
    for line in sums.read_text("utf-8").splitlines():
        sha256, _, name = line.partition("  ")
        yield Member(name=name, path=place / name, length=(place / name).stat().st_size, sha256=sha256)
    yield Member(name=SUMS, path=sums, length=sums.stat().st_size, sha256="")


def warc_files(folder: Path, place: Path) -> Iterator[Member]:
    """The WARC files of an archive as far as a snapshot's link states them. Raises SnapshotError when one is gone."""
    later = [chain.read_link(path) for path in chain.link_paths(place)]
    for name, (length, sha256) in sorted(chain.read_link(place / chain.MANIFEST).warcs.items()):
        path = folder / name
        if not path.is_file() or path.stat().st_size < length:
            raise SnapshotError(f"{path} is gone, or shorter than the snapshot says: put it back from a backup")
        changed = any(name in link.changed for link in later)
        yield Member(name=name, path=path, length=length, sha256="" if changed else sha256)


def copy(member: Member, to: IO[bytes]) -> str:
    """Write the file into an open one; its SHA-256. Raises SnapshotError when it is not as the snapshot states it."""
    found, left = hashlib.sha256(), member.length
    with member.path.open("rb") as file:
        while left and (piece := file.read(min(left, _PIECE))):
            found.update(piece)
            to.write(piece)
            left -= len(piece)
    if left or (member.sha256 and found.hexdigest() != member.sha256):
        raise SnapshotError(f"{member.path} is not as the snapshot says: look at it with `scrapy verify`")
    return found.hexdigest()
