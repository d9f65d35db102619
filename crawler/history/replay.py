"""A capture as a server of captures replays it, told apart from the server's own words, with the headers of the original server."""

import http.client
import re
from base64 import b32encode
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime
from hashlib import sha1
from urllib.parse import urlsplit

from archive.times import stamp
from archive.warc.coding import CodingError, ends_in_html, undo
from archive.warc.exchange import Headers
from crawler.history.cdx import Row

_ORIGINAL = "x-archive-orig-"
_TOLD = ("content-type", "content-encoding", "location")
_OF_THE_TRANSFER = {"content-encoding", "content-length", "transfer-encoding", "connection", "keep-alive"}
_REPLAYED = re.compile(r"/\d{14}(?:[a-z]{2}_)?/(https?://.*)", re.S)


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """An answer as the original server gave it, as far as the witness tells, and the address that it came from."""

    status: int
    reason: str
    headers: Headers
    body: bytes
    origin: str
    cut_short: bool = False  # the witness says that it holds only a part


def status_words(answer: http.client.HTTPResponse) -> str:
    if 300 <= answer.status < 400:
        target = urlsplit(answer.getheader("Location") or "").hostname or "elsewhere"
        return f"leads to {target}: name the address that answers itself"
    return f"answers {answer.status}"


def other_capture(answer: http.client.HTTPResponse, row: Row) -> str:
    """Why an answer is not the capture of a row: the server's own word, or another moment; "" when it is."""
    try:
        moment = parsedate_to_datetime(answer.getheader("Memento-Datetime") or "")
    except (TypeError, ValueError):
        return status_words(answer) if answer.status != 200 else "tells no Memento-Datetime"
    if stamp(moment.astimezone(UTC)) != row.fetched:
        return "gives the capture of another moment"
    return "" if row.status in (0, answer.status) else f"answers {answer.status}, and its index says {row.status}"


def original(headers: list[tuple[str, str]]) -> Headers:
    """The headers of the original server, out of those of a replay: X-Archive-Orig-…, and those that are its own anyway.

    A redirect leads to the original address.
    """
    kept = [(name[len(_ORIGINAL) :], value) for name, value in headers if name.lower().startswith(_ORIGINAL)]
    kept = [(name, value) for name, value in kept if name.lower() not in _OF_THE_TRANSFER]
    told = {name.lower() for name, _ in kept}
    kept += [(name, value) for name, value in headers if name.lower() in _TOLD and name.lower() not in told]
    return tuple((name, _unwrapped(value) if name.lower() == "location" else value) for name, value in kept)


def _unwrapped(location: str) -> str:
    found = _REPLAYED.search(location)
    return found[1] if found else location


def cut_short(headers: Headers, body: bytes, row: Row) -> str:
    """Why a body is none: its coding does not end, or it neither fits the index's digest nor ends as a page does."""
    try:
        page = undo(body, headers)
    except CodingError as error:
        return f"cannot be read: {error}"
    whole = row.status != 200 or row.digest in digests(body, page) or ends_in_html(page)
    return "" if whole else "is not what its index says, and breaks off"


def digests(*bodies: bytes) -> set[str]:
    """The digests under which an index may know a content: SHA-1 in base 32, of the bytes as sent or as read."""
    return {b32encode(sha1(body, usedforsecurity=False).digest()).decode() for body in bodies}
