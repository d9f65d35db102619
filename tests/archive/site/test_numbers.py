"""Every way of writing the number of a person, in every column of every table, and all that a public site then shows."""

import html
import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from archive.schema.open import open_archive
from archive.snapshots import publish
from archive.snapshots.make import make
from archive.texts import markup
from tests.archive.conftest import add_release, add_version, insert
from tests.archive.site.visiting import NOW, everything
from tests.archive.texts.numbers import OTHERS, PERSONS
from tests.archive.texts.test_personal_numbers import digits

pytestmark = pytest.mark.slow
FIGURE = '[[{0}, {0}, {0}, 1.0, {0}, null, "", "", {0}, 0, 4]]'
JSON = {"problems": "[{}]", "facts": '{{"author": {}}}', "changed_numbers": "[[{0}, {0}]]", "figures": FIGURE}
FILLED = ("versions", "edits"), ("versions", "changed"), ("versions", "files"), ("_sqlite_migrations", "name")


def snapshot_of(folder: Path, texts: list[str]) -> Path:
    """A public snapshot in which each of the texts stands in every column that is not published as it is."""
    db = open_archive(folder)
    for id in range(1, len(texts) + 1):
        told, source = texts[id - 1], f"s{id}"
        fixed = {"region": "990000", "level": "province", "family": "html", "rights": "official", "evidence": "live"}
        insert(db.conn, "sources", id=source, name=told, url=f"https://www.{source}.example/", **fixed)
        insert(db.conn, "crawls", source=source, started="2020-04-13T06:00:00Z", outcome="ok")
        text = f"第一段。\n{told}\n第三段。"
        add_release(db.conn, id, source, told, text, version=2, changed="2020-04-15T02:00:00Z")
        add_version(db.conn, id, 1, told, f"{told}\n第三段。", "2020-04-13T06:00:00Z")
        form = markup.write(markup.unformed(text.split("\n")))
        db.execute("UPDATE versions SET markup = ? WHERE release = ? AND version = 2", [form, id])
        figure = {"name": told, "place": told, "period": told, "unit": told, "change_unit": told, "basis": told}
        insert(db.conn, "indicators", release=id, n=0, value=1.0, direction="", start=0, length=4, **figure)
        insert(db.conn, "turns", release=id, n=0, speaker=told, kind="statement", start=0, length=4)
        insert(db.conn, "repeats", release=id, version=2, start=0, length=9, of_start=0, text=text)
        insert(db.conn, "citations", release=id, n=0, title=told, doc_number=told, start=0)
        insert(db.conn, "provenance", release=id, field="author", rule="label", raw=told)
        insert(db.conn, "attachments", release=id, url=f"https://www.{source}.example/{id}.pdf", name=told, state="failed", seen="2020-04-13T06:00:00Z")  # fmt: skip
    for id in range(1, len(texts) + 1):
        insert(db.conn, "relations", a=id, b=id % len(texts) + 1, kind="duplicate", containment=1, jaccard=1)
    db.close()
    with closing(sqlite3.connect(folder / "archive.db", isolation_level=None)) as conn:
        for table, column in masked(conn):
            if (table, column) in {("releases", "title"), ("releases", "text"), ("versions", "text")}:
                continue  # they stand there, and in the index
            key = key_of(table)
            for row, told in zip(conn.execute(f"SELECT {key} FROM {table}").fetchall(), texts, strict=False):
                value = JSON.get(column, "").format(json.dumps(told, ensure_ascii=False)) or told
                conn.execute(f"UPDATE {table} SET {column} = ? WHERE {key} = ?", [value, *row])
    return make(folder, public=True, now=NOW)


def key_of(table: str) -> str:
    """The column that tells the rows of a table apart here: each release has one figure."""
    return "release" if table == "indicators" else "rowid"


def masked(db: sqlite3.Connection) -> Iterator[tuple[str, str]]:
    for table in publish.PUBLISHED:
        yield from ((table, column) for column in publish.masked_columns(db, table) if (table, column) not in FILLED)


def read(content: str) -> str:
    """The digits of a page or a file as a reader sees it: entities and escapes are signs. The bytes between the values of a
    database divide them: its pages count down in 9, 8, 7, …
    """
    signs = re.sub(r"\\u([0-9a-f]{4})", lambda sign: chr(int(sign[1], 16)), html.unescape(content))
    return "|".join(digits(value) for value in re.split("[\x00-\x08\x0e-\x1f]+", signs))


def test_no_way_of_writing_the_number_of_a_person_is_published_anywhere(tmp_path: Path) -> None:
    told = everything(snapshot_of(tmp_path, [text for text, _ in PERSONS]), range(1, len(PERSONS) + 1))
    assert len(told) > 700
    shown = {place: read(content) for place, content in told.items()}
    assert {(place, number) for place, content in shown.items() for _, number in PERSONS if number in content} == set()


def test_every_number_that_looks_alike_is_published_in_every_column(tmp_path: Path) -> None:
    snapshot = snapshot_of(tmp_path, OTHERS)
    with (
        closing(sqlite3.connect(tmp_path / "archive.db")) as own,
        closing(sqlite3.connect(snapshot / "archive.db")) as db,
    ):
        columns = list(masked(own))
        assert len({table for table, _ in columns}) > 10
        for table, column in columns:
            query = f"SELECT {column} FROM {table} ORDER BY {key_of(table)}"
            assert db.execute(query).fetchall() == own.execute(query).fetchall(), (table, column)
