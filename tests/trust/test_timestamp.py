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
from crawler.timestamp import fault, query, witness
from tests.conftest import scrapy
from tests.trust.conftest import Crawled

pytestmark = pytest.mark.skipif(not shutil.which("openssl"), reason="openssl is not installed")
CONFIG = """
[tsa]
default_tsa = one
[one]
serial = {0}/serial
signer_cert = {0}/tsa.pem
certs = {0}/chain.pem
signer_key = {0}/tsa.key
signer_digest = sha256
default_policy = 1.2.3.4
digests = sha256
ess_cert_id_alg = sha256
[req]
distinguished_name = name
[name]
[above]
basicConstraints = critical,CA:true
[ext]
extendedKeyUsage = critical,timeStamping
"""
HERE = frozenset({"127.0.0.1"})


def openssl(*args: object) -> bytes:
    return subprocess.run(["openssl", *map(str, args)], check=True, capture_output=True).stdout


class Authority:
    """A timestamping authority: openssl answers, with its certificate and those above it in the order of the chain."""

    def __init__(self, folder: Path, key: str = "rsa:2048") -> None:
        self.folder, self.config, self.root = folder, folder / "openssl.cnf", folder / "root.pem"
        self.config.write_text(CONFIG.format(folder))
        (folder / "serial").write_text("01\n")
        new = ["-newkey", *key.split(), "-nodes", "-config", self.config]
        openssl(
            *("req", "-x509", "-days", 9, "-subj", "/CN=root", "-extensions", "above", *new),
            *("-keyout", folder / "root.key", "-out", self.root),
        )
        openssl("req", "-subj", "/CN=witness", *new, "-keyout", folder / "tsa.key", "-out", folder / "tsa.csr")
        openssl(
            *("x509", "-req", "-days", 9, "-in", folder / "tsa.csr", "-CA", self.root, "-CAkey", folder / "root.key"),
            *("-set_serial", 7, "-extfile", self.config, "-extensions", "ext", "-out", folder / "tsa.pem"),
        )
        (folder / "chain.pem").write_text(self.root.read_text() + (folder / "tsa.pem").read_text())

    def answer(self, query: bytes) -> bytes:
        (self.folder / "query").write_bytes(query)
        command = ["ts", "-reply", "-queryfile", self.folder / "query", "-config", self.config, "-section", "one"]
        return openssl(*command)


class Server:
    """The authority on loopback; at /other it answers with a page, at /moved with a redirect to itself."""

    def __init__(self, authority: Authority) -> None:
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                reply = authority.answer(self.rfile.read(int(self.headers["Content-Length"])))
                self.send_response(302 if self.path == "/moved" else 200)
                self.send_header("Location", "/")
                reply = b"<html>no</html>" if self.path == "/other" else reply
                self.send_header("Content-Length", str(len(reply)))
                self.end_headers()
                self.wfile.write(reply)

            def log_message(self, format: str, *args: object) -> None:
                pass

        self.authority = authority
        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.http.server_port}/"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = Server(Authority(tmp_path_factory.mktemp("authority")))
    threading.Thread(target=server.http.serve_forever, args=(0.05,), daemon=True).start()
    yield server
    server.http.shutdown()
    server.http.server_close()


def verified(link: Path, certificate: Path) -> bool:
    command = ["openssl", "ts", "-verify", "-data", link, "-in", link.with_suffix(".tsr"), "-CAfile", certificate]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def test_a_request_is_one_that_openssl_reads(tmp_path: Path) -> None:
    (tmp_path / "query").write_bytes(query(b"gongbao").dump())
    said = openssl("ts", "-query", "-in", tmp_path / "query", "-text").decode()
    assert "Hash Algorithm: sha256" in said
    assert "Certificate required: yes" in said
    assert hashlib.sha256(b"gongbao").hexdigest()[:8] in said.replace(" ", "")


def test_a_link_is_witnessed_and_openssl_agrees(served: Server, tmp_path: Path) -> None:
    link = append(tmp_path, "2026-03-16T10:00:00+00:00", [])
    witness(link, served.url, HERE)
    assert verified(link, served.authority.root)
    link.write_text(link.read_text().replace("2026", "2025"))
    assert not verified(link, served.authority.root)


@pytest.mark.slow
@pytest.mark.parametrize("key", ["rsa:2048", "rsa:4096", "ec -pkeyopt ec_paramgen_curve:P-256"])
def test_the_signature_is_checked(tmp_path: Path, key: str) -> None:
    authority, asked = Authority(tmp_path, key), query(b"gongbao")
    answer = authority.answer(asked.dump())
    assert fault(answer, asked) == ""
    changed = bytearray(answer)
    changed[-1] ^= 1  # the signature stands last
    assert fault(bytes(changed), asked) == "its signature is wrong"
    time = answer.index(b"20", answer.index(hashlib.sha256(b"gongbao").digest()))
    changed = bytearray(answer)
    changed[time + 3] ^= 1  # the year
    assert fault(bytes(changed), asked) == "its signature is wrong"


def test_what_was_not_asked_for_is_named(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    one, again, other = query(b"gongbao"), query(b"gongbao"), query(b"other")
    answer = authority.answer(one.dump())
    assert fault(answer, again) == "it is the answer to another request"
    assert fault(answer, other) == "it is the timestamp of something else"
    one["cert_req"] = False
    assert fault(authority.answer(one.dump()), one) == "it does not hold the certificate of its signer"
    assert fault(authority.answer(b"no request"), one) == "the authority answered rejection"
    for length in range(0, len(answer), 50):
        assert fault(answer[:length], query(b"gongbao")).startswith("it is no timestamp")


def test_what_is_no_timestamp_is_not_kept(served: Server, tmp_path: Path) -> None:
    link = append(tmp_path, "2026-03-16T10:00:00+00:00", [])
    for url in (served.url + "other", served.url + "moved", "http://127.0.0.1:1/", "file:///etc/passwd"):
        with pytest.raises(SettingError):
            witness(link, url, HERE)
    assert not link.with_suffix(".tsr").exists()


@pytest.mark.parametrize("place", ["", "other", "moved", "two words"])
def test_the_secrets_of_an_authoritys_address_are_not_printed(served: Server, tmp_path: Path, place: str) -> None:
    link = append(tmp_path, "2026-03-16T10:00:00+00:00", [])
    url = f"{served.url}{place}" if place else "http://127.0.0.1:1/secret"
    with pytest.raises(SettingError, match=r"not witnessed.* 127\.0\.0\.1") as raised:
        witness(link, url.replace("//", "//u:secret@"), HERE)
    assert "secret" not in str(raised.value)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_an_authority_on_a_private_address_is_refused(served: Server, tmp_path: Path, host: str) -> None:
    link = append(tmp_path, "2026-03-16T10:00:00+00:00", [])
    with pytest.raises(SettingError, match="private address"):
        witness(link, served.url.replace("127.0.0.1", host), frozenset())


def test_a_snapshot_is_witnessed_by_a_setting(crawled: Crawled, served: Server, tmp_path: Path) -> None:
    shutil.copy(crawled.folder / "archive.db", tmp_path / "archive.db")
    shutil.copytree(crawled.folder / "warc", tmp_path / "warc")
    done = scrapy("snapshot", **crawled.settings(tmp_path), TIMESTAMP_URL=served.url)
    assert done.returncode == 0, done.stderr
    assert verified(tmp_path / "chain" / "000001.txt", served.authority.root)
