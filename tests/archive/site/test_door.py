"""The door for programs on a public site: what it refuses, and that nothing said there opens or breaks anything."""

import asyncio
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest

from archive.schema.open import open_archive
from archive.site import shield
from archive.site.answers import MOST, tokens
from archive.site.serving import application
from archive.snapshots.make import make
from tests.archive.conftest import fill
from tests.archive.site.programs import DOOR, answers, said, tools
from tests.archive.site.test_hostile_urls import BOMB, HOSTILE, RECURSIVE
from tests.archive.site.test_shield import ask
from tests.archive.site.visiting import NOW, listening

HEADS = {"accept": "application/json, text/event-stream", "content-type": "application/json"}
VALUES: list[Any] = [
    *(
        "",
        " ",
        "的",
        '"',
        "a*",
        "OR",
        "-",
        "NEAR(a b)",
        "\0",
        "\ufeff",
        "😀",
        "，" * 100,
        "清" * 5000,
        "%",
        "{}",
    ),
    *("' OR 1=1 --", "../../etc/passwd", "http://127.0.0.1/", "<script>", "市 OR 县 " * 50, "1@2", "1@", "@", "9" * 30),
    *("2020-04-14", "2020-13-41", "9999-12-31T23:59", "0000", "37", "99", "official", "changed", "best"),
    *(-1, 0, 1, 2.5, 10**18, 10**30, True, None, [], [1], {}, {"a": {"b": []}}),
]
NAMES = {
    "search": ("q", "source", "region", "publisher", "kind", "state", "since", "until", "at", "sort", "start"),
    "release": ("id", "version", "at", "start"),
    "diff": ("release", "against", "start"),
    "quote": ("q", "source", "region", "since", "until", "start"),
    "coverage": ("source", "region", "since", "until", "start"),
}
NEEDED = {"release": {"id": 1}, "diff": {"release": "1"}, "quote": {"q": "春耕备耕"}}
STRANGE = [
    *(("execute_sql", {"database": "archive", "sql": sql}) for sql in ("select 1", RECURSIVE, BOMB)),
    *((name, {}) for name in ("list_databases", "get_database_schema", "list_canned_queries", "", "__init__", "_site")),
    *(("search", {name: "x"}) for name in ("sql", "self", "ctx", "_where", "datasette", "page", "limit")),
    *(("search", {"q": path}) for path in HOSTILE[:60]),
]
NOT_SAID = ("Traceback", "site-packages", "sqlite", "CREATE TABLE", "/archive.db")


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("door") / "data"
    db = open_archive(folder)
    fill(db.conn)
    db.close()
    return make(folder, public=True, now=NOW)


@pytest.fixture(scope="module")
def address(snapshot: Path) -> Iterator[str]:
    with listening(snapshot, public=True) as address:
        yield address


@pytest.mark.parametrize("every", [13, pytest.param(1, marks=pytest.mark.slow)])
def test_no_argument_of_a_tool_is_a_fault_of_ours(
    every: int, address: str, snapshot: Path, caplog: pytest.LogCaptureFixture
) -> None:
    assert {tool.name: tuple(tool.input_schema["properties"]) for tool in tools(address)} == NAMES
    calls = [
        (tool, {**NEEDED.get(tool, {}), name: value}) for value in VALUES for tool in NAMES for name in NAMES[tool]
    ]
    told = [(call, said(answer)) for call, answer in zip(calls[::every], answers(address, calls[::every]), strict=True)]
    assert len(told) > 90
    # a fault of ours is noted, and its tool named without a reason
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR] == []
    assert [call for call, words in told if words == f"Error executing tool {call[0]}"] == []
    assert [call for call, words in told if any(one in words for one in (*NOT_SAID, str(snapshot.parent)))] == []
    assert [call for call, words in told if tokens(words) > MOST] == []


def test_there_is_no_other_tool_and_no_other_argument(address: str) -> None:
    for call, answer in zip(STRANGE, answers(address, STRANGE), strict=True):
        words = said(answer)
        assert (call, any(one in words for one in NOT_SAID)) == (call, False)
        if call[0] != "search" or "q" not in call[1]:
            refused = isinstance(answer, Exception) or answer.is_error
            assert (call, refused) == (call, True)


def post(address: str, message: Any, **heads: str) -> httpx.Response:
    body = message if isinstance(message, bytes) else json.dumps(message).encode()
    return httpx.post(address + DOOR, content=body, headers=HEADS | heads, timeout=20)


def call(method: str, **params: Any) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}


HELLO = call("initialize", protocolVersion="2025-06-18", capabilities={}, clientInfo={"name": "x", "version": "1"})
META = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientCapabilities": {},
    "io.modelcontextprotocol/clientInfo": {"name": "x", "version": "1"},
}


@pytest.mark.parametrize(
    "message",
    [
        *(b"", b"{", b"null", b"[" * 10_000, b'{"a":' * 5_000, b"\xff\xfe", b'"' + b"\\" * 999),
        [call("tools/list")] * 100,
        call("tools/call", name="search", arguments="x"),
        call("tools/call", name={"a": 1}, arguments={}),
        call("tools/call"),
        call("resources/read", uri="file:///etc/passwd"),
        call("prompts/get", name="x"),
        call("logging/setLevel", level="debug"),
        call("subscriptions/listen", notifications={"toolsListChanged": True}, _meta=META),
        {"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": 1}},
        call("tools/call", name="search", arguments={"q": "\ud83d"}),
    ],
    ids=lambda message: str(message)[:60],
)
@pytest.mark.parametrize("version", ["", "2025-06-18", "2026-07-28", "x" * 2000])
def test_a_strange_message_is_answered(
    message: Any, version: str, address: str, caplog: pytest.LogCaptureFixture
) -> None:
    answer = post(address, message, **({"mcp-protocol-version": version} if version else {}))
    assert answer.status_code < 500
    assert not any(one in answer.text for one in (*NOT_SAID, "root:"))
    assert answer.json().get("error") or answer.json()["result"]["isError"] if answer.content else answer.is_success
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR] == []


def test_a_request_without_end_is_refused(address: str) -> None:
    assert post(address, call("tools/call", name="quote", arguments={"q": "清" * 40_000})).status_code == 413
    assert httpx.post(f"{address}{DOOR}?a={'1' * 20_000}", json=HELLO, headers=HEADS).status_code == 414


def test_nothing_is_kept_of_a_client(address: str) -> None:
    answer = post(address, HELLO)
    assert answer.json()["result"]["serverInfo"]["name"] == "gongbao"
    assert "execute_sql" not in answer.text
    assert "mcp-session-id" not in answer.headers
    # the next request needs no greeting
    assert len(post(address, call("tools/list")).json()["result"]["tools"]) == 5


@pytest.mark.parametrize("method", ["GET", "HEAD", "DELETE", "PUT", "OPTIONS"])
def test_only_messages_are_answered(method: str, address: str) -> None:
    answer = httpx.request(method, address + DOOR, headers={"accept": "text/event-stream"}, timeout=5)
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")


@pytest.mark.parametrize(
    "path", ["/-/mcp/", "/-/mcp/x", "/-/mcp.json", "/-/%6dcp/../versions", "/-/MCP", "/%2d/mcp", "/-/versions", "/mcp"]
)
def test_only_this_door_is_open(path: str, address: str) -> None:
    assert httpx.post(address + path, json=HELLO, headers=HEADS).status_code in (302, 403, 404, 405)


def test_a_page_of_another_site_cannot_post_elsewhere(address: str) -> None:
    form = urlencode({"sql": "select 1"})
    answer = httpx.post(
        f"{address}/archive", content=form, headers={"content-type": "application/x-www-form-urlencoded"}
    )
    assert answer.status_code in (403, 405)
    assert httpx.post(address + DOOR, data={"a": "1"}).status_code == 400


def test_a_client_is_limited_here_too(snapshot: Path) -> None:
    app = application(snapshot, public=True)
    assert ask(app, DOOR, client="192.0.2.7")[0] == 405
    # on a busy machine the bucket fills again meanwhile
    assert any(ask(app, DOOR, client="192.0.2.7")[0] == 429 for _ in range(5 * shield.BURST))


def test_while_programs_ask_a_reader_is_served(address: str) -> None:
    async def left_when_it_is_served() -> int:
        async with httpx.AsyncClient(base_url=address, timeout=30) as client:
            body = call("tools/call", name="quote", arguments={"q": "市 县 区 镇 局 " * 60})
            asking = [asyncio.create_task(client.post(DOOR, json=body, headers=HEADS)) for _ in range(16)]
            page = await client.get("/release/1")
            left = sum(not task.done() for task in asking)
            await asyncio.gather(*asking)
            assert page.status_code == 200
            return left

    assert asyncio.run(left_when_it_is_served())
