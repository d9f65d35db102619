"""Politeness is per host, across processes: sources that share a host take turns."""

import os
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from urllib.parse import urlsplit

from archive.database import locked
from crawler.session import Session
from crawler.sources import Source


def hosts(source: Source) -> list[str]:
    """The hosts of a source's lists, without ports, in an order that all crawls take their locks in."""
    return sorted({(urlsplit(url).hostname or "").removeprefix("www.") for url in source.lists})


def addresses(names: list[str]) -> set[str]:
    """The addresses that hosts have, as far as their names can be resolved: many cities' sites stand on one machine."""
    found: set[str] = set()
    for name in names:
        try:
            found |= {str(info[4][0]) for info in socket.getaddrinfo(name, None, type=socket.SOCK_STREAM)}
        except OSError:
            continue
    return found


@contextmanager
def hosts_held(session: Session) -> Iterator[None]:
    """Wait for the hosts of the session's source, and for all on their addresses; keep other crawls away meanwhile.

    The lock file's time says when a host was last asked: who comes next waits the delay out.
    """
    own = hosts(session.source) if session.source else []
    # in one order for all, so that no two crawls wait for each other
    names = sorted(f"host-{host.replace(':', '_')}" for host in {*own, *addresses(own)})
    with ExitStack() as held:
        for name in names:
            held.enter_context(locked(session.folder, name, wait=True))
            path = session.folder / "locks" / name
            declared = session.source.delay if session.source else None
            delay = session.settings.getfloat("DOWNLOAD_DELAY") if declared is None else declared
            if path.stat().st_size:
                time.sleep(max(0.0, min(delay, path.stat().st_mtime + delay - time.time())))
        try:
            yield
        finally:
            for name in names:
                path = session.folder / "locks" / name
                with suppress(OSError):  # of a full disk: the next crawl begins without the pause
                    path.write_text(f"{os.getpid()}\n")
