"""Answering a search: candidates from the index, verified on the stored text, copies folded under the first of them."""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import chain, islice, takewhile
from time import monotonic
from typing import Any

from archive.database import column, has_table
from archive.search import attached, matches, offers, ranking
from archive.search import query as queries
from archive.search.asked import Asked
from archive.search.filters import filters, order_of
from archive.search.offers import Offer

PAGE = 20
RANKED = 100  # candidates that are ranked then: five pages
PATIENCE = 0.6  # seconds spent on reading candidates for one page
_BATCH = 100


@dataclass(slots=True, kw_only=True)
class Hit:
    """A release that was found, with the copies of it that were found as well; it goes from one process to another."""

    row: Mapping[str, Any]
    title: list[matches.Span]
    snippet: list[matches.Span]
    number: list[matches.Span]  # the document number (文号)
    within: list[attached.Passage]  # where the words stand in its files
    also: list[Mapping[str, Any]]  # the copies


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A page of hits. `total` counts releases, copies too; it is exact unless `about`. `groups`: 0 where it is not known."""

    hits: list[Hit]
    total: int
    offer: Offer = field(default_factory=Offer)
    ids: list[int] = field(default_factory=list)  # all that the words and filters find, candidates when `about`
    groups: int = 0
    about: bool = False
    over: bool = False  # there are more than `total`
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
    offered = Offer(common=True, counted=offers.COMMON + 1) if hurried else offers.offer(db, query, files=not asked.at)
    ids = _newest(db, asked) if hurried else candidates(db, asked, offered)
    count_true = isinstance(ids, list) and bool(asked.q) and len(ids) <= offers.COUNTED
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
    known = isinstance(ids, list) or hurried
    total = len(all_ids) if known else min(offered.counted, offers.COMMON)
    shown = _whole(db, dict(list(clusters.items())[(asked.page - 1) * PAGE : asked.page * PAGE]))
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
        over=not asked.filtered and offered.counted > offers.COMMON,
        ranked=min(most, total) if ranked else 0,
        more=len(clusters) >= wanted,
        partial=len(clusters) < wanted and monotonic() >= until,
    )


def _whole(db: sqlite3.Connection, groups: Mapping[int, list[sqlite3.Row]]) -> dict[int, list[sqlite3.Row]]:
    """The groups with all that a page shows of their releases."""
    rows = _rows(db, [row["id"] for group in groups.values() for row in group])
    return {cluster: [rows[row["id"]] for row in group] for cluster, group in groups.items()}


def _worth_ranking(asked: Asked, offered: Offer, *, count_true: bool) -> int:
    """How many of the candidates are ranked. Common words of a moment are not, since the index knows the words of now."""
    if not asked.q or asked.sort == "new" or (offered.common and asked.at and not asked.filtered):
        return 0
    return offers.COUNTED if count_true else RANKED


def _in_order(
    db: sqlite3.Connection, query: queries.Query, ids: Iterable[int], offered: Offer, most: int, until: float
) -> tuple[Iterator[sqlite3.Row], bool]:
    """The true hits among the candidates (`_WORDS`), the first `most` of these best first, and whether these are: not when the time
    ended first, since the order would depend on how far it came."""
    left = iter(ids)
    head = list(true_rows(db, query, _while_patient(islice(left, most), until), offered, row_of=_WORDS))
    timely = monotonic() < until
    first = _best_first(query, head, offered) if timely else head
    return chain(first, true_rows(db, query, _while_patient(left, until), offered, row_of=_WORDS)), timely


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
    looked_at = offered.newest if offered.ids is None else offered.ids[-offers.LOOKED_AT :]
    sql = (
        "SELECT rowid AS value FROM releases_fts WHERE releases_fts MATCH ? AND rowid >= ? ORDER BY rowid DESC LIMIT ?"
    )
    return column(db, sql, [asked, min(looked_at, default=0), RANKED])


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
        row=dict(first),
        title=matches.mark(query, first["title"]),
        snippet=matches.snippet(query, first["text"]),
        number=matches.mark(query, first["doc_number"] or ""),
        within=list(passages.values())[: attached.SHOWN],
        also=[dict(row) for row in group[1:]],
    )


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
    sql = f"""SELECT r.id AS value FROM ({ids}) AS f CROSS JOIN releases AS r {card} ON r.id = f.id
        WHERE 1 {where} ORDER BY {order_of(db, asked)}"""
    return list(dict.fromkeys(column(db, sql, values)))


def _union(asked: Asked, offered: Offer) -> tuple[str, list[str]]:
    """SQL for the releases' ids that the indexes and their numbers offer, and those that had other words then. Its values follow."""
    if offered.ids is None:
        offers = ["SELECT rowid AS id FROM releases_fts WHERE releases_fts MATCH ?"]
        values = [queries.expression(queries.parse(asked.q))]
    else:
        offers, values = ["SELECT value AS id FROM json_each(?)"], [json.dumps(offered.ids)]
    offers.append("SELECT value FROM json_each(?)")
    values.append(json.dumps([*offered.linking, *offered.numbered, *offered.signed]))
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
    offered = offers.full_offer(db, query, files=not asked.at) if asked.q else Offer()
    ids = _by_id(db, asked, offered)
    about = bool(asked.q) and len(ids) > offers.COUNTED
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
    return column(
        db, f"SELECT r.id AS value FROM releases AS r WHERE 1 {where} ORDER BY r.id DESC", [*parameters, *values]
    )


def _newest(db: sqlite3.Connection, asked: Asked) -> Iterator[int]:
    where, values = filters(asked)
    sql = f"SELECT r.id FROM releases AS r WHERE 1 {where} ORDER BY {order_of(db, asked)}"
    return (id for (id,) in db.execute(sql, values))


_ROW = """SELECT releases.*, sources.name AS source_name, rights
    FROM releases JOIN sources ON sources.id = source WHERE releases.id IN ({marks})"""
# all that tells whether a release is a hit, and how good: a half of the time
_WORDS = "SELECT id, title, text, doc_number, cluster FROM releases WHERE id IN ({marks})"


def true_rows(
    db: sqlite3.Connection,
    query: queries.Query,
    ids: Iterable[int],
    offered: Offer | None = None,
    *,
    row_of: str = _ROW,
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
        rows = _rows(db, batch, row_of)
        holding: set[int] | None = None
        for id in batch:
            if id not in alone and holds(query, rows[id]):
                yield rows[id]
            elif files and (linking is None or id in linking):
                if holding is None:
                    holding = attached.holding(db, query, [one for one in batch if linking is None or one in linking])
                if id in holding and holds(replace(query, groups=()), rows[id]):
                    yield rows[id]


def _rows(db: sqlite3.Connection, ids: list[int], row_of: str = _ROW) -> dict[int, sqlite3.Row]:
    cursor = db.execute(row_of.format(marks=",".join("?" * len(ids))), ids)
    return {row["id"]: row for row in cursor}


def holds(query: queries.Query, row: sqlite3.Row) -> bool:
    """Whether a release is a true hit by its own words."""
    return matches.holds(query, row["title"], row["text"], row["doc_number"] or "")
