"""An archive of the whole past of a few pages, taken in once; tests copy it, or make their own."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import scrapy
from tests.crawler.history.past import SOURCE, Past, made
from tests.crawler.history.server import Captures

PAGES = 12
NOW = "2026-03-16T10:00"


@dataclass
class Backfill:
    """A source's declaration and the server of captures to ask."""

    base: Path
    server: Captures
    past: Past
    said: str = ""
    settings: dict[str, Any] = field(default_factory=dict)

    @property
    def folder(self) -> Path:
        return self.base / "archive"

    def run(self, *args: str, status: int = 0, command: str = "backfill", **settings: Any) -> str:
        given = {
            "ARCHIVE_DIR": self.folder,
            "SOURCES": self.base / "luoxi.toml",
            "NOW": NOW,
            **self.settings,
            **settings,
        }
        words = ("luoxi", "--from", self.server.address) if command == "backfill" else ()
        done = scrapy(command, *words, *args, **given)
        self.said = done.stdout + done.stderr
        assert done.returncode == status, self.said
        assert "Traceback" not in self.said
        return self.said


Start = Callable[..., Backfill]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """A function that begins a server of captures, with the folder of an archive that is to ask it."""
    servers: list[Captures] = []

    def begin(
        past: Past | None = None, declared: str = SOURCE, kind: type[Captures] = Captures, **fault: Any
    ) -> Backfill:
        past = past or made(PAGES)
        server = kind(past.captures, **fault).__enter__()
        servers.append(server)
        base = tmp_path / str(len(servers))
        base.mkdir()
        (base / "luoxi.toml").write_text(declared, "utf-8")
        return Backfill(base=base, server=server, past=past)

    yield begin
    for server in servers:
        server.__exit__()


@pytest.fixture(scope="module")
def taken(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Backfill]:
    """Twelve pages, taken in. Tests leave it as it is."""
    base, past = tmp_path_factory.mktemp("taken"), made(PAGES)
    (base / "luoxi.toml").write_text(SOURCE, "utf-8")
    with Captures(past.captures) as server:
        backfill = Backfill(base=base, server=server, past=past)
        backfill.run()
        yield backfill


@pytest.fixture
def copy(taken: Backfill, tmp_path: Path) -> Backfill:
    """A copy of it, with the same server."""
    shutil.copytree(taken.base, tmp_path / "copy")
    return Backfill(base=tmp_path / "copy", server=taken.server, past=taken.past)
