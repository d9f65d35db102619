"""One release with all a page shows: its text in blocks, versions, copies, parts, citations, repeats."""

import bisect
import itertools
import json
import re
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Literal, get_args
from urllib.parse import urlsplit

from archive import times
from archive.database import has_table
from archive.duplicates import origins
from archive.model import (
    TORN,
    BlockKind,
    ChangedName,
    EventKind,
    Indicator,
    Metadata,
    ProvenanceField,
    ProvenanceRule,
    ReadingDoubt,
    TurnKind,
)
from archive.search import matches
from archive.search import query as queries
from archive.site import linked, tied
from archive.site.figures import kept
from archive.site.words import WORDS
from archive.texts import markup

METADATA = tuple(one.name for one in fields(Metadata))
CHANGEABLE = frozenset(get_args(ChangedName))
DOUBTS = frozenset((*get_args(ReadingDoubt), TORN))
_MOMENT = re.compile(r" (\d{4}-\d\d-\d\dT[^ ]+): ")
_NUMERAL = "[一二三四五六七八九十]{1,3}"
_HEADING = re.compile(f"(?:{_NUMERAL}、|第{_NUMERAL}[章节编]|[（(]{_NUMERAL}[）)]).{{1,36}}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A stretch of a line in one form."""

    text: str
    hit: bool = False  # a word that is searched for stands here
    bold: bool = False
    link: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A stretch of text on the page: a paragraph, a heading, an item of a list, the rows of a table, a picture."""

    kind: BlockKind
    start: int = 0  # its place in the text
    level: int = 2  # a heading's depth
    speaker: str = ""  # the label that begins the paragraph, when a turn begins in it
    turn: TurnKind | Literal[""] = ""  # the turn's kind
    spans: list[Piece] = field(default_factory=list)  # a picture has its words here, with its address
    rows: list[list[list[Piece]]] = field(default_factory=list)
    head: bool = False  # the first row is the table's head


def blocks(text: str, turns: list[sqlite3.Row], query: queries.Query, formed: str = "") -> list[Block]:
    """`text` as blocks, in the form that its markup `formed` gives it.

    Without markup, or with one that is not this text's, every line is a paragraph, lines with tabs are the rows of a
    table. Short numbered lines are headings. Where a turn begins inside a line, the words before it are the speaker's
    label; each turn is a paragraph of its own.
    """
    lines = markup.read(formed)
    if markup.text_of(lines) != text:
        lines = markup.unformed(text.split("\n"))
    spoken = sorted(turns, key=lambda turn: int(turn["start"]))
    starts = [turn["start"] for turn in spoken]
    result: list[Block] = []
    at = 0
    for line in lines:
        words = markup.plain(line)
        first, last = bisect.bisect_left(starts, at), bisect.bisect_left(starts, at + len(words))
        if line.kind != "picture" and first < last:
            result += _turns(line, at, spoken[max(0, first - 1) : last], query)
        elif line.kind == "row":
            _add_row(result, line, at, query)
        elif line.kind == "picture":
            result.append(Block(kind="picture", start=at, spans=_pieces(line.runs, query)))
        elif words.strip():
            kind: BlockKind = "heading" if _is_heading(words.strip()) else line.kind
            result.append(Block(kind=kind, start=at, level=line.level or 2, spans=_pieces(line.runs, query)))
        if line.kind != "picture":
            at += len(words) + 1
    return result


def _turns(line: markup.Block, at: int, spoken: list[sqlite3.Row], query: queries.Query) -> Iterator[Block]:
    """The paragraphs of a line at `at`, in which turns begin. `spoken`: these, and the turn before them."""
    runs = line.runs or _joined(line.cells)
    words = "".join(run.text for run in runs)
    done = 0
    for turn in spoken:
        start = turn["start"] - at
        end = min(len(words), start + turn["length"])
        if start < done < end:
            yield Block(kind="p", start=at + done, spans=_pieces(_cut(runs, done, end), query))
            done = end
        elif done <= start < len(words):
            said = _pieces(_cut(runs, start, end), query)
            yield Block(kind="p", start=at + done, speaker=words[done:start], turn=turn["kind"], spans=said)
            done = end


def _joined(cells: Sequence[Sequence[markup.Run]]) -> list[markup.Run]:
    """The runs of a row with a blank between two cells, where the text has a tab."""
    blank = markup.Run(text=" ")
    return [run for n, cell in enumerate(cells) for run in ([blank, *cell] if n else cell)]


def _cut(runs: Sequence[markup.Run], start: int, end: int) -> list[markup.Run]:
    """The runs that stand from `start` to `end` of their words."""
    found = []
    at = 0
    for run in runs:
        if words := run.text[max(0, start - at) : max(0, end - at)]:
            found.append(replace(run, text=words))
        at += len(run.text)
    return found


def _is_heading(words: str) -> bool:
    return _HEADING.fullmatch(words) is not None and words[-1] not in "。；，！？"


def _add_row(result: list[Block], row: markup.Block, at: int, query: queries.Query) -> None:
    cells = [_pieces(cell, query) for cell in row.cells]
    if row.first or not result or result[-1].kind != "table":
        result.append(Block(kind="table", start=at, head=row.head))
    result[-1].rows.append(cells)


def _pieces(runs: Sequence[markup.Run], query: queries.Query) -> list[Piece]:
    """The words of runs, cut wherever their form or a hit begins or ends."""
    words = "".join(run.text for run in runs)
    found: list[Piece] = []
    ends = list(itertools.accumulate(len(run.text) for run in runs))
    at, n = 0, 0
    for span in matches.mark(query, words):
        end = at + len(span.text)
        while at < end:
            while ends[n] <= at:
                n += 1
            until = min(end, ends[n])
            piece = Piece(text=words[at:until], hit=span.hit, bold=runs[n].bold, link=runs[n].link)
            found.append(piece)
            at = until
    if runs and not words and runs[0].link:
        found.append(Piece(text="", link=runs[0].link))  # a picture without words
    return found


_FIGURE = re.compile(r"[+\-−±]?[0-9][0-9,， .]*(?:[%％‰]|)")


def is_figure(cell: Sequence[Piece]) -> bool:
    """Whether a table's cell holds a number and nothing else but a sign, separators and a per cent: such stand to the right."""
    return _FIGURE.fullmatch("".join(piece.text for piece in cell).strip()) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleasePage:
    """A release with all that belongs to it. `shown` is the version that is read, as a row of `versions`."""

    row: sqlite3.Row
    shown: sqlite3.Row
    versions: list[sqlite3.Row]  # the last seen first; an import may have given an older one a higher number
    turns: list[sqlite3.Row]
    copies: list[sqlite3.Row]
    origin: origins.Origin | None  # the likely first publication, when there are copies
    origin_edited: bool  # the first publication had another text before
    ties: dict[int, list[tied.Tie]]  # the files whose texts tie a copy, a part or a whole to it, by the other's id
    made: dict[int, origins.Copy]  # each copy's differences from the origin, by its id
    parts: list[sqlite3.Row]
    wholes: list[sqlite3.Row]
    citations: list[sqlite3.Row]
    indicators: list[Indicator]
    repeats: list[sqlite3.Row]
    attachments: list[linked.File]
    rules: dict[ProvenanceField, ProvenanceRule]
    found: dict[ProvenanceField, str]  # the words of the page for each field
    raw: sqlite3.Row | None
    looked: sqlite3.Row | None  # the last look at its page
    last_seen: str  # when the version that is read last stood there
    failed: sqlite3.Row | None  # the last one that did not find it
    happened: dict[EventKind, str]  # when the archive last learned of each kind of event
    witnesses: dict[int, str]  # the hosts that captured versions, where we did not, by the versions' numbers

    @property
    def current(self) -> bool:
        """Whether the version that is read is the newest."""
        return bool(self.shown["version"] == self.row["version"])

    @property
    def known_from(self) -> str:
        """The one host that has captures of the release; "" when we read its page ourselves."""
        return str(self.row["known_from"]) if "known_from" in self.row.keys() else ""  # noqa: SIM118

    @property
    def looked_by(self) -> str:
        """The host that made the last look, by a capture; "" when we did, or there is none."""
        return _by(self.looked)

    @property
    def failed_by(self) -> str:
        """The host that made the last look without finding the page; "" likewise."""
        return _by(self.failed)

    @property
    def speakers(self) -> list[tuple[str, str]]:
        """Each speaker with the role, in the order in which they first speak."""
        return list(dict.fromkeys((turn["speaker"], turn["role"]) for turn in self.turns if turn["speaker"]))

    @property
    def before(self) -> sqlite3.Row | None:
        """The version that came before the one that is read."""
        return next(iter(self.versions[self.versions.index(self.shown) + 1 :]), None)

    @property
    def withheld(self) -> bool:
        """Whether the text is missing because a public snapshot carries only an extract."""
        return not self.shown["text"] and bool(self.row["text"])

    @property
    def markup(self) -> str:
        """The text of the version with its structure; "" when it is withheld, or the snapshot is older than markup."""
        return str(self.shown["markup"]) if "markup" in self.shown.keys() else ""  # noqa: SIM118

    @property
    def facts(self) -> dict[str, str | None]:
        """The fields of the version; those of the current one where it is not known how they stood."""
        facts = facts_of(self.shown)
        known = {name: self.row[name] if name in self.row.keys() else None for name in METADATA}  # noqa: SIM118
        return known if self.current or facts is None else {name: facts.get(name) for name in METADATA}

    @property
    def undated(self) -> dict[str, str]:
        """The words of the page that tell of a beginning or an end of effect without a day, by field."""
        known = self.found if self.current else {}
        return {name: known[name] for name in ("effective", "expires") if known.get(name) and not self.facts[name]}

    @property
    def flaws(self) -> list["Flaw"]:
        """Those met in reading the page of the current version."""
        return [flaw_of(str(problem)) for problem in json.loads(self.row["problems"])] if self.current else []

    @property
    def changed_facts(self) -> list[tuple[str, str, str]]:
        """The fields that differ from the version before: name, old value, new value; none where they are not known."""
        return changed_facts(self.before, self.shown) if self.before else []

    @property
    def text(self) -> str:
        """The text of the version, or the extract when the text is withheld."""
        return str(self.shown["text"] or self.row["text"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Flaw:
    """A flaw of a reading: `doubt` leaves something open, and others were repaired or are held back."""

    kind: str
    value: str = ""  # a number, or words of the page
    at: str = ""  # the look that met it, UTC

    @property
    def doubt(self) -> bool:
        """Whether the text, the title or the day may be wrong or lack something."""
        return self.kind in DOUBTS


def flaw_of(problem: str) -> Flaw:
    """A problem of a release, taken apart: `kind`, `kind:value`, or `kind: moment: sentence` (`reader-error: sentence`)."""
    kind, _, rest = problem.partition(":")
    if f"problem_{kind}" not in WORDS:  # a snapshot of another version
        return Flaw(kind="other", value=problem)
    if not rest.startswith(" "):
        return Flaw(kind=kind, value=rest)
    found = _MOMENT.match(rest)
    value = rest[found.end() :] if found else rest.strip()
    if kind == "collapsed":  # 12 characters instead of 3000
        value = " → ".join(reversed(re.findall("[0-9]+", value)))
    return Flaw(kind=kind, value=value, at=found[1] if found else "")


def facts_of(version: sqlite3.Row) -> dict[str, str] | None:
    """The fields of a version; None when they are not known, as in a snapshot older than the column."""
    facts = version["facts"] if "facts" in version.keys() else None  # noqa: SIM118  # a Row's `in` asks its values
    return None if facts is None else dict(json.loads(facts))


def changed_facts(before: sqlite3.Row, now: sqlite3.Row) -> list[tuple[str, str, str]]:
    """The fields that differ between two versions: name, old value, new value; none where they are not known."""
    old, new = facts_of(before), facts_of(now)
    if old is None or new is None:
        return []
    names = [name for name in METADATA if name in CHANGEABLE and old.get(name) != new.get(name)]
    return [(name, old.get(name, ""), new.get(name, "")) for name in names]


def changed(version: sqlite3.Row) -> list[ChangedName]:
    """The names of the differences between a version and the one before it."""
    return list(json.loads(version["changed"])) if "changed" in version.keys() else []  # noqa: SIM118


def read(db: sqlite3.Connection, id: int, version: int | None = None, end: str = "") -> ReleasePage | None:
    """Release `id` in its newest version, in version `version`, or as it was before `end` (UTC).

    None when there is no such release, or no such version.
    """
    row = _one(
        db,
        """SELECT releases.*, sources.name AS source_name, rights, sources.url AS source_url
        FROM releases JOIN sources ON sources.id = source WHERE releases.id = ?""",
        id,
    )
    if row is None:
        return None
    versions = _all(db, "SELECT * FROM versions WHERE release = ? ORDER BY seen DESC, version DESC", id)
    if version is None and not end:
        version = row["version"]
    wanted = [
        one for one in versions if version in (None, one["version"]) and (not end or times.is_before(one["seen"], end))
    ]
    if not wanted:
        return None
    shown, current = wanted[0], wanted[0]["version"] == row["version"]
    origin = origins.origin(db, row["cluster"]) if _has_copies(db, row["cluster"]) else None
    raw = _one(db, "SELECT * FROM captures WHERE id = ?", shown["capture"]) if shown["capture"] else None
    provenance = _all(db, "SELECT * FROM provenance WHERE release = ?", id)
    return ReleasePage(
        row=row,
        shown=shown,
        versions=versions,
        # turns, citations and provenance are those of the current version
        turns=_all(db, "SELECT * FROM turns WHERE release = ? ORDER BY n", id) if current else [],
        copies=_all(
            db,
            """SELECT r.id, r.title, r.published, r.publisher, r.url, s.region, s.name AS source_name, x.changed_numbers
            FROM releases AS r JOIN sources AS s ON s.id = r.source
            LEFT JOIN relations AS x ON x.a = r.id AND x.kind = 'duplicate'
            WHERE r.cluster = ? ORDER BY r.published, r.id LIMIT 500""",
            row["cluster"],
        ),
        origin=origin,
        origin_edited=origin is not None and _is_edited(db, origin.release),
        ties=tied.tied(db, id, row["cluster"]),
        made={made.release: made for made in origins.copies(db, origin)} if origin else {},
        wholes=_all(db, _PARTS.format(other="x.b", own="x.a"), id),
        parts=_all(db, _PARTS.format(other="x.a", own="x.b"), id),
        citations=_all(
            db,
            """SELECT c.title, c.doc_number, min(c.start) AS start, max(c.target) AS target,
              (SELECT count(DISTINCT o.release) FROM citations AS o WHERE o.title = c.title AND o.release <> c.release)
              AS others
            FROM citations AS c WHERE c.release = ? GROUP BY c.title ORDER BY start""",
            id,
        ),
        indicators=kept.of_release(db, id) if current else kept.of_version(shown) or [],
        repeats=_all(
            db, "SELECT * FROM repeats WHERE release = ? AND version = ? ORDER BY start", id, shown["version"]
        ),
        attachments=linked.linked(db, shown, "" if current else _end(shown, versions)),
        rules={one["field"]: one["rule"] for one in provenance},
        found={one["field"]: one["raw"] for one in provenance},
        raw=raw,
        last_seen=_last_seen(db, shown, versions),
        looked=_one(db, f"{_LOOKS} ORDER BY at DESC LIMIT 1", id),
        failed=_one(db, f"{_LOOKS} AND outcome IN ('missing', 'redirected') ORDER BY at DESC LIMIT 1", id),
        happened=_happened(db, id),
        witnesses=_witnesses(db, id),
    )


_LOOKS = "SELECT * FROM observations WHERE release = ?"


def _by(look: sqlite3.Row | None) -> str:
    return host_of(look["origin"]) if look is not None and "origin" in look.keys() else ""  # noqa: SIM118


def host_of(origin: str) -> str:
    """The host that another's capture came from."""
    return urlsplit(origin).hostname or origin


def _witnesses(db: sqlite3.Connection, id: int) -> dict[int, str]:
    if not any(column[1] == "origin" for column in db.execute("PRAGMA table_info(captures)")):
        return {}  # a snapshot from before there were others' captures
    sql = "SELECT v.version, c.origin FROM versions AS v JOIN captures AS c ON c.id = v.capture WHERE v.release = ? AND c.origin <> ''"
    return {row["version"]: host_of(row["origin"]) for row in _all(db, sql, id)}


def _end(shown: sqlite3.Row, versions: list[sqlite3.Row]) -> str:
    """When the publisher's next version was seen; "" when there is none. A better reading of the same page ends nothing."""
    later = reversed(versions[: versions.index(shown)])
    return next((str(one["seen"]) for one in later if one["kind"] == "published"), "")


def _last_seen(db: sqlite3.Connection, shown: sqlite3.Row, versions: list[sqlite3.Row]) -> str:
    """The last look that found the version unchanged, before the next one was seen."""
    later = [one["seen"] for one in versions[: versions.index(shown)]]
    sql = f"{_LOOKS} AND outcome = 'same' AND at > ? AND substr(at, 1, 19) < ? ORDER BY at DESC LIMIT 1"
    look = _one(db, sql, shown["release"], shown["seen"], later[-1][:19] if later else "~")
    return str(look["at"] if look else shown["seen"])


def _happened(db: sqlite3.Connection, id: int) -> dict[EventKind, str]:
    if not has_table(db, "events"):
        return {}
    rows = _all(db, "SELECT kind, max(learned) AS at FROM events WHERE release = ? GROUP BY kind ORDER BY at", id)
    return {row["kind"]: row["at"] for row in rows}


def _is_edited(db: sqlite3.Connection, id: int) -> bool:
    return len(_all(db, "SELECT 1 FROM versions WHERE release = ? AND kind = 'published' LIMIT 2", id)) > 1


def _has_copies(db: sqlite3.Connection, cluster: int) -> bool:
    return len(_all(db, "SELECT 1 FROM releases WHERE cluster = ? LIMIT 2", cluster)) > 1


_PARTS = """SELECT r.id, r.title, r.published, r.publisher, s.region, s.name AS source_name
    FROM relations AS x JOIN releases AS r ON r.id = {other} JOIN sources AS s ON s.id = r.source
    WHERE {own} = ? AND x.kind = 'part_of' ORDER BY r.published, r.id LIMIT 500"""


def _all(db: sqlite3.Connection, sql: str, *values: object) -> list[sqlite3.Row]:
    return db.execute(sql, values).fetchall()


def _one(db: sqlite3.Connection, sql: str, *values: object) -> sqlite3.Row | None:
    row: sqlite3.Row | None = db.execute(sql, values).fetchone()
    return row
