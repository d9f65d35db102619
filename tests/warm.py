"""`scrapy ARGS` in a process of its own that starts warm: a fork of one that has imported what our commands import.

A command that starts from nothing takes 1.4 s of a core before it begins, and mostly .3 s for its work.
"""

import multiprocessing
import os
import pkgutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from threading import Lock

SECONDS = 240
OURS = ("archive", "crawler", "pipelines", "spiders")
SCRAPYS = ("commands", "downloadermiddlewares", "spidermiddlewares")
# settings are read from the environment when they are imported; what serves takes a second, and few commands serve
APART = ("crawler.settings", "archive.site")


def modules() -> list[str]:
    found = []
    for package in (*OURS, *(f"scrapy.{name}" for name in SCRAPYS)):
        spec = find_spec(package)
        assert spec
        found += [module.name for module in pkgutil.walk_packages(spec.submodule_search_locations, f"{package}.")]
    return [name for name in found if not name.startswith(APART)]


_forks = multiprocessing.get_context("forkserver")
_forks.set_forkserver_preload(["__main__", *modules()])
_one_thread = Lock()  # multiprocessing does not count its children for several threads at once


def run(args: Sequence[str], environment: Mapping[str, str]) -> "subprocess.CompletedProcess[str]":
    """Run `scrapy ARGS` with that environment alone."""
    with tempfile.NamedTemporaryFile("r+") as out, tempfile.NamedTemporaryFile("r+") as err:
        process = begin(args, environment, out.name, err.name)
        if not wait([process.sentinel], SECONDS):
            process.kill()
            raise subprocess.TimeoutExpired(args, SECONDS, out.read(), err.read())
        with _one_thread:
            process.join()
        status = process.exitcode
        assert status is not None
        return subprocess.CompletedProcess(args, status, out.read(), err.read())


def begin(
    args: Sequence[str], environment: Mapping[str, str], out: str = os.devnull, err: str = os.devnull
) -> BaseProcess:
    """Begin to run it; `out` and `err` name the files that it writes to."""
    process = _forks.Process(target=command, args=(args, environment, out, err))
    with _one_thread:
        process.start()
    return process


def command(args: Sequence[str], environment: Mapping[str, str], out: str, err: str) -> None:
    from scrapy.cmdline import execute

    os.environ.clear()
    os.environ.update(environment)
    for number, path in ((1, out), (2, err)):
        os.dup2(os.open(path, os.O_WRONLY), number)
    execute(["scrapy", *args])
