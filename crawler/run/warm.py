"""Commands in processes that start warm: forks of one process that has imported what our commands import, and has read a page.

A command that starts from nothing takes 1.4 s of a core before it begins, a fork less than a tenth of it.
"""

import multiprocessing
import os
import pkgutil
import signal
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from threading import Lock

from archive.store.processes import deaf
from crawler import end_at_once
from crawler.command import print_anything

_OURS = ("archive", "crawler", "pipelines", "spiders")
_SCRAPYS = ("commands", "downloadermiddlewares", "spidermiddlewares")
# Scrapy imports these when a command runs, most of them by their names in its settings
_PARTS = (
    "cmdline",
    "dupefilters",
    "logformatter",
    "pqueues",
    "squeues",
    "statscollectors",
    "utils.engine",
    "utils.project",
)
_EXTENSIONS = ("closespider", "corestats", "logcount", "logstats", "memdebug", "memusage", "spiderstate", "throttle")
READY = "pipelines.ready"  # the last of all
# settings are read from the environment when they are imported; what serves takes a second, and few commands serve
_APART = ("crawler.settings", "archive.site", READY)
_SIGNALS = (signal.SIGINT, signal.SIGTERM)

_forks = multiprocessing.get_context("forkserver")
_one_thread = Lock()  # multiprocessing does not count its children for several threads at once


def prepare(*further: str) -> None:
    """Name the modules to import before the first fork, ours and `further` ones."""
    _forks.set_forkserver_preload(["__main__", *modules(), *further, READY])


def begin(
    args: Sequence[str], environment: Mapping[str, str], out: str | None = None, err: str | None = None
) -> BaseProcess:
    """Begin `scrapy ARGS` with that environment alone; `out` and `err` name files that it writes to in place of ours.

    It stands in a process group of its own, and takes signals from its first moment on.
    """
    process = _forks.Process(target=command, args=(args, dict(environment), out, err))
    with _one_thread, deaf(*_SIGNALS):
        process.start()
    return process


def end(process: BaseProcess) -> int:
    """Wait for the end of a process that `begin` has begun; its exit status."""
    wait([process.sentinel])
    with _one_thread:
        process.join()
    assert process.exitcode is not None
    return process.exitcode


def modules() -> list[str]:
    """The names of the modules that commands import."""
    found = []
    for package in (*_OURS, *(f"scrapy.{name}" for name in _SCRAPYS)):
        spec = find_spec(package)
        assert spec
        found += [module.name for module in pkgutil.walk_packages(spec.submodule_search_locations, f"{package}.")]
    found += [f"scrapy.{name}" for name in _PARTS] + [f"scrapy.extensions.{name}" for name in _EXTENSIONS]
    return [name for name in found if not name.startswith(_APART)]


def command(args: Sequence[str], environment: Mapping[str, str], out: str | None, err: str | None) -> None:
    """Run `scrapy ARGS` in this process, which a fork has just begun; see `begin`."""
    from scrapy.cmdline import execute

    os.setpgid(0, 0)
    for number in _SIGNALS:
        signal.signal(number, end_at_once)
    os.environ.clear()
    os.environ.update(environment)
    print_anything()
    for handle, path in ((1, out), (2, err)):
        if path is not None:
            os.dup2(os.open(path, os.O_WRONLY), handle)
    # a signal that came before waits until here
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)
    execute(["scrapy", *args])
