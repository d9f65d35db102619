"""Links of the chain are witnessed by an authority: a real one, of openssl, on loopback."""

import hashlib
import shutil
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from archive.chain import append
from crawler.configuration import SettingError
from crawler.timestamp import query, witness
from tests.conftest import scrapy
from tests.trust.conftest import Crawled

pytestmark = pytest.mark.skipif(not shutil.which("openssl"), reason="openssl is not installed")
CONFIG = """
[tsa]
default_tsa = one
[one]
serial = {0}/serial
signer_cert = {0}/tsa.pem
certs = {0}/tsa.pem
signer_key = {0}/key.pem
signer_digest = sha256
default_policy = 1.2.3.4
digests = sha256
ess_cert_id_alg = sha256
[req]
distinguished_name = name
[name]
[ext]
extendedKeyUsage = critical,timeStamping
"""


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """The address of a timestamping authority, and its certificate."""
    folder = tmp_path_factory.mktemp("authority")
    (folder / "openssl.cnf").write_text(CONFIG.format(folder))
    (folder / "serial").write_text("01\n")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "9", "-subj", "/CN=witness"]
        + [
            "-config",
            folder / "openssl.cnf",
            "-extensions",
            "ext",
            "-keyout",
            folder / "key.pem",
            "-out",
            folder / "tsa.pem",
        ],
        check=True,
        capture_output=True,
    )

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            (folder / "query").write_bytes(self.rfile.read(int(self.headers["Content-Length"])))
            command = ["openssl", "ts", "-reply", "-queryfile", folder / "query", "-config", folder / "openssl.cnf"]
            reply = subprocess.run([*command, "-section", "one"], capture_output=True, check=False).stdout
            self.send_response(200)
            self.send_header("Content-Length", str(len(reply)))
            self.end_headers()
            self.wfile.write(reply if self.path == "/" else b"<html>no</html>"[: len(reply)])

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/", folder / "tsa.pem"
    server.shutdown()
    server.server_close()


def verified(link: Path, certificate: Path) -> bool:
    command = ["openssl", "ts", "-verify", "-data", link, "-in", link.with_suffix(".tsr"), "-CAfile", certificate]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def test_a_request_is_one_that_openssl_reads(tmp_path: Path) -> None:
    (tmp_path / "query").write_bytes(query(b"gongbao"))
    command = ["openssl", "ts", "-query", "-in", str(tmp_path / "query"), "-text"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert "Hash Algorithm: sha256" in said
    assert "Certificate required: yes" in said
    assert hashlib.sha256(b"gongbao").hexdigest()[:8] in said.replace(" ", "")


def test_a_link_is_witnessed_and_openssl_agrees(authority: tuple[str, Path], tmp_path: Path) -> None:
    link = append(tmp_path, "2026-03-16T10:00:00+00:00", [])
    witness(link, authority[0])
    assert verified(link, authority[1])
    link.write_text(link.read_text().replace("2026", "2025"))
    assert not verified(link, authority[1])


def test_what_is_no_timestamp_is_not_kept(authority: tuple[str, Path], tmp_path: Path) -> None:
    link = append(tmp_path, "2026-03-16T10:00:00+00:00", [])
    for url in (authority[0] + "other", "http://127.0.0.1:1/", "file:///etc/passwd"):
        with pytest.raises(SettingError):
            witness(link, url)
    assert not link.with_suffix(".tsr").exists()


def test_a_snapshot_is_witnessed_by_a_setting(crawled: Crawled, authority: tuple[str, Path], tmp_path: Path) -> None:
    shutil.copy(crawled.folder / "archive.db", tmp_path / "archive.db")
    done = scrapy("snapshot", **crawled.settings(tmp_path), TIMESTAMP_URL=authority[0])
    assert done.returncode == 0, done.stderr
    assert verified(tmp_path / "chain" / "000001.txt", authority[1])
