"""Crawling and reading on a Dask cluster; a task whose worker dies is run again elsewhere.

Crawling: a host's sources are one task, which writes an archive of its own where it runs. What comes back is a snapshot
of that archive, known by its SHA-256. When its worker dies, it begins anew or, on the same disk, goes on from where it
was: crawling twice gives what crawling once gives.

Reading: a batch of kept pages is a task, which carries them; its worker needs nothing but the program.
"""

import asyncio
import logging
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import CancelledError, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from archive.errors import GongbaoError
from archive.files import digest
from archive.model import Unreadable
from archive.snapshots.make import make
from archive.snapshots.shelf import DATABASE
from crawler.cluster.killable import Apart, end_with_parent
from crawler.sources import Source

CONNECT_SECONDS = 10
ATTEMPTS = 3  # workers that may die under a task before it is given up
_CHUNK = 16 << 20


class ClusterError(GongbaoError):
    """The cluster cannot be reached, or gave a task up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """Sources that share hosts, so that one worker must crawl them, and all that it needs for it."""

    ids: tuple[str, ...]
    region: str  # that of the first source; with ids[0] it names the folder
    declared: Mapping[str, str]  # names and texts of the files that declare the sources
    settings: Mapping[str, str]  # GONGBAO_…
    shards: str  # the folder on this machine in which workers keep their archives; "": each keeps them on its own
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Shard:
    """The result of a task: a snapshot on its worker's disk."""

    task: Task
    worker: str
    folder: str  # the snapshot's
    sha256: str  # the digest of its database
    sizes: Mapping[str, int]  # bytes by file name
    said: tuple[tuple[str, int], ...]  # the last line and the exit status of each crawl


def tasks_of(
    groups: Iterable[Sequence[Source]], declared: Path, options: Iterable[str], *, shards: Path | None, now: datetime
) -> list[Task]:
    """A task for each group of sources, with all that a worker needs: the declarations, and the settings by NAME=value.

    A worker tells nobody how its crawls went: `crawlall` does, when all have ended.
    """
    files = sorted(declared.glob("*.toml")) if declared.is_dir() else [declared]
    texts = {path.name: path.read_text("utf-8") for path in files}
    settings = {name: value for name, value in os.environ.items() if name.startswith("GONGBAO_")}
    settings |= {f"GONGBAO_{name}": value for name, _, value in (option.partition("=") for option in options)}
    settings |= {"GONGBAO_NOTIFY": "", "GONGBAO_PING_URL": ""}
    return [
        Task(
            ids=tuple(source.id for source in group),
            region=group[0].region,
            declared=texts,
            settings=settings,
            shards=str(shards) if shards else "",
            now=now,
        )
        for group in groups
    ]


def crawl(task: Task) -> Shard:
    """Crawl, in processes that end with this one, and make a snapshot. Runs on a worker."""
    from distributed import get_worker

    kept = Path(task.shards or Path(os.environ.get("GONGBAO_ARCHIVE_DIR", "data")) / "shards")
    folder = kept.absolute() / task.region / task.ids[0]
    declared = folder / "sources"
    declared.mkdir(parents=True, exist_ok=True)
    for name, text in task.declared.items():
        (declared / name).write_text(text, "utf-8")
    settings = {**task.settings, "GONGBAO_ARCHIVE_DIR": str(folder), "GONGBAO_SOURCES": str(declared)}
    said = []
    for id in task.ids:
        done = subprocess.run(
            [sys.executable, "-m", "scrapy", "crawl", id],
            env={**os.environ, **settings},
            cwd=Path(__file__).parents[2],  # the folder of scrapy.cfg
            capture_output=True,
            text=True,
            check=False,
            # else a crawl outlives its killed worker, and keeps the lock of its host
            preexec_fn=end_with_parent,
        )
        lines = (done.stdout.strip() or done.stderr.strip() or f"{id}: status {done.returncode}").splitlines()
        said.append((lines[-1], done.returncode))
    place = make(folder, public=False, now=task.now)
    sizes = {path.name: path.stat().st_size for path in place.iterdir()}
    worker = get_worker().address
    return Shard(
        task=task, worker=worker, folder=str(place), sha256=digest(place / DATABASE), sizes=sizes, said=tuple(said)
    )


def read_part(folder: str, name: str, offset: int) -> bytes:
    """A part of a snapshot's file. Runs on the worker that made it."""
    with (Path(folder) / name).open("rb") as file:
        file.seek(offset)
        return file.read(_CHUNK)


@contextmanager
def connected(address: str, workers: int, threads: int) -> Iterator[Any]:
    """A client of the cluster at `address`, or of one on this machine (`local`), of `workers` processes of `threads`.

    Raises ClusterError with a sentence.
    """
    try:
        from distributed import Client, LocalCluster
    except ImportError:
        raise ClusterError("--dask needs Dask: .venv/bin/pip install -c requirements-dev.lock distributed") from None
    # a lost cluster is told in a sentence, not by a traceback in the log
    for name in ("distributed", "distributed.client"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    if address == "local":
        with (
            # without an address of its own its web page would stand at 8787 for everybody
            LocalCluster(
                n_workers=workers, threads_per_worker=threads, dashboard_address="127.0.0.1:0", silence_logs=50
            ) as cluster,
            Client(cluster) as client,
        ):
            yield client
        return
    try:
        client = Client(address, timeout=CONNECT_SECONDS)
    except (OSError, ValueError, TimeoutError) as error:
        raise ClusterError(f"no Dask scheduler answers at {address} ({type(error).__name__})") from None
    with client:
        yield client


def run(client: Any, tasks: Sequence[Task], into: Path) -> Iterator[tuple[Shard, Path]]:
    """Crawl the tasks' sources; each shard when it has come, with the folder of its snapshot, which is deleted after use below `into`.

    An archive of this machine is read where it lies, so that a merge brings its WARC files too.
    """
    from distributed import KilledWorker, as_completed

    futures = as_completed([client.submit(crawl, task, pure=False, retries=ATTEMPTS) for task in tasks])
    for future in futures:
        try:
            shard: Shard = future.result()
        except KilledWorker:
            raise ClusterError("a crawl was given up: its workers died one after the other") from None
        except CancelledError:
            raise _gone() from None
        try:
            place = Path(shard.folder) if shard.task.shards else _fetch(client, shard, into)
        except (OSError, KilledWorker):  # its worker has died since
            futures.add(client.submit(crawl, shard.task, pure=False, retries=ATTEMPTS))
            continue
        yield shard, place
        if not shard.task.shards:
            shutil.rmtree(place)


def _fetch(client: Any, shard: Shard, into: Path) -> Path:
    place = into / shard.task.region / shard.task.ids[0] / "snapshots" / shard.sha256
    place.mkdir(parents=True, exist_ok=True)
    for name, size in shard.sizes.items():
        with (place / name).open("wb") as file:
            for offset in range(0, size, _CHUNK):
                file.write(_part(client, shard, name, offset))
    if digest(place / DATABASE) != shard.sha256:
        raise OSError(f"{place} did not arrive whole")
    return place


def _part(client: Any, shard: Shard, name: str, offset: int) -> bytes:
    if shard.worker not in client.scheduler_info(n_workers=-1)["workers"]:
        raise ConnectionError(f"{shard.worker} is gone")
    future = client.submit(read_part, shard.folder, name, offset, workers=[shard.worker], pure=False)
    part: bytes = future.result(timeout=120)
    return part


@contextmanager
def reading(client: Any, seconds: float) -> Iterator[tuple[Callable[..., Awaitable[Any]], int]]:
    """Give a function that calls others on the cluster, and the number of calls that keep it busy.

    A call raises Unreadable when it takes longer than `seconds`, kills its process, or loses its workers one after
    the other; ClusterError when the scheduler is gone.
    """
    from distributed import KilledWorker

    # each thread has one call, and one on its way
    busy = 2 * max(1, sum(client.nthreads().values()))
    with ThreadPoolExecutor(busy + 1) as waiting:

        async def run(function: Callable[..., Any], *args: Any) -> Any:
            future = client.submit(_alone, seconds, function, *args, pure=False)
            try:
                return await asyncio.get_running_loop().run_in_executor(waiting, future.result)
            except KilledWorker:
                raise Unreadable("worker-died") from None
            except (CancelledError, OSError):
                raise _gone() from None

        yield run, busy


def _gone() -> ClusterError:
    return ClusterError("the Dask scheduler is gone: run the same again, what is done is kept")


_alone_here = threading.Lock()
_apart = Apart()


def _alone(seconds: float, function: Callable[..., Any], *args: Any) -> Any:
    # one at a time, however many threads a worker has
    with _alone_here:
        return _apart.call(seconds, function, *args)
