"""Benchmarks: `python -m tests.bench.crawl`, `.growth`, `.archive`. docs/performance.md explains what they print."""
