"""Sentences of a text, and the edits from one version to the next."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.texts.sentences import Edit, compare, sentences, to_json, unified

A = "清河市今年计划修缮古桥十二座。第一批四座已经开工！记者问：“什么时候完工？”\n负责人说，年底以前。"


def said(text: str) -> list[str]:
    return [text[start:end] for start, end in sentences(text)]


def test_sentences_end_with_their_marks_and_with_the_line() -> None:
    assert said(A) == [
        "清河市今年计划修缮古桥十二座。",
        "第一批四座已经开工！",
        "记者问：“什么时候完工？”",
        "负责人说，年底以前。",
    ]
    assert said(" 标题 \n\n没有句号") == ["标题", "没有句号"]


@pytest.mark.parametrize(
    ("new", "kinds"),
    [
        (A, []),
        (A.replace("四座", "五座"), [("changed", "第一批四座已经开工！", "第一批五座已经开工！")]),
        (A.replace("第一批四座已经开工！", ""), [("dropped", "第一批四座已经开工！", "")]),
        (A + "\n工程由市交通局承办。", [("added", "", "工程由市交通局承办。")]),
        ("快讯！" + A, [("added", "", "快讯！")]),
        (
            A.replace("第一批四座已经开工！", "Lorem ipsum dolor sit amet!"),
            [("dropped", "第一批四座已经开工！", ""), ("added", "", "Lorem ipsum dolor sit amet!")],
        ),
        ("", [("dropped", sentence, "") for sentence in said(A)]),
        # what was dropped stands before what was added, also where the two are of different number
        (
            A.replace("第一批四座已经开工！", "Lorem ipsum! Dolor sit amet!"),
            [
                ("dropped", "第一批四座已经开工！", ""),
                ("added", "", "Lorem ipsum!"),
                ("added", "", "Dolor sit amet!"),
            ],
        ),
        # the sentence that was changed is known by its words, not by its place
        (
            A.replace("第一批四座已经开工！", "特此说明如下。第一批五座已经开工！"),
            [("added", "", "特此说明如下。"), ("changed", "第一批四座已经开工！", "第一批五座已经开工！")],
        ),
    ],
)
def test_compare(new: str, kinds: list[tuple[str, str, str]]) -> None:
    found = [(e.kind, A[e.old_start :][: e.old_length], new[e.new_start :][: e.new_length]) for e in compare(A, new)]
    assert found == kinds


TEXTS = (
    st.lists(st.sampled_from(["甲说了。", "乙！", "丙问？”", "没有句号", "1.5亿元。"]), max_size=12).map("".join)
    | st.text()
)


@given(TEXTS, TEXTS)
def test_the_edits_turn_the_old_sentences_into_the_new(old: str, new: str) -> None:
    edits = compare(old, new)
    gone = {(e.old_start, e.old_start + e.old_length) for e in edits if e.old_length}
    come = {(e.new_start, e.new_start + e.new_length) for e in edits if e.new_length}
    stayed = [old[start:end] for start, end in sentences(old) if (start, end) not in gone]
    assert stayed == [new[start:end] for start, end in sentences(new) if (start, end) not in come]


def test_unified_tells_what_was_dropped_before_what_was_added() -> None:
    new = A.replace("第一批四座已经开工！", "Lorem ipsum! Dolor sit amet!")
    assert [line[0] for line in unified(A, new).split("\n")] == [" ", "-", "+", "+", " ", " "]


@given(TEXTS, TEXTS)
def test_unified_holds_both_texts(old: str, new: str) -> None:
    lines = unified(old, new).split("\n")
    assert [line[1:] for line in lines if line[:1] in (" ", "-")] == said(old)
    assert [line[1:] for line in lines if line[:1] in (" ", "+")] == said(new)


def test_edits_are_kept_as_json() -> None:
    assert json.loads(to_json([Edit("changed", 1, 2, 3, 4)])) == [["changed", 1, 2, 3, 4]]
