"""Text that stands in the markup and that no reader of the page sees, or sees struck out."""

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import cast

from lxml import etree

from pipelines.stylesheets import sheets_of
from pipelines.word_lists import words

_STRUCK = words("s del strike")
_STYLED = etree.XPath("/descendant::*/@style/..")
_UNSHOWN = etree.XPath("/descendant::*/@hidden/..")
_HIDDEN = re.compile(
    r"(?:^|[;\s])(?:display\s*:\s*none"
    r"|text-decoration(?:-line)?\s*:[^;]*\bline-through"
    r"|(?:left|top|right|bottom|text-indent|margin(?:-left|-top)?)\s*:\s*-\s*(?:\d{4,}|\d{3,}(?=\s*r?em))"
    r"|clip\s*:\s*rect\s*\(\s*[01](?:px)?[\s,]+[01](?:px)?[\s,]+[01](?:px)?[\s,]+[01](?:px)?\s*\)"
    r"|(?:-webkit-)?clip-path\s*:\s*(?:inset\s*\(\s*(?:[5-9]\d|100)(?:\.0+)?%\s*\)|circle\s*\(\s*0(?:px|%|r?em)?\s*(?:at\b[^)]*)?\)))",
    re.I,
)
# a clear ink: transparent, rgba(0,0,0,0), rgb(0 0 0 / 0%)
_CLEAR = re.compile(
    r"(?:^|[;\s])color\s*:\s*(?:transparent|(?:rgb|hsl)a?\s*\((?:(?:[^(),/]+,){3}|[^(),/]+/)\s*(?:0|0?\.0+)%?\s*\))",
    re.I,
)
_DRAWN = re.compile(r"background-clip\s*:\s*text|text-shadow\s*:\s*(?!none)", re.I)  # they show words of clear ink
_FADED = re.compile(
    r"(?:^|[;\s])(?:visibility\s*:\s*(?:hidden|collapse)|(?P<clear>opacity)\s*:\s*(?:0|0?\.0+)%?\s*(?:;|!|$))", re.I
)
_SHOWN = re.compile(r"(?:^|[;\s])visibility\s*:\s*(?:visible|initial)", re.I)
_SHUT = re.compile(r"(?:^|[;\s])(?:max-)?(?:height|width)\s*:\s*0(?:px)?\s*(?:;|!|$)", re.I)
_OVERFLOW = re.compile(r"overflow\s*:\s*hidden", re.I)
_INK = re.compile(r"(?:^|[;\s])color\s*:\s*(#fff(?:fff)?|white)\s*(?:;|!|$)", re.I)
_PAPER = re.compile(r"background(?:-color)?\s*:\s*(#fff(?:fff)?|white)\s*(?:;|!|$)", re.I)
_SIZE = re.compile(r"font-size\s*:\s*(\d*\.?\d+)\s*([a-z%]*)", re.I)
_RAISED = re.compile(r"vertical-align\s*:\s*(?:super|text-top)\b", re.I)
_EMPHASIS = re.compile(r"font-weight\s*:\s*(?:bold|[6-9]00)|(?<![\w-])color\s*:", re.I)
_QUOTED = re.compile(r"""["'](?:[^"'\n]*[^\w"'\n-])?\Z""")  # an open quotation that ends before a word
_RELATIVE = ("em", "%", "ex", "ch")


@dataclass(frozen=True, slots=True)
class Style:
    """An element's style, as far as it tells whether and where its text is shown."""

    hidden: bool
    faded: bool  # invisible in its place (`visibility`, `opacity`); a script often shows such a text
    size: float | None  # None: that of the text around it
    relative: bool  # its size is a share of that around it
    raised: bool  # set above the line
    emphasised: bool  # bold, or in a colour of its own
    clear: bool = False  # faded by `opacity`, and with it all that is in it
    shown: bool = False  # visible, also within an invisible element


UNSTYLED = Style(hidden=False, faded=False, size=None, relative=False, raised=False, emphasised=False)  # no attribute


_SHUT_BOX = replace(UNSTYLED, hidden=True)


def styles(tree: etree._Element) -> dict[etree._Element, Style]:
    """The styles of a page's elements; one that is not among them is `UNSTYLED`. To ask each element would take twice as long.

    An element is hidden when it is never shown, or shown struck out: `<s>`, `<del>`, `<strike>` and `line-through`; the
    attribute `hidden` and `display:none`; text moved off the page by 1,000 pixels or 100 em and more, cut to nothing, of clear
    ink (`transparent`, `rgba(0,0,0,0)`), or white where the same style makes the ground white. White text alone is read: the
    colour of its ground is unknown; so is clear ink that a shadow or a clipped ground draws.
    """
    styled, unshown = (cast("list[etree._Element]", found(tree)) for found in (_STYLED, _UNSHOWN))
    hidden = {*unshown, *tree.iter(*_STRUCK)}
    return {element: _read(element.get("style") or "", element in hidden) for element in (*styled, *hidden)}


def veiled(tree: etree._Element, own: Mapping[etree._Element, Style]) -> dict[etree._Element, Style]:
    """The styles of the elements that the page's sheets hide, or show within hidden ones, and of closed `<dialog>`s.

    A rule that sets the size 0 hides an element without others in it: a sheet that we do not have may set a size on a part.
    `own` are the styles by attributes; what these hide is none of them. Nor is an element whose id or class, by which a
    rule hides it, stands in quotation marks in a script of the page: the script may show it.
    """
    found = {one: _SHUT_BOX for one in tree.iter("dialog") if one.get("open") is None}
    sheets = sheets_of(tree)
    scripts: str | None = None
    quoted: dict[str, bool] = {}
    for element, declared, names in sheets.hidden(tree):
        before = own.get(element, UNSTYLED)
        style = _read(declared, False)
        gone = style.hidden or (style.size == 0 and not len(element))
        if before.hidden or before.faded or not (gone or style.faded or style.shown):
            continue
        if scripts is None:
            scripts = "\n".join("".join(map(str, one.itertext())) for one in tree.iter("script"))
        for name in names - quoted.keys():
            quoted[name] = name[0] in ".#" and _is_quoted(name[1:], scripts)
        if style.shown or not any(quoted[name] for name in names):
            found[element] = replace(before, hidden=gone, faded=style.faded, clear=style.clear, shown=style.shown)
    return found


def _is_quoted(name: str, scripts: str) -> bool:
    """Whether a name stands in quotation marks: '.name', "#box .name", 'name'. It is looked for first, since that is fast."""
    if name not in scripts:
        return False
    found = re.finditer(re.escape(name) + r"(?![\w-])", scripts)
    return any(_QUOTED.search(scripts, max(0, match.start() - 60), match.start()) for match in found)


@functools.lru_cache(maxsize=4096)  # styles repeat all over a page
def _read(style: str, hidden: bool) -> Style:
    if not style and not hidden:
        return UNSTYLED
    size = _SIZE.search(style)
    return Style(
        hidden=hidden or _hides(style),
        faded=_FADED.search(style) is not None,
        size=float(size[1]) if size else None,
        relative=size is not None and size[2].lower() in _RELATIVE,
        raised=_RAISED.search(style) is not None,
        emphasised=_EMPHASIS.search(style) is not None,
        clear=any(match["clear"] for match in _FADED.finditer(style)),
        shown=_SHOWN.search(style) is not None,
    )


def _hides(style: str) -> bool:
    if (
        _HIDDEN.search(style)
        or (_CLEAR.search(style) and not _DRAWN.search(style))
        or (_INK.search(style) and _PAPER.search(style))
    ):
        return True
    return _OVERFLOW.search(style) is not None and _SHUT.search(style) is not None


def is_struck(element: etree._Element) -> bool:
    """Whether an element is struck out by its tag or its style."""
    return element.tag in _STRUCK or "line-through" in (element.get("style") or "")


def is_sizeless(style: Style, around: bool) -> bool:
    """Whether text has the size 0; `around`: whether the text around it has. A size of its own restores it.

    Templates set `font-size:0` on a box to close the gaps between its parts, and a size on each part.
    """
    return style.size == 0 or (around and (style.size is None or style.relative))
