import re
from io import BytesIO
from zipfile import ZipFile

import pytest

from pipelines.documents import read_document
from tests.pipelines.documents.made import docx, paragraph, zipped

DELETED = "<w:del><w:r><w:delText>旧数八百</w:delText></w:r></w:del>"
PLACE = "<w:p><w:moveFrom><w:r><w:t>移走的一句。</w:t></w:r></w:moveFrom></w:p>"
BOX = "<w:txbxContent>{}</w:txbxContent>"
TWICE = (
    "<w:r><mc:AlternateContent><mc:Choice>{0}</mc:Choice><mc:Fallback><v:textbox>{0}</v:textbox></mc:Fallback>"
    "</mc:AlternateContent></w:r>"
).format(BOX.format(paragraph("咨询电话见文末")))
PAGE_BREAK = '<w:r><w:br w:type="page"/></w:r>'
FOOTNOTE = '<w:r><w:footnoteReference w:id="2"/></w:r>'
NOTES = f'<w:footnote w:id="0" w:type="separator"><w:p/></w:footnote><w:footnote w:id="2">{paragraph("口径为常住人口。")}</w:footnote>'


def table(*rows: list[str], said: str = "") -> str:
    cells = ["".join(f"<w:tc>{paragraph(cell)}</w:tc>" for cell in row) for row in rows]
    return "<w:tbl>" + "".join(f"<w:tr>{said}{row}</w:tr>" for row in cells) + "</w:tbl>"


def numbered(text: str, level: int = 0, list: int = 1) -> str:
    said = f'<w:pPr><w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{list}"/></w:numPr></w:pPr>'
    return paragraph(text, said)


LEVELS = (
    '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="第%1条"/></w:lvl>'
    '<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="（%2）"/></w:lvl>'
    '<w:lvl w:ilvl="2"><w:numFmt w:val="bullet"/><w:lvlText w:val="●"/></w:lvl>'
)
NUMBERING = f'<w:abstractNum w:abstractNumId="7">{LEVELS}</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num>'
STYLES = (
    '<w:style w:styleId="Article"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
    '<w:style w:styleId="Sub"><w:basedOn w:val="Article"/></w:style>'
)


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (paragraph("青石湾公告") + paragraph("全文如下。"), "青石湾公告\n全文如下。"),
        (paragraph("新增九百户", after=DELETED), "新增九百户"),
        (PLACE + "<w:p><w:moveTo><w:r><w:t>移来的一句。</w:t></w:r></w:moveTo></w:p>", "移来的一句。"),
        ("<w:p><w:ins><w:r><w:t>插入的一句。</w:t></w:r></w:ins></w:p>", "插入的一句。"),
        (paragraph("上半", "<w:pPr><w:rPr><w:del/></w:rPr></w:pPr>") + paragraph("下半"), "上半下半"),
        (table(["地区", "户数"], ["白杨渡", "12"]), "地区\t户数\n白杨渡\t12"),
        (table(["删去的行", "1"], said="<w:trPr><w:del/></w:trPr>") + paragraph("正文"), "正文"),
        (table(["一格一行的版式"]), "一格一行的版式"),
        (f"<w:tbl><w:tr><w:tc>{paragraph('甲')}{paragraph('乙')}</w:tc><w:tc>{table(['内一', '内二'])}</w:tc></w:tr></w:tbl>",
         "甲 乙\t内一 内二"),
        (f"<w:tbl><w:sdt><w:sdtContent><w:tr><w:tc>{paragraph('控')}</w:tc><w:tc>{paragraph('件')}</w:tc></w:tr></w:sdtContent></w:sdt></w:tbl>",
         "控\t件"),
        (paragraph("正文在前", after=TWICE) + paragraph("正文在后"), "正文在前\n咨询电话见文末\n正文在后"),
        (paragraph("第一页") + paragraph("末句", after=PAGE_BREAK) + paragraph("第二页"), "第一页\n末句\f第二页"),
        (paragraph("一") + paragraph("二", "<w:pPr><w:pageBreakBefore/></w:pPr>"), "一\f二"),
        (paragraph("一", '<w:pPr><w:sectPr><w:type w:val="continuous"/></w:sectPr></w:pPr>') + paragraph("二"), "一\n二"),
        ('<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>隐去</w:t></w:r><w:r><w:t>可见</w:t></w:r></w:p>', "可见"),
        ('<w:p><w:r><w:rPr><w:vanish w:val="0"/></w:rPr><w:t>仍可见</w:t></w:r></w:p>', "仍可见"),
        ("<w:p><w:r><w:t>甲</w:t><w:tab/><w:t>乙</w:t><w:br/><w:t>丙</w:t></w:r></w:p>", "甲\t乙\n丙"),
        ("<w:p><w:r><w:fldChar/><w:instrText>PAGE 8</w:instrText><w:t>第3页</w:t></w:r></w:p>", "第3页"),
        ('<w:p><w:r><w:sym w:font="Wingdings" w:char="F0FC"/><w:sym w:char="2103"/></w:r></w:p>', "✓℃"),
        ("<w:p><w:r><w:ruby><w:rt><w:r><w:t>qíng</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>晴</w:t></w:r></w:rubyBase></w:ruby></w:r></w:p>", "晴"),
        ("<w:p>\n <w:r>\n  <w:t>\n   青石湾\n  </w:t>\n </w:r>\n <w:r><w:t>公告</w:t></w:r></w:p>", "青石湾公告"),
        ("<w:p><m:oMath><m:r><m:t>a=b</m:t></m:r></m:oMath></w:p>", "a=b"),
    ],
)  # fmt: skip
def test_words_of_a_document(body: str, text: str) -> None:
    assert read_document(docx(body)).text == text


def test_footnotes_end_their_page() -> None:
    body = (
        paragraph("人口增长1.2%", after=FOOTNOTE) + paragraph("同页") + f"<w:p>{PAGE_BREAK}</w:p>" + paragraph("下页")
    )
    assert read_document(docx(body, {"footnotes": NOTES})).text == "人口增长1.2%\n同页\n口径为常住人口。\f下页"


def test_a_note_in_a_cell_is_read_once() -> None:
    cell = f"<w:tbl><w:tr><w:tc>{paragraph('甲', after=FOOTNOTE)}</w:tc><w:tc>{paragraph('乙')}</w:tc></w:tr></w:tbl>"
    assert read_document(docx(cell, {"footnotes": NOTES})).text == "甲\t乙\n口径为常住人口。"


def test_lists_have_the_numbers_that_word_prints() -> None:
    body = (
        numbered("总则")
        + numbered("范围", 1)
        + numbered("对象", 1)
        + numbered("点", 2)
        + numbered("附则")
        + numbered("日期", 1)
    )
    assert read_document(docx(body, {"numbering": NUMBERING})).text.split("\n") == [
        "第一条总则", "（1）范围", "（2）对象", "点", "第二条附则", "（1）日期",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "marks"),
    [
        ("decimal", "1 2"),
        ("decimalZero", "01 02"),
        ("decimalFullWidth", "１ ２"),
        ("decimalEnclosedParen", "⑴ ⑵"),
        ("decimalEnclosedFullstop", "⒈ ⒉"),
        ("decimalEnclosedCircle", "① ②"),
        ("ideographEnclosedCircle", "㊀ ㊁"),
        ("ideographTraditional", "甲 乙"),
        ("ideographZodiac", "子 丑"),
        ("chineseLegalSimplified", "壹 贰"),
        ("ideographLegalTraditional", "壹 貳"),
        ("upperRoman", "I II"),
        ("hebrew2", "1 2"),
    ],
)
def test_kinds_of_numbers(kind: str, marks: str) -> None:
    numbering = NUMBERING.replace("chineseCounting", kind).replace("第%1条", "%1")
    body = numbered("") + numbered("")
    assert read_document(docx(body, {"numbering": numbering})).text.split("\n") == marks.split()


@pytest.mark.parametrize(
    ("level", "mark"),
    [
        ('<w:numFmt w:val="decimal"/><w:isLgl/><w:lvlText w:val="%1.%2"/>', "1.1"),
        ('<w:numFmt w:val="decimal"/><w:isLgl w:val="0"/><w:lvlText w:val="%1.%2"/>', "一.1"),
        ('<w:numFmt w:val="chineseCounting"/><w:lvlText w:val="第%2节"/>', "第一节"),
        ('<w:numFmt w:val="bullet"/><w:lvlText w:val="●"/>', ""),
        ('<w:numFmt w:val="none"/><w:lvlText w:val=""/>', ""),
    ],
)
def test_the_places_of_a_number(level: str, mark: str) -> None:
    levels = f'{LEVELS.partition("</w:lvl>")[0]}</w:lvl><w:lvl w:ilvl="1"><w:start w:val="1"/>{level}</w:lvl>'
    body = numbered("总则") + numbered("范围", 1)
    text = read_document(docx(body, {"numbering": NUMBERING.replace(LEVELS, levels)})).text
    assert text == f"第一条总则\n{mark}范围"


def test_a_list_may_be_defined_under_the_name_of_a_style() -> None:
    named = NUMBERING.replace(LEVELS, f'<w:styleLink w:val="Clauses"/>{LEVELS}')
    linked = '<w:abstractNum w:abstractNumId="9"><w:numStyleLink w:val="Clauses"/></w:abstractNum>'
    numbering = f'{linked}{named}<w:num w:numId="3"><w:abstractNumId w:val="9"/></w:num>'
    body = numbered("总则", list=3) + numbered("附则", list=3)
    assert read_document(docx(body, {"numbering": numbering})).text == "第一条总则\n第二条附则"


CHANGED = '<w:p><w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr><w:rPr>{}</w:rPr></w:pPr>{}</w:p>'
WORDS = "<w:r><w:t>上半</w:t></w:r>"
MOVED = "<w:moveFrom><w:r><w:t>旧条</w:t></w:r></w:moveFrom>"


@pytest.mark.parametrize(
    ("changed", "text"),
    [
        (CHANGED.format("<w:del/>", DELETED), ["第一条总则", "第二条附则"]),
        (CHANGED.format("<w:moveFrom/>", MOVED), ["第一条总则", "第二条附则"]),
        (CHANGED.format("<w:del/>", WORDS), ["第一条总则", "第二条上半附则"]),
        (CHANGED.format("<w:del/>", WORDS) + paragraph("说明"), ["第一条总则", "上半说明", "第二条附则"]),
        (CHANGED.format("<w:del/>", WORDS) + table(["表一", "表二"]), ["第一条总则", "上半", "表一\t表二", "第二条附则"]),
        (CHANGED.format("", DELETED), ["第一条总则", "第二条", "第三条附则"]),
        (CHANGED.format("<w:ins/>", WORDS), ["第一条总则", "第二条上半", "第三条附则"]),
        (numbered(""), ["第一条总则", "第二条", "第三条附则"]),
    ],
)  # fmt: skip
def test_a_paragraph_whose_end_is_taken_away_counts_no_number(changed: str, text: list[str]) -> None:
    body = numbered("总则") + changed + numbered("附则")
    assert read_document(docx(body, {"numbering": NUMBERING})).text.split("\n") == text


def test_a_style_may_number_its_paragraphs() -> None:
    body = paragraph("总则", '<w:pPr><w:pStyle w:val="Sub"/></w:pPr>')
    assert read_document(docx(body, {"numbering": NUMBERING, "styles": STYLES})).text == "第一条总则"


def test_a_list_that_is_not_defined_has_no_numbers() -> None:
    assert read_document(docx(numbered("总则", list=5), {"numbering": NUMBERING})).text == "总则"


def test_comments_are_no_text() -> None:
    body = '<w:p><w:r><w:t>正文</w:t></w:r><w:r><w:commentReference w:id="0"/></w:r></w:p>'
    assert read_document(docx(body, {"comments": paragraph("此处再议")})).text == "正文"


def test_a_list_counts_anew_where_it_is_told_to() -> None:
    own = '<w:num w:numId="8"><w:abstractNumId w:val="{}"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride></w:num>'
    numbering = NUMBERING + own.format(re.findall(r'abstractNumId="(\d+)"', NUMBERING)[0])
    body = numbered("总则", list=1) + numbered("职责", list=1) + numbered("附则", list=8) + numbered("施行", list=8)
    assert read_document(docx(body, {"numbering": numbering})).text.split("\n") == [
        "第一条总则",
        "第二条职责",
        "第一条附则",
        "第二条施行",
    ]


def with_members(made: bytes, members: dict[str, str | bytes], relation: str = "") -> bytes:
    """An Office file with more members, and with a reference to one of them."""
    with ZipFile(BytesIO(made)) as file:
        held = {name: file.read(name) for name in file.namelist()}
    related = {
        name: part.replace(b"</Relationships>", f"{relation}</Relationships>".encode())
        for name, part in held.items()
        if name.startswith("word/_rels")
    }
    return zipped({**held, **related, **members})


def with_chunk(chunk: str | bytes) -> bytes:
    main = docx(paragraph("前言") + '<w:altChunk r:id="r1"/>' + paragraph("附则"))
    return with_members(main, {"word/chunk": chunk}, '<Relationship Id="r1" Type="x/aFChunk" Target="chunk"/>')


CHUNK = "<html><body><p>第一条</p><p>第二条</p></body></html>"


@pytest.mark.parametrize(
    "chunk",
    [
        CHUNK,
        f"From: x\nMIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\n\n{CHUNK}",
        docx(paragraph("第一条") + paragraph("第二条")),
        "{\\rtf1\\ansi\\ansicpg936 \\'b5\\'da\\'d2\\'bb\\'cc\\'f5\\par \\'b5\\'da\\'b6\\'fe\\'cc\\'f5\\par}",
    ],
)
def test_a_document_that_is_embedded_as_a_whole_is_read_at_its_place(chunk: str | bytes) -> None:
    document = read_document(with_chunk(chunk))
    assert (document.text, document.reason) == ("前言\n第一条\n第二条\n附则", "")


def test_documents_embedded_in_each_other_end_somewhere() -> None:
    document = read_document(with_chunk(with_chunk(with_chunk(with_chunk("深处")))))
    assert (document.state, document.text) == ("ok", "前言\n前言\n前言\n附则\n附则\n附则")


def test_what_is_embedded_and_not_read_is_told() -> None:
    document = read_document(with_chunk(b"\x89PNG\r\n" + bytes(99)))
    assert (document.state, document.text, document.reason) == ("ok", "前言\n附则", "1 file inside not read")
    members = {"word/embeddings/a.xlsx": b"PK", "word/embeddings/oleObject1.bin": b"x"}
    document = read_document(with_members(docx(paragraph("见表。")), {**members}))
    assert (document.state, document.text, document.reason) == ("ok", "见表。", "2 files inside not read")


@pytest.mark.parametrize(
    ("text", "member", "state"),
    [
        ("", "word/media/image1.jpeg", "scanned"),
        ("正文", "word/media/image1.jpeg", "ok"),
        ("", "docProps/thumbnail.jpeg", "empty"),
    ],
)
def test_pictures_without_a_word_are_a_scan(text: str, member: str, state: str) -> None:
    assert read_document(with_members(docx(paragraph(text)), {member: b"x"})).state == state


HIDING = (
    '<w:style w:styleId="H"><w:rPr><w:vanish/></w:rPr></w:style><w:style w:styleId="I"><w:basedOn w:val="H"/></w:style>'
    '<w:style w:styleId="J"><w:basedOn w:val="H"/><w:rPr><w:vanish w:val="0"/></w:rPr></w:style>'
)


def run(text: str, style: str = "", own: str = "") -> str:
    return f'<w:r><w:rPr><w:rStyle w:val="{style}"/>{own}</w:rPr><w:t>{text}</w:t></w:r>'


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (paragraph("可见", after=run("底稿", "H")), "可见"),
        (paragraph("可见", after=run("底稿", "I")), "可见"),
        (paragraph("可见", after=run("正文", "J")), "可见正文"),
        (paragraph("可见", after=run("正文", "H", '<w:vanish w:val="0"/>')), "可见正文"),
        (paragraph("底稿", '<w:pPr><w:pStyle w:val="I"/></w:pPr>') + paragraph("可见"), "可见"),
        (table(["底稿"], said="<w:trPr><w:hidden/></w:trPr>") + table(["可见"]), "可见"),
    ],
)
def test_a_style_may_hide_words(body: str, text: str) -> None:
    assert read_document(docx(body, {"styles": HIDING})).text == text


@pytest.mark.parametrize(
    ("font", "code", "text"),
    [
        ("Wingdings", "F0FE", "☑是"),
        ("Wingdings 2", "F0A3", "□是"),
        ("Symbol", "F0B3", "≥是"),
        ("宋体", "2103", "℃是"),
        ("Webdings", "F061", "是"),
        ("Wingdings", "zz", "是"),
    ],
)
def test_a_sign_has_a_character_by_its_font(font: str, code: str, text: str) -> None:
    assert (
        read_document(docx(f'<w:p><w:r><w:sym w:font="{font}" w:char="{code}"/><w:t>是</w:t></w:r></w:p>')).text == text
    )


def field(code: str, form: str = "", result: str = "") -> str:
    ends = (f'<w:r><w:fldChar w:fldCharType="{kind}">{{}}</w:fldChar></w:r>' for kind in ("begin", "separate", "end"))
    begin, separate, end = (one.format(f"<w:ffData>{form}</w:ffData>" * (at == 0)) for at, one in enumerate(ends))
    shown = f"{separate}<w:r><w:t>{result}</w:t></w:r>" if result else ""
    return f"{begin}<w:r><w:instrText> {code} </w:instrText></w:r>{shown}{end}"


ENTRIES = '<w:ddList><w:result w:val="1"/><w:listEntry w:val="国家级"/><w:listEntry w:val="市级"/></w:ddList>'


@pytest.mark.parametrize(
    ("shown", "text"),
    [
        (field(r"eq \o\ac(□,√)"), "☑"),
        (field(r"eq \o\ac(×,□)"), "☒"),
        (field(r"eq \o\ac(○,20)"), "⑳"),
        (field(r"eq \o\ac(△,急)"), "急"),
        (field(r'EQ \* jc2 \* "Font:宋体" \* hps10 \o\ad(\s\up 9(qíng),晴)'), "晴"),
        (field(r"eq \o(\s\up 5(审核),\s\do 2(盖章))"), "审核盖章"),
        (field(r"EQ \f(1,3)"), "1/3"),
        (field(r"EQ \r(,x)"), "√x"),
        (field(r"EQ \f(1,3)", result="三分之一"), "三分之一"),
        (field("PAGE"), ""),
        (field("FORMCHECKBOX", '<w:checkBox><w:default w:val="0"/><w:checked/></w:checkBox>'), "☑"),
        (field("FORMCHECKBOX", '<w:checkBox><w:default w:val="0"/></w:checkBox>'), "□"),
        (field("FORMDROPDOWN", ENTRIES), "市级"),
        (field("FORMTEXT", "<w:textInput/>", "青石湾"), "青石湾"),
        ('<w:r><w:rPr><w:rFonts w:ascii="Wingdings"/></w:rPr><w:t>\uf0fc</w:t></w:r>', "✓"),
        ('<w:r><w:rPr><w:rFonts w:ascii="宋体"/></w:rPr><w:t>\uf0fc</w:t></w:r>', "\uf0fc"),
    ],
)  # fmt: skip
def test_fields_without_a_result_and_signs_in_symbol_fonts_are_read(shown: str, text: str) -> None:
    assert read_document(docx(paragraph("第一项", after=f"{shown}<w:r><w:t>完</w:t></w:r>"))).text == f"第一项{text}完"


def test_word_art_and_diagrams_stand_behind_their_paragraph() -> None:
    art = '<w:r><w:pict><v:textpath string="清水绿岸"/></w:pict></w:r>'
    space = 'xmlns:d="urn:d" xmlns:a="urn:a"'
    diagram = f"<d:dataModel {space}><d:pt><d:t><a:p><a:r><a:t>受理</a:t></a:r></a:p></d:t></d:pt></d:dataModel>"
    made = docx(
        paragraph("流程", after=f'{art}<w:r><w:drawing><relIds r:dm="r9" xmlns="urn:d"/></w:drawing></w:r>')
        + paragraph("完。")
    )
    relation = '<Relationship Id="r9" Type="x/diagramData" Target="diagram.xml"/>'
    assert (
        read_document(with_members(made, {"word/diagram.xml": diagram}, relation)).text == "流程\n清水绿岸\n受理\n完。"
    )
