"""Which sources are crawled next, and which of them one after the other."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from crawler.network.turns import hosts
from crawler.sources import Source

NEARLY = 0.9


def due(sources: Sequence[Source], last: dict[str, str], time: datetime) -> list[Source]:
    """The sources whose `every` hours have passed since their last crawl began, longest wait first.

    Nearly passed is enough: a daily timer must not miss a source of `every = 24` that began a minute later yesterday.
    """
    waiting = [
        (last.get(source.id, ""), source)
        for source in sources
        if source.id not in last
        or datetime.fromisoformat(last[source.id]) + timedelta(hours=source.every * NEARLY) <= time
    ]
    return [source for _, source in sorted(waiting, key=lambda pair: (pair[0], pair[1].id))]


def by_host(sources: Sequence[Source]) -> list[list[Source]]:
    """Sources that share a host in one group, so that they are crawled one after the other."""
    groups: list[tuple[set[str], list[Source]]] = []
    for source in sources:
        names, members = set(hosts(source)), [source]
        others = []
        for group in groups:
            if group[0] & names:
                names, members = names | group[0], group[1] + members
            else:
                others.append(group)
        groups = [*others, (names, members)]
    return [members for _, members in groups]
