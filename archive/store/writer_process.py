"""The process that writes, started by archive/store/writer.py.

It is handed the archive's folder and the source's lock, so that nobody crawls the source as long as it lives. It takes
batches from a connection, and answers each when it is on the disk; it ends when the crawler's process does.
"""

import pickle
import sqlite3
import traceback
from collections.abc import Callable, Sequence
from contextlib import suppress
from multiprocessing.connection import Connection
from multiprocessing.reduction import recv_handle, send_handle
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from archive.database import transaction
from archive.schema.open import open_archive
from archive.store.processes import calm
from archive.warc.exchange import Exchange
from archive.warc.write import capture_all

Work = Callable[[Database], Any]
Outcome = tuple[Any, Exception | None]  # the result of a job, or its error
# the ids of captures and the outcomes of jobs; or the error of the batch
Answer = tuple[list[int], list[Outcome]] | Exception


def hand_over(batches: Connection, folder: Path, lock: int | None) -> None:
    """Give the process at the other end its archive, and the handle of a lock to hold."""
    batches.send((folder, lock is not None))
    if lock is not None:
        send_handle(batches, lock, None)


def serve(batches: Connection, other_end: Connection | None = None) -> None:
    """Write batches until the other end of the connection, which a fork has as well, is closed."""
    calm()
    if other_end is not None:
        other_end.close()
    with suppress(EOFError):
        folder, has_lock = batches.recv()
        if has_lock:
            recv_handle(batches)  # held until the process ends
        _write_all(batches, folder)


def in_pieces(captures: Sequence[Exchange], jobs: Sequence[Work]) -> list[bytes]:
    """The messages of a batch, one for each job.

    A socket holds a fifth of a megabyte: one message of two is read in twenty steps, each of which makes room for all that
    is still to come.
    """
    return [pickle.dumps(piece, pickle.HIGHEST_PROTOCOL) for piece in ((captures, len(jobs)), *jobs)]


def _next(batches: Connection) -> tuple[list[Exchange], list[Work]]:
    captures, number = batches.recv()
    return captures, [batches.recv() for _ in range(number)]


def _write_all(batches: Connection, folder: Path) -> None:
    db: Database | None = None
    while True:
        try:
            captures, jobs = _next(batches)
        except (EOFError, ConnectionError):  # a crawler that is killed while it reads an answer resets the connection
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
    except Exception:  # one transaction each, so that only the faulty job is undone
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
