"""Files read in a process of its own, which a file may kill, hang or fill."""

import resource
import sys
from dataclasses import dataclass
from typing import Any

from archive.model import Unreadable
from crawler.cluster.killable import Apart
from pipelines.documents.document import Document
from pipelines.documents.ocr import read_scanned
from pipelines.documents.read import read_document

_MB = 1024 * 1024
_BARRED = (
    *("socket.connect", "socket.bind", "socket.getaddrinfo", "socket.sendto", "socket.sendmsg"),
    *("subprocess.Popen", "os.system", "os.exec", "os.fork", "os.forkpty", "os.posix_spawn", "os.spawn"),
)


@dataclass(frozen=True, slots=True)
class Limits:
    """The most that a file may take: seconds, and bytes of the process that reads it."""

    seconds: float
    memory: int


READING = Limits(60.0, 256 * _MB)  # the process needs half of the memory itself; the rest of a command takes 130 MB
LOOKING = Limits(900.0, 3072 * _MB)  # a page takes seconds


class Guarded:
    """Reads files one after the other in one process; after a file that ended it, in a new one.

    The process may take so much time and memory for a file and no more. It writes no file, starts no program, and reaches
    no network. With `ocr` it reads the words in pictures too, see `read_scanned`.
    """

    def __init__(self, *, ocr: bool = False) -> None:
        self._ocr = ocr
        self._limits = LOOKING if ocr else READING
        self._apart = Apart()

    def __enter__(self) -> "Guarded":
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def read(self, body: bytes, name: str = "", media_type: str = "") -> Document:
        """The file as text; `failed` when reading it took too much or ended the process."""
        try:
            document: Document = self._apart.call(
                self._limits.seconds, read_confined, body, name, media_type, self._ocr, self._limits.memory
            )
        except Unreadable as problem:
            return Document("failed", "", self._reason(problem.reason))
        return document

    def close(self) -> None:
        """End the process."""
        self._apart.close()

    def _reason(self, problem: str) -> str:
        if problem == "worker-timeout":
            return f"took more than {self._limits.seconds:.0f} seconds"
        return f"ended its reader, which had {self._limits.memory // _MB} MB"


def read_confined(body: bytes, name: str, media_type: str, ocr: bool, memory: int) -> Document:
    """A file's text, within the limits of this process; it runs in the process of `Guarded` alone."""
    _confine(memory)
    try:
        return read_scanned(body, name) if ocr else read_document(body, name, media_type)
    except MemoryError:
        return Document("failed", "", f"took more than {memory // _MB} MB")


def _confine(memory: int) -> None:
    """Limit this process, once."""
    if resource.getrlimit(resource.RLIMIT_DATA)[1] == memory:
        return
    resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    sys.addaudithook(_refuse)


def _refuse(event: str, _: tuple[Any, ...]) -> None:
    if event in _BARRED:
        raise PermissionError(f"a file may not do this: {event}")
