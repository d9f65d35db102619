"""Comparing a folder with its chain, item by item."""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from archive import chain, files
from archive.chain import ChainError, Link
from archive.errors import GongbaoError
from archive.snapshots.make import SUMS, check_sums
from archive.verification.damage import Answer, first_wrong


@dataclass(slots=True)
class Report:
    """The number of checked items, the absent ones that the chain names, and the faults in the order they were met."""

    checked: int = 0
    absent: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def verify(folder: Path) -> Report:
    """Check an archive's folder with all its snapshots, or one snapshot, wherever it was copied to.

    Raises ChainError when the folder is neither.
    """
    report = Report()
    if (folder / chain.MANIFEST).is_file() or (folder / SUMS).is_file():
        root = folder.parent.parent
        links = _chain(root / chain.FOLDER, report) if folder.parent.name == "snapshots" else []
        place = root if (root / "warc").is_dir() and folder.parent.name == "snapshots" else folder
        _snapshot(folder, place, links, report)
    elif (folder / chain.FOLDER).is_dir():
        links = _chain(folder / chain.FOLDER, report)
        places = [path.parent for path in sorted((folder / "snapshots").glob(f"[0-9]*/{chain.MANIFEST}"))]
        for place in places:
            _snapshot(place, folder, links, report)
        _live(folder, links, report)
        if not places:
            _warcs(folder, links, folder / "archive.db", report)
    else:
        raise ChainError(f"{folder} is neither a snapshot nor an archive with a chain: make one with `scrapy snapshot`")
    return report


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


def _snapshot(folder: Path, root: Path, links: Sequence[Link], report: Report) -> None:
    try:
        manifest = chain.read_link(folder / chain.MANIFEST)
        own = [chain.read_link(path) for path in chain.link_paths(folder)]
    except (ChainError, OSError) as error:
        report.faults.append(str(error))
        return
    kept = [link for link in links if link.number == manifest.number]
    if links and [link.digest for link in kept] != [manifest.digest]:
        report.faults.append(f"{folder / chain.MANIFEST} is not the link {manifest.number:06} of the chain")
    later = [link for link in [*own, *links] if link.number > manifest.number]
    database = folder / "archive.db"
    if database.is_file():
        _releases(folder.name, database, manifest, later, report)
    else:
        report.absent.append(f"{folder.name}/archive.db")
    _warcs(root, [manifest, *later], database, report)
    _whole(folder, report)


def _releases(name: str, database: Path, manifest: Link, later: Sequence[Link], report: Report) -> None:
    removed = frozenset().union(*(link.removed for link in later))
    try:
        with closing(sqlite3.connect(f"file:{database}?mode=ro&immutable=1", uri=True)) as db:
            found = {(release, version): digest for release, version, digest in chain.version_digests(db)}
            report.faults += [f"{name}: {fault}" for fault in _compare(db, found, manifest.releases, removed)]
            report.faults += [f"{name}: {fault}" for fault in _disagreeing(db)]
    except (sqlite3.Error, UnicodeError) as error:
        report.faults.append(f"{name}/archive.db cannot be read: {error}")
        return
    report.checked += len(found)
    report.absent += [
        f"{name}: text of release {r} version {v}: kept back" for (r, v), digest in found.items() if not digest
    ]


def _compare(
    db: sqlite3.Connection,
    found: Mapping[tuple[int, int], str],
    named: Mapping[tuple[int, int], str],
    removed: frozenset[str],
) -> Iterator[str]:
    for (release, version), digest in named.items():
        item = f"release {release} version {version}"
        if (release, version) not in found:
            if digest not in removed:
                yield f"{item} is missing"
        elif not found[release, version]:
            if not _may_be_kept_back(db, release, version):
                yield f"{item} has lost its salt: it cannot be checked"
        elif found[release, version] != digest:
            yield f"{item} ({_address(db, release)}) does not fit its digest"
    for release, version in found.keys() - named.keys():
        yield f"release {release} version {version} ({_address(db, release)}) is not in the manifest"


def _may_be_kept_back(db: sqlite3.Connection, release: int, version: int) -> bool:
    """Public copies keep back the texts of sources that are not official, and mask personal numbers with *."""
    row = db.execute(
        "SELECT s.rights <> 'official' OR instr(v.text || v.title, '*') > 0 FROM versions v"
        " JOIN releases r ON r.id = v.release JOIN sources s ON s.id = r.source WHERE v.release = ? AND v.version = ?",
        [release, version],
    ).fetchone()
    return bool(row and row[0])


def _address(db: sqlite3.Connection, release: int) -> str:
    row = db.execute("SELECT url FROM releases WHERE id = ?", [release]).fetchone()
    return row[0] if row else "no such release"


def _disagreeing(db: sqlite3.Connection) -> Iterator[str]:
    """Faults of releases with a row that differs from their current version."""
    rows = db.execute(
        "SELECT r.id, r.url FROM releases r JOIN sources s ON s.id = r.source LEFT JOIN versions v"
        " ON v.release = r.id AND v.version = r.version"
        " WHERE v.title IS NOT r.title OR (v.text IS NOT r.text AND NOT (v.text = '' AND s.rights <> 'official'))"
    )
    for release, url in rows:
        yield f"release {release} ({url}) differs from its current version"


def _warcs(root: Path, links: Sequence[Link], database: Path, report: Report) -> None:
    """Compare the WARC files with the links; a file that a removal changed, with the link of the last removal."""
    wanted: dict[tuple[str, int], str] = {}
    for link in sorted(links, key=lambda link: link.number):
        for name in link.changed:
            for key in [key for key in wanted if key[0] == name]:
                del wanted[key]
        for name, (length, digest) in {**link.warcs, **link.changed}.items():
            wanted[name, length] = digest
    for (name, length), digest in sorted(wanted.items()):
        path = root / name
        if path.resolve().parent != (root / "warc").resolve():
            report.faults.append(f"{name} is not a name of a WARC file")
        elif not path.is_file():
            report.absent.append(name)
        else:
            report.checked += 1
            if path.stat().st_size < length or files.prefix_digest(path, length) != digest:
                report.faults.append(f"{name}: {first_wrong(path, length, _answers(database, name))}")


def _answers(database: Path, name: str) -> list[Answer]:
    """The rows of a WARC file in the copy's database; none when it cannot be read."""
    try:
        with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as db:
            found = db.execute("SELECT offset, url, fetched FROM captures WHERE warc = ? ORDER BY offset", [name])
            return [Answer(*row) for row in found]
    except (sqlite3.Error, UnicodeError):
        return []


def _whole(folder: Path, report: Report) -> None:
    """Check SHA256SUMS, and that database and search index are sound."""
    report.checked += 1
    try:
        check_sums(folder)
    except UnicodeError:
        report.faults.append(f"{folder / SUMS} is not a list of digests")
    except (GongbaoError, sqlite3.Error, OSError) as error:
        report.faults.append(str(error))


def _live(folder: Path, links: Sequence[Link], report: Report) -> None:
    """Check that the live database holds every version that the last snapshot named and no removal took out."""
    last = max((link.number for link in links if link.rebuilt), default=0)
    named = [link for link in links if link.releases and link.number > last]
    if not named or not (folder / "archive.db").is_file():
        return
    removed = frozenset().union(*(link.removed for link in links if link.number > named[-1].number))
    try:
        with closing(sqlite3.connect(f"file:{folder / 'archive.db'}?mode=ro", uri=True)) as db:
            found = {(release, version): digest for release, version, digest in chain.version_digests(db)}
            before = {key: digest for key, digest in found.items() if key in named[-1].releases}
            report.faults += [f"archive.db: {fault}" for fault in _compare(db, before, named[-1].releases, removed)]
    except (sqlite3.Error, UnicodeError) as error:
        report.faults.append(f"archive.db cannot be read: {error}")
        return
    report.checked += len(found)
