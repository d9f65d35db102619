"""The next page of a list: its link, or the numbers of its pager."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from archive.urls import canonical
from spiders.lists.links import MOST_LINKS, address, base_of, same_site, text_of

_NEXT = re.compile(r"[\W_]*(?:[下后][一1]?[页頁]|next(?:\s*page)?)[\W_]*|\s*[›»>]{1,2}\s*", re.IGNORECASE)

_PAGE_NUMBER = re.compile(r"[\[(（【]?\s*(\d{1,4})\s*[\])）】]?")
_YEAR_BEFORE = re.compile(r"(?:19|20)\d\d[-/_.]?(?:\d\d?[-/_.]?)?$")  # the number after it is a day in a calendar


def next_link(document: HtmlElement, url: str, selector: str = "") -> str:
    """The address of the next page of a list: the first link that `selector` finds, else one that says 下一页.

    Where nothing says so, the number that follows this page's own in a pager of bare numbers (`numbered_pages`).
    "" when there is none, when it needs JavaScript, or when it leads to this page again.
    """
    base = base_of(document, url)
    found = document.cssselect(selector) if selector else _next_candidates(document)
    targets = (address(link.get("href") or "", base) for link in found)
    said = (target for target in targets if target and same_site(target, url) and canonical(target) != canonical(url))
    return next(said, "") or ("" if selector else _following_number(document, url))


def _next_candidates(document: HtmlElement) -> Iterator[HtmlElement]:
    yield from document.xpath("//link[@rel='next'] | //a[@rel='next']")
    links = document.xpath("//a[@href]")[:MOST_LINKS]
    yield from (link for link in links if _NEXT.fullmatch(text_of(link) or link.get("title") or ""))
    yield from (
        link for link in links if {"next", "nextpage", "next-page"} & set(link.get("class", "").lower().split())
    )


def numbered_pages(document: HtmlElement, url: str) -> dict[int, str]:
    """The pages of the list at `url` by the numbers that its pager shows: `{2: "…/index_2.html", 3: …}`.

    A link is one of them when its text is a number, it leads to the list's own folder on the list's own site, and its
    address holds that number, or the one before it (TRS counts from 0), where the others' addresses hold theirs and
    the rest is alike. Numbers behind a year, or a year and a month, are a calendar's.
    """
    pager = _pager(document, url)
    return pager[1] if pager else {}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Numbering:
    """The way in which the addresses of a list's pages hold their numbers."""

    before: str
    after: str
    less: int  # 1 where the addresses count from 0

    def number(self, tail: str) -> int:
        """The number of the page at an address; an address without a number is the first page's."""
        found = re.fullmatch(f"{re.escape(self.before)}(\\d{{1,5}}){re.escape(self.after)}", tail)
        return int(found[1]) + self.less if found else 1


def _following_number(document: HtmlElement, url: str) -> str:
    pager = _pager(document, url)
    if pager is None:
        return ""
    numbering, pages = pager
    return pages.get(numbering.number(_folder_and_tail(url)[1]) + 1, "")


def _pager(document: HtmlElement, url: str) -> tuple[_Numbering, dict[int, str]] | None:
    """The numbering that most links of a pager share, and the pages by their numbers; None without a pager."""
    base, folder = base_of(document, url), _folder_and_tail(url)[0]
    found: dict[_Numbering, dict[int, str]] = {}
    for link in document.xpath("//a[@href]")[:MOST_LINKS]:
        shown = _PAGE_NUMBER.fullmatch(text_of(link))
        target = address(link.get("href"), base) if shown else ""
        if shown and target and _folder_and_tail(target)[0] == folder and same_site(target, url):
            number, tail = int(shown[1]), _folder_and_tail(target)[1]
            for run in re.finditer(r"(?<!\d)\d{1,5}(?!\d)", tail):
                before, after, less = tail[: run.start()], tail[run.end() :], number - int(run[0])
                if less in (0, 1) and not _YEAR_BEFORE.search(before):
                    numbering = _Numbering(before=before, after=after, less=less)
                    found.setdefault(numbering, {}).setdefault(number, target)
    return max(found.items(), key=lambda item: len(item[1]), default=None)


def _folder_and_tail(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    folder, _, name = parts.path.rpartition("/")
    return folder, f"{name}?{parts.query}" if parts.query else name
