"""Full text search of Chinese in any SQLite: one-character tokens, queried as phrases, verified on the stored text.

FTS5's unicode61 takes a run of Chinese characters for one word. We therefore put a zero-width space around every
character from U+3005 upwards before the text is indexed, so that each is a token of its own and a word of any length is
a phrase of tokens. No extension is needed: the stock `sqlite3` searches the file with `"山 东"`.

The index is wider than the truth, since a phrase also matches across punctuation (`泰山，东海` for 山东). What truly
stands in a text is said in `archive/search/matches.py`; how a reader's query becomes phrases, in `archive/search/query.py`.
"""

import numpy as np

from archive.database import Executes, has_table
from archive.texts.folding import SIGNS, fold_signs

ZWSP = "\u200b"
CUT = 0x3005  # 々; everything from here on is a token of its own


def spaced(text: str) -> str:
    """The form of `text` in the index: `fold_signs(text)`, a zero-width space on either side of each Chinese sign."""
    codes = np.frombuffer(fold_signs(text).encode("utf-32-le", "surrogatepass"), "<u4")
    signs = codes >= CUT
    places = np.cumsum(np.where(signs, 3, 1)) - np.where(signs, 2, 1)
    out = np.full(codes.size + 2 * int(np.count_nonzero(signs)), ord(ZWSP), "<u4")
    out[places] = codes
    return out.tobytes().decode("utf-32-le", "surrogatepass")


def divided(text: str) -> str:
    """The tokens of `spaced(text)`, one blank between two: the index stores no characters, and FTS5 reads it in half the time."""
    codes = np.frombuffer(fold_signs(text).encode("utf-32-le", "surrogatepass"), "<u4")
    apart = codes >= CUT  # from the sign before it
    apart[1:] |= apart[:-1].copy()
    out = np.full(codes.size + int(np.count_nonzero(apart)), ord(" "), "<u4")
    out[np.arange(codes.size) + np.cumsum(apart)] = codes
    return out.tobytes().decode("utf-32-le", "surrogatepass")


def _spaced_sql(column: str) -> str:
    """An SQL expression that yields the characters of `spaced(column)`, with the table `folds`; texts hold no NUL."""
    return f"""(WITH RECURSIVE
    chunk(s, rest) AS (
      SELECT substr({column}, 1, 64), substr({column}, 65)
      UNION ALL SELECT substr(rest, 1, 64), substr(rest, 65) FROM chunk WHERE rest <> ''),
    place(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM place WHERE i < 64)
    SELECT coalesce(group_concat(CASE WHEN unicode(sign) >= {CUT} THEN char(8203) || sign || char(8203) ELSE sign END, ''), '')
    FROM (SELECT coalesce((SELECT becomes FROM folds WHERE code = unicode(substr(s, i, 1))), substr(s, i, 1)) AS sign
      FROM chunk CROSS JOIN place WHERE i <= length(s)))"""


# the table `folds` of an archive, which the view reads: every row of it. The view parts one Chinese sign from its neighbours;
# where a sign becomes several, as ㈠ does, the row has them parted
FOLDS = sorted((code, becomes if len(becomes) == 1 else spaced(becomes)) for code, becomes in SIGNS.items())

SPACED_VIEW = f"""CREATE VIEW releases_spaced AS SELECT id,
  {_spaced_sql("r.title")} AS title,
  {_spaced_sql("r.text")} AS text
FROM releases AS r"""

FILES_VIEW = f"""CREATE VIEW files_spaced AS SELECT id,
  {_spaced_sql("f.text")} AS text
FROM files AS f"""

INDEX = """CREATE VIRTUAL TABLE releases_fts USING fts5(
  title, text, content='releases_spaced', content_rowid='id', tokenize='unicode61 remove_diacritics 2')"""

FILES_INDEX = """CREATE VIRTUAL TABLE files_fts USING fts5(
  text, content='files_spaced', content_rowid='id', tokenize='unicode61 remove_diacritics 2')"""

DEFINED = ("releases_fts", "files_fts")
PARTS = tuple(f"{name}_{part}" for name in DEFINED for part in ("data", "idx", "docsize", "config"))
TABLES = (*DEFINED, *PARTS)  # all tables of the two indexes


def forget(db: Executes, id: int) -> None:
    """Delete the index row of release `id` in any database of ours: a copy may be of an earlier folding, which its view knows.

    A public snapshot in the making has no index.
    """
    if not has_table(db, "releases_fts"):
        return
    db.execute(
        "INSERT INTO releases_fts(releases_fts, rowid, title, text)"
        " SELECT 'delete', id, title, text FROM releases_spaced WHERE id = ?",
        [id],
    )


def write(db: Executes, id: int, old: tuple[str, str] | None, new: tuple[str, str] | None) -> None:
    """Bring the index row of release `id` from its (title, text) `old` to `new`; None: there is (to be) no row.

    `old` must be exactly what was written before, or the index is corrupted. Belongs to the caller's transaction.
    """
    if old is not None:
        db.execute(
            "INSERT INTO releases_fts(releases_fts, rowid, title, text) VALUES ('delete', ?, ?, ?)",
            (id, divided(old[0]), divided(old[1])),
        )
    if new is not None:
        db.execute(
            "INSERT INTO releases_fts(rowid, title, text) VALUES (?, ?, ?)", (id, divided(new[0]), divided(new[1]))
        )


def forget_file(db: Executes, id: int) -> None:
    """Delete the index row of the file `id`, as `forget` does that of a release."""
    if not has_table(db, "files_fts"):
        return
    db.execute(
        "INSERT INTO files_fts(files_fts, rowid, text) SELECT 'delete', id, text FROM files_spaced WHERE id = ?", [id]
    )


def write_file(db: Executes, id: int, old: str | None, new: str | None) -> None:
    """Bring the index row of the file `id` from its text `old` to `new`, as `write` does that of a release."""
    if old is not None:
        db.execute("INSERT INTO files_fts(files_fts, rowid, text) VALUES ('delete', ?, ?)", (id, divided(old)))
    if new is not None:
        db.execute("INSERT INTO files_fts(rowid, text) VALUES (?, ?)", (id, divided(new)))


def optimize(db: Executes) -> None:
    """Leave nothing of deleted rows in the indexes; a database of an earlier schema has none of files."""
    for name in DEFINED:
        if has_table(db, name):
            db.execute(f"INSERT INTO {name}({name}) VALUES ('optimize')")
