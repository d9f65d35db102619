"""The normalised text, and its key."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from archive.texts.normalised import normalised, text_key


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("增长１．５％，５Ｇ", "增长1.5%5g"),
        ("共1,234.5万元。", "共1234.5万元"),
        ("第 1. 条\n2020年", "第1条2020年"),
        ("同比-3.2%，COVID-19", "同比-3.2%covid19"),
        ("0:-0", "0负0"),
        ("2.1\t-3.2\t-4", "2.1负3.2负4"),
        ("13：09 至 3:1", "13:09至3:1"),
        ("二○二一年、二〇二一年", "二零二一年二零二一年"),
        ("○ 要點", "要点"),
        ("⼈⺠政府⻔⼾", "人民政府门户"),
        ("显著、覆盖", "显着复盖"),
        ("5‰ 与 5%", "5‰与5%"),
        ("增长 1.5 ％，2\u00a0‰ 与 3   %", "增长1.5%2‰与3"),
        ("བོད་", "བད"),
        ("", ""),
        ("。！—　\u200b_", ""),
    ],
)
def test_normalised(text: str, plain: str) -> None:
    assert normalised(text) == plain


@pytest.mark.parametrize(
    ("a", "b", "equal"),
    [
        ("增长1.5%。", "增長１．５％", True),
        ("增长1.5%", "增长15%", False),
        ("增长5%", "增长5", False),
        ("增长 5 %", "增长5%", True),
        ("增长3%", "增长-3%", False),
        ("比例3:1", "比例31", False),
        ("甲\n乙", "甲 乙", True),
        ("甲乙", "乙甲", False),
    ],
)
def test_text_key(a: str, b: str, equal: bool) -> None:
    assert (text_key(normalised(a)) == text_key(normalised(b))) is equal
    assert re.fullmatch("[0-9a-f]{32}", text_key(normalised(a)))


@given(st.text(max_size=80) | st.text(alphabet="0一a-－:.%‰/○ ,б", max_size=12))
@example("0:-0")
def test_normalising_ignores_what_is_put_between(text: str) -> None:
    assert normalised(normalised(text)) == normalised(text)
    assert normalised("\n".join(text.split("\n"))) == normalised(text)
    assert not re.search(r"[\s，。、]", normalised(text))
