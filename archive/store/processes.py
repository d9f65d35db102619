"""Processes that live long: a Ctrl-C at the terminal does not reach them, and they look for garbage seldom."""

import gc
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import resource_tracker

OBJECTS = 10_000  # made and not ended since the last look for garbage; Python looks at each 700


@contextmanager
def deaf(*signals: signal.Signals) -> Iterator[None]:
    """Block signals in this thread; threads and processes that it starts meanwhile never hear of them.

    A Ctrl-C at the terminal goes to all processes of a command. A handler in the process itself would come too late:
    an interrupt while it imports its modules ends in a traceback. The tracker of multiprocessing is started before: with
    the first process or lock it would start itself, and let the signals in.
    """
    resource_tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, signals)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def calm() -> None:
    """Let the garbage collector pass over what there is now, which stays to the end, and look seldom at what comes.

    Otherwise it takes a tenth of a crawl's time in the crawler's process and in the one that writes, where it holds the event loop up
    meanwhile, and a fiftieth in one that reads pages.
    """
    gc.freeze()
    gc.set_threshold(OBJECTS)
