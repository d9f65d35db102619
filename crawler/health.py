"""How a crawl went, in one word."""

from collections import Counter
from collections.abc import Sequence

from crawler.sources import Source

GOOD = {"ok", "quiet", "suspect"}  # exit status 0


def outcome(
    counts: Counter[str], broken: Sequence[str], problems: Sequence[str], source: Source, *, first: bool
) -> str:
    """`broken`: a list failed, or showed no entries. `blocked`: the site refuses us. `suspect`: it went through, but
    more articles failed than came, a page of a list is missing, or a first crawl brought less than `minimum`.
    `quiet`: nothing new. `ok`: all else.
    """
    arrived = counts["new"] + counts["changed"]
    if counts["blocked-lists"] or (counts["blocked"] and not arrived and counts["blocked"] >= counts["failed"]):
        return "blocked"
    if broken:
        return "broken"
    if problems or counts["failed"] > max(arrived, 2) or (first and counts["new"] < source.minimum):
        return "suspect"
    return "ok" if arrived else "quiet"
