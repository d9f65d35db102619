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
    lines = {name: f"{hashlib.sha256(content).hexdigest()}  {name}\n".encode() for name, content in files.items()}
    wrong = [name for name, line in lines.items() if line not in sums]
    check(b"".join(lines.values()) == sums, f"the files and SHA256SUMS {' '.join(wrong)}")
    version = json.loads(files["version.json"])
    chain = next((name for name in files if name.startswith("chain-") and name.endswith(".txt")), "")
    link = files[chain].decode().split("\n") if chain else []
    if version["salt"] and link and "text.txt" in files:
        told = [version["salt"], version["url_key"], version["seen"], version["title"], files["text.txt"].decode()]
        line = f"release {version['release']} {version['version']} {hashlib.sha256(chr(10).join(told).encode()).hexdigest()}"
        check(line in link, f"address, time, title and text, and the chain: {line}")
    else:
        print("not checked: the text and the chain, see README.txt")
    if "history.json" in files:
        ends = " " + hashlib.sha256(files["history.json"]).hexdigest()[:40]
        states = [line for line in link if line.startswith(f"state {version['release']} ")]
        check(
            bool(states) and states[0].endswith(ends), f"the history, and the chain: state {version['release']} …{ends}"
        )
        [capture] = [one[5] for one in json.loads(files["history.json"])[3] if one[0] == version["version"]]
        check(capture == version["capture"], "the page that the version was read from, and the history")
    if "page.warc.gz" in files:
        check(
            pages(files["page.warc.gz"]) == [version["capture"][4]], "the page as it was sent, and the version's digest"
        )
    print(
        f"SHA-256 of {chain}: {lines[chain][:64].decode()}; a time stamp, or a copy kept elsewhere, bears witness to it"
        if chain
        else "no chain"
    )


def pages(members: bytes) -> "list[str]":
    """The digests of the pages in a WARC file, a gzip member for each record; checks the records' own digests."""
    found = []
    while members:
        member = zlib.decompressobj(31)
        record, members = member.decompress(members), member.unused_data
        head, _, rest = record.partition(b"\r\n\r\n")
        fields = dict(line.split(": ", 1) for line in head.decode().split("\r\n")[1:])
        block = rest[: int(fields["Content-Length"])]
        digest = "sha1:" + base64.b32encode(hashlib.sha1(block, usedforsecurity=False).digest()).decode()
        check(fields["WARC-Block-Digest"] == digest, f"the {fields['WARC-Type']} record and its digest")
        if fields["WARC-Type"] == "response":
            found.append(hashlib.sha256(block.partition(b"\r\n\r\n")[2]).hexdigest())
    return found


if __name__ == "__main__":
    main(pathlib.Path(__file__).resolve().parent)
