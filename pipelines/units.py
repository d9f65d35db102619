"""A text as trafilatura finds it as units: its lines, rows and pictures, each with its form."""

import re
import unicodedata
from dataclasses import dataclass, field
from typing import NamedTuple
from urllib.parse import urljoin

from lxml import etree

from archive.texts.markup import Kind, Run, safe_address
from pipelines.lines import squeeze

Style = tuple[bool, str]  # bold, address

PLAIN: Style = (False, "")
UNSEEN = re.compile(r"[\s\u200b\u200e\u200f\u2060\ufeff\u00ad]+")
SEEN = re.compile(r"[^\s\u200b\u200e\u200f\u2060\ufeff\u00ad]")
_TAGS = frozenset(("p", "head", "item", "row", "quote", "code", "list", "table", "lb", "graphic"))
_FRAMES = frozenset(("p", "head", "item", "row", "quote", "code"))  # those that give their lines a form


@dataclass(slots=True)
class Unit:
    """A line or a row as trafilatura gives it; `signs` without white space, with the form of each."""

    kind: Kind = "p"
    level: int = 0
    first: bool = False
    head: bool = False
    signs: str = ""
    styles: list[Style] = field(default_factory=list)
    picture: Run | None = None


def units(body: etree._Element, base: str) -> list[Unit]:
    """The lines, rows and pictures of a text as trafilatura finds it, in their order."""
    return _Walk(body, base).units()


class _Form(NamedTuple):
    """The form that a block gives to its lines."""

    kind: Kind = "p"
    level: int = 0
    first: bool = False
    head: bool = False


_PARAGRAPH = _Form()


class _Walk:
    """One walk over the text. It is a class because the walk carries state."""

    def __init__(self, body: etree._Element, base: str) -> None:
        self.body, self.base = body, base
        self.form = _PARAGRAPH
        self.signs = ""  # those of the open line, with the style of each
        self.signed: list[Style] = []
        self.done: list[Unit] = []
        self.rows = 0  # how many rows are open
        self.first = False  # a table has begun, its first row has not
        self.styles: list[Style] = [PLAIN]
        self.frames: list[_Form] = []  # the forms of the blocks that are open

    def units(self) -> list[Unit]:
        for event, element in etree.iterwalk(self.body, events=("start", "end")):
            if event == "start":
                self._enter(element)
                self._add(element.text)
            else:
                self._leave(element)
                self._add(element.tail)
        self._flush()
        return self.done

    def _enter(self, element: etree._Element) -> None:
        tag = element.tag
        bold, link = self.styles[-1]
        if tag == "hi":
            self.styles.append((bold or "#b" in (element.get("rend") or ""), link))
        elif tag == "ref":
            self.styles.append((bold, safe_address(_joined(self.base, element.get("target") or ""))))
        elif tag in _TAGS and not self.rows:
            self._flush()
            self.first = self.first or tag == "table"
            if tag in _FRAMES:
                self.form = self._form(element, tag)
                self.frames.append(self.form)
        if tag == "row":
            self.rows += 1
        elif tag == "graphic":
            self._picture(element)

    def _leave(self, element: etree._Element) -> None:
        tag = element.tag
        if tag in ("hi", "ref"):
            self.styles.pop()
        elif tag == "row":
            self.rows -= 1
        if tag in _TAGS and not self.rows:
            self._flush()
            if tag in _FRAMES:
                self.frames.pop()
            self.form = self.frames[-1] if self.frames else _PARAGRAPH

    def _form(self, element: etree._Element, tag: str) -> _Form:
        """The form that a block gives to its lines; a paragraph in an item is an item."""
        if tag == "head":
            rend = element.get("rend") or ""
            return _Form("heading", level=int(rend[1]) if re.fullmatch("h[1-6]", rend) else 2)
        if tag == "item" and element.xpath("string(../@rend)") != "ol":
            return _Form("item")
        if tag == "row":
            first, self.first = self.first, False
            head = first and all(cell.get("role") == "head" for cell in element.iter("cell"))
            return _Form("row", first=first, head=head)
        return self.frames[-1] if tag == "p" and self.frames else _PARAGRAPH

    def _picture(self, element: etree._Element) -> None:
        address = safe_address(_joined(self.base, element.get("src") or ""))
        words = squeeze(element.get("alt") or element.get("title") or "")
        if address:
            self.done.append(Unit(kind="picture", picture=Run(text=words[:300], link=address)))

    def _add(self, text: str | None) -> None:
        if text and (signs := key(text)):
            self.signs += signs
            self.signed += [self.styles[-1]] * len(signs)

    def _flush(self) -> None:
        if self.signs:
            self.done.append(Unit(*self.form, self.signs, self.signed))
            self.signs, self.signed = "", []


def _joined(base: str, address: str) -> str:
    try:
        return urljoin(base, address.strip())
    except ValueError:
        return ""


def key(text: str) -> str:
    """The signs of a text, by which lines are compared: composed as trafilatura composes them, without white space."""
    signs = "".join((text if text.isascii() else unicodedata.normalize("NFC", text)).split())
    return signs if signs.isprintable() else UNSEEN.sub("", signs)
