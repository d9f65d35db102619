"""Who speaks, on whole pages: dialogues of our own in every markup, look-alikes, and real pages that are no transcripts."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from archive.model import Unreadable
from pipelines.turns import find_turns
from tests.bench.turns import score, total
from tests.conftest import SHARED
from tests.pipelines.markups import MARKUPS, dialogues, found, read_page

LOOKALIKES = [
    text.strip("\n")
    for text in (Path(__file__).parent / "not_dialogues.txt").read_text("utf-8").split("\n", 1)[1].split("\n----\n")
]
# documents of ../shared/bench/dedup that are transcripts: questions and answers, a press conference
TRANSCRIPTS = {1712, 1714, 1718, 1761, 2073}


@pytest.mark.parametrize("markup", MARKUPS)
def test_every_turn_of_some_dialogues_is_found_in_every_markup(markup: str) -> None:
    for dialogue in dialogues()[list(MARKUPS).index(markup) % 7 :: 14]:
        if not dialogue.title.isascii():  # offices in English are known before a name alone
            assert found(dialogue, MARKUPS[markup](dialogue)) == dialogue.expected, dialogue.title


@pytest.mark.parametrize("text", LOOKALIKES, ids=range(len(LOOKALIKES)))
def test_texts_that_look_like_dialogues_give_no_turns(text: str) -> None:
    assert find_turns(text) == ()


@pytest.mark.parametrize("form", ["{n}．{line}", "（{n}）{line}", "10:{n:02}\n{line}"])
def test_numbers_and_times_make_no_speaker_of_a_heading(form: str) -> None:
    for text in LOOKALIKES:
        lines = enumerate(text.split("\n"), 1)
        assert find_turns("\n".join(form.format(n=n, line=line) for n, line in lines)) == (), text


def test_emphasis_makes_no_speaker_of_a_heading() -> None:
    for text in LOOKALIKES:
        paragraphs = (re.sub(r"^([^：\t丨]{1,12})([：\t丨])", r"<b>\1</b>\2", line) for line in text.split("\n"))
        body = "".join(f"<p>{line}</p>" for line in paragraphs)
        page = f"<html><head><title>溟川市的一篇文章</title></head><body><h1>溟川市的一篇文章</h1><div id='zoom'>{body}</div>"
        try:
            release = read_page(page.encode())
        except Unreadable:
            continue
        assert release.turns == (), text


@pytest.mark.slow
def test_all_dialogues_in_all_markups() -> None:
    shown = dialogues()
    scores = {markup: score(markup, shown) for markup in MARKUPS}
    everything = total(list(scores.values()))
    assert everything.exact >= 0.98 * everything.pages
    assert (everything.precision >= 0.99, everything.recall >= 0.99) == (True, True)
    assert [markup for markup, one in scores.items() if one.exact < 0.95 * one.pages] == []


def real_pages() -> Iterator[tuple[str, bytes]]:
    for path in sorted([*(SHARED / "captures").glob("*.html"), *(SHARED / "bench" / "extract").glob("*.html")]):
        yield path.name, path.read_bytes()


@pytest.mark.slow
@pytest.mark.skipif(not (SHARED / "captures").is_dir(), reason="the captures stand beside the checkout")
def test_real_pages_that_are_no_transcripts_give_no_turns() -> None:
    wrong = []
    for name, body in real_pages():
        try:
            if read_page(body).turns:
                wrong.append(name)
        except Unreadable:
            continue
    assert wrong == []


@pytest.mark.skipif(not (SHARED / "bench" / "dedup").is_dir(), reason="the documents stand beside the checkout")
def test_real_texts_that_are_no_transcripts_give_no_turns() -> None:
    with (SHARED / "bench" / "dedup" / "docs.jsonl").open(encoding="utf-8") as lines:
        documents = [json.loads(line) for line in lines]
    bases = {document["cluster"] for document in documents if document["id"] in TRANSCRIPTS}
    found_in = {document["id"] for document in documents if find_turns(document["text"])}
    assert found_in >= TRANSCRIPTS
    assert {document["cluster"] for document in documents if document["id"] in found_in} == bases
