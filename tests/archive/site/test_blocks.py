"""A text as the site shows it: paragraphs, and the turns of a dialogue wherever they begin."""

from typing import Any, cast

from archive.search.query import parse
from archive.site.reading import Block, blocks


def shown(text: str, *turns: tuple[str, str, str]) -> list[tuple[str, str, str]]:
    """The blocks of a text as (label, kind of the turn, text). Turns are given as (kind, first words, last words)."""
    rows = [
        {"start": text.index(first), "length": text.index(last) + len(last) - text.index(first), "kind": kind}
        for kind, first, last in turns
    ]
    return [(block.speaker, block.turn, words(block)) for block in blocks(text, cast("list[Any]", rows), parse(""))]


def words(block: Block) -> str:
    return "".join(span.text for span in block.spans)


def test_a_row_with_a_turn_is_a_paragraph_with_its_label() -> None:
    text = "记者\t何时完工？\n林一舟\t五月。"
    assert shown(text, ("question", "何时", "？"), ("answer", "五月", "。")) == [
        ("记者 ", "question", "何时完工？"),
        ("林一舟 ", "answer", "五月。"),
    ]


def test_two_turns_in_one_line_are_two_paragraphs() -> None:
    text = "问：何时完工？答：五月。"
    assert shown(text, ("question", "何时", "？"), ("answer", "五月", "。")) == [
        ("问：", "question", "何时完工？"),
        ("答：", "answer", "五月。"),
    ]


def test_a_turn_that_goes_on_keeps_its_words_out_of_the_next_label() -> None:
    text = "答：五月。\n一定。问：真的？"
    assert shown(text, ("answer", "五月", "一定。"), ("question", "真的", "？")) == [
        ("答：", "answer", "五月。"),
        ("", "", "一定。"),
        ("问：", "question", "真的？"),
    ]
