"""Addresses that somebody may ask a public site for to hurt it.

What they cost: tests/archive/site/test_endurance.py, and of a large archive `make bench-site`.
"""

from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import quote

import pytest

from archive.snapshots.make import make
from tests.archive.site.visiting import NOW, listening, visited

LONG = quote("清" * 3000)
RECURSIVE = quote("with recursive n(i) as (select 1 union all select i+1 from n) select * from n")
BOMB = quote("select hex(zeroblob(1000000000))")
HOSTILE = [
    # words that are everywhere, without end, or none
    *(
        f"/search?q={query}"
        for query in ("的", "一", quote('"'), quote("a*"), "OR", "-", "NEAR(a%20b)", "%00", "%EF%BB%BF")
    ),
    f"/search?q={LONG}",
    "/search?q=" + quote(" ".join("市县区镇局" * 100)),
    "/search?q=" + quote(" OR ".join("市县区镇局" * 100)),
    "/search?q=" + quote(" ".join(f"-{sign}" for sign in "市县区镇局" * 100)),
    "/search?q=" + quote("，" * 1000),
    "/search?q=" + quote("市，县" * 300),
    "/search?page=999999999",
    "/search?q=%E5%B8%82&page=50",
    "/search?q=%E5%B8%82&sort=new&page=50&region=99",
    "/search?publisher=" + quote("%" * 500),
    "/search?speaker=%27%3B--&cites=%27",
    "/search?year=0000&month=0000-00&region=999999",
    "/search.csv",
    "/search.json?q=%E5%B8%82",
    "/search.jsonl?q=%E5%B8%82&region=99",
    "/search.atom?q=" + quote("市 OR 县"),
    "/release/99999999999999999999999999",
    "/release/1?v=999999999999&at=9999-99-99",
    "/release/1?q=" + quote(" OR ".join("市县区镇局" * 50)),
    "/release/1/999999/raw",
    "/release/00000000000000001",
    "/browse?" + "a=1&" * 2000,
    "/?" + "&".join(f"a{n}=1" for n in range(4000)),
    "/archive/releases.json?" + "&".join(f"a{n}=1" for n in range(800)),
    "/health",
    "/snapshots/..%2f..%2f..%2fetc%2fpasswd",
    "/assets/..%2f..%2fserving.py",
    "/sitemap-999999.xml",
    # of Datasette's own
    f"/archive?sql={RECURSIVE}",
    f"/archive.json?sql={BOMB}",
    f"/archive/releases.json?_where={quote('1=(select count(*) from releases a, releases b, releases c)')}",
    f"/archive/releases.json?_search_text={quote('市*')}",
    "/archive/releases.json?_search=%22&_searchmode=raw",
    "/archive/releases.json?_size=max&_labels=on",
    "/archive/releases.json?_size=999999999",
    "/archive/releases.json?_facet=text&_facet=title&_facet=url&_facet_size=max",
    "/archive/releases.json?_facet_array=problems&_facet_date=published",
    f"/archive/releases.json?text__contains={LONG}",
    f"/archive/releases.json?text__like={quote('%' + '_%' * 200)}",
    f"/archive/releases.json?text__glob={quote('*' + '?*' * 30)}",
    "/archive/releases.json?_sort=text",
    "/archive/releases.csv?_stream=1&_size=max",
    "/archive/releases.json?_next=%00",
    "/archive/releases_fts.json?_size=max",
    "/archive/releases_fts_data.json?_size=max",
    "/archive/survival.json",
    "/archive/lifetimes.json?_sort=days",
    "/archive/search_stock.json?q=" + quote("市 OR 县"),
    "/archive/search_stock.json?q=" + quote('"'),
    "/-/mcp",
    "/-/mcp?sql=" + RECURSIVE,
    "/llms.txt?" + "a=1&" * 40,
    "/-/actor.json",
    "/-/threads",
    "/" + "a/" * 2000,
    "/%",
    "/%FF%FE",
]


def test_no_hostile_address_is_a_fault_of_ours_or_fills_the_log(
    archive: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    snapshot = make(archive, public=True, now=NOW)
    capfd.readouterr()
    with visited(snapshot, public=True) as get:
        told = [(path[:100], get(path).status_code) for path in HOSTILE]
    assert len(told) > 40
    assert [(path, status) for path, status in told if status >= 500] == []
    assert capfd.readouterr() == ("", "")


# Datasette's pages about itself, and ways to a database that is not the archive
ABOUT = [
    "actor",
    "allow-debug",
    "auth-token",
    "config",
    "databases",
    "logout",
    "messages",
    "metadata",
    "patterns",
    "permissions",
    "plugins",
    "settings",
    "threads",
    "versions",
]
INSIDE = [f"/-/{name}{form}" for name in ABOUT for form in ("", ".json")] + [
    "/%2d/threads.json",
    "/-%2fthreads.json",
    "//-/threads.json",
    "/archive/-/threads",
    "/-/static/%2e%2e/app.py",
    "/_internal",
    "/_internal.json",
    "/_internal.db",
    "/_memory.json?sql=select+1",
    "/archive/sqlite_master.json",
]


def test_a_public_site_says_nothing_of_the_machine_that_serves_it(archive: Path) -> None:
    with visited(make(archive, public=True, now=NOW), public=True) as get:
        told = {path: get(path) for path in INSIDE}
    assert {
        path: answer.status_code for path, answer in told.items() if answer.status_code not in (400, 403, 404)
    } == {}
    assert [
        path for path, answer in told.items() for word in (str(archive), "site-packages") if word in answer.text
    ] == []


@pytest.mark.parametrize(
    "headers",
    [
        {"Cookie": "a=\xff"},
        {"Cookie": "a/b=1"},
        {"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Key": "x", "Sec-WebSocket-Version": "13"},
    ],
    ids=["bytes of no sign", "a name that is none", "another protocol"],
)
def test_headers_that_cannot_be_read_cost_no_answer(folder: Path, headers: dict[str, str]) -> None:
    with listening(make(folder, public=True, now=NOW), public=True) as address:
        asked = HTTPConnection(address.removeprefix("http://"), timeout=10)
        asked.request("GET", "/search.json?q=", headers=headers)
        assert asked.getresponse().status == 200
        asked.close()
