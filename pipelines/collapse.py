"""Keep a passage that stands twice in one page only once; `restore` puts the copy back."""

import bisect
import itertools
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rapidfuzz.distance import Levenshtein

from archive.model import Repeat
from archive.texts.normalised import normalised

_DIGITS = re.compile(r"\d+")
_SENTENCE = re.compile(r"[^\s。！？!?][^。！？!?]*(?:[。！？!?]+[”’」』）)]*)?")
_NEAR = range(20, 5001)  # characters of a unit that may be near-equal; longer units cost too much to align
_ALIKE = 0.9  # share of characters that two near-equal units have in common
_CLAUSE = 6  # a difference of more characters than this in one place may be a statement of its own
_LITTLE = 40  # a run may step over units of fewer characters …
_STEPS = 2  # … so many times
_TRIED = 8  # earlier places compared with one unit


_Cut = tuple[int, int, int]  # start and end of the copy, start of the original


@dataclass(frozen=True, slots=True)
class _Unit:
    """A paragraph or a sentence: where it stands in the text, and its normalised text."""

    start: int
    end: int
    key: str
    lines: bool  # whether it runs over the end of a line


@dataclass(frozen=True, slots=True)
class _Rule:
    """The least that makes a run of equal units a repeat. Lengths are normalised characters."""

    seed: int  # a search starts at a unit of this length
    length: int
    units: int
    alone: int  # one unit of this length is a repeat by itself


_PARAGRAPHS = _Rule(seed=30, length=200, units=2, alone=400)
# sentences recur by chance more often than paragraphs, so a run of them must be longer
_SENTENCES = _Rule(seed=12, length=400, units=5, alone=1000)


def collapse(text: str) -> tuple[str, tuple[Repeat, ...]]:
    """The text with every repeated passage taken out, and what was taken out in ascending order; `restore` undoes it.

    Paragraphs are divided by one newline. A passage is a repeat when its paragraphs equal those of an earlier passage,
    in the same order, over 2 paragraphs and 200 normalised characters or more (or over 400 in one paragraph); a second
    pass finds copies that are divided into other paragraphs, as 5 sentences and 400 characters or more. Two units are
    equal when their normalised texts are, or when these have 20 to 5,000 characters, hold the same figures and differ
    in less than a tenth of their characters and in no place by more than 6. A run may step over 2 units of fewer than
    40 characters that stand in one copy only; they are kept. Short units are part of a run but never start one, so that
    a refrain between paragraphs stays. A page in which each paragraph stands twice in a row is a third case: 3 unlike
    paragraphs in a row, each at once followed by its equal, together 200 characters or more. Every sentence is kept once,
    but what goes may begin within a paragraph: of 甲, 乙甲, 乙甲 there stays 甲, 乙. The time grows with the length of the text,
    whatever it repeats.
    """
    lines = _lines(text)
    cuts = list(_doubled(lines))
    doubled = [range(start, end) for start, end, _ in cuts]
    for units, rule in ((lines, _PARAGRAPHS), (_sentences(text), _SENTENCES)):
        cuts += _cuts(text, _outside(units, doubled), rule)
    repeats = tuple(_repeat(text, *cut) for cut in _united(sorted(cuts, key=lambda cut: cut[0])))
    return "".join(text[start:end] for start, end in _kept(text, repeats)), repeats


def restore(text: str, repeats: Iterable[Repeat]) -> str:
    """The text before collapse, from the text after it and the repeats."""
    pieces, used, length = [], 0, 0
    for repeat in sorted(repeats, key=lambda repeat: repeat.start):
        between = text[used : used + repeat.start - length]
        pieces += [between, repeat.text]
        used, length = used + len(between), repeat.start + repeat.length
    return "".join(pieces) + text[used:]


def _kept(text: str, repeats: Iterable[Repeat]) -> Iterator[tuple[int, int]]:
    """Where each piece between the repeats starts and ends."""
    done = 0
    for repeat in repeats:
        yield done, repeat.start
        done = repeat.start + repeat.length
    yield done, len(text)


def _united(cuts: list[_Cut]) -> Iterator[_Cut]:
    """Both passes may find the same copy: cuts that touch or overlap become one."""
    start, end, of_start = 0, 0, 0
    for cut in cuts:
        if cut[0] > end:
            if end:
                yield start, end, of_start
            start, end, of_start = cut
        end = max(end, cut[1])
    if end:
        yield start, end, of_start


def _repeat(text: str, start: int, end: int, of_start: int) -> Repeat:
    """A whole paragraph takes the newline before it along."""
    if text[start - 1] == "\n" and text[end : end + 1] in ("", "\n"):
        start -= 1
    return Repeat(start=start, length=end - start, of_start=of_start, text=text[start:end])


def _lines(text: str) -> list[_Unit]:
    return _units(re.finditer(r"[^\n]+", text))


def _sentences(text: str) -> list[_Unit]:
    """A sentence may run over the end of a line, since one copy may be divided into shorter lines than the other."""
    return _units(_SENTENCE.finditer(text))


def _units(pieces: Iterable[re.Match[str]]) -> list[_Unit]:
    """Pieces without a letter or a figure are no units: they go where their neighbours go."""
    return [
        _Unit(piece.start(), piece.end(), key, "\n" in piece.group().rstrip())
        for piece in pieces
        if (key := normalised(piece.group().replace("\n", "")))  # a line may end within a figure
    ]


def _cuts(text: str, units: list[_Unit], rule: _Rule) -> Iterator[_Cut]:
    """Walks once through the units. A unit joins those kept, or leaves as part of a run that copies a run of those."""
    kept: list[int] = []
    places: dict[str, list[int]] = defaultdict(list)  # positions in `kept`; some are out of date, so compare
    at = 0
    while at < len(units):
        run = _longest_run(units, at, kept, places, rule)
        if not run:
            _keep(units, at, kept, places, rule)
            at += 1
            continue
        first, last = run[0][1], run[-1][1]
        copies = {copy for _, copy in run}
        del kept[len(kept) - (at - first) :]
        for unit in range(first, last):
            if unit not in copies:
                _keep(units, unit, kept, places, rule)
        yield from _stretches(units, run)
        yield from _edges(text, units, kept, run)
        at = last + 1


def _doubled(lines: list[_Unit]) -> Iterator[_Cut]:
    """The second and further ones of paragraphs that stand twice in a row, where their neighbours do too. Ascending."""
    groups = [list(group) for _, group in itertools.groupby(lines, key=lambda line: line.key)]
    for twice, neighbours in itertools.groupby(groups, key=lambda group: len(group) > 1):
        doubled = list(neighbours) if twice else []
        if len({group[0].key for group in doubled}) >= 3 and sum(len(g[0].key) for g in doubled) >= _PARAGRAPHS.length:
            yield from ((group[1].start, group[-1].end, group[0].start) for group in doubled)


def _outside(units: list[_Unit], cuts: list[range]) -> list[_Unit]:
    """The units that do not begin in one of the cuts, which ascend."""
    starts = [cut.start for cut in cuts]
    places = ((unit, bisect.bisect_right(starts, unit.start) - 1) for unit in units)
    return [unit for unit, place in places if place < 0 or unit.start not in cuts[place]]


def _keep(units: list[_Unit], unit: int, kept: list[int], places: dict[str, list[int]], rule: _Rule) -> None:
    if len(units[unit].key) >= rule.seed:
        for word in _words(units[unit]):
            places[word].append(len(kept))
    kept.append(unit)


def _words(unit: _Unit) -> set[str]:
    """The places under which a unit is found again when it is equal, or near-equal."""
    key, middle = unit.key, len(unit.key) // 2
    return {key, key[:10], key[middle - 5 : middle + 5], key[-10:]} if len(key) in _NEAR else {key}


def _longest_run(
    units: list[_Unit], at: int, kept: list[int], places: dict[str, list[int]], rule: _Rule
) -> list[tuple[int, int]]:
    """The longest repeat that unit `at` belongs to, as pairs of a unit kept and its copy; empty when there is none."""
    if len(units[at].key) < rule.seed:
        return []
    found = {place for word in _words(units[at]) if word in places for place in _few(places[word])}
    runs = [
        _run(units, at, kept, place, rule)
        for place in sorted(found)
        if place < len(kept) and _equal(units[kept[place]], units[at])
    ]
    return max(runs, key=lambda run: _length(units, run), default=[])


def _few(places: list[int]) -> list[int]:
    return places if len(places) <= _TRIED else places[: _TRIED // 2] + places[-_TRIED // 2 :]


def _length(units: list[_Unit], run: list[tuple[int, int]]) -> int:
    return sum(len(units[copy].key) for _, copy in run)


def _run(units: list[_Unit], at: int, kept: list[int], place: int, rule: _Rule) -> list[tuple[int, int]]:
    """Follows the copy that begins at unit `at` and the original that begins at `kept[place]` both ways."""
    back = 0
    while back < place:
        tail = len(kept) - back - 1
        if tail <= place or kept[tail] != at - back - 1:
            break
        if not _equal(units[kept[place - back - 1]], units[kept[tail]]):
            break
        back += 1
    run = [(kept[place - step], at - step) for step in range(back, -1, -1)]
    end = len(kept) - back  # a passage is no copy of itself
    source, copy, steps = place + 1, at + 1, 0
    while source < end and copy < len(units):
        if _equal(units[kept[source]], units[copy]):
            run.append((kept[source], copy))
            source, copy = source + 1, copy + 1
            continue
        for over_source, over_copy in ((0, 1), (1, 0), (1, 1)):
            if (
                source + over_source < end
                and copy + over_copy < len(units)
                and len(units[copy + over_copy].key) >= rule.seed
                and max(over_source * len(units[kept[source]].key), over_copy * len(units[copy].key)) < _LITTLE
                and _equal(units[kept[source + over_source]], units[copy + over_copy])
            ):
                source, copy, steps = source + over_source, copy + over_copy, steps + 1
                break
        else:
            break
        if steps > _STEPS:
            break
    length = _length(units, run)
    return run if length >= rule.alone or (length >= rule.length and len(run) >= rule.units) else []


def _equal(unit: _Unit, other: _Unit) -> bool:
    a, b = unit.key, other.key
    if a == b:
        return True
    longer, shorter = max(len(a), len(b)), min(len(a), len(b))
    allowed = int(longer * (1 - _ALIKE))
    if shorter not in _NEAR or longer not in _NEAR or longer - shorter > min(allowed, _CLAUSE):
        return False
    if longer > shorter and (unit.lines or other.lines):
        return False  # the surplus may be the last line before the copy
    if _DIGITS.findall(a) != _DIGITS.findall(b) or Levenshtein.distance(a, b, score_cutoff=allowed) > allowed:
        return False
    return all(size <= _CLAUSE for size in _differences(a, b))


def _differences(a: str, b: str) -> Iterator[int]:
    """The length of each place where `a` and `b` differ; fewer than 3 equal characters do not divide two places."""
    size_a = size_b = 0
    for op in Levenshtein.opcodes(a, b):
        if op.tag == "equal" and op.src_end - op.src_start >= 3:
            yield max(size_a, size_b)
            size_a = size_b = 0
        elif op.tag != "equal" or size_a or size_b:
            size_a += op.src_end - op.src_start
            size_b += op.dest_end - op.dest_start
    yield max(size_a, size_b)


def _stretches(units: list[_Unit], run: list[tuple[int, int]]) -> Iterator[_Cut]:
    """One cut for each stretch of copies that follow each other."""
    first = 0
    for index, (_, copy) in enumerate(run, 1):
        if index == len(run) or run[index][1] != copy + 1:
            yield units[run[first][1]].start, units[copy].end, units[run[first][0]].start
            first = index


def _edges(text: str, units: list[_Unit], kept: list[int], run: list[tuple[int, int]]) -> Iterator[_Cut]:
    """What belongs to the copy of the units before and after the run: the lines of them that the original has too.

    A last line without a full stop and the first sentence of the copy are one unit, of which the original has a part.
    """
    (first_source, first_copy), (last_source, last_copy) = run[0], run[-1]
    before, after = bisect.bisect_left(kept, first_source) - 1, bisect.bisect_right(kept, last_source)
    if before >= 0 and kept[before] < first_copy - 1:
        source, copy = units[kept[before]], units[first_copy - 1]
        tails, those = _tails(text, copy), _tails(text, source)
        shared = tails.keys() & those.keys()
        if shared:
            longest = max(shared, key=len)
            yield tails[longest], copy.end, those[longest]
    if after < len(kept) and last_copy + 1 < len(units) and kept[after] < first_copy:
        source, copy = units[kept[after]], units[last_copy + 1]
        heads = _heads(text, copy)
        shared = heads.keys() & _heads(text, source).keys()
        if shared:
            yield copy.start, heads[max(shared, key=len)], source.start


def _tails(text: str, unit: _Unit) -> dict[str, int]:
    """The starts of the last line, the last two lines and so on, each by the normalised text from there on."""
    tails = {}
    for at in _line_ends(text[unit.start : unit.end]):
        start = unit.start + at
        tails[normalised(text[start : unit.end])] = start + 1
    tails.pop("", None)  # lines without a letter or a figure
    tails[unit.key] = unit.start
    return tails


def _heads(text: str, unit: _Unit) -> dict[str, int]:
    """The ends of the first line, the first two lines and so on, each by the normalised text up to there."""
    heads = {}
    for at in _line_ends(text[unit.start : unit.end]):
        end = unit.start + at
        heads[normalised(text[unit.start : end])] = end
    heads.pop("", None)  # lines without a letter or a figure
    heads[unit.key] = unit.end
    return heads


def _line_ends(piece: str) -> list[int]:
    return _few([at for at, sign in enumerate(piece) if sign == "\n"])
