"""The levels of a document's lists, and how far each list has counted."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from pipelines.numbering import written

_PLACE = re.compile(r"%([1-9])")


@dataclass(frozen=True, slots=True)
class Level:
    kind: str  # 1, a, A, i, I, 一 or ①; "" for a list of bullets
    pattern: str  # 第%1条
    start: int
    style: str = ""


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
        return _PLACE.sub(lambda place: _figure(levels, counted, int(place[1]) - 1), levels[depth].pattern)

    def restart(self, by: str, name: str, depth: int, start: int) -> None:
        """Let a list count from `start` again, the first time that `by` asks for it."""
        if (by, depth) not in self._restarted:
            self._restarted.add((by, depth))
            self._counted.setdefault(name, {})[depth] = start - 1


def _figure(levels: Mapping[int, Level], counted: dict[int, int], depth: int) -> str:
    level = levels.get(depth)
    if level is None:
        return ""
    number = counted.get(depth, level.start)
    return chr(0x245F + number) if level.kind == "①" and 0 < number <= 20 else written(number, level.kind or "1")
