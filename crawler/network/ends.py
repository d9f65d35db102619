"""The end of a page without an announced length: its connection was closed, perhaps too early."""

import codecs
import re
from html import unescape
from typing import Literal

from archive.texts.encoding import decode

End = Literal["whole", "doubtful", "torn"]
_Line = tuple[
    str, int, tuple[int, str]
]  # words, the number of their container, and its kind with the number of the container around it

# in bytes, so that a file is not decoded for nothing
_OPENS = re.compile(rb"<(?:html|body)\b", re.IGNORECASE)
_CLOSES = re.compile(rb"</(?:html|body)\b", re.IGNORECASE)
_HEAD = 1_048_576  # bytes that hold the first tag of a page
# a comment, a script or a style with its end, a tag; each may lack its end where the page breaks off
_PIECE = re.compile(
    r"<!--.*?(?:(?P<noted>-->)|\Z)|<(?P<code>script|style)\b.*?(?:</(?P=code)\s*(?P<coded>>)|\Z)"
    r"|<(?P<slash>/?)(?P<name>[a-z][\w:-]*)(?P<inside>[^<>]*)(?P<tagged>>?)|<[!?][^<>]*(?P<told>>?)|<(?P<bare>/?)\Z",
    re.IGNORECASE | re.DOTALL,
)
_INLINE = {"a", "b", "em", "font", "i", "img", "input", "small", "span", "strong", "sub", "sup", "u"}
_CONTAINERS = {"article", "blockquote", "center", "div", "dl", "form", "main", "ol", "section", "table", "td", "ul"}
_STOPS = "。！？；…：”’）】》」』.!?;:)]}\"'"
_CLAUSE = re.compile("[，、；。]|[a-z], [a-z]")
_LABEL = re.compile(r"^[^，。：:]{1,8}[：:]")
_FIGURE = re.compile(r"\d[.:]\Z")
_RUN = re.compile("[\u3400-\u9fff]{20}")


def is_unclosed(body: bytes) -> bool:
    """Whether a page opens `<html>` or `<body>` and closes neither."""
    return _OPENS.search(body, 0, _HEAD) is not None and _CLOSES.search(body) is None


def end_of(body: bytes, content_type: str) -> End:
    """Whether a page came to its end: it is `whole`, `torn`, or that is `doubtful`.

    A page is `whole` when it has `</body` or `</html`, when it opens neither (it is a piece of markup, or none), or when all its
    containers (`div`, `table`, …) are closed and no words follow the last of them: many old pages end like that.

    It is `torn` when it ends within a sign of UTF-8, a tag, a comment, a script or a style sheet, or within a sentence of its article. The last
    line, from the last tag that ends a line on, is such a sentence when it ends with no stop or closing sign (36. is half a figure), begins with no label
    (主办单位：), and holds a comma between clauses or twenty Chinese characters in a row. It is the article's when a line that ends in 。
    stands in the same container, or in another of the same tag and attributes beside it; or when the page has no such line at all.

    Any other end is `doubtful`: a signature, a footer or a closed paragraph in a container that is left open.
    """
    if not is_unclosed(body):
        return "whole"
    if _breaks_a_sign(body):
        return "torn"
    html = decode(body, content_type)[0]
    stack: list[tuple[int, str]] = [(0, "")]  # the containers that are open: number and kind
    lines: list[_Line] = []
    words, last, count = "", 0, 0

    def end_line() -> None:
        nonlocal words
        if words.strip():
            around = (stack[-2][0], stack[-1][1]) if len(stack) > 1 else (-1, "")
            lines.append((words.strip(), stack[-1][0], around))
        words = ""

    for piece in _PIECE.finditer(html):
        words += unescape(html[last : piece.start()])
        last = piece.end()
        name = (piece["name"] or "").lower()
        if not any(piece[end] for end in ("noted", "coded", "tagged", "told")):
            if last == len(html):
                return "torn"
            continue
        if not name or name in _INLINE:
            continue
        end_line()
        if name in _CONTAINERS and not piece["slash"]:
            count += 1
            stack.append((count, f"{name} {piece['inside'].strip()}"))
        elif name in _CONTAINERS:
            at = max((at for at, (_, kind) in enumerate(stack) if kind.split(" ")[0] == name), default=0)
            del stack[at or len(stack) :]
    words += unescape(html[last:])
    if not words.strip():
        return "doubtful" if len(stack) > 1 else "whole"
    end_line()
    return "torn" if _breaks_a_sentence(lines) else "doubtful"


def _breaks_a_sign(body: bytes) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        decoder.decode(body)
    except UnicodeDecodeError:  # another encoding
        return False
    return bool(decoder.getstate()[0])


def _breaks_a_sentence(lines: list[_Line]) -> bool:
    words, container, around = lines[-1]
    ends = words[-1] in _STOPS and not _FIGURE.search(words)
    if ends or _LABEL.match(words) or not (_CLAUSE.search(words) or _RUN.search(words)):
        return False
    told = [line for line in lines[:-1] if line[0].endswith("。")]
    return not told or any(line[1] == container or line[2] == around for line in told)
