"""News columns that others fetched, as candidates: checked facts, and no declared sources until `scrapy adopt` saw them work."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass, fields
from importlib.resources.abc import Traversable
from urllib.parse import urlsplit

from archive.texts.places import is_in_force
from crawler.sources.checks import KINDS, SourceError
from crawler.sources.declared import SHIPPED

CANDIDATES = SHIPPED / "candidates.tsv"
GRADES = ("1", "2", "3")


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A column of a government's site, as others saw it.

    Grades: 1 a news column that they fetched and found as a link of the portal; 2 the same under a weaker name, or the
    configuration of a crawler; 3 a path that they guessed and that answered.
    """

    region: str  # GB/T 2260, in force
    name: str  # the publisher's
    kind: str
    column: str  # the site's name for the list, "" when nobody tells it
    url: str
    family: str  # by the form of its address, "" when that tells nothing
    grade: str
    seen_in: str
    date: str  # the day of their fetch
    access: str  # how the site answered them


COLUMNS = [field.name for field in fields(Candidate)]


def read_candidates(path: Traversable = CANDIDATES) -> Iterator[Candidate]:
    """The rows of a table of candidates. Raises SourceError for a wrong header, and for a row that is none."""
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError(f"{path.name}: cannot be read: {error}") from None
    rows = csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
    if (header := next(rows, [])) != COLUMNS:
        raise SourceError(f"{path.name}: the first line names {', '.join(header)}; expected are {', '.join(COLUMNS)}")
    for number, row in enumerate(rows, 2):
        if len(row) != len(COLUMNS):
            raise SourceError(f"{path.name}: line {number} has {len(row)} columns; expected are {len(COLUMNS)}")
        candidate = Candidate(**dict(zip(COLUMNS, row, strict=True)))
        if fault := _fault(candidate):
            raise SourceError(f"{path.name}: line {number}: {fault}")
        yield candidate


def _fault(candidate: Candidate) -> str:
    if not is_in_force(candidate.region):
        return f"region {candidate.region!r} is no code in force"
    if urlsplit(candidate.url).scheme not in ("http", "https"):
        return f"{candidate.url!r} is no address of the web"
    if candidate.grade not in GRADES:
        return f"grade {candidate.grade!r} is not one of {', '.join(GRADES)}"
    return "" if candidate.kind in KINDS else f"kind {candidate.kind!r} is not one of {', '.join(KINDS)}"
