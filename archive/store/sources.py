"""The rows of `sources`: one for each declaration."""

from sqlite_utils import Database

from archive.database import transaction


def declare_source(db: Database, row: dict[str, str]) -> None:
    """Enter a source, or the present state of its declaration."""
    with transaction(db):
        db.table("sources").upsert(row, pk="id")


def sources_declared(db: Database) -> set[str]:
    """The ids of the sources that the archive has ever been told of."""
    return {id for (id,) in db.execute("SELECT id FROM sources").fetchall()}
