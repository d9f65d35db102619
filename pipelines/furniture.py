"""Elements that hold no article, as their tag, id or class says."""

import functools
import re

from lxml import etree

_FURNITURE = re.compile(
    r"[#.](?:\w+[-_])?(?:nav|menu|foot|footer|copyright|breadcrumb|crumbs?|related?|relevant|recommend|hot|rank|side"
    r"|sidebar|aside|comments?|share|bdshare|pagination|pager|login|search|weixin|qrcode|erweima|tuijian|xiangguan)"
    r"(?:[-_]\w*)?(?= |$)",
    re.I,
)
_FOOT = re.compile(r"[#.](?:\w+[-_])?(?:foot|footer|copyright)(?:[-_]\w*)?(?= |$)", re.I)
_FURNITURE_TAGS = frozenset(("nav", "footer", "aside"))


def names(element: etree._Element) -> str:
    """Its id and classes as one string: `#id .class .class`."""
    return _named(element.get("id"), element.get("class"))


@functools.lru_cache(maxsize=1024)  # names repeat from page to page of a site, and in the items of a list
def _named(id: str | None, classes: str | None) -> str:
    return f"#{id or ''} {' '.join('.' + name for name in (classes or '').split())}"


def is_furniture(element: etree._Element) -> bool:
    """Whether an element's name says that it holds no article: menus, footers, related links, share bars."""
    return element.tag in _FURNITURE_TAGS or _is_furniture_name(names(element))


@functools.lru_cache(maxsize=1024)
def _is_furniture_name(names: str) -> bool:
    return _FURNITURE.search(names) is not None


def is_foot(element: etree._Element) -> bool:
    """Whether an element is the page's foot, or stands in it, by its tag or name."""
    return any(box.tag == "footer" or _is_foot_name(names(box)) for box in (element, *element.iterancestors()))


@functools.lru_cache(maxsize=1024)
def _is_foot_name(names: str) -> bool:
    return _FOOT.search(names) is not None
