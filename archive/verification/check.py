"""Checks the evidence in this folder. Python 3.9 or newer, nothing else: python3 -I check.py"""

import base64
import hashlib
import json
import pathlib
import sys
import zlib


def check(fits: bool, what: str) -> None:
    print("fits:" if fits else "DOES NOT FIT:", what)
    if not fits:
        sys.exit(1)


def main(place: pathlib.Path) -> None:
    files = {path.name: path.read_bytes() for path in sorted(place.iterdir())}
    sums = files.pop("SHA256SUMS", b"")
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    lines = [f"{digest}  {name}\n".encode() for name, digest in digests.items()]
    wrong = [line[66:-1].decode() for line in lines if line not in sums]
    check(b"".join(lines) == sums, f"the files and SHA256SUMS {' '.join(wrong)}")
    version = json.loads(files["version.json"])
    chain = next((name for name in files if name.startswith("chain-") and name.endswith(".txt")), "")
    link = files.get(chain, b"").decode().split("\n")
    if version["salt"] and chain and "text.txt" in files:
        told = [*(version[name] for name in ("salt", "url_key", "seen", "title")), files["text.txt"].decode()]
        digest = hashlib.sha256("\n".join(told).encode()).hexdigest()
        line = f"release {version['release']} {version['version']} {digest}"
        check(line in link, f"address, time, title and text, and the chain: {line}")
    else:
        print("not checked: the text and the chain, see README.txt")
    if "history.json" in files:
        state = next((line for line in link if line.startswith(f"state {version['release']} ")), "")
        check(state.endswith(" " + digests["history.json"][:40]), f"the history, and the chain: {state}")
        [capture] = [one[5] for one in json.loads(files["history.json"])[3] if one[0] == version["version"]]
        check(capture == version["capture"], "the page that the version was read from, and the history")
    if "page.warc.gz" in files:
        check(pages(files["page.warc.gz"]) == [version["capture"][4]], "the page as sent, and the version's digest")
    if chain:
        print(f"SHA-256 of {chain}: {digests[chain]}; a time stamp, or a copy kept elsewhere, bears witness to it")


def pages(rest: bytes) -> "list[str]":
    """The digests of the pages in a WARC file, a gzip member for each record, once the records' own digests are checked."""
    found = []
    while rest:
        member = zlib.decompressobj(31)
        record, rest = member.decompress(rest), member.unused_data
        head, _, body = record.partition(b"\r\n\r\n")
        fields = dict(line.split(": ", 1) for line in head.decode().split("\r\n")[1:])
        block = body[: int(fields["Content-Length"])]
        digest = base64.b32encode(hashlib.sha1(block, usedforsecurity=False).digest()).decode()
        check(fields["WARC-Block-Digest"] == f"sha1:{digest}", f"the {fields['WARC-Type']} record and its digest")
        if fields["WARC-Type"] == "response":
            found.append(hashlib.sha256(block.partition(b"\r\n\r\n")[2]).hexdigest())
    return found


if __name__ == "__main__":
    main(pathlib.Path(__file__).resolve().parent)
