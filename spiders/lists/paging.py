"""The next page of a list: its link, or the numbers of its pager."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from operator import itemgetter
from typing import Any
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from archive.model import Listed
from archive.urls import canonical
from spiders.lists.calls import Calls
from spiders.lists.links import (
    MOST_LINKS,
    SHORTEST_TITLE,
    address,
    base_of,
    comments_of,
    compiled,
    is_address,
    parse_html,
    said_by,
    same_site,
    text_of,
)
from spiders.lists.pagers import HANDED, decoded_pager, scripted_pager

_NEXT = re.compile(
    r"[\W_]*(?:[下后]\s*[一1]?\s*[页頁]|[下后]\s*\d{1,3}\s*[条條篇]|(?:早期|[较更]早|[较更]旧)的?(?:文章|新闻|信息)"
    r"|next(?:\s*page)?|older(?:\s*posts)?)[\W\d_]*",
    re.IGNORECASE,
)
_SIGN = re.compile(r"\s*(?:[›»>]{1,2}|→)?\s*")
_MORE = re.compile(r"[\W_]*(?:(?:加载|加載|显示|顯示|点击加载|查看)更多|load\s*more|show\s*more)[\W_]*", re.IGNORECASE)
_LOAD_MORE = re.compile(r"[\W_]*(?:点击|[上下]拉|[上下]滑|滑动)*(?:(?:加载|加載)更多|load\s*more)[\W_]*", re.IGNORECASE)
_MORE_SIGNS = ("加载更多", "加載更多", "oad more", "oad More", "OAD MORE")
_WORDS_OF_MORE = (
    f"//body//text()[{' or '.join(f'contains(., {sign!r})' for sign in _MORE_SIGNS)}]"
    "[not(parent::script or parent::style or parent::title)]"
)
_LAST = re.compile(r"[\W_]*(?:[下后][一1]?[页頁]|[尾末][页頁]|最后一?[页頁])[\W_]*")
_NUMBERED_FILE = re.compile(r"(.*?[^\d])(\d{1,5})(\.\w+)")
_PAGE_NUMBER = re.compile(r"[\[(（【]?\s*(?:第|page\s)?\s*(\d{1,4})\s*[页頁]?\s*[\])）】]?", re.IGNORECASE)
_SENDS = re.compile(
    r"\b__doPostBack\s*\(|\.submit\s*\(|\$\.(?:post|ajax|get(?:JSON)?)\s*\(|\b(?:axios|fetch)\b|\.load\s*\("
)
_SECOND = compiled(
    "//a[normalize-space()='2' or normalize-space()='[2]'][@onclick or starts-with(@href, 'javascript:')]"
)
_FIRST = compiled("//a[@href][normalize-space()='1' or normalize-space()='[1]']")
_CLICKED = compiled(
    "//*[self::a or self::button or self::input or self::span or self::li][@onclick or contains(@href, '(')]"
)
_BUTTONS = compiled("//form//input[@type='submit' or @type='image'] | //form//button")
_NUMBER_TAGS = ("a", "span", "li", "td", "b", "strong", "em", "i")
_CLASSES = {"next", "nextpage", "next-page"}
_DAYS = {str(number) for number in range(1, 29)}
_NUMBERED_FOLDER = re.compile(r"/(\d{1,5})/$")
_FOLDERS_OF_PAGES = ("p", "page")
_MOST_SAYING = 20  # links that say 下一页, which are compared
_LINKS_OF_BOX = 2  # with titles or pictures; a box of so many may have a pager of its own
_UP = 4  # elements between a word of a pager and the whole pager
_YEAR_BEFORE = re.compile(r"(?:19|20)\d\d[-/_.]?(?:\d\d?[-/_.]?)?$")  # the number after it is a day in a calendar


@dataclass(frozen=True, slots=True, kw_only=True)
class Following:
    """The address of a list's next page, "" for none, and the way in which a page tells it."""

    url: str = ""
    counted: bool = False  # a script counts the pages: the page may be missing
    ends: bool = False  # the page shows a pager that ends here
    more: bool = False  # the page says 加载更多, which only a script can follow
    sent: bool = False  # 下一页 sends a form, which only a script, or a button, does


def following_page(
    html: str, document: HtmlElement, url: str, selector: str = "", entries: Iterable[Listed] = ()
) -> Following:
    """The next page of a list, by what its page tells of it; `entries` are those that the page shows.

    First the link that `selector` finds; then a script's pager; then a link that says 下一页, or hidden links with
    numbers, or a pager of bare numbers (`next_link`), also where these stand on the page as base64.
    """
    if selector and (linked := next_link(document, url, selector)):
        return Following(url=linked)
    if pager := scripted_pager(html, url):
        return Following(url=pager.following, counted=True, ends=not pager.following)
    if selector:
        return Following(ends=_is_last(document))
    hidden = decoded_pager(html)
    linked = next_link(document, url, entries=entries) or (next_link(parse_html(hidden), url) if hidden else "")
    ends = not linked and (_is_last(document) or _is_highest(document, url))
    return Following(
        url=linked,
        ends=ends,
        more=not linked and says_more(html, document),
        sent=not linked and _is_sent(html, document),
    )


def _is_sent(html: str, document: HtmlElement) -> bool:
    """Whether 下一页 of a page, or its picture, sends a form or a question: __doPostBack(…), form.submit(), $.post(…).

    It does so by its own code, or by that of the page's function which it calls; or it is a button of a form that is posted. A button that is
    switched off does not, nor does a link that hands over 1 and no other number: that leads to the page itself. A link that says 2 and
    hands over 2 does so beside a 1, and a menu of the numbers from 1 on, beside the word 页.
    """
    if "<form" not in html.lower() and not _SENDS.search(html):  # most pages need no more
        return False
    calls = Calls(document)
    if _sends_numbers(document, calls):
        return True
    for link in islice((one for one in _CLICKED(document)[:MOST_LINKS] if _NEXT.fullmatch(said_by(one))), _MOST_SAYING):
        href = link.get("href") or ""
        for code in filter(None, (href if "(" in href else "", link.get("onclick"))):
            numbers = HANDED.findall(code)
            away = not numbers or max(map(int, numbers)) > 1
            if away and not _is_off(link) and _SENDS.search(calls.code_of(code)):
                return True
    return any(
        _NEXT.fullmatch(said_by(button) or button.get("alt") or "")
        and not _is_off(button)
        and any((form.get("method") or "").lower() == "post" for form in button.iterancestors("form"))
        for button in _BUTTONS(document)[:MOST_LINKS]
    )


def _sends_numbers(document: HtmlElement, calls: Calls) -> bool:
    """Whether the number 2 behind a 1, or a menu of the numbers from 1 on beside the word 页, sends a form."""
    for link in _SECOND(document)[:_MOST_SAYING]:
        above = link.getparent() if link.getparent().tag not in ("li", "td", "span") else link.getparent().getparent()
        beside = [text_of(one).strip("[]") for one in islice(above.iter(*_NUMBER_TAGS), MOST_LINKS)]
        codes = (code for code in (link.get("href") or "", link.get("onclick") or "") if "2" in HANDED.findall(code))
        if (
            "2" in beside
            and "1" in beside[: beside.index("2")]
            and any(_SENDS.search(calls.code_of(code)) for code in codes)
        ):
            return True
    for menu in document.xpath("//select[@onchange]")[:_MOST_SAYING]:
        shown = [_PAGE_NUMBER.fullmatch(text_of(one)) for one in menu.iter("option")]
        numbers = [int(one[1]) for one in shown if one]
        counts = len(numbers) == len(shown) > 1 and numbers == list(range(1, len(numbers) + 1))
        if (
            counts
            and _SENDS.search(calls.code_of(menu.get("onchange")))
            and re.search("[页頁]", text_of(menu.getparent()))
        ):
            return True
    return False


def _is_off(element: HtmlElement) -> bool:
    return element.get("disabled") is not None or "disable" in (element.get("class") or "").lower()


def says_more(html: str, document: HtmlElement) -> bool:
    """Whether a page has a button 加载更多, which leads nowhere by itself."""
    return any(sign in html for sign in _MORE_SIGNS) and any(
        _LOAD_MORE.fullmatch(word) and not any(map(_leads, _around(word))) for word in document.xpath(_WORDS_OF_MORE)
    )


def _around(word: Any) -> list[HtmlElement]:
    element = word.getparent() if word.is_text else word.getparent().getparent()
    return [] if element is None else [element, *islice(element.iterancestors(), 2)]


def _is_last(document: HtmlElement) -> bool:
    """Whether a page says 下一页 or 尾页, and that leads nowhere, as on the last page of a list; by no script either.

    Not where a number beside these words is that of a further page, which only a script can reach.
    """
    for word in document.xpath("//text()[contains(., '页') or contains(., '頁')]"):
        element = word.getparent() if word.is_text else word.getparent().getparent()
        if element is not None and element.tag not in ("script", "style", "option") and _LAST.fullmatch(word):
            above = [element, *islice(element.iterancestors(), 2)]
            if not any(one.get("onclick") or _leads(one) for one in above):
                return not _shows_further(element)
    return False


def _shows_further(word: HtmlElement) -> bool:
    """Whether the highest number of the pager that holds a word is another page's: that of this page is marked, or no link."""
    for pager in islice(word.iterancestors(), _UP):
        numbers = [
            (int(shown[1]), one)
            for one in pager.iter("a", "span", "li", "b", "strong", "em", "i")
            if not len(one) and (shown := _PAGE_NUMBER.fullmatch(text_of(one)))
        ]
        if not numbers:
            continue
        highest, last = max(numbers, key=itemgetter(0))
        others = [one for number, one in numbers if number != highest]
        forms = {(one.tag, one.get("class")) for one in others}
        is_own = (last.tag, last.get("class")) not in forms and bool(
            last.get("class") or {one.tag for one in others} == {"a"}
        )
        return bool(others) and not is_own
    return False


def _leads(element: HtmlElement) -> bool:
    return element.tag == "a" and (element.get("href") or "#").strip().lower() not in ("#", "")


def next_link(document: HtmlElement, url: str, selector: str = "", entries: Iterable[Listed] = ()) -> str:
    """The address of the next page of a list: the first link that `selector` finds, else one that says 下一页.

    A link says so by its words, or by those of the picture in it; a button by its words as well. Else a mere sign (›, or
    a link of the class `next` without words), or 加载更多, tells it, when it leads to a page of the list's own folder.
    Where nothing says so: the number that follows this page's own in a pager of bare numbers (`numbered_pages`), or
    the next of a row of hidden links. "" when there is none, when it needs JavaScript, or when it leads to this page.

    Of several links that say 下一页, one to the list's own folder comes first. That of a box beside the list (`_is_aside`) comes after all
    others, and is none where it leads to another folder.
    """
    base, calls = base_of(document, url), Calls(document)

    def leads(links: Iterable[HtmlElement]) -> Iterator[tuple[HtmlElement, str]]:
        targets = ((link, calls.target(link, base, bare=True) or _kept_in_data(link, base)) for link in links)
        return (
            (link, target)
            for link, target in targets
            if target
            and same_site(target, url)
            and canonical(target) != canonical(url)
            and "$.post(" not in (link.get("onclick") or "")  # the same address answers a plain request otherwise
        )

    if selector:
        return next((target for _, target in leads(document.cssselect(selector))), "")
    folders = _own_folders(document, url)
    said = list(islice(leads(_saying_next(document)), _MOST_SAYING))
    if said:
        keys = {canonical(entry.url) for entry in entries}
        ranked = [
            (_is_aside(link, target, keys, base), _folder_and_tail(target)[0] not in folders, target)
            for link, target in said
        ]
        aside, abroad, target = min(ranked, key=itemgetter(0, 1))
        if not (aside and abroad):
            return target
    signed = (target for _, target in leads(_signs(document)) if _folder_and_tail(target)[0] in folders)
    return next(signed, "") or _following_number(document, url) or _hidden_next(document, url)


def _is_aside(link: HtmlElement, target: str, keys: set[str], base: str) -> bool:
    """Whether a link 下一页 belongs to a box beside the list: videos, pictures, notices.

    The smallest element around it that holds _LINKS_OF_BOX links with titles or pictures is that box, when none of them is an entry of the
    list (`keys`), and as many lead into the folder that the link leads to, or deeper, or the link to the page's own address.
    """
    if not keys:
        return False
    folder = f"{urlsplit(target).netloc}{_folder_and_tail(target)[0]}/"
    own = target.partition("?")[0] == base.partition("?")[0]
    for box in islice(link.iterancestors(), _UP):
        if box.tag in ("body", "html"):
            return False
        links = [one for one in box.iter("a") if len(text_of(one)) >= SHORTEST_TITLE or one.find(".//img") is not None]
        found = {
            leads
            for one in links
            if (leads := address(one.get("href") or "", base)) and not _NEXT.fullmatch(said_by(one))
        }
        if len(found) >= _LINKS_OF_BOX:
            kin = sum(f"{urlsplit(one).netloc}{urlsplit(one).path}".startswith(folder) for one in found)
            return keys.isdisjoint(map(canonical, found)) and (own or kin >= _LINKS_OF_BOX)
    return False


def _hidden_next(document: HtmlElement, url: str) -> str:
    """The next page by links without words to pages that are numbered: `index_958_198.html`, `index_958_197.html`.

    They stand for search engines, and in the list's own folder. From the first page, whose address has no such number,
    the first of them leads on; from another one the one that stands behind its own, or follows it in their direction.
    """
    base, folder = base_of(document, url), _folder_and_tail(url)[0]
    rows: dict[tuple[str, str], dict[int, str]] = {}
    for link in document.xpath("//a[@href]")[:MOST_LINKS]:
        target = "" if text_of(link) or len(link) else address(link.get("href"), base)
        found = _NUMBERED_FILE.fullmatch(_folder_and_tail(target)[1]) if target else None
        if found and _folder_and_tail(target)[0] == folder and same_site(target, url):
            rows.setdefault((found[1], found[3]), {}).setdefault(int(found[2]), target)
    pages = max(rows.items(), key=lambda row: len(row[1]), default=None)
    if pages is None:
        return ""
    (before, after), targets = pages
    numbers = list(targets)
    own = re.fullmatch(f"{re.escape(before)}(\\d{{1,5}}){re.escape(after)}", _folder_and_tail(url)[1])
    if own is None:
        return targets[numbers[0]]
    step = 1 if len(numbers) > 1 and numbers[0] < numbers[1] else -1
    return targets.get(int(own[1]) + step, "")


def _saying_next(document: HtmlElement) -> Iterator[HtmlElement]:
    apart = comments_of(document)
    yield from document.xpath("//link[@rel='next'] | //a[@rel='next']")
    links = document.xpath(
        "//a[@href or @onclick] | //*[@onclick][self::button or self::input or self::span or self::li]"
        " | //*[@data-href or @data-url]"
    )
    yield from (
        link for link in links[:MOST_LINKS] if _NEXT.fullmatch(said_by(link)) and apart.isdisjoint(link.iterancestors())
    )


def _signs(document: HtmlElement) -> Iterator[HtmlElement]:
    """Links that may lead to a next page, by a sign or a class without words, then by 加载更多."""
    links = document.xpath("//a[@href or @onclick]")[:MOST_LINKS]
    for link in links:
        words = said_by(link)
        if _SIGN.fullmatch(words) and (words or _is_named_next(link)):
            yield link
    more = document.xpath("//a | //button | //*[@data-url] | //*[@data-href]")[:MOST_LINKS]
    yield from (link for link in more if _MORE.fullmatch(text_of(link)))


def _is_named_next(link: HtmlElement) -> bool:
    """Whether a link, or the item of a pager that holds it alone, has the class `next`."""
    above = link.getparent()
    named = [link] if above is None or len(above) > 1 or above.tag not in ("li", "span") else [link, above]
    return any(_CLASSES & {*one.get("class", "").lower().split()} for one in named)


def _kept_in_data(element: HtmlElement, base: str) -> str:
    return next((address(element.get(name), base) for name in ("data-url", "data-href") if element.get(name)), "")


def _own_folders(document: HtmlElement, url: str) -> set[str]:
    """The folder of a list, and the one that is named after the list: /zbgg of /zbgg.htm; in each a folder of pages: /zbgg/p, /zbgg/page.

    /zbgg is also the folder of /zbgg/2/, when a link 1 leads to /zbgg/: else /zbgg/2/ may be a list of its own.
    """
    path, (bare, _) = urlsplit(url).path, _folder_and_tail(url)
    own = {path.rpartition("/")[0], path.rpartition(".")[0]}
    if bare not in own:
        base = base_of(document, url)
        firsts = (address(link.get("href"), base) for link in _FIRST(document)[:_MOST_SAYING])
        is_page = bare.endswith(tuple(f"/{name}" for name in _FOLDERS_OF_PAGES))
        if is_page or any(urlsplit(first).path == f"{bare}/" for first in firsts):
            own.add(bare)
    return own | {f"{folder}/{name}" for folder in own for name in _FOLDERS_OF_PAGES}


def numbered_pages(document: HtmlElement, url: str) -> dict[int, str]:
    """The pages of the list at `url` by the numbers that its pager shows: `{2: "…/index_2.html", 3: …}`.

    A link, or an option of a menu, is one of them when its text is a number, it leads to the list's own folder on the
    list's own site (or to the folder named after the list: zbgg/10.htm of zbgg.htm), and its address holds that number,
    or the one before it (TRS counts from 0), where the others' addresses hold theirs and the rest is alike. Addresses
    may count down: then the two numbers of at least two pages have one sum. They may count entries, from 0 on (0, 15, 30): at least two pages
    tell the step. Numbers behind a year, or a year and a
    month, are a calendar's.
    """
    pager = _pager(document, url)
    return pager[1] if pager else {}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Numbering:
    """The way in which the addresses of a list's pages hold their numbers."""

    folder: str
    before: str
    after: str
    less: int = 0  # 1 where the addresses count from 0
    sum: int = 0  # of the page's number and the one in its address, where the addresses count down
    step: int = 1  # entries of a page, where the addresses count entries

    def number(self, url: str) -> int:
        """The number of the page at an address; an address without a number is the first page's."""
        folder, tail = _folder_and_tail(url)
        found = re.fullmatch(f"{re.escape(self.before)}(\\d{{1,5}}){re.escape(self.after)}", tail)
        if not found or folder != self.folder:
            return 1
        return self.sum - int(found[1]) if self.sum else int(found[1]) // self.step + self.less


def _is_highest(document: HtmlElement, url: str) -> bool:
    """Whether a pager of numbers has none that is higher than this page's."""
    pager = _pager(document, url)
    return pager is not None and pager[0].number(url) >= max(pager[1])


def _following_number(document: HtmlElement, url: str) -> str:
    pager = _pager(document, url)
    if pager is None:
        return ""
    numbering, pages = pager
    return pages.get(numbering.number(url) + 1, "")


def _pager(document: HtmlElement, url: str) -> tuple[_Numbering, dict[int, str]] | None:
    """The numbering that most links of a pager share, and the pages by their numbers; None without a pager."""
    base, folders, apart = (
        base_of(document, url),
        _own_folders(document, url),
        _calendars(document) | comments_of(document),
    )
    found: dict[_Numbering, dict[int, str]] = {}
    for link in document.xpath("//a[@href] | //option[@value]")[:MOST_LINKS]:
        shown = _PAGE_NUMBER.fullmatch(text_of(link))
        leads = link.get("href") or link.get("value") or ""
        target = address(leads, base) if shown and (link.tag == "a" or is_address(leads)) else ""
        if (
            not shown
            or not apart.isdisjoint(link.iterancestors())
            or not target
            or _folder_and_tail(target)[0] not in folders
            or not same_site(target, url)
        ):
            continue
        number, (place, tail) = int(shown[1]), _folder_and_tail(target)
        for run in re.finditer(r"(?<!\d)\d{1,5}(?!\d)", tail):
            before, after, less = tail[: run.start()], tail[run.end() :], number - int(run[0])
            if _YEAR_BEFORE.search(before):
                continue
            ways = [_Numbering(folder=place, before=before, after=after, sum=number + int(run[0]))]
            if less in (0, 1):
                ways.append(_Numbering(folder=place, before=before, after=after, less=less))
            if number > 1 and int(run[0]) >= 2 * (number - 1) and int(run[0]) % (number - 1) == 0:
                ways.append(
                    _Numbering(folder=place, before=before, after=after, less=1, step=int(run[0]) // (number - 1))
                )
            for numbering in ways:
                found.setdefault(numbering, {}).setdefault(number, target)
    for way, pages in found.items():
        from_nothing = found.get(replace(way, step=1), {})  # the address of the first page says 0, which is of any step
        if way.step > 1 and 1 in from_nothing:
            pages.setdefault(1, from_nothing[1])
    known = {way: pages for way, pages in found.items() if not (way.sum or way.step > 1) or len(pages) > 1}
    return max(known.items(), key=lambda item: (len(item[1]), not item[0].sum), default=None)


def _calendars(document: HtmlElement) -> set[HtmlElement]:
    """The tables whose cells number the days of a month."""
    return {table for table in document.iter("table") if {text_of(cell) for cell in table.iter("td")} >= _DAYS}


def _folder_and_tail(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    # 2 is the name of /news/2/
    folder, _, name = _NUMBERED_FOLDER.sub(r"/\1", parts.path).rpartition("/")
    return folder, f"{name}?{parts.query}" if parts.query else name
