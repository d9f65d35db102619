"""How fast the site answers: `python -m tests.bench_site [RELEASES]`, beside stock Datasette in the same run.

The archive is made of invented sentences. Stock Datasette serves the same rows with a trigram index, and with LIKE.
Times are milliseconds over HTTP on loopback: median and 95th of 100, on 1 and on 8 connections. Then the memory of our
server over 10,000 requests, and what each address of tests/archive/test_hostile_urls.py makes of it.
"""

import asyncio
import multiprocessing
import random
import socket
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import uvicorn
from datasette.app import Datasette
from datasette.plugins import pm

from archive import search
from archive.database import open_archive
from archive.site.serving import application
from archive.snapshot import make
from crawler.commands.serve import listen
from tests.archive.conftest import insert
from tests.archive.test_hostile_urls import HOSTILE

PLACES = ("清河", "云岭", "白石", "长亭", "东塘", "枫桥", "北渡", "石门", "南溪", "花埠")
SUBJECTS = (
    "春耕备耕",
    "湿地保护",
    "职业培训",
    "老旧小区改造",
    "防汛准备",
    "数字政府",
    "营商环境",
    "医疗保障",
    "乡村教师",
    "地铁二号线",
    "5G基站",
    "冬季供暖",
)
VERBS = (
    "有序推进",
    "全面展开",
    "取得进展",
    "通过验收",
    "正在征求意见",
    "列入年度计划",
    "完成招标",
    "投入使用",
)
TAILS = (
    "受益群众{n}万人",
    "总投资{n}亿元",
    "比上年增长{n}%",
    "覆盖{n}个乡镇",
    "历时{n}个月",
    "由市政府办公室负责解释",
)
QUERIES = 100
REQUESTS, ROUNDS = 10_000, 5


def sentence(dice: random.Random) -> str:
    """An invented sentence."""
    tail = dice.choice(TAILS).format(n=dice.randint(1, 999))
    return f"{dice.choice(PLACES)}{dice.choice('市县区镇')}{dice.choice(SUBJECTS)}{dice.choice(VERBS)}，{tail}。"


def fill(folder: Path, count: int) -> None:
    """Make an archive of `count` invented releases."""
    dice = random.Random(1)
    db = open_archive(folder)
    for place in PLACES:
        fixed = {
            "family": "html",
            "url": "https://x.example/",
            "rights": "official",
            "evidence": "live",
            "level": "city",
        }
        insert(db.conn, "sources", id=place, name=place, region="990100", **fixed)
    db.execute("BEGIN")
    for id in range(1, count + 1):
        title = sentence(dice)[:20]
        text = "\n".join("".join(sentence(dice) for _ in range(dice.randint(2, 8))) for _ in range(dice.randint(3, 12)))
        day = f"{dice.randint(2003, 2025)}-{dice.randint(1, 12):02d}-{dice.randint(1, 28):02d}"
        values = {"url": f"https://x.example/{id}", "url_key": f"x.example/{id}", "text_key": "", "version": 1}
        times = {"first_seen": "2025-01-01T00:00:00Z", "changed": "2025-01-01T00:00:00Z", "published": day}
        source = dice.choice(PLACES)
        version = {"kind": "published", "seen": "2025-01-01T00:00:00Z", "title": title, "text": text, "text_sha256": ""}
        insert(db.conn, "releases", id=id, source=source, title=title, text=text, cluster=id, **values, **times)
        insert(db.conn, "versions", release=id, version=1, **version)
        search.write(db, id, None, (title, text))
    db.execute("COMMIT")
    db.close()


def fill_stock(snapshot: Path, path: Path) -> None:
    """The same rows with a trigram index, as one gets it from sqlite-utils."""
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("ATTACH ? AS held", [str(snapshot / "archive.db")])
        db.execute("CREATE TABLE releases (id INTEGER PRIMARY KEY, title TEXT, text TEXT, published TEXT)")
        db.execute("INSERT INTO releases SELECT id, title, text, published FROM held.releases")
        db.execute("CREATE VIRTUAL TABLE releases_fts USING fts5(title, text, content=releases, tokenize=trigram)")
        db.execute("INSERT INTO releases_fts(rowid, title, text) SELECT id, title, text FROM releases")


def run(build: Callable[[Path], Any], place: Path, listener: socket.socket) -> None:
    """Serve until killed; the body of a process."""
    pm.get_plugin("datasette.handle_exception").rich = None  # else a refused request prints pages of variables
    uvicorn.Server(uvicorn.Config(build(place), log_level="error")).run(sockets=[listener])


def stock(path: Path) -> Any:
    """Stock Datasette, as it comes."""
    return Datasette(immutables=[str(path)]).app()


def ours(snapshot: Path) -> Any:
    """Our site, as it is served to the public."""
    return application(snapshot, public=True)


@contextmanager
def served(build: Callable[[Path], Any], place: Path) -> Iterator[tuple[str, int]]:
    """The address of a server in a process of its own, and the number of the process."""
    with listen("127.0.0.1", 0) as listener:
        process = multiprocessing.get_context("fork").Process(target=run, args=(build, place, listener))
        process.start()
        try:
            assert process.pid is not None
            yield f"http://127.0.0.1:{listener.getsockname()[1]}", process.pid
        finally:
            process.kill()
            process.join()


async def measure(address: str, paths: list[str], connections: int) -> tuple[float, float, int]:
    """Median and 95th of the answers' times in ms, and how many were no answer (a status other than 200)."""
    times: list[float] = []
    failed = 0
    left = list(paths)
    async with httpx.AsyncClient(base_url=address, timeout=60) as client:
        await client.get(paths[0])

        async def ask() -> None:
            nonlocal failed
            while left:
                start = time.perf_counter()
                answer = await client.get(left.pop())
                failed += answer.status_code != 200
                times.append((time.perf_counter() - start) * 1000)

        await asyncio.gather(*(ask() for _ in range(connections)))
    times.sort()
    return times[len(times) // 2], times[int(len(times) * 0.95)], failed


def main(count: int) -> None:
    """Make the archive, ask, and print a table."""
    dice = random.Random(2)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        fill(folder, count)
        snapshot = make(folder, public=True, now=datetime.now(UTC))
        fill_stock(snapshot, folder / "stock.db")
        words = []
        for _ in range(QUERIES):
            text = sentence(dice)
            start = dice.randrange(len(text) - 8)
            words.append(quote(text[start : start + dice.randint(1, 8)].strip("，。%")) or quote("清河"))
        ids = [dice.randint(1, count) for _ in range(QUERIES)]
        runs = [
            ("our search page", ours, snapshot, [f"/search?q={word}" for word in words]),
            ("our release page", ours, snapshot, [f"/release/{id}" for id in ids]),
            ("stock table, trigram", stock, folder / "stock.db", [f"/stock/releases?_search={word}" for word in words]),
            (
                "stock table, LIKE",
                stock,
                folder / "stock.db",
                [f"/stock/releases?text__contains={word}" for word in words],
            ),
            ("stock row", stock, folder / "stock.db", [f"/stock/releases/{id}" for id in ids]),
        ]
        print(f"{count} releases, {(snapshot / 'archive.db').stat().st_size / 1e6:.0f} MB; ms: median, 95th, no answer")
        for what, build, place, paths in runs:
            with served(build, place) as (address, _):
                for connections in (1, 8):
                    middle, high, failed = asyncio.run(measure(address, paths, connections))
                    print(f"{what:22} {connections} conn. {middle:8.1f} {high:8.1f} {failed:4d}", flush=True)
        endure(snapshot, [path for _, build, _, paths in runs if build is ours for path in paths])


def endure(snapshot: Path, paths: list[str]) -> None:
    """Print the memory of our server while it answers, and the worst of the hostile addresses."""
    with served(ours, snapshot) as (address, process):
        for round in range(ROUNDS + 1):
            if round:
                asyncio.run(measure(address, (paths * REQUESTS)[: REQUESTS // ROUNDS], 8))
            print(f"memory after {round * REQUESTS // ROUNDS:6d} requests {memory(process):6.0f} MB", flush=True)
        worst = []
        for path in HOSTILE:
            start = time.perf_counter()
            status = httpx.get(address + path, timeout=60).status_code
            worst.append((time.perf_counter() - start, status, path[:70]))
        for took, status, path in sorted(worst, reverse=True)[:3]:
            print(f"hostile {took:5.2f} s {status} {path}")
        errors = sum(status >= 500 for _, status, _ in worst)
        print(
            f"{len(worst)} hostile addresses, {errors} answered with 5xx, memory at most {memory(process, 'VmHWM'):.0f} MB"
        )


def memory(process: int, which: str = "VmRSS") -> float:
    """The resident memory of a process, now or (VmHWM) at its highest, in MB."""
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1000 for line in lines if line.startswith(f"{which}:"))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
