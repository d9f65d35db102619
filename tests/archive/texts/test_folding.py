"""The one folding of all that is compared."""

import unicodedata
from hashlib import sha256
from importlib.resources import files

import opencc
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from archive.texts.folding import fold, fold_in_place, fold_signs

TEXTS = st.text(st.characters(codec="utf-8") | st.sampled_from("⺠臺Ⅲ1，,20.·–—e\u0301\u200b“山东"))


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("⼈⺠政府⻔⻝⼾", "人民政府门食户"),
        ("㇐豈\U0002f800", "一岂丽"),
        ("臺灣發佈會", "台湾发布会"),
        ("二○二◯年", "二〇二〇年"),
        ("Ａｂ９％　", "Ab9% "),
        ("Ⅲⅷﬁ", "IIIviiifi"),
        ("•‧∙・", "····"),
        ("2024–2025", "2024-2025"),
        ("2024——2025", "2024-2025"),
        ("「夜归」『夜归』‘夜归’", '"夜归""夜归""夜归"'),
        ("〔2020〕【2020】［2020］", "(2020)(2020)(2020)"),
        ("cafe\u0301", "café"),
        ("か\u3099", "が"),
        ("软\u200b\u00ad\ufeff件\U000e0100", "软件"),
        ("买买提．艾力", "买买提·艾力"),
        ("1,200 12,345,678.90元 １，２００", "1200 12345678.90元 1200"),
        ("今年，1,200户,1,500人", "今年,1200户,1500人"),
        ("1﹒5万 5﹪ 第﹙1﹚号 3﹐500", "1.5万 5% 第(1)号 3500"),
        ("︵试行︶ ︽办法︾", "(试行) 《办法》"),
        ("CO₂ PM₂.₅ H₂O", "CO2 PM2.5 H2O"),
        ("30㎡ 5㎞ 25℃ №3", "30m2 5km 25°C No3"),
        ("㈠总则 ⑴目标 ⒈任务", "(一)总则 (1)目标 1.任务"),
        ("𝟐𝟎𝟐𝟔年 𝐆𝐃𝐏", "2026年 GDP"),
        ("30m² 5km³/s ㎨", "30m2 5km3/s m/s2"),
        # look-alikes that stay
        ("1,2,3 1,20 1200,30 1,200,3 0,200 1.5,200", "1,2,3 1,20 1200,30 1,200,3 0,200 1.5,200"),
        ("A1,200 A.1,200 2,1,200", "A1,200 A.1,200 2,1,200"),
        ("1.总则 a.b 3.5万", "1.总则 a.b 3.5万"),
        ("①½ 10⁴ 10² 面积²", "①½ 10⁴ 10² 面积²"),
        ("ー一", "ー一"),
    ],
)
def test_fold(text: str, folded: str) -> None:
    assert fold(text) == folded


POWERS = str.maketrans("²³", "23")  # behind a letter


@given(TEXTS)
def test_a_folded_text_stays_as_it_is_sign_by_sign(text: str) -> None:
    assert fold_signs(fold_signs(text)) == fold_signs(text)


@given(TEXTS)
@example("30m²")
def test_the_places_are_in_order_and_fold_to_their_signs(text: str) -> None:
    folded = fold_in_place(text)
    assert folded.text == fold(text)
    places = [folded.place(at, at + 1) for at in range(len(folded.text))]
    assert places == sorted(places)
    for at, (start, end) in enumerate(places):
        assert 0 <= start < end <= len(text)
        if end - start == 1:
            alone = fold_signs(text[start:end])
            assert folded.text[at] in (*alone, *alone.translate(POWERS), "·")


def test_the_table_has_all_that_unicode_and_opencc_call_the_same() -> None:
    to_simplified = opencc.OpenCC("t2s").convert
    for code in (*range(0x2F00, 0x2FD6), *range(0xF900, 0xFB00), *range(0x2F800, 0x2FA20)):
        usual = unicodedata.normalize("NFKC", chr(code))
        assert fold(chr(code)) == fold(usual)
    for code in range(0x3400, 0xA000):
        simplified = to_simplified(chr(code))
        assert len(simplified) > 1 or fold(chr(code)) == fold(simplified)


@pytest.mark.parametrize(
    ("name", "digest"),
    [
        ("signs.txt", "43c04420a5cc0c7a8ccb98c9bf156b395f9e036b8af76bdcb1b45be8f385c099"),
        ("signs_2.txt", "9df97a96892f73ef651042f73dfbd3f2245ecb1871c7b1390a1d0b9dd5ca9d24"),
    ],
)
def test_a_released_table_never_changes(name: str, digest: str) -> None:
    assert sha256((files("archive.texts") / name).read_bytes()).hexdigest() == digest
