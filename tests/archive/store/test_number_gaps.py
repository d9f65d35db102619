"""The series of document numbers: exact on every series, and bounded by the numbers that are known."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlite_utils import Database

from archive.schema.open import open_archive
from pipelines.doc_numbers import normal_number
from tests.archive.conftest import SOURCES, insert

KNOWN = st.dictionaries(
    st.tuples(st.sampled_from(["云政发", "云政办字"]), st.sampled_from([2020, 2021]), st.integers(1, 30)),
    st.tuples(st.booleans(), st.integers(0, 2)),
    max_size=25,
)
FORMS = ("{}〔{}〕{}号", "{}[{}]{}号", "{}（{}）第{}号", "{}【{}】{}")


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Database:
    db = open_archive(tmp_path_factory.mktemp("series"))
    for id, name, region, level, rights in SOURCES[:1]:
        insert(
            db.conn,
            "sources",
            id=id,
            name=name,
            region=region,
            level=level,
            family="html",
            url="",
            rights=rights,
            evidence="live",
        )
    return db


def hold(db: Database, id: int, number: str = "") -> None:
    now = "2020-04-13T06:00:00Z"
    row = {
        "id": id,
        "url": f"{id}",
        "url_key": f"{id}",
        "title": "文件",
        "text": "正文。",
        "version": 1,
        "text_key": "k",
    }
    insert(db.conn, "releases", **row, source="yunling", cluster=id, first_seen=now, changed=now, doc_number=number)


def enter(db: Database, known: dict[tuple[str, int, int], tuple[bool, int]]) -> None:
    """Hold and cite the numbers, each in one of its forms as the reader writes it."""
    for table in ("citations", "releases"):
        db.execute(f"DELETE FROM {table}")
    hold(db, 1)
    hold(db, 2)
    for at, (parts, (held, citing)) in enumerate(known.items(), 3):
        number = normal_number(FORMS[at % 4].format(*parts))
        if held:
            hold(db, at, number)
        for release in range(1, citing + 1):
            insert(db.conn, "citations", release=release, n=at, title="文件", doc_number=number, start=0)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30, deadline=None)
@given(KNOWN)
def test_every_number_up_to_the_largest_is_in_its_state(
    db: Database, known: dict[tuple[str, int, int], tuple[bool, int]]
) -> None:
    told = {key: facts for key, facts in known.items() if facts != (False, 0)}
    enter(db, told)
    wanted = {}
    for issuer, year in {key[:2] for key in told}:
        for n in range(1, max(key[2] for key in told if key[:2] == (issuer, year)) + 1):
            held, citing = told.get((issuer, year, n), (False, 0))
            wanted[issuer, year, n] = ("held" if held else "cited" if citing else "unseen", citing)
    found = {}
    for issuer, year, first, last, state, _, cited_by in db.execute("SELECT * FROM number_gaps"):
        for n in range(first, last + 1):
            assert (issuer, year, n) not in found
            found[issuer, year, n] = (state, cited_by)
    assert found == wanted


def test_a_number_however_large_makes_one_run(db: Database) -> None:
    enter(db, {("云政发", 2020, 2): (True, 0), ("云政发", 2020, 99999): (False, 1)})
    runs = db.execute("SELECT first, last, state FROM number_gaps ORDER BY first").fetchall()
    assert runs == [(1, 1, "unseen"), (2, 2, "held"), (3, 99998, "unseen"), (99999, 99999, "cited")]


@pytest.mark.parametrize("number", ["云桅市人民政府令第12号", "公告2020年第3号", "〔2020〕3号", "云政发〔20〕3号", ""])
def test_a_number_of_no_series(db: Database, number: str) -> None:
    enter(db, {})
    hold(db, 9, number)
    assert db.execute("SELECT * FROM number_gaps").fetchall() == []
