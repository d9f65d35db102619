"""Links, times and sizes as every page shows them."""

import pytest

from archive.site.frame import minute, safe_url, size


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("https://a.example/x?y=1#z", True),
        ("HTTP://a.example", False),
        ("javascript:alert(1)", False),
        (" http://a.example", False),
        ('http://a.example/"onclick=', False),
        ("data:text/html,x", False),
        ("", False),
    ],
)
def test_only_http_is_linked(url: str, safe: bool) -> None:
    assert bool(safe_url(url)) is safe


@pytest.mark.parametrize(
    ("moment", "shown"),
    [
        ("2020-04-13T13:09+08:00", "2020-04-13 13:09"),
        ("2020-04-13", "2020-04-13"),
        ("2020-04-13T06:00:00Z", "2020-04-13 14:00"),
        ("2020-04-13T16:30:00+00:00", "2020-04-14 00:30"),
        (None, ""),
    ],
)
def test_printed_times_are_shown_as_they_are_and_ours_in_beijing(moment: str | None, shown: str) -> None:
    assert minute(moment) == shown


@pytest.mark.parametrize(("count", "shown"), [(0, "0 B"), (999, "999 B"), (1500, "1.5 kB"), (123_456_789, "123 MB")])
def test_sizes(count: int, shown: str) -> None:
    assert size(count) == shown
