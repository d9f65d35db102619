"""`scrapy crawl replay`: the processes that read the kept pages again, here or on a Dask cluster."""

import asyncio
from collections import Counter
from contextlib import ExitStack

from archive.model import ReplayOutcome
from crawler.cluster import dask as cluster
from crawler.run.session import OpenArchive
from pipelines.pool import READ_SECONDS, Pool
from pipelines.read import read
from pipelines.replay import Differs, replay


def reread(archive: OpenArchive, dask: str, differs: Differs) -> Counter[ReplayOutcome]:
    """Read the kept pages again, in worker processes or on the cluster at the address `dask`; how many fared how.

    `differs` is told each release that reads differently, with the names of what differs.
    """
    workers = archive.settings.getint("EXTRACT_WORKERS")
    with ExitStack() as held:
        if dask:
            client = held.enter_context(cluster.connected(dask, workers or 1, threads=1))
            run, busy = held.enter_context(cluster.reading(client, READ_SECONDS))
        else:
            pool = Pool(workers)
            held.callback(pool.close)
            run, busy = pool.run, 2 * workers
        return asyncio.run(replay(archive, run, busy, read, differs))
