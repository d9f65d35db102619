"""The files that show a release to be a copy or a part of another, by their texts."""

import sqlite3
from dataclasses import dataclass

from archive.duplicates import knows_files

_TIES = """SELECT x.a, x.b, x.kind, l.sha256, min(coalesce(nullif(l.name, ''), l.url)) AS name, f.method = 'ocr' AS ocr
    FROM relations AS x JOIN attachments AS l ON (l.release = x.a AND l.sha256 = x.a_file) OR (l.release = x.b AND l.sha256 = x.b_file)
    LEFT JOIN files AS f ON f.sha256 = l.sha256
    WHERE (x.kind = 'duplicate' AND x.b = :cluster) OR (x.kind = 'part_of' AND :id IN (x.a, x.b))
    GROUP BY x.a, x.b, l.release, l.sha256 ORDER BY x.a, x.b, l.release = x.b"""

_STANDS = """SELECT f.sha256, min(coalesce(nullif(l.name, ''), l.url)) AS name, f.method = 'ocr' AS ocr, f.text
    FROM (SELECT a_file AS file FROM relations WHERE a = :id AND b IN (:other, :cluster)
      UNION SELECT b_file FROM relations WHERE a = :other AND b = :id) AS x
    JOIN files AS f ON f.sha256 = x.file JOIN attachments AS l ON l.release = :id AND l.sha256 = f.sha256
    WHERE f.text <> '' GROUP BY f.sha256 ORDER BY f.sha256 LIMIT 1"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tie:
    """A file whose text was compared in the place of a release's own. `ocr`: its words were guessed."""

    sha256: str
    name: str
    ocr: bool


def tied(db: sqlite3.Connection, release: int, cluster: int) -> dict[int, list[Tie]]:
    """For the copies in a release's cluster, its parts and its wholes: the files that tie them, by their ids."""
    found: dict[int, list[Tie]] = {}
    for row in db.execute(_TIES, {"id": release, "cluster": cluster}) if knows_files(db) else ():
        other = row["b"] if row["kind"] == "part_of" and row["a"] == release else row["a"]
        found.setdefault(other, []).append(Tie(sha256=row["sha256"], name=row["name"], ocr=bool(row["ocr"])))
    return found


def stands_for(db: sqlite3.Connection, release: int, other: int, cluster: int | None) -> tuple[Tie, str] | None:
    """The file whose text was compared in the place of a release's own, and that text, when the release was tied to another.

    `cluster`: the one that both are in; None: they are in two.
    """
    asked = {"id": release, "other": other, "cluster": cluster}
    row = db.execute(_STANDS, asked).fetchone() if knows_files(db) else None
    return row and (Tie(sha256=row["sha256"], name=row["name"], ocr=bool(row["ocr"])), row["text"])
