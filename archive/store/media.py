"""The media type of a file by its bytes; its server and its address decide where bytes leave it open."""

import codecs
import io
import re
import zipfile
from dataclasses import dataclass

from archive.texts.encoding import decode, wide_encoding

_OFFICE = "application/vnd.openxmlformats-officedocument."
_INSIDE = {  # the media type of a zip that holds such a name
    "word/": f"{_OFFICE}wordprocessingml.document",
    "xl/": f"{_OFFICE}spreadsheetml.sheet",
    "ppt/": f"{_OFFICE}presentationml.presentation",
    "OFD.xml": "application/ofd",
}
_SHEET = re.compile(r"\.(?:xlsx?|ett?)\b", re.I)
_OLE = (
    (_SHEET, "application/vnd.ms-excel"),
    (re.compile(r"\.(?:pptx?|dps)\b", re.I), "application/vnd.ms-powerpoint"),
)
_HEADS = {
    b"%PDF-": "application/pdf",
    b"Rar!\x1a\x07": "application/vnd.rar",
    b"7z\xbc\xaf\x27\x1c": "application/x-7z-compressed",
    b"{\\rtf": "application/rtf",
    b"Founder CEB": "application/x-ceb",
    b"\x89PNG\r\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF8": "image/gif",
    b"II*\0": "image/tiff",
    b"MM\0*": "image/tiff",
}
# a document that Word saved as one web page, or a browser with heads of its own (From, Subject)
MHTML = re.compile(
    rb"(?:[A-Za-z][\w-]{0,40}:[^\r\n]{0,900}\r?\n(?:[ \t][^\r\n]{0,900}\r?\n){0,9}){0,20}?MIME-Version:", re.IGNORECASE
)
_SAVED = re.compile(
    rb"urn:schemas-microsoft-com:office|<\?mso-application|schemas\.microsoft\.com/office/2006/xmlPackage"
)  # a document that Word or Excel saved as HTML or XML
# a page of a site has one of these, a table that a program sends as a sheet has none
_OF_A_SITE = re.compile(rb"<(?:a|script|link|form|iframe|nav|footer)[\s>]", re.IGNORECASE)
_EXCEL = re.compile(r"application/(?:vnd\.|x-)?(?:ms-?)?excel|application/x-xls", re.IGNORECASE)
_TEXTS = {".csv": "text/csv", ".txt": "text/plain"}
_LEAST = (300, 100)  # pixels, width and height: a smaller picture holds no text
_FRAME = re.compile(rb"\xff[\xc0-\xc3\xc5-\xc7\xc9-\xcb\xcd-\xcf]..\x08(..)(..)", re.DOTALL)  # the size of a JPEG
_MARKUP = re.compile(r"\s*[<{\[]")


@dataclass(frozen=True, slots=True)
class Sent:
    """Headers of the answer that brought a file."""

    content_type: str = ""
    disposition: str = ""  # Content-Disposition, with the server's name for the file


def media_type(body: bytes, named: str, sent: Sent) -> str:
    """The media type of a file by its first bytes, and of a zip by the names in it; "" for a page or nothing: no file.

    `named`, the file's address and name, and its server's name for it only tell formats apart that share a container (doc
    and wps from xls and et), and a text (.csv, .txt) from an answer that says in words that there is no file. A text named
    .xls is a table when more than half of its first lines, two at least, hold a tab. A page is a file when Office saved it,
    or when it is sent as an attachment of Excel's type, has a table of two rows and four cells, and no link, script or form.
    """
    named = f"{named} {sent.disposition}"
    body = body.removeprefix(codecs.BOM_UTF8)
    head = body[:1024].lstrip()
    for start, kind in _HEADS.items():
        if head.startswith(start):
            return kind
    if MHTML.match(head):
        return "multipart/related"
    if head.startswith(b"PK\x03\x04"):
        return _zipped(body)
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return next((kind for ending, kind in _OLE if ending.search(named)), "application/msword")
    if head.startswith(b"<"):
        return _saved(body, sent)
    if b"%PDF-" in head:  # behind what a program wrote first
        return "application/pdf"
    return _text(body, named)


def _saved(body: bytes, sent: Sent) -> str:
    if _SAVED.search(body[:4096]):
        return "text/html" if b"<html" in body[:4096].lower() else "text/xml"
    is_sent = sent.disposition.lower().startswith("attachment") and _EXCEL.match(sent.content_type)
    lower = body.lower() if is_sent else b""
    is_table = lower.count(b"<tr") >= 2 and lower.count(b"<td") >= 4 and not _OF_A_SITE.search(lower)
    return "text/html" if is_table else ""


def _zipped(body: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as zipped:
            names = [name.replace("\\", "/") for name in zipped.namelist()]
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        names = []
    return next((kind for name, kind in _INSIDE.items() if any(n.startswith(name) for n in names)), "application/zip")


def _text(body: bytes, named: str) -> str:
    kind = next((kind for ending, kind in _TEXTS.items() if re.search(rf"\{ending}\b", named, re.IGNORECASE)), "")
    if not (kind or _SHEET.search(named)) or not body.strip():
        return ""
    if kind and body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return kind
    wide = wide_encoding(body) if b"\0" in body else ""
    if wide is None or _MARKUP.match(
        words := body[:4096].decode(wide, "ignore") if wide else decode(body[:4096], "")[0]
    ):
        return ""
    return kind or ("text/tab-separated-values" if _has_columns(words) else "")


def _has_columns(words: str) -> bool:
    lines = [line for line in words.splitlines() if line.strip()]
    tabbed = sum("\t" in line for line in lines)
    return tabbed >= 2 and 2 * tabbed > len(lines)


def is_small(body: bytes) -> bool:
    """Whether a picture is known to be narrower than 300 pixels or lower than 100. What cannot be told is not."""
    if body.startswith(b"\x89PNG"):
        width, height = (int.from_bytes(body[at : at + 4], "big") for at in (16, 20))
    elif body.startswith(b"GIF8"):
        width, height = (int.from_bytes(body[at : at + 2], "little") for at in (6, 8))
    elif body.startswith(b"\xff\xd8") and (frames := _FRAME.findall(body[: 1 << 18])):
        # a preview may stand before the picture itself
        width, height = max((int.from_bytes(w, "big"), int.from_bytes(h, "big")) for h, w in frames)
    else:
        return False
    return width < _LEAST[0] or height < _LEAST[1]
