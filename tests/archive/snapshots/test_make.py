import csv
import gzip
import hashlib
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import pyarrow.parquet as parquet
import pytest

from archive import files
from archive.chain import MANIFEST
from archive.schema.open import open_archive
from archive.search import index
from archive.snapshots import exports, readers, shelf, tables
from archive.snapshots.checks import check_changed, check_index, check_sums, digests
from archive.snapshots.make import make
from archive.snapshots.shelf import SnapshotError, list_snapshots, newest
from tests.archive.conftest import CONFERENCE, NOTICE, PRESS, add_version, add_words, insert

NOW = datetime(2020, 4, 15, 8, 30, tzinfo=UTC)
EXPORTED = [f"{name}.{form}" for name in tables.TABLES for form in ("csv", "parquet")]


def query(folder: Path, sql: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(folder / "archive.db")) as db:
        return db.execute(sql).fetchall()


def stands_in(folder: Path, words: str) -> list[str]:
    """The files of a snapshot that hold the words anywhere, even in a freed page."""

    def content(path: Path) -> bytes:
        if path.suffix == ".parquet":
            return str(parquet.read_table(path).to_pylist()).encode()
        return gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()

    return sorted(path.name for path in folder.iterdir() if words.encode() in content(path))


def test_figures_are_looked_up_by_their_names_in_snapshots_alone(archive: Path) -> None:
    asked = "EXPLAIN QUERY PLAN SELECT * FROM indicators WHERE name = '植树'"
    assert "indicators_name" in str(query(make(archive, public=False, now=NOW), asked))
    assert "indicators_name" not in str(query(archive, asked))


def test_a_snapshot_is_whole_and_named_by_its_moment(archive: Path) -> None:
    place = make(archive, public=False, now=NOW)
    assert place == archive / "snapshots" / "20200415T083000Z"
    assert {path.name for path in place.iterdir()} == {
        "CITATION.cff",
        "SHA256SUMS",
        "README.txt",
        "archive.db",
        "datapackage.json",
        "files.jsonl.gz",
        "indicators.jsonl.gz",
        "manifest.txt",
        "metadata.json",
        "releases.jsonl.gz",
        *(f"{table}.{form}" for table in tables.TABLES for form in ("csv", "parquet")),
    }
    assert query(place, "SELECT count(*) FROM releases") == [(4,)]
    assert newest(archive, public=False) == place


def test_no_second_chain_is_begun_in_an_archive_that_was_put_back_from_a_snapshot(
    archive: Path, tmp_path: Path
) -> None:
    first = make(archive, public=False, now=NOW)  # an archive's first snapshot begins the chain
    restored = tmp_path / "restored"
    restored.mkdir()
    shutil.copyfile(first / "archive.db", restored / "archive.db")
    for public in (False, True):
        with pytest.raises(SnapshotError, match="put back chain/ from the backup"):
            make(restored, public=public, now=NOW)
    assert not (restored / "chain").exists()
    shutil.copytree(archive / "chain", restored / "chain")
    assert "number 2\n" in (make(restored, public=False, now=NOW) / MANIFEST).read_text("utf-8")


def test_nothing_is_left_of_the_copy_that_a_public_snapshot_was_made_of(archive: Path) -> None:
    private, public = (make(archive, public=public, now=NOW) for public in (False, True))
    assert {path.name for path in public.iterdir()} == {path.name for path in private.iterdir()}
    assert (public / "archive.db").read_bytes()[18:20] == b"\1\1"  # no WAL: it is read where nobody may write


def test_its_digests_are_right(archive: Path) -> None:
    place = make(archive, public=False, now=NOW)
    for line in (place / "SHA256SUMS").read_text().splitlines():
        digest, name = line.split("  ")
        assert hashlib.sha256((place / name).read_bytes()).hexdigest() == digest


def test_stock_sqlite_searches_and_rebuilds_the_index(archive: Path) -> None:
    place = make(archive, public=False, now=NOW)
    canned = json.loads((place / "metadata.json").read_text())["databases"]["archive"]["queries"]["search_stock"]["sql"]
    with closing(sqlite3.connect(place / "archive.db")) as db:
        for word, ids in (("清河", [3, 1, 4]), ("5G", [1, 4]), ("云政办发", []), ("湿地面积（万亩）", [2]), ('"', [])):
            assert sorted(row[0] for row in db.execute(canned, {"q": word})) == sorted(ids)
        db.execute("INSERT INTO releases_fts(releases_fts, rank) VALUES ('integrity-check', 1)")
        db.execute("INSERT INTO releases_fts(releases_fts) VALUES ('rebuild')")
        assert len(db.execute(canned, {"q": "清河"}).fetchall()) == 3


def test_stock_datasette_opens_it_with_its_metadata(archive: Path) -> None:
    place = make(archive, public=True, now=NOW)
    path = f"/archive/search_stock.json?q={quote('清河')}&_shape=array"
    command = [sys.executable, "-m", "datasette", "archive.db", "-m", "metadata.json", "--get", path]
    done = subprocess.run(command, cwd=place, capture_output=True, text=True, check=True)
    assert {row["id"] for row in json.loads(done.stdout)} == {1, 3, 4}


def test_a_second_snapshot_in_the_same_second_gets_the_next(archive: Path) -> None:
    first, second = make(archive, public=False, now=NOW), make(archive, public=True, now=NOW)
    assert second.name == "20200415T083001Z-public"
    assert [one.folder for one in list_snapshots(archive)] == [second, first]


def test_public_and_private_snapshots_are_told_apart(archive: Path) -> None:
    make(archive, public=True, now=NOW)
    private = make(archive, public=False, now=NOW.replace(hour=9))
    assert newest(archive, public=False) == private
    assert newest(archive, public=True).name == "20200415T083000Z-public"
    assert [one.public for one in list_snapshots(archive)] == [False, True]


def test_old_snapshots_are_thinned_to_the_last_of_each_month(archive: Path) -> None:
    days = [datetime(2020, month, day, tzinfo=UTC) for month, day in ((1, 3), (1, 20), (2, 1), (3, 2), (3, 5))]
    made = [make(archive, public=False, now=day) for day in days]
    public = make(archive, public=True, now=datetime(2020, 1, 4, tzinfo=UTC))
    last = make(archive, public=False, now=datetime(2020, 4, 2, tzinfo=UTC))
    assert [one.folder for one in list_snapshots(archive)] == [last, made[4], made[2], made[1], public]


def test_a_snapshot_that_is_kept_by_name_is_never_thinned(archive: Path) -> None:
    kept = make(archive, public=False, now=datetime(2020, 1, 3, tzinfo=UTC), name="v1.0")
    last = make(archive, public=False, now=datetime(2020, 1, 20, tzinfo=UTC))
    new = make(archive, public=False, now=datetime(2020, 4, 2, tzinfo=UTC))
    assert [(one.folder, one.kept) for one in list_snapshots(archive)] == [(new, ()), (last, ()), (kept, ("v1.0",))]


@pytest.mark.slow
def test_kept_snapshots_stay_over_years_of_daily_ones(tmp_path: Path) -> None:
    begin = datetime(2020, 1, 1, 3, tzinfo=UTC)
    content = sqlite3.connect(":memory:")
    content.execute("CREATE TABLE releases (id)")
    for day in range(800):
        now = begin + timedelta(days=day)
        place = shelf.free_name(tmp_path / "snapshots", public=day % 2 == 1, now=now)
        place.mkdir(parents=True)
        (place / shelf.DATABASE).write_bytes(content.serialize())
        (place / MANIFEST).touch()
        (place / shelf.SUMS).write_text(f"0  {shelf.DATABASE}\n0  {MANIFEST}\n")
        shelf.put(place, public=day % 2 == 1)
        if day in (3, 4, 300):
            shelf.keep(place, f"v{day}")
        shelf.thin(tmp_path, now)
    left = list_snapshots(tmp_path)
    assert {one.kept for one in left if one.kept} == {("v3",), ("v4",), ("v300",)}
    assert len(left) < 2 * 27 + 31 + 3
    assert shelf.named(tmp_path, "v3").folder.name == "20200104T030000Z-public"


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("v1.0", "a snapshot is kept as v1.0 already: 20200415T083000Z; choose another name"),
        ("../v2", "'../v2' is no name for a snapshot"),
        (".v2", "'.v2' is no name for a snapshot"),
        ("v" * 65, "is no name for a snapshot"),
    ],
)
def test_a_name_that_cannot_be_given_makes_no_snapshot(archive: Path, name: str, fault: str) -> None:
    make(archive, public=False, now=NOW, name="v1.0")
    with pytest.raises(SnapshotError, match=re.escape(fault)):
        make(archive, public=False, now=NOW, name=name)
    assert len(list_snapshots(archive)) == 1


def test_a_kept_snapshot_says_its_edition(archive: Path) -> None:
    place = make(archive, public=True, now=NOW, name="2020年第1版")
    package = json.loads((place / "datapackage.json").read_text("utf-8"))
    assert (package["id"], package["version"]) == ("gongbao-20200415T083000Z-public", "2020年第1版")
    assert package["created"] == "2020-04-15T08:30:00Z"
    assert package["sources"][0]["path"].startswith("http")
    assert "Edition 2020年第1版, made 2020-04-15T08:30:00Z" in (place / "README.txt").read_text("utf-8")
    cited = (place / "CITATION.cff").read_text("utf-8")
    assert 'version: "2020年第1版"' in cited
    assert "date-released: 2020-04-15" in cited


def test_without_an_archive_the_error_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(SnapshotError, match="crawl something first"):
        make(tmp_path, public=False, now=NOW)


def test_without_a_snapshot_the_error_says_what_to_do(archive: Path) -> None:
    make(archive, public=False, now=NOW)
    with pytest.raises(SnapshotError, match="scrapy snapshot --public"):
        newest(archive, public=True)


@pytest.fixture(scope="module")
def twice(filled: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[bool, Path]:
    """An archive with two private snapshots, and one with two public ones (True)."""
    made = {}
    for public in (False, True):
        made[public] = shutil.copytree(filled, tmp_path_factory.mktemp("twice") / "data")
        for hour in (8, 9):
            make(made[public], public=public, now=NOW.replace(hour=hour))
    return made


@pytest.mark.parametrize("public", [False, True])
@pytest.mark.parametrize(
    ("name", "left"),  # bytes; None: the file is deleted
    [
        ("manifest.txt", None),
        ("SHA256SUMS", None),
        ("SHA256SUMS", 0),
        ("archive.db", None),
        ("archive.db", 0),
        ("archive.db", 10_000),
        ("metadata.json", None),
        ("metadata.json", 100),
    ],
)
def test_a_snapshot_that_is_not_whole_is_passed_over(
    twice: dict[bool, Path], tmp_path: Path, name: str, left: int | None, public: bool
) -> None:
    archive = shutil.copytree(twice[public], tmp_path / "data", symlinks=True)
    [whole, broken] = sorted(path for path in (archive / "snapshots").glob("2*") if not path.is_symlink())
    assert [one.folder for one in list_snapshots(archive)] == [broken, whole]
    if left is None:
        (broken / name).unlink()
    else:
        os.truncate(broken / name, left)
    assert [one.folder for one in list_snapshots(archive)] == [whole]
    assert newest(archive, public=public) == whole
    [said] = shelf.passed_over(archive)
    assert said.startswith(f"{broken} is passed over: ")


@pytest.mark.parametrize("public", [False, True])
def test_a_snapshot_of_a_wrong_clock_counts_as_the_oldest(archive: Path, public: bool) -> None:
    wrong = make(archive, public=public, now=datetime(2099, 1, 1, tzinfo=UTC))
    assert newest(archive, public=public) == wrong
    right = make(archive, public=public, now=NOW)
    assert [one.folder for one in list_snapshots(archive)] == [right, wrong]
    assert newest(archive, public=public) == right
    [said] = shelf.passed_over(archive)
    assert said.startswith(f"{wrong} is dated into the future")


def test_a_corrupt_index_makes_no_snapshot(archive: Path) -> None:
    with closing(sqlite3.connect(archive / "archive.db")) as db, db:
        db.execute("UPDATE releases SET text = '索引里没有的字' WHERE id = 1")
    with pytest.raises(SnapshotError, match="search index"):
        make(archive, public=False, now=NOW)
    assert not list((archive / "snapshots").iterdir())


def test_a_dangling_reference_makes_no_snapshot(archive: Path) -> None:
    with closing(sqlite3.connect(archive / "archive.db")) as db, db:
        db.execute(
            "INSERT INTO observations (release, at, outcome, status) VALUES (99, '2020-04-15T08:00:00Z', 'same', 200)"
        )
    with pytest.raises(SnapshotError, match="observations"):
        make(archive, public=False, now=NOW)
    assert not list((archive / "snapshots").iterdir())


def test_a_full_disk_leaves_nothing_behind(archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr("archive.snapshots.make.check", full)
    with pytest.raises(SnapshotError, match="is full"):
        make(archive, public=False, now=NOW)
    assert not list((archive / "snapshots").iterdir())


def test_what_a_killed_snapshot_left_is_cleared(archive: Path) -> None:
    left = archive / "snapshots" / ".making-abc"
    left.mkdir(parents=True)
    (left / "archive.db").write_bytes(b"half")
    make(archive, public=False, now=NOW)
    assert not left.exists()


def test_a_snapshot_is_made_while_the_archive_is_written(archive: Path) -> None:
    writer = sqlite3.connect(archive / "archive.db", isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    writer.execute("INSERT INTO removed VALUES ('u', 'u', '2020', 'r')")
    place = make(archive, public=False, now=NOW)
    writer.execute("ROLLBACK")
    writer.close()
    assert query(place, "SELECT * FROM removed") == []


def test_a_public_snapshot_holds_no_sentence_of_the_press(archive: Path) -> None:
    place = make(archive, public=True, now=NOW)
    sentences = [part for part in re.split(r"[。\n]", PRESS) if part]
    assert sentences
    assert not any(stands_in(place, sentence) for sentence in sentences)
    assert query(place, "SELECT title, author, text FROM releases WHERE source = 'ribao'") == [
        ("油菜花开满清河两岸", "苏小禾", "记者沿着新修的绿道走了整整一个上午，遇……")
    ]
    assert query(place, "SELECT text, length(text_sha256) FROM versions WHERE release = 3") == [("", 64)]


def table_of(place: Path, name: str) -> list[dict[str, str]]:
    """The rows of a table, from its CSV; Parquet must say the same."""
    with (place / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    held = parquet.read_table(place / f"{name}.parquet", columns=list(tables.TABLES[name].fields)).to_pylist()
    assert rows == [
        {one: "" if value is None else str(exports.cell(value)) for one, value in row.items()} for row in held
    ]
    return rows


def test_a_release_says_whose_it_is_and_what_is_held_of_it(archive: Path) -> None:
    [first, *_, press, _] = table_of(make(archive, public=True, now=NOW), "releases")
    digest = hashlib.sha256(CONFERENCE.encode()).hexdigest()
    told = {"rights": "official", "level": "city", "versions": "2", "text_sha256": digest, "status": "live"}
    assert {name: first[name] for name in told} == told
    assert (press["rights"], press["url_key"], press["versions"]) == ("press", "ribao.example/art/3.html", "1")


def test_tables_lie_beside_the_releases(archive: Path) -> None:
    place = make(archive, public=False, now=NOW)
    assert [row["region_name"] for row in table_of(place, "regions")] == ["云岭省", "云岭省 清河市"]
    assert [row["id"] for row in table_of(place, "sources")] == ["qinghe", "ribao", "yunling"]
    assert [(row["release"], row["version"]) for row in table_of(place, "versions")][:3] == [
        ("1", "1"),
        ("1", "2"),
        ("2", "1"),
    ]
    assert [(row["a"], row["b"], row["containment"]) for row in table_of(place, "relations")] == [("4", "1", "0.98")]
    assert [row["speaker"] for row in table_of(place, "turns")] == ["主持人", "林一舟", "记者", "林一舟"]
    assert [row["title"] for row in table_of(place, "citations")] == ["云岭省湿地保护若干规定"]
    texts = parquet.read_table(place / "versions.parquet")["text"].to_pylist()
    assert texts == [CONFERENCE.replace("320.5", "318.0"), None, None, None, None]


def test_no_table_of_a_public_snapshot_says_what_is_withheld(archive: Path) -> None:
    with closing(sqlite3.connect(archive / "archive.db")) as db, db:
        add_version(db, 3, 2, "油菜花又开了", PRESS + "\n第二年的花开得更早。", "2020-04-15T02:00:00Z")
        db.execute("INSERT INTO turns VALUES (3, 0, '护堤员13812345678', '', 'statement', 0, 9)")
        db.execute("INSERT INTO citations (release, n, title, start) VALUES (2, 1, '致13812345678的信', 3)")
    place = make(archive, public=True, now=NOW)
    assert {row["release"] for row in table_of(place, "turns")} == {"1"}
    assert [row["title"] for row in table_of(place, "citations")][1] == "致138********的信"
    assert set(parquet.read_table(place / "versions.parquet")["text"].to_pylist()) <= {
        None,
        "",
        CONFERENCE.replace("320.5", "318.0"),
    }
    assert not stands_in(place, "第二年的花开得更早")
    assert not stands_in(place, "13812345678")


@pytest.fixture(scope="module")
def unlike(filled: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Two snapshots of an archive, between which every table changed."""
    archive = shutil.copytree(filled, tmp_path_factory.mktemp("unlike") / "data")
    before = make(archive, public=False, now=NOW)
    with closing(sqlite3.connect(archive / "archive.db")) as db, db:
        db.execute("UPDATE sources SET name = name || '。', note = '改', region = '370100'")
        db.execute("UPDATE versions SET title = title || '。'")
        db.execute("UPDATE relations SET jaccard = 0.5")
        db.execute("UPDATE turns SET speaker = '某某'")
        db.execute("UPDATE citations SET title = '另一份'")
        db.execute("UPDATE attachments SET name = '另一份'")
        db.execute(
            "INSERT INTO indicators SELECT id, 99, '植树', '', '', 3.0, '万株', NULL, '', '', '', 0, 3 FROM releases LIMIT 1"
        )
        db.execute("UPDATE listings SET state = 'failed'")
    return before, make(archive, public=False, now=NOW)


@pytest.mark.parametrize("name", [name for name in tables.TABLES if name not in ("releases", "files")])
@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_a_table_that_says_something_else_is_found(
    name: str, form: str, unlike: tuple[Path, Path], tmp_path: Path
) -> None:
    before, after = unlike
    place = shutil.copytree(after, tmp_path / after.name)
    (place / f"{name}.{form}").write_bytes((before / f"{name}.{form}").read_bytes())
    sum_up(place)
    with pytest.raises(SnapshotError, match=rf"{name}.{form} and the database differ"):
        check_sums(place)


def test_a_public_snapshot_holds_official_texts(archive: Path) -> None:
    place = make(archive, public=True, now=NOW)
    assert stands_in(place, "泰山，东海两处监测站由省林业部门直接管理。") == [
        "archive.db",
        "releases.jsonl.gz",
        "releases.parquet",
    ]
    assert query(place, "SELECT count(*) FROM turns") == [(4,)]


def test_a_public_snapshot_masks_personal_numbers(archive: Path) -> None:
    place = make(archive, public=True, now=NOW)
    assert not stands_in(place, "13812345678")
    assert not stands_in(place, "11010519491231002X")
    masked = str(query(place, "SELECT text FROM releases WHERE id = 2")[0][0])
    assert len(masked) == len(NOTICE)
    digest = hashlib.sha256(masked.encode()).hexdigest()
    assert query(place, "SELECT text_sha256 FROM versions WHERE release = 2") == [(digest,)]


def test_a_public_snapshot_does_not_say_where_pages_are_kept(archive: Path) -> None:
    place = make(archive, public=True, now=NOW)
    assert query(place, "SELECT DISTINCT warc, offset, length FROM captures") == [("", 0, 0)]
    assert not stands_in(place, "2020.warc.gz")


def test_a_public_snapshot_forgets_what_was_removed(archive: Path) -> None:
    with closing(sqlite3.connect(archive / "archive.db")) as db, db:
        db.execute(
            "INSERT INTO removed SELECT url, url_key, '2020-04-15T00:00:00Z', '当事人要求' FROM releases WHERE id = 1"
        )
    place = make(archive, public=True, now=NOW)
    assert not stands_in(place, "qinghe.example/art/1.html")
    assert not stands_in(place, "当事人要求")
    assert query(place, "SELECT id, cluster FROM releases ORDER BY id") == [(2, 2), (3, 3), (4, 4)]
    assert query(place, "SELECT count(*) FROM removed WHERE url LIKE 'sha256:%'") == [(1,)]


@pytest.mark.parametrize("public", [False, True])
def test_a_snapshot_says_which_files_are_not_kept_and_why(archive: Path, public: bool) -> None:
    place = make(archive, public=public, now=NOW)
    assert query(place, "SELECT name, state, reason FROM attachments ORDER BY id") == [
        ("监测站一览.pdf", "kept", ""),
        ("监测站费用.xls", "failed", "http-404"),
    ]
    with (place / "attachments.csv").open(encoding="utf-8-sig", newline="") as file:
        said = [(row["release"], row["name"], row["state"], row["reason"]) for row in csv.DictReader(file)]
    assert said == [("2", "监测站一览.pdf", "kept", ""), ("2", "监测站费用.xls", "failed", "http-404")]


def test_attachments_of_what_was_removed_are_forgotten(archive: Path) -> None:
    with closing(sqlite3.connect(archive / "archive.db")) as db, db:
        db.execute("INSERT INTO removed SELECT url, url_key, '2020-04-15T00:00:00Z', '' FROM releases WHERE id = 2")
    place = make(archive, public=True, now=NOW)
    assert not stands_in(place, "files/5.pdf")
    assert not stands_in(place, "files/6.xls")


def test_copies_of_what_was_removed_stay_together(archive: Path) -> None:
    with closing(sqlite3.connect(archive / "archive.db")) as db, db:
        db.execute("UPDATE releases SET cluster = 1 WHERE id IN (2, 4)")
        db.execute("INSERT INTO removed SELECT url, url_key, '2020-04-15T00:00:00Z', '' FROM releases WHERE id = 1")
    place = make(archive, public=True, now=NOW)
    assert query(place, "SELECT id, cluster FROM releases ORDER BY id") == [(2, 2), (3, 3), (4, 2)]


@pytest.mark.parametrize("public", [False, True])
def test_a_snapshot_says_who_published_first(archive: Path, public: bool) -> None:
    with closing(sqlite3.connect(archive / "archive.db")) as db, db:
        db.execute("INSERT INTO origins VALUES (3, 3, 'named', 'of another day')")
    place = make(archive, public=public, now=NOW)
    assert query(place, "SELECT cluster, release, rule FROM origins") == [(1, 1, "earliest")]


def test_a_snapshot_does_not_carry_the_index_of_duplicates(archive: Path) -> None:
    with closing(sqlite3.connect(archive / "archive.db")) as db, db:
        db.execute("INSERT INTO shingles VALUES (1, 1)")
    assert query(make(archive, public=False, now=NOW), "SELECT count(*) FROM shingles") == [(0,)]
    assert query(archive, "SELECT count(*) FROM shingles") == [(1,)]


def test_a_table_that_nobody_has_cleared_is_not_published(archive: Path) -> None:
    with closing(sqlite3.connect(archive / "archive.db")) as db, db:
        db.execute("CREATE TABLE drafts (text TEXT)")
        db.execute("INSERT INTO drafts VALUES ('未经审阅的草稿一份')")
    assert not stands_in(make(archive, public=True, now=NOW), "未经审阅的草稿一份")


def test_a_column_that_nobody_has_cleared_is_not_published(archive: Path) -> None:
    with closing(sqlite3.connect(archive / "archive.db")) as db, db:
        db.execute("ALTER TABLE versions ADD COLUMN raw TEXT")
        db.execute("UPDATE versions SET raw = '未经审阅的原样一份'")
    assert not stands_in(make(archive, public=True, now=NOW), "未经审阅的原样一份")


def test_making_a_snapshot_changes_nothing_in_the_archive(archive: Path) -> None:
    def dump() -> list[str]:
        with closing(sqlite3.connect(archive / "archive.db")) as db:
            return list(db.iterdump())

    before = dump()
    make(archive, public=True, now=NOW)
    assert dump() == before


def test_an_empty_archive_makes_a_snapshot(tmp_path: Path) -> None:
    open_archive(tmp_path).close()
    place = make(tmp_path, public=True, now=NOW)
    assert query(place, "SELECT count(*) FROM releases") == [(0,)]


def test_what_was_made_can_be_verified(archive: Path) -> None:
    check_sums(make(archive, public=True, now=NOW))


@pytest.mark.slow
@pytest.mark.parametrize("public", [False, True])
def test_a_large_archive_is_read_in_processes_and_gives_the_same(
    archive: Path, public: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = make(archive, public=public, now=NOW)
    monkeypatch.setattr(readers, "LARGE", 0)
    apart = make(archive, public=public, now=NOW + timedelta(seconds=1))
    check_sums(apart)
    tables_of = [{name: found for name, found in digests(one).items() if name in EXPORTED} for one in (here, apart)]
    assert tables_of[0] == tables_of[1]
    assert len(tables_of[0]) == len(EXPORTED)


@pytest.mark.parametrize(
    ("harm", "fault"),
    [
        (lambda place: (place / "releases.csv").write_text("x"), "SHA-256 differs"),
        (lambda place: (place / "releases.csv").unlink(), "not there"),
        (lambda place: (place / "more.txt").write_text("x"), "is not named"),
        (lambda place: (place / "SHA256SUMS").unlink(), "is no snapshot"),
        (lambda place: (place / "SHA256SUMS").write_text("x"), "not there|is not named"),
    ],
)
def test_what_was_changed_later_is_found(harm: Callable[[Path], object], fault: str, archive: Path) -> None:
    place = make(archive, public=False, now=NOW)
    harm(place)
    with pytest.raises(SnapshotError, match=fault):
        check_sums(place)


@pytest.mark.parametrize(
    "harm", ["DELETE FROM folds WHERE code = 0x2EA0", "UPDATE folds SET becomes = '官' WHERE code = 0x2EA0"]
)
def test_another_table_of_signs_is_found(harm: str, archive: Path) -> None:
    with closing(sqlite3.connect(make(archive, public=False, now=NOW) / "archive.db", isolation_level=None)) as db:
        db.execute(harm)
        with pytest.raises(SnapshotError, match="folds"):
            check_index(db)


def test_a_database_that_lies_about_its_index_is_found(archive: Path) -> None:
    place = make(archive, public=False, now=NOW)
    with closing(sqlite3.connect(place / "archive.db")) as db, db:
        db.execute("UPDATE releases SET text = '索引里没有的字' WHERE id = 1")
    sums = (place / "SHA256SUMS").read_text().splitlines()
    digest = hashlib.sha256((place / "archive.db").read_bytes()).hexdigest()
    lines = [f"{digest}  archive.db" if line.endswith("  archive.db") else line for line in sums]
    (place / "SHA256SUMS").write_text("\n".join(lines) + "\n")
    with pytest.raises(SnapshotError, match="search index"):
        check_sums(place)


@pytest.mark.parametrize(
    ("releases", "files", "fault"), [([1, 2], [], "release 1"), ([2], [7], "file 7"), ([2], [], "")]
)
def test_of_some_releases_and_files_every_sentence_is_looked_up(
    releases: list[int], files: list[int], fault: str, archive: Path
) -> None:
    with closing(sqlite3.connect(archive / "archive.db")) as db, db:
        row = {
            "id": 7,
            "sha256": "7",
            "state": "ok",
            "method": "text",
            "reason": "",
            "pages": 1,
            "read": "",
            "rules": 1,
        }
        insert(db, "files", **row, salt="7", text="溟川市轮休水田。\f补助办法“试行”。")
    place = make(archive, public=False, now=NOW)
    with closing(sqlite3.connect(place / "archive.db")) as db, db:
        index.forget(db, 1)
    if fault:
        with pytest.raises(SnapshotError, match=f"{fault} is not in it"):
            check_changed(place, releases, files)
    else:
        check_changed(place, releases, files)
    with closing(sqlite3.connect(place / "archive.db")) as db, db:
        index.write_file(db, 7, None, "溟川市轮休水田。\f补助办法“试行”。")
    check_changed(place, [2], [7])


def test_the_data_package_describes_its_files(archive: Path) -> None:
    place = make(archive, public=False, now=NOW)
    package = json.loads((place / "datapackage.json").read_text())
    [database] = [resource for resource in package["resources"] if "hash" not in resource]
    assert database["path"] == "archive.db"
    for resource in package["resources"]:
        if resource is database:
            continue
        path = place / resource["path"]
        assert resource["bytes"] == path.stat().st_size
        assert resource["hash"] == f"sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}"
        names = [field["name"] for field in resource["schema"]["fields"]]
        if path.suffix == ".csv":
            with path.open(encoding=resource["encoding"], newline="") as file:
                assert next(csv.reader(file)) == names
        elif path.suffix == ".parquet":
            assert parquet.read_schema(path).names == names


def test_all_exports_say_the_same_of_each_release(archive: Path) -> None:
    with closing(sqlite3.connect(archive / "archive.db")) as db, db:
        db.execute("UPDATE releases SET publisher = '=1+1', author = NULL, editor = '' WHERE id = 2")
    place = make(archive, public=False, now=NOW)
    table = parquet.read_table(place / "releases.parquet").to_pylist()
    with gzip.open(place / "releases.jsonl.gz", "rt", encoding="utf-8") as file:
        assert [json.loads(line) for line in file] == table
    with (place / "releases.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["id"] for row in rows] == ["1", "2", "3", "4"]
    for row, whole in zip(rows, table, strict=True):
        assert row == {
            name: "" if whole[name] is None else str(exports.harmless(whole[name])) for name in tables.RELEASES
        }
    assert query(place, "SELECT id, title, text FROM releases ORDER BY id") == [
        (row["id"], row["title"], row["text"]) for row in table
    ]


@pytest.mark.parametrize("text", ["长" * 40_000, "𠮷" * 20_000, "=" + "长" * 40_000, "长" * 32_767, "短"])
def test_a_cell_is_never_longer_than_a_spreadsheet_takes(text: str) -> None:
    cell = str(exports.cell(text))
    assert len(cell.encode("utf-16-le")) // 2 <= 32_767
    whole = str(exports.harmless(text))
    begun, _, said = cell.partition("…[cut: ")
    assert whole.startswith(begun)
    assert said == ("" if cell == whole else f"{len(whole) - len(begun)} characters]")


@pytest.mark.parametrize(
    "text", ["=1", "\u3000=1", " \x1f-1", "＋1", "\u2029@", "甲", "", " 甲", "甲=1", "甲" * 40_000, None, 7]
)
def test_a_row_is_written_as_its_cells(text: object) -> None:
    assert exports.cells((text, "乙")) == [exports.cell(text), "乙"]


def test_csv_begins_with_a_byte_order_mark(archive: Path) -> None:
    place = make(archive, public=False, now=NOW)
    marked = {path.stem for path in place.glob("*.csv") if path.read_bytes()[:3] == b"\xef\xbb\xbf"}
    assert marked == tables.TABLES.keys()


def test_exports_of_several_batches_are_whole(archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = make(archive, public=False, now=NOW)
    monkeypatch.setattr(exports, "BATCH", 3)
    place = make(archive, public=False, now=NOW)
    check_sums(place)
    for name in ("releases.parquet", "releases.csv"):
        read = parquet.read_table if name.endswith("parquet") else Path.read_bytes
        assert read(place / name) == read(whole / name)
    packed, unbroken = ((folder / "releases.jsonl.gz").read_bytes() for folder in (place, whole))
    assert gzip.decompress(packed) == gzip.decompress(unbroken)


@pytest.mark.parametrize("name", ["releases.csv", "releases.jsonl.gz", "releases.parquet"])
def test_an_export_that_says_something_else_is_found(name: str, archive: Path) -> None:
    other = make(archive, public=True, now=NOW)
    place = make(archive, public=False, now=NOW)
    if name == "releases.csv":  # has no texts, so the two have the same
        (other / name).write_text((place / name).read_text("utf-8").replace("live", "gone", 1), "utf-8", newline="")
    (place / name).write_bytes((other / name).read_bytes())
    sum_up(place)
    with pytest.raises(SnapshotError, match=name):
        check_sums(place)


def sum_up(place: Path) -> None:
    """Write the digests of a snapshot's files anew, as somebody would who changed them."""
    sums = (place / "SHA256SUMS").read_text("utf-8").splitlines()
    lines = [f"{files.digest(place / line[66:])}  {line[66:]}" for line in sums]
    (place / "SHA256SUMS").write_text("\n".join(lines) + "\n", "utf-8")


def without(place: Path, *names: str) -> None:
    """Take columns out of all exports of releases."""
    table = parquet.read_table(place / "releases.parquet")
    parquet.write_table(table.drop_columns(list(names)), place / "releases.parquet")
    with gzip.open(place / "releases.jsonl.gz", "rt", encoding="utf-8", newline="\n") as file:
        rows = [{name: value for name, value in json.loads(line).items() if name not in names} for line in file]
    with gzip.open(place / "releases.jsonl.gz", "wt", encoding="utf-8", newline="\n") as file:
        file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    with (place / "releases.csv").open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.DictReader(file))
    with (place / "releases.csv").open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, [name for name in lines[0] if name not in names], extrasaction="ignore")
        writer.writeheader()
        writer.writerows(lines)
    sum_up(place)


def test_exports_of_an_earlier_version_have_no_names_and_are_whole(archive: Path) -> None:
    place = make(archive, public=False, now=NOW)
    without(place, *tables.LATER)
    check_sums(place)


def test_a_place_that_a_later_table_calls_otherwise_is_no_fault(archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "region_name", lambda *_: "旧称")
    place = make(archive, public=False, now=NOW)
    assert "旧称" in (place / "releases.csv").read_text("utf-8")
    monkeypatch.undo()
    check_sums(place)


def test_exports_without_another_column_are_not_whole(archive: Path) -> None:
    place = make(archive, public=False, now=NOW)
    without(place, "issuer")
    with pytest.raises(SnapshotError, match=r"releases.csv and the database differ in their columns"):
        check_sums(place)


def test_exports_name_site_and_place_as_on_the_day(archive: Path) -> None:
    with closing(sqlite3.connect(archive / "archive.db")) as db, db:
        db.execute("UPDATE sources SET region = '370215' WHERE id = 'qinghe'")
        db.execute("UPDATE releases SET published = '2015-03-02' WHERE id = 1")
    place = make(archive, public=False, now=NOW)
    with (place / "releases.csv").open(encoding="utf-8-sig", newline="") as file:
        told = [tuple(row.values())[-2:] for row in csv.DictReader(file)]
    assert told == [
        ("清河市人民政府新闻办公室", "山东 青岛市 即墨市"),
        ("云岭省人民政府", "云岭省"),
        ("云岭日报", "云岭省"),
        ("云岭省人民政府", "云岭省"),
    ]


def test_coverage_names_months_that_no_list_has_shown(archive: Path) -> None:
    with closing(sqlite3.connect(archive / "archive.db")) as db, db:
        db.execute("UPDATE listings SET date = '2020-01-05', state = 'failed' WHERE url LIKE '%yunling%/2.html'")
    with (make(archive, public=False, now=NOW) / "coverage.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = [(row["month"], row["listed"], row["held"], row["unobserved"]) for row in csv.DictReader(file)
                if row["source"] == "yunling"]  # fmt: skip
    assert rows == [("2020-01", "1", "0", "0"), ("2020-02", "0", "0", "1"), ("2020-03", "0", "0", "1"),
                    ("2020-04", "1", "1", "0")]  # fmt: skip


def test_an_entry_without_a_day_in_its_list_is_covered(archive: Path) -> None:
    with closing(sqlite3.connect(archive / "archive.db")) as db, db:
        db.execute("UPDATE listings SET date = '' WHERE source = 'yunling'")
        db.execute("UPDATE listings SET state = 'failed', url_key = 'elsewhere' WHERE url LIKE '%yunling%/2.html'")
    with (make(archive, public=False, now=NOW) / "coverage.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["source"] == "yunling"]
    assert [(row["month"], row["listed"], row["held"], row["failed"]) for row in rows] == [
        ("", "1", "0", "1"),
        ("2020-04", "1", "1", "0"),
    ]
    states = ("held", "failed", "blocked", "pending", "skipped")
    assert all(int(row["listed"]) == sum(int(row[state]) for state in states) for row in rows)


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting a small disk needs root")
@pytest.mark.slow
def test_on_a_disk_that_is_really_full(archive: Path, tmp_path: Path) -> None:
    place = archive / "snapshots"
    place.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=128k", "tmpfs", place], check=False)
    if mounted.returncode:
        pytest.skip("this machine does not let us mount a disk")
    try:
        with pytest.raises(SnapshotError, match="is full"):
            make(archive, public=False, now=NOW)
        assert not list(place.iterdir())
    finally:
        subprocess.run(["umount", place], check=True)


@pytest.mark.parametrize("module", ["fts4", "elsewhere"])
def test_tables_of_its_owner_stay_private(archive: Path, module: str) -> None:
    with closing(sqlite3.connect(archive / "archive.db", isolation_level=None)) as db:
        db.execute("CREATE TABLE notes (a INTEGER, twice AS (2 * a) VIRTUAL, more INTEGER AS (a + 1) STORED)")
        db.execute("INSERT INTO notes (a) VALUES (3)")
        db.execute("CREATE TRIGGER noted AFTER DELETE ON turns BEGIN INSERT INTO notes (a) VALUES (old.n); END")
        db.execute("CREATE TRIGGER updated AFTER UPDATE ON releases BEGIN INSERT INTO notes (a) VALUES (9); END")
        add_words(db, "zqxwv", module)
    private, public = (make(archive, public=public, now=NOW) for public in (False, True))
    check_sums(private)
    check_sums(public)
    with closing(sqlite3.connect(private / "archive.db")) as db:
        assert db.execute("SELECT * FROM notes").fetchall() == [(3, 6, 4)]
        assert db.execute("SELECT c0said FROM words_content").fetchall() == [("zqxwv",)]
        triggers = "SELECT name FROM sqlite_master WHERE type = 'trigger' ORDER BY name"
        assert db.execute(triggers).fetchall() == [("noted",), ("updated",), ("versions_salt",)]
    with closing(sqlite3.connect(public / "archive.db")) as db:
        assert not db.execute(
            "SELECT name FROM sqlite_master WHERE name IN ('notes', 'noted', 'updated') OR name LIKE 'words%'"
        ).fetchall()
