"""Comparing the texts of files with a link of the chain."""

import sqlite3
from collections.abc import Iterator, Sequence

from archive import chain
from archive.chain import Link


def compare(db: sqlite3.Connection, link: Link, later: Sequence[Link], *, live: bool) -> Iterator[str]:
    """Faults of the texts of files; in the live archive as far as they were there when the link was made.

    A text that was read again since the link was made may differ there.
    """
    if live and not link.texts:
        return
    found = {id: (read, digest) for id, read, digest in chain.text_digests(db)}
    removed = frozenset().union(*(one.removed_texts for one in later))
    for id, (read, digest) in link.texts.items():
        now = found.get(id)
        if now is None:
            if id not in removed:
                yield f"the text of file {id} is missing"
        elif now[1] != digest and not (live and now[0] > read) and (live or now[1] or id not in link.kept_texts):
            yield f"the text of file {id} does not fit its digest"
    last = max(link.texts, default=0)
    yield from (
        f"the text of file {id} is not in link {link.number} of the chain"
        for id in sorted(found.keys() - link.texts.keys())
        if not live or id <= last
    )
