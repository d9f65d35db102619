"""Clusters: the index of near-duplicates, the clusters of copies, and the relations between releases."""

import heapq
import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from sqlite_utils import Database

from archive.duplicates import carried
from archive.duplicates.comparison import Likeness, fingerprint, judge, titles_alike
from archive.model import Fingerprint, RelationKind
from archive.texts.normalised import normalised, text_key

FAULT = "text-of-many-titles"
MANY = 3  # unlike titles
TRIED = 12  # clusters that a new release is compared with, at most
OF_ONE = 4  # members of each cluster that are compared, besides its representative
COMMON = 200  # a shingle of more releases than this belongs to a template and finds nothing
SAME = 0.9  # Jaccard; a copy so close is not indexed: any release that finds it finds its representative too
PARTS = ("part_of", "whole_of")
LARGE = 50  # releases; a cluster so large keeps its representative
_RANK = "coalesce(nullif(published, ''), '~'), id"


def place(db: Database, release: int, read: Fingerprint | None = None) -> None:
    """Find what the release duplicates, is a part of or contains, and write it to `relations` and `releases.cluster`.

    Called in the transaction that has stored the release, or changed its title, text or day; `read` is its fingerprint,
    when a worker process has taken it already. A cluster is a
    representative and the duplicates of the representative itself. A copy of such a copy is asked less by the
    representative (`linked`), but it must be like it, so likeness never runs along a chain. The earliest published
    represents, of several the one with the lowest id; one that arrives later takes over from those that it precedes,
    unless they represent very many. A release that is no longer like its representative leaves, and the releases
    that it represented are placed anew. A text that stands under three or more unlike titles is a fault of reading (a notice, a
    menu): its releases get the problem `text-of-many-titles` and no cluster. A release without a text has none either.
    A release whose text is a file (`carried`) is compared by that: with another such release by it alone, with all
    others by it or by its own text. The relation names the file.
    """
    texts = db.execute("SELECT text FROM versions WHERE release = ?", [release]).fetchall()
    if len(texts) > 1:
        _drop_samples(db, release, texts)
    db.execute("DELETE FROM relations WHERE (a = ?1 OR b = ?1) AND kind = 'part_of'", [release])
    _settle_all(db, _settle(db, release, read))


def enter(db: Database, release: int, read: Fingerprint | None = None) -> None:
    """`place` for a release that is stored for the first time: it has left nothing behind yet."""
    [row] = _rows(db, [release], read)
    _settle_all(db, _find_place(db, row, set()))


def carry(db: Database, release: int) -> None:
    """Place a release anew when another file is its text than before: one was read, replaced, or is linked no longer."""
    if carried.renew(db, release):
        _clear_fault(db, release)
        db.execute("DELETE FROM relations WHERE (a = ?1 OR b = ?1) AND kind = 'part_of'", [release])
        _settle_all(db, [release])


def forget(db: Database, release: int) -> None:
    """Take a release that is about to be deleted out of the index, the relations and its cluster."""
    carried.forget(db, release)
    query = "SELECT text FROM versions WHERE release = ?1 UNION SELECT text FROM releases WHERE id = ?1"
    _drop_samples(db, release, db.execute(query, [release]).fetchall())
    members = _leave(db, release)
    db.execute("DELETE FROM relations WHERE a = ? OR b = ?", [release, release])
    db.execute("UPDATE releases SET text_key = '' WHERE id = ?", [release])  # so that no copy finds it any more
    _settle_all(db, members)


def rebuild(db: Database) -> int:
    """Make index, relations and clusters anew from the texts, the earliest published first.

    How many releases are represented by another one than before. The caller owns the transaction.
    """
    before = set(db.execute("SELECT id, cluster FROM releases").fetchall())
    db.execute("DELETE FROM shingles")
    db.execute("DELETE FROM relations")
    db.execute("UPDATE releases SET cluster = id")
    for release, text, key in db.execute("SELECT id, text, text_key FROM releases").fetchall():
        if (renewed := text_key(normalised(text))) != key:
            db.execute("UPDATE releases SET text_key = ? WHERE id = ?", [renewed, release])
    for (release,) in db.execute("SELECT id FROM releases WHERE instr(problems, ?)", [FAULT]).fetchall():
        _clear_fault(db, release)
    carried.renew_all(db)
    for (release,) in db.execute(f"SELECT id FROM releases ORDER BY {_RANK}").fetchall():
        _settle_all(db, [release])
    return len(set(db.execute("SELECT id, cluster FROM releases").fetchall()) - before)


def summary(db: Database) -> dict[str, int]:
    """How many releases, clusters of two or more, relations of each kind and texts under unlike titles there are."""
    counted = {
        "releases": "SELECT count(*) FROM releases",
        "clusters": "SELECT count(DISTINCT cluster) FROM releases WHERE id <> cluster",
        "copies": "SELECT count(*) FROM relations WHERE kind = 'duplicate'",
        "of these by a file's text": "SELECT count(*) FROM relations WHERE kind = 'duplicate' AND a_file || b_file <> ''",
        "parts": "SELECT count(*) FROM relations WHERE kind = 'part_of'",
        "under unlike titles": f"SELECT count(*) FROM releases WHERE instr(problems, '{FAULT}')",
    }
    return {what: db.execute(query).fetchone()[0] for what, query in counted.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """A release as this module sees it."""

    id: int
    cluster: int
    rank: tuple[str, int]  # the lowest of a cluster represents it
    text_key: str
    problems: tuple[str, ...]
    fingerprint: Fingerprint
    file: str = ""  # SHA-256 of the file that is its text
    carried: Fingerprint | None = None  # the file's text

    @property
    def keys(self) -> list[str]:
        """The digests of its texts that are known."""
        own = [self.text_key] if self.fingerprint.key else []
        return [*own, text_key(self.carried.key)] if self.carried else own

    @property
    def sample(self) -> tuple[int, ...]:
        return self.fingerprint.sample + (self.carried.sample if self.carried else ())


def _rows(db: Database, releases: Iterable[int], read: Fingerprint | None = None) -> list[_Row]:
    """In the order asked for; `read` is the fingerprint of all of them, when it is known."""
    rows = []
    for release in releases:
        query = "SELECT cluster, title, published, text, text_key, problems FROM releases WHERE id = ?"
        for cluster, title, published, text, key, noted in db.execute(query, [release]):
            problems = tuple(json.loads(noted))
            known = read or fingerprint(title, published, text)
            rank = _rank_of(release, published)
            row = _Row(id=release, cluster=cluster, rank=rank, text_key=key, problems=problems, fingerprint=known)
            rows.append(_with_file(db, row, title, published))
    return rows


def _with_file(db: Database, row: _Row, title: str, published: str | None) -> _Row:
    if not db.execute("SELECT 1 FROM carried WHERE release = ?", [row.id]).fetchone():
        return row
    found = carried.carried(db, row.id)
    # the title may have changed a moment ago
    return replace(row, file=found.sha256, carried=fingerprint(title, published, found.text)) if found else row


def _compare(a: _Row, b: _Row, *, linked: bool = False) -> Likeness:
    """How one release stands to another: by the files that are their texts, when both have one, else by either text."""
    plain = Likeness(kind="", inside=0, around=0, jaccard=0)
    if not (a.carried and b.carried) and a.fingerprint.key and b.fingerprint.key:
        plain = judge(a.fingerprint, b.fingerprint, linked=linked)
    first, second = a.carried or a.fingerprint, b.carried or b.fingerprint
    if plain.kind == "duplicate" or not (a.carried or b.carried) or not (first.key and second.key):
        return plain
    by_file = replace(judge(first, second, linked=linked), file=a.file, other_file=b.file)
    return by_file if by_file.kind else plain


def _settle_all(db: Database, releases: Iterable[int]) -> None:
    """Place releases in the order of their ranks, so that a representative is placed before its copies."""
    waiting = [_rank(db, release) for release in releases]
    heapq.heapify(waiting)
    while waiting:
        rank = heapq.heappop(waiting)
        if rank not in waiting[:1]:  # not put out twice
            for put_out in _settle(db, rank[1]):
                heapq.heappush(waiting, _rank(db, put_out))


def _rank(db: Database, release: int) -> tuple[str, int]:
    published = db.execute("SELECT published FROM releases WHERE id = ?", [release]).fetchone()[0]
    return _rank_of(release, published)


def _rank_of(release: int, published: str | None) -> tuple[str, int]:
    return published or "~", release


def _settle(db: Database, release: int, read: Fingerprint | None = None) -> list[int]:
    """Place a release. The ids of those that it has put out of their clusters, to be placed anew."""
    left = set(_leave(db, release))
    [row] = _rows(db, [release], read)
    return _find_place(db, row, left)


def _find_place(db: Database, row: _Row, put_out: set[int]) -> list[int]:
    """Place a release that stands alone; `put_out` have lost their cluster already."""
    if not row.keys:
        return sorted(put_out)  # a release of pictures, whose words are not known
    if not row.carried and _is_fault(db, row):
        return sorted(put_out.union(_dissolve(db, row)))
    others = [other for other in _rows(db, _candidates(db, row)) if other.carried or FAULT not in other.problems]
    likeness = {other.id: _compare(row, other) for other in others}
    in_parts = [other.id for other in others if likeness[other.id].kind in PARTS]
    for other in _rows(db, _close_copies(db, in_parts)):
        likeness.setdefault(other.id, _compare(row, other))
    for other_id, how in likeness.items():
        _relate_part(db, row.id, other_id, how)
    likeness |= _linked(db, row, others, likeness)
    copies = [other for other in others if likeness[other.id].kind == "duplicate"]
    heads = [other for other in copies if other.cluster == other.id]
    above = [head for head in heads if head.rank < row.rank or _is_large(db, head.id)]
    if above:
        head = min(above, key=lambda head: head.rank)
        _join(db, row, head.id, likeness[head.id])
        for other in heads:  # the release links them, now that it is a copy of one
            if other is not head and _is_link(other, head):
                put_out.update([other.id, *_leave(db, other.id)])
        return sorted(put_out)
    _add_samples(db, row)
    put_out.update(member for head in heads for member in _leave(db, head.id))
    ranks = {other.id: other.rank for other in others}
    for copy in copies:
        # a member of a cluster that this release has not put out stays when its representative comes first
        if copy in heads or copy.id in put_out or ranks.get(copy.cluster, row.rank) > row.rank:
            _join(db, copy, row.id, likeness[copy.id].reversed())
            put_out.discard(copy.id)
    return sorted(put_out)


def _linked(db: Database, row: _Row, others: list[_Row], likeness: dict[int, Likeness]) -> dict[int, Likeness]:
    """How the release stands to representatives that a copy links it with: one of theirs, and of the release."""
    found = {}
    for head in others:
        if head.cluster != head.id or likeness[head.id].kind or not _is_link(row, head):
            continue
        members = [other for other in others if other.cluster == head.id and other is not head]
        members += _rows(db, _close_copies(db, [head.id]))
        if any(_compare(row, member).kind == "duplicate" for member in members):
            found[head.id] = _compare(row, head, linked=True)
    return found


def _is_link(a: _Row, b: _Row) -> bool:
    """Whether a copy of both would link the two."""
    alike = titles_alike(a.fingerprint.title, b.fingerprint.title)
    return alike and _compare(a, b, linked=True).kind == "duplicate"


# one statement for all shingles of a release: most of them nobody shares
_HOLDERS = """SELECT (SELECT group_concat(release) FROM (
    SELECT release FROM shingles WHERE hash = sampled.value LIMIT ?)) FROM json_each(?) AS sampled"""


_EQUAL = """SELECT * FROM (SELECT id FROM releases WHERE text_key IN (SELECT value FROM json_each(:keys)) AND id <> :id
    LIMIT 2) UNION SELECT * FROM (SELECT release FROM carried WHERE text_key IN (SELECT value FROM json_each(:keys))
    AND release <> :id LIMIT 2) ORDER BY 1"""


def _candidates(db: Database, row: _Row) -> list[int]:
    """The releases that share most sampled shingles, or have an equal text, after their representatives."""
    found: list[str] = []
    for (holders,) in db.execute(_HOLDERS, [COMMON + 1, json.dumps(row.sample)]):
        if holders and holders.count(",") < COMMON:
            found += holders.split(",")
    shared = Counter(map(int, found))
    del shared[row.id]
    enough = max(TRIED, len(row.sample) // 8)  # a digest has many parts
    clusters: dict[int, list[int]] = {}
    equal = db.execute(_EQUAL, {"keys": json.dumps(row.keys), "id": row.id})
    near = [release for release, count in shared.most_common(enough * OF_ONE) if count >= 2]
    for release in [*(release for (release,) in equal.fetchall()), *near]:
        cluster = db.execute("SELECT cluster FROM releases WHERE id = ?", [release]).fetchone()[0]
        if cluster in clusters or len(clusters) < enough:
            clusters.setdefault(cluster, []).append(release)
    tried = [release for cluster, members in clusters.items() for release in (cluster, *members[:OF_ONE])]
    return [release for release in dict.fromkeys(tried) if release != row.id]


def _close_copies(db: Database, heads: Iterable[int]) -> list[int]:
    """Copies of these that are not in the index, since they are so close; some of them, when they are many."""
    query = "SELECT a FROM relations WHERE b = ? AND kind = 'duplicate' AND jaccard >= ? LIMIT ?"
    return [copy for head in heads for (copy,) in db.execute(query, [head, SAME, TRIED])]


def _is_fault(db: Database, row: _Row) -> bool:
    """Whether the text stands under three unlike titles, or is known to have done so."""
    unlike = [row.fingerprint.title]
    for _, raw, problems in _with_text(db, row, TRIED):
        if FAULT in problems:
            return True
        title = fingerprint(raw, None, "").title
        if not any(titles_alike(title, other) for other in unlike):
            unlike.append(title)
    return len(unlike) >= MANY


def _dissolve(db: Database, row: _Row) -> list[int]:
    """Note the fault at all that have the text, and make them stand alone; the ids of others that were with them."""
    known = any(FAULT in problems for _, _, problems in _with_text(db, row, TRIED))
    same = {} if known else {release: problems for release, _, problems in _with_text(db, row, -1)}
    put_out: set[int] = set()
    for release, problems in {**same, row.id: list(row.problems)}.items():
        _set_problems(db, release, [*(problem for problem in problems if problem != FAULT), FAULT])
        put_out.update(_leave(db, release))
        db.execute("DELETE FROM relations WHERE a = ?1 OR b = ?1", [release])
    return sorted(put_out - same.keys())


def _with_text(db: Database, row: _Row, limit: int) -> list[tuple[int, str, list[str]]]:
    """Id, title and problems of other releases with the same text; all of them when `limit` is -1."""
    query = """SELECT id, title, problems FROM releases WHERE text_key = ? AND id <> ?
        AND id NOT IN (SELECT release FROM carried) LIMIT ?"""
    found = db.execute(query, [row.text_key, row.id, limit])
    return [(release, title, json.loads(problems)) for release, title, problems in found]


def _set_problems(db: Database, release: int, problems: list[str]) -> None:
    db.execute("UPDATE releases SET problems = ? WHERE id = ?", [json.dumps(problems, ensure_ascii=False), release])


def _clear_fault(db: Database, release: int) -> None:
    [noted] = db.execute("SELECT problems FROM releases WHERE id = ?", [release]).fetchone()
    if FAULT in noted:
        _set_problems(db, release, [problem for problem in json.loads(noted) if problem != FAULT])


def _is_large(db: Database, cluster: int) -> bool:
    query = "SELECT count(*) FROM (SELECT 1 FROM releases WHERE cluster = ? LIMIT ?)"
    return bool(db.execute(query, [cluster, LARGE]).fetchone()[0] == LARGE)


def _leave(db: Database, release: int) -> list[int]:
    """Make the release, and those that it represents, stand alone; the ids of these."""
    query = "SELECT id FROM releases WHERE cluster = ?1 AND id <> ?1"
    members = [member for (member,) in db.execute(query, [release])]
    db.execute("DELETE FROM relations WHERE (a = ?1 OR b = ?1) AND kind = 'duplicate'", [release])
    db.execute("UPDATE releases SET cluster = id WHERE cluster = ?1 OR id = ?1", [release])
    return members


def _join(db: Database, row: _Row, head: int, likeness: Likeness) -> None:
    db.execute("DELETE FROM relations WHERE a = ? AND kind = 'duplicate'", [row.id])
    _relate(db, row.id, head, "duplicate", likeness)
    db.execute("UPDATE releases SET cluster = ? WHERE id = ?", [head, row.id])
    if likeness.jaccard < SAME:
        _add_samples(db, row)


def _relate_part(db: Database, release: int, other: int, likeness: Likeness) -> None:
    if likeness.kind == "part_of":
        _relate(db, release, other, "part_of", likeness)
    elif likeness.kind == "whole_of":
        _relate(db, other, release, "part_of", likeness.reversed())


def _relate(db: Database, a: int, b: int, kind: RelationKind, likeness: Likeness) -> None:
    changed = json.dumps(likeness.changed_numbers, ensure_ascii=False)
    db.execute(
        "INSERT OR REPLACE INTO relations (a, b, kind, containment, jaccard, changed_numbers, a_file, b_file)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [
            *(a, b, kind, round(likeness.inside, 4), round(likeness.jaccard, 4), changed),
            *(likeness.file, likeness.other_file),
        ],
    )


def _add_samples(db: Database, row: _Row) -> None:
    values = [(shingle, row.id) for shingle in row.sample]
    db.conn.executemany("INSERT OR IGNORE INTO shingles (hash, release) VALUES (?, ?)", values)


def _drop_samples(db: Database, release: int, texts: Iterable[tuple[str]]) -> None:
    """Take the samples of all the release's versions out of the index, which is not kept by release."""
    values = {(shingle, release) for (text,) in texts for shingle in fingerprint("", None, text).sample}
    db.conn.executemany("DELETE FROM shingles WHERE hash = ? AND release = ?", sorted(values))
