"""What an archive holds besides itself: snapshots, backups and exports, out of which a removal takes a release."""

import gzip
import json
import shutil
import sqlite3
import zipfile
import zlib
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from archive import chain, warc
from archive.exports import write_exports
from archive.redaction import Words
from archive.snapshot import SUMS, digest

_SQLITE = b"SQLite format 3\0"

Clear = Callable[[sqlite3.Connection], int]  # deletes the release from a database; how many releases that were


def finished(folder: Path) -> list[Path]:
    """The snapshots of an archive that carry a link of its chain."""
    return [path.parent for path in sorted((folder / "snapshots").glob(f"[0-9]*/{chain.MANIFEST}"))]


def clear_copies(folder: Path, clear: Clear, words: Words) -> tuple[list[str], list[str]]:
    """Take the release out of every other database below the archive's folder; delete the exports that hold it."""
    copies: list[str] = []
    withdrawn: list[str] = []
    live = {folder / "archive.db", folder / "archive.db-wal", folder / "archive.db-shm"}
    needles = _needles(words)
    for path in sorted(folder.rglob("*")):
        if (
            path.is_symlink()
            or not path.is_file()
            or path in live
            or path.parent.name in ("warc", "locks", chain.FOLDER)
        ):
            continue
        with path.open("rb") as file:
            is_database = file.read(16) == _SQLITE
        if is_database:
            if _clear_copy(path, clear):
                copies.append(path.relative_to(folder).as_posix())
        elif _holds(path, needles):
            path.unlink()
            withdrawn.append(path.relative_to(folder).as_posix())
    for place in finished(folder):
        sum_again(place)
    return copies, withdrawn


def _clear_copy(path: Path, clear: Clear) -> bool:
    """Clear one database in a fresh file that takes its place, since a server may have it open."""
    fresh = path.with_name(path.name + ".part")
    shutil.copyfile(path, fresh)
    try:
        with closing(sqlite3.connect(fresh, isolation_level=None)) as db:
            if not db.execute("SELECT 1 FROM sqlite_master WHERE name = 'releases'").fetchone():
                return False  # somebody else's
            db.execute("PRAGMA journal_mode = DELETE")
            db.execute("BEGIN")
            touched = clear(db)
            db.execute("COMMIT")
            if touched:
                db.execute("INSERT INTO releases_fts(releases_fts) VALUES ('optimize')")
                db.execute("VACUUM")
                if (path.parent / chain.MANIFEST).is_file():
                    write_exports(db, path.parent)
        if touched:
            warc.sync(fresh)
            fresh.replace(path)
        return bool(touched)
    except sqlite3.Error:
        path.unlink()  # what cannot be read cannot be cleared, nor be of use
        return True
    finally:
        fresh.unlink(missing_ok=True)


def _needles(words: Words) -> list[bytes]:
    """What a file that holds one of the texts must contain, in any usual way of writing it."""
    lines = {line.strip()[:40] for text in words.texts for line in text.split("\n") if len(line.strip()) >= 12}
    return [form for line in lines for form in {line.encode(), json.dumps(line)[1:-1].encode(), line.encode("gb18030")}]


def _holds(path: Path, needles: list[bytes]) -> bool:
    """Whether a file, unpacked when it is a gzip or a zip, contains one of the needles; what cannot be read is said to."""
    try:
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as zipped:
                contents = [zipped.read(name) for name in zipped.namelist()]
        elif path.suffix == ".gz":
            contents = [gzip.decompress(path.read_bytes())]
        else:
            contents = [path.read_bytes()]
    except (OSError, EOFError, zlib.error, zipfile.BadZipFile):
        return True
    packed = path.suffix in (".zst", ".parquet", ".br", ".xz", ".bz2")  # not looked into
    return packed or any(needle in content for content in contents for needle in needles)


def sum_again(place: Path) -> None:
    """Write SHA256SUMS anew after a copy was changed; the chain, not this file, says that nothing else was."""
    files = sorted(path for path in place.iterdir() if path.is_file() and path.name != SUMS)
    part = place / f".{SUMS}"
    part.write_text("".join(f"{digest(path)}  {path.name}\n" for path in files), "utf-8")
    warc.sync(part)
    part.replace(place / SUMS)
