"""A probe asks no private address, wherever the module of the network guard stands."""

import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from scrapy.utils.misc import load_object
from scrapy.utils.project import get_project_settings

from crawler.network.guard import GuardMiddleware
from crawler.probe.run import LEFT_OUT, probe_settings
from crawler.run.budget import BudgetMiddleware
from crawler.run.capture import CaptureMiddleware
from crawler.run.drawn import DrawnLists
from tests.conftest import scrapy
from tests.serving import Answer, Pages


class Listener:
    """Counts the connections to a port of a private address."""

    def __init__(self, host: str) -> None:
        self.connections = 0
        self.socket = socket.create_server((host, 0))
        self.url = f"http://{host}:{self.socket.getsockname()[1]}/xw/"
        threading.Thread(target=self._count, daemon=True).start()

    def _count(self) -> None:
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            self.connections += 1
            connection.close()


@pytest.fixture
def listener() -> Iterator[Listener]:
    listener = Listener("127.0.0.2")
    yield listener
    listener.socket.close()


def declare(folder: Path, url: str) -> Path:
    path = folder / "some.toml"
    head = '[yunbu]\nname = "云埠市人民政府"\nregion = "990300"\nlevel = "city"\nfamily = "html"\n'
    path.write_text(f'{head}lists = ["{url}"]\n', "utf-8")
    return path


def test_a_private_address_is_not_asked(listener: Listener) -> None:
    done = scrapy("probe", listener.url, PRIVATE_HOSTS="")
    assert (done.returncode, listener.connections) == (2, 0)
    assert "is a private address" in done.stderr


def test_the_private_address_of_a_declared_source_is_not_asked(listener: Listener, tmp_path: Path) -> None:
    """The command itself looks at addresses alone: here the guard is the only one to refuse."""
    settings = {"SOURCES": declare(tmp_path, listener.url), "ARCHIVE_DIR": tmp_path / "data"}
    done = scrapy("probe", "yunbu", PRIVATE_HOSTS="", **settings)
    assert (done.returncode, listener.connections) == (2, 0)
    assert "private address" in done.stderr
    allowed = scrapy("probe", "yunbu", PRIVATE_HOSTS="127.0.0.2", **settings)
    assert (allowed.returncode, listener.connections > 0) == (2, True)


def test_a_redirect_to_a_private_address_is_not_followed(listener: Listener, tmp_path: Path) -> None:
    with Pages({"/xw/": Answer(b"", 302, {"Location": listener.url})}) as pages:
        done = scrapy("probe", pages.url("/xw/"), ARCHIVE_DIR=tmp_path / "data")
    assert (done.returncode, listener.connections) == (2, 0)
    assert "private address" in done.stderr


class MovedGuard(GuardMiddleware):
    """The guard as it were in a module of another name."""


def test_only_the_named_parts_are_left_out() -> None:
    settings = get_project_settings()
    moved = {f"{__name__}.MovedGuard": 10}
    settings.set("DOWNLOADER_MIDDLEWARES", {**settings.getdict("DOWNLOADER_MIDDLEWARES"), **moved})
    before = settings.getdict("DOWNLOADER_MIDDLEWARES")
    after = probe_settings(settings, None).getdict("DOWNLOADER_MIDDLEWARES")
    assert {load_object(name) for name in before if before[name] != after[name]} == set(LEFT_OUT)
    assert set(LEFT_OUT) == {BudgetMiddleware, CaptureMiddleware, DrawnLists}
    assert after[f"{__name__}.MovedGuard"] == 10
