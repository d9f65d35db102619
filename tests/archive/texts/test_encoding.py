"""Bytes to characters: what the bytes are decides, whatever header and meta tag say."""

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.texts.encoding import decode

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


@given(st.text(alphabet=st.characters(codec="gb18030", exclude_categories=["Cs"]), max_size=200))
def test_utf8_round_trip(text: str) -> None:
    if not text.startswith(("\ufeff", "\ufffe")) and "\0" not in text:
        assert decode(text.encode(), "") == (text, ())
