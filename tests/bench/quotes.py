"""Verdicts on 500 quotes with known edits, and the time that they take.

python -m tests.bench.quotes [--releases N]; needs the labelled set of duplicates beside the project (../shared). Each quote is a
sentence or two of a held release, changed in one of the ways below, or of a document that is not held.
"""

import argparse
import json
import random
import re
import sqlite3
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from statistics import quantiles
from time import perf_counter, process_time

import opencc
from rapidfuzz import fuzz

from archive.database import reading, transaction
from archive.schema.open import open_archive
from archive.search import quotes
from archive.search.asked import Asked
from archive.snapshots.make import DATABASE, make
from archive.texts import sentences
from tests.archive.conftest import add_release, add_version, insert
from tests.archive.site.visiting import NOW

SET = Path(__file__).parents[3] / "shared" / "bench" / "dedup" / "docs.jsonl"
TRADITIONAL = opencc.OpenCC("s2t")
NAMES = ("裴望舒", "卓迎川", "娄听松", "慕容砚秋", "郗采薇")
RADICALS = {"人": "⼈", "民": "⺠", "门": "⻔", "食": "⻝", "户": "⼾", "日": "⽇", "水": "⽔", "工": "⼯", "大": "⼤"}
Change = Callable[[str, random.Random], str | None]


def wide(said: str, _: random.Random) -> str:
    return "".join(chr(ord(sign) + 0xFEE0) if sign.isascii() and sign.isalnum() else sign for sign in said)


def radicals(said: str, _: random.Random) -> str:
    return "".join(RADICALS.get(sign, sign) for sign in said)


def other_marks(said: str, _: random.Random) -> str:
    return said.translate(str.maketrans("，。：；“”（）", ",.:;「」()"))


def without_marks(said: str, _: random.Random) -> str:
    return re.sub("[，。：；“”、（）《》]", "", said)


def broken(said: str, dice: random.Random) -> str:
    at = dice.randrange(1, len(said))
    return f"{said[:at]}\n {said[at:]}"


def figure(said: str, dice: random.Random) -> str | None:
    found = list(re.finditer(r"\d+", said))
    if not found:
        return None
    at = dice.choice(found)
    return said[: at.start()] + str(int(at[0]) + dice.randint(1, 7)) + said[at.end() :]


def name(said: str, dice: random.Random) -> str | None:
    found = re.search(r"(?<=[一-鿿]{6})[一-鿿]{2,3}(?=(?:表示|介绍|说|指出|强调|主持|出席))", said)
    return said[: found.start()] + dice.choice(NAMES) + said[found.end() :] if found else None


def denial(said: str, _: random.Random) -> str | None:
    found = re.search("(?<=[一-鿿])(?=完成|实现|推进|建设|开展|支持|组织|加强)", said)
    return f"{said[: found.start()]}未{said[found.start() :]}" if found else None


def numeral(said: str, _: random.Random) -> str | None:
    found = re.search("(?<=[一-鿿])[一二三四五六七八](?=[个项名年次届批])", said)
    return said[: found.start()] + "九" + said[found.end() :] if found else None


VERBATIM: dict[str, Change] = {
    "as it stands": lambda said, _: said,
    "wide": wide,
    "radicals": radicals,
    "traditional": lambda said, _: str(TRADITIONAL.convert(said)),
    "other marks": other_marks,
    "without marks": without_marks,
    "broken": broken,
}
ALTERED: dict[str, Change] = {"figure": figure, "name": name, "denial": denial, "numeral": numeral}


class Quotes:
    """The quotes, each with its kind and its verdict, and the archive that they are checked against."""

    def __init__(self, folder: Path, releases: int) -> None:
        self.dice = random.Random(500)
        docs = [json.loads(line) for line in SET.read_text("utf-8").splitlines()]
        clusters: dict[object, dict[str, str]] = {}
        for doc in docs:
            clusters.setdefault(doc["cluster"], doc)
        texts = [doc["text"] for doc in clusters.values() if len(doc["text"]) > 300]
        self.dice.shuffle(texts)
        self.held, self.foreign = texts[: len(texts) * 3 // 4], texts[len(texts) * 3 // 4 :]
        self.asked: list[tuple[str, str, str]] = []
        self.db = self._archive(folder, releases)

    def _archive(self, folder: Path, releases: int) -> sqlite3.Connection:
        db = open_archive(folder)
        with transaction(db):
            about = {
                "region": "990000",
                "level": "province",
                "family": "html",
                "evidence": "live",
                "rights": "official",
            }
            insert(db.conn, "sources", id="yunling", name="云岭", url="https://x.example/", **about)
            insert(db.conn, "crawls", source="yunling", started="2020-04-13T06:00:00Z", outcome="ok")
            for id, said in enumerate(self.held, 1):
                self._hold(db.conn, id, said)
            for id in range(len(self.held) + 1, releases + 1):
                said = self._mixed(id)
                add_release(db.conn, id, "yunling", f"第{id}号", said)
        db.close()
        connection = reading(make(folder, public=False, now=NOW) / DATABASE)
        connection.row_factory = sqlite3.Row
        return connection

    def _mixed(self, id: int) -> str:
        """A text of sentences that others have, so that the index is full of the same words."""
        dice = random.Random(id)
        return "\n".join(
            sentence[::-1] if dice.random() < 0.5 else sentence
            for _ in range(12)
            for sentence in [
                dice.choice(_sentences(dice.choice(self.held)) or ["无"])[2 : dice.randint(10, 40)] + f"{id}号"
            ]
        )

    def _hold(self, db: sqlite3.Connection, id: int, said: str) -> None:
        whole = _sentences(said)
        if not whole:
            add_release(db, id, "yunling", f"第{id}号", said)
            return
        one = self.dice.choice(whole)
        kind = id % 5 if sum(one in other for other in self.held) == 1 else 1
        if kind == 0:  # edited out, or its figure
            now = said.replace(one, (id % 2 and figure(one, self.dice)) or "")
            add_release(db, id, "yunling", f"第{id}号", now, version=2, changed="2020-04-15T02:00:00Z")
            add_version(db, id, 1, f"第{id}号", said, "2020-04-13T06:00:00Z")
            self._ask("removed", "edited", one)
        elif kind in (1, 2):
            add_release(db, id, "yunling", f"第{id}号", said)
            self._ask("verbatim", *self._changed(VERBATIM, one))
        else:
            add_release(db, id, "yunling", f"第{id}号", said)
            self._ask("altered", *self._changed(ALTERED, one))

    def _changed(self, changes: dict[str, Change], one: str) -> tuple[str, str]:
        for kind in self.dice.sample(list(changes), len(changes)):
            if changed := changes[kind](one, self.dice):
                return kind, changed
        return "", ""

    def _ask(self, verdict: str, kind: str, quote: str) -> None:
        if quote:
            self.asked.append((verdict, kind, quote))

    def ask_foreign(self) -> None:
        """Sentences of documents that are not held; one that a held text has, or nearly, is left out."""
        held = "\n".join(self.held)
        for said in self.foreign:
            whole = [one for one in _sentences(said) if fuzz.partial_ratio(one, held) < 70]
            if whole:
                self._ask("not-held", "foreign", self.dice.choice(whole))


def _sentences(said: str) -> list[str]:
    return [one for one in sentences.said(said, sentences.sentences(said)) if 18 <= len(one) <= 120]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--releases", type=int, default=0)
    parser.add_argument("--show", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        work = Quotes(Path(folder), options.releases)
        work.ask_foreign()
        known = quotes.known(work.db)
        asked = random.Random(1).sample(work.asked, min(500, len(work.asked)))
        right, there = Counter[str](), Counter[str]()
        times: list[float] = []
        busy: list[float] = []
        for verdict, kind, quote in asked:
            begun, worked = perf_counter(), process_time()
            found = quotes.check(work.db, Asked(q=quote[:1000]), known)
            times.append(perf_counter() - begun)
            busy.append(process_time() - worked)
            there[f"{verdict}: {kind}"] += 1
            right[f"{verdict}: {kind}"] += found.verdict == verdict
            if found.verdict != verdict and options.show:
                print(verdict, kind, "→", found.verdict, quote, [(m.words, m.differs) for m in found.matches[:1]])
    for kind in sorted(there):
        print(f"{kind:32}{right[kind]:4} of {there[kind]}")
    p95, cpu = (quantiles(some, n=20)[-1] * 1000 for some in (times, busy))
    print(f"{sum(right.values()) / len(asked):.3f} of {len(asked)}; p95 {p95:.0f} ms, {cpu:.0f} ms of them at work")


if __name__ == "__main__":
    main()
