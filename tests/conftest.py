"""What tests of whole commands share: our commands run as a user runs them, each in a process of its own."""

import atexit
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from tests import warm
from tests.replica import ReplicaSite

# that a machine is busy is no fault of what is tested; nor does a change fail for what stood there before it:
# the examples are always the same, and `make test-chance` looks for others
settings.register_profile("gongbao", deadline=None, derandomize=True)
settings.register_profile("chance", deadline=None, max_examples=1000)
settings.load_profile("gongbao")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whole crawls first (tests/trust, tests/crawler), short tests last (tests/archive), so that no process waits at the end."""
    items.sort(key=lambda item: item.path, reverse=True)


Run = Callable[..., "subprocess.CompletedProcess[str]"]
SHARED = Path(__file__).parent.parent.parent / "shared"


def _nobodys() -> str:
    """The folder for commands that are told none: each process of tests has its own, so that none waits for another's turn."""
    folder = tempfile.mkdtemp(prefix="gongbao-tests-")
    atexit.register(lambda owner: os.getpid() == owner and shutil.rmtree(folder, ignore_errors=True), os.getpid())
    return folder


NOBODYS = _nobodys()


def environment_of(**settings: object) -> dict[str, str]:
    """The environment with GONGBAO_ settings; loopback may be crawled, without a delay, and pages are read inline."""
    defaults = {
        "ARCHIVE_DIR": NOBODYS,
        "PRIVATE_HOSTS": "127.0.0.1",
        "DOWNLOAD_DELAY": "0",
        "EXTRACT_WORKERS": "0",
        "RETRY_TIMES": "0",
    }
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GONGBAO_")}
    return environment | {f"GONGBAO_{name}": str(value) for name, value in {**defaults, **settings}.items()}


def scrapy(*args: str, **settings: object) -> "subprocess.CompletedProcess[str]":
    """Run `scrapy ARGS`: with workers as a user does, else in a process that starts warm."""
    environment = environment_of(**settings)
    if environment["GONGBAO_EXTRACT_WORKERS"] == "0":
        return warm.run(args, environment)
    command = [sys.executable, "-m", "scrapy", *args]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=240)


def crawl(source: str, *args: str, status: int = 0, **settings: object) -> "subprocess.CompletedProcess[str]":
    """`scrapy crawl`, which must end with `status` and must not show a traceback."""
    done = scrapy("crawl", source, *args, **settings)
    assert done.returncode == status, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return done


def rows(folder: Path, sql: str, *values: Any) -> list[tuple[Any, ...]]:
    """What a query of an archive's database answers."""
    connection = sqlite3.connect(folder / "archive.db")
    try:
        return connection.execute(sql, values).fetchall()
    finally:
        connection.close()


def same_archive(folder: Path) -> dict[str, list[tuple[Any, ...]]]:
    """What two archives must have in common to be the same (docs/design: ids, times and attempts may differ)."""
    return {
        "releases": rows(folder, "SELECT url_key, title, text, published, publisher FROM releases ORDER BY 1"),
        "versions": rows(
            folder,
            "SELECT url_key, v.version, text_sha256 FROM versions v JOIN releases r ON r.id = v.release ORDER BY 1, 2",
        ),
        "listings": rows(folder, "SELECT url, source, state FROM listings ORDER BY 1, 2"),
    }


@pytest.fixture
def replica() -> Iterator[ReplicaSite]:
    with ReplicaSite() as site:
        yield site


@pytest.fixture(scope="session")
def others(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Others' programs in a venv of their own: cdxj-indexer, wacz, frictionless, bagit.

    wacz brings surt, whose AGPL keeps it out of our locks, and frictionless; bagit needs an old setuptools.
    """
    venv = tmp_path_factory.mktemp("others")
    subprocess.run([sys.executable, "-m", "venv", venv], check=True, capture_output=True)
    packages = ["cdxj-indexer==1.5.0", "wacz==0.6.0", "bagit==1.8.1", "setuptools<81"]
    done = subprocess.run(
        [venv / "bin" / "pip", "install", "--quiet", *packages], capture_output=True, text=True, check=False
    )
    if done.returncode:
        pytest.skip(f"others' programs cannot be installed: {done.stderr[-200:]}")
    return venv / "bin"
