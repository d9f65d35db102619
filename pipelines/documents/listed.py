"""The numbers that Word prints before the paragraphs of a list: they stand in no run of text."""

import re
from dataclasses import dataclass, field

from lxml import etree

from pipelines.documents.package import value
from pipelines.numbering import written

_KINDS = {
    "decimal": "1",
    "decimalZero": "1",
    "lowerLetter": "a",
    "upperLetter": "A",
    "lowerRoman": "i",
    "upperRoman": "I",
    "chineseCounting": "一",
    "chineseCountingThousand": "一",
    "japaneseCounting": "一",
    "taiwaneseCounting": "一",
    "taiwaneseCountingThousand": "一",
    "ideographDigital": "一",
    "decimalEnclosedCircle": "①",
    "decimalEnclosedCircleChinese": "①",
}
_PLACE = re.compile(r"%([1-9])")
_DEEPEST = 40  # styles that are based on each other


@dataclass(slots=True)
class _Level:
    kind: str  # "" for a list of bullets
    pattern: str  # 第%1条
    start: int
    style: str


@dataclass(slots=True)
class Lists:
    """The lists of a document, and how far each has counted. A level counts on until one above it counts."""

    numbering: etree._Element | None
    styles: etree._Element | None
    _abstract: dict[str, str] = field(init=False)  # the definition of each list
    _levels: dict[str, dict[int, _Level]] = field(init=False)  # the levels of each definition
    _styled: dict[str, etree._Element] = field(init=False)
    _counted: dict[str, dict[int, int]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        root = self.numbering
        nums = [] if root is None else root.findall("{*}num")
        self._abstract = {value(num, "numId"): _said(num, "abstractNumId") for num in nums}
        defined = [] if root is None else root.findall("{*}abstractNum")
        self._levels = {
            value(one, "abstractNumId"): {_whole(value(lvl, "ilvl")): _level(lvl) for lvl in one.findall("{*}lvl")}
            for one in defined
        }
        styles = [] if self.styles is None else self.styles.findall("{*}style")
        self._styled = {value(style, "styleId"): style for style in styles}

    def mark(self, paragraph: etree._Element) -> str:
        """The number before a paragraph, as Word prints it; "" when it has none, or a bullet."""
        id, depth = self._place(paragraph)
        abstract = self._abstract.get(id, "")
        levels = self._levels.get(abstract, {})
        if depth not in levels:
            return ""
        counted = self._counted.setdefault(abstract, {})
        counted[depth] = counted.get(depth, levels[depth].start - 1) + 1
        for deeper in [one for one in counted if one > depth]:
            del counted[deeper]
        if not levels[depth].kind:
            return ""
        return _PLACE.sub(lambda place: _figure(levels, counted, int(place[1]) - 1), levels[depth].pattern)

    def _place(self, paragraph: etree._Element) -> tuple[str, int]:
        """The list that a paragraph belongs to by itself or by its style, and its level there."""
        style, own = _said(paragraph, "pPr/pStyle"), paragraph
        for _ in range(_DEEPEST):
            if id := _said(own, "pPr/numPr/numId"):
                return id, self._depth(own, id, style)
            found = self._styled.get(style if own is paragraph else _said(own, "basedOn"))
            if found is None:
                break
            own = found
        return "", 0

    def _depth(self, own: etree._Element, id: str, style: str) -> int:
        if said := _said(own, "pPr/numPr/ilvl"):
            return _whole(said)
        levels = self._levels.get(self._abstract.get(id, ""), {})
        return next((depth for depth, level in levels.items() if style and level.style == style), 0)


def _figure(levels: dict[int, _Level], counted: dict[int, int], depth: int) -> str:
    level = levels.get(depth)
    if level is None:
        return ""
    number = counted.get(depth, level.start)
    return chr(0x245F + number) if level.kind == "①" and 0 < number <= 20 else written(number, level.kind or "1")


def _level(element: etree._Element) -> _Level:
    kind = _KINDS.get(_said(element, "numFmt"), "")
    return _Level(kind, _said(element, "lvlText"), _whole(_said(element, "start"), 1), _said(element, "pStyle"))


def _said(element: etree._Element, path: str) -> str:
    found = element.find("/".join(f"{{*}}{name}" for name in path.split("/")))
    return "" if found is None else value(found, "val")


def _whole(text: str, usual: int = 0) -> int:
    return int(text) if re.fullmatch(r"\d{1,4}", text, re.ASCII) else usual
