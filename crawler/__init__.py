"""The crawler: everything between a declaration in TOML and a page in the archive, except the reading of pages.

Importing it lets Ctrl-C end a command that has not begun yet: Python and Scrapy are imported for a second before, and the
interrupt would end in a traceback of somebody's module. `make setup` has Python import this room first (gongbao.pth).
"""

import os
import signal
import sys

STOPPED = 130  # exit status of a command that the operator ended
TERMINATED = {"crawl", "crawlall"}  # commands that take SIGTERM as they take Ctrl-C


def end_at_once(*_: object) -> None:
    """A signal handler for the time when there is nothing to put away."""
    os.write(2, b"gongbao: stopped\n")
    os._exit(STOPPED)


def _begins() -> bool:
    """Whether this process is one of our commands: neither a test run nor a process that a command has started."""
    return bool({"scrapy", "demo"} & {word.rpartition("/")[2] for word in sys.orig_argv[1:4]})


if _begins():
    signal.signal(signal.SIGINT, end_at_once)
    if TERMINATED & set(sys.orig_argv):
        signal.signal(signal.SIGTERM, end_at_once)
