"""A process that a call may kill or hang: `python -m crawler.apart HANDLE`, started by `Apart`.

A worker of a Dask cluster may have no children of multiprocessing's, and to die itself would throw suspicion on whatever
else it had to do.
"""

import ctypes
import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Callable
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from typing import Any

from archive.model import Unreadable

_DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG


class Apart:
    """Makes calls, one after the other, in a process of its own; after one that ended it, in a new one."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._calls: Connection

    def call(self, seconds: float, function: Callable[..., Any], *args: Any) -> Any:
        """The function's result. Raises what it raises, and Unreadable when it kills its process or takes longer."""
        if self._process is None:
            self._start()
        try:
            self._calls.send((function, args))
            self._calls.recv()  # it has what it needs: to load the libraries that read pages takes a second
            if not self._calls.poll(seconds):
                raise Unreadable("worker-timeout")
            result, error = self._calls.recv()
        except (EOFError, OSError):
            self.close()
            raise Unreadable("worker-died") from None
        except Unreadable:
            self.close()
            raise
        if error:
            raise error
        return result

    def close(self) -> None:
        """End the process, whatever it does."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._calls.close()
            self._process = None

    def _start(self) -> None:
        self._calls, theirs = Pipe()
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "crawler.apart", str(theirs.fileno())],
            pass_fds=[theirs.fileno()],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
            stdin=subprocess.DEVNULL,
            preexec_fn=end_with_parent,
        )
        theirs.close()


def end_with_parent() -> None:
    """Have the system kill a process as soon as the one that started it has ended. For the time between fork and exec."""
    ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL)


def serve(calls: Connection) -> None:
    """Make the calls that come until nobody is at the other end."""
    while True:
        try:
            function, args = calls.recv()
        except EOFError:
            break
        calls.send("begun")
        calls.send(_outcome(function, args))


def _outcome(function: Callable[..., Any], args: tuple[Any, ...]) -> tuple[Any, Exception | None]:
    try:
        return function(*args), None
    except Exception as error:
        try:
            pickle.dumps(error)
        except Exception:
            return None, RuntimeError(f"{type(error).__name__}: {error}")
        return None, error


if __name__ == "__main__":
    serve(Connection(int(sys.argv[1])))
