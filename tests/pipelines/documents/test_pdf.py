from collections.abc import Sequence

import pytest

from pipelines.documents import read_document
from tests.pipelines.documents.made import lines, pdf

LONG = "全市各级部门要认真落实会议部署抓好重点工程建设确保按期完成年度任务"
SECOND = "并将进展情况按月书面报送市发展改革部门汇总后统一通报。"


def row(y: float, *texts: str) -> list[tuple[float, float, str]]:
    return [(60 + 150 * at, y, text) for at, text in enumerate(texts)]


@pytest.mark.parametrize(
    ("texts", "text"),
    [
        (lines(LONG, SECOND), LONG + SECOND),
        (lines("青石湾公告", LONG, SECOND), "青石湾公告\n" + LONG + SECOND),
        (lines(LONG, "一、总体要求和主要目标", SECOND), f"{LONG}\n一、总体要求和主要目标\n{SECOND}"),
        ([*lines(LONG), (84, 762, SECOND)], f"{LONG}\n{SECOND}"),  # set in: a new paragraph
        (lines("名单如下", "林一舟", "沈青石"), "名单如下\n林一舟\n沈青石"),
        (row(780, "地区", "户数", "占比") + row(762, "白杨渡", "12", "6.3%"), "地区\t户数\t占比\n白杨渡\t12\t6.3%"),
        ([(60 + 24 * at, 780, sign) for at, sign in enumerate("年末农业机械总动力")], "年末农业机械总动力"),  # spread
        ([(60, 780, "同比增长，"), (130, 780, "下降，其中。")], "同比增长， 下降，其中。"),  # prose with a gap
        ([*lines(LONG, SECOND), (280, 40, "— 3 —")], LONG + SECOND),
        ([*lines(LONG, SECOND), (280, 40, "第3页 共9页")], LONG + SECOND),
        (lines("— 3 —"), "— 3 —"),  # all that the page says
    ],
)
def test_lines_become_paragraphs_and_rows(texts: list[tuple[float, float, str]], text: str) -> None:
    assert read_document(pdf([texts])).text == text


def test_pages_are_divided() -> None:
    document = read_document(pdf([lines("第一页"), [], lines("第三页")]))
    assert (document.text, document.pages, document.method) == ("第一页\f\f第三页", 3, "pdf")


LONE = [
    *lines(LONG, SECOND),
    *row(700, "序号", "镇村", "户数"),
    *row(682, "1", "白杨渡镇", "√"),
    *row(664, "2", "青石湾镇", "×"),
]


@pytest.mark.parametrize(
    ("texts", "text"),
    [
        (LONE, f"{LONG}{SECOND}\n序号\t镇村\t户数\n1\t白杨渡镇\t√\n2\t青石湾镇\t×"),
        ([(60, 780, "面积为12m"), (114, 786, "2"), (120, 780, "，共①项")], "面积为12m2，共①项"),
        ([(60, 780, "1"), (60.3, 780, "1"), (66.3, 780, "项")], "1项"),  # printed twice, which makes it bold
        (row(780, "12", "%", "87"), "12\t%\t87"),
        ([(60, 780, "年"), (72, 780, " "), (75, 780, "月"), (87, 780, "\u3000"), (99, 780, "日")], "年 月\t日"),
        ([(60, 780, "年"), (75, 780, "月"), (99, 780, "日")], "年 月\t日"),  # the same without the blanks
    ],
)
def test_signs_for_which_the_font_has_no_outline_are_read(texts: list[tuple[float, float, str]], text: str) -> None:
    assert read_document(pdf([texts])).text == text


def test_the_numbers_of_pages_are_left_out() -> None:
    texts = [[*lines(LONG, SECOND), (280.0, 40.0, f"{at} / 3")] for at in (1, 2, 3)]
    assert read_document(pdf(texts)).text == "\f".join([LONG + SECOND] * 3)
    assert read_document(pdf(texts[:1])).text == LONG + SECOND + "\n1 / 3"


def test_a_turned_page_is_read_as_it_is_shown() -> None:
    texts = [(60.0, 60.0, LONG), (78.0, 60.0, SECOND)]
    assert read_document(pdf([texts], said="/Rotate 90", turn="0 1 -1 0")).text == LONG + SECOND


@pytest.mark.parametrize("turn", [90, 270])
def test_a_page_whose_words_lie_on_their_side_is_read_as_well(turn: int) -> None:
    row = [(60.0, 700.0, "合计"), (120.0, 701.0, "946.73"), (200.0, 700.0, "万元")]
    texts = [*lines(LONG, SECOND), *row]
    upright, turned = (read_document(pdf([texts], said=said)).text for said in ("", f"/Rotate {turn}"))
    assert "".join(turned.split()) == "".join(upright.split())


@pytest.mark.parametrize(
    ("texts", "state", "text"),
    [
        ([[]], "scanned", ""),
        ([[(280, 40, "- 1 -")]], "scanned", ""),
        ([lines(*[LONG] * 4)], "ok", "\n".join([LONG] * 4)),  # a picture below a text: a letterhead, a watermark
    ],
)
def test_a_page_under_a_picture(texts: list[list[tuple[float, float, str]]], state: str, text: str) -> None:
    document = read_document(pdf(texts, picture=True))
    assert (document.state, document.text.replace("\n", "")) == (state, text.replace("\n", ""))


def test_a_page_without_anything_is_empty() -> None:
    assert read_document(pdf([[]])).state == "empty"


def test_some_pages_may_be_pictures() -> None:
    whole, scanned = pdf([lines(LONG), []]), pdf([lines(LONG * 2), []], picture=True)
    document = read_document(scanned)
    assert (read_document(whole).state, document.state, document.reason) == (
        "ok",
        "scanned",
        "1 of 2 pages are pictures",
    )
    assert document.text.startswith(LONG)
    assert document.pages == 2


@pytest.mark.parametrize("turn", ["1 0 0 1", "-1 0 0 -1"])
def test_a_page_upon_its_head_is_read_upright(turn: str) -> None:
    places = [(60.0, 780.0), (60.0, 762.0)] if turn == "1 0 0 1" else [(535.0, 62.0), (535.0, 80.0)]
    texts = [(x, y, text) for (x, y), text in zip(places, (LONG, SECOND), strict=True)]
    assert read_document(pdf([texts], said="/Rotate 180", turn=turn)).text == LONG + SECOND


def test_rare_characters_of_names_are_no_picture() -> None:
    table = [one for at in range(20) for one in row(780.0 - 18 * at, "澧桧河镇站", f"{at}173.7", f"{at}612.4")]
    document = read_document(pdf([[*lines("统计表单位万元"), *[(x, y - 30, text) for x, y, text in table]]]))
    assert (document.state, document.text.count("澧桧河镇站")) == ("ok", 20)


def test_signs_without_characters_are_a_picture() -> None:
    garbled = "ñyyüGàÏÖ¢ÝpªBÅÒ¹¾ÌØÉÊËÈÁ" * 5
    assert read_document(pdf([lines(garbled[:60], garbled[60:])])).state == "scanned"


def test_a_file_that_was_cut_off_before_its_end_is_read() -> None:
    made = pdf([lines("青石湾公告")])
    assert read_document(made[: made.index(b"xref")]).text == "青石湾公告"


def test_a_file_that_was_cut_off_within_is_a_state() -> None:
    made = pdf([lines("青石湾公告")])
    assert {read_document(made[:length]).state for length in range(20, len(made), 97)} <= {"failed", "empty", "ok"}


def test_a_broken_page_is_left_out() -> None:
    made = pdf([lines("第一页"), lines("第二页"), lines("第三页")])
    document = read_document(made.replace(b"\n8 0 obj", b"\n8 9 xxx"))
    assert (document.state, document.text, document.reason) == ("ok", "第一页\f\f第三页", "1 of 3 pages are broken")


NOTICE = "青石湾市人民政府门户网站　政务公开　规划文本　发布日期　二〇二六年三月五日　浏览次数　三百二十一次　来源　市发展和改革局"


@pytest.mark.parametrize(
    ("y", "state"),
    [
        (825, "scanned"),
        (12, "scanned"),
        (700, "ok"),
    ],  # a site's stamp upon a scan; the end of a text upon a watermark
)
def test_words_in_the_margins_of_a_picture_are_not_its_text(y: float, state: str) -> None:
    assert read_document(pdf([[(20.0, y, NOTICE + LONG)]], size=6, picture=True)).state == state


DARK, PALE = "0.1 0.2 0.5 rg 60 740 400 30 re f\n", "1 1 1 rg 60 740 400 30 re f\n"


@pytest.mark.parametrize(
    ("drawn", "y", "paint", "seen"),
    [
        ("", 750, "1 g", False),
        (PALE, 750, "1 1 1 rg", False),
        (DARK, 750, "1 g", True),  # the head of a table
        (DARK, 650, "1 g", False),
        ("60 740 400 30 re S\n", 750, "1 g", False),
        ("", 750, "0.6 g", True),
        ("", 750, "3 Tr", False),
        ("q 595 0 0 842 0 0 cm /I Do Q\n", 750, "3 Tr", True),  # the words behind a scanned page
        ("", -40, "0 g", False),  # beyond the edge
    ],
)
def test_words_that_nobody_sees_are_not_read(drawn: str, y: float, paint: str, seen: bool) -> None:
    shown = f"{drawn}BT {paint} /F1 12 Tf 70 {y} Td <{'编号七七一二'.encode('utf-16-be').hex()}> Tj ET 0 Tr 0 g\n"
    made = pdf([lines(LONG, SECOND, y=600)], before=shown)
    assert read_document(made).text.startswith("编号七七一二\n") == seen
    assert "编号" in read_document(made).text or not seen
    assert LONG + SECOND in read_document(made).text


@pytest.mark.parametrize(
    ("font", "signs", "text"),
    [
        ("ABCDEF+Wingdings-Regular", "\uf0fe\uf0a8", "☑□"),
        ("Wingdings2", "\uf052\uf0a3", "☑□"),
        ("SymbolMT", "\uf0b3\uf0a3", "≥≤"),
        ("SimSun", "\uf0fe\uf0a8", "\uf0fe\uf0a8"),
        ("Wingdings-Regular", "\uf041\uf042", "\uf041\uf042"),
    ],
)
def test_a_sign_has_a_character_by_its_font(font: str, signs: str, text: str) -> None:
    named = f"<</Type/Font/Subtype/Type0/BaseFont/{font}/Encoding/UniGB-UCS2-H/DescendantFonts[9 0 R]>>"
    inner = f"<</Type/Font/Subtype/CIDFontType0/BaseFont/{font}/DW 1000/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 0>>"
    descriptor = f"/FontDescriptor<</Type/FontDescriptor/FontName/{font}/Flags 4/FontBBox[0 0 1000 1000]>>>>"
    table = "begincodespacerange <0000> <FFFF> endcodespacerange beginbfrange <F000> <F0FF> <F000> endbfrange"
    unicode = f"<</Length {len(table)}>>stream\n{table}\nendstream"
    shown = f"BT /W 12 Tf 70 750 Td <{signs.encode('utf-16-be').hex()}> Tj ET\n"
    made = pdf(
        [lines(LONG, y=600)],
        before=shown,
        resources="/Font<</F1 3 0 R/W 8 0 R>>",
        further=[named.replace(">>", "/ToUnicode 10 0 R>>"), inner + descriptor, unicode],
    )
    assert read_document(made).text == f"{text}\n{LONG}"


OLD, NEW = (
    f"BT /F1 12 Tf 70 750 Td <{words.encode('utf-16-be').hex()}> Tj ET\n" for words in ("合计七七万元", "合计八八万元")
)
BOX = "60 740 200 30 re f"


@pytest.mark.parametrize(
    ("drawn", "text"),
    [
        (f"{OLD}1 g {BOX} 0 g {NEW}", "合计八八万元\n"),  # a correction
        (f"{OLD}0 g {BOX}\n", ""),  # blacked out
        (f"1 g {BOX} 0 g {OLD}", "合计七七万元\n"),  # a ground
        (f"{OLD}60 740 200 30 re S\n", "合计七七万元\n"),  # a frame
        (f"{OLD}1 g 60 740 50 30 re f 0 g\n", "合计七七万元\n"),  # it covers a part
        (f"{OLD}q 300 300 9 9 re W n 1 g {BOX} Q\n", "合计七七万元\n"),  # it is clipped
        (f"{OLD}q /T gs {BOX} Q\n", "合计七七万元\n"),  # a highlight
        (f"{OLD}1 g 0 0 595 842 re f 0 g\n", "合计七七万元\n"),
        (f"{OLD}/OC /D BDC 1 g {BOX} 0 g EMC\n", "合计七七万元\n"),  # on a layer
        (f"1 g {OLD}0 g {BOX}\n", ""),
    ],
)
def test_words_that_are_painted_over_are_not_read(drawn: str, text: str) -> None:
    resources = "/Font<</F1 3 0 R>>/ExtGState<</T<</BM/Multiply>>>>/Properties<</D<</Type/OCG/Name(x)>>>>"
    made = pdf([lines(LONG, SECOND, y=600)], before=drawn, resources=resources)
    assert read_document(made).text == text + LONG + SECOND


# a font that draws a box for an a, two layers, a group of both, and a form upon one of them
GLYPH, DRAWN = "1000 0 d0 0 0 800 800 re f", "BT /B 12 Tf 70 740 Td (aaaa) Tj ET"
FONT = "<</Type/Font/Subtype/Type3/FontBBox[0 0 1000 1000]/FontMatrix[.001 0 0 .001 0 0]/CharProcs<</a 9 0 R>>/FirstChar 97"
LAYERED = (
    f"{FONT}/LastChar 97/Widths[1000]/Encoding<</Type/Encoding/Differences[97/a]>>>>",
    f"<</Length {len(GLYPH)}>>stream\n{GLYPH}\nendstream",
    f"<</Type/XObject/Subtype/Form/BBox[0 0 595 842]/OC 12 0 R/Resources<</Font<</B 8 0 R>>>>/Length {len(DRAWN)}>>stream\n{DRAWN}\nendstream",
    "<</Type/OCG/Name(shown)>>",
    "<</Type/OCG/Name(draft)>>",
    "<</Type/OCMD/OCGs[12 0 R]/P/AllOn>>",
)
RESOURCES = "/Font<</F1 3 0 R/B 8 0 R>>/Properties<</A 11 0 R/D 12 0 R/M 13 0 R>>"
OFF, ALL_OFF, ALL_ON = (
    "/OFF[12 0 R]",
    "/BaseState/OFF/ON[11 0 R]",
    "/ON[11 0 R 12 0 R]/AS[<</Event/Print/Category[/OFF]>>]",
)


@pytest.mark.parametrize(
    ("layers", "drawn", "seen"),
    [
        (OFF, f"/OC /D BDC {DRAWN} EMC\n", False),
        (ALL_OFF, f"/OC /D BDC {DRAWN} EMC\n", False),
        (OFF, f"/OC /M BDC {DRAWN} EMC\n", False),
        (OFF, "/X Do\n", False),  # a form
        (OFF, f"/OC /A BDC {DRAWN} EMC\n", True),
        (ALL_ON, f"/OC /D BDC {DRAWN} EMC\n", True),
        (OFF, f"{DRAWN}\n", True),
        (OFF, f"0 0 1 rg 0 700 500 90 re f 0 g\n1 g /OC /A BDC {DRAWN} EMC 0 g\n", True),  # white words
    ],
)
def test_words_of_a_layer_that_is_off_are_not_read(layers: str, drawn: str, seen: bool) -> None:
    catalog = f"/OCProperties<</OCGs[11 0 R 12 0 R]/D<<{layers}>>>>"
    made = pdf([lines(LONG, SECOND, y=600)], before=drawn, catalog=catalog, resources=RESOURCES, further=LAYERED)
    document = read_document(made)
    assert (document.text, document.reason) == ("aaaa\n" * seen + LONG + SECOND, "")


def test_words_whose_font_cannot_be_drawn_may_stand_on_a_hidden_layer() -> None:
    text = "BT /F1 12 Tf 70 740 Td <9752> Tj ET"
    catalog = f"/OCProperties<</OCGs[11 0 R 12 0 R]/D<<{OFF}>>>>"
    before = f"/OC /D BDC {text} EMC\n"
    made = pdf([lines(LONG, SECOND, y=600)], before=before, catalog=catalog, resources=RESOURCES, further=LAYERED)
    document = read_document(made)
    assert (document.text, document.reason) == (
        f"青\n{LONG}{SECOND}",
        "1 of 1 pages may have words of hidden layers",
    )


NUMBERS, TOWNS = ("序号", "1", "2", "3", "4"), ("镇村", "白杨渡镇", "青石湾镇", "柳林铺镇", "三道河镇")
COUNTS, WHO = ("户数", "173", "612", "98", "45"), ("负责单位", "水利局", "财政局", "教育局", "民政局")
TABLE = [list(row) for row in zip(NUMBERS, TOWNS, COUNTS, strict=True)]
RULED = "".join(f"60 {776 - 18 * at} m 400 {776 - 18 * at} l S\n" for at in range(5))
PROSE = [LONG[at : at + 9] for at in range(0, 27, 9)]


def drawn_column(x: float, texts: Sequence[str]) -> str:
    """A column as one text object."""
    shown = " T* ".join(f"<{text.encode('utf-16-be').hex()}> Tj" for text in texts)
    return f"BT /F1 12 Tf 18 TL {x} 780 Td {shown} ET\n"


@pytest.mark.parametrize(
    ("columns", "drawn", "text"),
    [
        ([(60, NUMBERS), (150, TOWNS), (300, COUNTS)], "", "\n".join("\t".join(row) for row in TABLE)),
        ([(300, COUNTS), (150, TOWNS), (60, NUMBERS)], "", "\n".join("\t".join(row) for row in TABLE)),
        ([(60, TOWNS), (200, WHO)], RULED, "\n".join("\t".join(row) for row in zip(TOWNS, WHO, strict=True))),
        ([(60, TOWNS), (200, WHO)], "", "\n".join([*TOWNS, *WHO])),  # lists, for all that is known
        ([(60, PROSE * 2), (200, PROSE * 2), (340, PROSE * 2)], "", "\n".join(PROSE * 6)),  # columns of a paper
    ],
)
def test_a_table_that_was_drawn_by_columns_is_read_by_rows(
    columns: list[tuple[float, Sequence[str]]], drawn: str, text: str
) -> None:
    made = pdf([[]], before=drawn + "".join(drawn_column(x, texts) for x, texts in columns))
    assert "".join(read_document(made).text.split()) == "".join(text.split())
    assert "\t" not in text or read_document(made).text == text


def annotation(kind: str, said: str, text: str) -> tuple[str, str]:
    """An annotation whose look is a text, beside the first line, and that look."""
    shown, fonts = f"BT /F1 12 Tf 2 4 Td <{text.encode('utf-16-be').hex()}> Tj ET", "/Resources<</Font<</F1 3 0 R>>>>"
    look = f"<</Type/XObject/Subtype/Form/BBox[0 0 200 20]{fonts}/Length {len(shown)}>>stream\n{shown}\nendstream"
    return f"<</Type/Annot/Subtype/{kind}/Rect[120 776 320 796]{said}/AP<</N #>>>>", look


@pytest.mark.parametrize(
    ("kind", "said", "typed"),
    [
        ("FreeText", "/F 4", "\t青政发二号"),
        ("Stamp", "/F 4", "\t青政发二号"),
        ("Widget", "/FT/Tx/T(a)", "\t青政发二号"),
        ("Text", "/Contents(x)", ""),  # a comment
        ("FreeText", "/F 2", ""),  # hidden
    ],
)
def test_words_that_were_typed_upon_a_page_are_read(kind: str, said: str, typed: str) -> None:
    made = pdf([lines("文号：", SECOND, step=40)], annotations=[annotation(kind, said, "青政发二号")])
    assert read_document(made).text == f"文号：{typed}\n{SECOND}"


def test_files_inside_are_told_and_a_form_of_adobe_reader_is_not_read() -> None:
    inside = "/Names<</EmbeddedFiles<</Names[(a)<</Type/Filespec/F(a.xls)/EF<</F 5 0 R>>>>]>>>>"
    document = read_document(pdf([lines("请打开附件")], catalog=inside))
    assert (document.state, document.text, document.reason) == ("ok", "请打开附件", "1 file inside not read")
    form = "/NeedsRendering true/AcroForm<</Fields[]/XFA 5 0 R>>"
    document = read_document(pdf([lines("Please wait...")], catalog=form))
    assert (document.state, document.text) == ("unsupported", "")
