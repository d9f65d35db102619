"""A bag (BagIt 1.0, RFC 8493): a folder with the files in data/, and beside it their digests."""

import os
from collections.abc import Iterable, Mapping
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from archive.files import sync
from archive.snapshots.deposit.content import Member, copy
from archive.snapshots.package import TITLE, Edition

_DECLARATION = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"


def write(making: Path, members: Iterable[Member], edition: Edition, now: datetime) -> None:
    """Write a bag into a new folder."""
    digests: dict[str, str] = {}
    size = 0
    for member in members:
        name = f"data/{member.name}"
        digests[name] = _write_payload(making / name, member)
        size += member.length
    tags = {
        "bagit.txt": _DECLARATION,
        "bag-info.txt": _lines(_info(edition, now, f"{size}.{len(digests)}")),
        "manifest-sha256.txt": _sums(digests),
    }
    sums = {name: sha256(text.encode()).hexdigest() for name, text in tags.items()}
    for name, text in (tags | {"tagmanifest-sha256.txt": _sums(sums)}).items():
        (making / name).write_text(text, "utf-8", newline="\n")
        sync(making / name)
    for folder, _, _ in os.walk(making):
        sync(Path(folder))


def _write_payload(path: Path, member: Member) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        digest = copy(member, file)
        file.flush()
        os.fsync(file.fileno())
    return digest


def _info(edition: Edition, now: datetime, oxum: str) -> dict[str, str]:
    return {
        "Source-Organization": "The operators of this gongbao archive",
        "External-Identifier": edition.identifier,
        "External-Description": f"{TITLE}, edition {edition.version}",
        "Access": edition.access,
        "Bagging-Date": f"{now:%Y-%m-%d}",
        "Payload-Oxum": oxum,
        "Bag-Software-Agent": "gongbao",
    }


def _lines(values: Mapping[str, str]) -> str:
    return "".join(f"{name}: {value}\n" for name, value in values.items())


def _sums(digests: Mapping[str, str]) -> str:
    return "".join(f"{digest}  {name}\n" for name, digest in sorted(digests.items()))
