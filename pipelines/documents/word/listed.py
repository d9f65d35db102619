"""The numbers that Word prints before the paragraphs of a list: they stand in no run of text."""

import re
from dataclasses import dataclass, field

from lxml import etree

from pipelines.documents.package import value
from pipelines.documents.word.counting import Counting, Level, first_sign

OFF = frozenset(("0", "false", "off"))
_DEEPEST = 40  # styles that are based on each other


@dataclass(slots=True)
class Lists:
    """The lists of a document, and how far each has counted."""

    numbering: etree._Element | None
    styles: etree._Element | None
    _abstract: dict[str, str] = field(init=False)  # the definition of each list
    _levels: dict[str, dict[int, Level]] = field(init=False)  # the levels of each definition
    _own: dict[str, dict[int, etree._Element]] = field(
        init=False
    )  # the levels that a list has otherwise, or starts anew
    _styled: dict[str, etree._Element] = field(init=False)
    _counting: Counting = field(init=False, default_factory=Counting)

    def __post_init__(self) -> None:
        root = self.numbering
        nums = [] if root is None else root.findall("{*}num")
        self._abstract = {value(num, "numId"): _said(num, "abstractNumId") for num in nums}
        self._own = {value(num, "numId"): _by_depth(num, "lvlOverride") for num in nums}
        defined = [] if root is None else root.findall("{*}abstractNum")
        linked = {name: value(one, "abstractNumId") for one in defined if (name := _said(one, "styleLink"))}
        # a definition may stand elsewhere, under the name of a style
        elsewhere = {value(one, "abstractNumId"): linked.get(_said(one, "numStyleLink")) for one in defined}
        self._abstract = {id: elsewhere.get(one) or one for id, one in self._abstract.items()}
        self._levels = {
            value(one, "abstractNumId"): {depth: _level(lvl) for depth, lvl in _by_depth(one, "lvl").items()}
            for one in defined
        }
        styles = [] if self.styles is None else self.styles.findall("{*}style")
        self._styled = {value(style, "styleId"): style for style in styles}

    def mark(self, paragraph: etree._Element) -> str:
        """The number before a paragraph, as Word prints it; "" when it has none, or a bullet."""
        id, depth = self._place(paragraph)
        abstract = self._abstract.get(id, "")
        levels, own = self._levels.get(abstract, {}), self._own.get(id, {})
        levels = levels | {at: _level(lvl) for at, one in own.items() if (lvl := one.find("{*}lvl")) is not None}
        for at, one in own.items():
            if start := _said(one, "startOverride"):
                self._counting.restart(id, abstract, at, _whole(start, 1))
        return self._counting.mark(abstract, levels, depth)

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


def _level(element: etree._Element) -> Level:
    legal = element.find("{*}isLgl")
    return Level(
        first_sign(_said(element, "numFmt")),
        _said(element, "lvlText"),
        _whole(_said(element, "start"), 1),
        _said(element, "pStyle"),
        legal=legal is not None and value(legal, "val") not in OFF,
    )


def _said(element: etree._Element, path: str) -> str:
    found = element.find("/".join(f"{{*}}{name}" for name in path.split("/")))
    return "" if found is None else value(found, "val")


def _whole(text: str, usual: int = 0) -> int:
    return int(text) if re.fullmatch(r"\d{1,4}", text, re.ASCII) else usual


def _by_depth(parent: etree._Element, name: str) -> dict[int, etree._Element]:
    return {_whole(value(one, "ilvl")): one for one in parent.findall(f"{{*}}{name}")}
