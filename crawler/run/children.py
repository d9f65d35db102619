"""Commands that a command has started: a signal reaches each of them once, and all of them end before it does."""

import os
import signal
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from multiprocessing.process import BaseProcess
from threading import RLock

from crawler import STOPPED
from crawler.run import warm


class Children:
    """Runs our commands in process groups of their own: a Ctrl-C at the terminal passes them by, and `stop` tells them."""

    def __init__(self) -> None:
        self._lock = RLock()  # a signal handler may come in between
        self._running: set[BaseProcess] = set()
        self._beginning = 0
        self.stopped = False
        warm.prepare()

    def run(self, args: Sequence[str], environment: Mapping[str, str]) -> int:
        """Run `scrapy ARGS`, which writes to our own output; its exit status."""
        return self._run(args, environment)

    def ask(self, args: Sequence[str], environment: Mapping[str, str]) -> tuple[str, str, int]:
        """The output, the errors and the exit status of `scrapy ARGS`."""
        with tempfile.NamedTemporaryFile("r+") as out, tempfile.NamedTemporaryFile("r+") as err:
            status = self._run(args, environment, out.name, err.name)
            return out.read(), err.read(), status

    def _run(self, args: Sequence[str], environment: Mapping[str, str], *files: str) -> int:
        with self._lock:
            if self.stopped:
                return STOPPED
            self._beginning = 1
            process = warm.begin(args, environment, *files)
            self._running.add(process)
            self._beginning = 0
            if self.stopped:  # meanwhile, by a handler in this thread
                _interrupt(process)
        status = warm.end(process)
        with self._lock:
            self._running.discard(process)
        return status

    def stop(self) -> int:
        """Interrupt all that run, and begin no more; how many run."""
        with self._lock:
            self.stopped = True
            for process in self._running:
                _interrupt(process)
            return len(self._running) + self._beginning


def _interrupt(process: BaseProcess) -> None:
    assert process.pid is not None
    with suppress(ProcessLookupError):  # it has just ended
        os.kill(process.pid, signal.SIGINT)
