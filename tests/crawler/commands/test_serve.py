"""`scrapy snapshot` and `scrapy serve` as a user runs them."""

import json
import os
import socket
import subprocess
import sys
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest

from archive.errors import GongbaoError
from archive.schema.open import open_archive
from crawler.commands.serve import listen
from tests.archive.conftest import fill
from tests.conftest import scrapy


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    db = open_archive(tmp_path)
    fill(db.conn)
    db.close()
    return tmp_path


def test_a_snapshot_is_made_and_served(folder: Path) -> None:
    made = scrapy("snapshot", "--public", ARCHIVE_DIR=folder)
    assert (made.returncode, Path(made.stdout.strip()).parent) == (0, folder / "snapshots")
    command = [sys.executable, "-m", "scrapy", "serve", "--public", "--port", "0", "-s", f"ARCHIVE_DIR={folder}"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout
            address = server.stdout.readline().split()[3]
            with urlopen(f"{address}release/1") as answer:
                assert "清河市举行春耕备耕新闻发布会" in answer.read().decode()
            with urlopen(f"{address}archive.db") as answer:
                assert answer.read(15) == b"SQLite format 3"
        finally:
            server.terminate()


def permalink(address: str, proxy: str, headers: dict[str, str]) -> str:
    """The address that a release gives itself, asked for by a proxy on an address."""
    connection = HTTPConnection("127.0.0.1", urlsplit(address).port, source_address=(proxy, 0))
    connection.request("GET", "/search.json?q=%E6%98%A5%E8%80%95", headers=headers)
    answer = json.load(connection.getresponse())
    connection.close()
    return str(answer["releases"][0]["page"])


def test_addresses_are_built_of_the_headers_that_docs_serving_names(folder: Path) -> None:
    scrapy("snapshot", "--public", ARCHIVE_DIR=folder)
    told = {"Host": "gongbao.example", "X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.7"}
    command = [sys.executable, "-m", "scrapy", "serve", "--public", "--port", "0", "-s", f"ARCHIVE_DIR={folder}"]
    for named, believed in (({}, "127.0.0.1"), ({"FORWARDED_ALLOW_IPS": "127.0.0.2"}, "127.0.0.2")):
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ, **named}) as server:
            try:
                assert server.stdout
                address = server.stdout.readline().split()[3]
                for proxy in ("127.0.0.1", "127.0.0.2"):
                    scheme = "https" if proxy == believed else "http"
                    assert permalink(address, proxy, told).startswith(f"{scheme}://gongbao.example/release/")
                assert permalink(address, believed, {}).startswith(address)
            finally:
                server.terminate()


def test_the_newest_whole_snapshot_is_served_and_the_other_is_named(folder: Path) -> None:
    whole, broken = (Path(scrapy("snapshot", ARCHIVE_DIR=folder).stdout.strip()) for _ in range(2))
    (broken / "archive.db").write_bytes(b"")
    command = [sys.executable, "-m", "scrapy", "serve", "--port", "0", "-s", f"ARCHIVE_DIR={folder}"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout
            assert server.stderr
            words = server.stdout.readline().split()
            assert words[1] == whole.name
            assert f"gongbao: {broken} is passed over: its archive.db" in server.stderr.readline()
            with urlopen(f"{words[3]}snapshots") as answer:
                assert broken.name not in answer.read().decode()
        finally:
            server.terminate()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("snapshot", "extra"), "takes no argument"),
        (("serve", "extra"), "takes no argument"),
        (("serve",), "make one with `scrapy snapshot`"),
        (("serve", "--public"), "make one with `scrapy snapshot --public`"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_sentence(arguments: tuple[str, ...], said: str, folder: Path) -> None:
    done = scrapy(*arguments, ARCHIVE_DIR=folder)
    assert done.returncode == 2
    assert said in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_a_taken_port_is_said_in_one_sentence(folder: Path) -> None:
    scrapy("snapshot", ARCHIVE_DIR=folder)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = scrapy("serve", "--port", str(taken.getsockname()[1]), ARCHIVE_DIR=folder)
    assert done.returncode == 2
    assert "choose another with --port" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("port", [65536, 99999, -1])
def test_a_number_that_is_no_port_is_refused(port: int) -> None:
    with pytest.raises(GongbaoError, match="a port is a number from 0 to 65535"):
        listen("127.0.0.1", port)
