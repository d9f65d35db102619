"""Numbers of persons in any usual way of writing them, and the numbers of offices, papers and sums, which stay."""

import re
import unicodedata

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from archive.texts import markup
from archive.texts.markup import Block, Run
from archive.texts.personal_numbers import mask_figures, mask_persons, suspected
from tests.archive.texts.numbers import OTHERS, PERSONS


def digits(text: str) -> str:
    """The digits of a text in one form and without what stands between them; Chinese numerals count."""
    return re.sub("[^0-9一二三四五六七八九]", "", unicodedata.normalize("NFKC", text))


@pytest.mark.parametrize(("text", "number"), PERSONS)
def test_the_number_of_a_person_is_masked(text: str, number: str) -> None:
    for shown in (mask_persons(text), mask_figures(text)):
        assert number not in digits(shown)
        assert len(shown) == len(text)


@pytest.mark.parametrize("text", OTHERS)
def test_another_number_is_kept(text: str) -> None:
    assert (mask_persons(text), mask_figures(text)) == (text, text)


def test_landlines_below_a_head_of_telephones_are_no_old_identity_number() -> None:
    text = "单位\t联系电话\n云桅街道\t8112123、31123456"
    assert mask_persons(text) == text


def test_a_serial_number_in_an_address_is_kept() -> None:
    text = "查询地址?id=990223197911223042"
    assert mask_persons(text) == text


@pytest.mark.parametrize(("text", "number"), PERSONS)
def test_the_text_with_its_structure_is_masked_as_the_text_is(text: str, number: str) -> None:
    written = markup.write(markup.unformed(text.split("\n")))
    assert markup.text_of(markup.read(markup.mask(written))) == mask_persons(text)


def test_the_rows_of_a_table_with_structure_are_masked_by_their_head() -> None:
    rows = [("姓名", "电话"), ("赵某", "1381234 5611"), ("钱某", "1381234 5612"), ("孙某", "1381234 5613")]
    blocks = [Block(kind="row", cells=tuple((Run(text=cell),) for cell in row), first=row == rows[0]) for row in rows]
    shown = markup.text_of(markup.read(markup.mask(markup.write(blocks))))
    assert shown == "姓名\t电话\n赵某\t138**** ****\n钱某\t138**** ****\n孙某\t138**** ****"


def test_a_word_in_the_line_before_counts_in_a_text_with_structure() -> None:
    blocks = [
        Block(kind="heading", level=2, runs=(Run(text="联系电话"),)),
        Block(kind="p", runs=(Run(text="138 12345678"),)),
    ]
    assert markup.text_of(markup.read(markup.mask(markup.write(blocks)))) == "联系电话\n138 ********"


@given(
    st.lists(
        st.text(st.sampled_from("0123456789X１３٣₃-—+_* 元号。电话一三八幺〇○⼀ᐧa\n\t\ud800"), max_size=60), min_size=1
    )
)
@example(["1\u200b3_8。1 2 3 4 5 6 7 8"])
@example(["电话\t编号\n1\t\n1381234 5612\t13812345612"])
@example(["13800", "138000", "电话一三八一二三四五六七八"])
@example(["电话一三八  :  一二三四——五六七八", "电话1三8 \u200b:  1⼀三₃"])
def test_every_text_with_a_masked_number_is_suspected(texts: list[str]) -> None:
    masked = [mask_persons(text) != text or mask_figures(text) != text for text in texts]
    formed = [markup.mask(text) != text for text in texts]
    assert not (np.array(masked) & ~suspected(texts)).any()
    assert not (np.array(formed) & ~suspected(texts, scattered=True)).any()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("1,3,8,1,2,3,4,5,6,7,8", True),
        ("13812345678", True),
        ("138\n12345678", True),
        ("一三八一二三四五六七八", True),
        ("2026年3月5日10时31分22秒", False),
        ("138······12345678", False),
        ("一三八-一二三四--五六七八", True),
        ("一三八一二三四五六七······八", False),
        ("一三八一二三四五六七的八", False),
        ("1381234567", False),
        ("", False),
    ],
)
def test_few_other_texts_are_suspected(text: str, found: bool) -> None:
    assert suspected([text, "甲"]).tolist() == [found, False]


def test_numbers_with_marks_of_form_between_are_suspected_by_their_digits() -> None:
    texts = ["**138**[1234](https://a.example/path)5678", "[138](https://a.example/)"]
    assert (suspected(texts).tolist(), suspected(texts, scattered=True).tolist()) == ([False] * 2, [True, False])
