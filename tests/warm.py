"""`scrapy ARGS` in a process that starts warm (crawler/run/warm.py), with what it prints."""

import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from multiprocessing.connection import wait

from crawler.run import warm

SECONDS = 240

warm.prepare("tests.empty")


def run(args: Sequence[str], environment: Mapping[str, str]) -> "subprocess.CompletedProcess[str]":
    """Run `scrapy ARGS` with that environment alone."""
    with tempfile.NamedTemporaryFile("r+") as out, tempfile.NamedTemporaryFile("r+") as err:
        process = warm.begin(args, environment, out.name, err.name)
        if not wait([process.sentinel], SECONDS):
            process.kill()
            raise subprocess.TimeoutExpired(args, SECONDS, out.read(), err.read())
        return subprocess.CompletedProcess(args, warm.end(process), out.read(), err.read())
