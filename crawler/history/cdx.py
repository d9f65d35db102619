"""Rows of a CDX index: lines of seven or eleven fields, as the Wayback Machine writes them, or with a JSON object, as pywb does.

The object may be the whole line.
"""

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime

from archive.errors import GongbaoError
from archive.times import stamp
from archive.urls import ascii_address

_HEAD = " CDX "
_REVISIT = "warc/revisit"
_UNCHANGED = "304"  # the answer to a condition of theirs: it has no page
_KEYS = {"url": "url", "mime": "media_type", "digest": "digest", "filename": "file"} | {
    name: name for name in ("status", "length", "offset")
}


class HistoryError(GongbaoError):
    """A server of captures cannot be used, or not now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One capture as an index names it."""

    url: str
    time: str  # 14 digits, UTC
    status: int  # 0: the index does not say
    media_type: str  # "" likewise
    digest: str
    length: int  # packed bytes, as far as the index is right
    file: str = ""  # the WARC file with its record, as far as the index tells
    offset: int = 0  # bytes before the record

    @property
    def fetched(self) -> str:
        """When it was captured, as our times are written."""
        return stamp(datetime.strptime(self.time, "%Y%m%d%H%M%S").replace(tzinfo=UTC))


def read_row(line: str) -> Row | None:
    """The row that a line of an index holds; None for a head, and for one that names no page of the web.

    Raises HistoryError for a line that is none of an index.
    """
    if line.startswith(_HEAD) or not line.strip():
        return None
    time, rest = _parted(line)
    fields = _json(rest) if rest.startswith("{") else _fields(rest.split())
    if fields is None or not re.fullmatch(r"\d{14}", time):
        raise HistoryError(f"something that is no CDX: {' '.join(line.split())[:60]!r}")
    return _row(time, **fields)


def _parted(line: str) -> tuple[str, str]:
    """The time of a row, and what follows it."""
    if line.startswith("{"):
        found = re.search(r'"timestamp": ?"(\d{14})"', line)
        return found[1] if found else "", line
    _, _, rest = line.partition(" ")
    time, _, rest = rest.partition(" ")
    return time, rest


def _json(words: str) -> dict[str, str] | None:
    try:
        found = json.loads(words)
    except (ValueError, RecursionError):
        return None
    return {name: str(found.get(key, "")) for key, name in _KEYS.items()}


def _fields(words: list[str]) -> dict[str, str] | None:
    if len(words) < 5:
        return None
    length = words[6] if len(words) >= 9 else words[4]
    return {"url": words[0], "media_type": words[1], "status": words[2], "digest": words[3], "length": length}


def _row(
    time: str, url: str, media_type: str, status: str, digest: str, length: str, file: str = "", offset: str = ""
) -> Row | None:
    if not re.match("https?://", url) or not digest or status == _UNCHANGED:
        return None
    placed = re.fullmatch(r"[!-~]{1,500}", file) and re.fullmatch(r"\d{1,15}", offset)
    row = Row(
        url=ascii_address(url),
        time=time,
        status=int(status) if re.fullmatch(r"[1-5]\d\d", status) else 0,
        media_type="" if media_type in ("-", "unk", _REVISIT) else media_type,
        digest=digest,
        length=int(length) if re.fullmatch(r"\d{1,12}", length) else 0,
        file=file if placed else "",
        offset=int(offset) if placed else 0,
    )
    try:
        return row if row.fetched else None
    except ValueError:  # the thirtieth of February
        return None
