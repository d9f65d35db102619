"""A process that a call may kill or hang: `python -m crawler.cluster.killable HANDLE`, started by `Apart`.

A worker of a Dask cluster may not start children by multiprocessing. If the worker itself died, Dask would suspect all
its other tasks.
"""

import ctypes
import os
import pickle
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from typing import Any

from archive.model import Unreadable

START_SECONDS = 60.0  # loading the libraries that read pages takes a second
_DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG


class Apart:
    """Makes calls, one after the other, in a process of its own; after one that ended it, in a new one."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._calls: Connection

    def call(self, seconds: float, function: Callable[..., Any], *args: Any) -> Any:
        """The function's result. Raises its errors, and Unreadable when it kills its process or takes longer."""
        try:
            result, error = self._answer(seconds, function, args)
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
        """Kill the process."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._calls.close()
            self._process = None

    def _answer(self, seconds: float, function: Callable[..., Any], args: tuple[Any, ...]) -> Any:
        if self._process and self._process.poll() is not None:  # it died between two calls
            self.close()
        process = self._process or self._start()
        limit = threading.Timer(START_SECONDS + seconds, process.kill)
        limit.start()
        try:
            self._calls.send((function, args))
            self._calls.recv()  # the word that the call has arrived and is loaded
            if not self._calls.poll(seconds):
                raise Unreadable("worker-timeout")
            return self._calls.recv()
        finally:
            limit.cancel()

    def _start(self) -> "subprocess.Popen[bytes]":
        self._calls, theirs = Pipe()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "crawler.cluster.killable", str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
                stdin=subprocess.DEVNULL,
            )
        return self._process


def end_with_parent() -> None:
    """Have the system kill this process as soon as the thread that started it has ended."""
    ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL)


def serve(calls: Connection) -> None:
    """Make the calls that arrive until the other end is closed."""
    while True:
        try:
            function, args = calls.recv()
        except EOFError:
            break
        except Exception as error:  # the function cannot be loaded, as where versions differ
            answer = _packed(error)
            calls.send("begun")
        else:
            calls.send("begun")
            answer = _made(function, args)
        calls.send_bytes(answer)


def _made(function: Callable[..., Any], args: tuple[Any, ...]) -> bytes:
    try:
        return pickle.dumps((function(*args), None))
    except Exception as error:
        return _packed(error)


def _packed(error: Exception) -> bytes:
    """An error as an answer; one that cannot be pickled becomes a RuntimeError of the same words."""
    try:
        answer = pickle.dumps((None, error))
        pickle.loads(answer)  # noqa: S301
    except Exception:
        return pickle.dumps((None, RuntimeError(f"{type(error).__name__}: {error}")))
    return answer


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent, which is interrupted as well, ends this process
    end_with_parent()
    serve(Connection(int(sys.argv[1])))
