"""The tree of provinces, prefectures and counties."""

from collections.abc import Mapping
from dataclasses import dataclass

from archive.texts import places


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """A place, the number of releases from it, and the places inside it."""

    code: str
    count: int
    parts: "list[Area]"


def tree(counts: Mapping[str, int]) -> list[Area]:
    """The places as provinces, in each its prefectures, in order of their codes; a county counts for its prefecture.

    A county that belongs to no prefecture stands in its province like one.
    """
    provinces: dict[str, dict[str, int]] = {}
    for code, count in sorted(counts.items()):
        city = f"{code[:4]}00"
        known = places.name_of(city) != "" or city in counts
        parts = provinces.setdefault(f"{code[:2]}0000", {})
        parts[city if known else code] = parts.get(city if known else code, 0) + count
    return [
        Area(
            code=province,
            count=sum(parts.values()),
            parts=[Area(code=code, count=count, parts=[]) for code, count in parts.items() if code != province],
        )
        for province, parts in provinces.items()
    ]
