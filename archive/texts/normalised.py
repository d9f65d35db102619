"""The normalised text: a text's letters and figures alone, by which texts are compared and known."""

import functools
import hashlib
import re
import unicodedata

from archive.texts.folding import SIGNS

# A figure keeps its sign, its decimal point, its colon (13:09, 3:1), its slash and its % or ‰: 1.5 is not 15.
_FIGURE = r"(?:(?<![0-9a-z])-)?\d+(?:[.:/]\d+)*[%‰]?"
FIGURE = re.compile(_FIGURE)
# the usual letters have a branch of their own, which halves the time
_KEPT = re.compile(r"[\u4e00-\u9fffa-z]+|[^\W\d_]+|" + _FIGURE)
_APART = re.compile(r"(?<=\d)\s{1,2}(?=[%‰])")
_MINUS_BEHIND = re.compile("(?<=[0-9a-z])-")
_ROUND_ZERO = re.compile(r"(?<=[〇零一二三四五六七八九])[○◯]|[○◯](?=[〇零一二三四五六七八九])")
# NFKC leaves these signs as they are, or makes them marks that are dropped anyway
_PLAIN = "\x00-\x7f\u3001-\u3003\u3008-\u3011\u4e00-\u9fff“”‘’，；！？（）"
_ODD = re.compile(f"[^{_PLAIN}][^{_PLAIN}]*")  # a pattern that begins with one sign is looked for twice as fast


@functools.cache
def _simplified() -> tuple[re.Pattern[str], dict[str, str]]:
    """Radicals and traditional characters, and the simplified form of each."""
    folded = {chr(code): becomes for code, becomes in SIGNS.items() if code < 0x10000 and becomes >= "\u3400"}
    folded |= {"〇": "零", "\u2212": "-"}
    return re.compile(f"[{''.join(folded)}]"), folded


_nfkc = functools.partial(unicodedata.normalize, "NFKC")
_nfkc_of_sign = functools.lru_cache(maxsize=4096)(_nfkc)  # most calls are for one full-width comma


def _folded(odd: re.Match[str]) -> str:
    return (_nfkc_of_sign if len(odd.group()) < 8 else _nfkc)(odd.group())


def normalised(text: str) -> str:
    """The text's letters and figures alone: width, case, script (traditional), radicals, white space and punctuation folded.

    Signs inside a figure stay, because they change its value: `1.5%` and `15%` differ, `1,234` and `1234` do not, nor `5 %` and `5%`. A
    minus that comes to stand behind a letter or a figure, as in a row of a table, becomes 负: there it would be taken for
    a hyphen when the text is normalised again.
    """
    traditional, simple = _simplified()
    folded = _ODD.sub(_folded, text).lower()
    if "○" in folded or "◯" in folded:
        folded = _ROUND_ZERO.sub("零", folded)
    folded = traditional.sub(lambda char: simple[char.group()], folded)
    if " %" in folded or " ‰" in folded:
        folded = _APART.sub("", folded)
    kept = "".join(_KEPT.findall(folded))
    return _MINUS_BEHIND.sub("负", kept) if "-" in kept else kept


def text_key(normalised: str) -> str:
    """32 hexadecimal digits, equal for equal normalised texts."""
    return hashlib.blake2b(normalised.encode(), digest_size=16).hexdigest()
