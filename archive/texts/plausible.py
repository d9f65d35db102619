"""How much a text looks as if its bytes were read by the wrong encoding."""

import functools
import re
from collections import Counter

# A letter of Latin-1 beside another sign of cp1252: single accents stand between plain letters.
_LATIN = re.compile("[\u00c0-\u00ff][\u0080-\u00ff\u0152-\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]+")
_LOST = re.compile(r"(?:锟斤拷|锟斤|烫烫烫|\ufffd|\?{3,}|？{3,})+")
_HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff]")
_BEGINNING = 4000  # characters that are enough to tell
_ENOUGH = 20  # characters beyond ASCII; fewer prove nothing
_GARBLED = 0.4  # share of strange ones; genuine texts have less than .05, UTF-8 read as GBK more than .6
_REPLACED = 0.3  # share of a text that is signs for lost characters


@functools.cache
def _usual() -> tuple[frozenset[str], frozenset[str]]:
    """The 3,755 usual characters of GB2312, and the 5,401 of Big5: the simplified and the traditional script."""
    simplified = bytes(byte for row in range(0xB0, 0xD8) for at in range(0xA1, 0xFF) for byte in (row, at))
    cells = (*range(0x40, 0x7F), *range(0xA1, 0xFF))
    traditional = bytes(byte for row in range(0xA4, 0xC7) for at in cells for byte in (row, at))
    return frozenset(simplified.decode("gb2312", "ignore")), frozenset(traditional.decode("big5", "ignore"))


def strange(text: str, traditional: bool = True) -> tuple[int, int]:
    """How many characters of a text are strange, and how many there are beyond ASCII.

    Strange are Han characters that are usual neither in simplified nor in traditional writing (one of the two for the
    whole text), private-use and control characters, and accented Latin letters that stand in runs. With `traditional`
    False, what is usual in traditional writing alone is strange too: a few characters do not tell their script.
    """
    counts = Counter(text)
    simplified, usual = _usual()
    beyond = odd = rare_simplified = rare_traditional = 0
    for sign, count in counts.items():
        if sign <= "\x7f":
            continue
        beyond += count
        if "\u4e00" <= sign <= "\u9fff" or _HAN.match(sign):
            rare_simplified += count * (sign not in simplified)
            rare_traditional += count * (sign not in usual)
        elif "\ue000" <= sign <= "\uf8ff" or "\x80" <= sign <= "\x9f":
            odd += count
    if any("\u00c0" <= sign <= "\u00ff" for sign in counts):
        odd += sum(map(len, _LATIN.findall(text)))
    return odd + (min(rare_simplified, rare_traditional) if traditional else rare_simplified), beyond


def strangeness(text: str) -> float:
    """The share of strange characters among those beyond ASCII."""
    odd, beyond = strange(text)
    return odd / beyond if beyond else 0.0


def is_garbled(text: str) -> bool:
    """Whether a text is no language: most of its beginning is strange, or signs for characters that were lost."""
    text = text[:_BEGINNING]
    odd, beyond = strange(text)
    if beyond >= _ENOUGH and odd > _GARBLED * beyond:
        return True
    lost = sum(map(len, _LOST.findall(text)))
    return lost >= _ENOUGH and lost > _REPLACED * len(text)
