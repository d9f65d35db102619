"""What makes two texts one release: the normalised text, its key, and the shingles that the near-duplicate index samples."""

import functools
import hashlib
import re
import unicodedata

import opencc

# A figure keeps its sign, its decimal point, its colon (13:09, 3:1), its slash and its % or ‰: 1.5 is not 15.
_KEPT = re.compile(r"(?:(?<![0-9a-z])-)?\d+(?:[.:/]\d+)*[%‰]?|[^\W\d_]+")
_ROUND_ZERO = re.compile(r"(?<=[〇零一二三四五六七八九])[○◯]|[○◯](?=[〇零一二三四五六七八九])")
_CJK = range(0x3400, 0xA000)


@functools.cache
def _simplified() -> dict[int, str]:
    """Traditional to simplified, character by character, so that no phrase rule changes a text's length."""
    convert = opencc.OpenCC("t2s").convert
    table = {code: convert(chr(code)) for code in _CJK}
    folded = {code: char for code, char in table.items() if len(char) == 1 and char != chr(code)}
    return folded | {0x3007: "零", 0x2212: "-"}


def normalised(text: str) -> str:
    """The text's letters and figures alone: width, case, script (traditional), white space and punctuation folded.

    Signs inside a figure stay, because they change its value: `增长1.5%` and `增长15%` differ, `1,234` and `1234` do not.
    """
    folded = _ROUND_ZERO.sub("零", unicodedata.normalize("NFKC", text)).lower().translate(_simplified())
    return "".join(_KEPT.findall(folded))


def text_key(text: str) -> str:
    """32 hexadecimal digits, equal for texts whose normalised texts are equal."""
    return hashlib.blake2b(normalised(text).encode(), digest_size=16).hexdigest()
