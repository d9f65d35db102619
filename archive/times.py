"""Times as the archive writes them."""

from datetime import datetime


def stamp(time: datetime) -> str:
    """How a time of ours is written: UTC, to the second."""
    return time.isoformat(timespec="seconds")
