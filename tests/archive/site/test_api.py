"""What programs rely on: the examples of docs/search.md, and that no argument of any address is a fault of ours."""

import gc
import json
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archive.schema.open import open_archive
from archive.search.asked import Asked
from archive.snapshots.make import make
from tests.archive.conftest import fill
from tests.archive.site.visiting import NOW, Get, listening

DOCS = Path(__file__).parent.parent.parent.parent / "docs" / "search.md"
HOST = "http://127.0.0.1:8001"
EXAMPLE = re.compile(r"\$ (?P<line>curl [^\n]+)\n```\n\n```(?P<form>\w+)\n(?P<answer>.*?)```", re.DOTALL)
# Datasette leaves its facets alone when one of them cannot be read
pytestmark = pytest.mark.filterwarnings("ignore:coroutine:RuntimeWarning")
PROGRAMS = re.findall(r"```python\n(.*?)```", DOCS.read_text("utf-8"), re.DOTALL)
EXAMPLES = [(found["line"], found["form"], found["answer"]) for found in EXAMPLE.finditer(DOCS.read_text("utf-8"))]


@pytest.fixture(scope="module", autouse=True)
def no_leftovers() -> Iterator[None]:
    yield
    gc.collect()  # what was left alone is complained of here, and in nobody else's test


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("api") / "data"
    db = open_archive(folder)
    fill(db.conn)
    db.close()
    return folder


def abridged(told: Any, shown: Any) -> Any:
    """What is `told`, with … wherever the example that is `shown` has it."""
    if isinstance(shown, dict) and isinstance(told, dict):
        return {name: abridged(value, shown.get(name)) for name, value in told.items()}
    if isinstance(shown, list) and isinstance(told, list) and len(told) == len(shown):
        return [abridged(*pair) for pair in zip(told, shown, strict=True)]
    if isinstance(shown, str) and isinstance(told, str) and "…" in shown:
        return shown if re.fullmatch(".*".join(map(re.escape, shown.split("…"))), told, re.DOTALL) else told
    return told


def test_the_docs_show_every_kind_of_answer() -> None:
    assert len(EXAMPLES) == DOCS.read_text("utf-8").count("$ curl") == 7


@pytest.fixture(scope="module")
def address(folder: Path) -> Iterator[str]:
    with listening(make(folder, public=False, now=NOW), public=False) as address:
        yield address


@pytest.mark.parametrize(("line", "form", "answer"), EXAMPLES, ids=[line for line, _, _ in EXAMPLES])
def test_an_example_of_the_docs_is_true(line: str, form: str, answer: str, address: str) -> None:
    """Each line is run as it stands, by curl itself, at a server."""
    command = [part.replace(HOST, address) for part in shlex.split(line)]
    told = subprocess.run([*command, "--silent", "--fail-with-body"], capture_output=True, text=True, check=True).stdout
    if form == "json":
        shown = json.loads(answer)
        assert abridged(json.loads(told), shown) == shown
        assert list(json.loads(told)) == list(shown)
    else:
        assert told == answer


def test_the_loop_of_the_docs_meets_every_hit(address: str) -> None:
    program = next(block for block in PROGRAMS if 'answer["next"]' in block).replace(HOST, address)
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert [line.split()[0] for line in told.splitlines()] == ["4", "1"]


PATHS = [
    *(
        "/",
        "/search",
        "/search.json",
        "/search.jsonl",
        "/search.csv",
        "/search.atom",
        "/browse",
        "/health",
        "/coverage",
        "/coverage.json",
        "/source/{}",
        "/rights",
    ),
    *("/quote", "/quote.json"),
    *("/release/1", "/release/2.json", "/release/1.txt", "/release/1.diff", "/release/{}", "/release/{}.json"),
    *(
        "/changes.atom",
        "/changes",
        "/changes.json",
        "/changes.csv",
        "/snapshots",
        "/snapshots/{}/{}",
        "/sitemap-{}.xml",
        "/release/1/{}/raw",
        "/robots.txt",
        "/{}",
    ),
    *("/archive", "/archive/releases", "/archive/releases.json", "/archive/releases.csv", "/archive/releases/{}"),
    *("/archive/search_stock", "/archive/search_stock.json", "/archive/coverage.json", "/archive/{}", "/archive.json"),
]
# arguments of our own pages, and of Datasette's
NAMES = [
    *(*Asked.__slots__, "lang", "v", "sql", "from", "to", "after", "limit"),
    *("_search", "_search_title", "_searchmode", "_sort", "_sort_desc", "_next", "_size", "_facet", "_col", "_nocol"),
    *("_shape", "_where", "_through", "_labels", "_nl", "_stream", "_ttl", "_json", "_fts_table", "_fts_pk", "_trace"),
    *("title__contains", "id__in", "id__gt", "text__like", "published__date", "problems__arraycontains", "nothing__x"),
]
VALUES = st.text(st.characters(codec="utf-8"), max_size=30) | st.sampled_from(
    ["-1", "0", "00", "1", "9" * 30, "2020-04-14", "2020-13-41", "raw", "on", "max", "array", "releases", "title", "{}"]
    + ['"', "*", "AND", "OR", "NOT", "NEAR(", "\0", "%", "'", "a:b", "清河 " * 1000, "(" * 500, "\u202e", "１"]
)


@pytest.mark.slow
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    path=st.sampled_from(PATHS),
    parts=st.tuples(VALUES, VALUES),
    arguments=st.lists(st.tuples(st.sampled_from(NAMES), VALUES), max_size=3),
    public=st.booleans(),
)
def test_no_argument_of_any_page_is_a_fault_of_ours(
    path: str, parts: tuple[str, str], arguments: list[tuple[str, str]], public: bool, get: Get, get_public: Get
) -> None:
    place = path.format(*(quote(part[:50], safe="") for part in parts))
    query = urlencode(arguments)
    answer = (get_public if public else get)(f"{place}?{query}" if query else place)
    assert answer.status_code < 500, (place, arguments)


@pytest.mark.parametrize(
    "address",
    [
        "/release/999.json",
        "/release/1.json?v=99",
        "/source/none.json",
        "/passage/0123456789abcdef.json",
        "/nothing.json",
    ],
)
def test_json_that_is_not_there_is_missed_in_json(get: Get, address: str) -> None:
    answer = get(address)
    assert (answer.status_code, answer.json()["ok"], answer.json()["status"]) == (404, False, 404)
    assert answer.json()["error"]
