"""Commands that a command has started: a signal reaches each of them once, and all of them end before it does."""

import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from threading import RLock
from typing import IO


class Children:
    """Runs our commands in process groups of their own: a Ctrl-C at the terminal passes them by, and `stop` tells them."""

    def __init__(self) -> None:
        self._lock = RLock()  # a signal handler may come in between
        self._running: set[subprocess.Popen[str]] = set()
        self.stopped = False

    def run(
        self, args: Sequence[str], environment: Mapping[str, str] | None = None, output: int | IO[str] | None = None
    ) -> tuple[str, str, int]:
        """The output, the errors ("" unless `output` is PIPE) and the exit status of `scrapy ARGS`."""
        command = [sys.executable, "-m", "scrapy", *args]
        with self._lock:
            process = subprocess.Popen(
                command, env=environment, stdout=output, stderr=output, text=True, process_group=0
            )
            self._running.add(process)
            if self.stopped:
                process.send_signal(signal.SIGINT)
        said, errors = process.communicate()
        with self._lock:
            self._running.discard(process)
        return said or "", errors or "", process.returncode

    def stop(self) -> int:
        """Interrupt all that run and those to come; how many run."""
        with self._lock:
            self.stopped = True
            for process in self._running:
                process.send_signal(signal.SIGINT)
            return len(self._running)
