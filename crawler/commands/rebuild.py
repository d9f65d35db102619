"""scrapy rebuild: an archive made anew from its WARC files and the declarations, without a network."""

import argparse

from crawler.command import GongbaoCommand, in_words
from crawler.configuration import SettingError, archive_folder, now


class Command(GongbaoCommand):
    def short_desc(self) -> str:
        return "Make archive.db anew from the kept WARC files"

    def work(self, args: list[str], opts: argparse.Namespace) -> int:
        from archive.times import stamp
        from archive.transfer.rebuild import rebuild, sources_kept
        from pipelines.read import readers
        from spiders.retell import retell

        if args:
            raise SettingError("rebuild takes no names: it reads all of warc/ in ARCHIVE_DIR")
        folder = archive_folder(self.settings)
        if not sources_kept(folder):
            raise SettingError(f"{folder} holds no warc/ to rebuild from; set ARCHIVE_DIR")
        if (folder / "archive.db").exists():
            raise SettingError(f"{folder} holds an archive.db: move it away first (rebuild never overwrites one)")
        time = stamp(now(self.settings))
        with readers(self.settings.getint("EXTRACT_WORKERS")) as read:
            counts = rebuild(folder, time, lambda db, kept: retell(self.settings, folder, db, kept, read))
        print(f"rebuild: {in_words(sorted(counts.items())) or 'nothing new'}")
        return 0
