"""Bytes to characters."""

import codecs
import re
import sys

if sys.version_info >= (3, 14):
    from compression import zstd as zstd
else:
    from backports import zstd as zstd

_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
# A page of GBK read as UTF-8 errs at every other character; a page of UTF-8 with damage errs at a few.
_STRAY = 0.02


def decode(body: bytes, content_type: str) -> tuple[str, tuple[str, ...]]:
    """The characters of a page, and what went wrong on the way.

    Bytes decide, declarations do not: headers and meta tags of these sites say GB2312 over UTF-8 and the reverse.
    A byte order mark first; then UTF-16 when a NUL stands beside the first `<`; then strict UTF-8; then UTF-8 with a
    few bad bytes (less than 2 in 100 of what is not ASCII); then GB18030, which reads GB2312 and GBK. Bytes that the
    encoding does not know are dropped, never turned into U+FFFD, and counted in the problem `bad-bytes:N`.
    `content_type` counts only when it names UTF-16.
    """
    for mark, encoding in _BOMS:
        if body.startswith(mark):
            return _read(body[len(mark) :], encoding)
    if (wide := _utf16(body, content_type)) is not None:
        return _read(body, wide)
    try:
        return body.decode("utf-8"), ()
    except UnicodeDecodeError:
        pass
    lost = _lost(body, "utf-8")
    high = len(body) - len(body.translate(None, bytes(range(128, 256))))
    return _read(body, "utf-8" if lost <= max(1, high * _STRAY) and lost < high else "gb18030")


def _utf16(body: bytes, content_type: str) -> str | None:
    head = body.lstrip(b"\0 \t\r\n")[:2] if b"\0" in body[:200] else b""
    if b"<\0" in body[:200] and head.startswith(b"<"):
        return "utf-16-le" if body.find(b"<") % 2 == 0 else "utf-16-be"
    if "utf-16" in content_type.lower() and b"\0" in body[:200]:
        return "utf-16-be" if body[:1] == b"\0" else "utf-16-le"
    return None


def _lost(body: bytes, encoding: str) -> int:
    text = body.decode(encoding, "ignore")
    return len(body) - len(text.encode(encoding))


def _read(body: bytes, encoding: str) -> tuple[str, tuple[str, ...]]:
    try:
        return body.decode(encoding), ()
    except UnicodeDecodeError:
        lost = _lost(body, encoding)
        return body.decode(encoding, "ignore"), (f"bad-bytes:{lost}",)


_LONE_SURROGATE = re.compile("[\udc80-\udcff]")


def characters(body: bytes) -> tuple[str, str]:
    """A page's characters and their encoding, told by its bytes alone: UTF-8 or GB18030, whichever leaves fewer over.

    A byte that is none of them stands as a lone surrogate, so that one of them on a page hides no word of it, and
    `encode(encoding, "surrogateescape")` gives the same bytes.
    """
    left: dict[str, int] = {}
    for encoding in ("utf-8", "gb18030"):
        page = body.decode(encoding, "surrogateescape")
        if page.encode(encoding, "surrogateescape") == body:
            left[encoding] = len(_LONE_SURROGATE.findall(page))
            if not left[encoding]:
                return page, encoding
    best = min(left, key=left.__getitem__)
    return body.decode(best, "surrogateescape"), best
