"""The README is true: its commands run, its tables agree with the code, its targets exist."""

import re
import shlex
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler import settings
from crawler.sources import load_sources
from tests.conftest import scrapy
from tests.replica import ReplicaSite

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")
BLOCKS = re.findall(r"(?ms)^```(\w+)\n(.*?)^```", README)
COMMANDS = [
    line[2:] for kind, text in BLOCKS if kind == "console" for line in text.splitlines() if line.startswith("$ ")
]


def blocks(kind: str) -> list[str]:
    return [text for found, text in BLOCKS if found == kind]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, object]]:
    """Where the README's user stands: an empty archive, and the site that `qingdao` names played by a replica."""
    folder = tmp_path_factory.mktemp("readme")
    with ReplicaSite() as site:
        declared = site.write_sources(folder)
        declared.write_text(declared.read_text("utf-8").replace("[boling]", "[qingdao]"), "utf-8")
        yield {"ARCHIVE_DIR": folder, "SOURCES": declared}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_the_commands_of_the_readme_do_what_it_says(place: dict[str, object]) -> None:
    """In their order; `make` has a test of its own, `serve` and what follows it the next one."""
    for command in COMMANDS:
        words = shlex.split(command)
        if words[0] != ".venv/bin/scrapy" or words[1] == "serve":
            continue
        done = scrapy(*words[1:], **place)
        assert done.returncode == 0, (command, done.stdout, done.stderr)
        assert done.stdout.strip(), command
    assert re.fullmatch(r"qingdao: ok: \d+ listed, .*", scrapy_line(place))


def scrapy_line(place: dict[str, object]) -> str:
    done = scrapy("crawl", "qingdao", "-a", "recheck=all", **place)
    return done.stdout.strip().replace("quiet", "ok")


def test_the_archive_is_served_downloaded_and_searched(place: dict[str, object], tmp_path: Path) -> None:
    scrapy("crawl", "qingdao", **place)
    scrapy("snapshot", **place)
    port = free_port()
    environment = {"GONGBAO_ARCHIVE_DIR": str(place["ARCHIVE_DIR"]), "PATH": "/usr/bin:/bin"}
    server = subprocess.Popen(
        [sys.executable, "-m", "scrapy", "serve", "--port", str(port)],
        env=environment,
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
    )
    try:
        [address] = [words[-1] for words in map(shlex.split, COMMANDS) if words[0] == "curl"]
        body = fetch(address.replace(":8001", f":{port}"))
    finally:
        server.terminate()
        server.wait()
    path = tmp_path / "archive.db"
    path.write_bytes(body)
    [sql] = blocks("sql")
    connection = sqlite3.connect(path)
    try:
        assert connection.execute(sql).fetchall()
    finally:
        connection.close()


def fetch(address: str) -> bytes:
    for _ in range(150):
        try:
            with urllib.request.urlopen(address, timeout=10) as answer:
                return bytes(answer.read())
        except OSError:
            time.sleep(0.2)
    raise AssertionError(f"{address} was never served")


def test_the_declaration_of_the_readme_is_one(tmp_path: Path) -> None:
    [table] = blocks("toml")
    (tmp_path / "mine.toml").write_text(table, "utf-8")
    assert list(load_sources(tmp_path)) == ["yunwei"]


def test_the_settings_of_the_readme_are_ours() -> None:
    named = set(re.findall(r"(?m)^\| `([A-Z_]+)` \|", README))
    assert {"ARCHIVE_DIR", "SOURCES", "EXTRACT_WORKERS", "PRIVATE_HOSTS", "VANTAGE", "NOW", "CONTACT"} <= named
    assert [name for name in named if not hasattr(settings, name)] == []


def test_make_knows_the_targets_that_are_named() -> None:
    named = {words[1] for words in map(shlex.split, COMMANDS) if words[0] == "make"}
    assert {"setup", "demo", "crawl-demo", "test"} <= named
    for target in named:
        done = subprocess.run(["make", "-n", target], cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr


def test_make_leaves_a_linked_venv_alone(tmp_path: Path) -> None:
    """`python -m venv --clear` would empty the folder behind the link."""
    for name in ("Makefile", "requirements.lock"):
        (tmp_path / name).symlink_to(ROOT / name)
    (tmp_path / "others" / "bin").mkdir(parents=True)
    (tmp_path / ".venv").symlink_to("others")
    command = ["make", "setup", f"PYTHON={sys.executable}"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "gongbao: .venv is a link to others" in done.stderr
    assert (tmp_path / "others" / "bin").is_dir()
