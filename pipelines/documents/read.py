"""A file becomes a Document: its kind, its reader, and its text cleaned."""

import re
from collections.abc import Callable
from functools import partial

from archive.model import FileMethod
from pipelines.documents.document import LARGEST, MOST_TEXT, PAGE, Document, Read, Unread
from pipelines.documents.kind import kind_of, unpadded
from pipelines.documents.ofd import read_ofd
from pipelines.documents.pdf import read_pdf
from pipelines.documents.plain import read_html, read_text
from pipelines.documents.pptx import read_pptx
from pipelines.documents.rtf import read_rtf
from pipelines.documents.saved import read_mhtml, read_sheets_xml, read_word_xml, zipped_parts
from pipelines.documents.sheets import read_xls, read_xlsx
from pipelines.documents.word.doc import read_doc
from pipelines.documents.word.docx import read_docx
from pipelines.documents.zipped import read_zip

RULES = 6  # version of the reading rules: raise it with every change of one
_DEEPEST = 3  # ZIP files in each other, or documents
_CONTROLS = re.compile(r"[^\S\n\t ]|[\x00-\x08\x0e-\x1f\x7f\ufeff\ufffe\uffff]")
_METHODS: dict[str, FileMethod] = {
    "pdf": "pdf",
    "docx": "docx",
    "doc": "doc",
    "wps": "wps",
    "word-xml": "doc",
    "xlsx": "xlsx",
    "xls": "xls",
    "sheets-xml": "xls",
    "pptx": "pptx",
    "ofd": "ofd",
    "rtf": "text",
    "text": "text",
    "html": "html",
    "mhtml": "html",
    "zip": "zip",
    "flat": "docx",
}
_READERS: dict[str, Callable[[bytes], list[str] | Read]] = {
    "doc": read_doc,
    "wps": read_doc,
    "word-xml": read_word_xml,
    "xlsx": read_xlsx,
    "xls": read_xls,
    "sheets-xml": read_sheets_xml,
    "pptx": read_pptx,
    "ofd": read_ofd,
    "rtf": read_rtf,
}
# these look at the media type too: it may name an encoding
_TEXTS: dict[str, Callable[[bytes, str], list[str] | Read]] = {
    "text": read_text,
    "html": read_html,
    "mhtml": read_mhtml,
}


def _embedded(body: bytes, depth: int = 1) -> list[str] | None:
    """A page or a document that another one embeds as a whole, as programs do that make documents of parts; None when it
    cannot be read.
    """
    try:
        kind = kind_of(body, "", "")
        if kind in _TEXTS:
            found = _TEXTS[kind](body, "")
            return found.pages if isinstance(found, Read) else found
        if kind == "rtf":
            return read_rtf(body)
        if kind == "docx" and depth < _DEEPEST:
            return read_docx(body, partial(_embedded, depth=depth + 1)).pages
    except Unread as problem:
        if problem.state == "too-large":
            raise
    return None


_READERS["docx"] = partial(read_docx, read_chunk=_embedded)


def read_document(body: bytes, name: str = "", media_type: str = "") -> Document:
    """A file's text, or the state and the reason for having none. Only for want of memory it raises.

    The bytes alone say the kind. `media_type`, the server's, names an encoding where a text leaves it open.
    """
    return _read(body, name, media_type, 0)


def _read(body: bytes, name: str, media_type: str, depth: int) -> Document:
    method: FileMethod = ""
    try:
        if len(body) > LARGEST:
            raise Unread("too-large", f"{len(body)} bytes")
        if not body.strip():
            raise Unread("empty", "no bytes")
        body = unpadded(body)
        kind = kind_of(body, name, media_type)
        method = _METHODS[kind]
        return _document(kind, body, media_type, depth)
    except Unread as problem:
        return Document(problem.state, method, problem.reason)
    except MemoryError:
        raise
    except Exception as error:  # a library's, or ours on a file of a form that nobody foresaw
        return Document("failed", method, f"{type(error).__name__}: {error}"[:200])


def _document(kind: str, body: bytes, media_type: str, depth: int) -> Document:
    if kind == "zip":
        if depth == _DEEPEST:
            raise Unread("too-large", "ZIP files in ZIP files")
        return read_zip(body, partial(_read, media_type="", depth=depth + 1))
    if kind == "flat":
        return _read(zipped_parts(body), "", media_type, depth)
    if kind == "pdf":
        return cleaned(read_pdf(body))
    found = _TEXTS[kind](body, media_type) if kind in _TEXTS else _READERS[kind](body)
    read = found if isinstance(found, Read) else Read(found)
    return cleaned(Document("ok", _METHODS[kind], read.left, text=PAGE.join(read.pages)))


def cleaned(document: Document) -> Document:
    """A document with clean lines, `empty` when it has no words, `too-large` when it has too many."""
    text = PAGE.join(map(_clean, document.text.split(PAGE)))
    pages = document.pages or len(text.split(PAGE))
    if len(text) > MOST_TEXT:
        return Document("too-large", document.method, f"{len(text)} characters", pages)
    if not text.strip() and document.state == "ok":
        reason = "; ".join(filter(None, ("no text", document.reason)))
        return Document("empty", document.method, reason, pages)
    return Document(document.state, document.method, document.reason, pages, text)


def _clean(page: str) -> str:
    """Lines without blanks at their ends, and without empty ones."""
    lines = (_CONTROLS.sub(" ", line).strip(" ").rstrip() for line in page.split("\n"))
    return "\n".join(line for line in lines if line.strip())
