"""Whether what the site and its snapshots give is valid: HTML, Atom, the data package."""

import gzip
import json
import re
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree

import pytest

from archive import site as site_module
from archive.schema.open import open_archive
from archive.snapshots.make import make
from tests.archive.conftest import add_release, add_version, fill, insert
from tests.archive.living import headline, prose
from tests.archive.site.visiting import visited

EVIL = "<b>&amp;</b>\"' {{7*7}} \u202e]]>=1"
ATOM = "{http://www.w3.org/2005/Atom}"
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)")  # RFC 3339
STATIC = Path(str(site_module.__file__)).parent / "static"
PAGES = [
    *(
        "/",
        "/search",
        "/search?q=清河",
        "/search?q=清河 火星",
        "/search?state=changed&page=2",
        "/browse",
        "/changes",
        "/changes?kind=gone&from=2020-01-01",
        "/health",
        "/source/qinghe",
    ),
    *(
        "/release/1",
        "/release/2",
        "/release/3",
        "/release/5",
        "/release/1?v=1",
        "/compare?a=1@1&b=5",
        "/compare?a=x",
        "/alerts?q=清河&state=gone",
        "/release/99",
        "/nothing",
        "/archive/releases?_sort=0",
        "/snapshots",
        "/rights",
    ),
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
def pages(snapshot: Path) -> dict[str, str]:
    """What each of `PAGES`, in both languages, and the feed of everything answer."""
    paths = [f"{path}{'&' if '?' in path else '?'}lang={lang}" for path in PAGES for lang in ("zh", "en")]
    with visited(snapshot, public=True) as get:
        feeds = ["/changes.atom", "/search.atom", "/search.atom?q=清河 \u202e&lang=en"]
        return {path: str(get(path).text) for path in [*paths, *feeds]}


def test_every_page_is_html_without_a_fault(pages: dict[str, str]) -> None:
    html5lib = pytest.importorskip("html5lib", reason="needs html5lib")
    for path, page in pages.items():
        if "atom" not in path:
            parser = html5lib.HTMLParser()
            parser.parse(page)
            assert (path, parser.errors) == (path, [])


VNU = Path(__file__).parent.parent.parent.parent / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"


@pytest.mark.slow
@pytest.mark.skipif(
    not VNU.exists() or not shutil.which("java"), reason="needs java, and npm install --no-save vnu-jar"
)
def test_the_w3c_finds_no_error(pages: dict[str, str], tmp_path: Path) -> None:
    for number, (path, page) in enumerate(pages.items()):
        if "atom" not in path:
            (tmp_path / f"{number}.html").write_text(page, "utf-8")
    shutil.copy(STATIC / "gongbao.css", tmp_path)
    command = ["java", "-jar", str(VNU), "--also-check-css", "--format", "json", "--stdout", "--exit-zero-always"]
    told = json.loads(subprocess.run([*command, *map(str, tmp_path.iterdir())], capture_output=True, check=True).stdout)
    assert [
        (one["url"], one["message"], one.get("extract")) for one in told["messages"] if one["type"] == "error"
    ] == []


def test_no_kind_of_page_weighs_more_than_60_kilobytes(tmp_path: Path) -> None:
    db = open_archive(tmp_path)
    fill(db.conn)
    for n in range(300):
        fixed = {"level": "county", "family": "html", "rights": "official", "evidence": "live"}
        name, url = f"第{n}区人民政府", f"https://www.s{n}.example/"
        insert(db.conn, "sources", id=f"s{n}", name=name, url=url, region=f"37{n:04d}", **fixed)
        insert(db.conn, "crawls", source=f"s{n}", started="2020-04-14T06:00:00Z", outcome="ok")
    for id in range(10, 200):
        day = f"{2000 + id % 25}-{id % 12 + 1:02d}-{id % 28 + 1:02d}"
        add_release(db.conn, id, f"s{id}", headline(id), prose(id, 12), published=day, publisher=f"第{id}局")
    long = prose("long", 300)  # 25,000 characters
    add_release(db.conn, 200, "s1", headline(0), long, version=2)
    add_version(db.conn, 200, 1, headline(1), long.replace("万元", "亿元"), "2019-04-13T06:00:00Z")
    db.close()
    shared = sum(len(gzip.compress((STATIC / name).read_bytes())) for name in ("gongbao.css", "keys.js"))
    with visited(make(tmp_path, public=True, now=datetime(2020, 6, 1, tzinfo=UTC)), public=True) as get:
        for path in [*PAGES, "/search?q=工地", "/release/200", "/release/100"]:
            assert (path, max(0, shared + len(gzip.compress(get(path).content)) - 60_000)) == (path, 0)


def test_without_scripts_nothing_is_lacking(pages: dict[str, str]) -> None:
    # the one script of ours puts the cursor into the search box; all else is links, forms and facts for programs
    for path, page in pages.items():
        if "atom" not in path:
            assert re.findall(r'<script(?! type="application/ld)[^>]*>', page) == [
                '<script src="/assets/keys.js" defer>'
            ]
            assert not re.search(r"<noscript|href=\"(#|javascript:)?\"", page)
            assert all("<table" in page or "<li" in page for _ in re.findall("<svg", page))


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


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_the_data_package_describes_what_lies_beside_it(others: Path, snapshot: Path) -> None:
    command = [others / "frictionless", "validate", snapshot / "datapackage.json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
