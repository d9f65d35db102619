"""Documents that Word and Excel saved as one text: XML of 2003, and pages with their pictures (MHTML)."""

import email
import email.policy
from collections.abc import Iterator
from email.message import EmailMessage

from lxml import etree

from pipelines.documents.document import Unread
from pipelines.documents.package import parse_xml, value
from pipelines.documents.plain import read_html
from pipelines.documents.sheets import Cell, Row, page
from pipelines.documents.word.docx import read_wordml

_HIDDEN = ("SheetHidden", "SheetVeryHidden")
_MIDNIGHT = "T00:00:00.000"


def read_word_xml(body: bytes) -> list[str]:
    """The pages of a document that Word 2003 saved as XML, as of a DOCX file."""
    return read_wordml(parse_xml(body), {})


def read_sheets_xml(body: bytes) -> list[str]:
    """A page for each visible sheet that Excel 2003 saved as XML; numbers stand as they are kept, without their formats."""
    return [page(_rows(sheet)) for sheet in parse_xml(body).iter("{*}Worksheet") if not _is_hidden(sheet)]


def read_mhtml(body: bytes, _: str) -> list[str]:
    """The page of an MHTML file, as of an HTML file."""
    message = email.message_from_bytes(body, EmailMessage, policy=email.policy.default)
    for part in message.walk():
        content = part.get_payload(decode=True) if part.get_content_type() == "text/html" else None
        if isinstance(content, bytes):
            return read_html(content, str(part.get("Content-Type", "")))
    raise Unread("failed", "an MHTML file without a page")


def _is_hidden(sheet: etree._Element) -> bool:
    return sheet.findtext("{*}WorksheetOptions/{*}Visible") in _HIDDEN


def _rows(sheet: etree._Element) -> Iterator[Row]:
    for element in sheet.iterfind("{*}Table/{*}Row"):
        row: Row = {}
        for cell in element.iterfind("{*}Cell"):
            place = value(cell, "Index")
            column = int(place) - 1 if place.isdigit() else max(row, default=-1) + 1
            row[column] = _cell(cell)
        if value(element, "Hidden") != "1":
            yield {column: cell for column, cell in row.items() if cell != ""}


def _cell(cell: etree._Element) -> Cell:
    data = cell.find("{*}Data")
    text = "" if data is None else "".join(map(str, data.itertext()))
    kind = "" if data is None else value(data, "Type")
    if kind == "Number":
        return float(text)
    return text.removesuffix(_MIDNIGHT) if kind == "DateTime" else text
