"""The characters that stand for signs of Word's symbol fonts: their codes say nothing without the font."""

_FONTS = {
    "symbol": dict(
        zip(
            (
                0x22,
                0x27,
                0x44,
                0x53,
                0x57,
                0x61,
                0x62,
                0x64,
                0x65,
                0x67,
                0x6C,
                0x6D,
                0x70,
                0x73,
                0xA3,
                0xA5,
                0xB0,
                0xB1,
                0xB2,
            )
            + (0xB3, 0xB4, 0xB7, 0xB8, 0xB9, 0xBB, 0xC5, 0xD7, 0xD6, 0xE5),
            "∀∋ΔΣΩαβδεγλμπσ≤∞°±″≥×•÷≠≈⊕⋅√∑",
            strict=True,
        )
    ),
    "wingdings": dict(
        zip(
            (0x6C, 0x6E, 0x6F, 0x71, 0x75, 0xA8, 0xFB, 0xFC, 0xFD, 0xFE),
            "●■□❑◆□✗✓☒☑",
            strict=True,
        )
    ),
    "wingdings 2": dict(zip((0x4F, 0x50, 0x51, 0x52, 0x53, 0xA3), "✗✓☒☑☒□", strict=True)),
}
_PRIVATE = range(0xE000, 0xF900)  # places in a font of signs: no characters


def sign_of(font: str, code: str) -> str:
    """The character of a sign (w:sym): a box, a tick or a Greek letter by its font; "" for one that nobody can tell."""
    try:
        number = int(code, 16)
    except ValueError:
        return ""
    signs = _FONTS.get(font.strip().lower())
    if signs is not None:
        return signs.get(number & 0xFF, "")
    return "" if number in _PRIVATE or number > 0x10FFFF or number < 32 else chr(number)
