"""scrapy rebuild: an archive made anew from its WARC files and the declarations, without a network."""

import argparse
import asyncio
import shutil
from collections import Counter
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path

from scrapy.settings import Settings
from sqlite_utils import Database

from archive.transfer.rebuild import Kept
from crawler.command import GongbaoCommand
from crawler.configuration import SettingError, archive_folder, now
from crawler.run.session import Session
from crawler.sources.row import source_row

WORK = ".rebuild"  # where the new database grows; it takes its place when it is whole


class Command(GongbaoCommand):
    def short_desc(self) -> str:
        return "Make archive.db anew from the kept WARC files"

    def work(self, args: list[str], opts: argparse.Namespace) -> int:
        from archive.database import locked
        from archive.transfer.rebuild import sources_kept

        if args:
            raise SettingError("rebuild takes no names: it reads all of warc/ in ARCHIVE_DIR")
        folder = archive_folder(self.settings)
        names = sources_kept(folder)
        if not names:
            raise SettingError(f"{folder} holds no warc/ to rebuild from; set ARCHIVE_DIR")
        if (folder / "archive.db").exists():
            raise SettingError(f"{folder} holds an archive.db: move it away first (rebuild never overwrites one)")
        with ExitStack() as held:
            for name in names:
                held.enter_context(locked(folder, name))
            shutil.rmtree(folder / WORK, ignore_errors=True)
            self.rebuild(folder)
        return 0

    def rebuild(self, folder: Path) -> None:
        from archive import chain
        from archive.database import locked
        from archive.files import sync
        from archive.removal.remove import restore_removals
        from archive.schema.open import open_archive
        from archive.times import stamp
        from archive.transfer.rebuild import kept

        db = open_archive(folder / WORK)
        try:
            db.execute("PRAGMA synchronous=OFF")  # what a crash leaves is begun anew
            restore_removals(db, folder)
            counts = asyncio.run(feed_archive(self.settings, folder, db, kept(db, folder)))
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        finally:
            db.close()
        sync(folder / WORK / "archive.db")
        (folder / WORK / "archive.db").rename(folder / "archive.db")
        shutil.rmtree(folder / WORK)
        if (folder / chain.FOLDER).is_dir():
            with locked(folder, "snapshot", wait=True):
                chain.append(folder, stamp(now(self.settings)), ["rebuilt archive.db"])
        print(f"rebuild: {summary(counts)}")


async def feed_archive(settings: Settings, folder: Path, db: Database, kept: Iterable[Kept]) -> Counter[str]:
    """Tell the archive what was kept; how many of what it brought."""
    from archive import store
    from crawler.sources import load_sources
    from pipelines.pool import Pool
    from pipelines.read import read
    from spiders.loader import SourceSpiderLoader
    from spiders.retell import feed

    sources = load_sources(settings["SOURCES"])
    for source in sources.values():
        store.declare_source(db, source_row(source))
    session = Session(folder=folder, db=db, settings=settings, sources=sources, source=None)
    pool = Pool(settings.getint("EXTRACT_WORKERS"))
    try:
        load = SourceSpiderLoader(sources).load
        return await feed(session, kept, load, lambda page, source: pool.run(read, page, source))
    finally:
        pool.close()


def summary(counts: Counter[str]) -> str:
    """What feeding brought, in words for people."""
    return ", ".join(f"{n} {what}" for what, n in sorted(counts.items())) or "nothing new"
