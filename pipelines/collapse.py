"""Keep a text that stands twice in one page only once; `restore` puts the copy back."""

import bisect
import itertools
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from archive.model import Repeat
from pipelines.copies import DROPPED, SIGNS, TYPO, Copy, copies, letters

_LINE = re.compile(r"[^\n]+")
_UNIT = re.compile(r"[^\n。！？!?]*[。！？!?]+[”’」』）)]*|[^\n。！？!?]+")
_ENDED = re.compile(r"[。.！!？?；;，,…”’\"」』）)]\s*$")
_SENTENCE = re.compile(r"[。！？!?][”’」』）)]*\s*$")
_BRACKETS = re.compile(r"[（(〔\[【][^（(〔\[【）)〕\]】\n]{1,60}[）)〕\]】]")
_GUARDED = re.compile(rf"[\d零一二三四五六七八九十百千万亿两{SIGNS}]|[不未无非没勿莫否]")
_NUMBER = re.compile(
    r"\s*(?:#|第[\d零〇一二三四五六七八九十百千两]+[编章节条款项部期批场]|[（(]?[\d零〇一二三四五六七八九十百]+[)）、.．:：\s]"
    r"|[\u2460-\u249b\u3220-\u3229]|[表图]\s*[\d一二三四五六七八九十]|附[件表录])"
)
_LEAST = 200  # letters of a copy
_WHOLE = 60  # letters of a text that stands twice and is all of the page, or its beginning, broken off
_TIMES = (2, 3, 4)  # so often a short text may stand on its page
_DENSE = 0.8  # share of the copy, and of its original, that is cut; of the page, that they are
_MOST = 0.5  # share of the page that stands in copies and originals
_HEAD = 40  # letters of the page before the original
_VERSE = 20  # letters; a shorter paragraph may be a verse that is sung twice
_SLACK = 10  # letters that do not count, between original and copy and after it
_HEADING = 40  # letters; a shorter line without a mark at its end is a heading
_OFTEN = 3  # a difference that comes so often, and always, is no typo
_ANEW = 3  # slips, differences of one letter, in a copy that was typed anew
_NOTICE = 600  # letters; a shorter copy with another word in its first sentence is a notice of its own

_Group = list[tuple[re.Match[str], str]]  # equal lines in a row, with their letters
_Cut = tuple[int, int, int]  # start and end of the copy, start of the original, in the text


class _Unit(NamedTuple):
    """A sentence, or the part of it that stands in one line."""

    place: range  # in the text
    letters: range


def collapse(text: str, title: str = "") -> tuple[str, tuple[Repeat, ...], tuple[str, ...]]:
    """The text without the copies of a page that doubles, what was taken out in ascending order, and problems.

    `restore` undoes it; `title` is the headline of the page. Compared are letters and figures, so that marks, line ends
    and paragraphs do not matter; `copies` finds what stands twice. A copy is divided into units: sentences, and lines. A
    unit may go when all its letters stand in the original but for typos, a tenth of its letters, or one of 4 and more.
    No typo is a difference of more than 6 letters, one with a figure, a numeral or a negation, one in brackets, and one
    that comes three times and always (县 for 市). A copy that was typed anew has slips: 3 unlike differences of one letter,
    each of which comes twice at most. Without them another word is no typo either: two letters in a row that differ
    (柳林街道, 梅溪街道), or two that the copy alone has; in a copy of less than 600 letters no difference is (东岸, 西岸).

    A copy is cut when 200 letters or more of it may go, four fifths of it and of its original, and the page doubles:

    - its original begins within the first 40 letters of the page, and the copy follows on it at once, or ends with the
      page (10 letters do not count, nor the headline between the two): the page stands twice, and either of the two may
      be cut short. 60 letters are enough in three cases: the original breaks off within a sentence that the copy goes on
      with (its letters count, and the two parts of the sentence become one); the copy does so at the end of the page; the
      copy follows at once, and the two are four fifths of the page;
    - or the copy follows on its original at once, and copies and originals are half of the page.

    A copy that has its own number or heading is never cut: the line before it, or what stands before it in its line,
    is no sentence, and begins with a number (第…条, （二）, 二、, 2., 表2) or is another than the original's; or two
    lines of copy and original begin with different numbers; or its first unit has such another word, and the copy less
    than 600 letters: a notice to others. The headline of the page right above a copy, in a line or several, is no
    heading of its own. It goes with the copy.

    A page that is nothing but one text twice, three or four times, with the headline between them or not, keeps the first,
    from 60 letters on. A page in which each paragraph stands twice in a row (or three times, …) is another case: 3 unlike
    paragraphs in a row, each at once followed by its equal, 200 letters or more and half of the page, or 60 and all of it.
    Half of these letters or more stand in paragraphs of 20 letters or more with a mark at their end: a shorter one may be a
    verse that is sung twice. A row of a table is no paragraph: two machines of one buyer have equal rows.

    In doubt all stays: each copy of 200 equal letters, half of it at least, that is not cut counts in the problem
    `repeat-kept:N`, N characters. No sentence is lost: what is cut stands in the text that is kept, typos aside. The
    time grows with the length of the text, whatever it repeats.
    """
    folded = letters(text)
    key = _bare(folded)
    headline = _bare(letters(title))
    if starts := _further_ones(text, folded, key, headline):
        ends = [*(start - 1 for start in starts[1:]), len(text)]
        return _without(text, [(start, end, 0) for start, end in zip(starts, ends, strict=True)], 0)
    if cuts := _in_a_row(text, folded, len(key)):
        return _without(text, cuts, 0)
    found = [copy for copy in copies(key) if copy.equal() >= max(_least(copy), len(copy.place) / 2)]
    if not found:
        return text, (), ()
    places = [at for at, letter in enumerate(folded) if letter != DROPPED]
    page = _Page(text, key, places, found, headline)
    cut = set(page.doubles())
    stay = [copy for copy in found if copy not in cut and copy.equal() >= _LEAST]
    kept = sum(places[copy.place[-1]] + 1 - places[copy.place[0]] for copy in stay)
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


def _bare(folded: str) -> str:
    return folded.replace(DROPPED, "")


def _further_ones(text: str, folded: str, key: str, headline: str) -> list[int]:
    """Where the second and the further ones of equal texts begin, each with a line; [] when the page is no short text that comes again.

    The headline may stand between them: each further one begins with it.
    """
    for between, times in itertools.product({"", headline}, _TIMES):
        size = (len(key) - (times - 1) * len(between)) // times
        if _WHOLE <= size < _LEAST and key == key[:size] + (times - 1) * (between + key[:size]):
            break
    else:
        return []
    places = [at for at, letter in enumerate(folded) if letter != DROPPED]
    firsts = [places[at] for at in range(size, len(key), len(between) + size)]
    starts = [text.rfind("\n", 0, place) + 1 for place in firsts]
    own_lines = all(start and not _bare(folded[start:place]) for start, place in zip(starts, firsts, strict=True))
    return starts if own_lines else []


def _in_a_row(text: str, folded: str, size: int) -> list[_Cut]:
    """The second and further ones of paragraphs that stand twice in a row, on a page that is made of such.

    `size` is the number of letters of the page.
    """
    lines = [(line, key) for line in _LINE.finditer(text) if (key := _bare(folded[line.start() : line.end()]))]
    groups = [list(group) for _, group in itertools.groupby(lines, key=lambda line: line[1])]
    cuts: list[_Cut] = []
    covered = 0
    for twice, neighbours in itertools.groupby(groups, key=_is_doubled):
        doubled = list(neighbours) if twice else []
        if _is_prose(doubled, _WHOLE if doubled == groups else _LEAST):
            times = min(map(len, doubled))
            for group in doubled:
                once = len(group) // times
                cuts.append((group[once][0].start(), group[-1][0].end(), group[0][0].start()))
                covered += len(group) * len(group[0][1])
    return cuts if covered >= _MOST * size else []


def _is_doubled(group: _Group) -> bool:
    return len(group) > 1 and "\t" not in group[0][0].group()


def _is_prose(doubled: list[_Group], least: int) -> bool:
    """Whether paragraphs that stand twice in a row are three unlike ones, no verses for the most part, and have so many letters."""
    once = [group[0] for group in doubled]
    size = sum(len(key) for _, key in once)
    said = sum(len(key) for line, key in once if len(key) >= _VERSE and _ENDED.search(line.group()))
    return len({key for _, key in once}) >= 3 and size >= least and said >= size / 2


class _Page:
    """A page with the copies in it, to decide which of them are cut."""

    def __init__(self, text: str, key: str, places: list[int], found: list[Copy], headline: str) -> None:
        self.text, self.key, self.places, self.copies, self.headline = text, key, places, found, headline
        units = (_Unit(range(*unit.span()), _letters(unit, places)) for unit in _UNIT.finditer(text))
        self.units = [unit for unit in units if unit.letters]
        self.bracketed = bytearray(len(key))
        for words in _BRACKETS.finditer(text):
            _fill(self.bracketed, _letters(words, places))
        self.same = bytearray(len(key) + 1)  # 1 at each letter of a copy that stands in the original, typos aside
        self.typos = bytearray(len(key) + 1)  # how many letters of a typo begin here
        self.worded = bytearray(len(key) + 1)  # 1 at each letter of a copy that stands in another word
        for copy in found:
            self._widen(copy)
            self._compare(copy)

    def doubles(self) -> list[Copy]:
        """The copies that are cut."""
        dense = [copy for copy in self.copies if self._is_dense(copy)]
        covered = bytearray(len(self.key))
        for copy in dense:
            _fill(covered, copy.original)
            _fill(covered, copy.place)
        most = sum(covered) >= _MOST * len(self.key)
        cut, since = [], 0
        for copy in dense:
            since = max(since, copy.original.stop)
            beside = self._start(copy) - since <= _SLACK
            ends = len(self.key) - copy.place.stop <= _SLACK
            doubles = (copy.original.start <= _HEAD and (beside or ends)) or (beside and most)
            if doubles and not self._has_own_heading(copy, since):
                cut.append(copy)
            since = copy.place.stop
        return cut

    def cuts(self, cut: Iterable[Copy]) -> list[_Cut]:
        """A cut for each run of units that go, in their order."""
        joined = {copy: self._joined(copy) for copy in cut}
        runs = self._runs([copy for copy, place in joined.items() if not place])
        return sorted([*runs, *filter(None, joined.values())])

    def _joined(self, copy: Copy) -> _Cut | None:
        """The cut between a sentence's beginning, with which an original breaks off, and the rest of it, with which its copy goes on.

        None where anything else stands between the two, or the copy has words of its own: the beginning stays then.
        """
        index = range(self._index(copy.place[0]), self._index(copy.place[-1]))
        if not self._broken(copy) or self._start(copy) != copy.original.stop or not {*index} <= {*self._going(copy)}:
            return None
        start, end = copy.original.stop - 1, copy.place.stop - 1
        return self.places[start] + 1, self.places[end] + 1, self.places[copy.original.start]

    def _runs(self, cut: Iterable[Copy]) -> Iterator[_Cut]:
        going = sorted({index for copy in cut for index in self._going(copy)})
        headlines = {index for copy in cut for index in self._headline(copy) if self._headline(copy).stop in going}
        blocks = [block for copy in self.copies for block in copy.blocks]
        for _, run in itertools.groupby(enumerate(sorted({*going, *headlines})), lambda pair: pair[1] - pair[0]):
            indexes = [index for _, index in run]
            units = [self.units[index] for index in indexes]
            letter = self.units[next(index for index in indexes if index not in headlines)].letters.start
            of, at, size = blocks[bisect.bisect_right(blocks, letter, key=lambda block: block[1]) - 1]
            original = self.places[of + max(0, min(letter - at, size - 1))]
            yield units[0].place.start, units[-1].place.stop, original

    def _index(self, letter: int) -> int:
        """The place in `units` of the letter's unit."""
        return bisect.bisect_right(self.units, letter, key=lambda unit: unit.letters.start) - 1

    def _unit(self, letter: int) -> _Unit:
        return self.units[self._index(letter)]

    def _widen(self, copy: Copy) -> None:
        """The first and the last unit of a copy may begin and end with a typo; a heading is its own."""
        original, unit = self._unit(copy.original[0]).letters, self._unit(copy.place[0])
        ended = len(unit.letters) >= _HEADING or _ENDED.search(self.text, unit.place.start, unit.place.stop)
        if ended and copy.original[0] - original.start == copy.place[0] - unit.letters.start <= TYPO:
            copy.blocks.insert(0, (original.start, unit.letters.start, 0))
        original, last = self._unit(copy.original[-1]).letters, self._unit(copy.place[-1]).letters
        if original.stop - copy.original.stop == last.stop - copy.place.stop <= TYPO:
            copy.blocks.append((original.stop, last.stop, 0))

    def _compare(self, copy: Copy) -> None:
        """Fill `same` and `typos` for the copy."""
        _fill(self.same, copy.place)
        differences = copy.differences()
        others = self._other_words(copy, differences)
        wordings = others | self._wordings(copy, differences)
        for there, here in differences:
            before, after = self._words(there), self._words(here)
            bracketed = any(self.bracketed[there.start : there.stop] + self.bracketed[here.start : here.stop])
            if max(len(before), len(after)) <= TYPO and not bracketed and (before, after) not in wordings:
                self.typos[here.start] = _distance(before, after)
                continue
            if (before, after) in others:
                _fill(self.worded, range(here.start, here.stop + 1))
            if all(self._unit(letter).letters.start == letter for letter in (here.start, here.stop)):
                _fill(self.same, here, 0)  # units of its own
            else:
                _fill(self.same, range(here.start - 1, here.stop + 1), 0)

    def _words(self, place: range) -> str:
        return self.key[place.start : place.stop]

    def _wordings(self, copy: Copy, differences: list[tuple[range, range]]) -> set[tuple[str, str]]:
        """The differences that change the meaning: in a figure or a negation, or always the same."""
        found = Counter((self._words(there), self._words(here)) for there, here in differences)
        sizes = {len(before) for (before, _), times in found.items() if times >= _OFTEN and len(before) <= TYPO}
        stand = Counter(self.key[at : at + size] for size in sizes for at in copy.original)
        return {
            (before, after)
            for (before, after), times in found.items()
            if _guarded(before) != _guarded(after) or times >= max(_OFTEN, stand[before] if before else 0)
        }

    def _other_words(self, copy: Copy, differences: list[tuple[range, range]]) -> set[tuple[str, str]]:
        """The differences that are another word or letter, in a copy that was not typed anew."""
        found = Counter((self._words(there), self._words(here)) for there, here in differences)
        slips = Counter(slip for pair, times in found.items() for slip in _slips(*pair) * times)
        if sum(times < _OFTEN and _guarded(a) == _guarded(b) for (a, b), times in slips.items()) >= _ANEW:
            return set()
        return {pair for pair in found if len(copy.place) < _NOTICE or _is_other_word(*pair)}

    def _going(self, copy: Copy) -> list[int]:
        """Which units of the copy may go, by their places in `units`."""
        found = []
        for index in range(self._index(copy.place[0]), self._index(copy.place[-1]) + 1):
            unit = self.units[index].letters
            typos = sum(self.typos[unit.start : unit.stop])
            if all(self.same[unit.start : unit.stop]) and typos <= max(len(unit) // 10, len(unit) >= 4):
                found.append(index)
        return found

    def _is_dense(self, copy: Copy) -> bool:
        going = self._going(copy)
        broken = self._broken(copy) if going else 0
        size = sum(len(self.units[index].letters) for index in going) + broken
        few = broken or self._breaks_off(copy) or self._is_page(copy)
        least = _least(copy) if few else _LEAST
        return size >= max(least, _DENSE * len(copy.place), _DENSE * len(copy.original))

    def _broken(self, copy: Copy) -> int:
        """How many letters of a sentence stand in both, when the original breaks off within it and the copy goes on.

        A figure is not broken: 12 is not the beginning of 120.
        """
        stub, whole = self._unit(copy.original[-1]), self._unit(copy.place[-1])
        broken = stub.letters.stop == copy.original.stop and whole.letters.stop > copy.place.stop
        if not broken or self._is_sentence(stub) or not self._is_sentence(whole):
            return 0
        shared = range(whole.letters.start, copy.place.stop)
        edge = self.key[shared.stop - 1 : shared.stop + 1]
        exact = all(self.same[shared.start : shared.stop]) and not any(self.typos[shared.start : shared.stop])
        return 0 if not exact or all(map(_guarded, edge)) else len(shared)

    def _breaks_off(self, copy: Copy) -> bool:
        """Whether the page ends with a copy that breaks off within a sentence that the original goes on with, and within no figure."""
        stub, whole = self._unit(copy.place[-1]), self._unit(copy.original[-1])
        broken = copy.place.stop == len(self.key) and whole.letters.stop > copy.original.stop
        edge = self.key[copy.original.stop - 1 : copy.original.stop + 1]
        return broken and not self._is_sentence(stub) and self._is_sentence(whole) and not all(map(_guarded, edge))

    def _is_page(self, copy: Copy) -> bool:
        """Whether the copy follows on its original at once, and there is little else on the page."""
        both = len(copy.original) + len(copy.place)
        return self._start(copy) - copy.original.stop <= _SLACK and both >= _DENSE * len(self.key)

    def _is_sentence(self, unit: _Unit) -> bool:
        return _SENTENCE.search(self.text, unit.place.start, unit.place.stop) is not None

    def _start(self, copy: Copy) -> int:
        """The letter at which a copy begins, with the headline above it."""
        headline = self._headline(copy)
        return self.units[headline.start].letters.start if headline else copy.place.start

    def _has_own_heading(self, copy: Copy, since: int) -> bool:
        for there, here in copy.differences():
            if len({self._number(there.start), self._number(here.start)} - {""}) == 2:
                return True
        first = self._unit(copy.place[0]).letters
        if len(copy.place) < _NOTICE and any(self.worded[first.start : first.stop]):
            return True
        if self._headline(copy):
            return False
        own, original = self._heading(since, copy.place[0]), self._heading(0, copy.original[0])
        return own not in ("", original) and bool(original or _NUMBER.match(own))

    def _headline(self, copy: Copy) -> range:
        """The places in `units` of the page's headline, when it stands right above the copy; else an empty range."""
        first = self._index(copy.place[0])
        end = self.units[first].letters.start
        start = end - len(self.headline)
        if not self.headline or start <= copy.original.start or self.key[start:end] != self.headline:
            return range(first, first)
        return range(self._index(start), first) if self._unit(start).letters.start == start else range(first, first)

    def _number(self, letter: int) -> str:
        """The number that the letter's unit begins with, if it begins a line."""
        start = self._unit(letter).place.start
        found = _NUMBER.match(self.text, start) if self.text[start - 1 : start] in ("", "\n") else None
        return found.group().strip() if found else ""

    def _heading(self, start: int, end: int) -> str:
        """The last line between two letters, "" when it is a sentence."""
        between = self.text[self.places[start - 1] + 1 if start else 0 : self.places[end]]
        line = between.strip().rsplit("\n", 1)[-1].strip()
        return "" if start == end or len(line) > _HEADING or _ENDED.search(line) else line


def _least(copy: Copy) -> int:
    """How many letters must be equal for a copy to count: fewer where its original is the beginning of the page."""
    return _WHOLE if copy.original.start <= _HEAD else _LEAST


def _letters(piece: re.Match[str], places: list[int]) -> range:
    start, end = piece.span()
    return range(bisect.bisect_left(places, start), bisect.bisect_left(places, end))


def _fill(flags: bytearray, place: range, flag: int = 1) -> None:
    flags[place.start : place.stop] = bytes([flag]) * len(place)


def _distance(before: str, after: str) -> int:
    if len(before) != len(after):
        return max(len(before), len(after))
    return sum(a != b for a, b in zip(before, after, strict=True))


def _is_other_word(before: str, after: str) -> bool:
    """Whether two letters in a row differ, or two are new in a difference of unequal lengths."""
    if len(before) == len(after):
        return any(a != b and c != d for (a, b), (c, d) in itertools.pairwise(zip(before, after, strict=True)))
    return len(after) > max(1, len(before))


def _slips(before: str, after: str) -> list[tuple[str, str]]:
    """The single letters that differ, in a difference that is no other word."""
    if len(before) == len(after) and not _is_other_word(before, after):
        return [(a, b) for a, b in zip(before, after, strict=True) if a != b]
    return [(before, after)] if max(len(before), len(after)) == 1 else []


def _guarded(words: str) -> list[str]:
    return _GUARDED.findall(words.replace("末", "未"))  # a misread 未 negates nothing else
