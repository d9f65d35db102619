"""The edits from one version of a text to the next, sentence by sentence."""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import astuple, dataclass
from itertools import groupby
from typing import Any

from rapidfuzz import fuzz
from rapidfuzz.distance import Indel, Levenshtein

from archive.model import EditKind
from archive.texts.ends import same_ends

_SENTENCE = re.compile(r"(?!\s)(?:[^。！？!?\n]++(?:[。！？!?]+[”’」』）)]*)?|[。！？!?]+[”’」』）)]*)")
ALIKE = 50  # percent; two sentences that are more alike count as one changed sentence
MOST_SENTENCES = 4000  # sentences in the differing middle of a text; longer middles are not aligned
MOST_PAIRS = 2500  # pairs of sentences compared at one place; of more, only those at the same position
MOST_SIGNS = 1 << 30  # characters of the one side times those of the other at one place; of more, the same
LONGEST_SENTENCE = 5000  # characters; longer sentences are not compared sign by sign


@dataclass(frozen=True, slots=True)
class Edit:
    """A sentence that was `changed`, `dropped` or `added`: where it stands in the old text and in the new one.

    The length of what is not there is 0, its start is where it stood or would stand. Offsets count code points.
    """

    kind: EditKind
    old_start: int
    old_length: int
    new_start: int
    new_length: int


def sentences(text: str) -> list[tuple[int, int]]:
    """Start and end of each sentence: up to 。！？!? with the closing marks behind it, or to the end of the line."""
    return [(found.start(), found.start() + len(found[0].rstrip())) for found in _SENTENCE.finditer(text)]


def compare(old: str, new: str) -> tuple[Edit, ...]:
    """How `new` came from `old`, sentence by sentence in reading order; what stayed is left out.

    A sentence that another replaces is `changed` when the two are more alike than not, else one is dropped, one added;
    of what was dropped and added at one place, what was dropped comes first.
    Where more than 4,000 sentences stand between what both texts begin and end with, they are one change.
    """
    a, b = sentences(old), sentences(new)
    head, tail, middle_a, middle_b = _apart(said(old, a), said(new, b))
    if max(len(middle_a), len(middle_b)) > MOST_SENTENCES:
        start_a, end_a = a[head][0] if middle_a else len(old), a[len(a) - tail - 1][1] if middle_a else len(old)
        start_b, end_b = b[head][0] if middle_b else len(new), b[len(b) - tail - 1][1] if middle_b else len(new)
        return (Edit("changed", start_a, end_a - start_a, start_b, end_b - start_b),)
    a.append((len(old), len(old)))  # the place for sentences added at the end
    b.append((len(new), len(new)))
    edits: list[Edit] = []
    for block in _differing(Levenshtein.opcodes(middle_a, middle_b)):
        pairs = _pairs(middle_a[block.old], middle_b[block.new])
        at_a, at_b = head + block.old.start, head + block.new.start
        for i, j in [*pairs, (block.old.stop - block.old.start, block.new.stop - block.new.start)]:
            to_a, to_b = head + block.old.start + i, head + block.new.start + j
            edits += [Edit("dropped", start, end - start, b[at_b][0], 0) for start, end in a[at_a:to_a]]
            edits += [Edit("added", a[to_a][0], 0, start, end - start) for start, end in b[at_b:to_b]]
            if to_a < head + block.old.stop and to_b < head + block.new.stop:
                (start_a, end_a), (start_b, end_b) = a[to_a], b[to_b]
                edits.append(Edit("changed", start_a, end_a - start_a, start_b, end_b - start_b))
            at_a, at_b = to_a + 1, to_b + 1
    return tuple(edits)


@dataclass(frozen=True, slots=True)
class _Block:
    """The differing sentences between two that stayed."""

    old: slice
    new: slice


def _differing(opcodes: Iterable[Any]) -> Iterator[_Block]:
    for differs, run in groupby(opcodes, key=lambda op: op.tag != "equal"):
        if differs:
            ops = list(run)
            yield _Block(slice(ops[0].src_start, ops[-1].src_end), slice(ops[0].dest_start, ops[-1].dest_end))


def _pairs(a: list[str], b: list[str]) -> list[tuple[int, int]]:
    """Which sentence of `a` became which of `b`, in order: the pairs that are most alike in all.

    Of more than `MOST_PAIRS` possible ones, or of such long sentences that their characters come to more than `MOST_SIGNS`
    pairs, only those are looked at that stand in the same place.
    """
    if len(a) * len(b) > MOST_PAIRS or sum(map(len, a)) * sum(map(len, b)) > MOST_SIGNS:
        return [(n, n) for n in range(min(len(a), len(b))) if _likeness(a[n], b[n])]
    like = [[_likeness(one, other) for other in b] for one in a]
    # best[i][j]: the highest sum of likenesses from sentences i and j on
    best = [[0.0] * (len(b) + 1) for _ in range(len(a) + 1)]
    for i in reversed(range(len(a))):
        for j in reversed(range(len(b))):
            paired = like[i][j] and like[i][j] + best[i + 1][j + 1]
            best[i][j] = max(paired, best[i + 1][j], best[i][j + 1])
    pairs, i, j = [], 0, 0
    while i < len(a) and j < len(b):
        if best[i][j] == best[i + 1][j]:
            i += 1
        elif best[i][j] == best[i][j + 1]:
            j += 1
        else:
            pairs.append((i, j))
            i, j = i + 1, j + 1
    return pairs


def to_json(edits: Sequence[Edit]) -> str:
    """As `versions.edits` keeps them: [[kind, old start, old length, new start, new length], …]."""
    return json.dumps([astuple(edit) for edit in edits])


def unified(old: str, new: str) -> str:
    """Both texts in one, a sentence a line: what stayed after a blank, what was dropped after -, what came after +.

    Of what differs at one place, what was dropped comes first.
    """
    a = said(old, sentences(old))
    head, tail, middle_a, middle_b = _apart(a, said(new, sentences(new)))
    lines = [f" {said}" for said in a[:head]]
    if max(len(middle_a), len(middle_b)) > MOST_SENTENCES:
        lines += [f"-{said}" for said in middle_a] + [f"+{said}" for said in middle_b]
        return "\n".join(lines + [f" {said}" for said in a[len(a) - tail :]])
    done = 0
    for block in _differing(Indel.opcodes(middle_a, middle_b)):
        lines += [f" {said}" for said in middle_a[done : block.old.start]]
        lines += [f"-{said}" for said in middle_a[block.old]] + [f"+{said}" for said in middle_b[block.new]]
        done = block.old.stop
    return "\n".join(lines + [f" {said}" for said in a[head + done :]])


def are_alike(a: str, b: str) -> bool:
    return _likeness(a, b) > 0


def _likeness(a: str, b: str) -> float:
    """How much more alike two sentences are than not; 0 when they are not, 1 when they are too long to be compared."""
    return 1.0 if max(len(a), len(b)) > LONGEST_SENTENCE else max(fuzz.ratio(a, b) - ALIKE, 0)


def said(text: str, spans: Sequence[tuple[int, int]]) -> list[str]:
    return [text[start:end] for start, end in spans]


def _apart(a: list[str], b: list[str]) -> tuple[int, int, list[str], list[str]]:
    """The number of equal sentences at the start and at the end, and both texts' sentences between."""
    head, tail = same_ends(a, b)
    return head, tail, a[head : len(a) - tail], b[head : len(b) - tail]
