"""Passages of a text that stand in it before: found and aligned, letter by letter."""

import functools
import itertools
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from archive.texts.normalised import normalised

_LETTER = re.compile(r"[^\W_]|(?<=\d)[.．:：/](?=\d)|(?<=\d)[%％‰]|(?<!\w)[-－−](?=\d)")
_GRAM, _STEP = 16, 8  # letters by which a copy is found; one place in so many is noted
TYPO = 6  # letters of a difference that may be a typo …
_AGAIN = 4  # … when so many equal ones follow
_OWN = 2000  # letters that a copy may have, or lack, in one place
_SKIPS = sorted(itertools.product(range(TYPO + 1), repeat=2), key=lambda skip: (max(skip), sum(skip)))[1:]

_Block = tuple[int, int, int]  # place in the original, place in the copy, number of equal letters


@dataclass(frozen=True, slots=True, eq=False)
class Copy:
    """A passage whose letters stand before in the same order: its blocks of equal letters, ascending in both."""

    blocks: list[_Block]

    @property
    def original(self) -> range:
        return range(self.blocks[0][0], self.blocks[-1][0] + self.blocks[-1][2])

    @property
    def place(self) -> range:
        return range(self.blocks[0][1], self.blocks[-1][1] + self.blocks[-1][2])

    def equal(self) -> int:
        """How many letters are equal."""
        return sum(size for _, _, size in self.blocks)

    def differences(self) -> list[tuple[range, range]]:
        """What stands between the blocks: in the original, in the copy."""
        pairs = itertools.pairwise(self.blocks)
        between = [(range(of + n, next_of), range(at + n, next_at)) for (of, at, n), (next_of, next_at, _) in pairs]
        return [(there, here) for there, here in between if there or here]


def letters(text: str) -> tuple[str, list[int]]:
    """The letters and figures of the text, as `normalised` has them, and where each stands in it."""
    pairs = [(letter, sign.start()) for sign in _LETTER.finditer(text) for letter in _folded(sign.group())]
    return "".join(letter for letter, _ in pairs), [place for _, place in pairs]


@functools.cache
def _folded(sign: str) -> str:
    return normalised(sign) or unicodedata.normalize("NFKC", sign)


def copies(key: str) -> list[Copy]:
    """The passages of these letters that stand before, in their order; none overlaps its original.

    A copy is found by 16 equal letters and followed both ways over differences of 6 letters at most, when 4 equal ones
    come next. It goes on behind what it has, or lacks, of its own, up to 2,000 letters in one place, as long as that is
    less than what is equal before it and behind it. The time grows with the number of letters.
    """
    noted: dict[str, int] = {}
    found: list[Copy] = []
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
        for last in found[-2:]:  # letters that recur stand in many places
            near = key.find(gram, last.original.stop, min(last.original.stop + _OWN, last.place.start))
            of = near if near >= 0 else of
        least = max(found[-1].place.stop if found else 0, of)
        back = _follow(backwards, size - of, size - at, size, size - least)
        blocks = [(size - of - equal, size - at - equal, equal) for of, at, equal in back][::-1]
        blocks += _follow(key, of, at, min([at, *(place for _, place, _ in blocks)]), size)
        _add(found, Copy(blocks))
        at = max(at + 1, blocks[-1][1] + blocks[-1][2])
    return found


def _add(found: list[Copy], new: Copy) -> None:
    """Let one of the last two copies go on with the new one, or keep it apart."""
    for back, last in enumerate(found[-1:-3:-1]):
        own = max(new.original.start - last.original.stop, new.place.start - last.place.stop)
        if (
            last.original.stop <= new.original.start
            and new.original.stop <= last.place.start
            and own <= min(_OWN, last.equal(), new.equal())
        ):
            last.blocks.extend(new.blocks)
            del found[len(found) - back :]
            return
    found.append(new)


def _follow(key: str, of: int, at: int, of_end: int, at_end: int) -> Iterator[_Block]:
    """The blocks of equal letters from two places on, up to a difference that is too long for a typo."""
    while True:
        most = min(of_end - of, at_end - at)
        equal = next((n for n in range(most) if key[of + n] != key[at + n]), most)
        if equal:
            yield of, at, equal
        of, at = of + equal, at + equal
        for less, more in _SKIPS:
            fits = of + less + _AGAIN <= of_end and at + more + _AGAIN <= at_end
            if fits and key[of + less : of + less + _AGAIN] == key[at + more : at + more + _AGAIN]:
                of, at = of + less, at + more
                break
        else:
            return
