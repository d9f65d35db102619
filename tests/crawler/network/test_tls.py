"""Sites whose TLS is not as it should be: each crawl says why, in one word for the ledger and in words for people."""

import ssl
import warnings
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import rows, scrapy
from tests.crawler.certificates import make_certificates, secured
from tests.serving import Pages

CERTIFICATE, ANOTHER = "has a certificate that is not valid", "has a certificate of another host"
TLS = "speaks no TLS that we accept"
LIST = b"<ul>" + b"".join(b"<li><a href='/a/%d.html'>%d</a></li>" % (n, n) for n in range(5)) + b"</ul>"


def old(context: ssl.SSLContext) -> None:
    context.set_ciphers("ALL:@SECLEVEL=0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # Python warns of what the test is about
        context.minimum_version, context.maximum_version = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1


def unencrypted(context: ssl.SSLContext) -> None:
    context.set_ciphers("NULL-SHA256:ECDHE-ECDSA-NULL-SHA:@SECLEVEL=0")
    context.maximum_version = ssl.TLSVersion.TLSv1_2


def refusing_the_name(context: ssl.SSLContext) -> None:
    context.sni_callback = lambda *_: ssl.ALERT_DESCRIPTION_UNRECOGNIZED_NAME


def asking_for_a_certificate(context: ssl.SSLContext) -> None:
    context.verify_mode = ssl.CERT_REQUIRED
    context.maximum_version = ssl.TLSVersion.TLSv1_2


def usual(context: ssl.SSLContext) -> None:
    pass


def crawled(folder: Path, pages: Pages) -> tuple[str, str]:
    """The outcome and the problems of a crawl of the pages over https."""
    url = pages.url("/list/").replace("http:", "https:")
    sources = folder / "one.toml"
    sources.write_text(
        f"[one]\nname = '云岭省水利局'\nregion = '990000'\nlevel = 'province'\nfamily = 'html'\nlists = ['{url}']\ndelay = 0\n"
    )
    settings = {"ARCHIVE_DIR": folder / "a", "SOURCES": sources, "PRIVATE_HOSTS": "127.0.0.1", "RETRY_TIMES": 0}
    done = scrapy("crawl", "one", **settings)
    assert (done.returncode, "Traceback" in done.stderr) == (2, False), done.stderr
    [told] = rows(folder / "a", "SELECT outcome, problems FROM crawls")
    return told


@pytest.mark.parametrize(
    ("host", "known", "change", "said"),
    [
        ("127.0.0.9", True, usual, ANOTHER),
        pytest.param("127.0.0.1", False, usual, CERTIFICATE, marks=pytest.mark.slow),
        pytest.param("127.0.0.1", True, old, TLS, marks=pytest.mark.slow),
        pytest.param("127.0.0.1", True, unencrypted, TLS, marks=pytest.mark.slow),
        pytest.param("127.0.0.1", True, refusing_the_name, TLS, marks=pytest.mark.slow),
        pytest.param("127.0.0.1", True, asking_for_a_certificate, TLS, marks=pytest.mark.slow),
    ],
    ids=["of another host", "of no known authority", "TLS 1.1", "no cipher", "name refused", "wants ours"],
)
def test_a_fault_of_tls_is_told(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    host: str,
    known: bool,
    change: Callable[[ssl.SSLContext], object],
    said: str,
) -> None:
    authority, certificate = make_certificates(tmp_path, days=50, host=host)
    if known:
        monkeypatch.setenv("SSL_CERT_FILE", str(authority))
    with secured(Pages({"/list/": LIST}), certificate, change) as pages:
        outcome, problems = crawled(tmp_path, pages)
    assert outcome == "broken"
    assert said in problems


def test_a_site_without_tls_at_a_place_for_it_is_told(tmp_path: Path) -> None:
    with Pages({"/list/": LIST}) as pages:
        outcome, problems = crawled(tmp_path, pages)
    assert outcome == "broken"
    assert TLS in problems
