"""Comparing a folder with its chain, item by item."""

import os
import re
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing, suppress
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

from archive import chain, files, warc
from archive.chain import ChainError, Link
from archive.errors import GongbaoError
from archive.snapshots.checks import (
    check,
    check_changed,
    check_content,
    check_digests,
    check_index,
    digests,
)
from archive.snapshots.shelf import DATABASE, SUMS, folders
from archive.verification import attached, pages, releases, verified
from archive.verification.damage import Answer, first_wrong
from archive.verification.links import disagreements
from archive.verification.report import Report, address, opened
from archive.verification.verified import Whole

Check = Callable[..., None]  # raises with the first fault

_SNAPSHOTS = "snapshots"
_MANY = 20  # when one release in so many has changed, reading all through is quicker


def verify_noting(folder: Path, *, everything: bool) -> Report:
    """`verify` less what an earlier run found whole, unless everything is asked for; note what this one finds whole."""
    root = folder if (folder / chain.FOLDER).is_dir() else folder.parent.parent
    report = verify(folder, frozenset() if everything else verified.known(root))
    if report.whole:
        verified.remember(root, report.whole)
    return report


def verify(folder: Path, known: frozenset[Whole] = frozenset()) -> Report:
    """Check an archive's folder with all its snapshots, or one snapshot, wherever it was copied to.

    Of a snapshot that is `known` to be whole only the digests are compared with the chain. Of one that was made after such a
    snapshot the exports are not read, and of the search index only what belongs to releases that have changed since.
    Raises ChainError when the folder is neither.
    """
    report = Report()
    places = _snapshots(folder)
    if (folder / chain.MANIFEST).is_file() or (folder / SUMS).is_file():
        inside = folder.parent.name == _SNAPSHOTS
        root = folder.parent.parent
        links = _links(root, [folder], report) if inside else []
        _check_snapshot(folder, root if inside and (root / "warc").is_dir() else folder, links, known, report)
    elif (folder / chain.FOLDER).is_dir() or places:
        links = _links(folder, places, report)
        for place in places:
            _check_snapshot(place, folder, links, known, report)
        report.faults += [
            f"{place} is no snapshot of the chain's: it has no {chain.MANIFEST}. Move it away"
            for place in sorted(place for place, _ in folders(folder))
            if not (place / chain.MANIFEST).is_file()
        ]
        _live(folder, links, report)
        _warcs(folder, links, folder / DATABASE, report)  # links of snapshots that are gone by now are believed too
    else:
        raise ChainError(f"{folder} is neither a snapshot nor an archive with a chain: make one with `scrapy snapshot`")
    return report


def _snapshots(folder: Path) -> list[Path]:
    return [path.parent for path in sorted((folder / _SNAPSHOTS).glob(f"[0-9]*/{chain.MANIFEST}"))]


def _links(root: Path, places: Sequence[Path], report: Report) -> list[Link]:
    """The links of an archive's chain, which must reach as far as its snapshots and its timestamps do."""
    links = _chain(root / chain.FOLDER, report)
    report.notes += [*disagreements(links)]
    if report.faults:
        return links
    last = max((link.number for link in links), default=0)
    end = f"the chain ends at link {last}" if last else "the chain is empty"
    for path in sorted((root / chain.FOLDER).glob("[0-9]*.tsr")):
        if path.stem > f"{last:06}":
            report.faults.append(f"{end}, but {path.name} witnesses a later one: links are gone from its end")
    for place in places:
        for number in _numbers(place):
            if number > last:
                report.faults.append(
                    f"{end}, but the snapshot {place.name} names link {number}: links are gone from its end"
                )
    return links


def _numbers(place: Path) -> list[int]:
    """The numbers of the links that a snapshot carries."""
    found = []
    for path in [place / chain.MANIFEST, *chain.link_paths(place)]:
        with suppress(OSError, ValueError), path.open("rb") as file:  # a fault is named where the snapshot is checked
            file.readline()
            word, number = file.readline().split()
            found += [int(number)] if word == b"number" else []
    return found


def _chain(place: Path, report: Report) -> list[Link]:
    """The links of a chain folder as far as they can be read; whether each names the one before it."""
    links: list[Link] = []
    previous = "0"
    for number, path in enumerate(chain.link_paths(place), 1):
        report.checked += 1
        try:
            link = chain.read_link(path)
        except ChainError as error:
            report.faults.append(str(error))
            return links
        if link.number != number or path.stem != f"{number:06}":
            report.faults.append(f"link {number} of the chain is missing: {path.name} follows the one before it")
        elif link.previous != previous:
            report.faults.append(f"link {path.name} does not name the link before it: one of the two was changed")
        previous = link.digest
        links.append(link)
    return links


def _check_snapshot(folder: Path, root: Path, links: Sequence[Link], known: frozenset[Whole], report: Report) -> None:
    """Check a snapshot against its manifest, the links that it carries, and those of its archive's chain, none for a lone copy.

    `root` is the folder that holds warc/.
    """
    try:
        manifest = chain.read_link(folder / chain.MANIFEST)
        carried = [chain.read_link(path) for path in chain.link_paths(folder)]
    except (ChainError, OSError) as error:
        report.faults.append(str(error))
        return
    report.faults += _strangers(folder, [manifest, *carried], links)
    # a removal changes a snapshot after its manifest was written: later links overrule it
    later = [link for link in [*carried, *links] if link.number > manifest.number]
    database, before, own = folder / DATABASE, len(report.faults), verified.whole(folder, manifest)
    depth = _depth(own, manifest, known, links)
    if not database.is_file():
        report.absent.append(f"{folder.name}/{DATABASE}")
    elif depth:
        _releases(folder, manifest, later, report)
    _warcs(root, [manifest, *later], database, report)
    summed = digests(folder)  # not in a thread: Ctrl-C would wait for it
    _files(folder, manifest, later, summed, report)
    report.checked += 1
    report.faults += _faults_of(check_digests, folder, summed) or (_faults_of(depth, folder) if depth else [])
    if depth is check_content and len(report.faults) == before and own.link in {link.digest for link in links}:
        report.whole.append(own)


def _depth(own: Whole, manifest: Link, known: frozenset[Whole], links: Sequence[Link]) -> Check | None:
    """The check of a snapshot's content; None when it was found whole before."""
    if own in known:
        return None
    base = verified.before(own, known, links)
    if base is None:
        return check_content
    releases, files = verified.changed_releases(base, manifest), verified.changed_files(base, manifest)
    if (len(releases) + len(files)) * _MANY > len(manifest.states):
        return check_content
    return partial(check_changed, releases=releases, files=files)


def _strangers(folder: Path, own: Sequence[Link], links: Sequence[Link]) -> list[str]:
    """Faults of the links that a snapshot carries: others than the chain's, or not naming the one before."""
    known = {link.number: link.digest for link in links}
    faults = []
    for link in own:
        if known.get(link.number, link.digest) != link.digest:
            faults.append(f"{folder / link.path.name} is not the link {link.number:06} of the chain")
    for before, link in pairwise(own):
        if link.number == before.number + 1 and link.previous != before.digest:
            faults.append(f"{folder / link.path.name} does not name the link before it: one of the two was changed")
    return faults


def _releases(folder: Path, manifest: Link, later: Sequence[Link], report: Report) -> None:
    name, database = folder.name, folder / DATABASE
    try:
        with closing(opened(database, finished=True)) as db:
            releases.compare(db, name, manifest, later, report, live=False)
            if manifest.states:  # earlier versions of the program kept other rows
                removals = any(link.removed for link in later) or _has_removals(db)
                found = releases.disagreements(db, manifest, live=False, removals=removals)
            else:
                found = releases.other_texts(db)
            report.faults += [f"{name}: {fault}" for fault in found]
    except sqlite3.Error as error:
        report.faults.append(f"{name}/{DATABASE} cannot be read: {error}")


def _has_removals(db: sqlite3.Connection) -> bool:
    return bool(db.execute("SELECT EXISTS (SELECT 1 FROM removed)").fetchone()[0])


def _files(folder: Path, manifest: Link, later: Sequence[Link], found: Mapping[str, str], report: Report) -> None:
    """Compare a snapshot's files with its link, and those that a removal changed with the removal's."""
    wanted = dict(manifest.files)
    for link in sorted(later, key=lambda link: link.number):
        wanted |= {name: digest for (number, name), digest in link.copies.items() if number == manifest.number}
    for name, digest in sorted(wanted.items()):
        path = folder / name
        if path.parent != folder:
            report.faults.append(f"{name} is not a name of a snapshot's file")
        elif path.is_file():
            report.checked += 1
            if found[name] != digest:
                report.faults.append(f"{path} was changed: it does not fit link {manifest.number} of the chain")
        elif digest != "0" and name != DATABASE:
            report.faults.append(f"{path} is missing: link {manifest.number} of the chain names it")


def _warcs(root: Path, links: Sequence[Link], database: Path, report: Report) -> None:
    """Compare the WARC files with every link, the earlier ones too: a later one may speak of bytes that were changed before it.

    Of a file that a removal changed, the links before the last removal say nothing any more. One fault is told of a file.
    """
    wanted: set[tuple[str, int, str]] = set()
    for link in sorted(links, key=lambda link: link.number):
        wanted = {one for one in wanted if one[0] not in link.changed}
        wanted |= {(name, *told) for name, told in {**link.warcs, **link.changed}.items()}
    for name, length, digest in sorted(wanted):
        path = root / name
        if path.resolve().parent != (root / "warc").resolve():
            report.faults.append(f"{name} is not a name of a WARC file")
        elif path in report.damaged:
            continue
        elif not path.is_file():
            report.absent += [name] if name not in report.absent else []
        else:
            report.checked += 1
            if path.stat().st_size < length or _prefix_digest(path, length, report) != digest:
                report.damaged.add(path)
                report.faults.append(f"{name}: {first_wrong(path, length, _answers(database, name))}")


def _prefix_digest(path: Path, length: int, report: Report) -> str:
    """The digest of a WARC file's beginning, which most links of a chain name, read once."""
    if (path, length) not in report.read:
        report.read[path, length] = files.prefix_digest(path, length)
    return report.read[path, length]


def _answers(database: Path, name: str) -> list[Answer]:
    """The rows of a WARC file in the copy's database; none when it cannot be read."""
    try:
        with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as db:
            found = db.execute("SELECT offset, url, fetched FROM captures WHERE warc = ? ORDER BY offset", [name])
            return [Answer(*row) for row in found]
    except (sqlite3.Error, UnicodeError):
        return []


def _faults_of(check: Check, folder: Path, *args: Any) -> list[str]:
    """The first fault that a check finds in a snapshot."""
    try:
        check(folder, *args)
    except UnicodeError:
        return [f"{folder / SUMS} is not a list of digests"]
    except (GongbaoError, sqlite3.Error, OSError) as error:
        return [str(error)]
    return []


def _live(folder: Path, links: Sequence[Link], report: Report) -> None:
    """Check the live database in a copy of one moment: its structure, rows and index, and all that the last link of a
    snapshot says, as far as nothing was added since."""
    database = folder / DATABASE
    if not database.is_file():
        report.absent.append(DATABASE)
        if any((folder / "warc").glob("*.warc.gz")):
            report.faults.append(f"{DATABASE} is gone: put it back from a backup, or make it anew by `scrapy rebuild`")
        return
    with tempfile.TemporaryDirectory() as scratch:
        copy = Path(scratch) / DATABASE
        try:
            _copy(database, copy)
            with closing(opened(copy, finished=False)) as db:
                _live_rows(db, folder, links, report)
        except sqlite3.Error as error:
            report.faults.append(f"{DATABASE} cannot be read: {error}")
        _live_structure(copy, report)


def _copy(database: Path, copy: Path) -> None:
    """Copy a live database as it is at one moment.

    Where nothing may be written SQLite cannot open its log; there nobody else writes either, and the files themselves are copied.
    """
    try:
        with closing(opened(database, finished=False)) as db, closing(sqlite3.connect(copy)) as to:
            db.backup(to)
    except sqlite3.OperationalError:
        if os.access(database.parent, os.W_OK):
            raise
        for end in ("", "-wal"):
            with suppress(FileNotFoundError):
                shutil.copyfile(f"{database}{end}", f"{copy}{end}")


def _live_rows(db: sqlite3.Connection, folder: Path, links: Sequence[Link], report: Report) -> None:
    rebuilt = max((link.number for link in links if link.rebuilt), default=0)
    if rebuilt:
        report.notes.append(f"{DATABASE} was made anew after link {rebuilt - 1}: earlier links speak of the one before")
    removals = any(link.removed for link in links) or _has_removals(db)
    named = [link for link in links if link.releases and link.number > rebuilt]
    found: list[str] = []
    if named:
        later = [link for link in links if link.number > named[-1].number]
        releases.compare(db, DATABASE, named[-1], later, report, live=True)
        found += pages.other_rows(db, named[-1], later)
    found += releases.disagreements(db, named[-1] if named else None, live=True, removals=removals)
    found += pages.other_records(db, folder, masked=pages.has_removals(folder))
    found += pages.other_removals(db, folder)
    found += attached.other_files(db, folder)
    lost = warc.gone(db, folder)
    report.absent = [name for name in report.absent if name not in lost]
    report.damaged |= {folder / name for name in lost}
    report.faults += [*(f"{DATABASE}: {fault}" for fault in found), *lost.values()]


def _live_structure(copy: Path, report: Report) -> None:
    try:
        check(copy)
        with closing(sqlite3.connect(copy, isolation_level=None)) as db:
            check_index(db)
    except (GongbaoError, sqlite3.Error) as error:
        report.faults.append(f"{DATABASE}: {str(error).removeprefix(f'{copy} ')}")
        with closing(opened(copy, finished=False)) as db, suppress(sqlite3.Error):
            report.faults += _lacking(db)


def _lacking(db: sqlite3.Connection) -> list[str]:
    """Releases without a row in an index, as SQLite finds them."""
    faults = []
    for (fault,) in db.execute("PRAGMA integrity_check").fetchall():
        if found := re.search(r"row (\d+) missing from index (\w+)", fault):
            row, name = int(found[1]), found[2]
            [table] = db.execute("SELECT tbl_name FROM sqlite_master WHERE name = ?", [name]).fetchone()
            # a table that is of no release gives the word itself
            column = "id" if table == "releases" else "release"
            [id] = db.execute(f'SELECT "{column}" FROM "{table}" WHERE rowid = ?', [row]).fetchone()
            if isinstance(id, int):
                faults.append(f"{DATABASE}: release {id} ({address(db, id)}) is missing from the index {name}")
    return faults
