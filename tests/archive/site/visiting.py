"""What tests of the site share: an archive that is served, and asked for its pages through Datasette's own client."""

import asyncio
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import uvicorn

from archive.site.serving import site
from archive.snapshots.make import make

Get = Callable[..., Any]
NOW = datetime(2020, 4, 15, 8, 30, tzinfo=UTC)
EVIL = '<script>alert(1)</script>"onmouseover="x\' {{7*7}} \u202e=HYPERLINK("http://x.example")'


def releases_on(page: str) -> list[int]:
    return [int(id) for id in re.findall(r'href="/release/(\d+)', page)]


@contextmanager
def visited(snapshot: Path, *, public: bool) -> Iterator[Get]:
    """A function that gets an address of the site that serves a snapshot: `get("/search", q="清河")`."""
    loop = asyncio.new_event_loop()
    datasette = site(snapshot, public=public, contact="desk@yunling.example")

    def get(path: str, **arguments: str) -> Any:
        address = f"{path}?{urlencode(arguments)}" if arguments else path
        return loop.run_until_complete(datasette.client.get(address))

    try:
        yield get
    finally:
        for database in datasette.databases.values():
            database.close()
        datasette.executor.shutdown()
        loop.close()


@contextmanager
def listening(snapshot: Path, *, public: bool) -> Iterator[str]:
    """The address of a server that serves a snapshot, as `scrapy serve` does."""
    datasette = site(snapshot, public=public, contact="desk@yunling.example")
    server = uvicorn.Server(uvicorn.Config(datasette.app(), port=0, log_level="error"))
    running = threading.Thread(target=server.run, daemon=True)
    running.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        running.join(10)
        for database in datasette.databases.values():
            database.close()
        datasette.executor.shutdown()


def served(folder: Path, *, public: bool) -> Iterator[Get]:
    """The same, of a new snapshot of the archive in `folder`; for `yield from` in a fixture, or a loop of one turn."""
    with visited(make(folder, public=public, now=NOW), public=public) as get:
        yield get
