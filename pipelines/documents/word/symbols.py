"""The characters that stand for signs of Word's symbol fonts: their codes say nothing without the font."""

import re
from collections.abc import Callable

_FONTS = {  # the codes, in hexadecimal, and their characters
    "symbol": dict(
        zip(
            bytes.fromhex("22 27 44 53 57 61 62 64 65 67 6c 6d 70 73 a3 a5 b0 b1 b2 b3 b4 b7 b8 b9 bb c5 d7 d6 e5"),
            "∀∋ΔΣΩαβδεγλμπσ≤∞°±″≥×•÷≠≈⊕⋅√∑",
            strict=True,
        )
    ),
    "wingdings": dict(zip(bytes.fromhex("6c 6e 6f 71 75 a8 fb fc fd fe"), "●■□❑◆□✗✓☒☑", strict=True)),
    "wingdings2": dict(zip(bytes.fromhex("4f 50 51 52 53 a3"), "✗✓☒☑☒□", strict=True)),
}
_PRIVATE = range(0xE000, 0xF900)  # places in a font of signs: no characters
_IN_NAMES = re.compile(
    r"^[a-z]{6}\+|[^a-z0-9+]|regular|mt$"
)  # a font's name in a PDF: ABCDEF+Wingdings-Regular, SymbolMT
_OF_SIGNS = re.compile("[\uf000-\uf0ff]")  # the places of Word's fonts of signs


def sign_of(font: str, code: str) -> str:
    """The character of a sign (w:sym): a box, a tick or a Greek letter by its font; "" for one that nobody can tell."""
    try:
        number = int(code, 16)
    except ValueError:
        return ""
    signs = _FONTS.get(_plain(font))
    if signs is not None:
        return signs.get(number & 0xFF, "")
    return "" if number in _PRIVATE or number > 0x10FFFF or number < 32 else chr(number)


def _plain(font: str) -> str:
    return _IN_NAMES.sub("", font.strip().lower())


def has_signs(text: str) -> bool:
    """Whether a text has places of a font of signs for characters."""
    return _OF_SIGNS.search(text) is not None


def of_font(font: str, text: str) -> str:
    """A text in a font, the places of a font of signs as their characters: some programs write a tick so. In a font that
    is none of those that we know, the text stays.
    """
    if _plain(font) not in _FONTS:
        return text
    return _OF_SIGNS.sub(lambda sign: sign_of(font, f"{ord(sign[0]):x}"), text)


def by_fonts(text: str, font_of: Callable[[int], str]) -> str:
    """A text, each place of a font of signs as its character, by the font at its number in the text; as long as before."""
    return _OF_SIGNS.sub(lambda sign: of_font(font_of(sign.start()), sign[0]) or sign[0], text)
