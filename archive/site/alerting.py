"""The page of alerts: a search as a table of alerts.toml, and its feed."""

import json
import re
from typing import Any

from datasette import Response

from archive.search import events
from archive.search.filters import EVENTS_OF
from archive.site import changes
from archive.site.frame import site_of

_CONTROL = re.compile("[\0-\x1f\x7f]")


def table(wanted: events.Wanted, name: str) -> str:
    """The search as a table of alerts.toml; a state of releases is told by the events that lead to it."""
    asked = wanted.asked.address(sort="", state="")
    kinds = EVENTS_OF[wanted.asked.state] if wanted.asked.state and wanted.kinds == events.KINDS else wanted.kinds
    lines = [f"[{_string(name)}]", *(f"{key} = {_string(value)}" for key, value in asked.items())]
    if kinds != events.KINDS:
        lines.append(f"kinds = [{', '.join(map(_string, kinds))}]")
    return "\n".join([*lines, 'to = ["mailto://user:password@mail.example?to=desk@mail.example"]', ""])


def _string(value: str) -> str:
    """A basic string of TOML, which has the escapes of JSON."""
    return json.dumps(_CONTROL.sub(" ", value), ensure_ascii=False)


async def alerts(datasette: Any, request: Any) -> Response:
    site = site_of(datasette, request)
    wanted = changes.wanted_of(site)
    name = wanted.asked.q or site.word("changes_short")
    return await site.page("alerts", wanted=wanted, asked=wanted.asked, name=name, table=table(wanted, name))
