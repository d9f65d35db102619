"""The rows of a list, and which elements hold one entry alone."""

from collections.abc import Iterable

from lxml.html import HtmlElement

ROWS = {"li", "tr", "dd", "dt", "article"}
LIST_TAGS = {"ul", "ol", "dl", "table", "tbody", "form", "main", "body", "html"}
LISTED_DAYS = 3  # links; with a day beside each they are clearly a list

# An element that holds an entry, and the key of that entry; None when it holds several
Holders = dict[HtmlElement, str | None]
Days = dict[HtmlElement, str]


def holders(keys: dict[HtmlElement, str], others: Iterable[HtmlElement] = ()) -> Holders:
    """The elements that hold entries. One that holds an entry and rows of other links, too, is no single entry's."""
    held: Holders = {}
    for link, key in keys.items():
        held[link] = key
        _hold(held, link.iterancestors(), key)
    for link in others:
        rows = [parent for parent in link.iterancestors() if parent.tag in ROWS]
        if rows:
            _hold(held, rows[-1].iterancestors(), "")
    return held


def _hold(held: Holders, parents: Iterable[HtmlElement], key: str) -> None:
    for parent in parents:
        if held.setdefault(parent, key) not in (key, None):
            held[parent] = None
        elif held[parent] is None:
            break


def item_of(link: HtmlElement, held: Holders) -> HtmlElement:
    """The largest element, at most a row of a list, that holds this entry and no other."""
    item = link
    while item.tag not in ROWS:
        parent = item.getparent()
        if parent is None or parent.tag in LIST_TAGS or held[parent] is None:
            break
        item = parent
    return item


def row_of(link: HtmlElement, held: Holders) -> HtmlElement:
    """The row of a list that holds a link; where lists are not made of rows, the element that holds this entry alone."""
    row = next((parent for parent in link.iterancestors() if parent.tag in ROWS), None)
    return item_of(link, held) if row is None else row
