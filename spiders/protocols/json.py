"""Family `json`: an interface that answers in JSON; its source's table says where rows, address, title and day stand."""

import json
import re
from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from scrapy import Request
from scrapy.http import TextResponse

from archive.model import Listed
from archive.times import CHINA
from crawler.network.meta import Meta
from crawler.sources import Source
from crawler.sources.pages import Series
from spiders.base import ListSpider
from spiders.lists.answers import admitted, left_out, words_of
from spiders.lists.dates import find_day
from spiders.lists.links import MOST_LINKS, address
from spiders.lists.pagers import ENTRY_NAMES, NOTHING, PAGE_NAMES, Announced
from spiders.walks import ListPage

_JSONP = re.compile(r"^\s*[\w.$]*\s*\((.*)\)\s*;?\s*$", re.DOTALL)
_PLACE = re.compile(r"\{([^{}]+)\}")
_COMPACT = re.compile(r"(20\d\d)([01]\d)([0-3]\d)(?:\d{4,6})?")
_PAGES = (*PAGE_NAMES, "pages")
_ENTRIES = (*ENTRY_NAMES, "total", "count", "totalnum", "totalelements")
_MORE = ("hasnext", "hasmore", "hasnextpage", "nextcursor", "nextpage", "nexttoken", "nextpagetoken", "nexturl")
_LAST = ("islastpage", "islast", "last")
_OF_PAGES = re.compile("pag|meta|total", re.IGNORECASE)
_PARTS = 3  # year, month, day
_NAMED = 8  # keys of a row, or lists of an answer, that a sentence names


def parse_answer(text: str) -> Any:
    """The value of an answer in JSON, bare or in the brackets of a call (JSONP); its texts may hold line ends. Raises ValueError."""
    try:
        called = _JSONP.match(text)
        return json.loads(called[1] if called else text, strict=False)
    except RecursionError:
        raise ValueError("nested too deep") from None


def at(value: Any, path: str) -> Any:
    """The value under a path (crawler/sources/answer.py); None when it leads nowhere."""
    for step in re.split(r"[.\[\]]+", path.strip(".[]")) if path else ():
        if isinstance(value, dict):
            value = value.get(step)
        elif isinstance(value, list) and step.isdecimal():
            value = value[int(step)] if int(step) < len(value) else None
        elif isinstance(value, list):
            found = [one.get(step) for one in value if isinstance(one, dict)]
            value = [part for one in found for part in (one if isinstance(one, list) else [one])]
        else:
            return None
    return value


def day(value: Any) -> str:
    """The day that a value says: a text that prints one, `20260302`, seconds or milliseconds since 1970, or Java's [2026,3,2,9,30]."""
    if isinstance(value, list) and len(value) >= _PARTS and all(type(part) is int for part in value):
        return find_day("-".join(map(str, value[:_PARTS])))
    text = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
    if found := _COMPACT.fullmatch(text.strip()):
        return find_day("-".join(found.groups()))
    if text.isdecimal() and len(text) in (10, 13):
        moment = datetime.fromtimestamp(int(text[:10]), UTC).astimezone(CHINA)
        return moment.date().isoformat()
    return find_day(text)


def target(row: Any, path: str, base: str) -> str:
    """The address of a row, by a path or a template with paths in braces; "" when it has none."""
    if not _PLACE.search(path):
        found = at(row, path)
        return address(found, base) if isinstance(found, str) else ""
    values = [at(row, place) for place in _PLACE.findall(path)]
    if not all(isinstance(value, str | int) and str(value) for value in values):
        return ""
    filled = iter(values)
    return address(_PLACE.sub(lambda _: str(next(filled)), path), base)


def read_answer(text: str, url: str, source: Source) -> ListPage:
    """The entries of an answer, and a sentence for each path of the source that finds nothing in it."""
    try:
        answer = parse_answer(text)
    except ValueError:
        return ListPage(nothing="answers no JSON")
    rows = at(answer, source.rows)
    if not isinstance(rows, list):
        named = f'rows = "{source.rows}" finds no list'
        return ListPage(faults=(f"{named} in the answer of {url}, {_lists_in(answer)}",))
    rows = rows[:MOST_LINKS]
    found = [(target(row, source.url, url), row) for row in rows]
    entries = tuple(
        Listed(url=one, title=_text(at(row, source.row_title)), date=day(at(row, source.row_date)))
        for one, row in found
        if one
    )
    return ListPage(
        entries=admitted(entries, url, source),
        left=left_out(entries, url, source),
        rows=len(rows),
        announced=totals(answer, source.rows),
        more=goes_on(answer, source.rows),
        faults=tuple(_faults(rows, entries, url, source)) if rows else (),
    )


def totals(answer: Any, rows: str) -> Announced:
    """The totals that an answer tells beside its rows, or around them: `total`, `totalCount`, `pages`…; also in `page`: {"total": 48}."""
    told = NOTHING
    for beside in _beside(answer, rows):
        told = told.most(Announced(pages=_told(beside, _PAGES), entries=_told(beside, _ENTRIES)))
    return told


def goes_on(answer: Any, rows: str) -> bool:
    """Whether an answer says beside its rows, or around them, that others follow.

    It says so by `hasNext`, by what leads to the next page (`nextCursor`, `nextPage`), or by not being the last page.
    """
    said = {
        name.lower().replace("_", ""): value
        for one in _beside(answer, rows)
        for name, value in one.items()
        if isinstance(value, bool | int | str)
    }
    return any(said.get(name) for name in _MORE) or any(said.get(name) is False for name in _LAST)


def _beside(answer: Any, rows: str) -> Iterator[dict[str, Any]]:
    """The objects around the rows of an answer, and those in them that are named after pages or totals."""
    steps = rows.split(".") if rows else []
    for depth in range(len(steps)):
        beside = at(answer, ".".join(steps[:depth]))
        if isinstance(beside, dict):
            yield beside
            yield from (one for name, one in beside.items() if isinstance(one, dict) and _OF_PAGES.search(name))


def _told(values: dict[str, Any], names: Collection[str]) -> int:
    """The largest number under these names, in any case; a figure may be a text."""
    found = [str(value) for name, value in values.items() if name.lower() in names and not isinstance(value, bool)]
    return max((int(one) for one in found if re.fullmatch(r"[0-9]{1,7}", one)), default=0)


def _faults(rows: list[Any], entries: tuple[Listed, ...], url: str, source: Source) -> Iterator[str]:
    keys = list(dict.fromkeys(key for row in rows if isinstance(row, dict) for key in row))[:_NAMED]
    rest = f"rows of {url}, which have {', '.join(keys) or 'no keys'}"
    if lacking := len(rows) - len(entries):
        yield f'url = "{source.url}" finds no address in {lacking} of {len(rows)} {rest}'
    if entries and not any(entry.title for entry in entries):
        yield f'title = "{source.row_title}" finds nothing in the {len(rows)} {rest}'
    if entries and source.row_date and not any(entry.date for entry in entries):
        yield f'date = "{source.row_date}" finds no day in the {len(rows)} {rest}'


def _lists_in(answer: Any) -> str:
    """The lists of an answer, in words, so that a declaration can be mended."""
    found: list[str] = []
    waiting: list[tuple[str, Any]] = [("", answer)]
    while waiting and len(found) < _NAMED:
        path, value = waiting.pop(0)
        if isinstance(value, list):
            found.append(f"{path} ({len(value)})")
        elif isinstance(value, dict):
            waiting += [(f"{path}.{key}".lstrip("."), one) for key, one in list(value.items())[:100]]
    return f"which has the lists {', '.join(found)}" if found else "which has no list"


def _text(value: Any) -> str:
    return words_of(value) if isinstance(value, str) else ""


class JsonSpider(ListSpider):
    """Counts on for as long as pages show entries."""

    def read_list(self, response: TextResponse) -> ListPage:
        page = read_answer(response.text, response.url, self.source)
        asked = response.request.url if response.request else response.url
        following = self._following(asked) if page.entries else ""
        request = Request(following, meta=Meta(counted=True).as_dict()) if following else None
        return replace(page, next=(request,) if request else ())

    def _following(self, asked: str) -> str:
        """The address of the next page, of the list that an asked address belongs to."""
        several = [Series.of(one, self.source.page) for one in self.source.templates]
        own = next((one for one in several if one.holds(asked)), None)
        return own.next(asked) if own else ""
