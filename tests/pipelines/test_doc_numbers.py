"""The numbers of official documents, in every form that pages print them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.citations import find_citations
from pipelines.doc_numbers import DOC_NUMBER, WITHOUT_END, normal_number, number_of_title

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
    ("title", "number"),
    [
        ("云桅市水务局关于加强河道管理的通知（云水发〔2026〕3号）", "云水发〔2026〕3号"),
        ("关于征收水资源费的公告[云水告〔2026〕第3号]", "云水告〔2026〕第3号"),
        (
            "关于征收水资源费的公告（云桅市水务局 云桅市税务局公告2026年第3号）",
            "云桅市水务局 云桅市税务局公告2026年第3号",
        ),
        ("转发省水利厅关于加强河道管理的通知（桅水发〔2026〕3号）", ""),
        ("图解：关于加强河道管理的通知（云水发〔2026〕3号）", ""),
        ("关于废止加强河道管理的通知（云水发〔2026〕3号）", ""),
        ("《河道管理办法》（云水发〔2026〕3号）", ""),
        ("关于《河道管理的通知》（云水发〔2026〕3号）的说明", ""),
        ("关于召开河道管理会议的通知（第3号）", ""),
    ],
)
def test_a_title_ends_with_its_own_number(title: str, number: str) -> None:
    assert number_of_title(title) == number


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
