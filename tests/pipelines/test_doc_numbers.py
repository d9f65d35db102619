"""The numbers of official documents, in every form that pages print them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.citations import find_citations
from pipelines.doc_numbers import DOC_NUMBER, WITHOUT_END, normal_number

BRACKETS = st.sampled_from(["〔〕", "[]", "［］", "()", "（）", "【】"])
WIDE = str.maketrans("0123456789", "０１２３４５６７８９")


@given(BRACKETS, st.integers(1990, 2039), st.integers(1, 9999), st.booleans(), st.booleans(), st.booleans())
def test_every_form_of_a_number_has_the_form_of_the_standard(
    brackets: str, year: int, number: int, nth: bool, wide: bool, ended: bool
) -> None:
    printed = f"云政发{brackets[0]}{year}{brackets[1]}{'第' if nth else ''}{number}{'号' if ended else ''}"
    printed = printed.translate(WIDE) if wide else printed
    assert (DOC_NUMBER if ended else WITHOUT_END).fullmatch(printed)
    assert normal_number(printed) == f"云政发〔{year}〕{'第' if nth else ''}{number}号"


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("《云桅省水利条例》（云政发〔2020〕3号）", "云政发〔2020〕3号"),
        ("《云桅省水利条例》（云政发【２０２０】第０３号）", "云政发〔2020〕第03号"),
        ("《云桅省水利条例》（云政发〔2020〕3）", "云政发〔2020〕3号"),
        ("根据云政发〔2020〕3号《云桅省水利条例》", "云政发〔2020〕3号"),
        ("贯彻落实云政发〔2020〕3号文件《云桅省水利条例》", "云政发〔2020〕3号"),
        ("《云桅省水利条例》（云桅〔2020〕30万吨）", ""),
        ("《云桅省水利条例》云政发〔2020〕3", ""),
        ("《云桅省水利条例》（2020）3", ""),
    ],
)
def test_a_citation_has_the_number_beside_it(text: str, number: str) -> None:
    assert [one.doc_number for one in find_citations(text)] == [number]
