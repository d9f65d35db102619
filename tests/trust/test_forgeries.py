"""Every forgery of an archive or a snapshot is named; what honest work changes is none."""

import hashlib
import json
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from archive import model
from archive.chain import read_link
from archive.removal.copies import sum_again
from archive.search import index
from archive.snapshots.exports import export
from archive.snapshots.package import edition_of
from archive.store.removed import hidden
from archive.verification.report import Report
from archive.verification.verify import verify
from tests.conftest import rows
from tests.trust.conftest import LATER, Crawled

Edit = Callable[[sqlite3.Connection], object]


@dataclass
class Forged:
    """An archive that tests forge: crawled, one release edited, one missing, one removed, then two snapshots taken."""

    folder: Path
    edited: int  # a release with two versions
    missing: int  # a release whose status has changed
    removed: str  # an address

    @property
    def private(self) -> Path:
        return sorted(place for place in (self.folder / "snapshots").glob("2*Z"))[-1]

    @property
    def public(self) -> Path:
        return sorted(place for place in (self.folder / "snapshots").glob("2*-public"))[-1]


@pytest.fixture(scope="module")
def archive(crawled: Crawled, tmp_path_factory: pytest.TempPathFactory) -> Forged:
    place = tmp_path_factory.mktemp("forged") / "archive"
    shutil.copytree(crawled.folder, place, symlinks=True)
    for source in ("mingchuan", "weiting", "boling", "qingzhen"):
        crawled.run(place, "crawl", source, "-a", "recheck=all")
    [(url,)] = rows(place, "SELECT url FROM releases WHERE source = 'mingsheng' ORDER BY id LIMIT 1")
    crawled.run(place, "remove", url, "--reason", "asked")
    for options in ((), ("--public",)):
        crawled.run(place, "snapshot", *options)
    [(edited,)] = rows(place, "SELECT release FROM versions WHERE version = 2")
    [(missing,)] = rows(place, "SELECT release FROM status_changes")
    return Forged(folder=place, edited=edited, missing=missing, removed=url)


@pytest.fixture
def live(archive: Forged, tmp_path: Path) -> Path:
    """The archive without its snapshots, to be forged."""
    place = tmp_path / "live"
    place.mkdir()
    for part in ("warc", "chain"):
        shutil.copytree(archive.folder / part, place / part)
    shutil.copyfile(archive.folder / "archive.db", place / "archive.db")
    return place


def edit(place: Path, *changes: str | Edit) -> None:
    with closing(sqlite3.connect(place / "archive.db", isolation_level=None)) as db:
        for change in changes:
            if isinstance(change, str):
                db.execute(change)
            else:
                change(db)


def again(place: Path) -> None:
    """Make the exports and sums of a forged snapshot anew."""
    export(place / "archive.db", place, edition_of(place))
    sum_again(place)


def text_of(id: int, text: str) -> Edit:
    """Set the text of a release everywhere: in its version, its digest and the search index."""

    def change(db: sqlite3.Connection) -> None:
        title, before, version = db.execute("SELECT title, text, version FROM releases WHERE id = ?", [id]).fetchone()
        index.write(db, id, (title, before), (title, text))
        db.execute("UPDATE releases SET text = ? WHERE id = ?", [text, id])
        digest = hashlib.sha256(text.encode()).hexdigest()
        sql = "UPDATE versions SET text = ?, text_sha256 = ? WHERE release = ? AND version = ?"
        db.execute(sql, [text, digest, id, version])

    return change


def field(name: str, value: str, id: int = 11) -> Edit:
    """Set a field of a release in its row and in its version."""

    def change(db: sqlite3.Connection) -> None:
        db.execute(f"UPDATE releases SET {name} = ? WHERE id = ?", [value, id])
        where = "release = ? AND version = (SELECT version FROM releases WHERE id = release)"
        [(facts,)] = db.execute(f"SELECT facts FROM versions WHERE {where}", [id]).fetchall()
        facts = json.dumps({**json.loads(facts), name: value}, ensure_ascii=False)
        db.execute(f"UPDATE versions SET facts = ? WHERE {where}", [facts, id])

    return change


def swapped(table: str, column: str, one: str, other: str) -> Edit:
    """Exchange the values of a column between two rows."""

    def change(db: sqlite3.Connection) -> None:
        key = "id" if table == "captures" else "release"
        place = f"SELECT {key}, {column} FROM {table} WHERE {{}}"
        (first, was), (second, is_now) = (db.execute(place.format(where)).fetchone() for where in (one, other))
        db.execute(f"UPDATE {table} SET {column} = ? WHERE {key} = ?", [is_now, first])
        db.execute(f"UPDATE {table} SET {column} = ? WHERE {key} = ?", [was, second])

    return change


ARTICLES = "(SELECT id FROM captures WHERE role = 'article' AND refers_to IS NULL ORDER BY id LIMIT 1 OFFSET {})"
ONE, OTHER = (f"id = {ARTICLES.format(n)}" for n in (3, 4))
FIRST_NEW = "(SELECT max(id) + 1 FROM releases)"
INVENTED = (
    "INSERT INTO releases (id, url, url_key, source, title, text, published, published_meta, publisher, author, editor,"
    " issuer, doc_number, index_number, written, language, version, cluster, status, first_seen, changed, text_key, problems)"
    " SELECT {id}, 'http://www.x.example/1.html', 'www.x.example/1.html', source, title, text, published,"
    " published_meta, publisher, author, editor, issuer, doc_number, index_number, written, language, 1, NULL, 'live',"
    " first_seen, first_seen, text_key, problems FROM releases WHERE id = 11"
)
INVENTED_VERSION = (
    "INSERT INTO versions SELECT (SELECT id FROM releases WHERE url LIKE '%x.example%'), version, kind, seen, title, text,"
    " text_sha256, capture, edits, markup, changed, facts, files, rules, figures FROM versions WHERE release = 11"
)

# each forgery: the changes, and words of a fault that name it
TEXTS: dict[str, tuple[list[str | Edit], str]] = {
    "text of a version": (["UPDATE versions SET text = text || '。' WHERE release = 11"], "release 11 "),
    "title of a version": (["UPDATE versions SET title = '伪造' WHERE release = 11"], "release 11 "),
    "text that is shown": (["UPDATE releases SET text = text || '。' WHERE id = 11"], "release 11 "),
    "title that is shown": (["UPDATE releases SET title = '伪造' WHERE id = 11"], "release 11 "),
    "text everywhere": ([text_of(11, "伪造的一句话。")], "release 11 "),
    "text with a *, its salt deleted": ([text_of(11, "伪造*"), "DELETE FROM salts WHERE release = 11"], "release 11 "),
    "press, all salts deleted": (["UPDATE sources SET rights = 'press'", "DELETE FROM salts"], "release 11 "),
    "another salt": (["UPDATE salts SET salt = lower(hex(randomblob(16))) WHERE release = 11"], "release 11 "),
    "salts swapped": ([swapped("salts", "salt", "release = 11", "release = 12")], "release 12 "),
    "markup": (["UPDATE versions SET markup = markup || '伪造' WHERE release = 11"], "release 11 "),
    "first sight": (["UPDATE versions SET seen = '2020-01-01T00:00:00+00:00' WHERE release = 11"], "release 11 "),
    "digest of a text": (["UPDATE versions SET text_sha256 = 'a' WHERE release = 11"], "release 11 "),
}
FACTS: dict[str, tuple[list[str | Edit], str]] = {
    "published, in its row": (["UPDATE releases SET published = '2020-01-01' WHERE id = 11"], "release 11 "),
    "published": ([field("published", "2020-01-01")], "release 11 "),
    "publisher": ([field("publisher", "伪造日报")], "release 11 "),
    "publisher, in its row": (["UPDATE releases SET publisher = '伪造日报' WHERE id = 11"], "release 11 "),
    "issuer": ([field("issuer", "伪造局")], "release 11 "),
    "number": ([field("doc_number", "伪发〔2020〕1号")], "release 11 "),
    "author": ([field("author", "某某")], "release 11 "),
    "facts of a version alone": (["UPDATE versions SET facts = '{}' WHERE release = 11"], "release 11 "),
    "facts forgotten": (["UPDATE versions SET facts = NULL WHERE release = 11"], "release 11 "),
    "published, with newer rules than there are": (
        [field("published", "2020-01-01"), "UPDATE versions SET rules = 999 WHERE release = 11"],
        "release 11 ",
    ),
    "address": (["UPDATE releases SET url = 'http://www.x.example/11.html' WHERE id = 11"], "release 11 "),
    "source": (["UPDATE releases SET source = 'weiting' WHERE id = 11"], "release 11 "),
    "files": (["UPDATE versions SET files = '[\"http://www.x.example/a.pdf\"]' WHERE release = 11"], "release 11 "),
    "status": (["UPDATE releases SET status = 'gone' WHERE id = 11"], "release 11 "),
    "last change": (["UPDATE releases SET changed = '2020-01-01T00:00:00+00:00' WHERE id = 11"], "release 11 "),
    "first seen": (["UPDATE releases SET first_seen = '2020-01-01T00:00:00+00:00' WHERE id = 11"], "release 11 "),
}
LIVES: dict[str, tuple[list[str | Edit], str]] = {
    "looks deleted": (["DELETE FROM observations"], "release 11 "),
    "looks of one deleted": (["DELETE FROM observations WHERE release = 11"], "release 11 "),
    "outcome of a look": (["UPDATE observations SET outcome = 'missing' WHERE release = 11"], "release 11 "),
    "a look that no longer counts": (["UPDATE observations SET counted = 0 WHERE release = 11"], "release 11 "),
    "time of a look": (["UPDATE observations SET at = '2025' || substr(at, 5) WHERE release = 11"], "release 11 "),
    "status and its change": (
        ["UPDATE releases SET status = 'gone' WHERE status = 'suspect'", "UPDATE status_changes SET status = 'gone'"],
        "release {missing} ",
    ),
    "changes of status deleted": (
        ["DELETE FROM status_changes", "UPDATE releases SET status = 'live'"],
        "release {missing} ",
    ),
}
VERSIONS: dict[str, tuple[list[str | Edit], str]] = {
    "the shown version set back": (
        [
            "UPDATE releases SET version = 1, changed = first_seen, (title, text) = (SELECT title, text FROM versions"
            " WHERE release = id AND version = 1) WHERE version = 2"
        ],
        "release {edited} ",
    ),
    "a version deleted": (["DELETE FROM versions WHERE version = 1 AND release = 11"], "release 11 version 1"),
    "a version of another kind": (["UPDATE versions SET kind = 'reread' WHERE version = 2"], "release {edited} "),
    "a change hidden": (["UPDATE versions SET changed = '[]' WHERE version = 2"], "release {edited} "),
    "edits": (["UPDATE versions SET edits = '[]' WHERE version = 2"], "release {edited} "),
    "an invented release": ([INVENTED.format(id=FIRST_NEW), INVENTED_VERSION], "release {new} "),
    "an invented release without versions": ([INVENTED.format(id=FIRST_NEW)], "release {new} "),
    "a release deleted": (
        [f"DELETE FROM {table} WHERE release = 11" for table in ("versions", "observations", "looks")]
        + ["DELETE FROM releases WHERE id = 11"],
        "release 11 version 1 is missing",
    ),
}
CAPTURES: dict[str, tuple[list[str | Edit], str]] = {
    "offsets swapped": ([swapped("captures", "offset", ONE, OTHER)], "capture"),
    "addresses swapped": ([swapped("captures", "url", ONE, OTHER)], "capture"),
    "time of a capture": ([f"UPDATE captures SET fetched = '2020-01-01T00:00:00+00:00' WHERE {ONE}"], "capture"),
    "digest of a page": ([f"UPDATE captures SET sha256 = 'a' WHERE {ONE}"], "capture"),
    "state of a capture": ([f"UPDATE captures SET status = 404 WHERE {ONE}"], "capture"),
    "length of a capture": ([f"UPDATE captures SET length = length - 1 WHERE {ONE}"], "capture"),
    "file of a capture": ([f"UPDATE captures SET warc = 'warc/weiting-2026-03.warc.gz' WHERE {ONE}"], "capture"),
    "role of a capture": (["UPDATE captures SET role = 'other' WHERE role = 'robots'"], "captures about"),
    "captures deleted": (["DELETE FROM captures WHERE role = 'robots'"], "captures about"),
    "pages of versions swapped": ([swapped("versions", "capture", "release = 11", "release = 12")], "release 11 "),
    "page of a version forgotten": (["UPDATE versions SET capture = NULL WHERE release = 11"], "release 11 "),
    "page that is referred to": (
        [f"UPDATE captures SET refers_to = {ARTICLES.format(0)} WHERE refers_to IS NOT NULL"],
        "capture",
    ),
}
REMOVALS: dict[str, tuple[list[str | Edit], str]] = {
    "removed emptied": (["DELETE FROM removed"], "the removal of"),
    "reason of a removal": (["UPDATE removed SET reason = 'x'"], "the removal of"),
    "time of a removal": (["UPDATE removed SET removed_at = '2020-01-01T00:00:00+00:00'"], "the removal of"),
    "an invented removal": (
        ["INSERT INTO removed VALUES ('http://x.example/', 'x.example/', '2026-03-18T00:00:00+00:00', '')"],
        "the removal of x.example/",
    ),
}
INDEX: dict[str, tuple[list[str | Edit], str]] = {
    "index emptied": (["INSERT INTO releases_fts(releases_fts) VALUES ('delete-all')"], "search index"),
    "a release that is not found": (
        [lambda db: index.write(db, 11, db.execute("SELECT title, text FROM releases WHERE id = 11").fetchone(), None)],
        "search index",
    ),
    "index dropped": (["DROP TABLE releases_fts"], "archive.db"),
}
PAGE = f"SELECT id, sha256 FROM captures WHERE id = {ARTICLES.format(3)}"
FILES: dict[str, tuple[list[str | Edit], str]] = {
    "a file that another page sent": (
        [
            f"UPDATE attachment_contents SET (capture, sha256) = ({PAGE})",
            f"UPDATE attachments SET (capture, sha256) = ({PAGE}) WHERE state = 'kept'",
        ],
        "has the content of another address",
    ),
    "a file's digest": (["UPDATE attachments SET sha256 = 'f0' WHERE state = 'kept'"], "never found at its address"),
    "a file's digests": (
        ["UPDATE attachments SET sha256 = 'f0' WHERE state = 'kept'", "UPDATE attachment_contents SET sha256 = 'f0'"],
        "has another content than its record",
    ),
    "a file's record": (["UPDATE attachments SET capture = NULL WHERE state = 'kept'"], "has no record of its content"),
    "a file that is gone": (["DELETE FROM attachments WHERE state = 'kept'"], "lacks the file"),
    "a file of another release": (
        [
            "UPDATE attachments SET release = 10 WHERE state = 'kept'",
            "UPDATE attachment_contents SET release = 10",
        ],
        "has the file",
    ),
}
ROWS = {**TEXTS, **FACTS, **LIVES, **VERSIONS, **CAPTURES, **REMOVALS, **INDEX, **FILES}


def named(report: Report, words: str, archive: Forged, new: int = 0) -> bool:
    wanted = words.format(edited=archive.edited, missing=archive.missing, new=new)
    return any(wanted in f"{fault} " for fault in report.faults)


@pytest.mark.parametrize("forgery", ROWS)
def test_a_forgery_of_the_live_archive_is_named(archive: Forged, live: Path, forgery: str) -> None:
    changes, words = ROWS[forgery]
    edit(live, *changes)
    [(new,)] = rows(live, "SELECT max(id) FROM releases")
    report = verify(live)
    assert named(report, words, archive, new), report.faults


@pytest.mark.parametrize("forgery", ROWS)
@pytest.mark.parametrize("kind", ["private", "public"])
def test_a_forgery_of_a_snapshot_with_new_sums_is_named(
    archive: Forged, tmp_path: Path, forgery: str, kind: str
) -> None:
    changes, words = ROWS[forgery]
    place = tmp_path / "copy"
    shutil.copytree(getattr(archive, kind), place)
    before = (place / "archive.db").read_bytes()
    edit(place, *changes)
    if (place / "archive.db").read_bytes() == before:
        pytest.skip("a public snapshot has no such rows")
    if forgery != "index dropped":
        again(place)
    [(new,)] = rows(place, "SELECT max(id) FROM releases")
    report = verify(place)
    unnamed = {**CAPTURES, **REMOVALS, **FILES}  # without warc/ the file alone can be named
    assert named(report, "archive.db" if forgery in unnamed else words, archive, new), report.faults


# files


def test_a_page_of_the_file_that_was_zeroed_is_named(archive: Forged, live: Path) -> None:
    path = live / "archive.db"
    content = path.read_bytes()
    missed = []
    with closing(sqlite3.connect(path)) as db:
        [size] = db.execute("PRAGMA page_size").fetchone()
        [pages] = db.execute("PRAGMA page_count").fetchone()
    for page in range(1, pages, 23):
        path.write_bytes(content[: page * size] + bytes(size) + content[(page + 1) * size :])
        if not verify(live).faults:
            missed.append(page)
    assert missed == []


def test_a_flipped_bit_names_the_release(archive: Forged, live: Path) -> None:
    [(text,)] = rows(live, "SELECT text FROM releases WHERE id = 11")
    part = text[:12]
    holding = rows(live, "SELECT id, url FROM releases WHERE instr(text, ?) > 0", part)  # others copy it
    path = live / "archive.db"
    content = path.read_bytes()
    places = [at for at in range(len(content)) if content.startswith(part.encode(), at)]
    assert len(places) >= 2 * len(holding)
    for at in places:
        path.write_bytes(content[:at] + bytes([content[at] ^ 4]) + content[at + 1 :])
        first = verify(live).faults[0]
        assert any(f"release {id} " in first and url in first for id, url in holding)


def test_a_table_that_cannot_be_read_through_still_names_releases(archive: Forged, live: Path) -> None:
    path = live / "archive.db"
    with closing(sqlite3.connect(path)) as db:
        [size] = db.execute("PRAGMA page_size").fetchone()
        leaves = db.execute("SELECT pageno FROM dbstat WHERE name = 'versions' AND pagetype = 'leaf'").fetchall()
    with path.open("r+b") as file:
        file.seek((leaves[1][0] - 1) * size)
        file.write(bytes(size))
    faults = verify(live).faults
    assert any("release " in fault and "cannot be read" in fault for fault in faults)


def test_an_index_that_lacks_a_row_names_its_release(archive: Forged, live: Path) -> None:
    path = live / "archive.db"
    with closing(sqlite3.connect(path)) as db:
        [(url, key)] = db.execute("SELECT url, url_key FROM releases WHERE id = 11").fetchall()
        leaves = db.execute("SELECT pageno FROM dbstat WHERE name = 'sqlite_autoindex_releases_1'").fetchall()
        [size] = db.execute("PRAGMA page_size").fetchone()
    content = path.read_bytes()
    [at] = [
        at for (page,) in leaves for at in range((page - 1) * size, page * size) if content.startswith(key.encode(), at)
    ]
    path.write_bytes(content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :])
    assert any("release 11 " in fault and url in fault for fault in verify(live).faults)


def test_a_database_cut_short_is_named(archive: Forged, live: Path) -> None:
    path = live / "archive.db"
    path.write_bytes(path.read_bytes()[:-40_000])
    assert any("archive.db" in fault for fault in verify(live).faults)


@pytest.mark.parametrize("name", ["metadata.json", "releases.csv", "releases.jsonl.gz", "README.txt"])
def test_a_file_of_a_snapshot_is_named_though_its_sum_was_made_anew(archive: Forged, tmp_path: Path, name: str) -> None:
    place = tmp_path / "copy"
    shutil.copytree(archive.public, place)
    if not (place / name).is_file():
        pytest.skip(f"there is no {name}")
    (place / name).write_bytes((place / name).read_bytes() + b" ")
    sum_again(place)
    assert any(name in fault for fault in verify(place).faults)


# the chain


def test_links_gone_from_the_end_are_missed(archive: Forged, tmp_path: Path) -> None:
    place = tmp_path / "copy"
    shutil.copytree(archive.folder, place, symlinks=True)
    last = max((place / "chain").glob("*.txt"))
    last.unlink()
    wanted = f"the chain ends at link {int(last.stem) - 1}, but the snapshot {archive.public.name} names link"
    assert any(wanted in fault for fault in verify(place).faults)
    assert any(wanted in fault for fault in verify(place / "snapshots" / archive.public.name).faults)
    for link in (place / "chain").glob("*.txt"):
        link.unlink()
    assert any("the chain is empty" in fault for fault in verify(place).faults)
    (place / "chain").rmdir()
    assert any("the chain is empty" in fault for fault in verify(place).faults)


def test_a_removal_that_only_a_snapshot_tells_of_is_no_excuse(archive: Forged, tmp_path: Path) -> None:
    place = tmp_path / "copy"
    shutil.copytree(archive.folder, place, symlinks=True)
    digest = next(iter(read_link(archive.private / "manifest.txt").releases.values()))
    first = sorted((place / "snapshots").glob("2*"))[0]
    [removal] = first.glob("0*.txt")
    removal.write_text(removal.read_text() + f"removed {digest}\n")
    sum_again(first)
    assert any("is not the link" in fault for fault in verify(place).faults)


def test_a_public_link_says_which_salts_are_kept_back(archive: Forged) -> None:
    link = read_link(archive.public / "manifest.txt")
    there = set(rows(archive.public, "SELECT release, version FROM salts"))
    assert link.kept == set(rows(archive.public, "SELECT release, version FROM versions")) - there != set()
    assert read_link(archive.private / "manifest.txt").kept == set()


# honest work is no forgery


def test_an_archive_and_its_snapshots_have_no_fault(archive: Forged) -> None:
    assert (verify(archive.folder).faults, verify(archive.folder).notes) == ([], [])
    for place in (archive.folder / "snapshots").glob("2*"):
        assert verify(place).faults == []


def test_a_chain_of_the_earlier_form_verifies(archive: Forged, live: Path) -> None:
    last = max((live / "chain").glob("*.txt"))
    words = ("release", "warc", "number", "made", "previous")
    lines = [line for line in last.read_text().splitlines() if line.split()[0] in words]
    last.write_text("\n".join(["gongbao chain 1", *lines, ""]))
    assert verify(live).faults == []
    edit(live, *ROWS["text with a *, its salt deleted"][0])
    assert named(verify(live), "release 11 ", archive)


@pytest.mark.slow
def test_a_crawl_a_removal_and_a_replay_since_the_last_link_are_no_fault(
    crawled: Crawled, archive: Forged, tmp_path: Path
) -> None:
    place = tmp_path / "copy"
    shutil.copytree(archive.folder, place, symlinks=True)
    settings = {**crawled.settings(place), "NOW": "2026-04-08T10:00"}
    assert settings["NOW"] > LATER
    crawled.run(place, "crawl", "mingchuan", "-a", "recheck=all")
    assert verify(place).faults == []
    crawled.run(place, "crawl", "replay")
    assert (verify(place).faults, verify(place).notes) == ([], [])
    [(url,)] = rows(place, "SELECT url FROM releases WHERE id = 9")
    crawled.run(place, "remove", url, "--reason", "asked", "--hide-address")
    assert rows(place, "SELECT count(*) FROM removed WHERE url = ?", hidden(url)) == [(1,)]
    assert verify(place).faults == []
    for snapshot in (place / "snapshots").glob("2*"):
        assert verify(snapshot).faults == []
    (place / "archive.db").rename(tmp_path / "earlier")
    crawled.run(place, "rebuild")
    report = verify(place)
    assert report.faults == []
    assert "was made anew" in report.notes[0]
    crawled.run(place, "snapshot")
    assert verify(place).faults == []


def test_an_import_of_older_pages_since_the_last_link_is_no_fault(crawled: Crawled, tmp_path: Path) -> None:
    place = tmp_path / "young"
    crawled.run(place, "crawl", "mingchuan")
    crawled.run(place, "snapshot")
    [(versions,)] = rows(place, "SELECT count(*) FROM versions")
    crawled.run(place, "import", str(crawled.folder / "warc" / "mingchuan-2026-03.warc.gz"), "--source", "mingchuan")
    assert rows(place, "SELECT count(*) > ? FROM versions", versions) == [(1,)]
    assert verify(place).faults == []
    crawled.run(place, "snapshot", "--public")
    assert verify(place).faults == []


def test_fields_that_newer_rules_corrected_are_a_note(
    archive: Forged, live: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(model, "READER", model.READER + 1)
    edit(live, field("publisher", "更正日报"), f"UPDATE versions SET rules = {model.READER} WHERE release = 11")
    report = verify(live)
    assert report.faults == []
    assert "release 11 " in report.notes[0]


@pytest.fixture(autouse=True)
def _nothing_is_left(tmp_path: Path) -> Iterator[None]:
    yield
    shutil.rmtree(tmp_path, ignore_errors=True)
