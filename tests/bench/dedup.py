"""`make bench-dedup`: how well and how fast duplicates and repeats are found.

Quality is measured on the labelled set in ../shared/bench/dedup: as pages that are crawled, and as titles, days and
texts that are handed over, beside other methods (datasketch and rensa when they can be imported); growth on texts that
are drawn at random. `--judge` leaves out crawl and growth. docs/duplicates.md says what the figures mean.
"""

import argparse
import json
import random
import re
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from itertools import combinations
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from archive import duplicates
from archive.database import transaction
from archive.schema.open import open_archive
from archive.texts.normalised import normalised, text_key
from pipelines.collapse import collapse
from tests.bench.origins import judged
from tests.bench.reprinted import crawl
from tests.conftest import SHARED
from tests.invented import WORDS, article

Pairs = set[tuple[int, int]]
BENCH = SHARED / "bench" / "dedup"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--growth", type=int, default=100_000, help="releases in the growth table, 0 for none")
    parser.add_argument("--judge", action="store_true", help="no crawl and no growth: what is judged is handed over")
    options = parser.parse_args()
    if BENCH.is_dir():
        quality(options.judge)
        figures()
        repeats()
    else:
        print(f"{BENCH} is not there: no table of quality")
    first()
    if options.growth and not options.judge:
        grow(options.growth)


def rows(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (BENCH / name).read_text("utf-8").splitlines()]


def quality(judge_only: bool) -> None:
    docs = rows("docs.jsonl")
    gold = grouped((doc["cluster"], doc["id"]) for doc in docs)
    hard = {pair(row["a"], row["b"]) for row in rows("hardneg.jsonl")}
    parts = {(row["part"], row["whole"]) for row in rows("partof.jsonl")}
    print(f"{len(docs)} documents: {len(gold)} pairs of copies, {len(hard)} of unlike, {len(parts)} items of digests\n")
    print("| method | P | R | F1 | hard negatives merged | digest items merged | … part_of | ms a document |")
    print("|---|---|---|---|---|---|---|---|")
    methods: dict[str, Callable[[list[dict[str, Any]]], tuple[Pairs, Pairs]]] = {
        "exact normalised text": exact,
        "exact Jaccard >= .7": jaccard,
        "datasketch MinHash LSH .7": minhash_datasketch,
        "rensa MinHash LSH .7": minhash_rensa,
        "ours, handed over": ours,
        "ours, handed over without days": lambda docs: ours([{**doc, "date": ""} for doc in docs]),
        "ours, handed over in another order": lambda docs: ours(random.Random(1).sample(docs, len(docs))),
        "ours, crawled": crawled,
    }
    if judge_only:
        del methods["ours, crawled"]
    for name, method in methods.items():
        start = time.perf_counter()
        try:
            merged, part_of = method(docs)
        except ImportError as error:
            print(f"| {name} | {error} |")
            continue
        spent = (time.perf_counter() - start) / len(docs) * 1000
        right = len(merged & gold)
        precision, recall = right / max(1, len(merged)), right / len(gold)
        f1 = 2 * precision * recall / max(1e-9, precision + recall)
        inside = len({pair(*part) for part in parts} & merged)
        print(
            f"| {name} | {precision:.4f} | {recall:.4f} | {f1:.4f} | {len(hard & merged)} of {len(hard)}"
            f" | {inside} of {len(parts)} | {len(parts & part_of)} | {spent:.2f} |"
        )


def pair(a: int, b: int) -> tuple[int, int]:
    return min(a, b), max(a, b)


def grouped(members: Iterable[tuple[Any, int]]) -> Pairs:
    """Every pair of members of one group."""
    groups = defaultdict(list)
    for group, member in members:
        groups[group].append(member)
    return {pair(a, b) for group in groups.values() for a, b in combinations(group, 2)}


def exact(docs: list[dict[str, Any]]) -> tuple[Pairs, Pairs]:
    return grouped((text_key(normalised(doc["text"])), doc["id"]) for doc in docs), set()


def jaccard(docs: list[dict[str, Any]]) -> tuple[Pairs, Pairs]:
    sets = {doc["id"]: set(duplicates.fingerprint("", None, doc["text"]).shingles.tolist()) for doc in docs}
    holders = defaultdict(list)
    for id, shingles in sets.items():
        for shingle in sorted(shingles)[:64]:
            holders[shingle].append(id)
    tried = {pair(a, b) for ids in holders.values() for a, b in combinations(ids, 2)}
    return linked(sets, (p for p in tried if alike(sets[p[0]], sets[p[1]]) >= 0.7)), set()


def alike(a: set[int], b: set[int]) -> float:
    return len(a & b) / max(1, len(a | b))


def linked(ids: Iterable[int], pairs: Iterable[tuple[int, int]]) -> Pairs:
    """Every pair within the connected groups that the pairs make."""
    parent = {id: id for id in ids}

    def root(id: int) -> int:
        while parent[id] != id:
            id = parent[id]
        return id

    for a, b in pairs:
        parent[root(a)] = root(b)
    return grouped((root(id), id) for id in parent)


def minhash_datasketch(docs: list[dict[str, Any]]) -> tuple[Pairs, Pairs]:
    from datasketch import MinHash, MinHashLSH

    index = MinHashLSH(threshold=0.7, num_perm=128)
    found: Pairs = set()
    for doc in docs:
        sketch = MinHash(num_perm=128)
        sketch.update_batch([gram.encode() for gram in grams(doc["text"])])
        found |= {pair(doc["id"], other) for other in index.query(sketch)}
        index.insert(doc["id"], sketch)
    return linked((doc["id"] for doc in docs), found), set()


def minhash_rensa(docs: list[dict[str, Any]]) -> tuple[Pairs, Pairs]:
    from rensa import RMinHash, RMinHashLSH

    index = RMinHashLSH(threshold=0.7, num_perm=128, num_bands=16)
    sketches = {}
    found: Pairs = set()
    for doc in docs:
        sketch = RMinHash(num_perm=128, seed=42)
        sketch.update(grams(doc["text"]))
        found |= {pair(doc["id"], o) for o in index.query(sketch) if sketches[o].jaccard(sketch) >= 0.7}
        index.insert(doc["id"], sketch)
        sketches[doc["id"]] = sketch
    return linked((doc["id"] for doc in docs), found), set()


def grams(text: str) -> list[str]:
    key = normalised(text)
    return [key[at : at + 5] for at in range(max(1, len(key) - 4))]


def ours(docs: list[dict[str, Any]]) -> tuple[Pairs, Pairs]:
    with tempfile.TemporaryDirectory() as folder:
        db = archive(Path(folder))
        with transaction(db):
            ids = {add(db, doc["title"], day(doc["date"]), doc["text"]): doc["id"] for doc in docs}
        return told(db, ids)


def crawled(docs: list[dict[str, Any]]) -> tuple[Pairs, Pairs]:
    with tempfile.TemporaryDirectory() as folder:
        documents = crawl(docs, Path(folder))
        db = Database(Path(folder) / "archive.db")
        return told(db, {id: documents[url] for id, url in db.execute("SELECT id, url FROM releases")})


def told(db: Database, ids: dict[int, int]) -> tuple[Pairs, Pairs]:
    """The archive's pairs of copies, and of items and digests, as ids of documents."""
    merged = grouped((c, ids[id]) for id, c in db.execute("SELECT id, cluster FROM releases"))
    part_of = {(ids[a], ids[b]) for a, b in db.execute("SELECT a, b FROM relations WHERE kind = 'part_of'")}
    db.close()
    return merged, part_of


def archive(folder: Path) -> Database:
    db = open_archive(folder)
    db.execute("INSERT INTO sources VALUES ('bench', '', '', '', '', '', '', '', '')")
    return db


def add(db: Database, title: str, published: str | None, text: str) -> int:
    """Insert a release and place it; its id."""
    last = db.execute("SELECT coalesce(max(id), 0) FROM releases").fetchone()[0]
    db.execute(
        "INSERT INTO releases"
        " (id, url, url_key, source, title, text, published, text_key, version, cluster, first_seen, changed)"
        " VALUES (?1, '', ?1, 'bench', ?2, ?3, ?4, ?5, 1, ?1, '', '')",
        [last + 1, title or "无题", text, published, text_key(normalised(text))],
    )
    duplicates.place(db, last + 1)
    return int(last + 1)


def day(digits: str) -> str | None:
    return f"{digits[:4]}-{digits[4:6]}-{digits[6:]}" if len(digits) == 8 else None


def figures() -> None:
    """One figure is changed in each of 100 texts: is it named?"""
    draw = random.Random(1)
    docs = [doc for doc in rows("docs.jsonl") if doc["kind"] == "base" and re.search(r"[0-9]", doc["text"])]
    found = 0
    for doc in draw.sample(docs, 100):
        figure = draw.choice(list(re.finditer(r"[0-9]+(?:\.[0-9]+)?", doc["text"])))
        other = "".join(draw.choices("123456789", k=len(figure.group()))) + "7"
        changed = doc["text"][: figure.start()] + other + doc["text"][figure.end() :]
        a, b = (duplicates.fingerprint(doc["title"], day(doc["date"]), text) for text in (changed, doc["text"]))
        judged = duplicates.judge(a, b)
        named = any(other in here and figure.group() in there for here, there in judged.changed_numbers)
        found += judged.kind == "duplicate" and named
    print(f"\none changed figure between two copies: named in {found} of 100")


def repeats() -> None:
    docs = rows("docs.jsonl")
    cut = [doc["id"] for doc in docs if collapse(doc["text"])[1]]
    print(f"\nrepeats: false cuts in {len(cut)} of {len(docs)} documents")
    texts = [doc["text"] for doc in docs if doc["kind"] == "base" and doc["text"].count("\n") >= 4]
    texts = [text for text in texts if 600 < len(normalised(text)) < 9000]
    print("\n| second copy | texts | within 3 % of the true length | sentences lost |\n|---|---|---|---|")
    for name, shaped in SHAPES.items():
        right = lost = 0
        for text in texts:
            pieces = shaped(text, random.Random(len(text)))
            goal = normalised(text + OTHER * (OTHER in pieces))
            rest = normalised(collapse("\n".join(pieces))[0])
            right += abs(len(rest) / len(goal) - 1) < 0.03
            lost += sum(normalised(sentence) not in rest for sentence in re.split("[。！？\n]", text))
        print(f"| {name} | {len(texts)} | {right / len(texts):.1%} | {lost} |")


OTHER = article(1, 60)


def _noise(share: float) -> Callable[[str, random.Random], list[str]]:
    hanzi = re.compile("[\u4e00-\u9fff]")
    return lambda text, draw: [
        text,
        hanzi.sub(lambda char: draw.choice(WORDS)[0] if draw.random() < share else char.group(), text),
    ]


# a page's pieces, from the text that stands twice in it
SHAPES: dict[str, Callable[[str, random.Random], list[str]]] = {
    "the same": lambda text, _: [text, text],
    "the same twice": lambda text, _: [text, text, text],
    "after another text": lambda text, _: [text, OTHER, text],
    "its first 60 %": lambda text, _: [text, text[: text.find("\n", len(text) * 6 // 10)]],
    "its last 60 %": lambda text, _: [text, text[text.find("\n", len(text) * 4 // 10) + 1 :]],
    "0.5 % of characters changed": _noise(0.005),
    "2 % of characters changed": _noise(0.02),
    "a paragraph each sentence": lambda text, _: [text, text.replace("\n", "").replace("。", "。\n").strip()],
    "one paragraph": lambda text, _: [text, text.replace("\n", "")],
    "lines of 38 characters": lambda text, _: [text, *re.findall(".{1,38}", text)],
    "half-width punctuation": lambda text, _: [text, text.replace("，", ",").replace("：", ":")],
    "with a title before": lambda text, _: [text, "新闻发布会实录", text],
    "each paragraph twice in a row": lambda text, _: [line for line in text.split("\n") for _ in "ab"],
}


def first() -> None:
    clusters = list(judged())
    wrong = Counter(one.what for one in clusters if one.first != one.found)
    print(f"\nwho published first: found in {len(clusters) - wrong.total()} of {len(clusters)} clusters; not in:")
    for what, times in wrong.items():
        print(f"  {what} ({times})")


def grow(size: int) -> None:
    """Cost and size of the index as the archive grows; 1 in 5 releases is a copy, 1 in 10 a bulletin of a template."""
    print("\n| releases held | ms a release | bytes of index a release |\n|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        db = archive(Path(folder))
        stops = [stop for stop in (1_000, 10_000, 100_000, 1_000_000) if stop <= size]
        spent, measured = 0.0, 0
        with transaction(db):
            for held, (title, published, text) in enumerate(drawn(size), 1):
                start = time.perf_counter()
                add(db, title, published, text)
                if any(stop * 0.9 < held <= stop for stop in stops):
                    spent, measured = spent + time.perf_counter() - start, measured + 1
                if held in stops:
                    bytes_held = db.execute("SELECT sum(pgsize) FROM dbstat WHERE name = 'shingles'").fetchone()[0]
                    print(f"| {held:,} | {spent / measured * 1000:.2f} | {bytes_held / held:.0f} |", flush=True)
                    spent, measured = 0.0, 0
        rows_held = db.execute("SELECT count(*) FROM shingles").fetchone()[0]
        db.close()
    print(f"\n1,000,000 releases would hold {rows_held / size:.1f} million rows, about {bytes_held / size:.0f} MB")


def drawn(size: int) -> Iterator[tuple[str, str, str]]:
    draw = random.Random(7)
    held: list[tuple[str, str, str]] = []
    signs = [chr(code) for code in range(0x4E00, 0x4E00 + 3000)]
    for _ in range(size):
        published = f"{draw.randrange(2015, 2025)}-{draw.randrange(1, 13):02}-{draw.randrange(1, 28):02}"
        kind = draw.random()
        if kind < 0.2 and held:
            title, published, text = draw.choice(held)
            yield title, published, f"云岭日报讯\n{text[: int(len(text) * draw.uniform(0.8, 1))]}\n责任编辑：周小满"
        elif kind < 0.3:
            template = (
                "今日全省完成投资{}亿元，其中工业{}亿元，农业{}亿元，新开工项目{}个，有关部门将继续做好服务保障。"
            )
            yield "投资情况通报", published, template.format(*(draw.randrange(100, 9999) for _ in range(4)))
        else:
            length = max(10, int(draw.lognormvariate(4.1, 0.7)))
            text = "，".join("".join(draw.choices(signs, k=12)) for _ in range(length))
            release = "".join(draw.choices(signs, k=15)), published, f"{text}\n（此件公开发布）\n扫一扫在手机打开当前页"
            held = [*held[-999:], release]
            yield release


if __name__ == "__main__":
    main()
