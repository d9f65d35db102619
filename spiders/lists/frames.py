"""The frame of a list's pages, which an empty page shares with the others and an error page does not."""

import re

from lxml.html import HtmlElement

from archive.texts.notices import says_missing
from archive.urls import canonical
from spiders.lists.links import MOST_LINKS, address, base_of, same_site, text_of

_PAGE = re.compile(r"[页頁]面|[网網][页頁]|链接|地址|404|\b(?:page|url)\b", re.IGNORECASE)
_LONGEST_LINE = 60  # characters of a line that says so
MOST_FRAMES = 3  # frames of a page that are looked into

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


def says_not_there(document: HtmlElement) -> bool:
    """Whether a page says, within the site's frame, that itself does not exist: 您访问的页面不存在.

    没有找到相关信息 tells of an empty list.
    """
    lines = (text_of(one) for one in document.iter("p", "div", "td", "span", "h1", "h2", "h3", "h4", "h5"))
    return any(len(line) <= _LONGEST_LINE and _PAGE.search(line) and says_missing("", line) for line in lines)


def inner_pages(document: HtmlElement, url: str) -> tuple[str, ...]:
    """The addresses of a page's frames on its own site, which may hold its list; not of frames that nobody sees."""
    base = base_of(document, url)
    frames = (one for one in document.iter("iframe", "frame") if not _is_hidden(one))
    targets = (address(one.get("src") or "", base) for one in frames)
    own = [one for one in targets if one and same_site(one, url) and canonical(one) != canonical(url)]
    return tuple(dict.fromkeys(own))[:MOST_FRAMES]


def _is_hidden(frame: HtmlElement) -> bool:
    style = re.sub(r"\s", "", frame.get("style") or "").lower()
    return "display:none" in style or any(
        (frame.get(side) or "").strip("px ") in ("0", "1") for side in ("width", "height")
    )
