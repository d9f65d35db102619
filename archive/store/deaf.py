"""Processes that a Ctrl-C at the terminal does not reach, though it goes to all processes of a command."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import resource_tracker


@contextmanager
def deaf(*signals: signal.Signals) -> Iterator[None]:
    """Block signals in this thread; threads and processes that it starts meanwhile never hear of them.

    A handler in the process itself would come too late: an interrupt while it imports its modules ends in a traceback.
    The tracker of multiprocessing is started before: with the first process or lock it would start itself, and let the signals in.
    """
    resource_tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, signals)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
