"""The snapshots that were found whole, noted beside the chain, so that the next check need not read them through again.

The note proves nothing: whoever may write to the archive may write it. All digests are compared in any case, and `--all`
reads everything without looking at it.
"""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from archive.chain import FOLDER, Link
from archive.files import digest, sync
from archive.snapshots.shelf import PUBLIC, SUMS

RULES = 1  # version of the checks; raise it when they find more
_NOTE = "verified"


@dataclass(frozen=True, slots=True)
class Whole:
    """A snapshot that was found whole: its name, and the digests of its link and of its SHA256SUMS."""

    name: str
    link: str
    sums: str


def whole(folder: Path, manifest: Link) -> Whole:
    """A snapshot as it would be noted."""
    sums = folder / SUMS
    return Whole(folder.name, manifest.digest, digest(sums) if sums.is_file() else "")


def known(root: Path) -> frozenset[Whole]:
    """The snapshots of an archive that were found whole by the checks of today."""
    try:
        lines = [line.split(" ") for line in (root / FOLDER / _NOTE).read_text("utf-8").splitlines()]
    except (OSError, UnicodeError):
        return frozenset()
    return frozenset(Whole(*line[1:]) for line in lines if len(line) == 4 and line[0] == str(RULES))


def remember(root: Path, found: Iterable[Whole]) -> None:
    """Note snapshots that were found whole. Nothing is noted where nothing may be written."""
    noted = {one.name: one for one in (*known(root), *found)}
    lines = [f"{RULES} {one.name} {one.link} {one.sums}\n" for _, one in sorted(noted.items())]
    part = root / FOLDER / f".{_NOTE}"
    with suppress(OSError):
        part.write_text("".join(lines), "utf-8")
        part.replace(root / FOLDER / _NOTE)
        sync(root / FOLDER)


def before(one: Whole, noted: Iterable[Whole], links: Sequence[Link]) -> Link | None:
    """The link of the last snapshot of the same kind that was made before `one` and found whole."""
    kind = one.name.endswith(PUBLIC)
    digests = {other.link for other in noted if other.name.endswith(PUBLIC) == kind}
    numbers = {link.digest: link.number for link in links}
    earlier = [link for link in links if link.digest in digests and link.number < numbers.get(one.link, 0)]
    return max(earlier, key=lambda link: link.number, default=None)


def changed_releases(base: Link, now: Link) -> set[int]:
    """The releases of which a link says other things than an earlier one, and those that it does not publish as they are."""
    texts = {key[0] for key, digest in now.releases.items() if base.releases.get(key) != digest}
    states = {release for release, state in now.states.items() if base.states.get(release) != state}
    return texts | states | {release for release, _ in now.kept}


def changed_files(base: Link, now: Link) -> set[int]:
    """The files whose texts are others than in an earlier link, and those that are not published as they are."""
    return {id for id, told in now.texts.items() if base.texts.get(id) != told} | now.kept_texts
