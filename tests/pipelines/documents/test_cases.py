"""The open cases of files beside this checkout (../shared/cases/files, see its README)."""

import json
import re
from collections import Counter
from typing import Any

import pytest

from archive.texts.folding import fold_signs
from pipelines.documents import Document
from pipelines.documents.guarded import Guarded
from tests.conftest import SHARED

CASES = SHARED / "cases" / "files"
TRUTH: dict[str, Any] = json.loads((CASES / "truth.json").read_text("utf-8")) if CASES.is_dir() else {}
NAMES = [name for name in TRUTH if (CASES / name).is_file()]
MEAN, LEAST = 0.99, 0.95
pytestmark = pytest.mark.skipif(not TRUTH, reason="no collection of files (../shared/cases/files) beside this checkout")


@pytest.fixture(scope="module")
def documents() -> dict[str, Document]:
    with Guarded() as reader:
        return {name: reader.read((CASES / name).read_bytes(), TRUTH[name]["link"]) for name in NAMES}


def squeezed(text: str) -> str:
    return fold_signs("".join(text.split()))


def likeness(text: str, truth: str) -> float:
    """F1 over the 4-grams of both, without white space."""
    found, wanted = (Counter(text[at : at + 4] for at in range(len(text) - 3)) for text in (text, truth))
    return 2 * (found & wanted).total() / max(1, found.total() + wanted.total())


def score(document: Document, truth: dict[str, Any]) -> float:
    text = squeezed(document.text)
    for tail in truth.get("alt_tail", ()):
        text = text.replace(squeezed(tail), "") if squeezed(tail) not in squeezed(truth["text"]) else text
    return likeness(text, squeezed(truth["text"]))


@pytest.mark.parametrize("name", NAMES)
def test_its_state_is_right(documents: dict[str, Document], name: str) -> None:
    document, truth = documents[name], TRUTH[name]
    assert document.state in {*truth["state"], *({"scanned"} if "none" in truth["state"] else ())}
    assert document.state == "ok" or document.reason
    if "pages" in truth:
        assert document.pages == truth["pages"]


@pytest.mark.parametrize("name", NAMES)
def test_its_words_are_read(documents: dict[str, Document], name: str) -> None:
    document, truth = documents[name], TRUTH[name]
    text = squeezed(document.text)
    if document.state == "ok" and truth["text"]:
        assert score(document, truth) >= LEAST
        assert [figure for figure in truth["figures"] if not re.search(re.escape(figure), text)] == []
    assert [
        words for words in (*truth.get("forbidden", ()), truth.get("secret")) if words and squeezed(words) in text
    ] == []
    assert "once" not in truth or text.count(squeezed(truth["once"])) == 1


def test_the_mean_is_high(documents: dict[str, Document]) -> None:
    scores = [
        score(documents[name], TRUTH[name]) for name in NAMES if TRUTH[name]["text"] and documents[name].state == "ok"
    ]
    assert sum(scores) / len(scores) >= MEAN
