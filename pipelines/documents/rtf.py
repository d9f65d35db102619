"""RTF, as Word and WPS write it."""

import codecs
import re
from dataclasses import dataclass, replace

from pipelines.documents.document import Unread

_TOKEN = re.compile(
    rb"\\([a-zA-Z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-fA-F]{2})|\\(.)|([{}])|[\r\n]+|([^\\{}\r\n]+)", re.DOTALL
)
_CHARSETS = {
    77: "mac_roman",
    128: "cp932",
    129: "cp949",
    134: "gb18030",
    136: "big5hkscs",
    161: "cp1253",
    204: "cp1251",
}
_SYMBOLS = 2  # the character set of fonts of signs
_CODE_PAGES = {936: "gb18030", 54936: "gb18030", 950: "big5hkscs", 65001: "utf-8"}
_BESIDE = frozenset(
    b"fonttbl colortbl stylesheet info pict header headerl headerr headerf footer footerl footerr footerf nonshppict"
    b" shprslt sp filetbl xe tc rxe txe private objdata template".split()
)
_LISTS = (b"listtext", b"pntext")
_READ = frozenset((b"shpinst", b"shptxt", b"ud", *_LISTS, b"footnote"))  # destinations that may be marked as optional
_SIGNS = {
    b"line": "\n", b"tab": "\t", b"emdash": "—", b"endash": "–", b"emspace": " ", b"enspace": " ", b"bullet": "•",
    b"lquote": "‘", b"rquote": "’", b"ldblquote": "“", b"rdblquote": "”", b"cell": "\t", b"row": "\n", b"nestcell": " ",
    b"nestrow": " ", b"page": "\f", b"~": " ", b"_": "-", b"{": "{", b"}": "}", b"\\": "\\", b"\n": "\n", b"\r": "\n",
}  # fmt: skip
_DEEPEST = 1_000  # groups in each other


def read_rtf(body: bytes) -> list[str]:
    """The pages of an RTF file. Read are paragraphs, tables (a tab between cells), text boxes, the numbers of lists, and
    footnotes at the end of their page; not deleted and hidden words, comments, headers, footers, and pictures.
    """
    return _Reader(body).pages()


@dataclass(slots=True)
class _State:
    """The properties of a group, which end with it."""

    beside: bool = False  # its words are no text
    hidden: bool = False
    deleted: bool = False
    in_table: bool = False
    font: int = -1
    fallbacks: int = 1  # characters that follow `\\u` for readers without Unicode
    note: bool = False
    listed: bool = False  # the number of a list, which a tab ends
    twofold: bool = False  # its first group is for readers without Unicode, the second (ud) for the others


class _Reader:
    """One walk over the groups. It is a class because properties, bytes and notes are open meanwhile."""

    def __init__(self, body: bytes) -> None:
        self.body = body
        self.state = _State()
        self.outer: list[_State] = []
        self.charsets: dict[int, int] = {}
        self.code_page = "cp1252"
        self.default = -1
        self.in_fonts = 0  # the depth of the table of fonts
        self.pending = bytearray()  # bytes of one encoding
        self.encoding = "cp1252"
        self.text: list[str] = []
        self.notes: list[str] = []
        self.skip = 0  # characters that stand for the last one of Unicode
        self.star = False

    def pages(self) -> list[str]:
        at = 0
        while match := _TOKEN.match(self.body, at):
            at = match.end() + self._take(match)
        self._decode()
        whole = "".join([*self.text, "\n", *self.notes])
        whole = whole.encode("utf-16", "surrogatepass").decode("utf-16", "ignore")
        return ["\n".join(line.rstrip("\t") for line in page.split("\n")) for page in whole.split("\f")]

    def _take(self, match: re.Match[bytes]) -> int:
        """Take a token; the number of raw bytes after it that are none."""
        word, number, code, sign, brace, plain = match.groups()
        if brace:
            self._group(brace)
        elif plain:
            self._bytes(plain)
        elif code:
            self._bytes(bytes.fromhex(code.decode()))
        elif sign == b"*":
            self.star = True
            return 0
        elif sign:
            self._write(_SIGNS.get(sign, ""))
        elif word == b"bin":
            return max(0, int(number or 0))
        elif word:
            self._word(word, None if number is None else int(number))
        self.star = False
        return 0

    def _group(self, brace: bytes) -> None:
        self.skip = 0
        if brace == b"{":
            if len(self.outer) > _DEEPEST:
                raise Unread("failed", "groups without end")
            self.outer.append(self.state)
            self.state = replace(self.state, beside=self.state.beside or self.state.twofold, twofold=False)
        elif self.outer:
            self._decode()
            if self.state.note and not self.outer[-1].note:
                self.notes.append("\n")
            if self.in_fonts >= len(self.outer):
                self.in_fonts = 0
            self.state = self.outer.pop()

    def _word(self, word: bytes, number: int | None) -> None:
        state, on = self.state, number != 0
        if word == b"fonttbl":
            self.in_fonts = len(self.outer)
        if word in _BESIDE or (self.star and word not in _READ):
            state.beside = True
        elif word == b"footnote":
            self._decode()
            state.note = True
        elif word == b"upr":
            state.twofold = True
        elif word == b"ud" and self.outer:
            state.beside = self.outer[-1].beside
        elif word == b"u" and number is not None:
            self._write(chr(number % 0x10000))
            self.skip = state.fallbacks
        elif word == b"uc":
            state.fallbacks = max(0, number or 0)
        elif word == b"par":
            self._write(" " if state.in_table else "\n")
        elif word in _LISTS:
            state.listed = True
        elif word in _SIGNS:
            self._write("" if state.listed and word == b"tab" else _SIGNS[word])
        elif word == b"f" and number is not None:
            state.font = number
        elif word == b"fcharset" and self.in_fonts:
            self.charsets[state.font] = number or 0
        elif word == b"ansicpg":
            self.code_page = _code_page(number or 1252)
        elif word == b"deff":
            self.default = number or 0
        else:
            self._property(word, on)

    def _property(self, word: bytes, on: bool) -> None:
        if word == b"v":
            self.state.hidden = on
        elif word == b"deleted":
            self.state.deleted = on
        elif word == b"plain":
            self.state.hidden = self.state.deleted = False
            self.state.font = self.default
        elif word == b"intbl":
            self.state.in_table = on
        elif word == b"pard":
            self.state.in_table = False

    def _bytes(self, found: bytes) -> None:
        dropped = min(self.skip, len(found))
        self.skip -= dropped
        found = found[dropped:]
        charset = self.charsets.get(self.state.font, 0)
        if not found or self._is_unread() or charset == _SYMBOLS:
            return
        encoding = _CHARSETS.get(charset, self.code_page)
        if encoding != self.encoding:
            self._decode()
            self.encoding = encoding
        self.pending += found

    def _write(self, sign: str) -> None:
        self._decode()
        self.skip = 0
        if sign and not self._is_unread():
            (self.notes if self.state.note else self.text).append(sign)

    def _decode(self) -> None:
        if self.pending:
            words, self.pending = self.pending.decode(self.encoding, "ignore"), bytearray()
            (self.notes if self.state.note else self.text).append(words)

    def _is_unread(self) -> bool:
        return self.state.beside or self.state.hidden or self.state.deleted


def _code_page(number: int) -> str:
    name = _CODE_PAGES.get(number, f"cp{number}")
    try:
        codecs.lookup(name)
    except LookupError:
        return "cp1252"
    return name
