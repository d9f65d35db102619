"""scrapy rebuild: an archive made anew from its WARC files and the declarations, without a network."""

import argparse
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from crawler.command import GongbaoCommand, in_words
from crawler.configuration import SettingError, archive_folder, now
from crawler.sources import Source, load_sources

if TYPE_CHECKING:
    from sqlite_utils import Database

    from archive.transfer.rebuild import Kept


class Command(GongbaoCommand):
    def short_desc(self) -> str:
        return "Make archive.db anew from the kept WARC files"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--leave-undeclared", action="store_true", help="leave out the pages of undeclared sources")

    def work(self, args: list[str], opts: argparse.Namespace) -> int:
        from archive.times import stamp
        from archive.transfer.rebuild import is_done, rebuild, sources_kept
        from archive.warc.repair import damage
        from pipelines.file_texts import Files
        from pipelines.read import readers
        from spiders.retell import retell

        if args:
            raise SettingError("rebuild takes no names: it reads all of warc/ in ARCHIVE_DIR")
        folder = archive_folder(self.settings)
        if not sources_kept(folder):
            raise SettingError(f"{folder} holds no warc/ to rebuild from; set ARCHIVE_DIR")
        if (folder / "archive.db").exists() and not is_done(folder):
            raise SettingError(f"{folder} holds an archive.db: move it away first (rebuild never overwrites one)")
        sources = self._declared(folder, sources_kept(folder), leave=opts.leave_undeclared)
        time = stamp(now(self.settings))
        with readers(self.settings.getint("EXTRACT_WORKERS")) as read:

            def tell(db: "Database", kept: "Iterable[Kept]") -> Counter[str]:
                counts = retell(self.settings, folder, db, kept, read, sources)
                Files(db=db, folder=folder, time=lambda: time).read()
                return counts

            counts = rebuild(folder, time, tell)
        print(f"rebuild: {in_words(sorted(counts.items())) or 'nothing new'}")
        lost = [words for path in sorted((folder / "warc").glob("*.warc.gz")) if (words := damage(path))]
        for words in lost:
            print(f"gongbao: {words}: what stood there was left out. Put the file back from a backup", file=sys.stderr)
        return 2 if lost else 0

    def _declared(self, folder: Path, kept: list[str], *, leave: bool) -> dict[str, Source]:
        """The sources that SOURCES declares, and for others that have pages the declarations that the archive keeps.

        Raises SettingError for a source with pages that nobody declares, unless it is to be left out.
        """
        from crawler.sources.written import FOLDER

        sources = load_sources(self.settings["SOURCES"])
        copies = load_sources(str(folder / FOLDER)) if any((folder / FOLDER).glob("*.toml")) else {}
        own = {name: copies[name] for name in kept if name in copies and name not in sources}
        lacking = [name for name in kept if name not in sources and name not in own]
        if lacking and not leave:
            raise SettingError(
                f"{', '.join(lacking)}: there are pages of it in {folder / 'warc'}, but no declaration. Set SOURCES to the"
                " archive's declarations, or leave its pages out with --leave-undeclared"
            )
        for name in own:
            print(f"rebuild: {name} as {FOLDER}/{name}.toml of the archive declares it, since SOURCES does not")
        return sources | own
