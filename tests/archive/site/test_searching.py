"""Searches in processes of their own answer as searches in the server's own, and one that dies costs no answer."""

import asyncio
import multiprocessing
import sqlite3
from collections.abc import Iterator
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest

from archive.search.asked import Asked
from archive.site import searching
from archive.site.searching import Searchers
from archive.site.serving import site
from archive.snapshots.make import make
from archive.snapshots.shelf import SnapshotError
from tests.archive.site.visiting import NOW


@pytest.fixture(scope="module")
def snapshot(folder: Path) -> Path:
    return make(folder, public=True, now=NOW)


@pytest.fixture
def others() -> set[BaseProcess]:
    """The processes of other tests."""
    return set(multiprocessing.active_children())


@pytest.fixture(scope="module")
def lasting(snapshot: Path) -> Iterator[Searchers]:
    """Those that every test leaves alive: to start them takes a second."""
    held = Searchers(snapshot / "archive.db")
    yield held
    held.close()


@pytest.fixture
def searchers(snapshot: Path, others: set[BaseProcess]) -> Iterator[Searchers]:
    held = Searchers(snapshot / "archive.db")
    yield held
    held.close()


def kill_all_but(others: set[BaseProcess]) -> None:
    killed = set(multiprocessing.active_children()) - others
    assert len(killed) == searching.PROCESSES
    for process in killed:
        process.kill()
        process.join()


@pytest.mark.parametrize(
    "asked",
    [
        Asked(q="清河"),
        Asked(q="春耕 OR 湿地", sort="new"),
        Asked(q="没有这几个字"),
        Asked(q="清河", at="2020-04-14"),
        Asked(region="990100"),
    ],
)
@pytest.mark.parametrize("hurried", [False, True])
def test_they_find_what_the_server_finds(asked: Asked, hurried: bool, lasting: Searchers, snapshot: Path) -> None:
    here = searching.search(searching.opened(snapshot / "archive.db"), asked, hurried)
    assert asyncio.run(lasting.search(asked, hurried=hurried)) == here


def test_a_fault_is_told_as_it_is_here(lasting: Searchers) -> None:
    with pytest.raises(TypeError):
        asyncio.run(lasting.search(Asked(q="清河", page="x"), hurried=False))  # type: ignore[arg-type]


def test_one_that_died_is_replaced(searchers: Searchers, others: set[BaseProcess]) -> None:
    kill_all_but(others)

    async def ask_all() -> list[int | str]:
        told: list[int | str] = []
        for _ in range(2 * searching.PROCESSES):
            try:
                told.append((await searchers.search(Asked(q="清河"), hurried=False)).total)
            except SnapshotError:
                told.append("died")
        return told

    told = asyncio.run(ask_all())
    assert "died" in told
    assert told[-1] not in ("died", 0)


def test_a_page_is_answered_though_they_died(snapshot: Path, searchers: Searchers, others: set[BaseProcess]) -> None:
    datasette = site(snapshot, public=True)
    datasette.gongbao_searchers = searchers
    kill_all_but(others)
    answer = asyncio.run(datasette.client.get("/search?q=清河"))
    assert answer.status_code == 200
    assert "/release/" in answer.text


def test_the_site_answers_while_no_process_can_be_started(
    snapshot: Path, searchers: Searchers, others: set[BaseProcess], monkeypatch: pytest.MonkeyPatch
) -> None:
    datasette = site(snapshot, public=True)
    datasette.gongbao_searchers = searchers

    def none_left() -> None:
        raise OSError("cannot allocate memory")

    async def ask(times: int) -> list[int]:
        return [(await datasette.client.get("/search?q=清河")).status_code for _ in range(times)]

    with monkeypatch.context() as patch:
        patch.setattr(searchers, "_new", none_left)
        kill_all_but(others)
        assert asyncio.run(ask(3 * searching.PROCESSES)) == [200] * 3 * searching.PROCESSES
    assert set(asyncio.run(ask(2 * searching.PROCESSES))) == {200}
    assert asyncio.run(searchers.search(Asked(q="清河"), hurried=False)).total


def test_the_snapshot_is_only_read(snapshot: Path) -> None:
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        searching.opened(snapshot / "archive.db").execute("DELETE FROM releases")
