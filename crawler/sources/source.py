"""A declared source as a value: the keys of its table and their defaults."""

from dataclasses import MISSING, dataclass, fields
from typing import Literal

from archive.model import Evidence, Level, Rights, SourceKind, Tls


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A news section that we crawl. What a source leaves out comes from its family.

    `body`, `title`, `date` and `source` are CSS selectors, tried in order, the first that finds something wins;
    none means that the page is read by the general rules alone.
    """

    id: str
    name: str
    region: str  # GB/T 2260
    level: Level
    family: str
    lists: tuple[str, ...]
    spider: str = "html"  # the list protocol, a key of spiders.loader.PROTOCOLS; only a family may set it
    article: str = ""  # regex that an article's URL must match; "" admits any link
    body: tuple[str, ...] = ()
    title: tuple[str, ...] = ()
    date: tuple[str, ...] = ()
    source: tuple[str, ...] = ()
    # of an interface that answers in JSON (crawler/sources/answer.py); in its table `title` and `date` are paths of its rows
    rows: str = ""
    url: str = ""
    page: str = ""
    row_title: str = ""
    row_date: str = ""
    templates: tuple[str, ...] = ()  # `lists` as declared; `lists` itself holds the first page of each
    next_page: str = ""  # CSS selector of the link to the next list page
    minimum: int = 1
    overlap: int = 1
    every: float = 24  # hours between crawls
    delay: float | None = None  # seconds between requests to the host
    hosts: tuple[str, ...] = ()
    tls: Tls | Literal[""] = (
        ""  # legacy: TLS 1.0 and ciphers of its time; unverified: any certificate. Else as it should be
    )
    exclude: str = ""
    kind: SourceKind = "news"
    browser: bool = False  # scripts draw its lists: a browser must (extra `browser`)
    rights: Rights = "unknown"
    evidence: Evidence = "reported"
    verified: str = ""
    note: str = ""


REQUIRED = tuple(f.name for f in fields(Source) if f.default is MISSING and f.name != "id")
DERIVED = {"row_title", "row_date", "templates"}  # by crawler/sources/answer.py, from keys of other names
KEYS = frozenset(f.name for f in fields(Source)) - {"id", "spider"} - DERIVED
INHERITED = KEYS - {*REQUIRED, "evidence", "verified", "note"}  # a family may set these for its sources
