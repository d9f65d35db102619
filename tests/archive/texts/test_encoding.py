"""Bytes to characters: what the bytes are decides, whatever header and meta tag say."""

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.texts.encoding import decode
from archive.texts.plausible import is_garbled, strangeness

TEXT = "清河市发布公告：㛃、𬭩两字也在其中。"
HEADERS = ("text/html; charset=utf-8", "text/html; charset=gb2312", "text/html")
METAS = ('<meta charset="utf-8">', '<meta http-equiv="Content-Type" content="text/html; charset=gb2312">')


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
@pytest.mark.parametrize("meta", METAS)
@pytest.mark.parametrize("header", HEADERS)
def test_declarations_do_not_decide(encoding: str, meta: str, header: str) -> None:
    page = f"<html><head>{meta}</head><body>{TEXT}</body></html>"
    assert decode(page.encode(encoding), header) == (page, ())


@pytest.mark.parametrize(
    ("mark", "encoding"),
    [
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (b"", "utf-16-le"),
        (b"", "utf-16-be"),
    ],
)
def test_byte_order_marks_and_utf16_without_one(mark: bytes, encoding: str) -> None:
    page = f"<html><body>{TEXT}</body></html>"
    assert decode(mark + page.encode(encoding), "text/html; charset=gb2312") == (page, ())


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_stray_bad_byte_costs_itself_alone(encoding: str) -> None:
    good = (TEXT * 20).encode(encoding)
    text, problems = decode(good[: len(TEXT.encode(encoding))] + b"\xff" + good[len(TEXT.encode(encoding)) :], "")
    assert text == TEXT * 20
    assert problems == ("bad-bytes:1",)


def test_a_character_cut_in_half_is_dropped_and_counted() -> None:
    text, problems = decode((TEXT * 20).encode() + "好".encode()[:2] + b"<p>" + TEXT.encode(), "")
    assert text == TEXT * 20 + "<p>" + TEXT
    assert problems == ("bad-bytes:2",)


@given(st.binary(max_size=300))
def test_any_bytes_give_text_without_replacement_characters_that_the_bytes_did_not_hold(body: bytes) -> None:
    text, problems = decode(body, "")
    assert "\ufffd" not in text or not problems


@given(
    st.text(
        alphabet=st.characters(codec="gb18030", exclude_categories=["Cs"], exclude_characters="\ue5e5"), max_size=200
    )
)
def test_utf8_round_trip(text: str) -> None:
    if not text.startswith(("\ufeff", "\ufffe")) and "\0" not in text:
        assert decode(text.encode(), "") == (text, ())


LONG = "云桅市水务局负责人介绍，下一步将继续推进步道和泵站工作，年底前完成四十八项任务。" * 6
FOOT = "主办单位：云桅市人民政府办公室，一指联通，网站标识码"
PLACES = ("<!-- {} -->", "<script>var a = '{}';</script>", "<div>{}</div>", "abc{}xyz")


@pytest.mark.parametrize(("most", "few"), [("utf-8", "gb18030"), ("gb18030", "utf-8")])
@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("foot", [FOOT, FOOT * 8, "首页"])
def test_a_part_in_the_other_encoding_is_read(most: str, few: str, place: str, foot: str) -> None:
    before, after = place.split("{}")
    body = (LONG + before).encode(most) + foot.encode(few) + (after + LONG).encode(most)
    assert decode(body, "text/html; charset=utf-8") == (f"{LONG}{before}{foot}{after}{LONG}", ())


def test_a_cut_character_of_gb_costs_itself_alone() -> None:
    text, problems = decode((LONG + FOOT).encode("gb18030")[:-1], "")
    assert (text, problems) == (LONG + FOOT[:-1], ("bad-bytes:1",))


def test_an_accent_in_a_page_with_a_bad_byte_stays() -> None:
    assert decode((LONG + "Français").encode() + b"\xff", "") == (LONG + "Français", ("bad-bytes:1",))


ABROAD = [
    ("big5", "雲桅市政府公佈今年第一季經濟數據，各項指標好於去年同期。"),
    ("iso-8859-1", "Le préfet présente les résultats de l'année à la presse."),
    ("windows-1252", "The city’s mayor – “a friend of the river” – opened the café."),
    ("shift_jis", "青竹市は今日、新しい図書館の開館について発表しました。"),
    ("euc-kr", "시장은 오늘 새로운 도서관의 개관을 발표했다."),
    ("windows-1251", "Мэр города сегодня открыл новую библиотеку."),
]


@pytest.mark.parametrize(("encoding", "text"), ABROAD)
def test_a_page_in_another_encoding_that_it_says_is_read(encoding: str, text: str) -> None:
    page = f"<html><head><meta charset={encoding}></head><body>{text}</body></html>"
    assert decode(page.encode(encoding), "text/html") == (page, ())
    assert decode(text.encode(encoding), f"text/html; charset={encoding}") == (text, ())


@pytest.mark.parametrize("declared", ["", "text/html; charset=utf-8", "text/html; charset=gbk"])
def test_signs_that_stand_alone_among_western_letters_are_read(declared: str) -> None:
    text = "The city’s mayor – “a friend of the river” – opened the café at 9 o’clock."
    assert decode(text.encode("cp1252"), declared) == (text, ())


def test_characters_that_stand_alone_among_western_letters_are_read() -> None:
    text = "The mayor 舒望川 opened the 云桅 library. " * 3
    assert decode(text.encode("gb18030"), "") == (text, ())


@pytest.mark.parametrize("declared", ["iso-8859-1", "big5", "windows-1252", "shift_jis", "x-none", "hex", "utf-16"])
def test_a_page_in_gb_that_says_something_else_is_read(declared: str) -> None:
    assert decode(LONG.encode("gb18030"), f"text/html; charset={declared}") == (LONG, ())


@pytest.mark.parametrize(
    "text",
    [
        LONG,
        ABROAD[0][1],
        *(text for _, text in ABROAD),
        "一 丁 七 " * 30,
        "生僻字地名：㛃、𬭩、氹、堽、埗、垟、圳、嘐、岙、峧。各地民政部门已将上述地名用字收入字库，群众办事不再受阻。",
        "你知道吗？？？",
        "",
    ],
)
def test_a_language_is_not_garbled(text: str) -> None:
    assert not is_garbled(text)


@pytest.mark.parametrize(
    "text",
    [
        LONG.encode().decode("gb18030", "ignore"),
        LONG.encode("gb18030").decode("cp1252", "ignore"),
        LONG.encode().decode("cp1252", "ignore"),
        LONG.encode("gb18030").decode("big5", "ignore"),
        ABROAD[0][1].encode("big5").decode("gb18030", "ignore") * 3,
        "锟斤拷" * 40 + "，",
        "\ufffd" * 90,
        "????????，???????。" * 9,
    ],
)
def test_what_a_wrong_encoding_gives_is_garbled(text: str) -> None:
    assert is_garbled(text)


def test_a_few_strange_characters_are_counted() -> None:
    assert strangeness("水务\ue000局") == 0.25
    assert strangeness("abc") == 0


@pytest.mark.parametrize("sign", [b"\xa3\xa0", b"\xee\x97\xa5"], ids=["GBK", "UTF-8"])
def test_the_blank_of_gbk_is_a_blank(sign: bytes) -> None:
    encoding = "gb18030" if len(sign) == 2 else "utf-8"
    assert decode(sign * 2 + TEXT.encode(encoding), "") == ("\u3000\u3000" + TEXT, ())


def test_signs_that_unicode_took_in_later_are_those() -> None:
    gb = TEXT.encode("gb18030")
    assert decode(gb + b"\xfe\x59\xfe\xa0\xa8\xbc" + gb, "") == (f"{TEXT}\u9fb4\u9fbbḿ{TEXT}", ())


TRADITIONAL = "縣政府舉辦環境教育研習活動，邀請里長與志工參加，主辦單位說明，已有三千餘位民眾報名。"


@pytest.mark.parametrize("told", ["", "<meta charset=big5>"])
def test_big5_is_read_where_a_page_does_not_say_so(told: str) -> None:
    page = f"<html>{told}<p>{TRADITIONAL}</p></html>"
    assert decode(page.encode("big5"), "text/html") == (page, ())


@pytest.mark.parametrize("text", [TRADITIONAL, LONG, "㛃𬭩䶮㙍" * 9 + LONG])
def test_a_page_of_gb18030_that_does_not_say_so_is_no_big5(text: str) -> None:
    assert decode(f"<p>{text}</p>".encode("gb18030"), "text/html") == (f"<p>{text}</p>", ())
