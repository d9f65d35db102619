"""How fast the site answers: `python -m tests.bench.pages [--releases N] [--files N] [--folder DIR]`, beside stock Datasette.

The archive is made of invented sentences; a folder that is named keeps it for the next run (--build only makes it).
Stock Datasette serves the same rows with a trigram index, and with LIKE. Times are milliseconds over HTTP on loopback:
median and 95th, on 1 and on 8 connections; then how many requests got no answer (a status other than 200), and how many
an answer that says it is only a part. With files, phrases that stand in a release's own text alone and such as stand in a
file alone are asked in turn, on one connection; then how many of these answers name a file. Last come the memory of our server over 10,000 requests, and what each address of
tests/archive/site/test_hostile_urls.py makes of it.
"""

import argparse
import asyncio
import random
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

import httpx
from sqlite_utils import Database

from archive.schema.open import open_archive
from archive.search import index
from archive.site import words
from archive.snapshots.make import make
from tests.archive.conftest import insert
from tests.archive.site.test_hostile_urls import HOSTILE
from tests.bench.figures import tell

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
QUERIES = 200
EDITED = 25  # every so many releases one was edited
REQUESTS, ROUNDS = 10_000, 5


def sentence(dice: random.Random) -> str:
    """An invented sentence."""
    tail = dice.choice(TAILS).format(n=dice.randint(1, 999))
    return f"{dice.choice(PLACES)}{dice.choice('市县区镇')}{dice.choice(SUBJECTS)}{dice.choice(VERBS)}，{tail}。"


def removed(id: int) -> str:
    """The sentence that a release had before it was edited."""
    return sentence(random.Random(f"removed {id}")).replace("，", f"，编号{id}，")


def doc_number(dice: random.Random) -> str:
    """An invented 文号."""
    return f"{dice.choice(PLACES)[0]}政办发〔{dice.randint(2003, 2025)}〕{dice.randint(1, 300)}号"


def add_file(db: Database, id: int) -> None:
    """A file of two pages, of the sentences of releases, to which release `id` links."""
    dice = random.Random(f"file {id}")
    text = "\f".join("".join(sentence(dice) for _ in range(dice.randint(5, 30))) for _ in range(2))
    content = {"sha256": f"{id:064x}", "media_type": "application/pdf", "size": 100_000, "seen": "2025-01-01T00:00:00Z"}
    place = {"release": id, "url": f"https://x.example/{id}.pdf"}
    insert(db.conn, "attachments", id=id, name=f"附件{id}.pdf", **place, **content)
    insert(db.conn, "attachment_contents", n=1, **place, **content)
    read = {"state": "ok", "method": "pdf", "pages": 2, "read": "2025-01-01T00:00:00Z", "rules": 1}
    insert(db.conn, "files", id=id, sha256=content["sha256"], text=text, **read)
    index.write_file(db, id, None, text)


def fill(folder: Path, count: int, files: int) -> None:
    """Make an archive of `count` invented releases, of which the first `files` link to a file."""
    dice = random.Random(1)
    db = open_archive(folder)
    db.execute("PRAGMA synchronous = OFF")  # a benchmark need not survive a power cut
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
        values = {"url": f"https://x.example/{id}", "url_key": f"x.example/{id}", "text_key": ""}
        values["doc_number"] = doc_number(dice) if id % 3 == 0 else None
        times = {"first_seen": "2025-01-01T00:00:00Z", "changed": "2025-01-01T00:00:00Z", "published": day}
        source = dice.choice(PLACES)
        seen = ["2024-12-01T00:00:00Z", "2025-01-01T00:00:00Z"] if id % EDITED == 0 else ["2025-01-01T00:00:00Z"]
        values["version"] = len(seen)
        insert(db.conn, "releases", id=id, source=source, title=title, text=text, cluster=id, **values, **times)
        for version, at in enumerate(seen, 1):
            said = text if version == len(seen) else f"{text}\n{removed(id)}"
            kept = {"kind": "published", "seen": at, "title": title, "text": said, "text_sha256": ""}
            insert(db.conn, "versions", release=id, version=version, **kept)
        index.write(db, id, None, (title, text))
        if id <= files:
            add_file(db, id)
    db.execute("COMMIT")
    db.close()


def fill_stock(snapshot: Path, path: Path) -> None:
    """The same rows with a trigram index, as one gets it from sqlite-utils."""
    part = path.with_suffix(".part")
    part.unlink(missing_ok=True)
    with closing(sqlite3.connect(part)) as db, db:
        db.execute("ATTACH ? AS held", [str(snapshot / "archive.db")])
        db.execute("CREATE TABLE releases (id INTEGER PRIMARY KEY, title TEXT, text TEXT, published TEXT)")
        db.execute("INSERT INTO releases SELECT id, title, text, published FROM held.releases")
        db.execute("CREATE VIRTUAL TABLE releases_fts USING fts5(title, text, content=releases, tokenize=trigram)")
        db.execute("INSERT INTO releases_fts(rowid, title, text) SELECT id, title, text FROM releases")
    part.rename(path)


def build(folder: Path, count: int, files: int = 0) -> Path:
    """The database for stock Datasette in `folder`, beside the archive with its public snapshot; made when absent."""
    stock = folder / f"stock-{count}{f'-{files}' if files else ''}.db"
    if not stock.exists():
        if (folder / "archive.db").exists():
            sys.exit(f"{folder} holds another archive, or one that was not finished: name an empty folder")
        fill(folder, count, files)
        fill_stock(make(folder, public=True, now=datetime.now(UTC)), stock)
    return stock


@contextmanager
def served(*command: str) -> Iterator[tuple[str, int]]:
    """The address that a server prints when it is started, and the number of its process."""
    with (
        tempfile.TemporaryFile("w+") as log,
        subprocess.Popen([sys.executable, "-m", *command], stdout=log, stderr=log) as process,
    ):
        try:
            while True:
                log.seek(0)
                if found := re.search(r"http://127\.0\.0\.1:\d+", log.read()):
                    yield found[0], process.pid
                    return
                if process.poll() is not None:
                    sys.exit(f"{' '.join(command)} ended with status {process.returncode}")
                time.sleep(0.1)
        finally:
            process.kill()


async def measure(address: str, paths: list[str], connections: int) -> tuple[float, float, int, int]:
    """Median and 95th of the answers' times in ms, how many were no answer, and how many only a part of one."""
    times: list[float] = []
    failed = partial = 0
    left = list(paths)
    says_part = [words.word("partial", lang) for lang in words.LANGUAGES]
    async with httpx.AsyncClient(base_url=address, timeout=60) as client:
        await client.get(paths[0])

        async def ask() -> None:
            nonlocal failed, partial
            while left:
                path = left.pop()
                start = time.perf_counter()
                answer = await client.get(path)
                times.append((time.perf_counter() - start) * 1000)
                failed += answer.status_code != 200
                partial += any(says in answer.text for says in says_part)

        await asyncio.gather(*(ask() for _ in range(connections)))
    times.sort()
    return times[len(times) // 2], times[int(len(times) * 0.95)], failed, partial


def asked_words(dice: random.Random) -> list[str]:
    """What readers search: one to eight signs out of a sentence; every tenth a 文号."""
    found = []
    for number in range(QUERIES):
        text = sentence(dice)
        start = dice.randrange(len(text) - 8)
        word = text[start : start + dice.randint(1, 8)].strip("，。%")
        found.append(quote(doc_number(dice) if number % 10 == 0 else word or PLACES[0]))
    return found


def phrases(folder: Path, table: str, count: int) -> list[str]:
    """Pieces of texts from the middle of a sentence to that of the next: so many of their words stand in one text alone."""
    dice = random.Random(4)
    found: list[str] = []
    with closing(sqlite3.connect(folder / "snapshots" / "public" / "archive.db")) as db:
        while len(found) < QUERIES:
            [text] = db.execute(f"SELECT text FROM {table} WHERE id = ?", [dice.randint(1, count)]).fetchone()
            ends = [at.end() for at in re.finditer(r"。(?=[^\n\f]{12})", text) if at.end() > 12]
            end = dice.choice(ends)
            found.append(text[end - 12 : end + 12])
    return found


def in_turn(address: str, kinds: dict[str, list[str]]) -> None:
    """Print how long phrases of each kind take on one connection, one of each after the other, and how many answers name a file."""
    times: dict[str, list[float]] = {kind: [] for kind in kinds}
    naming = dict.fromkeys(kinds, 0)
    with httpx.Client(base_url=address, timeout=60) as client:
        for asked in zip(*kinds.values(), strict=True):
            for kind, phrase in zip(kinds, asked, strict=True):
                start = time.perf_counter()
                answer = client.get("/search", params={"q": phrase})
                times[kind].append((time.perf_counter() - start) * 1000)
                naming[kind] += "/file/" in answer.text
    highs = []
    for kind, taken in times.items():
        taken.sort()
        middle, high = taken[len(taken) // 2], taken[int(len(taken) * 0.95)]
        print(f"{kind:22} in turn {middle:8.1f} {high:8.1f} {naming[kind]:4d} name a file", flush=True)
        highs.append(high)
    tell("search for words of files alone against words of releases, 95th", highs[1] / highs[0])


def our_server(folder: Path) -> tuple[str, ...]:
    """The command that serves the public snapshot of an archive as its operator would."""
    return ("scrapy", "serve", "--public", "--port", "0", "-s", f"ARCHIVE_DIR={folder}", "-s", "LOG_ENABLED=0")


def run(folder: Path, count: int, files: int) -> None:
    """Make the archive, ask, and print a table."""
    dice = random.Random(2)
    stock = build(folder, count, files)
    asked, ids = asked_words(dice), [dice.randint(1, count) for _ in range(QUERIES)]
    ours = our_server(folder)
    plain = ("datasette", "serve", "--immutable", str(stock), "--port", "0")
    table = f"/{stock.stem}/releases"
    runs = [
        ("our search page", ours, [f"/search?q={word}" for word in asked]),
        ("our release page", ours, [f"/release/{id}" for id in ids]),
        ("stock table, trigram", plain, [f"{table}?_search={word}" for word in asked]),
        ("stock table, LIKE", plain, [f"{table}?text__contains={word}" for word in asked]),
        ("stock row", plain, [f"{table}/{id}" for id in ids]),
    ]
    size = (folder / "snapshots" / "public" / "archive.db").resolve().stat().st_size
    print(f"{count} releases, {files} files, {size / 1e6:.0f} MB; ms: median, 95th; of {QUERIES} no answer, a part")
    for what, command, paths in runs:
        with served(*command) as (address, _):
            for connections in (1, 8):
                middle, high, failed, partial = asyncio.run(measure(address, paths, connections))
                print(f"{what:22} {connections} conn. {middle:8.1f} {high:8.1f} {failed:4d} {partial:4d}", flush=True)
                if command is ours:
                    tell(f"{what}, {connections} at a time, 95th, ms", high)
    with served(*ours) as (address, process):
        if files:
            own, of_files = phrases(folder, "releases", count), phrases(folder, "files", files)
            in_turn(address, {"words of a release": own, "words of a file": of_files})
        endure(address, process, [path for _, command, paths in runs if command is ours for path in paths])


def endure(address: str, process: int, paths: list[str]) -> None:
    """Print the memory of our server while it answers, and the worst of the hostile addresses."""
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
    highest = memory(process, "VmHWM")
    print(f"{len(worst)} hostile addresses, {errors} answered with 5xx, memory at most {highest:.0f} MB")


def started(process: int) -> list[int]:
    """The processes that a process has started."""
    tasks = Path(f"/proc/{process}/task").iterdir()
    return [int(child) for task in tasks for child in (task / "children").read_text().split()]


def own_memory(process: int, which: str = "VmRSS") -> float:
    """The resident memory of a process, now or (VmHWM) at its highest, in MB."""
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1000 for line in lines if line.startswith(f"{which}:"))


def memory(process: int, which: str = "VmRSS") -> float:
    """The same of a process and those that it has started."""
    return sum(own_memory(one, which) for one in (process, *started(process)))


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure the site on a large archive, beside stock Datasette")
    parser.add_argument("--releases", type=int, default=100_000)
    parser.add_argument("--files", type=int, default=0, help="how many of the releases link to a file (default: none)")
    parser.add_argument("--folder", type=Path, help="where the archive is kept for another run (default: nowhere)")
    parser.add_argument("--build", action="store_true", help="only make the archive")
    options = parser.parse_args()
    folder = options.folder or Path(tempfile.mkdtemp(prefix="gongbao-bench-"))
    try:
        if options.build:
            build(folder, options.releases, options.files)
        else:
            run(folder, options.releases, options.files)
    finally:
        if options.folder is None:
            shutil.rmtree(folder)


if __name__ == "__main__":
    main()
