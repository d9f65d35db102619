"""DOC and WPS: the binary format of Word 97 to 2003 ([MS-DOC]), which WPS writes too."""

import bisect
import io
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import pairwise

import olefile

from pipelines.documents.document import PAGE, Unread
from pipelines.documents.word.doc_lists import operands, read_lists
from pipelines.documents.word.fields import shown_by
from pipelines.documents.word.symbols import sign_of

_WORD = 0xA5EC
_ENCRYPTED, _TABLE_1 = 0x0100, 0x0200  # flags of the file information block
_LENGTHS = 0x4C  # place of the lengths, in characters: text, footnotes, headers, -, comments, endnotes, text boxes
# places of the references to the tables of runs, paragraphs, fonts and pieces
_CHPX, _PAPX, _FONTS, _CLX = 0xFA, 0x102, 0x112, 0x1A2
_BLOCK = 512  # bytes of a page that holds properties
_DELETED, _HIDDEN = 0x0800, 0x083C  # properties of runs: sprmCFRMarkDel, sprmCFVanish
_SYMBOL = 0x6A09  # sprmCSymbol: a font and a place in it, for the bracket that stands in the text
_SYMBOL_CODE = struct.pack("<H", _SYMBOL)
_FONT_NAME = 40  # bytes of a font's entry before its name
# properties of paragraphs: sprmPFInTable, sprmPFTtp, sprmPFPageBreakBefore
_IN_TABLE, _ROW_END, _NEW_PAGE = 0x2416, 0x2417, 0x2407
_SIGNS = {
    "\x07": "\t", "\x0b": "\n", "\x0c": PAGE, "\x0d": "\n", "\x0e": "\n", "\x1e": "-", "\x1f": "", "\xa0": " ",
    "\x01": "", "\x02": "", "\x03": "", "\x04": "", "\x05": "", "\x08": "",
}  # fmt: skip
_PICTURES = "\x01\x08"  # in the text, and floating beside it
_FIELD, _RESULT, _FIELD_END = "\x13", "\x14", "\x15"


@dataclass(slots=True)
class _Field:
    """An open field."""

    start: int  # number of signs before it
    is_code: bool = True  # its code is being read
    code: list[str] = field(default_factory=list)


Span = tuple[int, int]  # places of bytes in the stream: the first, and the one after the last


def read_doc(body: bytes) -> list[str]:
    """The pages of a DOC or WPS file, as far as its writer divided them.

    Read are the text with the numbers of its lists and its tables (a tab between cells, a line for each row), then footnotes, endnotes and text boxes.
    Not read are deleted and hidden words, codes of fields, comments, headers and footers.
    """
    with olefile.OleFileIO(io.BytesIO(body)) as compound:
        stream = compound.openstream("WordDocument").read()
        flags = _flags(stream)
        name = "1Table" if flags & _TABLE_1 else "0Table"
        if not compound.exists(name):
            raise Unread("unsupported", "a file of Word 6 or 95")
        table = compound.openstream(name).read()
    try:
        return _Word(stream, table).pages()
    except (struct.error, IndexError):
        raise Unread("failed", "a broken Word file") from None


def _flags(stream: bytes) -> int:
    if len(stream) < _CLX + 8 or struct.unpack_from("<H", stream)[0] != _WORD:
        raise Unread("unsupported", "a file of Word 6 or 95")
    flags: int = struct.unpack_from("<H", stream, 0x0A)[0]
    if flags & _ENCRYPTED:
        raise Unread("encrypted", "a password")
    return flags


@dataclass(frozen=True, slots=True)
class _Piece:
    """A stretch of the text: its characters' places, and its bytes in the stream."""

    start: int
    end: int
    offset: int
    width: int  # bytes of a character

    def place(self, character: int) -> int:
        return self.offset + (character - self.start) * self.width


class _Word:
    def __init__(self, stream: bytes, table: bytes) -> None:
        self.stream, self.table = stream, table
        self.pieces = list(self._pieces())
        self.unread = sorted(self._spans(_CHPX, (_DELETED, _HIDDEN)))
        self.row_ends = sorted(self._spans(_PAPX, (_ROW_END,)))
        self.in_tables = sorted(self._spans(_PAPX, (_IN_TABLE,)))
        self.lists = read_lists(stream, table)
        self.paragraphs = {start: (style, said) for start, style, said in self._paragraphs()}
        self.symbols = dict(self._symbols())
        self.page_starts = {start for start, _ in self._spans(_PAPX, (_NEW_PAGE,))}

    def pages(self) -> list[str]:
        text, notes, headers, _, comments, endnotes, boxes = struct.unpack_from("<7i", self.stream, _LENGTHS)
        starts = {"notes": text, "endnotes": text + notes + headers + comments}
        parts = [(0, text), (starts["notes"], notes), (starts["endnotes"], endnotes + boxes)]
        whole = "\n".join(_without_codes(self._text(start, start + length)) for start, length in parts if length > 0)
        pages = [page for page in whole.split(PAGE) if page.strip()]
        if not pages and any(sign in _PICTURES for sign, _ in self._signs(0, text)):
            raise Unread("scanned", "its pages are pictures")
        return pages

    def _pieces(self) -> Iterator[_Piece]:
        clx = self._referred(_CLX)
        at = 0
        while at < len(clx) and clx[at] == 1:  # properties of pieces
            at += 3 + struct.unpack_from("<H", clx, at + 1)[0]
        length = struct.unpack_from("<I", clx, at + 1)[0]
        pieces = clx[at + 5 : at + 5 + length]
        count = (len(pieces) - 4) // 12
        places = struct.unpack_from(f"<{count + 1}I", pieces)
        for number, (start, end) in enumerate(pairwise(places)):
            offset = struct.unpack_from("<I", pieces, 4 * (count + 1) + 8 * number + 2)[0]
            narrow = bool(offset & 0x40000000)
            offset &= 0x3FFFFFFF
            yield _Piece(start, end, offset // 2 if narrow else offset, 1 if narrow else 2)

    def _referred(self, place: int) -> bytes:
        start, length = struct.unpack_from("<2I", self.stream, place)
        return self.table[start : start + length]

    def _blocks(self, place: int) -> Iterator[bytes]:
        """The pages of properties that a table refers to."""
        entries = self._referred(place)
        count = (len(entries) - 4) // 8
        for page in struct.unpack_from(f"<{count}I", entries, 4 * (count + 1)) if count > 0 else ():
            block = self.stream[(page & 0x3FFFFF) * _BLOCK :][:_BLOCK]
            if len(block) == _BLOCK:
                yield block

    def _spans(self, place: int, codes: tuple[int, ...]) -> Iterator[Span]:
        """The stretches of the stream with a property of one of the codes."""
        for block in self._blocks(place):
            yield from _said(block, codes, paragraphs=place == _PAPX)

    def _symbols(self) -> Iterator[tuple[int, str]]:
        """The characters of signs of symbol fonts, by their places in the stream."""
        fonts: list[str] | None = None
        for block in (one for one in self._blocks(_CHPX) if _SYMBOL_CODE in one):
            for (start, _), at in _entries(block, paragraphs=False):
                properties = _properties(block, at, paragraphs=False) if at else b""
                for code, operand in operands(properties):
                    if code == _SYMBOL and len(operand) == 4:
                        fonts = list(self._fonts()) if fonts is None else fonts
                        font, sign = struct.unpack("<2H", operand)
                        yield start, sign_of(fonts[font] if font < len(fonts) else "", f"{sign:x}")

    def _fonts(self) -> Iterator[str]:
        """The names of the fonts."""
        table = self._referred(_FONTS)
        at = 4
        while at < len(table):
            end = at + 1 + table[at]
            yield table[at + _FONT_NAME : end].decode("utf-16-le", "ignore").partition("\0")[0]
            at = end

    def _paragraphs(self) -> Iterator[tuple[int, int, bytes]]:
        """The place of each paragraph, the number of its style, and its properties."""
        for block in self._blocks(_PAPX):
            for (start, _), at in _entries(block, paragraphs=True):
                style = struct.unpack_from("<H", block, at + (1 if block[at] else 2))[0] if at else 0
                yield start, style, _properties(block, at, paragraphs=True) if at else b""

    def _text(self, start: int, end: int) -> str:
        """A stretch of the text. A paragraph without its end goes on in the next one, and the number is then that of the
        next one.
        """
        read: list[str] = []
        line: list[str] = []
        mark: Callable[[], str] = str  # gives the number of the open paragraph
        ended = True
        for sign, place in self._signs(start, end):
            if place in self.paragraphs:
                if ended:
                    read += [mark(), *line] if line else []
                    line = []
                mark = partial(self.lists.mark, *self.paragraphs[place])
            if place in self.page_starts:
                (line if line else read).append(PAGE)
            ended = not _holds(self.unread, place)
            if ended:
                line.append(self._sign(sign, place))
        return "".join([*read, *([mark(), *line] if line and ended else line)])

    def _signs(self, start: int, end: int) -> Iterator[tuple[str, int]]:
        """The signs of a stretch of the text, each with its place in the stream."""
        for piece in self.pieces:
            if piece.start < end and start < piece.end:
                place = piece.place(max(start, piece.start))
                raw = self.stream[place : piece.place(min(end, piece.end))]
                for sign in raw.decode("cp1252" if piece.width == 1 else "utf-16-le", "replace"):
                    yield sign, place
                    place += piece.width * (1 + (sign > "\uffff"))

    def _sign(self, sign: str, place: int) -> str:
        """A sign as text. The sign of a row's end is a newline; the end of a paragraph in a cell is a blank."""
        if sign == "\x07" and _holds(self.row_ends, place):
            return "\n"
        if sign == "\r" and _holds(self.in_tables, place):
            return " "
        if place in self.symbols:
            return self.symbols[place]
        return _SIGNS.get(sign, sign)


def _said(block: bytes, codes: tuple[int, ...], *, paragraphs: bool) -> Iterator[Span]:
    """The stretches of one page of properties that say one of the codes."""
    for span, at in _entries(block, paragraphs=paragraphs):
        if at and any(_says(_properties(block, at, paragraphs=paragraphs), code) for code in codes):
            yield span


def _entries(block: bytes, *, paragraphs: bool) -> Iterator[tuple[Span, int]]:
    """The stretches of one page of properties, each with the place of its properties in the page, 0 for none."""
    count = block[-1]
    places = struct.unpack_from(f"<{count + 1}I", block)
    for number, span in enumerate(pairwise(places)):
        yield span, 2 * block[4 * (count + 1) + number * (13 if paragraphs else 1)]


def _properties(block: bytes, at: int, *, paragraphs: bool) -> bytes:
    if not paragraphs:
        return block[at + 1 : at + 1 + block[at]]
    if block[at]:
        return block[at + 3 : at + 2 * block[at]]
    return block[at + 4 : at + 2 + 2 * block[at + 1]]


def _says(properties: bytes, code: int) -> bool:
    """Whether properties set the one of this code, which is on or off."""
    return next((operand[0] == 1 for found, operand in operands(properties) if found == code), False)


def _holds(spans: list[Span], place: int) -> bool:
    at = bisect.bisect_right(spans, (place, 1 << 62)) - 1
    return at >= 0 and spans[at][0] <= place < spans[at][1]


def _without_codes(text: str) -> str:
    """A text with the results of its fields, without their codes; a field without a result shows what its code says."""
    kept: list[str] = []
    fields: list[_Field] = []  # fields that are open
    for sign in text:
        if sign == _FIELD:
            fields.append(_Field(len(kept)))
        elif sign == _RESULT and fields:
            fields[-1].is_code = False
        elif sign == _FIELD_END and fields:
            ended = fields.pop()
            if not any(one.is_code for one in fields) and not "".join(kept[ended.start :]).strip():
                kept.append(shown_by("".join(ended.code)))
        elif not any(one.is_code for one in fields):
            kept.append(sign)
        elif fields[-1].is_code:
            fields[-1].code.append(sign)
    return "".join(kept)
