"""Leaving out what stands beside the rows of a list and is no entry: menus, the names of columns, rankings."""

import re
from collections import Counter
from itertools import islice
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from spiders.lists.dates import squeeze
from spiders.lists.links import SHORTEST_TITLE, text_of
from spiders.lists.rankings import rankings
from spiders.lists.rows import LIST_TAGS, LISTED_DAYS, Days, Holders, row_of

_FURNITURE = re.compile(
    r"(?:^|[\s_-])(?:nav|navbar|menu|header|foot|footer|crumbs?|breadcrumbs?|position|location|weizhi|more|friendlinks?|copyright|pager|pagination)(?:$|[\s_-])",
    re.IGNORECASE,
)
_PATH = re.compile(
    r"[\s▪·>]*(?:[您你]?(?:当前|现在|的|所在|當前|目前)*(?:位置|所在地?)|首页\s*[>›»])"
)  # where a reader stands in a site
_MORE = re.compile(r"[\W_]*(?:(?:查看|点击)?更多|more)[\W_]*", re.IGNORECASE)
_LISTED_TITLES = 5  # links with titles; in the rows of one element they are a list
_LONGEST_NUMBER = 40  # digits of a number in an address
_HEADINGS = {"h1", "h2", "h3", "h4"}
_HEX = re.compile(r"[0-9a-f]{16,}(?:-[0-9a-f]+)*|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
# A day or a month among the folders of an address, and a day at the beginning of a name or a number
_DAY_IN_ADDRESS = re.compile(r"/(20\d\d|19\d\d)[-/]?([01]?\d)(?:[-/]?([0-3]?\d))?(?=/)")
_GLUED_DAY = re.compile(r"(?<![0-9])(20\d\d|19\d\d)([01]\d)([0-3]\d)(?=[_/-])")
_LAST_NUMBER = re.compile(r"\d+(?=\D*$)")


def without_rankings(days: Days, keys: dict[HtmlElement, str], held: Holders) -> Days:
    lists: dict[tuple[HtmlElement, str], set[str]] = {}
    places: dict[HtmlElement, tuple[HtmlElement, str]] = {}
    for link in days:
        row = row_of(link, held)
        if (parent := row.getparent()) is not None:
            places[link] = parent, row.tag
            lists.setdefault(places[link], set()).add(keys[link])
    aside = rankings({place: len(found) for place, found in lists.items()})
    return {link: day for link, day in days.items() if places.get(link) not in aside} if aside else days


def without_furniture(
    days: Days,
    links: dict[HtmlElement, str],
    keys: dict[HtmlElement, str],
    held: Holders,
    now: str,
    *,
    has_pattern: bool,
) -> Days:
    dated = [link for link, day in days.items() if day]
    if len(dated) < LISTED_DAYS:
        if has_pattern and not dated:
            return days
        plain = {link: day for link, day in days.items() if day or not _is_furniture(link)}
        return _without_names(plain, keys, held) or days
    row_by_link = {link: row_of(link, held) for link in dated}
    rows = set(row_by_link.values())
    lists = {(row.getparent(), row.tag) for row in rows}
    kinds = {_kind(links[link]) for link in dated}
    oldest = _oldest(days, links, dated)
    pictured = {keys[link] for link in days if link.find(".//img") is not None}

    def is_entry(link: HtmlElement) -> bool:
        row = row_of(link, held)
        if row in rows:
            return False
        if (row.getparent(), row.tag) in lists:
            return True
        if _kind(links[link]) not in kinds or _is_furniture(link):
            return False
        if keys[link] in pictured:
            return any(keys[other] == keys[link] and len(text_of(other)) >= SHORTEST_TITLE for other in days)
        return _is_headline(link) and _is_of_time(links[link], oldest)

    own = _day_beside_furniture(row_by_link, days, links, now)
    return {link: day for link, day in days.items() if (day and link not in own) or (not day and is_entry(link))}


def _day_beside_furniture(
    row_by_link: dict[HtmlElement, HtmlElement], days: Days, links: dict[HtmlElement, str], now: str
) -> set[HtmlElement]:
    """The links beside a list whose day is none of theirs: 今天是2026年3月10日 before 繁体, 最后更新：2026-03-09 before 网站地图.

    They are fewer than the rows of a list, their addresses are not of the kind of the list's, and each stands in a header or a footer, says
    less than titles do, or has the day of the visit and an address without a number, as columns have.
    """
    places = {link: (row.getparent(), row.tag) for link, row in row_by_link.items()}
    number = Counter(places.values())
    few = [link for link, place in places.items() if number[place] < LISTED_DAYS]
    if not few or len(few) == len(places):
        return set()
    kinds = {_kind(links[link]) for link, place in places.items() if number[place] >= LISTED_DAYS}
    return {
        link
        for link in few
        if _kind(links[link]) not in kinds
        and (
            (days[link][:10] == now[:10] and _number_in(links[link]) < 0)
            or len(text_of(link)) < SHORTEST_TITLE
            or _is_furniture(link)
        )
    }


def _without_names(days: Days, keys: dict[HtmlElement, str], held: Holders) -> Days:
    """The links of a page without days, without the names of columns beside the list.

    The rows of a list stand in one element, and most of them say as much as titles do. Beside such a list a
    link that says less, and shows no picture, is part of a menu: 部门动态, 登录.
    """
    lists: dict[tuple[HtmlElement | None, str], list[HtmlElement]] = {}
    for link in days:
        row = row_of(link, held)
        lists.setdefault((row.getparent(), row.tag), []).append(link)
    titled = {
        place
        for place, members in lists.items()
        if len({keys[link] for link in members if len(text_of(link)) >= SHORTEST_TITLE}) >= _LISTED_TITLES
        and 2 * sum(len(text_of(link)) < SHORTEST_TITLE for link in members) <= len(members)
    }
    if not titled:
        return days

    def is_name(link: HtmlElement) -> bool:
        row = row_of(link, held)
        if (row.getparent(), row.tag) in titled or link.find(".//img") is not None:
            return False
        return 0 < len(text_of(link)) < SHORTEST_TITLE

    return {link: day for link, day in days.items() if day or not is_name(link)}


def _oldest(days: Days, links: dict[HtmlElement, str], dated: list[HtmlElement]) -> str | int:
    """Where the time of a list begins: the month before its oldest day; where no address of it prints a day, the least of their numbers."""
    if any(_day_in(links[link]) for link in dated):
        return _months_before(min(days[link][:10] for link in dated))
    numbers = (_number_in(links[link]) for link in dated)
    return min((number for number in numbers if number >= 0), default=10**_LONGEST_NUMBER)


def _is_of_time(url: str, oldest: str | int) -> bool:
    """Whether an address is of a list's time: by the day that it prints, or by its number, since these are given in turn."""
    if isinstance(oldest, str):
        return _day_in(url) >= oldest
    return _number_in(url) >= oldest


def _kind(url: str) -> str:
    """The address without its host, the days in it and its last number: alike for the articles of one column."""
    plain = _DAY_IN_ADDRESS.sub("/", _HEX.sub("#", urlsplit(url).path))
    return _LAST_NUMBER.sub("#", _GLUED_DAY.sub("", plain))


def _day_in(url: str) -> str:
    """The day, or the month, that an address prints: `2026-07-02`, `2026-07`; "" for none."""
    found = _GLUED_DAY.search(url) or _DAY_IN_ADDRESS.search(url)
    return "-".join(part.rjust(2, "0") for part in found.groups() if part) if found else ""


def _number_in(url: str) -> int:
    """The last number of an address, -1 for none; a hash is no number."""
    parts = urlsplit(url)
    found = _LAST_NUMBER.search(_HEX.sub("#", f"{parts.path}?{parts.query}"))
    return int(found[0][:_LONGEST_NUMBER]) if found else -1


def _months_before(day: str) -> str:
    """The month before that of a day."""
    year, month = int(day[:4]), int(day[5:7])
    return f"{year}-{month - 1:02}" if month > 1 else f"{year - 1}-12"


def _is_headline(link: HtmlElement) -> bool:
    return link.find("h1") is not None or any(parent.tag in _HEADINGS for parent in islice(link.iterancestors(), 2))


def _is_furniture(link: HtmlElement) -> bool:
    return (
        _MORE.fullmatch(text_of(link)) is not None
        or _is_in_path(link)
        or any(
            parent.tag in ("nav", "header", "footer")
            or _FURNITURE.search(f"{parent.get('class', '')} {parent.get('id', '')}")
            for parent in link.iterancestors()
            if parent.tag not in ("body", "html")
        )
    )


def _is_in_path(link: HtmlElement) -> bool:
    """Whether a link stands in a line that says where its reader is: 当前位置：首页 > 政务公开."""
    return any(
        _PATH.match(squeeze("".join(islice(above.itertext(), 4))))
        for above in islice(link.iterancestors(), 3)
        if above.tag not in LIST_TAGS
    )
