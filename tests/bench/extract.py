"""How well and how fast pages are read, beside other readers: `make bench-extract`.

docs/extraction.md says how to read what it prints.

python -m tests.bench.extract [FOLDER]: FOLDER holds pages as <id>.html and their truth as <id>.json with the keys
`body`, `group`, `title`, `date`, `source` and `editor`; the default is ../shared/bench/extract beside the checkout.
"""

import importlib
import importlib.util
import json
import logging
import re
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import trafilatura
from lxml import html as lxml_html
from readability import Document

from archive.model import Page, Release, Unreadable
from archive.texts.encoding import decode
from pipelines.citations import find_citations
from pipelines.extract import extract
from pipelines.turns import find_turns

FOLDER = Path(__file__).parents[3] / "shared" / "bench" / "extract"
ROUNDS = 3


@dataclass(frozen=True, slots=True)
class Case:
    """A page with its truth."""

    name: str
    body: bytes
    markup: str
    truth: dict[str, Any]


def grams(text: str, n: int = 4) -> Counter[str]:
    """The 4-grams of a text without white space, list bullets and table bars."""
    text = re.sub(r"(?m)^\s*[-•·]\s", "", text).replace("|", "").replace("\\", "")
    text = re.sub(r"[\s\u00a0\u3000\u200b\ufeff]+", "", text)
    return Counter(text[i : i + n] for i in range(max(1, len(text) - n + 1))) if text else Counter()


def f1(found: str, truth: str) -> float:
    """F1 over the multisets of 4-grams."""
    a, b = grams(found), grams(truth)
    total = a.total() + b.total()
    return 2 * (a & b).total() / total if total else 1.0


def load(folder: Path) -> list[Case]:
    """The pages of a folder that have a truth, decoded once for the readers that take characters."""
    cases = []
    for path in sorted(folder.glob("*.json")):
        body = path.with_suffix(".html").read_bytes()
        cases.append(Case(path.stem, body, decode(body, "")[0], json.loads(path.read_text("utf-8"))))
    return cases


def read(case: Case) -> Release | None:
    """The release as the crawler reads it, with turns and citations; None when the page is refused."""
    try:
        release = extract(Page(url="http://localhost/", source="", fetched="", body=case.body), None)
    except Unreadable:
        return None
    find_turns(release.text)
    find_citations(release.text)
    return release


def ours(case: Case) -> str:
    release = read(case)
    return release.text if release else ""


def with_trafilatura(case: Case) -> str:
    # the metadata stand as a block between two lines of --- before the text
    return (trafilatura.extract(case.markup, with_metadata=True) or "").split("---\n", 2)[-1]


def with_readability(case: Case) -> str:
    return str(lxml_html.fromstring(Document(case.markup).summary()).text_content())


def with_magic_html(case: Case) -> str:
    reader = importlib.import_module("magic_html").GeneralExtractor()
    return str(lxml_html.fromstring(reader.extract(case.markup, base_url="http://localhost/")["html"]).text_content())


def with_gne(case: Case) -> str:
    return str(importlib.import_module("gne").GeneralNewsExtractor().extract(case.markup)["content"])


PEERS: dict[str, Callable[[Case], str]] = {"magic_html": with_magic_html, "gne": with_gne}


def readers() -> dict[str, Callable[[Case], str]]:
    """The readers that are installed, ours first."""
    found: dict[str, Callable[[Case], str]] = {
        "gongbao": ours,
        "trafilatura": with_trafilatura,
        "readability-lxml": with_readability,
    }
    return found | {
        module.replace("_", "-"): reader for module, reader in PEERS.items() if importlib.util.find_spec(module)
    }


def score_texts(cases: list[Case]) -> None:
    """Print F1 and speed of every reader; the speed is that of the best of three rounds, in processor time."""
    print(f"{'reader':18} {'F1':>7} {'official':>9} {'worst':>7} {'< .85':>6} {'empty':>6} {'pages/s':>8}")
    for name, reader in readers().items():
        seconds = []
        for _ in range(ROUNDS):
            started = time.process_time()
            texts = [reader(case) for case in cases]
            seconds.append(time.process_time() - started)
        scores = [f1(text, case.truth["body"]) for text, case in zip(texts, cases, strict=True)]
        official = [score for score, case in zip(scores, cases, strict=True) if case.truth["group"] == "gov"]
        mean, mean_official = sum(scores) / len(scores), sum(official) / max(1, len(official))
        print(
            f"{name:18} {mean:7.4f} {mean_official:9.4f} {min(scores):7.3f}"
            f" {sum(score < 0.85 for score in scores):6} {sum(not text.strip() for text in texts):6}"
            f" {len(cases) / min(seconds):8.0f}"
        )
    for module in PEERS:
        if not importlib.util.find_spec(module):
            print(f"{module.replace('_', '-'):18} not installed")


def score_fields(cases: list[Case]) -> None:
    """Print how often each field equals the truth, of the pages whose truth has one, and where it does not."""
    right: Counter[str] = Counter()
    asked: Counter[str] = Counter()
    wrong = []
    for case in cases:
        release = read(case)
        for name, want in wanted(case.truth).items():
            found = value(release, name) if release else ""
            asked[name] += 1
            right[name] += found == want
            if found != want:
                wrong.append(f"  {case.name}: {name} {found!r}, truth {want!r}")
    print("\n" + "  ".join(f"{name} {right[name]}/{asked[name]}" for name in asked))
    print("\n".join(wrong))


def wanted(truth: dict[str, Any]) -> dict[str, str]:
    """The fields that a truth gives, blanks aside."""
    date = truth["date"].replace(" ", "T")
    fields = {"title": re.sub(r"\s", "", truth["title"]), "day": date[:10], "minute": date if "T" in date else ""}
    fields |= {"publisher": truth["source"], "editor": truth["editor"]}
    return {name: text for name, text in fields.items() if text}


def value(release: Release, name: str) -> str:
    """A field of a release in the form of `wanted`."""
    if name == "title":
        return re.sub(r"\s", "", release.title)
    if name == "day":
        return release.published[:10]
    if name == "minute":  # the truth takes it from PubDate where the page prints the day alone
        exact = release.published_meta.startswith(release.published)
        return (release.published_meta if exact else release.published)[:16]
    return str(getattr(release, name))


def main() -> int:
    logging.disable(logging.CRITICAL)
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    cases = load(folder) if folder.is_dir() else []
    if not cases:
        print(f"{folder} holds no pages with their truth; name a folder that does", file=sys.stderr)
        return 2
    print(f"{len(cases)} pages of {folder.name}, {sum(len(case.body) for case in cases) / 1e6:.1f} MB")
    score_texts(cases)
    score_fields(cases)
    return 0


if __name__ == "__main__":
    sys.exit(main())
