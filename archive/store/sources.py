"""The rows of `sources`: what is declared, and since when."""

from sqlite_utils import Database

from archive.database import transaction


def declare_source(db: Database, row: dict[str, str]) -> None:
    """Enter a source, or what its declaration now says of it."""
    with transaction(db):
        db.table("sources").upsert(row, pk="id")


def sources_declared(db: Database) -> set[str]:
    """The ids of the sources that the archive has ever been told of."""
    return {id for (id,) in db.execute("SELECT id FROM sources").fetchall()}
