"""Searches of the archive: on a public site, and in a large archive, in processes of their own.

Python lets one thread run at a time, and a search takes half of its time in Python: on one process eight readers wait for one
core, and whoever opens a release waits with them.
"""

import asyncio
import os
import sqlite3
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from datasette.utils import sqlite_timelimit

from archive import database
from archive.search import hits
from archive.search.asked import Asked
from archive.search.moment import as_of
from archive.search.ranges import Ranged, connections
from archive.site.frame import TIME_LIMIT, Site
from archive.snapshots.readers import Reader
from archive.snapshots.shelf import SnapshotError

RANKING_LIMIT = 600  # milliseconds; a slower search is shown newest first instead, within `hits.PATIENCE`
PROCESSES = min(4, os.cpu_count() or 1)  # a core has one, as far as four; each asks the index in as many ranges


class Searchers:
    """Processes that search a snapshot's database, each one search after the other. One that dies is replaced."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._idle: asyncio.Queue[Reader] = asyncio.Queue()
        for _ in range(PROCESSES):
            self._idle.put_nowait(self._new())

    async def search(self, asked: Asked, *, hurried: bool) -> hits.Found:
        """Search as `search` does. Raises what that raises, SnapshotError when the process died, OSError when no other can be started."""
        reader = await self._idle.get()
        alone = self._idle.qsize() == PROCESSES - 1
        try:
            return await asyncio.wrap_future(reader.submit(search, asked, hurried, alone))
        except SnapshotError:
            dead, reader = reader, self._new()
            dead.close()
            raise
        finally:
            self._idle.put_nowait(reader)

    def close(self) -> None:
        """End the processes, of which none may be at work."""
        while not self._idle.empty():
            self._idle.get_nowait().close()

    def _new(self) -> Reader:
        return Reader(self._path, apart=True, opening=opened)


def opened(path: Path) -> sqlite3.Connection:
    """A connection to a snapshot's database as Datasette prepares its own. A large one's index is asked on all cores."""
    db = database.reading_as(Ranged, path)
    db.share(PROCESSES, lambda: database.reading(path))
    db.row_factory = sqlite3.Row
    db.text_factory = partial(str, encoding="utf-8", errors="replace")
    return db


def search(db: sqlite3.Connection, asked: Asked, hurried: bool, alone: bool = False) -> hits.Found:
    """The hits of a search, which may take all cores when it is `alone`.

    Raises sqlite3.OperationalError, "interrupted", after `RANKING_LIMIT`, or `TIME_LIMIT` when hurried.
    """
    if isinstance(db, Ranged):
        db.alone = alone
    limit = TIME_LIMIT if hurried else RANKING_LIMIT
    with ExitStack() as limits, as_of(db, asked.end):
        for one in connections(db):
            limits.enter_context(sqlite_timelimit(one, limit))
        return hits.find(db, asked, hurried=hurried)


async def find(site: Site, asked: Asked) -> hits.Found:
    """The hits of a search, best first; newest first when ranking them takes longer than a reader waits."""
    try:
        return await _search(site, asked, hurried=False)
    except sqlite3.OperationalError as error:
        if str(error) != "interrupted":
            raise
        return await _search(site, asked, hurried=True)


async def _search(site: Site, asked: Asked, *, hurried: bool) -> hits.Found:
    if site.searchers:
        try:
            found: hits.Found = await site.searchers.search(asked, hurried=hurried)
            return found
        except (SnapshotError, OSError):  # it died, perhaps for want of memory: answered here
            pass
    return await site.read(lambda db: search(db, asked, hurried))
