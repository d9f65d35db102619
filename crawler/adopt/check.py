"""The check of a declared source: whether its lists still fit the declaration."""

import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Literal

from scrapy.settings import Settings

from archive.urls import canonical
from crawler.adopt.kept import Kept
from crawler.adopt.run import run
from crawler.adopt.visit import BUDGET, Getter, Visit, getting
from crawler.probe.look import Look, ProbeError, Tools
from crawler.probe.report import ProbedList, Refused, mending
from crawler.sources import Family, Source

Checked = Literal["right", "moved", "changed-family", "unreadable", Refused]
State = tuple[Checked, str]
_A_LIST = 5  # requests that a list takes at most: an index, its pages, an article

WORST_FIRST: tuple[Checked, ...] = (
    "unreachable",
    "blocked",
    "robots",
    "not-a-list",
    "script-drawn",
    "changed-family",
    "unreadable",
    "moved",
    "right",
)


def check_all(
    settings: Settings,
    sources: Sequence[Source],
    tools: Tools,
    began: Callable[[str], None],
    told: Callable[[str, State], None],
) -> None:
    """Check sources, several hosts at once; `told` hears of each as it is known. A source with a TLS of its own is left out."""
    slots = {visit.host: {"delay": source.delay} for source in sources if source.delay for visit in [_visit(source)]}
    settings = settings.copy()
    settings.set("DOWNLOAD_SLOTS", slots, "cmdline")
    by_id = {source.id: source for source in sources}

    async def go(visit: Visit, getter: Getter) -> State:
        return await _check(by_id[visit.id], visit, tools, getter)

    with tempfile.TemporaryDirectory() as folder:
        run(
            settings,
            [_visit(source) for source in sources],
            Kept(Path(folder)),
            go,
            lambda visit: began(visit.id),
            lambda visit, state: told(visit.id, state),
        )


def _visit(source: Source) -> Visit:
    return Visit(url=source.lists[0], id=source.id, budget=max(BUDGET, _A_LIST * len(source.lists)))


async def _check(source: Source, visit: Visit, tools: Tools, getter: Getter) -> State:
    """The worst state of the source's lists."""
    getter.admit([*source.hosts, *(Visit(url=url).host for url in source.lists)])
    look = Look(tools, getting(getter, visit), getter.admit)
    states = [await _list(source, url, look, tools.families) for url in source.lists]
    return min(states, key=lambda state: WORST_FIRST.index(state[0]))


async def _list(source: Source, url: str, look: Look, families: Mapping[str, Family]) -> State:
    try:
        found = await look.look(url, source)
    except ProbeError as error:
        return error.verdict, str(error)
    return _state(found, url, families)


def _state(found: ProbedList, url: str, families: Mapping[str, Family]) -> State:
    """`changed-family` where the declaration finds nothing and a fresh look does; `unreadable` where its article is not read."""
    if lines := mending(found, families):
        return "changed-family", f"{url}: {lines[0]}"
    if not found.entries:
        return "not-a-list", f"{url} shows no entries"
    if canonical(found.pages[0].response.url) != canonical(url):
        return "moved", f"{url} leads to {found.pages[0].response.url}"
    if found.release is None:
        return "unreadable", f"{url}: {found.remarks[-1] if found.remarks else 'no article was read'}"
    return "right", f"{len(found.entries)} entries"
