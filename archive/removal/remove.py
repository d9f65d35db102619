"""Taking a release out of everything that an archive has on disk, and keeping it out.

The order makes a removal that was cut short harmless. First the removal is entered and noted, so that nothing brings the
address back; the live database, which holds the words to look for and the digests to tell of, is cleared last. The same
command finishes it.
"""

import logging
import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

from rapidfuzz import process
from sqlite_utils import Database

from archive import chain, duplicates, warc
from archive.database import ArchiveError, Executes, has_table, insert_all, locked, transaction
from archive.removal.copies import clear_copies, copy_facts, finished, sum_again
from archive.removal.places import archives, elsewhere
from archive.removal.shared_files import keep_shared
from archive.removal.warc_files import Redaction, Words, addresses, redacted, write_redacted
from archive.schema.open import open_archive
from archive.search import index
from archive.store.delete import forget_addresses, forget_captures, forget_pages, placeholders, releases_at
from archive.store.files import texts_left_alone
from archive.store.removed import Removed, hidden, is_hidden, is_known, is_removed
from archive.urls import canonical
from archive.warc.notes import AddressRemoved, role_of
from archive.warc.records import read

logger = logging.getLogger(__name__)
NOTES = "_removed"  # the removals stand in WARC files of this source; no declaration can have its name


@dataclass(frozen=True, slots=True, kw_only=True)
class Removal:
    """The result of a removal."""

    releases: int
    records: int  # blanked in WARC files
    copies: tuple[str, ...]  # snapshots and backups that held it, now cleared
    withdrawn: tuple[str, ...]  # exports that held it, now deleted
    duplicates: tuple[str, ...]  # addresses of the same or nearly the same text, for a decision
    unsearched: tuple[str, ...]  # links to places that were not searched, in a sentence each


def remove(
    db: Database,
    folder: Path,
    url: str,
    reason: str,
    time: str,
    *,
    hide_address: bool = False,
    ahead: bool = False,
) -> Removal:
    """Take the release at `url` out of the archive, and out of the archives that lie below its folder, and keep it out.

    With `hide_address` only a digest of the address is kept, else the address itself, which no public copy shows. With
    `ahead` an address may be closed that was never seen, or is a source's list. Raises ArchiveError: the source is being
    crawled, nothing was ever seen at the address (the nearest known ones are named), or a process that reads archive.db
    still holds it.
    """
    with ExitStack() as held:
        seen = _seen(db, {canonical(url)})
        if not (ahead or is_removed(db, canonical(url))):
            _refuse_others(db, url, seen)
        sources = sorted({source for source, _ in seen})
        for source in [*sources, NOTES]:
            held.enter_context(locked(folder, source))
        held.enter_context(locked(folder, "snapshot", wait=True))
        for source in [*sources, NOTES]:
            warc.mend(db, folder, source)
        below = {
            place.relative_to(folder).as_posix(): _remove_below(place, url, reason, time, hide_address=hide_address)
            for place in archives(folder)
        }
        keys = _all_keys(folder, sources, canonical(url))
        ids = releases_at(db, keys)
        words, digests = words_of(db, ids, keys), _digests(db, ids)
        texts = texts_left_alone(db, ids, _urls_of_files(db, keys))
        if hide_address:
            gone = Removed(frozenset(map(hidden, keys)))
            words = replace(words, titles=words.titles + _names(url), gone=gone)
        copies_left = _duplicates(db, ids)
        unsearched = tuple(f"{link} leads to {link.resolve()}: look there yourself" for link in elsewhere(folder))
        again = is_removed(db, canonical(url))
        _note(db, folder, keys, url, reason, time, hide_address)
        own = [record for path in _files(folder, sources) for record in read(path) if addresses(record) & keys]
        pages = {(record.url, record.date) for record in own if record.exchange}
        # before the WARC files are changed, which tell of the release's further pages and files: a run that was cut short finds them
        copies, withdrawn = clear_copies(
            folder,
            lambda copy: _forget(copy, keys, pages, hide_address=hide_address or not has_table(copy, "shingles")),
            replace(words, texts=words.texts + _texts(db, texts)),
        )
        keep_shared(db, folder, own, keys, ids)
        records, changed = _redact_files(db, folder, sources, keys, words)
        if again:  # a run that was cut short may have changed files without saying so
            changed |= {path for path in _files(folder, sources) if not chain.is_as_stated(folder, path)}
        if (folder / chain.FOLDER).is_dir():
            files = [chain.file_fact("changed", path, warc.settled(path, 0)) for path in sorted(changed)]
            told = [f"removed {digest}" for digest in digests] + [f"removed-text {id}" for id in texts] + files
            told += copy_facts(folder, None if again else [*copies, *withdrawn])
            link = chain.append(folder, time, told)
            for place in finished(folder):
                shutil.copyfile(link, place / link.name)
                sum_again(place)
        _clear(db, keys, hide_address)
        overwritten = _overwrite(db)
    if not overwritten:
        raise ArchiveError(
            "it is removed, but another process still reads archive.db, which holds it until then: end that process,"
            " and run the same command again"
        )
    result = Removal(
        releases=len(ids),
        records=records,
        copies=tuple(copies),
        withdrawn=tuple(withdrawn),
        duplicates=copies_left,
        unsearched=unsearched,
    )
    return _together(result, below)


def _forget(copy: sqlite3.Connection, keys: frozenset[str], pages: set[tuple[str, str]], *, hide_address: bool) -> int:
    """Take a release out of a copy; the number of rows. A public one, which has no table `shingles`, shows no removed address."""
    return forget_addresses(copy, keys, hide_address=hide_address) + forget_pages(copy, pages)


def _remove_below(place: Path, url: str, reason: str, time: str, *, hide_address: bool) -> Removal:
    with closing(open_archive(place)) as db:
        heed_removals(db, place)
        return remove(db, place, url, reason, time, hide_address=hide_address, ahead=True)


def _together(own: Removal, below: Mapping[str, Removal]) -> Removal:
    """A removal with those of the archives below, which are copies as a snapshot is; by their names."""
    copies, withdrawn, unsearched = [*own.copies], [*own.withdrawn], [*own.unsearched]
    for name, done in below.items():
        copies += [name] if done.releases or done.records else []
        copies += [f"{name}/{copy}" for copy in done.copies]
        withdrawn += [f"{name}/{path}" for path in done.withdrawn]
        unsearched += done.unsearched
    return replace(own, copies=tuple(copies), withdrawn=tuple(withdrawn), unsearched=tuple(unsearched))


def _seen(db: Database, keys: set[str]) -> set[tuple[str, str]]:
    """The sources to which these addresses are known, each with how: a `release`, a `listing`, or the role of a capture."""
    db.conn.create_function("canonical", 1, canonical, deterministic=True)
    marks, values = placeholders(keys), [*keys] * 3
    rows = db.execute(
        f"""SELECT source, 'release' FROM releases WHERE url_key IN ({marks})
        UNION SELECT source, 'listing' FROM listings WHERE url_key IN ({marks})
        UNION SELECT source, role FROM captures WHERE source IS NOT NULL AND canonical(url) IN ({marks})""",
        values,
    )
    return {*rows.fetchall()}


def _refuse_others(db: Database, url: str, seen: set[tuple[str, str]]) -> None:
    """Raise ArchiveError for an address that is a source's own list, or at which neither a release, an entry nor a file was ever seen."""
    known_as = {kind for _, kind in seen}
    lists = sorted(source for source, kind in seen if kind == "list")
    if lists and "release" not in known_as:
        raise ArchiveError(
            f"{url} is no release but a list page of {', '.join(lists)}: closed, it would show that source nothing more."
            " To close it all the same, add --ahead"
        )
    if not known_as - {"robots", "other"}:
        raise ArchiveError(_unknown(db, url))


def _unknown(db: Database, url: str) -> str:
    """The sentence about an address at which nothing was ever seen, with the nearest known ones."""
    site = canonical(url).partition("/")[0]
    rows = db.execute(
        "SELECT url FROM listings WHERE url_key >= ? AND url_key < ? UNION SELECT url FROM releases WHERE url_key >= ?"
        " AND url_key < ?",
        [f"{site}/", f"{site}0"] * 2,
    )
    near = process.extract(url, [known for (known,) in rows], limit=3, score_cutoff=80)
    names = f" Did you mean {' or '.join(known for known, _, _ in near)}?" if near else ""
    return f"nothing was ever listed or held at {url}.{names} To keep out what was never seen, add --ahead"


def _all_keys(folder: Path, sources: list[str], key: str) -> frozenset[str]:
    """The address, and those under which a list led to it."""
    keys = {key}
    for path in _files(folder, sources):
        for record in read(path):
            if role_of(record.note) == "article":
                named = addresses(record)
                if named & keys:
                    keys |= named
    return frozenset(keys)


def _files(folder: Path, sources: list[str]) -> list[Path]:
    paths = [path for source in sources for path in sorted((folder / "warc").glob(f"{source}-????-??.warc.gz"))]
    return [path for path in paths if path.stat().st_size]


def words_of(db: Executes, ids: list[int], keys: frozenset[str]) -> Words:
    """The titles and texts of these releases and of their listings, all versions."""
    marks = placeholders(ids)
    titles = db.execute(
        f"SELECT title FROM versions WHERE release IN ({marks}) UNION SELECT title FROM releases WHERE id IN ({marks})"
        f" UNION SELECT title FROM listings WHERE url_key IN ({placeholders(keys)})",
        [*ids, *ids, *keys],
    ).fetchall()
    texts = db.execute(
        f"SELECT text FROM versions WHERE release IN ({marks}) UNION SELECT text FROM repeats WHERE release IN ({marks})",
        [*ids, *ids],
    ).fetchall()
    return Words(
        titles=tuple(t for (t,) in titles if len(t) > 3), texts=tuple(t for (t,) in texts if t), gone=Removed(keys)
    )


def _names(url: str) -> tuple[str, ...]:
    """The strings by which a list page may name an address: its path, or the last part of it, when it holds a long number."""
    path = urlsplit(url).path
    parts = {path, path.rstrip("/").rpartition("/")[2]}
    return (url, *(part for part in parts if len(part) > 7 and sum(sign.isdigit() for sign in part) > 2))


def _digests(db: Database, ids: list[int]) -> list[str]:
    return [digest for release, _, digest in chain.version_digests(db.conn) if release in set(ids)]


def _texts(db: Database, ids: list[int]) -> tuple[str, ...]:
    rows = db.execute(f"SELECT text FROM files WHERE text <> '' AND id IN ({placeholders(ids)})", ids)
    return tuple(text for (text,) in rows)


def _urls_of_files(db: Database, keys: frozenset[str]) -> list[str]:
    """The addresses of files that are to be removed themselves, as releases link to them."""
    urls = db.execute("SELECT DISTINCT url FROM attachment_contents").fetchall()
    return [url for (url,) in urls if canonical(url) in keys]


def _duplicates(db: Database, ids: list[int]) -> tuple[str, ...]:
    marks = placeholders(ids)
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
    """Enter the removal of each address, then tell of it in the WARC files: an opening may take that for done."""
    named = {key: url if key == canonical(url) else key for key in sorted(keys)}
    if hide_address:
        named = {hidden(key): hidden(address) for key, address in named.items()}
    with transaction(db):
        for key, address in named.items():
            _enter(db, address, key, time, reason)
    for key, address in named.items():
        warc.write_note(folder, NOTES, time, "urn:removed", AddressRemoved(url=address, key=key, reason=reason))


def _enter(db: Database, url: str, key: str, time: str, reason: str) -> None:
    with transaction(db):
        db.execute(
            "INSERT OR REPLACE INTO removed (url, url_key, removed_at, reason) VALUES (?, ?, ?, ?)",
            [url, key, time, reason],
        )


def heed_removals(db: Database, folder: Path) -> None:
    """Carry out every removal that the WARC files tell of and this database does not know. Raises ArchiveError.

    An archive that is made anew knows none; one that was put back from a copy lacks those that came later. The files
    themselves were cleared when the removal was made.
    """
    sizes = {path.name: path.stat().st_size for path in _files(folder, [NOTES])}
    if sizes == dict(db.execute("SELECT file, size FROM heeded").fetchall()):
        return
    lacking = [(note, time) for note, time in _told(folder) if not is_known(db, note.key)]
    for note, _ in lacking:
        _clear(db, _keys_of(db, note.key), is_hidden(note.key))
    if lacking:
        _overwrite(db)
    with transaction(db):
        for note, time in lacking:  # last: what is entered counts as cleared
            _enter(db, note.url, note.key, time, note.reason)
        db.execute("DELETE FROM heeded")
        insert_all(db, "heeded", [{"file": name, "size": size} for name, size in sizes.items()])


def _told(folder: Path) -> Iterator[tuple[AddressRemoved, str]]:
    """The removals that the WARC files tell of, each with its time."""
    for path in _files(folder, [NOTES]):
        for record in read(path):
            note = record.note
            if not isinstance(note, AddressRemoved):
                continue
            if not (note.url or note.key):  # a version before this one took an empty address for one
                logger.warning("gongbao: the removal in %s at %d is of nothing: it is passed over", path, record.offset)
                continue
            if not (note.url and note.key):
                raise ArchiveError(f"{path} tells of a removal at {record.offset} that names no address")
            yield note, record.date


def _keys_of(db: Database, key: str) -> frozenset[str]:
    """The key of a removed address; that of a hidden one is looked for among the known addresses."""
    if not is_hidden(key):
        return frozenset((key,))
    known = db.execute("SELECT url_key FROM releases UNION SELECT url_key FROM listings").fetchall()
    return frozenset(one for (one,) in known if hidden(one) == key)


def _overwrite(db: Database) -> bool:
    """Leave nothing of deleted rows in the index, in free pages and in the log; False when somebody still reads the log."""
    with transaction(db):
        index.optimize(db)
    db.execute("VACUUM")
    busy: int = db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    return not busy


def _redact_files(
    db: Database, folder: Path, sources: list[str], keys: frozenset[str], words: Words
) -> tuple[int, set[Path]]:
    """Blank the records and strike the words in the files of these sources; how many records, and the changed files.

    The rows are changed before the files, and of the files the last is replaced first: a run that is cut short finds in an
    earlier file what the rows and the revisit records of later ones must follow.
    """
    digests: dict[str, str] = {}
    changed: dict[Path, Redaction] = {}
    try:
        for path in _files(folder, sources):
            if done := write_redacted(path, keys, words, digests):
                changed[path] = done
                digests |= done.digests
    except BaseException:
        for path in changed:
            redacted(path).unlink()
        raise
    with transaction(db):
        for path, done in changed.items():
            for offset, _ in done.blanked:
                forget_captures(db, "warc = ? AND offset = ?", [f"warc/{path.name}", offset])
        for was, now in digests.items():
            db.execute("UPDATE captures SET sha256 = ? WHERE sha256 = ? AND role = 'list'", [now, was])
    for path in reversed(changed):
        redacted(path).replace(path)
    return sum(len(done.blanked) for done in changed.values()), {*changed}


def _clear(db: Database, keys: frozenset[str], hide_address: bool) -> None:
    db.execute("PRAGMA secure_delete = ON")
    with transaction(db):
        for id in releases_at(db, keys):
            duplicates.forget(db, id)
        forget_addresses(db.conn, keys, hide_address=hide_address)
        for id in duplicates.lost(db):
            duplicates.carry(db, id)
