"""`make bench-growth`: what storing a release costs at 1,000, 10,000 and 100,000 held; memory of a crawl by its pages.

python -m tests.bench.growth [--releases N] [--pages N…]
"""

import argparse
import os
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.bench import archive
from tests.bench.crawl import Bench, ours
from tests.bench.figures import tell
from tests.bench.site import build, served

LOOK = 0.2  # seconds between two looks at the processes


class Peaks:
    """The most memory, in MB, that the crawl's processes had: each (the system keeps count), and all at one time."""

    def __init__(self) -> None:
        self.each: dict[int, float] = {}
        self.together = 0.0

    def look(self) -> None:
        now = [_memory(pid) for pid in _processes()]
        self.each |= {pid: highest for pid, highest, _ in now if highest}
        self.together = max(self.together, sum(resident for _, _, resident in now))


@contextmanager
def watched() -> Iterator[Peaks]:
    peaks, ended = Peaks(), threading.Event()

    def watch() -> None:
        while not ended.wait(LOOK):
            with suppress(OSError):  # one has ended meanwhile
                peaks.look()

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield peaks
    finally:
        ended.set()
        thread.join()


def _processes() -> Iterator[int]:
    """The Python processes that this one has started, and those that they have."""
    parents: dict[int, int] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            name, _, rest = path.read_text().rpartition(")")
            parents[int(path.parent.name)] = int(rest.split()[1]) if "(python" in name else 0
    for pid in parents:
        at = parents[pid]
        while at in parents and at != os.getpid():
            at = parents[at]
        if at == os.getpid():
            yield pid


def _memory(pid: int) -> tuple[int, float, float]:
    # not ru_maxrss, which begins with what the process had that this one was forked from
    lines = [line.split() for line in Path(f"/proc/{pid}/status").read_text().splitlines()]
    kilobytes = {line[0]: int(line[1]) / 1024 for line in lines if line[0] in ("VmHWM:", "VmRSS:")}
    return pid, kilobytes.get("VmHWM:", 0), kilobytes.get("VmRSS:", 0)  # a process that has just ended has none


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure how costs grow with the archive and with the crawl")
    parser.add_argument("--releases", type=int, default=100_000, help="0: memory alone")
    parser.add_argument("--pages", type=int, nargs="*", default=[1000, 5000, 10_000])
    options = parser.parse_args()
    if options.releases:
        with tempfile.TemporaryDirectory(prefix="gongbao-bench-") as folder:
            archive.make(Path(folder, "growth"), options.releases)
    memory: dict[int, float] = {}
    for pages in options.pages:
        with tempfile.TemporaryDirectory(prefix="gongbao-bench-") as folder:
            Path(folder).chmod(0o755)
            files = Path(folder, "site")
            build(files, pages)
            with served(files) as [address], watched() as peaks:
                lists = [f"{address}/xwfb/index.html"]
                ours(2)(Bench(work=Path(folder), pages=pages, lists=lists, urls=[], files=files, newsplease=""))
            each = ", ".join(f"{peak:.0f}" for _, peak in sorted(peaks.each.items()))
            print(f"a crawl of {pages:,} pages: {peaks.together:.0f} MB at most; its processes {each} MB", flush=True)
            memory[pages] = peaks.together
    for pages in options.pages[1:]:
        tell(f"memory of a crawl of {pages} pages against {options.pages[0]}", memory[pages] / memory[options.pages[0]])


if __name__ == "__main__":
    main()
