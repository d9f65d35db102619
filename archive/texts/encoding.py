"""Bytes to characters."""

import codecs
import re
import sys

from archive.texts.plausible import strange, strangeness

if sys.version_info >= (3, 14):
    from compression import zstd as zstd
else:
    from backports import zstd as zstd

_STRAY = 0.02  # share of bad bytes among those beyond ASCII; a page with more is looked at stretch by stretch
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
# Labels that browsers read as a wider encoding, and those that bytes decide anyway.
_WIDER = {"iso8859-1": "cp1252", "ascii": "cp1252", "big5": "big5hkscs", "shift_jis": "cp932", "euc_kr": "cp949"}
_OURS = frozenset(("utf-8", "gb2312", "gbk", "gb18030", "hz", "utf-16", "utf-16-le", "utf-16-be", "utf-7", "utf-32"))
_DECLARED = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]+)", re.I)
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.I)
_SHAPE = bytes(128) + b"h" * 128  # for `translate`: a byte beyond ASCII becomes h
_STRANGE = 0.3  # share of strange characters with which a page that names no encoding may be Big5
_BEGINNING = 50_000  # characters that are enough to tell
# Signs of the first GB18030, for which Unicode had no place yet; fonts show the first as a blank
_BLANK = "\ue5e5"
_PLACED = str.maketrans(
    "\ue78d\ue78e\ue78f\ue790\ue791\ue792\ue793\ue794\ue795\ue796\ue7c7\ue81e\ue826\ue82b\ue82c\ue832\ue843\ue854\ue864\ue5e5",
    "\ufe10\ufe12\ufe11\ufe13\ufe14\ufe15\ufe16\ufe17\ufe18\ufe19\u1e3f\u9fb4\u9fb5\u9fb6\u9fb7\u9fb8\u9fb9\u9fba\u9fbb\u3000",
)
_PRIVATE = re.compile("[\ue5e5\ue78d-\ue864]")
_WIDE_ENCODINGS = ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")
_PLAIN = re.compile(
    "[\t\n\r -~·×±°\u2010-\u203a\u2190-\u2193\u2460-\u2473\u3000-\u303f\u3220-\u3229\u3400-\u9fff\uff00-\uffef\ufeff]"
)
_PLAUSIBLE = 0.1  # share of strange characters; fewer are a text
_HEAD = 4096  # bytes in which a page says its encoding
_WIDE = rb"(?:[\xe1-\xec\xee\xef][\x80-\xbf]{2}|\xe0[\xa0-\xbf][\x80-\xbf]|\xf0[\x90-\xbf][\x80-\xbf]{2})"
_UTF8 = re.compile(_WIDE + rb"+")  # Han characters and full-width signs
_UTF8_RUN = re.compile(rb"(?:[\xe2-\xe9\xef][\x80-\xbf]{2}){2}")
# A run of characters of UTF-8 or GB18030; the latter may end with a byte of ASCII
_STRETCH = re.compile(
    rb"(?:[\x81-\xfe][0-9][\x81-\xfe][0-9]|[\x81-\xfe][\x80-\xfe]|[\x81-\xfe][@-~](?=[\x80-\xff])|[\x80-\xff])+"
    rb"(?:(?<=[\x81-\xfe])[@-~])?"
)


def decode(body: bytes, content_type: str) -> tuple[str, tuple[str, ...]]:
    """The characters of a page, and the problem `bad-bytes:N` when N bytes were no characters and are dropped.

    Bytes decide: headers and meta tags of these sites say GB2312 over UTF-8 and the reverse. A byte order mark first;
    then UTF-16 when a NUL stands beside the first `<`, or the header names it; then strict UTF-8. Other pages are read
    in several ways, and the most plausible one is taken, by undecodable bytes and by what `plausible.strange` counts:

    - as the header or the meta tag says, when that is no UTF-8 and no GB (Big5, Latin-1, cp1252 …); it wins a tie;
    - as Big5, when none is said and the characters of the stretches are strange;
    - as cp1252, when none is said and two of three bytes beyond ASCII stand alone, as they do in no Chinese text;
    - in stretches, each as UTF-8 or GB18030, whichever is more plausible there: parts of a page come from elsewhere.

    The blank of GBK without a place in Unicode (A3A0, as an indent) becomes an ideographic space, also in a page of UTF-8 that
    was made of such a one; so do other signs of private use in GB18030 become those that Unicode has now.
    """
    for mark, encoding in _BOMS:
        if body.startswith(mark):
            return _read(body[len(mark) :], encoding)
    if (wide := _utf16(body, content_type)) is not None:
        return _read(body, wide)
    try:
        return body.decode("utf-8").replace(_BLANK, "\u3000"), ()
    except UnicodeDecodeError:
        pass
    text, lost = _mixed(body)
    declared = _declared(body, content_type) or _western(body)
    if declared is None and strangeness(text[:_BEGINNING]) > _STRANGE:
        declared = "big5hkscs"
    if declared is not None:
        said, left = _dropping(body, declared)
        high = max(1, _high(body))
        if left / high + strangeness(said) <= lost / high + strangeness(text):
            text, lost = said, left
    return text.translate(_PLACED) if _PRIVATE.search(text) else text, (f"bad-bytes:{lost}",) if lost else ()


def wide_encoding(body: bytes) -> str | None:
    """UTF-16 or UTF-32, told by the characters of a text without a mark; None for bytes that are no such text.

    For bytes that are garbled otherwise. In the right one nearly all characters are ASCII, Han or their punctuation, and the
    Han ones usual: the same bytes the other way round are rare characters, and other bytes are of all scripts.
    """
    ways = [(encoding, _whole(body, encoding)) for encoding in _WIDE_ENCODINGS]
    likely = [(strangeness(text), encoding) for encoding, text in ways if text and _is_plain(text)]
    odd, encoding = min(likely, default=(1.0, ""))
    return encoding if odd < _PLAUSIBLE else None


def _whole(body: bytes, encoding: str) -> str:
    """The characters of bytes that may be cut off in the last one; "" where they are none."""
    try:
        return codecs.getincrementaldecoder(encoding)().decode(body[:_HEAD])
    except UnicodeDecodeError:
        return ""


def _is_plain(text: str) -> bool:
    return len(_PLAIN.findall(text)) >= (1 - _STRAY) * len(text)


def _declared(body: bytes, content_type: str) -> str | None:
    """The encoding that header or meta tag name, as browsers read it; None for those that bytes decide."""
    names = _CHARSET.findall(content_type) + [name.decode() for name in _DECLARED.findall(body[:_HEAD])]
    for name in names:
        try:
            known = codecs.lookup(name).name
            "".encode(known)  # a codec of text, not of bytes
        except (LookupError, ValueError, TypeError):
            continue
        if known not in _OURS:
            return _WIDER.get(known, known)
    return None


def _western(body: bytes) -> str | None:
    """cp1252 for a page whose bytes beyond ASCII stand alone: the quotation marks and accents of Western letters."""
    shape = body.translate(_SHAPE)
    return "cp1252" if 6 * shape.count(b"hh") <= shape.count(b"h") > 0 else None


def _high(body: bytes) -> int:
    """How many bytes are no ASCII."""
    return len(body) - len(body.translate(None, bytes(range(128, 256))))


def _mixed(body: bytes) -> tuple[str, int]:
    """A page as stretches of UTF-8 and GB18030, and how many bytes are neither."""
    if not _UTF8_RUN.search(body):
        text, lost = _dropping(body, "gb18030")
        if lost <= _STRAY * _high(body):
            return text, lost
    utf8 = 2 * _dropping(body, "utf-8")[1] < _high(body)
    texts: list[str] = []
    lost = at = 0
    for stretch in _STRETCH.finditer(body):
        texts.append(body[at : stretch.start()].decode("ascii"))
        text, left = _stretch(stretch[0], utf8)
        texts.append(text)
        lost += left
        at = stretch.end()
    texts.append(body[at:].decode("ascii"))
    return "".join(texts), lost


def _stretch(part: bytes, utf8: bool) -> tuple[str, int]:
    """A stretch in the most plausible way, and how many bytes it drops; `utf8`: whether most of the page is UTF-8."""
    try:
        whole = part.decode("utf-8")
    except UnicodeDecodeError:
        whole = None
    gb = _dropping(part, "gb18030")
    if not utf8 and not _UTF8.search(part):
        return gb
    if whole is not None:
        return (whole, 0) if utf8 else _first([gb, (whole, 0)])
    return _first([_pieces(part), _dropping(part, "utf-8"), gb] if utf8 else [gb, _pieces(part)])


def _first(ways: list[tuple[str, int]]) -> tuple[str, int]:
    """The way with the fewest lost bytes and strange characters."""
    return min(ways, key=lambda way: way[1] + 2 * strange(way[0], traditional=False)[0])


def _dropping(part: bytes, encoding: str) -> tuple[str, int]:
    """Bytes as one encoding, and how many it does not know, which are dropped."""
    text = part.decode(encoding, "ignore")
    return text, len(part) - len(text.encode(encoding))


def _pieces(part: bytes) -> tuple[str, int]:
    """The wide characters of UTF-8 as they are, and the bytes between them as GB18030 where that is plausible."""
    texts: list[str] = []
    lost = at = 0
    for run in [*_UTF8.finditer(part), None]:
        between = part[at : run.start()] if run else part[at:]
        text, left = _first([_dropping(between, "utf-8"), _dropping(between, "gb18030")])
        texts.append(text)
        lost += left
        if run:
            texts.append(run[0].decode("utf-8", "ignore"))
            at = run.end()
    return "".join(texts), lost


def _utf16(body: bytes, content_type: str) -> str | None:
    head = body.lstrip(b"\0 \t\r\n")[:2] if b"\0" in body[:200] else b""
    if b"<\0" in body[:200] and head.startswith(b"<"):
        return "utf-16-le" if body.find(b"<") % 2 == 0 else "utf-16-be"
    if "utf-16" in content_type.lower() and b"\0" in body[:200]:
        return "utf-16-be" if body[:1] == b"\0" else "utf-16-le"
    return None


def _read(body: bytes, encoding: str) -> tuple[str, tuple[str, ...]]:
    text, lost = _dropping(body, encoding)
    return text, (f"bad-bytes:{lost}",) if lost else ()


_LONE_SURROGATE = re.compile("[\udc80-\udcff]")


def encoding_of(body: bytes) -> str:
    """A page's encoding, told by its bytes alone: UTF-8 or GB18030, whichever leaves fewer over; UTF-8 at a tie."""
    return min(
        ("utf-8", "gb18030"), key=lambda name: len(_LONE_SURROGATE.findall(body.decode(name, "surrogateescape")))
    )


def encodings(body: bytes, content_type: str) -> list[str]:
    """Every encoding in which `decode` may read a page or a part of it: UTF-8 alone where all of it is UTF-8, else also
    GB18030, the declared one, cp1252 or Big5, and UTF-16 where the page has NUL.

    In each of them `decode(encoding, "surrogateescape")` can be turned back into the same bytes. A part in one encoding is
    found in a page in another: UTF-8 finds its place at each character, GB18030 at each tag.
    """
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        pass
    else:
        return ["utf-8"]
    wide = (
        ["utf-16-le", "utf-16-be"]
        if b"\0" in body or body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
        else []
    )
    said = _declared(body, content_type) or _western(body) or "big5hkscs"
    names = dict.fromkeys(["utf-8", "gb18030", said, *wide])
    return [name for name in names if _comes_back(body, name)]


def _comes_back(body: bytes, encoding: str) -> bool:
    try:
        return body.decode(encoding, "surrogateescape").encode(encoding, "surrogateescape") == body
    except UnicodeError:
        return False
