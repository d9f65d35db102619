"""The places in which a removal looks for copies of an archive: its folder, and where links put its snapshots and backups."""

from collections.abc import Iterator
from pathlib import Path

from archive import chain

_FOLDERS = ("warc", "locks", chain.FOLDER)  # the archive's own: cleared record by record, or without any text


def roots(folder: Path) -> list[Path]:
    """The archive's folder, and the folders of snapshots and backups that are links, as to another disk."""
    snapshots = folder / "snapshots"
    linked = [path for path in (snapshots, folder / "backups", *sorted(snapshots.glob("[0-9]*"))) if path.is_symlink()]
    return [folder, *(path for path in linked if path.is_dir())]


def files(folder: Path) -> list[Path]:
    """Every file in these places that may be a copy, once each, however many links lead to it.

    The archive's own database, WARC files, locks and links of its chain are none, nor is what belongs to an archive below it.
    """
    live = {(folder / f"archive.db{end}").resolve() for end in ("", "-wal", "-shm")}
    own = {(folder / name).resolve() for name in _FOLDERS}
    apart = {place.resolve() for place in archives(folder)}
    return [
        path
        for real, path in _files(folder).items()
        if real not in live and real.parent not in own and apart.isdisjoint(real.parents)
    ]


def archives(folder: Path) -> list[Path]:
    """The whole archives that lie in these places: shards of a crawl on a cluster, or a copy of this one."""
    databases = [path for path in _files(folder).values() if path.name == "archive.db" and path.parent != folder]
    found = [path.parent for path in databases if (path.parent / "warc").is_dir()]
    return [place for place in found if not any(other in place.parents for other in found)]


def elsewhere(folder: Path) -> list[Path]:
    """The links that lead out of these places, where nothing is searched."""
    own = [folder / name for name in ("archive.db", *_FOLDERS)]
    searched = {path.resolve() for path in (*roots(folder), *own)}
    links = [(path, path.resolve()) for path in _below(folder) if path.is_symlink() and path.exists()]
    return [path for path, target in links if searched.isdisjoint((target, *target.parents))]


def _files(folder: Path) -> dict[Path, Path]:
    """The files by their real paths."""
    found: dict[Path, Path] = {}
    for path in _below(folder):
        if path.is_file() and not path.is_symlink():
            found.setdefault(path.resolve(), path)
    return found


def _below(folder: Path) -> Iterator[Path]:
    for root in roots(folder):
        yield from sorted(root.rglob("*"))
