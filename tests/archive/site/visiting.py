"""What tests of the site share: an archive that is served, and asked for its pages through Datasette's own client."""

import asyncio
import gzip
import re
import threading
import time
from collections.abc import Callable, Iterable, Iterator
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
    server = uvicorn.Server(uvicorn.Config(datasette.app(), port=0, ws="none", log_level="error"))
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


def everything(snapshot: Path, ids: Iterable[int]) -> dict[str, str]:
    """Whatever a reader can get of a public site: pages, feeds, tables, exports; by where it stands."""
    with visited(snapshot, public=True) as get:
        told = {path: get(path).text for path in _addresses(get, ids)}
    for path in snapshot.iterdir():
        content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        told[path.name] = content.decode("utf-8", "ignore")
    if (snapshot / "releases.parquet").exists():
        import pyarrow.parquet

        told["releases.parquet, read"] = str(pyarrow.parquet.read_table(snapshot / "releases.parquet").to_pylist())
    return told


def _addresses(get: Get, ids: Iterable[int]) -> list[str]:
    found = [
        "/",
        "/browse",
        "/health",
        "/snapshots",
        "/rights",
        "/changes",
        "/changes.json",
        "/changes.csv",
        "/changes.atom",
        "/alerts",
        "/sitemap.xml",
        "/robots.txt",
        "/llms.txt",
    ]
    for id in ids:
        found += [
            f"/release/{id}{form}"
            for form in ("", "?v=1", "?lang=en", ".json", ".json?v=1", ".txt", ".txt?v=1", ".diff", "/evidence.zip")
        ]
    found += [f"/compare?a={id}&b={other}" for id, other in zip([1, *ids], ids, strict=False)]
    for query in ("q=工地", "q=联系方式", "q=手机", "source=ribao", "source=luntan", "state=changed", "", "page=2"):
        found += [f"/search{form}?{query}" for form in ("", ".json", ".jsonl", ".csv", ".atom")]
    tables = [one["name"] for one in get("/archive.json").json()["tables"]]
    for table in tables:
        found += [f"/archive/{table}{form}" for form in ("", ".json?_size=max", ".csv?_size=max")]
    return [*found, "/archive/search_stock.json?q=工地", "/archive/newest.json", "/archive/gone.json"]
