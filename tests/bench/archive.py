"""`make bench-archive N=…`: an archive of N releases, made by the store's own code, and what it costs to use.

python -m tests.bench.archive [--releases N] [--folder DIR] [--growth]; with --growth only what storing costs. An
archive that stands in DIR already gets what it lacks of N, so that a large one can be built in parts; killed, it goes on where it was.
"""

import argparse
import os
import resource
import shutil
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from sqlite_utils import Database

from archive import duplicates, store
from archive.database import transaction
from archive.model import Page, Release
from archive.schema.open import open_archive
from archive.search import index
from archive.snapshots import make as snapshot
from archive.snapshots.exports import export
from archive.snapshots.package import edition_of
from archive.snapshots.shelf import DATABASE
from archive.texts.normalised import text_key
from archive.verification.verify import verify_noting
from crawler.sources import load_sources
from crawler.sources.row import source_row
from tests.bench.figures import tell
from tests.bench.site import source
from tests.bench.texts import COMMON, Writer

BATCH = 50
POINTS = (1000, 10_000, 100_000, 1_000_000)
OVER = 500  # releases that a cost is measured over
FIRST = datetime(2016, 1, 1, 9, tzinfo=UTC)
REPOSTED = 0.05  # share of releases with an earlier one's text
TIMES = 20  # repetitions of what is quick
COPIES = 3  # of what is slow
NEWS = 100  # releases that are held for each that comes between two public snapshots
_TOLD = {"snapshot": "making a", "verify": "verifying a", "again": "verifying again a"}


def releases(count: int, first: int = 0) -> Iterator[Release]:
    writer = Writer()
    for number in range(first, count):
        told = number // 2 if number % round(1 / REPOSTED) == 0 else number
        text, day = "\n".join(writer.paragraphs(told)), FIRST + timedelta(minutes=7 * number)
        page = Page(
            url=f"http://127.0.0.1/xwfb/{day:%Y%m}/t{day:%Y%m%d}_{number:08d}.html", source="bench",
            fetched=day.isoformat(timespec="seconds"), body=b"",
        )  # fmt: skip
        title, published = writer.title(told), f"{day:%Y-%m-%dT%H:%M}+08:00"
        fingerprint = duplicates.fingerprint(title, published, text)  # in a crawl, a worker process does this
        yield Release(
            page=page,
            title=title,
            text=text,
            published=published,
            text_key=text_key(fingerprint.key),
            fingerprint=fingerprint,
        )


def fill(db: Database, count: int) -> dict[int, float]:
    """Store what is lacking of so many releases, in batches; the CPU milliseconds of one, by how many were held."""
    [held] = db.execute("SELECT count(*) FROM releases").fetchone()
    spent: list[float] = []
    costs: dict[int, float] = {}
    batch: list[Release] = []
    for number, release in enumerate(releases(count, held), held + 1):
        batch.append(release)
        if len(batch) == BATCH or number == count:
            began = time.process_time()
            with transaction(db):
                for one in batch:
                    store.save(db, one, FIRST)
            spent.append((time.process_time() - began) / len(batch) * 1000)
            batch.clear()
        if number in POINTS or number == count:
            costs[number] = statistics.median(spent[-OVER // BATCH :])
            print(f"{number:>9,} held: {costs[number]:.2f} ms CPU to store a release", flush=True)
    return costs


def median_of(work: Callable[[], object], times: int = TIMES) -> float:
    """Milliseconds."""
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        taken.append((time.perf_counter() - began) * 1000)
    return statistics.median(taken)


def searches(path: Path) -> Iterator[tuple[str, float]]:
    db = Database(path)
    writer = Writer()
    words = {"common word": COMMON[0], "rare word": writer.words[-2], "two common words": f"{COMMON[0]} {COMMON[1]}"}
    for name, words_asked in words.items():
        match = " ".join(f'"{index.spaced(word)}"' for word in words_asked.split())
        for order, by in (("newest", "rowid DESC"), ("best", "rank")):
            sql = f"SELECT rowid FROM releases_fts WHERE releases_fts MATCH ? ORDER BY {by} LIMIT 20"
            yield (
                f"search, {name}, {order} first",
                median_of(lambda sql=sql, match=match: db.execute(sql, [match]).fetchall()),
            )
    some = "SELECT * FROM releases WHERE id = ?"
    yield "the row of a release", median_of(lambda: db.execute(some, [500]).fetchall())
    table = "SELECT id, title, published FROM releases ORDER BY published DESC LIMIT 20 OFFSET 200"
    yield "a page of the newest", median_of(lambda: db.execute(table).fetchall())


def sizes(path: Path) -> list[tuple[str, int]]:
    """Bytes of each table with its indexes, largest first. In a sum of dbstat, `pgsize` of 2 GB and more is negative."""
    db = Database(path)
    [page] = db.execute("PRAGMA page_size").fetchone()
    sql = f"""SELECT coalesce(m.tbl_name, s.name), {page} * sum(s.pageno) FROM dbstat s LEFT JOIN sqlite_master m ON m.name = s.name
        WHERE s.aggregate = TRUE GROUP BY 1 ORDER BY 2 DESC"""
    return [(name, size) for name, size in db.execute(sql)]


def main() -> None:
    parser = argparse.ArgumentParser(description="Build a large archive and measure it")
    parser.add_argument("--releases", type=int, default=10_000)
    parser.add_argument("--folder", type=Path, help="where to build it (default: a temporary folder)")
    parser.add_argument("--growth", action="store_true", help="only what storing costs as the archive grows")
    options = parser.parse_args()
    folder = options.folder or Path(tempfile.mkdtemp(prefix="gongbao-bench-"))
    try:
        costs = make(folder, options.releases)
        if not options.growth:
            measure(folder, costs.get(options.releases, 0))
    finally:
        if options.folder is None:
            shutil.rmtree(folder)


def make(folder: Path, count: int) -> dict[int, float]:
    """Build the archive, or what it lacks; what storing cost, by how many were held."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "source.toml").write_text(source("bench", ["http://127.0.0.1/xwfb/index.html"]))
    db = open_archive(folder)
    for declared in load_sources(str(folder / "source.toml")).values():
        store.declare_source(db, source_row(declared))
    db.execute("PRAGMA synchronous=OFF")  # a benchmark need not survive a power cut
    costs = fill(db, count)
    points = sorted(costs)
    for less, more in zip(points, points[1:], strict=False):
        tell(f"storing a release, {more} held against {less}", costs[more] / costs[less])
    print(f"memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()
    return costs


def measure(folder: Path, storing: float) -> None:
    """Print sizes and costs; `storing`: milliseconds of CPU that a release took last, 0: none was stored."""
    path = folder / DATABASE
    with closing(sqlite3.connect(path)) as db:
        [count] = db.execute("SELECT count(*) FROM releases").fetchone()
    print(f"archive.db: {path.stat().st_size / 1e6:,.0f} MB, {path.stat().st_size / count:,.0f} bytes a release")
    for name, size in sizes(path)[:8]:
        print(f"  {name:20} {size / 1e6:10,.1f} MB {100 * size / path.stat().st_size:5.1f} %")
    for name, milliseconds in [*searches(path), ("looking up duplicates", duplicate_lookup(folder, count))]:
        print(f"{name:42} {milliseconds:10.2f} ms")
    for public in (False, True):
        cpu = snapshots(folder, public=public)
        for name in _TOLD if storing else ():
            against = cpu[name] * 1000 / count / storing
            tell(
                f"{_TOLD[name]} {'public' if public else 'private'} snapshot against storing its releases, CPU", against
            )


def duplicate_lookup(folder: Path, count: int) -> float:
    """Milliseconds to place a release that is held anew: to read its text, and to look up what it duplicates."""
    db = open_archive(folder)
    some = iter(range(1, count, max(1, count // TIMES - 1)))
    db.execute("BEGIN")
    taken = median_of(lambda: duplicates.place(db, next(some)))
    db.execute("ROLLBACK")
    db.close()
    return taken


def snapshots(folder: Path, *, public: bool) -> dict[str, float]:
    """Copying the file, making a snapshot, its exports by themselves, and verifying it twice: in turn, against the copy; CPU of each.

    A public snapshot is made twice, the first from nothing and, after some news, the next from the first.

    Each begins with all files out of memory, as a day after the last one on a machine with other work: a copy of a file that memory
    holds takes as long as writing to memory, and is no measure.
    """
    used = {}
    rounds = [_once(folder, public=public) for _ in range(COPIES)]
    print("a public snapshot" if public else "a snapshot")
    for name in rounds[0]:
        ratios = sorted(one[name].wall / one["copy"].wall for one in rounds)
        wall, cpu = (statistics.median(getattr(one[name], kind) for one in rounds) for kind in ("wall", "cpu"))
        spread = f"{statistics.median(ratios):.1f} times, {ratios[0]:.1f}-{ratios[-1]:.1f}"
        print(f"  {name:10} {wall:8.1f} s ({spread}); CPU {cpu:.1f} s", flush=True)
        used[name] = cpu
    return used


def _add_news(folder: Path) -> None:
    """Store one release for each `NEWS` that are held."""
    with closing(open_archive(folder)) as db:
        [held] = db.execute("SELECT count(*) FROM releases").fetchone()
        db.execute("PRAGMA synchronous=OFF")
        fill(db, held + held // NEWS)


class Taken(NamedTuple):
    """Seconds."""

    wall: float
    cpu: float


def _once(folder: Path, *, public: bool) -> dict[str, Taken]:
    copying = _cold(folder, lambda: _copy(folder / DATABASE, folder / "copy"))
    (folder / "copy").unlink()
    made: list[Path] = []

    def make() -> None:
        made.append(snapshot.make(folder, public=public, now=datetime.now(UTC)))

    first = {"first": _cold(folder, make)} if public else {}  # the next one starts from it
    if public:
        _add_news(folder)
    making = _cold(folder, make)
    place = made[-1]
    exporting = _cold(folder, lambda: _export(place, folder / "exports"))
    verifying, again = (
        _cold(folder, lambda everything=everything: verify_noting(place, everything=everything))
        for everything in (True, False)
    )
    for one in made:
        shutil.rmtree(one)
    return {"copy": copying, **first, "snapshot": making, "exports": exporting, "verify": verifying, "again": again}


def _cold(folder: Path, work: Callable[[], object]) -> Taken:
    """What a work takes that begins with no file of a folder in memory."""
    for path in folder.rglob("*"):
        if path.is_file():
            with path.open("rb") as file:
                os.fsync(file.fileno())
                os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    wall, cpu = time.perf_counter(), _cpu()
    work()
    return Taken(time.perf_counter() - wall, _cpu() - cpu)


def _cpu() -> float:
    """Of this process and of those that it started and that have ended."""
    return sum(os.times()[:4])


def _export(place: Path, to: Path) -> None:
    to.mkdir(exist_ok=True)
    export(place / DATABASE, to, edition_of(place))


def _copy(path: Path, to: Path) -> None:
    shutil.copyfile(path, to)
    with to.open("rb") as file:
        os.fsync(file.fileno())


if __name__ == "__main__":
    main()
