"""The results of an adoption on the disk: declarations in a TOML file, a line of JSON for each address, a bundle of pages each."""

import json
import os
import re
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from archive.model import Rights
from archive.urls import canonical
from crawler.adopt.kept import Kept
from crawler.adopt.visit import Result, Visit
from crawler.configuration import SettingError
from crawler.probe.place import level_of
from crawler.probe.proposal import common_shape, free_name, name_of_host
from crawler.probe.recognise import FALLBACK
from crawler.sources import Family, Source
from crawler.sources.written import declaration

JOURNAL = "adopt.jsonl"
BUNDLES = "adopted"  # the folder of the bundles, beside the journal
_AGAIN = timedelta(days=1)  # after which an address that could not be reached is looked at again
_OFFICIAL = re.compile(r"(?:^|\.)gov\.(?:cn|hk|mo)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of the journal."""

    url: str
    verdict: Result
    reason: str = ""
    list: str = ""
    family: str = ""
    entries: int = 0
    saved: str = ""  # the bundle's folder, beside the journal
    source: str = ""  # the name of the declaration
    region: str = ""
    at: str = ""

    def is_settled(self, now: datetime) -> bool:
        """Whether the address need not be looked at again."""
        return self.verdict != "unreachable" or datetime.fromisoformat(self.at) > now - _AGAIN


class Book:
    """The files of an adoption. A declaration stands before the line that tells of it, so that a kill loses neither."""

    def __init__(self, path: Path, families: Mapping[str, Family], taken: Collection[str]) -> None:
        self.path, self.families, self.taken = path, families, set(taken)
        self.journal = path.with_name(JOURNAL)
        self.declared = _tables(path)
        self.taken |= set(self.declared)

    def lines(self) -> dict[str, Line]:
        """The last line of each address; a line that was cut by a kill counts as none."""
        found: dict[str, Line] = {}
        for text in self.journal.read_text("utf-8").splitlines() if self.journal.is_file() else ():
            try:
                line = Line(**json.loads(text))
            except (ValueError, TypeError):
                continue
            found[canonical(line.url)] = line
        return found

    def folder(self, visit: Visit) -> Path:
        """The folder of a visit's bundle."""
        name = re.sub(r"[^\w.-]+", "_", canonical(visit.url)).strip("_")[:80]
        return self.path.with_name(BUNDLES) / name

    def keep(self, visit: Visit, kept: Kept) -> None:
        """Keep the pages of a visit in its bundle; `scrapy import` reads them once the source is declared."""
        if any(kept.path(request).is_file() for request in visit.requests):
            self.folder(visit).mkdir(parents=True, exist_ok=True)
            kept.bundle(visit.requests, self.folder(visit) / "pages.warc.gz")

    def enter(self, visit: Visit, verdict: Result, reason: str, time: datetime) -> Line:
        """Declare an adopted source, and append the line of its visit."""
        place = self.folder(visit)
        line = Line(
            url=visit.url, verdict=verdict, reason=reason, region=visit.place.region, at=time.isoformat("T", "seconds")
        )
        if place.is_dir():
            line = replace(line, saved=str(place.relative_to(self.path.parent)))
        if verdict == "adopted" and visit.found:
            source = self._declare(visit, time)
            entries = len(visit.found.entries)
            line = replace(line, list=source.lists[0], family=source.family, entries=entries, source=source.id)
        _append(self.journal, json.dumps(asdict(line), ensure_ascii=False) + "\n")
        return line

    def _declare(self, visit: Visit, time: datetime) -> Source:
        source = self._source(visit, time)
        held = [id for id, table in self.declared.items() if source.lists[0] in table.get("lists", ())]
        if held:
            return replace(source, id=held[0])
        table = _table(source, self.families[source.family])
        before = self.path.read_text("utf-8") if self.path.is_file() else ""
        _write(self.path, f"{before.rstrip()}\n\n{table}".lstrip())
        self.declared |= tomllib.loads(table)
        self.taken.add(source.id)
        place = self.folder(visit)
        if place.is_dir():
            (place / "source.toml").write_text(table, "utf-8")
        return source

    def _source(self, visit: Visit, time: datetime) -> Source:
        found = visit.found
        assert found
        host = urlsplit(found.source.lists[0]).hostname or ""
        rights: Rights = "official" if _OFFICIAL.search(host) else "unknown"
        shape = common_shape(entry.url for entry in found.entries) if found.source.family == FALLBACK else ""
        return replace(
            found.source,
            id=free_name(name_of_host(host), self.taken),
            name=visit.place.name,
            region=visit.place.region,
            level=level_of(visit.place.region),
            article=shape or found.source.article,
            rights=rights,
            evidence="live",
            verified=time.date().isoformat(),
            note=visit.column,
        )


def _tables(path: Path) -> dict[str, dict[str, Any]]:
    try:
        return tomllib.loads(path.read_text("utf-8")) if path.is_file() else {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingError(f"{path} is not valid TOML ({error}): mend it, or name another file with --to") from None


def _table(source: Source, family: Family) -> str:
    """The declaration, with its kind written out."""
    lines = declaration(source, family).splitlines()
    at = next(number for number, line in enumerate(lines) if line.startswith("evidence"))
    return "\n".join([*lines[:at], f'kind = "{source.kind}"', *lines[at:]]) + "\n"


def _append(path: Path, text: str) -> None:
    with path.open("ab") as file:
        if file.tell() and not _ends_whole(path):  # a kill cut the last line
            file.write(b"\n")
        file.write(text.encode())
        file.flush()
        os.fsync(file.fileno())


def _ends_whole(path: Path) -> bool:
    with path.open("rb") as file:
        file.seek(-1, os.SEEK_END)
        return file.read(1) == b"\n"


def _write(path: Path, text: str) -> None:
    part = path.with_suffix(".part")
    with part.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
