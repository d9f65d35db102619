"""Signs that are printed in several widths, made one: the folding of the search index and of personal numbers."""

import re

WIDTH = 0xFEE0  # from a narrow sign to the same in full width
WIDE = ((0xFF10, 0xFF19), (0xFF21, 0xFF3A), (0xFF41, 0xFF5A))  # ０-９ Ａ-Ｚ ａ-ｚ
# ％ and U+3000; and typists write ○ and ◯ for 〇: 二○二○年
SINGLE = {0xFF05: 0x25, 0x3000: 0x20, 0x25CB: 0x3007, 0x25EF: 0x3007}
FOLDS = SINGLE | {code: code - WIDTH for first, last in WIDE for code in range(first, last + 1)}
_FOLDED = re.compile(f"[{''.join(map(chr, FOLDS))}]")  # few signs fold; translate() would visit all


def fold(text: str) -> str:
    """`text`, code point for code point: full-width letters, digits, ％ and U+3000 made narrow, ○ and ◯ made 〇."""
    return _FOLDED.sub(_fold_sign, text)


def _fold_sign(sign: re.Match[str]) -> str:
    return chr(FOLDS[ord(sign[0])])
