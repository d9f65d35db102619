"""The series of document numbers in a snapshot: the view `number_gaps` as a table, since it looks through the whole archive."""

import sqlite3


def record_all(db: sqlite3.Connection) -> None:
    """Write `number_runs` anew. The caller owns the transaction."""
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
