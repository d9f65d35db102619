"""A page that was read, on its way through the crawl.

Its release is pickled once, by the process that reads it, and unpickled by the one that writes it. The crawler's process
between the two hands it on unread, beside what it counts itself.
"""

import pickle
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Self

from sqlite_utils import Database

from archive import store
from archive.model import Page, Release
from archive.store.releases import Saved
from crawler.health.judge import Readings


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A release, pickled without the bytes of its page, and how its page read."""

    page: Page
    packed: bytes = field(repr=False)
    readings: Readings  # this page's alone

    @classmethod
    def of(cls, release: Release) -> Self:
        readings = Readings()
        readings.add(release)
        page = _without_bytes(release.page)
        packed = pickle.dumps(replace(release, page=page), pickle.HIGHEST_PROTOCOL)
        return cls(page=page, packed=packed, readings=readings)


def _without_bytes(page: Page) -> Page:
    """The page without its bytes, which neither the crawler's process needs from a reader, nor the one that writes."""
    return replace(page, body=b"", parts=tuple(replace(part, body=b"") for part in page.parts))


def save(db: Database, packed: bytes, now: datetime) -> Saved:
    """Store the release of a reading: a job of the writer."""
    return store.save(db, pickle.loads(packed), now)  # noqa: S301  # pickled by a process of ours
