"""Signs in place of markup inside a line: raised figures, formulas, quotations, readings, numbers of items."""

import html
import re
from collections.abc import Iterator

from lxml import etree

from pipelines.word_lists import words

_RAISED = str.maketrans("0123456789+-−–﹣－＋", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁻⁻⁻⁺")
_FIGURES = re.compile(r"[-+−–﹣－＋]?\d{1,4}[-+−–－＋]?|[-−–﹣－]")
_MARKS = re.compile(r"(?:注释?)?\d{1,3}(?:\s*[,，、\-–~]\s*\d{1,3})*|注释?")
_SIGNED = re.compile(r"[-+−–﹣－＋]")
_TIMES_TEN = re.compile(r"[×xX*＊·✕╳]\s*10$")
_TEN = re.compile(r"(?<![\d.,，])10$")
_LENGTH = re.compile(r"(?:(?<![A-Za-z])(?:[kcdmnμµuh]?m|ft|in|yd)|[毫厘分千]?米|公里|㎞|㎝|㎜|[Ⅰ-Ⅻ])$", re.I)
_LETTER = re.compile(r"(?<![A-Za-z])[A-Za-zα-ωΑ-Ω]$")
_CLOSING = re.compile(r"(?:[)）\]]|\d)$")
_OPERATOR = re.compile(r"\s*[=＝+×÷*/^<>＜＞≈≤≥)）]")
_ELEMENT = re.compile(r"[A-Z][a-z]?(?![A-Za-z])")
_NOTE = re.compile(r"\s*(?:[\[［〔【]\s*(?:注释?)?\s*(\d{1,3})\s*[\]］〕】]|注释?\s*[:：]?\s*(\d{1,3})\b)")
_SLASHES = ("/", "／", "⁄", "∕")
_LETTER_MARK = re.compile("[a-h]")
_MARKED = re.compile(r"[\u4e00-\u9fff\d%％）)]$")
_DEGREE = frozenset("oO0○。º")
_OPENING = tuple("[［〔【(（")
_CLOSED = tuple(")）]］")
_LONE_BRACKET = re.compile(r"([^()（）\[\]［］]+)([)）\]］])")
_LEFT_OPEN = re.compile(r"[(（\[［][^()（）\[\]［］]*\Z")
_QUOTES = tuple("“”\"「」『』‘’'《》")
_LEFT_OUT = words("annotation annotation-xml mphantom")
_DEEPEST = 40  # nested elements of a formula that are followed


def raised(before: str, figures: str, after: str, noted: bool, linked: bool) -> str:
    """How raised text is written between the texts before and after it in its line.

    Text that is no figure stays as it is, and so does a mark that brings its brackets or stands in some; a lone letter, a to h, behind
    a Han character or a figure marks a note (312天[a]). A mark with a closing bracket alone (`1)`) is one without it, where the
    line has no open bracket before it. A figure is an exponent (⁴) or
    the mark of a footnote ([2]), never glued to a figure before it. By the first of these that holds:

    - linked: a footnote;
    - before a slash alone in its piece of the markup: the upper part of a fraction, 2/3, apart from a whole number before it;
    - with a sign (10⁻³, s⁻¹, Ca²⁺), behind another exponent, or behind `×10`: an exponent;
    - 2 or 3 behind a unit of length (m, km, 米): an exponent; `o` behind a figure, or `0` between one and C or F: °;
    - before the sign of a chemical element, with no letter or figure before it (¹³⁷Cs): raised;
    - 10, a lone letter (R²) or a figure or bracket before an operator (2¹⁰=1024): an exponent, unless a note on the
      page bears the number (`noted`);
    - all others (1003[2]万人, 增加值[2], GDP[1]): a footnote. Press releases hold few bare powers and many notes.
    """
    before = before.rstrip()
    if before.endswith(_OPENING):
        return figures
    if figures.endswith(_CLOSED) and (lone := _LONE_BRACKET.fullmatch(figures)):
        if _LEFT_OPEN.search(before):  # (20km²): the bracket closes one of the text
            return raised(before, lone[1], lone[2], noted, linked) + lone[2]
        return f"[{lone[1]}]" if _MARKS.fullmatch(lone[1]) or _is_letter(before, lone[1]) else figures
    if figures in _DEGREE and before[-1:].isdigit() and (figures != "0" or after[:1] in ("C", "F", "℃")):
        return "°"
    if after.strip() in _SLASHES and figures.isdecimal() and not _LENGTH.search(before):
        return f" {figures}" if before[-1:].isdigit() else figures
    if not _FIGURES.fullmatch(figures):
        return f"[{figures}]" if _MARKS.fullmatch(figures) or _is_letter(before, figures) else figures
    if not linked and _is_exponent(before, figures, after, noted):
        return figures.translate(_RAISED)
    return f"[{figures}]" if any(map(str.isdigit, figures)) else figures


def _is_letter(before: str, mark: str) -> bool:
    """Whether a raised letter is the mark of a note: 312天[a]."""
    return _LETTER_MARK.fullmatch(mark) is not None and _MARKED.search(before) is not None


def _is_exponent(before: str, figures: str, after: str, noted: bool) -> bool:
    if _SIGNED.search(figures):
        return before[-1:].isalnum() or before[-1:] in tuple(")）℃")
    if before.endswith(tuple("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻")) or _TIMES_TEN.search(before):
        return True
    if figures in ("2", "3") and _LENGTH.search(before):
        return True
    if not (before[-1:].isascii() and before[-1:].isalnum()) and len(figures) > 1 and _ELEMENT.match(after):
        return True
    if noted:
        return False
    if _TEN.search(before) or _LETTER.search(before):
        return True
    return _CLOSING.search(before) is not None and _OPERATOR.match(after) is not None


def noted_numbers(tree: etree._Element) -> frozenset[str]:
    """The numbers of the footnotes on a page: its texts that begin with [2] or 注2, its paragraphs that begin with ²."""
    found = {match[1] or match[2] for text in tree.itertext() if (match := _NOTE.match(str(text)))}
    for element in tree.iter("sup"):
        parent = element.getparent()
        if (
            parent is not None
            and parent[0] is element
            and not (parent.text or "").strip()
            and parent.tag in ("p", "li", "div")
        ):
            found.add("".join(map(str, element.itertext())).strip())
    return frozenset(found)


def after(element: etree._Element) -> str:
    """The text that follows an element in its line; climbs out of the markup that ends with it."""
    for _ in range(8):
        if element.tail and element.tail.strip():
            return element.tail
        following = element.getnext()
        if following is not None:
            return "".join(map(str, following.itertext()))[:20]
        parent = element.getparent()
        if parent is None or parent.tag not in ("a", "b", "strong", "em", "i", "span", "font", "u"):
            return ""
        element = parent
    return ""


def is_linked(element: etree._Element) -> bool:
    """Whether raised text is, holds or stands in a link to a place on its page."""
    links = [*element.iter("a"), *element.iterancestors("a")]
    return any("#" in (link.get("href") or "") for link in links)


def formula(element: etree._Element, depth: int = 0) -> str:
    """A `<math>` element in one line: a/b, x^2, √(x)."""
    if element.tag in _LEFT_OUT:
        return ""
    if depth > _DEEPEST:
        return "".join("".join(map(str, element.itertext())).split())
    parts = [part for child in element if (part := formula(child, depth + 1))]
    match element.tag, parts:
        case "mfrac", [above, below]:
            return f"{_group(above)}/{_group(below)}"
        case "msup", [base, power]:
            return f"{_group(base)}^{_group(power)}"
        case ("msqrt", [_, *_]):
            return f"√{_group(''.join(parts))}"
        case "semantics", [shown, *_]:
            return shown
        case "mtr", _:
            return " ".join(parts)
        case "mtable", _:
            return "; ".join(parts)
        case _:
            return "".join(_own(element, parts))


def _own(element: etree._Element, parts: list[str]) -> Iterator[str]:
    yield "".join((element.text or "").split())
    yield from parts
    yield from ("".join((child.tail or "").split()) for child in element)


def _group(text: str) -> str:
    return text if len(text) == 1 or text.isalnum() else f"({text})"


def quotes(element: etree._Element, before: str) -> tuple[str, str]:
    """The marks around a `<q>`; none where the text prints its own. A quotation inside one has single marks."""
    inside = "".join(map(str, element.itertext())).strip()
    if not inside or before.rstrip().endswith(_QUOTES) or inside.startswith(_QUOTES):
        return "", ""
    return ("‘", "’") if next(element.iterancestors("q"), None) is not None else ("“", "”")


def brackets(element: etree._Element) -> tuple[str, str]:
    """The brackets around an `<rt>`; none where `<rp>` prints them, or nothing stands inside."""
    ruby = element.getparent()
    printed = ruby is not None and any((rp.text or "").strip() for rp in ruby.iter("rp"))
    return ("", "") if printed or not "".join(map(str, element.itertext())).strip() else ("（", "）")


_ENTITY = re.compile(r"&(?:[A-Za-z]{2,8}|#\d{2,5}|#[xX][0-9A-Fa-f]{2,4});")
_ABOUT_MARKUP = re.compile(r"html|实体|转义|标签|代码|编码|标记|entit|escape", re.I)


def unescaped(text: str) -> str:
    """A text with entities that were escaped twice decoded once more; not where the text speaks of markup."""
    if _ABOUT_MARKUP.search(text) or not _ENTITY.search(text):
        return text
    return _ENTITY.sub(lambda match: html.unescape(match[0]), text)
