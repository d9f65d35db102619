"""Our part of a request's `meta`: one frozen object under one key, so that mypy finds a misspelt name."""

from dataclasses import dataclass
from typing import Any

from scrapy import Request
from scrapy.http import Response

from archive.model import CaptureRole, Listed

KEY = "gongbao"


@dataclass(frozen=True, kw_only=True)
class Meta:
    """The purpose of a request, and the capture of its answer."""

    role: CaptureRole = "other"
    listed: Listed | None = None  # the list's entry; for a part or a file, the article that names it
    list_url: str = ""
    looked: str = ""  # the address of a held release that is asked for again; of a file, as its article links to it
    capture: int | None = None  # the id of the answer's row
    counted: bool = False  # the address was counted, not linked: its absence ends the list
    broke_off: str = ""  # the digest of an answer that was shorter than announced; its request is being repeated
    drawn: bool = False  # a browser draws the answer
    records: int | None = None  # the number of entries that a Hanweb list announces

    def as_dict(self) -> dict[str, Any]:
        """The form in which a request carries it, beside the keys of Scrapy."""
        return {KEY: self}


def meta_of(message: Request | Response) -> Meta:
    """The part that a request carries, or the request that a response answers."""
    found: Meta = message.meta.get(KEY, _NONE)
    return found


_NONE = Meta()
