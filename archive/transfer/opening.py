"""Opening an archive to work on it: what lies beside archive.db knows what a lost or an older archive.db does not."""

from pathlib import Path

from sqlite_utils import Database

from archive.database import ArchiveError
from archive.removal.remove import heed_removals
from archive.schema.open import open_archive


def open_whole(folder: Path) -> Database:
    """Open the archive in `folder` as `open_archive` does, and carry out the removals that its files tell of.

    Raises ArchiveError when archive.db knows nothing of the pages in warc/: it was lost, or an empty one took its place.
    """
    db = open_archive(folder)
    try:
        _refuse_lost(db, folder)
        heed_removals(db, folder)
    except BaseException:
        db.close()
        raise
    return db


def _refuse_lost(db: Database, folder: Path) -> None:
    """A crawl, an import and a backfill enter their source's row before they keep a page, so that one which was killed early, or
    met a full disk, is no lost archive. Files are looked for first: another crawl may begin meanwhile.
    """
    kept = [path for path in sorted((folder / "warc").glob("[!_.]*.warc.gz")) if path.stat().st_size]
    if kept and not db.execute("SELECT EXISTS (SELECT 1 FROM sources)").fetchone()[0]:
        raise ArchiveError(
            f"{folder / 'archive.db'} knows nothing of {kept[0].name} and what else lies in {folder / 'warc'}: it was lost"
            " or replaced. Put it back from a backup; or move it away and run `scrapy rebuild`"
        )
