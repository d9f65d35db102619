"""The addresses of a server of captures, as `--from` names it."""

import re
from dataclasses import dataclass

from crawler.configuration import SettingError

_CRAWLS = "/collinfo.json"
_NAMED = {
    "wayback": ("https://web.archive.org/cdx/search/cdx", "https://web.archive.org/web/"),
    "commoncrawl": (f"https://index.commoncrawl.org{_CRAWLS}", "https://data.commoncrawl.org/"),
}
_CAPTURES = (("/cdx/search/cdx", "/web/"), ("/cdx", "/"), ("/index", "/"), (_CRAWLS, "/"))  # by the end of the index


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """The addresses of a server: of its index, or of the list of its indexes, and the beginning of its captures' addresses."""

    index: str
    captures: str

    @classmethod
    def of(cls, named: str) -> "Address":
        """`wayback`, `commoncrawl`, or an address: of a collection or its CDX index, as pywb has them, or of a list of crawls
        (`/collinfo.json`), whose WARC files lie beside it. Raises SettingError.
        """
        if named in _NAMED:
            index, captures = _NAMED[named]
            return cls(index=index, captures=captures)
        index = named.rstrip("/")
        if not re.match(r"https?://[^/\s]+", index):
            raise SettingError(
                f"--from {named}: expected `wayback`, `commoncrawl` or the address of a CDX server (http://…/cdx)"
            )
        for end, captures in _CAPTURES:
            if index.endswith(end):
                return cls(index=index, captures=index.removesuffix(end) + captures)
        return cls(index=f"{index}/cdx", captures=f"{index}/")

    @property
    def lists_crawls(self) -> bool:
        """Whether the server has an index for each of its crawls, and ranges of WARC files, as Common Crawl has."""
        return self.index.endswith(_CRAWLS)
