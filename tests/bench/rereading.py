"""How fast an archive's pages are read again once all processes stand: `python -m tests.bench.rereading WORKERS REPORT`.

Which archive and which declarations, the settings say (GONGBAO_ARCHIVE_DIR, GONGBAO_SOURCES).
"""

import asyncio
import json
import resource
import sys
import time
from pathlib import Path

from scrapy.utils.project import get_project_settings

from crawler.run.session import OpenArchive, opened
from pipelines.pool import Pool
from pipelines.read import read
from pipelines.replay import replay


async def measure(archive: OpenArchive, workers: int) -> dict[str, float]:
    pool = Pool(workers)
    try:
        await asyncio.gather(*(pool.run(time.sleep, 0.1) for _ in range(8 * workers)))  # the workers have started
        began = time.perf_counter()
        counts = await replay(archive, pool.run, 2 * workers, read)
        seconds = time.perf_counter() - began
    finally:
        pool.close()
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return {"seconds": seconds, "main": time.process_time(), "workers": spent.ru_utime + spent.ru_stime, **counts}


if __name__ == "__main__":
    with opened(get_project_settings(), "replay") as archive:
        Path(sys.argv[2]).write_text(json.dumps(asyncio.run(measure(archive, int(sys.argv[1])))))
