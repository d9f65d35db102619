"""`read_document` in a process of its own, which a file may kill, hang or fill."""

import resource
import sys
from typing import Any

from archive.model import Unreadable
from crawler.cluster.killable import Apart
from pipelines.documents.document import Document
from pipelines.documents.read import read_document

SECONDS = 60.0
MEMORY = 256 * 1024 * 1024  # bytes that a file may take in the process; the rest of a command takes 130 MB
_BARRED = ("socket.connect", "socket.bind", "socket.getaddrinfo", "subprocess.Popen", "os.exec", "os.posix_spawn")
_REASONS = {"worker-died": "ended its reader", "worker-timeout": f"took more than {SECONDS:.0f} seconds"}


class Guarded:
    """Reads files one after the other in one process; after a file that ended it, in a new one.

    The process may take `MEMORY` bytes and `SECONDS` seconds for a file. It writes no file, starts no program, and
    reaches no network.
    """

    def __init__(self) -> None:
        self._apart = Apart()

    def __enter__(self) -> "Guarded":
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def read(self, body: bytes, name: str = "", media_type: str = "") -> Document:
        """The file as `read_document` reads it, `failed` when it took too much."""
        try:
            document: Document = self._apart.call(SECONDS, read_confined, body, name, media_type)
        except Unreadable as problem:
            return Document("failed", "", _REASONS.get(problem.reason, problem.reason))
        return document

    def close(self) -> None:
        """End the process."""
        self._apart.close()


def read_confined(body: bytes, name: str, media_type: str) -> Document:
    """`read_document`, within the limits of this process."""
    _confine()
    try:
        return read_document(body, name, media_type)
    except MemoryError:
        return Document("failed", "", f"took more than {MEMORY // 1024**2} MB")
    except Exception as error:
        return Document("failed", "", f"{type(error).__name__}: {error}"[:200])


def _confine() -> None:
    """Limit this process, once."""
    if resource.getrlimit(resource.RLIMIT_DATA)[0] == MEMORY:
        return
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    sys.addaudithook(_refuse)


def _refuse(event: str, _: tuple[Any, ...]) -> None:
    if event in _BARRED:
        raise PermissionError(f"a file may not do this: {event}")
