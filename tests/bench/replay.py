"""`make bench-replay N=…`: kept pages read again with one worker process and with two, in turn; medians and ratio.

python -m tests.bench.replay [--pages N] [--times N] [--folder DIR]
"""

import argparse
import json
import statistics
import sys
from pathlib import Path

from tests.bench.crawl import Bench, ours, run
from tests.bench.figures import tell
from tests.bench.site import build, served, workplace


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure how fast kept pages are read again")
    parser.add_argument("--pages", type=int, default=5000)
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--folder", type=Path, help="where the crawled archive is kept (default: a temporary folder)")
    options = parser.parse_args()
    with workplace(options.folder) as work:
        if not (work / "archive" / "archive.db").exists():
            crawl(work, options.pages)
        measure(work, options.pages, options.times)


def crawl(work: Path, pages: int) -> None:
    build(work / "site", pages)
    with served(work / "site") as [address]:
        lists = [f"{address}/xwfb/index.html"]
        ours(2)(Bench(work=work, pages=pages, lists=lists, urls=[], files=work / "site", newsplease=""))


def measure(work: Path, pages: int, times: int) -> None:
    taken: dict[int, list[float]] = {1: [], 2: []}
    for _ in range(times):
        for workers, seconds in taken.items():
            seconds.append(replay(work, workers))
    for workers, seconds in taken.items():
        middle = statistics.median(seconds)
        spread = f"{min(seconds):.1f}-{max(seconds):.1f}"
        print(
            f"{pages:,} pages read again with {workers} workers: {middle:.1f} s ({spread}), {pages / middle:.0f} pages/s"
        )
    tell("re-reading, 2 workers against 1", statistics.median(taken[1]) / statistics.median(taken[2]))


def replay(work: Path, workers: int) -> float:
    """Seconds from the moment when all processes stand."""
    settings = {"ARCHIVE_DIR": work / "archive", "SOURCES": work / "source.toml"}
    given = {f"GONGBAO_{name}": str(value) for name, value in settings.items()}
    report = work / "report.json"
    run([sys.executable, "-m", "tests.bench.rereading", str(workers), str(report)], **given)
    found = json.loads(report.read_text())
    print(f"  {workers}: {', '.join(f'{value:.4g} {name}' for name, value in found.items())}", flush=True)
    return float(found["seconds"])


if __name__ == "__main__":
    main()
