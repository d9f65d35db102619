"""Four clients that ask for what hurts, slow readers and floods of headers beside them, and a fifth client that reads."""

import random
import socket
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest

from archive.snapshots.make import make
from tests.archive.site.test_endurance import OF_A_SEARCHER
from tests.archive.site.test_hostile_urls import HOSTILE
from tests.bench import pages as bench_site

pytestmark = [pytest.mark.slow, pytest.mark.alone, pytest.mark.timeout(600)]
RELEASES, SECONDS, SLOW = 3000, 20, 30
MOST_MEMORY = {True: 350, False: 600}  # MB; a local site takes SQL
LARGE = 6_000_000  # bytes: beside four others an answer that is larger waits for what they ask; a public site has none
MOST_TIME = 2.0  # seconds, on a computer on which a usual page takes no longer than USUAL
USUAL = 0.2
RELEASE_COLUMNS = [
    "source",
    "region",
    "title",
    "url",
    "publisher",
    "published",
    "language",
    "status",
    "cluster",
    "year",
    "text",
]


def repeated(table: str, *arguments: str) -> str:
    return f"/archive/{table}.json?" + "&".join(arguments)


FLOOD = [
    repeated("releases", *(f"_facet=c{n}" for n in range(49))),
    repeated("releases", *(f"_facet={column}" for column in RELEASE_COLUMNS)),
    repeated("releases", *["_col=title"] * 49),
    repeated("releases", *(f"text__contains=市{n}" for n in range(49))),
    repeated("releases", *(f"text__notcontains=市{n}" for n in range(49))),
    repeated("releases", "_sort_desc=text", "_size=200", "_next=x"),
    repeated("versions", "_size=200", "_facet=text"),
    "/archive/releases?_size=200&_sort=text",
    "/archive/versions?_size=200&_sort=markup",
    "/archive/releases/1,2,3,4",
    "/archive/search_stock.json?q=" + quote("'; DROP TABLE releases; --"),
    "/archive/search_stock.json?q=" + quote("市" * 2000),
    "/archive/search_stock?q=%F0%9F%98%80%ED%A0%80",
    "/archive/newest.json?_size=max&_shape=arrays&_json=title",
    "/search?q=" + quote("(市 OR 县) " * 200),
    "/search?q=" + quote("(" * 900 + "市" + ")" * 900),
    "/search?q=" + quote("市* 县* 区* 镇* " * 80),
    "/search?q=%ff%fe%80&region=%ff&source=%c0%af",
    "/search?" + "&".join(f"q=市{n}" for n in range(49)),
    "/search?q=市&page=-1&sort=__import__&year=99999999",
    "/search.json?q=市&size=99999999&page=99999999999999999999",
    "/search.csv?q=市",
    "/search.atom?q=市",
    "/release/1.diff?v=99999999999999999999999",
    "/changes.atom?page=99999999&source=" + quote("清" * 800),
    "/../../../../etc/passwd",
    "/archive/../../-/threads",
    "/" + "%2e%2e/" * 1500,
    "/archive/" + "a" * 7000,
    "/archive/releases/" + "~2F" * 2000,
]


@dataclass
class Met:
    """What the hostile clients were answered: the times, the sizes and the statuses of each address."""

    times: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    sizes: dict[str, int] = field(default_factory=dict)
    statuses: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))


def attack(address: str, seed: int, met: Met, over: threading.Event) -> None:
    """Ask for hostile addresses in any order until it is over; downloads are tried by the slow readers."""
    dice = random.Random(seed)
    with httpx.Client(base_url=address, timeout=60) as client:
        while not over.is_set():
            path = dice.choice(FLOOD + HOSTILE)
            start = time.perf_counter()
            answer = client.get(path, headers={"Range": "bytes=0-,-5,1-2"} if dice.random() < 0.2 else {})
            met.times[path[:100]].append(time.perf_counter() - start)
            met.sizes[path[:100]] = len(answer.content)
            met.statuses[path[:100]].add(answer.status_code)


def dawdle(address: str, over: threading.Event) -> None:
    """Hold answers without reading them, and requests without ending them; and send heads of 3,000 headers."""
    host, port = address.removeprefix("http://").split(":")
    heads = (b"GET /archive.db HTTP/1.1\r\nHost: x\r\n\r\n", b"GET / HTTP/1.1\r\nHost: x\r\nX-A: ")
    flood = b"".join(b"X-%d: %s\r\n" % (n, b"a" * 60) for n in range(3000))
    held = [socket.create_connection((host, int(port))) for _ in range(SLOW)]
    for n, connection in enumerate(held):
        connection.sendall(heads[n % 2])
    while not over.wait(0.2):
        for connection in held[1::2]:
            with suppress(OSError):
                connection.send(b"a")
        with suppress(OSError), socket.create_connection((host, int(port)), timeout=5) as other:
            other.sendall(b"GET / HTTP/1.1\r\n" + flood + b"\r\n")
            other.recv(100)
    for connection in held:
        connection.close()


def time_of(address: str, path: str) -> float:
    """The seconds that an address takes when nothing else is asked."""
    start = time.perf_counter()
    httpx.get(address + path, timeout=60)
    return time.perf_counter() - start


def read_as_usual(address: str, seconds: float) -> list[float]:
    """The times of usual pages in their order, each of which must be answered."""
    dice, times = random.Random(9), []
    asked, end = bench_site.asked_words(dice), time.monotonic() + seconds
    with httpx.Client(base_url=address, timeout=60) as client:
        while time.monotonic() < end:
            pages = (f"/search?q={dice.choice(asked)}", f"/release/{dice.randint(1, RELEASES)}", "/", "/browse")
            start = time.perf_counter()
            assert client.get(dice.choice(pages)).status_code == 200
            times.append(time.perf_counter() - start)
    return sorted(times)


@contextmanager
def attacked(address: str) -> Iterator[Met]:
    met, over = Met(), threading.Event()
    clients = [threading.Thread(target=attack, args=(address, seed, met, over)) for seed in range(4)]
    clients.append(threading.Thread(target=dawdle, args=(address, over)))
    for client in clients:
        client.start()
    try:
        yield met
    finally:
        over.set()
        for client in clients:
            client.join()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("flood")
    bench_site.build(folder, RELEASES)
    make(folder, public=False, now=datetime.now(UTC))
    return folder


@pytest.mark.parametrize("public", [True, False], ids=["public", "local"])
def test_whoever_reads_is_served_while_others_attack(folder: Path, public: bool) -> None:
    command = [word for word in bench_site.our_server(folder) if public or word != "--public"]
    with bench_site.served(*command) as (address, process):
        quiet = read_as_usual(address, 3)
        # a busy computer is slow with usual pages too
        most = MOST_TIME * max(1, quiet[int(len(quiet) * 0.95)] / USUAL)
        alone = [(took, path[:100]) for path in FLOOD + HOSTILE if (took := time_of(address, path)) > most]
        assert alone == []
        with attacked(address) as met:
            times = read_as_usual(address, SECONDS)
        assert len(met.times) > 50
        assert {path: found for path, found in met.statuses.items() if max(found) >= 500} == {}
        usual = [(path, sorted(took)[len(took) // 2]) for path, took in met.times.items() if met.sizes[path] < LARGE]
        assert [(path, took) for path, took in usual if took > most] == []
        assert len(met.times) - len(usual) <= (0 if public else 2)
        assert times[int(len(times) * 0.95)] < most
        assert bench_site.own_memory(process, "VmHWM") < MOST_MEMORY[public]
        searchers = [bench_site.own_memory(one, "VmHWM") for one in bench_site.started(process)]
        assert max(searchers, default=0) < OF_A_SEARCHER
