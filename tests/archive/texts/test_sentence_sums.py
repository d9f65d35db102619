"""Sums of sentences: equal where the letters and figures are, whatever the signs between."""

from hypothesis import example, given
from hypothesis import strategies as st

from archive.texts.normalised import normalised
from archive.texts.sentence_sums import stretches
from archive.texts.sentences import sentences

SIGNS = "溟川汐負负零〇○◯-－−1２.:/%‰aＡéｅ\u0301\u0307İſ㈠㎡⼈⺠ が\u3099。！?!”）)\t\n \u3000\u200b\ud800😀"
TEXTS = st.lists(st.text(st.sampled_from(SIGNS) | st.characters(), max_size=40), min_size=1, max_size=4)


def sums(texts: list[str]) -> dict[tuple[int, str], list[int]]:
    found = stretches(texts, 1)
    told: dict[tuple[int, str], list[int]] = {}
    for owner, start, length, one in zip(
        found.texts.tolist(), found.starts.tolist(), found.lengths.tolist(), found.sums.tolist(), strict=True
    ):
        told.setdefault((owner, texts[owner][start : start + length].strip()), []).append(one)
    return {key: one for key, one in told.items() if key[1]}


@given(TEXTS)
@example(["甲。”。乙！？）”丙", "丁"])
@example(["ｅ\u0301a\u0301。"])
def test_stretches_are_the_sentences_of_each_text(texts: list[str]) -> None:
    held = {(n, text[start:end]) for n, text in enumerate(texts) for start, end in sentences(text)}
    assert sums(texts).keys() == held


@given(TEXTS)
@example(["二○二○年", "二零二零年", "2 -3", "2负3"])
@example(["ｅ\u0301", "é"])
def test_equal_letters_and_figures_have_one_sum(texts: list[str]) -> None:
    by_words: dict[str, set[int]] = {}
    for (_, said), found in sums(texts).items():
        by_words.setdefault(normalised(said), set()).update(found)
    assert all(len(found) == 1 for found in by_words.values())


def test_other_letters_have_other_sums() -> None:
    texts = ["溟川市轮休水田。", "汐州市轮休水田。", "溟川市轮休水田1。", "溟川市轮休水田a。"]
    assert len({one for found in sums(texts).values() for one in found}) == 4


def test_short_stretches_are_left_out() -> None:
    assert stretches(["短句。这是一个比较长的句子。"], 8).starts.tolist() == [3]
