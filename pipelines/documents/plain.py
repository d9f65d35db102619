"""Texts and pages of HTML."""

from archive.model import Unreadable
from archive.texts.encoding import decode
from pipelines.documents.document import Unread
from pipelines.lines import parse, read_lines


def read_text(body: bytes, media_type: str) -> list[str]:
    """A text in any encoding; a form feed begins a page."""
    return decode(body, media_type)[0].replace("\r\n", "\n").replace("\r", "\n").split("\f")


def read_html(body: bytes, media_type: str) -> list[str]:
    """Every line of a page that a reader sees."""
    try:
        sheet = read_lines(parse(decode(body, media_type)[0]))
    except Unreadable as error:
        raise Unread("too-large" if error.reason == "too-large" else "failed", error.reason) from None
    return ["\n".join(line.text for line in sheet.lines if not line.hidden)]
