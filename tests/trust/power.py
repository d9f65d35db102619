"""A disk whose power fails: an SQLite VFS (apsw) that notes every write, and what of it may be left after a cut.

What was synced is there. Of what was not, any write may be missing, and of a large one a part: disks promise 512 bytes.
"""

import random
import shutil
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import apsw

SECTOR = 512


class Log:
    """What happened to the files of a folder, in order."""

    def __init__(self) -> None:
        self.events: list[tuple[str, str, int, bytes]] = []

    def acknowledge(self) -> None:
        """The caller was told that all up to now is kept."""
        self.events.append(("ack", "", 0, b""))


class _File(apsw.VFSFile):
    def __init__(self, log: Log, name: Any, flags: list[int]) -> None:
        self.log, self.name = log, name.filename() if hasattr(name, "filename") else str(name)
        super().__init__("", name, flags)

    def xWrite(self, data: bytes, offset: int) -> None:
        self.log.events.append(("write", self.name, offset, bytes(data)))
        super().xWrite(data, offset)

    def xTruncate(self, size: int) -> None:
        self.log.events.append(("truncate", self.name, size, b""))
        super().xTruncate(size)

    def xSync(self, flags: int) -> None:
        self.log.events.append(("sync", self.name, 0, b""))
        super().xSync(flags)

    def xSectorSize(self) -> int:
        return SECTOR

    def xDeviceCharacteristics(self) -> int:
        return 0  # promises nothing: neither atomic nor ordered writes


class LoggedDisk(apsw.VFS):
    def __init__(self, name: str, log: Log) -> None:
        self.log = log
        super().__init__(name, "")

    def xOpen(self, name: Any, flags: list[int]) -> _File:
        return _File(self.log, name, flags)

    def xDelete(self, name: str, sync: bool) -> None:
        self.log.events.append(("delete", name, 0, b""))
        super().xDelete(name, sync)


class Cursor:
    """What our code uses of an sqlite3 cursor."""

    def __init__(
        self, rows: list[tuple[Any, ...]], names: list[str], connection: apsw.Connection, changed: int
    ) -> None:
        self.rows, self.rowcount = iter(rows), changed
        self.description = [(name,) for name in names] or None
        self.lastrowid = connection.last_insert_rowid()

    def fetchone(self) -> tuple[Any, ...] | None:
        return next(self.rows, None)

    def fetchall(self) -> list[tuple[Any, ...]]:
        return list(self.rows)

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        return self.rows


class Connection:
    """An apsw connection that looks like the sqlite3 one that the archive expects."""

    isolation_level = None

    def __init__(self, path: str, vfs: str) -> None:
        self.inner = apsw.Connection(path, vfs=vfs)
        self.inner.set_busy_timeout(1000)

    @property
    def in_transaction(self) -> bool:
        return self.inner.in_transaction

    def execute(self, sql: str, values: Any = ()) -> Cursor:
        names: list[str] = []
        cursor = self.inner.cursor()

        def describe(traced: apsw.Cursor, *_: Any) -> bool:
            names[:] = [column[0] for column in traced.get_description()]
            return True

        cursor.exec_trace = describe  # also told of a query that finds no row
        before = self.inner.total_changes()
        rows = list(cursor.execute(sql, values or None))
        return Cursor(rows, names, self.inner, self.inner.total_changes() - before)

    def executemany(self, sql: str, values: Sequence[Any]) -> None:
        for one in values:
            self.execute(sql, one)

    def create_function(self, name: str, arity: int, function: Any, **_: Any) -> None:
        self.inner.create_scalar_function(name, function, arity)

    def close(self) -> None:
        self.inner.close()


def after_cut(before: Path, log: Log, at: int, place: Path, chance: random.Random) -> int:
    """Make `place` what the folder `before` may be when the power failed at event `at`; how many acknowledgements came."""
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir()
    files = {path.name: bytearray(path.read_bytes()) for path in before.iterdir() if path.is_file()}
    waiting: dict[str, list[tuple[str, int, bytes]]] = defaultdict(list)
    acknowledged = 0
    for kind, path, offset, data in log.events[:at]:
        name = Path(path).name
        if kind == "ack":
            acknowledged += 1
        elif kind == "sync":
            for event in waiting.pop(name, []):
                _apply(files, name, *event)
            files.setdefault(name, bytearray())
        elif kind == "delete":
            files.pop(name, None)
            waiting.pop(name, None)
        else:
            waiting[name].append((kind, offset, data))
    for name, events in waiting.items():
        for kind, offset, data in events:
            if chance.random() < 0.5:
                continue
            torn = len(data) > SECTOR and chance.random() < 0.5
            _apply(
                files,
                name,
                kind,
                offset,
                data[: chance.randrange(1, len(data) // SECTOR + 1) * SECTOR] if torn else data,
            )
    for name, content in files.items():
        if not name.endswith("-shm"):
            (place / name).write_bytes(content)
    return acknowledged


def _apply(files: dict[str, bytearray], name: str, kind: str, offset: int, data: bytes) -> None:
    content = files.setdefault(name, bytearray())
    if kind == "truncate":
        del content[offset:]
        return
    content.extend(b"\0" * (offset + len(data) - len(content)))
    content[offset : offset + len(data)] = data
