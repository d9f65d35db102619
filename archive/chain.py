"""The chain: a statement of the archive at each snapshot and each removal, every link naming the one before.

chain/000001.txt, 000002.txt, … are plain text, one fact a line:

    gongbao chain 3
    number 2
    made 2026-03-17T10:00:00+00:00
    previous <SHA-256 of the file 000001.txt, or 0 for the first>
    release <id> <version> <salted SHA-256>      every version of every release, at a snapshot
    state <id> <shown> <rules> <versions> <looks> <judged> <changes> <facts> <history>   at a snapshot, see store/states.py
    kept <id> <version>                          its salt is kept back, in a public snapshot
    text <id> <read> <salted SHA-256>            the text of every file, and when it was read, at a snapshot
    kept-text <id>                               the salt of a file's text is kept back, in a public snapshot
    file <name> <SHA-256>                        a file of the snapshot
    warc <path> <length> <SHA-256>               of the first `length` bytes, at a snapshot
    captures <path> <length> <count> <SHA-256>   the rows about its first `length` bytes
    changed <path> <length> <SHA-256>            a WARC file out of which something was removed
    removed <salted SHA-256>                     a version that was removed; its salt is forgotten
    removed-text <id>                            the text of a file that was removed
    copy <number> <name> <SHA-256, or 0>         a file of that link's snapshot after a removal from it; 0: deleted
    rebuilt <path>                               archive.db was made anew: its releases have new numbers and salts

The digest of a version is that of its salt, address key, time of first sight, title and text, joined by newlines.
That of a file's text is of its salt, the SHA-256 of its content, its state, method and text.
Without the salt nobody can find out whether a guessed text was the one that was removed. A snapshot has a copy of its
link, `manifest.txt`, and of the removals that came after it. Links of the earlier form, `gongbao chain 2`, have no lines
about texts of files, those of `gongbao chain 1` also none of `state`, `kept`, `file`, `captures` and `copy`.
"""

import hashlib
import json
import os
import re
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from archive import warc
from archive.database import has_table
from archive.errors import GongbaoError
from archive.files import digest, prefix_digest, sync
from archive.store.states import State, states

FOLDER = "chain"
MANIFEST = "manifest.txt"
HEAD = "gongbao chain 3"
WITH_HISTORIES = ("gongbao chain 2", HEAD)
_HEADS = ("gongbao chain 1", *WITH_HISTORIES)
_COUNTS = ("shown", "rules", "versions", "looks", "judged", "changes")
_NAME = re.compile(r"\d{6}\.txt")
_VERSIONS = """SELECT v.release, v.version,
    CAST(s.salt || char(10) || r.url_key || char(10) || v.seen || char(10) || v.title || char(10) || v.text AS BLOB)
    FROM versions v JOIN releases r ON r.id = v.release
    LEFT JOIN salts s ON s.release = v.release AND s.version = v.version{} ORDER BY v.release, v.version"""
_TEXTS = """SELECT id, read, salt,
    CAST(salt || char(10) || sha256 || char(10) || state || char(10) || method || char(10) || text AS BLOB)
    FROM files ORDER BY id"""
_CAPTURES = """SELECT id, url, source, role, fetched, status, sha256, media_type, etag, last_modified, offset, length FROM captures
    WHERE warc = ? AND offset + length <= ? ORDER BY offset, id"""


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
    states: dict[int, State] = field(default_factory=dict)
    kept: frozenset[tuple[int, int]] = frozenset()
    files: dict[str, str] = field(default_factory=dict)
    captures: dict[str, tuple[int, str, str]] = field(default_factory=dict)
    copies: dict[tuple[int, str], str] = field(default_factory=dict)
    texts: dict[int, tuple[str, str]] = field(default_factory=dict)
    kept_texts: frozenset[int] = frozenset()
    removed_texts: frozenset[int] = frozenset()


def version_digests(db: sqlite3.Connection, release: int | None = None) -> Iterator[tuple[int, int, str]]:
    """Release, version and digest of every version, or of one release's; "" where the salt is missing."""
    where, values = (" WHERE v.release = ?", [release]) if release is not None else ("", [])
    for id, version, told in db.execute(_VERSIONS.format(where), values):
        yield id, version, hashlib.sha256(told).hexdigest() if told else ""


def text_digests(db: sqlite3.Connection) -> Iterator[tuple[int, str, str]]:
    """Id, time of reading and digest of every file's text; "" where the salt is missing."""
    if has_table(db, "files"):
        for id, read, salt, told in db.execute(_TEXTS):
            yield id, read, hashlib.sha256(told).hexdigest() if salt else ""


def snapshot_facts(db: sqlite3.Connection, folder: Path) -> list[str]:
    """The lines of a snapshot's link: the releases that `db` holds, at one moment, and the files of `folder`."""
    facts = release_facts(db)
    known = dict(db.execute("SELECT warc, max(offset + length) FROM captures GROUP BY warc").fetchall())
    for path in sorted((folder / "warc").glob("*.warc.gz")):
        name = f"warc/{path.name}"
        if length := warc.settled(path, known.get(name, 0)):
            facts.append(file_fact("warc", path, length))
        if name in known:  # a crawl may have written records whose rows are still to come
            facts.append(f"captures {name} {known[name]} {' '.join(capture_digest(db, name, known[name]))}")
    return facts


def release_facts(db: sqlite3.Connection) -> list[str]:
    """The lines of a link about the releases and the texts of files in `db`."""
    versions = [f"release {release} {version} {digest}" for release, version, digest in version_digests(db)]
    told = [f"state {_words(id, state)}" for id, state in states(db) if state.facts]
    return [*versions, *told, *(f"text {id} {read} {digest}" for id, read, digest in text_digests(db))]


def _words(id: int, of: State) -> str:
    counts = [str(getattr(of, name)) for name in _COUNTS]
    return " ".join([str(id), *counts, of.facts, of.history])


def capture_digest(db: sqlite3.Connection, name: str, length: int) -> tuple[str, str]:
    """How many rows of `captures` speak of the first `length` bytes of a WARC file, and the digest of them."""
    digest, count = hashlib.sha256(), 0
    for row in db.execute(_CAPTURES, [name, length]):
        digest.update(json.dumps(row).encode() + b"\n")
        count += 1
    return str(count), digest.hexdigest()


def file_fact(word: str, path: Path, length: int) -> str:
    """The line of a link that gives the digest of the first `length` bytes of a WARC file."""
    return f"{word} warc/{path.name} {length} {prefix_digest(path, length)}"


def keep_back(db: sqlite3.Connection, facts: Iterable[str], now: Iterable[str]) -> list[str]:
    """Forget the salts of the versions that `db`, a copy to be published, does not have as the link's facts say.

    `now` are the facts of the copy. Without its salt a digest tells nothing of the text, or the field, that was masked or left
    out. Returns the lines of the link that say which salts are kept back.
    """
    altered = {tuple(map(int, line.split()[1:3])) for line in {*facts} - {*now} if _is_of_release(line)}
    held = {*db.execute("SELECT release, version FROM versions")}
    texts = sorted(_texts_of(facts) - _texts_of(now))
    db.executemany("UPDATE files SET salt = '' WHERE id = ?", [(id,) for id, _ in texts])
    db.executemany("DELETE FROM salts WHERE release = ? AND version = ?", altered)
    db.execute("DELETE FROM salts WHERE (release, version) NOT IN (SELECT release, version FROM versions)")
    there = {id for (id,) in db.execute("SELECT id FROM files")}
    kept = [f"kept {release} {version}" for release, version in sorted(altered & held)]
    return kept + [f"kept-text {id}" for id, _ in texts if id in there]


def _texts_of(facts: Iterable[str]) -> set[tuple[int, str]]:
    return {(int(line.split()[1]), line) for line in facts if line.startswith("text ")}


def _is_of_release(line: str) -> bool:
    return line.startswith(("release ", "state "))


def file_facts(digests: Mapping[str, str]) -> list[str]:
    """The lines of a link that name the files of its snapshot."""
    return [f"file {name} {digest}" for name, digest in sorted(digests.items())]


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


def check_end(folder: Path) -> None:
    """Raise ChainError where no link may follow: the last one is damaged, or a snapshot carries another or a later one.

    The next link would name the digest of the damaged one: the right one, put back, would fit no more.
    """
    last = max(link_paths(folder / FOLDER), default=None)
    end = int(last.stem) if last else 0
    if last and _number(last) != end:
        raise ChainError(f"{last} is damaged: put it back from a backup, or from {MANIFEST} of its snapshot")
    for place in sorted((folder / "snapshots").glob("[0-9]*")):
        for path in [place / MANIFEST, *link_paths(place)]:
            number = _number(path) if path.is_file() else 0
            if number > end:
                raise ChainError(
                    f"{folder / FOLDER} ends with link {end}, but {path} is a copy of link {number}: put chain/ back from the"
                    " backup. Where it is lost, move the snapshots away: a new chain then begins"
                )
            if last and number == end and digest(path) != digest(last):
                raise ChainError(
                    f"{last} is not the link of which {path} is a copy: put the right one back from a backup"
                )


def _number(path: Path) -> int:
    """The number that a link says it has; 0 when its beginning or its end is damaged."""
    with path.open("rb") as file:
        head, line = file.readline().decode("ascii", "replace").strip(), file.readline()
        file.seek(max(path.stat().st_size - 1, 0))
        whole = head in _HEADS and file.read(1) == b"\n"
    found = re.fullmatch(rb"number (\d+)\n", line)
    return int(found[1]) if whole and found else 0


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
    words = ("release", "state", "file", "copy", "warc", "captures", "changed", "text")
    told: dict[str, Any] = {word: {} for word in words}
    told |= {"removed": set(), "kept": set(), "kept-text": set(), "removed-text": set()}
    try:
        lines = content.decode("ascii").split("\n")
        if lines[0] not in _HEADS or lines[-1] != "":
            raise ValueError("its first or its last line is wrong")
        for line in lines[1:-1]:
            word, *rest = line.split(" ")
            if word in told:
                _take(told[word], word, rest)
            else:
                [values[word]] = rest
        return Link(
            path=path,
            digest=hashlib.sha256(content).hexdigest(),
            number=int(values["number"]),
            previous=values["previous"],
            releases=told["release"],
            warcs=told["warc"],
            changed=told["changed"],
            removed=frozenset(told["removed"]),
            rebuilt="rebuilt" in values,
            states=told["state"],
            kept=frozenset(told["kept"]),
            files=told["file"],
            captures=told["captures"],
            copies=told["copy"],
            texts=told["text"],
            kept_texts=frozenset(told["kept-text"]),
            removed_texts=frozenset(told["removed-text"]),
        )
    except (UnicodeDecodeError, ValueError, KeyError, IndexError) as error:
        raise ChainError(f"{path} is not a link of the chain: {error}") from None


def _take(taken: Any, word: str, rest: list[str]) -> None:
    """Enter the words of a line of a link. Raises ValueError."""
    match word, rest:
        case "release", [release, version, digest]:
            taken[int(release), int(version)] = digest
        case "state", [release, *counts, facts, history] if len(counts) == len(_COUNTS):
            numbers = dict(zip(_COUNTS, map(int, counts), strict=True))
            taken[int(release)] = State(**numbers, facts=facts, history=history)
        case "captures", [name, number, count, digest]:
            taken[name] = (int(number), count, digest)
        case (("warc" | "changed"), [name, number, digest]):
            taken[name] = (int(number), digest)
        case "file", [name, digest]:
            taken[name] = digest
        case "copy", [number, name, digest]:
            taken[int(number), name] = digest
        case "kept", [release, version]:
            taken.add((int(release), int(version)))
        case "removed", [digest]:
            taken.add(digest)
        case "text", [id, read, digest]:
            taken[int(id)] = (read, digest)
        case (("kept-text" | "removed-text"), [id]):
            taken.add(int(id))
        case _:
            raise ValueError(f"a line {word} has not the right words")
