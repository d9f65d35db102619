"""Which pictures belong to a release: those that stand in its text and may hold words. Decoration does not."""

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from urllib.parse import unquote, urljoin, urlsplit

from lxml import etree

from archive.model import Listed
from pipelines.file_links import base_of
from pipelines.furniture import is_furniture, names
from pipelines.lines import Sheet

MOST = 30  # pictures of a page
_LEAST = 200  # pixels, of either side; a picture that the page draws smaller is decoration
_SOURCES = ("src", "data-src", "data-original", "oldsrc")  # where scripts put the address of one that is loaded late
_PICTURE = re.compile(r"\.(?:png|jpe?g|jfif|webp|gif|tiff?)$", re.I)
_SIZE = re.compile(r"(?<![\w-])(?:width|height)\s*:\s*(\d+(?:\.\d+)?)px", re.I)
_ORNAMENT = re.compile(
    r"(?<![a-z])(?:icon|ico|logo|qr(?:code)?|ewm|erweima|weixin|wechat|wx|weibo|share|banner|btn|button|arrow|line|dot|bg|bullet"
    r"|blank|spacer|loading|default|nopic|print|close|play|gongan|beian|dzjg|jiucuo|hao?ping|avatar|filetype|guohui)s?"
    r"(?![a-z])",
    re.I,
)
_ORNAMENT_WORDS = re.compile("二维码|图标|分享|打印|关闭|微信|微博|客户端|党政机关|公安备案|找错")


def find_pictures(sheet: Sheet, container: etree._Element | None, places: Sequence[int], page: str) -> list[Listed]:
    """The pictures in the container, or, of a page without one, on the page, below the title in either; `MOST` at most.

    A picture has the ending of one in its address's path (png, jpg, webp, gif, tiff), or an `img` has no ending at all. Left
    out is decoration: what stands in furniture, what the page draws less than 200 pixels wide or high, a GIF whose size the
    page does not state, what is called an icon, a logo, a code, a button, a banner and the like in its address, name or
    words, and what leads to another page. Of a size that no page states the file itself decides when it is kept.
    """
    found: dict[str, Listed] = {}
    base = base_of(sheet.tree, page)
    for image in islice(_images(sheet, container, places), 10 * MOST):
        if (one := _picture(image, base)) and len(found) < MOST:
            found.setdefault(one.url, one)
    return list(found.values())


def _images(sheet: Sheet, container: etree._Element | None, places: Sequence[int]) -> Iterator[etree._Element]:
    scope = sheet.tree if container is None else container
    if next(scope.iter("img"), None) is None:
        return  # most pages
    around = {scope, *scope.iterancestors()} if container is not None else set()
    title = sheet.lines[min(places)].element if places else None
    passed = title is None or all(element is not title for element in scope.iter())
    for element in scope.iter(etree.Element):
        passed = passed or element is title
        if passed and element.tag == "img" and not _in_furniture(element, around):
            yield element


def _in_furniture(image: etree._Element, around: set[etree._Element]) -> bool:
    return any(is_furniture(one) for one in image.iterancestors() if one not in around)


def _picture(image: etree._Element, page: str) -> Listed | None:
    address = next((value for name in _SOURCES if (value := (image.get(name) or "").strip())), "")
    try:
        url = urljoin(page, address)
        parts = urlsplit(url)
        path = unquote(parts.path)
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not address or not _is_large(image, path):
        return None
    last = path.rpartition("/")[2]
    words = " ".join(f"{image.get('alt') or ''} {image.get('title') or ''}".split())
    if _ORNAMENT.search(last) or _ORNAMENT.search(names(image)) or _ORNAMENT_WORDS.search(words):
        return None
    if "." in last and not _PICTURE.search(last):
        return None
    if not _leads_to_itself(image):
        return None
    return Listed(url=url, title=(words or last)[:200])


def _is_large(image: etree._Element, path: str) -> bool:
    """Whether a page does not draw a picture small; of a GIF it must say that it is large."""
    stated = [image.get("width") or "", image.get("height") or ""]
    sizes = [float(found[1]) for one in stated if (found := re.match(r"\s*(\d{1,6})(?:px)?\s*$", one))]
    sizes += [float(one) for one in _SIZE.findall(image.get("style") or "")]
    if not sizes:
        return not path.lower().endswith(".gif")
    return min(sizes) >= _LEAST


def _leads_to_itself(image: etree._Element) -> bool:
    """Whether a picture is in no link, or in one to a picture, which is often the same in full size."""
    link = next(image.iterancestors("a"), None)
    href = "" if link is None else (link.get("href") or "").partition("?")[0]
    return not href or href.startswith(("#", "javascript:")) or _PICTURE.search(href) is not None
