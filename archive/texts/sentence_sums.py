"""A sum for each sentence of many texts, quickly: equal for sentences with equal letters and figures.

Equal sums prove nothing: sentences of the same signs in another order have one, and so have 1.5% and 15%. But a sentence
whose sum comes once stands nowhere else.
"""

import functools
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from archive.texts.normalised import normalised

Column = NDArray[np.int64]
Weights = NDArray[np.uint64]
Kinds = NDArray[np.uint8]

_END, _CLOSING, _LINE_END, _JOINING, _UNKNOWN = 1, 2, 3, 4, 255
_MARKS = {**dict.fromkeys("。！？!?", _END), **dict.fromkeys("”’」』）)", _CLOSING), "\n": _LINE_END}
_CODES = 0x110000
# not 负 and 零: normalising makes them of marks, by the signs beside
_WEIGHED = re.compile("[0-9a-z\u4e00-\u8d1e\u8d20-\u96f5\u96f7-\u9fff]")


@dataclass(frozen=True, slots=True)
class Stretches:
    """Stretches of texts, each a sentence with the blanks around it: which text, place in it, length, sum."""

    texts: Column
    starts: Column
    lengths: Column
    sums: Weights


def stretches(texts: Sequence[str], shortest: int) -> Stretches:
    """The stretches of `texts` that have `shortest` signs or more, in order."""
    whole = "\n".join(texts) + "\n"
    codes = np.frombuffer(whole.encode("utf-32-le", "surrogatepass"), "<u4")
    kinds = _kinds(codes)
    starts = _starts(kinds)
    lengths = np.diff(starts, append=codes.size)
    sums = np.add.reduceat(_tables()[1][codes], starts)
    for place in np.unique(np.searchsorted(starts, np.flatnonzero(kinds == _JOINING), "right") - 1):
        sums[place] = _weight(whole[starts[place] : starts[place] + lengths[place]])
    long = lengths >= shortest
    begins = np.cumsum([0, *(len(text) + 1 for text in texts)])
    owners = np.searchsorted(begins, starts[long], "right") - 1
    return Stretches(owners, starts[long] - begins[owners], lengths[long], sums[long])


def _starts(kinds: Kinds) -> Column:
    """Where stretches begin: behind 。！？!? with the closing marks behind it, and at each line end and behind it."""
    at = np.flatnonzero((kinds > 0) & (kinds < _JOINING))
    kind = kinds[at]
    beside = np.diff(at, prepend=-2) == 1
    follows = beside & (kind == _CLOSING)
    first = np.maximum.accumulate(np.where(follows, 0, np.arange(at.size)))  # the mark that closing marks stand behind
    going_on = np.r_[follows[1:] | (beside[1:] & (kind[1:] == _END) & (kind[:-1] == _END)), False]
    begins = np.zeros(kinds.size + 1, bool)
    begins[0] = True
    begins[at[kind == _LINE_END]] = True
    begins[at[kind == _LINE_END] + 1] = True
    begins[at[(kind[first] == _END) & ~going_on] + 1] = True
    return np.flatnonzero(begins[: kinds.size])


def _kinds(codes: NDArray[np.uint32]) -> Kinds:
    kinds, weights = _tables()
    found = kinds[codes]
    if (found == _UNKNOWN).any():
        for code in np.unique(codes[found == _UNKNOWN]).tolist():
            weights[code] = _weight(chr(code))
            is_mark = unicodedata.category(chr(code)).startswith("M")  # it may make one sign with the one before
            kinds[code] = _MARKS.get(chr(code), _JOINING if is_mark else 0)
        found = kinds[codes]
    return found


@functools.cache
def _tables() -> tuple[Kinds, Weights]:
    """The kind and the weight of each sign, as far as they were asked for."""
    return np.full(_CODES, _UNKNOWN, np.uint8), np.zeros(_CODES, np.uint64)


@functools.cache
def _chances() -> Weights:
    return np.random.default_rng(1).integers(1 << 64, size=0xA000, dtype=np.uint64)


def _weight(text: str) -> np.uint64:
    signs = np.array([ord(sign) for sign in _WEIGHED.findall(normalised(text))], np.int64)
    return np.uint64(_chances()[signs].sum(dtype=np.uint64))
