"""An exchange and its payload: the types of everything that WARC files hold."""

from dataclasses import dataclass, field
from typing import Literal

from archive.model import CaptureRole, Listed

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True)
class Exchange:
    """A request and its answer. `body` is the payload as sent: no Content-Encoding is undone."""

    url: str
    source: str
    role: CaptureRole | Literal[""]  # "": a stranger's record, which does not say
    fetched: str
    method: str = "GET"
    request_headers: Headers = ()
    request_body: bytes = b""
    status: int
    reason: str = ""
    headers: Headers = ()
    body: bytes = field(default=b"", repr=False)
    listed: Listed | None = None
    list_url: str = ""
    looked: str = ""  # the address of a held release that was asked for again
    cut_short: bool = False  # fewer bytes came than the server announced
    origin: str = ""  # the address that another's capture came from; "": our own
    taken_in: str = ""  # when it came into the archive; "": when it was fetched

    def header(self, name: str) -> str:
        return next((value for key, value in self.headers if key.lower() == name), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Payload:
    """A capture read back, the Content-Encoding of its body undone."""

    url: str
    fetched: str
    status: int
    headers: Headers
    body: bytes = field(repr=False)
    cut_short: bool = False


@dataclass(frozen=True, kw_only=True)
class Packed:
    """A capture as it lies in its file, to be unpacked by another process."""

    url: str
    fetched: str
    status: int
    record: bytes = field(repr=False)
