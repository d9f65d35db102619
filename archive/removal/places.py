"""The places in which a removal looks for copies of an archive: its folder, and where links put its snapshots and backups."""

from collections.abc import Iterator
from pathlib import Path

from archive import chain

_OWN = ("archive.db", "warc", "locks", chain.FOLDER)  # of the archive itself: cleared otherwise, or without any text


def roots(folder: Path) -> list[Path]:
    """The archive's folder, and the folders of snapshots and backups that are links, as to another disk."""
    snapshots = folder / "snapshots"
    linked = [path for path in (snapshots, folder / "backups", *sorted(snapshots.glob("[0-9]*"))) if path.is_symlink()]
    return [folder, *(path for path in linked if path.is_dir())]


def files(folder: Path) -> list[Path]:
    """Every file in these places, once each, however many links lead to it."""
    found: dict[Path, Path] = {}
    for path in _below(folder):
        if path.is_file() and not path.is_symlink():
            found.setdefault(path.resolve(), path)
    return [*found.values()]


def elsewhere(folder: Path) -> list[Path]:
    """The links that lead out of these places: whatever lies there is not searched."""
    searched = [path.resolve() for path in (*roots(folder), *(folder / name for name in _OWN))]
    links = [path for path in _below(folder) if path.is_symlink() and path.exists()]
    return [link for link in links if not any(link.resolve().is_relative_to(place) for place in searched)]


def _below(folder: Path) -> Iterator[Path]:
    for root in roots(folder):
        yield from sorted(root.rglob("*"))
