"""Numbers of persons in any usual way of writing them, and the numbers of offices, papers and sums, which stay."""

import re
import unicodedata

import pytest

from archive.texts import markup
from archive.texts.markup import Block, Run
from archive.texts.personal_numbers import mask_figures, mask_persons
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


@pytest.mark.parametrize(("text", "number"), PERSONS)
def test_the_text_with_its_structure_is_masked_as_the_text_is(text: str, number: str) -> None:
    written = markup.write(markup.unformed(text.split("\n")))
    assert markup.text_of(markup.read(markup.mask(written))) == mask_persons(text)


def test_a_word_in_the_line_before_counts_in_a_text_with_structure() -> None:
    blocks = [
        Block(kind="heading", level=2, runs=(Run(text="联系电话"),)),
        Block(kind="p", runs=(Run(text="138 12345678"),)),
    ]
    assert markup.text_of(markup.read(markup.mask(markup.write(blocks)))) == "联系电话\n138 ********"
