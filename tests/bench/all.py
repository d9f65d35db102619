"""`make bench-all`: every benchmark at a size that together takes less than an hour, in one table beside the table of the docs.

Only figures that are ratios inside one run, or that a pause bounds, mean something on another machine or on a busy one. The others
are printed by the benchmarks themselves.
"""

import re
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from tests.bench.figures import told

DOCS = Path(__file__).parents[2] / "docs" / "performance.md"


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of the table: its name as the benchmark tells it, and the bound that it is held to."""

    name: str
    least: float | None = None
    most: float | None = None

    @property
    def asked(self) -> str:
        return f"≥ {self.least:g}" if self.least is not None else f"≤ {self.most:g}"

    def reached(self, value: float) -> bool:
        return value >= self.least if self.least is not None else value <= (self.most or 0)


FIGURES: dict[tuple[str, ...], tuple[Figure, ...]] = {
    ("crawl", "--pages", "500"): (
        Figure("crawl against naive: trafilatura and sqlite-utils inline", least=4),
        Figure("crawl against trafilatura's command line, 2 processes", least=3),
        Figure("crawl against the bound min(1 / main CPU, cores / all CPU)", least=0.9),
        Figure("crawler's process against Scrapy's own, CPU", most=2),
        Figure("an unchanged source against a full crawl", most=0.1),
        Figure("polite crawl against the pace of its pauses", least=0.95),
        Figure("event loop late in a polite crawl, p99, ms", most=100),
    ),
    ("growth", "--releases", "0", "--pages", "1000", "10000"): (
        Figure("memory of a crawl of 10000 pages against 1000", most=1.1),
    ),
    ("replay", "--pages", "1500"): (Figure("re-reading, 2 workers against 1", least=1.7),),
    ("round", "--sources", "100"): (Figure("a round, CPU a source, s", most=0.5),),
    ("archive", "--releases", "20000"): (
        Figure("storing a release, 20000 held against 10000", most=1.5),
        Figure("making a private snapshot against storing its releases, CPU", most=0.15),
        Figure("making a public snapshot against storing its releases, CPU", most=0.25),
        Figure("verifying a private snapshot against storing its releases, CPU", most=0.4),
        Figure("verifying again a private snapshot against storing its releases, CPU", most=0.05),
    ),
    ("pages", "--releases", "20000", "--files", "20000"): (
        Figure("our search page, 1 at a time, 95th, ms", most=100),
        Figure("our search page, 8 at a time, 95th, ms", most=300),
        Figure("our release page, 1 at a time, 95th, ms", most=50),
        Figure("search for words of files alone against words of releases, 95th", most=1.1),
    ),
}


def main() -> None:
    held, missing = measured_before(DOCS.read_text("utf-8")), []
    print("| figure | asked | docs | now | |\n|---|---|---|---|---|", flush=True)
    for command, figures in FIGURES.items():
        found = run(command)
        for figure in figures:
            if figure.name in found:
                print(row(figure, held.get(figure.name), found[figure.name]), flush=True)
            else:
                missing.append(figure.name)
    if missing:
        sys.exit(f"not measured: {', '.join(missing)}")


def run(command: tuple[str, ...]) -> dict[str, float]:
    """The figures of one benchmark, by name; it tells how long it took."""
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", f"tests.bench.{command[0]}", *command[1:]], capture_output=True, text=True, check=False
    )
    print(f"{' '.join(command)}: {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
    if done.returncode:
        print(done.stdout[-500:] + done.stderr[-2000:], file=sys.stderr)
    return dict(told(done.stdout))


def measured_before(docs: str) -> dict[str, float]:
    """The figures of the docs' table, by name."""
    rows = re.findall(r"^\| ([^|]+) \| [≥≤] [\d.]+ \| ([\d.]+) \|", docs, re.MULTILINE)
    return {name: float(value) for name, value in rows}


def row(figure: Figure, before: float | None, now: float) -> str:
    """The figure's row of the table: what is asked, what the docs say, and what was measured now."""
    docs = "" if before is None else f"{before:g}"
    return f"| {figure.name} | {figure.asked} | {docs} | {now:.4g} | {'' if figure.reached(now) else 'not reached'} |"


if __name__ == "__main__":
    main()
