import struct

import pytest

from pipelines.documents import read_document
from tests.pipelines.documents.made import doc

DELETED, HIDDEN = struct.pack("<HB", 0x0800, 1), struct.pack("<HB", 0x083C, 1)
SHOWN, BOLD = struct.pack("<HB", 0x083C, 0), struct.pack("<HB", 0x0835, 1)
PLAIN = b""


@pytest.mark.parametrize(
    ("runs", "text"),
    [
        ([("清河市公告\r正文。\r", PLAIN)], "清河市公告\n正文。"),
        ([("新数", PLAIN), ("旧数", DELETED), ("九百\r", PLAIN)], "新数九百"),
        ([("可见", PLAIN), ("隐去", HIDDEN), ("。\r", PLAIN)], "可见。"),
        ([("加粗", BOLD), ("仍见", SHOWN), ("。\r", PLAIN)], "加粗仍见。"),
        ([('见\x13HYPERLINK "http://x"\x14附件\x15。\r', PLAIN)], "见附件。"),
        ([("\x13 PAGE \x15无结果\r", PLAIN)], "无结果"),
        ([("是\x13 EQ \\o\\ac(□,√)\x15　第\x13 eq \\o\\ac(○,3)\x15标段\r", PLAIN)], "是☑ 第③标段"),
        ([("\x13 EQ \\f(1,2) \x14二分之一\x15\r", PLAIN)], "二分之一"),
        ([("第一页\x0c第二页\r", PLAIN)], "第一页\f第二页"),
        ([("换\x0b行\x1e连\x1f字\r", PLAIN)], "换\n行-连字"),
        ([("图\x01框\x08注\x02\r", PLAIN)], "图框注"),
        ([("𠮷田町\r", PLAIN), ("旧", DELETED), ("新\r", PLAIN)], "𠮷田町\n新"),
    ],
)
def test_words_of_a_word_file(runs: list[tuple[str, bytes]], text: str) -> None:
    assert read_document(doc(runs)).text == text


@pytest.mark.parametrize(
    ("font", "code", "text"), [(1, 0xF052, "☑是"), (0, 0xF0FC, "✓是"), (2, 0xF061, "是"), (9, 0xF061, "是")]
)
def test_a_sign_of_a_symbol_font_stands_for_its_bracket(font: int, code: int, text: str) -> None:
    symbol = struct.pack("<3H", 0x6A09, font, code)
    made = doc([("(", symbol), ("是\r", PLAIN)], fonts=["Wingdings", "Wingdings 2", "宋体"])
    assert read_document(made).text == text


def test_rows_and_cells_of_a_table() -> None:
    text = "甲\x07乙一\r乙二\x07\x07丙\x07\x07\x07后文\r"
    marks = ("甲\x07", "乙一\r", "乙二\x07", "丙\x07", "\x07")
    assert read_document(doc([(text, PLAIN)], rows=marks)).text.split("\n")[:1] == ["甲\t乙一 乙二"]


def test_notes_follow_the_text_and_comments_do_not() -> None:
    assert read_document(doc([("正文\r", PLAIN)], notes="脚注\r", comments="批注\r")).text == "正文\n脚注"


def test_a_password_hides_the_text() -> None:
    assert read_document(doc([("正文\r", PLAIN)], flags=0x0100)).state == "encrypted"


@pytest.mark.parametrize(("name", "method"), [("a.doc", "doc"), ("a.wps", "wps"), ("a.pdf", "doc"), ("", "doc")])
def test_wps_writes_the_same_format(name: str, method: str) -> None:
    assert read_document(doc([("正文\r", PLAIN)]), name).method == method


def test_a_cut_file_is_no_crash() -> None:
    made = doc([("正文" * 500 + "\r", PLAIN)])
    assert {read_document(made[:length]).state for length in range(512, len(made), 509)} <= {
        "failed",
        "unsupported",
        "empty",
        "ok",
    }


@pytest.mark.parametrize(
    ("changed", "text"),
    [
        ([("旧条\r", DELETED)], ["一、总则", "二、附则"]),
        ([("旧", DELETED), ("条\r", PLAIN)], ["一、总则", "二、条", "三、附则"]),
        ([("旧条", PLAIN), ("\r", DELETED)], ["一、总则", "二、旧条附则"]),
        ([("旧条\r", PLAIN)], ["一、总则", "二、旧条", "三、附则"]),
    ],
)
def test_a_paragraph_whose_end_is_taken_away_counts_no_number(
    changed: list[tuple[str, bytes]], text: list[str]
) -> None:
    made = doc([("总则\r", PLAIN), *changed, ("附则\r", PLAIN)], listed=dict.fromkeys(("总则", "旧条", "附则"), (1, 0)))
    assert read_document(made).text.split("\n") == text


def test_lists_have_the_numbers_that_word_prints() -> None:
    listed = {
        "总则": (1, 0),
        "目的": (1, 1),
        "范围": (1, 1),
        "说明": (1, 2),
        "职责": (1, 0),
        "分工": (1, 1),
        "附则": (2, 0),
        "施行": (2, 0),
    }
    text = "".join(f"{one}\r" for one in ("办法", *listed, "落款"))
    assert read_document(doc([(text, b"")], listed=listed)).text.split("\n") == [
        *(
            "办法",
            "一、总则",
            "（1）目的",
            "（2）范围",
            "说明",
            "二、职责",
            "（1）分工",
            "五、附则",
            "六、施行",
            "落款",
        ),
    ]


def test_a_broken_table_of_lists_costs_the_numbers_alone() -> None:
    body = doc([("甲\r乙\r", b"")], listed={"甲": (1, 0)})
    broken = body.replace(struct.pack("<i", 7).ljust(28, b"\0"), b"\xff" * 28)
    assert read_document(body).text == "一、甲\n乙"
    assert read_document(broken).text == "甲\n乙"


def test_kinds_and_places_of_numbers() -> None:
    listed = {"总则": (1, 0), "甲类": (1, 7), "范围": (1, 8)}
    made = doc([("".join(f"{one}\r" for one in listed), PLAIN)], listed=listed)
    assert read_document(made).text.split("\n") == ["一、总则", "⑴甲类", "1.1范围"]


def test_pictures_without_a_word_are_a_scan() -> None:
    assert read_document(doc([("\x01\r\x08\r", PLAIN)])).state == "scanned"
    assert read_document(doc([("\r\r", PLAIN)])).state == "empty"
