"""Answering a search: candidates from the index, verified on the stored text, copies folded under the first of them."""

import json
import re
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from itertools import chain, islice, takewhile
from time import monotonic
from typing import cast, get_args

from archive import times
from archive.model import EventKind, SearchFiles, SearchKind, SearchOrder, SearchState
from archive.search import attached, matches, ranking
from archive.search import query as queries
from archive.texts.places import other_codes

PAGE = 20
LAST_PAGE = 50
COMMON = 5000  # candidates that the index is asked for; to read on takes longer than a reader waits
COUNTED = 2000  # up to this many candidates are all verified, so that the count is exact, and ranked
LOOKED_AT = 1000  # candidates whose titles are looked at where there are more; the archive took them in last
RANKED = 100  # candidates that are ranked then: five pages
PATIENCE = 0.6  # seconds spent on reading candidates for one page
_BATCH = 100
_NEWEST = "r.published DESC, r.id DESC"
EVENTS_OF: dict[SearchState, tuple[EventKind, ...]] = {
    "": ("new", "edited"),
    "changed": ("edited",),
    "gone": ("gone", "moved"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A search as its address states it; "" means that the argument is absent."""

    q: str = ""
    region: str = ""  # the first two, four or six digits of a GB/T 2260 code
    source: str = ""
    publisher: str = ""
    year: str = ""
    month: str = ""  # 2020-04
    speaker: str = ""
    cites: str = ""  # the title of a cited document
    issuer: str = ""  # alone or together with others
    subject_class: str = ""
    genre: str = ""
    effective: str = ""  # a day
    expires: str = ""  # a day
    addressee: str = ""
    signatory: str = ""
    kind: SearchKind = ""
    state: SearchState = ""
    files: SearchFiles = ""  # `with`: releases of which a file is kept
    since: str = ""  # published from this day, month or year on; `from` in an address
    until: str = ""  # and to the end of this one; `to`
    at: str = ""  # a day or minute in Beijing: the archive as it was at its end
    sort: SearchOrder = ""
    page: int = 1

    @property
    def filtered(self) -> bool:
        """Whether anything but words is asked for."""
        return any(getattr(self, one.name) for one in fields(self) if one.name not in ("q", "at", "sort", "page"))

    @property
    def end(self) -> str:
        """The moment that `at` names, in UTC; "" for now."""
        return times.span(self.at)[1] if self.at else ""

    def address(self, **changes: str | int) -> dict[str, str]:
        """The address's arguments, changed so; a change leads back to page 1 unless it is one of page."""
        values = {one.name: getattr(self, one.name) for one in fields(self)} | {"page": 1} | changes
        stated = {name: value for name, value in values.items() if value != "" and (name, value) != ("page", 1)}
        return {_IN_ADDRESS.get(name, name): str(value) for name, value in stated.items()}


# filters whose value a reader follows from a page, where it is printed
BY_VALUE = (
    "month",
    "publisher",
    "speaker",
    "cites",
    "issuer",
    "subject_class",
    "genre",
    "effective",
    "expires",
    "addressee",
    "signatory",
)
_IN_ADDRESS = {"since": "from", "until": "to"}
_FORMS = {
    "region": r"\d{2}(?:\d{2}){0,2}",
    "year": r"\d{4}",
    "month": r"\d{4}-\d{2}",
    "kind": "|".join(get_args(SearchKind)),
    "state": "|".join(get_args(SearchState)),
    "files": "|".join(get_args(SearchFiles)),
    "sort": "|".join(get_args(SearchOrder)),
}


def read_address(arguments: Mapping[str, str]) -> Asked:
    """The search that an address states. Meaningless values are treated as absent."""
    values: dict[str, str] = {}
    for name in ("q", "source", *BY_VALUE, *_FORMS):
        value = (arguments.get(name) or "").strip()[: queries.MAX_QUERY]
        if name not in _FORMS or re.fullmatch(_FORMS[name], value, re.ASCII):
            values[name] = value.replace("\0", "")
    page = arguments.get("page") or "1"
    number = int(page) if re.fullmatch(r"[0-9]{1,4}", page) else 1
    return Asked(
        q=values.get("q", ""),
        region=values.get("region", ""),
        source=values.get("source", ""),
        publisher=values.get("publisher", ""),
        year=values.get("year", ""),
        month=values.get("month", ""),
        speaker=values.get("speaker", ""),
        cites=values.get("cites", ""),
        issuer=values.get("issuer", ""),
        subject_class=values.get("subject_class", ""),
        genre=values.get("genre", ""),
        effective=values.get("effective", ""),
        expires=values.get("expires", ""),
        addressee=values.get("addressee", ""),
        signatory=values.get("signatory", ""),
        kind=cast(SearchKind, values.get("kind", "")),
        state=cast(SearchState, values.get("state", "")),
        files=cast(SearchFiles, values.get("files", "")),
        sort=cast(SearchOrder, values.get("sort", "")),
        page=min(max(number, 1), LAST_PAGE),
    )


def read_period(asked: Asked, arguments: Mapping[str, str]) -> Asked:
    """The search with the time that an address states: `from`, `to`, `at`. Raises ValueError with a value that cannot be one."""
    since, until, at = ((arguments.get(name) or "").strip() for name in ("from", "to", "at"))
    for value in filter(None, (since, until)):
        if not _is_period(value):
            raise ValueError(value)
    if at:
        times.span(at)
    return replace(asked, since=since, until=until, at=at)


def check_address(arguments: Mapping[str, str]) -> None:
    """Raises ValueError with the first argument that a program cannot have meant: an unknown name, a value that cannot be."""
    known = {_IN_ADDRESS.get(one.name, one.name) for one in fields(Asked)} - {"page"} | {"after", "limit", "lang"}
    for name, value in arguments.items():
        form = _FORMS.get(name) or _FORMS_OF_LISTS.get(name)
        if name not in known or (value and form and not re.fullmatch(form, value.strip(), re.ASCII)):
            raise ValueError(f"{name}={value}")
        if name == "month" and value and not _is_period(value.strip()):
            raise ValueError(f"{name}={value}")


_FORMS_OF_LISTS = {"after": "[0-9]{1,18}", "limit": "[1-9][0-9]{0,2}|1000"}


def _is_period(value: str) -> bool:
    """Whether it is a year, a month or a day of the calendar."""
    if not re.fullmatch(r"\d{4}(?:-\d{2}){0,2}", value, re.ASCII):
        return False
    try:
        date.fromisoformat(f"{value}-01-01"[:10])
    except ValueError:
        return False
    return True


@dataclass(slots=True, kw_only=True)
class Hit:
    """A release that was found, with the copies of it that were found as well."""

    row: sqlite3.Row
    title: list[matches.Span]
    snippet: list[matches.Span]
    number: list[matches.Span]  # the document number (文号)
    within: list[attached.Passage]  # where the words stand in its files
    also: list[sqlite3.Row]  # the copies


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """The releases that the indexes offer for a query. They are asked once a page: looking them through takes most of the time."""

    ids: list[int] | None = None  # all that may have the words in their own text; None: not known
    common: bool = False  # these are more than `COMMON`
    newest: list[int] = field(default_factory=list)  # the last that the archive took in, where the words are common
    numbered: list[int] = field(default_factory=list)  # releases whose document number (文号) the query may name
    linking: list[int] = field(default_factory=list)  # those that may have the words in a file
    cut: bool = False  # these are not all

    @property
    def linking_alone(self) -> frozenset[int]:
        """The releases that have the words in a file, if anywhere."""
        return frozenset() if self.ids is None else frozenset(self.linking).difference(self.ids, self.numbered)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A page of hits. `total` counts releases, copies too; it is exact unless `about`. `groups`: 0 where it is not known."""

    hits: list[Hit]
    total: int
    offer: Offer = Offer()
    ids: list[int] = field(default_factory=list)  # all that the words and filters find, candidates when `about`
    groups: int = 0
    about: bool = False
    ranked: int = 0  # so many of the candidates stand best first; the others follow
    more: bool = False  # another page follows
    partial: bool = False  # PATIENCE came to its end before the candidates did


def find(db: sqlite3.Connection, asked: Asked, *, hurried: bool = False) -> Found:
    """The hits of a search, one page of them. Every hit is a true one, see `matches.pattern`.

    When `hurried` the index is not asked: releases are looked through, newest first, as far as `PATIENCE` goes. Files are
    not searched then, nor for common words.
    """
    query = queries.parse(asked.q)
    if asked.q and not query.groups:
        return Found(hits=[], total=0)
    offered = Offer(common=True) if hurried else offer(db, query, files=not asked.at)
    ids = _newest(db, asked) if hurried else candidates(db, asked, offered)
    count_true = isinstance(ids, list) and bool(asked.q) and len(ids) <= COUNTED
    most = 0 if hurried else _worth_ranking(asked, offered, count_true=count_true)
    wanted = asked.page * PAGE + 1
    clusters: dict[int, list[sqlite3.Row]] = {}
    until = monotonic() + PATIENCE
    order = ids if count_true or not most else _promising_first(db, query, offered, ids)
    rows, ranked = _in_order(db, query, order, offered, most, until)
    for row in rows:
        clusters.setdefault(row["cluster"] or row["id"], []).append(row)
        if len(clusters) >= wanted and not count_true:
            break
    found = [row["id"] for group in clusters.values() for row in group]
    all_ids = ids if isinstance(ids, list) and not count_true else found
    total = len(all_ids) if isinstance(ids, list) or hurried else COMMON
    shown = dict(list(clusters.items())[(asked.page - 1) * PAGE : asked.page * PAGE])
    # a list of edits or disappearances tells of addresses, in its own order
    groups = list(shown.values() if asked.state else _led(db, query, asked, shown))
    within = {} if asked.at else attached.passages(db, query, [row["id"] for group in groups for row in group])
    cut = count_true and len(clusters) > PAGE and offered.cut
    return Found(
        hits=[_hit(query, group, within) for group in groups],
        total=total,
        offer=offered,
        ids=all_ids,
        groups=len(clusters) if count_true else 0,
        about=bool(asked.q) and (not count_true or cut),
        ranked=min(most, total) if ranked else 0,
        more=len(clusters) >= wanted,
        partial=len(clusters) < wanted and monotonic() >= until,
    )


def _worth_ranking(asked: Asked, offered: Offer, *, count_true: bool) -> int:
    """How many of the candidates are ranked. Common words of a moment are not, since the index knows the words of now."""
    if not asked.q or asked.sort == "new" or (offered.common and asked.at and not asked.filtered):
        return 0
    return COUNTED if count_true else RANKED


def _in_order(
    db: sqlite3.Connection, query: queries.Query, ids: Iterable[int], offered: Offer, most: int, until: float
) -> tuple[Iterator[sqlite3.Row], bool]:
    """The true hits among the candidates, the first `most` of these best first, and whether these are: not when the time ended
    first, since the order would depend on how far it came."""
    left = iter(ids)
    head = list(true_rows(db, query, _while_patient(islice(left, most), until), offered))
    timely = monotonic() < until
    first = _best_first(query, head, offered) if timely else head
    return chain(first, true_rows(db, query, _while_patient(left, until), offered)), timely


def _promising_first(db: sqlite3.Connection, query: queries.Query, offered: Offer, ids: Iterable[int]) -> Iterator[int]:
    """The candidates in an order whose beginning is worth ranking: those with the number in the query, those of the last `LOOKED_AT`
    taken in that have the words in their titles, all others as they come, at last those that have the words in a file alone."""
    known = frozenset(ids) if isinstance(ids, list) else frozenset((*offered.numbered, *offered.newest))
    alone = offered.linking_alone
    first = [id for id in (*offered.numbered, *_titled(db, query, offered)) if id in known]
    last = [id for id in ids if id in alone] if isinstance(ids, list) else []
    return _once(chain(first, (id for id in ids if id not in alone), last))


def _titled(db: sqlite3.Connection, query: queries.Query, offered: Offer) -> list[int]:
    asked = f"title : ({queries.expression(query)})"
    looked_at = offered.newest if offered.ids is None else offered.ids[-LOOKED_AT:]
    sql = "SELECT rowid FROM releases_fts WHERE releases_fts MATCH ? AND rowid >= ? ORDER BY rowid DESC LIMIT ?"
    return [id for (id,) in db.execute(sql, [asked, min(looked_at, default=0), RANKED])]


def _once(ids: Iterable[int]) -> Iterator[int]:
    seen: set[int] = set()
    for id in ids:
        if id not in seen:
            seen.add(id)
            yield id


def _best_first(query: queries.Query, rows: Iterable[sqlite3.Row], offered: Offer) -> list[sqlite3.Row]:
    """The releases whose number the query names, then the others by their own words, then those that have the words in a file alone."""
    found = {row["id"]: row for row in rows}
    alone = offered.linking_alone
    own = ranking.best_first(query, [row for id, row in found.items() if id not in alone])
    numbered = frozenset(offered.numbered)
    own.sort(key=lambda row: row["id"] not in numbered)
    return own + [row for id, row in found.items() if id in alone]


def _while_patient(ids: Iterable[int], until: float) -> Iterator[int]:
    # the index may offer many candidates and not one true hit: 局，。
    return takewhile(lambda _: monotonic() < until, ids)


def _led(
    db: sqlite3.Connection, query: queries.Query, asked: Asked, groups: Mapping[int, list[sqlite3.Row]]
) -> Iterator[list[sqlite3.Row]]:
    """The groups of copies, each with its head first, which may be a hit that comes later in the order.

    The head is the origin; else a copy at an official site, then at a press site; of these the one that the others are
    compared with, then the first found.
    """
    where, values = filters(asked)
    origin = (
        "r.id = (SELECT release FROM origins AS o WHERE o.cluster = r.cluster)" if has_table(db, "origins") else "0"
    )
    sql = f"""SELECT r.cluster, r.id FROM releases AS r JOIN sources AS s ON s.id = r.source
        WHERE r.cluster IN ({",".join("?" * len(groups))}) {where}
        ORDER BY {origin} DESC, s.rights = 'official' DESC, s.rights = 'press' DESC, r.id = r.cluster DESC, r.id"""
    best: dict[int, list[int]] = {}
    for cluster, id in db.execute(sql, [*groups, *values]):
        best.setdefault(cluster, []).append(id)
    for cluster, group in groups.items():
        found = {row["id"]: row for row in group}
        tried = (found.get(id) or next(true_rows(db, query, [id]), None) for id in best.get(cluster, ()))
        head = next(filter(None, tried), group[0])
        yield [head, *(row for row in group if row is not head)]


def _hit(query: queries.Query, group: list[sqlite3.Row], within: Mapping[int, list[attached.Passage]]) -> Hit:
    first = group[0]
    # copies may link to the same file
    passages = {one.sha256: one for row in group for one in within.get(row["id"], ())}
    return Hit(
        row=first,
        title=matches.mark(query, first["title"]),
        snippet=matches.snippet(query, first["text"]),
        number=matches.mark(query, first["doc_number"] or ""),
        within=list(passages.values())[: attached.SHOWN],
        also=group[1:],
    )


def offer(db: sqlite3.Connection, query: queries.Query, *, files: bool) -> Offer:
    """Ask the indexes for a query, that of texts for one more than `COMMON`; with `files` that of files, unless the words are common."""
    sql = "SELECT rowid FROM releases_fts WHERE releases_fts MATCH ? ORDER BY rowid {} LIMIT ?"
    words = queries.expression(query)
    # forwards, a rare phrase of common signs takes a fifth less
    ids = [id for (id,) in db.execute(sql.format("ASC"), (words, COMMON + 1))]
    numbered = _numbered(db, query)
    if len(ids) > COMMON:
        newest = [id for (id,) in db.execute(sql.format("DESC"), (words, LOOKED_AT))]
        return Offer(common=True, newest=newest, numbered=numbered)
    linking, cut = attached.offered(db, query) if files else ([], False)
    return Offer(ids=ids, numbered=numbered, linking=linking, cut=cut)


def full_offer(db: sqlite3.Connection, query: queries.Query, *, files: bool) -> Offer:
    """Ask as `offer` does, with `files` that of files for common words too."""
    offered = offer(db, query, files=files)
    return replace(offered, linking=attached.offered(db, query)[0]) if files and offered.common else offered


def has_table(db: sqlite3.Connection, name: str) -> bool:
    """Whether the snapshot has a table; an older one may lack it."""
    return db.execute("SELECT 1 FROM sqlite_master WHERE name = ?", [name]).fetchone() is not None


def candidates(db: sqlite3.Connection, asked: Asked, offered: Offer) -> list[int] | Iterator[int]:
    """The ids of all releases that may be hits, in the order in which they are to be shown.

    They come by time. For common words without a filter these are simply all releases, and only an iterator: among the first few
    there are enough hits for a page, while the index would have to be read from end to end. Unless the newest are asked for, those come
    first that the index offers of the last ones taken in.
    """
    where, values = filters(asked)
    if not asked.q:
        return list(_newest(db, asked))
    if not offered.common or asked.filtered:
        union, words = _union(asked, offered)
        return _by_time(db, asked, union, where, [*words, *values])
    if asked.sort == "new" or asked.at:  # the index knows the words of now
        return _newest(db, asked)
    taken_in = "SELECT value AS id FROM json_each(?)"
    newest = _by_time(db, asked, taken_in, "", [json.dumps([*offered.newest, *offered.numbered])])
    return _once(chain(newest, _newest(db, asked)))


def _by_time(db: sqlite3.Connection, asked: Asked, ids: str, where: str, values: list[str]) -> list[int]:
    # releases_card covers all columns of the filters and the order, so the long rows are not read
    card = "" if asked.at else "INDEXED BY releases_card"
    sql = f"""SELECT r.id FROM ({ids}) AS f CROSS JOIN releases AS r {card} ON r.id = f.id
        WHERE 1 {where} ORDER BY {_order(db, asked)}"""
    return list(dict.fromkeys(id for (id,) in db.execute(sql, values)))


def _union(asked: Asked, offered: Offer) -> tuple[str, list[str]]:
    """SQL for the releases' ids that the indexes and their numbers offer, and those that had other words then. Its values follow."""
    if offered.ids is None:
        offers = ["SELECT rowid AS id FROM releases_fts WHERE releases_fts MATCH ?"]
        values = [queries.expression(queries.parse(asked.q))]
    else:
        offers, values = ["SELECT value AS id FROM json_each(?)"], [json.dumps(offered.ids)]
    offers.append("SELECT value FROM json_each(?)")
    values.append(json.dumps([*offered.linking, *offered.numbered]))
    if asked.at:
        offers.append("SELECT id FROM later")
    return " UNION ALL ".join(offers), values


@dataclass(frozen=True, slots=True, kw_only=True)
class Portion:
    """A part of all hits, copies not folded. `total` is exact unless `about`; `after` continues, None: nothing is left."""

    rows: list[sqlite3.Row]
    total: int = 0
    about: bool = False
    ranked: bool = False  # they stand best first
    after: int | None = None
    # the passages of releases that only their files make hits
    within: Mapping[int, list[attached.Passage]] = field(default_factory=dict)


def portion(db: sqlite3.Connection, asked: Asked, limit: int, after: int | None = None) -> Portion:
    """`limit` hits, copies not folded. Those that fit into one portion stand in the order that is asked for.

    More stand in the order of their ids, the highest first, from the one before `after` on: a loop meets each once, also
    when a newer snapshot comes to be served meanwhile, since an id is never used again.
    """
    query = queries.parse(asked.q)
    if asked.q and not query.groups:
        return Portion(rows=[])
    offered = full_offer(db, query, files=not asked.at) if asked.q else Offer()
    ids = _by_id(db, asked, offered)
    about = bool(asked.q) and len(ids) > COUNTED
    held = {row["id"]: row for row in true_rows(db, query, ids, offered)} if asked.q and not about else None
    total = len(ids if held is None else held)
    if after is None and total <= limit and not about:
        order = candidates(db, asked, offered)
        found = list(true_rows(db, query, order)) if held is None else [held[id] for id in order if id in held]
        best = bool(asked.q) and asked.sort != "new"
        rows = _best_first(query, found, offered) if best else found
        return Portion(rows=rows, total=total, ranked=best, within=_within(db, query, rows))
    left = [id for id in (ids if held is None else held) if after is None or id < after]
    rows = list(islice(true_rows(db, query, left, offered), limit + 1))
    following = rows[limit - 1]["id"] if len(rows) > limit else None
    within = _within(db, query, rows[:limit])
    return Portion(rows=rows[:limit], total=total, about=about, after=following, within=within)


def _within(
    db: sqlite3.Connection, query: queries.Query, rows: Iterable[sqlite3.Row]
) -> dict[int, list[attached.Passage]]:
    return attached.passages(db, query, [row["id"] for row in rows if not holds(query, row)])


def _by_id(db: sqlite3.Connection, asked: Asked, offered: Offer) -> list[int]:
    where, values = filters(asked)
    parameters: list[str] = []
    if asked.q:
        union, parameters = _union(asked, offered)
        where = f" AND r.id IN (SELECT id FROM ({union})){where}"
    sql = f"SELECT r.id FROM releases AS r WHERE 1 {where} ORDER BY r.id DESC"
    return [id for (id,) in db.execute(sql, [*parameters, *values])]


def _newest(db: sqlite3.Connection, asked: Asked) -> Iterator[int]:
    where, values = filters(asked)
    sql = f"SELECT r.id FROM releases AS r WHERE 1 {where} ORDER BY {_order(db, asked)}"
    return (id for (id,) in db.execute(sql, values))


def _order(db: sqlite3.Connection, asked: Asked) -> str:
    """The order by time: lists of edited and of vanished releases by when the archive learned of it, all others, and those of
    a moment, by the printed day."""
    if not asked.state or asked.at or not has_table(db, "events"):
        return _NEWEST
    kinds = ", ".join(f"'{kind}'" for kind in EVENTS_OF[asked.state])
    return f"(SELECT max(learned) FROM events AS e WHERE e.release = r.id AND e.kind IN ({kinds})) DESC, r.id DESC"


def _numbered(db: sqlite3.Connection, query: queries.Query) -> list[int]:
    """Releases, `COUNTED` at most, with a 文号 in their metadata that may match one in the query."""
    globs = queries.number_globs(query)
    if not globs:
        return []
    # no ORDER BY: with one, SQLite walks through all releases by day instead of sorting the few matches
    number = "replace(replace(doc_number, ' ', ''), '\u3000', '')"
    same = " OR ".join(f"{number} GLOB ?" for _ in globs)
    sql = f"SELECT id FROM releases WHERE doc_number IS NOT NULL AND ({same}) LIMIT {COUNTED}"
    return [id for (id,) in db.execute(sql, globs)]


_LISTED_IN = {
    "speaker": "SELECT release FROM turns WHERE speaker = ?",
    "cites": "SELECT release FROM citations WHERE title = ?",
    "issuer": "SELECT id FROM releases WHERE issuer = ? OR instr('；' || co_issuers || '；', '；' || ? || '；')",
    **{
        name: f"SELECT id FROM releases WHERE {name} = ?"
        for name in ("subject_class", "genre", "effective", "expires", "addressee", "signatory")
    },
}


def filters(asked: Asked) -> tuple[str, list[str]]:
    """The filters of a search as conditions of a query about `releases AS r`, each after AND, and their values."""
    parts: list[str] = []
    values: list[str] = []
    if asked.region:
        others = other_codes(prefix(asked.region))
        parts.append(f"(r.region BETWEEN ? AND ? OR r.region IN ({', '.join('?' * len(others))}))")
        values += [prefix(asked.region).ljust(6, "0"), prefix(asked.region).ljust(6, "9"), *others]
    for column in ("source", "publisher", "year"):
        if value := getattr(asked, column):
            parts.append(f"r.{column} = ?")
            values.append(value)
    if asked.month:
        parts.append("r.published BETWEEN ? AND ?")
        values += [asked.month, asked.month + "~"]
    if asked.since or asked.until:
        parts.append("r.published BETWEEN ? AND ?")
        values += [asked.since or "0", (asked.until or "9") + "~"]
    for column, sql in _LISTED_IN.items():
        if value := getattr(asked, column):
            parts.append(f"r.id IN ({sql})")
            values += [value] * sql.count("?")
    if asked.kind == "transcript":
        parts.append("r.id IN (SELECT release FROM turns)")
    if asked.kind == "release":
        parts.append("r.id NOT IN (SELECT release FROM turns)")
    if asked.state == "changed":
        parts.append("r.edits > 0")
    if asked.files == "with":
        parts.append("r.id IN (SELECT release FROM attachments WHERE state = 'kept')")
    if asked.state == "gone":
        parts.append("r.status IN ('gone', 'moved')")
    return "".join(f" AND {part}" for part in parts), values


def prefix(region: str) -> str:
    """The digits that the codes of a place begin with. A province's code ends in zeros, as a city's: 370000 asks for 37."""
    return re.sub(r"(?:00){1,2}$", "", region) or "00"


_ROW = """SELECT releases.*, sources.name AS source_name, rights
    FROM releases JOIN sources ON sources.id = source WHERE releases.id IN ({marks})"""


def true_rows(
    db: sqlite3.Connection, query: queries.Query, ids: Iterable[int], offered: Offer | None = None
) -> Iterator[sqlite3.Row]:
    """The rows of the candidates that are true hits, in the candidates' order; also by words in their files.

    With the `Offer` that they come from, files are read of those alone that may have the words there. The words are not looked for
    in the own text of one that can only have them there.
    """
    left = iter(ids)
    files = bool(query.groups) and (offered is None or bool(offered.linking)) and attached.has_files(db)
    linking = frozenset(offered.linking) if offered else None
    alone = offered.linking_alone if offered else frozenset()
    while batch := list(islice(left, _BATCH)):
        cursor = db.execute(_ROW.format(marks=",".join("?" * len(batch))), batch)
        rows = {row["id"]: row for row in cursor}
        holding: set[int] | None = None
        for id in batch:
            if id not in alone and holds(query, rows[id]):
                yield rows[id]
            elif files and (linking is None or id in linking):
                if holding is None:
                    holding = attached.holding(db, query, [one for one in batch if linking is None or one in linking])
                if id in holding and holds(replace(query, groups=()), rows[id]):
                    yield rows[id]


def holds(query: queries.Query, row: sqlite3.Row) -> bool:
    """Whether a release is a true hit by its own words."""
    return matches.holds(query, row["title"], row["text"], row["doc_number"] or "")
