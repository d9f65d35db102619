"""A file becomes a Document: its kind, its reader, and its text cleaned."""

import re

from archive.model import FileMethod
from pipelines.documents.document import LARGEST, MOST_TEXT, PAGE, Document, Unread
from pipelines.documents.docx import read_docx
from pipelines.documents.kind import kind_of
from pipelines.documents.pdf import read_pdf
from pipelines.documents.plain import read_html, read_text
from pipelines.documents.pptx import read_pptx
from pipelines.documents.sheets import read_xls, read_xlsx

RULES = 1  # version of the reading rules: raise it with every change of one
_CONTROLS = re.compile(r"[^\S\n\t ]|[\x00-\x08\x0e-\x1f\x7f\ufeff\ufffe\uffff]")


def read_document(body: bytes, name: str = "", media_type: str = "") -> Document:
    """A file's text, or the state and the reason for having none. Never raises for a file's sake.

    The bytes alone say the kind. `media_type`, the server's, names an encoding where a text leaves it open.
    """
    method: FileMethod = ""
    try:
        if len(body) > LARGEST:
            raise Unread("too-large", f"{len(body)} bytes")
        if not body.strip():
            raise Unread("empty", "no bytes")
        method = kind_of(body, name, media_type)
        return _document(method, _pages(method, body, media_type))
    except Unread as problem:
        return Document(problem.state, method, problem.reason)


def _pages(method: FileMethod, body: bytes, media_type: str) -> list[str]:
    match method:
        case "pdf":
            return read_pdf(body)
        case "docx":
            return read_docx(body)
        case "xlsx":
            return read_xlsx(body)
        case "xls":
            return read_xls(body)
        case "pptx":
            return read_pptx(body)
        case "html":
            return read_html(body, media_type)
        case _:
            return read_text(body, media_type)


def _document(method: FileMethod, pages: list[str]) -> Document:
    text = PAGE.join(map(_clean, pages))
    if len(text) > MOST_TEXT:
        return Document("too-large", method, f"{len(text)} characters", len(pages))
    if not text.strip():
        return Document("empty", method, "no text", len(pages))
    return Document("ok", method, "", len(pages), text)


def _clean(page: str) -> str:
    """Lines without blanks at their ends, and without empty ones."""
    lines = (_CONTROLS.sub(" ", line).strip(" ") for line in page.splitlines())
    return "\n".join(line for line in lines if line.strip())
