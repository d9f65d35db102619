"""`make bench`: one replica site, crawled by ours and by others in turn, on the same cores; medians and ratios.

python -m tests.bench.crawl [--pages N] [--times N] [--only WORD] [--newsplease DIR]
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from tests.bench.figures import tell
from tests.bench.site import address, build, served, source

CORES = "0,1"
POLITE = 20  # hosts of the polite crawl
PER_HOST = 40  # pages
DELAY = 0.5
EXTENSIONS = 'EXTENSIONS={"crawler.run.record.CrawlRecord": 0, "tests.bench.meter.Meter": 1}'
Figures = dict[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """Where one run of the benchmark works."""

    work: Path
    pages: int
    lists: list[str]
    urls: list[str]
    files: Path  # the site's
    newsplease: str


def run(command: list[str], **environment: str) -> None:
    # the crawl is pinned, and with it its workers; nginx and what else runs is not
    done = subprocess.run(
        ["taskset", "-c", CORES, *command],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.exit(f"{' '.join(command)}: {done.stdout[-500:]}{done.stderr[-2000:]}")


def metered(bench: Bench, *arguments: str, **settings: str) -> Figures:
    report = bench.work / "report.json"
    fixed = {"PRIVATE_HOSTS": ",".join({url.split("/")[2].split(":")[0] for url in bench.lists}), "DOWNLOAD_DELAY": "0"}
    fixed |= {"CONCURRENT_REQUESTS_PER_DOMAIN": "16", **settings}
    run(
        [sys.executable, "-m", "tests.bench.meter", str(report), *arguments],
        **{f"GONGBAO_{name}": value for name, value in fixed.items()},
    )
    return dict(json.loads(report.read_text()))


def ours(workers: int, *arguments: str, fresh: bool = True, **settings: str) -> Callable[[Bench], Figures]:
    def measure(bench: Bench) -> Figures:
        archive = bench.work / "archive"
        if fresh:
            shutil.rmtree(archive, ignore_errors=True)
        (bench.work / "source.toml").write_text(source("bench", bench.lists))
        found = metered(
            bench, "crawl", "bench", *arguments, "-s", EXTENSIONS,
            ARCHIVE_DIR=str(archive), SOURCES=str(bench.work / "source.toml"), EXTRACT_WORKERS=str(workers), **settings,
        )  # fmt: skip
        if fresh and found["pages"] != bench.pages:
            sys.exit(f"{found['pages']} of {bench.pages} pages became releases")
        return found

    return measure


def polite(bench: Bench) -> Figures:
    """POLITE hosts in one crawl, each with a site and a delay of its own."""
    folder = bench.work / "polite"
    for host in range(POLITE):
        build(folder / address(host), PER_HOST, seed=100 + host)
    with served(folder, POLITE) as hosts:
        sites = replace(bench, lists=[f"{host}/xwfb/index.html" for host in hosts], pages=POLITE * PER_HOST)
        return ours(2, DOWNLOAD_DELAY=str(DELAY), CONCURRENT_REQUESTS_PER_DOMAIN="1")(sites)


def peer(name: str, *arguments: str) -> Callable[[Bench], Figures]:
    def measure(bench: Bench) -> Figures:
        db = bench.work / "naive.db"
        for file in bench.work.glob("naive.db*"):
            file.unlink()
        given = [item for one in arguments for item in ("-a", one.format(db=db))]
        return metered(
            bench, "runspider", f"tests/bench/{name}.py", "-a", f"lists={bench.lists[0]}", *given,
            "-s", "ROBOTSTXT_OBEY=0", "-s", 'EXTENSIONS={"tests.bench.meter.Meter": 1}',
        )  # fmt: skip

    return measure


def reading(workers: int) -> Callable[[Bench], Figures]:
    """Nothing but reading pages in worker processes."""

    def measure(bench: Bench) -> Figures:
        report = bench.work / "report.json"
        run([sys.executable, "-m", "tests.bench.reading", str(bench.files), str(workers), str(report)])
        return dict(json.loads(report.read_text()))

    return measure


def trafilatura(bench: Bench) -> Figures:
    """Its command line over the same addresses; it looks for no duplicates and keeps no raw pages."""
    config = bench.work / "trafilatura.cfg"
    from trafilatura.settings import DEFAULT_CONFIG

    for name, value in (("SLEEP_TIME", "0"), ("SSRF_PROTECTION", "off")):
        DEFAULT_CONFIG.set("DEFAULT", name, value)
    with config.open("w") as file:
        DEFAULT_CONFIG.write(file)
    shutil.rmtree(bench.work / "trafilatura", ignore_errors=True)
    (bench.work / "urls").write_text("\n".join(bench.urls) + "\n")
    command = [
        str(Path(sys.executable).parent / "trafilatura"),
        "-i",
        str(bench.work / "urls"),
        "--json",
        "--with-metadata",
    ]
    began = time.perf_counter()
    run([*command, "-o", str(bench.work / "trafilatura"), "--parallel", "2", "--config-file", str(config)])
    return {"seconds": time.perf_counter() - began, "items": len(list((bench.work / "trafilatura").rglob("*.json")))}


def newsplease(bench: Bench) -> Figures:
    """Its crawler "Download" over the first hundred addresses, in an environment of its own."""
    folder = bench.work / "newsplease"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    [shipped] = Path(bench.newsplease).glob("lib/python3*/site-packages/newsplease/config/config.cfg")
    config = shipped.read_text()
    for old, new in (
        ("~/news-please-repo/", f"{folder}/repo/"),
        ("CONCURRENT_REQUESTS_PER_DOMAIN=4", "CONCURRENT_REQUESTS_PER_DOMAIN=16"),
        ('enabled_heuristics = {"og_type": True, "linked_headlines": "<=0.65", "self_linked_headlines": "<=0.56"}',
         'enabled_heuristics = {"is_not_from_subdomain": False}'),
        ('pass_heuristics_condition = "og_type and (linked_headlines or self_linked_headlines)"',
         'pass_heuristics_condition = ""'),
    ):  # fmt: skip
        config = config.replace(old, new)
    (folder / "config.cfg").write_text(config)
    urls = bench.urls[:100]
    sites = {"base_urls": [{"crawler": "Download", "url": urls}]}
    (folder / "sitelist.hjson").write_text(json.dumps(sites))
    began = time.perf_counter()
    subprocess.run(
        ["taskset", "-c", CORES, "timeout", "120", f"{bench.newsplease}/bin/news-please", "-c", f"{folder}/"],
        capture_output=True, check=False,
    )  # fmt: skip
    kept = len(list((folder / "repo").rglob("*.html")))
    return {"seconds": time.perf_counter() - began, "items": kept}


@dataclass(slots=True)
class Row:
    name: str
    measure: Callable[[Bench], Figures]
    found: list[Figures] = field(default_factory=list)

    def rate(self) -> list[float]:
        return sorted(one["items"] / one["seconds"] for one in self.found)

    def median(self, key: str) -> float:
        return statistics.median(one.get(key, 0.0) for one in self.found)

    def per_page(self, key: str) -> float:
        return statistics.median(1000 * one.get(key, 0.0) / max(1, one["items"]) for one in self.found)


def rows(options: argparse.Namespace) -> list[Row]:
    found = [
        Row("Scrapy, fetching alone", peer("fetching")),
        Row("naive: trafilatura and sqlite-utils inline", peer("naive", "db={db}")),
        Row("ours, reading inline", ours(0)),
        Row("ours, 1 worker", ours(1)),
        Row("ours, 2 workers", ours(2)),
        Row("ours again, nothing new", ours(2, "-a", "recheck=none", fresh=False)),
        Row("polite, 20 hosts", polite),
        Row("reading alone, 1 process", reading(1)),
        Row("reading alone, 2 processes", reading(2)),
        Row("trafilatura's command line, 2 processes", trafilatura),
    ]
    if options.newsplease:
        found.append(Row("news-please", newsplease))
    return [row for row in found if options.only in row.name]


def show(row: Row) -> str:
    low, *_, high = [*row.rate(), row.rate()[-1]]
    if row.median("items") == 0:
        return f"{row.name:42} {row.median('whole'):8.2f} s in all, CPU {row.median('main'):.2f} s"
    return (
        f"{row.name:42} {statistics.median(row.rate()):7.1f} pages/s [{low:.1f}-{high:.1f}]"
        f"  CPU a page: main {row.per_page('main'):5.2f} ms, writer {row.per_page('writer'):5.2f} ms,"
        f" workers {row.per_page('workers'):5.2f} ms"
        f"  loop late p99 {1000 * row.median('late99'):.0f} ms"
    )


def ratios(rows: list[Row]) -> Iterator[tuple[str, float]]:
    """The figures that mean something on any machine, by name."""
    by_name = {row.name: row for row in rows if row.found}
    two = by_name.get("ours, 2 workers")
    if two is None:
        return
    rate = statistics.median(two.rate())
    for name, other in by_name.items():
        if other.median("items") and not name.startswith(("ours", "polite", "reading")):
            yield f"crawl against {name}", rate / statistics.median(other.rate())
    main, all_cpu = two.per_page("main") / 1000, sum(map(two.per_page, ("main", "writer", "workers"))) / 1000
    yield "crawl against the bound min(1 / main CPU, cores / all CPU)", rate / min(1 / main, 2 / all_cpu)
    if fetch := by_name.get("Scrapy, fetching alone"):
        yield "crawler's process against Scrapy's own, CPU", two.per_page("main") / fetch.per_page("main")
    if again := by_name.get("ours again, nothing new"):
        yield "an unchanged source against a full crawl", again.median("whole") / two.median("whole")
    if slow := by_name.get("polite, 20 hosts"):
        yield "polite crawl against the pace of its pauses", slow.median("ideal") / slow.median("fetched")
        yield "event loop late in a polite crawl, p99, ms", 1000 * slow.median("late99")


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure a crawl of a replica site, side by side with others")
    parser.add_argument("--pages", type=int, default=1000)
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--only", default="", help="rows whose name holds this")
    parser.add_argument("--newsplease", default="", metavar="DIR", help="an environment with news-please and jieba")
    options = parser.parse_args()
    if not shutil.which("nginx"):
        sys.exit("bench needs nginx: apt-get install nginx-light")
    with tempfile.TemporaryDirectory(prefix="gongbao-bench-") as folder:
        Path(folder).chmod(0o755)  # nginx serves as nobody
        files = Path(folder, "site")
        paths = build(files, options.pages)
        with served(files) as [site]:
            bench = Bench(
                work=Path(folder), pages=options.pages, lists=[f"{site}/xwfb/index.html"], files=files,
                urls=[site + path for path in paths], newsplease=options.newsplease,
            )  # fmt: skip
            chosen = rows(options)
            for _ in range(options.times):
                for row in chosen:
                    row.found.append(row.measure(bench))
            print(f"{options.pages} pages, {options.times} times in turn, cores {CORES}, medians [least-most]")
            print("\n".join([*map(show, chosen), ""]))
            for name, value in ratios(chosen):
                tell(name, value)


if __name__ == "__main__":
    main()
