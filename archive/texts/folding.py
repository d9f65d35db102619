"""One folding for all that is compared: the search index, queries, the words of removals, duplicates, quotes, numbers of persons.

`fold_signs` looks at one sign at a time, so that SQL can do the same from the table `folds` (archive/search/index.py);
`fold` does the rest as well. `signs.txt` and `signs_2.txt` are the tables; they say where each part of them comes from.
"""

import functools
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

_TABLES = ("signs.txt", "signs_2.txt")
_HAN = "[\u3400-\u9fff]"
_MARKS = "\u0300-\u036f\u3099\u309a"  # combining marks of Latin letters and of kana


def _read() -> dict[int, str]:
    tables = (files("archive.texts") / name for name in _TABLES)  # no Path: an egg is a zip file
    lines = (
        line.split() for table in tables for line in table.read_text("utf-8").splitlines() if not line.startswith("#")
    )
    return {int(code, 16): "".join(chr(int(one, 16)) for one in becomes) for code, *becomes in lines}


SIGNS = _read()
_DIRECT = 1 + max(
    code for code, becomes in SIGNS.items() if len(becomes) == 1
)  # below it, signs are looked up in an array
_MANY = "".join(chr(code) for code, becomes in SIGNS.items() if len(becomes) != 1)  # they become several signs, or none
# apart, since a class of signs from both sides of U+10000 takes a hundred times longer
_USUAL = "".join(sign for sign in _MANY if sign < "\U00010000")
_HIGH = f"[{min(sign for sign in _MANY if sign >= chr(0x10000))}-{max(_MANY)}]"
_EACH_OF_MANY = re.compile(f"[{_USUAL}]|{_HIGH}")
_RARE, _RARE_AND_HIGH = re.compile(f"[{_USUAL}{_MARKS}]"), re.compile(_HIGH)
_GROUPED = "(?<![0-9A-Za-z.])(?<![0-9],)[1-9][0-9]{0,2}(?:,[0-9]{3})+(?![0-9]|,[0-9])"
_DOT = f"\\.(?={_HAN})"
_POWERS = str.maketrans("²³", "23")
_COMMA = re.compile(",[0-9]{3}")
_DOT_OF_NAME = re.compile(_DOT)
_POWER = re.compile("[²³](?<=[A-Za-z].)")  # the signs first: a pattern that looks back first takes longer
_TOGETHER = re.compile(
    f"(?P<many>[{_USUAL}]|{_HIGH})|(?P<letter>\\w[{_MARKS}]+)|(?P<number>{_GROUPED})|(?P<dash>--+)|(?P<dot>(?<={_HAN}){_DOT})"
    f"|(?P<power>{_POWER.pattern})"
)


@functools.cache
def _direct() -> NDArray[np.uint32]:
    table = np.arange(_DIRECT, dtype=np.uint32)
    for code, becomes in SIGNS.items():
        if len(becomes) == 1:
            table[code] = ord(becomes)
    return table


def fold_one_for_one(text: str) -> str:
    """`fold_signs` for the signs that become one other sign, so that the length of `text` stays."""
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4")
    low = codes < _DIRECT
    folded = _direct().take(codes) if low.all() else np.where(low, _direct()[np.where(low, codes, 0)], codes)
    return folded.tobytes().decode("utf-32-le", "surrogatepass")


def fold_signs(text: str) -> str:
    """`text`, sign by sign: each that stands in the table becomes what the table says.

    Radicals and compatibility ideographs become the usual ideograph, traditional characters simplified ones, wide letters,
    digits and punctuation narrow ones, half-wide kana wide ones, ○ and ◯ 〇, Roman numerals and ligatures letters; small,
    upright and mathematical forms and subscripts become the usual sign, ㎡ m², ℃ °C, ㈠ (一); every middle dot ·, every dash -,
    every quotation mark ", every bracket (, U+3000 a space. Invisible signs vanish. Superscripts stay: 10⁴ is not 104.
    """
    plain = fold_one_for_one(text)
    return _EACH_OF_MANY.sub(lambda sign: SIGNS[ord(sign[0])], plain) if has_rare_signs(plain) else plain


def fold(text: str) -> str:
    """`text` as it is compared: `fold_signs`, and what shows only from the signs around.

    Grouped digits are joined: 1,200 becomes 1200. The first group has one to three digits and no 0 before them, all
    others three; 1,20 and 1,2,3 are lists, and so is what stands beside a point or a further comma with a digit; a clause's
    comma is none (今年，1,200户). A letter and its
    combining marks become one sign, several dashes one, and a full stop between two Chinese characters, which some set in
    foreign names, a middle dot. ² and ³ behind a Latin letter become 2 and 3, as a keyboard has them: 30m² and 30㎡ are 30m2.
    """
    plain = fold_one_for_one(text)
    return _TOGETHER.sub(_joined, plain) if _needs_more(plain) else plain


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text that knows where each of its signs stood."""

    text: str
    _places: tuple[list[int], list[int]] | None = None  # where each sign began and ended; None: nothing has moved

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Where the signs from `start` to `end`, at least one, stood before they were folded."""
        return (self._places[0][start], self._places[1][end - 1]) if self._places else (start, end)


def fold_in_place(text: str) -> Folded:
    """`fold`, with the places of the signs in `text`."""
    plain = fold_one_for_one(text)
    if not _needs_more(plain):
        return Folded(plain)
    signs: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for start, end, becomes in _pieces(plain):
        signs.append(becomes)
        kept = len(becomes) == end - start
        starts += range(start, end) if kept else [start] * len(becomes)
        ends += range(start + 1, end + 1) if kept else [end] * len(becomes)
    return Folded("".join(signs), (starts, ends))


def _pieces(plain: str) -> Iterator[tuple[int, int, str]]:
    at = 0
    for found in _TOGETHER.finditer(plain):
        yield at, found.start(), plain[at : found.start()]
        yield found.start(), found.end(), _joined(found)
        at = found.end()
    yield at, len(plain), plain[at:]


def has_rare_signs(text: str) -> bool:
    """Whether `text` has signs that become several when they are folded, or none, or one with a letter before them.

    In all others the Chinese signs stand side by side where they do so in the folded text.
    """
    return bool(_RARE.search(text) or _RARE_AND_HIGH.search(text))


def _needs_more(plain: str) -> bool:
    # each of these runs through the text several times faster than the whole pattern
    return (
        has_rare_signs(plain)
        or bool(_COMMA.search(plain) or _DOT_OF_NAME.search(plain))
        or "--" in plain
        or bool(_POWER.search(plain))
    )


def _joined(found: re.Match[str]) -> str:
    signs = found[0]
    match found.lastgroup:
        case "many":
            return SIGNS[ord(signs)].translate(_POWERS)
        case "letter":
            return unicodedata.normalize("NFC", signs)
        case "number":
            return signs.replace(",", "")
        case "power":
            return signs.translate(_POWERS)
        case "dash":
            return "-"
        case _:
            return "·"
