"""The finished snapshots of an archive: named, listed, thinned, kept for good, and withdrawn.

snapshots/20200413T050900Z/          a snapshot (make.py)
snapshots/20200413T051000Z-public/   one that is fit to be published (publish.py)
snapshots/latest                     leads to the newest of either kind
snapshots/public                     leads to the newest that may be published
snapshots/kept/NAME                  leads to one that a user named to be kept

Snapshots older than 30 days are thinned: of each kind and month the last stays, and so does a kept one.
"""

import functools
import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from archive.chain import MANIFEST
from archive.database import locked, reading
from archive.errors import GongbaoError
from archive.files import digest, sync
from archive.snapshots import publish
from archive.times import zulu

DATABASE = "archive.db"
SUMS = "SHA256SUMS"
MAKING = ".making-"  # begins the name of a folder in which a snapshot is being made
KEPT_DAYS = 30
PUBLIC = "-public"
_KEPT = "kept"
_NAME = re.compile(r"\w[\w.-]{0,63}")  # also a part of addresses and of file names


class SnapshotError(GongbaoError):
    """A snapshot cannot be made or found, or fails its checks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """A finished snapshot on disk."""

    folder: Path
    public: bool
    made: str  # UTC, ISO 8601
    kept: tuple[str, ...] = ()  # the names under which it is kept


def thin(folder: Path, now: datetime) -> list[Path]:
    """Delete old snapshots; return their folders. These stay, of each kind: the snapshots of the
    `KEPT_DAYS` before `now`, the last of every earlier month, those that are kept by name, and the targets of the links.
    """
    limit = zulu(now - timedelta(days=KEPT_DAYS))
    pointed = {(folder / "snapshots" / link).resolve().name for link in ("latest", "public")}
    months: set[tuple[bool, str]] = set()
    deleted = []
    for one in list_snapshots(folder):  # newest first
        month = (one.public, one.made[:7])
        if one.made < limit and month in months and one.folder.name not in pointed and not one.kept:
            shutil.rmtree(one.folder)
            deleted.append(one.folder)
        months.add(month)
    return deleted


def outdated(folder: Path) -> list[Snapshot]:
    """The public snapshots that hold more than one that was made now would: weaker rules, or a source that is no longer official."""
    now = replace(publish.guard_of(folder / DATABASE), protection=publish.PROTECTION)
    public = [one for one in list_snapshots(folder) if one.public]
    return [one for one in public if not publish.guard_of(one.folder / DATABASE).covers(now)]


def withdraw(folder: Path) -> list[Path]:
    """Delete the outdated public snapshots; their folders. The chain keeps their links."""
    with locked(folder, "snapshot", wait=True):
        found = [one.folder for one in outdated(folder)]
        for place in found:
            shutil.rmtree(place)
        for link in (folder / "snapshots" / _KEPT).glob("*"):
            if not link.exists():
                link.unlink()
    return found


def list_snapshots(folder: Path) -> list[Snapshot]:
    """The finished snapshots of the archive in `folder`, newest first; none in which `lack` finds something.

    Such as a wrong clock has dated into the future come last: each one that is made later would stand behind them.
    """
    found = []
    names: dict[str, list[str]] = {}
    for link in sorted((folder / "snapshots" / _KEPT).glob("*")):
        names.setdefault(link.resolve().name, []).append(link.name)
    for place, made in folders(folder):
        if not lack(place):
            public = place.name.endswith(PUBLIC)
            kept = tuple(names.get(place.name, ()))
            found.append(Snapshot(folder=place, public=public, made=zulu(made), kept=kept))
    limit = zulu(late())
    return sorted(found, key=lambda snapshot: (snapshot.made <= limit, snapshot.folder.name), reverse=True)


def passed_over(folder: Path) -> list[str]:
    """In a sentence each, the folders that have the name of a snapshot and are not served, or only where there is no other."""
    places = sorted(folders(folder))
    lacking = [f"{place} is passed over: {fault}" for place, _ in places if (fault := lack(place))]
    wrong = " is dated into the future by a clock that was wrong, and counts as the oldest"
    return [*lacking, *(f"{place}{wrong}" for place, made in places if made > late())]


def late() -> datetime:
    """The latest time that the name of a snapshot can have now: clocks differ, and names count up within a second."""
    return datetime.now(UTC) + timedelta(days=1)


def folders(folder: Path) -> Iterator[tuple[Path, datetime]]:
    """The folders that have the name of a snapshot, and the time in it."""
    for place in (folder / "snapshots").glob("[0-9]*"):
        with suppress(ValueError):
            yield place, datetime.strptime(place.name.removesuffix(PUBLIC), "%Y%m%dT%H%M%S%z")


def lack(place: Path) -> str:
    """What keeps a folder from being a finished snapshot, as far as a short look tells; "" when nothing does.

    `scrapy verify` reads it all. Here SQLite opens the database, which names one that was cut short, and what a site reads at
    once is compared with its digest. A folder is looked at again when a file in it has another size or time: a site lists
    its snapshots at each request.
    """
    try:
        files = [(file.name, file.stat()) for file in place.iterdir()]
    except OSError as error:
        return f"it cannot be read: {error.strerror}"
    return _lack(place, tuple(sorted((name, at.st_size, at.st_mtime_ns) for name, at in files)))


@functools.lru_cache(maxsize=4096)
def _lack(place: Path, _: tuple[tuple[str, int, int], ...]) -> str:
    try:
        lines = [line.partition("  ") for line in (place / SUMS).read_text("utf-8").splitlines()]
        named = {name: sum for sum, _, name in lines}
        for name in (DATABASE, MANIFEST):
            if name not in named or not (place / name).is_file():
                return f"its {name} is missing, or not named in {SUMS}"
        for name in named:
            if name.endswith(".json") and digest(place / name) != named[name]:
                return f"its {name} does not fit {SUMS}"
        with closing(reading(place / DATABASE)) as db:
            db.execute("SELECT 1 FROM releases LIMIT 1")
    except UnicodeError:
        return f"its {SUMS} is not a list of digests"
    except OSError as error:
        return f"{Path(error.filename).name} cannot be read: {error.strerror}"
    except sqlite3.Error as error:
        return f"its {DATABASE} cannot be read: {error}"
    return ""


def named(folder: Path, name: str) -> Snapshot:
    """The snapshot that is kept under a name, or has that folder. Raises SnapshotError."""
    there = list_snapshots(folder)
    for one in there:
        if name in (one.folder.name, *one.kept):
            return one
    known = ", ".join(kept for one in there for kept in one.kept)
    hint = f"; kept are {known}" if known else "; `scrapy snapshot --keep NAME` keeps one"
    raise SnapshotError(f"there is no snapshot {name} in {folder}{hint}")


def newest(folder: Path, *, public: bool) -> Path:
    """The folder of the newest snapshot to serve; with `public` only of those that may be published.

    Without, the newest private one: a public one that was made after it says less. Raises SnapshotError.
    """
    there = list_snapshots(folder)
    private = [one.folder for one in there if not one.public and not public]
    if found := private or [one.folder for one in there if one.public]:
        return found[0]
    command = "scrapy snapshot --public" if public else "scrapy snapshot"
    raise SnapshotError(f"there is no {'public ' if public else ''}snapshot in {folder}: make one with `{command}`")


def free_name(snapshots: Path, *, public: bool, now: datetime) -> Path:
    """The name of a snapshot made now; when that is taken, of the next free second."""
    moment = now.astimezone(UTC)
    while True:
        stamp = moment.strftime("%Y%m%dT%H%M%SZ")
        if not (snapshots / stamp).exists() and not (snapshots / (stamp + PUBLIC)).exists():
            return snapshots / (stamp + PUBLIC if public else stamp)
        moment += timedelta(seconds=1)


def check_name(folder: Path, name: str) -> None:
    """Refuse a name under which no snapshot can be kept. Raises SnapshotError."""
    if not _NAME.fullmatch(name):
        raise SnapshotError(f"{name!r} is no name for a snapshot: letters, digits, '.', '-' and '_', 64 at most")
    link = folder / "snapshots" / _KEPT / name
    if link.is_symlink():
        raise SnapshotError(f"a snapshot is kept as {name} already: {link.resolve().name}; choose another name")


def keep(place: Path, name: str) -> None:
    """Keep a snapshot for good under a name that `check_name` found free."""
    kept = place.parent / _KEPT
    kept.mkdir(exist_ok=True)
    point(kept / name, f"../{place.name}")


def put(place: Path, *, public: bool) -> None:
    """Let the links lead to a snapshot that was just made."""
    for link in ("latest", "public") if public else ("latest",):
        point(place.parent / link, place.name)


def point(link: Path, target: str) -> None:
    """Let a link lead to a target, at once and for good."""
    fresh = link.with_name(f".{link.name}")
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(target)
    fresh.replace(link)
    sync(link.parent)
