"""Times as the archive writes them."""

from datetime import UTC, datetime, timedelta, timezone

CHINA = timezone(timedelta(hours=8))  # Asia/Shanghai


def stamp(time: datetime) -> str:
    """A time of ours as the tables have it: UTC, to the second, `2026-03-17T10:00:00+00:00`."""
    return time.isoformat(timespec="seconds")


def zulu(time: datetime) -> str:
    """A time of ours as WARC files and the table of snapshots have it: `2026-03-17T10:00:00Z`."""
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
