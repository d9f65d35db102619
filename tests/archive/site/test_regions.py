"""Places lie in each other."""

from archive.site import regions
from archive.site.regions import Area


def test_places_are_counted_for_their_prefecture_and_province() -> None:
    counts = {"370000": 3, "371311": 2, "371300": 1, "110101": 4, "419001": 1, "990101": 2, "990100": 1}
    assert regions.tree(counts) == [
        Area(code="110000", count=4, parts=[Area(code="110101", count=4, parts=[])]),
        Area(code="370000", count=6, parts=[Area(code="371300", count=3, parts=[])]),
        Area(code="410000", count=1, parts=[Area(code="419001", count=1, parts=[])]),
        Area(code="990000", count=3, parts=[Area(code="990100", count=3, parts=[])]),
    ]
