"""Files that a removed release shares with others: what was fetched for it is kept anew as theirs, before it is blanked."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from archive import warc
from archive.database import first_row, transaction
from archive.model import Listed
from archive.store.delete import placeholders
from archive.urls import canonical
from archive.warc.records import Record


def keep_shared(db: Database, folder: Path, own: Iterable[Record], keys: frozenset[str], ids: list[int]) -> None:
    """Write a record for each other release whose content stands in one of `own`, the records that name an address of `keys`.

    Where the records of those were lost, a rebuild would not find the content again. The new ones stand in the file of the
    same source, whose lock the caller holds; their requests name no page.
    """
    for record in _of_files(own, keys):
        where = [f"warc/{record.file}", record.offset]
        capture = first_row(db.execute("SELECT id, source FROM captures WHERE warc = ? AND offset = ?", where))
        for number, user in enumerate(_users(db, capture["id"], ids) if capture else ()):
            assert capture
            _keep(db, folder, record, capture, user, whole=not number)


def _of_files(records: Iterable[Record], keys: frozenset[str]) -> Iterator[Record]:
    for record in records:
        exchange = record.exchange
        is_file = exchange is not None and exchange.role == "attachment" and exchange.status == 200
        if is_file and canonical(record.url) not in keys:
            yield record


def _users(db: Database, capture: int, ids: list[int]) -> list[dict[str, Any]]:
    """The files of other releases whose content a record holds, or a record that refers to it."""
    cursor = db.execute(
        f"""SELECT DISTINCT c.release, c.url, r.url AS page, coalesce(a.name, '') AS name FROM attachment_contents c
        JOIN releases r ON r.id = c.release LEFT JOIN attachments a ON a.release = c.release AND a.url = c.url
        WHERE c.capture IN (SELECT id FROM captures WHERE ? IN (id, refers_to)) AND c.release NOT IN ({placeholders(ids)})
        ORDER BY c.release, c.url""",
        [capture, *ids],
    )
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _keep(
    db: Database, folder: Path, record: Record, capture: dict[str, Any], user: dict[str, Any], *, whole: bool
) -> None:
    assert record.exchange
    exchange = replace(
        record.exchange,
        source=capture["source"],
        body=warc.sent(db, folder, capture["id"]),
        request_headers=(),
        listed=Listed(url=user["page"], title=user["name"]),
        looked=user["url"],
    )
    with transaction(db):
        id = warc.capture(db, folder, exchange, whole=whole)
        for table in ("attachments", "attachment_contents"):
            db.execute(
                f"UPDATE {table} SET capture = ? WHERE capture = ? AND release = ? AND url = ?",
                [id, capture["id"], user["release"], user["url"]],
            )
        if whole:
            db.execute("UPDATE captures SET refers_to = ? WHERE refers_to = ?", [id, capture["id"]])
