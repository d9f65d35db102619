"""Documents that Word and Excel saved as one text: XML of 2003, and pages with their pictures (MHTML)."""

import base64
import datetime
import email
import email.policy
import io
import re
import zipfile
from collections.abc import Iterator
from email.message import EmailMessage

from lxml import etree

from pipelines.documents.document import Read, Unread, unread_inside
from pipelines.documents.package import parse_xml, value
from pipelines.documents.plain import read_html, read_text
from pipelines.documents.sheets import Cell, Row, page
from pipelines.documents.shown import EPOCH, shown
from pipelines.documents.word.docx import read_wordml

_HIDDEN = ("SheetHidden", "SheetVeryHidden")
_HIDDEN_SHEET = re.compile(rb"<x:Visible>\s*Sheet(?:Very)?Hidden")
_FRAMES = re.compile(rb"<frameset\b", re.IGNORECASE)
_MIDNIGHT = "T00:00:00.000"
_GENERAL = ("", "General", "@")
_NAMED = {
    "Percent": "0.00%", "Fixed": "0.00", "Standard": "#,##0.00", "Currency": "#,##0.00", "Euro Currency": "#,##0.00",
    "Short Date": "yyyy-mm-dd", "Medium Date": "yyyy-mm-dd", "Long Date": 'yyyy"年"m"月"d"日"', "General Date": "yyyy-mm-dd h:mm",
    "Short Time": "h:mm", "Medium Time": "h:mm AM/PM", "Long Time": "h:mm:ss", "General Number": "General",
    "Scientific": "0.00E+00",
}  # fmt: skip  # names of formats, as a Chinese Excel shows them


def read_word_xml(body: bytes) -> list[str]:
    """The pages of a document that Word 2003 saved as XML, as of a DOCX file."""
    return read_wordml(parse_xml(body), {})


def read_sheets_xml(body: bytes) -> list[str]:
    """A page for each visible sheet that Excel 2003 saved as XML, without hidden rows and columns; numbers and days as they
    are shown.
    """
    root = parse_xml(body)
    codes = {value(one, "ID"): _code(one) for one in root.iterfind("{*}Styles/{*}Style")}
    return [page(_rows(sheet, codes)) for sheet in root.iter("{*}Worksheet") if not _is_hidden(sheet)]


def zipped_parts(body: bytes) -> bytes:
    """The Office file of an XML file that has all its parts (Flat OPC), as Word saves one and templates of programs are."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as file:
        file.writestr("[Content_Types].xml", "<Types/>")
        for part in parse_xml(body).iterfind("{*}part"):
            held = next(iter(part), None)
            root = None if held is None else next(iter(held), None)
            if root is not None:
                file.writestr(value(part, "name").lstrip("/"), etree.tostring(root, encoding="utf-8"))
            elif held is not None:
                file.writestr(value(part, "name").lstrip("/"), base64.b64decode(held.text or ""))
    return made.getvalue()


def read_mhtml(body: bytes, _: str) -> Read:
    """The page of an MHTML file, as of an HTML file; the text of a letter without a page. Files that are attached are told.

    A workbook that Excel saved so has a page of frames, with its sheets behind it: a page for each one that is not hidden.
    """
    message = email.message_from_bytes(body, EmailMessage, policy=email.policy.default)
    left = unread_inside(sum(part.get_content_disposition() == "attachment" for part in message.walk()))
    for kind, read in (("text/html", read_html), ("text/plain", read_text)):
        for part in _parts(message, kind):
            content = _content(part)
            if _FRAMES.search(content) and (sheets := [one for one in _parts(message, kind) if _is_sheet(one)]):
                return Read([line for one in sheets for line in read(_content(one), _type(one))], left)
            return Read(read(content, _type(part)), left)
    raise Unread("failed", "an MHTML file without a page")


def _parts(message: EmailMessage, kind: str) -> Iterator[EmailMessage]:
    for part in message.walk():
        if part.get_content_type() == kind and part.get_content_disposition() != "attachment":
            yield part


def _content(part: EmailMessage) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _type(part: EmailMessage) -> str:
    return str(part.get("Content-Type", ""))


def _is_sheet(part: EmailMessage) -> bool:
    """Whether a page of a workbook is a sheet that is not hidden."""
    place = str(part.get("Content-Location", "")).replace("\\", "/").rpartition("/")[2]
    return place.lower().startswith("sheet") and not _HIDDEN_SHEET.search(_content(part))


def _is_hidden(sheet: etree._Element) -> bool:
    return sheet.findtext("{*}WorksheetOptions/{*}Visible") in _HIDDEN


def _code(style: etree._Element) -> str:
    """The number format of a style; some have a name in place of a code."""
    said = style.find("{*}NumberFormat")
    code = "" if said is None else value(said, "Format")
    return _NAMED.get(code, code)


def _rows(sheet: etree._Element, codes: dict[str, str]) -> Iterator[Row]:
    hidden = set(_hidden_columns(sheet))
    for element in sheet.iterfind("{*}Table/{*}Row"):
        row: Row = {}
        column = 0
        for cell in element.iterfind("{*}Cell"):
            column = _whole(value(cell, "Index"), column + 1)
            row[column] = _cell(cell, codes.get(value(cell, "StyleID"), ""))
            column += _whole(value(cell, "MergeAcross"), 0)
        if value(element, "Hidden") != "1":
            yield {column: cell for column, cell in row.items() if cell != "" and column not in hidden}


def _hidden_columns(sheet: etree._Element) -> Iterator[int]:
    column = 0
    for one in sheet.iterfind("{*}Table/{*}Column"):
        first = _whole(value(one, "Index"), column + 1)
        column = first + _whole(value(one, "Span"), 0)
        if value(one, "Hidden") == "1":
            yield from range(first, column + 1)


def _whole(said: str, usual: int) -> int:
    return int(said) if re.fullmatch("[0-9]{1,5}", said) else usual


def _cell(cell: etree._Element, code: str) -> Cell:
    data = cell.find("{*}Data")
    text = "" if data is None else "".join(map(str, data.itertext()))
    kind = "" if data is None else value(data, "Type")
    if kind == "Number":
        return float(text) if code in _GENERAL else shown(float(text), code)
    if kind == "DateTime":
        return text.removesuffix(_MIDNIGHT) if code in _GENERAL else _day(text, code)
    return text


def _day(text: str, code: str) -> str:
    try:
        moment = datetime.datetime.fromisoformat(text)
    except ValueError:
        return text
    return shown((moment - EPOCH) / datetime.timedelta(days=1), code)
