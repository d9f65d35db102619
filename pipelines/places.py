"""Where the words of a value stand in a decoded page."""

import html
import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property, lru_cache
from itertools import accumulate, chain, islice
from typing import NamedTuple

from archive.model import Provenance, ProvenanceRule

_TAG = re.compile(r"<(?:!--|/?[a-zA-Z][a-zA-Z0-9]*\b[^<>]*>)")
# in ASCII, since ſ is an s without case
_HIDING = re.compile(r"<(?=[!sStT])(?:!--|((?ai:script|style|title))\b[^<>]*>)")
_RUN = re.compile(r"[^\s&]+|\s+|&(?:#?\w{1,31};)?")  # signs that stand for themselves, blanks, or an entity
_ENTITY = re.compile(r"&#?\w{1,31};")
_META = re.compile(r"<meta\b[^<>]*>", re.I)
# an element that readers do not see, and its end
_HIDDEN = {name: re.compile(rf"</(?ai:{name})\b") for name in ("script", "style", "title")} | {"": re.compile("-->")}
_PART = 1024  # characters of a part
_AT_ONCE = 2  # parts that are read at once, and then an eighth as many as were read before

Stretch = tuple[int, int]


class Places:
    """A decoded page in which words are looked for.

    Words of a meta tag are looked for in meta tags first, all others in the text that readers see: outside tags, comments,
    scripts, styles and the title. Where they stand several times, the first place is theirs. White space, tags between
    signs, and the way of escaping signs do not matter.
    """

    def __init__(self, page: str) -> None:
        self._page = page

    def find(self, words: str, rule: ProvenanceRule) -> range | None:
        """The place of the words, None when they do not stand in the page."""
        sought = "".join(words.split())
        if not sought or rule == "list":
            return None
        for name in ("_tags", "_seen", "_whole") if rule == "meta" else ("_seen", "_tags", "_whole"):
            stretches: _Squeezed = getattr(self, name)
            if found := stretches.find(sought):
                return found
        return None

    @cached_property
    def _seen(self) -> "_Squeezed":
        return _Squeezed(self._page, _seen(self._page), _between_tags, _divided)

    @cached_property
    def _tags(self) -> "_Squeezed":
        return _Squeezed(self._page, (tag.span() for tag in _META.finditer(self._page)), _squeezed, _undivided)

    @cached_property
    def _whole(self) -> "_Squeezed":
        return _Squeezed(self._page, [(0, len(self._page))], _squeezed, _undivided)


def located(found: Provenance, places: Places) -> Provenance:
    """A value with the place of its words in the decoded page, where they stand there; not for a list's."""
    place = places.find(found.raw, found.rule)
    return replace(found, start=place.start, length=len(place)) if place else found


def _squeezed(text: str) -> str:
    if "&" in text:
        text = _ENTITY.sub(lambda entity: html.unescape(entity[0]), text)
    return "".join(text.split())


def _between_tags(part: str) -> str:
    return _squeezed_untagged(part) if len(part) > 2 * _PART else _squeezed_short(part)


def _squeezed_untagged(part: str) -> str:
    return _squeezed(_TAG.sub(" ", part))  # a blank, since no entity goes on behind a tag


_squeezed_short = lru_cache(maxsize=256)(_squeezed_untagged)  # menus repeat from page to page of a site


class _Division(NamedTuple):
    """The stretches of a part that its text is from, and where each begins in this text."""

    stretches: Sequence[Stretch]
    starts: Sequence[int]


@lru_cache(maxsize=8)  # most values of a page stand in one part, and each is asked for its first and its last sign
def _divided(part: str) -> _Division:
    """What stands between the tags of a part."""
    edges = [0, *chain.from_iterable([tag.span() for tag in _TAG.finditer(part)]), len(part)]
    stretches = [(start, end) for start, end in zip(edges[::2], edges[1::2], strict=True) if start < end]
    sizes = (len(_squeezed(part[start:end])) for start, end in stretches)
    return _Division(stretches, [*accumulate(sizes, initial=0)])


def _undivided(part: str) -> _Division:
    return _Division([(0, len(part))], [0])


class _Squeezed:
    """Parts of a page without white space, entities resolved; each begins where the one before it ends.

    They are read as far as the words that are looked for: most stand in the first third of a page. Those in which words begin
    or end are divided into stretches.
    """

    def __init__(
        self,
        page: str,
        parts: Iterable[Stretch],
        read: Callable[[str], str],
        divide: Callable[[str], _Division],
    ) -> None:
        self._page = page
        self._unread = iter(parts)
        self._read_one = read
        self._divide = divide
        self._parts: list[Stretch] = []
        self._starts = [0]
        self._text = ""

    def find(self, sought: str) -> range | None:
        at = self._text.find(sought)
        while at < 0 and (more := list(islice(self._unread, max(_AT_ONCE, len(self._parts) // 8)))):
            before = len(self._text) - len(sought) + 1  # the words may begin in the part before, and end in this one
            self._read(more)
            at = self._text.find(sought, max(0, before))
        if at < 0:
            return None
        return range(self._place(at).start, self._place(at + len(sought) - 1).stop)

    def _read(self, parts: Sequence[Stretch]) -> None:
        texts = [self._read_one(self._page[start:end]) for start, end in parts]
        self._parts += parts
        self._starts += islice(accumulate(map(len, texts), initial=self._starts[-1]), 1, None)
        self._text += "".join(texts)

    def _place(self, at: int) -> range:
        """The place in the page of one sign of the squeezed text."""
        number = bisect_right(self._starts, at) - 1
        (offset, until), left = self._parts[number], at - self._starts[number]
        divided = self._divide(self._page[offset:until])
        number = bisect_right(divided.starts, left) - 1
        (start, end), left = divided.stretches[number], left - divided.starts[number]
        for run in _RUN.finditer(self._page, offset + start, offset + end):
            size = len(_squeezed(run[0]))
            if left < size:
                place = run.start() + left
                return range(*run.span()) if run[0][0] == "&" else range(place, place + 1)
            left -= size
        raise AssertionError("a sign of the squeezed text stands in its stretch")


def _seen(page: str) -> Iterator[Stretch]:
    """What readers see of a page, tags among it, in parts that cut no tag: none holds another `<`."""
    at = 0
    for start, end in chain(_hidden(page), [(len(page), len(page))]):
        while at < start:
            cut = page.find("<", at + _PART, start)
            yield at, start if cut < 0 else cut
            at = start if cut < 0 else cut
        at = end


def _hidden(page: str) -> Iterator[Stretch]:
    """The comments, scripts, styles and titles of a page, in order; one without an end is but its first tag."""
    at = 0
    endless: set[str] = set()  # one look to the page's end for each kind, since a hostile page opens thousands
    while opened := _HIDING.search(page, at):
        name, at = (opened[1] or "").lower(), opened.end()
        closed = None if name in endless else _HIDDEN[name].search(page, at)
        if closed:
            at = closed.start() if name else closed.end()
        else:
            endless.add(name)
        yield opened.start(), at
