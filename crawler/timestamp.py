"""An outside witness for the chain: a timestamp (RFC 3161) of a link, from the authority that TIMESTAMP_URL names."""

import hashlib
import urllib.request
from pathlib import Path

from archive.chain import FOLDER, link_paths
from crawler.configuration import SettingError

SECONDS = 30
MOST = 64 * 1024  # bytes of an answer

# TimeStampReq in DER: version 1, the imprint (SHA-256 and its 32 bytes), and the wish for the signer's certificate
_HEAD = bytes.fromhex("30390201013031300d060960864801650304020105000420")
_TAIL = bytes.fromhex("0101ff")


def query(content: bytes) -> bytes:
    """The request for a timestamp of `content`; `openssl ts -query` reads it."""
    return _HEAD + hashlib.sha256(content).digest() + _TAIL


def witness(link: Path, url: str) -> Path:
    """Have a link of the chain witnessed; the answer is kept beside it, as NUMBER.tsr. Raises SettingError.

    It is checked with: openssl ts -verify -data NUMBER.txt -in NUMBER.tsr -CAfile AUTHORITY.pem
    """
    if not url.startswith(("http://", "https://")):
        raise SettingError(f"TIMESTAMP_URL: {url!r} is not an http or https address")
    asked = urllib.request.Request(  # noqa: S310
        url, query(link.read_bytes()), {"Content-Type": "application/timestamp-query"}
    )
    try:
        with urllib.request.urlopen(asked, timeout=SECONDS) as answer:  # noqa: S310
            content: bytes = answer.read(MOST)
    except OSError as error:
        raise SettingError(f"{link.name} was not witnessed, {url} failed: {error}") from None
    if not _granted(content) or hashlib.sha256(link.read_bytes()).digest() not in content:
        raise SettingError(f"{link.name} was not witnessed: what {url} answered is no timestamp of it")
    place = link.with_suffix(".tsr")
    place.write_bytes(content)
    return place


def witness_last(folder: Path, url: str) -> None:
    """Have the newest link of an archive's chain witnessed, when TIMESTAMP_URL asks for it and there is one."""
    links = link_paths(folder / FOLDER) if url else []
    if links:
        witness(links[-1], url)


def _granted(content: bytes) -> bool:
    """Whether an answer begins as a TimeStampResp does: a sequence, in it one that begins with the integer 0 or 1."""
    at = 0
    for _ in range(2):
        if content[at : at + 1] != b"\x30" or len(content) < at + 2:
            return False
        length = content[at + 1]
        at += 2 + (length & 0x7F if length & 0x80 else 0)
    return content[at : at + 2] == b"\x02\x01" and content[at + 2 : at + 3] in (b"\0", b"\1")
