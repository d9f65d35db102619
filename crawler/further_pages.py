"""Articles that go on over several pages: which the further ones are."""

import re
from collections.abc import Sequence
from urllib.parse import urljoin, urlsplit

from archive.model import Page
from archive.texts.encoding import decode

MOST = 49  # further pages of one article
_CALL = re.compile(
    rb"""createPage(?:HTML)?\s*\(\s*["']?(\d{1,3})["']?\s*,\s*["']?\d{1,3}["']?\s*,\s*["']([^"']+)["']\s*,\s*["'](s?html?)["']"""
)
_LINK = re.compile(r"""<a\b[^>]*?\bhref\s*=\s*["']?\s*([^"'\s>]+)[^>]*>(.{0,200}?)</a>""", re.I | re.S)
_PAGER = re.compile(r"[\W_]*(?:第?\s*\d{1,3}\s*页?|[下尾末后]一?页|最后一页|next)[\W_]*|[>»›…]+", re.I)
_FIRST = re.compile(r"[_-]1$")  # a file name that counts the article's first page
_FOLDERS = {"index", "default", "list"}  # stand for a folder, and their numbered kin for the pages of a list


def further_pages(url: str, body: bytes, content_type: str = "") -> tuple[str, ...]:
    """The addresses of an article's further pages, in order, as one of its pages names them; `url` is the first's.

    TRS pages call `createPageHTML(3, 0, "t20260302_118", "shtml")`: a call with the article's own file name counts its
    pages, of which the further ones are `t20260302_118_1.shtml` and `_2`. Else the links of a pager do (their words
    are a number, 下一页, 尾页, an arrow), when they lead to the article's own file name with `_2` or `-2` behind it, on
    the same host and in the same folder: of `12.html`, `12_2.html` up to the highest number that is linked. They begin with
    `12_1.html` where a number one higher, or 下一页, leads there. Those of `show-345-1.html` are `show-345-2.html` and so on,
    where the pager shows one of these numbers. Pages with a query, and index pages, have none.
    """
    parts = urlsplit(url)
    stem, dot, ending = parts.path.rpartition("/")[2].rpartition(".")
    if not (stem and dot) or parts.query or stem.lower() in _FOLDERS:
        return ()
    shared = stem[:-1] if _FIRST.search(stem) else stem
    if stem.isascii() and shared.encode() not in body:  # then neither a call nor a link has it
        return ()
    for count, name, extension in _CALL.findall(body) if b"createPage" in body else ():
        if name.decode("latin-1") == stem:
            return tuple(urljoin(url, f"{stem}_{n}.{extension.decode()}") for n in range(1, int(count)))
    return _linked(url, stem, ending, body, content_type)


def _linked(url: str, stem: str, ending: str, body: bytes, content_type: str) -> tuple[str, ...]:
    # most pages have no such link: they need neither a pattern of their own nor to be decoded
    openings = [f"{stem}{mark}" for mark in "_-" if f"{stem}{mark}".encode() in body]
    openings += [stem[:-1]] if _FIRST.search(stem) else []
    if not openings:
        return ()
    own = f"({'|'.join(map(re.escape, openings))})([1-9]\\d?)\\.{re.escape(ending)}"
    if not re.search(own.encode(), body):
        return ()
    address = re.compile(re.escape(urljoin(url, ".")) + own)
    pagers: dict[str, list[tuple[int, int]]] = {}  # each link's number as shown (0: none) and in its address
    for target, shown in _LINK.findall(decode(body, content_type)[0]):
        label = re.sub(r"<[^>]*>|&\w+;|\s", "", shown) or (">" if "&gt;" in shown else "")
        try:
            found = address.fullmatch(urljoin(url, target.partition("#")[0]))
        except ValueError:
            continue
        if found and _PAGER.fullmatch(label):
            number = re.search(r"\d+", label)
            pagers.setdefault(found[1], []).append((int(number[0]) if number else 0, int(found[2])))
    for opening, links in list(pagers.items())[:1]:
        numbers = _numbers(links, first_is_counted=opening == stem[:-1])
        return tuple(urljoin(url, f"{opening}{n}.{ending}") for n in numbers)
    return ()


def _numbers(links: Sequence[tuple[int, int]], first_is_counted: bool) -> range:
    """The numbers of the further pages; each link of a pager shows a number, and its address has one."""
    last = max(number for _, number in links)
    if any(shown == number > 1 for shown, number in links):
        return range(2, last + 1)
    if first_is_counted:
        return range(0)  # nothing says that 345-2 is a page of 345-1: it may be the next article
    from_one = any(number in (1, shown - 1) and shown != 1 for shown, number in links)
    return range(1 if from_one else 2, last + 1)


def lacking(page: Page) -> tuple[str, ...]:
    """The further pages of an article that its pages name and that are not among its parts yet, in order.

    A pager may show its next few numbers only, so each part is asked as well.
    """
    had = {part.url for part in page.parts}
    named = [*further_pages(page.url, page.body, page.header("Content-Type"))]
    for part in page.parts:
        named += further_pages(page.url, part.body, part.content_type)
    return tuple(url for url in dict.fromkeys(named) if url not in had)
