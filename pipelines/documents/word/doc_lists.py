"""The numbers that Word prints before the paragraphs of a list in a DOC file ([MS-DOC] 2.9.131 and 2.4.6.3)."""

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from pipelines.documents.word.counting import Counting, Level, first_sign

_STYLES, _LISTS, _USES = 0xA2, 0x2E2, 0x2EA  # places of the references: STSH, PlfLst, PlfLfo
_OPERANDS = {0: 1, 1: 1, 2: 2, 3: 4, 4: 2, 5: 2, 7: 3}  # bytes after a property's code, by its highest three bits
_LONG = 0xD608  # sprmTDefTable: its operand has two bytes of length
_USE, _DEPTH = 0x460B, 0x260A  # sprmPIlfo, sprmPIlvl
_DEEPEST = 40  # styles that are based on each other


def operands(properties: bytes) -> Iterator[tuple[int, bytes]]:
    """The codes of properties, each with its operand."""
    at = 0
    while at + 2 < len(properties):
        code: int = struct.unpack_from("<H", properties, at)[0]
        kind = code >> 13
        if code == _LONG:
            length = struct.unpack_from("<H", properties, at + 2)[0] + 1
        else:
            length = _OPERANDS[kind] if kind in _OPERANDS else properties[at + 2] + 1
        yield code, properties[at + 2 : at + 2 + length]
        at += 2 + length


@dataclass(frozen=True, slots=True)
class _Use:
    """A list as paragraphs name it: its definition, and the levels that start anew."""

    definition: int
    starts: Mapping[int, int]


@dataclass(slots=True)
class DocLists:
    """The lists of a DOC file; none when their tables cannot be read: a number less is no broken file."""

    definitions: Mapping[int, Mapping[int, Level]] = field(default_factory=dict)
    uses: tuple[_Use, ...] = ()
    styles: Mapping[int, tuple[int, int]] = field(default_factory=dict)  # use and depth by the number of a style
    _counting: Counting = field(default_factory=Counting)

    def mark(self, style: int, properties: bytes) -> str:
        """The number before the paragraph with this style and these properties."""
        number, depth = self.styles.get(style, (0, 0))
        number, depth = _named(properties, number, depth)
        if not 0 < number <= len(self.uses):
            return ""
        use = self.uses[number - 1]
        for at, start in use.starts.items():
            self._counting.restart(str(number), str(use.definition), at, start)
        return self._counting.mark(str(use.definition), self.definitions.get(use.definition, {}), depth)


def read_lists(stream: bytes, table: bytes) -> DocLists:
    try:
        return DocLists(_definitions(stream, table), tuple(_uses(stream, table)), _styles(stream, table))
    except (struct.error, IndexError):
        return DocLists()


def _named(properties: bytes, number: int, depth: int) -> tuple[int, int]:
    for code, operand in operands(properties):
        if code == _USE:
            number = struct.unpack("<h", operand)[0]
        elif code == _DEPTH:
            depth = operand[0]
    return number, depth


def _place(stream: bytes, reference: int) -> tuple[int, int]:
    start, length = struct.unpack_from("<2I", stream, reference)
    return start, length


def _definitions(stream: bytes, table: bytes) -> dict[int, dict[int, Level]]:
    """The levels of each definition, by its number. They stand behind the table of definitions, one behind the other."""
    start, length = _place(stream, _LISTS)
    if not length:
        return {}
    count = struct.unpack_from("<H", table, start)[0]
    at, found = start + length, {}
    for n in range(count):
        head = start + 2 + 28 * n
        levels = {}
        for depth in range(1 if table[head + 26] & 1 else 9):
            levels[depth], at = _level(table, at)
        found[struct.unpack_from("<i", table, head)[0]] = levels
    return found


def _level(table: bytes, at: int) -> tuple[Level, int]:
    """The level at a place, and the place behind it."""
    start, kind, flags = struct.unpack_from("<iBB", table, at)
    at += 28 + table[at + 24] + table[at + 25]
    length = struct.unpack_from("<H", table, at)[0]
    signs = table[at + 2 : at + 2 + 2 * length].decode("utf-16-le", "replace")
    pattern = "".join(f"%{ord(sign) + 1}" if sign < "\x09" else sign for sign in signs)
    return Level(first_sign(kind), pattern, start, legal=bool(flags & 4)), at + 2 + 2 * length


def _uses(stream: bytes, table: bytes) -> Iterator[_Use]:
    start, length = _place(stream, _USES)
    count = struct.unpack_from("<I", table, start)[0] if length else 0
    at = start + 4 + 16 * count
    for n in range(min(count, length // 16)):
        definition, levels = struct.unpack_from("<i8xB", table, start + 4 + 16 * n)
        at += 4
        starts = {}
        for _ in range(levels):
            first, said = struct.unpack_from("<iB", table, at)
            at += 8
            if said & 0x20:  # a level of its own, of which its start alone is taken
                own, at = _level(table, at)
                starts[said & 0x0F] = own.start
            elif said & 0x10:
                starts[said & 0x0F] = first
        yield _Use(definition, starts)


def _styles(stream: bytes, table: bytes) -> dict[int, tuple[int, int]]:
    """The list and the level that each style of paragraphs names, by itself or by the style it is based on."""
    start, length = _place(stream, _STYLES)
    if not length:
        return {}
    at, end = start + 2 + struct.unpack_from("<H", table, start)[0], start + length
    head = struct.unpack_from("<H", table, start + 4)[0]  # bytes of a style before its name
    said: list[tuple[int, bytes]] = []
    while at + 2 <= end:
        size = struct.unpack_from("<H", table, at)[0]
        said.append(_style(table[at + 2 : at + 2 + size], head))
        at += 2 + size + size % 2
    return {n: _inherited(said, n) for n in range(len(said))}


def _style(style: bytes, head: int) -> tuple[int, bytes]:
    """The style that this one is based on, and its properties of paragraphs."""
    if len(style) < head + 2:
        return 0xFFF, b""
    kind, base = struct.unpack_from("<H", style, 2)[0] & 0xF, struct.unpack_from("<H", style, 2)[0] >> 4
    at = head + 2 * struct.unpack_from("<H", style, head)[0] + 4
    if kind != 1 or len(style) < at + 4:
        return base, b""
    size = struct.unpack_from("<H", style, at)[0]
    return base, style[at + 4 : at + 2 + size]


def _inherited(said: list[tuple[int, bytes]], n: int) -> tuple[int, int]:
    line: list[bytes] = []
    while n < len(said) and len(line) < _DEEPEST:
        line.append(said[n][1])
        n = said[n][0]
    number, depth = 0, 0
    for properties in reversed(line):
        number, depth = _named(properties, number, depth)
    return number, depth
