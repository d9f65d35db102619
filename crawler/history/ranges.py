"""A capture as a range of a WARC file holds it, checked against the row of the index that named it."""

import http.client
from itertools import islice

from archive.warc.coding import CodingError, undo
from archive.warc.exchange import Exchange
from archive.warc.records import RecordError, read_bytes
from crawler.history.cdx import Row
from crawler.history.replay import digests, status_words
from crawler.history.witness import NotGiven


def range_of(row: Row) -> str:
    """The bytes of a row's record, as a Range header names them."""
    return f"{row.offset}-{row.offset + row.length - 1}"


def other_range(answer: http.client.HTTPResponse, row: Row) -> str:
    """Why an answer is not the range of a row; "" when it is."""
    if answer.status == 200:
        return "is answered with a whole file, not with a range of it"
    if answer.status != 206:
        return status_words(answer)
    told = answer.getheader("Content-Range") or ""
    return "" if told.startswith(f"bytes {range_of(row)}/") else "is answered with another range"


def exchange_in(packed: bytes, row: Row) -> Exchange:
    """The exchange that the bytes of a range hold. Raises NotGiven when it is none, or not the row's."""
    try:
        records = list(islice(read_bytes(packed), 2))
    except RecordError:
        raise NotGiven("is no WARC record, or a damaged one") from None
    if len(records) != 1 or not records[0].exchange or records[0].payload_of:
        raise NotGiven("is not one record with an answer")
    if fault := _other_record(records[0].exchange, row):
        raise NotGiven(fault)
    return records[0].exchange


def _other_record(exchange: Exchange, row: Row) -> str:
    """Why an exchange is not the capture of a row; "" when it is."""
    if exchange.url != row.url:
        return "is a capture of another address"
    if exchange.fetched != row.fetched:
        return "is the capture of another moment"
    if row.status not in (0, exchange.status):
        return f"answers {exchange.status}, and its index says {row.status}"
    try:
        held = digests(exchange.body, undo(exchange.body, exchange.headers))
    except CodingError as error:
        return f"cannot be read: {error}"
    return "" if row.digest.removeprefix("sha1:") in held else "is not what its index says"
