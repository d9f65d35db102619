"""`make bench-round N=…`: a round over many declared sources of which few have news, each a host of its own and asked politely.

python -m tests.bench.round [--sources N] [--at-a-time N] [--folder DIR]. The first round, without pauses, only fills the archive. The
second is a day later, with the usual pauses: wall time, CPU and memory of all its processes, and how many sources it carries a day.
"""

import argparse
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import psutil

from tests.bench.figures import tell
from tests.bench.site import address, build, publish, served, source, workplace

ARTICLES, NEWS = 5, 2  # a source's articles that are held before the round, and those that it publishes then
NEWS_OF = 20  # every so many sources one has news
LOOK = 1.0  # seconds between two looks at the processes
DAY = 86_400
NIGHTS = {"first": "2026-03-16T20:00+08:00", "second": "2026-03-17T20:00+08:00"}


@dataclass(slots=True)
class Used:
    """What a command and all that it started used."""

    seconds: float = 0.0
    cpu: float = 0.0  # seconds
    memory: float = 0.0  # MB at most; a page that several processes share counts once

    def look(self, process: psutil.Process) -> None:
        cpu, memory = 0.0, 0
        for one in [process, *process.children(recursive=True)]:
            try:
                cpu += sum(one.cpu_times()[:4])  # its own, and that of its children that have ended
                memory += one.memory_full_info().pss
            except psutil.Error:  # it has just ended: its parent tells of it
                continue
        self.cpu, self.memory = max(self.cpu, cpu), max(self.memory, memory / 1e6)


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure a round over many sources of which few have news")
    parser.add_argument("--sources", type=int, default=300)
    parser.add_argument("--at-a-time", type=int, default=16, help="hosts that are crawled at once (16)")
    parser.add_argument("--folder", type=Path, help="where sites and archive are kept (default: a temporary folder)")
    options = parser.parse_args()
    with workplace(options.folder) as work:
        measure(work, options.sources, options.at_a_time)


def measure(work: Path, sources: int, at_a_time: int) -> None:
    for number in range(sources):
        build(work / "sites" / address(number), ARTICLES + NEWS, seed=number, held_back=NEWS)
    with served(work / "sites", sources) as hosts:
        declared = [source(f"s{n}", [f"{host}/xwfb/index.html"]) for n, host in enumerate(hosts)]
        (work / "sources.toml").write_text("\n".join(declared))
        crawlall(work, "first", 8, DOWNLOAD_DELAY="0", EXTRACT_WORKERS="0")
        for number in range(0, sources, NEWS_OF):
            publish(work / "sites" / address(number), ARTICLES + NEWS, seed=number)
        used, last = crawlall(work, "second", at_a_time)
    print(last)
    print(
        f"a round of {sources:,} sources, {at_a_time} hosts at a time: {used.seconds:.0f} s, CPU {used.cpu:.0f} s"
        f" ({used.cpu / sources:.2f} s a source), {used.memory:.0f} MB at most"
    )
    cores = os.cpu_count() or 1
    tell(f"sources a day by CPU on {cores} cores", sources * DAY * cores / used.cpu)
    tell(f"sources a day with {at_a_time} hosts at a time", sources * DAY / used.seconds)
    tell("a round, CPU a source, s", used.cpu / sources)


def crawlall(work: Path, night: str, at_a_time: int, **settings: str) -> tuple[Used, str]:
    """Crawl all sources; what that used, and the last line it printed. Ends the benchmark when a source did not do well."""
    given = {"ARCHIVE_DIR": str(work / "data"), "SOURCES": str(work / "sources.toml"), "NOW": NIGHTS[night]}
    given |= {"PRIVATE_HOSTS": ",".join(p.name for p in (work / "sites").iterdir()), "EXTRACT_WORKERS": "1", **settings}
    environment = {**os.environ, **{f"GONGBAO_{name}": value for name, value in given.items()}}
    command = [sys.executable, "-m", "scrapy", "crawlall", "--at-a-time", str(at_a_time)]
    used, began, said = Used(), time.monotonic(), work / f"{night}.log"
    with said.open("w") as log, subprocess.Popen(command, env=environment, stdout=log, stderr=log) as process:
        tree = psutil.Process(process.pid)
        while process.poll() is None:
            used.look(tree)
            time.sleep(LOOK)
    used.seconds = time.monotonic() - began
    if process.returncode:
        sys.exit(f"the {night} round ended with {process.returncode}: {said.read_text()[-1000:]}")
    return used, said.read_text().splitlines()[-1]


if __name__ == "__main__":
    main()
