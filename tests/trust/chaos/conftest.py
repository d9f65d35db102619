"""The commands that are disturbed, each with an archive for it, and what must be the same in spite of that."""

import gzip
import os
import re
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

import pytest

from archive.chain import FOLDER
from archive.snapshots.make import make
from archive.verification.verify import verify
from tests.conftest import crawl, environment_of, rows
from tests.trust.chaos.commands import Commands, Done, Mode, missing
from tests.trust.conftest import LATER, Crawled
from tests.trust.test_migrations import SCHEMAS
from tests.trust.test_removal import residue

SOURCE, OTHER = "mingchuan", "boling"
TIMES = int(os.environ.get("CHAOS", "1"))  # CHAOS=4: forty kills and twenty full disks of each command


@dataclass
class Case:
    """A command, the archive that it is begun in, and what it must take out of it."""

    start: Path
    args: list[str]
    crawled: Crawled
    gone: list[str]  # texts

    def disturbed(self, commands: Commands, folder: Path, mode: Mode, at: int = 0) -> Done:
        """Run the command in a copy of the archive, and do the deed at its call number `at`."""
        shutil.copytree(self.start, folder, symlinks=True)
        environment = environment_of(**self.crawled.settings(folder))
        return commands.run(self.args, environment, folder, mode, at)

    def again(self, commands: Commands, folder: Path) -> Done:
        """Run the command once more."""
        return commands.run(self.args, environment_of(**self.crawled.settings(folder)), folder, "count")

    def faults(self, folder: Path) -> list[str]:
        """What is wrong with an archive in which the command has ended."""
        if not (folder / FOLDER).is_dir():
            make(folder, public=False, now=datetime.fromisoformat(f"{LATER}+00:00"))
        found = [fault for place in (folder, *(folder / "snapshots").glob("2*")) for fault in verify(place).faults]
        return [*map(str, found), *(f"{name} holds {piece}" for name, piece in residue(folder, self.gone))]


def files(folder: Path) -> set[str]:
    """The names of all files of an archive. Locks are no data; of links, snapshots and backups there may be more."""
    names = {path.relative_to(folder).as_posix() for path in folder.rglob("*")}
    alike = {re.sub(r"snapshots/\d{8}T\d{6}Z", "snapshots/Z", name) for name in names}
    return {name for name in alike if not re.search(r"^locks/|^backups|/\d{6}\.txt$", name)}


def migrated(crawled: Crawled, start: Path) -> list[str]:
    """An archive of an earlier schema, with as many releases as make every step write more than a page."""
    (start / "archive.db").write_bytes(gzip.decompress((SCHEMAS / "m007_origins.db.gz").read_bytes()))
    with closing(sqlite3.connect(start / "archive.db")) as db:
        for n in range(3, 200):
            url = f"http://yunling.example/{n}.html"
            db.execute(
                "INSERT INTO listings (url, source, url_key, list_url, title, first_listed, last_listed, first_crawl, state)"
                " SELECT ?, source, ?, list_url, title, first_listed, last_listed, 1, 'pending' FROM listings LIMIT 1",
                [url, url[7:]],
            )
        db.create_function("digest", 1, lambda text: sha256(text.encode()).hexdigest())
        db.execute("UPDATE versions SET text_sha256 = digest(text)")
        db.execute("UPDATE captures SET warc = '', offset = 0, length = 0")  # its WARC files are not at hand
        db.commit()
    return ["duplicates"]


def imported(crawled: Crawled, start: Path) -> list[str]:
    files = sorted(str(path) for path in (crawled.folder / "warc").glob(f"{SOURCE}-*"))
    return ["import", *files, "--source", SOURCE]


def rebuilt(crawled: Crawled, start: Path) -> list[str]:
    for part in ("warc", "chain", "declared"):
        shutil.copytree(crawled.folder / part, start / part)
    return ["rebuild"]


def removed(crawled: Crawled, start: Path) -> list[str]:
    shutil.copytree(crawled.folder, start, symlinks=True, dirs_exist_ok=True)
    [(url,)] = rows(start, "SELECT url FROM releases WHERE source = ? AND version = 2", SOURCE)
    return ["remove", url, "--reason", "asked"]


def merged(crawled: Crawled, start: Path) -> list[str]:
    """Two archives of different sources, each with a removal."""
    shard = start.with_name("shard")
    for folder, source in ((start, OTHER), (shard, SOURCE)):
        crawl(source, **crawled.settings(folder))
    [(ours,), *_] = rows(start, "SELECT url FROM releases ORDER BY url DESC")
    [(theirs,), *_] = rows(shard, "SELECT url FROM releases ORDER BY url DESC")
    for folder, url in ((start, ours), (shard, ours), (shard, theirs), (start, theirs)):
        if (folder, url) in ((start, ours), (shard, theirs)):
            crawled.run(folder, "remove", url, "--reason", "asked")
    crawled.run(shard, "snapshot")
    crawled.run(start, "snapshot")
    [place] = (shard / "snapshots").glob("2*")
    return ["merge", str(place)]


def whole(*args: str) -> Callable[[Crawled, Path], list[str]]:
    def make(crawled: Crawled, start: Path) -> list[str]:
        shutil.copytree(crawled.folder, start, symlinks=True, dirs_exist_ok=True)
        return list(args)

    return make


def reread(crawled: Crawled, start: Path) -> list[str]:
    """Releases whose readings are of earlier rules."""
    whole()(crawled, start)
    with closing(sqlite3.connect(start / "archive.db")) as db:
        db.execute("DELETE FROM turns")
        db.execute("UPDATE releases SET author = 'x'")
        db.commit()
    return ["crawl", "replay"]


CASES: dict[str, Callable[[Crawled, Path], list[str]]] = {
    "import": imported,
    "remove": removed,
    "merge": merged,
    "rebuild": rebuilt,
    "migration": migrated,
    "snapshot": whole("snapshot"),
    "snapshot --public": whole("snapshot", "--public"),
    "duplicates": whole("duplicates"),
    "crawl replay": reread,
    "crawl": lambda crawled, start: ["crawl", SOURCE],
    "crawlall": lambda crawled, start: ["crawlall", "--at-a-time", "2"],
}


@pytest.fixture(scope="session")
def commands(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Commands]:
    if why := missing():
        pytest.skip(why)
    running = Commands(tmp_path_factory.mktemp("chaos"))
    yield running
    running.close()


@pytest.fixture
def case(request: pytest.FixtureRequest, crawled: Crawled, tmp_path: Path) -> Case:
    """The case whose name the test is given."""
    start = tmp_path / "start"
    start.mkdir()
    args = CASES[request.param](crawled, start)
    gone = [args[1]] if args[0] == "remove" else []
    texts = rows(
        crawled.folder,
        f"SELECT title, text FROM versions WHERE release IN (SELECT id FROM releases WHERE url IN ({', '.join('?' * len(gone))}))",
        *gone,
    )
    return Case(start, args, crawled, [part for row in texts for part in row])
