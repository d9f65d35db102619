"""The numbers of an ordered list's items."""

import re
from dataclasses import dataclass

from lxml import etree

_STYLE = re.compile(r"list-style(?:-type)?\s*:\s*([^;]+)", re.I)
_TYPES = {
    "lower-alpha": "a",
    "lower-latin": "a",
    "upper-alpha": "A",
    "upper-latin": "A",
    "lower-roman": "i",
    "upper-roman": "I",
    "cjk-ideographic": "一",
    "cjk-decimal": "1",
    "simp-chinese-informal": "一",
    "trad-chinese-informal": "一",
    "decimal": "1",
    "decimal-leading-zero": "1",
}
_NONE = frozenset(("none", "disc", "circle", "square"))
_HAN = "〇一二三四五六七八九十"
_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"),
          (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))  # fmt: skip
_PRINTED = re.compile(
    r"\s*(?:[（(〔\[]\s*[\d０-９一二三四五六七八九十百]{1,4}\s*[)）〕\]]"
    r"|(?:[\d０-９]{1,3}|[一二三四五六七八九十百]{1,4})\s*(?:[、.．)）:：]|(?=[ \u3000]))(?!\d)|\d{1,2}(?:\.\d{1,2})+(?:[.．、\s]|(?![亿万千百元个吨公米倍人件户分])(?=[\u4e00-\u9fff]))"
    r"|第\s*[\d一二三四五六七八九十百〇零]+\s*[条章节款项编部步]|[①-⒛㈠-㈩Ⅰ-ⅿ❶-➓]|[a-zA-Z][.)）、]|其?[一二三四五六七八九十]{1,2}是)"
)

_REFERENCE = re.compile(r"\s*第\s*[\d一二三四五六七八九十百〇零]+\s*[条章节款项编部步](?=[\u4e00-\u9fff])")


@dataclass(slots=True)
class Numbers:
    """An open list: the number of its next item."""

    next: int
    step: int
    kind: str  # 1, a, A, i, I or 一; "" when its items show none

    def take(self, item: etree._Element, styled: str = "") -> str:
        """The mark that an item of the list shows: `1.`; `styled` is the `list-style` that the page's sheets give it."""
        given = _whole(item.get("value"))
        number = self.next if given is None else given
        self.next = number + self.step
        kind = _kind(item, self.kind, styled)
        if not kind:
            return ""
        figure = written(number, kind)
        return figure + ("、" if figure[-1] in _HAN else ". ")


def numbers(element: etree._Element, styled: str = "") -> Numbers:
    """The numbers of an `<ol>`: by its attributes `type`, `start` and `reversed`, its style, and `styled`, that of the page's sheets."""
    start = _whole(element.get("start"))
    backwards = element.get("reversed") is not None
    if start is None:
        start = sum(1 for child in element if child.tag == "li") if backwards else 1
    return Numbers(start, -1 if backwards else 1, _kind(element, "1", styled))


def prints_its_number(text: str, item: etree._Element) -> bool:
    """Whether the text of a list's item begins with a number of its own.

    第3项所称…, with no mark behind the number, refers to another item when neither neighbour of the item begins so.
    """
    if not _REFERENCE.match(text):
        return prints_number(text)
    beside = [one for one in (item.getprevious(), item.getnext()) if one is not None and one.tag == "li"]
    return not beside or any(_REFERENCE.match(str(one.xpath("string()"))) for one in beside)


def prints_number(text: str) -> bool:
    """Whether a text begins with a number of its own: 1. 一、 （二） 第三条 ④"""
    return _PRINTED.match(text) is not None


def _whole(text: str | None) -> int | None:
    text = (text or "").strip()
    return int(text) if re.fullmatch(r"-?\d{1,6}", text, re.A) else None


def _kind(element: etree._Element, usual: str, styled: str) -> str:
    given = element.get("type")
    kind = usual
    if given in ("1", "a", "A", "i", "I"):
        kind = given
    elif given is not None and given.lower() in _NONE:
        kind = ""
    own = _STYLE.search(element.get("style") or "")
    for style in (styled, own[1].lower() if own else ""):
        for word in style.split():
            if word in _NONE:
                kind = ""
                break
            kind = _TYPES.get(word, kind)
    return kind


def written(number: int, kind: str) -> str:
    """A number in the figures of its kind; in Arabic ones where the kind has none for it."""
    if kind in "aA" and number > 0:
        letters = ""
        while number:
            number, rest = divmod(number - 1, 26)
            letters = chr(ord(kind) + rest) + letters
        return letters
    if kind in "iI" and 0 < number < 4000:
        roman = ""
        for value, letters in _ROMAN:
            count, number = divmod(number, value)
            roman += letters * count
        return roman.upper() if kind == "I" else roman
    if kind == "一" and 0 < number < 100:
        tens, ones = divmod(number, 10)
        return (_HAN[tens] if tens > 1 else "") + ("十" if tens else "") + (_HAN[ones] if ones else "")
    return str(number)
