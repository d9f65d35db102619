"""The types that move through the house: a Page as fetched becomes a Release, and a Release becomes rows.

Times of ours (`fetched`, `seen`, …) are UTC, ISO 8601 to the second. Times that a page prints are
Asia/Shanghai and keep the precision that is printed. Offsets are 0-based code points.

None has slots: all travel between processes, and a frozen class with slots is pickled field by field, in Python. Figures,
which are many, are tuples.

Each vocabulary, a column's words or a function's answers, is a Literal alias here, so that a misspelt word is an error
of mypy. Words from outside (TOML, WARC files, command lines) are checked where they come in.
"""

import traceback
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

# declarations
Level = Literal["national", "province", "city", "county"]
Rights = Literal["official", "press", "unknown"]
Evidence = Literal["live", "capture", "transcribed", "reported", "assumed"]
SourceKind = Literal["news", "documents", "notices"]
Tls = Literal["legacy", "unverified"]

# crawls
Recheck = Literal["due", "all", "none"]
CrawlOutcome = Literal["ok", "quiet", "suspect", "broken", "blocked", "stopped"]  # stopped: by the operator
SourceState = Literal["", "ok", "quiet", "suspect", "broken", "blocked", "stopped", "running", "interrupted"]
CrawlCount = Literal["listed", "new", "changed", "unchanged", "failed", "blocked", "skipped", "blocked-lists", "reread"]
CaptureRole = Literal["list", "article", "part", "attachment", "robots", "other"]
ListingState = Literal["pending", "held", "failed", "blocked", "skipped"]
MissedState = Literal["failed", "blocked", "skipped"]
AttachmentState = Literal["kept", "failed", "too-large", "over-budget", "not-a-file", "skipped"]
FileState = Literal["ok", "empty", "encrypted", "scanned", "too-large", "failed", "unsupported"]
FileMethod = Literal["pdf", "docx", "doc", "xlsx", "xls", "pptx", "ofd", "wps", "text", "html", "zip", "ocr", ""]
LookOutcome = Literal["same", "changed", "missing", "redirected", "blocked", "unreachable"]
SourceEvent = Literal["unreachable", "blocked", "vanished", "moved"]

# releases
SaveOutcome = Literal["new", "changed", "same", "reread", "refused"]
ReplayOutcome = Literal["new", "changed", "same", "reread", "refused", "failed", "partial", "absent", "damaged"]
MergeOutcome = Literal["new", "changed", "same", "removed"]
Doubt = Literal["", "soft-404", "notice", "another-page", "collapsed"]
Refusal = Literal["", "soft-404", "notice", "another-page", "collapsed", "redirected", "removed"]
HeldProblem = Literal["another-page", "collapsed", "restless", "restless-fields", "restless-file", "reader-error"]
# flaws that the reading of a page leaves open: so `releases.problems` begin. A crawl counts them
ReadingDoubt = Literal[
    "partial",
    "open-end",
    "title-cut",
    "unlike-listed",
    "day-doubted",
    "hidden-text",
    "hidden-by-style",
    "text-beside",
    "pages-unread",
    "empty-part",
    "repeat-kept",
    "second-reader",
    "read-from-script",
    "bad-bytes",
]
ReleaseStatus = Literal["live", "unlisted", "suspect", "gone", "moved"]
VersionKind = Literal["published", "reread"]
Direction = Literal["up", "down", "flat", ""]
EditKind = Literal["changed", "dropped", "added"]
EventKind = Literal["new", "edited", "moved", "gone", "back"]
RelationKind = Literal["duplicate", "part_of"]
LikenessKind = Literal["", "duplicate", "part_of", "whole_of"]
OriginRule = Literal["named", "issuer", "earliest", "first_seen"]
TurnKind = Literal["question", "answer", "statement", "moderator"]
ProvenanceRule = Literal["label", "meta", "table", "list", "text", "relative"]
Language = Literal["zh", "ja", "bo", "ug", "mn", "ko", "ru", "en"]
FactName = Literal[
    "publisher",
    "author",
    "editor",
    "issuer",
    "doc_number",
    "index_number",
    "written",
    "subject_class",
    "genre",
    "effective",
    "expires",
    "addressee",
    "co_issuers",
    "signatory",
]
# the elements of an official document that have one value each
ELEMENTS: tuple[FactName, ...] = ("subject_class", "genre", "effective", "expires", "addressee", "signatory")
ChangedName = Literal["title", "text", "published", FactName, "attachments"]
ProvenanceField = Literal["title", "published", "published_meta", FactName]

# readers
SiteLanguage = Literal["zh", "en"]
SearchKind = Literal["", "release", "transcript"]
SearchState = Literal["", "changed", "gone"]
SearchFiles = Literal["", "with"]
SearchOrder = Literal["", "best", "new"]
TableFormat = Literal["json", "jsonl", "csv"]
QuoteVerdict = Literal["verbatim", "removed", "altered", "not-held"]
SearchFormat = Literal["json", "jsonl", "csv", "atom"]
ChangesFormat = Literal["json", "csv", "atom"]
NumberState = Literal["held", "cited", "unseen"]  # the view `number_gaps` gives it
ReleaseFormat = Literal["json", "txt", "diff"]
BlockKind = Literal["p", "heading", "item", "table", "picture"]


# The version of the rules that read a page. Raise it with every change of a rule, so that a difference between two readings
# is not taken for an edit of the publisher's, and pages that broke the reader are read again.
READER = 10  # 0: read before readers had numbers
TORN = "torn"  # the problem of a release whose page breaks off within a tag or a sentence
OPEN_END = "open-end"  # the problem of one whose page is not closed and may lack its end
FAULT = 120  # characters of an exception's words


@dataclass(frozen=True, kw_only=True)
class Listed:
    """One entry of a list page: a link with the title and the day that stand beside it ("" when none does)."""

    url: str
    title: str = ""
    date: str = ""  # ISO 8601 day, or day and minute


@dataclass(frozen=True, kw_only=True)
class Part:
    """A further page of an article that goes on over several, as fetched."""

    url: str
    content_type: str = ""
    body: bytes = field(repr=False)
    capture: int | None = None


@dataclass(frozen=True, kw_only=True)
class Page:
    """An article page as fetched, without its Content-Encoding, with the entry of its list."""

    url: str
    source: str
    fetched: str
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = field(repr=False)
    capture: int | None = None
    listed: Listed | None = None
    reread: bool = False  # read again from the archive, not fetched
    parts: tuple[Part, ...] = ()  # its further pages, in order
    cut_short: bool = False  # the server announced more bytes than it sent, though the page goes on to its last tag
    origin: str = ""  # the address that another's capture came from; "": our own
    unclosed: bool = False  # it opens <html> or <body> and closes neither: it may have lost its end

    def header(self, name: str) -> str:
        """The value of a header, "" when the server sent none."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), "")


@dataclass(frozen=True, kw_only=True)
class Provenance:
    """Where a field's value comes from: the rule that gave it and the words as found."""

    field: ProvenanceField
    rule: ProvenanceRule
    raw: str
    start: int | None = None  # place in the decoded page, when `raw` stands there exactly once
    length: int | None = None


@dataclass(frozen=True, kw_only=True)
class Repeat:
    """A passage that was taken out because it stands earlier in the same page.

    `text[:start] + repeat.text + text[start:]`, applied to the last repeat first, is the text before collapse
    when `start` counts in the text before collapse and the repeats are put back in ascending order.
    """

    start: int  # in the text before collapse
    length: int
    of_start: int  # where the kept passage stands, in the text before collapse
    text: str = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Turn:
    """One turn of a dialogue; `start` and `length` mark the words, without the speaker's label."""

    speaker: str
    role: str = ""
    kind: TurnKind = "statement"
    start: int
    length: int


@dataclass(frozen=True, kw_only=True)
class Citation:
    """A document that the text names: its title without the marks 《》, and its 文号 where one stands beside it."""

    title: str
    doc_number: str = ""
    start: int


class Indicator(NamedTuple):
    """A figure that the text prints: a value, how it has changed, or both; nothing of it is computed.

    `start` and `length` mark the number with its unit, as printed: the value's, else the change's, else the word for no change.
    """

    name: str
    place: str = ""  # as printed: 全市, 临沂市; "" when none stands beside the name
    period: str = ""  # as printed in its sentence, or in the heading of its table: 2025年, 全年, 前三季度
    value: float | None = None
    unit: str = ""  # as printed: 万亿元
    change: float | None = None  # without a sign
    change_unit: str = ""
    direction: Direction = ""
    basis: str = ""  # as printed: 同比, 环比, 比上年
    start: int = 0
    length: int = 0


@dataclass(frozen=True, kw_only=True)
class Fingerprint:
    """A release as it is compared with others, see archive/duplicates/comparison.py."""

    key: str = field(repr=False)  # the normalised text
    title: str  # normalised
    day: int | None  # the day of publication, as an ordinal
    shingles: NDArray[np.uint64] = field(repr=False)  # distinct hashes, ascending
    sample: tuple[int, ...] = field(repr=False)  # the shingles that the index holds: signed 32-bit numbers


@dataclass(frozen=True, kw_only=True)
class Metadata:
    """The fields of a release beside title and text: each a column of `releases`, "" when the page does not give it."""

    published: str = ""  # as printed: 2020-04-13T13:09+08:00, or the day alone
    published_meta: str = ""  # PubDate of the page's meta tags, in the same form
    publisher: str = ""  # 来源
    author: str = ""
    editor: str = ""  # 责编
    issuer: str = ""  # 发文机关
    doc_number: str = ""  # 文号
    index_number: str = ""  # 索引号
    written: str = ""  # 成文日期
    subject_class: str = ""  # 主题分类
    genre: str = ""  # 体裁
    effective: str = ""  # 施行日期: the day; "" where the page prints none, though provenance may have its words
    expires: str = ""  # 有效期至, 失效日期: likewise
    addressee: str = ""  # 主送机关
    co_issuers: str = ""  # 联合发文机关: all bodies that issued it together, divided by ；
    signatory: str = ""  # 签发人, or the person under an order with the office
    language: Language = "zh"


@dataclass(frozen=True, kw_only=True)
class Release(Metadata):
    """One press release, clean, with the page it was read from."""

    page: Page = field(repr=False)
    title: str
    text: str = field(repr=False)  # paragraphs divided by one newline
    markup: str = field(default="", repr=False)  # the text with its structure, see archive/texts/markup.py
    provenance: tuple[Provenance, ...] = field(default=(), repr=False)
    repeats: tuple[Repeat, ...] = field(default=(), repr=False)
    turns: tuple[Turn, ...] = field(default=(), repr=False)
    citations: tuple[Citation, ...] = field(default=(), repr=False)
    indicators: tuple[Indicator, ...] = field(default=(), repr=False)
    problems: tuple[str, ...] = ()
    links: tuple[Listed, ...] = field(default=(), repr=False)  # the files that belong to it
    files: tuple[str, ...] | None = None  # their addresses; None: not looked for
    pictures: tuple[Listed, ...] = field(default=(), repr=False)  # those that stand in it, decoration left out
    reader: int = READER
    # the emphasised words at a line's start, by the first 60 characters of the line
    emphasised: Mapping[str, str] = field(default_factory=dict, repr=False, compare=False)
    text_key: str = ""  # digest of the normalised text: equal texts have equal keys
    fingerprint: Fingerprint | None = field(default=None, repr=False, compare=False)  # when a worker has taken it


class Unreadable(ValueError):
    """A page that holds no release. `reason` is the word that the ledger keeps: no-text, no-title, …

    `fault` is the exception that broke the reader, in words: with reason `reader-error` alone.
    """

    def __init__(self, reason: str, fault: str = "") -> None:
        super().__init__(reason, fault)
        self.reason = reason
        self.fault = fault

    def __str__(self) -> str:
        return f"{self.reason}: {self.fault}" if self.fault else self.reason


def reader_error(error: Exception) -> Unreadable:
    """A fault of ours that broke the reading of a page: class, words and line. It can always be pickled."""
    place = traceback.extract_tb(error.__traceback__)[-1:]
    where = "".join(f" ({Path(frame.filename).name}:{frame.lineno})" for frame in place)
    words = " ".join(str(error).split())[:FAULT]
    return Unreadable("reader-error", f"{type(error).__name__}: {words}{where}")
