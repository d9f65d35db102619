"""A search as its address states it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import cast, get_args

from archive import times
from archive.model import ELEMENTS, SearchFiles, SearchKind, SearchOrder, SearchState
from archive.search import query as queries

LAST_PAGE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A search as its address states it; "" means that the argument is absent."""

    q: str = ""
    region: str = ""  # the first two, four or six digits of a GB/T 2260 code
    source: str = ""
    publisher: str = ""
    year: str = ""
    month: str = ""  # 2020-04
    speaker: str = ""
    cites: str = ""  # the title of a cited document
    issuer: str = ""  # alone or together with others
    subject_class: str = ""
    genre: str = ""
    effective: str = ""  # a day
    expires: str = ""  # a day
    addressee: str = ""
    signatory: str = ""
    kind: SearchKind = ""
    state: SearchState = ""
    files: SearchFiles = ""  # `with`: releases of which a file is kept
    since: str = ""  # published from this day, month or year on; `from` in an address
    until: str = ""  # and to the end of this one; `to`
    at: str = ""  # a day or minute in Beijing: the archive as it was at its end
    sort: SearchOrder = ""
    page: int = 1

    @property
    def filtered(self) -> bool:
        """Whether anything but words is asked for."""
        return any(getattr(self, one.name) for one in fields(self) if one.name not in ("q", "at", "sort", "page"))

    @property
    def end(self) -> str:
        """The moment that `at` names, in UTC; "" for now."""
        return times.span(self.at)[1] if self.at else ""

    def address(self, **changes: str | int) -> dict[str, str]:
        """The address's arguments, changed so; a change leads back to page 1 unless it is one of page."""
        values = {one.name: getattr(self, one.name) for one in fields(self)} | {"page": 1} | changes
        stated = {name: value for name, value in values.items() if value != "" and (name, value) != ("page", 1)}
        return {_IN_ADDRESS.get(name, name): str(value) for name, value in stated.items()}


# filters whose value a reader follows from a page, where it is printed
BY_VALUE = ("month", "publisher", "speaker", "cites", "issuer", *ELEMENTS)
_IN_ADDRESS = {"since": "from", "until": "to"}
_FORMS = {
    "region": r"\d{2}(?:\d{2}){0,2}",
    "year": r"\d{4}",
    "month": r"\d{4}-\d{2}",
    "kind": "|".join(get_args(SearchKind)),
    "state": "|".join(get_args(SearchState)),
    "files": "|".join(get_args(SearchFiles)),
    "sort": "|".join(get_args(SearchOrder)),
}


def read_address(arguments: Mapping[str, str]) -> Asked:
    """The search that an address states. Meaningless values are treated as absent."""
    values: dict[str, str] = {}
    for name in ("q", "source", *BY_VALUE, *_FORMS):
        value = (arguments.get(name) or "").strip()[: queries.MAX_QUERY]
        if name not in _FORMS or re.fullmatch(_FORMS[name], value, re.ASCII):
            values[name] = value.replace("\0", "")
    page = arguments.get("page") or "1"
    number = int(page) if re.fullmatch(r"[0-9]{1,4}", page) else 1
    return Asked(
        q=values.get("q", ""),
        region=values.get("region", ""),
        source=values.get("source", ""),
        publisher=values.get("publisher", ""),
        year=values.get("year", ""),
        month=values.get("month", ""),
        speaker=values.get("speaker", ""),
        cites=values.get("cites", ""),
        issuer=values.get("issuer", ""),
        subject_class=values.get("subject_class", ""),
        genre=values.get("genre", ""),
        effective=values.get("effective", ""),
        expires=values.get("expires", ""),
        addressee=values.get("addressee", ""),
        signatory=values.get("signatory", ""),
        kind=cast(SearchKind, values.get("kind", "")),
        state=cast(SearchState, values.get("state", "")),
        files=cast(SearchFiles, values.get("files", "")),
        sort=cast(SearchOrder, values.get("sort", "")),
        page=min(max(number, 1), LAST_PAGE),
    )


def read_period(asked: Asked, arguments: Mapping[str, str]) -> Asked:
    """The search with the time that an address states: `from`, `to`, `at`. Raises ValueError with a value that cannot be one, or a
    period that ends before it begins."""
    since, until, at = ((arguments.get(name) or "").strip() for name in ("from", "to", "at"))
    for value in filter(None, (since, until)):
        if not _is_period(value):
            raise ValueError(value)
    if since > (until or "9") + "~":
        raise ValueError(f"from={since}&to={until}")
    if at:
        times.span(at)
    return replace(asked, since=since, until=until, at=at)


def check_address(arguments: Mapping[str, str]) -> None:
    """Raises ValueError with the first argument that a program cannot have meant: an unknown name, a value that cannot be."""
    known = {_IN_ADDRESS.get(one.name, one.name) for one in fields(Asked)} - {"page"} | {"after", "limit", "lang"}
    for name, value in arguments.items():
        form = _FORMS.get(name) or _FORMS_OF_LISTS.get(name)
        if name not in known or (value and form and not re.fullmatch(form, value.strip(), re.ASCII)):
            raise ValueError(f"{name}={value}")
        if name == "month" and value and not _is_period(value.strip()):
            raise ValueError(f"{name}={value}")


_FORMS_OF_LISTS = {"after": "[0-9]{1,18}", "limit": "[1-9][0-9]{0,2}|1000"}


def _is_period(value: str) -> bool:
    """Whether it is a year, a month or a day of the calendar."""
    if not re.fullmatch(r"\d{4}(?:-\d{2}){0,2}", value, re.ASCII):
        return False
    try:
        date.fromisoformat(f"{value}-01-01"[:10])
    except ValueError:
        return False
    return True
