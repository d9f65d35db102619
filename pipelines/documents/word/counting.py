"""The levels of a document's lists, and how far each list has counted."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from pipelines.numbering import written

_PLACE = re.compile(r"%([1-9])")
_KINDS = {  # the number of a kind in DOC files, its name in DOCX files, and the first of its signs; bullets and `none` have none
    1: ("upperRoman", "I"), 2: ("lowerRoman", "i"), 3: ("upperLetter", "A"), 4: ("lowerLetter", "a"),
    10: ("ideographDigital", "一"), 11: ("japaneseCounting", "一"), 14: ("decimalFullWidth", "１"),
    18: ("decimalEnclosedCircle", "①"), 19: ("decimalFullWidth2", "１"), 22: ("decimalZero", "01"), 23: ("bullet", ""),
    26: ("decimalEnclosedFullstop", "⒈"), 27: ("decimalEnclosedParen", "⑴"), 28: ("decimalEnclosedCircleChinese", "①"),
    29: ("ideographEnclosedCircle", "㊀"), 30: ("ideographTraditional", "甲"), 31: ("ideographZodiac", "子"),
    33: ("taiwaneseCounting", "一"), 34: ("ideographLegalTraditional", "壹貳"), 35: ("taiwaneseCountingThousand", "一"),
    36: ("taiwaneseDigital", "一"), 37: ("chineseCounting", "一"), 38: ("chineseLegalSimplified", "壹"),
    39: ("chineseCountingThousand", "一"), 255: ("none", ""),
}  # fmt: skip
_NAMED = dict(_KINDS.values())
_SERIES = {
    "①": "".join(map(chr, range(0x2460, 0x2474))),
    "⒈": "".join(map(chr, range(0x2488, 0x249C))),
    "⑴": "".join(map(chr, range(0x2474, 0x2488))),
    "㊀": "".join(map(chr, range(0x3280, 0x328A))),
    "甲": "甲乙丙丁戊己庚辛壬癸",
    "子": "子丑寅卯辰巳午未申酉戌亥",
}
_LEGAL = {"壹": "零壹贰叁肆伍陆柒捌玖拾", "壹貳": "零壹貳參肆伍陸柒捌玖拾"}
_WIDE = str.maketrans("0123456789", "０１２３４５６７８９")


@dataclass(frozen=True, slots=True)
class Level:
    kind: str  # the first sign of its numbers; "" for a list of bullets
    pattern: str  # 第%1条
    start: int
    style: str = ""
    legal: bool = False  # all its places are written in Arabic digits


@dataclass(slots=True)
class Counting:
    """How far each list has counted. A level counts on until one above it counts."""

    _counted: dict[str, dict[int, int]] = field(default_factory=dict)
    _restarted: set[tuple[str, int]] = field(default_factory=set)

    def mark(self, name: str, levels: Mapping[int, Level], depth: int) -> str:
        """The number before the next paragraph of a list, as Word prints it; "" when it has none, or a bullet."""
        if depth not in levels:
            return ""
        counted = self._counted.setdefault(name, {})
        counted[depth] = counted.get(depth, levels[depth].start - 1) + 1
        for deeper in [one for one in counted if one > depth]:
            del counted[deeper]
        if not levels[depth].kind:
            return ""
        legal = levels[depth].legal
        return _PLACE.sub(lambda place: _figure(levels, counted, int(place[1]) - 1, legal), levels[depth].pattern)

    def restart(self, by: str, name: str, depth: int, start: int) -> None:
        """Let a list count from `start` again, the first time that `by` asks for it."""
        if (by, depth) not in self._restarted:
            self._restarted.add((by, depth))
            self._counted.setdefault(name, {})[depth] = start - 1


def first_sign(name: str | int) -> str:
    """The first sign of a kind's numbers, by its name or its number; Arabic digits for a kind that is not known."""
    return _KINDS.get(name, ("", "1"))[1] if isinstance(name, int) else _NAMED.get(name, "1")


def _figure(levels: Mapping[int, Level], counted: dict[int, int], depth: int, legal: bool) -> str:
    level = levels.get(depth)
    if level is None:
        return ""
    return _written(counted.get(depth, level.start), "1" if legal else level.kind or "1")


def _written(number: int, kind: str) -> str:
    if kind == "１":
        return str(number).translate(_WIDE)
    if kind == "01":
        return f"{number:02}"
    if kind in _LEGAL and 0 < number < 100:
        digits, (tens, ones) = _LEGAL[kind], divmod(number, 10)
        return (digits[tens] + digits[10] if tens else "") + (digits[ones] if ones else "")
    if kind in _SERIES:
        return _SERIES[kind][number - 1] if 0 < number <= len(_SERIES[kind]) else str(number)
    return written(number, kind)
