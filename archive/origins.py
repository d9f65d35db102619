"""Who published first, by stated rules, and what the others made of it, sentence by sentence."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from sqlite_utils import Database

from archive import edits

MOST = 500  # members of a cluster that are looked at, the earliest
_FIGURE = re.compile(r"\d+(?:[.:]\d+)*%?")
# what names of one publisher differ by: 清河市人民政府办公室网站, 清河市政府办
_IDLE = re.compile(r"[\W_]|人民(?=政府)|(?:官方)?(?:网站|微信|微博|公众号|客户端|频道|官网)+$|网$|^(?:来源|作者)")
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
    rule: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """What a copy made of the original: its edits, and for each sentence that was changed the figures that differ."""

    release: int
    same: int  # sentences of the original that stand in the copy unchanged
    edits: tuple[edits.Edit, ...]
    figures: tuple[tuple[str, str], ...]  # in the original, in the copy


def origin(db: Database, cluster: int) -> Origin | None:
    """The origin of a cluster, None when there is no such cluster.

    The rules in their order. 1: the member whose publisher most of the others name in their 来源, as long as it does
    not name another member itself. 2: the member at the site of the 发文机关. 3: the one that prints the earliest time;
    of several that print the same day, one that prints a minute too. 4: the one that was seen first.
    """
    query = """SELECT r.id, r.url, r.published, r.publisher, r.issuer, r.first_seen, s.name FROM releases AS r
        JOIN sources AS s ON s.id = r.source WHERE r.cluster = ?
        ORDER BY coalesce(nullif(r.published, ''), '~'), r.id LIMIT ?"""
    members = list(db.query(query, [cluster, MOST]))
    if not members:
        return None
    votes = {member["id"]: _votes(member, members) for member in members}
    most = max(votes.values())
    named = [member for member in members if most and votes[member["id"]] == most]
    issued = [member for member in members if member["issuer"] and _is_at(member, member["issuer"])]
    printed = [member for member in members if member["published"]]
    rule, found = next(
        (rule, found)
        for rule, found in (
            ("named", named),
            ("issuer", issued),
            ("earliest", printed),
            ("first_seen", sorted(members, key=lambda member: (member["first_seen"], member["id"]))),
        )
        if found
    )
    if rule != "first_seen":
        found = sorted(found, key=_when)
    return Origin(cluster=cluster, release=found[0]["id"], rule=rule, source=_named_most(members))


def copies(db: Database, origin: Origin) -> list[Copy]:
    """How each other member of the cluster differs from the origin, in the order of their ids."""
    query = "SELECT id, text FROM releases WHERE cluster = ? ORDER BY id LIMIT ?"
    texts = dict(db.execute(query, [origin.cluster, MOST]).fetchall())
    [original] = db.execute("SELECT text FROM releases WHERE id = ?", [origin.release]).fetchone()
    return [compared(release, original, text) for release, text in texts.items() if release != origin.release]


def compared(release: int, original: str, text: str) -> Copy:
    """The copy's text beside the original's."""
    made = edits.compare(original, text)
    gone = sum(edit.old_length > 0 for edit in made)
    figures = tuple(pair for edit in made if edit.kind == "changed" for pair in _figures(original, text, edit))
    return Copy(release=release, same=len(edits.sentences(original)) - gone, edits=made, figures=figures)


def record_all(db: Database) -> None:
    """Write `origins` anew: one row for each cluster of two or more. The caller owns the transaction."""
    db.execute("DELETE FROM origins")
    clusters = db.execute("SELECT cluster FROM releases GROUP BY cluster HAVING count(*) > 1").fetchall()
    for (cluster,) in clusters:
        if found := origin(db, cluster):
            values = [found.cluster, found.release, found.rule, found.source]
            db.execute("INSERT INTO origins (cluster, release, rule, source) VALUES (?, ?, ?, ?)", values)


def _votes(member: dict[str, Any], members: list[dict[str, Any]]) -> int:
    """How many others name this member's publisher; none when it names another member as its own source."""
    others = [other for other in members if other["id"] != member["id"]]
    own = member["publisher"] or ""
    if own and not _is_at(member, own) and any(_is_at(other, own) for other in others):
        return 0
    return sum(
        _is_at(member, other["publisher"]) and not _is_at(other, other["publisher"])
        for other in others
        if other["publisher"]
    )


def _is_at(member: dict[str, Any], publisher: str) -> bool:
    """Whether the member stands at the site of the publisher, by its name or its host."""
    host = urlsplit(member["url"]).hostname or ""
    if "." in publisher and host and publisher.lower().strip().removeprefix("www.") in host:
        return True
    return _same_name(publisher, member["name"])


def _same_name(a: str, b: str) -> bool:
    """Equal once what names of one publisher differ by is left out; a government and its (press) office are one."""
    shorter, longer = sorted((_name(a), _name(b)), key=len)
    return bool(shorter) and longer in (shorter, shorter + "办", shorter + "新闻办")


def _name(publisher: str) -> str:
    folded = unicodedata.normalize("NFKC", publisher).lower()
    name = _IDLE.sub("", folded)
    while (shorter := _IDLE.sub("", name)) != name:
        name = shorter
    return _OFFICE.sub("办", name)


def _named_most(members: Iterable[dict[str, Any]]) -> str:
    names = [member["publisher"] for member in members if member["publisher"]]
    return max(names, key=lambda name: sum(_same_name(name, other) for other in names), default="")


def _when(member: dict[str, Any]) -> tuple[str, bool, str, int]:
    published = member["published"] or "~"
    return published[:10], "T" not in published, published, member["id"]


def _figures(original: str, text: str, edit: edits.Edit) -> list[tuple[str, str]]:
    old, new = (
        _FIGURE.findall(unicodedata.normalize("NFKC", whole[start : start + length]))
        for whole, start, length in (
            (original, edit.old_start, edit.old_length),
            (text, edit.new_start, edit.new_length),
        )
    )
    return [pair for pair in zip(old, new, strict=False) if pair[0] != pair[1]] if len(old) == len(new) else []
