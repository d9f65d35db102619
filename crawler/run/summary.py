"""The line that ends a crawl, and the line that ends a run of many."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import get_args

from archive.model import CrawlCount, CrawlOutcome
from archive.store.crawls import COUNTED

OUTCOMES: tuple[CrawlOutcome, ...] = get_args(CrawlOutcome)
NOT_CRAWLED = "not crawled"


def line(source: str, outcome: str, counts: Mapping[CrawlCount, int], problem: str = "") -> str:
    """The summary of a crawl: `qingdao: ok: 41 listed, 41 new, 0 changed, …: the first problem`."""
    parts = ", ".join(f"{counts[name]} {name}" for name in COUNTED)
    return f"{source}: {outcome}: {parts}{': ' if problem else ''}{problem}"


def total(lines: Iterable[str]) -> str:
    """The summary of many crawls by their lines: `16 sources: 15 ok, 1 broken, 96 new`.

    A line that is no summary is that of a source that was not crawled.
    """
    outcomes: Counter[str] = Counter()
    new = 0
    for one in lines:
        found = re.match(rf"\w+: ({'|'.join(OUTCOMES)}): \d+ listed, (\d+) new", one)
        outcomes[found[1] if found else NOT_CRAWLED] += 1
        new += int(found[2]) if found else 0
    number = outcomes.total()
    parts = [f"{outcomes[word]} {word}" for word in (*OUTCOMES, NOT_CRAWLED) if outcomes[word]]
    return f"{number} {'source' if number == 1 else 'sources'}: {', '.join([*parts, f'{new} new'])}"
