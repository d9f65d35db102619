"""alerts.toml in the archive's folder: searches, and where the events that fit them are told."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from hashlib import sha256
from pathlib import Path
from typing import Any

from archive.search import query as queries
from archive.search.asked import Asked, read_address
from archive.search.events import KINDS, Wanted
from crawler.configuration import SettingError, meant

NAME = "alerts.toml"
FILTERS = tuple(field.name for field in fields(Asked) if field.name not in ("sort", "page"))
_KEYS = (*FILTERS, "kinds", "to")


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """A search for events, and the addresses (of apprise) to which they are told."""

    name: str
    wanted: Wanted
    to: tuple[str, ...]

    def search(self) -> str:
        """The same as long as it asks for the same."""
        return sha256(repr(self.wanted).encode()).hexdigest()[:16]


def read(folder: Path) -> list[Alert]:
    """The alerts of an archive, none when it has no alerts.toml. Raises SettingError with the first fault."""
    path = folder / NAME
    if not path.exists():
        return []
    try:
        tables = tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingError(f"{path}: {error}") from None
    return [_alert(f"{path}: [{name}]", name, table) for name, table in tables.items()]


def _alert(place: str, name: str, table: Any) -> Alert:
    if not isinstance(table, dict):
        raise SettingError(f"{place[: place.rindex('[')]}{name} stands outside a table; begin one with [name]")
    for key in table:
        if key not in _KEYS:
            raise SettingError(f"{place}: there is no key {key!r}{meant(key, _KEYS)}")
    wanted = Wanted(asked=_asked(place, table), kinds=_kinds(place, table))
    return Alert(name=name, wanted=wanted, to=_addresses(place, table))


def _asked(place: str, table: Mapping[str, Any]) -> Asked:
    # a year may be written as a number
    given = {key: str(table[key]) if type(table[key]) is int else table[key] for key in FILTERS if key in table}
    for key, value in given.items():
        if not isinstance(value, str):
            raise SettingError(f"{place}: {key}: expected a string")
    asked = read_address(given)
    for key, value in given.items():
        if value.strip() and not getattr(asked, key):
            raise SettingError(f"{place}: {key}: {value!r} is no value that a search knows")
    if asked.q and not queries.parse(asked.q).groups:
        raise SettingError(f"{place}: q: {asked.q!r} holds no letter and no digit")
    return asked


def _kinds(place: str, table: Mapping[str, Any]) -> Any:
    kinds = table.get("kinds", list(KINDS))
    if not isinstance(kinds, list) or not kinds or not set(map(str, kinds)) <= {*KINDS}:
        raise SettingError(f"{place}: kinds: expected a list of {', '.join(KINDS)}")
    return tuple(kind for kind in KINDS if kind in kinds)


def _addresses(place: str, table: Mapping[str, Any]) -> tuple[str, ...]:
    from apprise import Apprise

    to = table.get("to", [])
    addresses = [to] if isinstance(to, str) else to
    if not isinstance(addresses, list) or not addresses:
        raise SettingError(f"{place}: to: expected one or more addresses of apprise, such as mailto://…")
    for n, address in enumerate(addresses, 1):
        if not isinstance(address, str) or not Apprise.instantiate(address):
            scheme = str(address).partition(":")[0]  # the rest may hold a password
            raise SettingError(f"{place}: to: address {n} ({scheme}:…) is none that apprise knows")
    return tuple(dict.fromkeys(addresses))
