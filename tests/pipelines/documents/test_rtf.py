import pytest

from pipelines.documents import read_document

HEAD = r"{\rtf1\ansi\ansicpg936\deff0{\fonttbl{\f0\fcharset134 \'cb\'ce\'cc\'e5;}{\f1\fcharset0 Arial;}{\f2\fcharset2 Symbol;}{\f3\fcharset136 x;}}"


def gbk(text: str, encoding: str = "gbk") -> str:
    return "".join(f"\\'{byte:02x}" for byte in text.encode(encoding))


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (gbk("清河市公告") + r"\par " + gbk("正文。"), "清河市公告\n正文。"),
        (r"\uc1\u28165?\u27827?12\par", "清河12"),
        (r"\uc2\u28165 ab\uc0\u27827 c", "清河c"),
        (r"\u-10179\'3f\u-8704\'3f", "😀"),
        (rf"\f3 {gbk('條例', 'big5')}\f0 {gbk('条例')}", "條例条例"),
        (rf"\f1 {gbk('标准')} 12", "标准 12"),
        (rf"{{\deleted {gbk('旧数')}}}{gbk('新数')}", "新数"),
        (rf"{{\v {gbk('隐去')}}}{gbk('可见')}\v0", "可见"),
        (rf"{{\header {gbk('页眉')}}}{{\*\annotation {gbk('批注')}}}{{\info{{\title x}}}}{gbk('正文')}", "正文"),
        (rf"{{\field{{\*\fldinst HYPERLINK x}}{{\fldrslt {gbk('附件')}}}}}", "附件"),
        (rf"{gbk('正文')}{{\*\footnote {gbk('脚注')}}}{gbk('继续')}", "正文继续\n脚注"),
        (rf"{gbk('一')}\page {gbk('二')}", "一\f二"),
        (rf"\trowd\intbl {gbk('甲')}\cell {gbk('乙')}\par {gbk('丙')}\cell\row\pard {gbk('后')}\par", "甲\t乙 丙\n后"),
        (r"{\listtext 1.\tab}" + gbk("第一项"), "1.第一项"),
        (r"{\listtext\f2 \'b7\tab}" + gbk("一点"), "一点"),
        (r"a\{b\}\\c\~d\_e\emdash f", r"a{b}\c d-e—f"),
        (rf"{{\upr{{{gbk('旧')}?}}{{\*\ud{{\u28165 ?}}}}}}{gbk('河')}", "清河"),
        (rf"{{\v {{\upr{{x}}{{\*\ud{{y}}}}}}}}{gbk('河')}", "河"),
        (r"{\pict\bin4 }{}}}" + gbk("图后"), "图后"),
        (r"{\shp{\*\shpinst{\sp{\sn x}{\sv y}}{\shptxt " + gbk("框中") + "}}}", "框中"),
    ],
)  # fmt: skip
def test_words_of_an_rtf_file(body: str, text: str) -> None:
    assert read_document((HEAD + body + "}").encode("latin-1"), "a.doc").text == text


def test_groups_without_end_are_a_state() -> None:
    assert read_document(HEAD.encode() + b"{" * 100_000).state == "failed"


def test_an_unknown_code_page_is_read_as_latin() -> None:
    assert read_document(rb"{\rtf1\ansi\ansicpg99999 text\'e9}").text == "texté"
