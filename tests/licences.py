"""The page of licences, docs/licences.md, from the metadata of what is installed: python -m tests.licences, `make licences`."""

import re
import sys
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

ROOT = Path(__file__).parent.parent
LOCK, DEVELOPERS = ROOT / "requirements.lock", ROOT / "requirements-dev.lock"
HEAD = """# Licences

gongbao is licensed under [Apache-2.0](../LICENSE). `make setup` installs these packages, each under the licence that it states
itself. None is under the AGPL, or under the GPL alone. Some wheels bring C libraries along, under licences that lie in the wheel.

The tables of signs (`archive/texts/signs.txt`, `signs_2.txt`) are made from files of the Unicode Character Database (Unicode License v3, © Unicode, Inc.) and of
OpenCC (Apache-2.0).

| package | licence |
|---|---|
"""
# packages that the lock names for other Pythons and systems
ELSEWHERE = {
    "backports-zstd": "PSF-2.0",
    "brotlicffi": "MIT",
    "httpx2-jsfetch": "BSD-3-Clause",
    "pypydispatcher": "BSD",
    "pywin32": "PSF",
}


def pinned(lock: Path) -> dict[str, set[str]]:
    """The versions of each package in a lock file; some have one for each of several Pythons."""
    found: dict[str, set[str]] = {}
    for name, version in re.findall(r"(?m)^([a-z0-9-]+)==(\S+)", lock.read_text("utf-8")):
        found.setdefault(name, set()).add(version)
    return found


def licence(package: str) -> str:
    """The licence that a package states: by expression, in a line of words, or by classifier; "" when it states none.

    Old packages put the whole text of the licence into the line, or UNKNOWN: then the classifier counts.
    """
    try:
        told = metadata(package)
    except PackageNotFoundError:
        return ELSEWHERE.get(package, "")
    words = told.get("License", "")
    if len(words) > 60 or words == "UNKNOWN":
        words = ""
    kinds = [one.rpartition(" :: ")[2] for one in told.get_all("Classifier", []) if one.startswith("License ::")]
    return told.get("License-Expression") or words or ", ".join(kinds)


def page() -> str:
    """The text of docs/licences.md."""
    return HEAD + "".join(f"| {name} | {licence(name)} |\n" for name in pinned(LOCK))


if __name__ == "__main__":
    sys.stdout.write(page())
