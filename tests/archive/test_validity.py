"""Whether what the site and its snapshots give is valid: HTML, Atom, the data package."""

import asyncio
import re
import warnings
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree

import pytest

from archive.database import open_archive
from archive.site.serving import site
from archive.snapshot import make
from tests.archive.conftest import add_release, fill, insert

EVIL = "<b>&amp;</b>\"' {{7*7}} \u202e]]>=1"
ATOM = "{http://www.w3.org/2005/Atom}"
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)")  # RFC 3339
PAGES = [
    *("/", "/search", "/search?q=清河", "/search?q=清河 火星", "/search?state=changed&page=2", "/browse", "/health"),
    *("/release/1", "/release/2", "/release/3", "/release/5", "/release/1?v=1", "/release/99", "/snapshots", "/rights"),
]


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("validity")
    db = open_archive(folder)
    fill(db.conn)
    add_release(db.conn, 5, "yunling", EVIL, f"{EVIL}\n{EVIL}\t\0\x0b{EVIL}", author=EVIL, published="2020-13-41")
    insert(db.conn, "citations", release=5, n=0, title=EVIL, start=0)
    db.execute("UPDATE sources SET region = '370000' WHERE id = 'yunling'")
    db.execute("UPDATE releases SET status = 'gone' WHERE id = 2")
    for at, outcome in (("2020-05-03T06:00:00Z", "same"), ("2020-05-13T06:00:00Z", "missing")):
        insert(db.conn, "observations", release=2, at=at, outcome=outcome, counted=1)
    db.close()
    return make(folder, public=True, now=datetime(2020, 6, 1, tzinfo=UTC))


@pytest.fixture(scope="module")
def pages(snapshot: Path) -> Iterator[dict[str, str]]:
    """What each of `PAGES`, in both languages, and the feed of everything answer."""
    datasette = site(snapshot, public=True, contact="desk@yunling.example")

    async def get(path: str) -> str:
        return str((await datasette.client.get(path)).text)

    async def get_all() -> dict[str, str]:
        paths = [f"{path}{'&' if '?' in path else '?'}lang={lang}" for path in PAGES for lang in ("zh", "en")]
        return {
            path: await get(path)
            for path in [*paths, "/changes.atom", "/search.atom", "/search.atom?q=清河 \u202e&lang=en"]
        }

    yield asyncio.run(get_all())
    for database in datasette.databases.values():
        database.close()
    datasette.executor.shutdown()


def test_every_page_is_html_without_a_fault(pages: dict[str, str]) -> None:
    html5lib = pytest.importorskip("html5lib", reason="needs html5lib")
    for path, page in pages.items():
        if "atom" not in path:
            parser = html5lib.HTMLParser()
            parser.parse(page)
            assert (path, parser.errors) == (path, [])


def test_ids_stand_once_on_a_page(pages: dict[str, str]) -> None:
    for path, page in pages.items():
        if "atom" not in path:
            ids = re.findall(r'\sid="([^"]+)"', page)
            assert (path, sorted(set(ids))) == (path, sorted(ids))


def test_feeds_have_what_rfc_4287_asks_for(pages: dict[str, str]) -> None:
    for path in (path for path in pages if "atom" in path):
        feed = ElementTree.fromstring(pages[path])
        assert feed.tag == f"{ATOM}feed"
        assert [link.get("rel") for link in feed.findall(f"{ATOM}link")] == ["self"]
        entries = feed.findall(f"{ATOM}entry")
        assert entries
        for part in (feed, *entries):
            for name in ("id", "title", "updated"):
                assert [bool(found.text) for found in part.findall(f"{ATOM}{name}")] == [True]
            assert all(link.get("href", "").startswith("http") for link in part.findall(f"{ATOM}link"))
            for name in ("updated", "published"):
                for found in part.findall(f"{ATOM}{name}"):
                    assert MOMENT.fullmatch(found.text or "")
                    datetime.fromisoformat(found.text or "")
        assert len({entry.findtext(f"{ATOM}id") for entry in entries}) == len(entries)
        assert all(entry.findtext(f"{ATOM}author/{ATOM}name") for entry in entries)


def test_the_data_package_describes_what_lies_beside_it(snapshot: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # frictionless's own
        frictionless = pytest.importorskip("frictionless", reason="needs frictionless[json]")
        report = frictionless.validate(str(snapshot / "datapackage.json"))
    faults = [error.message for error in report.errors] + [fault for task in report.tasks for fault in task.errors]
    assert [str(fault) for fault in faults] == []
