"""The titles of entries: the words of links, and of the rows around them, without days, marks and numbers."""

import re
from collections.abc import Iterator
from itertools import pairwise

from lxml.html import HtmlElement

from spiders.lists.beside import BULLETS, DAY_AT_EDGE, SHORT_AT_END, label_in, scraps
from spiders.lists.dates import find_day, is_cut, is_mark, only_day, only_figures, squeeze, told_title, uncut
from spiders.lists.links import SHORTEST_TITLE, compiled, pieces_of, text_of
from spiders.lists.rows import LISTED_DAYS, Days, Holders, item_of
from spiders.lists.split_days import SCRAP, spells
from spiders.lists.years import is_part_of

_HEADING = compiled("(.//h1|.//h2|.//h3|.//h4|.//h5|.//h6|.//*[contains(@class,'tit')])[1]")
_INNER_TITLES, _PICTURE_WORDS = compiled(".//@title"), compiled(".//img/@alt")
_NO_WORDS = {"href", "src", "style", "onclick"}  # attributes
_VISITS = re.compile(r"\s*(?:阅读|浏览|点击|访问|人气)(?:次数|量|数)?\s*[:：]?\s*\d+\s*(?:人?次)?\s*")
_INNER_BLOCKS = compiled(".//p|.//div|.//dt|.//dd|.//li")
_BLANK = re.compile(r"\s+")
_EDGE_OF_DAY = re.compile(r"[\d\])）】]\s*$|^[\[(（【]?\d{4}")
_SEVERAL = 2  # blocks of a link
_LONGEST_SCRAP = 12  # characters beside the blocks of a link: a day, a sign
_COUNTED = re.compile(r"\s*(\d{1,3})\s*(?:[.、．]\s*)?")
_COUNTED_IN_TEXT = re.compile(r"\s*(\d{1,3})\s*[.、．]\s*(?=\D)")


def titles_of(link: HtmlElement, url: str, now: str, day: str) -> Iterator[str]:
    if told := link.get("title"):
        yield _without_day(squeeze(told_title(told, text_of(link))), day)
    for heading in _HEADING(link):
        yield squeeze("".join(_without_marks(heading)))
    yield _said_twice(link)
    yield _first_block(link, url, now)
    said = _without_marks(link)
    pieces = [
        piece
        for piece in said
        if not only_day(piece, url, now) and not is_part_of(piece, day) and not _VISITS.fullmatch(piece)
    ]
    if find_day(" ".join(scraps(pieces))) or spells(scraps(said), day):
        pieces = [piece for piece in pieces if not SCRAP.fullmatch(piece)]
    title = squeeze("".join(pieces)).strip(BULLETS)
    yield _without_day(title, day)
    yield from _INNER_TITLES(link)
    yield link.get("alt") or ""
    yield from _PICTURE_WORDS(link)


def _without_day(title: str, day: str) -> str:
    """A title without the day at its edge, when it is the entry's."""
    if not day or not _EDGE_OF_DAY.search(title):
        return title.strip(BULLETS)
    if (end := SHORT_AT_END.search(title)) and is_part_of(end[1], day):
        title = title[: end.start()].rstrip()
    return DAY_AT_EDGE.sub(lambda edge: "" if find_day(edge[0])[:10] == day[:10] else edge[0], title).strip(BULLETS)


def _said_twice(link: HtmlElement) -> str:
    """The title of a link that holds it in two elements, for wide and for narrow screens, cut in one of them; "" for others.

    <a><span class="pc">某县召开会议</span><span class="mobile">某县召…</span></a>.
    """
    if len(link) < _SEVERAL:
        return ""
    said = [text for one in link.iterchildren() if len(text := text_of(one)) >= SHORTEST_TITLE]
    for pair in pairwise(said):
        short, long = sorted(pair, key=lambda text: len(uncut(text)))
        stem = uncut(short)
        if len(stem) >= SHORTEST_TITLE and long.startswith(stem) and (short == long or is_cut(short)):
            return long
    return ""


def _first_block(link: HtmlElement, url: str, now: str) -> str:
    """The title above a summary in one link: of the blocks that hold all its text but a day, the first that says enough; "" with one block."""
    if not len(link):
        return ""
    blocks = [text_of(one) for one in link.iter("p", "div", "dt", "dd", "li") if not _INNER_BLOCKS(one)]
    words = [said for said in blocks if said and not only_day(said, url, now)]
    outside = len(_BLANK.sub("", text_of(link))) - len(_BLANK.sub("", "".join(blocks)))
    if len(words) < _SEVERAL or outside > _LONGEST_SCRAP:
        return ""
    titles = (said for said in words if len(said) >= SHORTEST_TITLE and not only_figures(said) and not label_in(said))
    return next(titles, "")


def row_titles(link: HtmlElement, held: Holders, cut: str) -> list[str]:
    """The whole of a cut title in the attributes of the elements that hold this entry alone, the row among them.

    These are <li title="…"><a>cut…</a>, and then any attribute that begins with the words before the cut and holds no day:
    data-title, aria-label.
    """
    item = item_of(link, held)
    stem = uncut(squeeze(cut))
    if len(stem) < SHORTEST_TITLE:
        return [*item.xpath("@title"), *_INNER_TITLES(item)]
    said = (value for element in item.iter("*") for name, value in element.items() if name not in _NO_WORDS)
    whole = [one for one in said if one.lstrip().startswith(stem) and not find_day(one)]
    return [*item.xpath("@title"), *_INNER_TITLES(item), *whole]


def _without_marks(element: HtmlElement) -> list[str]:
    """The texts in an element, without a mark (置顶, NEW) that has an element of its own at either end of them."""
    pieces = [piece for piece in pieces_of(element) if piece.strip()]
    kept = list(pieces)
    for end in (0, -1):
        if len(kept) > 1 and is_mark(kept[end]) and kept[end].is_text and kept[end].getparent() is not element:  # type: ignore[attr-defined]
            del kept[end]
    return kept if len(kept) < len(pieces) else pieces_of(element)


def counted(kept: Days) -> dict[HtmlElement, str]:
    """The numbers before the titles of a list that counts its rows: 01, 02, 03; `1、`, `2、`, `3、`.

    They stand in elements of their own, or have a sign behind them, and each link of three and more counts on from the one before.
    """
    found: dict[HtmlElement, tuple[int, str]] = {}
    for link in kept:
        pieces = [piece for piece in pieces_of(link) if piece.strip()] if len(link) else [link.text or ""]
        first = pieces[0] if pieces else ""
        own = _COUNTED.fullmatch(first) if len(pieces) > 1 else None
        if number := own or _COUNTED_IN_TEXT.match(first):
            found[link] = int(number[1]), squeeze(number[0])
    numbers = [number for number, _ in found.values()]
    if len(numbers) < LISTED_DAYS or any(after != before + 1 for before, after in pairwise(numbers)):
        return {}
    return {link: said for link, (_, said) in found.items()}


def shared_titles(keys: dict[HtmlElement, str]) -> set[str]:
    """The `title` attributes that say the same of entries with other words: 新窗口打开."""
    words: dict[str, set[tuple[str, str]]] = {}
    for link, key in keys.items():
        if title := link.get("title"):
            words.setdefault(title, set()).add((key, text_of(link)))
    return {
        title
        for title, said in words.items()
        if len({key for key, _ in said}) > 1 and len({text for _, text in said if text}) != 1
    }
