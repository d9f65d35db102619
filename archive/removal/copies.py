"""A removal takes a release out of the copies that lie in an archive's places: snapshots, backups and exports."""

import shutil
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from pathlib import Path

from archive import chain
from archive.database import has_table
from archive.files import digest, sync
from archive.removal import places
from archive.removal.find_in_files import contains_any, needles
from archive.removal.warc_files import Words
from archive.search import index
from archive.snapshots.exports import export
from archive.snapshots.package import edition_of
from archive.snapshots.shelf import DATABASE, MAKING, SUMS

_SQLITE = b"SQLite format 3\0"
_EXPORTS = ".exports"  # the folder in which the new exports of a snapshot are written before they replace the old ones

Clear = Callable[[sqlite3.Connection], int]  # deletes the release from a database; the number of rows that spoke of it


def finished(folder: Path) -> list[Path]:
    """The snapshots of an archive that carry a link of its chain."""
    return [path.parent for path in sorted((folder / "snapshots").glob(f"[0-9]*/{chain.MANIFEST}"))]


def clear_copies(folder: Path, clear: Clear, words: Words) -> tuple[list[str], list[str]]:
    """Take the release out of every other database of the archive's places; delete the exports that hold it.

    The exports of a snapshot are made anew. A file that is packed in a way that cannot be read here is deleted.
    Returns the names of the cleared databases, and of the deleted files.
    """
    _clear_leftovers(folder)
    files = places.files(folder)
    databases = [path for path in files if _is_database(path)]
    snapshots, clean = {*finished(folder)}, {*databases}

    def export_first(path: Path, fresh: Path) -> None:
        if path.parent in snapshots and path.name == DATABASE:
            clean.update(_export_again(fresh, path.parent))

    copies = [path for path in databases if _clear_copy(path, clear, export_first)]
    looked_for = needles(words.titles, words.texts)
    withdrawn = [path for path in files if path not in clean and contains_any(path, looked_for)]
    for path in withdrawn:
        path.unlink()
    # an export may hold the text though the database does not
    for place in snapshots & {path.parent for path in withdrawn}:
        _export_again(place / DATABASE, place)
    for place in snapshots:
        sum_again(place)
    deleted = [path for path in withdrawn if not path.exists()]
    return _names(copies, folder), _names(deleted, folder)


def _names(paths: list[Path], folder: Path) -> list[str]:
    return [path.relative_to(folder).as_posix() for path in paths]


def _clear_leftovers(folder: Path) -> None:
    """Delete the unfinished files of removals, merges, snapshots and migrations that were cut short; all make them anew.

    A journal that outlived its database would be played back into the next one of its name.
    """
    snapshots = folder / "snapshots"
    for path in [*snapshots.glob(f"{MAKING}*"), *snapshots.glob(f"[0-9]*/{_EXPORTS}")]:
        shutil.rmtree(path)
    parts = [path for place in places.roots(folder) for path in place.glob("**/*.db.part*")]
    parts += [*(folder / "warc").glob("*.part"), *(folder / "warc").glob(".*"), *(folder / "backups").glob(".part*")]
    for path in [*parts, *snapshots.glob(f"[0-9]*/.{SUMS}")]:
        path.unlink(missing_ok=True)  # two links may lead to one file


def _is_database(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(len(_SQLITE)) == _SQLITE


def _clear_copy(path: Path, clear: Clear, before: Callable[[Path, Path], None]) -> bool:
    """Clear one database in a fresh file that takes its place, since a server may have it open.

    `before` is given both, before that: a run that is cut short finds the database to be cleared still.
    """
    fresh = path.with_name(path.name + ".part")
    shutil.copyfile(path, fresh)
    try:
        with closing(sqlite3.connect(fresh, isolation_level=None)) as db:
            if not has_table(db, "releases"):
                return False  # not a database of ours
            db.execute("PRAGMA journal_mode = DELETE")
            db.execute("BEGIN")
            touched = clear(db)
            db.execute("COMMIT")
            if touched:
                index.optimize(db)
                db.execute("VACUUM")
        if touched:
            sync(fresh)
            before(path, fresh)
            fresh.replace(path)
        return bool(touched)
    except sqlite3.Error as error:
        if not _is_no_database(error):
            raise
        path.unlink()  # it cannot be cleared, and is of no use
        return True
    finally:
        fresh.unlink(missing_ok=True)


def _is_no_database(error: sqlite3.Error) -> bool:
    """Whether an error says that the file is damaged. A full disk, a lock or a fault of the disk is another matter."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT)


def _export_again(database: Path, place: Path) -> set[Path]:
    """Make the exports of a snapshot anew from its database. Returns their paths: these files need not be searched for the text.

    The set is empty when the database is damaged, was deleted for that, or lacks a column because an earlier version made the
    snapshot. The new exports replace the old ones only once all of them are written.
    """
    making = place / _EXPORTS
    making.mkdir()
    try:
        names = export(database, making, edition_of(place))
        for path in making.iterdir():
            sync(path)
            path.replace(place / path.name)
        return {place / name for name in names}
    except sqlite3.Error as error:
        outdated = (
            getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_ERROR
        )  # no such column; SQLite has no narrower code
        if not outdated and not _is_no_database(error) and database.is_file():
            raise
        return set()
    finally:
        shutil.rmtree(making)


def copy_facts(folder: Path, touched: Sequence[str] | None) -> list[str]:
    """The lines of a removal's link about the files of snapshots that it changed or deleted.

    `touched` are the names of the cleared and the deleted files; None: those of a run that was cut short are not known, so
    every snapshot counts as touched.
    """
    lines: list[str] = []
    for place in finished(folder):
        if touched is not None and not any((folder / name).parent == place for name in touched):
            continue
        with suppress(chain.ChainError):  # a damaged manifest is named by `scrapy verify`
            lines += _changed_files(place, chain.read_link(place / chain.MANIFEST))
    return lines


def _changed_files(place: Path, manifest: chain.Link) -> list[str]:
    now = {name: digest(place / name) if (place / name).is_file() else "0" for name in sorted(manifest.files)}
    return [f"copy {manifest.number} {name} {sum}" for name, sum in now.items() if sum != manifest.files[name]]


def sum_again(place: Path) -> None:
    """Write SHA256SUMS anew after a copy was changed; the chain, not this file, says that nothing else was."""
    part = place / f".{SUMS}"
    part.unlink(missing_ok=True)
    files = sorted(path for path in place.iterdir() if path.is_file() and path.name != SUMS)
    part.write_text("".join(f"{digest(path)}  {path.name}\n" for path in files), "utf-8")
    sync(part)
    part.replace(place / SUMS)
