"""Passages of a text that stand in it before: found and aligned, letter by letter."""

import functools
import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from archive.texts.normalised import normalised

_SIGN = re.compile(
    r"[.．:：/%％‰－−-](?:(?<=\d[.．:：/])(?=\d)|(?<=\d[%％‰])|(?<=\d\s[%％‰])|(?<=\d\s\s[%％‰])|(?<!\w[-－−])(?<=[-－−])(?=\d))"
)
_SIGNS = {
    sign: chr(0xE000 + place) for place, signs in enumerate((".．", ":：", "/", "%％", "‰", "-－−")) for sign in signs
}
SIGNS = "\ue000-\ue005"  # how the letters show the signs of figures
DROPPED = "\0"
_MARKS = "，。、；“”\n"  # most signs that are dropped
_GRAM = 16  # letters by which a copy is found
_NOTED, _SOUGHT = 8, 3  # one place in so many is noted, or sought; no common factor, so that every distance is found
# steps that double the letters of a hash, up to _GRAM
_FACTORS = [(size, np.uint64(pow(0x9E3779B97F4A7C15, size, 2**64))) for size in (1, 2, 4, 8)]
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
        """The places between the blocks: in the original, in the copy."""
        pairs = itertools.pairwise(self.blocks)
        between = [(range(of + n, next_of), range(at + n, next_at)) for (of, at, n), (next_of, next_at, _) in pairs]
        return [(there, here) for there, here in between if there or here]


class _Folds(dict[int, str]):
    """The letter that a character stands for, or `DROPPED`."""

    def __missing__(self, code: int) -> str:
        self[code] = normalised(chr(code))[:1] or DROPPED
        return self[code]


_folds = _Folds({ord(sign): sign for sign in _SIGNS.values()})


@functools.cache
def _odd() -> re.Pattern[str]:
    """Runs of all but figures, small letters and the characters that stand for themselves, as most of a text does."""
    han = "".join(map(chr, range(0x4E00, 0xA000)))
    plain = "".join(sign if sign == letter else " " for sign, letter in zip(han, normalised(han), strict=True)).split()
    odd = f"[^0-9a-z{DROPPED}{''.join(f'{run[0]}-{run[-1]}' for run in plain)}]"
    return re.compile(f"{odd}{odd}*")  # a pattern that begins with one sign is looked for four times as fast


def letters(text: str) -> str:
    """The letter or figure that each character of the text stands for, as `normalised` has it, or `DROPPED`."""
    signed = _SIGN.sub(lambda sign: _SIGNS[sign[0]], text)
    for mark in _MARKS:
        signed = signed.replace(mark, DROPPED)
    return _odd().sub(lambda odd: odd[0].translate(_folds), signed)


def copies(key: str) -> list[Copy]:
    """The passages of these letters that stand before, in their order; none overlaps its original.

    A copy is found by 16 equal letters and followed both ways over differences of 6 letters at most, when 4 equal ones
    come next. It goes on behind what it has, or lacks, of its own, up to 2,000 letters in one place, as long as that is
    less than what is equal before it and behind it. The time grows with the number of letters.
    """
    noted: dict[str, int] = {}
    found: list[Copy] = []
    backwards = key[::-1]
    seen = 0  # places before it are noted, or stand in a copy
    for at in _recurring(key):
        if at < seen:
            continue
        for place in range(seen + -seen % _NOTED, at, _NOTED):
            noted.setdefault(key[place : place + _GRAM], place)
        seen = at
        gram = key[at : at + _GRAM]
        of = noted.get(gram, at)
        if of + _GRAM > at:
            continue
        for last in found[-2:]:  # letters that recur stand in many places
            near = key.find(gram, last.original.stop, min(last.original.stop + _OWN, last.place.start))
            of = near if near >= 0 else of
        blocks = _around(key, backwards, of, at, found[-2].place.stop if len(found) > 1 else 0)
        if found and blocks[0][1] <= found[-1].place.start:
            found.pop()  # a part of the copy found now
        elif found and blocks[0][1] < found[-1].place.stop:
            blocks = _around(key, backwards, of, at, found[-1].place.stop)
        _add(found, Copy(blocks))
        seen = max(at + 1, blocks[-1][1] + blocks[-1][2])
    return found


def _recurring(key: str) -> list[int]:
    """The sought places whose letters are those of a place before that may be noted; most texts have none.

    Hashes of the letters are compared. Two that are equal by chance cost nothing but a look.
    """
    hashes = np.frombuffer(key.encode("utf-32-le", "surrogatepass"), np.uint32).astype(np.uint64)
    for size, factor in _FACTORS:
        hashes = hashes[:-size] * factor + hashes[size:]
    if not hashes.size:
        return []
    noted, sought = hashes[::_NOTED], hashes[::_SOUGHT]
    order = np.argsort(noted, kind="stable")
    first = order[np.minimum(np.searchsorted(noted[order], sought), noted.size - 1)]  # the first place of each
    before = first * _NOTED < np.arange(sought.size) * _SOUGHT
    found: list[int] = (_SOUGHT * np.flatnonzero(before & (noted[first] == sought))).tolist()
    return found


def _around(key: str, backwards: str, of: int, at: int, least: int) -> list[_Block]:
    """The blocks of the copy that these two places belong to; it begins at `least` or behind it."""
    size = len(key)
    back = _follow(backwards, size - of, size - at, size, size - max(least, of))
    blocks = [(size - of - equal, size - at - equal, equal) for of, at, equal in back][::-1]
    start = min([at, *(place for _, place, _ in blocks)])  # a passage is no copy of itself
    return [*blocks, *_follow(key, of, at, start, size)]


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


def _equal(key: str, of: int, at: int, most: int) -> int:
    """How many letters are equal from two places on, `most` at most."""
    equal, step = 0, _GRAM
    while step := min(step, most - equal):
        if key[of + equal : of + equal + step] == key[at + equal : at + equal + step]:
            equal += step
            step *= 2
        else:
            step //= 2
    return equal


def _follow(key: str, of: int, at: int, of_end: int, at_end: int) -> Iterator[_Block]:
    """The blocks of equal letters from two places on, up to a difference that is too long for a typo."""
    while True:
        equal = _equal(key, of, at, min(of_end - of, at_end - at))
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
