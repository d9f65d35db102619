"""scrapy merge SNAPSHOT…: fold the snapshots of other archives into this one."""

import argparse
from pathlib import Path

from crawler.command import GongbaoCommand, in_words
from crawler.configuration import SettingError, archive_folder, now


class Command(GongbaoCommand):
    def syntax(self) -> str:
        return "SNAPSHOT…"

    def short_desc(self) -> str:
        return "Fold snapshots of other archives into this one"

    def work(self, args: list[str], opts: argparse.Namespace) -> int:
        # here, not above: Scrapy imports the module of every command, whichever is given
        from archive.database import locked
        from archive.times import stamp
        from archive.transfer.merge import merge
        from archive.transfer.opening import open_whole

        if not args:
            raise SettingError("name the folders of snapshots: scrapy merge SNAPSHOT…")
        if missing := [name for name in args if not Path(name).is_dir()]:
            raise SettingError(f"there is no snapshot {missing[0]}")
        folder = archive_folder(self.settings)
        db = open_whole(folder)
        try:
            with locked(folder, "merge"):
                places = [Path(name) for name in args]
                brought = merge(db, folder, places, stamp(now(self.settings)))
                for place, counts in zip(places, brought, strict=True):
                    print(f"{place}: {in_words(sorted(counts.items())) or 'nothing new'}")
        finally:
            db.close()
        return 0
