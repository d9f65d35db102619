"""A copy made table by table, against the one that SQLite makes by itself."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from archive.search import index
from archive.snapshots import tablewise
from tests.archive.conftest import add_words, call_module


def dump(path: Path) -> tuple[list[str], list[object]]:
    """All that a database holds, and what its head says."""
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        head = [
            db.execute(f"PRAGMA {name}").fetchone()
            for name in ("page_size", "user_version", "application_id", "encoding")
        ]
        return sorted(db.iterdump()), head


def copy(database: Path, to: Path, **left_out: tuple[str, ...]) -> Path:
    tablewise.fill(tablewise.begun(database, to), **left_out)
    return to


def test_it_holds_what_vacuum_copies(archive: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(archive / "archive.db", isolation_level=None)) as db:
        db.execute("PRAGMA user_version = 7")
        db.execute("DELETE FROM releases WHERE id = 3")
        db.execute("VACUUM INTO ?", [str(tmp_path / "vacuumed.db")])
    made = copy(archive / "archive.db", tmp_path / "made.db")
    assert dump(made) == dump(tmp_path / "vacuumed.db")
    assert made.stat().st_size == (tmp_path / "vacuumed.db").stat().st_size


def test_its_index_finds_what_the_archive_holds(archive: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(copy(archive / "archive.db", tmp_path / "made.db"))) as db:
        db.execute("INSERT INTO releases_fts(releases_fts, rank) VALUES ('integrity-check', 1)")
        assert db.execute("SELECT rowid FROM releases_fts WHERE releases_fts MATCH '\"春 耕\"'").fetchall() == [
            (1,),
            (4,),
        ]


def test_tables_that_its_owner_added_are_copied(archive: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(archive / "archive.db", isolation_level=None)) as db:
        db.execute(
            'CREATE TABLE "my notes" (release INTEGER, "what it says" TEXT, PRIMARY KEY (release)) WITHOUT ROWID'
        )
        db.execute("INSERT INTO \"my notes\" VALUES (1, '春')")
        db.execute('CREATE VIRTUAL TABLE words USING fts4("what it says")')
        db.execute("INSERT INTO words VALUES ('spring')")
        db.execute("CREATE INDEX partly ON releases(title) WHERE source = 'qinghe'")
        db.execute('CREATE TRIGGER noted AFTER INSERT ON releases BEGIN DELETE FROM "my notes"; END')
        db.execute("VACUUM INTO ?", [str(tmp_path / "vacuumed.db")])
    made = copy(archive / "archive.db", tmp_path / "made.db")
    assert dump(made) == dump(tmp_path / "vacuumed.db")
    with closing(sqlite3.connect(made)) as db:
        assert db.execute("SELECT count(*) FROM words WHERE words MATCH 'spring'").fetchone() == (1,)


def test_a_table_with_generated_columns_is_copied(archive: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(archive / "archive.db", isolation_level=None)) as db:
        db.execute(
            'CREATE TABLE sizes (a INTEGER, twice AS (2 * a) VIRTUAL, "the sum" INTEGER AS (a + 1) STORED, b TEXT)'
        )
        db.execute("INSERT INTO sizes (a, b) VALUES (3, 'x')")
    with closing(sqlite3.connect(copy(archive / "archive.db", tmp_path / "made.db"))) as db:
        assert db.execute("SELECT * FROM sizes").fetchall() == [(3, 6, 4, "x")]


def test_a_virtual_table_of_an_extension_that_is_missing_is_copied(archive: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(archive / "archive.db", isolation_level=None)) as db:
        add_words(db, "spring", "elsewhere")
    made = copy(archive / "archive.db", tmp_path / "made.db")
    with closing(sqlite3.connect(made, isolation_level=None)) as db:
        with pytest.raises(sqlite3.OperationalError, match="no such module: elsewhere"):
            db.execute("SELECT * FROM words")
        call_module(db, "elsewhere", "fts4")
    with closing(sqlite3.connect(made)) as db:
        assert db.execute("SELECT count(*) FROM words WHERE words MATCH 'spring'").fetchone() == (1,)


def test_numbers_that_were_given_are_not_given_again(archive: Path, tmp_path: Path) -> None:
    sequence = "SELECT * FROM sqlite_sequence ORDER BY name"
    with closing(sqlite3.connect(archive / "archive.db", isolation_level=None)) as db:
        db.execute("UPDATE sqlite_sequence SET seq = 999 WHERE name = 'releases'")
        told = db.execute(sequence).fetchall()
    with closing(sqlite3.connect(copy(archive / "archive.db", tmp_path / "made.db"))) as db:
        assert db.execute(sequence).fetchall() == told
        assert ("releases", 999) in told


def test_tables_are_left_out_or_empty(archive: Path, tmp_path: Path) -> None:
    made = copy(archive / "archive.db", tmp_path / "made.db", absent=index.TABLES, empty=("listings",))
    with closing(sqlite3.connect(made)) as db:
        assert not db.execute("SELECT name FROM sqlite_master WHERE name LIKE '%~_fts%' ESCAPE '~'").fetchall()
        assert db.execute("SELECT (SELECT count(*) FROM listings), (SELECT count(*) FROM releases)").fetchone() == (
            0,
            4,
        )


def test_it_holds_the_moment_at_which_it_began(archive: Path, tmp_path: Path) -> None:
    begun = tablewise.begun(archive / "archive.db", tmp_path / "made.db")
    with closing(sqlite3.connect(archive / "archive.db")) as db, db:
        db.execute("UPDATE releases SET title = '后来'")
    tablewise.fill(begun)
    with closing(sqlite3.connect(tmp_path / "made.db")) as db:
        assert not db.execute("SELECT 1 FROM releases WHERE title = '后来'").fetchall()


@pytest.mark.parametrize("harm", [lambda path: path.write_bytes(b"x" * 5000), lambda path: path.mkdir()])
def test_what_is_no_database_cannot_be_copied(harm: Callable[[Path], object], tmp_path: Path) -> None:
    harm(tmp_path / "archive.db")
    with pytest.raises(sqlite3.Error):
        tablewise.begun(tmp_path / "archive.db", tmp_path / "made.db")
