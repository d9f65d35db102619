"""Times of ours, as the archive writes them and as people read and ask for them."""

import pytest

from archive import times


@pytest.mark.parametrize(
    ("moment", "shown"),
    [
        ("2026-10-24T16:30:00+00:00", "2026-10-25 00:30"),
        ("2026-10-24T23:59:59Z", "2026-10-25 07:59"),
        ("2026-10-24T15:59:59Z", "2026-10-24 23:59"),
        ("2026-12-31T16:00:00Z", "2027-01-01 00:00"),
    ],
)
def test_a_time_is_shown_in_beijing_to_the_minute(moment: str, shown: str) -> None:
    assert times.beijing(moment) == shown


@pytest.mark.parametrize(
    ("asked", "begin", "end"),
    [
        ("2026-10-25", "2026-10-24T16:00:00Z", "2026-10-25T16:00:00Z"),
        ("2026-10-25T00:30", "2026-10-24T16:30:00Z", "2026-10-24T16:31:00Z"),
        ("2026-10-25 00:30", "2026-10-24T16:30:00Z", "2026-10-24T16:31:00Z"),
        ("2026-10-24T16:30:07Z", "2026-10-24T16:30:07Z", "2026-10-24T16:30:08Z"),
    ],
)
def test_a_day_and_a_minute_are_those_of_beijing(asked: str, begin: str, end: str) -> None:
    assert times.span(asked) == (begin, end)


@pytest.mark.parametrize(
    "asked",
    ["", "soon", "2026-02-30", "2026-10-25T24:00", "2026-10", "0001-01-01", "9999-12-31", "20261025", "2026-10-25Z"],
)
def test_anything_else_is_no_time(asked: str) -> None:
    with pytest.raises(ValueError):
        times.span(asked)


@pytest.mark.parametrize(
    ("moment", "before"),
    [("2026-10-24T16:29:59+00:00", True), ("2026-10-24T16:30:00+00:00", False), ("2026-10-24T16:30:00Z", False)],
)
def test_both_forms_are_compared(moment: str, before: bool) -> None:
    assert times.is_before(moment, "2026-10-24T16:30:00Z") is before
