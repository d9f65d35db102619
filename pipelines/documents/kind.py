"""The kind of a file, told by its bytes; its name and its server do not count."""

import codecs
import io
import re
import zipfile

import olefile

from archive.store.media import MHTML
from archive.texts.plausible import is_garbled
from pipelines.documents.document import Unread
from pipelines.documents.package import slashed
from pipelines.documents.plain import decoded, is_binary

_ZIP = (b"PK\x03\x04", b"PK\x05\x06")  # the second: without members
_OLE = olefile.MAGIC
_HEAD = 1024  # bytes in which the sign of a kind stands
_INSIDE: tuple[tuple[str, str], ...] = (
    ("word/", "docx"),
    ("xl/", "xlsx"),
    ("ppt/", "pptx"),
)
_STREAMS: tuple[tuple[str, str], ...] = (("WordDocument", "doc"), ("Workbook", "xls"), ("Book", "xls"))
_OTHERS = {
    b"Rar!\x1a\x07": "a RAR file",
    b"7z\xbc\xaf\x27\x1c": "a 7z file",
    b"Founder CEB": "a CEB file",
    b"\x1f\x8b": "a gzip file",
    b"%!PS": "a PostScript file",
    b"MZ": "a program",
}
_PICTURE = re.compile(rb"\x89PNG\r\n|\xff\xd8\xff|GIF8|II\*\0|MM\0\*|BM.{4}\0{4}|RIFF.{4}WEBP", re.DOTALL)
_MARKUP = re.compile(r"\s*<(?:!doctype|!--|\?xml|/?[a-z][\w:-]*[\s>/])", re.IGNORECASE)
_SIGNS = {
    "rtf": re.compile(rb"\{\\rtf"),
    "mhtml": MHTML,
    "sheets-xml": re.compile(rb".*<(?:\w+:)?Workbook\b[^>]*urn:schemas-microsoft-com:office:spreadsheet", re.DOTALL),
    "word-xml": re.compile(rb".*<(?:\w+:)?wordDocument\b", re.DOTALL),
    "flat": re.compile(rb".*<(?:\w+:)?package\b[^>]*schemas\.microsoft\.com/office/2006/xmlPackage", re.DOTALL),
}  # the beginnings of kinds that are text
_SAVED = 4096  # bytes in which an XML file of Word or Excel says its kind


def unpadded(body: bytes) -> bytes:
    """A ZIP or compound file without the blank lines or the mark that a server's program wrote before it."""
    head = body[:_HEAD]
    begun = head.removeprefix(codecs.BOM_UTF8).lstrip()
    return body[len(head) - len(begun) :] if begun.startswith((*_ZIP, _OLE)) else body


def kind_of(body: bytes, name: str, media_type: str) -> str:
    """The kind of a file, a key of `READERS`. Raises Unread when none reads it: `unsupported`, `scanned` for a picture,
    `encrypted`.
    """
    head = body[:_HEAD]
    if b"%PDF-" in head:
        return "pdf"
    if head.startswith(_ZIP):
        return _zipped(body)
    if head.startswith(_OLE):
        return _compound(body, name)
    if _PICTURE.match(head):
        raise Unread("scanned", "a picture")
    if reason := next((kind for start, kind in _OTHERS.items() if head.startswith(start)), ""):
        raise Unread("unsupported", reason)
    return _written(body, media_type)


def _zipped(body: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as zipped:
            names = list(map(slashed, zipped.namelist()))
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        raise Unread("failed", "a broken ZIP file") from None
    if "OFD.xml" in names:
        return "ofd"
    if {"mimetype", "content.xml"} <= set(names):
        raise Unread("unsupported", "an OpenDocument file")
    if "[Content_Types].xml" in names:
        return next((kind for folder, kind in _INSIDE if any(one.startswith(folder) for one in names)), "zip")
    return "zip"


def _compound(body: bytes, name: str) -> str:
    try:
        with olefile.OleFileIO(body) as compound:
            streams = {str(one[0]) for one in compound.listdir()}
    except (OSError, ValueError, IndexError):
        raise Unread("failed", "a broken compound file") from None
    if "EncryptedPackage" in streams:
        raise Unread("encrypted", "a password")
    for stream, kind in _STREAMS:
        if stream in streams:
            return "wps" if kind == "doc" and name.lower().endswith(".wps") else kind
    slides = "PowerPoint Document" in streams
    raise Unread("unsupported", "a PPT file" if slides else "a compound file of no known kind")


def _written(body: bytes, media_type: str) -> str:
    """The kinds that are text."""
    text, problems = decoded(body[: 4 * _HEAD], media_type)
    if is_binary(text, problems) or is_garbled(text):
        raise Unread("unsupported", "bytes of no known kind")
    head = body[:_SAVED].lstrip()
    if found := next((kind for kind, sign in _SIGNS.items() if sign.match(head)), ""):
        return found
    return "html" if _MARKUP.match(text) else "text"
