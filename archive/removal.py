"""Taking a release out of everything that an archive has on disk, and keeping it out.

The order makes a removal that was cut short harmless: first it is noted that the address is removed, so that nothing
brings it back; the live database, which knows what to look for, is cleared last. The same command finishes it.
"""

import shutil
import sqlite3
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from sqlite_utils import Database

from archive import chain, duplicates, origins, search, warc
from archive.copies import clear_copies, finished, sum_again
from archive.database import locked, transaction
from archive.ledger import hidden, is_removed
from archive.records import read
from archive.redaction import Words, addresses, redact
from archive.urls import canonical

NOTES = "_removed"  # the source, which no declaration can name, whose WARC files say what was removed


@dataclass(frozen=True, slots=True, kw_only=True)
class Removal:
    """What a removal found and did."""

    releases: int
    records: int  # of WARC files that were blanked
    copies: tuple[str, ...]  # snapshots and backups it was taken out of
    withdrawn: tuple[str, ...]  # exports that were deleted since they held it
    duplicates: tuple[str, ...]  # addresses of the same or nearly the same text, for a decision


def remove(
    db: Database,
    folder: Path,
    url: str,
    reason: str,
    time: str,
    rules: duplicates.Rules,
    *,
    hide_address: bool = False,
) -> Removal:
    """Take the release at `url` out of the archive and keep it out. Raises ArchiveError when its source is being crawled.

    With `hide_address` only a digest of the address is kept, else the address itself, which no public copy shows.
    """
    with ExitStack() as held:
        sources = _sources(db, {canonical(url)})
        for source in [*sources, NOTES]:
            held.enter_context(locked(folder, source))
        held.enter_context(locked(folder, "snapshot", wait=True))
        for source in sources:
            warc.mend(db, folder, source)
        keys = _all_keys(folder, sources, canonical(url))
        ids = _releases(db, keys)
        words, digests = _words(db, ids, keys), _digests(db, ids)
        if hide_address:
            words = replace(words, titles=words.titles + _names(url))
        copies_left = _duplicates(db, ids)
        again = is_removed(db, canonical(url))
        _note(db, folder, keys, url, reason, time, hide_address)
        records, changed = _redact_files(db, folder, sources, keys, words)
        if again:  # a run that was cut short may have changed files without saying so
            changed |= {path for path in _files(folder, sources) if not chain.is_as_stated(folder, path)}
        copies, withdrawn = clear_copies(folder, lambda copy: forget(copy, keys, hide_address=hide_address), words)
        _clear(db, keys, rules, hide_address)
        with transaction(db):
            db.execute("INSERT INTO releases_fts(releases_fts) VALUES ('optimize')")
        db.execute("VACUUM")
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        if (folder / chain.FOLDER).is_dir():
            files = [chain.file_fact("changed", path, warc.settled(path, 0)) for path in sorted(changed)]
            link = chain.append(folder, time, [f"removed {digest}" for digest in digests] + files)
            for place in finished(folder):
                shutil.copyfile(link, place / link.name)
                sum_again(place)
    return Removal(
        releases=len(ids), records=records, copies=tuple(copies), withdrawn=tuple(withdrawn), duplicates=copies_left
    )


def _marks(values: Iterable[Any]) -> str:
    return ", ".join("?" for _ in values)


def _sources(db: Database, keys: set[str]) -> list[str]:
    """The sources that have anything of these addresses."""
    db.conn.create_function("canonical", 1, canonical, deterministic=True)
    marks, values = _marks(keys), [*keys] * 3
    rows = db.execute(
        f"""SELECT source FROM releases WHERE url_key IN ({marks}) UNION SELECT source FROM listings
        WHERE url_key IN ({marks}) UNION SELECT source FROM captures WHERE source IS NOT NULL AND canonical(url) IN ({marks})
        ORDER BY 1""",
        values,
    )
    return [source for (source,) in rows]


def _all_keys(folder: Path, sources: list[str], key: str) -> frozenset[str]:
    """The address, and those under which a list led to it."""
    keys = {key}
    for path in _files(folder, sources):
        for record in read(path):
            named = addresses(record) if record.facts.get("role") == "article" else set()
            keys |= named if named & keys else set()
    return frozenset(keys)


def _files(folder: Path, sources: list[str]) -> list[Path]:
    paths = [path for source in sources for path in sorted((folder / "warc").glob(f"{source}-????-??.warc.gz"))]
    return [path for path in paths if path.stat().st_size]


def _releases(db: Any, keys: frozenset[str]) -> list[int]:
    rows = db.execute(f"SELECT id FROM releases WHERE url_key IN ({_marks(keys)}) ORDER BY id", [*keys])
    return [id for (id,) in rows]


def _words(db: Any, ids: list[int], keys: frozenset[str]) -> Words:
    marks = _marks(ids)
    titles = db.execute(
        f"SELECT title FROM versions WHERE release IN ({marks}) UNION SELECT title FROM releases WHERE id IN ({marks})"
        f" UNION SELECT title FROM listings WHERE url_key IN ({_marks(keys)})",
        [*ids, *ids, *keys],
    ).fetchall()
    texts = db.execute(
        f"SELECT text FROM versions WHERE release IN ({marks}) UNION SELECT text FROM repeats WHERE release IN ({marks})",
        [*ids, *ids],
    ).fetchall()
    return Words(titles=tuple(t for (t,) in titles if len(t) > 3), texts=tuple(t for (t,) in texts if t))


def _names(url: str) -> tuple[str, ...]:
    """How a list page may name an address: at least by the last part of its path."""
    path = urlsplit(url).path
    return tuple({name for name in (url, path, path.rstrip("/").rpartition("/")[2]) if len(name) > 7})


def _digests(db: Database, ids: list[int]) -> list[str]:
    return [digest for release, _, digest in chain.version_digests(db.conn) if release in set(ids)]


def _duplicates(db: Database, ids: list[int]) -> tuple[str, ...]:
    marks = _marks(ids)
    rows = db.execute(
        f"""SELECT DISTINCT url FROM releases WHERE id NOT IN ({marks}) AND (
            id IN (SELECT a FROM relations WHERE b IN ({marks})) OR id IN (SELECT b FROM relations WHERE a IN ({marks}))
            OR cluster IN (SELECT cluster FROM releases WHERE id IN ({marks}))
            OR text_key IN (SELECT text_key FROM releases WHERE id IN ({marks}))) ORDER BY 1""",
        [*ids] * 5,
    )
    return tuple(url for (url,) in rows)


def _note(
    db: Database, folder: Path, keys: frozenset[str], url: str, reason: str, time: str, hide_address: bool
) -> None:
    for key in sorted(keys):
        named = url if key == canonical(url) else key
        row = {"url": hidden(named) if hide_address else named, "key": hidden(key) if hide_address else key}
        _enter(db, row["url"], row["key"], time, reason)
        warc.note(folder, NOTES, time, "urn:removed", {"event": "removed", **row, "reason": reason})


def _enter(db: Database, url: str, key: str, time: str, reason: str) -> None:
    with transaction(db):
        db.execute(
            "INSERT OR REPLACE INTO removed (url, url_key, removed_at, reason) VALUES (?, ?, ?, ?)",
            [url, key, time, reason],
        )


def restore_removals(db: Database, folder: Path) -> None:
    """Enter every removal that the WARC files tell of in an archive that is made anew."""
    for path in _files(folder, [NOTES]):
        for record in read(path):
            facts = record.facts
            if facts.get("event") == "removed":
                _enter(db, facts["url"], facts["key"], record.date, facts.get("reason", ""))


def _redact_files(
    db: Database, folder: Path, sources: list[str], keys: frozenset[str], words: Words
) -> tuple[int, set[Path]]:
    """Blank the records and strike the words in the files of these sources; how many records, and the changed files."""
    digests: dict[str, str] = {}
    records, changed = 0, set()
    for path in _files(folder, sources):
        done = redact(path, keys, words, digests)
        if not done:
            continue
        digests |= done.digests
        records += len(done.blanked)
        changed.add(path)
        with transaction(db):
            for offset, _ in done.blanked:
                _forget_capture(db, "warc = ? AND offset = ?", [f"warc/{path.name}", offset])
            for was, now in done.digests.items():
                db.execute("UPDATE captures SET sha256 = ? WHERE sha256 = ? AND role = 'list'", [now, was])
    return records, changed


def _forget_capture(db: Any, where: str, values: list[Any]) -> None:
    lost = f"(SELECT id FROM captures WHERE {where})"
    for table, column in (("captures", "refers_to"), ("versions", "capture"), ("looks", "capture")):
        db.execute(f"UPDATE {table} SET {column} = NULL WHERE {column} IN {lost}", values)
    db.execute(f"DELETE FROM attachments WHERE capture IN {lost}", values)
    db.execute(f"DELETE FROM captures WHERE {where}", values)


def _clear(db: Database, keys: frozenset[str], rules: duplicates.Rules, hide_address: bool) -> None:
    db.execute("PRAGMA secure_delete = ON")
    with transaction(db):
        for id in _releases(db, keys):
            duplicates.forget(db, id, rules)
        forget(db.conn, keys, hide_address=hide_address)


def forget(db: sqlite3.Connection, keys: frozenset[str], *, hide_address: bool = False) -> int:
    """Delete what a database, live or copied, has of these addresses; how many releases. The caller ends the transaction.

    Their listings stay as `skipped`, without title, unless the addresses are to be hidden.
    """
    db.create_function("canonical", 1, canonical, deterministic=True)
    ids, marks = _releases(db, keys), _marks(keys)
    tables = [
        name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE '%fts5%'")
    ]
    for id in ids:
        title, text = db.execute("SELECT title, text FROM releases WHERE id = ?", [id]).fetchone()
        search.write(db, id, (title, text), None)
        for table in tables:
            columns = {row[1] for row in db.execute(f'PRAGMA table_info("{table}")')}
            if "release" in columns:
                db.execute(f'DELETE FROM "{table}" WHERE release = ?', [id])
        db.execute("DELETE FROM relations WHERE a = ? OR b = ?", [id, id])
        db.execute("UPDATE citations SET target = NULL WHERE target = ?", [id])
        db.execute("DELETE FROM releases WHERE id = ?", [id])
        # a cluster that lost its representative is represented by its oldest member
        db.execute(
            "UPDATE releases SET cluster = (SELECT min(id) FROM releases WHERE cluster = :id) WHERE cluster = :id",
            {"id": id},
        )
    if ids and "origins" in tables:
        origins.record_all(db)
    if "attachments" in tables:
        _forget_capture(db, f"canonical(url) IN ({marks})", [*keys])
    else:
        db.execute(f"DELETE FROM captures WHERE canonical(url) IN ({marks})", [*keys])
    if hide_address:
        db.execute(f"DELETE FROM listings WHERE url_key IN ({marks})", [*keys])
    db.execute(
        f"UPDATE listings SET state = 'skipped', reason = 'removed', title = '', next_try = NULL WHERE url_key IN ({marks})",
        [*keys],
    )
    return len(ids)
