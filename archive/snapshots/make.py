"""Snapshots: finished, checked, immutable copies of an archive, the only thing that is ever served or given away.

A folder holds archive.db, metadata.json, exports, manifest.txt (chain.py) and SHA256SUMS; shelf.py says where it stands.
"""

import errno
import json
import logging
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from archive import chain, times
from archive.database import connect, locked, mapped
from archive.duplicates import origins, passages
from archive.duplicates.passages import Sentences
from archive.files import digest, sync
from archive.search import index
from archive.snapshots import events, inherited, places, publish, records, speakers, tablewise
from archive.snapshots.checks import check, check_some
from archive.snapshots.columns import COLUMNS
from archive.snapshots.describe import describe
from archive.snapshots.exports import write_exports
from archive.snapshots.inherited import DamagedError, forerunner_of
from archive.snapshots.live_copy import copied
from archive.snapshots.package import Edition
from archive.snapshots.places import NOTHING_KNOWN, Known
from archive.snapshots.readers import readers
from archive.snapshots.shelf import DATABASE, MAKING, SUMS, SnapshotError, check_name, free_name, keep, put, thin
from archive.store import documents
from archive.times import zulu

logger = logging.getLogger(__name__)

_COPY = "copy.db"  # a public snapshot's database is made from it
_SALTED = ("salts", "files")  # tables with salts, of which a public snapshot keeps some back
_DERIVED = ("shingles", "carried")  # only writers need them, and `scrapy duplicates` makes them anew
_COMPUTED = {name: column for name, column in COLUMNS.items() if column.computed}  # only snapshots have them


def make(folder: Path, *, public: bool, now: datetime, name: str = "", known: Known = NOTHING_KNOWN) -> Path:
    """Make a snapshot of the archive in `folder`, as of now, while it may be written to; return the snapshot's folder.

    It is built and checked out of sight and appears under its name whole or not at all. `now` gives the name, in UTC;
    when that is taken, the next free second does. A snapshot with a `name` is kept for good. `known` is what the
    crawler knows of the country's places. Raises SnapshotError.
    """
    if not (folder / DATABASE).is_file():
        raise SnapshotError(f"there is no archive in {folder}: crawl something first, or set ARCHIVE_DIR")
    if name:
        check_name(folder, name)
    snapshots = folder / "snapshots"
    with _sentences(snapshots), locked(folder, "snapshot", wait=True):
        _refuse_a_second_chain(folder)
        chain.check_end(folder)
        snapshots.mkdir(exist_ok=True)
        for left in snapshots.glob(f"{MAKING}*"):
            shutil.rmtree(left)
        making = Path(tempfile.mkdtemp(prefix=MAKING, dir=snapshots))
        try:
            making.chmod(0o755)
            place = free_name(snapshots, public=public, now=now)
            edition = Edition(id=place.name, name=name, made=zulu(now))
            if public:
                _build_public(folder, making, now=now, edition=edition, known=known)
            else:
                _build_private(folder, making, now=now, edition=edition, known=known)
            making.rename(place)
        except BaseException:
            shutil.rmtree(making, ignore_errors=True)
            raise
        sync(snapshots)
        put(place, public=public)
        if name:
            keep(place, name)
        thin(folder, now)
    return place


def _refuse_a_second_chain(folder: Path) -> None:
    """Raise SnapshotError when archive.db came from a snapshot and the chain has no link.

    Its link would have number 1 again, and the next backup would overwrite the old one.
    """
    if chain.link_paths(folder / chain.FOLDER):
        return
    with closing(connect(str(folder / DATABASE))) as db:
        if _columns(db).isdisjoint(_COMPUTED):
            return
    raise SnapshotError(
        f"archive.db was put back from a snapshot, but {folder / chain.FOLDER} has no link: put back chain/ from the backup."
        " Where it is lost, move archive.db away and run `scrapy rebuild`: a new chain then begins"
    )


@contextmanager
def _sentences(place: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        full = "full" in str(error)
        raise SnapshotError(_full(place) if full else f"no snapshot was made: {error}") from error
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        raise SnapshotError(_full(place) if full else f"no snapshot was made: {error}") from error


def _full(place: Path) -> str:
    needs = "a snapshot needs one and a half times the size of archive.db, a public one three times"
    return f"no snapshot was made: the disk of {place} is full; {needs}"


def _build_private(folder: Path, making: Path, *, now: datetime, edition: Edition, known: Known) -> None:
    finished = making / DATABASE
    with (
        ThreadPoolExecutor() as pool,
        copied(folder / DATABASE, finished, readers=4, empty=_DERIVED) as (copying, (telling, reading, *others)),
    ):
        told = telling.finish(chain.snapshot_facts, folder)
        sentences = reading.finish(passages.read)
        # it equals the archive, so its exports need not wait for the copy
        exporting = pool.submit(write_exports, others, making, edition)
        copying.result()
        with closing(_unjournaled(finished)) as db:
            _finish(db, sentences.result(), known, now)
            metadata, sum = _check(db, finished, pool, public=False)
        digests = {**exporting.result(), DATABASE: sum}
    _seal(folder, making, metadata, digests, told.result(), now)


def _build_public(folder: Path, making: Path, *, now: datetime, edition: Edition, known: Known) -> None:
    try:
        _build_from(forerunner_of(folder), folder, making, now=now, edition=edition, known=known)
    except DamagedError as damaged:
        logger.warning("gongbao: %s; the new snapshot is made without it", damaged)
        for path in making.iterdir():
            path.unlink()
        _build_from(None, folder, making, now=now, edition=edition, known=known)


def _build_from(
    earlier: Path | None, folder: Path, making: Path, *, now: datetime, edition: Edition, known: Known
) -> None:
    """Build a public snapshot, with the search indexes of an earlier one."""
    finished, copy = making / DATABASE, making / _COPY
    absent = index.TABLES if earlier else ()
    with (
        ThreadPoolExecutor() as pool,
        copied(folder / DATABASE, copy, readers=3, absent=absent, empty=_DERIVED) as (copying, three),
    ):
        telling, reading, looking = three
        told = telling.finish(chain.snapshot_facts, folder)
        sentences = reading.finish(passages.read)
        suspects = looking.finish(publish.suspects)
        indexing = [pool.submit(inherited.check, earlier)] if earlier else []
        copying.result()
        if earlier:
            indexing.append(pool.submit(inherited.begin, earlier, finished))
        with closing(_unjournaled(copy)) as db:
            changed = publish.prepare(db, suspects.result())
            _let_read(db)
            with readers(copy, 3) as (telling, *others):
                told_now = telling.submit(chain.release_facts)
                exporting = pool.submit(write_exports, others, making, edition)
                if not earlier:
                    publish.merge(db)
                for indexed in indexing:
                    indexed.result()
                tablewise.fill(tablewise.begun(copy, finished), empty=_SALTED)
                kept = chain.keep_back(db, told.result(), told_now.result())
                tablewise.add(copy, finished, _SALTED)
                if earlier:
                    inherited.bring_up(earlier, finished)
                with closing(_unjournaled(finished)) as finishing:
                    _finish(finishing, sentences.result().renewed(finishing, changed), known, now)
                    metadata, sum = _check(finishing, finished, pool, public=True)
                digests = {**exporting.result(), DATABASE: sum}
            for path in making.glob(f"{_COPY}*"):  # before it is closed, which would write the changes into it
                path.unlink()
    _seal(folder, making, metadata, digests, [*told.result(), *kept], now)


def _check(
    db: sqlite3.Connection, finished: Path, pool: ThreadPoolExecutor, *, public: bool
) -> tuple[Mapping[str, Any], str]:
    """Check a finished database, which nobody writes to from here on; what describes it, and its digest."""
    checks = [pool.submit(work, finished) for work in (check, check_some, sync)]
    summing = pool.submit(digest, finished)
    metadata = describe(db, public=public)
    for checked in checks:
        checked.result()
    return metadata, summing.result()


def _unjournaled(copy: Path) -> sqlite3.Connection:
    """A connection that writes without a journal: a crash throws an unfinished copy away."""
    db = mapped(sqlite3.connect(copy, isolation_level=None))
    db.execute("PRAGMA journal_mode = OFF")
    db.execute("PRAGMA synchronous = OFF")
    return db


def _let_read(db: sqlite3.Connection) -> None:
    """Let others read while `db` is written to. Its changes stay in the WAL: the copy is deleted afterwards."""
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA wal_autocheckpoint = 0")


def _seal(
    folder: Path, making: Path, metadata: Mapping[str, Any], digests: dict[str, str], told: list[str], now: datetime
) -> None:
    """Write the snapshot's metadata, its link of the chain, and the sums of its files."""
    (making / "metadata.json").write_text(json.dumps(metadata, ensure_ascii=False, indent=2) + "\n", "utf-8")
    digests |= {path.name: digest(path) for path in making.iterdir() if path.name not in digests}
    link = chain.append(folder, times.stamp(now), [*told, *chain.file_facts(digests)])
    shutil.copyfile(link, making / chain.MANIFEST)
    digests[chain.MANIFEST] = digest(making / chain.MANIFEST)
    lines = [f"{sum}  {name}\n" for name, sum in sorted(digests.items())]
    (making / SUMS).write_text("".join(lines), "utf-8")
    for path in making.iterdir():
        sync(path)
    sync(making)


def _finish(db: sqlite3.Connection, sentences: Sentences, known: Known, now: datetime) -> None:
    """Add to a copy what only the database that is served has."""
    with _without_triggers(db):
        origins.record_all(db)
        events.record_all(db)
        passages.record_all(db, sentences)
        records.record_all(db)
        speakers.record_all(db)
        documents.record_numbers(db)
        places.record_all(db, known, now)
        _add_columns(db)
    db.execute("ANALYZE")


@contextmanager
def _without_triggers(db: sqlite3.Connection) -> Iterator[None]:
    """Keep triggers from firing: the archive's owner may have made some that write into tables of theirs."""
    held = db.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY rowid").fetchall()
    for name, _ in held:
        db.execute(f'DROP TRIGGER "{name}"')
    yield
    for _, sql in held:
        db.execute(sql)


def _columns(db: sqlite3.Connection) -> set[str]:
    return {row[1] for row in db.execute("PRAGMA table_info(releases)")}


def _add_columns(db: sqlite3.Connection) -> None:
    """Add columns that readers filter by, and the indexes that they alone need."""
    # an archive that was restored from a snapshot has the columns already
    there = _columns(db)
    for name, column in _COMPUTED.items():
        if name not in there:
            db.execute(f"ALTER TABLE releases ADD COLUMN {name} {'INTEGER' if column.kind == 'integer' else 'TEXT'}")
    db.execute(f"UPDATE releases SET {', '.join(f'{name} = {column.computed}' for name, column in _COMPUTED.items())}")
    db.execute("""CREATE INDEX IF NOT EXISTS releases_card
        ON releases(id, published, source, region, year, publisher, status, edits, cluster)""")
    db.execute("""CREATE INDEX IF NOT EXISTS releases_elements
        ON releases(issuer, region, co_issuers, subject_class, genre, effective, expires, addressee, signatory)""")
    db.execute("CREATE INDEX IF NOT EXISTS indicators_name ON indicators(name)")
    for name in ("region", "year", "publisher"):
        db.execute(f"CREATE INDEX IF NOT EXISTS releases_{name} ON releases({name}, published)")
