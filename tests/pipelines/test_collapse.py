"""Repeats inside a page: what goes, what stays, and that nothing is lost."""

import csv
import gc
import json
import re
import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from archive.model import Page, Release, Unreadable
from archive.texts.normalised import normalised
from pipelines.collapse import collapse, restore
from pipelines.read import read
from tests.conftest import SHARED
from tests.invented import NEWS, article

LONG = article(1, 24)
OTHER = article(2, 9)
LINES = LONG.split("\n")
HEADLINE = "第三批“清河护渔”措施发布会"
ROWS = [f"溟川第{number}农机合作社\t轮式拖拉机\tMC-{number}\t1\t82000" for number in range(1, 13)]
VERSES = "月亮爬上东山坡，照着小河弯弯流。阿妈坐在家门口，轻轻唱起旧时歌。稻花香里风吹过，萤火点亮小村落。远方游子听见了，梦里回到溟川河。夜深人静星满天，又听橹声过桥来。"
REFRAIN = "主持人：谢谢。\n记者：请问下一步有什么打算？\n发言人：感谢您的提问。"


def reading(body: bytes) -> Release | None:
    try:
        return read(
            Page(url="http://a.example/t1.html", source="a", fetched="2026-11-25T00:00:00+00:00", body=body), None
        )
    except Unreadable:
        return None


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
        pytest.param(
            "\n".join(line for line in ["各乡镇：", *LINES, *ROWS] for _ in "ab"),
            "\n".join(["各乡镇：", *LINES, *(row for row in ROWS for _ in "ab")]),
            id="each paragraph twice, and each row",
        ),
        pytest.param(
            "\n".join(line[:-1] + "；" for line in LINES for _ in "ab"),
            "\n".join(line[:-1] + "；" for line in LINES),
            id="each item twice",
        ),
    ],
)
def test_a_repeated_passage_is_kept_once(text: str, rest: str) -> None:
    assert kept(text) == rest


def test_a_short_text_that_stands_twice_and_is_all_of_the_page_is_kept_once() -> None:
    once = "记者：今年热费会不会有变化，什么时候开始供热？\n舒望川：热费保持不变，老旧小区改造管网四十公里，室温保持在十八度以上，\n请大家监督，我们会把结果每周公布。"
    assert collapse(f"{once}\n{once.replace('：', ':')}")[0] == once
    assert kept(f"{once}\n{once}谢谢。") == f"{once}\n谢谢。"
    assert kept(f"{once}{once}") == once
    for text in (f"河东区\n{once}\n河西区\n{once}", "温暖过冬。\n" * 4):
        assert collapse(text) == (text, (), ())


def test_a_near_copy_goes_too() -> None:
    copy = "\n".join(line.replace("，", "，" + typo, 1) for line, typo in zip(LINES, "又亦即并尚仍还再", strict=True))
    assert kept(f"{LONG}\n{copy}") == LONG


@pytest.mark.parametrize("half", [slice(0, 4), slice(4, 8)])
def test_a_copy_half_of_which_is_typed_anew_goes(half: slice) -> None:
    typed = LINES.copy()
    typed[half] = [f"傍{line[1:].replace('，', ',')}" for line in LINES[half]]
    assert kept("\n".join([LONG, *typed])) == LONG


def test_the_first_of_the_two_may_be_cut_short() -> None:
    assert kept("\n".join([*LINES[:5], LONG])) == LONG


STUB = LINES[2][:30]


@pytest.mark.parametrize("between", ["", "……", f"\n{HEADLINE}", f"……\n{HEADLINE}"])
@pytest.mark.parametrize("lines", [LINES[:2], LINES[:5]], ids=["a little", "half"])
def test_a_first_text_that_breaks_off_within_a_sentence_stands_once(lines: list[str], between: str) -> None:
    broken = "\n".join([*lines, LINES[len(lines)][:30] + between])
    text = f"{broken}\n{LONG}"
    rest, repeats, _ = collapse(text, HEADLINE)
    assert restore(rest, repeats) == text
    assert rest == LONG


def test_a_sentence_that_breaks_off_stays_where_words_stand_between_it_and_its_copy() -> None:
    broken = "\n".join([*LINES[:5], LINES[5][:30], "下转第二版"])
    rest = kept(f"{broken}\n{LONG}")
    assert rest.startswith(broken)
    assert {rest.count(sentence) for sentence in re.findall(r"[^。\n]+。", LONG)} == {1}


@pytest.mark.parametrize(
    "text",
    [
        "\n".join([*LINES[:2], LONG]),
        "\n".join([OTHER, *LINES[:2], STUB, LONG]),
        "\n".join([*LINES[:2], STUB, article(5, 4), LONG]),
        "\n".join([*LINES[:2], "二、全市情况", *LINES[:2], "二、全市情况说明", OTHER]),
        "\n".join([*LINES[:2], "全市共有120", *LINES[:2], "全市共有1205户。", OTHER]),
        "\n".join([*LINES[:2], "这一带的农户，都", *LINES[:2], "这一带的农户，都很满意", OTHER]),
        "\n".join([*LINES[:2], STUB, "附件2", LONG]),
        "\n".join([LINES[0].replace("，", "三，", 1), STUB, LINES[0].replace("，", "五，", 1), LINES[2], OTHER]),
    ],
    ids=[
        "ends",
        "not the beginning",
        "a text between",
        "heading",
        "figure",
        "no sentence",
        "own number",
        "other figure",
    ],
)
def test_a_short_first_text_stays_unless_it_breaks_off_at_once_before_its_copy(text: str) -> None:
    assert collapse(text)[:2] == (text, ())


SHORT = "\n".join(LINES[:3])


@pytest.mark.parametrize("between", ["\n", f"\n{HEADLINE}\n"])
@pytest.mark.parametrize("times", [2, 3, 4])
def test_a_short_text_that_is_all_of_its_page_several_times_stands_once(times: int, between: str) -> None:
    text = between.join([SHORT] * times)
    rest, repeats, _ = collapse(text, HEADLINE)
    assert (rest, len(repeats), restore(rest, repeats)) == (SHORT, times - 1, text)


@pytest.mark.parametrize(
    "text",
    [
        "\n".join(["申请人姓名", "家庭住址", "村民委员会意见"] * 3),
        "\n".join([SHORT, SHORT, SHORT.replace("，", "三，", 1)]),
        "\n".join([SHORT, SHORT, *LINES[3:6]]),
    ],
    ids=["a form", "another figure", "a text behind"],
)
def test_a_short_text_that_comes_again_otherwise_stays(text: str) -> None:
    assert collapse(text)[:2] == (text, ())


def test_a_short_first_text_that_is_most_of_its_page_with_its_copy_stands_once() -> None:
    text = "\n".join([*LINES[:3], *LINES[:3], LINES[3]])
    assert kept(text) == "\n".join(LINES[:4])


@pytest.mark.parametrize(
    "lines",
    [
        [*LINES[:3], *LINES[:3], *LINES[3:6]],
        [*LINES[:3], LINES[3], *LINES[:3]],
        [*LINES[:3], "二、全市情况", *LINES[:3], LINES[3]],
        [LINES[0].replace("村民", "东岸村民", 1), *LINES[1:3], LINES[0].replace("村民", "西岸村民", 1), *LINES[1:3]],
    ],
    ids=["less of the page", "not at once", "heading", "another name"],
)
def test_a_short_copy_stays_where_it_is_not_most_of_its_page(lines: list[str]) -> None:
    text = "\n".join(lines)
    assert collapse(text)[:2] == (text, ())


def test_a_short_copy_that_breaks_off_at_the_end_of_the_page_goes() -> None:
    text = "\n".join([*LINES[:5], *LINES[:2], STUB])
    assert kept(text) == "\n".join(LINES[:5])


@pytest.mark.parametrize(
    "lines",
    [
        [*LINES[:5], *LINES[:2]],
        [*LINES[:5], *LINES[:2], STUB, LINES[6]],
        [OTHER, *LINES[:5], *LINES[:2], STUB],
        [*LINES[:2], "全市共有1205户。", LINES[3], *LINES[:2], "全市共有120"],
        [*LINES[:5], "二、全市情况", *LINES[:2], STUB],
    ],
    ids=["ends", "a text behind", "not the beginning", "figure", "heading"],
)
def test_a_short_copy_stays_unless_it_breaks_off_at_the_end(lines: list[str]) -> None:
    text = "\n".join(lines)
    assert collapse(text)[:2] == (text, ())


def test_a_short_text_each_paragraph_of_which_stands_twice_is_kept_once() -> None:
    lines = [line[:25] + "。" for line in LINES[:4]]
    twice = "\n".join(line for line in lines for _ in "ab")
    assert kept(twice) == "\n".join(lines)
    for text in (f"{twice}\n谢谢。", f"{lines[0]}\n{lines[0]}\n{lines[1]}\n{lines[1]}"):
        assert collapse(text)[:2] == (text, ())


def test_blanks_around_the_figures_of_a_copy_are_no_difference() -> None:
    lines = [f"{line}增长5.1%。" for line in LINES]
    copy = [f"  {line[:4]} {line[4:]}".replace("5.1%", " 5.1 %") for line in lines]
    assert kept("\n".join([*lines, *copy])) == "\n".join(lines)


def test_a_copy_in_shorter_lines_goes_but_for_its_last_words() -> None:
    copy = "\n".join(LONG.replace("\n", "")[at : at + 30] for at in range(0, len(LONG), 30))
    assert len(normalised(kept(f"{LONG}\n{copy}"))) < 1.03 * len(normalised(LONG))


def test_what_only_the_copy_has_stays() -> None:
    added = "这一句话只在第二份里才有，不能跟着一起去掉。"
    copy = "\n".join([*LINES[:4], LINES[4] + added, *LINES[5:]])
    assert kept(f"{LONG}\n{copy}") == f"{LONG}\n{added}"


@pytest.mark.parametrize(
    ("said", "again"),
    [
        ("可以不受理", "可以受理"),
        ("比上年增长三成", "比上年增长四成"),
        ("全市（含新区）", "全市（含老区）"),
        ("1.5万户", "15万户"),
    ],
)
def test_a_sentence_that_says_something_else_is_no_copy(said: str, again: str) -> None:
    line = "经过逐户走访登记和公示评议，各乡镇村民委员会提出的申请{}，由县里统一答复。"
    changed = "\n".join([*LINES[:4], line.format(again), *LINES[4:]])
    rest = kept("\n".join([*LINES[:4], line.format(said), *LINES[4:], changed]))
    assert line.format(said) in rest
    assert line.format(again) in rest
    assert rest.count(LINES[0]) == 1


@pytest.mark.parametrize(
    "text",
    [
        f"{LONG}\n{HEADLINE}\n{LONG}",
        f"{LONG}\n{HEADLINE}\n{LONG}\n{HEADLINE}\n{LONG}",
        "\n".join([LONG, HEADLINE, *LINES[:5]]),
        f"{LONG}\n第三批\n「清河护渔」\n措施发布会\n{LONG}",
    ],
    ids=["twice", "three times", "cut short", "in three lines"],
)
def test_the_headline_above_a_copy_goes_with_it(text: str) -> None:
    rest, repeats, problems = collapse(text, HEADLINE)
    assert (rest, problems) == (LONG, ())
    assert restore(rest, repeats) == text
    assert repeats[0].of_start == 0


def test_the_headline_between_two_short_texts_goes_with_the_second() -> None:
    once = NEWS.split("\n")[0] + "\n" + NEWS.split("\n")[1]
    assert collapse(f"{once}\n{HEADLINE}\n{once}", HEADLINE)[0] == once


@pytest.mark.parametrize(
    "text",
    [
        f"{LONG}\n{HEADLINE}\n{OTHER}",
        f"{LONG}\n第四批“清河护渔”措施发布会\n{LONG}",
        f"{LINES[0]}\n{HEADLINE}\n{LINES[0]}{LINES[1]}",
    ],
    ids=["above another text", "another headline", "between short texts that differ"],
)
def test_a_headline_above_no_copy_stays(text: str) -> None:
    assert collapse(text, HEADLINE)[:2] == (text, ())


def test_a_copy_that_was_typed_anew_goes_with_its_other_words() -> None:
    once = NEWS.replace("慰问", "看望")
    slips = NEWS.replace("出席会议并", "初席会议病").replace("明显", "名显")  # two of them near each other
    assert kept(f"{once}\n{slips}") == once


@pytest.mark.parametrize(("name", "other"), [("东岸", "西岸"), ("柳林", "梅溪"), ("柳林", "北山新"), ("男子", "女子")])
def test_a_notice_to_others_is_no_copy(name: str, other: str) -> None:
    notices = "\n".join(f"{place}街道各用户：{NEWS}" for place in (name, other))
    rest, repeats, [problem] = collapse(notices)
    assert (rest, repeats) == (notices, ())
    assert problem.startswith("repeat-kept:")


def test_another_word_in_a_long_copy_stays_with_its_sentence() -> None:
    long = article(1, 40).split("\n")
    first, second = ("\n".join([*long[:5], f"补助由{name}街道发放。", *long[5:]]) for name in ("柳林", "梅溪"))
    assert kept(f"{first}\n{second}") == f"{first}\n补助由梅溪街道发放。"


def test_a_last_line_without_a_full_stop_stays() -> None:
    text = f"{LONG}\n（周小满供稿）"
    assert kept(f"{text}\n{text}") == text


def test_a_paragraph_with_another_figure_is_no_copy() -> None:
    changed = NEWS.split("\n")[1].replace("46.5", "46.8")
    text = "\n".join([NEWS, *NEWS.split("\n")[:1], changed, *NEWS.split("\n")[2:]])
    assert "46.8公里" in kept(text)


A, B, C = LINES[0] + LINES[1] + LINES[2], LINES[3] + LINES[4], "\n".join(LINES[5:])
SCOPE = [f"{line[:20]}，全年完成三百二十一亿元，{line[20:]}" for line in LINES]
# pages of which a passage stands twice, and rightly so
LOOK_ALIKES = {
    "amended article": f"一、将第六条修改为：“{A}\n{B}”\n二、本决定自公布之日起施行。\n{C}\n第六条　{A}\n{B}\n第七条　{OTHER}",
    "nothing but the article": f"将第六条修改为：“{A}\n{B}”\n第六条　{A}\n{B}",
    "two scopes": "\n".join(
        f"（{number}）{scope}情况\n" + "\n".join(scope + line for line in SCOPE)
        for number, scope in (("一", "清河市本级（含新区）"), ("二", "清河市本级"))
    ),
    "scopes without headings": "\n".join(f"清河市本级{scope}{line}" for scope in ("（含新区）", "") for line in SCOPE),
    "two counties": "\n".join(f"{county}县{line}" for county in "东西" for line in SCOPE),
    "numbered": f"一、收入\n{A}{B}\n二、支出\n{C}\n三、收入\n{A}{B}\n四、支出\n{C}",
    "captions": f"表1 甲区目录\n{LONG}\n表2 乙区目录\n{LONG}",
    "markdown": f"## 甲方案\n{LONG}\n## 乙方案\n{LONG}",
    "two notices": f"关于清河集市的公告\n{LONG}\n关于南坪集市的公告\n{LONG}",
    "table with other figures": "\n".join(
        f"{line[:9]}\t{year}{row}" for year in (2024, 2025) for row, line in enumerate(4 * LINES)
    ),
    "digest": f"清河要闻\n{OTHER}\n{A}{B}\n南坪要闻\n{article(5, 9)}\n{A}{B}",
    "digest whose items end unlike": f"{A}{B}\n{article(5, 4)}\n{A}{B}\n{article(6, 4)}",
    "in the middle": f"{OTHER}\n{A}{B}\n{article(5, 9)}\n{A}{B}\n{article(6, 9)}",
    "question": "\n".join(f"记者：{A}\n答：{line * 3}" for line in LINES),
    "appendix": f"{OTHER}\n第二条　{A}{B}\n{C}\n附：相关条文\n第二条　{A}{B}",
}


@pytest.mark.parametrize("text", LOOK_ALIKES.values(), ids=LOOK_ALIKES)
def test_what_stands_twice_on_a_page_that_does_not_stays(text: str) -> None:
    assert collapse(text)[:2] == (text, ())


def test_a_passage_that_stands_twice_and_stays_is_a_problem() -> None:
    text = f"{OTHER}\n{A}{B}\n{article(5, 9)}\n{A}{B}\n{article(6, 9)}"
    assert collapse(text)[2] == (f"repeat-kept:{len(A + B) - 1}",)  # without its full stop
    assert collapse(f"{LONG}\n{LONG}")[2] == ()


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
        pytest.param(
            "\n".join([article(7, 60), *(line for line in LINES for _ in "ab")]),
            id="each paragraph of a small part twice",
        ),
        pytest.param("\n".join([*["甲。", "甲。", "乙。", "乙。"] * 20, OTHER]), id="short lines twice"),
        pytest.param("\n".join(["购机者\t机具", *(row for row in ROWS for _ in "ab"), "合计24台"]), id="equal rows"),
        pytest.param("\n".join(row for row in ROWS for _ in "ab"), id="nothing but equal rows"),
        *(
            pytest.param("\n".join(verse for verse in re.findall(verse, VERSES) for _ in "ab"), id=name)
            for name, verse in {
                "verses": r"\w+[，。]",
                "verses without marks": r"\w+",
                "verses of a sentence": "[^。]+。",
            }.items()
        ),
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
    "line",
    [LINES[0] + "\n", LONG + "\n", LONG + "\n" + LONG.replace("平", "早") + "\n", "谢谢。\n", "1234567890", "（1）"],
    ids=["line", "text", "typos", "short", "digits", "brackets"],
)
def test_time_grows_with_the_length(line: str) -> None:
    text = line * (800_000 // len(line))

    def seconds(size: int) -> float:
        start = time.process_time()
        collapse(text[:size])
        return time.process_time() - start

    seconds(10_000)
    gc.freeze()  # the objects of all tests before would be looked through again and again
    try:
        few = min(seconds(100_000) for _ in range(3))
        assert any(seconds(800_000) < 12 * few + 0.5 for _ in range(3))  # a busy machine slows one run, not three
    finally:
        gc.unfreeze()


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

    @pytest.mark.slow
    def test_no_genuine_page_is_cut(self) -> None:
        pages = [*(SHARED / "captures").glob("*.html"), *(SHARED / "bench" / "extract").glob("*.html")]
        assert [page.name for page in pages if (release := reading(page.read_bytes())) and release.repeats] == []

    def test_the_cases(self) -> None:
        folder = SHARED / "cases" / "pages"
        with (folder / "INDEX.tsv").open(encoding="utf-8") as file:
            rows = [row for row in csv.DictReader(file, delimiter="\t") if row["kind"] == "collapse"]
        for row in rows:
            release = reading((folder / row["file"]).read_bytes())
            assert release
            assert bool(release.repeats) is (row["repeats"] == "yes"), row["file"]
            for sentence, times in json.loads(row["times"]).items():
                assert release.text.count(sentence) == times, row["file"]
