"""Text that stands in the markup and that no reader of the page sees, or sees struck out."""

import re

from lxml import etree

from pipelines.word_lists import words

_STRUCK = words("s del strike")
# cheap, and finds every style that one of the rules below may hold for
_TELLING = re.compile(r"none|hidden|collapse|through|opacity|clip|transparent|#fff|white|-\s*\d{3}", re.I)
_HIDDEN = re.compile(
    r"(?:^|[;\s])(?:display\s*:\s*none"
    r"|text-decoration(?:-line)?\s*:[^;]*\bline-through"
    r"|(?:left|top|right|bottom|text-indent|margin(?:-left|-top)?)\s*:\s*-\s*(?:\d{4,}|\d{3,}(?=\s*r?em))"
    r"|clip\s*:\s*rect\s*\(\s*[01](?:px)?[\s,]+[01](?:px)?[\s,]+[01](?:px)?[\s,]+[01](?:px)?\s*\)"
    r"|color\s*:\s*transparent)",
    re.I,
)
_FADED = re.compile(
    r"(?:^|[;\s])(?:visibility\s*:\s*(?:hidden|collapse)|opacity\s*:\s*(?:0|0?\.0+)%?\s*(?:;|!|$))", re.I
)
_SHUT = re.compile(r"(?:^|[;\s])(?:max-)?(?:height|width)\s*:\s*0(?:px)?\s*(?:;|!|$)", re.I)
_OVERFLOW = re.compile(r"overflow\s*:\s*hidden", re.I)
_INK = re.compile(r"(?:^|[;\s])color\s*:\s*(#fff(?:fff)?|white)\s*(?:;|!|$)", re.I)
_PAPER = re.compile(r"background(?:-color)?\s*:\s*(#fff(?:fff)?|white)\s*(?:;|!|$)", re.I)
_SIZE = re.compile(r"font-size\s*:\s*(\d*\.?\d+)\s*([a-z%]*)", re.I)
_RELATIVE = ("em", "%", "ex", "ch")


def is_hidden(element: etree._Element) -> bool:
    """Whether an element is never shown, or shown struck out.

    `<s>`, `<del>`, `<strike>` and `line-through`; the attribute `hidden` and `display:none`; text moved off the page by
    1,000 pixels or 100 em and more, cut to nothing, transparent, or white where the same style makes the ground white.
    White text alone is read: what stands behind it is unknown.
    """
    if element.tag in _STRUCK or element.get("hidden") is not None:
        return True
    style = element.get("style")
    if style is None or not _TELLING.search(style):
        return False
    if _HIDDEN.search(style) or (_INK.search(style) and _PAPER.search(style)):
        return True
    return _OVERFLOW.search(style) is not None and _SHUT.search(style) is not None


def is_faded(element: etree._Element) -> bool:
    """Whether an element is invisible in its place (`visibility`, `opacity`); a script often shows such a one."""
    style = element.get("style")
    return style is not None and _FADED.search(style) is not None


def sizeless(element: etree._Element, around: bool) -> bool:
    """Whether text in an element has the size 0; `around`: whether text around it has. A size of its own restores it.

    Templates set `font-size:0` on a box to close the gaps between its parts, and a size on each part.
    """
    size = _SIZE.search(element.get("style") or "")
    if size is None:
        return around
    return float(size[1]) == 0 or (around and size[2].lower() in _RELATIVE)
