"""Comparing the releases of a database with a link of the chain, and each with its own versions, looks and page."""

import hashlib
import json
import sqlite3
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby
from math import inf
from typing import Any

from archive import chain, model
from archive.chain import Link
from archive.database import has_table
from archive.store.states import State, states
from archive.store.versions import FIELDS
from archive.urls import canonical
from archive.verification import texts
from archive.verification.report import Report, address

_WAIT = 3600  # seconds that a page may wait, once it is kept, until it is read; a clock may be set back meanwhile
_ATTACHMENTS = '["attachments"]'
Row = dict[str, Any]
Version = tuple[int, int]


def compare(
    db: sqlite3.Connection, name: str, link: Link, later: Sequence[Link], report: Report, *, live: bool
) -> None:
    """Compare the releases with the link that names them; in the live archive, as far as they were there then."""
    found = _digests(db, link)
    removed = frozenset().union(*(one.removed for one in later))
    faults = [
        *_missing_or_changed(db, found, link, removed, live=live),
        *_invented(db, found, link, live=live),
    ]
    notes: list[str] = []
    faults += _other_states(db, link, notes, live=live)
    faults += texts.compare(db, link, later, live=live)
    report.checked += len(found) + len(link.texts)
    report.faults += [f"{name}: {fault}" for fault in faults]
    report.notes += [f"{name}: {note}" for note in notes]
    if not live:
        report.kept_back += sum(not digest for digest in found.values())


def _digests(db: sqlite3.Connection, link: Link) -> dict[Version, str]:
    """The digest of every version; in a damaged file those that can be read one by one, "unreadable" for the others."""
    try:
        return {(release, version): digest for release, version, digest in chain.version_digests(db)}
    except sqlite3.DatabaseError:
        found: dict[Version, str] = {}
    for release in sorted({release for release, _ in link.releases}):
        try:
            found |= {(id, version): digest for id, version, digest in chain.version_digests(db, release)}
        except sqlite3.DatabaseError:
            found |= {version: "unreadable" for version in link.releases if version[0] == release}
    return found


def _missing_or_changed(
    db: sqlite3.Connection, found: dict[Version, str], link: Link, removed: frozenset[str], *, live: bool
) -> Iterator[str]:
    for (release, version), digest in link.releases.items():
        item = f"release {release} version {version}"
        now = found.get((release, version))
        if now is None:
            if digest not in removed:
                yield f"{item} is missing"
        elif now == "unreadable":
            yield f"{item} ({address(db, release)}) cannot be read: the file is damaged"
        elif not now:
            if live or not _is_kept_back(db, link, release, version):
                yield f"{item} ({address(db, release)}) has lost its salt: it cannot be checked"
        elif now != digest:
            yield f"{item} ({address(db, release)}) does not fit its digest"


def _is_kept_back(db: sqlite3.Connection, link: Link, release: int, version: int) -> bool:
    """Whether the salt is rightly not here. A link of the earlier form does not say: then a public copy may lack those of
    sources that are not official, and of texts in which a number is masked with *."""
    if link.states:
        return (release, version) in link.kept
    if has_table(db, "shingles"):
        return False  # it is no public copy
    row = db.execute(
        "SELECT s.rights <> 'official' OR instr(v.text || v.title, '*') > 0 FROM versions v"
        " JOIN releases r ON r.id = v.release JOIN sources s ON s.id = r.source WHERE v.release = ? AND v.version = ?",
        [release, version],
    ).fetchone()
    return bool(row and row[0])


def _invented(db: sqlite3.Connection, found: dict[Version, str], link: Link, *, live: bool) -> Iterator[str]:
    """Versions that the link should name. Numbers only rise: in the live archive those that came later are higher."""
    named = {release for release, _ in link.releases}
    last = max(named, default=0)
    for release, version in sorted(found.keys() - link.releases.keys()):
        if live and (release > last or _came_later(link, release, version)):
            continue
        yield f"release {release} version {version} ({address(db, release)}) is not in link {link.number} of the chain"


def _came_later(link: Link, release: int, version: int) -> bool:
    return version > max((number for id, number in link.releases if id == release), default=version)


def _other_states(db: sqlite3.Connection, link: Link, notes: list[str], *, live: bool) -> Iterator[str]:
    try:
        for release, now in states(db, link.states) if link.states else ():
            stated = link.states[release]
            item = f"release {release} ({address(db, release)})"
            if not now.facts:
                continue  # without its salt, which is named above
            if now.history != stated.history:
                yield f"{item} does not fit its digest: {_part(now, stated)} differ from link {link.number} of the chain"
            if now.facts == stated.facts:
                continue
            if live and stated.rules < now.rules <= model.READER:
                notes.append(f"{item}: newer rules have corrected its fields since link {link.number}")
            else:
                yield f"{item} does not fit its digest: its fields differ from link {link.number} of the chain"
    except sqlite3.DatabaseError as error:
        yield f"the looks, fields and states of releases cannot be read: {error}"


def _part(now: State, stated: State) -> str:
    if now.looks < stated.looks:
        return "fewer looks are there; they"
    if now.changes < stated.changes:
        return "fewer changes of its status are there; they"
    return "its address, versions, pages, looks or changes of status"


# each release against its own rows


def other_texts(db: sqlite3.Connection) -> Iterator[str]:
    """`disagreements` of a snapshot that an earlier version made: releases that do not show the text of their version."""
    rows = db.execute(
        "SELECT r.id, r.url FROM releases r JOIN sources s ON s.id = r.source LEFT JOIN versions v"
        " ON v.release = r.id AND v.version = r.version"
        " WHERE v.title IS NOT r.title OR (v.text IS NOT r.text AND NOT (v.text = '' AND s.rights <> 'official'))"
    )
    for release, url in rows:
        yield f"release {release} ({url}) differs from its current version"


def disagreements(db: sqlite3.Connection, link: Link | None, *, live: bool, removals: bool) -> Iterator[str]:
    """Faults of releases that do not fit their versions, their changes of status, or the pages they were read from.

    `compare` has reported the versions that differ from `link`: one that `link` states may lack its page here. A version
    that `link` does not state must have a page, unless a removal may have taken that page (`removals`).
    """
    kept = link.kept if link and not live else frozenset()
    stated = link.releases if link else {}
    named = {release for release, _ in stated}
    for release, versions in _whole(db):
        if not versions and release["id"] in named:
            continue
        item = f"release {release['id']} ({release['url']})"
        for fault in _faults(release, versions, kept):
            yield f"{item} {fault}"
        for row in versions:
            bare = row["capture"] is None and (removals or (release["id"], row["v_version"]) in stated)
            if not bare and (fault := _other_page(release, row)):
                yield f"{item} version {row['v_version']} {fault}"


def _whole(db: sqlite3.Connection) -> Iterator[tuple[Row, list[Row]]]:
    there = {row[1] for row in db.execute("PRAGMA table_info(versions)")}
    later = ", ".join(f"{'v.' + name if name in there else none} AS v_{name}" for name, none in _LATER.items())
    cursor = db.execute(f"""SELECT r.*, (SELECT status FROM status_changes s WHERE s.release = r.id
            ORDER BY at DESC LIMIT 1) AS by_time, (SELECT status FROM status_changes s WHERE s.release = r.id
            ORDER BY rowid DESC LIMIT 1) AS by_entry,
        v.version AS v_version, v.kind, v.seen, v.title AS v_title, v.text AS v_text, v.text_sha256, v.capture, {later},
        c.url AS c_url, c.fetched, c.role
        FROM releases r LEFT JOIN versions v ON v.release = r.id LEFT JOIN captures c ON c.id = v.capture
        ORDER BY r.id, v.version""")
    names = [column[0] for column in cursor.description]
    rows = (dict(zip(names, row, strict=True)) for row in cursor)
    for _, group in groupby(rows, lambda row: row["id"]):
        versions = list(group)
        yield versions[0], [row for row in versions if row["v_version"] is not None]


_LATER = {"facts": "NULL", "changed": "'[]'"}  # columns that earlier schemas do not have


def _faults(release: Row, versions: list[Row], kept: frozenset[Version]) -> Iterator[str]:
    if not any(row["kind"] == "published" for row in versions):
        yield "has no version that was published"
        return
    shown = _shown(versions)
    back = (release["id"], shown["v_version"]) in kept
    if release["version"] != shown["v_version"]:
        yield f"shows version {release['version']}, but its current version is {shown['v_version']}"
    elif release["title"] != shown["v_title"] or (release["text"] != shown["v_text"] and not back):
        yield "differs from its current version"
    elif shown["v_facts"] is not None and not back and (name := _other_field(release, shown["v_facts"])):
        yield f"differs from its current version in {name}"
    if release["changed"] != _published(versions)["seen"] or release["first_seen"] != min(
        row["seen"] for row in versions
    ):
        yield "says that it was first seen, or last changed, at another time than its versions"
    if release["status"] not in {release["by_time"] or "live", release["by_entry"] or "live"}:
        yield f"is said to be {release['status']}, but the last change of its status says {release['by_time'] or 'live'}"
    for row in versions:
        if (
            row["v_text"]
            and (release["id"], row["v_version"]) not in kept
            and _sha256(row["v_text"]) != row["text_sha256"]
        ):
            yield f"version {row['v_version']} does not fit the digest beside its text"


def _published(versions: list[Row]) -> Row:
    """The version that was published last. Versions are numbered as they come in, so an import's may be older."""
    return max((row for row in versions if row["kind"] == "published"), key=lambda row: (row["seen"], row["v_version"]))


def _shown(versions: list[Row]) -> Row:
    """The current version: the one published last, or the last that better rules have read since."""
    last = _published(versions)
    return next(
        (row for row in reversed(versions) if row["kind"] == "reread" and row["v_version"] > last["v_version"]), last
    )


def _other_field(release: Row, facts: str) -> str:
    """The first field in which a release differs from the facts of its version; "" when there is none."""
    try:
        held = json.loads(facts)
        return next((name for name in FIELDS if (release.get(name) or "") != held.get(name, "")), "")
    except (ValueError, AttributeError):
        return "its fields, which are no JSON object"


def _other_page(release: Row, version: Row) -> str:
    """The fault of a version's page; "" when it fits the release's address and the version's time."""
    if version["c_url"] is None:
        return "has no page that it was read from"
    if version["c_url"] != release["url"] and canonical(version["c_url"]) != canonical(release["url"]):
        return f"was read from the page of another address, {version['c_url']}"
    # our reading, and a file that changed, make a version of a page that was fetched before
    own = version["kind"] == "published" and version["v_changed"] != _ATTACHMENTS
    waited = _seconds(version["fetched"], version["seen"])
    if waited < -_WAIT or (own and waited > _WAIT):
        return f"was seen at {version['seen']}, but its page was fetched at {version['fetched']}"
    return "" if version["role"] == "article" else f"was read from a page that is no article ({version['role']})"


def _seconds(first: str, then: str) -> float:
    """From one time to another; without end when one of them is none."""
    if first == then:
        return 0
    try:
        return (datetime.fromisoformat(then) - datetime.fromisoformat(first)).total_seconds()
    except (ValueError, TypeError):
        return inf


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
