"""Releases whose text is a file, crawled over HTTP: which of them are one, and how the relation says so."""

import gzip
import json
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from archive.snapshots.make import make
from tests.archive.duplicates.carrying import APART, PLAN, SCHOOLS, TRIED, Case, Release
from tests.archive.site.visiting import visited
from tests.conftest import crawl, rows, scrapy
from tests.trust.hostile import HostileSite, encoded, page
from tests.trust.test_hostile import declare

PAGE = (
    "<html><head><meta charset='utf-8'><title>{0}</title></head><body><h1>{0}</h1><p>{1} 来源：清河市人民政府</p>"
    "<div class='article'>{2}</div></body></html>"
)


def html(release: Release, place: str) -> str:
    lines = "".join(f"<p>{line}</p>" for line in release.text.split("\n"))
    links = "".join(
        f"<p><a href='{quote(f'{place}-{n}')}.{name.rpartition('.')[2]}'>{name}</a></p>"
        for n, name in enumerate(release.files)
    )
    return PAGE.format(release.title, release.day, lines + links)


def crawled(folder: Path, cases: list[Case]) -> Path:
    """The archive after a crawl of a site with both pages of each case, /x/0a.html and /x/0b.html and so on."""
    answers = {}
    for at, case in enumerate(cases):
        for end, release in (("a", case.a), ("b", case.b)):
            place = f"{at}{end}"
            answers[f"/x/{place}.html"] = page(html(release, place))
            for n, (name, body) in enumerate(release.files.items()):
                answers[f"/x/{place}-{n}.{name.rpartition('.')[2]}"] = encoded(body, "identity")
    with HostileSite(answers) as site:
        site.list_page("/list/", [path for path in answers if path.endswith(".html")])
        sources = declare(folder, site)
        sources.write_text(sources.read_text("utf-8") + "rights = 'official'\n", "utf-8")
        crawl("hostile", **settings(folder / "a"))
    return folder / "a"


def settings(folder: Path) -> dict[str, Any]:
    return {
        "ARCHIVE_DIR": folder,
        "SOURCES": folder.parent / "hostile.toml",
        "PRIVATE_HOSTS": "127.0.0.2",
        "NOW": "2026-03-20T12:00",
    }


FEW = [TRIED[0], TRIED[2], TRIED[14]]  # the last: a notice and its explanation


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return crawled(tmp_path_factory.mktemp("few"), FEW)


@pytest.fixture(scope="module")
def tried(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return crawled(tmp_path_factory.mktemp("tried"), TRIED)


@pytest.fixture(scope="module")
def apart(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return crawled(tmp_path_factory.mktemp("apart"), APART)


def is_one(folder: Path, at: int) -> bool:
    found = rows(
        folder, "SELECT cluster FROM releases WHERE url LIKE ?1 OR url LIKE ?2", f"%/{at}a.html", f"%/{at}b.html"
    )
    assert len(found) == 2, at
    return found[0] == found[1]


def tied(folder: Path) -> list[tuple[Any, ...]]:
    """The relations by files: the two addresses, and the names of the files."""
    name = "coalesce((SELECT name FROM attachments WHERE release = {0} AND sha256 = {0}_file), '')"
    return rows(
        folder,
        f"""SELECT kind, substr(r.url, -7), substr(s.url, -7), {name.format("a")}, {name.format("b")} FROM relations
        JOIN releases AS r ON r.id = a JOIN releases AS s ON s.id = b WHERE a_file || b_file <> '' ORDER BY 2, 3""",
    )


@pytest.mark.slow
@pytest.mark.parametrize("at", range(len(TRIED)), ids=[case.name for case in TRIED])
def test_releases_in_files_are_one(tried: Path, at: int) -> None:
    assert is_one(tried, at) == TRIED[at].same


@pytest.mark.slow
@pytest.mark.parametrize("at", range(len(APART)), ids=[case.name for case in APART])
def test_so_are_those_that_the_rule_was_not_made_by(apart: Path, at: int) -> None:
    assert is_one(apart, at) == APART[at].same


def test_the_relation_names_the_files(few: Path) -> None:
    assert [is_one(few, at) for at in range(3)] == [True, True, False]
    names = {name for relation in tied(few) for name in relation[3:] if name}
    assert names == {f"{PLAN}.pdf", f"{SCHOOLS}.pdf", "附件1：规定全文.docx"}
    assert {relation[0] for relation in tied(few)} == {"duplicate"}


@pytest.mark.parametrize("public", [False, True])
def test_page_and_exports_say_by_which_file(few: Path, tmp_path: Path, *, public: bool) -> None:
    place = make(shutil.copytree(few, tmp_path / "a"), public=public, now=datetime(2026, 3, 21, tzinfo=UTC))
    [(copy, head)] = rows(few, "SELECT a, b FROM relations WHERE b_file <> '' AND a_file = ''") or rows(
        few, "SELECT a, b FROM relations WHERE a_file <> '' AND b_file = ''"
    )
    with visited(place, public=public) as get:
        for id in (copy, head):
            said = get(f"/release/{id}", lang="en").text
            assert "compared by the text of the file" in said
            assert f"{PLAN}.pdf</a>" in said
        beside = get("/compare", a=str(copy), b=str(head), lang="en").text
        assert f"{PLAN}.pdf</a>" in beside
        assert "No word differs." in beside
        [told] = get(f"/release/{head}.json").json()["copies"]
        assert [one["name"] for one in told["by_files"]] == [f"{PLAN}.pdf"]
    with gzip.open(place / "releases.jsonl.gz", "rt", encoding="utf-8") as file:
        exported = {line["id"]: line["cluster_file"] for line in map(json.loads, file)}
    assert exported[copy] == f"{PLAN}.pdf"
    assert exported[head] == ""
    assert rows(place, "SELECT name FROM sqlite_master WHERE name = 'carried'") == [] or not public


def test_a_rebuild_a_replay_and_the_command_give_the_same(few: Path, tmp_path: Path) -> None:
    (tmp_path / "hostile.toml").write_bytes((few.parent / "hostile.toml").read_bytes())
    folder = shutil.copytree(few, tmp_path / "a")
    before = tied(folder)
    (folder / "archive.db").unlink()
    assert scrapy("rebuild", **settings(folder)).returncode == 0
    assert tied(folder) == before
    assert scrapy("crawl", "replay", **settings(folder)).returncode == 0
    assert tied(folder) == before
    done = scrapy("duplicates", **settings(folder))
    assert "2 of these by a file's text" in done.stdout
    assert "0 releases changed cluster" in done.stdout
    assert tied(folder) == before


def test_a_removed_file_ties_nothing_any_more(few: Path, tmp_path: Path) -> None:
    (tmp_path / "hostile.toml").write_bytes((few.parent / "hostile.toml").read_bytes())
    folder = shutil.copytree(few, tmp_path / "a")
    place = make(folder, public=False, now=datetime(2026, 3, 21, tzinfo=UTC))
    [(url,)] = rows(folder, "SELECT url FROM attachments WHERE name = '附件1：规定全文.docx'")
    done = scrapy("remove", url, "--reason", "asked", **settings(folder))
    assert done.returncode == 0, done.stdout + done.stderr
    for one in (folder, place):
        assert not is_one(one, 1)
        assert is_one(one, 0)
        assert len(tied(one)) == 1


def test_a_release_that_goes_leaves_no_shingle_of_its_file(few: Path, tmp_path: Path) -> None:
    (tmp_path / "hostile.toml").write_bytes((few.parent / "hostile.toml").read_bytes())
    folder = shutil.copytree(few, tmp_path / "a")
    [(id, url)] = rows(folder, "SELECT id, url FROM releases WHERE url LIKE '%/0a.html'")
    assert scrapy("remove", url, "--reason", "asked", **settings(folder)).returncode == 0
    assert rows(folder, "SELECT count(*) FROM shingles WHERE release = ?", id) == [(0,)]
    assert rows(folder, "SELECT count(*) FROM carried WHERE release = ?", id) == [(0,)]


def test_where_texts_are_withheld_the_relation_stays(few: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(few, tmp_path / "a")
    with closing(sqlite3.connect(folder / "archive.db")) as db, db:
        db.execute("UPDATE sources SET rights = 'press'")
    place = make(folder, public=True, now=datetime(2026, 3, 21, tzinfo=UTC))
    assert tied(place) == tied(folder)
    assert rows(place, "SELECT max(length(text)) FROM files") == [(0,)]


def test_a_merge_finds_them_also_where_the_texts_are_held(few: Path, tmp_path: Path) -> None:
    (tmp_path / "hostile.toml").write_bytes((few.parent / "hostile.toml").read_bytes())
    place = make(shutil.copytree(few, tmp_path / "a"), public=False, now=datetime(2026, 3, 21, tzinfo=UTC))
    hub = settings(tmp_path / "hub")
    assert scrapy("merge", str(place), **hub).returncode == 0
    assert tied(tmp_path / "hub") == tied(few)
    with closing(sqlite3.connect(tmp_path / "hub" / "archive.db")) as db, db:
        for table in ("merged", "carried", "relations"):
            db.execute(f"DELETE FROM {table}")
    assert scrapy("merge", str(place), **hub).returncode == 0
    assert tied(tmp_path / "hub") == tied(few)
