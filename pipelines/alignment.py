"""Our lines beside the units that trafilatura found: the lines get their forms, and nothing is lost or doubled."""

import bisect
import itertools
import operator
from collections.abc import Iterator, Sequence

from rapidfuzz import fuzz
from rapidfuzz.distance import LCSseq

from archive.texts.markup import Block, Run, plain, unformed
from pipelines.units import PLAIN, SEEN, UNSEEN, Style, Unit, key

_ALIKE = 75  # per cent; so like a line is a paragraph that only marks or numbers tell apart
_SHORT = 3  # signs; a shorter line stands in many others
_LONG = 5000  # signs; a longer line is not asked whether it is alike
_NEAR = 20  # units that a line is compared with
_FAR = 200_000_000  # signs that are looked through, at most

Form = tuple[Unit, int]  # a unit, and where in its signs a line begins


def align(lines: Sequence[str], units: Sequence[Unit]) -> tuple[list[Block], int]:
    """Our lines as blocks in the form of trafilatura's units, pictures at their places; how many had to be repaired.

    A line and a unit of the same signs belong together, in order. Between two such pairs a line also takes the form of
    the stretch in which its signs stand (units that run several lines together), or of a unit that is three quarters
    alike. A line that is left was dropped: it is put back without form. A unit that is left while its signs are those of
    a line was doubled: it is left out. Other units that are left are residue that we cut.
    """
    keys = [key(line) for line in lines]
    worded = [unit for unit in units if unit.picture is None]
    forms: list[Form | None] = [None] * len(lines)
    at: dict[int, int] = {}  # unit -> the last line that took its form
    number = {id(unit): n for n, unit in enumerate(worded)}
    used: set[int] = set()
    pairs = [pair for pair in LCSseq.opcodes(keys, [unit.signs for unit in worded]) if pair.tag == "equal"]
    line = other = 0
    for pair in pairs:
        forms[line : pair.src_start] = _between(keys[line : pair.src_start], worded[other : pair.dest_start])
        line, other = pair.src_end, pair.dest_end
        forms[pair.src_start : line] = [(unit, 0) for unit in worded[pair.dest_start : other]]
    forms[line:] = _between(keys[line:], worded[other:])
    for n, form in enumerate(forms):
        if form:
            at[number[id(form[0])]] = n
            used.add(number[id(form[0])])
    known = set(keys)
    doubled = sum(1 for n, unit in enumerate(worded) if n not in used and unit.signs in known)
    repaired = doubled + sum(1 for signs, form in zip(keys, forms, strict=True) if form is None and signs)
    return list(_with_pictures(_blocks(lines, keys, forms), units, number, at)), repaired


def _between(keys: Sequence[str], units: Sequence[Unit]) -> list[Form | None]:
    """The forms of lines that stand between two pairs, from the units that stand there."""
    if not units:
        return [None] * len(keys)
    whole = "".join(unit.signs for unit in units)
    starts = [0, *itertools.accumulate(len(unit.signs) for unit in units)]
    if len(whole) * len(keys) > _FAR:
        return [None] * len(keys)
    forms: list[Form | None] = []
    place = 0
    for signs in keys:
        found = whole.find(signs, place)
        n = bisect.bisect_right(starts, found if found >= 0 else place, hi=len(units)) - 1
        if found >= 0 and (len(signs) > _SHORT or found in (place, starts[n])):
            forms.append((units[n], found - starts[n]))
            place = found + len(signs)
            continue
        near = next((m for m in range(n, min(len(units), n + _NEAR)) if _are_alike(signs, units[m].signs)), None)
        forms.append(None if near is None else (units[near], 0))
        place = place if near is None else max(place, starts[near + 1])
    return forms


def _are_alike(signs: str, others: str) -> bool:
    if not others or not 0.5 < len(signs) / len(others) < 2 or len(signs) > _LONG:
        return False
    return fuzz.ratio(signs, others, score_cutoff=_ALIKE) > 0


def _blocks(lines: Sequence[str], keys: Sequence[str], forms: Sequence[Form | None]) -> list[Block]:
    blocks: list[Block] = []
    for line, signs, form in zip(lines, keys, forms, strict=True):
        unit, start = form or (Unit(), 0)
        same = unit.signs[start : start + len(signs)] == signs
        styles = unit.styles[start : start + len(signs)] if same else []
        own_row = unit.kind == "row" and unit.signs == signs
        if "\t" in line or own_row:
            goes_on = bool(blocks) and blocks[-1].kind == "row" and not (own_row and unit.first)
            head = own_row and unit.head and not goes_on
            blocks.append(Block(kind="row", cells=_cells(line, styles), first=not goes_on, head=head))
        elif unit.kind in ("heading", "item"):
            blocks.append(Block(kind=unit.kind, level=unit.level, runs=_runs(line, styles)))
        else:
            blocks.append(Block(kind="p", runs=_runs(line, styles)))
    return blocks


def _cells(line: str, styles: Sequence[Style]) -> tuple[tuple[Run, ...], ...]:
    cells, at = [], 0
    for cell in line.split("\t"):
        count = len(key(cell))
        cells.append(_runs(cell, styles[at : at + count]))
        at += count
    return tuple(cells)


def _runs(text: str, styles: Sequence[Style]) -> tuple[Run, ...]:
    """A text in runs; `styles` are those of its signs, white space takes the style before it."""
    if not text:
        return ()
    if styles.count(PLAIN) == len(styles) or len(key(text)) != len(UNSEEN.sub("", text)):
        return (Run(text=text),)
    places = [sign.start() for sign in SEEN.finditer(text)]
    each = zip(itertools.chain(styles, itertools.repeat(PLAIN)), places, strict=False)
    runs = [(style, next(signs)[1]) for style, signs in itertools.groupby(each, key=operator.itemgetter(0))]
    edges = [0, *(start for _, start in runs[1:]), len(text)]
    return tuple(
        Run(text=text[start:end], bold=bold, link=link)
        for ((bold, link), _), (start, end) in zip(runs, itertools.pairwise(edges), strict=True)
    )


def _with_pictures(
    blocks: Sequence[Block], units: Sequence[Unit], number: dict[int, int], at: dict[int, int]
) -> Iterator[Block]:
    """Put each picture behind the line that it follows on the page."""
    pictures: dict[int, list[Block]] = {}  # line -> the pictures behind it, -1 for the top
    line = -1
    for unit in units:
        if unit.picture is None:
            line = max(line, at.get(number[id(unit)], line))
        else:
            pictures.setdefault(line, []).append(Block(kind="picture", runs=(unit.picture,)))
    yield from pictures.get(-1, ())
    for n, block in enumerate(blocks):
        yield block
        yield from pictures.get(n, ())


def follow(blocks: Sequence[Block], text: str) -> list[Block]:
    """A text's blocks after passages were taken out of it; lines and pictures in those passages go too."""
    lines = text.split("\n")
    worded = [block for block in blocks if block.kind != "picture"]
    kept: dict[int, Sequence[Block]] = {}  # block -> the blocks that stand for it
    for step in LCSseq.opcodes([plain(block) for block in worded], lines):
        if step.tag == "equal":
            kept |= {id(block): (block,) for block in worded[step.src_start : step.src_end]}
        else:  # a shortened line stands behind the line before it
            before = id(worded[step.src_start - 1]) if step.src_start else 0
            kept[before] = (*kept.get(before, ()), *unformed(lines[step.dest_start : step.dest_end]))
    found = list(kept.get(0, ()))
    stays = True
    for block in blocks:
        if block.kind != "picture":
            stays = bool(kept.get(id(block)))
            found += kept.get(id(block), ())
        elif stays:
            found.append(block)
    return found
