"""Politeness is per host, across processes: sources that share a host take turns."""

import os
import socket
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

from archive.database import ArchiveError, locked
from crawler.sources import Source


def hosts(source: Source) -> list[str]:
    """The hosts that a source's lists and articles stand on, in an order that all crawls take their locks in."""
    return hosts_of([*source.lists, *(f"//{host}" for host in source.hosts)])


def hosts_of(urls: Iterable[str]) -> list[str]:
    """The hosts of addresses, without ports and www., in order."""
    return sorted({(urlsplit(url).hostname or "").removeprefix("www.") for url in urls})


def addresses(names: Sequence[str]) -> set[str]:
    """The addresses that hosts have, as far as their names can be resolved: many cities' sites stand on one machine."""
    found: set[str] = set()
    for name in names:
        try:
            found |= {str(info[4][0]) for info in socket.getaddrinfo(name, None, type=socket.SOCK_STREAM)}
        except OSError:
            continue
    return found


@contextmanager
def hosts_held(folder: Path, own: Sequence[str], delay: float) -> Iterator[None]:
    """Wait for hosts, and for all on their addresses; keep others away meanwhile that share the archive in `folder`.

    The lock file's time is that of the last request to the host: the next process waits the delay (seconds) out.
    """
    # in one order for all, so that no two crawls wait for each other
    names = sorted(f"host-{host.replace(':', '_')}" for host in {*own, *addresses(own)})
    with ExitStack() as held:
        for name in names:
            try:
                held.enter_context(locked(folder, name))
            except ArchiveError:
                said = f"{name.removeprefix('host-')} is being asked by another process: waiting for our turn"
                print(f"gongbao: {said}", file=sys.stderr, flush=True)
                held.enter_context(locked(folder, name, wait=True))
            path = folder / "locks" / name
            if path.stat().st_size:
                time.sleep(max(0.0, min(delay, path.stat().st_mtime + delay - time.time())))
        try:
            yield
        finally:
            for name in names:
                with suppress(OSError):  # a full disk: the next crawl begins without the pause
                    (folder / "locks" / name).write_text(f"{os.getpid()}\n")
