"""Times as the archive writes them."""

from datetime import UTC, datetime, timedelta, timezone

CHINA = timezone(timedelta(hours=8))  # Asia/Shanghai


def stamp(time: datetime) -> str:
    """A time of ours as the tables have it: UTC, to the second, `2026-03-17T10:00:00+00:00`."""
    return time.isoformat(timespec="seconds")


def zulu(time: datetime) -> str:
    """A time of ours as WARC files and the table of snapshots have it: `2026-03-17T10:00:00Z`."""
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


_SPANS = {
    "%Y-%m-%d": timedelta(days=1),
    "%Y-%m-%dT%H:%M": timedelta(minutes=1),
    "%Y-%m-%d %H:%M": timedelta(minutes=1),
    "%Y-%m-%dT%H:%M:%SZ": timedelta(seconds=1),
}


def span(asked: str) -> tuple[str, str]:
    """The beginning of a day or a minute in Beijing, or of a second in UTC, and the beginning of the next, both as `zulu` writes them.

    `2026-03-17`, `2026-03-17T18:00`, `2026-03-17 18:00`, `2026-03-17T10:00:00Z`. Raises ValueError for anything else.
    """
    for form, length in _SPANS.items():
        try:
            begun = datetime.strptime(asked, form).replace(tzinfo=UTC if form.endswith("Z") else CHINA)
            return zulu(begun), zulu(begun + length)
        except OverflowError:
            break  # at an end of the calendar
        except ValueError:
            continue
    raise ValueError(asked)


def is_before(moment: str, end: str) -> bool:
    """Whether a time of ours, in either form, comes before another."""
    return moment[:19] < end[:19]
