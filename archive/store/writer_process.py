"""The process that writes: `python -m archive.store.writer_process HANDLE FOLDER`, started by archive/store/writer.py.

It takes batches from a connection whose handle it inherits, and answers each when it is on the disk. It inherits the
source's lock too, so that nobody crawls the source as long as it lives; it ends when the crawler's process does.
"""

import pickle
import signal
import sqlite3
import sys
import traceback
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from archive.database import transaction
from archive.schema.open import open_archive
from archive.warc.exchange import Exchange
from archive.warc.write import capture_all

Work = Callable[[Database], Any]
Outcome = tuple[Any, Exception | None]  # what a job gave, or why it failed
Answer = tuple[list[int], list[Outcome]] | Exception  # the ids of captures, and what became of jobs; or why all failed


def serve(batches: Connection, folder: Path) -> None:
    """Write what comes until nobody is at the other end."""
    db: Database | None = None
    while True:
        try:
            captures, jobs = batches.recv()
        except EOFError:
            break
        answer: Answer
        try:
            db = db or open_archive(folder)
            answer = write(db, folder, captures, jobs)
        except Exception as error:
            answer = _portable(error)
        try:
            batches.send(answer)
        except OSError:  # killed meanwhile
            break
    if db is not None:
        db.close()


def write(
    db: Database, folder: Path, captures: Sequence[Exchange], jobs: Sequence[Work]
) -> tuple[list[int], list[Outcome]]:
    """Write captures in one transaction, then jobs in one.

    An error of a job's own undoes that job alone; one of the disk or the database is raised, and all jobs are undone.
    """
    ids: list[int] = []
    if captures:
        with transaction(db):
            ids = capture_all(db, folder, captures)
    if not jobs:
        return ids, []
    try:
        with transaction(db):
            return ids, [(work(db), None) for work in jobs]
    except (OSError, sqlite3.OperationalError):
        raise
    except Exception:  # whose fault it is shows when each has a transaction to itself
        return ids, [_alone(db, work) for work in jobs]


def _alone(db: Database, work: Work) -> Outcome:
    try:
        with transaction(db):
            return work(db), None
    except (OSError, sqlite3.OperationalError):
        raise
    except Exception as error:
        return None, _portable(error)


def _portable(error: Exception) -> Exception:
    """The error as it can travel, with its traceback for the log."""
    error.add_note("".join(traceback.format_exception(error)))
    try:
        pickle.loads(pickle.dumps(error))  # noqa: S301
    except Exception:
        return RuntimeError(f"{type(error).__name__}: {error}")
    return error


if __name__ == "__main__":
    # a service manager stops all processes of a crawl at once; the crawler's ends this one when all is written
    for stop in (signal.SIGINT, signal.SIGTERM):
        signal.signal(stop, signal.SIG_IGN)
    serve(Connection(int(sys.argv[1])), Path(sys.argv[2]))
