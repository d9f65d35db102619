"""The demo: crawl the replica sites of an invented province on two days, make snapshots, serve them.

python -m demo [--serve] [--port N] [--folder DIR]; `make demo` and `make crawl-demo` run it.
"""

import argparse
import os
import shutil
import signal
import sys
from pathlib import Path

from crawler import STOPPED
from crawler.run.children import Children
from crawler.sources import load_sources
from tests.replica import ReplicaSite

SITE_PORT = 8731
MARK = "made-by-the-demo"
children = Children()
NIGHTS = ("2026-03-24T00:40+08:00", "2026-04-01T00:40+08:00")  # looks at one site, after which a page counts as gone
NIGHTLY = "boling"
DAYS = {1: "2026-03-16T18:00+08:00", 2: "2026-03-17T18:00+08:00"}


def scrapy(*args: str, settings: dict[str, str]) -> int:
    """Run one of our commands as a user would; its exit status."""
    environment = {**os.environ, **{f"GONGBAO_{name}": value for name, value in settings.items()}}
    status = children.run(args, environment)
    if children.stopped:
        if status != STOPPED:  # it had just ended of itself, and has not said so
            print("gongbao: stopped", file=sys.stderr)
        raise KeyboardInterrupt
    return status


def fresh(folder: Path) -> None:
    """Empty a folder of an earlier demo; anybody else's folder is left alone."""
    if folder.exists() and not (folder / MARK).exists() and any(folder.iterdir()):
        sys.exit(f"gongbao: {folder} holds something else than an earlier demo; name another with --folder")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / MARK).touch()


def crawl_both_days(folder: Path) -> dict[str, str]:
    """Crawl every replica site on day 1 and on day 2, when pages were added, edited and taken away; one on two later nights."""
    try:
        site = ReplicaSite(port=SITE_PORT)
    except OSError:
        site = ReplicaSite()
    settings = {"ARCHIVE_DIR": str(folder), "PRIVATE_HOSTS": "127.0.0.1", "DOWNLOAD_DELAY": "0"}
    with site:
        settings["SOURCES"] = str(site.write_sources(folder))
        sources = sorted(load_sources(settings["SOURCES"]))
        for day, now in DAYS.items():
            site.day = day
            print(f"\nDay {day}: crawling {len(sources)} replica sites", flush=True)
            for source in sources:
                crawl(source, settings | {"NOW": now})
        for now in NIGHTS:
            print(f"\nThe night of {now[:10]}: crawling {NIGHTLY} again", flush=True)
            # without workers, which cost more to start than so few pages to read
            crawl(NIGHTLY, settings | {"NOW": now, "EXTRACT_WORKERS": "0"})
    return settings


def crawl(source: str, settings: dict[str, str]) -> None:
    """Crawl a site and look at all its pages again; a failure ends the demo."""
    if status := scrapy("crawl", source, "-a", "recheck=all", settings=settings):
        sys.exit(f"gongbao: the crawl of {source} ended with status {status}")


def main() -> int:
    parser = argparse.ArgumentParser(prog="make demo")
    parser.add_argument("--serve", action="store_true", help="serve the snapshot until interrupted")
    parser.add_argument("--port", type=int, default=8001)
    parser.add_argument("--folder", type=Path, default=Path("demo-data"))
    options = parser.parse_args()
    folder = options.folder.absolute()
    fresh(folder)
    settings = crawl_both_days(folder)
    print("\nSnapshots", flush=True)
    for kind in ((), ("--public",)):
        if status := scrapy("snapshot", *kind, settings=settings):
            return status
    if not options.serve:
        print(f"\nThe archive is in {options.folder}. `make demo` does the same and serves it.")
        return 0
    address = f"http://127.0.0.1:{options.port}"
    print(
        f"\nThe archive is served at {address}/ (Ctrl-C ends it). Three things to try:\n"
        f"  search       {address}/search?q=新闻发布会\n"
        f"  browse       {address}/archive/releases?_facet=source\n"
        f"  download     curl -O {address}/archive.db\n",
        flush=True,
    )
    return scrapy("serve", "--port", str(options.port), settings=settings)


def interrupt(*_: object) -> None:
    """Let the command that runs end itself, and then the demo."""
    if not children.stop():
        print("gongbao: stopped", file=sys.stderr)
        raise KeyboardInterrupt


if __name__ == "__main__":
    signal.signal(signal.SIGINT, interrupt)
    try:
        status = main()
    except KeyboardInterrupt:
        status = STOPPED
    sys.exit(status)
