"""The release that *is* the document which another release names in 《》.

A document is known by its names: the title of the release that carries it, the words in 《》 in a title that issues
it (关于印发《…》的通知), and either of them from 关于 on, since 《关于促进…的意见》 is how a release titled
某省人民政府关于促进…的意见 is cited. A 文号 that both give decides before any name. The earliest release that carries a
name stands for the document; names of fewer than eight characters (《意见》, 《预算法》) join nothing.
"""

from sqlite_utils import Database

from archive.texts.document_names import SHORTEST, name, names


def join(db: Database, release: int) -> None:
    """Join a release that was just written with the documents it cites, and with those that cite it."""
    title, number = db.execute("SELECT title, doc_number FROM releases WHERE id = ?", [release]).fetchone()
    db.execute("DELETE FROM document_names WHERE release = ?", [release])
    db.execute("UPDATE citations SET target = NULL WHERE target = ?", [release])
    db.conn.executemany("INSERT INTO document_names VALUES (?, ?)", [(one, release) for one in sorted(names(title))])
    cited = db.execute("SELECT n, title FROM citations WHERE release = ?", [release]).fetchall()
    db.conn.executemany(
        "UPDATE citations SET name = ? WHERE release = ? AND n = ?",
        [(one if len(one := name(words)) >= SHORTEST else "", release, n) for n, words in cited],
    )
    db.execute(f"UPDATE citations SET target = {_TARGET} WHERE release = ?", [release])
    citing = (
        "name IN (SELECT name FROM document_names WHERE release = :id) OR (doc_number <> '' AND doc_number = :number)"
    )
    db.execute(
        f"UPDATE citations SET target = {_TARGET} WHERE target IS NULL AND release <> :id AND ({citing})",
        {"id": release, "number": number or ""},
    )


_TARGET = """coalesce(
    (SELECT min(r.id) FROM releases r WHERE citations.doc_number <> '' AND r.doc_number = citations.doc_number
        AND r.id <> citations.release),
    (SELECT min(d.release) FROM document_names d WHERE d.name = citations.name AND d.release <> citations.release))"""
