"""How long a quote takes to check, beside a search: `python -m tests.bench.asking [--releases N] [--folder DIR]`.

The archive is that of `tests.bench.pages`, where all releases share their words, so that the index offers each phrase of a quote
in thousands of them. Times are milliseconds over HTTP on loopback, as there; then how many answers were none, and how
many verdicts right. The quote before the first counts too: it reads all edits.
"""

import argparse
import asyncio
import random
import re
import shutil
import sqlite3
import tempfile
import time
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

import httpx

from archive.model import QuoteVerdict
from archive.texts import sentences
from tests.bench import pages

Quoted = list[str]


def asked(folder: Path, count: int) -> dict[tuple[str, QuoteVerdict], Quoted]:
    """The quotes by their kind and their verdict."""
    dice = random.Random(3)
    with closing(sqlite3.connect(folder / "archive.db")) as db:
        texts = [
            db.execute("SELECT text FROM releases WHERE id = ?", [dice.randint(1, count)]).fetchone()[0]
            for _ in range(pages.QUERIES)
        ]
    said = [_passage(text, dice) for text in texts]
    edited = [dice.randint(1, count // pages.EDITED) * pages.EDITED for _ in said]
    return {
        ("as it stands", "verbatim"): said,
        ("wide, without marks", "verbatim"): [_wide(one) for one in said],
        ("a figure changed", "altered"): [re.sub(r"\d+", lambda at: str(int(at[0]) + 1000), one) for one in said],
        ("edited out", "removed"): [pages.removed(id) for id in edited],
        ("never said", "not-held"): [_never(dice) for _ in said],
    }


def _passage(text: str, dice: random.Random) -> str:
    """Three sentences that follow each other, with a figure in them."""
    whole = text.replace("\n", "")
    spans = sentences.sentences(whole)
    starts = [at for at in range(len(spans) - 2) if re.search(r"\d", whole[spans[at][0] : spans[at + 2][1]])]
    at = dice.choice(starts)
    return whole[spans[at][0] : spans[at + 2][1]]


def _wide(said: str) -> str:
    return "".join(chr(ord(sign) + 0xFEE0) if sign.isascii() else sign for sign in said if sign not in "，。")


def _never(dice: random.Random) -> str:
    signs = dice.choices("梧桐栖鹭渔樵耕织砚墨琴棋茶陶竹柳桑麻", k=30)
    return f"{''.join(signs[:14])}，{''.join(signs[14:])}。"


def measured(address: str, name: str, paths: list[str], right: str = "") -> None:
    for connections in (1, 8):
        middle, high, failed, _ = asyncio.run(pages.measure(address, paths, connections))
        print(f"{name:28} {connections} conn. {middle:8.1f} {high:8.1f} {failed:4d} {right}", flush=True)


def run(folder: Path, count: int) -> None:
    pages.build(folder, count)
    print(f"{count} releases; ms: median, 95th; of {pages.QUERIES} no answer; verdicts right")
    with pages.served(*pages.our_server(folder)) as (address, _):
        begun = time.perf_counter()
        first = httpx.get(f"{address}/quote.json?q={quote('第一次')}", timeout=60)
        print(f"the first quote takes {time.perf_counter() - begun:.1f} s, status {first.status_code}")
        words = pages.asked_words(random.Random(2))
        measured(address, "search", [f"/search?q={word}" for word in words])
        for (kind, verdict), quotes in asked(folder, count).items():
            paths = [f"/quote.json?q={quote(one)}" for one in quotes]
            told = [httpx.get(address + path, timeout=60).json().get("verdict") for path in paths]
            measured(address, f"quote, {kind}", paths, str(told.count(verdict)))


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure how long quotes and searches take on a large archive")
    parser.add_argument("--releases", type=int, default=100_000)
    parser.add_argument("--folder", type=Path, help="where the archive is kept for another run (default: nowhere)")
    options = parser.parse_args()
    folder = options.folder or Path(tempfile.mkdtemp(prefix="gongbao-bench-"))
    try:
        run(folder, options.releases)
    finally:
        if options.folder is None:
            shutil.rmtree(folder)


if __name__ == "__main__":
    main()
