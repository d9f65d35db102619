"""Power cuts under the real store code: whatever a disk forgets, no acknowledged release is lost."""

import random
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from archive import store
from archive.model import Listed, Page, Release
from archive.schema.open import open_archive
from archive.search import index
from archive.store.crawls import begin
from archive.store.ledger import record
from archive.texts.normalised import normalised, text_key

pytest.importorskip("apsw", reason="apsw is not installed")
from tests.trust.power import Connection, Log, LoggedDisk, after_cut

NOW = datetime(2026, 3, 16, 10, tzinfo=UTC)
PLACES = ("明川", "博岭", "青枕", "渭亭", "云泽")
SOURCE = {
    "id": "mingchuan",
    "name": "明川市人民政府",
    "region": "990100",
    "level": "city",
    "family": "html",
    "url": "http://mingchuan.example/",
    "rights": "official",
    "evidence": "live",
}


def release(n: int, version: int) -> Release:
    """An invented notice; its length varies, so that its rows end anywhere in a page of the database."""
    chance = random.Random(n * 10 + version)
    lines = [
        f"第{i + 1}条 {PLACES[chance.randrange(5)]}第{chance.randrange(9000)}号工程投资{chance.randrange(900)}万元。"
        for i in range(3 + n % 40)
    ]
    text = "\n".join(lines)
    url = f"http://mingchuan.example/art/{n}.html"
    fetched = (NOW + timedelta(days=version)).isoformat(timespec="seconds")
    page = Page(url=url, source="mingchuan", fetched=fetched, body=b"", listed=Listed(url=url, title=f"通知{n}"))
    return Release(page=page, title=f"关于第{n}号工程的通知", text=text, text_key=text_key(normalised(text)))


def work(folder: Path, log: Log, seed: int) -> list[tuple[str, int]]:
    """A crawl's worth of storing on a disk that takes notes; what was acknowledged, in order."""
    name = f"power-{seed}"
    disk = LoggedDisk(name, log)
    db = open_archive(folder, connect=lambda path: Connection(path, name))
    kept = []
    try:
        db.execute("PRAGMA wal_autocheckpoint=20")
        crawl = begin(db, "mingchuan", NOW.isoformat(), "")
        entries = [Listed(url=f"http://mingchuan.example/art/{n}.html", title=f"通知{n}") for n in range(30)]
        record(db, entries, source="mingchuan", list_url="http://mingchuan.example/", crawl=crawl, finished=0, now=NOW)
        for version in (1, 2):
            for n in range(0, 30, version):
                stored = release(n, version)
                store.save(db, stored, NOW + timedelta(days=version))
                log.acknowledge()
                kept.append((stored.page.url, version))
    finally:
        db.close()
        disk.unregister()
    return kept


def faults(folder: Path, kept: list[tuple[str, int]]) -> list[str]:
    """What is wrong with an archive after the power came back: nothing is repaired by us, SQLite alone recovers."""
    with closing(sqlite3.connect(folder / "archive.db", isolation_level=None)) as db:
        found = [row[0] for row in db.execute("PRAGMA integrity_check(1)") if row[0] != "ok"]
        found += [f"refers to nothing: {row}" for row in db.execute("PRAGMA foreign_key_check")]
        db.create_function("spaced", 1, lambda text: index.spaced(text or ""), deterministic=True)
        db.execute("DROP VIEW releases_spaced")
        db.execute(
            "CREATE VIEW releases_spaced AS SELECT id, spaced(title) AS title, spaced(text) AS text FROM releases"
        )
        db.execute("INSERT INTO releases_fts(releases_fts, rank) VALUES ('integrity-check', 1)")
        has = dict(db.execute("SELECT url, version FROM releases").fetchall())
        found += [f"lost: {url} version {version}" for url, version in kept if has.get(url, 0) < version]
        pending = "SELECT url FROM listings WHERE state = 'pending' INTERSECT SELECT url FROM releases"
        found += [f"held and still pending: {url}" for (url,) in db.execute(pending)]
    return found


def cuts(tmp_path: Path, count: int) -> list[str]:
    wrong = []
    for seed in range(max(1, count // 25)):
        folder, before = tmp_path / f"archive-{seed}", tmp_path / f"before-{seed}"
        with closing(open_archive(folder)) as db:
            store.declare_source(db, SOURCE)
        before.mkdir()
        (before / "archive.db").write_bytes((folder / "archive.db").read_bytes())
        log = Log()
        kept = work(folder, log, seed)
        chance = random.Random(seed)
        for _ in range(min(25, count)):
            at = chance.randrange(1, len(log.events))
            told = after_cut(before, log, at, tmp_path / "after", chance)
            try:
                found = faults(tmp_path / "after", kept[:told])
            except sqlite3.Error as error:
                found = [f"cannot be read: {error}"]
            wrong += [f"seed {seed}, event {at}: {fault}" for fault in found]
    return wrong


def test_no_cut_of_the_power_costs_an_acknowledged_release(tmp_path: Path) -> None:
    assert cuts(tmp_path, 50) == []


@pytest.mark.slow
def test_150_cuts_of_the_power_cost_nothing(tmp_path: Path) -> None:
    assert cuts(tmp_path, 150) == []


def test_the_simulation_would_find_a_store_that_does_not_sync(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    execute = Connection.execute

    def careless(self: Connection, sql: str, values: object = ()) -> object:
        return execute(self, sql.replace("synchronous=FULL", "synchronous=OFF"), values)

    monkeypatch.setattr(Connection, "execute", careless)
    assert cuts(tmp_path, 50) != []
