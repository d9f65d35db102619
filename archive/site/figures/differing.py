"""Figures that differ between two versions, of one release or of two."""

from collections import defaultdict
from collections.abc import Sequence

from archive.model import Indicator


def differing(old: Sequence[Indicator], new: Sequence[Indicator]) -> list[tuple[Indicator, Indicator]]:
    """The figures that both versions print under one name, place and period, with another value or change.

    Where one prints several of them, the first stands against the first, and so on. A figure that only one of the two
    prints is none of them.
    """
    before = defaultdict[tuple[str, ...], list[Indicator]](list)
    for one in old:
        before[_key(one)].append(one)
    found = []
    for one in new:
        others = before[_key(one)]
        if others and _said(other := others.pop(0)) != _said(one):
            found.append((other, one))
    return found


def _key(one: Indicator) -> tuple[str, ...]:
    return one.name, one.place, one.period, one.basis if one.value is None else ""


def _said(one: Indicator) -> tuple[object, ...]:
    return one.value, one.unit, one.change, one.change_unit, one.direction
