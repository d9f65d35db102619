"""An archive of two days of the replica sites, which tests copy and then treat badly."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import crawl, scrapy
from tests.replica import ReplicaSite
from tests.replica.world import load

DAYS = {1: "2026-03-16T10:00", 2: "2026-03-17T10:00"}
LATER = "2026-03-18T10:00"


@dataclass
class Crawled:
    """The archive, the sites it comes from (still running, on day 2) and the settings that crawl them."""

    folder: Path
    site: ReplicaSite
    sources: Path

    def settings(self, folder: Path) -> dict[str, Any]:
        return {"ARCHIVE_DIR": folder, "SOURCES": self.sources, "NOW": LATER}

    def run(self, folder: Path, *args: str, status: int = 0) -> str:
        """One of our commands on an archive; what it said."""
        done = scrapy(*args, **self.settings(folder))
        assert done.returncode == status, done.stdout + done.stderr
        assert "Traceback" not in done.stderr
        return done.stdout + done.stderr


@pytest.fixture(scope="session")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    base = tmp_path_factory.mktemp("trust")
    with ReplicaSite() as site:
        made = Crawled(folder=base / "archive", site=site, sources=site.write_sources(base))
        for day, now in DAYS.items():
            site.day = day
            for source in load():
                crawl(source.id, "-a", "recheck=all", **{**made.settings(made.folder), "NOW": now})
        for now, *public in (("2026-03-17T11:00",), ("2026-03-17T12:00", "--public")):
            done = scrapy("snapshot", *public, **{**made.settings(made.folder), "NOW": now})
            assert done.returncode == 0, done.stderr
        yield made


@pytest.fixture
def copy(crawled: Crawled, tmp_path: Path) -> Callable[..., Path]:
    """A function that copies the archive, or the named parts of it alone."""

    def make(*parts: str, name: str = "copy") -> Path:
        place = tmp_path / name
        for part in parts or ("",):
            if (crawled.folder / part).is_dir():
                shutil.copytree(crawled.folder / part, place / part, symlinks=True, dirs_exist_ok=True)
            else:
                place.mkdir(exist_ok=True)
                shutil.copy2(crawled.folder / part, place / part)
        return place

    return make
