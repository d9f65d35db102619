"""The release that *is* the document which another release names in 《》.

A document is known by its names: the title of the release that carries it, the words in 《》 in a title that issues
it (关于印发《…》的通知), and either of them from 关于 on, since 《关于促进…的意见》 is how a release titled
某省人民政府关于促进…的意见 is cited. A 文号 that both give decides before any name. The earliest release that carries a
name stands for the document; names of fewer than eight characters (《意见》, 《预算法》) join nothing.
"""

import sqlite3

from sqlite_utils import Database

from archive.texts.document_names import SHORTEST, name, names


def cited(title: str) -> str:
    """The name by which the words of a citation join a document; "" when they are too short to join any."""
    plain = name(title)
    return plain if len(plain) >= SHORTEST else ""


def join(db: Database, release: int) -> None:
    """Join a release that was just written with the documents it cites, and with those that cite it."""
    title, number = db.execute("SELECT title, doc_number FROM releases WHERE id = ?", [release]).fetchone()
    db.execute("DELETE FROM document_names WHERE release = ?", [release])
    db.execute("UPDATE citations SET target = NULL WHERE target = ?", [release])
    rows = db.execute("SELECT n, title FROM citations WHERE release = ?", [release]).fetchall()
    db.conn.executemany(
        "UPDATE citations SET name = ? WHERE release = ? AND n = ?", [(cited(words), release, n) for n, words in rows]
    )
    enter(db, release, title, number or "")


def enter(db: Database, release: int, title: str, number: str) -> None:
    """`join` for a release that is stored for the first time: nothing led to it, and its citations have their names."""
    db.conn.executemany("INSERT INTO document_names VALUES (?, ?)", [(one, release) for one in sorted(names(title))])
    db.execute(f"UPDATE citations SET target = {_TARGET} WHERE release = ?", [release])
    citing = (
        "name IN (SELECT name FROM document_names WHERE release = :id) OR (doc_number <> '' AND doc_number = :number)"
    )
    db.execute(
        f"UPDATE citations SET target = {_TARGET} WHERE target IS NULL AND release <> :id AND ({citing})",
        {"id": release, "number": number},
    )


_TARGET = """coalesce(
    (SELECT min(r.id) FROM releases r WHERE citations.doc_number <> '' AND r.doc_number = citations.doc_number
        AND r.id <> citations.release),
    (SELECT min(d.release) FROM document_names d WHERE d.name = citations.name AND d.release <> citations.release))"""


def record_numbers(db: sqlite3.Connection) -> None:
    """Write `number_runs` anew: the view `number_gaps` as a table of a snapshot, since the view looks through the whole archive.

    The caller owns the transaction.
    """
    db.execute("DROP TABLE IF EXISTS number_runs")
    db.execute("""CREATE TABLE number_runs (
        issuer TEXT NOT NULL,              -- sign, 鲁政发
        year INTEGER NOT NULL,
        first INTEGER NOT NULL,            -- number that the run begins with
        last INTEGER NOT NULL,
        state TEXT NOT NULL,               -- held | cited | unseen
        release INTEGER,                   -- that is held
        cited_by INTEGER NOT NULL,         -- releases
        PRIMARY KEY (issuer, year, first)
    ) WITHOUT ROWID""")
    db.execute("INSERT INTO number_runs SELECT * FROM number_gaps")
