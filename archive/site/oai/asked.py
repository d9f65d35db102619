"""A harvester's request: its verb and arguments, read and judged as the protocol says."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, NamedTuple, Self

Verb = Literal["Identify", "ListMetadataFormats", "ListSets", "ListIdentifiers", "ListRecords", "GetRecord"]
FaultCode = Literal[
    "badArgument",
    "badResumptionToken",
    "badVerb",
    "cannotDisseminateFormat",
    "idDoesNotExist",
    "noRecordsMatch",
]
PREFIX = "oai_dc"
_LISTS = ({"metadataPrefix"}, {"from", "until", "set"})
_ARGUMENTS: dict[Verb, tuple[set[str], set[str]]] = {  # those that must stand there, and those that may
    "Identify": (set(), set()),
    "ListMetadataFormats": (set(), {"identifier"}),
    "ListSets": (set(), set()),
    "ListIdentifiers": _LISTS,
    "ListRecords": _LISTS,
    "GetRecord": ({"identifier", "metadataPrefix"}, set()),
}
_SET = re.compile(r"(?:region|source)(?::[A-Za-z0-9_.!~*'()-]+)+")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d(?:T\d\d:\d\d:\d\dZ)?", re.ASCII)
_SHOWN = 60  # signs of a harvester's words in an answer


class Fault(Exception):
    """A request that cannot be answered, in the protocol's words."""

    def __init__(self, code: FaultCode, words: str = "") -> None:
        super().__init__(words)
        self.code, self.words = code, words


class Key(NamedTuple):
    """A record's place in the order of all records. A change moves it to the end."""

    learned: str
    removed: int
    release: int
    identifier: str  # the digest in hexadecimal digits


_KEY = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ),([01]),(\d{1,18}),([0-9a-f]{64})", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """The records that a list has, from the one after `after` on."""

    begin: str = ""  # learned from this second on, as the request states it
    end: str = ""  # and until this one
    set: str = ""
    after: Key | None = None

    @property
    def first(self) -> str:
        """The first second, in UTC."""
        return f"{self.begin}T00:00:00Z" if len(self.begin) == 10 else self.begin

    @property
    def last(self) -> str:
        """The last second, in UTC; "~" comes after all."""
        return f"{self.end}T23:59:59Z" if len(self.end) == 10 else self.end or "~"

    def token(self, after: Key) -> str:
        """All that the next page needs to know: no server remembers it, and the places of records only move to the end."""
        return ",".join([PREFIX, self.begin, self.end, self.set, *map(str, after)])

    @classmethod
    def resumed(cls, token: str) -> Self:
        """The list that `token` wrote. Raises Fault."""
        try:
            prefix, begin, end, chosen, rest = token.split(",", 4)
            wanted, found = cls.read({"from": begin, "until": end, "set": chosen}), _KEY.fullmatch(rest)
        except (ValueError, Fault):
            found = None
        if found is None or prefix != PREFIX:
            raise Fault("badResumptionToken", f"{token[:_SHOWN]} is no token of this server: begin anew without one")
        return replace(wanted, after=Key(found[1], int(found[2]), int(found[3]), found[4]))

    @classmethod
    def read(cls, arguments: Mapping[str, str]) -> Self:
        """The list that arguments ask for; "" is an absent one. Raises Fault."""
        begin, end, chosen = (arguments.get(name, "") for name in ("from", "until", "set"))
        for moment in filter(None, (begin, end)):
            _check_moment(moment)
        if begin and end and (len(begin) != len(end) or begin > end):
            raise Fault("badArgument", "from is later than until, or the one is a day and the other a second")
        if chosen and not _SET.fullmatch(chosen):
            raise Fault("badArgument", f"{chosen[:_SHOWN]} is no set")
        return cls(begin=begin, end=end, set=chosen)


def _check_moment(moment: str) -> None:
    try:
        datetime.fromisoformat(moment if _MOMENT.fullmatch(moment) else "")
    except ValueError:
        told = f"{moment[:_SHOWN]} is neither a day nor a second: 2026-03-17, 2026-03-17T10:00:00Z"
        raise Fault("badArgument", told) from None


def read(pairs: Sequence[tuple[str, str]]) -> tuple[Verb, dict[str, str]]:
    """The verb and the arguments of a request. Raises Fault."""
    verbs = [value for name, value in pairs if name == "verb"]
    if len(verbs) != 1 or verbs[0] not in _ARGUMENTS:
        raise Fault("badVerb", f"name one verb: {', '.join(_ARGUMENTS)}")
    verb, given = verbs[0], [(name, value) for name, value in pairs if name != "verb"]
    arguments = dict(given)
    must, may = _ARGUMENTS[verb]
    if arguments.keys() == {"resumptionToken"} and (verb in ("ListIdentifiers", "ListRecords", "ListSets")):
        must, may = {"resumptionToken"}, set()
    wrong = (
        {name for name, count in Counter(name for name, _ in given).items() if count > 1}
        | (arguments.keys() ^ must) - may
        | {name for name, value in given if not value}
    )
    if wrong:
        names = ", ".join(sorted(wrong))[:_SHOWN]
        raise Fault("badArgument", f"missing, empty, twice, or not for {verb}: {names}")
    if arguments.get("metadataPrefix", PREFIX) != PREFIX:
        raise Fault("cannotDisseminateFormat", f"records are given as {PREFIX} alone")
    return verb, arguments
