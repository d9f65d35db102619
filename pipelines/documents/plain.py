"""Texts and pages of HTML."""

import csv
import re

from archive.model import Unreadable
from archive.texts.encoding import decode, wide_encoding
from archive.texts.plausible import is_garbled, strangeness
from pipelines.documents.document import Unread
from pipelines.lines import parse, read_lines

_BEGINNING, _ODD = 4000, 0.1  # characters of a text that tell, and the share of strange ones in a likely one
_BINARY = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\ufffd]")
_MOST_BINARY = 0.02  # share of control characters and of bytes that are no character in a text
_KEPT_AS_TEXT = re.compile(r'(^|,)="([^"\n]*)"(?=,|$)', re.MULTILINE)  # a cell of a CSV file: ="00123"
_ROWS, _CELLS = 3, 3  # the fewest of a table that nobody calls one


def decoded(body: bytes, media_type: str) -> tuple[str, tuple[str, ...]]:
    """The characters of a text file and its problems, see `decode`; as UTF-16 or UTF-32 without a mark, or in Big5, when
    they are garbled otherwise and not so.
    """
    found = decode(body, media_type)
    is_odd = strangeness(found[0][:_BEGINNING]) > _ODD
    if (is_odd or is_binary(*found)) and (wide := wide_encoding(body)):
        return body.decode(wide, "ignore").removeprefix("\ufeff"), ()
    if not is_garbled(found[0]):
        return found
    said = decode(body, "text/plain; charset=big5")
    return found if said[1] or is_garbled(said[0]) else said


def is_binary(text: str, problems: tuple[str, ...]) -> bool:
    """Whether too many of a text's bytes are controls, or no character."""
    lost = sum(int(problem.partition(":")[2]) for problem in problems)
    return lost + len(_BINARY.findall(text)) > _MOST_BINARY * len(text)


def read_text(body: bytes, media_type: str) -> list[str]:
    """A text in any encoding; a form feed begins a page. A table with commas between its cells gets tabs there: 3,250,18.5
    would be a number with separators and another one.

    It is a table when each line has as many cells as the others: two or more, in two lines or more, where the media type is
    that of CSV, else three or more in three lines or more. A comma before a blank is one of a sentence. Cells that Excel shall
    not take for numbers (="00123") are read without these signs.
    """
    text = decoded(body, media_type)[0].replace("\r\n", "\n").replace("\r", "\n")
    table = _table(text, media_type.startswith("text/csv")) if "," in text else ""
    return (table or text).split("\f")


def _table(text: str, is_called_so: bool) -> str:
    """The rows of a text as lines with tabs; "" for a text that is no table."""
    text = _KEPT_AS_TEXT.sub(r'\1"\2"', text)
    try:
        rows = [row for row in csv.reader(text.splitlines(keepends=True), strict=True) if row]
    except csv.Error:
        return ""
    fewest_rows, fewest_cells = (2, 2) if is_called_so else (_ROWS, _CELLS)
    if len(rows) < fewest_rows or len(rows[0]) < fewest_cells or len({len(row) for row in rows}) > 1:
        return ""
    if any(cell.startswith(" ") and cell.strip() for row in rows for cell in row[1:]):
        return ""
    return "\n".join("\t".join(" ".join(cell.split()) for cell in row) for row in rows)


def read_html(body: bytes, media_type: str) -> list[str]:
    """Every line of a page that a reader sees, without the comments that Word saves at its end."""
    try:
        root = parse(decoded(body, media_type)[0])
        if b"comment-list" in body:
            for one in [one for one in root.iter("div") if "comment-list" in one.get("style", "")]:
                one.clear()
        sheet = read_lines(root)
    except Unreadable as error:
        raise Unread("too-large" if error.reason == "too-large" else "failed", error.reason) from None
    return ["\n".join(line.text for line in sheet.lines if not line.hidden)]
