"""Keep a passage that stands twice in one page only once; `restore` puts the copy back."""

import bisect
import functools
import itertools
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from archive.model import Repeat
from archive.texts.normalised import normalised

_LETTER = re.compile(r"[^\W_]|(?<=\d)[.．:：/](?=\d)|(?<=\d)[%％‰]|(?<!\w)[-－−](?=\d)")
_UNIT = re.compile(r"[^\n。！？!?]*[。！？!?]+[”’」』）)]*|[^\n。！？!?]+")
_ENDED = re.compile(r"[。.！!？?；;，,…”’\"」』）)]\s*$")
_BRACKETS = re.compile(r"[（(〔\[【][^（(〔\[【）)〕\]】\n]{1,60}[）)〕\]】]")
_GUARDED = re.compile(r"[\d零一二三四五六七八九十百千万亿两.:/%‰-]|[不未无非没勿莫否]")
_NUMBER = re.compile(
    r"\s*(?:#|第[\d零〇一二三四五六七八九十百千两]+[编章节条款项部期批场]|[（(]?[\d零〇一二三四五六七八九十百]+[)）、.．:：\s]"
    r"|[\u2460-\u249b\u3220-\u3229]|[表图]\s*[\d一二三四五六七八九十]|附[件表录])"
)
_GRAM, _STEP = 16, 8  # letters by which a copy is found; one place in so many is noted
_TYPO = 6  # letters of a difference that may be a typo …
_AGAIN = 4  # … when so many equal ones follow
_OWN = 2000  # letters that a copy may have, or lack, in one place
_LEAST = 200  # letters of a copy
_DENSE = 0.8  # share of the copy, and of the passage that it copies, that is cut
_MOST = 0.5  # share of the page that stands in copies and in what they copy
_HEAD = 40  # letters of the page before the passage that is copied
_HEADING = 40  # letters; a shorter line without a mark at its end is a heading
_SLACK = 10  # letters that do not count as standing between or after
_SKIPS = sorted(itertools.product(range(_TYPO + 1), repeat=2), key=lambda skip: (max(skip), sum(skip)))[1:]

_Block = tuple[int, int, int]  # place in the original, place in the copy, number of equal letters
_Cut = tuple[int, int, int]  # start and end of the copy, start of the original, in the text


@dataclass(frozen=True, slots=True)
class _Unit:
    """A sentence, or the part of it that stands in one line: where it is in the text, and among the letters."""

    start: int
    end: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class _Copy:
    """A passage whose letters stand before in the same order: its blocks of equal letters, ascending in both."""

    blocks: list[_Block]

    @property
    def of(self) -> int:
        return self.blocks[0][0]

    @property
    def of_end(self) -> int:
        return self.blocks[-1][0] + self.blocks[-1][2]

    @property
    def at(self) -> int:
        return self.blocks[0][1]

    @property
    def at_end(self) -> int:
        return self.blocks[-1][1] + self.blocks[-1][2]

    def equal(self) -> int:
        return sum(size for _, _, size in self.blocks)


def collapse(text: str) -> tuple[str, tuple[Repeat, ...], tuple[str, ...]]:
    """The text without the copies of a page that doubles, what was taken out in ascending order, and problems.

    `restore` undoes it. Compared are the letters of the text, letters and figures as `normalised` has them, so that
    marks, line ends and paragraphs do not matter. A copy is found by 16 equal letters and followed both ways over
    differences of 6 letters at most, when 4 equal ones come next; it may have, or lack, 2,000 letters in one place. It is
    divided into units: sentences, and lines. A unit of the copy may go when all its letters stand in the original but
    for typos, a tenth of its letters, or one of 4 and more. No typo is a difference with a figure, a numeral or a
    negation, one in brackets, and one that comes three times, everywhere (县 for 市).

    A copy is cut when 200 letters or more of it may go, four fifths of it and of what it copies, and when the page as a
    whole doubles: copies and originals are nine tenths of the page; or else the copy follows on the original at once,
    or the two begin and end the page (10 letters are none), and they are seven tenths of it, or the original begins
    within the first 100 letters of the page. The second copy, or the first, may thus be cut short.

    A copy that has its own number or heading is never cut: the line before it, or what stands before it in its line,
    is no sentence, and begins with a number (第…条, （二）, 二、, 2., 表2) or is another than the original's; or two
    lines of copy and original begin with different numbers.

    A page in which each paragraph stands twice in a row (or three times, …) is a second case: 3 unlike paragraphs in a
    row, each at once followed by its equal, 200 letters or more and seven tenths of the page.

    In doubt all stays: each copy of 200 equal letters, half of it at least, that is not cut counts in the problem
    `repeat-kept:N`, N characters. No sentence is lost: what is cut stands in the text that is kept, typos aside. The
    time grows with the length of the text, whatever it repeats.
    """
    if cuts := _in_a_row(text):
        return _without(text, cuts, 0)
    key, places = _letters(text)
    copies = [copy for copy in _copies(key) if copy.equal() >= max(_LEAST, (copy.at_end - copy.at) / 2)]
    if not copies:
        return text, (), ()
    page = _Page(text, key, places, copies)
    cut = page.doubles()
    kept = sum(places[copy.at_end - 1] + 1 - places[copy.at] for copy in copies if copy not in cut)
    return _without(text, page.cuts(cut), kept)


def restore(text: str, repeats: Iterable[Repeat]) -> str:
    """The text before collapse, from the text after it and the repeats."""
    pieces, used, length = [], 0, 0
    for repeat in sorted(repeats, key=lambda repeat: repeat.start):
        between = text[used : used + repeat.start - length]
        pieces += [between, repeat.text]
        used, length = used + len(between), repeat.start + repeat.length
    return "".join(pieces) + text[used:]


def _without(text: str, cuts: Iterable[_Cut], kept: int) -> tuple[str, tuple[Repeat, ...], tuple[str, ...]]:
    repeats = tuple(_repeat(text, *cut) for cut in cuts)
    ends = [0, *(place for cut in repeats for place in (cut.start, cut.start + cut.length)), len(text)]
    rest = "".join(text[start:end] for start, end in zip(ends[::2], ends[1::2], strict=True))
    return rest, repeats, (f"repeat-kept:{kept}",) if kept else ()


def _repeat(text: str, start: int, end: int, of_start: int) -> Repeat:
    """A whole paragraph takes the newline before it along."""
    if text[start - 1] == "\n" and text[end : end + 1] in ("", "\n"):
        start -= 1
    return Repeat(start=start, length=end - start, of_start=of_start, text=text[start:end])


def _in_a_row(text: str) -> list[_Cut]:
    """The second and further ones of paragraphs that stand twice in a row, on a page that is made of such."""
    lines = [(line, key) for line in re.finditer(r"[^\n]+", text) if (key := normalised(line.group()))]
    groups = [list(group) for _, group in itertools.groupby(lines, key=lambda line: line[1])]
    cuts: list[_Cut] = []
    letters = 0
    for twice, neighbours in itertools.groupby(groups, key=lambda group: len(group) > 1):
        doubled = list(neighbours) if twice else []
        if len({group[0][1] for group in doubled}) >= 3 and sum(len(group[0][1]) for group in doubled) >= _LEAST:
            times = min(map(len, doubled))
            for group in doubled:
                once = len(group) // times
                cuts.append((group[once][0].start(), group[-1][0].end(), group[0][0].start()))
                letters += len(group) * len(group[0][1])
    return cuts if letters >= _MOST * sum(len(key) for _, key in lines) else []


def _letters(text: str) -> tuple[str, list[int]]:
    """The letters of the text, and where each stands in it."""
    pairs = [(letter, sign.start()) for sign in _LETTER.finditer(text) for letter in _folded(sign.group())]
    return "".join(letter for letter, _ in pairs), [place for _, place in pairs]


@functools.cache
def _folded(sign: str) -> str:
    return normalised(sign) or unicodedata.normalize("NFKC", sign)


def _copies(key: str) -> list[_Copy]:
    """Walks once through the letters: notes places of what is new, and follows what stood before."""
    noted: dict[str, int] = {}
    copies: list[_Copy] = []
    size, backwards = len(key), key[::-1]
    at = 0
    while at + _GRAM <= size:
        gram = key[at : at + _GRAM]
        of = noted.get(gram)
        if of is None or of + _GRAM > at:
            if at % _STEP == 0:
                noted.setdefault(gram, at)
            at += 1
            continue
        for last in copies[-2:]:  # letters that recur stand in many places
            near = key.find(gram, last.of_end, min(last.of_end + _OWN, last.at))
            of = near if near >= 0 else of
        least_at = max(copies[-1].at_end if copies else 0, of)
        back = _follow(backwards, size - of, size - at, size, size - least_at)
        blocks = [(size - of - equal, size - at - equal, equal) for of, at, equal in back][::-1]
        blocks += _follow(key, of, at, min([at, *(place for _, place, _ in blocks)]), size)
        _add(copies, _Copy(blocks))
        at = max(at + 1, blocks[-1][1] + blocks[-1][2])
    return copies


def _add(copies: list[_Copy], found: _Copy) -> None:
    """Let one of the last two copies go on with what was found, or begin another."""
    for back, last in enumerate(copies[-1:-3:-1]):
        own = max(found.of - last.of_end, found.at - last.at_end)
        if last.of_end <= found.of and found.of_end <= last.at and own <= min(_OWN, last.equal(), found.equal()):
            last.blocks.extend(found.blocks)
            del copies[len(copies) - back :]
            return
    copies.append(found)


def _follow(key: str, of: int, at: int, of_end: int, at_end: int) -> Iterator[_Block]:
    """The blocks of equal letters from two places on, up to a difference that is too long for a typo."""
    while True:
        if size := _common(key, of, at, min(of_end - of, at_end - at)):
            yield of, at, size
        of, at = of + size, at + size
        for less, more in _SKIPS:
            fits = of + less + _AGAIN <= of_end and at + more + _AGAIN <= at_end
            if fits and key[of + less : of + less + _AGAIN] == key[at + more : at + more + _AGAIN]:
                of, at = of + less, at + more
                break
        else:
            return


def _common(key: str, of: int, at: int, limit: int) -> int:
    """How many letters are equal from two places on."""
    size, step = 0, 64
    while step and size < limit:
        step = min(step, limit - size)
        if key[of + size : of + size + step] == key[at + size : at + size + step]:
            size, step = size + step, 2 * step
        else:
            step //= 2
    return size


class _Page:
    """A page with the copies in it, to decide which of them are cut."""

    def __init__(self, text: str, key: str, places: list[int], copies: list[_Copy]) -> None:
        self.text, self.key, self.places, self.copies = text, key, places, copies
        spans = ((unit.span(), self._span(unit)) for unit in _UNIT.finditer(text))
        self.units = [_Unit(*place, *letters) for place, letters in spans if letters[0] < letters[1]]
        self.bracketed = bytearray(len(key))
        for words in _BRACKETS.finditer(text):
            first, last = self._span(words)
            self.bracketed[first:last] = b"\1" * (last - first)
        self.same = bytearray(len(key))  # each letter of a copy: 2 equal, 1 a typo, 0 neither
        for copy in copies:
            self._compare(copy)

    def doubles(self) -> list[_Copy]:
        """The copies that are cut."""
        dense = [copy for copy in self.copies if self._is_dense(copy)]
        covered = bytearray(len(self.key))
        for copy in dense:
            for start, end in ((copy.of, copy.of_end), (copy.at, copy.at_end)):
                covered[start:end] = b"\1" * (end - start)
        share = sum(covered) / len(self.key)
        cut = []
        for copy in dense:
            since = max([copy.of_end, *(other.at_end for other in dense if other.at < copy.at)])
            beside = copy.at - since <= _SLACK
            frames = copy.of <= _HEAD and (beside or len(self.key) - copy.at_end <= _SLACK)
            if (frames or (beside and share >= _MOST)) and not self._has_own_heading(copy, since):
                cut.append(copy)
        return cut

    def cuts(self, copies: Iterable[_Copy]) -> Iterator[_Cut]:
        """A cut for each run of units that go."""
        going = sorted({index for copy in copies for index in self._going(copy)})
        blocks = [block for copy in self.copies for block in copy.blocks]
        for _, run in itertools.groupby(enumerate(going), key=lambda pair: pair[1] - pair[0]):
            units = [self.units[index] for _, index in run]
            letter = units[0].first
            of, at, size = blocks[bisect.bisect_right(blocks, letter, key=lambda block: block[1]) - 1]
            yield units[0].start, units[-1].end, self.places[of + max(0, min(letter - at, size - 1))]

    def _span(self, piece: re.Match[str]) -> tuple[int, int]:
        """The letters of a piece of the text, as a range."""
        start, end = piece.span()
        return bisect.bisect_left(self.places, start), bisect.bisect_left(self.places, end)

    def _unit(self, letter: int) -> int:
        return bisect.bisect_right(self.units, letter, key=lambda unit: unit.first) - 1

    def _compare(self, copy: _Copy) -> None:
        """Mark the copy's letters in `same`; it may begin and end with a typo."""
        of_unit, unit = (self.units[self._unit(letter)] for letter in (copy.of, copy.at))
        if 0 < copy.of - of_unit.first == copy.at - unit.first <= self._typos(unit):
            copy.blocks.insert(0, (of_unit.first, unit.first, 0))
        of_unit, unit = (self.units[self._unit(letter - 1)] for letter in (copy.of_end, copy.at_end))
        if 0 < of_unit.last - copy.of_end == unit.last - copy.at_end <= self._typos(unit):
            copy.blocks.append((of_unit.last, unit.last, 0))
        for _, at, size in copy.blocks:
            self.same[at : at + size] = b"\2" * size
        differences = _differences(copy)
        wordings = Counter((self.key[of:of_end], self.key[at:at_end]) for of, of_end, at, at_end in differences)
        for of, of_end, at, at_end in differences:
            before, after = self.key[of:of_end], self.key[at:at_end]
            often = wordings[before, after]
            if (
                max(len(before), len(after)) <= _TYPO
                and _guarded(before) == _guarded(after)
                and not any(self.bracketed[of:of_end] + self.bracketed[at:at_end])
                and (often < 3 or (before and self.key.count(before, copy.of, copy.of_end) > often))
            ):
                self.same[at : max(at_end, at + 1)] = b"\1" * max(1, at_end - at)
            elif self._starts_unit(at) and self._starts_unit(at_end):
                self.same[at:at_end] = bytes(at_end - at)
            else:
                self.same[at - 1 : at_end + 1] = bytes(at_end - at + 2)

    def _starts_unit(self, letter: int) -> bool:
        return self.units[self._unit(letter)].first == letter

    def _going(self, copy: _Copy) -> list[int]:
        """Which units of the copy may go, by their places in `units`."""
        found = []
        for index in range(self._unit(copy.at), self._unit(copy.at_end - 1) + 1):
            unit = self.units[index]
            letters = self.same[unit.first : unit.last]
            if 0 not in letters and letters.count(1) <= self._typos(unit):
                found.append(index)
        return found

    def _typos(self, unit: _Unit) -> int:
        """How many letters of the unit may be typos."""
        size, ended = unit.last - unit.first, _ENDED.search(self.text, unit.start, unit.end)
        return max(size // 10, size >= 4) if ended or size >= _HEADING else 0

    def _is_dense(self, copy: _Copy) -> bool:
        units = (self.units[index] for index in self._going(copy))
        going = sum(unit.last - unit.first for unit in units)
        return going >= max(_LEAST, _DENSE * (copy.at_end - copy.at), _DENSE * (copy.of_end - copy.of))

    def _has_own_heading(self, copy: _Copy, since: int) -> bool:
        for of, _, at, _ in _differences(copy):
            numbers = {self._number(self.units[self._unit(letter)]) for letter in (of, at)}
            if len(numbers - {""}) == 2:
                return True
        own, original = self._heading(since, copy.at), self._heading(0, copy.of)
        return own != original and bool(own) and bool(original or _NUMBER.match(own))

    def _number(self, unit: _Unit) -> str:
        """The number that the unit begins with, if it begins a line."""
        found = _NUMBER.match(self.text, unit.start) if self.text[unit.start - 1 : unit.start] in ("", "\n") else None
        return found.group().strip() if found else ""

    def _heading(self, start: int, end: int) -> str:
        """What stands last between two letters, if it is no sentence."""
        between = self.text[self.places[start - 1] + 1 if start else 0 : self.places[end]]
        line = between.strip().rsplit("\n", 1)[-1].strip()
        return "" if start == end or len(line) > _HEADING or _ENDED.search(line) else line


def _differences(copy: _Copy) -> list[tuple[int, int, int, int]]:
    """Between the blocks: start and end in the original, start and end in the copy."""
    pairs = itertools.pairwise(copy.blocks)
    return [(of + size, next_of, at + size, next_at) for (of, at, size), (next_of, next_at, _) in pairs]


def _guarded(words: str) -> list[str]:
    return _GUARDED.findall(words.replace("末", "未"))  # a misread 未 negates nothing else
