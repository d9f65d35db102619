"""The links of a chain beside each other: whether they tell the same of each version."""

from collections.abc import Iterator, Sequence

from archive.chain import Link

_Version = tuple[int, int]


def disagreements(links: Sequence[Link]) -> Iterator[str]:
    """A sentence for each link that tells other texts than a link before it, or nothing more of versions that no removal names.

    They are no faults by themselves: an archive.db that was put back from a backup gives its numbers anew, and a release that turns
    out to be a page of the site is let go. But neither comes often, and a changed text that the next snapshot seals shows
    itself here alone. After `rebuilt` the comparison begins anew, since all numbers are new.
    """
    told: dict[_Version, str] = {}
    removed: set[str] = set()
    for link in links:
        if link.rebuilt:
            told = {}  # not cleared: it is an earlier link's own
        removed |= link.removed
        if not link.releases:  # a removal's link, or one of an empty archive
            continue
        changed = [key for key, digest in link.releases.items() if told.get(key, digest) != digest]
        gone = [key for key, digest in told.items() if key not in link.releases and digest not in removed]
        if changed:
            yield f"link {link.number} tells other texts than the links before it of {_named(changed)}"
        if gone:
            yield f"link {link.number} tells nothing more of {_named(gone)}, and no removal does"
        told = link.releases


def _named(versions: Sequence[_Version]) -> str:
    release, version = min(versions)
    number = "a version" if len(versions) == 1 else f"{len(versions)} versions, the first"
    return f"{number} (release {release} version {version})"
