"""Where the words of a value stand in a decoded page."""

import html
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import accumulate, chain, islice

from archive.model import ProvenanceRule

_TAG = re.compile(r"<!--|</?[a-z][a-z0-9]*\b[^<>]*>", re.I)
_HIDING = re.compile(r"<!--|<(script|style|title)\b[^<>]*>", re.I)
_SIGN = re.compile(r"&#?\w{1,31};|\s+|.", re.S)
_ENTITY = re.compile(r"&#?\w{1,31};")
_META = re.compile(r"<meta\b[^<>]*>", re.I)
# an element that readers do not see, and its end
_HIDDEN = {name: re.compile(f"</{name}\\b", re.I) for name in ("script", "style", "title")} | {"": re.compile("-->")}
_AT_ONCE = 64  # stretches that are read at once, and then as many as were read before

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
        return _Squeezed(self._page, _seen(self._page))

    @cached_property
    def _tags(self) -> "_Squeezed":
        return _Squeezed(self._page, [tag.span() for tag in _META.finditer(self._page)])

    @cached_property
    def _whole(self) -> "_Squeezed":
        return _Squeezed(self._page, [(0, len(self._page))])


class _Squeezed:
    """Stretches of a page without white space, entities resolved; each begins where the one before it ends.

    They are read as far as the words that are looked for: most stand in the first third of a page.
    """

    def __init__(self, page: str, stretches: Iterable[Stretch]) -> None:
        self._page = page
        self._unread = iter(stretches)
        self._stretches: list[Stretch] = []
        self._starts = [0]
        self._text = ""

    def find(self, sought: str) -> range | None:
        at = self._text.find(sought)
        while at < 0 and (more := list(islice(self._unread, max(_AT_ONCE, len(self._stretches))))):
            before = len(self._text) - len(sought) + 1  # the words may begin in the part before, and end in this one
            self._read(more)
            at = self._text.find(sought, max(0, before))
        if at < 0:
            return None
        return range(self._place(at).start, self._place(at + len(sought) - 1).stop)

    def _read(self, stretches: Sequence[Stretch]) -> None:
        parts = [_squeezed(self._page[start:end]) for start, end in stretches]
        self._stretches += stretches
        self._starts += islice(accumulate(map(len, parts), initial=self._starts[-1]), 1, None)
        self._text += "".join(parts)

    def _place(self, at: int) -> range:
        """The place in the page of one sign of the squeezed text."""
        number = bisect_right(self._starts, at) - 1
        start, end = self._stretches[number]
        left = at - self._starts[number]
        for sign in _SIGN.finditer(self._page, start, end):
            left -= len(_squeezed(sign[0]))
            if left < 0:
                return range(*sign.span())
        raise AssertionError("a sign of the squeezed text stands in its stretch")


def _squeezed(text: str) -> str:
    if "&" in text:
        text = _ENTITY.sub(lambda entity: html.unescape(entity[0]), text)
    return "".join(text.split())


def _seen(page: str) -> Iterator[Stretch]:
    """The stretches between tags that readers see."""
    at = 0
    for start, end in chain(_hidden(page), [(len(page), len(page))]):
        for tag in _TAG.finditer(page, at, start):
            first, last = tag.span()
            if at < first:
                yield at, first
            at = last
        if at < start:
            yield at, start
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
