"""Notes: metadata records about an exchange or an event, a type for each kind. No other module spells their keys.

A note is written as `key: value` lines. A file keeps every text but for this: a run of white space becomes one space, white
space at the ends of a value is dropped, and a lone surrogate becomes "?". In JSON values the same happens to characters that
JSON does not escape. An entry of a list (`listed`) without an address is not kept. Reading stops after 1 MiB of a note.

A role, an outcome or a count that is not known here is left out. A note of a kind that is not known here, or with a value
that cannot be read, becomes an `UnknownNote`: an import copies it when it names the source, a removal blanks it when it names
the address, everything else passes it over.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Literal, Self, TypeVar, get_args

from archive.model import CaptureRole, CrawlCount, CrawlOutcome, Listed

Role = CaptureRole | Literal[""]
_ROLES: tuple[CaptureRole, ...] = get_args(CaptureRole)
_OUTCOMES: tuple[CrawlOutcome, ...] = get_args(CrawlOutcome)
_COUNTS: tuple[CrawlCount, ...] = get_args(CrawlCount)
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class ExchangeNote:
    """Stands beside an exchange. A stranger's record has no source."""

    source: str = ""
    role: Role = "other"
    list_url: str = ""  # the list that the exchange belongs to
    looked: str = ""  # the address of a held release that was asked for again
    listed: Listed | None = None  # the entry that led to the article
    origin: str = ""  # the address that another's capture came from
    taken_in: str = ""  # when it came into the archive, where it was fetched before

    def to_facts(self) -> dict[str, str]:
        purpose = {"list": self.list_url, "looked-url": self.looked, **_listed_facts(self.listed)}
        whose = {"captured-from": self.origin, "taken-in": self.taken_in}
        return {"source": self.source, "role": self.role, **purpose, **whose}

    @classmethod
    def from_facts(cls, facts: Mapping[str, str]) -> Self:
        return cls(
            source=facts.get("source", ""),
            role=_role(facts) or "other",
            list_url=facts.get("list", ""),
            looked=facts.get("looked-url", ""),
            listed=_listed(facts),
            origin=facts.get("captured-from", ""),
            taken_in=facts.get("taken-in", ""),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlBegun:
    """A crawl of a source begins, at the time of the note."""

    EVENT: ClassVar = "begin"
    source: str = ""
    vantage: str = ""
    arguments: Mapping[str, str] = field(default_factory=dict)  # as given on the command line

    def to_facts(self) -> dict[str, str]:
        arguments = json.dumps(dict(self.arguments))
        return {"source": self.source, "event": self.EVENT, "vantage": self.vantage, "arguments": arguments}

    @classmethod
    def from_facts(cls, facts: Mapping[str, str]) -> Self:
        return cls(
            source=facts.get("source", ""),
            vantage=facts.get("vantage", ""),
            arguments=_table(facts, "arguments", str),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlEnded:
    """A crawl of a source ends, with its outcome."""

    EVENT: ClassVar = "end"
    source: str = ""
    outcome: CrawlOutcome | Literal[""] = ""
    counts: Mapping[CrawlCount, int] = field(default_factory=dict)
    problems: tuple[str, ...] = ()
    walked: tuple[str, ...] = ()  # the lists that were followed to their end
    facts: str = "{}"  # JSON, the measures that later crawls of the source are judged by

    def to_facts(self) -> dict[str, str]:
        return {
            "source": self.source,
            "event": self.EVENT,
            "outcome": self.outcome,
            "counts": json.dumps(dict(self.counts)),
            "problems": json.dumps(self.problems, ensure_ascii=False),
            "walked": json.dumps(self.walked),
            "facts": self.facts,
        }

    @classmethod
    def from_facts(cls, facts: Mapping[str, str]) -> Self:
        outcome, counts = facts.get("outcome", ""), _table(facts, "counts", int)
        return cls(
            source=facts.get("source", ""),
            outcome=outcome if outcome in _OUTCOMES else "",
            counts={name: number for name, number in counts.items() if name in _COUNTS},
            problems=_texts(facts, "problems"),
            walked=_texts(facts, "walked"),
            facts=facts.get("facts", "{}"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestFailed:
    """A request brought no answer that a spider could use; the note is about its address."""

    EVENT: ClassVar = "failed"
    source: str = ""
    role: Role = ""
    reason: str = ""
    status: int | None = None
    list_url: str = ""
    looked: str = ""
    listed: Listed | None = None

    def to_facts(self) -> dict[str, str]:
        return {
            "source": self.source,
            "event": self.EVENT,
            "role": self.role,
            "reason": self.reason,
            "status": str(self.status or ""),
            "list": self.list_url,
            "looked-url": self.looked,
            **_listed_facts(self.listed),
        }

    @classmethod
    def from_facts(cls, facts: Mapping[str, str]) -> Self:
        status = facts.get("status", "")
        return cls(
            source=facts.get("source", ""),
            role=_role(facts),
            reason=facts.get("reason", ""),
            status=int(status) if status.isdecimal() else None,
            list_url=facts.get("list", ""),
            looked=facts.get("looked-url", ""),
            listed=_listed(facts),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressRemoved:
    """An address was taken out of the archive. `url` and `key` are digests when the address itself is hidden."""

    EVENT: ClassVar = "removed"
    url: str = ""
    key: str = ""
    reason: str = ""

    def to_facts(self) -> dict[str, str]:
        return {"event": self.EVENT, "url": self.url, "key": self.key, "reason": self.reason}

    @classmethod
    def from_facts(cls, facts: Mapping[str, str]) -> Self:
        return cls(url=facts.get("url", ""), key=facts.get("key", ""), reason=facts.get("reason", ""))


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordBlanked:
    """A removal blanked the records that stood here."""

    EVENT: ClassVar = "blanked"

    def to_facts(self) -> dict[str, str]:
        return {"event": self.EVENT}

    @classmethod
    def from_facts(cls, _: Mapping[str, str]) -> Self:
        return cls()


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownNote:
    """A note that this version cannot read; it may still name a source and an address."""

    facts: Mapping[str, str]

    @property
    def source(self) -> str:
        return self.facts.get("source", "")

    @property
    def role(self) -> Role:
        return _role(self.facts)

    @property
    def looked(self) -> str:
        return self.facts.get("looked-url", "")

    @property
    def listed(self) -> Listed | None:
        return _listed(self.facts)

    def to_facts(self) -> dict[str, str]:
        return dict(self.facts)

    @classmethod
    def from_facts(cls, facts: Mapping[str, str]) -> Self:
        return cls(facts=facts)


Event = CrawlBegun | CrawlEnded | RequestFailed | AddressRemoved | RecordBlanked
Note = ExchangeNote | Event | UnknownNote

EVENTS: dict[str, type[Event]] = {
    kind.EVENT: kind for kind in (CrawlBegun, CrawlEnded, RequestFailed, AddressRemoved, RecordBlanked)
}


def read_event(facts: Mapping[str, str]) -> Event | UnknownNote:
    """The note that stands alone, not beside an exchange."""
    kind = EVENTS.get(facts.get("event", ""))
    if kind is None:
        return UnknownNote(facts=facts)
    try:
        return kind.from_facts(facts)
    except (ValueError, RecursionError):
        return UnknownNote(facts=facts)


def source_of(note: Note | None) -> str:
    """The source that a note names, "" when it names none."""
    if note is None or isinstance(note, AddressRemoved | RecordBlanked):
        return ""
    return note.source


def role_of(note: Note | None) -> Role:
    """The role of the request that a note is about, "" when it is about none."""
    return note.role if isinstance(note, ExchangeNote | RequestFailed | UnknownNote) else ""


def to_lines(facts: Mapping[str, str]) -> bytes:
    """The block of a metadata record; a fact without a value is left out."""
    lines = [f"{key}: {' '.join(value.split())}\r\n" for key, value in facts.items() if value]
    return "".join(lines).encode("utf-8", "replace")


def from_lines(block: bytes) -> dict[str, str]:
    """The facts of a metadata record; a line without a key is passed over."""
    pairs = (line.partition(": ") for line in block.decode("utf-8", "replace").splitlines())
    return {key: value for key, mark, value in pairs if mark}


def _role(facts: Mapping[str, str]) -> Role:
    role = facts.get("role", "")
    return role if role in _ROLES else ""


def _listed(facts: Mapping[str, str]) -> Listed | None:
    if "listed-url" not in facts:
        return None
    return Listed(url=facts["listed-url"], title=facts.get("title", ""), date=facts.get("date", ""))


def _listed_facts(listed: Listed | None) -> dict[str, str]:
    return {"listed-url": listed.url, "title": listed.title, "date": listed.date} if listed else {}


def _table(facts: Mapping[str, str], key: str, kind: type[T]) -> dict[str, T]:
    """A JSON object with values of one type. Raises ValueError for anything else."""
    value = json.loads(facts.get(key, "{}"))
    if not isinstance(value, dict) or not all(isinstance(one, kind) for one in value.values()):
        raise ValueError(f"{key} is no object of {kind.__name__}: {facts[key]}")
    return value


def _texts(facts: Mapping[str, str], key: str) -> tuple[str, ...]:
    """A JSON array of texts. Raises ValueError for anything else."""
    value = json.loads(facts.get(key, "[]"))
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise ValueError(f"{key} is no array of texts: {facts[key]}")
    return tuple(value)
