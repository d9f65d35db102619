"""How fast pages are read when nothing else happens: `python -m tests.bench.reading FOLDER WORKERS REPORT`."""

import asyncio
import json
import resource
import sys
import time
from pathlib import Path

from archive.model import Page
from pipelines.pool import Pool
from pipelines.read import read


async def measure(pages: list[Page], workers: int) -> dict[str, float]:
    pool = Pool(workers)
    await asyncio.gather(*(pool.run(read, page, None) for page in pages[: 8 * workers]))  # the workers have started
    began, cpu = time.perf_counter(), time.process_time()
    await asyncio.gather(*(pool.run(read, page, None) for page in pages))
    seconds, main = time.perf_counter() - began, time.process_time() - cpu
    pool.close()
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return {"seconds": seconds, "main": main, "workers": spent.ru_utime + spent.ru_stime, "items": len(pages)}


if __name__ == "__main__":
    files = sorted(Path(sys.argv[1], "xwfb").rglob("t*.html"))
    pages = [
        Page(
            url=f"http://127.0.0.1/{file.name}",
            source="bench",
            fetched="2026-03-16T09:00:00+00:00",
            body=file.read_bytes(),
        )
        for file in files
    ]
    Path(sys.argv[3]).write_text(json.dumps(asyncio.run(measure(pages, int(sys.argv[2])))))
