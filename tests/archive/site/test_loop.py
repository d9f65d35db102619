"""A program that follows `next` meets every hit once; what it cannot have meant is refused."""

from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from archive.database import transaction
from archive.schema.open import open_archive
from archive.search import offers
from archive.snapshots.make import make
from tests.archive.conftest import add_release, fill
from tests.archive.site.visiting import NOW, Get, visited

HITS = 40


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("loop") / "data"
    db = open_archive(folder)
    with transaction(db):
        fill(db.conn)
        for n in range(100, 100 + HITS):
            add_release(
                db.conn, n, "yunling", f"渡口通告{n}", f"第{n}号渡船停航检修。", published=f"2020-03-{n % 28 + 1:02d}"
            )
    db.close()
    return folder


def test_a_loop_meets_every_hit_once_while_a_newer_snapshot_comes_to_be_served(folder: Path) -> None:
    met: list[int] = []
    with visited(make(folder, public=False, now=NOW), public=False) as get:
        answer = get("/search.json", q="渡船停航", limit="7").json()
        met += [row["id"] for row in answer["releases"]]
        assert (answer["total"], answer["count"], answer["about"]) == (HITS, 7, False)
    db = open_archive(folder)
    with transaction(db):
        for n in range(200, 205):
            add_release(db.conn, n, "yunling", f"渡口通告{n}", f"第{n}号渡船停航检修。", published="2020-03-01")
        db.execute("UPDATE releases SET published = '2021-01-01' WHERE id = 110")
    db.close()
    with visited(make(folder, public=False, now=NOW + timedelta(days=1)), public=False) as get:
        while answer["next"]:
            parts = urlsplit(answer["next"])
            answer = get(f"{parts.path}?{parts.query}").json()
            met += [row["id"] for row in answer["releases"]]
    assert sorted(met) == list(range(100, 100 + HITS))


@pytest.mark.parametrize("form", ["json", "jsonl", "csv"])
def test_every_format_says_where_it_goes_on(form: str, get: Get) -> None:
    first = get(f"/search.{form}", q="渡船停航", limit="30")
    address, _, relation = first.headers["link"].partition("; ")
    parts = urlsplit(address.strip("<>"))
    assert (parts.path, relation) == (f"/search.{form}", 'rel="next"')
    assert "link" not in get(f"{parts.path}?{parts.query}").headers


def test_more_than_can_be_verified_are_met_once_too(get: Get, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(offers, "COUNTED", 5)
    met, after = [], ""
    while after is not None:
        answer = get("/search.json", q="渡船停航", limit="9", **({"after": after} if after else {})).json()
        assert answer["about"]
        met += [row["id"] for row in answer["releases"]]
        after = answer["next"] and dict(pair.split("=") for pair in urlsplit(answer["next"]).query.split("&"))["after"]
    assert len(met) == len(set(met)) >= HITS


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(
            ("page", "2"),
            ("year", "abc"),
            ("month", "2020-13"),
            ("month", "2020"),
            ("from", "2020-02-30"),
            ("to", "gestern"),
        ),
        *(
            ("region", "山东"),
            ("kind", "news"),
            ("state", "old"),
            ("sort", "random"),
            ("limit", "0"),
            ("limit", "1001"),
        ),
        *(("after", "x"), ("at", "2020-13-01"), ("at", "yesterday"), ("yaer", "2020")),
    ],
)
def test_what_cannot_be_is_refused_to_programs(name: str, value: str, get: Get) -> None:
    answer = get("/search.json", q="渡船", **{name: value})
    assert answer.status_code == 400
    assert value in answer.json()["error"]


def test_a_moment_that_cannot_be_is_refused_to_people_too(get: Get) -> None:
    assert get("/search", at="2020-13-01").status_code == 400
    assert get("/browse", at="x").status_code == 400
    assert "截至 2020-04-12" in get("/search", at="2020-04-12").text
    assert "没有" in get("/search", q="渡船", at="2020-04-12").text
