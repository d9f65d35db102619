"""A server of other people's captures (Wayback, pywb), asked politely: one request at a time, the operator's delay between two,
and no new request once the day's share is spent.

It is asked as its operator describes it to programs (CDX, replay with `id_`, ranges of WARC files), so its robots.txt, which
speaks of pages, is not asked for.
"""

import http.client
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlencode

from scrapy.settings import BaseSettings

from crawler.configuration import SettingError
from crawler.history.address import Address
from crawler.history.cdx import HistoryError, Row, read_row
from crawler.history.replay import Given, status_words
from crawler.network.ask import asking
from crawler.network.guard import private_hosts, refusal
from crawler.network.pace import BUSY, LONGEST, SHORTEST, retry_after

MOST_ROWS = 300_000  # rows of one host
LONGEST_ROW = 10_000  # bytes
MOST_BUSY = 5  # answers in a row that put us off
MOST_FAULTS = 5  # captures in a row that are not given
PATIENCE = 120  # seconds: an index looks long for the rows of a host
_PIECE = 1 << 16


class NotGiven(Exception):
    """A capture that the index names and the server does not give; the next may be given."""


class Spent(Exception):
    """The day's share of requests or bytes is spent."""


@dataclass(slots=True, kw_only=True)
class Share:
    """A source's share of requests and bytes on a day. `spend` notes the use in the archive."""

    requests: int  # 0: no limit
    bytes: int
    used: tuple[int, int]
    spend: Callable[[int, int], None]

    def take(self) -> None:
        """Count a request. Raises Spent."""
        requests, size = self.used
        if self.requests and requests >= self.requests:
            raise Spent(f"{self.requests} requests (REQUESTS_PER_DAY)")
        if self.bytes and size >= self.bytes:
            raise Spent(f"{self.bytes} bytes (BYTES_PER_DAY)")
        self.add(1, 0)

    def add(self, requests: int, size: int) -> None:
        self.used = (self.used[0] + requests, self.used[1] + size)
        self.spend(requests, size)


def query(host: str, since: str, until: str) -> str:
    """The question for a host's rows between two days ("" for no limit), as CDX servers read it."""
    days = {"from": since.replace("-", ""), "to": until.replace("-", "")}
    return urlencode({"url": host, "matchType": "host", **{name: day for name, day in days.items() if day}})


class Witness(ABC):
    """The server at an address. Its methods wait until the next request may go out."""

    def __init__(self, address: Address, settings: BaseSettings, share: Share) -> None:
        self.address, self.share = address, share
        self.allowed = private_hosts(settings)
        for url in (address.index, address.captures):
            if reason := refusal(url, self.allowed):
                raise SettingError(f"--from {url} {reason}")
        self.delay = settings.getfloat("DOWNLOAD_DELAY")
        self.retries = settings.getint("RETRY_TIMES")
        self.largest = settings.getint("DOWNLOAD_MAXSIZE")
        self.head = {"User-Agent": settings["USER_AGENT"], "Accept": "*/*"}
        self.free = 0.0  # monotonic: when the next request may go out
        self.faults = 0  # in a row

    @abstractmethod
    def named(self, host: str, since: str, until: str) -> Iterator[Row | None]:
        """The lines that the server has of a host, between two days ("" for no limit), as rows; None for one that is none."""

    @abstractmethod
    def origin(self, row: Row) -> str:
        """The address of a row's capture on the server."""

    @abstractmethod
    def given(self, row: Row) -> Given:
        """The capture that a row names. Raises NotGiven, HistoryError, Spent, and the errors of a connection."""

    def rows(self, host: str, since: str, until: str) -> Iterator[Row]:
        """The rows that the server has of a host, between two days ("" for no limit). Raises HistoryError, Spent."""
        for number, row in enumerate(self.named(host, since, until)):
            if number >= MOST_ROWS:
                raise HistoryError(
                    f"{self.address.index} for {host} lists more than {MOST_ROWS} captures: take a part of the time, by --since and --until"
                )
            if row:
                yield row

    def read_rows(self, url: str) -> Iterator[Row | None]:
        """The lines of an index at an address, as rows. Raises HistoryError, Spent."""
        with self._index(url) as answer:
            for line in self._lines(answer) if answer else ():
                try:
                    yield read_row(line)
                except HistoryError as error:
                    raise HistoryError(f"{url} answers with {error}") from None

    def read_index(self, url: str) -> bytes:
        """The whole answer of an index; b"" when it has no captures. Raises HistoryError, Spent."""
        with self._index(url) as answer:
            return self.content(answer) if answer else b""

    @contextmanager
    def _index(self, url: str) -> Iterator[http.client.HTTPResponse | None]:
        """The answer of an index, to be read; None when it has no captures."""
        try:
            with self.answer(url, {}) as answer:
                none = answer.status == 404 and b"no captures" in answer.read(_PIECE).lower()
                if not none and answer.status != 200:
                    raise HistoryError(f"{url} {status_words(answer)}")
                yield None if none else answer
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise HistoryError(f"{url} {_words(error)}") from None

    def _lines(self, answer: http.client.HTTPResponse) -> Iterator[str]:
        """The lines of an index. Raises HTTPException when it breaks off, or in a line without an end."""
        rest, begun = b"", False
        for piece in self._pieces(answer):
            *lines, rest = (rest + piece).split(b"\n")
            begun = begun or bool(lines)
            if len(rest) > LONGEST_ROW:
                raise http.client.HTTPException(f"holds a line of more than {LONGEST_ROW} bytes")
            yield from (line.decode("utf-8", "replace") for line in lines)
        if rest.strip() and begun:
            raise http.client.HTTPException("breaks off in a line")
        yield rest.decode("utf-8", "replace")

    def _pieces(self, answer: http.client.HTTPResponse) -> Iterator[bytes]:
        """The body piece by piece; its bytes count for the day's share even when it is left early."""
        size = 0
        try:
            while piece := answer.read(_PIECE):
                size += len(piece)
                yield piece
        finally:
            self.share.add(0, size)
        if answer.length:  # `read` does not say that a body was shorter than announced
            raise http.client.HTTPException("breaks off before its end")

    def content(self, answer: http.client.HTTPResponse) -> bytes:
        """The whole body of an answer. Raises HTTPException when it breaks off, or is too large."""
        parts, size = [], 0
        for piece in self._pieces(answer):
            parts.append(piece)
            size += len(piece)
            if size > self.largest:
                raise http.client.HTTPException("is larger than DOWNLOAD_MAXSIZE")
        return b"".join(parts)

    def give(self, row: Row) -> Given:
        """The capture that a row names. Raises NotGiven, HistoryError, Spent."""
        try:
            given = self._told(row)
        except NotGiven as fault:
            self.faults += 1
            if self.faults >= MOST_FAULTS:
                raise HistoryError(
                    f"{self.origin(row)} is the last of {self.faults} captures in a row that were not given: it {fault}"
                ) from None
            raise
        self.faults = 0
        return given

    def _told(self, row: Row) -> Given:
        try:
            return self.given(row)
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise NotGiven(_words(error)) from None

    @contextmanager
    def answer(self, url: str, headers: dict[str, str]) -> Iterator[http.client.HTTPResponse]:
        """The answer to a request, asked again as long as the server puts us off, and after a fault of the connection."""
        with ExitStack() as stack:
            try:
                yield self._asked(stack, url, headers)
            finally:
                self.free = max(self.free, time.monotonic() + self.delay)

    def _asked(self, stack: ExitStack, url: str, headers: dict[str, str]) -> http.client.HTTPResponse:
        faults = 0
        for attempt in range(MOST_BUSY + self.retries):
            self._wait()
            self.share.take()
            try:
                asked = asking(url, self.allowed, seconds=PATIENCE, headers={**self.head, **headers})
                answer = stack.enter_context(asked)
            except ConnectionError:
                faults += 1
                if faults > self.retries:
                    raise
                self.free = time.monotonic() + max(SHORTEST, self.delay)
                continue
            if answer.status not in BUSY or answer.getheader("Memento-Datetime"):  # a capture of a busy site
                return answer
            stack.close()
            self._put_off(url, answer, attempt)
        raise HistoryError(f"{url} has put us off {MOST_BUSY} times: run the command again later")

    def _wait(self) -> None:
        time.sleep(max(0.0, self.free - time.monotonic()))

    def _put_off(self, url: str, answer: http.client.HTTPResponse, attempt: int) -> None:
        """Wait as long as a busy server asks for, else longer each time. Raises HistoryError when that is too long."""
        asked = retry_after(answer.getheader("Retry-After") or "", datetime.now(UTC))
        pause = max(SHORTEST * 2**attempt, self.delay) if asked is None else asked
        if pause > LONGEST:
            raise HistoryError(f"{url} asks to be left alone for {pause:.0f} seconds: run the command again then")
        self.free = time.monotonic() + pause


def _words(error: Exception) -> str:
    if isinstance(error, http.client.IncompleteRead):
        return "breaks off before its end"
    return (
        str(error)
        if isinstance(error, http.client.HTTPException) and str(error)
        else f"cannot be asked: {error or type(error).__name__}"
    )
