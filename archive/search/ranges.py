"""The index of texts, asked by several connections at the same time, each about a range of releases.

A phrase of common signs makes FTS5 look at most of the releases, a tenth of a second where half a million are held. SQLite
lets go of Python's lock meanwhile, so that threads share the work as far as there are cores that have nothing else to do.
"""

import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from itertools import pairwise
from typing import Any

from archive.database import column

SHARE = 50_000  # releases of a range at least: to hand over one costs a tenth of a millisecond
_OFFERED = """SELECT rowid AS value FROM releases_fts WHERE releases_fts MATCH ? AND rowid > ? AND rowid <= ?
    ORDER BY rowid LIMIT ?"""  # forwards, a rare phrase of common signs takes a fifth less
_END = (1 << 63) - 1


class Ranged(sqlite3.Connection):
    """A connection to a database that nobody writes to, with further ones, and threads, for ranges of its releases.

    They work beside it only as long as it is `alone`: beside other searches they would take a third more of the cores.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.alone = True
        self.beside: list[sqlite3.Connection] = []
        self._ends = [0, _END]  # a range lies behind one end, as far as the next
        self._threads = ThreadPoolExecutor()

    def share(self, most: int, opening: Callable[[], sqlite3.Connection]) -> None:
        """Open as many connections as the releases are worth, `most` ranges in all. Any thread may use them."""
        (last,) = self.execute("SELECT coalesce(max(id), 0) FROM releases").fetchone()
        ranges = max(1, min(most, last // SHARE))
        self.beside = [opening() for _ in range(ranges - 1)]
        self._ends = [0, *(last * part // ranges for part in range(1, ranges)), _END]

    def offered(self, words: str, most: int) -> list[int]:
        """The ids of the first `most` releases that the index offers. Raises sqlite3.OperationalError as a connection does."""
        (own, *further) = pairwise(self._ends)
        asked = [
            self._threads.submit(column, one, _OFFERED, (words, *ends, most))
            for one, ends in zip(self.beside, further, strict=True)
        ]
        try:
            found = column(self, _OFFERED, (words, *own, most))
            for answer in asked:
                found += answer.result()
        except BaseException:
            for one in self.beside:
                one.interrupt()
            raise
        finally:
            wait(asked)
        return found[:most]

    def close(self) -> None:
        """End the threads, when no work is left to them, and close all connections."""
        self._threads.shutdown()
        for one in self.beside:
            one.close()
        super().close()


def offered(db: sqlite3.Connection, words: str, most: int) -> list[int]:
    """The ids of the first `most` releases that the index offers for an expression, by all connections that may work."""
    if isinstance(db, Ranged) and db.alone:
        return db.offered(words, most)
    return column(db, _OFFERED, (words, 0, _END, most))


def connections(db: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    """A connection, and those that work beside it."""
    yield db
    if isinstance(db, Ranged):
        yield from db.beside
