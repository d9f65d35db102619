"""Removed addresses, and the digests under which hidden ones are listed."""

import re
from dataclasses import dataclass
from hashlib import sha256

from archive.database import Executes
from archive.urls import canonical

_HIDDEN = "sha256:"
_ADDRESS = re.compile(r"https?://[^\s\"\\]*[^\s\"\\,;:.)]")  # in a sentence, also one of a JSON list


def is_removed(db: Executes, key: str) -> bool:
    """Whether an address was taken out of the archive; it may be kept as a digest alone."""
    return db.execute("SELECT 1 FROM removed WHERE url_key IN (?, ?)", [key, hidden(key)]).fetchone() is not None


def is_known(db: Executes, key: str) -> bool:
    """Whether a removal was entered, under this very key: an address's, or the digest of a hidden one."""
    return db.execute("SELECT 1 FROM removed WHERE url_key = ?", [key]).fetchone() is not None


def is_hidden(key: str) -> bool:
    """Whether a key is the digest that `hidden` makes of an address."""
    return key.startswith(_HIDDEN)


def hidden(address: str) -> str:
    """The digest that stands for a removed address when the address itself is to be forgotten."""
    return _HIDDEN + sha256(address.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Removed:
    """The addresses that were taken out of an archive: their keys, or digests for the hidden ones."""

    keys: frozenset[str]

    def has(self, url: str) -> bool:
        key = canonical(url)
        return key in self.keys or hidden(key) in self.keys

    def untold(self, words: str) -> str:
        """Sentences without the addresses: (removed) stands for each."""
        return _ADDRESS.sub(lambda told: "(removed)" if self.has(told[0]) else told[0], words)

    def hides(self, url: str) -> bool:
        return hidden(canonical(url)) in self.keys


def removed(db: Executes) -> Removed:
    """The removed addresses of an archive."""
    return Removed(frozenset(key for (key,) in db.execute("SELECT url_key FROM removed").fetchall()))
