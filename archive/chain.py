"""The chain: a statement of the archive at each snapshot and each removal, every link naming the one before.

chain/000001.txt, 000002.txt, … are plain text, one fact a line:

    gongbao chain 1
    number 2
    made 2026-03-17T10:00:00+00:00
    previous <SHA-256 of the file 000001.txt, or 0 for the first>
    release <id> <version> <salted SHA-256>      every version of every release, at a snapshot
    warc <path> <length> <SHA-256>               of the first `length` bytes, at a snapshot
    changed <path> <length> <SHA-256>            a WARC file out of which something was removed
    removed <salted SHA-256>                     a version that was removed; its salt is forgotten
    rebuilt <path>                               archive.db was made anew: its releases have new numbers and salts

The digest of a version is that of its salt, address key, time of first sight, title and text, joined by newlines.
Without the salt nobody can find out whether a guessed text was the one that was removed. A snapshot has a copy of its
link, `manifest.txt`, and of the removals that came after it.
"""

import hashlib
import os
import re
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from archive import warc
from archive.errors import GongbaoError
from archive.files import digest, prefix_digest, sync

FOLDER = "chain"
MANIFEST = "manifest.txt"
HEAD = "gongbao chain 1"
_NAME = re.compile(r"\d{6}\.txt")
_VERSIONS = f"""SELECT v.release, v.version,
    CAST({" || char(10) || ".join(("s.salt", "r.url_key", "v.seen", "v.title", "v.text"))} AS BLOB)
    FROM versions v JOIN releases r ON r.id = v.release
    LEFT JOIN salts s ON s.release = v.release AND s.version = v.version ORDER BY v.release, v.version"""


class ChainError(GongbaoError):
    """A link cannot be written or read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One file of the chain, as read."""

    path: Path
    digest: str
    number: int
    previous: str
    releases: dict[tuple[int, int], str]
    warcs: dict[str, tuple[int, str]]
    changed: dict[str, tuple[int, str]]
    removed: frozenset[str]
    rebuilt: bool


def version_digests(db: sqlite3.Connection) -> Iterator[tuple[int, int, str]]:
    """Release, version and digest of every version; "" where the salt is kept back (public copies of altered texts)."""
    for release, version, told in db.execute(_VERSIONS):
        yield release, version, hashlib.sha256(told).hexdigest() if told else ""


def snapshot_facts(db: sqlite3.Connection, folder: Path) -> list[str]:
    """The lines of a snapshot's link: the versions that `db` holds, at one moment, and the files of `folder`."""
    versions = [f"release {release} {version} {digest}" for release, version, digest in version_digests(db)]
    known = dict(db.execute("SELECT warc, max(offset + length) FROM captures GROUP BY warc").fetchall())
    files = []
    for path in sorted((folder / "warc").glob("*.warc.gz")):
        if length := warc.settled(path, known.get(f"warc/{path.name}", 0)):
            files.append(file_fact("warc", path, length))
    return versions + files


def file_fact(word: str, path: Path, length: int) -> str:
    """The line of a link that gives the digest of the first `length` bytes of a WARC file."""
    return f"{word} warc/{path.name} {length} {prefix_digest(path, length)}"


def keep_back(db: sqlite3.Connection, facts: Iterable[str]) -> None:
    """Forget the salts of the versions that `db`, a copy to be published, does not have as the link's facts say.

    Without its salt a digest tells nothing of the text that was masked or left out.
    """
    named = {tuple(map(int, line.split()[1:3])): line.split()[3] for line in facts if line.startswith("release ")}
    altered = [(r, v) for r, v, digest in version_digests(db) if named.get((r, v)) != digest]
    db.executemany("DELETE FROM salts WHERE release = ? AND version = ?", altered)
    db.execute("DELETE FROM salts WHERE (release, version) NOT IN (SELECT release, version FROM versions)")


def append(folder: Path, made: str, facts: Iterable[str]) -> Path:
    """Write the next link of the archive in `folder` and sync it. The caller holds the lock `chain`."""
    place = folder / FOLDER
    place.mkdir(exist_ok=True)
    last = max(link_paths(place), default=None)
    number = int(last.stem) + 1 if last else 1
    previous = digest(last) if last else "0"
    lines = [HEAD, f"number {number}", f"made {made}", f"previous {previous}", *facts]
    path, part = place / f"{number:06}.txt", place / ".part"
    with part.open("w", encoding="utf-8", newline="\n") as file:
        file.write("\n".join(lines) + "\n")
        file.flush()
        os.fsync(file.fileno())
    part.rename(path)
    sync(place)
    return path


def link_paths(place: Path) -> list[Path]:
    """The links of a folder, oldest first."""
    return sorted(path for path in place.glob("*.txt") if _NAME.fullmatch(path.name))


def is_as_stated(folder: Path, path: Path) -> bool:
    """Whether a WARC file fits the last link that names it. True when no link does."""
    name = f"warc/{path.name}"
    for place in reversed(link_paths(folder / FOLDER)):
        link = read_link(place)
        if stated := link.changed.get(name) or link.warcs.get(name):
            return prefix_digest(path, stated[0]) == stated[1]
    return True


def read_link(path: Path) -> Link:
    """Read one link. Raises ChainError when it does not have the form."""
    content = path.read_bytes()
    values: dict[str, str] = {}
    releases: dict[tuple[int, int], str] = {}
    files: dict[str, dict[str, tuple[int, str]]] = {"warc": {}, "changed": {}}
    removed: set[str] = set()
    try:
        lines = content.decode("ascii").split("\n")
        if lines[0] != HEAD or lines[-1] != "":
            raise ValueError("its first or its last line is wrong")
        for line in lines[1:-1]:
            word, *rest = line.split(" ")
            if word == "release":
                release, version, digest = rest
                releases[int(release), int(version)] = digest
            elif word in files:
                name, length, digest = rest
                files[word][name] = (int(length), digest)
            elif word == "removed":
                [digest] = rest
                removed.add(digest)
            else:
                [values[word]] = rest
        return Link(
            path=path,
            digest=hashlib.sha256(content).hexdigest(),
            number=int(values["number"]),
            previous=values["previous"],
            releases=releases,
            warcs=files["warc"],
            changed=files["changed"],
            removed=frozenset(removed),
            rebuilt="rebuilt" in values,
        )
    except (UnicodeDecodeError, ValueError, KeyError, IndexError) as error:
        raise ChainError(f"{path} is not a link of the chain: {error}") from None
