"""Origins: the first publication of a cluster, by stated rules, and the edits of its copies, sentence by sentence."""

import functools
import re
import sqlite3
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from archive.duplicates.carried import knows_files
from archive.model import EditKind, OriginRule
from archive.texts import sentences

Member = dict[str, Any]  # a release of the cluster, its columns by name

MOST = 200  # members of a cluster that are read, the earliest
_FIGURE = re.compile(r"\d+(?:[.:]\d+)*%?")
COMPARED = 40  # copies that are laid beside the origin
# parts that names of one publisher may have or lack: 清河市人民政府办公室网站, 清河市政府办
_IDLE = re.compile(r"[\W_]|人民(?=政府)|(?:官方)?(?:网站|微信|微博|公众号|客户端|频道|官网)+$|网$|^(?:来源|作者)")
_GOVERNMENT = re.compile("[省市县区州盟旗]?政府(?:新闻)?办?")
_OFFICE = re.compile(r"办公(?:室|厅)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """The likely first publication of a cluster, and the rule that says so.

    `named`: others give it as their 来源; `issuer`: it stands at the issuer's own site; `earliest`: it prints the
    earliest time; `first_seen`: nothing else is known. `source` is the publisher that most of the cluster names, ""
    when none does; it may be one that we do not hold.
    """

    cluster: int
    release: int
    rule: OriginRule
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """A copy beside the original: its edits, and the figures that differ in changed sentences."""

    release: int
    same: int  # sentences of the original that stand in the copy unchanged
    edits: tuple[sentences.Edit, ...]
    figures: tuple[tuple[str, str], ...]  # in the original, in the copy

    def count(self, kind: EditKind) -> int:
        """How many sentences were `changed`, `dropped` or `added`."""
        return sum(edit.kind == kind for edit in self.edits)


def origin(db: sqlite3.Connection, cluster: int) -> Origin | None:
    """The origin of a cluster, None when there is no such cluster.

    The rules in their order. 1: the member whose publisher most of the others name in their 来源, as long as it does
    not name another member itself. 2: the member at the site of the 发文机关. 3: the one that prints the earliest time;
    of several that print the same day, one that prints a minute too. 4: the one that was seen first.
    """
    query = """SELECT r.id, r.url, r.published, r.publisher, r.issuer, r.first_seen, s.name FROM releases AS r
        JOIN sources AS s ON s.id = r.source WHERE r.cluster = ?
        ORDER BY coalesce(nullif(r.published, ''), '~'), r.id LIMIT ?"""
    found_rows = db.execute(query, [cluster, MOST])
    columns = [column[0] for column in found_rows.description]
    members: list[Member] = [dict(zip(columns, row, strict=True)) for row in found_rows]
    if not members:
        return None
    votes = _votes(members)
    named = [member for member in members if votes[member["id"]] == max(votes.values()) > 0]
    issued = [member for member in members if member["issuer"] and _is_at(member, member["issuer"])]
    printed = [member for member in members if member["published"]]
    rules: tuple[tuple[OriginRule, list[Member]], ...] = (
        ("named", named),
        ("issuer", issued),
        ("earliest", printed),
        ("first_seen", sorted(members, key=lambda member: (member["first_seen"], member["id"]))),
    )
    rule, found = next((rule, found) for rule, found in rules if found)
    if rule != "first_seen":
        found = sorted(found, key=_when)
    return Origin(cluster=cluster, release=found[0]["id"], rule=rule, source=_named_most(members))


def copies(db: sqlite3.Connection, origin: Origin) -> list[Copy]:
    """How other members of the cluster differ from the origin: the first `COMPARED`, in the order of their ids.

    Left out are those whose texts a public snapshot withholds, and those that a file's text ties to the cluster; all
    are, when that of the origin is.
    """
    by_file = "SELECT a FROM relations WHERE kind = 'duplicate' AND a_file || b_file <> ''" if knows_files(db) else "0"
    query = f"""SELECT r.id, v.text FROM releases AS r JOIN versions AS v ON v.release = r.id AND v.version = r.version
        WHERE r.cluster = ? AND v.text <> '' AND r.id NOT IN ({by_file}) ORDER BY r.id <> ?, r.id LIMIT ?"""
    texts = dict(db.execute(query, [origin.cluster, origin.release, COMPARED + 1]).fetchall())
    original = texts.pop(origin.release, "")
    return [compared(release, original, text) for release, text in texts.items()] if original else []


def compared(release: int, original: str, text: str) -> Copy:
    """The copy's text beside the original's."""
    made = sentences.compare(original, text)
    gone = sum(edit.old_length > 0 for edit in made)
    figures = tuple(pair for edit in made if edit.kind == "changed" for pair in _figures(original, text, edit))
    return Copy(release=release, same=len(sentences.sentences(original)) - gone, edits=made, figures=figures)


def record_all(db: sqlite3.Connection) -> None:
    """Write `origins` anew: one row for each cluster of two or more. The caller owns the transaction."""
    db.execute("DELETE FROM origins")
    clusters = db.execute("SELECT cluster FROM releases GROUP BY cluster HAVING count(*) > 1").fetchall()
    for (cluster,) in clusters:
        if found := origin(db, cluster):
            values = [found.cluster, found.release, found.rule, found.source]
            db.execute("INSERT INTO origins (cluster, release, rule, source) VALUES (?, ?, ?, ?)", values)


def _votes(members: list[Member]) -> dict[int, int]:
    """How many others name each member's publisher; none when it names another member as its own source."""
    # the time grows with how many publishers are named, not with the pairs of members
    naming = Counter(m["publisher"] for m in members if m["publisher"] and not _is_at(m, m["publisher"]))
    held = {name for name in naming if any(_is_at(member, name) for member in members)}
    return {
        m["id"]: 0
        if m["publisher"] in held and not _is_at(m, m["publisher"])
        else sum(count for name, count in naming.items() if _is_at(m, name))
        for m in members
    }


def _is_at(member: Member, publisher: str) -> bool:
    """Whether the member stands at the site of the publisher, by its name or its host."""
    host = urlsplit(member["url"]).hostname or ""
    if "." in publisher and host and publisher.lower().strip().removeprefix("www.") in host:
        return True
    return same_name(publisher, member["name"])


def same_name(a: str, b: str) -> bool:
    """Whether two names are of one publisher, once the parts that such names may lack are left out.

    A government, its office, its press office and its account are one: 清河市政府新闻办 calls itself 清河发布.
    """
    shorter, longer = sorted((_name(a), _name(b)), key=len)
    if not shorter or longer in (shorter, shorter + "办", shorter + "新闻办"):
        return bool(shorter)
    return any(_is_account(one, other) for one, other in ((shorter, longer), (longer, shorter)))


def _is_account(account: str, office: str) -> bool:
    place = account.removesuffix("发布")
    return place != account and len(place) > 1 and bool(_GOVERNMENT.fullmatch(office.removeprefix(place)))


@functools.lru_cache(maxsize=4096)
def _name(publisher: str) -> str:
    folded = unicodedata.normalize("NFKC", publisher).lower()
    name = _IDLE.sub("", folded)
    while (shorter := _IDLE.sub("", name)) != name:
        name = shorter
    return _OFFICE.sub("办", name)


def _named_most(members: Iterable[Member]) -> str:
    names = Counter(member["publisher"] for member in members if member["publisher"])
    said = {name: sum(names[other] for other in names if same_name(name, other)) for name in names}
    return max(names, key=lambda name: said[name], default="")


def _when(member: Member) -> tuple[str, bool, str, int]:
    published = member["published"] or "~"
    return published[:10], "T" not in published, published, member["id"]


def _figures(original: str, text: str, edit: sentences.Edit) -> list[tuple[str, str]]:
    old, new = (
        _FIGURE.findall(unicodedata.normalize("NFKC", whole[start : start + length]))
        for whole, start, length in (
            (original, edit.old_start, edit.old_length),
            (text, edit.new_start, edit.new_length),
        )
    )
    return [pair for pair in zip(old, new, strict=False) if pair[0] != pair[1]] if len(old) == len(new) else []
