"""An archive of every earlier schema opens, is migrated in place after a copy was made, and keeps every row.

schemas/NAME.db.gz is an archive as it was when the migration NAME was the last one. When a migration has been released,
add one: `python -m tests.trust.test_migrations` writes those that are missing.
"""

import ast
import gzip
import sqlite3
import sys
import tempfile
from contextlib import closing
from pathlib import Path
from threading import Timer
from typing import Any

import pytest
from sqlite_utils import Database

from archive.database import ArchiveError
from archive.schema import migrations as steps
from archive.schema.migrations import migrations
from archive.schema.open import open_archive
from archive.search.index import FILES_INDEX, FILES_VIEW, INDEX, SPACED_VIEW, write
from archive.snapshots.checks import check_index
from archive.snapshots.shelf import SnapshotError
from archive.store.delete import forget_addresses

SCHEMAS = Path(__file__).parent / "schemas"
STEPS = [step.name for step in migrations.pending(Database(memory=True))]


def sample(step: str) -> bytes:
    """An archive of one source and two releases, as the migrations up to `step` make it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "archive.db"
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            db = Database(connection)
            migrations.apply(db, stop_before=next(iter(STEPS[STEPS.index(step) + 1 :]), None))
            fill(connection)
            connection.execute("VACUUM")
        return gzip.compress(path.read_bytes(), 9, mtime=0)


def fill(db: sqlite3.Connection) -> None:
    db.execute(
        "INSERT INTO sources (id, name, region, level, family, url, rights, evidence) VALUES"
        " ('yunling', '云岭省人民政府', '990000', 'province', 'html', 'http://yunling.example/', 'official', 'live')"
    )
    db.execute("INSERT INTO crawls (source, started) VALUES ('yunling', '2026-03-16T10:00:00+00:00')")
    for n, text in ((1, "全省水库除险加固工程全部完工。"), (2, "云岭省启动春季植树。\n首日植树三万株。")):
        url, when = f"http://yunling.example/{n}.html", "2026-03-16T10:00:00+00:00"
        db.execute(
            "INSERT INTO captures (id, url, source, role, fetched, status, sha256, warc, offset, length)"
            " VALUES (?, ?, 'yunling', 'article', ?, 200, 'ab', 'warc/yunling-2026-03.warc.gz', 0, 9)",
            [n, url, when],
        )
        db.execute(
            "INSERT INTO listings (url, source, url_key, list_url, title, first_listed, last_listed, first_crawl, state)"
            " VALUES (?, 'yunling', ?, 'http://yunling.example/', ?, ?, ?, 1, 'held')",
            [url, url[7:], f"通告{n}", when, when],
        )
        db.execute(
            "INSERT INTO releases (id, url, url_key, source, title, text, version, cluster, first_seen, changed, text_key)"
            " VALUES (?, ?, ?, 'yunling', ?, ?, 1, ?, ?, ?, 'k')",
            [n, url, url[7:], f"通告{n}", text, n, when, when],
        )
        write(db, n, None, (f"通告{n}", text))
        db.execute(
            "INSERT INTO versions (release, version, kind, seen, title, text, text_sha256, capture)"
            " VALUES (?, 1, 'published', ?, ?, ?, 'ab', ?)",
            [n, when, f"通告{n}", text, n],
        )


def tables(db: sqlite3.Connection) -> dict[str, list[tuple[Any, ...]]]:
    """The rows of every table of ours, and the columns that they have."""
    names = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY 1")]
    ours = [name for name in names if not name.startswith(("sqlite_", "_sqlite", "releases_fts", "files_fts"))]
    return {name: db.execute(f"SELECT * FROM {name} ORDER BY 1, 2").fetchall() for name in ours}


def first_columns(rows: list[tuple[Any, ...]], count: int) -> list[tuple[Any, ...]]:
    return [row[:count] for row in rows]


def put(step: str, folder: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Put the archive of an earlier schema into a folder; its rows."""
    path = folder / "archive.db"
    path.write_bytes(gzip.decompress((SCHEMAS / f"{step}.db.gz").read_bytes()))
    with closing(sqlite3.connect(path)) as db:
        return tables(db)


KEPT = sorted(path.name.removesuffix(".db.gz") for path in SCHEMAS.glob("*.db.gz"))


def test_there_is_an_archive_of_every_schema() -> None:
    # the first had no search index yet, and was never in use
    assert STEPS[1:] == KEPT


def test_a_new_archive_is_what_all_steps_make_of_a_file(tmp_path: Path) -> None:
    def held(db: sqlite3.Connection) -> tuple[object, ...]:
        schema = db.execute("SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY 1, 2").fetchall()
        return schema, tables(db), db.execute("PRAGMA integrity_check").fetchall()

    open_archive(tmp_path / "new").close()
    with (
        closing(sqlite3.connect(tmp_path / "steps.db")) as steps,
        closing(sqlite3.connect(tmp_path / "new/archive.db")) as new,
    ):
        migrations.apply(Database(steps))
        assert held(new) == held(steps)
        assert new.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_a_new_archive_is_written_in_one_transaction(tmp_path: Path) -> None:
    """Whoever finds it after a kill finds no table or all. A frame of the WAL that ends a transaction tells the file's size."""
    with closing(open_archive(tmp_path)):
        log = (tmp_path / "archive.db-wal").read_bytes()
        frames = range(32, len(log), 24 + 4096)
        assert sum(log[frame + 4 : frame + 8] != bytes(4) for frame in frames) == 1


def test_a_new_archive_waits_for_another_process_that_makes_it(tmp_path: Path) -> None:
    """SQLite's busy timeout does not: WAL cannot be set while another writes, and that is said at once."""
    with closing(sqlite3.connect(tmp_path / "archive.db", isolation_level=None, check_same_thread=False)) as other:
        other.execute("BEGIN IMMEDIATE")
        ending = Timer(0.3, other.rollback)
        ending.start()
        with closing(open_archive(tmp_path)) as db:
            assert db.journal_mode == "wal"
        ending.join()


def test_a_file_that_is_locked_for_good_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("archive.schema.open.BUSY_SECONDS", 0)
    with closing(sqlite3.connect(tmp_path / "archive.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(ArchiveError, match="database is locked"):
            open_archive(tmp_path)


@pytest.mark.parametrize("step", KEPT)
def test_an_archive_of_an_earlier_schema_keeps_every_row(tmp_path: Path, step: str) -> None:
    before = put(step, tmp_path)
    with closing(open_archive(tmp_path)) as db:
        assert not migrations.pending(db)
        after = tables(db.conn)
        for name, rows in before.items():
            now, known = first_columns(after[name], len(rows[0]) if rows else 0), set(rows)
            assert [row for row in now if row in known] == rows if name == "folds" else now == rows
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert db.execute("SELECT count(*) FROM releases_fts WHERE releases_fts MATCH '\"植 树\"'").fetchone() == (1,)
        assert db.execute("SELECT count(*) FROM salts").fetchone() == (2,)


@pytest.mark.parametrize("step", KEPT[:-1])
def test_a_copy_is_made_before_it_is_migrated(tmp_path: Path, step: str) -> None:
    before = put(step, tmp_path)
    open_archive(tmp_path).close()
    [copy] = (tmp_path / "backups").iterdir()
    assert copy.name == f"archive-before-{STEPS[STEPS.index(step) + 1]}.db"
    with closing(sqlite3.connect(copy)) as db:
        assert tables(db) == before


def test_nothing_is_copied_when_nothing_is_to_be_done(tmp_path: Path) -> None:
    for _ in range(2):
        open_archive(tmp_path).close()
    assert not (tmp_path / "backups").exists()


def test_no_copy_no_migration(tmp_path: Path) -> None:
    before = put(KEPT[0], tmp_path)
    (tmp_path / "backups").write_text("not a folder")
    with pytest.raises(ArchiveError, match="cannot open the archive"):
        open_archive(tmp_path)
    with closing(sqlite3.connect(tmp_path / "archive.db")) as db:
        assert tables(db) == before


@pytest.mark.parametrize("mode", ["wal", "delete"])
def test_an_archive_of_a_later_version_is_left_as_it_is(tmp_path: Path, mode: str) -> None:
    open_archive(tmp_path).close()
    path = tmp_path / "archive.db"
    applied(path, "archive", "m999_later")
    with closing(sqlite3.connect(path)) as db:
        db.execute(f"PRAGMA journal_mode={mode}")
    was = path.read_bytes()
    with pytest.raises(ArchiveError, match=r"later version of gongbao \(m999_later\): use that one"):
        open_archive(tmp_path)
    assert path.read_bytes() == was


def test_steps_of_an_owners_extension_are_no_later_version(tmp_path: Path) -> None:
    open_archive(tmp_path).close()
    applied(tmp_path / "archive.db", "notebook", "m999_notes")
    open_archive(tmp_path).close()


def applied(path: Path, of: str, step: str) -> None:
    """Enter a step in the list of those that were applied."""
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES (?, ?, '2026-03-16')", [of, step]
        )


def test_a_step_calls_nothing_of_ours() -> None:
    tree = ast.parse(Path(steps.__file__).read_text("utf-8"))
    froms = {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    wholes = {one.name for node in ast.walk(tree) if isinstance(node, ast.Import) for one in node.names}
    assert {name.partition(".")[0] for name in froms | wholes} == {"re", "unicodedata", "importlib", "sqlite_utils"}


def test_the_index_that_the_steps_make_is_the_one_that_is_written(tmp_path: Path) -> None:
    with closing(open_archive(tmp_path)) as db:
        made = dict(db.execute("SELECT name, sql FROM sqlite_master").fetchall())
    assert (made["releases_spaced"], made["releases_fts"]) == (SPACED_VIEW, INDEX)
    assert (made["files_spaced"], made["files_fts"]) == (FILES_VIEW, FILES_INDEX)


def test_citations_of_an_earlier_schema_are_joined_with_documents(tmp_path: Path) -> None:
    put("m007_origins", tmp_path)
    with closing(sqlite3.connect(tmp_path / "archive.db")) as db:
        db.execute("UPDATE releases SET title = '关于印发《云岭省春季植树工作方案》的通知' WHERE id = 2")
        db.executemany(
            "INSERT INTO citations (release, n, title, start) VALUES (?, 1, ?, 0)",
            [(1, "云岭省春季植树工作方案"), (2, "云岭省春季植树工作方案")],
        )
        db.commit()
    with closing(open_archive(tmp_path)) as db:
        assert db.execute("SELECT release, name, target FROM citations ORDER BY release").fetchall() == [
            (1, "云岭省春季植树工作方案", 2),
            (2, "云岭省春季植树工作方案", None),
        ]


def test_the_files_of_an_earlier_schema_are_carried_over(tmp_path: Path) -> None:
    """Of several contents at one address the last; when the first was seen, and how many there were."""
    put("m011_fields", tmp_path)
    with closing(sqlite3.connect(tmp_path / "archive.db")) as db:
        for capture, name, digest in ((11, "a", "aa"), (12, "b", "bb"), (13, "a", "cc"), (14, "a", "aa")):
            url, seen = f"http://yunling.example/{name}.pdf", f"2026-03-{capture}T10:00:00+00:00"
            db.execute(
                "INSERT INTO captures (id, url, role, fetched, status, sha256, warc, offset, length)"
                " VALUES (?, ?, 'attachment', ?, 200, ?, 'w', 0, 9)",
                [capture, url, seen, digest],
            )
            file = [capture, url, name, digest, seen]
            db.execute("INSERT INTO attachments VALUES (?, 1, ?, ?, 'application/pdf', 9, ?, ?)", file)
        db.commit()
    with closing(open_archive(tmp_path)) as db:
        found = db.execute(
            "SELECT release, name, state, reason, capture, sha256, contents, substr(seen, 9, 2), substr(last_look, 9, 2)"
            " FROM attachments ORDER BY name"
        ).fetchall()
        assert found == [(1, "a", "kept", "", 14, "aa", 2, "11", "14"), (1, "b", "kept", "", 12, "bb", 1, "12", "12")]
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []


ODD = {
    1: "⼈⺠政府與臺灣同胞，Ⅲ级响应。\n㈠惠及1,200户，PM₂达标。",
    2: "云岭省启动春季植树。\n首日植树三万株。",
    3: "软\u200b件园 gong\u00adbao，ﬁne",
}


def put_odd(folder: Path) -> None:
    """An archive of an earlier schema, its index written as it was then, with signs that are folded now."""
    put("m016_heeded", folder)
    with closing(sqlite3.connect(folder / "archive.db")) as db, db:
        indexed = (
            "INSERT INTO releases_fts({}rowid, title, text) SELECT {} id, title, text FROM releases_spaced WHERE id = ?"
        )
        db.execute(
            "INSERT INTO releases SELECT 3, 'http://yunling.example/3.html', 'yunling.example/3.html', source, title, text,"
            " published, published_meta, publisher, author, editor, issuer, doc_number, index_number, written, language,"
            " version, 3, status, first_seen, changed, text_key, problems FROM releases WHERE id = 2"
        )
        for id, text in ODD.items():
            if id < 3:
                db.execute(indexed.format("releases_fts, ", "'delete',"), [id])
            db.execute("UPDATE releases SET text = ? WHERE id = ?", [text, id])
            db.execute(indexed.format("", ""), [id])


@pytest.mark.parametrize(
    ("words", "id"),
    [
        ("一 惠 及", 1),
        ("pm2 达 标", 1),
        ("人 民 政 府", 1),
        ("与 台 湾", 1),
        ("iii 级", 1),
        ("植 树", 2),
        ("软 件 园", 3),
        ("gongbao", 3),
        ("fine", 3),
    ],
)
def test_an_index_of_an_earlier_schema_is_folded(words: str, id: int, tmp_path: Path) -> None:
    put_odd(tmp_path)
    with closing(open_archive(tmp_path)) as db:
        found = db.execute("SELECT rowid FROM releases_fts WHERE releases_fts MATCH ?", [f'"{words}"']).fetchall()
        assert found == [(id,)]
        db.execute("INSERT INTO releases_fts(releases_fts, rank) VALUES ('integrity-check', 1)")


def test_the_index_of_files_of_an_earlier_schema_is_folded(tmp_path: Path) -> None:
    put("m023_history", tmp_path)
    with closing(sqlite3.connect(tmp_path / "archive.db")) as db, db:
        for id, text in ((1, "㈠总则 5﹪"), (2, "总则")):
            db.execute(
                "INSERT INTO files (id, sha256, state, method, pages, read, rules, text) VALUES (?, ?, 'ok', 'txt', 1, '', 1, ?)",
                [id, f"{id}", text],
            )
        db.execute("INSERT INTO files_fts(rowid, text) SELECT id, text FROM files_spaced")
    with closing(open_archive(tmp_path)) as db:
        assert db.execute("SELECT rowid FROM files_fts WHERE files_fts MATCH '\"一 总 则\"'").fetchall() == [(1,)]
        db.execute("INSERT INTO files_fts(files_fts, rank) VALUES ('integrity-check', 1)")


def test_a_copy_of_an_earlier_schema_is_checked_and_cleared_by_its_own_folding(tmp_path: Path) -> None:
    put_odd(tmp_path)
    with closing(sqlite3.connect(tmp_path / "archive.db", isolation_level=None)) as db:
        check_index(db)
        forget_addresses(db, frozenset(["yunling.example/1.html"]))
        check_index(db)
        assert db.execute("SELECT count(*) FROM releases_fts WHERE releases_fts MATCH '\"⺠ 政\"'").fetchone() == (0,)
        db.execute("UPDATE releases SET text = '别的字' WHERE id = 2")
        with pytest.raises(SnapshotError, match="search index"):
            check_index(db)


if __name__ == "__main__":
    SCHEMAS.mkdir(exist_ok=True)
    for name in STEPS[1:]:
        place = SCHEMAS / f"{name}.db.gz"
        if not place.exists():
            place.write_bytes(sample(name))
            print(place, file=sys.stderr)
