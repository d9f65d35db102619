"""`make bench-growth`: what storing a release costs at 1,000, 10,000 and 100,000 held; memory of a crawl by its pages.

python -m tests.bench.growth [--releases N] [--pages N…]
"""

import argparse
import tempfile
from pathlib import Path

from tests.bench import archive
from tests.bench.crawl import Bench, ours
from tests.bench.site import build, served


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure how costs grow with the archive and with the crawl")
    parser.add_argument("--releases", type=int, default=100_000)
    parser.add_argument("--pages", type=int, nargs="*", default=[1000, 5000, 10_000])
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="gongbao-bench-") as folder:
        archive.measure(Path(folder, "growth"), options.releases, growth=True)
    for pages in options.pages:
        with tempfile.TemporaryDirectory(prefix="gongbao-bench-") as folder:
            Path(folder).chmod(0o755)
            files = Path(folder, "site")
            build(files, pages)
            with served(files) as [address]:
                lists = [f"{address}/xwfb/index.html"]
                found = ours(2)(Bench(work=Path(folder), pages=pages, lists=lists, urls=[], files=files, newsplease=""))
            print(
                f"a crawl of {pages:,} pages: {found['memory'] / 1e6:.0f} MB, its largest worker"
                f" {found['memory_workers'] / 1e6:.0f} MB",
                flush=True,
            )


if __name__ == "__main__":
    main()
