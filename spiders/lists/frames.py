"""The frame of a list's pages, which an empty page shares with the others and an error page does not."""

import re

from lxml.html import HtmlElement

from spiders.lists.links import MOST_LINKS, text_of

_PAGER = re.compile(
    r"[\W_]*(?:[首尾末][页頁]|第一[页頁]|[上前下后][一1]?[页頁]|prev(?:ious)?|next)[\W_]*", re.IGNORECASE
)


def names_in(document: HtmlElement) -> frozenset[str]:
    """The classes and ids of a page's elements."""
    return frozenset(document.xpath("//@class | //@id"))


def is_framed(document: HtmlElement, names: frozenset[str]) -> bool:
    """Whether a page that shows no entries is one of a list whose pages have these names.

    It has half of them, or an element for a list that holds nothing, or words of a pager.
    """
    if names and 2 * len(names & names_in(document)) >= len(names):
        return True
    if document.xpath("//*[self::ul or self::ol or self::dl or self::table][not(normalize-space())]"):
        return True
    return any(_PAGER.fullmatch(text_of(one)) for one in document.xpath("//a | //li | //span | //button")[:MOST_LINKS])
