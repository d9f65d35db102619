"""Repeats inside a page: what goes, what stays, and that nothing is lost."""

import json
import re
import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from archive.texts.normalised import normalised
from pipelines.collapse import collapse, restore
from tests.conftest import SHARED
from tests.invented import NEWS, article

LONG = article(1, 24)
OTHER = article(2, 9)
LINES = LONG.split("\n")
REFRAIN = "主持人：谢谢。\n记者：请问下一步有什么打算？\n发言人：感谢您的提问。"


def kept(text: str) -> str:
    """The text after collapse, once it is sure that nothing is lost."""
    rest, repeats, _ = collapse(text)
    assert restore(rest, repeats) == text
    for repeat in repeats:
        assert text[repeat.start : repeat.start + repeat.length] == repeat.text
        assert repeat.of_start < repeat.start
    return rest


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        pytest.param(f"{LONG}\n{LONG}", LONG, id="twice"),
        pytest.param(f"{LONG}\n{LONG}\n{LONG}", LONG, id="three times"),
        pytest.param(
            f"发布会\n浏览:88\n{LONG}\n发布会\n浏览:88\n{LONG}", f"发布会\n浏览:88\n{LONG}", id="with its head"
        ),
        pytest.param(f"{LONG}\n{OTHER}\n{LONG}", f"{LONG}\n{OTHER}", id="another text between"),
        pytest.param("\n".join([LONG, *LINES[:5]]), LONG, id="first half again"),
        pytest.param("\n".join([LONG, *LINES[3:]]), LONG, id="second half again"),
        pytest.param(f"{LONG}\n{LONG.replace('，', ',')}", LONG, id="other punctuation"),
        pytest.param(f"{LONG}\n{LONG.replace('。', '。' + chr(10))}".rstrip(), LONG, id="a paragraph each sentence"),
        pytest.param(f"{LONG}\n{LONG.replace(chr(10), '')}", LONG, id="all in one paragraph"),
        pytest.param(f"{LONG}\n谢谢。\n{LONG}", f"{LONG}\n谢谢。", id="a short line between"),
        pytest.param("\n".join(line for line in LINES for _ in "ab"), LONG, id="each paragraph twice"),
        pytest.param("\n".join(line for line in LINES for _ in "abc"), LONG, id="each paragraph three times"),
        pytest.param(
            "\n".join([OTHER, *(line for line in [*LINES, LINES[0]] for _ in "ab")]),
            f"{OTHER}\n{LONG}\n{LINES[0]}",
            id="each paragraph of a part twice, and one that comes again",
        ),
    ],
)
def test_a_repeated_passage_is_kept_once(text: str, rest: str) -> None:
    assert kept(text) == rest


def test_a_near_copy_goes_too() -> None:
    copy = "\n".join(line.replace("，", "，又", 1) for line in LINES)
    assert kept(f"{LONG}\n{copy}") == LONG


def test_a_copy_in_shorter_lines_goes_but_for_its_last_words() -> None:
    copy = "\n".join(LONG.replace("\n", "")[at : at + 30] for at in range(0, len(LONG), 30))
    assert len(normalised(kept(f"{LONG}\n{copy}"))) < 1.03 * len(normalised(LONG))


def test_what_only_the_copy_has_stays() -> None:
    added = "这一句话只在第二份里才有，不能跟着一起去掉。"
    copy = "\n".join([*LINES[:4], LINES[4] + added, *LINES[5:]])
    assert kept(f"{LONG}\n{copy}") == f"{LONG}\n{added}"


def test_a_last_line_without_a_full_stop_stays() -> None:
    text = f"{LONG}\n（周小满供稿）"
    assert kept(f"{text}\n{text}") == text


def test_a_paragraph_with_another_figure_is_no_copy() -> None:
    changed = NEWS.split("\n")[1].replace("46.5", "46.8")
    text = "\n".join([NEWS, *NEWS.split("\n")[:1], changed, *NEWS.split("\n")[2:]])
    assert "46.8公里" in kept(text)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("\n".join(f"{line}\n{REFRAIN}" for line in LINES), id="refrain"),
        pytest.param("谢谢。\n" * 60 + "完", id="short lines"),
        pytest.param("\n".join([LINES[0], *LINES, LINES[0]]), id="one short paragraph thrice"),
        pytest.param(f"{article(3, 6)}\n{article(4, 6)}\n{article(3, 6)}", id="less than 200 characters of paragraphs"),
        pytest.param(
            "\n".join(["甲。", "甲。", LINES[0], LINES[0], LINES[1], LINES[1], OTHER]), id="two paragraphs twice"
        ),
        pytest.param("\n".join([*["甲。", "甲。", "乙。", "乙。"] * 20, OTHER]), id="short lines twice"),
        pytest.param("", id="empty"),
        pytest.param("\n\n\n", id="blank lines"),
        pytest.param("。。。\n！！\n" * 200, id="punctuation"),
    ],
)
def test_what_is_no_repeat_stays(text: str) -> None:
    assert collapse(text)[:2] == (text, ())


def test_the_cut_names_the_passage_that_is_kept() -> None:
    _, [cut], _ = collapse(f"标题\n{LONG}\n{LONG}")
    assert (cut.start, cut.length, cut.of_start) == (len(LONG) + 3, len(LONG) + 1, 3)
    assert cut.text == "\n" + LONG


ALIKE = [*LINES, *OTHER.split("\n"), *REFRAIN.split("\n"), "", "　", "谢谢。", "甲" * 30]
PIECES = st.sampled_from([*ALIKE, LONG.replace("\n", "")])  # one of which is several others


@given(st.lists(PIECES, max_size=40), st.sampled_from(["\n", "", "\n\n"]))
def test_every_text_can_be_restored(pieces: list[str], between: str) -> None:
    kept(between.join(pieces))


@given(st.text(alphabet="一二三。\n1 ", max_size=300), st.integers(1, 4))
def test_every_small_text_can_be_restored(text: str, times: int) -> None:
    kept(text * times)


@given(st.lists(st.sampled_from(ALIKE), max_size=30))
def test_collapse_keeps_every_paragraph_once_where_copies_are_divided_alike(pieces: list[str]) -> None:
    rest = normalised(kept("\n".join(pieces)))
    assert all(normalised(piece) in rest for piece in pieces)


@given(st.lists(PIECES, max_size=30))
@example(
    [LINES[-1], *2 * [LONG.replace("\n", "")]]
)  # what goes begins in the first of the two, with its last sentences
def test_collapse_keeps_every_sentence_once(pieces: list[str]) -> None:
    rest = normalised(kept("\n".join(pieces)))
    sentences = [sentence for piece in pieces for sentence in re.split("(?<=[。？])", piece)]
    assert all(normalised(sentence) in rest for sentence in sentences)


@pytest.mark.parametrize(
    "line", [LINES[0] + "\n", LONG + "\n", "谢谢。\n", "1234567890"], ids=["line", "text", "short", "digits"]
)
def test_time_grows_with_the_length(line: str) -> None:
    def seconds(size: int) -> float:
        text = line * (size // len(line))
        start = time.process_time()
        collapse(text)
        return time.process_time() - start

    seconds(10_000)
    assert seconds(1_600_000) < 12 * seconds(200_000) + 0.5


@pytest.mark.skipif(not SHARED.is_dir(), reason="no collection of real texts (../shared) beside this checkout")
class TestRealTexts:
    def seed(self, number: str, end: int | None = None) -> str:
        [path] = (SHARED / "seeds").glob(f"{number}_*.txt")
        return "\n".join(line.strip() for line in path.read_text("utf-8")[:end].split("\n") if line.strip())

    def test_a_transcript_that_stands_twice(self) -> None:
        assert kept(self.seed("004")) == self.seed("004", 12_906)

    @pytest.mark.parametrize("number", ["000", "001", "002", "003"])
    def test_texts_that_repeat_nothing(self, number: str) -> None:
        assert collapse(self.seed(number))[1] == ()

    def test_no_false_cut(self) -> None:
        lines = (SHARED / "bench" / "dedup" / "docs.jsonl").read_text("utf-8").splitlines()
        assert [row["id"] for row in map(json.loads, lines) if collapse(row["text"])[1]] == []
