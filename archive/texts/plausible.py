"""How much a text looks as if its bytes were read by the wrong encoding."""

import functools
import re

# A letter of Latin-1 beside another sign of cp1252: single accents stand between plain letters.
_LATIN = re.compile("[\u00c0-\u00ff][\u0080-\u00ff\u0152-\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]+")
_LOST = re.compile(r"(?:锟斤拷|锟斤|烫烫烫|\ufffd|\?{3,}|？{3,})+")
_LOST_SIGNS = ("锟斤", "烫烫烫", "\ufffd", "???", "？？？")
_HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff]")
_ODD = re.compile("[\ue000-\uf8ff\x80-\x9f]")
_ACCENTED = re.compile("[\u00c0-\u00ff]")
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


@functools.cache
def _unusual(script: int) -> re.Pattern[str]:
    """Signs that are neither ASCII nor punctuation, nor usual in the simplified (0) or the traditional (1) script."""
    return re.compile(rf"[^\x00-\x7f\u2010-\u203a\u3000-\u303f\uff00-\uffef{''.join(_usual()[script])}]")


def strange(text: str, traditional: bool = True) -> tuple[int, int]:
    """How many characters of a text are strange, and how many there are beyond ASCII.

    Strange are Han characters that are usual neither in simplified nor in traditional writing (one of the two for the
    whole text), private-use and control characters, and accented Latin letters that stand in runs. With `traditional`
    False, what is usual in traditional writing alone is strange too: a few characters do not tell their script.
    """
    unusual = "".join(_unusual(0).findall(text))
    rare = len(_HAN.findall(unusual))
    if rare and traditional:
        rare = min(rare, len(_HAN.findall("".join(_unusual(1).findall(text)))))
    odd = rare + len(_ODD.findall(unusual)) + sum(map(len, _LATIN.findall(text) if _ACCENTED.search(unusual) else ()))
    return odd, len(text) - len(text.encode("ascii", "ignore"))


def strangeness(text: str) -> float:
    """The share of strange characters among those beyond ASCII."""
    odd, beyond = strange(text)
    return odd / beyond if beyond else 0.0


def is_garbled(text: str) -> bool:
    """Whether a text is no language: most of its beginning is strange, or signs for characters that were lost."""
    text = text[:_BEGINNING]
    odd, beyond = strange(text, traditional=False)
    if beyond >= _ENOUGH and odd > _GARBLED * beyond and strange(text)[0] > _GARBLED * beyond:
        return True
    if not any(sign in text for sign in _LOST_SIGNS):  # most texts
        return False
    lost = sum(map(len, _LOST.findall(text)))
    return lost >= _ENOUGH and lost > _REPLACED * len(text)
