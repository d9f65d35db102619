"""scrapy duplicates: make the near-duplicate index, clusters, relations and origins anew from the texts."""

import argparse
from contextlib import ExitStack

from crawler.command import GongbaoCommand, in_words
from crawler.configuration import SettingError, kept_archive
from crawler.sources import RESERVED, load_sources


class Command(GongbaoCommand):
    def short_desc(self) -> str:
        return "Find anew which releases are copies or parts of others, and who published first"

    def work(self, args: list[str], opts: argparse.Namespace) -> int:
        from archive import duplicates, store
        from archive.database import locked, transaction
        from archive.duplicates import origins
        from archive.transfer.opening import open_whole

        if args:
            raise SettingError("duplicates takes no names: it compares all releases")
        folder = kept_archive(self.settings)
        db = open_whole(folder)
        try:
            writers = {*store.sources_declared(db), *load_sources(self.settings["SOURCES"]), *RESERVED, "merge"}
            with ExitStack() as held:
                # one long transaction: a crawl would give up waiting for it
                for name in sorted(writers):
                    held.enter_context(locked(folder, name))
                with transaction(db):
                    moved = duplicates.rebuild(db)
                    origins.record_all(db.conn)
            found = duplicates.summary(db)
        finally:
            db.close()
        print(f"duplicates: {in_words(found.items())}; {moved} releases changed cluster")
        return 0
