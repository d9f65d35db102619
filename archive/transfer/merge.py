"""Folding snapshots of other archives (shards) into this one (the hub), so that several machines can crawl for one archive.

Releases are known by `url_key`. Rows of the hub keep their ids; rows of a shard get new ones. A removal on either side
wins. Each shard is one transaction; everything about it is checked before, so that a fault leaves the archive as it is.
"""

import logging
import shutil
import sqlite3
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from sqlite_utils import Database

from archive import duplicates, warc
from archive.database import ArchiveError, Executes, insert, locked, transaction, update
from archive.files import digest, sync
from archive.model import MergeOutcome
from archive.removal.remove import NOTES, remove, words_of
from archive.removal.warc_files import Words, redact
from archive.search import index
from archive.snapshots.checks import check_sums
from archive.snapshots.shelf import DATABASE
from archive.store import documents
from archive.store.delete import forget_captures, releases_at
from archive.store.files import FileText, add_content, save_text
from archive.store.removed import hidden, is_hidden, removed
from archive.urls import canonical
from archive.warc.notes import AddressRemoved, RecordBlanked
from archive.warc.records import Record, read

logger = logging.getLogger(__name__)

# tables that are computed anew from the releases that come in
_DERIVED = {
    "shingles",
    "carried",
    "relations",
    "document_names",
    "origins",
    "events",
    "passages",
    "places",
    "in_office",
    "number_runs",
    "merged",
    "heeded",
}
_BY_HAND = {
    *("sources", "crawls", "captures", "listings", "walks", "releases", "versions", "removed", "attachments"),
    *("attachment_contents", "files"),
    "salts",  # of versions; they are not brought: each archive's chain tells digests with its own
}
_LAST_PUBLISHED = "SELECT max(seen) FROM versions WHERE release = ? AND kind = 'published'"
_CHUNK = 1 << 20
Row = dict[str, Any]
Ids = dict[int | None, int | None]


class _Shard:
    """A snapshot of another archive, open for reading, with those columns of its tables that the hub has too."""

    def __init__(self, db: sqlite3.Connection, hub: Database) -> None:
        self._db = db
        db.row_factory = sqlite3.Row
        shared = _tables(db) & _tables(hub)
        theirs = {table: set(_columns(db, table)) for table in shared}
        self.columns = {table: [name for name in _columns(hub, table) if name in theirs[table]] for table in shared}

    def rows(self, table: str, order: str = "1, 2") -> Iterator[Row]:
        return (dict(row) for row in self._db.execute(f"{self._select(table)} ORDER BY {order}"))

    def of(self, table: str, release: int) -> list[Row]:
        return [dict(row) for row in self._db.execute(f"{self._select(table)} WHERE release = ?", [release])]

    def addresses(self) -> Iterator[str]:
        """Every address with a release, a listing or a capture."""
        sql = "SELECT url FROM releases UNION SELECT url FROM listings UNION SELECT url FROM captures"
        return (url for (url,) in self._db.execute(sql))

    def _select(self, table: str) -> str:
        return f'SELECT {", ".join(self.columns[table])} FROM "{table}"'


def merge(db: Database, folder: Path, places: Sequence[Path], now: str) -> list[Counter[MergeOutcome]]:
    """Fold the snapshots in `places` into the archive in `folder`; how many releases each brought (`new`, `changed`, `same`, …).

    One that was merged before brings nothing; when that merge was cut short among the removals, these are carried out.
    Raises ArchiveError or SnapshotError with a sentence, before anything is written, for a snapshot that is damaged,
    public, of another schema or named twice, or whose WARC files disagree with ours.
    """
    digests: list[str] = []
    for place in places:
        found = _check(db, folder, place)
        if found in digests:
            raise ArchiveError(f"{place} is named twice: name each snapshot once")
        digests.append(found)
    return [_merge(db, folder, place, found, now) for place, found in zip(places, digests, strict=True)]


def _merge(db: Database, folder: Path, place: Path, found: str, now: str) -> Counter[MergeOutcome]:
    counts = Counter[MergeOutcome]()
    before = db.execute("SELECT at FROM merged WHERE sha256 = ?", [found]).fetchone()
    if before and before[0]:
        return counts
    with closing(_connect(place)) as connection:
        shard = _Shard(connection, db)
        if not before:
            gone = _gone(db, shard)
            changed = _bring_all(folder, place, gone, words_of(connection, releases_at(connection, gone), gone))
            with transaction(db):
                counts = _fold(db, shard, gone)
                _correct(db, changed)
                # without a time as long as the shard's removals are not carried out
                db.execute("INSERT INTO merged (sha256, at) VALUES (?, '')", [found])
        _remove(db, folder, shard, again=bool(before))
        with transaction(db):
            db.execute("UPDATE merged SET at = ? WHERE sha256 = ?", [now, found])
    return counts


def _check(db: Database, folder: Path, place: Path) -> str:
    """The SHA-256 of a snapshot's database, when it can be merged."""
    check_sums(place)
    with closing(_connect(place)) as shard:
        tables = _tables(shard)
        theirs = (
            shard.execute("SELECT name FROM _sqlite_migrations").fetchall() if "_sqlite_migrations" in tables else []
        )
        ours = db.execute("SELECT name FROM _sqlite_migrations").fetchall()
        if missing := {name for (name,) in ours} - {name for (name,) in theirs}:
            raise ArchiveError(f"{place} has an older schema (without {min(missing)}): make it anew with this version")
        if {name for (name,) in theirs} - {name for (name,) in ours}:
            raise ArchiveError(f"{place} has a newer schema than this archive: merge it with the version that made it")
        if "shingles" not in tables:
            raise ArchiveError(f"{place} is a public snapshot, which leaves texts out: merge one that is not")
    found = digest(place / DATABASE)
    for kept in _warcs(place):
        ours_kept = folder / "warc" / kept.name
        if ours_kept.exists() and _agree(ours_kept, kept) is None:
            raise ArchiveError(
                f"{kept} and {ours_kept} hold different captures: a source is crawled in one place alone"
            )
    return found


def _connect(place: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{place / DATABASE}?mode=ro&immutable=1", uri=True)


def _tables(db: Executes) -> set[str]:
    return {name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()}


def _columns(db: Executes, table: str) -> list[str]:
    return [row[1] for row in db.execute(f'PRAGMA table_info("{table}")').fetchall()]


# WARC files: they grow only at their end, so one of two is the beginning of the other


def _warcs(place: Path) -> list[Path]:
    """The WARC files of the archive that a snapshot lies in; none when it was sent alone.

    Each archive tells of its removals itself, in files of one name: those of a shard are made here anew.
    """
    paths = sorted((place.resolve().parent.parent / "warc").glob("*.warc.gz"))
    return [path for path in paths if not path.name.startswith(f"{NOTES}-")]


@dataclass(slots=True, kw_only=True)
class _Changed:
    """The changes that removals made in WARC files that were brought; their rows must follow."""

    blanked: set[tuple[str, int]] = field(default_factory=set)  # file and offset
    digests: dict[str, str] = field(default_factory=dict)  # list pages, digest in the rows: digest now


def _agree(ours: Path, theirs: Path) -> _Changed | None:
    """The changes of removals, when one of two files is the beginning of the other but for them; None when it is not."""
    if _continues(ours, theirs):
        return _Changed()
    changed = _Changed()
    for mine, other in zip(read(ours), read(theirs), strict=False):
        if mine.offset != other.offset:
            return None
        if isinstance(mine.note, RecordBlanked) or isinstance(other.note, RecordBlanked):
            changed.blanked.add((f"warc/{ours.name}", mine.offset))
        elif _are_one_list_page(mine, other):
            was, now = (one.payload_digest.removeprefix("sha256:") for one in (other, mine))
            if was != now:
                changed.digests[was] = now
        elif mine != other:
            return None
    return changed


def _are_one_list_page(mine: Record, other: Record) -> bool:
    """Whether two records are the same capture of a list page; a removal may have struck words in either."""
    roles = {record.exchange.role if record.exchange else "" for record in (mine, other)}
    return roles == {"list"} and (mine.url, mine.date) == (other.url, other.date)


def _continues(ours: Path, theirs: Path) -> bool:
    with ours.open("rb") as a, theirs.open("rb") as b:
        while True:
            left, right = a.read(_CHUNK), b.read(_CHUNK)
            if left[: len(right)] != right[: len(left)]:
                return False
            if len(left) < _CHUNK or len(right) < _CHUNK:
                return True


def _bring_all(folder: Path, place: Path, gone: frozenset[str], words: Words) -> _Changed:
    """Bring the WARC files of a shard: their ends that go beyond ours, without the addresses that were removed here."""
    changed = _Changed()
    for theirs in _warcs(place):
        ours = folder / "warc" / theirs.name
        size = ours.stat().st_size if ours.exists() else 0
        found = (_agree(ours, theirs) if size else None) or _Changed()
        changed.blanked |= found.blanked
        changed.digests |= found.digests
        if size >= theirs.stat().st_size:
            continue
        ours.parent.mkdir(parents=True, exist_ok=True)
        rest, new = ours.with_name(f".{ours.name}.rest"), ours.with_name(f".{ours.name}.new")
        with theirs.open("rb") as file, rest.open("wb") as copied:
            file.seek(size)
            shutil.copyfileobj(file, copied)
        if gone or changed.digests:
            done = redact(rest, gone, words, changed.digests)
            changed.blanked |= {(f"warc/{ours.name}", size + offset) for offset, _ in done.blanked}
            changed.digests |= done.digests
        with new.open("wb") as file:
            for part in (ours, rest) if size else (rest,):
                with part.open("rb") as copied:
                    shutil.copyfileobj(copied, file)
        rest.unlink()
        sync(new)
        new.replace(ours)
        sync(ours.parent)
    return changed


def _correct(db: Database, changed: _Changed) -> None:
    for name, offset in sorted(changed.blanked):
        forget_captures(db, "warc = ? AND offset = ?", [name, offset])
    for was, now in changed.digests.items():
        db.execute("UPDATE captures SET sha256 = ? WHERE sha256 = ? AND role = 'list'", [now, was])


# rows


def _gone(db: Database, shard: _Shard) -> frozenset[str]:
    """The keys of addresses that the shard has and that were removed here."""
    gone = removed(db)
    return frozenset(canonical(url) for url in (shard.addresses() if gone.keys else ()) if gone.has(url))


def _fold(db: Database, shard: _Shard, gone: frozenset[str]) -> Counter[MergeOutcome]:
    counts: Counter[MergeOutcome] = Counter()
    for row in shard.rows("sources"):
        insert(db, "sources", row, conflict="IGNORE")
    crawls = {row["id"]: _crawl(db, row) for row in shard.rows("crawls", "id")}
    captures: Ids = {None: None}
    for row in shard.rows("captures", "id"):
        captures[row["id"]] = None if canonical(row["url"]) in gone else _capture(db, row, captures)
    releases: dict[int, int] = {}
    for row in shard.rows("releases", "id"):
        if row["url_key"] in gone:
            counts["removed"] += 1
            continue
        held = db.execute("SELECT id FROM releases WHERE url_key = ?", [row["url_key"]]).fetchone()
        outcome: MergeOutcome = "new" if held is None else _catch_up(db, shard, row, held[0], captures)
        id = releases[row["id"]] = _enter(db, shard, row, captures) if held is None else held[0]
        _copy_parts(db, shard, row["id"], id, captures, whole=outcome != "same")
        _take_status(db, id)
        if outcome != "same":
            documents.join(db, id)
            duplicates.place(db, id)
        counts[outcome] += 1
    for row in shard.rows("listings"):
        listed = {**row, "first_crawl": crawls[row["first_crawl"]]}
        if row["url_key"] not in gone:
            _list(db, listed)
        elif not db.execute("SELECT 1 FROM removed WHERE url_key = ?", [hidden(row["url_key"])]).fetchone():
            _list(db, {**listed, "state": "skipped", "reason": "removed", "title": "", "next_try": None})
    db.execute(
        "UPDATE listings SET state = 'held', reason = '', next_try = NULL"
        " WHERE state <> 'held' AND url_key IN (SELECT url_key FROM releases)"
    )
    if "files" in shard.columns:  # a snapshot of an earlier version has none
        _copy_texts(db, shard)
    for id in releases.values():
        duplicates.carry(db, id)  # its file's text may have been held here before
    for row in shard.rows("walks"):
        insert(db, "walks", {**row, "crawl": crawls[row["crawl"]]}, conflict="REPLACE")
    for table in _others(shard):
        for row in shard.rows(table):
            insert(db, table, row, conflict="IGNORE")
    return counts


def _others(shard: _Shard) -> list[str]:
    """Tables about a source that refer to no row by a number."""
    tables = shard.columns.keys() - _DERIVED - _BY_HAND
    return sorted(t for t in tables if "source" in (c := shard.columns[t]) and not {"release", "capture"} & set(c))


def _crawl(db: Database, row: Row) -> int:
    held = db.execute(
        "SELECT id FROM crawls WHERE source = ? AND started = ?", [row["source"], row["started"]]
    ).fetchone()
    id = held[0] if held else insert(db, "crawls", {**row, "id": None})
    assert id is not None
    return int(id)


def _capture(db: Database, row: Row, captures: Ids) -> int | None:
    where = "url = ? AND warc = ? AND offset = ?"
    found = db.execute(f"SELECT id FROM captures WHERE {where}", [row["url"], row["warc"], row["offset"]]).fetchone()
    if found:
        return int(found[0])
    return insert(db, "captures", {**row, "id": None, "refers_to": captures.get(row["refers_to"])})


def _enter(db: Database, shard: _Shard, row: Row, captures: Ids) -> int:
    id = insert(db, "releases", {**row, "id": None, "cluster": None})
    assert id is not None
    db.execute("UPDATE releases SET cluster = id WHERE id = ?", [id])
    index.write(db, id, None, (row["title"], row["text"]))
    for version in shard.of("versions", row["id"]):
        insert(db, "versions", {**version, "release": id, "capture": captures.get(version["capture"])})
    return id


def _catch_up(db: Database, shard: _Shard, row: Row, id: int, captures: Ids) -> Literal["changed", "same"]:
    """Add the versions that the shard has seen after the hub's last published one; the shard's current one becomes current."""
    known = db.execute(
        "SELECT version, text_sha256, facts, files FROM versions WHERE release = ? ORDER BY version", [id]
    ).fetchall()
    [seen] = db.execute(_LAST_PUBLISHED, [id]).fetchone()
    digests, states, last = {one[1] for one in known}, {one[1:] for one in known}, known[-1][0]
    theirs = sorted(shard.of("versions", row["id"]), key=lambda one: int(one["version"]))
    later = [
        one
        for one in theirs
        if one["seen"] >= seen
        and (
            one["text_sha256"] not in digests
            # an edit of a field or a file: the text is held
            or (
                one["changed"] != "[]"
                and one["seen"] > seen
                and (one["text_sha256"], one["facts"], one["files"]) not in states
            )
        )
    ]
    if not later:
        return "same"
    # the current one may show again what is held, after an edit that was taken back
    later = [one for one in theirs if one in later or one["version"] == row["version"]]
    title, text = db.execute("SELECT title, text FROM releases WHERE id = ?", [id]).fetchone()
    numbers = {}
    for number, version in enumerate(later, last + 1):
        numbers[version["version"]] = number
        insert(
            db, "versions", {**version, "release": id, "version": number, "capture": captures.get(version["capture"])}
        )
    content = {
        name: value
        for name, value in row.items()
        if name not in ("id", "url", "url_key", "source", "first_seen", "cluster")
    }
    content |= {"version": numbers[row["version"]], "changed": db.execute(_LAST_PUBLISHED, [id]).fetchone()[0]}
    index.write(db, id, (title, text), (row["title"], row["text"]))
    update(db, "releases", content, "id = ?", id)
    return "changed"


def _copy_parts(db: Database, shard: _Shard, release: int, id: int, captures: Ids, *, whole: bool) -> None:
    """Bring the rows that belong to a release; when its text is held (not `whole`), only its observations."""
    seen = {"observations", "status_changes"}
    _copy_files(db, shard, release, id, captures, whole=whole)
    tables = {table for table, names in shard.columns.items() if "release" in names} - _DERIVED - _BY_HAND
    for table in sorted(tables if whole else tables & seen):
        for row in shard.of(table, release):
            row["release"] = id
            if "capture" in row:
                row["capture"] = captures.get(row["capture"])
            if "target" in row:
                row["target"] = None  # computed anew
            insert(db, table, row, conflict="IGNORE" if table in seen else "REPLACE")


def _copy_files(db: Database, shard: _Shard, release: int, id: int, captures: Ids, *, whole: bool) -> None:
    """Bring the files of a release: all with its text, else those that are not kept here."""
    if whole:
        db.execute("DELETE FROM attachments WHERE release = ?", [id])
    _copy_contents(db, shard, release, id, captures)
    for row in shard.of("attachments", release):
        held = db.execute(
            "SELECT id, state FROM attachments WHERE release = ? AND url = ?", [id, row["url"]]
        ).fetchone()
        capture = captures.get(row["capture"])
        if (row["state"] == "kept" and capture is None) or (held and (held[1] == "kept" or row["state"] != "kept")):
            continue
        if held or whole:
            place = {"id": held[0] if held else None, "release": id, "capture": capture}
            insert(db, "attachments", {**row, **place}, conflict="REPLACE")
            if capture is not None:  # a shard of an earlier version has no other word of its content
                add_content(db, id, row["url"], _content(row, capture), row["seen"])


def _copy_contents(db: Database, shard: _Shard, release: int, id: int, captures: Ids) -> None:
    """Bring the contents that were found at the addresses of a release's files."""
    if "attachment_contents" not in shard.columns:
        return
    for row in sorted(shard.of("attachment_contents", release), key=lambda one: int(one["n"])):
        if (capture := captures.get(row["capture"])) is not None:
            add_content(db, id, row["url"], _content(row, capture), row["seen"])


def _content(row: Row, capture: int) -> Row:
    return {name: row[name] for name in ("sha256", "media_type", "size")} | {"capture": capture}


def _copy_texts(db: Database, shard: _Shard) -> None:
    """Bring the texts of the contents that came in, where none is held or earlier rules read the one that is."""
    for row in shard.rows("files", "id"):
        held = db.execute("SELECT rules FROM files WHERE sha256 = ?", [row["sha256"]]).fetchone()
        if held is None or held[0] < row["rules"]:
            found = {name: row[name] for name in ("state", "method", "reason", "pages", "text")}
            save_text(db, row["sha256"], FileText(**found), row["rules"], row["read"])


def _take_status(db: Database, id: int) -> None:
    """Give a release the status that its last change says, which the hub or the shard may have seen."""
    db.execute(
        "UPDATE releases SET status = coalesce((SELECT status FROM status_changes WHERE release = releases.id"
        " ORDER BY at DESC LIMIT 1), status) WHERE id = ?",
        [id],
    )


def _list(db: Database, row: Row) -> None:
    key = [row["url"], row["source"]]
    held = db.execute("SELECT last_listed, state FROM listings WHERE url = ? AND source = ?", key).fetchone()
    if held is None:
        insert(db, "listings", row)
        return
    ours, state = held
    db.execute(
        "UPDATE listings SET first_listed = min(first_listed, ?), last_listed = max(last_listed, ?)"
        " WHERE url = ? AND source = ?",
        [row["first_listed"], row["last_listed"], *key],
    )
    if row["last_listed"] > ours and "held" not in (state, row["state"]):
        taken = [row[name] for name in ("state", "attempts", "next_try", "reason")]
        db.execute(
            "UPDATE listings SET state = ?, attempts = ?, next_try = ?, reason = ? WHERE url = ? AND source = ?",
            [*taken, *key],
        )


def _remove(db: Database, folder: Path, shard: _Shard, *, again: bool) -> None:
    """Remove here, with every copy, the addresses that the other side has removed.

    `again`: a merge was cut short, so that a removal which was entered may not have been carried out.
    """
    for row in shard.rows("removed", "url"):
        if not again and db.execute("SELECT 1 FROM removed WHERE url = ?", [row["url"]]).fetchone():
            continue
        address, hide = row["url"], is_hidden(row["url_key"])
        if hide:
            addresses = db.execute("SELECT url, url_key FROM releases").fetchall()
            address = next((url for url, key in addresses if hidden(key) == row["url_key"]), "")
        if address:
            done = remove(db, folder, address, row["reason"], row["removed_at"], hide_address=hide, ahead=True)
            for place in done.unsearched:
                logger.warning("gongbao: a removal that came with the merge did not search a place: %s", place)
        else:
            # an address that is known by its digest alone; the note keeps the removal through a rebuild
            note = AddressRemoved(url=row["url"], key=row["url_key"], reason=row["reason"])
            with locked(folder, NOTES):
                warc.write_note(folder, NOTES, row["removed_at"], "urn:removed", note)
            with transaction(db):
                insert(db, "removed", row, conflict="IGNORE")
