"""Files of all kinds through the one entrance: what they are, and what becomes of those that cannot be read."""

import base64
import io
import zipfile

import pytest

from pipelines.documents import read_document
from tests.pipelines.documents.made import (
    bomb,
    cells,
    compound,
    doc,
    docx,
    gbk_zip,
    ofd,
    paragraph,
    pdf,
    png,
    pptx,
    shape,
    stretch,
    xls,
    xlsx,
    zipped,
)

TEXT = "清河市公告"
PAGE = f"<!DOCTYPE html><html><head><title>x</title><script>var a</script></head><body><p>{TEXT}</p></body></html>"
TABLE = (
    "<html xmlns:o='urn:schemas-microsoft-com:office:office'><table><tr><td>地区</td><td>户数</td></tr></table></html>"
)
WORD_XML = f"""<?xml version="1.0"?><?mso-application progid="Word.Document"?>
<w:wordDocument xmlns:w="http://schemas.microsoft.com/office/word/2003/wordml"><w:docPr><w:t>x</w:t></w:docPr><w:body>
{paragraph(TEXT)}<w:annotation w:type="Word.Comment">{paragraph("批注")}</w:annotation><w:tbl><w:tr><w:tc>{paragraph("地区")}</w:tc><w:tc>{paragraph("户数")}</w:tc></w:tr></w:tbl></w:body></w:wordDocument>"""
CELL = '<Cell{}><Data ss:Type="{}">{}</Data></Cell>'
SHEETS_XML = f"""<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">
<Worksheet><Table><Row>{CELL.format("", "String", "地区")}{CELL.format(' ss:Index="3"', "String", "户数")}</Row>
<Row>{CELL.format("", "String", "白杨渡")}{CELL.format(' ss:Index="3"', "Number", "12.5")}</Row>
<Row>{CELL.format("", "DateTime", "2025-03-06T00:00:00.000")}</Row></Table></Worksheet>
<Worksheet><Table><Row>{CELL.format("", "String", "底稿")}</Row></Table>
<WorksheetOptions xmlns="urn:schemas-microsoft-com:office:excel"><Visible>SheetHidden</Visible></WorksheetOptions></Worksheet></Workbook>"""
MHTML = (
    b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=b\r\n\r\n--b\r\nContent-Type: text/html; charset=gb2312\r\n"
    b"Content-Transfer-Encoding: base64\r\n\r\n" + base64.b64encode(PAGE.encode("gbk")) + b"\r\n--b--\r\n"
)
SHEET = "<html><table><tr><td>{}</td><td>{}</td></tr></table></html>"
WORKBOOK = b"MIME-Version: 1.0\r\nX-Document-Type: Workbook\r\nContent-Type: multipart/related; boundary=b\r\n\r\n"
for place, page in {
    "a.htm": "<html><frameset rows='*,39'><frame src='a.files/sheet001.htm'><noframes><p>本页有框架</p></noframes></frameset></html>",
    "a.files\\sheet001.htm": SHEET.format("地区", "户数"),
    "a.files/sheet002.htm": SHEET.format("底稿", "9") + "<!--[if gte mso 9]><xml><x:Visible>SheetHidden</x:Visible></xml><![endif]-->",
    "a.files/sheet003.htm": SHEET.format("白杨渡", "12"),
    "a.files/tabstrip.htm": SHEET.format("收入", "支出"),
}.items():  # fmt: skip
    WORKBOOK += (
        f"--b\r\nContent-Location: file:///C:/{place}\r\nContent-Type: text/html; charset=gb2312\r\n\r\n".encode()
    )
    WORKBOOK += page.encode("gbk") + b"\r\n"
WORKBOOK += b"--b--\r\n"
PARTS = {
    "/_rels/.rels": '<Relationships><Relationship Id="r" Type="x/officeDocument" Target="word/document.xml"/></Relationships>',
    "/word/document.xml": f'<w:document xmlns:w="w"><w:body>{paragraph(TEXT)}{paragraph("全文如下。")}</w:body></w:document>',
}
FLAT = (
    '<?xml version="1.0"?><?mso-application progid="Word.Document"?>'
    '<pkg:package xmlns:pkg="http://schemas.microsoft.com/office/2006/xmlPackage">'
    + "".join(
        f'<pkg:part pkg:name="{name}"><pkg:xmlData>{part}</pkg:xmlData></pkg:part>' for name, part in PARTS.items()
    )
    + '<pkg:part pkg:name="/word/media/a.png"><pkg:binaryData>iVBO\nRw==</pkg:binaryData></pkg:part></pkg:package>'
).encode()
NOTICE = "清河市森林防火通告\n为切实做好冬春季节森林防火工作，现就有关事项通告如下。"
LETTER = (
    b"From: <x>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n"
    b"Content-Type: text/plain; charset=gb2312\r\n\r\n"
    + TEXT.encode("gbk")
    + b"\r\n--b\r\nContent-Type: application/pdf\r\n"
    b"Content-Disposition: attachment; filename=a.pdf\r\n\r\nx\r\n--b--\r\n"
)


def with_strokes(body: bytes) -> bytes:
    """A ZIP file with the strokes between folders that programs on Windows write."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(body)) as before, zipfile.ZipFile(made, "w") as file:
        for name in before.namelist():
            member = zipfile.ZipInfo()
            member.filename = name.replace("/", "\\")
            file.writestr(member, before.read(name))
    return made.getvalue()


READ = {
    "txt in GBK": (TEXT.encode("gbk"), "text", TEXT),
    "txt in UTF-8 with a mark": (b"\xef\xbb\xbf" + TEXT.encode(), "text", TEXT),
    "txt in UTF-16": (TEXT.encode("utf-16"), "text", TEXT),
    "txt in UTF-16 without a mark": (NOTICE.encode("utf-16-le"), "text", NOTICE),
    "txt in UTF-16 the other way round": (NOTICE.encode("utf-16-be"), "text", NOTICE),
    "txt in UTF-16 that was cut off": (NOTICE.encode("utf-16-le")[:-1], "text", NOTICE[:-1]),
    "txt in UTF-32": (NOTICE.encode("utf-32"), "text", NOTICE),
    "csv in UTF-16 without a mark": ("a,户数\nb,3\nc,4".encode("utf-16-le"), "text", "a,户数\nb,3\nc,4"),
    "txt in English in UTF-16 without a mark": ("A plain text.".encode("utf-16-be"), "text", "A plain text."),
    "txt in Big5": (
        "臺南地區農田水利設施興建工程，總經費三千二百萬元，預計明年完工。".encode("big5"),
        "text",
        "臺南地區農田水利設施興建工程，總經費三千二百萬元，預計明年完工。",
    ),
    "txt with Windows' line ends": (f"{TEXT}\r\n第二行\r\n".encode("gb18030"), "text", f"{TEXT}\n第二行"),
    "csv": (
        '地区,户数,面积\n"白杨渡,东段",3,"1,250"\n\n青石湾,4,18.5\n'.encode("gbk"),
        "text",
        "地区\t户数\t面积\n白杨渡,东段\t3\t1,250\n青石湾\t4\t18.5",
    ),
    "csv with cells that stay texts": (
        b'="a",b,c\n="00123",3,"1,250"\n="00124",="4",18.5',
        "text",
        "a\tb\tc\n00123\t3\t1,250\n00124\t4\t18.5",
    ),
    "lines with commas": (
        "甲说,走吧。\n乙说,好。\n丙说,等等。".encode(),
        "text",
        "甲说,走吧。\n乙说,好。\n丙说,等等。",
    ),
    "English lines": (b"A, b, c.\nD, e, f.\nG, h, i.", "text", "A, b, c.\nD, e, f.\nG, h, i."),
    "html": (PAGE.encode(), "html", TEXT),
    "html in GBK": (PAGE.encode("gbk"), "html", TEXT),
    "a table that Excel saved as HTML": (TABLE.encode(), "html", "地区\t户数"),
    "pdf": (pdf([[(60, 780, TEXT)]]), "pdf", TEXT),
    "pdf behind a line of an HTTP header": (b"junk: 1\r\n" + pdf([[(60, 780, TEXT)]]), "pdf", TEXT),
    "docx": (docx(paragraph(TEXT)), "docx", TEXT),
    "doc": (doc([(f"{TEXT}\r", b"")]), "doc", TEXT),
    "xlsx": (xlsx({"a": cells([TEXT])}), "xlsx", TEXT),
    "xls": (xls({"a": [[TEXT]]}), "xls", TEXT),
    "pptx": (pptx([shape(TEXT)]), "pptx", TEXT),
    "ofd": (ofd([stretch(20, 20, TEXT)]), "ofd", TEXT),
    "rtf": (rb"{\rtf1\ansi\ansicpg936 \'c7\'e5\'ba\'d3\'ca\'d0\'b9\'ab\'b8\'e6}", "text", TEXT),
    "zip": (zipped({"一.txt": TEXT}), "zip", f"一.txt\n{TEXT}"),
    "xml of Word 2003": (WORD_XML.encode(), "doc", f"{TEXT}\n地区\t户数"),
    "xml of Excel 2003": (SHEETS_XML.encode(), "xls", "地区\t户数\n白杨渡\t12.5\n2025-03-06"),
    "mhtml": (MHTML, "html", TEXT),
    "mhtml as a browser saves it": (b"From: <x>\r\nSubject: =?gb2312?B?xOO6ww==?=\r\n y\r\n" + MHTML, "html", TEXT),
    "mhtml of a workbook": (WORKBOOK, "html", "地区\t户数\f白杨渡\t12"),
    "all parts of a docx in one XML": (FLAT, "docx", f"{TEXT}\n全文如下。"),
    "docx with the strokes of Windows": (with_strokes(docx(paragraph(TEXT))), "docx", TEXT),
    "docx behind blank lines": (b"\r\n\r\n" + docx(paragraph(TEXT)), "docx", TEXT),
    "doc behind a mark": (b"\xef\xbb\xbf\r\n" + doc([(f"{TEXT}\r", b"")]), "doc", TEXT),
    "a page with comments of Word": (
        f"<html><body><p>{TEXT}</p><div style='mso-element:comment-list'><div><p>批注</p></div></div></body></html>".encode(),
        "html",
        TEXT,
    ),
    "zip with what Word and a Mac leave behind": (
        zipped({"一.txt": TEXT, "~$一.docx": "\5x", "__MACOSX/._一.txt": "\0"}),
        "zip",
        f"一.txt\n{TEXT}",
    ),
    "text that begins with a tag's sign": ("<5%的企业受检。".encode(), "text", "<5%的企业受检。"),
    "zip with a folder named word": (zipped({"word/一.txt": TEXT}), "zip", f"word/一.txt\n{TEXT}"),
}
NAMES = ("", "a.pdf", "a.docx", "a.xls", "a.exe", f"{'名' * 4000}.doc", "../../a.zip")
LAUGHS = '<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><w:document>&b;</w:document>'
OUTSIDE = '<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a SYSTEM "file:///etc/passwd">]><w:document>&a;</w:document>'
RELATIONS = "_rels/.rels"


def with_document(document: str) -> bytes:
    relation = (
        '<Relationships><Relationship Id="r" Type="x/officeDocument" Target="word/document.xml"/></Relationships>'
    )
    return zipped({"[Content_Types].xml": "<Types/>", RELATIONS: relation, "word/document.xml": document})


UNREAD = {
    "nothing": (b"", "empty"),
    "blanks": (b" \r\n ", "empty"),
    "25 MB": (b"%PDF-1.4" + bytes(25_000_000), "too-large"),
    "a document without words": (docx("<w:p/>"), "empty"),
    "a page without words": (b"<html><body><script>var a</script></body></html>", "empty"),
    "a picture": (png(10, 10), "scanned"),
    "rar": (b"Rar!\x1a\x07\x01\x00" + bytes(99), "unsupported"),
    "7z": (b"7z\xbc\xaf\x27\x1c" + bytes(99), "unsupported"),
    "ceb": (b"Founder CEB 2.0" + bytes(99), "unsupported"),
    "a program": (b"MZ\x90\0" + bytes(range(256)) * 9, "unsupported"),
    "bytes of no kind": (bytes(range(256)) * 40, "unsupported"),
    "slides of old": (compound({"PowerPoint Document": b"x"}), "unsupported"),
    "an OpenDocument file": (zipped({"mimetype": "x", "content.xml": "<x/>"}), "unsupported"),
    "an MHTML file without a page": (b"MIME-Version: 1.0\r\nContent-Type: image/png\r\n\r\nx", "failed"),
    "a compound file of no kind": (compound({"Contents": b"x"}), "unsupported"),
    "an Office file behind a password": (compound({"EncryptedPackage": b"x", "EncryptionInfo": b"x"}), "encrypted"),
    "a Word file behind a password": (doc([("x\r", b"")], flags=0x100), "encrypted"),
    "a sheet behind a password": (xls({"a": [["x"]]}, password=True), "encrypted"),
    "a zip behind a password": (gbk_zip({"附件一通报.txt": b"x"}, encrypted=True), "encrypted"),
    "an empty zip": (zipped({}), "empty"),
    "a broken zip": (b"PK\3\4" + bytes(99), "failed"),
    "a broken pdf": (b"%PDF-1.4 and no more", "failed"),
    "an Office file without a document": (zipped({"[Content_Types].xml": "", "word/x": ""}), "failed"),
    "broken XML": (with_document("<w:document><w:p>"), "failed"),
    "entities that grow": (with_document(LAUGHS), "failed"),
    "an entity from outside": (with_document(OUTSIDE), "failed"),
    "entities in UTF-16": (zipped({"OFD.xml": LAUGHS.replace("?>", ' encoding="UTF-16"?>', 1).encode("utf-16")}), "failed"),
    "a part of 30 MB": (with_document(f"<w:document>{' ' * 30_000_000}</w:document>"), "too-large"),
    "a bomb": (bomb(150), "too-large"),
    "zips in zips": (zipped({"a.zip": zipped({"b.zip": zipped({"c.zip": zipped({"d.txt": "x"})})})}), "too-large"),
    "10,000 members": (zipped({str(number): "" for number in range(10_000)}), "too-large"),
    "an OFD file without a document": (zipped({"OFD.xml": "<OFD><DocRoot>x.xml</DocRoot></OFD>"}), "failed"),
}  # fmt: skip


@pytest.mark.parametrize("kind", READ)
def test_a_file_of_this_kind_is_read(kind: str) -> None:
    body, method, text = READ[kind]
    document = read_document(body)
    assert (document.state, document.method, document.text, document.reason) == ("ok", method, text, "")
    assert document.pages == document.text.count("\f") + 1


@pytest.mark.parametrize("kind", READ)
def test_names_and_servers_do_not_decide(kind: str) -> None:
    body, method, _ = READ[kind]
    read = {read_document(body, name, kind) for name in NAMES for kind in ("", "application/pdf", "text/html")}
    assert {document.method for document in read} == {method}
    assert {document.text for document in read} == {READ[kind][2]}


@pytest.mark.parametrize("kind", UNREAD)
def test_a_file_that_cannot_be_read_has_a_state_and_a_reason(kind: str) -> None:
    body, state = UNREAD[kind]
    document = read_document(body, "a.docx")
    assert (document.state, document.text) == (state, "")
    assert 3 < len(document.reason) < 300


@pytest.mark.parametrize("kind", READ)
def test_a_file_that_was_cut_off_is_no_crash(kind: str) -> None:
    body = READ[kind][0]
    for length in range(1, len(body), max(1, len(body) // 40)):
        assert read_document(body[:length]).state in ("ok", "empty", "failed", "unsupported", "scanned", "encrypted")


def test_a_letter_is_read_and_its_files_are_told() -> None:
    document = read_document(LETTER)
    assert (document.text, document.reason) == (TEXT, "1 file inside not read")


def test_controls_and_strange_blanks_become_blanks() -> None:
    assert (
        read_document(f"{'正文' * 99}\n清\x01河\u3000\u3000市\xa0公告\u3000".encode()).text.split("\n")[1]
        == "清 河  市 公告"
    )
