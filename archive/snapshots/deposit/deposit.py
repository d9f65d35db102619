"""Making a deposit: built out of sight, so that it appears under its name whole or not at all."""

import errno
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import Literal

from archive.database import locked
from archive.files import sync
from archive.snapshots.deposit import bag, wacz
from archive.snapshots.deposit.content import snapshot_files, warc_files
from archive.snapshots.package import Edition, edition_of
from archive.snapshots.shelf import MAKING, Snapshot, SnapshotError, named, outdated

Form = Literal["bagit", "wacz"]


def deposit(folder: Path, name: str, form: Form, to: Path, now: datetime) -> Path:
    """Package a snapshot of the archive in `folder` for a repository, below the folder `to`; the new bag or file.

    With a private snapshot go the WARC files behind it. A public one goes alone: its pages as they were fetched hold what
    it withholds. Raises SnapshotError. The archive's snapshots and removals wait until the deposit is made.
    """
    if to.resolve().is_relative_to(folder.resolve()):
        raise SnapshotError(
            f"{to} lies in the archive, where a removal would damage a deposit: name another folder (--to)"
        )
    with locked(folder, "snapshot", wait=True), _sentences(to):
        found = _fit(folder, name, form)
        edition = _edition(found)
        final = to / (f"gongbao-{edition.version}" + (".wacz" if form == "wacz" else ""))
        if final.exists():
            raise SnapshotError(f"{final} is there already: move it away first")
        to.mkdir(parents=True, exist_ok=True)
        making = to / f"{MAKING}{final.name}"
        _clear(making)
        try:
            _write(making, folder, found, edition, form, now)
            making.rename(final)
        except BaseException:
            _clear(making)
            raise
        sync(to)
    return final


def _fit(folder: Path, name: str, form: Form) -> Snapshot:
    """The snapshot with this name, when it may be deposited so."""
    found = named(folder, name)
    if found.public and form == "wacz":
        raise SnapshotError("a public snapshot holds no WARC files, which hold what it withholds: deposit it as bagit")
    if found.public and found.folder in [one.folder for one in outdated(folder)]:
        raise SnapshotError(f"{found.folder.name} holds more than may be published now: make another one to deposit")
    return found


def _edition(found: Snapshot) -> Edition:
    """A snapshot's edition; one that an earlier version made does not state its time."""
    edition = edition_of(found.folder)
    return edition if edition.made else replace(edition, made=found.made)


def _write(making: Path, folder: Path, found: Snapshot, edition: Edition, form: Form, now: datetime) -> None:
    place = found.folder
    warcs = iter(()) if found.public else warc_files(folder, place)
    if form == "wacz":
        wacz.write(making, place, warcs, edition)
        sync(making)
    else:
        making.mkdir()
        bag.write(making, chain(snapshot_files(place), warcs), edition, now)


def _clear(making: Path) -> None:
    """Delete an unfinished deposit, of this run or of one that was killed."""
    if making.is_dir():
        shutil.rmtree(making)
    making.unlink(missing_ok=True)


@contextmanager
def _sentences(to: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        raise SnapshotError(f"no deposit was made: {f'the disk of {to} is full' if full else error}") from error
