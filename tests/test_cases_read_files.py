"""The kept cases of files (../shared/cases/files), linked to in every form that they name, crawled, searched and published."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from html import escape
from pathlib import Path
from typing import Any

import pytest

from archive.search import hits
from archive.search.asked import Asked
from archive.search.index import spaced
from tests.conftest import SHARED, crawl, rows, scrapy
from tests.trust.hostile import GOOD, Hostile, HostileSite, encoded, page
from tests.trust.test_hostile import declare

CASES = SHARED / "cases" / "files"
pytestmark = [pytest.mark.slow, pytest.mark.skipif(not CASES.is_dir(), reason=f"{CASES} is absent")]


def truth() -> dict[str, dict[str, Any]]:
    told: dict[str, dict[str, Any]] = json.loads((CASES / "truth.json").read_text("utf-8"))
    return told


def is_gone(handler: Hostile) -> None:
    handler.send(b"", 404)


def answer(name: str) -> Any:
    match name:
        case "f48.pdf":
            return page("<html><p>系统维护中")
        case "f49.pdf":
            return is_gone
        case "f50.pdf":
            return encoded(b"%PDF-1.4\n" + bytes(25 << 20), "identity")
        case _:
            body, headers = (CASES / name).read_bytes(), {}
            if told := truth()[name].get("disposition"):
                headers = {"Content_Disposition": told, "Content_Type": "application/octet-stream"}
            return lambda handler: handler.send(body, **headers)


def link(case: dict[str, Any]) -> str:
    return case["link"] if case["link"].startswith("/") else f"/a/{case['link']}"


def article(name: str, case: dict[str, Any]) -> Any:
    shown = f"<img src='{link(case)}' width='800' height='1200'>" if case.get("link_kind") == "embedded" else ""
    words = f"附件：{name}" if not case["link"].startswith("/") else "附件：资料"
    anchor = shown or f"<p><a href='{escape(link(case))}'>{words}</a></p>"
    return page(GOOD.format(f"全省水库工程完工（{name}）").replace("</div>", f"{anchor}</div>"))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    base = tmp_path_factory.mktemp("cases")
    cases = truth()
    answers = {link(case): answer(name) for name, case in cases.items()}
    pages = {f"/a/{name}.html": article(name, case) for name, case in cases.items()}
    with HostileSite({**answers, **pages}) as site:
        site.list_page("/list/", list(pages))
        sources = declare(base, site)
        sources.write_text(sources.read_text("utf-8") + "rights = 'official'\n", "utf-8")
        settings = {"ARCHIVE_DIR": base / "a", "SOURCES": sources, "PRIVATE_HOSTS": "127.0.0.2"}
        crawl("hostile", **settings)
        for public in ((), ("--public",)):
            assert scrapy("snapshot", *public, **settings).returncode == 0
    return base / "a"


def found(folder: Path) -> dict[str, tuple[str, str, str, str]]:
    """Each case's name: the state and reason of its link, the state and the text of its file."""
    sql = """SELECT r.url, a.state, a.reason, coalesce(f.state, 'none'), coalesce(f.text, '') FROM releases r
        LEFT JOIN attachments a ON a.release = r.id LEFT JOIN files f ON f.sha256 = a.sha256"""
    return {url.rpartition("/")[2].removesuffix(".html"): tuple(row) for url, *row in rows(folder, sql)}  # type: ignore[misc]


def test_every_link_has_its_row_and_every_file_its_state(folder: Path) -> None:
    told = found(folder)
    wrong = {}
    for name, case in truth().items():
        state, reason, read, _ = told[name]
        fits = state in case.get("attachment", ["kept"]) and read in case["state"]
        if not fits or (case.get("reason") and reason != case["reason"]):
            wrong[name] = (case["kind"], told[name][:3])
    assert wrong == {}


def test_a_phrase_of_a_file_alone_finds_its_release_and_page(folder: Path) -> None:
    [place] = (folder / "snapshots").glob("2*Z")
    told = found(folder)
    with closing(sqlite3.connect(place / "archive.db")) as db:
        db.row_factory = sqlite3.Row
        lost = []
        for name, case in truth().items():
            if told[name][2] == "ok" and case.get("phrase") and not case.get("unreadable"):
                hit = hits.find(db, Asked(q=f'"{case["phrase"]}"')).hits
                if not any(name in one.row["url"] and one.within for one in hit):
                    lost.append(name)
        assert lost == []
        stock = "SELECT count(*) FROM files_fts WHERE files_fts MATCH ?"
        assert db.execute(stock, [f'"{spaced(truth()["f01.pdf"]["phrase"])}"']).fetchone()[0] == 1


def test_no_number_of_a_person_stands_in_a_public_snapshot(folder: Path) -> None:
    [place] = (folder / "snapshots").glob("2*-public")
    numbers = [number for case in truth().values() for number in case.get("personal", ())]
    assert numbers
    for path in place.iterdir():
        content = path.read_bytes()
        assert [number for number in numbers if number.encode() in content] == [], path
    with closing(sqlite3.connect(place / "archive.db")) as db:
        texts = "\n".join(text for (text,) in db.execute("SELECT text FROM files"))
        assert [number for number in numbers if number in texts] == []
